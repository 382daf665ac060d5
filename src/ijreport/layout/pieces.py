"""Blocks + a measure + a size → pieces: what a slide takes whole, in order, and how pieces become items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text
from ijreport.layout import items
from ijreport.layout.chart_parts import chart_pattern
from ijreport.layout.images import fitted
from ijreport.layout.items import Frame, Item, moved
from ijreport.layout.line_breaking import code_line
from ijreport.layout.slide_frames import LINE, SlideLayout
from ijreport.layout.stats import StatsStyle, set_stats
from ijreport.layout.table import SetTable, TableStyle, set_table, split_row
from ijreport.layout.text import SetParagraph, TextStyle
from ijreport.layout.typesetter import Typesetter
from ijreport.source import Span

TIGHT = 0.55
"""Space between the entries of a timeline, as a multiple of the text's size."""
WIDE = 0.9
"""Space between neighbours of different kinds, likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A slice of a slide, `height` points high, from (0, 0) of its frame.

    Text pieces have `paragraphs`, which neighbours share a text frame with; a table's rows have `table` and `row`;
    other pieces have `items`. A piece that can `stretch` takes what height is left, with its block drawn anew.
    """

    height: float
    source: Inlines = ()
    paragraphs: tuple[SetParagraph, ...] = ()
    table: SetTable | None = None
    row: int = 0
    items: tuple[Item, ...] = ()
    stretch: blocks.Chart | blocks.Figure | None = None
    span: Span | None = None
    follows: bool = False
    """Whether it must not begin a slide's continuation (the rest of what stands before it)."""
    flush: bool = False
    """Whether the next piece of this kind stands directly below, without a gap."""

    @property
    def is_text(self) -> bool:
        return bool(self.paragraphs)


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
                return [self.text(block.content, style, width, block.span)]
            case blocks.Paragraph():
                return [self.text(block.content, body, width, block.span)]
            case blocks.CodeBlock():
                style = replace(body, family="mono", size=size * 0.8, leading=size * 0.8 * LINE, space_after=0)
                lines = block.text.split("\n")
                return [self.text((Text(code_line(line)),), style, width, block.span) for line in lines]
            case blocks.List():
                return self.list_(block, layout, body, width, 1)
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
                return [self.event(event, layout, width, size) for event in block.events]
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

    def smaller(self, size: float, wanted: bool = True) -> float:
        """A size a step down, but never below the theme's smallest."""
        return max(0.9 * size, min(size, self.theme.slide.body[-1])) if wanted else size

    # -- text --------------------------------------------------------------------------------------------------

    def text(self, content: Inlines, style: TextStyle, width: float, span: Span | None) -> Piece:
        return self.piece(content, self.typesetter.set(content, style, width, span), span)

    @staticmethod
    def piece(content: Inlines, paragraph: SetParagraph, span: Span | None) -> Piece:
        return Piece(paragraph.height, content, (paragraph,), span=span)

    def list_(self, block: blocks.List, layout: SlideLayout, style: TextStyle, width: float, level: int) -> list[Piece]:
        """Items as paragraphs of real list levels; the marks are the master's, numbers are counted by the program."""
        pieces: list[Piece] = []
        depth = min(level, len(layout.indents))
        indent = layout.indents[depth - 1]
        smaller = replace(
            style, size=self.smaller(style.size, level > 1), leading=self.smaller(style.size, level > 1) * LINE
        )
        for number, item in enumerate(block.items):
            first = True
            for inner in item.blocks:
                if isinstance(inner, blocks.Paragraph):
                    mark = ("•" if block.start is None else f"{block.start + number}.") if first else ""
                    count = block.start + number if block.start is not None and first else None
                    paragraph = self.typesetter.set(
                        inner.content, smaller, width, block.span, indent=indent, label=mark, level=depth, number=count
                    )
                    pieces.append(self.piece(inner.content, paragraph, block.span))
                elif isinstance(inner, blocks.List):
                    pieces += self.list_(inner, layout, style, width, level + 1)
                else:
                    pieces += self.block(inner, layout, width, style.size)
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
            least = min(
                150.0 + 6.0 * len(block.categories) * (block.type in ("bar", "stacked-bar")), layout.area.height
            )
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
        return shown, moved(below, shown.frame.x if narrow else 0.0, shown.frame.height)

    def caption(self, content: Inlines, layout: SlideLayout, width: float, span: Span | None) -> items.Text | None:
        """A caption that stands a little below what is at y = 0; a source alone goes to the slide's foot."""
        if not any(isinstance(one, Text) and one.content.strip() for one in content):
            return None
        size = layout.foot_size + 2
        text = self.typesetter.set(content, TextStyle(size, size * LINE, layout.muted_colour), width, span)
        return items.Text(Frame(0, 4, width, text.height), (text,), name="Caption")

    def stats(self, block: blocks.Stats, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        value = self.theme.slide.stat
        style = StatsStyle(
            TextStyle(value, value * LINE, layout.title_colour, "heading", bold=True),
            TextStyle(size * 0.9, size * 0.9 * LINE, layout.body_colour),
            TextStyle(size * 0.75, size * 0.75 * LINE, layout.muted_colour),
            28.0,
        )
        rows = set_stats(block, width, style, self.typesetter)
        said = tuple(one for stat in block.items for one in (*stat.label, *stat.note))
        return [
            Piece(row.height + size * 0.6, said if not number else (), items=row.items, span=block.span)
            for number, row in enumerate(rows)
        ]

    def event(self, event: blocks.Event, layout: SlideLayout, width: float, size: float) -> Piece:
        """A dot on a rule that runs on to the next one, the date before it, and what happened beside it."""
        colours = self.theme.colours
        when_style = replace(self.style(layout, size * 0.9), bold=True, colour=layout.title_colour)
        when_width = 0.19 * width
        when = self.typesetter.set((Text(event.when),), when_style, when_width - 12)
        title_style = replace(self.style(layout, size), bold=bool(event.text))
        title = self.typesetter.set(event.title, title_style, width - when_width - 26)
        texts = [title]
        if event.text:
            small = replace(self.style(layout, self.smaller(size)), colour=layout.muted_colour)
            texts.append(self.typesetter.set(event.text, small, width - when_width - 26))
        beside_height = text_height(texts)
        height = max(when.height, beside_height) + size * TIGHT
        x = when_width
        dot = Frame(x, size * 0.3, 9, 9)
        beside = Frame(x + 26, 0, width - x - 26, beside_height)
        group = items.Group(
            Frame(0, 0, width, height),
            (
                items.Shape(Frame(x + 4.5, 0, 0, height), "line", stroke=colours.rule, stroke_width=1.5),
                items.Shape(dot, "ellipse", fill=colours.accent),
                items.Text(Frame(0, 0, when_width - 12, when.height), (when,), name="When"),
                items.Text(beside, tuple(texts), name="What"),
            ),
            name=f"{event.when}: {blocks.plain(event.title)}",
        )
        return Piece(height, (*event.title, *event.text), items=(group,), flush=True)

    # -- boxes -------------------------------------------------------------------------------------------------

    def callout(self, block: blocks.Callout, layout: SlideLayout, width: float, size: float) -> Piece:
        """Text on a tinted ground, with a rule at its left edge."""
        colours = self.theme.colours
        pad = 14.0
        inner = self.all(block.blocks, layout, width - 2 * pad - 4, self.smaller(size))
        paragraphs = [paragraph for piece in inner for paragraph in piece.paragraphs]
        self.only_text(inner, block, "a callout")
        if block.title:
            style = replace(self.style(layout, self.smaller(size)), bold=True, colour=layout.title_colour)
            paragraphs.insert(0, self.typesetter.set(block.title, style, width - 2 * pad - 4, block.span))
        height = text_height(paragraphs)
        frame = Frame(0, 0, width, height + 2 * pad)
        text = Frame(pad + 4, pad, width - 2 * pad - 4, height)
        group = items.Group(
            frame,
            (
                items.Shape(frame, "rectangle", fill=colours.tint),
                items.Shape(Frame(0, 0, 4, frame.height), "rectangle", fill=colours.accent),
                items.Text(text, tuple(paragraphs), name="Callout"),
            ),
            name=blocks.plain(block.title) or "Callout",
        )
        said = tuple(one for piece in inner for one in piece.source)
        return Piece(frame.height, (*block.title, *said), items=(group,), span=block.span)

    def quote(self, block: blocks.Quote, layout: SlideLayout, width: float, size: float) -> list[Piece]:
        inner = [
            self.text(part.content, replace(self.style(layout, size), italic=True), width, block.span)
            for part in block.blocks
            if isinstance(part, blocks.Paragraph)
        ]
        others = tuple(part for part in block.blocks if not isinstance(part, blocks.Paragraph))
        inner += self.all(others, layout, width, size)
        if block.attribution:
            style = replace(self.style(layout, size * 0.72), colour=layout.muted_colour)
            said = self.text((Text("— "), *block.attribution), style, width, block.span)
            inner.append(replace(said, follows=True))
        return inner

    def columns(self, block: blocks.Columns, layout: SlideLayout, width: float, size: float) -> Piece:
        """Columns among other blocks: text frames side by side."""
        gutter = 0.6 * self.theme.slide.margin
        each = (width - gutter * (len(block.columns) - 1)) / len(block.columns)
        found: list[Item] = []
        said: Inlines = ()
        height = 0.0
        for number, column in enumerate(block.columns):
            pieces = self.all(column, layout, each, size)
            total = stack_height(pieces, size)
            found += (
                moved(item, number * (each + gutter), 0) for item in self.placed(pieces, layout, each, total, size)
            )
            said += tuple(one for piece in pieces for one in piece.source)
            height = max(height, total)
        return Piece(height, said, items=tuple(found), span=block.span)

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
        for row, cells in zip(table.rows, block.rows, strict=True):
            said.append(tuple(one for content in cells for one in content))
            while row.height > limit and (parts := split_row(row, limit, style.padding[1])):
                rows.append(parts[0])
                said.append(())
                row = parts[1]  # noqa: PLW2901 - what is left of it
            rows.append(row)
        table = replace(table, rows=tuple(rows))
        head = (*block.caption, *(one for column in block.columns for one in column.title))
        pieces = [
            Piece(row.height, said[n] if n else (*head, *said[n]), table=table, row=n, span=block.span)
            for n, row in enumerate(rows)
        ]
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
            case "sources":
                style = self.style(layout, size * 0.82)
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

    def placed(self, pieces: list[Piece], layout: SlideLayout, width: float, height: float, size: float) -> list[Item]:
        """The items of pieces below each other, from (0, 0); what can stretch takes what is left of the height."""
        spare = max(0.0, height - stack_height(pieces, size))
        stretching = sum(piece.stretch is not None for piece in pieces)
        found: list[Item] = []
        y = 0.0
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            if at:
                y += gap(pieces[at - 1], piece, size)
            last = at
            if piece.is_text:
                while last + 1 < len(pieces) and pieces[last + 1].is_text:
                    last += 1
                paragraphs = tuple(p for one in pieces[at : last + 1] for p in one.paragraphs)
                frame = Frame(0, y, width, text_height(list(paragraphs)))
                found.append(items.Text(frame, paragraphs, "body", 0, "Text"))
                y += frame.height
            elif piece.table:
                while last + 1 < len(pieces) and pieces[last + 1].table is piece.table:
                    last += 1
                table = piece.table.item(0, y, piece.row, pieces[last].row + 1)
                found.append(table)
                y += table.frame.height
            elif piece.stretch:
                room = piece.height + spare / stretching
                found += (moved(item, 0, y) for item in self.stretched(piece, layout, width, room))
                y += room
            else:
                found += (moved(item, 0, y) for item in piece.items)
                y += piece.height
            at = last + 1
        return found


def gap(before: Piece, after: Piece, size: float) -> float:
    """The space between two neighbours."""
    if (before.table and (before.table is after.table or after.flush)) or (before.flush and after.flush):
        return 0.0
    if before.is_text and after.is_text:
        return before.paragraphs[-1].style.space_after
    return size * WIDE


def stack_height(pieces: list[Piece], size: float) -> float:
    """The height of pieces below each other; a table's header counts with its first row here."""
    total = 0.0
    for number, piece in enumerate(pieces):
        before = pieces[number - 1] if number else None
        total += piece.height + (gap(before, piece, size) if before else 0.0)
        if piece.table and (before is None or before.table is not piece.table):
            total += piece.table.header.height
    return total


def text_height(paragraphs: list[SetParagraph]) -> float:
    """Paragraphs in one frame: the space after the last one does not count."""
    return sum(p.height + (p.style.space_after if n else 0.0) for n, p in enumerate(reversed(paragraphs)))
