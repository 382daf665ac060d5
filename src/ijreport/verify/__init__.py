"""Finished files → findings: whether they came out as they were meant."""

from ijreport.verify.deck import verify_deck
from ijreport.verify.print import verify_print

__all__ = ["verify_deck", "verify_print"]
