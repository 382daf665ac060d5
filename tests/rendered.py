"""A deck + the slides it was drawn from → how LibreOffice sets them: where each glyph is, and in how many lines."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

import ijreport.deck
from ijreport.build import build
from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.layout import items
from ijreport.layout.items import Frame, Item, Slide
from ijreport.layout.typesetting.text import SetParagraph
from ijreport.verify import verify_deck

SLACK = 1.5
"""Points by which a glyph may reach out of its line: italics lean, and accents and Devanagari's marks stand high."""
_REACH = 0.05
"""The same as a share of the leading, for large text."""


def printed(deck: Path, folder: Path) -> Path:
    """The deck as LibreOffice prints it, one page a slide."""
    return converted(deck, folder, "pdf")


def converted(file: Path, folder: Path, form: str) -> Path:
    """A file as LibreOffice writes it in another format."""
    soffice = shutil.which("soffice")
    assert soffice  # whoever calls this is marked `external("soffice")`
    run = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", form]
    subprocess.run([*run, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=300)
    return folder / f"{file.stem}.{form}"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, its box from the page's top left corner, and the height of its baseline. Points."""

    character: str
    box: Frame
    baseline: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its glyphs without white space, as they were drawn."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]

    @property
    def letters(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)


def sheets(pdf: Path) -> list[Sheet]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [_sheet(page) for page in opened]


def _sheet(page: Any) -> Sheet:
    width, height = page.get_size()
    text = page.get_textpage()
    glyphs = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for number in range(text.count_chars()):
        character = chr(raw.FPDFText_GetUnicode(text, number))
        character = "-" if character == "\x02" else character  # a hyphen at a line's end
        if character.isspace() or not character.isprintable():
            continue
        left, bottom, right, top = text.get_charbox(number)
        raw.FPDFText_GetCharOrigin(text, number, ctypes.byref(x), ctypes.byref(y))
        box = Frame(left, height - top, right - left, top - bottom)
        glyphs.append(Glyph(character, box, height - y.value))
    return Sheet(width, height, tuple(glyphs))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a frame: what it says without white space, and in how many lines it was laid out.

    `furniture` tells whether it is a footer, which a template may draw in any order.
    """

    frame: Frame
    text: str
    lines: int
    leading: float
    furniture: bool


def blocks(slide: Slide) -> Iterator[Block]:
    """Every paragraph on a slide, in the order in which it is drawn; a table's cells have frames of their own."""
    for item in slide.items:
        yield from _blocks(item)


def _blocks(item: Item) -> Iterator[Block]:
    match item:
        case items.Text(placeholder="slide-number"):
            return
        case items.Text():
            yield from _paragraphs(item.frame, item.paragraphs, item.placeholder in ("footer", "date"))
        case items.Group():
            for part in item.items:
                yield from _blocks(part)
        case items.Table():
            y = item.frame.y
            for down, row in enumerate(item.rows):
                x = item.frame.x
                for across, cell in enumerate(row.cells):
                    width = sum(item.widths[across : across + cell.columns])
                    height = sum(row.height for row in item.rows[down : down + cell.rows])
                    yield from _paragraphs(Frame(x, y, width, height), cell.paragraphs)
                    x += item.widths[across]
                y += row.height


def _paragraphs(frame: Frame, paragraphs: Sequence[SetParagraph], furniture: bool = False) -> Iterator[Block]:
    for paragraph in paragraphs:
        text = bare("".join(run.text for run in paragraph.runs))
        if text:
            yield Block(frame, text, len(paragraph.lines), paragraph.style.leading, furniture)


def bare(text: str) -> str:
    """Text without white space and what is not drawn."""
    return "".join(one for one in text if not one.isspace() and one.isprintable())


def folded(text: str) -> str:
    """As many characters in lower case: a template may show titles in capitals."""
    return "".join(lower if len(lower := one.lower()) == 1 else one for one in text)


@dataclass(frozen=True, slots=True)
class Measure:
    """What differs between a deck and its print; `predicted` and `shown` are lines of all paragraphs."""

    faults: tuple[str, ...]
    predicted: int
    shown: int


def measure(slides: Sequence[Slide], pages: Sequence[Sheet]) -> Measure:
    """No glyph outside its slide or frame, every paragraph there, in no more lines than it was laid out in."""
    faults: list[str] = []
    predicted = shown = 0
    if len(slides) != len(pages):
        faults.append(f"{len(slides)} slides were laid out, {len(pages)} were printed")
    for number, (slide, page) in enumerate(zip(slides, pages, strict=False), 1):
        sheet = Frame(0, 0, page.width, page.height)
        faults += [
            f"slide {number}: '{one.character}' lies beyond the slide" for one in page.glyphs if not _holds(sheet, one)
        ]
        letters, at = folded(page.letters), 0
        for block in blocks(slide):
            start = letters.find(folded(block.text), at)
            if start < 0:
                faults.append(f"slide {number}: '{block.text}' is not printed in its place")
                continue
            end = start + len(block.text)
            at = at if block.furniture else end
            glyphs = page.glyphs[start:end]
            slack = max(SLACK, _REACH * block.leading)
            outside = [one.character for one in glyphs if not _holds(block.frame, one, slack)]
            if outside:
                faults.append(f"slide {number}: '{block.text}' leaves its frame with {''.join(outside)}")
            lines = _lines(glyphs, block.leading)
            if lines > block.lines:
                faults.append(f"slide {number}: '{block.text}' takes {lines} lines instead of {block.lines}")
            predicted += block.lines
            shown += lines
    return Measure(tuple(faults), predicted, shown)


def _holds(frame: Frame, glyph: Glyph, slack: float = SLACK) -> bool:
    box = glyph.box
    return (
        box.x >= frame.x - slack
        and box.y >= frame.y - slack
        and box.right <= frame.right + slack
        and box.bottom <= frame.bottom + slack
    )


def _lines(glyphs: Sequence[Glyph], leading: float) -> int:
    """Baselines that are further apart than raised and lowered text is."""
    lines = 1
    baseline = glyphs[0].baseline
    for glyph in glyphs:
        if abs(glyph.baseline - baseline) > 0.6 * leading:
            lines += 1
            baseline = glyph.baseline
    return lines


# -- building --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Built:
    """A deck's file, and the slides it was drawn from."""

    deck: Path
    slides: tuple[Slide, ...]


def built(project: Path, out: Path, diagnostics: Diagnostics) -> Built:
    """A project's output `deck`. Raises as `build` does."""
    kept: list[tuple[Slide, ...]] = []

    def keep(data: bytes, slides: Sequence[Slide], *stretch: int, **options: bool) -> list[Diagnostic]:
        kept.append(tuple(slides))
        return verify_deck(data, slides, *stretch, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ijreport.deck, "verify_deck", keep)
        build(project, diagnostics, only=["deck"], out=out)
    (slides,) = kept  # it was not made in stretches
    (deck,) = out.glob("*.pptx")
    return Built(deck, slides)
