"""The bytes of a PDF + what the pages that it was drawn from ask of it → findings (ISO 32000-2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from io import BytesIO
from typing import Any

from msgspec import Struct

from ijreport.diagnostics import Diagnostic
from ijreport.layout.elements import Element
from ijreport.layout.items import Page
from ijreport.verify.fault import fault
from ijreport.verify.tags import laid_out, marked, tag_faults

_SLACK = 0.01
"""Points that rounding may take from or add to the size of a page."""
_OBJECT = re.compile(rb"\n(\d+) 0 obj\b")
"""The beginning of an object that is in no stream (7.3.10)."""
_SAFE_SCHEMES = ("https://", "http://", "mailto:")


class Meant(Struct, frozen=True):
    """What a PDF must have: pages of sizes, and what they are called, bookmarks with the numbers of their pages (from
    0), elements of types, some of them without content, and merged cells by type, columns and rows. Behind each size is
    how far the page bleeds, and how far its sheet reaches."""

    sizes: Sequence[tuple[float, float, float, float]]
    labels: Sequence[str]
    bookmarks: Sequence[tuple[str, int]]
    elements: Counter[str]
    silent: Counter[str]
    merged: Counter[tuple[str, int, int]]


def meant(pages: Sequence[Page], outer: Sequence[Element] = ()) -> Meant:
    """What pages ask of their PDF. The elements in `outer` were begun on pages before these."""
    found = laid_out(pages)
    for element in outer:
        found.pop(element, None)
    return Meant(
        [(page.width, page.height, *_beyond(page)) for page in pages],
        [page.label for page in pages],
        [(anchor.title, number) for number, page in enumerate(pages) for anchor in page.anchors if anchor.level],
        Counter(element.role for element in found),
        Counter(element.role for element, says in found.items() if not says),
        Counter((one.role, one.columns, one.rows) for one in found if one.columns > 1 or one.rows > 1),
    )


def _beyond(page: Page) -> tuple[float, float]:
    return (page.sheet.bleed, page.sheet.reach) if page.sheet else (0.0, 0.0)


def together(stretches: Sequence[Meant]) -> Meant:
    """What all stretches of a document ask of their PDF."""
    sizes: list[tuple[float, float, float, float]] = []
    labels: list[str] = []
    bookmarks: list[tuple[str, int]] = []
    elements, silent, merged = Counter[str](), Counter[str](), Counter[tuple[str, int, int]]()
    for one in stretches:
        bookmarks += [(title, len(sizes) + page) for title, page in one.bookmarks]
        sizes += one.sizes
        labels += one.labels
        elements += one.elements
        silent += one.silent
        merged += one.merged
    return Meant(sizes, labels, bookmarks, elements, silent, merged)


def verify_print(data: bytes, meant: Meant, part: int = 0, parts: int = 1) -> list[Diagnostic]:
    """What is wrong with the finished PDF; nothing, if it came out as laid out.

    The checks may be shared out in `parts`, counted from 0, which together find all.
    """
    from pikepdf import Pdf, PdfError  # a fortieth of a second, for builds that print only

    try:
        with Pdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
            opened = _Print(data, pdf, meant, numbers)
            found = [one for check in _CHECKS[part::parts] for one in check(opened)]
            # What had to be mended to read it; all that these checks look at has been read by now.
            return found + [fault("print-damaged", f"the PDF is damaged: {one}") for one in pdf.get_warnings()]
    except PdfError as damage:
        return [fault("print-damaged", f"the PDF cannot be read: {damage}")]


class _Print(Struct, frozen=True, dict=True):
    """A PDF opened. `numbers` are the places of its pages, from 0, by the numbers of their objects.

    What a PDF holds is known only by looking: pikepdf's objects are `Any` here.
    """

    data: bytes
    pdf: Any
    meant: Meant
    numbers: Mapping[Any, int]

    @cached_property
    def contents(self) -> list[bytes]:
        """What is drawn on each page."""
        return [_content_of(page) for page in self.pdf.pages]


def _content_of(page: Any) -> bytes:
    from pikepdf import Stream

    content = page.obj.get("/Contents", ())
    return b"\n".join(part.read_bytes() for part in ([content] if isinstance(content, Stream) else content))


def _sizes(opened: _Print) -> Iterator[Diagnostic]:
    """As many pages as were laid out, each of its size, upright, on a sheet as large as it wants (14.11.2)."""
    sizes = opened.meant.sizes
    if len(opened.numbers) != len(sizes):
        yield fault("print-pages", f"{len(sizes)} pages were laid out, the PDF has {len(opened.numbers)}")
    for number, (page, (width, height, bleed, reach)) in enumerate(zip(opened.pdf.pages, sizes, strict=False), 1):
        box = [float(edge) for edge in page.trimbox]
        size = (box[2] - box[0], box[3] - box[1])
        if max(abs(size[0] - width), abs(size[1] - height)) > _SLACK or page.get("/Rotate", 0) != 0:
            message = f"page {number} measures {size[0]:g} × {size[1]:g} pt, not {width:g} × {height:g}"
            yield fault("print-pages", message)
        for name, out in (("MediaBox", reach), ("CropBox", reach), ("BleedBox", bleed)):
            around = [float(edge) for edge in page.obj.get(f"/{name}", page.mediabox)]
            wanted = [box[0] - out, box[1] - out, box[2] + out, box[3] + out]
            if max(abs(one - other) for one, other in zip(around, wanted, strict=True)) > _SLACK:
                yield fault("print-pages", f"the {name} of page {number} does not reach {out:g} pt beyond its edges")


def _labels(opened: _Print) -> Iterator[Diagnostic]:
    """Each page is called what is printed on it and where it is told of (12.4.2)."""
    for number, (page, label) in enumerate(zip(opened.pdf.pages, opened.meant.labels, strict=False), 1):
        if label and page.label != label:
            yield fault("print-pages", f"page {number} is called '{page.label}', not '{label}'")


def _content(opened: _Print) -> Iterator[Diagnostic]:
    for number, content in enumerate(opened.contents, 1):
        if not content.strip():
            yield fault("print-pages", f"page {number} is empty")


def _fonts(opened: _Print) -> Iterator[Diagnostic]:
    """Every font on a page is in the file, and tells what its glyphs mean (9.9, 9.10.3)."""
    seen = set()
    for number, page in enumerate(opened.pdf.pages, 1):
        for name, font in page.obj.get("/Resources", {}).get("/Font", {}).items():
            if font.is_indirect and font.objgen in seen:
                continue
            seen.add(font.objgen)
            described = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
            said = f"the font {font.get('/BaseFont', name)} of page {number}"
            if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield fault("print-fonts", f"{said} is not embedded")
            if "/ToUnicode" not in font:
                yield fault("print-fonts", f"{said} has no ToUnicode table: its text cannot be searched or copied")


def _outline(opened: _Print) -> Iterator[Diagnostic]:
    """The bookmarks are those laid out, and each leads to the page of its heading."""
    meant = opened.meant.bookmarks
    found = list(_entries(opened, opened.pdf.Root.get("/Outlines", {}).get("/First")))
    for (title, place), (shown, led) in zip(meant, found, strict=False):
        if shown != title or led != place:
            leads = "nowhere" if led is None else f"to page {led + 1}"
            message = f"the bookmark '{shown}' leads {leads}; meant is '{title}' on page {place + 1}"
            yield fault("print-outline", message)
    if len(found) != len(meant):
        yield fault("print-outline", f"{len(meant)} bookmarks were laid out, the PDF has {len(found)}")


def _entries(opened: _Print, first: Any) -> Iterator[tuple[str, int | None]]:
    entry = first
    while entry is not None:
        yield str(entry.get("/Title", "")), _led_to(opened, entry)
        yield from _entries(opened, entry.get("/First"))
        entry = entry.get("/Next")


def _led_to(opened: _Print, source: Any) -> int | None:
    """The page to which a bookmark or link leads (12.3.2.2); None if there is none. Names are not used here."""
    from pikepdf import Array

    target = source.get("/Dest", source.get("/A", {}).get("/D"))
    return opened.numbers.get(target[0].objgen) if isinstance(target, Array) and len(target) else None


def _links(opened: _Print) -> Iterator[Diagnostic]:
    """Links lead to pages of this file or to the web, never to programs, scripts or other files (12.6); they can be
    read out, in the order of reading (ISO 14289-1, 7.18.3 and 7.18.5)."""
    for number, page in enumerate(opened.pdf.pages, 1):
        if page.obj.get("/Tabs") != "/S":
            yield fault("print-tags", f"the links of page {number} are not in the order of reading")
        for note in page.obj.get("/Annots", ()):
            action = note.get("/A", {})
            kind = str(action.get("/S", ""))
            if kind == "/URI":
                address = str(action.get("/URI", ""))
                if not address.lower().startswith(_SAFE_SCHEMES):
                    yield fault("print-links", f"a link on page {number} leads to '{address}'")
            elif kind and kind != "/GoTo":
                yield fault("print-active", f"page {number} has an action of the kind {kind}")
            elif note.get("/Subtype") == "/Link" and _led_to(opened, note) is None:
                yield fault("print-links", f"a link on page {number} leads to no page")
            if "/Contents" not in note:
                yield fault("print-tags", f"a link on page {number} says nothing")
            if "/AA" in note:
                yield fault("print-active", f"a link on page {number} has further actions")


def _inert(opened: _Print) -> Iterator[Diagnostic]:
    """Nothing runs when the file or a page is opened, and no file is hidden in it."""
    from pikepdf import Dictionary

    root = opened.pdf.Root
    opening = root.get("/OpenAction")
    if isinstance(opening, Dictionary) and opening.get("/S") != "/GoTo":
        yield fault("print-active", f"opening the PDF starts an action of the kind {opening.get('/S')}")
    names = root.get("/Names", {})
    for where, key in (
        (names, "/JavaScript"),
        (names, "/EmbeddedFiles"),
        (root, "/AA"),
        (root, "/AF"),
        (root, "/AcroForm"),
    ):
        if key in where:
            yield fault("print-active", f"the PDF has {key[1:]}")
    for number, page in enumerate(opened.pdf.pages, 1):
        if "/AA" in page.obj:
            yield fault("print-active", f"opening page {number} starts an action")


def _tags(opened: _Print) -> Iterator[Diagnostic]:
    meant = opened.meant
    yield from tag_faults(opened.pdf, opened.data, opened.contents, meant.elements, meant.silent, meant.merged)


def _marked(opened: _Print) -> Iterator[Diagnostic]:
    yield from marked(opened.contents)


def _readable(opened: _Print) -> Iterator[Diagnostic]:
    """All of its objects can be read."""
    for number in _OBJECT.findall(opened.data):
        opened.pdf.get_object(int(number), 0)
    yield from ()


def _properties(opened: _Print) -> Iterator[Diagnostic]:
    if not str(opened.pdf.Root.get("/Lang", "")):
        yield fault("print-properties", "the PDF does not tell its language")
    title = str(opened.pdf.docinfo.get("/Title", ""))
    if not title.strip() or not opened.pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield fault("print-properties", "the PDF has no title, or does not show it")
    packet = opened.pdf.Root.get("/Metadata")
    said = packet.read_bytes().decode() if packet is not None else ""
    if escape(title) not in said:
        yield fault("print-properties", "the PDF's metadata do not tell its title")
    if "<pdfaid:part>" in said and "/OutputIntents" not in opened.pdf.Root:
        yield fault("print-properties", "the PDF says it is archival, but not what its colours mean")


_CHECKS: tuple[Callable[[_Print], Iterator[Diagnostic]], ...] = (
    _labels,
    _sizes,
    _inert,
    _content,
    _fonts,
    _marked,
    _readable,
    _outline,
    _tags,
    _links,
    _properties,
)
"""In an order that shares out the work: every other one takes about as long as the rest."""
