"""Slides as they are drawn: what python-pptx reads of them."""

from __future__ import annotations

import io
from typing import Any

import pptx
import pytest

from ijreport.document.blocks import Metadata
from ijreport.layout.items import Cell, Frame, Row, Slide, Table, Text
from ijreport.layout.slides.frames import slide_frames
from ijreport.layout.theme import Fonts, SlideFonts, Theme
from ijreport.layout.typesetting.text import Line, Look, Run, SetParagraph, TextStyle, Voice
from ijreport.render.master import deck_skeleton
from ijreport.render.pptx import draw_slides, finished

THEME = Theme()
LAYOUT = slide_frames(THEME)["content"]
INK = THEME.colours.ink
NOTES = TextStyle(12, 14.4, INK)


def voice(look: Look, language: str = "en") -> Voice:
    return Voice(look, None, language, look.size)  # type: ignore[arg-type]  # a deck is drawn without measuring


def paragraph(style: TextStyle, *runs: tuple[str, Voice]) -> SetParagraph:
    return SetParagraph((Line(tuple((0.0, Run(*run)) for run in runs), 0.0),), style, 0.0)


def drawn(slide: Slide) -> Any:
    metadata = Metadata("Title")
    deck = deck_skeleton(THEME, metadata, slide_frames(THEME))
    data = finished(deck, [draw_slides(deck, (slide,), 1, ((),), metadata, THEME)], (slide,), metadata, THEME)
    (found,) = pptx.Presentation(io.BytesIO(data)).slides
    return found


def test_runs_of_notes_that_are_alike_are_one() -> None:
    plain, source, web, strong = (
        voice(Look("text", strong, False, 12, INK, link=link, strong=strong))
        for link, strong in (("", False), ("#source-mea", False), ("https://example.org/", False), ("", True))
    )
    said = paragraph(
        NOTES, ("As said [", plain), ("1", source), ("] ", plain), ("here", web), (", ", plain), ("so", strong)
    )

    slide = drawn(Slide("content", "", (), (said,)))

    (spoken,) = slide.notes_slide.notes_text_frame.paragraphs
    assert [(run.text, run.hyperlink.address, run.font.bold) for run in spoken.runs] == [
        ("As said [1] ", None, None),
        ("here", "https://example.org/", None),
        (", ", None, None),
        ("so", None, True),
    ]


def test_a_footers_look_is_its_layouts() -> None:
    size = LAYOUT.footer_size
    muted, other = (voice(Look("text", False, False, size, colour)) for colour in (LAYOUT.muted_colour, "#FF0000"))
    style = TextStyle(size, size, LAYOUT.muted_colour)
    items = (
        Text(LAYOUT.footer, (paragraph(style, ("said", muted)),), "footer"),
        Text(LAYOUT.foot, (paragraph(style, ("said", other)),), "foot"),
    )

    footer, foot = drawn(Slide("content", "", items)).placeholders

    assert [one.text_frame.text for one in (footer, foot)] == ["said", "said"]
    assert [one._element.findall(".//{*}pPr") for one in (footer, foot)] == [[], []]
    assert [[fill.get("val") for fill in one._element.findall(".//{*}srgbClr")] for one in (footer, foot)] == [
        [],
        ["FF0000"],
    ]
    assert (footer.left, footer.top) == tuple(round(12700 * edge) for edge in (LAYOUT.footer.x, LAYOUT.footer.y))


def test_japanese_punctuation_does_not_hang_out_of_its_frame() -> None:
    japanese = voice(Look("text", False, False, 20, INK), "ja")
    english = voice(Look("text", False, False, 20, INK))
    high, usual = TextStyle(20, 26, INK), TextStyle(20, 24, INK)
    paragraphs = (paragraph(high, ("日本。", japanese)), paragraph(usual, ("Text.", english)))
    frame = LAYOUT.body[0]

    slide = drawn(Slide("content", "", (Text(frame, paragraphs, "body"), Text(frame, paragraphs[:1], "foot"))))

    assert [p._p.pPr.get("hangingPunct") for shape in slide.shapes for p in shape.text_frame.paragraphs] == [
        "0",
        None,
        "0",
    ]


@pytest.mark.parametrize(
    "typeface, expected", [("Arial", None), ("Calibri", 24.0), ("Some Sans", 24.0), ("Times New Roman", None)]
)
def test_lines_of_a_typeface_that_is_higher_than_was_measured_are_written_out(
    typeface: str, expected: float | None
) -> None:
    theme = Theme(fonts=Fonts(slide=SlideFonts(latin=typeface)))
    metadata = Metadata("Title")
    plain = voice(Look("text", False, False, 20, INK))
    text = Text(LAYOUT.body[0], (paragraph(TextStyle(20, 24, INK), ("Text", plain)),), "body")
    slide = Slide("content", "", (text,))
    deck = deck_skeleton(theme, metadata, slide_frames(theme))
    data = finished(deck, [draw_slides(deck, (slide,), 1, ((),), metadata, theme)], (slide,), metadata, theme)
    (found,) = pptx.Presentation(io.BytesIO(data)).slides

    (one,) = found.shapes[0].text_frame.paragraphs
    assert (one.line_spacing.pt if one.line_spacing else None) == expected


def test_lines_with_lowered_characters_are_no_higher_than_others() -> None:
    plain, lowered, raised = (voice(Look("text", False, False, 20, INK, rise=rise)) for rise in (0, -4, 6))
    style = TextStyle(20, 24, INK)
    said = (
        paragraph(style, ("H", plain), ("2", lowered), ("O", plain)),
        paragraph(style, ("m", plain), ("2", raised)),
    )

    slide = drawn(Slide("content", "", (Text(LAYOUT.body[0], said, "body"),)))

    spacings = [one.line_spacing for one in slide.shapes[0].text_frame.paragraphs]
    assert [one.pt if one else None for one in spacings] == [24.0, None]


def test_merged_cells_are_merged_as_others_read_them() -> None:
    def cell(said: str, columns: int = 1, rows: int = 1, left: int = 0, above: int = 0) -> Cell:
        return Cell(
            (paragraph(TextStyle(12, 14.4, INK), *([(said, plain)] if said else [])),), columns, rows, left, above
        )

    plain = voice(Look("text", False, False, 12, INK))
    rows = (
        Row(20, (cell("Area"), cell("Item"), cell("Value"))),
        Row(20, (cell("Both", 2, 2), cell("", 2, 2, 1), cell("1"))),
        Row(20, (cell("", 2, 2, 0, 1), cell("", 2, 2, 1, 1), cell("2", 1, 2))),
        Row(20, (cell("Wide", 2), cell("", 2, 1, 1), cell("", 1, 2, 0, 1))),
    )
    table = Table(Frame(50, 100, 300, 80), (100, 100, 100), rows)

    (shape,) = [one for one in drawn(Slide("table", "", (table,))).shapes if one.has_table]
    read = [[shape.table.cell(row, column) for column in range(3)] for row in range(4)]

    assert [[one.text for one in row] for row in read] == [
        ["Area", "Item", "Value"], ["Both", "", "1"], ["", "", "2"], ["Wide", "", ""],
    ]  # fmt: skip
    origins = [one for row in read for one in row if one.is_merge_origin]
    assert [(one.text, one.span_width, one.span_height) for one in origins] == [
        ("Both", 2, 2),
        ("2", 1, 2),
        ("Wide", 2, 1),
    ]
    assert [[one.is_spanned for one in row] for row in read] == [
        [False, False, False], [False, True, False], [True, True, False], [False, True, True],
    ]  # fmt: skip
