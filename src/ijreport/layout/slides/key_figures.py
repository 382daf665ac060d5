"""A stats block + a measure + a size → its rows of key figures as pieces.

Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.layout.slides.cutting import parts_below_a_head
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.stack import Piece
from ijreport.layout.slides.styles import SlideStyles
from ijreport.layout.stats import StatsStyle, set_stats
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

_GUTTER = 28.0


def key_figures(
    block: blocks.Stats,
    layout: SlideLayout,
    width: float,
    room: float,
    size: float,
    styles: SlideStyles,
    typesetter: Typesetter,
    mark: str,
) -> Iterator[Piece]:
    """Each row a piece. `room` is the height of a slide's frame: the figures of a row that is higher stand below each
    other, and one that is higher by itself goes on, under its value, with its label marked."""
    value, label, note = styles.theme.slide.stat, styles.aside(size, 0.9), styles.aside(size, 0.75)
    style = StatsStyle(
        TextStyle(value, value * LINE, layout.title_colour, "heading", bold=True),
        TextStyle(label, label * LINE, layout.body_colour),
        TextStyle(note, note * LINE, layout.muted_colour),
        _GUTTER,
    )

    def pieces(stats: tuple[blocks.Stat, ...]) -> Iterator[Piece]:
        at = 0
        for row in set_stats(replace(block, items=stats), width, style, typesetter):
            own = stats[at : at + len(row.items)]
            at += len(row.items)
            if row.height <= room:
                said = tuple(one for stat in own for one in (*stat.label, *stat.note))
                yield Piece(row.height, said, items=row.items, span=block.span)
            elif len(own) > 1:
                for stat in own:
                    yield from pieces((stat,))
            else:
                yield from parts(own[0])

    def parts(stat: blocks.Stat) -> Iterator[Piece]:
        (bare,) = set_stats(replace(block, items=(replace(stat, label=(), note=()),)), width, style, typesetter)
        left = room - bare.height - 0.5 * label
        found = parts_below_a_head(
            stat.label, stat.note, (style.label, style.note), width, left, mark, typesetter, block.span
        )
        for said, more in found:
            (row,) = set_stats(replace(block, items=(replace(stat, label=said, note=more),)), width, style, typesetter)
            yield Piece(row.height, (*said, *more), items=row.items, span=block.span)

    return pieces(block.items)
