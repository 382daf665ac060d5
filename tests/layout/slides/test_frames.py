"""Slide frames: room for text, nothing over an edge, nothing over anything else."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from ijreport.layout.colours import contrast, readable
from ijreport.layout.items import Frame, LayoutName
from ijreport.layout.slides.frames import LINE, SlideLayout, slide_frames
from ijreport.layout.theme import Colours, Slide, Theme

THEMES = {
    "default": Theme(),
    "4:3": Theme(slide=Slide(width=720, height=540)),
    "large": Theme(slide=Slide(width=1920, height=1080, margin=90, title=50, body=(40, 34), small=18, cover=90)),
    "narrow margin": Theme(slide=Slide(margin=30)),
    "pale": Theme(colours=Colours(primary="#FFD54A", tint="#FFFFFF", muted="#CCCCCC")),
}


@pytest.fixture(params=THEMES, name="theme")
def _theme(request: pytest.FixtureRequest) -> Theme:
    return THEMES[request.param]


def text_frames(layout: SlideLayout) -> tuple[Frame, ...]:
    furniture = (layout.footer, layout.date, layout.slide_number) if layout.furniture else ()
    return (layout.title, *layout.body, layout.foot, *furniture)


def overlap(one: Frame, other: Frame) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def test_there_is_a_layout_of_every_name() -> None:
    assert tuple(slide_frames(Theme())) == get_args(LayoutName)


def test_no_two_texts_overlap(theme: Theme) -> None:
    for layout in slide_frames(theme).values():
        assert not [pair for pair in combinations(text_frames(layout), 2) if overlap(*pair)], layout.name


def test_nothing_reaches_over_an_edge_of_the_slide(theme: Theme) -> None:
    slide = theme.slide
    for layout in slide_frames(theme).values():
        for frame in (*text_frames(layout), layout.area, *(item.frame for item in layout.art)):
            assert min(frame.x, frame.y) >= -0.01
            assert frame.right <= slide.width + 0.01
            assert frame.bottom <= slide.height + 0.01


def test_text_keeps_clear_of_the_sun() -> None:
    for layout in slide_frames(Theme()).values():
        for item in layout.art:
            corners = [(item.frame.x + x, item.frame.y + y) for x, y in item.points]
            for frame in text_frames(layout):
                inside = [p for p in corners if frame.x < p[0] < frame.right and frame.y < p[1] < frame.bottom]
                assert not inside, (layout.name, frame)


def test_titles_have_room_for_two_lines_and_body_text_for_nine() -> None:
    layouts = slide_frames(Theme())

    assert min(layout.title.height / (layout.title_size * LINE) for layout in layouts.values()) >= 2 - 1e-9
    assert layouts["content"].area.height / (layouts["content"].body_size * LINE) >= 9


def test_all_text_can_be_read_on_its_background(theme: Theme) -> None:
    for layout in slide_frames(theme).values():
        for colour in (layout.title_colour, layout.body_colour, layout.muted_colour):
            assert contrast(colour, layout.background) >= 4.5, layout.name


@pytest.mark.parametrize(
    "colour, background, instead, expected",
    [
        ("#26377D", "#FFFFFF", ("#000000",), "#26377D"),
        ("#EEEEEE", "#FFFFFF", ("#000000",), "#000000"),
        ("#777777", "#808080", ("#888888",), "#777777"),
    ],
)
def test_the_first_legible_colour_is_taken(
    colour: str, background: str, instead: tuple[str, ...], expected: str
) -> None:
    assert readable(colour, background, *instead) == expected


@pytest.mark.parametrize(
    "slide",
    [Slide(title=200), Slide(height=200), Slide(width=120), Slide(margin=300), Slide(small=250), Slide(cover=300)],
)
def test_sizes_that_leave_no_room_are_refused(slide: Slide) -> None:
    with pytest.raises(ValueError, match="leave no room for the"):
        slide_frames(Theme(slide=slide))
