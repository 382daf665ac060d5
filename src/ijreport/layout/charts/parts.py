"""A Chart block → what every kind of chart is made of: lettering that fits, colours that read, scales, ticks, a legend.

Lengths are points, y runs downwards. Amounts are shares of the chart's largest one, so that no sum overflows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.layout import items
from ijreport.layout.charts.number_format import SCIENTIFIC, default_pattern, format_number
from ijreport.layout.colours import ALIKE_IN_GREY, READABLE, contrast, lightness, mixed
from ijreport.layout.items import Frame
from ijreport.layout.theme import Colours
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

NAME_LINES = 3
"""The most lines of a category's name below its place on the axis."""
_ROUNDING = 0.01
_SPACES = re.compile(r"[ \t\r\n]+")
"""Those that may be one: no-break spaces stay, by which many languages group digits."""


def chart_pattern(chart: blocks.Chart, typesetter: Typesetter) -> str:
    """The number pattern of a chart: its own, or one that shows its values. One that can't be read is an error."""
    default = default_pattern(value for series in chart.series for value in series.values if value is not None)
    if not chart.format:
        return default
    try:
        format_number(0.0, chart.format, typesetter.language)
    except ValueError as fault:
        place = chart.span.narrow(chart.format) if chart.span else None
        typesetter.diagnostics.error("bad-number-pattern", str(fault), place)
        return default
    return chart.format


class Scale(Struct, frozen=True):
    """Amounts from `low` to `high` on a line from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, amount: float) -> float:
        reach = self.high - self.low
        return self.start + (amount - self.low) / reach * (self.end - self.start) if reach else self.start


class Draft(Struct, frozen=True):
    """A chart being drawn: its block, its means, the size of its labels and the pattern of its numbers."""

    chart: blocks.Chart
    colours: Colours
    typesetter: Typesetter
    size: float
    peak: float
    pattern: str

    @classmethod
    def of(cls, chart: blocks.Chart, width: float, typesetter: Typesetter, size: float) -> Draft:
        """A draft for a chart of `width`. Numbers too long for it are written scientifically."""
        values = [value for series in chart.series for value in series.values if value is not None]
        pattern = chart_pattern(chart, typesetter)
        peak = max(map(abs, values), default=0.0)
        draft = cls(chart, typesetter.theme.colours, typesetter, size, peak, pattern)
        if any(draft.width(draft.number(value)) > 0.3 * width for value in values):
            return replace(draft, pattern=SCIENTIFIC)
        return draft

    @property
    def leading(self) -> float:
        return self.size * 1.24

    @property
    def gap(self) -> float:
        """Between a label and what it labels."""
        return self.size * 0.45

    # -- numbers -----------------------------------------------------------------------------------------------

    def share(self, value: float) -> float:
        return value / self.peak if self.peak else 0.0

    def number(self, value: float | Decimal) -> str:
        return format_number(value, self.pattern, self.typesetter.language)

    def ticks(self, low: float, high: float, most: int) -> list[tuple[float, str]]:
        """Round amounts from `low` to `high`, `most` or fewer: (share, label)."""
        reach = Decimal(high - low) * Decimal(self.peak)
        if not reach or most < 2:
            return []
        power = Decimal(1).scaleb((reach / (most - 1)).adjusted())
        values: list[Decimal] = []
        for factor in (1, 2, 5, 10, 20):
            step = power * factor
            first = math.ceil(Decimal(low) * Decimal(self.peak) / step)
            last = math.floor(Decimal(high) * Decimal(self.peak) / step)
            if last - first < most:
                values = [step * number for number in range(first, last + 1)]
                break
        labels = [self.number(value) for value in values]
        if len(set(labels)) < len(labels):  # the chart's own pattern is too coarse for its scale
            pattern = default_pattern(values)
            labels = [format_number(value, pattern, self.typesetter.language) for value in values]
        return [(float(value / Decimal(self.peak)), label) for value, label in zip(values, labels, strict=True)]

    # -- colours -----------------------------------------------------------------------------------------------

    def fill(self, number: int) -> str:
        """The colour of a series or slice; after the palette's end it comes again, lighter."""
        palette = self.colours.series or (self.colours.primary,)
        turn, place = divmod(number, len(palette))
        return mixed(palette[place], self.colours.paper, 1 - 0.6**turn)

    def on(self, fill: str) -> str:
        """A colour for text inside `fill`: paper, else ink, else whichever extreme can be read there."""
        candidates = (self.colours.paper, self.colours.ink, "#FFFFFF", "#000000")
        return next((c for c in candidates if contrast(c, fill) >= READABLE), candidates[-1])

    def legible(self, fill: str) -> str:
        """`fill` with as much ink in it as text on paper needs."""
        shades = (mixed(fill, self.colours.ink, step / 10) for step in range(11))
        return next((s for s in shades if contrast(s, self.colours.paper) >= READABLE), self.colours.ink)

    # -- lettering ---------------------------------------------------------------------------------------------

    def style(self, colour: str = "", bold: bool = False, align: blocks.Align = "left") -> TextStyle:
        return TextStyle(self.size, self.leading, colour or self.colours.ink, bold=bold, align=align)

    def width(self, text: str, bold: bool = False) -> float:
        """Of the text on one line, with room for rounding."""
        return self.typesetter.natural_width((blocks.Text(text),), self.style(bold=bold)) + 0.1 if text else 0.0

    def lines(self, text: str, width: float) -> int:
        """How many lines the text takes; a thousand where a word of it is wider than `width`."""
        if not text.strip():
            return 0
        content, style = (blocks.Text(text),), self.style()
        if self.typesetter.measured(content, style).least > width:
            return 1000
        return len(self.typesetter.set(content, style, width, self.chart.span).lines)

    def fitted(self, text: str, style: TextStyle, width: float, height: float) -> SetParagraph | None:
        """The text inside a box, its end cut off with a warning if it is longer; None if not even a letter fits."""
        most = math.floor((height + _ROUNDING) / style.leading)
        text = _SPACES.sub(" ", text).strip(" ")
        if not text or most < 1:
            return None
        whole = self._inside(text, style, width, most)
        if whole:
            return whole
        shorter, found = (0, len(text)), None
        while shorter[1] - shorter[0] > 1:
            middle = sum(shorter) // 2
            attempt = self._inside(text[:middle].rstrip() + "…", style, width, most)
            shorter, found = ((middle, shorter[1]), attempt) if attempt else ((shorter[0], middle), found)
        message = f"'{text}' is longer than its place in the chart and was cut off"
        hint = "shorten it, or give the chart more room"
        self.typesetter.diagnostics.warning("label-too-long", message, self.chart.span, hint)
        return found

    def _inside(self, text: str, style: TextStyle, width: float, most: int) -> SetParagraph | None:
        content = (blocks.Text(text),)
        if self.typesetter.measured(content, style).least > width:
            return None
        paragraph = self.typesetter.set(content, style, width, self.chart.span)
        return paragraph if len(paragraph.lines) <= most else None

    def label(
        self,
        text: str,
        frame: Frame,
        style: TextStyle,
        place: Literal["top", "middle", "bottom"] = "middle",
    ) -> tuple[items.Item, ...]:
        """A text in its frame, as `fitted`."""
        paragraph = self.fitted(text, style, frame.width, frame.height)
        if not paragraph:
            return ()
        y = frame.y + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[place] * (frame.height - paragraph.height)
        return (items.Text(Frame(frame.x, y, frame.width, paragraph.height), (paragraph,)),)

    def value(self, text: str, frame: Frame, style: TextStyle) -> tuple[items.Item, ...]:
        """A number in the middle of its frame, left out where it does not fit: a part of it would be another one."""
        if self.width(text, style.bold) > frame.width + _ROUNDING or frame.height < self.leading - _ROUNDING:
            return ()
        return self.label(text, frame, style)

    def line(self, x: float, y: float, right: float, bottom: float, colour: str, width: float) -> items.Shape:
        return items.Shape(Frame(x, y, right - x, bottom - y), "line", stroke=colour, stroke_width=width)

    # -- legend ------------------------------------------------------------------------------------------------

    def legend(self, frame: Frame) -> tuple[tuple[items.Item, ...], float]:
        """The series' names in their colours, from the frame's top down, and the height they take."""
        self.compare_in_grey()
        swatch = self.size * 0.8
        drawn: list[items.Item] = []
        x, y = frame.x, frame.y
        for number, series in enumerate(self.chart.series):
            width = min(swatch + self.gap + self.width(series.name), frame.width)
            if x > frame.x and x + width > frame.right:
                x, y = frame.x, y + self.leading
            if y + self.leading > frame.bottom:
                break
            box = Frame(x, y + (self.leading - swatch) / 2, swatch, swatch)
            drawn.append(items.Shape(box, "rectangle", fill=self.fill(number)))
            room = Frame(x + swatch + self.gap, y, width - swatch - self.gap, self.leading)
            drawn += self.label(series.name, room, self.style())
            x += width + self.size * 1.4
        return tuple(drawn), y + self.leading - frame.y + self.size * 0.7

    def compare_in_grey(self) -> None:
        """Report series that only their colours tell apart, where a page printed in grey would not show these."""
        shades = [(lightness(self.fill(number)), one.name) for number, one in enumerate(self.chart.series)]
        for (light, name), (dark, other) in pairwise(sorted(shades)):
            if abs(light - dark) < ALIKE_IN_GREY:
                message = f"'{name}' and '{other}' look alike when the page is printed in grey"
                hint = "give colours.series of the theme colours of other lightness, or show fewer series"
                self.typesetter.diagnostics.warning("alike-in-grey", message, self.chart.span, hint)


def spread(wanted: Iterable[float], height: float, top: float, bottom: float) -> list[float] | None:
    """Tops for boxes of one `height` that overlap nowhere, near the `wanted` ones, in order; None without room."""
    tops = list(wanted)
    if len(tops) * height > bottom - top + _ROUNDING:
        return None
    order = sorted(range(len(tops)), key=tops.__getitem__)
    tops = [min(max(one, top), bottom - height) for one in tops]
    for before, after in pairwise(order):
        tops[after] = max(tops[after], tops[before] + height)
    limit = bottom
    for one in reversed(order):
        tops[one] = min(tops[one], limit - height)
        limit = tops[one]
    return tops


def names_below(draft: Draft, frame: Frame) -> list[items.Text]:
    """The categories' names, up to the frame's bottom; where they are too close for that, every second, third, …"""
    categories = draft.chart.categories
    slot = frame.width / len(categories)
    if all(draft.lines(name, slot - draft.gap) <= NAME_LINES for name in categories):
        boxes = [
            (number, frame.x + number * slot + draft.gap / 2, slot - draft.gap) for number in range(len(categories))
        ]
    else:
        boxes = _thinned(draft, frame, slot)
    style = draft.style(align="center")
    names = []
    for number, x, width in boxes:
        paragraph = draft.fitted(categories[number], style, width, NAME_LINES * draft.leading)
        if paragraph:
            names.append((x, width, paragraph))
    top = frame.bottom - max((paragraph.height for _, _, paragraph in names), default=0.0)
    if top < frame.y:
        return []
    return [items.Text(Frame(x, top, width, paragraph.height), (paragraph,)) for x, width, paragraph in names]


def _thinned(draft: Draft, frame: Frame, slot: float) -> list[tuple[int, float, float]]:
    """Every n-th category, n as small as may be, with the x and width of its name on one line."""
    widths = [min(draft.width(name), frame.width) for name in draft.chart.categories]
    boxes: list[tuple[int, float, float]] = []
    for step in range(1, len(widths) + 1):
        boxes = [
            (n, min(max(frame.x + (n + 0.5) * slot - widths[n] / 2, frame.x), frame.right - widths[n]), widths[n])
            for n in range(0, len(widths), step)
        ]
        if all(x + width + draft.gap * 2 <= after for (_, x, width), (_, after, _) in pairwise(boxes)):
            break
    return boxes
