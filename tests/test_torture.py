"""A deck of content that asks for more room than slides have, set by LibreOffice: all of it is there, in its frames."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Document, Metadata
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.layout.items import Slide
from tests.reading import missed
from tests.rendered import Sheet, built, measure, printed, sheets

PROJECT = Path(__file__).resolve().parent / "torture"


@dataclass(frozen=True)
class Torture:
    deck: Path
    slides: tuple[Slide, ...]
    document: Document
    diagnostics: Diagnostics


@pytest.fixture(scope="module")
def torture(tmp_path_factory: pytest.TempPathFactory) -> Torture:
    out = tmp_path_factory.mktemp("torture")
    diagnostics = Diagnostics()
    made = built(PROJECT, out, diagnostics)
    markdown = (out / ".rendered" / "deck.md").read_text(encoding="utf-8")
    document = parse(Origins("deck.md", markdown, Stamps()), Metadata(""), Diagnostics())
    return Torture(made.deck, made.slides, document, diagnostics)


@pytest.fixture(scope="module")
def pages(torture: Torture, tmp_path_factory: pytest.TempPathFactory) -> list[Sheet]:
    return sheets(printed(torture.deck, tmp_path_factory.mktemp("printed")))


def test_only_words_too_wide_are_told_of(torture: Torture) -> None:
    assert {one.code for one in torture.diagnostics} == {"word-too-wide"}


def test_it_is_valid(torture: Torture) -> None:
    assert OpenXmlValidator().validate(torture.deck).errors == []


@pytest.mark.external("ooxml-validator")
def test_the_open_xml_sdk_finds_it_valid(torture: Torture, open_xml_sdk: Callable[[Path], list[object]]) -> None:
    assert open_xml_sdk(torture.deck) == []


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_nothing_leaves_its_frame_and_lines_are_as_predicted(torture: Torture, pages: list[Sheet]) -> None:
    found = measure(torture.slides, pages)

    assert found.faults == ()
    assert found.shown <= found.predicted <= 1.03 * found.shown


@pytest.mark.slow
@pytest.mark.external("soffice", "/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf")
def test_typefaces_of_office_programs_keep_to_their_frames(tmp_path: Path) -> None:
    """LibreOffice sets them in Carlito and Caladea, which are as wide."""
    project = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    theme = "fonts: {slide: {latin: Calibri, heading: Cambria}}\n"
    (project / "templates" / "theme.yaml").write_text(theme, encoding="utf-8")
    diagnostics = Diagnostics()
    made = built(project, tmp_path / "out", diagnostics)
    found = measure(made.slides, sheets(printed(made.deck, tmp_path)))

    assert {one.code for one in diagnostics} == {"word-too-wide"}
    assert found.faults == ()
    assert found.shown <= found.predicted <= 1.03 * found.shown


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_every_word_is_shown_or_spoken_in_order(torture: Torture, pages: list[Sheet]) -> None:
    assert missed(torture.document, torture.slides, pages) == []
