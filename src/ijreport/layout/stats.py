"""A stats block + a width → rows of key figures, their values as large as all of them allow."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Text, notes_in
from ijreport.layout import items
from ijreport.layout.items import Frame, Group, Item
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

MOST_COLUMNS = 5
SMALLEST = 0.8
"""The share of the value's size that is still large: below it, a row holds fewer figures."""


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
    """The figures on a grid of as many columns as their values fit, one size for all."""
    columns, scale = _grid(block, width, style, typesetter)
    value = replace(style.value, size=style.value.size * scale, leading=style.value.leading * scale)
    style = replace(style, value=value)
    each = (width - style.gutter * (columns - 1)) / columns
    rows = []
    for at in range(0, len(block.items), columns):
        stats = block.items[at : at + columns]
        groups = [
            _group(stat, place * (each + style.gutter), each, style, typesetter, block)
            for place, stat in enumerate(stats)
        ]
        notes = tuple(note for stat in stats for note in notes_in((*stat.label, *stat.note)))
        rows.append(StatsRow(max(group.frame.height for group in groups), tuple(groups), notes))
    return rows


def _grid(block: blocks.Stats, width: float, style: StatsStyle, typesetter: Typesetter) -> tuple[int, float]:
    """How many columns, and the values' scale: rows evenly filled, no value below `SMALLEST` while that can be."""
    count = len(block.items)
    widest = max(typesetter.natural_width((Text(stat.value),), style.value) for stat in block.items)
    options = []
    for columns in range(min(count, MOST_COLUMNS), 0, -1):
        if -(-count // (-(-count // columns))) != columns:
            continue  # as many rows as with fewer columns
        each = (width - style.gutter * (columns - 1)) / columns
        scale = min(1.0, each / (widest + 0.1))
        if scale >= SMALLEST:
            return columns, scale
        options.append((columns, scale))
    return options[-1]


def _group(
    stat: blocks.Stat, x: float, width: float, style: StatsStyle, typesetter: Typesetter, block: blocks.Stats
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
    group: list[Item] = [items.Shape(Frame(x, 0, width, style.value.size * 0.05), "rectangle", fill=colours.accent)]
    y = gap * 0.8
    for paragraph in parts:
        group.append(items.Text(Frame(x, y, width, paragraph.height), (paragraph,)))
        y += paragraph.height + gap * 0.25
    return items.Group(Frame(x, 0, width, y), tuple(group), name=f"{stat.value} {blocks.plain(stat.label)}")
