"""What a template's layout gives to the text of a slide: where it stands, and how it looks if nothing else is said.

Lengths are points.
"""

from __future__ import annotations

from msgspec import Struct

from ijreport.document.blocks import Align
from ijreport.layout.items import Frame

LEVELS = 5
"""Levels of a list that are looked at; a document has no deeper ones."""


class Mark(Struct, frozen=True):
    """What stands before an item of a list. `size` is a share of the text's; no `colour` is that of the text."""

    character: str
    typeface: str
    charset: str
    size: float
    colour: str


class Inherited(Struct, frozen=True):
    """What text of one level takes from its placeholder. Lengths are points.

    `marked` tells whether it is an item of a list, `mark` is its mark if that is a character. `line_spacing` is a
    multiple of the font's own, 0 where it is fixed; `typeface` may name the theme's ("+mn-lt").
    """

    size: float
    colour: str
    bold: bool
    italic: bool
    capitals: bool
    align: Align
    indent: float
    hanging: float
    marked: bool
    mark: Mark | None
    line_spacing: float
    spaced: bool
    typeface: str


class Placeholder(Struct, frozen=True):
    """A placeholder of a layout as slides see it. `frame` is the shape's, `insets` keep text from its edges.

    `type` is that of 19.7.10, "obj" where none is written; `columns` tells that its text runs in several;
    `styles` are those of levels 1 to 5.
    """

    type: str
    index: str
    extent: str
    name: str
    frame: Frame | None
    insets: tuple[float, float, float, float]
    upright: bool
    columns: bool
    styles: tuple[Inherited, ...]

    @property
    def text_frame(self) -> Frame:
        """Where its text stands."""
        assert self.frame is not None  # asked for its frame first
        left, top, right, bottom = self.insets
        width, height = self.frame.width - left - right, self.frame.height - top - bottom
        return Frame(self.frame.x + left, self.frame.y + top, width, height)
