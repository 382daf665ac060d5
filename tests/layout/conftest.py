"""Lines, pages and slides as text that reads like the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import assert_never

import pytest

from ijreport.content.load import Content
from ijreport.content.models import Report, SourceEntry, TermEntry
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Document, Inlines, Metadata, Paragraph, Text
from ijreport.document.cross_references import refer
from ijreport.document.listings import with_listings
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.document.resolve import resolve
from ijreport.document.wording import wording
from ijreport.layout import items
from ijreport.layout.items import Item, Page, Slide
from ijreport.layout.print.pages import paginate
from ijreport.layout.slides.frames import SCRIPT_LEADING, slide_frames
from ijreport.layout.slides.slides import arrange
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.fonts import FontBook, print_fonts, slide_fonts
from ijreport.layout.typesetting.text import Line, SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

TITLE = "A small report"
GLOSSARY = {"ISRO": TermEntry("Indian Space Research Organisation"), "MoU": TermEntry("memorandum of understanding")}
SOURCES = {"mea": SourceEntry("Joint statement", author="MEA"), "mofa": SourceEntry("Fact sheet", author="MOFA")}


# -- a document from its Markdown ------------------------------------------------------------------------------


def document(markdown: str, diagnostics: Diagnostics, *, deck: bool) -> Document:
    metadata = Metadata(TITLE, date=date(2025, 9, 1))
    parsed = parse(Origins("text.md", markdown, Stamps()), metadata, diagnostics)
    resolved = resolve(parsed, Content(Report(TITLE, {}), {}, SOURCES, GLOSSARY, {}), diagnostics, deck)
    words = wording("en", diagnostics)
    if deck:
        return refer(with_listings(resolved, words, ("sources",), 2), words, diagnostics, paged=False)
    listed = with_listings(resolved, words, ("contents", "figures", "tables", "glossary", "sources"))
    return refer(listed, words, diagnostics, paged=True)


def inlines(markdown: str) -> Inlines:
    """The inlines of one paragraph, with the glossary's and the sources' entries found."""
    (paragraph, *_) = document(markdown, Diagnostics(), deck=False).blocks
    assert isinstance(paragraph, Paragraph)
    return paragraph.content


# -- text ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press:
    """Sets text as print does (`width` in points) and tells its lines."""

    typesetter: Typesetter
    diagnostics: Diagnostics
    style: TextStyle = TextStyle(10, 14, "#000000")

    def set(self, markdown: str, width: float, style: TextStyle | None = None) -> SetParagraph:
        return self.typesetter.set(inlines(markdown), style or self.style, width)

    def unbroken(self, markdown: str) -> SetParagraph:
        return self.typesetter.unbroken(inlines(markdown), self.style)

    def lines(self, markdown: str, width: float) -> list[str]:
        return [line_text(line) for line in self.set(markdown, width).lines]

    def width(self, text: str) -> float:
        return self.typesetter.natural_width((Text(text),), self.style)


@pytest.fixture(scope="session")
def print_book(tmp_path_factory: pytest.TempPathFactory) -> FontBook:
    diagnostics = Diagnostics()
    return print_fonts(Theme(), Project(tmp_path_factory.mktemp("fonts"), diagnostics), diagnostics)


@pytest.fixture
def press(print_book: FontBook) -> Press:
    diagnostics = Diagnostics()
    return Press(Typesetter(Theme(), print_book, diagnostics, "en"), diagnostics)


def line_text(line: Line) -> str:
    return "".join(run.text for _, run in line.runs)


# -- pages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(tmp_path: Path, print_book: FontBook) -> Callable[..., tuple[tuple[Page, ...], Diagnostics]]:
    """Make `pages(markdown, theme=Theme(), language="en")` lay out pages, the cover first."""

    def make(markdown: str, theme: Theme | None = None, language: str = "en") -> tuple[tuple[Page, ...], Diagnostics]:
        diagnostics = Diagnostics()
        setter = Typesetter(theme or Theme(), print_book, diagnostics, language)
        whole = document(markdown, diagnostics, deck=False)
        project = Project(tmp_path, diagnostics)
        return paginate(whole, setter, wording("en", diagnostics), project, diagnostics), diagnostics

    return make


@pytest.fixture
def printed(pages: Callable[..., tuple[tuple[Page, ...], Diagnostics]]) -> Callable[..., str]:
    """Make `printed(markdown, theme=Theme(), furniture=False)` tell all pages but the cover, and the diagnostics."""

    def tell(markdown: str, theme: Theme | None = None, *, furniture: bool = False) -> str:
        laid_out, diagnostics = pages(markdown, theme)
        told = [line for number, page in enumerate(laid_out[1:], 2) for line in page_text(number, page, furniture)]
        return "\n".join((*told, *faults(diagnostics))) + "\n"

    return tell


def page_text(number: int, page: Page, furniture: bool) -> Iterator[str]:
    yield f"-- {number} --"
    if furniture:
        yield from (f"~ {line}" for item in page.furniture for line in item_text(item))
    for item in page.items:
        yield from item_text(item)


# -- slides ----------------------------------------------------------------------------------------------------


@pytest.fixture
def deck(tmp_path: Path) -> Callable[..., tuple[tuple[Slide, ...], Diagnostics]]:
    """Make `deck(markdown, theme=Theme())` arrange slides, the cover first."""

    def make(markdown: str, theme: Theme | None = None) -> tuple[tuple[Slide, ...], Diagnostics]:
        diagnostics = Diagnostics()
        chosen = theme or Theme()
        fonts = slide_fonts(chosen, diagnostics)
        whole = document(markdown, diagnostics, deck=True)
        shown = Typesetter(
            chosen, fonts, diagnostics, "en",
            citations=False, expansions=False, code=1.0, leading=SCRIPT_LEADING, whole_links=True,
        )  # fmt: skip
        spoken = Typesetter(chosen, fonts, diagnostics, "en")
        project = Project(tmp_path, diagnostics)
        layouts = slide_frames(chosen)
        return arrange(whole, shown, spoken, wording("en", diagnostics), layouts, project, diagnostics), diagnostics

    return make


@pytest.fixture
def shown(deck: Callable[..., tuple[tuple[Slide, ...], Diagnostics]]) -> Callable[..., str]:
    """Make `shown(markdown, theme=Theme())` tell all slides but the cover, and the diagnostics."""

    def tell(markdown: str, theme: Theme | None = None) -> str:
        slides, diagnostics = deck(markdown, theme)
        told = [line for number, slide in enumerate(slides[1:], 2) for line in slide_text(number, slide)]
        return "\n".join((*told, *faults(diagnostics))) + "\n"

    return tell


def slide_text(number: int, slide: Slide) -> Iterator[str]:
    yield f"-- {number} {slide.layout}: {slide.title} --"
    for item in slide.items:
        if isinstance(item, items.Text) and item.placeholder in ("title", "footer", "date", "slide-number"):
            continue
        slot = item.placeholder if isinstance(item, items.Text) and item.placeholder not in ("", "body") else ""
        yield from (f"{slot}: {line}" if slot else line for line in item_text(item, broken=False))
    for paragraph in slide.notes:
        yield f"notes: {paragraph_text(paragraph)}"


# -- items -----------------------------------------------------------------------------------------------------


def item_text(item: Item, *, broken: bool = True) -> Iterator[str]:
    """Text line by line (`broken`) or paragraph by paragraph, tables row by row; shapes say nothing."""
    match item:
        case items.Text():
            for paragraph in item.paragraphs:
                yield from _paragraph(paragraph, broken)
        case items.Table():
            for number, row in enumerate(item.rows):
                rule = "#" if number < item.header_rows else "|"
                cells = (" ".join(paragraph_text(one) for one in cell.paragraphs) for cell in row.cells)
                yield f"{rule} " + f" {rule} ".join(cells)
        case items.Chart():
            yield f"<{item.block.type} chart>"
        case items.Image():
            yield f"<image {item.path}>"
        case items.Group():
            for part in item.items:
                yield from item_text(part, broken=broken)
        case items.Shape():
            return
        case _:
            assert_never(item)


def _paragraph(paragraph: SetParagraph, broken: bool) -> Iterator[str]:
    indent = "  " * max(paragraph.level - 1, 0)
    label = "".join(run.text for run in paragraph.label)
    mark = f"{label} " if label else "  " if paragraph.level else ""
    texts = [line_text(line) for line in paragraph.lines] if broken else [paragraph_text(paragraph)]
    for number, text in enumerate(texts):
        yield indent + (" " * len(mark) if number else mark) + text


def paragraph_text(paragraph: SetParagraph) -> str:
    return "".join(run.text for run in paragraph.runs).replace("\n", " / ")


def faults(diagnostics: Diagnostics) -> Iterator[str]:
    for one in diagnostics:
        yield f"{one.severity}[{one.code}] {one.span}"
