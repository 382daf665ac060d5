"""Text copied out of a PDF is the document's text: paragraph by paragraph, words apart, in all scripts.

Two programs read it, in the order in which it is drawn. All of a page must be there, in order, and nothing more; white
space must stand where it was set, and may stand where a line ends. And what is set must be what the document says.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import ijreport.briefing
from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Document
from ijreport.layout import items
from ijreport.layout.elements import Element
from ijreport.layout.items import Item, Page
from ijreport.layout.print.pages import Stretch, stretches
from ijreport.layout.typesetting.text import Line, SetParagraph
from ijreport.verify.print import Meant, meant
from tests.generated import PAGES, PRINTED
from tests.reading import Reader, words
from tests.rendered import bare

HINDI = "प्रधानमंत्री ने टोक्यो में १५वें शिखर सम्मेलन में भाग लिया, और दोनों देशों ने अगले दशक की साझी दृष्टि अपनाई। " * 3
JAPANESE = "日本とインドは、東京で年次首脳会談を行い、今後十年の「共同ビジョン」を採択しました。" * 4
LATIN = (
    "An office affair: five fluffy waffles, AVATAR To. “Quotes” – dashes — ellipsis… naïve façade, ¥10 trillion. " * 4
)
SCRIPTS = f"""\
# {HINDI[:20]} and 日本

{LATIN}

{HINDI}

{JAPANESE}

{LATIN[:60]} {HINDI[:50]} {JAPANESE[:30]} [{LATIN[:80]} {HINDI[:30]}](https://example.org/).

- {HINDI[:80]}
- {JAPANESE[:80]}

| First | {HINDI[:12]} | 日本 |
| --- | --- | ---: |
| {LATIN[:70]} | {HINDI[:90]} | {JAPANESE[:60]} |
"""


@dataclass(frozen=True, slots=True)
class Extractor:
    """A program that copies text, and what it tells otherwise by itself."""

    name: str
    read: Callable[[Path], list[str]]
    """The text of each page."""
    hyphens: str
    """How it tells a hyphen at a line's end, as a class of characters."""
    raised: str = ""
    """What it may tell around raised or lowered text, as a pattern."""


def by_pdfium(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as opened:
        return [page.get_textpage().get_text_range() for page in opened]


def by_poppler(file: Path) -> list[str]:
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode()
    return told.removesuffix("\f").split("\f")


# pdfium tells most hyphens at a line's end by a character of its own, lest it take one that belongs to the word for one
# that does not; and it sees another line where a small character stands a little lower or higher.
PDFIUM = Extractor("pdfium", by_pdfium, "\ufffe-", raised=r"\s*")
POPPLER = Extractor("poppler", by_poppler, "\u00ad-")
EXTRACTORS = [PDFIUM, pytest.param(POPPLER, marks=pytest.mark.external("pdftotext"))]
_PERHAPS = r"\s*"
_LIGATURES = re.compile("[\ufb00-\ufb06]")


def paragraphs(content: Sequence[Item]) -> Iterator[SetParagraph]:
    """In the order of reading."""
    for item in content:
        match item:
            case items.Text():
                yield from item.paragraphs
            case items.Table():
                yield from (one for row in item.rows for cell in row.cells for one in cell.paragraphs)
            case items.Group():
                yield from paragraphs(item.items)
            case items.Chart():
                yield from paragraphs(item.drawing)
            case _:
                continue


def folded(text: str) -> str:
    """Both programs take ligatures that have characters of their own apart."""
    return _LIGATURES.sub(lambda ligature: unicodedata.normalize("NFKC", ligature[0]), text)


def pattern(line: Line, by: Extractor) -> str:
    """A line as it may be told."""
    told = ""
    for run, after in pairwise((*(run for _, run in line.runs), None)):
        assert run is not None
        text = folded(run.text.lstrip() if not told or told.endswith(_PERHAPS) else run.text)
        hyphen = f"[{by.hyphens}]" * (after is None and text.endswith(("-", "\u00ad")))
        told += r"\s+".join(map(re.escape, re.split(r"\s+", text[: -1 if hyphen else None]))) + hyphen
        if run.voice.language == "hi":
            # Where the last sign of a word has no width of its own, the box that they make of ActualText ends early:
            # they see a gap before the next run's first character, or none where that is a space of another face.
            told = told.removesuffix(r"\s+") + _PERHAPS
        told += by.raised * bool(run.voice.look.rise or (after and after.voice.look.rise))
    return told


def departure(page: Page, told: str, by: Extractor) -> str:
    """Where the text that is told of a page departs from what stands there; nothing if it does not."""
    at = 0
    for paragraph in paragraphs((*page.furniture, *page.items)):
        parts = [re.escape("".join(run.text for run in paragraph.label))] * bool(paragraph.label)
        parts += [pattern(line, by) + r"\s" * (line.end in (" ", "\n")) for line in paragraph.lines[:-1]]
        parts += [pattern(line, by) for line in paragraph.lines[-1:]]
        for part in parts:
            found = re.compile(_PERHAPS + part).match(told, at)
            if not found:
                return f"{part} is told as {told[at : at + 100]}"
            at = found.end()
    return told[at:].strip()


def departures(laid_out: Sequence[Page], file: Path, by: Extractor) -> list[str]:
    told = map(folded, by.read(file))
    return [found for page, text in zip(laid_out, told, strict=True) if (found := departure(page, text, by))]


def unsaid(document: Document, laid_out: Sequence[Page]) -> list[str]:
    """Words of the document that its pages do not say, or not in their order; expanded acronyms and notes may stand
    between them."""
    said = (run.text for page in laid_out for one in paragraphs(page.items) for run in (*one.label, *one.runs))
    shown = Reader(bare("".join(said)))

    def letters(content: blocks.Blocks) -> list[str]:
        return [part for word in words(content) for part in re.findall(r"\w+", bare(word))]

    for block in document.blocks:
        match block:
            case blocks.Columns():
                shown.read(*map(letters, block.columns))
            case blocks.Table():  # whose caption stands above it
                shown.read(letters((blocks.Paragraph(block.caption),)), letters((replace(block, caption=()),)))
            case _:
                shown.read(letters((block,)))
    return shown.missed


# -- what was laid out -----------------------------------------------------------------------------------------


@dataclass(slots=True, repr=False)  # it would be printed with every example that fails
class LaidOut:
    """The last PDF that was built: its document, and its pages as they were handed to `verify`."""

    document: Document | None = None
    pages: tuple[Page, ...] = ()


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> LaidOut:
    found = LaidOut()

    def begun(document: Document, count: int) -> list[Stretch]:
        found.document = document
        return stretches(document, count)

    def drawn(pages: tuple[Page, ...], outer: tuple[Element, ...]) -> Meant:
        found.pages = pages
        return meant(pages, outer)

    monkeypatch.setattr(ijreport.briefing, "stretches", begun)
    monkeypatch.setattr(ijreport.briefing, "meant", drawn)
    return found


@pytest.mark.parametrize("by", EXTRACTORS)
@pytest.mark.parametrize("output", ["briefing", "handout"])
def test_the_flagship_is_told_as_it_was_written(
    flagship: Path, tmp_path: Path, laid_out: LaidOut, output: str, by: Extractor
) -> None:
    build(flagship, Diagnostics(), only=[output], out=tmp_path)
    (file,) = tmp_path.glob("*.pdf")
    assert laid_out.document is not None

    assert departures(laid_out.pages, file, by) == []
    assert unsaid(laid_out.document, laid_out.pages) == []


@pytest.mark.parametrize("language", ["en", "hi", "ja"])
@pytest.mark.parametrize("page", ["{}", "{align: justified, hyphenate: true, margin_right: 70mm}"])
@pytest.mark.parametrize("by", EXTRACTORS)
def test_all_scripts_are_told_as_they_were_written(
    print_of: Callable[..., Path], laid_out: LaidOut, by: Extractor, page: str, language: str
) -> None:
    file = print_of(SCRIPTS, language, {"templates/theme.yaml": f"page: {page}\n"})

    assert departures(laid_out.pages, file, by) == []


def check_generated(print_of: Callable[..., Path], laid_out: LaidOut, text: str, page: str, language: str) -> None:
    file = print_of(text, language, {"templates/theme.yaml": f"page: {page}\n"})
    assert laid_out.document is not None

    assert departures(laid_out.pages, file, PDFIUM) == []
    assert departures(laid_out.pages, file, POPPLER) == []
    assert unsaid(laid_out.document, laid_out.pages) == []


LANGUAGES = st.sampled_from(["en", "hi", "ja", "de"])
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.external("pdftotext")
@given(PRINTED, PAGES, LANGUAGES)
@settings(max_examples=15, suppress_health_check=QUIET)
def test_generated_documents_are_told_as_they_were_written(
    print_of: Callable[..., Path], laid_out: LaidOut, text: str, page: str, language: str
) -> None:
    check_generated(print_of, laid_out, text, page, language)


@pytest.mark.slow
@pytest.mark.external("pdftotext")
@given(PRINTED, PAGES, LANGUAGES)
@settings(max_examples=400, suppress_health_check=QUIET)
def test_many_generated_documents_are_told_as_they_were_written(
    print_of: Callable[..., Path], laid_out: LaidOut, text: str, page: str, language: str
) -> None:
    check_generated(print_of, laid_out, text, page, language)
