"""The keys of an output: which page of the theme it is set on, and what it lists by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from ijreport.build import build
from ijreport.diagnostics import Diagnostics

ProjectFactory = Callable[..., Path]

REPORT = """\
title: A small report
outputs:
  whole: {format: pdf, template: text.md.j2}
  plain: {format: pdf, template: text.md.j2, page: small, listings: []}
  some: {format: pdf, template: text.md.j2, listings: [glossary]}
  agenda: {format: pptx, template: text.md.j2, listings: [contents]}
"""
FILES = {
    "content/report.yaml": REPORT,
    "content/sources.yaml": "atlas: {title: The atlas}\n",
    "content/glossary.yaml": "ISRO: Indian Space Research Organisation\n",
    "templates/text.md.j2": "# One\n\nOf ISRO [@atlas].\n\n# Two\n\nText.\n\n# Three\n\nText.\n",
    "templates/theme.yaml": "pages: {small: {size: A5}}\n",
}


@pytest.fixture
def built(project: ProjectFactory, tmp_path: Path) -> Path:
    build(project(FILES), Diagnostics(), out=tmp_path / "out")
    return tmp_path / "out"


def bookmarks(file: Path) -> list[str]:
    return [entry.get_title() for entry in pypdfium2.PdfDocument(file).get_toc()]


def test_an_output_lists_what_it_says(built: Path) -> None:
    assert bookmarks(built / "whole.pdf") == ["Contents", "One", "Two", "Three", "Glossary", "Sources"]
    assert bookmarks(built / "plain.pdf") == ["One", "Two", "Three", "Sources"]
    assert bookmarks(built / "some.pdf") == ["One", "Two", "Three", "Glossary", "Sources"]


def test_a_deck_lists_what_it_says(built: Path) -> None:
    from pptx import Presentation

    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(built / "agenda.pptx")).slides]
    assert titles == ["A small report", "Contents", "One", "Two", "Three", "Sources"]


def test_an_output_is_set_on_the_page_it_names(built: Path) -> None:
    sizes = [
        tuple(round(side) for side in pypdfium2.PdfDocument(built / name)[0].get_size())
        for name in ("whole.pdf", "plain.pdf")
    ]
    assert sizes == [(595, 842), (420, 595)]


def test_an_output_that_is_not_built_asks_for_nothing(project: ProjectFactory, tmp_path: Path) -> None:
    folder = project({**FILES, "templates/theme.yaml": "page: {size: Letter}\n"})

    build(folder, Diagnostics(), out=tmp_path / "out", only=["whole"])

    assert (tmp_path / "out" / "whole.pdf").exists()
