"""Characters → where a line may end between them, and what must stay together (UAX #14, UAX #29, JIS X 4051)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from ijreport.layout.fonts import script_language

# Kinsoku (JIS X 4051, W3C "Requirements for Japanese Text Layout", 3.1.7 and 3.1.8): never first, never last on a line.
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】°′″℃％‰ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ‐゠–〜"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【￥＄£")
ZERO_WIDTH_SPACE = "\u200b"


def code_line(line: str) -> str:
    """A line of code whose indentation and wider gaps are kept: all their spaces but the last do not break."""
    kept = re.sub(r"^ +| +(?= )", lambda match: "\u00a0" * len(match[0]), line.replace("\t", "    "))
    return kept or "\u00a0"


def joins(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, variation selectors, no-break space."""
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d\u00a0"


def clusters(text: str) -> list[str]:
    """Text cut between user-perceived characters, as far as marks and joiners tell (after UAX #29)."""
    clusters: list[str] = []
    for character in text:
        if clusters and (joins(character) or clusters[-1][-1] in "\u094d\u200d"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def split_word(word: str) -> list[str]:
    """A word (no spaces in it) cut where a line may end; a zero-width space does nothing but allow it."""
    segments = []
    for part in filter(None, word.split(ZERO_WIDTH_SPACE)):
        cuts = [0, *(at for at in range(1, len(part)) if is_break(part[at - 1], part[at])), len(part)]
        segments += [part[a:b] for a, b in pairwise(cuts)]
    return segments or [""]


def is_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters without a space (after UAX #14, as applications do it).

    After a hyphen unless a digit follows, after en and em dashes, and around Japanese characters unless kinsoku
    forbids it; never at a slash.
    """
    if before in ("-", "\u2010"):
        return not after.isdigit() and after not in "-\u2010"
    if before in "–—":
        return after not in "–—" and not unicodedata.category(after).startswith("P")
    if script_language(before) == "ja" or script_language(after) == "ja":
        if joins(after) or before == "\u00a0":
            return False
        return after not in _NOT_FIRST and before not in _NOT_LAST
    return False
