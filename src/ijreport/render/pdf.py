"""Pages of items → the bytes of a PDF, on ReportLab's canvas.

One short function an item; no layout decisions here. Page operators are written straight into the canvas's
content stream: its own text and path methods cost several times as much and know neither our fonts nor marked content.
"""

from __future__ import annotations

from hashlib import md5
from io import BytesIO
from math import cos, radians, sin
from typing import Any, assert_never

from ijreport.document.blocks import Metadata
from ijreport.layout.fonts import PrintFace
from ijreport.layout.items import Chart, Frame, Group, Image, Item, Page, Shape, Table, Text
from ijreport.layout.text import Line, Run, SetParagraph
from ijreport.layout.theme import Theme
from ijreport.render.pdf_fonts import EmbeddedFont, actual_text
from ijreport.render.pdf_links import LinkAnnotation


def draw_pdf(pages: tuple[Page, ...], metadata: Metadata, theme: Theme) -> bytes:
    """The finished file. The same pages give the same bytes."""
    return _Drawing(metadata, theme).run(pages)


class _Drawing:
    def __init__(self, metadata: Metadata, theme: Theme) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # ASCII armour would cost a quarter of the drawing and of the file
        self.theme = theme
        self.buffer = BytesIO()
        self.fonts: dict[str, EmbeddedFont] = {}
        self.canvas: Any = Canvas(
            self.buffer, pagesize=(1, 1), pageCompression=1, invariant=1, lang=metadata.language, pdfVersion=(1, 7)
        )
        # ReportLab begins the file's identifier with SOURCE_DATE_EPOCH; the report's own date goes before that.
        self.canvas._doc.signature = md5(usedforsecurity=False)
        self.prepare(metadata)
        self.out: list[str] = []
        self.height = 0.0
        self.level = -1  # of the last bookmark
        self.places: dict[str, tuple[str, float]] = {}

    def prepare(self, metadata: Metadata) -> None:
        canvas = self.canvas
        canvas.setTitle(metadata.title)
        canvas.setAuthor(", ".join(metadata.authors))
        canvas.setSubject(metadata.description or metadata.subtitle)
        canvas.setKeywords(", ".join(metadata.keywords))
        canvas.setCreator("ijreport")
        canvas.setProducer("ijreport")
        when = metadata.date
        stamp = when.strftime("D:%Y%m%d000000Z") if when else "D:19800101000000Z"
        canvas.setDateFormatter(lambda *_: stamp)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.showOutline()

    def run(self, pages: tuple[Page, ...]) -> bytes:
        for page in pages:
            self.page(page)
        self.canvas._doc.idToObject["BasicFonts"].dict.clear()  # Helvetica, put there when the canvas was made
        for font in self.fonts.values():
            font.embed(self.canvas._doc)
        self.canvas.save()
        return self.buffer.getvalue()

    def page(self, page: Page) -> None:
        canvas = self.canvas
        canvas._pagesize = (page.width, page.height)
        canvas._preamble = ""  # it would select Helvetica, which is not embedded
        self.height = page.height
        self.out = []
        for item in (*page.furniture, *page.items):
            self.item(item)
        canvas._code = self.out
        canvas._doc.updateSignature("\n".join(self.out))  # ReportLab's own identifier knows the title only
        for anchor in page.anchors:
            top = self.height - anchor.y + 6
            self.places[anchor.id] = (canvas._doc.thisPageName(), top)
            canvas.bookmarkPage(anchor.id, fit="XYZ", left=0, top=round(top, 2), zoom=0)
            if anchor.level:
                self.level = min(anchor.level - 1, self.level + 1)
                canvas.addOutlineEntry(anchor.title, anchor.id, self.level, closed=self.level > 0)
        canvas.showPage()

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
                for part in item.drawing:
                    self.item(part)
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
        if paragraph.label:
            width = sum(run.width for run in paragraph.label)
            gap = style.size * (0.62 if paragraph.label[0].text.rstrip(".").isdigit() else 0.75)
            self.line(((0.0, run) for run in paragraph.label), x + paragraph.indent - gap - width, baseline)
        for line in paragraph.lines:
            self.line(line.runs, x + paragraph.indent, baseline, line.end == " ")
            self.links(line, x + paragraph.indent, baseline, style.size)
            baseline += style.leading

    def line(self, runs: Any, x: float, baseline: float, space: bool = False) -> None:
        self.out.append("BT")
        placed = tuple(runs)
        for number, (offset, run) in enumerate(placed):
            self.run_of_text(
                run, x + offset, self.height - baseline + run.voice.look.rise, space and number == len(placed) - 1
            )
        self.out.append("ET")

    def run_of_text(self, run: Run, x: float, y: float, space: bool) -> None:
        """One run, word by word as it was measured; a space at a line's end, so that extracted words stay apart."""
        look = run.voice.look
        font = self.font(run.voice.face)
        self.colour(look.colour)
        self.out.append(f"/{font.name} {look.size:.4g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm")
        emboldened = look.bold and font.face.one_weight
        if emboldened:
            # As browsers and office programs do it, the outline is drawn as well (ISO 32000-1, 9.3.6).
            self.out.append(f"{_rgb(look.colour)} RG {0.028 * look.size:.3f} w 2 Tr")
        array: list[str] = []
        text = run.text + " " if space else run.text
        blank = font.show(" ")[0]
        for number, word in enumerate(text.split(" ")):
            if number:
                array.append(blank)
            if not word:
                continue
            elements, faithful = font.show(word)
            if " Ts" in elements:
                elements = _sized(elements, look.size)
            if faithful:
                array.append(elements)
            else:
                if array:
                    self.out.append(f"[{' '.join(array)}]TJ")
                    array = []
                self.out.append(f"{actual_text(word, run.voice.language)} [{elements}]TJ EMC")
        if array:
            self.out.append(f"[{' '.join(array)}]TJ")
        if emboldened:
            self.out.append("0 Tr")

    def font(self, face: Any) -> EmbeddedFont:
        font = self.fonts.get(face.name)
        if font is None:
            assert isinstance(face, PrintFace)  # pages are set with print faces only
            font = self.fonts[face.name] = EmbeddedFont(face, f"T{len(self.fonts) + 1}")
        return font

    def links(self, line: Line, x: float, baseline: float, size: float) -> None:
        """A link annotation over each stretch of linked runs."""
        for offset, run in line.runs:
            look = run.voice.look
            if not look.link:
                continue
            left, bottom = x + offset, self.height - baseline + look.rise
            corners = (left, bottom - 0.25 * size, left + run.width, bottom + 0.8 * look.size)
            self.canvas._addAnnotation(LinkAnnotation(corners, look.link, self.places))

    # -- tables and shapes -------------------------------------------------------------------------------------

    def table(self, table: Table) -> None:
        """Light rules: one under the header, hairlines between rows, none upright."""
        colours = self.theme.colours
        frame = table.frame
        across, down = table.padding
        y = frame.y
        for number, row in enumerate(table.rows):
            x = frame.x
            for width, cell in zip(table.widths, row.cells, strict=True):
                top = y + down
                for paragraph in cell.paragraphs:
                    self.paragraph(paragraph, x + across, top)
                    top += paragraph.height
                x += width
            y += row.height
            heavy = number == table.header_rows - 1
            colour, weight = (colours.primary, 0.9) if heavy else (colours.rule, 0.5)
            self.shape(Shape(Frame(frame.x, y, frame.width, 0), "line", stroke=colour, stroke_width=weight))

    def shape(self, shape: Shape) -> None:
        path = self.path(shape)
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
        self.out += operators

    def path(self, shape: Shape) -> str:
        frame = shape.frame
        match shape.kind:
            case "rectangle":
                return f"{frame.x:.3f} {self.height - frame.bottom:.3f} {frame.width:.3f} {frame.height:.3f} re"
            case "rounded":
                return self.rounded(frame, min(4.0, frame.width / 2, frame.height / 2))
            case "line":
                return self.polygon(frame, ((0.0, 0.0), (frame.width, frame.height)), close=False)
            case "polyline" | "polygon":
                return self.polygon(frame, shape.points, close=shape.kind == "polygon")
            case "ellipse":
                return self.arc(frame, 0, 360, "m") + " h"
            case "wedge":
                return self.wedge(shape)
            case _:
                assert_never(shape.kind)

    def point(self, x: float, y: float) -> str:
        return f"{x:.3f} {self.height - y:.3f}"

    def polygon(self, frame: Frame, points: tuple[tuple[float, float], ...], close: bool) -> str:
        corners = [self.point(frame.x + x, frame.y + y) for x, y in points]
        return f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + (" h" if close else "")

    def rounded(self, frame: Frame, radius: float) -> str:
        corners = (
            (frame.right - 2 * radius, frame.y, 0), (frame.right - 2 * radius, frame.bottom - 2 * radius, 90),
            (frame.x, frame.bottom - 2 * radius, 180), (frame.x, frame.y, 270),
        )  # fmt: skip
        parts = [
            self.arc(Frame(x, y, 2 * radius, 2 * radius), start, 90, "l" if number else "m")
            for number, (x, y, start) in enumerate(corners)
        ]
        return " ".join(parts) + " h"

    def wedge(self, shape: Shape) -> str:
        """A sector, or with a hole a sector of a ring."""
        frame = shape.frame
        centre = self.point(frame.x + frame.width / 2, frame.y + frame.height / 2)
        outer = self.arc(frame, shape.start, shape.sweep, "l")
        if not shape.hole:
            return f"{centre} m {outer} h"
        width, height = frame.width * shape.hole, frame.height * shape.hole
        inner = Frame(frame.x + (frame.width - width) / 2, frame.y + (frame.height - height) / 2, width, height)
        outer = self.arc(frame, shape.start, shape.sweep, "m")
        return f"{outer} {self.arc(inner, shape.start + shape.sweep, -shape.sweep, 'l')} h"

    def arc(self, frame: Frame, start: float, sweep: float, operator: str) -> str:
        """Bézier curves along an ellipse; angles are degrees clockwise from the top."""
        rx, ry = frame.width / 2, frame.height / 2
        cx, cy = frame.x + rx, frame.y + ry
        steps = max(1, round(abs(sweep) / 45 + 0.49))
        step = radians(sweep / steps)
        reach = 4 / 3 * sin(step / 4) / cos(step / 4)
        angle = radians(start - 90)
        parts = [f"{self.point(cx + rx * cos(angle), cy + ry * sin(angle))} {operator}"]
        for _number in range(steps):
            after = angle + step
            x1, y1 = cos(angle) - reach * sin(angle), sin(angle) + reach * cos(angle)
            x2, y2 = cos(after) + reach * sin(after), sin(after) - reach * cos(after)
            ends = ((x1, y1), (x2, y2), (cos(after), sin(after)))
            parts.append(" ".join(self.point(cx + rx * x, cy + ry * y) for x, y in ends) + " c")
            angle = after
        return " ".join(parts)

    def image(self, image: Image) -> None:
        from reportlab.lib.utils import ImageReader

        frame = image.frame
        self.canvas._code = []  # where ReportLab writes the picture's operators
        self.canvas.drawImage(
            ImageReader(BytesIO(image.data)), frame.x, self.height - frame.bottom, frame.width, frame.height, "auto"
        )
        self.out += self.canvas._code

    def colour(self, colour: str) -> None:
        self.out.append(f"{_rgb(colour)} rg")


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}".rstrip("0").rstrip(".") for at in (1, 3, 5))


def _sized(elements: str, size: float) -> str:
    """The rises of a word's glyphs, which are in ems, at a size."""
    parts = elements.split(" ")
    for number, part in enumerate(parts):
        if part.startswith("Ts") and number and parts[number - 1] != "0":
            parts[number - 1] = f"{float(parts[number - 1]) * size:.3f}"
    return " ".join(parts)
