"""Pages of items → their content streams (ISO 32000-1, 7.8.2), and what the file they go into must hold for them.

One short function an item; no layout decisions here. Page operators are written out as they are: ReportLab's own text
and path methods cost several times as much and know neither our fonts nor marked content. Everything drawn is marked
(14.6): as content of the element it carries, or as an artifact.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, assert_never

from msgspec import Struct

from ijreport.layout.elements import Element
from ijreport.layout.items import Anchor, Chart, Frame, Group, Image, Item, Page, Shape, Sheet, Table, Text
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.faces import PrintFace
from ijreport.layout.typesetting.text import Line, Run, SetParagraph
from ijreport.render.pdf_fonts import EmbeddedFont, actual_text
from ijreport.render.pdf_links import Link
from ijreport.render.pdf_paths import path_of
from ijreport.render.tags import StructureTree

_Mark = (
    Element | Literal["/Artifact<</Type/Pagination>>BDC", "/Artifact<</Type/Layout>>BDC", "/Artifact<</Type/Page>>BDC"]
)
"""What content belongs to: an element, or one of the kinds of artifacts (14.8.2.2)."""
_UNNOTICED = 0.1
"""Ems by which characters may stand closer or further apart until programs that copy text see two lines or words."""
_PAGINATION: _Mark = "/Artifact<</Type/Pagination>>BDC"
_LAYOUT: _Mark = "/Artifact<</Type/Layout>>BDC"
_SHEET: _Mark = "/Artifact<</Type/Page>>BDC"


class DrawnPage(Struct, frozen=True):
    """What a page's own objects are made of, besides its content: `links` counts them, `pictures` names them."""

    width: float
    height: float
    anchors: tuple[Anchor, ...]
    links: int
    pictures: tuple[str, ...]
    label: str
    sheet: Sheet | None


class PageDrawer:
    """Draws a stretch of a document's pages, numbered from `first` (the document's first page is 0).

    `texts` is what glyphs stand for by what was drawn before, by face (see `EmbeddedFont`), `outer` the elements that
    were begun before.
    """

    def __init__(
        self, first: int, theme: Theme, texts: Mapping[str, Mapping[int, str]], outer: Sequence[Element] = ()
    ) -> None:
        self.theme = theme
        self.before = texts
        self.tags = StructureTree(first, outer)
        self.pages: list[DrawnPage] = []
        self.contents: list[bytes] = []
        self.links: list[Link] = []
        self.pictures: dict[str, bytes] = {}
        self.faces: dict[str, EmbeddedFont] = {}
        self.fonts: dict[Any, EmbeddedFont] = {}
        self.number = first  # of the page
        self.out: list[str] = []
        self.mark: _Mark | None = None  # what the content at the end of `out` belongs to
        self.whole: _Mark | None = None  # what all content belongs to, whatever it carries
        self.in_text = False
        self.set_in: tuple[EmbeddedFont, float, str] | None = None  # the last run's font, size and colour
        self.height = 0.0
        self.shown: dict[str, None] = {}  # the pictures of the page

    @property
    def texts(self) -> dict[str, dict[int, str]]:
        """What the glyphs shown so far stand for, by face."""
        return {name: font.texts for name, font in self.faces.items()}

    def page(self, page: Page) -> None:
        """Draw the next page."""
        self.height = page.height
        self.out = []
        self.set_in = None
        self.shown = {}
        links = len(self.links)
        self.tags.begin_page()
        if page.sheet and page.sheet.marks:
            self.marks(page, page.sheet)
        for item in page.furniture:
            self.whole = _LAYOUT if isinstance(item, Shape) else _PAGINATION
            self.item(item)
        self.whole = None
        for item in page.items:
            self.item(item)
        self.end_mark()
        # Packed at once: all pages as they were drawn would take more memory than the whole file.
        self.contents.append(zlib.compress("\n".join(self.out).encode("ascii")))
        links = len(self.links) - links
        self.pages.append(
            DrawnPage(page.width, page.height, page.anchors, links, tuple(self.shown), page.label, page.sheet)
        )
        self.number += 1

    def marks(self, page: Page, sheet: Sheet) -> None:
        """The marks of a sheet, beyond which nothing of the page itself is drawn but its bleed."""
        self.whole = _SHEET
        for item in sheet.marks:
            self.item(item)
        out = sheet.bleed
        self.out.append(f"{-out:.3f} {-out:.3f} {page.width + 2 * out:.3f} {page.height + 2 * out:.3f} re W n")

    # -- marks -------------------------------------------------------------------------------------------------

    def within(self, mark: _Mark) -> None:
        """Let what is drawn next belong to an element or an artifact, unless all is drawn for another one."""
        mark = self.whole or mark
        if mark is self.mark:
            return
        self.end_mark()
        self.mark = mark
        if isinstance(mark, Element):
            self.out.append(f"/{mark.role}<</MCID {self.tags.content(mark, self.number)}>>BDC")
        else:
            self.out.append(mark)

    def end_mark(self) -> None:
        self.end_text()
        if self.mark:
            self.out.append("EMC")
            self.mark = None

    def begin_text(self) -> None:
        if not self.in_text:
            self.out.append("BT")
            self.in_text = True

    def end_text(self) -> None:
        """Marks and text objects lie in each other or apart, never across (14.6.1)."""
        if self.in_text:
            self.out.append("ET")
            self.in_text = False

    # -- items -------------------------------------------------------------------------------------------------

    def item(self, item: Item) -> None:
        match item:
            case Text():
                self.text(item)
            case Table():
                self.table(item)
            case Shape():
                self.shape(item)
            case Image():
                self.image(item)
            case Chart():
                self.figure(item)
                for part in item.drawing:
                    self.item(part)
                self.whole = None
            case Group():
                for part in item.items:
                    self.item(part)
            case _:
                assert_never(item)

    # -- text --------------------------------------------------------------------------------------------------

    def text(self, item: Text) -> None:
        y = item.frame.y
        for paragraph in item.paragraphs:
            self.paragraph(paragraph, item.frame.x, y)
            y += paragraph.height

    def paragraph(self, paragraph: SetParagraph, x: float, y: float) -> None:
        """Lines whose baselines bring the middle between x-height and cap height into the middle of the leading."""
        style = paragraph.style
        baseline = y + style.leading / 2 + style.size * 0.35
        element, label = paragraph.element, paragraph.label_element
        if element and not self.whole:
            self.tags.has(element)
        if paragraph.label:
            width = sum(run.width for run in paragraph.label)
            marks = tuple((0.0, run) for run in paragraph.label)
            self.line(Line(marks, width, " "), x + paragraph.indent - paragraph.label_gap - width, baseline, label)
        for line in paragraph.lines:
            self.line(line, x + paragraph.indent, baseline, element)
            self.link(line, x + paragraph.indent, baseline, style.size)
            baseline += style.leading

    def line(self, line: Line, x: float, baseline: float, element: Element | None) -> None:
        """A line's runs, as the content of `element` where they have none of their own."""
        last = len(line.runs) - 1
        for number, (offset, run) in enumerate(line.runs):
            own = line.elements[number] if line.elements else element
            self.within(own or _PAGINATION)
            self.begin_text()
            space = number == last and line.end == " "
            self.run_of_text(run, x + offset, self.height - baseline + run.voice.look.rise, space)

    def run_of_text(self, run: Run, x: float, y: float, space: bool) -> None:
        """One run, word by word as it was measured; a space at a line's end, so that extracted words stay apart."""
        look = run.voice.look
        font = self.font(run.voice.face)
        size = run.voice.size
        if (font, size, look.colour) != self.set_in:
            self.set_in = (font, size, look.colour)
            self.out.append(f"{_rgb(look.colour)} rg {font.name} {size:.4g} Tf")
        self.out.append(f"1 0 0 1 {x:.3f} {y:.3f} Tm")
        emboldened = look.bold and font.face.one_weight
        if emboldened:
            # As browsers and office programs do it, the outline is drawn as well (ISO 32000-1, 9.3.6).
            self.out.append(f"{_rgb(look.colour)} RG {0.028 * size:.3f} w 2 Tr")
        if run.white:
            self.out.append(self.spread(run, font, size, space))
        else:
            self.words(run, font, size, space)
        if emboldened:
            self.out.append("0 Tr")

    def words(self, run: Run, font: EmbeddedFont, size: float, space: bool) -> None:
        array: list[str] = []
        words = (run.text + " " if space else run.text).split(" ")
        known, blank = font.words.get, font.show(" ")[0]
        space_after = f" {-1000 * run.space / size:.2f}" if run.space else ""
        blank += space_after
        for left, word in zip(range(len(words) - 1, -1, -1), words, strict=True):
            elements, faithful = known(word) or font.show(word)
            if space_after and "\u00a0" in word:
                no_break = f" {font.show(chr(0xA0))[0]}{space_after} "
                elements = no_break.join(font.show(part)[0] for part in word.split("\u00a0"))
            if " Ts" in elements:
                elements = _sized(elements, size)
            if faithful:
                array += [elements, blank] if left else [elements]
                continue
            if array:
                self.out.append(_shown(array))
                array = []
            # The space after it belongs to it: some readers lose one that follows a mark without a width.
            said = actual_text(word + " " if left else word, run.voice.language)
            self.out.append(f"{said}{_shown([elements, blank] if left else [elements])} EMC")
        if array:
            self.out.append(_shown(array))

    def spread(self, run: Run, font: EmbeddedFont, size: float, space: bool) -> str:
        """A run whose characters stand closer or further apart than they are wide, all of it as one array."""
        text, white = (run.text + " ", (*run.white, 0.0)) if space else (run.text, run.white)
        elements, faithful = font.spread(text, [one / size for one in white])
        shown = _shown([_sized(elements, size)])
        if faithful and max(map(abs, white)) <= _UNNOTICED * size:
            return shown
        return f"{actual_text(text, run.voice.language)}{shown} EMC"

    def font(self, face: Any) -> EmbeddedFont:
        font = self.fonts.get(face)
        if font is None:
            assert isinstance(face, PrintFace)  # pages are set with print faces only
            known = self.faces.get(face.name)
            if known:
                font = known.variant(face)
            else:
                font = self.faces[face.name] = EmbeddedFont(face, self.before.get(face.name, {}))
            self.fonts[face] = font
        return font

    def link(self, line: Line, x: float, baseline: float, size: float) -> None:
        """A link annotation over each linked run; none in what is only repeated."""
        if self.whole:
            return
        for (offset, run), own in zip(line.runs, line.elements, strict=False):
            look = run.voice.look
            if not look.link:
                continue
            left, bottom = x + offset, self.height - baseline + look.rise
            corners = (left, bottom - 0.25 * size, left + run.width, bottom + 0.8 * look.size)
            element = own
            while element.role != "Link" and element.parent:
                element = element.parent
            self.tags.link(element, self.number, len(self.links))
            self.links.append(Link(corners, look.link, element.alt))

    # -- tables and shapes -------------------------------------------------------------------------------------

    def table(self, table: Table) -> None:
        """Light rules: one under the header, hairlines between rows, none upright, none through a cell."""
        colours = self.theme.colours
        frame = table.frame
        across, down = table.padding
        y = frame.y
        whole = self.whole
        rules: list[Shape] = []
        for number, row in enumerate(table.rows):
            repeated = table.repeated and number < table.header_rows
            x = frame.x
            for width, cell in zip(table.widths, row.cells, strict=True):
                self.whole = _PAGINATION if repeated or cell.repeated else whole
                top = y + down
                for paragraph in cell.paragraphs:
                    self.paragraph(paragraph, x + across, top)
                    top += paragraph.height
                x += width
            y += row.height
            heavy = number == table.header_rows - 1
            colour, weight = (colours.primary, 0.9) if heavy else (colours.rule, 0.5)
            for left, right in table.rules_below(number):
                rules.append(Shape(Frame(left, y, right - left, 0), "line", stroke=colour, stroke_width=weight))
        self.whole = whole
        for rule in rules:
            self.shape(rule)

    def shape(self, shape: Shape) -> None:
        path = path_of(shape, self.height)
        if not path:
            return
        operators = ["q"]
        if shape.fill:
            operators.append(f"{_rgb(shape.fill)} rg")
        if shape.stroke and shape.stroke_width:
            operators.append(f"{_rgb(shape.stroke)} RG {shape.stroke_width:.3g} w 1 J 1 j")
            if shape.dash:
                operators.append(f"[{' '.join(f'{one:g}' for one in shape.dash)}] 0 d 0 J")
        paint = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
        open_path = shape.kind in ("line", "polyline")
        operators += [
            path,
            "S" if open_path else paint[bool(shape.fill), bool(shape.stroke and shape.stroke_width)],
            "Q",
        ]
        self.within(_LAYOUT)
        self.end_text()
        self.out += operators

    def image(self, image: Image) -> None:
        frame = image.frame
        name = f"Picture{sha256(image.data).hexdigest()[:16]}"
        self.pictures[name] = image.data
        self.shown[name] = None
        self.figure(image)
        self.within(_LAYOUT)
        self.end_text()
        self.whole = None
        corner = f"{frame.x:.3f} {self.height - frame.bottom:.3f}"
        self.out.append(f"q {frame.width:.3f} 0 0 {frame.height:.3f} {corner} cm /{name} Do Q")

    def figure(self, item: Image | Chart) -> None:
        """Let all that is drawn next be one figure; a picture without an element only decorates."""
        self.whole = self.whole or item.element or _LAYOUT
        if isinstance(self.whole, Element):
            self.tags.placed(self.whole, item.frame, self.height)


@lru_cache(maxsize=256)
def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}".rstrip("0").rstrip(".") for at in (1, 3, 5))


def _shown(array: list[str]) -> str:
    """The elements of a TJ array as one; strings that stand beside each other are joined."""
    return f"[{' '.join(array)}]TJ".replace("> <", "")


def _sized(elements: str, size: float) -> str:
    """The rises of a word's glyphs, which are in ems, at a size."""
    parts = elements.split(" ")
    for number, part in enumerate(parts):
        if part.startswith("Ts") and number and parts[number - 1] != "0":
            parts[number - 1] = f"{float(parts[number - 1]) * size:.3f}"
    return " ".join(parts)
