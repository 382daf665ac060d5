"""Pieces + a height → the parts that a slide and its continuations take.

Where a slide ends is chosen for the whole at once: as few parts as can be, then no item, heading or quotation torn
apart and no item alone on a continuation, then parts as evenly filled as that allows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.layout.slides.cutting import ROUNDING, cut, lines_in
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
"""Inside a quotation, a callout or a listing of code."""


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
    whole = [(number, piece) for number, made in enumerate(content, 1) for piece in made]
    pieces: list[Piece] = []
    blocks_of: list[int] = []
    for at, (number, piece) in enumerate(whole):
        beside = [other for _, other in (*whole[max(at - 1, 0) : at], *whole[at + 1 : at + 2])]
        fitting = list(_fitting(piece, beside, height, size, typesetter, place, found))
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
            if total > height + ROUNDING and end > start + 1:
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
    piece: Piece,
    beside: Sequence[Piece],
    height: float,
    size: float,
    typesetter: Typesetter,
    place: Span | None,
    found: Diagnostics,
) -> Iterator[Piece]:
    """A piece that is too high for any slide, cut: columns side by side, text between sentences, then lines.

    `beside` are the pieces above and below it.
    """
    whole = stack_height([piece], size)
    room = height - (whole - piece.height)
    if whole <= height + ROUNDING:
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
    elif piece.is_text and lines_in(room, piece.paragraphs[0]):
        taken = [stack_height([piece, other], size) - whole for other in beside]
        yield from _cut(piece, room, max((one for one in taken if one <= room / 4), default=0.0), typesetter)
    else:
        message = f"this is {whole:.0f} pt high and cannot be parted, but its frame on a slide has {height:.0f} pt"
        found.error("does-not-fit", message, piece.span or place, "shorten it, or give it a slide of its own")
        yield piece


def _cut(piece: Piece, room: float, spare: float, typesetter: Typesetter) -> Iterator[Piece]:
    """A text in parts, those behind the first inside the item that it is of.

    Where one part more gives the piece above or below it room on a slide, they leave as much of it `spare`.
    """
    (paragraph,) = piece.paragraphs
    lines, most, less = len(paragraph.lines), lines_in(room, paragraph), lines_in(room - spare, paragraph)
    if less and math.ceil(lines / less) <= math.ceil(lines / most) + 1:
        most = less
    for number, (source, part) in enumerate(cut(piece.source, paragraph, most, typesetter, piece.span)):
        if number:
            depth = max(piece.depth, 1) if piece.series else 0
            piece = replace(piece, depth=depth, follows=False, id="")
        yield replace(piece, height=part.height, source=source, paragraphs=(part,))
