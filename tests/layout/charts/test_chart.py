"""Every chart type, whatever its values: inside its frame, legible, true to scale."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Chart, ChartType, Series
from ijreport.layout import items
from ijreport.layout.charts.chart import HIGHEST, chart_height, draw_chart
from ijreport.layout.charts.parts import spread
from ijreport.layout.colours import READABLE, contrast
from ijreport.layout.items import Frame
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.fonts import FontBook, print_fonts
from ijreport.layout.typesetting.typesetter import Typesetter

THEME = Theme()
TOLERANCE = 0.1
TYPES: tuple[ChartType, ...] = get_args(ChartType)
BARS: tuple[ChartType, ...] = ("column", "bar", "stacked-column", "stacked-bar")


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> FontBook:
    diagnostics = Diagnostics()
    return print_fonts(THEME, Project(Path(tmp_path_factory.mktemp("project")), diagnostics), diagnostics)


def typesetter(fonts: FontBook) -> Typesetter:
    return Typesetter(THEME, fonts, Diagnostics(), "en")


def chart(type: ChartType, *series: tuple[float | None, ...], names: tuple[str, ...] = (), pattern: str = "") -> Chart:
    names = names or tuple(f"Category {n}" for n in range(len(series[0])))
    named = tuple(Series(f"Series {n}", values) for n, values in enumerate(series))
    return Chart(type, "alt", names, named, title="A title", unit="units", format=pattern)


def drawn(one: Chart, fonts: FontBook, width: float = 300, height: float = 0) -> tuple[items.Item, ...]:
    setter = typesetter(fonts)
    return draw_chart(one, Frame(40, 60, width, height or chart_height(one, width, THEME, setter)), THEME, setter)


def lettering(drawing: tuple[items.Item, ...]) -> Iterator[tuple[str, Frame, str]]:
    """Each text with the box that its characters take, and its colour."""
    for item in drawing:
        if isinstance(item, items.Text):
            y = item.frame.y
            for paragraph in item.paragraphs:
                for line in paragraph.lines:
                    text = "".join(run.text for _, run in line.runs)
                    x = item.frame.x + (line.runs[0][0] if line.runs else 0.0)
                    yield text, Frame(x, y, line.width, paragraph.style.leading), paragraph.style.colour
                    y += paragraph.style.leading


def texts(drawing: tuple[items.Item, ...]) -> list[str]:
    return [text for text, _, _ in lettering(drawing)]


def shapes(drawing: tuple[items.Item, ...], kind: str) -> list[items.Shape]:
    return [item for item in drawing if isinstance(item, items.Shape) and item.kind == kind]


def inside(inner: Frame, outer: Frame) -> bool:
    return (
        inner.x >= outer.x - TOLERANCE
        and inner.y >= outer.y - TOLERANCE
        and inner.right <= outer.right + TOLERANCE
        and inner.bottom <= outer.bottom + TOLERANCE
    )


def overlap(one: Frame, other: Frame) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > TOLERANCE and down > TOLERANCE


# -- any chart at all ------------------------------------------------------------------------------------------

VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1000, 1000) | st.integers(-20, 20)
WORDS = st.text("abcdefghij lmn-oprstuv日本語、", max_size=60)


@st.composite
def charts(draw: st.DrawFn, types: tuple[ChartType, ...] = TYPES, most: int = 30) -> Chart:
    count = draw(st.integers(1, most))
    names = tuple(draw(st.lists(WORDS, min_size=count, max_size=count)))
    rows = draw(st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=1, max_size=5))
    series = tuple(Series(draw(WORDS), tuple(row)) for row in rows)
    pattern = draw(st.sampled_from(("", "0.0", "#,##0", "0%", '"US$ "0.00')))
    return Chart(draw(st.sampled_from(types)), "alt", names, series, draw(WORDS), draw(WORDS), pattern)


@settings(max_examples=150, deadline=None)
@given(one=charts(), width=st.floats(120, 500), height=st.none() | st.floats(20, 420))
def test_nothing_lies_outside_the_frame(fonts: FontBook, one: Chart, width: float, height: float | None) -> None:
    setter = typesetter(fonts)
    natural = chart_height(one, width, THEME, setter)
    assert 0 < natural <= HIGHEST
    frame = Frame(40, 60, width, height or natural)
    drawing = draw_chart(one, frame, THEME, setter)
    for item in drawing:
        assert inside(item.frame, frame), item
        if isinstance(item, items.Shape):
            within = Frame(0, 0, item.frame.width, item.frame.height)
            assert all(inside(Frame(x, y, 0, 0), within) for x, y in item.points)
    for text, box, _ in lettering(drawing):
        assert inside(box, frame), text
    assert "word-too-wide" not in {found.code for found in setter.diagnostics}


@settings(max_examples=100, deadline=None)
@given(one=charts(BARS, most=12), width=st.floats(120, 500))
def test_no_two_labels_of_bars_overlap(fonts: FontBook, one: Chart, width: float) -> None:
    boxes = [(text, box) for text, box, _ in lettering(drawn(one, fonts, width)) if text]
    for (text, box), (other, beside) in combinations(boxes, 2):
        assert not overlap(box, beside), (text, other)


@settings(max_examples=100, deadline=None)
@given(
    slices=st.lists(st.tuples(WORDS, st.floats(0.01, 1000)), min_size=1, max_size=8),
    width=st.floats(200, 500),
    height=st.floats(90, 300),
)
def test_no_two_labels_of_slices_overlap(
    fonts: FontBook, slices: list[tuple[str, float]], width: float, height: float
) -> None:
    names, values = zip(*slices, strict=True)
    drawing = drawn(chart("pie", values, names=names), fonts, width, height)
    boxes = [(text, box) for text, box, _ in lettering(drawing) if text]
    for text, box in boxes:
        assert inside(box, Frame(40, 60, width, height)), text
    for (text, box), (other, beside) in combinations(boxes, 2):
        assert not overlap(box, beside), (text, other)
    for circle in shapes(drawing, "wedge")[:1]:
        radius = circle.frame.width / 2
        x, y = circle.frame.x + radius, circle.frame.y + radius
        for text, box in boxes[2:]:
            across = max(box.x - x, x - box.right, 0.0)
            down = max(box.y - y, y - box.bottom, 0.0)
            assert across**2 + down**2 > radius**2, text


@pytest.mark.parametrize("type", TYPES)
def test_the_same_chart_is_drawn_the_same(fonts: FontBook, type: ChartType) -> None:
    one = chart(type, (3, 1, 2))
    assert repr(drawn(one, fonts)) == repr(drawn(one, fonts))


# -- bars ------------------------------------------------------------------------------------------------------


def test_columns_stand_on_zero_and_are_true_to_scale(fonts: FontBook) -> None:
    drawing = drawn(chart("column", (22.8, 21), pattern="0.0"), fonts)
    first, second = (shape.frame for shape in shapes(drawing, "rectangle"))
    assert first.bottom == pytest.approx(second.bottom)
    assert second.height / first.height == pytest.approx(21 / 22.8)
    assert {"22.8", "21.0"} <= set(texts(drawing))


def test_negative_bars_lie_on_the_other_side_of_the_baseline(fonts: FontBook) -> None:
    drawing = drawn(chart("bar", (-2, 4)), fonts)
    below, above = (shape.frame for shape in shapes(drawing, "rectangle"))
    (baseline,) = shapes(drawing, "line")
    assert below.right == pytest.approx(baseline.frame.x) == pytest.approx(above.x)
    assert above.width == pytest.approx(2 * below.width)
    assert {"-2", "4"} <= set(texts(drawing))


def test_a_pile_is_labelled_inside_and_with_its_sum(fonts: FontBook) -> None:
    drawing = drawn(chart("stacked-column", (0.1, 5), (0.2, None), (3, 2)), fonts)
    assert {"3.0", "5.0", "2.0", "3.3", "7.0"} <= set(texts(drawing))


def test_a_missing_value_is_a_gap_and_zero_is_a_number(fonts: FontBook) -> None:
    drawing = drawn(chart("column", (1, None, 0), names=("a", "b", "c")), fonts)
    assert len(shapes(drawing, "rectangle")) == 1
    assert texts(drawing) == ["A title", "units", "1", "0", "a", "b", "c"]


def test_columns_whose_numbers_have_no_room_lie_down(fonts: FontBook) -> None:
    one = chart("column", tuple(500_000 + n for n in range(8)))
    frames = [shape.frame for shape in shapes(drawn(one, fonts, 240), "rectangle")]
    assert len({round(frame.x, 3) for frame in frames}) == 1
    assert len({round(frame.y, 3) for frame in frames}) == 8


def test_columns_too_many_to_number_get_ticks(fonts: FontBook) -> None:
    drawing = drawn(chart("column", tuple(range(1000, 2200, 30)), names=tuple(map(str, range(1985, 2025)))), fonts)
    assert {"0", "1,000", "2,000"} <= set(texts(drawing))
    assert len(shapes(drawing, "rectangle")) == 40


def test_several_series_have_a_legend(fonts: FontBook) -> None:
    assert {"Series 0", "Series 1"} <= set(texts(drawn(chart("bar", (1, 2), (3, 4)), fonts)))


def test_series_in_a_legend_are_told_apart_in_grey(fonts: FontBook) -> None:
    """By the theme's own colours they are; where two of them are alike, it is said which series they show."""
    alike = replace(THEME.colours, series=("#C2371F", "#26377D", "#1E7A4A"))
    setters = []
    for theme in (THEME, replace(THEME, colours=alike)):
        setter = Typesetter(theme, fonts, Diagnostics(), "en")
        for number in (1, 3, len(theme.colours.series)):
            one = chart("stacked-column", *((value, 2.0 * value) for value in range(1, number + 1)))
            draw_chart(one, Frame(0, 0, 400, chart_height(one, 400, theme, setter)), theme, setter)
        setters.append(setter)

    assert not list(setters[0].diagnostics)
    assert [found.message for found in setters[1].diagnostics] == [
        "'Series 0' and 'Series 2' look alike when the page is printed in grey"
    ]


# -- lines and pies --------------------------------------------------------------------------------------------


def test_a_line_breaks_where_values_are_missing(fonts: FontBook) -> None:
    drawing = drawn(chart("line", (1, 2, None, 4, None, 5, 6)), fonts)
    assert len(shapes(drawing, "polyline")) == 2
    assert len(shapes(drawing, "ellipse")) == 5


def test_lines_are_named_where_they_end(fonts: FontBook) -> None:
    found = texts(drawn(chart("line", (1, 2, 3), (3, 2.5, 2)), fonts, 400))
    assert {"Series 0 3.0", "Series 1 2.0"} <= set(found)


def test_slices_make_a_whole_and_a_doughnut_tells_it(fonts: FontBook) -> None:
    drawing = drawn(chart("doughnut", (450_000, 50_000), names=("Other", "Skilled")), fonts)
    wedges = shapes(drawing, "wedge")
    assert [(round(one.start), round(one.sweep)) for one in wedges] == [(0, 324), (324, 36)]
    assert {"Other", "450,000", "Skilled", "50,000", "500,000"} <= set(texts(drawing))


@pytest.mark.parametrize("values", [(0, 0), (3, -1), tuple(range(1, 12))])
def test_what_no_pie_can_show_is_drawn_as_bars_with_a_warning(fonts: FontBook, values: tuple[float, ...]) -> None:
    setter = typesetter(fonts)
    drawing = draw_chart(chart("pie", values), Frame(0, 0, 300, 240), THEME, setter)
    assert not shapes(drawing, "wedge")
    assert [found.code for found in setter.diagnostics] == ["pie-as-bars"]


# -- labels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type", TYPES)
def test_text_can_be_read_on_what_lies_behind_it(fonts: FontBook, type: ChartType) -> None:
    series = ((5, 4, 3),) if type in ("pie", "doughnut") else tuple((5 + n, 4, 3) for n in range(6))
    drawing = drawn(chart(type, *series, names=("a", "b", "c")), fonts, 480, 320)
    bars = shapes(drawing, "rectangle")
    for text, box, colour in lettering(drawing):
        behind = next((bar.fill for bar in bars if inside(box, bar.frame)), THEME.colours.paper)
        assert contrast(colour, behind) >= READABLE, text


@pytest.mark.parametrize("type", TYPES)
def test_digits_grouped_by_spaces_stay_together(fonts: FontBook, type: ChartType) -> None:
    setter = Typesetter(THEME, fonts, Diagnostics(), "fr")
    one = chart(type, (1_500_000, 2_000_000), names=("First\nname", "b"))
    drawing = draw_chart(one, Frame(0, 0, 300, 200), THEME, setter)

    assert not len(setter.diagnostics)
    assert {"1\u202f500\u202f000", "2\u202f000\u202f000"} & set(texts(drawing))
    assert "First name" in texts(drawing)


def test_a_label_cut_off_is_a_warning(fonts: FontBook) -> None:
    setter = typesetter(fonts)
    draw_chart(chart("bar", (1,), names=("word " * 80,)), Frame(0, 0, 150, 120), THEME, setter)
    assert [found.code for found in setter.diagnostics] == ["label-too-long"]


def test_a_pattern_that_cannot_be_read_is_an_error(fonts: FontBook) -> None:
    setter = typesetter(fonts)
    draw_chart(chart("bar", (1,), pattern="yyyy"), Frame(0, 0, 300, 120), THEME, setter)
    assert [found.code for found in setter.diagnostics] == ["bad-number-pattern"]


def test_spread_keeps_boxes_apart_and_in_order() -> None:
    assert spread([5, 6, 7], 10, 0, 30) == [0.0, 10.0, 20.0]
    assert spread([2, 50], 10, 0, 60) == [2.0, 50.0]
    assert None is spread([1, 2], 10, 0, 19)
