"""A stats block + a width → rows of key figures, their values as large as all of them allow."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Text, notes_in
from ijreport.layout import items
from ijreport.layout.items import Frame, Group, Item
from ijreport.layout.typesetting.lines import Measured
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

MOST_COLUMNS = 5
SMALLEST = 0.8
"""The share of the value's size that is still large: below it, a row holds fewer figures."""


PARTED = (0.8, 0.7, 0.6, 0.5)
"""The scales tried for a value far longer than others, so that it stands on two lines."""


class StatsStyle(Struct, frozen=True):
    value: TextStyle
    label: TextStyle
    note: TextStyle
    gutter: float


class StatsRow(Struct, frozen=True):
    """Groups side by side, from (0, 0)."""

    height: float
    items: tuple[Group, ...]
    notes: tuple[int, ...]


def set_stats(block: blocks.Stats, width: float, style: StatsStyle, typesetter: Typesetter) -> list[StatsRow]:
    """The figures on a grid of as many columns as their values fit, of one size but for those far longer than most."""
    values = [typesetter.measured((Text(stat.value),), style.value) for stat in block.items]
    columns, scales = _grid(values, width, style.gutter)
    each = (width - style.gutter * (columns - 1)) / columns
    rule = style.value.size * max(scales) * 0.05
    rows = []
    for at in range(0, len(block.items), columns):
        stats = block.items[at : at + columns]
        groups = [
            _group(stat, place * (each + style.gutter), each, rule, _scaled(style, scale), typesetter, block)
            for place, (stat, scale) in enumerate(zip(stats, scales[at:], strict=False))
        ]
        notes = tuple(note for stat in stats for note in notes_in((*stat.label, *stat.note)))
        rows.append(StatsRow(max(group.frame.height for group in groups), tuple(groups), notes))
    return rows


def _scaled(style: StatsStyle, scale: float) -> StatsStyle:
    value = replace(style.value, size=style.value.size * scale, leading=style.value.leading * scale)
    return replace(style, value=value)


def _grid(values: list[Measured], width: float, gutter: float) -> tuple[int, list[float]]:
    """How many columns, and each value's scale.

    Rows are evenly filled, and all values of one size, not below `SMALLEST` while that can be. Where that would be one
    figure a row, those far longer than at least as many others are set smaller, on two lines or three.
    """
    count = len(values)
    scale, options = 1.0, []
    for columns in range(min(count, MOST_COLUMNS), 0, -1):
        if -(-count // (-(-count // columns))) != columns:
            continue  # as many rows as with fewer columns
        each = (width - gutter * (columns - 1)) / columns
        fitting = [min(1.0, each / (value.natural + 0.1)) for value in values]
        scale = min(fitting)
        if scale >= SMALLEST and columns > 1:
            return columns, [scale] * count
        options.append((columns, each, fitting))
    for columns, each, fitting in options[:-1]:
        common = min((one for one in fitting if one >= SMALLEST), default=0.0)
        scales = [
            common if one >= SMALLEST else _parted(value, each) for value, one in zip(values, fitting, strict=True)
        ]
        if min(scales) and 2 * sum(one < SMALLEST for one in fitting) <= count:
            return columns, scales
    return 1, [scale] * count


def _parted(value: Measured, width: float) -> float:
    """The scale at which a long value stands on two lines, or on three as a last resort; 0 where it does not."""
    if value.least * PARTED[-1] > width:
        return 0.0
    lines = {scale: len(value.lines(width / scale)) for scale in PARTED if value.least * scale <= width}
    return next((scale for scale in lines if lines[scale] <= 2), PARTED[-1] if lines[PARTED[-1]] <= 3 else 0.0)


def _group(
    stat: blocks.Stat,
    x: float,
    width: float,
    rule: float,
    style: StatsStyle,
    typesetter: Typesetter,
    block: blocks.Stats,
) -> items.Group:
    """A rule, the value, the label and the note below each other."""
    colours = typesetter.theme.colours
    parts: list[SetParagraph] = []
    for content, look in (
        ((Text(stat.value, span=block.span),), style.value),
        (stat.label, style.label),
        (stat.note, style.note),
    ):
        if content:
            parts.append(typesetter.set(content, look, width, block.span))
    gap = style.label.size
    group: list[Item] = [items.Shape(Frame(x, 0, width, rule), "rectangle", fill=colours.accent)]
    y = gap * 0.8
    for paragraph in parts:
        group.append(items.Text(Frame(x, y, width, paragraph.height), (paragraph,)))
        y += paragraph.height + gap * 0.25
    return items.Group(Frame(x, 0, width, y), tuple(group), name=f"{stat.value} {blocks.plain(stat.label)}")
