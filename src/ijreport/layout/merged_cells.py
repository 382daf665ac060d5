"""Set rows + the cells that are merged in them → rows that hold those, and what of them is seen in a part of the table.

A cell that is merged over rows lies in all of them; while a table is whole, its text is in the first of its positions.
Where the table may be parted inside the cell, its lines are shared out to the rows that they stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from ijreport.document.blocks import MergedCell
from ijreport.layout.items import Cell, Row
from ijreport.layout.typesetting.text import Line, SetParagraph

LABEL = 3
"""Lines of a merged cell that are repeated where its table goes on."""


def merged(rows: Sequence[Row], texts: Mapping[MergedCell, SetParagraph], padding: float) -> list[Row]:
    """The rows with merged cells in their positions, which were empty. What one needs more than its rows have is added
    to the last of them (CSS 2.2, 17.5.3, leaves that open)."""
    cells = [list(row.cells) for row in rows]
    heights = [row.height for row in rows]
    for one, text in sorted(texts.items(), key=lambda item: (item[0].row + item[0].rows, item[0].row)):
        for above in range(one.rows):
            for left in range(one.columns):
                own = () if above or left else (text,)
                cells[one.row + above][one.column + left] = Cell(own, one.columns, one.rows, left, above)
        end = one.row + one.rows
        heights[end - 1] += max(0.0, text.height + 2 * padding - sum(heights[one.row : end]))
    return [Row(height, tuple(own)) for height, own in zip(heights, cells, strict=True)]


def joined(rows: Sequence[Row]) -> list[range]:
    """The numbers of rows that no merged cell parts from each other."""
    starts = [number for number, row in enumerate(rows) if not any(cell.above for cell in row.cells)]
    return [range(start, end) for start, end in pairwise([*starts, len(rows)])]


def shared_out(rows: Sequence[Row], padding: float) -> list[Row]:
    """Joined rows between which their table may be parted: each holds the lines of merged cells that fit into it alone,
    the last one of a cell all that are left, and is made higher for them."""
    heights = [row.height for row in rows]
    cells = [list(row.cells) for row in rows]
    places = [(number, column) for number, row in enumerate(rows) for column in range(len(row.cells))]
    for start, column in places:
        cell = rows[start].cells[column]
        if cell.rows == 1 or cell.left or cell.above:
            continue
        (rest,) = cell.paragraphs
        last = start + cell.rows - 1
        for number in range(start, last):
            fits = int((heights[number] - 2 * padding + 0.01) // rest.style.leading)
            own, rest = rest.split(fits)
            cells[number][column] = replace(cells[number][column], paragraphs=(own,))
        cells[last][column] = replace(cells[last][column], paragraphs=(rest,))
        heights[last] = max(heights[last], rest.height + 2 * padding)
    return [Row(height, tuple(own)) for height, own in zip(heights, cells, strict=True)]


def renumbered(parts: Sequence[Sequence[Row]]) -> list[Row]:
    """Rows of which some were parted: merged cells go over all the parts."""
    starts = [0]
    for row in parts:
        starts.append(starts[-1] + len(row))

    def cell(one: Cell, number: int, part: int) -> Cell:
        first = number - one.above
        if one.rows == 1:
            return one
        rows = starts[first + one.rows] - starts[first]
        return replace(one, rows=rows, above=starts[number] + part - starts[first])

    return [
        replace(row, cells=tuple(cell(one, number, part) for one in row.cells))
        for number, rows in enumerate(parts)
        for part, row in enumerate(rows)
    ]


def clipped(rows: Sequence[Row], first: int, last: int, padding: float) -> tuple[Row, ...]:
    """Rows `first` up to, not including, `last`, with what merged cells have there.

    One that goes on from above with nothing left to say says it again if it is short, as the header does: who sees that
    page or slide alone would not know what its rows are about.
    """
    found = []
    for number in range(first, last):
        row = rows[number]
        cells = tuple(
            cell if cell.columns == cell.rows == 1 else _clipped(rows, number, column, range(first, last), padding)
            for column, cell in enumerate(row.cells)
        )
        found.append(Row(row.height, cells))
    return tuple(found)


def _clipped(rows: Sequence[Row], number: int, column: int, part: range, padding: float) -> Cell:
    cell = rows[number].cells[column]
    start = number - cell.above
    whole = range(start, start + cell.rows)
    here = range(max(start, part.start), min(whole.stop, part.stop))
    said = [rows[one].cells[column - cell.left].paragraphs for one in whole]
    text = replace(said[0][0], lines=_lines(said))
    shown = replace(text, lines=_lines(said[here.start - start : here.stop - start]))
    repeated = False
    if cell.left or number > here.start:
        shown = replace(text, lines=())
    elif here.start > start and not shown.lines:
        room = sum(rows[one].height for one in here)
        repeated = len(text.lines) <= LABEL and text.height + 2 * padding <= room + 0.01
        shown = text if repeated else shown
    return Cell((shown,), cell.columns, len(here), cell.left, number - here.start, repeated)


def _lines(said: Sequence[tuple[SetParagraph, ...]]) -> tuple[Line, ...]:
    return tuple(line for paragraphs in said for paragraph in paragraphs for line in paragraph.lines)
