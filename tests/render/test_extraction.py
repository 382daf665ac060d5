"""Text copied out of a PDF is the text that was laid out: paragraph by paragraph, words apart, in all scripts."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest

import ijreport.briefing
from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout import items
from ijreport.layout.elements import Element
from ijreport.layout.items import Item, Page
from ijreport.layout.typesetting.text import SetParagraph
from ijreport.verify.print import Meant, meant

Built = tuple[Path, tuple[Page, ...]]
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


def paragraphs(page: Page) -> Iterator[SetParagraph]:
    """In the order of reading, without what charts say."""

    def within(item: Item) -> Iterator[SetParagraph]:
        match item:
            case items.Text():
                yield from item.paragraphs
            case items.Table():
                yield from (one for row in item.rows for cell in row.cells for one in cell.paragraphs)
            case items.Group():
                for part in item.items:
                    yield from within(part)
            case _:
                return

    for item in page.items:
        yield from within(item)


def pattern(paragraph: SetParagraph) -> str:
    """The paragraph's text as it may be told: white space wherever it is printed, and between lines."""
    lines = []
    for line in paragraph.lines:
        words = "".join(run.text for _, run in line.runs).split()
        lines.append(r"\s+".join(map(re.escape, words)) + (r"\s+" if line.end else r"\s*"))
    return "".join(lines).removesuffix(r"\s+")


def missing(pages: tuple[Page, ...], told: list[str]) -> list[str]:
    """The paragraphs that a page's text has not, or not after the ones before it."""
    found = []
    for page, text in zip(pages, told, strict=True):
        found += [one for one in map(pattern, paragraphs(page)) if not re.search(one, text)]
    return found


def by_pdfium(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as opened:
        # Hyphens at a line's end are told by a character of pdfium's own.
        return [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in opened]


def by_poppler(file: Path) -> list[str]:
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode()
    return told.removesuffix("\f").split("\f")


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Page, ...]]:
    """The pages of the PDFs that are built, as they were handed to `verify`."""
    found: list[tuple[Page, ...]] = []

    def keep(pages: tuple[Page, ...], outer: tuple[Element, ...]) -> Meant:
        found.append(pages)
        return meant(pages, outer)

    monkeypatch.setattr(ijreport.briefing, "meant", keep)
    return found


@pytest.fixture
def flagship_pages(flagship: Path, tmp_path: Path, laid_out: list[tuple[Page, ...]]) -> Built:
    build(flagship, Diagnostics(), only=["briefing"], out=tmp_path)
    (file,) = tmp_path.glob("*.pdf")
    return file, laid_out[0]


@pytest.mark.parametrize("read", [by_pdfium, pytest.param(by_poppler, marks=pytest.mark.external("pdftotext"))])
def test_the_flagship_is_told_as_it_was_written(flagship_pages: Built, read: Callable[[Path], list[str]]) -> None:
    file, pages = flagship_pages

    assert missing(pages, read(file)) == []


@pytest.mark.parametrize("language", ["en", "hi", "ja"])
@pytest.mark.parametrize("read", [by_pdfium, pytest.param(by_poppler, marks=pytest.mark.external("pdftotext"))])
def test_all_scripts_are_told_as_they_were_written(
    print_of: Callable[..., Path],
    laid_out: list[tuple[Page, ...]],
    read: Callable[[Path], list[str]],
    language: str,
) -> None:
    file = print_of(SCRIPTS, language)

    assert missing(laid_out[0], read(file)) == []
