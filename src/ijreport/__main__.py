"""`python -m ijreport` → the command."""

from __future__ import annotations

import gc
import sys

from ijreport.cli import main as run


def main() -> None:
    """The console script: runs the command and exits with its code."""
    code = run()
    # Or the interpreter would look for cycles among all that was built before it goes: a tenth of the whole run.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
