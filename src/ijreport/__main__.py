"""`python -m ijreport` → the command."""

from __future__ import annotations

import sys

from ijreport.cli import main as run


def main() -> None:
    """The console script: runs the command and exits with its code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
