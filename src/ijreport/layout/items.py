"""What layout hands to the renderers: things at fixed places, still knowing what they are.

Lengths are points, the origin is the top left corner of the page or slide. Each renderer draws an item
with one short function; nothing is measured or decided after this.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.layout.elements import Element
from ijreport.layout.typesetting.text import SetParagraph
from ijreport.source import Span

ROUNDING = 0.01
"""Points by which lengths that were computed in different ways may differ and be the same."""


class Frame(Struct, frozen=True):
    """A rectangle: the place of an item."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def holds(self, other: Frame) -> bool:
        """Whether all of another frame lies in it, but for rounding."""
        return (
            self.x - other.x < ROUNDING
            and self.y - other.y < ROUNDING
            and other.right - self.right < ROUNDING
            and other.bottom - self.bottom < ROUNDING
        )

    def moved(self, dx: float, dy: float) -> Frame:
        return Frame(self.x + dx, self.y + dy, self.width, self.height)


PlaceholderType = Literal["", "title", "body", "foot", "date", "footer", "slide-number"]


class Text(Struct, frozen=True):
    """Set paragraphs from the top of the frame down. `placeholder` is the slot of the slide layout that it fills."""

    frame: Frame
    paragraphs: tuple[SetParagraph, ...]
    placeholder: PlaceholderType = ""
    slot: int = 0
    name: str = ""


class Cell(Struct, frozen=True):
    """A position of a table. Those that are merged know how many `columns` and `rows` they are together, and how many
    columns `left` and rows `above` of each the first of them stands, which has the text."""

    paragraphs: tuple[SetParagraph, ...]
    columns: int = 1
    rows: int = 1
    left: int = 0
    above: int = 0
    repeated: bool = False
    """Whether its text stood in an earlier part of the table already."""


class Row(Struct, frozen=True):
    """As many cells as the table has columns."""

    height: float
    cells: tuple[Cell, ...]


class Table(Struct, frozen=True):
    """Rows below each other, all of the frame's width. The first `header_rows` name the columns;
    `repeated` tells that they stood above an earlier part already. `slot` is the body slot of the slide layout that it
    fills, if any."""

    frame: Frame
    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    header_rows: int = 1
    repeated: bool = False
    padding: tuple[float, float] = (6.0, 3.5)
    name: str = ""
    slot: int | None = None

    def rules_below(self, number: int) -> list[tuple[float, float]]:
        """Where a rule below a row goes, from x to x, so that it crosses no merged cell."""
        crossed = [cell.above > 0 for cell in self.rows[number + 1].cells] if number + 1 < len(self.rows) else []
        if not any(crossed):
            return [(self.frame.x, self.frame.right)]
        found: list[tuple[float, float]] = []
        x = self.frame.x
        for width, inside in zip(self.widths, crossed, strict=True):
            if not inside:
                start = found.pop()[0] if found and found[-1][1] == x else x
                found.append((start, x + width))
            x += width
        return found


class Shape(Struct, frozen=True):
    """A plain figure. `points` (from the frame's corner) make a polygon or a polyline; a line goes corner to corner.

    `start` and `sweep` are the angles of a wedge, in degrees clockwise from the top; `hole` is the
    inner radius as a share of the outer one."""

    frame: Frame
    kind: Literal["rectangle", "rounded", "ellipse", "line", "polyline", "polygon", "wedge"]
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0.0
    dash: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    start: float = 0.0
    sweep: float = 0.0
    hole: float = 0.0


class Image(Struct, frozen=True):
    """A picture, scaled to its frame. `path` is the file's, inside the project; `data` its bytes.
    `slot` is as for tables."""

    frame: Frame
    path: str
    data: bytes
    alt: str
    element: Element | None = None
    slot: int | None = None


class Chart(Struct, frozen=True):
    """A chart: the deck makes a native one of `block`, print draws `drawing` (placed on the page).
    `slot` is as for tables."""

    frame: Frame
    block: blocks.Chart
    drawing: tuple[Item, ...] = ()
    element: Element | None = None
    """The figure that all of the drawing is."""
    slot: int | None = None


class Group(Struct, frozen=True):
    """Items that belong together and are described as one; `alt` is empty where their own text says it all."""

    frame: Frame
    items: tuple[Item, ...]
    name: str = ""
    alt: str = ""


Object = Table | Image | Chart
"""What fills a placeholder of the slide layout that is not for text alone."""
Item = Text | Table | Shape | Image | Chart | Group


def moved(item: Item, dx: float, dy: float) -> Item:
    """The same item elsewhere on the page."""
    frame = item.frame.moved(dx, dy)
    match item:
        case Chart():
            return replace(item, frame=frame, drawing=tuple(moved(part, dx, dy) for part in item.drawing))
        case Group():
            return replace(item, frame=frame, items=tuple(moved(part, dx, dy) for part in item.items))
        case _:
            return replace(item, frame=frame)


class Anchor(Struct, frozen=True):
    """A place that links and bookmarks lead to. `level` 0 is for links alone; from 1 it is an outline entry."""

    id: str
    y: float
    title: str = ""
    level: int = 0


class Sheet(Struct, frozen=True):
    """What a page is cut out of: it reaches `reach` points beyond each edge of the page, and what is cut off at the
    edges goes on for `bleed` of them. `marks` tell where to cut; they stand outside the page, on its coordinates."""

    bleed: float
    reach: float
    marks: tuple[Item, ...] = ()


class Page(Struct, frozen=True):
    """One printed page. `furniture` (running heads, rules, repeated parts) is not part of what the document says.

    All text among `items` belongs to elements of the document's structure, and stands in the order of reading. `label`
    is what the page is called, `ii` or `3`.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    furniture: tuple[Item, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    label: str = ""
    sheet: Sheet | None = None


LayoutName = Literal["cover", "section", "content", "columns", "figure", "table", "stats", "quote", "closing"]
LAYOUTS: tuple[str, ...] = get_args(LayoutName)


class Slide(Struct, frozen=True):
    """One slide on the layout of its name. `notes` are its speaker notes; `section` begins a section of the deck."""

    layout: LayoutName
    title: str
    items: tuple[Item, ...]
    notes: tuple[SetParagraph, ...] = ()
    section: str = ""
    ids: tuple[str, ...] = ()
    """What links inside the deck name this slide by."""
    span: Span | None = None
    """Of its heading."""
    size: float = 0.0
    """Of its text, in points; 0 where it has none but its title."""
    step: int = 0
    """How many steps of the theme's type scale that is below the first."""
    fill: float = 0.0
    """How much of its fullest frame is taken, 1 being all: that of its title only where it has nothing else."""
