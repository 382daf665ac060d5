"""Strips: the horizontal slices of a document that a page takes whole, and how they become items again.

A line of a paragraph, a row of a table, a figure with all its parts. What may not be parted is said by `keep`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

from msgspec import Struct
from msgspec.structs import replace

from ijreport.layout import items
from ijreport.layout.items import Anchor, Frame, Item, moved
from ijreport.layout.table import SetTable
from ijreport.layout.typesetting.text import SetParagraph


class PartOf(Struct, frozen=True, eq=False):
    """What a strip is a part of, so that neighbouring parts are put together again on their page."""

    whole: SetParagraph | SetTable
    number: int
    """The line or row, the first where there are several."""
    x: float
    count: int = 1


class Box(Struct, frozen=True, eq=False):
    """A tinted ground behind strips, with a rule at its left edge."""

    x: float
    width: float
    fill: str
    rule: str


class Flow(Struct, frozen=True, eq=False):
    """Text that goes on from column to column. `pitch` is from one column's left edge to the next one's, `grid` the
    distance of the baselines that all columns have in common."""

    count: int
    pitch: float
    grid: float


class ContentsEntry(Struct, frozen=True, eq=False):
    """A line of the contents; its page number is known when all pages are."""

    target: str
    paragraph: SetParagraph
    x: float


class Strip(Struct, frozen=True, eq=False):
    """A slice of `height` points, `before` points below the last one unless it begins a page.

    `items` are at their x on the page and at their y below the strip's top. `keep`: no page may end after it; `close`:
    none should, unless that leaves too much of it empty.
    `forced`: a page begins with it. `notes`: the footnotes that its page must carry. `header`: repeated above
    it if it begins a page. `inset`: the padding of its box, repeated above it if it begins a page and below it if it
    ends one. `flow`: the columns that it is for.
    """

    height: float
    before: float = 0.0
    items: tuple[Item, ...] = ()
    part: PartOf | None = None
    entry: ContentsEntry | None = None
    keep: bool = False
    close: bool = False
    forced: bool = False
    notes: tuple[int, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    header: SetTable | None = None
    box: Box | None = None
    inset: float = 0.0
    flow: Flow | None = None

    def on_grid(self, y: float, above: float, grid: float) -> float:
        """The y for a line of running text: the grid's line below `y`, or the one less than 0.35 lines above it.

        So a list is set close and paragraphs a line apart. Never higher than `above`. What stands in a box keeps the
        box's own distances.
        """
        if not grid or self.box or not self.part or not isinstance(self.part.whole, SetParagraph):
            return y
        if self.part.whole.style.leading != grid:
            return y
        line = floor(y / grid + 0.65 + 1e-6)
        return (line if line * grid >= above - 0.01 else line + 1) * grid


def blank(height: float) -> list[Strip]:
    """Empty space, which a page's end or beginning swallows."""
    return [Strip(0.0, height)] if height > 0 else []


def is_blank(strip: Strip) -> bool:
    return not (strip.height or strip.items or strip.part or strip.entry or strip.box)


def folded(strips: Sequence[Strip]) -> list[Strip]:
    """The strips without empty ones; of the spaces between two, the largest counts. A forced page is kept."""
    result: list[Strip] = []
    space = 0.0
    forced = False
    for strip in strips:
        space = max(space, strip.before)
        forced = forced or strip.forced
        if not is_blank(strip):
            changed = space != strip.before or forced != strip.forced
            result.append(replace(strip, before=space, forced=forced) if changed else strip)
            space, forced = 0.0, False
    return result


def stacked_height(strips: Sequence[Strip], grid: float = 0.0) -> float:
    placed = stacked(strips, grid)
    return placed[-1][0] + placed[-1][1].height if placed else 0.0


def stacked(strips: Sequence[Strip], grid: float = 0.0) -> list[tuple[float, Strip]]:
    """The strips below each other, each with its y; lines of running text on a grid."""
    placed, y = [], 0.0
    for number, strip in enumerate(folded(strips)):
        top = strip.on_grid(y + strip.before if number else y, y, grid)
        placed.append((top, strip))
        y = top + strip.height
    return placed


def compose(placed: list[tuple[float, Strip]], pages: Mapping[str, str]) -> tuple[list[Item], list[Anchor]]:
    """Strips at their places → items: lines put together to paragraphs, rows to tables, grounds behind.

    `pages` gives the page number that a line of the contents shows for its target.
    """
    found: list[Item] = []
    anchors: list[Anchor] = []
    at = 0
    while at < len(placed):
        y, strip = placed[at]
        anchors += [replace(anchor, y=y + anchor.y) for anchor in strip.anchors]
        if strip.box and (at == 0 or placed[at - 1][1].box is not strip.box):
            found += _ground(placed, at, strip.box)
        found += [moved(item, 0.0, y) for item in strip.items]
        if strip.entry:
            found += _contents_line(strip.entry, y, pages.get(strip.entry.target, ""))
        last = at
        if strip.part:
            count = strip.part.count
            while (
                last + 1 < len(placed)
                and (after := placed[last + 1][1].part)
                and after.whole is strip.part.whole
                and not placed[last + 1][1].items
            ):
                last += 1
                count += after.count
                anchors += [replace(anchor, y=placed[last][0] + anchor.y) for anchor in placed[last][1].anchors]
            found.append(_joined(strip.part, y, count))
        at = last + 1
    return found, anchors


def _joined(part: PartOf, y: float, count: int) -> Item:
    whole = part.whole
    if isinstance(whole, SetTable):
        first = max(part.number, 0)
        return whole.item(part.x, y - (whole.header.height if part.number > 0 else 0.0), first, part.number + count)
    text = whole
    if count < len(whole.lines):
        _, tail = whole.split(part.number)
        text = tail.split(count)[0]
        if part.number == 0:
            text = replace(text, label=whole.label, number=whole.number)
    return items.Text(Frame(part.x, y, whole.width, text.height), (text,))


def _ground(placed: list[tuple[float, Strip]], at: int, box: Box) -> list[Item]:
    last = at
    while last + 1 < len(placed) and placed[last + 1][1].box is box:
        last += 1
    top = placed[at][0] - placed[at][1].inset
    bottom = placed[last][0] + placed[last][1].height + placed[last][1].inset
    shapes: list[Item] = []
    if box.fill:
        shapes.append(items.Shape(Frame(box.x, top, box.width, bottom - top), "rectangle", fill=box.fill))
    if box.rule:
        shapes.append(items.Shape(Frame(box.x, top, 2.6, bottom - top), "rectangle", fill=box.rule))
    return shapes


def _contents_line(entry: ContentsEntry, y: float, page: str) -> list[Item]:
    text = entry.paragraph
    last = text.lines[-1]
    run = replace(text.lines[0].runs[0][1], text=page)
    width = run.width
    right = entry.x + text.width + 40
    line = replace(last, runs=((0.0, run),), width=width, elements=text.lines[0].elements[:1])
    number = replace(text, lines=(line,), width=width, indent=0.0, label=())
    bottom = y + text.height
    where = Frame(right - width, bottom - text.style.leading, width, text.style.leading)
    return [items.Text(Frame(entry.x, y, text.width, text.height), (text,)), items.Text(where, (number,))]
