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


@pytest.mark.parametrize(
    "title", ["भारत", "`code`", "[A link](https://example.org)", "Co&shy;op&shy;er&shy;a&shy;tion"]
)
def test_a_heading_is_found_whatever_it_is_made_of(title: str, project: Callable[..., Path]) -> None:
    """In its elements, of which some have all their text in others, and among the bookmarks."""
    text = f"# {title}\n\n## Below\n\ntext\n"
    folder = project({"content/report.yaml": REPORT.format("en"), "templates/a.md.j2": text})
    with printed(folder) as pdf, pdf.open_outline() as outline:
        found = outline.root[-1]
        assert re.sub(r"[`\]\[]|&shy;|\(.*\)", "", title) == found.title
        assert [one.title for one in found.children] == ["Below"]


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


def boxes(pdf: pikepdf.Pdf) -> set[tuple[tuple[float, ...], ...]]:
    """The boundaries of each page: media, crop, bleed, trim."""
    return {
        tuple(tuple(round(float(edge), 1) for edge in box) for box in (p.mediabox, p.cropbox, p.bleedbox, p.trimbox))
        for p in pdf.pages
    }


@pytest.mark.parametrize(
    "page, bleed, reach",
    [
        ("bleed: 9", 9.0, 9.0),
        ("bleed: 9, marks: [crop, bleed, cross]", 9.0, 27.5),
        ("marks: [crop]", 0.0, 23.0),
    ],
)
def test_a_sheet_reaches_beyond_its_pages(page: str, bleed: float, reach: float, project: Callable[..., Path]) -> None:
    """ISO 32000-1, 14.11.2: each boundary lies in the one around it. What is on the page stays where it was."""
    text = "# One\n\nSee [](#two){.page} and [the web](https://example.org/).\n\n---\n\n# Two {#two}\n"
    files = {"content/report.yaml": REPORT.format("en"), "templates/a.md.j2": text}
    folders = [
        project({**files, "templates/theme.yaml": f"page: {{{said}}}\n"}, name=name)
        for name, said in (("plain", ""), ("sheet", page))
    ]
    with printed(folders[0]) as plain, printed(folders[1]) as sheet:
        links = [
            [(n.Rect.unparse(), n.Dest[1:].unparse() if "/Dest" in n else b"") for n in p.get("/Annots", ())]
            for pdf in (plain, sheet)
            for p in (q.obj for q in pdf.pages)
        ]
        (found,) = boxes(sheet)
        outline = [pdf.Root.Outlines.First.Dest[1:].unparse() for pdf in (plain, sheet)]

    def around(out: float) -> tuple[float, ...]:
        return (-out, -out, round(595.276 + out, 1), round(841.89 + out, 1))

    assert found == (around(reach), around(reach), around(bleed), around(0.0))
    assert links[: len(links) // 2] == links[len(links) // 2 :] != [[]] * (len(links) // 2)
    assert outline[0] == outline[1]


def test_the_cover_bleeds_and_marks_stand_outside_of_it(project: Callable[..., Path]) -> None:
    theme = "page: {bleed: 9, marks: [crop, bleed, cross], margin_right: 0}\ncolours: {primary: '#26377D'}\n"
    folder = project(
        {"content/report.yaml": REPORT.format("en"), "templates/theme.yaml": theme, "templates/a.md.j2": "Text"}
    )
    with printed(folder) as pdf:
        content = pdf.pages[1].Contents.read_bytes()
    with pdfium.PdfDocument(folder / "build/a.pdf") as document:
        cover, page = (document[number].render(scale=2).to_pil().convert("RGB") for number in (0, 1))
    bleed = int(2 * (27.5 - 9))
    dark = [cover.getpixel((x, 200)) == (0x26, 0x37, 0x7D) for x in (bleed - 2, bleed + 2, cover.width - bleed - 3)]
    edge, crop = int(2 * 27.5), 2 * 8
    inside = page.crop((edge, edge, page.width - edge, 2 * 100))

    assert cover.getpixel((cover.width - bleed - 3, 2 * 490)) == (0xC2, 0x37, 0x1F)  # the disc, which goes on
    assert cover.getpixel((cover.width - bleed + 3, 2 * 490)) == (255, 255, 255)  # no further than it may
    assert dark == [False, True, True]
    assert min(page.getpixel((crop, y))[0] for y in range(edge - 3, edge + 4)) < 128  # a line of a hair's breadth
    assert inside.getextrema()[0][0] > 40  # nothing as black as a mark
    assert content.split(b"BDC")[0].endswith(b"/Artifact<</Type/Page>>")
