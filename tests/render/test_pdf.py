"""What only the finished PDF shows: bookmarks of any first level, faces without a bold, pictures the right way up."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from ijreport.build import build
from ijreport.diagnostics import Diagnostics

REPORT = "title: T\nlanguage: {}\noutputs: {{a: {{format: pdf, template: a.md.j2}}}}\n"


def printed(folder: Path) -> pikepdf.Pdf:
    diagnostics = Diagnostics()
    build(folder, diagnostics)
    assert [one.message for one in diagnostics] == []
    return pikepdf.open(folder / "build/a.pdf")


@pytest.mark.parametrize("text", ["## x\n\ny", "### x\n\n## y\n\n# z", "Just a paragraph.\n\n## A heading"])
def test_a_document_may_begin_at_any_level(text: str, project: Callable[..., Path]) -> None:
    folder = project({"content/report.yaml": REPORT.format("en"), "templates/a.md.j2": text})
    with printed(folder) as pdf, pdf.open_outline() as outline:
        assert len(outline.root) >= 1


@pytest.mark.parametrize("language", ["ja", "zh", "ko", "hi", "en"])
def test_large_figures_are_printed_in_languages_without_a_long_form(
    language: str, project: Callable[..., Path]
) -> None:
    files = {
        "content/report.yaml": REPORT.format(language),
        "content/figures.yaml": "a: {value: 10 trillion, unit: JPY, source: s}\n",
        "content/sources.yaml": "s: {title: S}\n",
        "templates/a.md.j2": "# x\n\n{{ figure.a }} {{ figure.a | short }}\n",
    }
    diagnostics = Diagnostics()
    build(project(files), diagnostics)
    assert diagnostics.errors == 0


def test_bold_japanese_is_emboldened(project: Callable[..., Path]) -> None:
    folder = project({"content/report.yaml": REPORT.format("ja"), "templates/a.md.j2": "# x\n\n日本 **日本**\n"})
    with printed(folder) as pdf:
        stream = pdf.pages[1].Contents.read_bytes()
    assert (stream.count(b" 2 Tr"), stream.count(b"\n0 Tr")) == (1, 1)


def test_a_photograph_is_turned_as_the_camera_was_held(project: Callable[..., Path]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise
    stream = BytesIO()
    Image.new("RGB", (40, 20), "white").save(stream, "JPEG", exif=exif)
    files = {"content/report.yaml": REPORT.format("en"), "a.jpg": stream.getvalue()}
    folder = project({**files, "templates/a.md.j2": "# x\n\n![A photograph](a.jpg)\n"})
    with printed(folder) as pdf:
        images = [image for page in pdf.pages for image in dict(page.Resources.get("/XObject", {})).values()]
        assert [(int(one.Width), int(one.Height)) for one in images] == [(20, 40)]


def test_a_hyphen_at_a_lines_end_is_copied_as_a_soft_one(project: Callable[..., Path]) -> None:
    """ISO 32000-1, 14.8.2.2.3: the character is told from one that belongs to the word."""
    words = "Intergovernmental understandings characterise well-known recommendations. " * 4
    theme = "page: {align: justified, hyphenate: true, margin_right: 80 mm}"
    files = {"content/report.yaml": REPORT.format("en"), "templates/theme.yaml": theme, "templates/a.md.j2": words}
    folder = project(files)
    with printed(folder) as pdf:
        content = pdf.pages[1].Contents.read_bytes()
    with pdfium.PdfDocument(folder / "build/a.pdf") as document:
        shown = document[1].get_textpage().get_text_range()

    assert words.strip() in re.sub(r"\s+", " ", shown.replace("\ufffe", ""))  # so pdfium tells a soft hyphen
    assert shown.count("\ufffe") == content.count(b"00AD>") > 0
