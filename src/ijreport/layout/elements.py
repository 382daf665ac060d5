"""What the parts of a document are to each other: the elements of its logical structure (ISO 32000-1, 14.7 and 14.8).

An element knows its parent, and whatever is placed on a page carries the element it belongs to. So a paragraph that
goes over three pages is one element in three places, and an element without content leaves nothing behind.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Role = Literal[
    "Document", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "P", "H1", "H2", "H3", "H4", "H5", "H6",
    "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD",
    "Span", "Note", "Reference", "Code", "Link", "Figure",
]  # fmt: skip
"""The standard structure types that are used (14.8.4)."""

PAGE = "#ijreport-page-"
"""What the links to whole pages begin with, before the page's label."""
HEADINGS: tuple[Role, ...] = ("H1", "H2", "H3", "H4", "H5", "H6")


class Element(Struct, frozen=True, eq=False):
    """One element of the tree, known by its identity. Elements of one parent stand in the order of their numbers."""

    role: Role
    parent: Element | None = None
    number: int = 0
    alt: str = ""
    """What a figure shows, or the whole text of a link."""
    language: str = ""
    """Where it is another than its parent's (BCP 47)."""
    id: str = ""
    scope: Literal["", "Column", "Row"] = ""
    """What the heading cell of a table names."""
    numbering: Literal["", "Decimal", "Disc"] = ""
    """How the items of a list are marked."""
    columns: int = 1
    rows: int = 1
    """How many of each a cell of a table goes over."""
