"""What a document says: a small closed set of blocks and inlines, pure data, each with its place.

Adding a block touches its struct here, its case in `markdown.py`, and one case each in `document/resolve.py`,
`layout/print/galley.py` and `layout/slides/pieces.py`; `assert_never` there names what was forgotten.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, assert_never

from msgspec import Struct

from ijreport.source import Span

Align = Literal["left", "center", "right"]
ChartType = Literal["column", "bar", "stacked-column", "stacked-bar", "line", "pie", "doughnut"]
ListingKind = Literal["contents", "figures", "tables", "glossary", "sources", "index"]

OWN = "/"
"""Begins the ids that the program gives. No author's id holds it, and no heading's words make one with it."""


class _Placed(Struct, frozen=True):
    """Has a place, its `span`. Two that say the same are equal wherever they stand."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _said(other) == _said(self)

    def __hash__(self) -> int:
        return hash(tuple(_said(self)))


def _said(placed: Struct) -> list[object]:
    return [getattr(placed, name) for name in placed.__struct_fields__ if name != "span"]


# -- inlines ---------------------------------------------------------------------------------------------------


class Style(Struct, frozen=True):
    """How a stretch of text is marked."""

    strong: bool = False
    emphasis: bool = False
    code: bool = False
    baseline: Literal["", "super", "sub"] = ""


PLAIN = Style()


class IndexEntry(Struct, frozen=True):
    """What the index lists, below up to two entries that it belongs to: `("Trade", "deficit")`. `sort`: how the last
    of them is read, where it is sorted by that."""

    path: tuple[str, ...]
    sort: str = ""


class Text(_Placed, frozen=True):
    """Characters of one style; `link` is a web address or `#id`, `index` what the index tells their page under."""

    content: str
    style: Style = PLAIN
    link: str = ""
    span: Span | None = None
    index: tuple[IndexEntry, ...] = ()

    # What all of them do, at a third of the time: most of what is compared is text.

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is Text
            and other.content == self.content
            and other.style == self.style
            and other.link == self.link
            and other.index == self.index
        )

    def __hash__(self) -> int:
        return hash((self.content, self.style, self.link))


class Cited(Struct, frozen=True):
    """A source, with what is said `before` and `after` it. `number` is its place in the list, once resolved."""

    source: str
    before: str = ""
    after: str = ""
    number: int = 0


class Citation(_Placed, frozen=True):
    """`[@a; see @b, p. 3]`."""

    cited: tuple[Cited, ...]
    span: Span | None = None


class FootnoteReference(_Placed, frozen=True):
    """The mark of the document's footnote of this number (from 1)."""

    number: int
    span: Span | None = None


class Acronym(Struct, frozen=True):
    """The first use of a glossary's term. Print says the expansion after it, a slide at its foot."""

    content: str
    expansion: str
    style: Style = PLAIN
    nested: bool = False
    """Whether it stands inside parentheses already."""
    index: tuple[IndexEntry, ...] = ()
    name: str = ""
    """The term itself, where the text says more: `MoUs`, `UV-light`."""


class CrossReference(_Placed, frozen=True):
    """`[](#id)`: a link that says itself what it leads to. `paged`: in print, also on which page that is.

    `text` is what it says, once that is known; `page` goes behind it, with the number for {page}.
    """

    target: str
    paged: bool = False
    style: Style = PLAIN
    text: str = ""
    page: str = ""
    span: Span | None = None


class HardBreak(Struct, frozen=True):
    pass


Inline = Text | Citation | FootnoteReference | Acronym | CrossReference | HardBreak
Inlines = tuple[Inline, ...]


# -- blocks ----------------------------------------------------------------------------------------------------


class Heading(_Placed, frozen=True):
    """Level 1 is a section (a divider slide), level 2 a slide. `id` is unique; `layout` names a slide layout.

    `number` is the one that it is printed with, where the theme wants that and it is not `unnumbered`.
    """

    level: int
    content: Inlines
    id: str = ""
    layout: str = ""
    unnumbered: bool = False
    number: str = ""
    span: Span | None = None


class Paragraph(_Placed, frozen=True):
    content: Inlines
    span: Span | None = None


class CodeBlock(_Placed, frozen=True):
    text: str
    language: str = ""
    span: Span | None = None


class ListItem(Struct, frozen=True):
    blocks: tuple[Block, ...]


class List(_Placed, frozen=True):
    """`start` is the first number of an ordered list and None for an unordered one."""

    items: tuple[ListItem, ...]
    start: int | None = None
    span: Span | None = None


class Column(Struct, frozen=True):
    """A table's column: its title, alignment, and width relative to its neighbours' (None: from the content)."""

    title: Inlines
    align: Align = "left"
    width: float | None = None


class MergedCell(Struct, frozen=True):
    """A cell of a table that is `columns` wide and `rows` high, from a position on: both count from 0, without the
    header."""

    row: int
    column: int
    columns: int = 1
    rows: int = 1


class Table(_Placed, frozen=True):
    """Every row has as many cells as there are columns. `id` is unique among ids; one with a number has one.

    Of the positions that a merged cell covers, the first has its text, and the others are empty.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    caption: Inlines = ()
    number: int = 0
    id: str = ""
    merged: tuple[MergedCell, ...] = ()
    span: Span | None = None


class Callout(_Placed, frozen=True):
    title: Inlines
    blocks: tuple[Block, ...]
    span: Span | None = None


class Quote(_Placed, frozen=True):
    blocks: tuple[Block, ...]
    attribution: Inlines = ()
    span: Span | None = None


class Figure(_Placed, frozen=True):
    """An image: `path` is inside the project. `number` counts figures and charts, once resolved."""

    path: str
    alt: str
    caption: Inlines = ()
    number: int = 0
    id: str = ""
    span: Span | None = None


class Series(Struct, frozen=True):
    name: str
    values: tuple[float | None, ...]


class Chart(_Placed, frozen=True):
    """`format` is a number pattern (ECMA-376 18.8.31); every series has as many values as there are categories."""

    type: ChartType
    alt: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str = ""
    unit: str = ""
    format: str = ""
    caption: Inlines = ()
    number: int = 0
    id: str = ""
    span: Span | None = None


class Stat(Struct, frozen=True):
    """One key figure: the value set large, what it measures, and a small note."""

    value: str
    label: Inlines
    note: Inlines = ()


class Stats(_Placed, frozen=True):
    items: tuple[Stat, ...]
    span: Span | None = None


class Event(Struct, frozen=True):
    when: str
    title: Inlines
    text: Inlines = ()


class Timeline(_Placed, frozen=True):
    events: tuple[Event, ...]
    span: Span | None = None


class Columns(_Placed, frozen=True):
    """Columns side by side; a single one flows through two columns of a page."""

    columns: tuple[tuple[Block, ...], ...]
    span: Span | None = None


class Notes(_Placed, frozen=True):
    """Speaker notes of the slide they stand on."""

    blocks: tuple[Block, ...]
    span: Span | None = None


class Break(_Placed, frozen=True):
    """A new page or slide begins here."""

    span: Span | None = None


class Listing(_Placed, frozen=True):
    """A part that is made from the whole document: its contents, its figures, its glossary.

    `terms`: whether an index has the glossary's terms, too.
    """

    kind: ListingKind
    span: Span | None = None
    terms: bool = False


Block = (
    Heading
    | Paragraph
    | CodeBlock
    | List
    | Table
    | Callout
    | Quote
    | Figure
    | Chart
    | Stats
    | Timeline
    | Columns
    | Notes
    | Break
    | Listing
)
Blocks = tuple[Block, ...]


# -- the document ----------------------------------------------------------------------------------------------


class Metadata(_Placed, frozen=True):
    """What the report says of itself: the cover, and the properties of the finished file."""

    title: str
    subtitle: str = ""
    date: date | None = None
    language: str = "en"
    authors: tuple[str, ...] = ()
    organisation: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    span: Span | None = None
    """Of the title."""


class Reference(Struct, frozen=True):
    """A cited source, in the order of first citation."""

    id: str
    content: Inlines


class Term(Struct, frozen=True):
    """An acronym or name that the document used, and what it stands for."""

    name: str
    expansion: str
    note: str = ""


class Document(Struct, frozen=True):
    """One output's content. Before `resolve`, `references` and `terms` are empty."""

    metadata: Metadata
    blocks: Blocks
    footnotes: tuple[Blocks, ...] = ()
    references: tuple[Reference, ...] = ()
    terms: tuple[Term, ...] = ()
    refers: bool = False
    """Whether there are cross-references in it."""
    indexed: bool = False
    """Whether there is an index in it, and what that lists is marked."""


def plain(content: Inlines) -> str:
    """The characters of inlines alone: for bookmarks, names and alternative texts. Where lines may end they say not."""
    return "".join(map(_plain, content)).replace("\u00ad", "").replace("\u200b", "")


def _plain(inline: Inline) -> str:
    match inline:
        case Text() | Acronym():
            return inline.content
        case CrossReference():
            return inline.text
        case HardBreak():
            return " "
        case Citation() | FootnoteReference():
            return ""
        case _:
            assert_never(inline)


def titled(heading: Heading) -> str:
    """A heading's characters with its number before them."""
    return f"{heading.number} {plain(heading.content)}" if heading.number else plain(heading.content)


def notes_in(content: Inlines) -> tuple[int, ...]:
    """The footnotes that a text refers to."""
    return tuple(one.number for one in content if isinstance(one, FootnoteReference))
