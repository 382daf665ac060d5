"""A table → its strips: a caption, and a strip for each row, or for rows that merged cells join."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Inlines, Text
from ijreport.layout import items
from ijreport.layout.items import Anchor
from ijreport.layout.print.strips import PartOf, Strip, blank, stacked_height
from ijreport.layout.print.text_strips import TextStrips, note_lines
from ijreport.layout.table import SetTable, in_stretches, parted, set_table

SHORT = 8
"""A table of no more rows than this, and no higher than half a page, is parted only where much would stay empty."""
TOGETHER = 0.25
"""Rows that a merged cell joins are never parted where they are no higher than this share of a page. Higher ones are
only parted where as much would stay empty."""


def table_strips(maker: TextStrips, block: blocks.Table, x: float, width: float) -> list[Strip]:
    """A table under its caption. A row higher than a page is parted."""
    with maker.structure.inside(maker.structure.add("Table")):
        strips = caption_strips(maker, maker.wording.table, block.number, block.caption, x, width, above=True)
        style, typesetter = maker.styles.table, maker.typesetter
        table = typesetter.kept(
            (replace(block, number=0, id=""), width), lambda: set_table(block, width, style, typesetter)
        )
        table = _tagged(maker, table)
    for cells in ((column.title for column in block.columns), *block.rows):
        for cell in cells:
            maker.notes(cell)
    room = maker.styles.bottom - maker.styles.top - table.header.height - stacked_height(strips)
    lower = room - min(60.0, room / 4)  # a note needs room below the row

    def parts(row: items.Row) -> list[items.Row]:
        return parted(row, lower if _row_notes((row,)) else room, table.padding[1])

    table, stretches = in_stretches(table, room * TOGETHER, parts)
    space = maker.styles.body.leading * 0.4
    before = space if not strips else 0.0
    head = Strip(table.header.height, before, part=PartOf(table, -1, x), keep=True, notes=_row_notes((table.header,)))
    strips.append(head)
    last = len(stretches) - 1
    short = len(table.rows) <= SHORT and table.height <= (maker.styles.bottom - maker.styles.top) / 2
    for number, one in enumerate(stretches):
        rows = table.rows[one.first : one.first + one.count]
        after = stretches[number + 1] if number != last else None
        # No row stands alone.
        keep = after is not None and ((number == 0 and one.count == 1) or (number == last - 1 and after.count == 1))
        close = after is not None and (short or after.inside)
        part = PartOf(table, one.first, x, one.count)
        height = sum(row.height for row in rows)
        strips.append(Strip(height, part=part, keep=keep, close=close, header=table, notes=_row_notes(rows)))
    if block.id:
        strips[0] = replace(strips[0], anchors=(Anchor(block.id, 0.0),))
    return strips + blank(maker.styles.body.leading)


def _tagged(maker: TextStrips, table: SetTable) -> SetTable:
    structure = maker.structure
    with structure.inside(structure.add("THead")):
        header = structure.row(table.header, "TH")
    with structure.inside(structure.add("TBody")):
        return replace(table, header=header, rows=tuple(structure.row(row, "TD") for row in table.rows))


def caption_strips(
    maker: TextStrips, word: str, number: int, caption: Inlines, x: float, width: float, above: bool
) -> list[Strip]:
    """`Table 3. …`, above tables and below figures; nothing without a caption."""
    if not caption:
        return []
    label = Text(f"{word} {number}{maker.wording.caption}", blocks.Style(strong=True))
    if not number:
        label = Text(maker.wording.source)  # a source alone
    style = maker.styles.caption
    if above:
        style = replace(style, space_before=style.space_after * 0.6, space_after=style.space_before)
    strips = maker.paragraph((label, *caption), style, x, width, role="Caption")
    return [replace(strip, keep=True) for strip in strips] if above else strips


def _row_notes(rows: Sequence[items.Row]) -> tuple[int, ...]:
    """The footnotes whose marks stand in rows, or in the part of one that a page takes."""
    texts = (paragraph for row in rows for cell in row.cells for paragraph in cell.paragraphs)
    return tuple(note for paragraph in texts for note in note_lines(paragraph))
