"""A column or bar chart's draft + a frame → its bars, each labelled, standing or lying.

Standing bars lie down where their labels would not fit; where labels fit neither way, a few ticks of the
value axis stand in for the numbers.
"""

from __future__ import annotations

import math
from decimal import Decimal

from msgspec import Struct

from ijreport.layout import items
from ijreport.layout.charts.parts import NAME_LINES, Draft, Scale, names_below
from ijreport.layout.items import Frame

_SIDE = 0.4
"""The most of a frame's width that names beside lying bars take; wider ones stand above their bars."""
_BROADEST = 7.0
"""The broadest standing bar, in sizes of the labels."""
_SLIVER = 0.6
"""The least length of a bar that is not nothing."""


class _Bar(Struct, frozen=True):
    """From `low` to `high` (shares of the peak), in a lane of its category. `text` is written inside."""

    category: int
    lane: int
    series: int
    low: float
    high: float
    text: str = ""


class _End(Struct, frozen=True):
    """A number beyond the end of a lane's bars: beyond the upper one, or `below` the baseline."""

    category: int
    lane: int
    at: float
    below: bool
    text: str


class _Bars(Struct, frozen=True):
    bars: tuple[_Bar, ...]
    ends: tuple[_End, ...]
    lanes: int
    stacked: bool

    @property
    def low(self) -> float:
        return min((bar.low for bar in self.bars), default=0.0)

    @property
    def high(self) -> float:
        return max((bar.high for bar in self.bars), default=0.0)

    def texts(self, below: bool) -> list[str]:
        return [end.text for end in self.ends if end.below is below]


def _side_by_side(draft: Draft) -> _Bars:
    bars, ends = [], []
    for lane, series in enumerate(draft.chart.series):
        for category, value in enumerate(series.values):
            if value is not None:
                share = draft.share(value)
                bars.append(_Bar(category, lane, lane, min(share, 0.0), max(share, 0.0)))
                ends.append(_End(category, lane, share, value < 0, draft.number(value)))
    return _Bars(tuple(bars), tuple(ends), len(draft.chart.series), stacked=False)


def _stacked(draft: Draft) -> _Bars:
    """Positive values pile up, negative ones down; each pile's end tells its sum."""
    bars, ends = [], []
    for category in range(len(draft.chart.categories)):
        reach, sums = {True: 0.0, False: 0.0}, {True: Decimal(0), False: Decimal(0)}
        found = set()
        for number, series in enumerate(draft.chart.series):
            value = series.values[category]
            if value is None:
                continue
            below = value < 0
            start, reach[below] = reach[below], reach[below] + draft.share(value)
            low, high = sorted((start, reach[below]))
            bars.append(_Bar(category, 0, number, low, high, draft.number(value)))
            sums[below] += Decimal(str(value))
            found.add(below)
        ends += [_End(category, 0, reach[below], below, draft.number(sums[below])) for below in sorted(found)]
    return _Bars(tuple(bars), tuple(ends), 1, stacked=True)


def _bars(draft: Draft) -> _Bars:
    several = len(draft.chart.series) > 1
    return _stacked(draft) if several and draft.chart.type.startswith("stacked-") else _side_by_side(draft)


# -- which way -------------------------------------------------------------------------------------------------


def draw_bars(draft: Draft, frame: Frame, standing: bool) -> tuple[items.Item, ...]:
    """The chart's bars inside the frame, under a legend where there are several series."""
    bars = _bars(draft)
    legend: tuple[items.Item, ...] = ()
    if len(draft.chart.series) > 1:
        legend, height = draft.legend(frame)
        frame = Frame(frame.x, frame.y + height, frame.width, frame.height - height)
    rows = _rows(draft, bars, frame.width)
    count = len(draft.chart.categories)
    named, numbered = _fits_standing(draft, bars, frame.width)
    if standing and named and numbered:
        drawn = _standing(draft, bars, frame, numbered=True)
    elif sum(rows.heights) <= frame.height:
        drawn = _lying(draft, bars, rows, frame)
    elif standing and (named or (count + 1) * draft.leading > frame.height):
        drawn = _standing(draft, bars, frame, numbered=False)
    else:
        drawn = _lying_close(draft, bars, frame)
    return legend + drawn


def bars_height(draft: Draft, width: float, standing: bool, most: float) -> float:
    """The height that the chart's bars want, `most` at the utmost."""
    bars, legend = _bars(draft), 0.0
    if len(draft.chart.series) > 1:
        legend = draft.legend(Frame(0, 0, width, math.inf))[1]
    upright = legend + min(max(width * 0.42, 12 * draft.leading), 18 * draft.leading)
    if standing and all(_fits_standing(draft, bars, width)):
        return min(upright, most)
    lying = legend + sum(_rows(draft, bars, width).heights)
    return lying if lying <= most else min(upright, most) if standing else most


# -- standing --------------------------------------------------------------------------------------------------


def _pitch(draft: Draft, bars: _Bars, slot: float) -> float:
    """The distance of lanes in a category's slot."""
    if bars.lanes == 1:
        return min(slot * 0.64, _BROADEST * draft.size)
    return min(slot * 0.84 / bars.lanes, _BROADEST * 0.7 * draft.size)


def _thickness(pitch: float, bars: _Bars) -> float:
    """Of a bar; between lanes a little paper shows."""
    return pitch - min(1.0, pitch / 4) if bars.lanes > 1 else pitch


def _fits_standing(draft: Draft, bars: _Bars, width: float) -> tuple[bool, bool]:
    """Whether the names fit below standing bars, and whether the numbers fit above them."""
    slot = width / len(draft.chart.categories)
    names = all(draft.lines(name, slot - draft.gap) <= NAME_LINES for name in draft.chart.categories)
    room = slot - draft.gap if bars.lanes == 1 else _pitch(draft, bars, slot) - 1
    return names, all(draft.width(end.text, bars.stacked) <= room for end in bars.ends)


def _standing(draft: Draft, bars: _Bars, frame: Frame, numbered: bool) -> tuple[items.Item, ...]:
    categories = draft.chart.categories
    margin = 0.0 if numbered else _axis_width(draft, bars, frame)
    left, slot = frame.x + margin, (frame.width - margin) / len(categories)
    names = names_below(draft, Frame(left, frame.y, frame.width - margin, frame.height))
    foot = min((one.frame.y for one in names), default=frame.bottom) - draft.gap
    over = draft.leading if numbered and bars.texts(below=False) else draft.leading / 2
    under = draft.leading if numbered and bars.texts(below=True) else 0.0
    if foot - under <= frame.y + over:
        return ()
    scale = Scale(bars.low, bars.high, foot - under, frame.y + over)
    pitch = _pitch(draft, bars, slot)

    def lane(category: int, number: int) -> float:
        return left + (category + 0.5) * slot + (number - bars.lanes / 2) * pitch

    drawn: list[items.Item] = []
    for bar in bars.bars:
        top, bottom = scale.at(bar.high), scale.at(bar.low)
        box = Frame(lane(bar.category, bar.lane), top, _thickness(pitch, bars), max(bottom - top, _SLIVER))
        drawn += _bar(draft, bar, box)
    if numbered:
        style = draft.style(bold=bars.stacked, align="center")
        for end in bars.ends:
            y = scale.at(end.at) - (0.0 if end.below else draft.leading)
            x, width = lane(end.category, end.lane), pitch
            if bars.lanes == 1:
                x, width = left + end.category * slot, slot
            drawn += draft.value(end.text, Frame(x, y, width, draft.leading), style)
    else:
        for share, text in draft.ticks(bars.low, bars.high, int((foot - frame.y) / (2.4 * draft.leading)) + 1):
            y = min(max(scale.at(share) - draft.leading / 2, frame.y), frame.bottom - draft.leading)
            room = Frame(frame.x, y, margin - draft.gap, draft.leading)
            drawn += draft.value(text, room, draft.style(draft.colours.muted, align="right"))
    drawn.append(draft.line(left, scale.at(0), frame.right, scale.at(0), draft.colours.ink, 0.6))
    return (*drawn, *names)


def _axis_width(draft: Draft, bars: _Bars, frame: Frame) -> float:
    texts = [text for _, text in draft.ticks(bars.low, bars.high, int(frame.height / (2.4 * draft.leading)) + 1)]
    return min(max(map(draft.width, texts), default=0.0), frame.width * 0.3) + draft.gap


# -- lying -----------------------------------------------------------------------------------------------------


class _Rows(Struct, frozen=True):
    """The width of the names beside the bars (0: they stand above), and each category's height."""

    side: float
    heights: tuple[float, ...]


def _rows(draft: Draft, bars: _Bars, width: float) -> _Rows:
    names = draft.chart.categories
    numbers = sum(_reach(draft, bars, below) for below in (True, False))
    side = min(max(map(draft.width, names)), _SIDE * width, 0.75 * width - numbers)
    track = bars.lanes * draft.leading * (1.35 if bars.lanes == 1 else 1.12) + draft.leading * 0.55
    lines = [draft.lines(name, side) for name in names]
    if max(lines) <= 2:
        return _Rows(side, tuple(max(track, (count + 0.3) * draft.leading) for count in lines))
    lines = [min(draft.lines(name, width), NAME_LINES) for name in names]
    return _Rows(0.0, tuple(track + count * draft.leading for count in lines))


def _reach(draft: Draft, bars: _Bars, below: bool) -> float:
    """What the numbers beyond the bars' ends take."""
    widest = max((draft.width(text, bars.stacked) for text in bars.texts(below)), default=0.0)
    return widest + draft.gap if widest else 0.0


def _lying(draft: Draft, bars: _Bars, rows: _Rows, frame: Frame) -> tuple[items.Item, ...]:
    below, above = _reach(draft, bars, True), _reach(draft, bars, False)
    left = frame.x + (rows.side + draft.gap * 1.6 if rows.side else 0.0) + below
    scale = Scale(bars.low, bars.high, left, max(left, frame.right - above))
    spare = (frame.height - sum(rows.heights)) / len(rows.heights)
    drawn: list[items.Item] = []
    tops: list[tuple[float, float]] = []
    y = frame.y
    for name, height in zip(draft.chart.categories, rows.heights, strict=True):
        track = Frame(frame.x, y, frame.width, height + spare)
        y = track.bottom
        if rows.side:
            drawn += draft.label(name, Frame(track.x, track.y, rows.side, track.height), draft.style())
        else:
            lines = min(draft.lines(name, frame.width), NAME_LINES) * draft.leading
            drawn += draft.label(name, Frame(track.x, track.y, track.width, lines), draft.style(), "top")
            track = Frame(track.x, track.y + lines, track.width, track.height - lines)
        pitch = min((track.height - draft.leading * 0.5) / bars.lanes, draft.leading * 2.4)
        top = track.y + (track.height - pitch * bars.lanes) / (2 if rows.side else 4)
        tops.append((top, pitch))
        if not rows.side:
            drawn.append(_baseline(draft, scale, top - 1, top + pitch * bars.lanes + 1))
    for bar in bars.bars:
        top, pitch = tops[bar.category]
        drawn += _bar(draft, bar, _lane(scale, bar, top, pitch, bars))
    for end in bars.ends:
        top, pitch = tops[end.category]
        x = scale.at(end.at) + (-below if end.below else draft.gap)
        room = Frame(x, top + end.lane * pitch, (below if end.below else above) - draft.gap, pitch)
        style = draft.style(bold=bars.stacked, align="right" if end.below else "left")
        drawn += draft.value(end.text, room, style)
    if rows.side:
        drawn.append(_baseline(draft, scale, frame.y, frame.bottom))
    return tuple(drawn)


def _lying_close(draft: Draft, bars: _Bars, frame: Frame) -> tuple[items.Item, ...]:
    """Rows too low for numbers; ticks below the bars, and as many names as there is room for."""
    categories = draft.chart.categories
    bottom = frame.bottom - draft.leading - draft.gap
    height = (bottom - frame.y) / len(categories)
    if height <= 0:
        return ()
    side = min(max(map(draft.width, categories)), _SIDE * frame.width)
    scale = Scale(bars.low, bars.high, frame.x + side + draft.gap * 1.6, frame.right)
    drawn: list[items.Item] = []
    # The first name cannot rise above the frame, so the next ones keep clear of it where it stands.
    step = max(math.ceil(1.5 * draft.leading / height - 0.5), 1)
    for number in range(0, len(categories), step):
        room = max(draft.leading, height)
        top = min(max(frame.y + (number + 0.5) * height - room / 2, frame.y), frame.bottom - room)
        drawn += draft.label(categories[number], Frame(frame.x, top, side, room), draft.style())
    pitch = height * 0.76 / bars.lanes
    for bar in bars.bars:
        top = frame.y + (bar.category + 0.12) * height
        drawn += _bar(draft, bar, _lane(scale, bar, top, pitch, bars))
    drawn.append(_baseline(draft, scale, frame.y, bottom))
    room = 0.3 * frame.width
    widest = max((draft.width(text) for text in bars.texts(True) + bars.texts(False)), default=0.0)
    most = int((scale.end - scale.start) / max(2 * widest, 1.0)) + 1
    for share, text in draft.ticks(bars.low, bars.high, min(most, 5)):
        width = min(draft.width(text), room)
        x = min(max(scale.at(share) - width / 2, frame.x), frame.right - width)
        drawn += draft.value(text, Frame(x, bottom + draft.gap, width, draft.leading), draft.style(draft.colours.muted))
    return tuple(drawn)


def _lane(scale: Scale, bar: _Bar, top: float, pitch: float, bars: _Bars) -> Frame:
    left, right = scale.at(bar.low), scale.at(bar.high)
    left = min(left, scale.end - _SLIVER)
    return Frame(left, top + bar.lane * pitch, max(right - left, _SLIVER), _thickness(pitch, bars))


def _baseline(draft: Draft, scale: Scale, top: float, bottom: float) -> items.Shape:
    return draft.line(scale.at(0), top, scale.at(0), bottom, draft.colours.ink, 0.6)


# -- one bar ---------------------------------------------------------------------------------------------------


def _bar(draft: Draft, bar: _Bar, box: Frame) -> tuple[items.Item, ...]:
    """A bar in its box, with its text inside where that fits; paper shows between the parts of a pile."""
    if bar.high == bar.low:
        return ()
    fill = draft.fill(bar.series)
    stroke, width = (draft.colours.paper, 0.5) if bar.text else ("", 0.0)
    shape = items.Shape(box, "rectangle", fill=fill, stroke=stroke, stroke_width=width)
    room = Frame(box.x + 1, box.y, max(box.width - 2, 0.0), box.height)
    return (shape, *draft.value(bar.text, room, draft.style(draft.on(fill), align="center")))
