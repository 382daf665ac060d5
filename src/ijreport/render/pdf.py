"""Drawn pages → the bytes of a PDF, of which ReportLab writes the catalogue, the outline and the page tree.

A document may be drawn in stretches, side by side, by which no byte changes: each tells what the file must hold for it,
is told the numbers of the objects that it speaks of, and writes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import md5
from io import BytesIO
from typing import Any

from msgspec import Struct
from reportlab.pdfbase import pdfdoc

from ijreport.document.blocks import Metadata
from ijreport.layout.elements import Element
from ijreport.layout.items import Page
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.faces import PrintFace
from ijreport.render.pdf_file import PdfFile, formatted, reserve
from ijreport.render.pdf_fonts import embed
from ijreport.render.pdf_links import annotation
from ijreport.render.pdf_pages import DrawnPage, PageDrawer
from ijreport.render.tags import Branch, Planted, TreeRoot, WrittenBranch
from ijreport.render.xmp import PROGRAM, srgb_profile, written, xmp_packet


class Drawn(Struct, frozen=True):
    """What the file must hold for a stretch of pages. `texts` are of each face the glyphs, and what they stand for."""

    pages: list[DrawnPage]
    texts: Mapping[str, Mapping[int, str]]
    pictures: Mapping[str, bytes]
    branch: Branch


class Placed(Struct, frozen=True):
    """Where in the file the objects of a stretch go, and those that it speaks of. `places` are all anchors' pages (the
    numbers of their objects) and their y on them; `link` is the number of its first link, `key` that one's entry in
    the parent tree."""

    texts: Mapping[str, Mapping[int, str]]
    pages: Sequence[int]
    places: Mapping[str, tuple[int, float]]
    link: int
    key: int
    planted: Planted


class Written(Struct, frozen=True):
    """What a stretch adds to the file: its pages' content, packed, its links, and its branch of the structure."""

    contents: list[bytes]
    links: list[bytes]
    branch: WrittenBranch


def draw_pdf(pages: Sequence[Page], metadata: Metadata, theme: Theme) -> bytes:
    """The finished file. The same pages give the same bytes."""
    stretch = DrawnStretch(pages, 0, theme)
    file = PdfDocument(metadata, theme)
    (placed,) = file.place([stretch.draw()])
    return file.finished([stretch.write(placed)], stretch.faces)


class DrawnStretch:
    """The pages of a document from `first` on, counted from 0.

    `outer` are the elements that were begun on earlier ones, `open` those that later ones may add to.
    """

    def __init__(
        self,
        pages: Sequence[Page],
        first: int,
        theme: Theme,
        outer: Sequence[Element] = (),
        open: Sequence[Element] = (),
    ) -> None:
        self._pages = pages
        self._first = first
        self._theme = theme
        self._outer = outer
        self._open = open
        self._drawer = self._drawn({})
        self._branch = self._drawer.tags.branch(open)

    def _drawn(self, texts: Mapping[str, Mapping[int, str]]) -> PageDrawer:
        drawer = PageDrawer(self._first, self._theme, texts, self._outer)
        for page in self._pages:
            drawer.page(page)
        return drawer

    def draw(self) -> Drawn:
        drawer = self._drawer
        return Drawn(drawer.pages, drawer.texts, drawer.pictures, self._branch)

    @property
    def faces(self) -> dict[str, PrintFace]:
        return {name: font.face for name, font in self._drawer.faces.items()}

    def write(self, placed: Placed) -> Written:
        """Once it is known what all glyphs stand for, what was drawn as if they stood for something else is drawn anew:
        words that their glyphs do not tell have their text beside them."""
        drawer = self._drawer
        tree = drawer.tags
        if any(placed.texts[name][glyph] != text for name, own in drawer.texts.items() for glyph, text in own.items()):
            drawer = self._drawn(placed.texts)
        links = [annotation(link, key, placed.places) for key, link in enumerate(drawer.links, placed.key)]
        return Written(drawer.contents, links, tree.written(placed.planted, placed.pages, placed.link))


class PdfDocument:
    """A file in the making."""

    def __init__(self, metadata: Metadata, theme: Theme) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # ASCII armour would cost a quarter of the drawing and of the file
        self.theme = theme
        self.metadata = metadata
        self.canvas: Any = Canvas(
            BytesIO(), pagesize=(1, 1), pageCompression=1, invariant=1, lang=metadata.language, pdfVersion=(1, 7)
        )
        self.document: Any = self.canvas._doc
        # ReportLab begins the file's identifier with SOURCE_DATE_EPOCH; the report's own date goes before that.
        self.document.signature = md5(usedforsecurity=False)
        self.prepare(metadata)
        if theme.page.duplex:  # shown and printed as a book: the first page at the right (7.7.2, 12.2)
            self.document.Catalog.PageLayout = pdfdoc.PDFName("TwoPageRight")
            self.canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge")
        self.level = -1  # of the last bookmark
        self.texts: dict[str, dict[int, str]] = {}
        self.links: list[int] = []  # the numbers of their objects
        self.tree = TreeRoot(())
        self.root = 0  # its number

    def prepare(self, metadata: Metadata) -> None:
        canvas = self.canvas
        canvas.setTitle(metadata.title)
        canvas.setAuthor(", ".join(metadata.authors))
        canvas.setSubject(metadata.description or metadata.subtitle)
        canvas.setKeywords(", ".join(metadata.keywords))
        canvas.setCreator(PROGRAM)
        canvas.setProducer(PROGRAM)
        stamp = written(metadata).strftime("D:%Y%m%d000000Z")
        canvas.setDateFormatter(lambda *_: stamp)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.showOutline()

    def place(self, stretches: Sequence[Drawn]) -> list[Placed]:
        """Give all stretches their places in the file, in order."""
        document = self.document
        for drawn in stretches:
            for name, texts in drawn.texts.items():
                self.texts[name] = {**texts, **self.texts.get(name, {})}
            for name, data in drawn.pictures.items():
                self.picture(name, data)
        count = sum(page.links for drawn in stretches for page in drawn.pages)
        first_link = reserve(document, count)
        self.links = list(range(first_link, first_link + count))
        next_link = first_link
        places: dict[str, tuple[int, float]] = {}
        for page in (page for drawn in stretches for page in drawn.pages):
            self.page(page, next_link, places)
            next_link += page.links
        document.Catalog.PageLabels = page_labels([page.label for drawn in stretches for page in drawn.pages])
        numbers = document.idToObjectNumberAndVersion
        pages = [numbers[f"Page{number}"][0] for number in range(1, document.pageCounter)]
        document.Outlines.prepare(document, self.canvas)
        if document.Outlines.ready < 0:  # there are no bookmarks
            document.Catalog.Outlines = None
        self.tree = TreeRoot([drawn.branch for drawn in stretches])
        self.root = reserve(document, self.tree.size)
        document.Catalog.StructTreeRoot = f"{self.root} 0 R"
        found = []
        link, key = first_link, len(pages)
        for drawn, planted in zip(stretches, self.tree.plant(self.root), strict=True):
            found.append(Placed(self.texts, pages, places, link, key, planted))
            link += drawn.branch.links
            key += drawn.branch.links
        return found

    def picture(self, name: str, data: bytes) -> None:
        """A picture, and the mask that its alpha channel makes."""
        from reportlab.lib.utils import ImageReader

        if name in self.document.idToObject:
            return
        picture: Any = pdfdoc.PDFImageXObject(name, ImageReader(BytesIO(data)), mask="auto")
        self.document.Reference(picture, name)
        mask = vars(picture).pop("_smask", None)
        if mask is not None:
            picture.smask = self.document.Reference(mask, f"{name}Mask")

    def page(self, page: DrawnPage, link: int, places: dict[str, tuple[int, float]]) -> None:
        """A page without its content, and its anchors; `link` is the number of its first link."""
        canvas, document = self.canvas, self.document
        canvas._pagesize = (page.width, page.height)
        canvas._preamble = ""  # it would select Helvetica, which is not embedded
        canvas._code = []
        for anchor in page.anchors:
            canvas.bookmarkPage(anchor.id, fit="XYZ", left=0, top=round(page.height - anchor.y + 6, 2), zoom=0)
            if anchor.level:
                self.level = min(anchor.level - 1, self.level + 1)
                canvas.addOutlineEntry(anchor.title, anchor.id, self.level, closed=self.level > 0)
        canvas.showPage()
        done = document.Pages.pages[-1]
        number, _ = document.idToObjectNumberAndVersion[done.__InternalName__]
        places.update((anchor.id, (number, page.height - anchor.y + 6)) for anchor in page.anchors)
        done.__NoDefault__ = [*done.__NoDefault__, "StructParents", "Tabs"]
        done.StructParents = len(document.Pages.pages) - 1
        done.Tabs = pdfdoc.PDFName("S")
        if page.sheet:
            reach, bleed = _around(page, page.sheet.reach), _around(page, page.sheet.bleed)
            done.MediaBox, done.CropBox, done.BleedBox, done.TrimBox = reach, reach, bleed, _around(page, 0.0)
        if page.pictures:
            done.XObjects = pdfdoc.PDFDictionary({name: pdfdoc.PDFObjectReference(name) for name in page.pictures})
        if page.links:
            done.Annots = [f"{number} 0 R" for number in range(link, link + page.links)]

    def finished(self, stretches: Sequence[Written], faces: Mapping[str, PrintFace]) -> bytes:
        """The file, with what each stretch adds to it; `faces` has all that were used, by name."""
        document = self.document
        basic = document.idToObject["BasicFonts"].dict
        for one in basic.values():  # Helvetica, put there when the canvas was made
            del document.numberToId[document.idToObjectNumberAndVersion[one.__InternalName__][0]]
        basic.clear()
        for name, texts in self.texts.items():
            embed(document, faces[name], texts)
        self.describe()
        contents = [content for stretch in stretches for content in stretch.contents]
        for page, content in zip(document.Pages.pages, contents, strict=True):
            document.updateSignature(content)  # ReportLab's own identifier knows the title only
            page.Contents = pdfdoc.PDFStream(content=content)
            page.Contents.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        root, info = document.Reference(document.Catalog), document.Reference(document.info)
        numbers = document.idToObjectNumberAndVersion
        file = PdfFile(partial(reserve, document, 1))
        for number, body in self.objects(stretches):
            file.add(number, body)
        return file.finished(numbers[root.name][0], numbers[info.name][0], document.signature.digest())

    def objects(self, stretches: Sequence[Written]) -> Iterator[tuple[int, bytes]]:
        """All objects with their numbers: ReportLab's, the links, the structure."""
        yield from formatted(self.document)
        yield from zip(self.links, (link for stretch in stretches for link in stretch.links), strict=True)
        yield from enumerate(self.tree.objects([stretch.branch for stretch in stretches]), self.root)

    def describe(self) -> None:
        """The catalogue's entries on what the file is (7.7.2), and the meaning of its colours (14.11.5)."""
        document, profile = self.document, self.theme.pdf.profile
        catalogue = document.Catalog
        catalogue.__NoDefault__ = [*catalogue.__NoDefault__, "OutputIntents"]
        catalogue.MarkInfo = "<</Marked true>>"
        packet = pdfdoc.PDFStream(content=xmp_packet(self.metadata, profile))
        packet.dictionary["Type"] = pdfdoc.PDFName("Metadata")
        packet.dictionary["Subtype"] = pdfdoc.PDFName("XML")
        catalogue.Metadata = packet
        if "a2a" in profile:
            colours = pdfdoc.PDFStream(content=srgb_profile(), filters=[pdfdoc.PDFZCompress])
            colours.dictionary["N"] = 3
            intent = "/Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile"
            number = pdfdoc.format(document.Reference(colours, "sRGB"), document).decode()
            catalogue.OutputIntents = f"[<<{intent} {number}>>]"


def _around(page: DrawnPage, reach: float) -> Any:
    """A boundary of a page (14.11.2) that is so far from where it will be cut. Coordinates begin where that is, so
    that nothing moves that is drawn on the page or leads to it."""
    return pdfdoc.PDFArray([round(edge, 3) for edge in (-reach, -reach, page.width + reach, page.height + reach)])


def page_labels(labels: Sequence[str]) -> str | None:
    """The number tree of pages' labels (12.4.2): a range for the pages numbered in roman, one for the others; None
    where all are called what readers call them anyway."""
    styles = ["r" if label and not label.isdigit() else "D" for label in labels]
    begun = [at for at, style in enumerate(styles) if at == 0 or style != styles[at - 1]]
    if "r" not in styles:
        return None
    return f"<</Nums[{''.join(f'{at}<</S/{styles[at]}>>' for at in begun)}]>>"
