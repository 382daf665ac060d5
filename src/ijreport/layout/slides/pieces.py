"""Blocks + a measure + a size → pieces: what a slide takes whole, in order."""

from __future__ import annotations

import math
from typing import assert_never

from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text
from ijreport.document.walking import ANCHORED, captioned, through
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.charts.parts import chart_pattern
from ijreport.layout.charts.pie import pie_or_bars
from ijreport.layout.images import fitted
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.key_figures import key_figures
from ijreport.layout.slides.placing import RULE, caption_below
from ijreport.layout.slides.stack import Box, Piece, Series, stack_height
from ijreport.layout.slides.styles import SlideStyles
from ijreport.layout.slides.timeline import TimelineMaker
from ijreport.layout.table import TableStyle, in_stretches, parted, set_table
from ijreport.layout.typesetting.line_breaking import code_line
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

_PADDING = 14.0
"""Of a callout, at all its edges."""

LEAST_CHART = 140.0
"""The height at which a chart of a few columns can be read."""


class PieceMaker:
    """Makes the pieces of one deck."""

    def __init__(
        self,
        document: Document,
        typesetter: Typesetter,
        wording: Wording,
        project: Project,
        diagnostics: Diagnostics,
    ) -> None:
        self.document = document
        self.wording = wording
        self.typesetter = typesetter
        self.theme = typesetter.theme
        self.styles = SlideStyles(typesetter.theme)
        self.project = project
        self.diagnostics = diagnostics

    def all(self, content: Blocks, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """The pieces of blocks, at a text size, for a frame of a width."""
        return [piece for block in content for piece in self.block(block, layout, width, size)]

    def block(self, block: Block, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """The pieces of a block; the first one is where links to it lead."""
        made = self._block(block, layout, width, size)
        if made and isinstance(block, ANCHORED) and block.id:
            made[0] = replace(made[0], id=block.id)
        return made

    def _block(self, block: Block, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        body = self.styles.body(layout, size)
        match block:
            case blocks.Heading():
                style = replace(body, bold=True, colour=layout.title_colour)
                return [replace(self.text(block.content, style, width, block.span), leads=True)]
            case blocks.Paragraph():
                return [self.text(block.content, body, width, block.span)]
            case blocks.CodeBlock():
                return self.code(block, layout, width, size)
            case blocks.List():
                return self.list_(block, layout, body, width)
            case blocks.Table():
                return self.table(block, layout, width, size)
            case blocks.Callout():
                return self.callout(block, layout, width, size)
            case blocks.Quote():
                return self.quote(block, layout, width, size)
            case blocks.Figure() | blocks.Chart():
                return self.visual(block, layout, width)
            case blocks.Stats():
                mark = self.wording.continued
                return list(key_figures(block, layout, width, layout.room, size, self.styles, self.typesetter, mark))
            case blocks.Timeline():
                maker = TimelineMaker(
                    layout, width, layout.room, size, self.styles, self.typesetter, self.wording.continued
                )
                return list(maker.pieces(block))
            case blocks.Columns():
                return [self.columns(block, layout, width, size)]
            case blocks.Listing():
                return self.listing(block, layout, width, size)
            case blocks.Notes() | blocks.Break():
                return []
            case _:
                assert_never(block)

    # -- text --------------------------------------------------------------------------------------------------

    def text(
        self, content: Inlines, style: TextStyle, width: float, span: Span | None, box: Box | None = None
    ) -> Piece:
        paragraph = self.typesetter.set(content, style, box.measure(width) if box else width, span)
        return Piece(paragraph.height, content, (paragraph,), box, span=span)

    def code(self, block: blocks.CodeBlock, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """The lines of code, on a ground of their own."""
        layout, ground = self.styles.tinted(layout)
        size = self.styles.aside(size, 0.8)
        style = TextStyle(size, size * LINE, layout.body_colour, "mono")
        box = Box("Code", 14.0, 14.0, 10.0, ground, "" if ground else self.theme.colours.warm)
        return [self.text((Text(code_line(line)),), style, width, block.span, box) for line in block.text.split("\n")]

    def list_(
        self,
        block: blocks.List,
        layout: SlideLayout,
        style: TextStyle,
        width: float,
        series: Series | None = None,
        level: int = 1,
    ) -> list[Piece]:
        """Items as paragraphs of real list levels; the marks are the master's, numbers are counted by the program."""
        pieces: list[Piece] = []
        series = series or Series(len(block.items))
        listed = min(level, len(layout.indents))
        indent = layout.indents[listed - 1]
        for number, item in enumerate(block.items):
            first = True
            for inner in item.blocks:
                depth = 0 if first and level == 1 else 1
                if isinstance(inner, blocks.Paragraph):
                    mark = ("•" if block.start is None else f"{block.start + number}.") if first else ""
                    count = block.start + number if block.start is not None and first else None
                    set_ = self.typesetter.set(
                        inner.content, style, width, block.span, indent=indent, label=mark, level=listed, number=count
                    )
                    pieces.append(
                        Piece(set_.height, inner.content, (set_,), span=block.span, series=series, depth=depth)
                    )
                elif isinstance(inner, blocks.List):
                    below = self.list_(inner, layout, style, width, series, level + 1)
                    pieces += [replace(below[0], depth=2), *below[1:]] if below else []
                else:
                    made = self.block(inner, layout, width, style.size)
                    pieces += [
                        replace(piece, series=series, depth=depth if not n else 1) for n, piece in enumerate(made)
                    ]
                first = False
        return pieces

    # -- visuals -----------------------------------------------------------------------------------------------

    def visual(self, block: blocks.Chart | blocks.Figure, layout: SlideLayout, width: float) -> list[Piece]:
        """A chart or picture, at the least height at which it can be read; `stretched` gives it the rest."""
        if isinstance(block, blocks.Figure):
            picture = fitted(block, self.project, self.diagnostics, width, layout.area.height)
            if picture is None:
                return []
            least = min(picture.height, 160.0)
        else:
            block = pie_or_bars(block, self.typesetter)
            chart_pattern(block, self.typesetter)  # says what is wrong with it
            bars = 60.0 + 15.0 * len(block.categories) if block.type in ("bar", "stacked-bar") else 0.0
            least = min(max(LEAST_CHART, bars), layout.area.height)
        return [Piece(least, block.caption, stretch=block, span=block.span)]

    # -- boxes -------------------------------------------------------------------------------------------------

    def callout(self, block: blocks.Callout, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """Text on a tinted ground, with a rule at its left edge."""
        layout, ground = self.styles.tinted(layout)
        box = Box("Callout", _PADDING + RULE, _PADDING, _PADDING, ground, self.theme.colours.accent, title=block.title)
        size = self.styles.smaller(size)
        style = replace(self.styles.body(layout, size), bold=True, colour=layout.title_colour)
        again = (*block.title, Text(self.wording.continued))
        repeated = self.typesetter.set(again, style, box.measure(width), block.span)
        if block.title and repeated.height <= layout.room / 3:
            box = replace(box, again=repeated)
        inner = self.all(block.blocks, layout, box.measure(width), size)
        self.only_text(inner, block, "a callout")
        pieces = [replace(piece, box=box) for piece in inner if piece.is_text]
        if block.title:
            pieces.insert(0, replace(self.text(block.title, style, width, block.span, box), leads=True))
        return pieces

    def quote(self, block: blocks.Quote, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """A quotation with a rule at its left; the layout of a quotation alone has its own."""
        rule = self.theme.colours.warm
        box = None if layout.name == "quote" else Box("Quotation", 20.0, 0.0, 0.0, rule=rule)
        style = replace(self.styles.body(layout, size), italic=True)
        inner: list[Piece] = []
        for part in block.blocks:
            if isinstance(part, blocks.Paragraph):
                inner.append(self.text(part.content, style, width, block.span, box))
            else:
                inner += self.block(part, layout, width, size)
        if block.attribution:
            small = self.styles.aside(size, 0.72)
            style = replace(self.styles.body(layout, small), colour=layout.muted_colour)
            said = self.text((Text("— "), *block.attribution), style, width, block.span, box)
            inner.append(replace(said, follows=True))
        return inner

    def columns(self, block: blocks.Columns, layout: SlideLayout, width: float, size: float) -> Piece:
        """Columns among other blocks, side by side."""
        each = self.styles.column_width(width, len(block.columns))
        made = tuple(tuple(self.all(column, layout, each, size)) for column in block.columns)
        said = tuple(one for pieces in made for piece in pieces for one in piece.source)
        height = max((stack_height(pieces, size) for pieces in made), default=0.0)
        return Piece(height, said, columns=made, span=block.span)

    def only_text(self, pieces: list[Piece], block: Block, where: str) -> None:
        if any(not piece.is_text for piece in pieces):
            message = f"only text can stand in {where} on a slide; the rest of it is not shown"
            self.diagnostics.error("not-shown", message, block.span, "put it beside or below")

    # -- tables and listings -----------------------------------------------------------------------------------

    def table(self, block: blocks.Table, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        steps = self.theme.slide.table
        bodies = self.theme.slide.body
        at = min(bodies.index(size), len(steps) - 1) if size in bodies else len(steps) - 1
        cell = TextStyle(steps[at], steps[at] * LINE, layout.body_colour)
        style = TableStyle(replace(cell, bold=True, colour=layout.title_colour), cell, (7.0, 6.0))
        table = set_table(block, width, style, self.typesetter)
        limit = layout.room - table.header.height

        def parts(row: items.Row) -> list[items.Row]:
            # In parts of one height, so that each leaves room for its neighbours.
            even = row.height / math.ceil(row.height / max(limit, 1.0)) + style.cell.leading
            return parted(row, min(limit, even), style.padding[1]) if row.height > limit else [row]

        table, stretches = in_stretches(table, limit, parts)
        depths = [int(one.inside or not one.begun) for one in stretches]
        series = Series(depths.count(0))
        head = (*block.caption, *(one for column in block.columns for one in column.title))
        pieces = []
        for number, (one, depth) in enumerate(zip(stretches, depths, strict=True)):
            said = tuple(said for row in one.begun for content in block.rows[row] for said in content)
            height = sum(row.height for row in table.rows[one.first : one.first + one.count])
            piece = Piece(
                height, said if number else (*head, *said), table=table, row=one.first, rows=one.count,
                span=block.span, series=series, depth=depth,
            )  # fmt: skip
            pieces.append(piece)
        below = caption_below(block.caption, layout, width, self.typesetter, block.span)
        if below:
            pieces.append(Piece(below.frame.bottom, items=(below,), follows=True, flush=True))
        return pieces or [Piece(0.0, head, table=table, row=0, span=block.span)]

    def listing(self, block: blocks.Listing, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        match block.kind:
            case "contents":
                headings = [one for one in through(self.document.blocks) if isinstance(one, blocks.Heading)]
                sections = [heading for heading in headings if heading.level == 1] or headings
                entries = tuple(
                    blocks.ListItem((blocks.Paragraph((Text(blocks.plain(h.content), link=f"#{h.id}"),)),))
                    for h in sections
                )
                return self.block(blocks.List(entries, 1, block.span), layout, width, size)
            case "figures" | "tables":
                entries = tuple(
                    blocks.ListItem((blocks.Paragraph((Text(said, link=f"#{one.id}"),)),))
                    for one, said in captioned(self.document.blocks, block.kind)
                )
                return self.block(blocks.List(entries, 1, block.span), layout, width, size)
            case "sources":
                style = self.styles.body(layout, self.styles.aside(size, 0.82))
                return [
                    self.text((Text(f"[{number}] "), *one.content), style, width, block.span)
                    for number, one in enumerate(self.document.references, 1)
                ]
            case "glossary":
                rows = tuple(((Text(one.name),), (Text(one.expansion),)) for one in self.document.terms)
                columns = (blocks.Column((Text(""),), width=1), blocks.Column((Text(""),), width=4))
                return self.table(blocks.Table(columns, rows, span=block.span), layout, width, size)
            case "index":
                raise AssertionError("a deck is left without its index")
            case _:
                assert_never(block.kind)
