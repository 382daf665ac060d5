"""Rendered Markdown → a warning wherever words follow each other from right to left, which print cannot set."""

from __future__ import annotations

import re

from ijreport.diagnostics import Diagnostics
from ijreport.document.origins import Origins

_WORD = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
"""Hebrew, Arabic and their neighbours: characters of the bidirectional classes R and AL (UAX #9)."""
_WORDS = re.compile(rf"{_WORD}(?:[ \u00a0]+{_WORD})+")


def check_direction(origins: Origins, diagnostics: Diagnostics) -> None:
    """Tell each stretch of two words or more. One alone comes out right: it is shaped as a whole."""
    for words in _WORDS.finditer(origins.source.text):
        message = f"print sets words from left to right; these come out in the wrong order: '{words[0][:40]}'"
        diagnostics.warning("right-to-left", message, origins.span(*words.span()))
