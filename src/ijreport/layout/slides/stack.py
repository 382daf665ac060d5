"""Pieces below each other → how high they stand: what a slide takes whole, and the space between its neighbours.

Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ijreport.document import blocks
from ijreport.document.blocks import Inlines
from ijreport.layout.items import Item
from ijreport.layout.table import SetTable
from ijreport.layout.typesetting.text import SetParagraph
from ijreport.source import Span

WIDE = 0.9
"""Space between neighbours of different kinds, as a multiple of the text's size."""


class Box(Struct, frozen=True, eq=False):
    """What text of one block stands on or beside: a `ground` or a `rule` at its left edge, each a colour or "".

    Text begins `inset` from the left edge, ends `right` before the right one, and is `padding` away from top and
    bottom. Where a box goes on, its `title` is said `again`.
    """

    name: str
    inset: float
    right: float
    padding: float
    ground: str = ""
    rule: str = ""
    title: Inlines = ()
    again: SetParagraph | None = None

    def measure(self, width: float) -> float:
        """How wide its text is."""
        return width - self.inset - self.right


class Series(Struct, frozen=True, eq=False):
    """A list, table or timeline, by how many items it has."""

    items: int


class Piece(Struct, frozen=True, eq=False):
    """A slice of a slide, `height` points high, from (0, 0) of its frame.

    Text pieces have `paragraphs`, which neighbours of one size and one `box` share a text frame with; those of a table
    have `table`, the first `row` and how many `rows` they are; `columns` stand side by side; other pieces have `items`.
    A piece that can `stretch` takes what height is left, with its block drawn anew.
    """

    height: float
    source: Inlines = ()
    """What it says: for text, exactly what its paragraph was set from."""
    paragraphs: tuple[SetParagraph, ...] = ()
    box: Box | None = None
    table: SetTable | None = None
    row: int = 0
    rows: int = 1
    items: tuple[Item, ...] = ()
    columns: tuple[tuple[Piece, ...], ...] = ()
    stretch: blocks.Chart | blocks.Figure | None = None
    span: Span | None = None
    series: Series | None = None
    """What it is an item of."""
    depth: int = 0
    """How far inside such an item it is: 0 begins one, 1 goes on with one, 2 is the first to stand below its text."""
    leads: bool = False
    """Whether it must not end a slide (a heading)."""
    follows: bool = False
    """Whether it must not begin a slide's continuation (the rest of what stands before it)."""
    flush: bool = False
    """Whether the next piece of this kind stands directly below, without a gap."""
    id: str = ""
    """What links lead to it by."""

    @property
    def is_text(self) -> bool:
        return bool(self.paragraphs)

    @property
    def stretches(self) -> bool:
        return self.stretch is not None or any(piece.stretches for column in self.columns for piece in column)

    @property
    def ids(self) -> Iterator[str]:
        """What links lead to it, and to what is in its columns, by."""
        if self.id:
            yield self.id
        for column in self.columns:
            for piece in column:
                yield from piece.ids

    def shares_frame(self, other: Piece) -> bool:
        """Whether both are text of one frame. A frame has one size, so that a reader who changes it changes all."""
        return (
            self.is_text
            and other.is_text
            and self.box is other.box
            and self.paragraphs[0].style.size == other.paragraphs[0].style.size
        )


def gap(before: Piece, after: Piece, size: float) -> float:
    """The space between two neighbours."""
    if (before.table and (before.table is after.table or after.flush)) or (before.flush and after.flush):
        return 0.0
    if before.is_text and after.is_text and before.box is after.box:
        return before.paragraphs[-1].style.space_after
    return size * WIDE


def title_again(piece: Piece) -> SetParagraph | None:
    """The title that a box repeats if it goes on with this piece."""
    return piece.box.again if piece.box and piece.source is not piece.box.title else None


def added(before: Piece | None, piece: Piece, size: float) -> float:
    """What a piece adds to the height of those above it: with the first of a table its header, with the first of a box
    its padding and, if it goes on, its title."""
    height = piece.height + (gap(before, piece, size) if before else 0.0)
    if piece.table and (before is None or before.table is not piece.table):
        height += piece.table.header.height
    if piece.box and (before is None or before.box is not piece.box):
        height += 2 * piece.box.padding
        again = title_again(piece)
        height += again.height + again.style.space_after if again else 0.0
    return height


def stack_height(pieces: Iterable[Piece], size: float) -> float:
    """The height of pieces below each other."""
    total, before = 0.0, None
    for piece in pieces:
        total += added(before, piece, size)
        before = piece
    return total


def text_height(paragraphs: Iterable[SetParagraph]) -> float:
    """Paragraphs in one frame: the space after the last one does not count."""
    total = space = 0.0
    for paragraph in paragraphs:
        total += space + paragraph.height
        space = paragraph.style.space_after
    return total
