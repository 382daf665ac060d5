"""The flagship's deck and the torture deck on five templates that no one here drew, checked by programs not ours."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pptx
import pytest
from openxml_audit import OpenXmlValidator

from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.document.blocks import Document, Metadata
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.layout.items import Frame, Item, Slide, Text
from ijreport.layout.slides.stack import text_height
from tests.reading import missed
from tests.rendered import built, converted, measure, printed, sheets

LIBREOFFICE = Path("/usr/lib/libreoffice/share/template/common/presnt")
ARIAL = "fonts: {slide: {latin: Arial, heading: Arial}}\n"
"""The typeface that LibreOffice sets as we measured it; python-pptx's template names Calibri, which is seldom there."""
TORTURE = Path(__file__).resolve().parent / "torture"
KEPT: Mapping[str, Mapping[str, str]] = {
    "Focus": {},
    "Vivid": {"Source Sans Pro": "Liberation Sans", "Source Sans Pro Light": "Liberation Sans"},
}
"""Templates whose placeholders name their typefaces, which the deck keeps; in place of those that are seldom there,
others."""
TOO_LONG = {
    "python-pptx": (),
    "Metropolis": ("A title of three lines",),
    "Blue_Curve": ("A title of three lines",),
    "Focus": ("A title of three lines",),
    "Vivid": (),
}
"""Titles of the torture deck that a template's frame does not hold at any size: their author has to shorten them."""

Corporate = Callable[..., bytes]
"""The fixture of conftest.py."""


DEJAVU = pytest.mark.external("soffice", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
"""The typeface of Focus."""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=[DEJAVU] if name == "Focus" else []) for name in TOO_LONG]
)
def template(request: pytest.FixtureRequest, corporate: Corporate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `.pptx`, called as in TOO_LONG."""
    name = str(request.param)
    folder = tmp_path_factory.mktemp(name)
    if name != "python-pptx":
        return renamed(converted(LIBREOFFICE / f"{name}.otp", folder, "pptx"), KEPT.get(name, {}))
    file = folder / f"{name}.pptx"
    file.write_bytes(corporate())
    return file


@dataclass(frozen=True)
class Branded:
    deck: Path
    slides: tuple[Slide, ...]
    document: Document | None
    """What the torture deck was made of, as its Markdown says it. (Notes of the flagship expand acronyms, so that they
    are not the words of its Markdown: test_finished.py looks for those.)"""


@pytest.fixture(scope="module", params=["flagship", "torture"])
def branded(
    request: pytest.FixtureRequest, template: Path, flagship: Path, tmp_path_factory: pytest.TempPathFactory
) -> Branded:
    folder = tmp_path_factory.mktemp(request.param)
    project_on(template, flagship if request.param == "flagship" else TORTURE, folder)
    deck = folder / "templates/deck.md.j2"
    text = deck.read_text(encoding="utf-8")
    for title in TOO_LONG[template.stem]:
        text = re.sub(rf"^## {title}.*?(?=^#)", "", text, flags=re.DOTALL | re.MULTILINE)
    deck.write_text(text, encoding="utf-8")
    made = built(folder, folder / "out", Diagnostics())
    if request.param == "flagship":
        return Branded(made.deck, made.slides, None)
    markdown = (folder / "out/.rendered/deck.md").read_text(encoding="utf-8")
    return Branded(made.deck, made.slides, parse(Origins("deck.md", markdown, Stamps()), Metadata(""), Diagnostics()))


def project_on(template: Path, project: Path, folder: Path) -> None:
    for name in ("content", "templates"):
        shutil.copytree(project / name, folder / name)
    shutil.copyfile(template, folder / "office.pptx")
    fonts = "" if template.stem in KEPT else ARIAL
    (folder / "templates/theme.yaml").write_text(f"slide: {{template: office.pptx}}\n{fonts}", encoding="utf-8")


def renamed(file: Path, typefaces: Mapping[str, str]) -> Path:
    """A `.pptx` with other typefaces in place of some; the file itself if there are none."""
    if not typefaces:
        return file
    changed = file.parent / "renamed" / file.name
    changed.parent.mkdir()
    with ZipFile(file) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = old.read(name)
            for before, after in typefaces.items() if name.endswith(".xml") else ():
                member = member.replace(f'typeface="{before}"'.encode(), f'typeface="{after}"'.encode())
            new.writestr(ZipInfo(name), member, ZIP_DEFLATED)
    return changed


def texts(items: tuple[Item, ...]) -> Iterator[Text]:
    for item in items:
        if isinstance(item, Text):
            yield item
        elif hasattr(item, "items"):
            yield from texts(item.items)


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_a_deck_on_a_template_is_valid(branded: Branded) -> None:
    assert OpenXmlValidator().validate(str(branded.deck)).errors == []


@pytest.mark.slow
@pytest.mark.external("soffice", "ooxml-validator")
def test_the_open_xml_sdk_finds_it_valid(branded: Branded, open_xml_sdk: Callable[[Path], list[object]]) -> None:
    assert open_xml_sdk(branded.deck) == []


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_by_our_own_measure_no_text_leaves_its_frame(branded: Branded) -> None:
    opened = pptx.Presentation(str(branded.deck))
    sheet = Frame(0, 0, (opened.slide_width or 0) / 12700, (opened.slide_height or 0) / 12700)
    for slide in branded.slides:
        for item in texts(slide.items):
            assert text_height(list(item.paragraphs)) <= item.frame.height + 0.1, (slide.title, item.name)
            widest = max((line.width for one in item.paragraphs for line in one.lines), default=0.0)
            assert widest <= item.frame.width + 0.1, (slide.title, item.name)
            assert inside(item.frame, sheet), (slide.title, item.name)


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_printed_no_glyph_leaves_its_frame_and_no_word_is_missing(branded: Branded, tmp_path: Path) -> None:
    pages = sheets(printed(branded.deck, tmp_path))
    found = measure(branded.slides, pages)

    assert found.faults == ()
    assert found.shown <= found.predicted <= 1.03 * found.shown
    if branded.document:
        assert missed(branded.document, branded.slides, pages) == []


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_titles_too_long_for_a_template_are_told_of(template: Path, tmp_path: Path) -> None:
    project_on(template, TORTURE, tmp_path)
    found = Diagnostics()
    with suppress(ContentError):  # what it means is in `found`
        built(tmp_path, tmp_path / "out", found)

    text = (tmp_path / "templates/deck.md.j2").read_text(encoding="utf-8").splitlines()
    errors = [one for one in found if one.severity == "error"]
    titles = [text[one.span.line - 1].removeprefix("## ") for one in errors if one.span]
    assert [one.code for one in errors] == ["does-not-fit"] * len(TOO_LONG[template.stem])
    assert all(map(str.startswith, titles, TOO_LONG[template.stem]))


def inside(frame: Frame, sheet: Frame) -> bool:
    return (
        frame.x >= -0.1 and frame.y >= -0.1 and frame.right <= sheet.right + 0.1 and frame.bottom <= sheet.bottom + 0.1
    )
