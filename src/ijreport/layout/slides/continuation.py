"""Pieces + a height → the parts that a slide and its continuations take.

Where a slide ends is chosen for the whole at once: as few parts as can be, then no item, heading or quotation torn
apart and no item alone on a continuation, then parts as evenly filled as that allows.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import (
    Acronym,
    Citation,
    CrossReference,
    FootnoteReference,
    HardBreak,
    Inline,
    Inlines,
    Text,
)
from ijreport.layout.slides.stack import Piece, Series, added, stack_height
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

# What it costs to end a slide where one should not. Only their order matters, and that few small ones weigh less than
# a large one.
TORN = 1000
"""After a heading, or before what belongs to the piece above (who said it, a table's caption)."""
WIDOW = 100
"""A continuation with a single item of a list, table or timeline that has at least three."""
FEWEST_SHARED = 3
INSIDE = 10
"""Inside an item; twice as much directly below its text."""
LONE = 10
"""A single item at the end of the slide on which its list or table begins."""
BOXED = 5
"""Inside a quotation or a listing of code."""
_ROUNDING = 0.01


class Split(Struct, frozen=True):
    """Parts, each no higher than its frame; `begun` is how many of the blocks begin in or before each part."""

    parts: tuple[tuple[Piece, ...], ...]
    begun: tuple[int, ...]
    cost: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """The less the better: how many parts, and how badly parted."""
        return len(self.parts), self.cost


def split(
    content: Sequence[Sequence[Piece]],
    height: float,
    size: float,
    typesetter: Typesetter,
    place: Span | None,
    found: Diagnostics,
) -> Split:
    """The pieces of blocks in parts no higher than `height`. What cannot be parted so is an error, at `place` if the
    piece has none."""
    pieces: list[Piece] = []
    blocks_of: list[int] = []
    for number, made in enumerate(content, 1):
        for piece in made:
            fitting = list(_fitting(piece, height, size, typesetter, place, found))
            pieces += fitting
            blocks_of += [number] * len(fitting)
    ends, cost = _ends(pieces, height, size)
    parts = tuple(tuple(pieces[start:end]) for start, end in zip((0, *ends), ends, strict=False))
    return Split(parts, tuple(blocks_of[end - 1] for end in ends), cost)


def _ends(pieces: Sequence[Piece], height: float, size: float) -> tuple[list[int], int]:
    """Where each part ends (the index of the piece after it), and the cost. Dynamic programming over the ends."""
    cost_of = _Costs(pieces)
    best: list[tuple[int, int, float, int]] = [(0, 0, 0.0, 0)]  # parts, cost, unevenness, where the last part begins
    best += [(len(pieces) + 1, 0, 0.0, 0)] * len(pieces)
    for start in range(len(pieces)):
        parts, cost, uneven, _ = best[start]
        total, before = 0.0, None
        for end in range(start + 1, len(pieces) + 1):
            piece = pieces[end - 1]
            total += added(before, piece, size)
            before = piece
            if total > height + _ROUNDING and end > start + 1:
                break
            option = (parts + 1, cost + cost_of.part(start, end), uneven + (total / height) ** 2, start)
            best[end] = min(best[end], option)
    ends: list[int] = []
    at = len(pieces)
    while at:
        ends.append(at)
        at = best[at][3]
    return ends[::-1], best[-1][1]


class _Costs:
    """What is wrong with a part, by where it begins and ends."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.begun = [0]
        """How many items, over all series, begin before each piece."""
        self.spans: dict[Series, tuple[int, int]] = {}
        """From the first piece of each series to behind its last."""
        for number, piece in enumerate(pieces):
            self.begun.append(self.begun[-1] + (piece.series is not None and piece.depth == 0))
            if piece.series is not None:
                self.spans[piece.series] = (self.spans.get(piece.series, (number, 0))[0], number + 1)

    def part(self, start: int, end: int) -> int:
        cost = self.beginning(start, end) if start else 0
        return cost + (self.ending(start, end) if end < len(self.pieces) else 0)

    def beginning(self, start: int, end: int) -> int:
        before, first = self.pieces[start - 1], self.pieces[start]
        cost = TORN * (before.leads or first.follows) + INSIDE * first.depth
        cost += BOXED * (first.box is not None and first.box is before.box)
        series = first.series
        if series is not None and series is before.series and series.items >= FEWEST_SHARED:
            _, last = self.spans[series]
            cost += WIDOW * (self.begun[min(end, last)] == self.begun[start + 1])  # no other one begins
        return cost

    def ending(self, start: int, end: int) -> int:
        series = self.pieces[end - 1].series
        if series is None or series is not self.pieces[end].series or series.items < FEWEST_SHARED:
            return 0
        first, _ = self.spans[series]
        return LONE * (first >= start and self.begun[end] - self.begun[first] == 1)


# -- what is higher than a slide -------------------------------------------------------------------------------


def _fitting(
    piece: Piece, height: float, size: float, typesetter: Typesetter, place: Span | None, found: Diagnostics
) -> Iterator[Piece]:
    """A piece that is too high for any slide, cut: columns side by side, text between sentences, then lines."""
    whole = stack_height([piece], size)
    room = height - (2 * piece.box.padding if piece.box else 0.0)
    if whole <= height + _ROUNDING:
        yield piece
    elif piece.columns:
        columns = [split([column], height, size, typesetter, piece.span or place, found) for column in piece.columns]
        for number in range(max(len(column.parts) for column in columns)):
            rows = tuple(column.parts[number] if number < len(column.parts) else () for column in columns)
            yield replace(
                piece,
                height=max(stack_height(row, size) for row in rows),
                source=tuple(one for row in rows for inner in row for one in inner.source),
                columns=rows,
            )
    elif piece.is_text and piece.paragraphs[0].style.leading <= room + _ROUNDING:
        yield from _cut(piece, room, typesetter)
    else:
        message = f"this is {whole:.0f} pt high and cannot be parted, but its frame on a slide has {height:.0f} pt"
        found.error("does-not-fit", message, piece.span or place, "shorten it, or give it a slide of its own")
        yield piece


def _cut(piece: Piece, room: float, typesetter: Typesetter) -> Iterator[Piece]:
    """A text in parts of about one height: each ends with a sentence where that costs no further part."""
    while True:
        (paragraph,) = piece.paragraphs
        most, lines = int((room + _ROUNDING) // paragraph.style.leading), len(paragraph.lines)
        parts = math.ceil(lines / most)
        if parts <= 1:
            yield piece
            return
        # The rest, set anew from within a line, may take a line more than it took before.
        least, wanted = lines - (parts - 1) * most + 1, math.ceil(lines / parts)
        told = [0]
        for line in paragraph.lines:
            told.append(told[-1] + sum(_told(run.text) for _, run in line.runs))
        ends = [end for end in _sentence_ends(piece.source) if least <= _lines_to(told, end) <= most]
        end = min(ends, key=lambda end: abs(_lines_to(told, end) - wanted), default=told[wanted])
        head, tail = _divided(piece.source, end)
        label = "".join(run.text for run in paragraph.label)
        first = typesetter.set(
            head, paragraph.style, paragraph.width, piece.span,
            indent=paragraph.indent, label=label, level=paragraph.level, number=paragraph.number,
        )  # fmt: skip
        rest = typesetter.set(
            tail, paragraph.style, paragraph.width, piece.span, indent=paragraph.indent, level=paragraph.level
        )
        yield replace(piece, height=first.height, source=head, paragraphs=(first,))
        depth = max(piece.depth, 1) if piece.series else 0
        piece = replace(piece, height=rest.height, source=tail, paragraphs=(rest,), depth=depth, follows=False)


def _lines_to(told: Sequence[int], end: int) -> int:
    """How many lines a paragraph's first `end` characters take; `told` counts those before each line."""
    return bisect_left(told, end)


_SENTENCE = re.compile(r"[.!?…]+[’”\"')\]]*\ufffc?\s+(?=[^\sa-z])|[。！？｡]+[」』）］]*|।\s*")
"""The end of a sentence (after UAX #29, 5.1): in Latin one that does not go on with a small letter. A U+FFFC stands for
a citation."""


def _sentence_ends(content: Inlines) -> Iterator[int]:
    """How many characters, without white space, stand before each end of a sentence inside the content."""
    text = "".join(_said(inline) or "\ufffc" for inline in content)
    for match in _SENTENCE.finditer(text):
        if match.end() < len(text):
            yield _told(text[: match.end()].replace("\ufffc", ""))


def _divided(content: Inlines, end: int) -> tuple[Inlines, Inlines]:
    """The content up to its first `end` characters, without white space, and the rest."""
    head: list[Inline] = []
    for number, inline in enumerate(content):
        count = _told(_said(inline))
        if isinstance(inline, Text) and count > end:
            at = _place(inline.content, end)
            parts = [replace(inline, content=inline.content[:at])] if end else []
            return (*head, *parts), (replace(inline, content=inline.content[at:].lstrip()), *content[number + 1 :])
        if count > end:  # an acronym or a number, which stays whole
            return tuple(head), content[number:]
        end -= count
        if end == 0 and isinstance(inline, HardBreak):
            continue
        head.append(inline)
    return tuple(head), ()


def _said(inline: Inline) -> str:
    """What a slide shows of it: citations stand at its foot."""
    match inline:
        case Text() | Acronym():
            return inline.content
        case FootnoteReference():
            return str(inline.number)
        case CrossReference():
            return inline.text
        case HardBreak():
            return " "
        case Citation():
            return ""
        case _:
            assert_never(inline)


def _place(text: str, end: int) -> int:
    """Behind the first `end` characters of a text, counted as `_told` does."""
    for at, character in enumerate(text):
        if end == 0:
            return at
        end -= _told(character)
    return len(text)


def _told(text: str) -> int:
    """Characters that are neither white space nor only allow a break: those that lines have in common with what they
    were set from."""
    return len("".join(text.split()).replace("\u200b", ""))
