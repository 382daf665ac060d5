"""A line chart's draft + a frame → its lines, named where they end.

One line carries its values on its points where they fit. Several lines, or many points, get a few ticks
and the values at the ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document.blocks import Style, Text
from ijreport.layout import items
from ijreport.layout.charts.parts import Draft, Scale, names_below, spread
from ijreport.layout.items import Frame

_NAMES = 0.42
"""The most of a frame's width that the names at the lines' ends take."""
_FEW = 12
"""The most points of a line that are marked with a dot."""

_Point = tuple[float, float]


class _Ending(Struct, frozen=True):
    """What stands at a line's end: its name, where there are several, and its last value."""

    series: int
    at: float
    name: str
    number: str


class _Field(Struct, frozen=True):
    """Where the points go: from `left`, each in the middle of its `slot`, above `foot`."""

    left: float
    slot: float
    foot: float
    right: float
    scale: Scale

    def points(self, draft: Draft, values: Sequence[float | None]) -> list[_Point | None]:
        return [
            None if value is None else (self.left + (place + 0.5) * self.slot, self.scale.at(draft.share(value)))
            for place, value in enumerate(values)
        ]


def draw_lines(draft: Draft, frame: Frame) -> tuple[items.Item, ...]:
    """The chart's lines inside the frame. Their scale begins at zero unless that would flatten them."""
    series = draft.chart.series
    numbered = len(series) == 1 and _fits_points(draft, frame.width / len(draft.chart.categories))
    endings = () if numbered else tuple(_endings(draft))
    legend: tuple[items.Item, ...] = ()
    if len(series) > 1 and not _fits_endings(draft, endings, frame):
        legend, height = draft.legend(frame)
        frame = Frame(frame.x, frame.y + height, frame.width, frame.height - height)
        endings = tuple(replace(ending, name="") for ending in endings)
        endings = endings if _fits_endings(draft, endings, frame) else ()

    low, high = _reach(draft)
    ticks = [] if numbered else draft.ticks(low, high, min(int(frame.height / (2.4 * draft.leading)) + 1, 6))
    axis = min(max((draft.width(text) for _, text in ticks), default=0.0), 0.3 * frame.width)
    left = frame.x + (axis + draft.gap * 2 if ticks else 0.0)
    room = max((_width(draft, ending) for ending in endings), default=0.0) + draft.gap * 2
    count, width = len(draft.chart.categories), frame.right - left
    # The last point's half slot is free for what stands at the ends.
    plot = min(width, (width - room) / (1 - 0.5 / count)) if endings else width
    names = names_below(draft, Frame(left, frame.y, plot, frame.height))
    foot = min((one.frame.y for one in names), default=frame.bottom) - draft.gap
    space = draft.leading * (1.2 if numbered else 0.5)
    top, bottom = frame.y + space, foot - (space if low else 0.0)
    if bottom <= top:
        return legend
    field = _Field(left, plot / count, foot, left + plot, Scale(low, high, bottom, top))

    drawn = list(_axis(draft, field, ticks, Frame(frame.x, frame.y, axis, frame.height)))
    for number, one in enumerate(series):
        points = field.points(draft, one.values)
        drawn += _line(draft, number, points)
        if numbered:
            drawn += _numbers(draft, one.values, points, Frame(frame.x, frame.y, frame.width, foot - frame.y))
    x = field.right - field.slot / 2 + draft.gap * 2
    drawn += _placed_endings(draft, endings, field, Frame(x, frame.y, frame.right - x, foot - frame.y))
    return (*legend, *drawn, *names)


def _axis(draft: Draft, field: _Field, ticks: Sequence[tuple[float, str]], frame: Frame) -> Iterator[items.Item]:
    """The ticks' labels in the frame, and the baseline; one that is not zero is lighter."""
    for share, text in ticks:
        y = min(max(field.scale.at(share) - draft.leading / 2, frame.y), frame.bottom - draft.leading)
        box = Frame(frame.x, y, frame.width, draft.leading)
        yield from draft.value(text, box, draft.style(draft.colours.muted, align="right"))
    from_zero = field.scale.low <= 0 <= field.scale.high
    y = field.scale.at(0) if from_zero else field.foot
    colour = draft.colours.ink if from_zero else draft.colours.rule
    yield draft.line(field.left, y, field.right, y, colour, 0.6)


def _reach(draft: Draft) -> tuple[float, float]:
    """The scale's ends: with zero, unless all values lie in the upper half above it."""
    shares = [draft.share(value) for series in draft.chart.series for value in series.values if value is not None]
    low, high = min(shares, default=0.0), max(shares, default=0.0)
    if low > high / 2 and low < high:
        return low - (high - low) * 0.2, high
    return min(low, 0.0), max(high, 0.0)


# -- lines -----------------------------------------------------------------------------------------------------


def _line(draft: Draft, number: int, points: Sequence[_Point | None]) -> Iterator[items.Shape]:
    """The line, broken where values are missing; a point alone, and every point of a short line, is a dot."""
    fill, width, radius = draft.fill(number), draft.size * 0.2, draft.size * 0.27
    for stretch in _stretches(points):
        if len(stretch) > 1:
            x, y = min(x for x, _ in stretch), min(y for _, y in stretch)
            box = Frame(x, y, max(x for x, _ in stretch) - x, max(y for _, y in stretch) - y)
            relative = tuple((px - x, py - y) for px, py in stretch)
            yield items.Shape(box, "polyline", stroke=fill, stroke_width=width, points=relative)
        for x, y in stretch if len(points) <= _FEW else (stretch[-1],):
            yield items.Shape(Frame(x - radius, y - radius, 2 * radius, 2 * radius), "ellipse", fill=fill)


def _stretches(points: Sequence[_Point | None]) -> Iterator[list[_Point]]:
    stretch: list[_Point] = []
    for point in (*points, None):
        if point:
            stretch.append(point)
        elif stretch:
            yield stretch
            stretch = []


# -- values on the points --------------------------------------------------------------------------------------


def _fits_points(draft: Draft, slot: float) -> bool:
    """Whether numbers beside neighbouring points keep clear of each other, whichever side they stand on."""
    values = draft.chart.series[0].values
    widest = max((draft.width(draft.number(value)) for value in values if value is not None), default=0.0)
    return len(values) <= _FEW and widest * 1.5 <= slot


def _numbers(
    draft: Draft, values: Sequence[float | None], points: Sequence[_Point | None], room: Frame
) -> Iterator[items.Item]:
    """Each value on the side that the line leaves free: below a dip, on a slope's outer side, else above."""
    padded = (None, *points, None)
    for value, before, point, after in zip(values, padded, points, padded[2:], strict=False):
        if value is None or point is None:
            continue
        x, y = point
        rises = before is not None and before[1] > y  # y runs downwards
        falls = after is not None and after[1] > y
        dips = (before is None or before[1] < y) and (after is None or after[1] < y) and (before or after) is not None
        text = draft.number(value)
        width = draft.width(text)
        shift = 0.5
        if rises and after is not None and after[1] < y:
            shift = 0.8
        elif falls and before is not None and before[1] < y:
            shift = 0.2
        left = min(max(x - width * shift, room.x), room.right - width)
        top = y + draft.gap if dips else y - draft.gap - draft.leading
        top = min(max(top, room.y), room.bottom - draft.leading)
        yield from draft.value(text, Frame(left, top, width, draft.leading), draft.style())


# -- what stands at the ends -----------------------------------------------------------------------------------


def _endings(draft: Draft) -> Iterator[_Ending]:
    several = len(draft.chart.series) > 1
    for number, series in enumerate(draft.chart.series):
        last = next((value for value in reversed(series.values) if value is not None), None)
        if last is not None:
            yield _Ending(number, draft.share(last), series.name if several else "", draft.number(last))


def _width(draft: Draft, ending: _Ending) -> float:
    name = draft.width(ending.name + " ", bold=True) if ending.name else 0.0
    return name + draft.width(ending.number) + draft.width("0")


def _fits_endings(draft: Draft, endings: Sequence[_Ending], frame: Frame) -> bool:
    widest = max((_width(draft, ending) for ending in endings), default=0.0)
    return widest <= _NAMES * frame.width and len(endings) * draft.leading <= frame.height - 3 * draft.leading


def _placed_endings(draft: Draft, endings: Sequence[_Ending], field: _Field, frame: Frame) -> Iterator[items.Item]:
    """The endings beside their lines' last values, as far apart as they must be."""
    wanted = (field.scale.at(ending.at) - draft.leading / 2 for ending in endings)
    tops = spread(wanted, draft.leading, frame.y, frame.bottom)
    for ending, y in zip(endings, tops or (), strict=False):
        name = (Text(ending.name + " ", Style(strong=True)),) if ending.name else ()
        style = draft.style(draft.legible(draft.fill(ending.series)))
        paragraph = draft.typesetter.set((*name, Text(ending.number)), style, frame.width, draft.chart.span)
        yield items.Text(Frame(frame.x, y, frame.width, paragraph.height), (paragraph,))
