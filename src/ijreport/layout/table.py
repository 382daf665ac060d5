"""A table block + a width → column widths and set rows: the one table measurer of both outputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Inlines, MergedCell
from ijreport.layout.items import Cell, Frame, Row, Table
from ijreport.layout.merged_cells import clipped, joined, merged, renumbered, shared_out
from ijreport.layout.typesetting.lines import Measured
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

LONGEST_NAME = 0.5
"""A word with hyphens that is longer than this share of its table is parted at them."""


class TableStyle(Struct, frozen=True):
    """How tables are set. `padding` is (horizontal, vertical), inside every cell, in points."""

    header: TextStyle
    cell: TextStyle
    padding: tuple[float, float]


class SetTable(Struct, frozen=True, eq=False):
    """A table measured for a width: a header row, and rows that may be parted between pages or slides."""

    widths: tuple[float, ...]
    header: Row
    rows: tuple[Row, ...]
    padding: tuple[float, float]
    name: str = ""
    merged: bool = False
    """Whether there are merged cells in it."""

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def height(self) -> float:
        return self.header.height + sum(row.height for row in self.rows)

    def item(self, x: float, y: float, first: int, last: int) -> Table:
        """Rows `first` up to, not including, `last` under the header, at a place."""
        rows = clipped(self.rows, first, last, self.padding[1]) if self.merged else self.rows[first:last]
        rows = (self.header, *rows)
        frame = Frame(x, y, self.width, sum(row.height for row in rows))
        return Table(frame, self.widths, rows, 1, first > 0, self.padding, self.name)


def set_table(table: blocks.Table, width: float, style: TableStyle, typesetter: Typesetter) -> SetTable:
    """The table in columns that fill `width`, each cell in lines. A cell's text stays inside its padding."""
    columns = [_measured(number, column, table, style, typesetter) for number, column in enumerate(table.columns)]
    across = 2 * style.padding[0] + 0.1
    wide = [(one, _taken(columns[one.column], one, style.cell, typesetter)) for one in table.merged]
    wide.sort(key=lambda both: both[0].columns)
    widths = _widths(table, width, across, columns, wide)
    columns = [_aligned(cells, width - across) for cells, width in zip(columns, widths, strict=True)]
    header, *rows = (_row(cells, widths, style.padding) for cells in zip(*columns, strict=True))
    if wide:
        texts = {
            one: cell.set(sum(widths[one.column : one.column + one.columns]) - 2 * style.padding[0])
            for one, cell in wide
        }
        rows = merged(rows, texts, style.padding[1])
    titles = ", ".join(filter(None, (blocks.plain(column.title) for column in table.columns)))
    return SetTable(
        widths, header, tuple(rows), style.padding, blocks.plain(table.caption).strip() or titles or "Table", bool(wide)
    )


class _Cell(Struct, frozen=True, eq=False):
    """A cell's text, and how far its end stands from the right edge so that decimal marks stand below each other."""

    text: Measured
    inset: float = 0.0
    rows: int = 1

    @property
    def natural(self) -> float:
        return self.text.natural + self.inset

    def set(self, room: float) -> SetParagraph:
        """In lines; without its inset where there is no room for that."""
        return self.text.set(room - self.inset if self.natural <= room else room)


def _taken(cells: list[_Cell], one: MergedCell, style: TextStyle, typesetter: Typesetter) -> _Cell:
    """A merged cell, out of its first column (whose title comes first): the column's width is not its own alone."""
    cell = cells[one.row + 1]
    cells[one.row + 1] = _Cell(typesetter.measured((), style))
    return _Cell(cell.text, cell.inset if one.columns == 1 else 0.0, one.rows)


def _measured(
    number: int, column: blocks.Column, table: blocks.Table, style: TableStyle, typesetter: Typesetter
) -> list[_Cell]:
    """The title and the cells of a column, before they are broken into lines."""
    header, cell = replace(style.header, align=column.align), replace(style.cell, align=column.align)
    texts = [typesetter.measured(row[number], cell, table.span) for row in table.rows]
    insets = [0.0] * len(texts)
    if column.align == "right" and cell.tabular:
        ends = [_after_units(row[number], text, cell, typesetter) for row, text in zip(table.rows, texts, strict=True)]
        longest = max((end for end in ends if end is not None), default=0.0)
        insets = [0.0 if end is None else longest - end for end in ends]
    cells = [_Cell(text, inset) for text, inset in zip(texts, insets, strict=True)]
    return [_Cell(typesetter.measured(column.title, header, table.span)), *cells]


def _after_units(content: Inlines, text: Measured, style: TextStyle, typesetter: Typesetter) -> float | None:
    """How wide all is that follows the units of a number: decimals, a sign, a reference. None where there is none."""
    if not content or not isinstance(content[0], blocks.Text):
        return None
    number = _number(typesetter.language).fullmatch(content[0].content)
    if number is None:
        return None
    whole = replace(content[0], content=number[1])
    return text.natural - typesetter.natural_width((whole,), style)


@cache
def _number(language: str) -> re.Pattern[str]:
    """A text that is one number, up to its units in the first group; digits may be grouped, a currency go before."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    try:
        mark = get_decimal_symbol(Locale.parse(language, sep="-"))
    except (ValueError, UnknownLocaleError):
        mark = "."
    group = "," if mark == "." else "."
    return re.compile(rf"([^\w\n]*(?:[A-Z]{{2,3}}\W)?\d(?:[{group}’'\u00a0\u202f ]?\d)*)(?:{re.escape(mark)}\d+)?\D*")


def _aligned(cells: list[_Cell], room: float) -> list[_Cell]:
    """The cells; without their insets where a column has no room for them."""
    return cells if max(cell.natural for cell in cells) <= room + 0.01 else [_Cell(cell.text) for cell in cells]


def _row(cells: tuple[_Cell, ...], widths: tuple[float, ...], padding: tuple[float, float]) -> Row:
    across, down = padding
    paragraphs = [cell.text.set(width - 2 * across - cell.inset) for cell, width in zip(cells, widths, strict=True)]
    height = max(paragraph.height for paragraph in paragraphs)
    return Row(height + 2 * down, tuple(Cell((paragraph,)) for paragraph in paragraphs))


def _widths(
    table: blocks.Table,
    width: float,
    across: float,
    columns: list[list[_Cell]],
    wide: Sequence[tuple[MergedCell, _Cell]],
) -> tuple[float, ...]:
    """Column widths that add up to `width`: as the author weighed them, else by what the cells hold.

    As CSS 2.2 section 17.5.2.2 does it: no column below its longest word while there is room, and what is
    left goes to the columns in proportion to how much longer their text is. `across` is a cell's padding.
    A number and its unit count as one word, and so does one with a hyphen, in those columns that have room for that.
    What a merged cell, of those in `wide`, needs more than its columns do is shared out between them.
    """

    def needed(of: Callable[[_Cell], float]) -> list[float]:
        found = [across + max(map(of, cells)) for cells in columns]
        for one, cell in wide:
            own = slice(one.column, one.column + one.columns)
            more = max(0.0, across + of(cell) - sum(found[own])) / one.columns
            found[own] = [low + more for low in found[own]]
        return found

    least = needed(lambda cell: cell.text.least)
    if sum(least) > width:
        united, least = least, needed(lambda cell: cell.text.shortest)
        _raise(least, united, width)
    names = needed(lambda cell: cell.text.whole)
    _raise(least, [one if one <= width * LONGEST_NAME else 0.0 for one in names], width)
    most = list(map(max, needed(lambda cell: cell.natural), least))
    if sum(most) > width:  # a cell over several rows has all their lines
        most = list(map(max, needed(lambda cell: cell.natural / cell.rows), least))
    if all(column.width is not None for column in table.columns):
        total = sum(column.width or 0.0 for column in table.columns)
        wanted = [width * (column.width or 0.0) / total for column in table.columns]
        return tuple(_with_least(wanted, least, width))
    if sum(least) >= width:
        return tuple(_capped(least, width))
    spare = width - sum(least)
    appetite = [high - low for high, low in zip(most, least, strict=True)]
    if sum(appetite) <= spare:
        extra = (spare - sum(appetite)) / len(most)
        return tuple(one + extra for one in most)
    return tuple(low + spare * more / sum(appetite) for low, more in zip(least, appetite, strict=True))


def _raise(least: list[float], better: list[float], width: float) -> None:
    """Raise widths to better ones, the smallest steps first, as long as their sum is no more than `width`."""
    room = width - sum(least)
    for step, number in sorted(
        (new - old, number) for number, (old, new) in enumerate(zip(least, better, strict=True))
    ):
        if 0 < step <= room:
            least[number] += step
            room -= step


def _capped(least: list[float], width: float) -> list[float]:
    """Widths that add up to `width`, less than the sum of `least`: the widest columns give, and their words break."""
    rest, cap = width, 0.0
    for done, one in enumerate(sorted(least)):
        cap = rest / (len(least) - done)
        if one > cap:
            break
        rest -= one
    return [min(one, cap) for one in least]


def _with_least(wanted: list[float], least: list[float], width: float) -> list[float]:
    """The wanted widths, but none below its least while the others can give."""
    if sum(least) >= width:
        return _capped(least, width)
    short = {number for number, (want, low) in enumerate(zip(wanted, least, strict=True)) if want < low}
    while True:
        fixed = sum(least[number] for number in short)
        rest = sum(want for number, want in enumerate(wanted) if number not in short)
        scaled = [least[n] if n in short else want * (width - fixed) / rest for n, want in enumerate(wanted)]
        more = {n for n, one in enumerate(scaled) if n not in short and one < least[n]}
        if not more:
            return scaled
        short |= more


class Stretch(Struct, frozen=True):
    """Rows between which a table is not parted: `count` from `first` on. `begun` are those that begin here of the rows
    which the table had before; none where one goes on. `inside`: a merged cell goes on from above."""

    first: int
    count: int
    begun: range
    inside: bool = False


def in_stretches(table: SetTable, together: float, parts: Callable[[Row], list[Row]]) -> tuple[SetTable, list[Stretch]]:
    """A table that is to be parted, and where it may be: not inside of rows that merged cells join, unless these are
    higher than `together`. `parts` parts a row that is too high."""
    rows: list[Row] = []
    stretches: list[Stretch] = []
    for numbers in joined(table.rows):
        own = table.rows[numbers.start : numbers.stop]
        alone = len(own) == 1
        if not alone and sum(row.height for row in own) <= together:
            stretches.append(Stretch(len(rows), len(own), numbers))
            rows += own
            continue
        divided = [parts(row) for row in (own if alone else shared_out(own, table.padding[1]))]
        at = len(rows)
        rows += divided[0] if alone else renumbered(divided)
        for number, made in zip(numbers, divided, strict=True):
            for part in range(len(made)):
                begun = range(number, number if part else number + 1)
                stretches.append(Stretch(at + part, 1, begun, number > numbers.start))
            at += len(made)
    return replace(table, rows=tuple(rows)), stretches


def parted(row: Row, limit: float, padding: float) -> list[Row]:
    """A row, in as many as it takes so that none is higher than `limit`; as it is where not one line fits."""
    rows = []
    while row.height > limit and (parts := split_row(row, limit, padding)):
        rows.append(parts[0])
        row = parts[1]
    return [*rows, row]


def split_row(row: Row, height: float, padding: float) -> tuple[Row, Row] | None:
    """A row cut so that its first part is no higher than `height`; None where not one line fits."""
    room = height - 2 * padding
    heads, tails = [], []
    for cell in row.cells:
        head, tail = _split_paragraphs(cell.paragraphs, room)
        heads.append(head)
        tails.append(tail)
    if not any(any(p.lines for p in head) for head in heads):
        return None
    return _made(row, heads, padding), _made(row, tails, padding)


def _made(whole: Row, texts: list[tuple[SetParagraph, ...]], padding: float) -> Row:
    height = max(sum(p.height for p in text) for text in texts)
    cells = (replace(cell, paragraphs=text) for cell, text in zip(whole.cells, texts, strict=True))
    return Row(height + 2 * padding, tuple(cells))


def _split_paragraphs(
    paragraphs: tuple[SetParagraph, ...], room: float
) -> tuple[tuple[SetParagraph, ...], tuple[SetParagraph, ...]]:
    head: list[SetParagraph] = []
    for number, paragraph in enumerate(paragraphs):
        lines = int((room + 0.01) // paragraph.style.leading)
        if lines < len(paragraph.lines):
            first, second = paragraph.split(max(lines, 0))
            return (*head, first), (second, *paragraphs[number + 1 :])
        head.append(paragraph)
        room -= paragraph.height
    return tuple(head), tuple(replace(paragraph, lines=()) for paragraph in paragraphs[-1:])
