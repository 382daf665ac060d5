"""A Chart block + a frame → shapes and labels at fixed places: the charts of print and of slide previews.

Values are written where they are, so there are no gridlines and, as long as the labels fit, no value axis.
Bars begin at zero. A part of a label is never shown without a warning, a part of a number never.
"""

from __future__ import annotations

import math
from typing import assert_never

from ijreport.document import blocks
from ijreport.layout import items
from ijreport.layout.charts.bars import bars_height, draw_bars
from ijreport.layout.charts.line import draw_lines
from ijreport.layout.charts.parts import Draft
from ijreport.layout.charts.pie import draw_pie, pie_height, tell_of_bars, unfit_for_pie
from ijreport.layout.items import Frame
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

HIGHEST = 260.0
"""The most that `chart_height` asks for."""


def draw_chart(
    chart: blocks.Chart, frame: Frame, theme: Theme, typesetter: Typesetter, size: float | None = None
) -> tuple[items.Item, ...]:
    """The chart with its title and unit, inside `frame`; `size` is that of its labels (the theme's small print).

    The chart has at least one category and one series. A number pattern that can't be read is an error
    in the typesetter's diagnostics; labels cut off, and pies that can only be drawn as bars, are warnings.
    """
    draft = Draft.of(chart, frame.width, typesetter, size or theme.page.small)
    head, body = _head(draft, frame)
    match chart.type:
        case "column" | "stacked-column":
            drawn = draw_bars(draft, body, standing=True)
        case "bar" | "stacked-bar":
            drawn = draw_bars(draft, body, standing=False)
        case "line":
            drawn = draw_lines(draft, body)
        case "pie" | "doughnut":
            drawn = _pie(draft, body)
        case _:
            assert_never(chart.type)
    return head + drawn


def chart_height(chart: blocks.Chart, width: float, theme: Theme, typesetter: Typesetter) -> float:
    """The height that suits the chart at a width, title and all; `HIGHEST` at most."""
    draft = Draft.of(chart, width, typesetter, theme.page.small)
    head = _head(draft, Frame(0, 0, width, HIGHEST))[1].y
    most = HIGHEST - head
    match chart.type:
        case "column" | "stacked-column":
            height = bars_height(draft, width, True, most)
        case "bar" | "stacked-bar":
            height = bars_height(draft, width, False, most)
        case "line":
            height = min(max(width * 0.42, 14 * draft.leading), 18 * draft.leading, most)
        case "pie" | "doughnut":
            height = min(pie_height(draft), most)
            if unfit_for_pie(chart) or draw_pie(draft, Frame(0, 0, width, height)) is None:
                height = bars_height(draft, width, False, most)
        case _:
            assert_never(chart.type)
    return math.ceil(head + height)


def _head(draft: Draft, frame: Frame) -> tuple[tuple[items.Item, ...], Frame]:
    """Title and unit, and what they leave of the frame. A single series names a chart without a title."""
    chart, size = draft.chart, draft.size
    title = chart.title or (chart.series[0].name if len(chart.series) == 1 else "")
    heading = TextStyle(size * 1.2, size * 1.5, draft.colours.ink, "heading", bold=True)
    lines = ((title, heading), (chart.unit, draft.style(draft.colours.muted)))
    head: list[items.Item] = []
    y = frame.y
    for text, style in lines:
        paragraph = draft.fitted(text, style, frame.width, (frame.y + frame.height / 2) - y)
        if paragraph:
            head.append(items.Text(Frame(frame.x, y, frame.width, paragraph.height), (paragraph,)))
            y += paragraph.height
    y += size * 0.9 if head else 0.0
    return tuple(head), Frame(frame.x, y, frame.width, max(frame.bottom - y, 0.0))


def _pie(draft: Draft, frame: Frame) -> tuple[items.Item, ...]:
    """A pie, or bars where a pie would say something wrong or say it illegibly."""
    reason = unfit_for_pie(draft.chart)
    drawn = None if reason else draw_pie(draft, frame)
    if drawn is not None:
        return drawn
    tell_of_bars(draft.chart, reason or "its labels have no room", draft.typesetter)
    return draw_bars(draft, frame, standing=False)
