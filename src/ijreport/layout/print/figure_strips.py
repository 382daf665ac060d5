"""Images, charts and key figures → their strips, with captions below."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.layout import items
from ijreport.layout.charts.chart import chart_height, draw_chart
from ijreport.layout.elements import Element
from ijreport.layout.images import fitted
from ijreport.layout.items import Anchor, Frame, moved
from ijreport.layout.print.strips import Strip, blank
from ijreport.layout.print.table_strips import caption_strips
from ijreport.layout.print.text_strips import TextStrips
from ijreport.layout.stats import set_stats


def figure_strips(maker: TextStrips, block: blocks.Figure, x: float, width: float) -> list[Strip]:
    """An image with its caption; nothing, with an error, where it cannot be read."""
    picture = fitted(block, maker.project, maker.diagnostics, width, (maker.styles.bottom - maker.styles.top) * 0.6)
    if picture is None:
        return []
    frame = Frame(x, 0, picture.width, picture.height)
    with maker.structure.inside(_held(maker, block)):
        item = items.Image(frame, block.path, picture.data, block.alt, maker.structure.add("Figure", alt=block.alt))
        return _captioned(maker, Strip(frame.height, maker.styles.body.leading * 0.5, (item,)), block, x, width)


def chart_strips(maker: TextStrips, block: blocks.Chart, x: float, width: float) -> list[Strip]:
    """A chart, drawn here, with its caption."""
    frame, drawing = maker.typesetter.kept((_unnumbered(block), x, width), lambda: _drawn(maker, block, x, width))
    with maker.structure.inside(_held(maker, block)):
        item = items.Chart(frame, block, drawing, maker.structure.add("Figure", alt=block.alt))
        return _captioned(maker, Strip(frame.height, maker.styles.body.leading * 0.7, (item,)), block, x, width)


def _unnumbered(chart: blocks.Chart) -> blocks.Chart:
    """What its drawing is made from."""
    return replace(chart, number=0, id="", caption=())


def _drawn(maker: TextStrips, block: blocks.Chart, x: float, width: float) -> tuple[Frame, tuple[items.Item, ...]]:
    frame = Frame(x, 0, width, chart_height(block, width, maker.theme, maker.typesetter))
    return frame, draw_chart(block, frame, maker.theme, maker.typesetter)


def _held(maker: TextStrips, block: blocks.Figure | blocks.Chart) -> Element:
    """What holds a figure's element and its caption beside it: inside, the alternative text would hide it."""
    return maker.structure.add("Div") if block.caption else maker.structure.innermost


def _captioned(
    maker: TextStrips, strip: Strip, block: blocks.Figure | blocks.Chart, x: float, width: float
) -> list[Strip]:
    if block.id:
        strip = replace(strip, anchors=(Anchor(block.id, 0.0),))
    below = caption_strips(maker, maker.wording.figure, block.number, block.caption, x, width, above=False)
    if not below:
        return [strip, *blank(maker.styles.body.leading)]
    below = [*(replace(one, keep=True) for one in below[:-2]), *below[-2:]]
    return [replace(strip, keep=True), *below]


def stats_strips(maker: TextStrips, block: blocks.Stats, x: float, width: float) -> list[Strip]:
    """Key figures in rows, each under a short rule."""
    space = maker.styles.body.leading
    strips = []
    with maker.structure.inside(maker.structure.add("L")):
        for row in maker.typesetter.kept(
            (block, width), lambda: set_stats(block, width, maker.styles.stats, maker.typesetter)
        ):
            groups = tuple(moved(_stat(maker, group), x, 0.0) for group in row.items)
            strips.append(Strip(row.height, space * 0.7, groups, notes=row.notes))
    return strips + blank(space * 0.9)


def _stat(maker: TextStrips, group: items.Group) -> items.Group:
    """A key figure as an item of a list: value, label and note are paragraphs of it."""
    with maker.structure.inside(maker.structure.add("LBody", maker.structure.add("LI"))):
        parts = tuple(maker.structure.text(one) if isinstance(one, items.Text) else one for one in group.items)
    return replace(group, items=parts)
