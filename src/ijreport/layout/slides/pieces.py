"""Blocks + a measure + a size → pieces: what a slide takes whole, in order, and how pieces become items."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import shorten
from typing import assert_never

from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text
from ijreport.document.walking import captioned
from ijreport.layout import items
from ijreport.layout.charts.parts import chart_pattern
from ijreport.layout.colours import READABLE, contrast, readable
from ijreport.layout.images import fitted
from ijreport.layout.items import Frame, Item, moved
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.stack import Box, Piece, Series, gap, stack_height, text_height
from ijreport.layout.stats import StatsStyle, set_stats
from ijreport.layout.table import TableStyle, parted, set_table
from ijreport.layout.theme import LEAST_BODY
from ijreport.layout.typesetting.line_breaking import code_line
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

TIGHT = 0.55
"""Space between the entries of a timeline, as a multiple of the text's size."""
_QUOTE = Box("rule", 20.0, 0.0, "Quotation")
_CODE = Box("ground", 14.0, 10.0, "Code")
_LONGEST_ALT = 250
"""Characters of a text that stands for a group: who cannot see it reads the group's own text as well."""
_RULE = 4.0
"""How thick the rule of a quotation or a callout is."""


class PieceMaker:
    """Makes the pieces of one deck."""

    def __init__(self, document: Document, typesetter: Typesetter, project: Project, diagnostics: Diagnostics) -> None:
        self.document = document
        self.typesetter = typesetter
        self.theme = typesetter.theme
        self.project = project
        self.diagnostics = diagnostics

    def all(self, content: Blocks, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """The pieces of blocks, at a text size, for a frame of a width."""
        return [piece for block in content for piece in self.block(block, layout, width, size)]

    def block(self, block: Block, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        body = self.style(layout, size)
        match block:
            case blocks.Heading():
                style = replace(body, bold=True, colour=layout.title_colour)
                return [replace(self.text(block.content, style, width, block.span), leads=True)]
            case blocks.Paragraph():
                return [self.text(block.content, body, width, block.span)]
            case blocks.CodeBlock():
                return self.code(block, self.style(self.tinted(layout)[0], size), width)
            case blocks.List():
                return self.list_(block, layout, body, width)
            case blocks.Table():
                return self.table(block, layout, width, size)
            case blocks.Callout():
                return [self.callout(block, layout, width, size)]
            case blocks.Quote():
                return self.quote(block, layout, width, size)
            case blocks.Figure() | blocks.Chart():
                return self.visual(block, layout, width)
            case blocks.Stats():
                return self.stats(block, layout, width, size)
            case blocks.Timeline():
                series = Series(len(block.events))
                return [self.event(event, layout, width, size, series, block.span) for event in block.events]
            case blocks.Columns():
                return [self.columns(block, layout, width, size)]
            case blocks.Listing():
                return self.listing(block, layout, width, size)
            case blocks.Notes() | blocks.Break():
                return []
            case _:
                assert_never(block)

    def style(self, layout: SlideLayout, size: float) -> TextStyle:
        return TextStyle(size, size * LINE, layout.body_colour, space_after=0.4 * size)

    def tinted(self, layout: SlideLayout) -> tuple[SlideLayout, str]:
        """The layout in colours that can be read on the tint, and the tint; as it is, and "", if links could not be:
        their colour is the theme's."""
        colours = self.theme.colours
        link = layout.title_colour if layout.dark else readable(colours.primary, colours.paper, colours.ink)
        title, body, muted = (
            readable(one, colours.tint, colours.ink)
            for one in (layout.title_colour, layout.body_colour, layout.muted_colour)
        )
        if min(contrast(one, colours.tint) for one in (link, title, body, muted)) < READABLE:
            return layout, ""
        return replace(layout, title_colour=title, body_colour=body, muted_colour=muted), colours.tint

    def smaller(self, size: float) -> float:
        """A size a step down, but never below the theme's smallest."""
        return max(0.9 * size, min(size, self.theme.slide.body[-1]))

    @staticmethod
    def aside(size: float, share: float) -> float:
        """The size of what accompanies other text, never below what can be read from the back of a room."""
        return max(share * size, LEAST_BODY)

    # -- text --------------------------------------------------------------------------------------------------

    def text(
        self, content: Inlines, style: TextStyle, width: float, span: Span | None, box: Box | None = None
    ) -> Piece:
        inset = (box.inset if box.kind == "rule" else 2 * box.inset) if box else 0.0
        paragraph = self.typesetter.set(content, style, width - inset, span)
        return Piece(paragraph.height, content, (paragraph,), box, span=span)

    def code(self, block: blocks.CodeBlock, style: TextStyle, width: float) -> list[Piece]:
        """The lines of code, on a ground of their own."""
        size = self.aside(style.size, 0.8)
        style = replace(style, family="mono", size=size, leading=size * LINE, space_after=0)
        box = replace(_CODE)  # one for each block, so that two of them stand apart
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
            chart_pattern(block, self.typesetter)  # says what is wrong with it
            bars = 60.0 + 15.0 * len(block.categories) if block.type in ("bar", "stacked-bar") else 0.0
            least = min(max(140.0, bars), layout.area.height)
        return [Piece(least, block.caption, stretch=block, span=block.span)]

    def stretched(self, piece: Piece, layout: SlideLayout, width: float, height: float) -> tuple[Item, ...]:
        """The items of a piece that stretches, in a frame of width × height, with its caption below."""
        block = piece.stretch
        assert block is not None  # only asked of pieces that stretch
        below = self.caption(block.caption, layout, width, block.span)
        height -= below.frame.bottom if below else 0.0
        shown: Item
        if isinstance(block, blocks.Figure):
            picture = fitted(block, self.project, self.diagnostics, width, height)
            assert picture is not None  # it was read when its piece was made
            frame = Frame((width - picture.width) / 2, 0, picture.width, picture.height)
            shown = items.Image(frame, block.path, picture.data, block.alt)
        else:
            shown = items.Chart(Frame(0, 0, width, height), block)
        if below is None:
            return (shown,)
        narrow = max(line.width for line in below.paragraphs[0].lines) <= shown.frame.width
        x = shown.frame.x if narrow else 0.0
        below = replace(below, frame=replace(below.frame, width=width - x))
        return shown, moved(below, x, shown.frame.height)

    def caption(self, content: Inlines, layout: SlideLayout, width: float, span: Span | None) -> items.Text | None:
        """A caption that stands a little below what is at y = 0; a source alone goes to the slide's foot."""
        if not any(isinstance(one, Text) and one.content.strip() for one in content):
            return None
        size = layout.foot_size + 2
        text = self.typesetter.set(content, TextStyle(size, size * LINE, layout.muted_colour), width, span)
        return items.Text(Frame(0, 4, width, text.height), (text,), name="Caption")

    def stats(self, block: blocks.Stats, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        value, label, note = self.theme.slide.stat, self.aside(size, 0.9), self.aside(size, 0.75)
        style = StatsStyle(
            TextStyle(value, value * LINE, layout.title_colour, "heading", bold=True),
            TextStyle(label, label * LINE, layout.body_colour),
            TextStyle(note, note * LINE, layout.muted_colour),
            28.0,
        )
        rows = set_stats(block, width, style, self.typesetter)
        said = tuple(one for stat in block.items for one in (*stat.label, *stat.note))
        return [
            Piece(row.height, said if not number else (), items=row.items, span=block.span)
            for number, row in enumerate(rows)
        ]

    def event(
        self, event: blocks.Event, layout: SlideLayout, width: float, size: float, series: Series, span: Span | None
    ) -> Piece:
        """A dot on a rule that runs on to the next one, the date before it, and what happened beside it."""
        colours = self.theme.colours
        when_style = replace(self.style(layout, self.aside(size, 0.9)), bold=True, colour=layout.title_colour)
        x = 0.19 * width
        beside = x + 26
        when = self.typesetter.set((Text(event.when),), when_style, x - 12, span)
        title_style = replace(self.style(layout, size), bold=bool(event.text))
        title = self.typesetter.set(event.title, title_style, width - beside, span)
        found: list[Item] = [
            items.Text(Frame(0, 0, x - 12, when.height), (when,), name="When"),
            items.Text(Frame(beside, 0, width - beside, title.height), (title,), name="What"),
        ]
        bottom = title.height
        if event.text:
            style = replace(self.style(layout, self.smaller(size)), colour=layout.muted_colour)
            text = self.typesetter.set(event.text, style, width - beside, span)
            bottom += 0.2 * size
            found.append(items.Text(Frame(beside, bottom, width - beside, text.height), (text,), name="More"))
            bottom += text.height
        height = max(when.height, bottom) + size * TIGHT
        art = (
            items.Shape(Frame(x + 4.5, 0, 0, height), "line", stroke=colours.rule, stroke_width=1.5),
            items.Shape(Frame(x, size * 0.3, 9, 9), "ellipse", fill=colours.accent),
        )
        name = f"{event.when}: {blocks.plain(event.title)}"
        group = items.Group(Frame(0, 0, width, height), (*art, *found), name, _said((*found,)))
        said = (*event.title, *event.text)
        return Piece(height, said, items=(group,), span=span, series=series, flush=True)

    # -- boxes -------------------------------------------------------------------------------------------------

    def callout(self, block: blocks.Callout, layout: SlideLayout, width: float, size: float) -> Piece:
        """Text on a tinted ground, with a rule at its left edge."""
        colours = self.theme.colours
        pad = 14.0
        measure = width - 2 * pad - _RULE
        layout, ground = self.tinted(layout)
        inner = self.all(block.blocks, layout, measure, self.smaller(size))
        paragraphs = [paragraph for piece in inner for paragraph in piece.paragraphs]
        self.only_text(inner, block, "a callout")
        if block.title:
            style = replace(self.style(layout, self.smaller(size)), bold=True, colour=layout.title_colour)
            paragraphs.insert(0, self.typesetter.set(block.title, style, measure, block.span))
        height = text_height(paragraphs)
        frame = Frame(0, 0, width, height + 2 * pad)
        text = items.Text(Frame(pad + _RULE, pad, measure, height), tuple(paragraphs), name="Callout")
        art = (
            *([items.Shape(frame, "rectangle", fill=ground)] if ground else []),
            items.Shape(Frame(0, 0, _RULE, frame.height), "rectangle", fill=colours.accent),
        )
        name = blocks.plain(block.title) or "Callout"
        said = tuple(one for piece in inner for one in piece.source)
        group = items.Group(frame, (*art, text), name, _said((text,)))
        return Piece(frame.height, (*block.title, *said), items=(group,), span=block.span)

    def quote(self, block: blocks.Quote, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        """A quotation with a rule at its left; the layout of a quotation alone has its own."""
        box = None if layout.name == "quote" else replace(_QUOTE)  # one for each quotation
        style = replace(self.style(layout, size), italic=True)
        inner: list[Piece] = []
        for part in block.blocks:
            if isinstance(part, blocks.Paragraph):
                inner.append(self.text(part.content, style, width, block.span, box))
            else:
                inner += self.block(part, layout, width, size)
        if block.attribution:
            small = self.aside(size, 0.72)
            style = replace(self.style(layout, small), colour=layout.muted_colour)
            said = self.text((Text("— "), *block.attribution), style, width, block.span, box)
            inner.append(replace(said, follows=True))
        return inner

    def columns(self, block: blocks.Columns, layout: SlideLayout, width: float, size: float) -> Piece:
        """Columns among other blocks, side by side."""
        each = self.column_width(width, len(block.columns))
        made = tuple(tuple(self.all(column, layout, each, size)) for column in block.columns)
        said = tuple(one for pieces in made for piece in pieces for one in piece.source)
        height = max((stack_height(pieces, size) for pieces in made), default=0.0)
        return Piece(height, said, columns=made, span=block.span)

    def column_width(self, width: float, count: int) -> float:
        return (width - self.gutter * (count - 1)) / count

    @property
    def gutter(self) -> float:
        """Between columns."""
        return 0.6 * self.theme.slide.margin

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
        limit = layout.area.height - table.header.height
        rows: list[items.Row] = []
        said: list[Inlines] = []
        depths: list[int] = []
        for row, cells in zip(table.rows, block.rows, strict=True):
            # In parts of one height, so that each leaves room for its neighbours.
            even = row.height / math.ceil(row.height / max(limit, 1.0)) + style.cell.leading
            parts = parted(row, min(limit, even), style.padding[1]) if row.height > limit else [row]
            rows += parts
            said += [tuple(one for content in cells for one in content), *[()] * (len(parts) - 1)]
            depths += [0, *[1] * (len(parts) - 1)]
        table = replace(table, rows=tuple(rows))
        series = Series(len(block.rows))
        head = (*block.caption, *(one for column in block.columns for one in column.title))
        pieces = [
            Piece(
                row.height, said[n] if n else (*head, *said[n]), table=table, row=n, span=block.span, series=series,
                depth=depths[n],
            )
            for n, row in enumerate(rows)
        ]  # fmt: skip
        below = self.caption(block.caption, layout, width, block.span)
        if below:
            pieces.append(Piece(below.frame.bottom, items=(below,), follows=True, flush=True))
        return pieces or [Piece(0.0, head, table=table, row=0, span=block.span)]

    def listing(self, block: blocks.Listing, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        match block.kind:
            case "contents":
                sections = [h for h in self.document.blocks if isinstance(h, blocks.Heading) and h.level == 1]
                if not sections:
                    sections = [h for h in self.document.blocks if isinstance(h, blocks.Heading)]
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
                style = self.style(layout, self.aside(size, 0.82))
                return [
                    self.text((Text(f"[{number}] "), *one.content), style, width, block.span)
                    for number, one in enumerate(self.document.references, 1)
                ]
            case "glossary":
                rows = tuple(((Text(one.name),), (Text(one.expansion),)) for one in self.document.terms)
                columns = (blocks.Column((Text(""),), width=1), blocks.Column((Text(""),), width=4))
                return self.table(blocks.Table(columns, rows, span=block.span), layout, width, size)
            case _:
                assert_never(block.kind)

    # -- pieces to items ---------------------------------------------------------------------------------------

    def placed(
        self, pieces: Sequence[Piece], layout: SlideLayout, width: float, height: float, size: float
    ) -> list[Item]:
        """The items of pieces below each other, from (0, 0); what can stretch takes what is left of the height."""
        spare = max(0.0, height - stack_height(pieces, size))
        stretching = sum(piece.stretches for piece in pieces)
        found: list[Item] = []
        y = 0.0
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            if at:
                y += gap(pieces[at - 1], piece, size)
            last = at
            if piece.box:
                while last + 1 < len(pieces) and pieces[last + 1].box is piece.box:
                    last += 1
                found.append(self.boxed(pieces[at : last + 1], piece.box, layout, y, width, size))
                y = found[-1].frame.bottom
            elif piece.is_text:
                while last + 1 < len(pieces) and piece.shares_frame(pieces[last + 1]):
                    last += 1
                paragraphs = tuple(p for one in pieces[at : last + 1] for p in one.paragraphs)
                frame = Frame(0, y, width, text_height(paragraphs))
                found.append(items.Text(frame, paragraphs, "body", 0, "Text"))
                y += frame.height
            elif piece.table:
                while last + 1 < len(pieces) and pieces[last + 1].table is piece.table:
                    last += 1
                table = piece.table.item(0, y, piece.row, pieces[last].row + 1)
                found.append(table)
                y += table.frame.height
            elif piece.stretches:
                room = piece.height + spare / stretching
                made = (
                    self.stretched(piece, layout, width, room)
                    if piece.stretch
                    else self.beside(piece, layout, width, room, size)
                )
                found += (moved(item, 0, y) for item in made)
                y += room
            elif piece.columns:
                found += (moved(item, 0, y) for item in self.beside(piece, layout, width, piece.height, size))
                y += piece.height
            else:
                found += (moved(item, 0, y) for item in piece.items)
                y += piece.height
            at = last + 1
        return found

    def beside(self, piece: Piece, layout: SlideLayout, width: float, height: float, size: float) -> list[Item]:
        """The items of columns side by side."""
        each = self.column_width(width, len(piece.columns))
        return [
            moved(item, number * (each + self.gutter), 0)
            for number, column in enumerate(piece.columns)
            for item in self.placed(column, layout, each, height, size)
        ]

    def boxed(
        self, pieces: Sequence[Piece], box: Box, layout: SlideLayout, y: float, width: float, size: float
    ) -> Item:
        """Text of one block with the rule or the ground that it shares."""
        colours = self.theme.colours
        bare = [replace(piece, box=None) for piece in pieces]
        height = stack_height(pieces, size)
        frame = Frame(0, y, width, height)
        texts = self.placed(bare, layout, bare[0].paragraphs[0].width, 0.0, size)
        _, ground = self.tinted(layout)
        art = (
            items.Shape(frame, "rectangle", fill=ground)
            if box.kind == "ground" and ground
            else items.Shape(Frame(0, y, _RULE, height), "rectangle", fill=colours.warm)
        )
        inside = tuple(
            replace(text, frame=text.frame.moved(box.inset, y + box.padding), placeholder="", name=box.name)
            for text in texts
            if isinstance(text, items.Text)
        )
        return items.Group(frame, (art, *inside), box.name, _said(inside))


def _said(found: Sequence[Item]) -> str:
    """All text of items, for those who cannot see that they belong together."""
    texts = (paragraph for item in found if isinstance(item, items.Text) for paragraph in item.paragraphs)
    return shorten(" ".join(run.text for paragraph in texts for run in paragraph.runs), _LONGEST_ALT, placeholder=" …")
