"""Blocks → a galley: the strips of a document in order, set but not yet divided into pages."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from ijreport.diagnostics import did_you_mean
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Text
from ijreport.layout import items
from ijreport.layout.items import LAYOUTS, Anchor, Frame, Item
from ijreport.layout.print.figure_strips import chart_strips, figure_strips, stats_strips
from ijreport.layout.print.listings import hanging_strips, listing_strips
from ijreport.layout.print.strips import (
    Box,
    Flow,
    Strip,
    blank,
    compose,
    folded,
    stacked,
    stacked_height,
)
from ijreport.layout.print.table_strips import table_strips
from ijreport.layout.print.text_strips import TextStrips
from ijreport.layout.typesetting.line_breaking import code_line

BULLETS = ("•", "–", "·")

FLOWING = 2
"""The columns of `::: two-columns`."""


class StripMaker(TextStrips):
    """Makes the strips of one document."""

    def whole(self, content: Blocks) -> list[Strip]:
        """The strips of all the document, or of a stretch of it, in as many columns as its pages have."""
        styles = self.styles
        if styles.columns == 1:
            return self.all(content, styles.text_left, styles.measure)
        return self.flowing(content, styles.columns)

    def flowing(self, content: Blocks, count: int) -> list[Strip]:
        """Blocks in columns of the page, through which they flow."""
        each = (self.styles.right - self.styles.text_left - (count - 1) * self.styles.gutter) / count
        flow = Flow(count, each + self.styles.gutter, self.styles.body.leading)
        strips = self.all(content, self.styles.text_left, each, wide=False)
        return [replace(strip, flow=flow) for strip in strips]

    def all(self, content: Blocks, x: float, width: float, wide: bool = True) -> list[Strip]:
        """The strips of blocks; text stands at `x`, and where `wide` holds, headings and tables at the margin."""
        strips: list[Strip] = []
        forced = False
        for block in content:
            if isinstance(block, blocks.Break):
                forced = True
                continue
            made = self.block(block, x, width, wide)
            if wide or self.styles.columns > 1:
                self.check_height(made, block)
            if made and forced:
                made[0] = replace(made[0], forced=True)
                forced = False
            strips += made
        return strips

    def check_height(self, strips: list[Strip], block: Block) -> None:
        """Report what is higher than a page and cannot be parted."""
        room = self.styles.bottom - self.styles.top
        highest = max((strip.height for strip in strips), default=0.0)
        if highest > room:
            message = f"this is {highest:.0f} pt high and cannot be parted, but a page has {room:.0f} pt"
            self.diagnostics.error("does-not-fit", message, block.span, "shorten it")

    def block(self, block: Block, x: float, width: float, wide: bool) -> list[Strip]:
        full_x, full = (self.styles.left, self.styles.full) if wide else (x, width)
        match block:
            case blocks.Heading():
                return self.heading(block, x, width, wide)
            case blocks.Paragraph():
                return self.paragraph(block.content, self.styles.body, x, width)
            case blocks.CodeBlock():
                return self.code(block, x, width)
            case blocks.List():
                # Labels hang out of the measure, so that all running text has one left edge, but not into the margin.
                indent = self.indent(block)
                out = indent if wide and indent <= x - self.styles.left else 0.0
                return self.list_(block, x - out, width + out, 1)
            case blocks.Table():
                return table_strips(self, block, full_x, full)
            case blocks.Callout():
                return self.callout(block, x, width)
            case blocks.Quote():
                return self.quote(block, x, width)
            case blocks.Figure():
                return figure_strips(self, block, x, width)
            case blocks.Chart():
                return chart_strips(self, block, x, width)
            case blocks.Stats():
                return stats_strips(self, block, full_x, full)
            case blocks.Timeline():
                rows = [((Text(one.when),), one.title, one.text) for one in block.events]
                return hanging_strips(self, rows, x, width, wide)
            case blocks.Columns():
                if len(block.columns) > 1:
                    return self.columns(block, x, width)
                if wide:
                    return self.flowing(block.columns[0], FLOWING)
                return self.all(block.columns[0], x, width, wide=False)
            case blocks.Notes():
                message = "speaker notes are not shown in a PDF"
                self.diagnostics.warning("not-shown", message, block.span, "keep them in the template of a deck")
                return []
            case blocks.Break():
                return []
            case blocks.Listing():
                return listing_strips(self, block, x, width, wide)
            case _:
                assert_never(block)

    # -- text --------------------------------------------------------------------------------------------------

    def heading(self, heading: blocks.Heading, x: float, width: float, wide: bool) -> list[Strip]:
        style = self.styles.headings[min(heading.level, len(self.styles.headings)) - 1]
        if heading.layout and heading.layout not in LAYOUTS:  # print has no use for it, but the author meant one
            place = heading.span.narrow(heading.layout) if heading.span else None
            hint = did_you_mean(heading.layout, LAYOUTS)
            self.diagnostics.error("unknown-layout", f"there is no slide layout '{heading.layout}'", place, hint)
        hangs = wide and heading.level <= 2
        left = self.styles.left if hangs else x
        # A number hangs before the lines of its heading.
        indent = self.label_width(heading.number, style)
        measure = self.styles.right - left if hangs else width
        text = self.typesetter.set(heading.content, style, measure, heading.span, indent=indent, label=heading.number)
        element = self.structure.heading(heading.level)
        text = self.structure.tagged(text, element, element if heading.number else None)
        anchor = Anchor(heading.id, 0.0, blocks.titled(heading), heading.level)
        strips = [
            replace(strip, keep=True)
            for strip in self.lines(text, left, style.space_before, self.notes(heading.content))
        ]
        if heading.level == 1:
            colours = self.theme.colours
            mark = items.Shape(Frame(left, 0, 34, 3), "rectangle", fill=colours.accent)
            strips.insert(0, Strip(12.0, style.space_before, (mark,), keep=True))
            strips[1] = replace(strips[1], before=0.0)
        strips[0] = replace(strips[0], anchors=(anchor,))
        return strips + blank(style.space_after)

    def code(self, block: blocks.CodeBlock, x: float, width: float) -> list[Strip]:
        colours = self.theme.colours
        box = Box(x, width, colours.tint, "")
        strips = []
        element = self.structure.add("Code", self.structure.add("P"))
        for line in block.text.split("\n"):
            text = self.typesetter.set(
                (Text(code_line(line), span=block.span),), self.styles.code, width - 16, block.span
            )
            # A space stands for the line feed, which cannot be set.
            text = replace(text, lines=(*text.lines[:-1], replace(text.lines[-1], end=" ")))
            strips += self.lines(self.structure.tagged(text, element), x + 8, 0.0)
        return self.boxed(strips, box, 6.0)

    def indent(self, block: blocks.List) -> float:
        """The room for a list's labels."""
        size = self.styles.body.size
        if block.start is None:
            return 1.25 * size
        return max(1.7 * size, self.label_width(f"{block.start + len(block.items) - 1}.", self.styles.item))

    def list_(self, block: blocks.List, x: float, width: float, level: int) -> list[Strip]:
        indent = self.indent(block)
        strips: list[Strip] = []
        with self.structure.inside(self.structure.add("L", numbering="Disc" if block.start is None else "Decimal")):
            for number, item in enumerate(block.items):
                label = BULLETS[min(level, len(BULLETS)) - 1] if block.start is None else f"{block.start + number}."
                strips += self.list_item(item, label, x, width, indent, level)
        return strips + (blank(self.styles.body.space_after) if level == 1 else [])

    def list_item(
        self, item: blocks.ListItem, label: str, x: float, width: float, indent: float, level: int
    ) -> list[Strip]:
        strips: list[Strip] = []
        entry = self.structure.add("LI")
        mark = self.structure.add("Lbl", entry)
        with self.structure.inside(self.structure.add("LBody", entry)):
            first = True
            for inner in item.blocks or (blocks.Paragraph((Text(""),)),):
                if isinstance(inner, blocks.Paragraph):
                    shown = label if first else ""
                    strips += self.paragraph(
                        inner.content, self.styles.item, x, width, indent, shown, level, mark=mark if first else None
                    )
                elif isinstance(inner, blocks.List):
                    strips += self.list_(inner, x + indent, width - indent, level + 1)
                else:
                    strips += self.block(inner, x + indent, width - indent, wide=False)
                first = False
        return strips

    # -- boxes -------------------------------------------------------------------------------------------------

    def callout(self, block: blocks.Callout, x: float, width: float) -> list[Strip]:
        colours = self.theme.colours
        inner_x, inner = x + 16, width - 30
        title: list[Strip] = []
        with self.structure.inside(self.structure.add("Div")):
            if block.title:
                title = self.paragraph(block.title, self.styles.callout_title, inner_x, inner)
                title = [replace(strip, keep=True) for strip in title]
            strips = [*title, *self.all(block.blocks, inner_x, inner, wide=False)]
        return self.boxed(strips, Box(x, width, colours.tint, colours.accent), 11.0, len(folded(title)))

    def quote(self, block: blocks.Quote, x: float, width: float) -> list[Strip]:
        inner_x, inner = x + 16, width - 16
        strips: list[Strip] = []
        with self.structure.inside(self.structure.add("BlockQuote")):
            for part in block.blocks:
                if isinstance(part, blocks.Paragraph):
                    strips += self.paragraph(part.content, self.styles.quote, inner_x, inner)
                else:
                    strips += self.block(part, inner_x, inner, wide=False)
            if block.attribution:
                said = (Text("— "), *block.attribution)
                strips = [replace(strip, keep=True) for strip in folded(strips)]
                strips += self.paragraph(said, self.styles.attribution, inner_x, inner)
        return self.boxed(strips, Box(x, width, "", self.theme.colours.warm), 2.0)

    # -- columns -----------------------------------------------------------------------------------------------

    def columns(self, block: blocks.Columns, x: float, width: float) -> list[Strip]:
        """Columns side by side as one strip; below each other, with a note, where they are higher than a page."""
        gutter = 22.0
        each = (width - gutter * (len(block.columns) - 1)) / len(block.columns)
        parts = [self.structure.add("Div") for _ in block.columns]
        noted = self.structure.noted
        sets = []
        for place, (column, part) in enumerate(zip(block.columns, parts, strict=True)):
            with self.structure.inside(part):
                sets.append(self.all(column, x + place * (each + gutter), each, wide=False))
        grid = self.styles.body.leading
        height = max(stacked_height(strips, grid) for strips in sets)
        if height > self.styles.bottom - self.styles.top - 40:
            message = "these columns are higher than a page, so they are set below each other"
            self.diagnostics.warning("columns-too-high", message, block.span)
            self.structure.forget_notes(noted)
            below: list[Strip] = []
            for column, part in zip(block.columns, parts, strict=True):
                with self.structure.inside(part):
                    below += self.all(column, self.styles.text_left, self.styles.measure)
            return below
        placed: list[Item] = []
        anchors: list[Anchor] = []
        notes: tuple[int, ...] = ()
        for strips in sets:
            column_items, column_anchors = compose(stacked(strips, grid), {})
            placed += column_items
            anchors += column_anchors
            notes += tuple(note for strip in strips for note in strip.notes)
        space = self.styles.body.leading * 0.3
        return [Strip(height, space, tuple(placed), anchors=tuple(anchors), notes=notes), *blank(space)]
