"""A pie or doughnut chart's draft + a frame → its slices, each with its name and value beside it."""

from __future__ import annotations

import math
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document.blocks import Align, Chart
from ijreport.layout import items
from ijreport.layout.charts.parts import NAME_LINES, Draft, spread
from ijreport.layout.items import Frame
from ijreport.layout.typesetting.typesetter import Typesetter

_MOST = 8
"""The most slices that can be told apart and labelled."""
_SMALLEST = 3.2
"""The least radius, in sizes of the labels."""
_LARGEST = 9.0
"""The radius of a pie with room to spare, in the same."""
_WIDEST = 0.32
"""The most of a frame's width that a label takes."""
_HOLE = 0.64


class _Slice(Struct, frozen=True):
    """`middle` is an angle in degrees clockwise from the top."""

    number: int
    name: str
    text: str
    start: float
    sweep: float

    @property
    def middle(self) -> float:
        return self.start + self.sweep / 2


def unfit_for_pie(chart: Chart) -> str:
    """Why the chart can't be a pie, as a clause; empty where it can."""
    values = [value for value in chart.series[0].values if value is not None]
    if len(chart.series) > 1:
        return "it has several series"
    if any(value < 0 for value in values):
        return "it has negative values"
    if not any(values):
        return "its values add up to nothing"
    if sum(value > 0 for value in values) > _MOST:
        return f"it has more than {_MOST} slices"
    return ""


def pie_or_bars(chart: Chart, typesetter: Typesetter) -> Chart:
    """The chart as a deck has it, which leaves the drawing to its reader's program: bars, with a warning, instead of a
    pie that would say something wrong or say it illegibly."""
    reason = unfit_for_pie(chart) if chart.type in ("pie", "doughnut") else ""
    if not reason:
        return chart
    tell_of_bars(chart, reason, typesetter)
    return replace(chart, type="bar")


def tell_of_bars(chart: Chart, reason: str, typesetter: Typesetter) -> None:
    """Warn that the chart is drawn as bars."""
    message = f"a {chart.type} can't show this: {reason}; bars were drawn"
    typesetter.diagnostics.warning("pie-as-bars", message, chart.span, "choose type: bar")


def pie_height(draft: Draft) -> float:
    """The height that a pie with its labels wants."""
    return 16 * draft.size


def draw_pie(draft: Draft, frame: Frame) -> tuple[items.Item, ...] | None:
    """The slices clockwise from the top, in the author's order, as large as their labels allow.

    None where the frame has no room for the labels."""
    slices = _slices(draft)
    longest = max(max(draft.width(one.name), draft.width(one.text, bold=True)) for one in slices)
    room = min(longest, _WIDEST * frame.width)
    if any(draft.lines(one.name, room) > NAME_LINES or draft.width(one.text, bold=True) > room for one in slices):
        return None
    radius = min(frame.height / 2, _LARGEST * draft.size)
    while radius >= _SMALLEST * draft.size:
        labels = _labels(draft, slices, frame, radius, room)
        if labels is not None:
            x, y = frame.x + frame.width / 2 - radius, frame.y + frame.height / 2 - radius
            box = Frame(x, y, 2 * radius, 2 * radius)
            return (*_wedges(draft, slices, box), *_total(draft, box), *labels)
        radius -= draft.size / 4
    return None


def _labels(draft: Draft, slices: list[_Slice], frame: Frame, radius: float, room: float) -> list[items.Item] | None:
    """The slices' labels around a circle in the frame's middle; None where they leave the frame."""
    x, y, clear = frame.x + frame.width / 2, frame.y + frame.height / 2, radius + draft.gap * 1.8
    height = (max(draft.lines(one.name, room) for one in slices) + 1) * draft.leading
    labels: list[items.Item] = []
    for right in (True, False):
        side = [one for one in slices if (one.middle <= 180) is right]
        wanted = [y - clear * math.cos(math.radians(one.middle)) - height / 2 for one in side]
        tops = spread(wanted, height, frame.y, frame.bottom)
        if tops is None:
            return None
        for one, highest in zip(side, tops, strict=True):
            used = (draft.lines(one.name, room) + 1) * draft.leading
            width = min(max(draft.width(one.name), draft.width(one.text, bold=True)), room)
            top = highest + (height - used) / 2
            # As near to the circle as a corner of the label comes.
            away = max(top - y, y - top - used, 0.0)
            reach = max(math.sqrt(max(clear**2 - away**2, 0.0)), draft.gap)
            if reach + width > frame.width / 2:
                return None
            labels += _label(draft, one, Frame(x + reach if right else x - reach - width, top, width, used), right)
    return labels


def _slices(draft: Draft) -> list[_Slice]:
    """What is nothing or missing makes no slice."""
    values = draft.chart.series[0].values
    whole = math.fsum(draft.share(value) for value in values if value is not None)
    slices, start = [], 0.0
    for number, (name, value) in enumerate(zip(draft.chart.categories, values, strict=True)):
        if value:
            sweep = draft.share(value) / whole * 360
            slices.append(_Slice(number, name, draft.number(value), start, sweep))
            start += sweep
    return slices


def _wedges(draft: Draft, slices: list[_Slice], box: Frame) -> list[items.Item]:
    doughnut = draft.chart.type == "doughnut"
    if len(slices) == 1 and not doughnut:
        return [items.Shape(box, "ellipse", fill=draft.fill(slices[0].number))]
    # Paper shows between the slices; a full ring has no end to mark.
    stroke, width = (draft.colours.paper, draft.size * 0.1) if len(slices) > 1 else ("", 0.0)
    hole = _HOLE if doughnut else 0.0
    return [
        items.Shape(box, "wedge", draft.fill(one.number), stroke, width, start=one.start, sweep=one.sweep, hole=hole)
        for one in slices
    ]


def _label(draft: Draft, one: _Slice, box: Frame, right: bool) -> tuple[items.Item, ...]:
    """Name over value; the value has its slice's colour, so that no leader is needed."""
    align: Align = "left" if right else "right"
    colour = draft.legible(draft.fill(one.number))
    lettering = (
        draft.fitted(one.name, draft.style(align=align), box.width, box.height - draft.leading),
        draft.fitted(one.text, draft.style(colour, bold=True, align=align), box.width, draft.leading),
    )
    return (items.Text(box, tuple(paragraph for paragraph in lettering if paragraph)),)


def _total(draft: Draft, box: Frame) -> tuple[items.Item, ...]:
    """In a doughnut's hole: what the slices add up to."""
    if draft.chart.type != "doughnut":
        return ()
    total = sum((Decimal(str(value)) for value in draft.chart.series[0].values if value is not None), Decimal(0))
    large = replace(draft, size=draft.size * 1.4)
    width = box.width * _HOLE * 0.88
    height = large.leading
    room = Frame(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)
    return large.value(large.number(total), room, large.style(bold=True, align="center"))
