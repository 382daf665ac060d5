"""Blocks → a galley: the strips of a document in order, set but not yet divided into pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text, notes_in
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.chart import chart_height, draw_chart
from ijreport.layout.elements import Element, Role
from ijreport.layout.images import fitted
from ijreport.layout.items import LAYOUTS, Anchor, Frame, Item, moved
from ijreport.layout.line_breaking import code_line
from ijreport.layout.print_styles import PrintStyles
from ijreport.layout.stats import set_stats
from ijreport.layout.strips import (
    Box,
    ContentsEntry,
    Flow,
    PartOf,
    Strip,
    blank,
    compose,
    folded,
    is_blank,
    stacked,
    stacked_height,
)
from ijreport.layout.structure import Structure
from ijreport.layout.table import SetTable, parted, set_table
from ijreport.layout.text import SetParagraph, TextStyle
from ijreport.layout.typesetter import Typesetter

BULLETS = ("•", "–", "·")

FLOWING = 2
"""The columns of `::: two-columns`."""
SHORT = 8
"""A table of no more rows than this, and no higher than half a page, is not parted."""


class StripMaker:
    """Makes the strips of one document."""

    def __init__(
        self,
        document: Document,
        styles: PrintStyles,
        typesetter: Typesetter,
        wording: Wording,
        project: Project,
        diagnostics: Diagnostics,
        structure: Structure,
    ) -> None:
        self.document = document
        self.styles = styles
        self.typesetter = typesetter
        self.theme = typesetter.theme
        self.wording = wording
        self.project = project
        self.diagnostics = diagnostics
        self.structure = structure

    def whole(self) -> list[Strip]:
        """The strips of all the document, in as many columns as its pages have."""
        styles = self.styles
        if styles.columns == 1:
            return self.all(self.document.blocks, styles.text_left, styles.measure)
        return self.flowing(self.document.blocks, styles.columns)

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
                # Labels hang out of the measure, so that all running text has one left edge.
                out = min(self.indent(block), x) if wide else 0.0
                return self.list_(block, x - out, width + out, 1)
            case blocks.Table():
                return self.table(block, full_x, full)
            case blocks.Callout():
                return self.callout(block, x, width)
            case blocks.Quote():
                return self.quote(block, x, width)
            case blocks.Figure():
                return self.figure(block, x, width)
            case blocks.Chart():
                return self.chart(block, x, width)
            case blocks.Stats():
                return self.stats(block, full_x, full)
            case blocks.Timeline():
                rows = [((Text(one.when),), one.title, one.text) for one in block.events]
                return self.hanging(rows, x, width, wide)
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
                return self.listing(block, x, width)
            case _:
                assert_never(block)

    # -- text --------------------------------------------------------------------------------------------------

    def lines(self, paragraph: SetParagraph, x: float, before: float, notes: tuple[int, ...] = ()) -> list[Strip]:
        """A strip for each line; no first or last line stands alone on a page (widows and orphans)."""
        last = len(paragraph.lines) - 1
        strips = []
        for number in range(last + 1):
            keep = (number == 0 or number == last - 1) and number != last
            strips.append(
                Strip(
                    paragraph.style.leading,
                    before if number == 0 else 0.0,
                    part=PartOf(paragraph, number, x),
                    keep=keep,
                )
            )
        if notes:
            marks = _note_lines(paragraph)
            for note in notes:
                at = marks.get(note, last)
                strips[at] = replace(strips[at], notes=(*strips[at].notes, note))
        return strips

    def paragraph(
        self,
        content: Inlines,
        style: TextStyle,
        x: float,
        width: float,
        indent: float = 0.0,
        label: str = "",
        level: int = 0,
        role: Role = "P",
        mark: Element | None = None,
    ) -> list[Strip]:
        """A paragraph as an element of `role`; `mark` is the element of its label."""
        text = self.typesetter.set(content, style, width, indent=indent, label=label, level=level)
        text = self.structure.tagged(text, self.structure.add(role), mark)
        return self.lines(text, x, style.space_before, self.notes(content)) + blank(style.space_after)

    def notes(self, content: Inlines) -> tuple[int, ...]:
        """The footnotes that a text refers to, which are read after it."""
        found = notes_in(content)
        for note in found:
            self.structure.note(note)
        return found

    def heading(self, heading: blocks.Heading, x: float, width: float, wide: bool) -> list[Strip]:
        style = self.styles.headings[min(heading.level, len(self.styles.headings)) - 1]
        if heading.layout and heading.layout not in LAYOUTS:  # print has no use for it, but the author meant one
            place = heading.span.narrow(heading.layout) if heading.span else None
            hint = did_you_mean(heading.layout, LAYOUTS)
            self.diagnostics.error("unknown-layout", f"there is no slide layout '{heading.layout}'", place, hint)
        hangs = wide and heading.level <= 2
        left = self.styles.left if hangs else x
        text = self.typesetter.set(heading.content, style, self.styles.right - left if hangs else width, heading.span)
        text = self.structure.tagged(text, self.structure.heading(heading.level))
        anchor = Anchor(heading.id, 0.0, blocks.plain(heading.content), heading.level)
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
        return self.styles.body.size * (1.25 if block.start is None else 1.7)

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

    def boxed(self, strips: list[Strip], box: Box, padding: float) -> list[Strip]:
        """Strips on a ground, with padding above and below that never stands alone."""
        if not strips:
            return []
        while strips and is_blank(strips[-1]):
            strips.pop()
        space = self.styles.body.leading * 0.5
        inner = [replace(strip, box=box) for strip in strips]
        inner[0] = replace(inner[0], before=0.0)
        inner[-1] = replace(inner[-1], keep=True)
        top = Strip(padding, space, box=box, keep=True)
        return [top, *inner, Strip(padding, box=box), *blank(space * 1.6)]

    def callout(self, block: blocks.Callout, x: float, width: float) -> list[Strip]:
        colours = self.theme.colours
        inner_x, inner = x + 16, width - 30
        strips: list[Strip] = []
        with self.structure.inside(self.structure.add("Div")):
            if block.title:
                title = self.paragraph(block.title, self.styles.callout_title, inner_x, inner)
                strips += [replace(strip, keep=True) for strip in title]
            strips += self.all(block.blocks, inner_x, inner, wide=False)
        return self.boxed(strips, Box(x, width, colours.tint, colours.accent), 11.0)

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

    # -- tables ------------------------------------------------------------------------------------------------

    def table(self, block: blocks.Table, x: float, width: float) -> list[Strip]:
        with self.structure.inside(self.structure.add("Table")):
            strips = self.caption(self.wording.table, block.number, block.caption, x, width, above=True)
            table = self.tagged_table(set_table(block, width, self.styles.table, self.typesetter))
        for cells in ((column.title for column in block.columns), *block.rows):
            for cell in cells:
                self.notes(cell)
        room = self.styles.bottom - self.styles.top - table.header.height - stacked_height(strips)
        rows: list[items.Row] = []
        for row in table.rows:
            limit = room - min(60.0, room / 4) if _row_notes(row) else room  # a note needs room below the row
            rows += parted(row, limit, table.padding[1])
        table = replace(table, rows=tuple(rows))
        space = self.styles.body.leading * 0.4
        before = space if not strips else 0.0
        head = Strip(table.header.height, before, part=PartOf(table, -1, x), keep=True, notes=_row_notes(table.header))
        strips.append(head)
        last = len(table.rows) - 1
        short = last < SHORT and table.height <= (self.styles.bottom - self.styles.top) / 2
        for number, row in enumerate(table.rows):
            keep = (number == 0 or number == last - 1 or short) and number != last
            part = PartOf(table, number, x)
            strips.append(Strip(row.height, part=part, keep=keep, header=table, notes=_row_notes(row)))
        return strips + blank(self.styles.body.leading)

    def tagged_table(self, table: SetTable) -> SetTable:
        structure = self.structure
        with structure.inside(structure.add("THead")):
            header = structure.row(table.header, "TH")
        with structure.inside(structure.add("TBody")):
            return replace(table, header=header, rows=tuple(structure.row(row, "TD") for row in table.rows))

    def caption(self, word: str, number: int, caption: Inlines, x: float, width: float, above: bool) -> list[Strip]:
        """`Table 3. …`, above tables and below figures; nothing without a caption."""
        if not caption:
            return []
        label = Text(f"{word} {number}{self.wording.caption}", blocks.Style(strong=True))
        if not number:
            label = Text(self.wording.source)  # a source alone
        style = self.styles.caption
        if above:
            style = replace(style, space_before=style.space_after * 0.6, space_after=style.space_before)
        strips = self.paragraph((label, *caption), style, x, width, role="Caption")
        return [replace(strip, keep=True) for strip in strips] if above else strips

    # -- figures -----------------------------------------------------------------------------------------------

    def figure(self, block: blocks.Figure, x: float, width: float) -> list[Strip]:
        picture = fitted(block, self.project, self.diagnostics, width, (self.styles.bottom - self.styles.top) * 0.6)
        if picture is None:
            return []
        frame = Frame(x, 0, picture.width, picture.height)
        with self.structure.inside(self.figure_element(block)):
            item = items.Image(frame, block.path, picture.data, block.alt, self.structure.add("Figure", alt=block.alt))
            return self.captioned(Strip(frame.height, self.styles.body.leading * 0.5, (item,)), block, x, width)

    def chart(self, block: blocks.Chart, x: float, width: float) -> list[Strip]:
        height = chart_height(block, width, self.theme, self.typesetter)
        frame = Frame(x, 0, width, height)
        drawing = draw_chart(block, frame, self.theme, self.typesetter)
        with self.structure.inside(self.figure_element(block)):
            item = items.Chart(frame, block, drawing, self.structure.add("Figure", alt=block.alt))
            return self.captioned(Strip(height, self.styles.body.leading * 0.7, (item,)), block, x, width)

    def figure_element(self, block: blocks.Figure | blocks.Chart) -> Element:
        """What holds a figure's element and its caption beside it: inside, the alternative text would hide it."""
        return self.structure.add("Div") if block.caption else self.structure.innermost

    def captioned(self, strip: Strip, block: blocks.Figure | blocks.Chart, x: float, width: float) -> list[Strip]:
        below = self.caption(self.wording.figure, block.number, block.caption, x, width, above=False)
        if not below:
            return [strip, *blank(self.styles.body.leading)]
        below = [*(replace(one, keep=True) for one in below[:-2]), *below[-2:]]
        return [replace(strip, keep=True), *below]

    def stats(self, block: blocks.Stats, x: float, width: float) -> list[Strip]:
        """Key figures in rows, each under a short rule."""
        space = self.styles.body.leading
        strips = []
        with self.structure.inside(self.structure.add("L")):
            for row in set_stats(block, width, self.styles.stats, self.typesetter):
                groups = tuple(moved(self.stat(group), x, 0.0) for group in row.items)
                strips.append(Strip(row.height, space * 0.7, groups, notes=row.notes))
        return strips + blank(space * 0.9)

    def stat(self, group: items.Group) -> items.Group:
        """A key figure as an item of a list: value, label and note are paragraphs of it."""
        with self.structure.inside(self.structure.add("LBody", self.structure.add("LI"))):
            parts = tuple(self.structure.text(one) if isinstance(one, items.Text) else one for one in group.items)
        return replace(group, items=parts)

    # -- hanging entries: timelines, glossary, sources ---------------------------------------------------------

    def hanging(
        self,
        rows: Sequence[tuple[Inlines, Inlines, Inlines]],
        x: float,
        width: float,
        wide: bool,
        ids: tuple[str, ...] = (),
    ) -> list[Strip]:
        """Entries with a term in the margin column (in one of its own where there is no margin) and text beside."""
        strips: list[Strip] = []
        margin = self.styles.text_left - self.styles.left
        if wide and margin > 4 * self.styles.body.size:
            term_x, term_width = self.styles.left, margin - 6
        else:
            widest = max((self.typesetter.natural_width(term, self.styles.term) for term, _, _ in rows), default=0.0)
            term_x, term_width = x, min(widest + 0.1, width * 0.3)
            x, width = x + term_width + 10, width - term_width - 10
        beside = self.styles.beside
        with self.structure.inside(self.structure.add("L")):
            for number, (term, title, text) in enumerate(rows):
                entry = self.structure.add("LI")
                label = self.typesetter.set(term, self.styles.term, term_width)
                label = self.structure.tagged(label, self.structure.add("Lbl", entry))
                with self.structure.inside(self.structure.add("LBody", entry)):
                    body = self.paragraph(title, replace(beside, bold=bool(text), space_after=0), x, width)
                    if text:
                        body += self.paragraph(text, beside, x, width)[:-1]
                short = label.height - sum(strip.before + strip.height for strip in body)
                placed = items.Text(Frame(term_x, 0, term_width, label.height), (label,))
                body[0] = replace(body[0], items=(placed,), anchors=(Anchor(ids[number], 0.0),) if ids else ())
                if short > 0:
                    body = [replace(strip, keep=True) for strip in body]
                    body.append(Strip(short))
                strips += [*body, *blank(self.styles.body.space_after * 0.8)]
        return strips + blank(self.styles.body.leading * 0.4)

    def listing(self, block: blocks.Listing, x: float, width: float) -> list[Strip]:
        document = self.document
        match block.kind:
            case "contents":
                return self.contents(x, width)
            case "glossary":
                terms = [
                    ((Text(term.name),), (Text(term.expansion + (f" ({term.note})" if term.note else "")),), ())
                    for term in document.terms
                ]
                return self.hanging(terms, x, width, wide=True)
            case "sources":
                rows = [((Text(f"[{n}]"),), one.content, ()) for n, one in enumerate(document.references, 1)]
                return self.hanging(rows, x, width, True, tuple(f"source-{one.id}" for one in document.references))
            case _:
                assert_never(block.kind)

    def contents(self, x: float, width: float) -> list[Strip]:
        """A line for each heading down to the theme's depth, but for the contents' own."""
        strips: list[Strip] = []
        depth = self.theme.page.contents_depth
        body, colours = self.styles.beside, self.theme.colours
        small = replace(body, size=body.size * 0.92, leading=body.leading * 0.88)
        open_: list[tuple[int, Element]] = []
        for heading, after in pairwise((*self.document.blocks, None)):
            if not isinstance(heading, blocks.Heading) or heading.level > depth:
                continue
            if isinstance(after, blocks.Listing) and after.kind == "contents":
                continue
            top = heading.level == 1
            style = replace(small, bold=top, colour=colours.primary if top else colours.ink)
            indent = 14.0 * (heading.level - 1)
            link = f"#{heading.id}"
            content = tuple(
                replace(one, link=link) if isinstance(one, Text) else one
                for one in heading.content
                if isinstance(one, (Text, blocks.Acronym, blocks.HardBreak))
            )
            text = self.typesetter.set(content, style, width - 40, indent=indent)
            # A space parts the heading from the number of its page.
            text = replace(text, lines=(*text.lines[:-1], replace(text.lines[-1], end=" ")))
            while open_ and open_[-1][0] > heading.level:
                open_.pop()
            if not open_ or open_[-1][0] < heading.level:
                open_.append((heading.level, self.structure.add("TOC", open_[-1][1] if open_ else None)))
            line = self.structure.add("Reference", self.structure.add("TOCI", open_[-1][1]))
            text = self.structure.tagged(text, line)
            entry = ContentsEntry(heading.id, text, x, heading.level)
            strips.append(Strip(text.height, small.leading * 0.4 if top else 0.0, entry=entry, keep=top))
        if strips:
            strips[-1] = replace(strips[-1], keep=False)
        return strips + blank(body.leading)

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


def _row_notes(row: items.Row) -> tuple[int, ...]:
    """The footnotes whose marks stand in a row, or in the part of it that a page takes."""
    return tuple(note for cell in row.cells for paragraph in cell.paragraphs for note in _note_lines(paragraph))


def _note_lines(paragraph: SetParagraph) -> dict[int, int]:
    """The line on which each footnote's mark stands."""
    return {
        int(run.voice.look.link.removeprefix("#note-")): number
        for number, line in enumerate(paragraph.lines)
        for _, run in line.runs
        if run.voice.look.link.startswith("#note-")
    }
