"""What a check saw → a finding. Whatever a finished file lacks, its author cannot mend it."""

from __future__ import annotations

from ijreport.diagnostics import Diagnostic

_HINT = "this is a fault of ijreport, not of the content: please report it together with the project"


def fault(code: str, message: str) -> Diagnostic:
    """An error that keeps the file from being published."""
    return Diagnostic("error", code, message, hint=_HINT)
