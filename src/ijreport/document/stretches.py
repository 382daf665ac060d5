"""A rendered text → stretches of it, to be parsed side by side, that are together what it is as a whole.

They are cut before what looks like a heading, and footnotes are numbered by what looks like one. What is one shows when
the stretches are parsed: each with the mark of the heading behind it, so that a fence, a comment or a div that goes on
over the cut lacks its end. Where anything is wrong, the whole is parsed in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from msgspec import Struct

from ijreport.diagnostics import Diagnostic
from ijreport.document.blocks import Blocks

HEADING = "##"
STRETCH = 200_000
"""A stretch has at least about so many characters, or parsing it beside the others is not worth a process' start."""
_AHEAD = 0.2
"""By how much of an even share the first stretch is longer: what the others say is told to the process that has it."""
_FOOTNOTE = "^["
_DEFINITION = re.compile(r"\n[ \t>*+\-\d.)]*\[[^\]\n]+\]:")
"""Begins the definition of a link or a footnote, which is meant for the whole text."""


class Stretch(Struct, frozen=True):
    """The characters from `start` up to `end`, which is the text's own or where a heading begins.

    `line` is the number of its first line (from 0), `footnotes` that of the footnotes before it.
    """

    start: int
    end: int
    line: int
    footnotes: int


def whole(text: str) -> Stretch:
    return Stretch(0, len(text), 0, 0)


def cut(text: str, count: int, least: int = STRETCH) -> list[Stretch]:
    """The text in up to so many stretches that take about the same time, each of about `least` characters or more."""
    count = min(count, len(text) // least)
    # The parser takes a lone carriage return for a line's end, too, and would count other lines than are counted here.
    if count < 2 or "\r" in text or _DEFINITION.search(text):
        return [whole(text)]
    stretches: list[Stretch] = []
    start = line = footnotes = 0
    for number in range(1, count):
        near = int(len(text) * (number + _AHEAD) / (count + _AHEAD))
        end = text.find(f"\n{HEADING} ", max(start, near)) + 1
        if not end:
            break
        stretches.append(Stretch(start, end, line, footnotes))
        line += text.count("\n", start, end)
        footnotes += text.count(_FOOTNOTE, start, end)
        start = end
    return [*stretches, Stretch(start, len(text), line, footnotes)]


class Parsed(Struct, frozen=True):
    """What a stretch says, and what was found in it.

    `apart`: it says the same where the others are not. `swallowed`: a block without an end took what follows it.
    """

    stretch: Stretch
    blocks: Blocks
    footnotes: tuple[Blocks, ...]
    ids: tuple[str, ...]
    found: list[Diagnostic]
    below: list[Diagnostic]
    """What was found in the footnotes, which are read when all else is."""
    apart: bool
    swallowed: bool


Each = Callable[[Callable[[Stretch], Parsed], Sequence[Stretch]], list[Parsed]]
"""Has each stretch parsed, side by side or in turn."""


def in_turn(parse: Callable[[Stretch], Parsed], stretches: Sequence[Stretch]) -> list[Parsed]:
    return [parse(stretch) for stretch in stretches]


def apart(parsed: Sequence[Parsed]) -> bool:
    """Whether stretches say together what the whole does: of ids and the numbers of footnotes each knows its own."""
    ids = [name for part in parsed for name in part.ids]
    before = accumulate((len(part.footnotes) for part in parsed), initial=0)
    numbered = all(part.stretch.footnotes == number for part, number in zip(parsed, before, strict=False))
    return numbered and len(set(ids)) == len(ids) and all(part.apart for part in parsed)
