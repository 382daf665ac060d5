"""theme.yaml → Theme: colours, fonts, the type scale, the page and the slide, for both outputs.

Every value has a default, so that a project without a theme, or with one that changes two colours, builds.
Sizes are in points; a length may also be written with mm, cm, in or pt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ijreport.content.bind import Converter, Unfit
from ijreport.content.reader import Node, Scalar
from ijreport.layout.units import MM, points


def _length(node: Node) -> float:
    try:
        return points(node.text if isinstance(node, Scalar) else "")
    except ValueError as fault:
        raise Unfit(str(fault), node.span, "bad-length") from None


def _size(node: Node) -> float:
    length = _length(node)
    if not 1 <= length <= 5000:
        raise Unfit(f"{length:g} pt is not a size that can be set", node.span, "bad-length")
    return length


def _bleed(node: Node) -> float:
    length = _length(node)
    if not 0 <= length <= MOST_BLEED:
        message = f"a bleed lies between 0 and {MOST_BLEED:g} pt"
        raise Unfit(message, node.span, "bad-length", "printers mostly want 3 mm")
    return length


def _colour(node: Node) -> str:
    text = node.text if isinstance(node, Scalar) else ""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise Unfit('a colour must be written like "#27408B"', node.span, "bad-colour", 'in quotes: "#RRGGBB"')
    return text.upper()


Profile = Literal["ua1", "a2a"]
"""What a PDF promises: PDF/UA-1 (ISO 14289-1) that everyone can read it, PDF/A-2a (ISO 19005-2) that it lasts."""
MOST_BLEED = 72.0
"""How far, in points, what is cut off may go on beyond a page's edge."""
LEAST_BODY = 14.0
"""The smallest size, in points, of what a slide says; its foot, footers and captions may be smaller."""
LEAST_TABLE = 12.0
"""The same in a slide's tables."""


def _at_least(least: float, what: str) -> Callable[[Node], float]:
    def size(node: Node) -> float:
        length = _size(node)
        if length < least:
            message = f"{length:g} pt is too small for {what} on a slide"
            raise Unfit(message, node.span, "bad-length", f"{least:g} pt is the least")
        return length

    return size


Length = Annotated[float, Converter(_length)]
Size = Annotated[float, Converter(_size)]
Bleed = Annotated[float, Converter(_bleed)]
BodySize = Annotated[float, Converter(_at_least(LEAST_BODY, "text"))]
TableSize = Annotated[float, Converter(_at_least(LEAST_TABLE, "a table"))]
Colour = Annotated[str, Converter(_colour)]


class Colours(Struct, frozen=True):
    """Ink on paper; indigo and vermilion carry meaning, saffron and green accompany them."""

    ink: Colour = "#1B2130"
    paper: Colour = "#FFFFFF"
    muted: Colour = "#596273"
    rule: Colour = "#CDD1D8"
    tint: Colour = "#F4F2EC"
    primary: Colour = "#26377D"
    accent: Colour = "#C2371F"
    warm: Colour = "#E08A1E"
    fresh: Colour = "#1E7A4A"
    series: tuple[Colour, ...] = ("#26377D", "#C2371F", "#E9A13B", "#155F39", "#8F98AB", "#9171BF")


class Family(Struct, frozen=True):
    """Four faces of one family, as files inside the project. A missing one is taken from its nearest relative."""

    regular: str
    bold: str = ""
    italic: str = ""
    bold_italic: str = ""


class PrintFonts(Struct, frozen=True):
    """Families embedded in the PDF: built-in ones (FiraGO, Noto Sans, Fira Mono) or those of `families`."""

    text: str = "FiraGO"
    heading: str = "FiraGO"
    mono: str = "Fira Mono"


class SlideFonts(Struct, frozen=True):
    """Typefaces named in the deck, per script; the reader's machine supplies them. `heading` is `latin` by default."""

    latin: str = "Arial"
    east_asian: str = "Yu Gothic"
    complex_script: str = "Nirmala UI"
    mono: str = "Courier New"
    heading: str = ""


class Fonts(Struct, frozen=True):
    print: PrintFonts = PrintFonts()
    slide: SlideFonts = SlideFonts()
    families: dict[str, Family] = field(default_factory=dict)


class Page(Struct, frozen=True):
    """The printed page. Text begins `offset` from the left margin; headings and wide blocks begin at the margin.

    In two or three `columns`, all of it begins at the margin, `offset` or not.
    `cover`: the title on a page of its own, at the head of the first page, or nowhere but in the running heads.
    `duplex`: printed on both sides, the margins of left-hand pages are those of right-hand ones mirrored.
    `bleed`: how far grounds that reach an edge go beyond it; `marks`: what tells where to cut it (CSS Paged Media 3).
    `front_matter`: whether what stands before the body is numbered apart.
    `align` and `hyphenate` are for running text; headings, captions, tables and code are neither justified nor parted.
    """

    size: Literal["A4", "A5", "Letter"] = "A4"
    cover: Literal["page", "head", "none"] = "page"
    front_matter: Literal["none", "roman"] = "none"
    margin_top: Length = 26 * MM
    margin_bottom: Length = 25 * MM
    margin_left: Length = 24 * MM
    margin_right: Length = 24 * MM
    duplex: bool = False
    bleed: Bleed = 0.0
    marks: tuple[Literal["crop", "bleed", "cross"], ...] = ()
    offset: Length = 24 * MM
    columns: Literal[1, 2, 3] = 1
    gutter: Length = 7 * MM
    body: Size = 10.5
    leading: float = 1.43
    align: Literal["left", "justified"] = "left"
    hyphenate: bool = False
    title: Size = 38
    subtitle: Size = 17
    h1: Size = 25
    h2: Size = 14.5
    h3: Size = 11.5
    small: Size = 8.5
    table: Size = 9.25
    stat: Size = 23
    contents_depth: int = 2
    numbering: Literal[0, 1, 2, 3, 4, 5, 6] = 0
    sources: Literal["full", "small"] = "full"
    back_references: bool = False


class Slide(Struct, frozen=True):
    """The slide, 16:9. `body` lists the sizes tried for text, largest first; `table` a table's at the same steps.

    `template` is a corporate one, whose slide it is then; `roles` name its layouts that serve as ours."""

    width: Size = 960
    height: Size = 540
    margin: Length = 54
    title: Size = 32
    body: tuple[BodySize, ...] = (28, 26, 24, 22, 20, 18)
    table: tuple[TableSize, ...] = (22, 21, 20, 18, 17, 16)
    small: Size = 11
    stat: Size = 44
    cover: Size = 46
    template: str = ""
    roles: dict[str, str] = field(default_factory=dict)


class Pdf(Struct, frozen=True):
    """Which standards the PDF says it follows. It is tagged in any case."""

    profile: tuple[Profile, ...] = ("ua1", "a2a")


class Theme(Struct, frozen=True):
    colours: Colours = Colours()
    fonts: Fonts = field(default_factory=Fonts)
    page: Page = Page()
    pages: dict[str, Page] = field(default_factory=dict)
    """Further kinds of page, by name; what one does not say is as `page` has it."""
    slide: Slide = Slide()
    pdf: Pdf = Pdf()

    def on_page(self, name: str) -> Theme:
        """The theme for an output on one of its further pages, which must be there; on its own page without a name."""
        return replace(self, page=self.pages[name]) if name else self
