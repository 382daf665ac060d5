"""A table block + a width → column widths and set rows: the one table measurer of both outputs."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Inlines
from ijreport.layout.items import Cell, Frame, Row, Table
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

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def height(self) -> float:
        return self.header.height + sum(row.height for row in self.rows)

    def item(self, x: float, y: float, first: int, last: int) -> Table:
        """Rows `first` up to, not including, `last` under the header, at a place."""
        rows = (self.header, *self.rows[first:last])
        frame = Frame(x, y, self.width, sum(row.height for row in rows))
        return Table(frame, self.widths, rows, 1, first > 0, self.padding, self.name)


def set_table(table: blocks.Table, width: float, style: TableStyle, typesetter: Typesetter) -> SetTable:
    """The table in columns that fill `width`, each cell in lines. A cell's text stays inside its padding."""
    columns = [_measured(number, column, table, style, typesetter) for number, column in enumerate(table.columns)]
    across = 2 * style.padding[0] + 0.1
    widths = _widths(table, width, across, columns)
    columns = [_aligned(cells, width - across) for cells, width in zip(columns, widths, strict=True)]
    header, *rows = (_row(cells, widths, style.padding) for cells in zip(*columns, strict=True))
    titles = ", ".join(filter(None, (blocks.plain(column.title) for column in table.columns)))
    return SetTable(
        widths, header, tuple(rows), style.padding, blocks.plain(table.caption).strip() or titles or "Table"
    )


class _Cell(Struct, frozen=True, eq=False):
    """A cell's text, and how far its end stands from the right edge so that decimal marks stand below each other."""

    text: Measured
    inset: float = 0.0

    @property
    def natural(self) -> float:
        return self.text.natural + self.inset


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


def _widths(table: blocks.Table, width: float, across: float, columns: list[list[_Cell]]) -> tuple[float, ...]:
    """Column widths that add up to `width`: as the author weighed them, else by what the cells hold.

    As CSS 2.2 section 17.5.2.2 does it: no column below its longest word while there is room, and what is
    left goes to the columns in proportion to how much longer their text is. `across` is a cell's padding.
    A number and its unit count as one word, and so does one with a hyphen, in those columns that have room for that.
    """
    least = [across + max(cell.text.least for cell in cells) for cells in columns]
    if sum(least) > width:
        united, least = least, [across + max(cell.text.shortest for cell in cells) for cells in columns]
        _raise(least, united, width)
    names = [across + max(cell.text.whole for cell in cells) for cells in columns]
    _raise(least, [one if one <= width * LONGEST_NAME else 0.0 for one in names], width)
    most = [across + max(cell.natural for cell in cells) for cells in columns]
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
    return _made(heads, padding), _made(tails, padding)


def _made(cells: list[tuple[SetParagraph, ...]], padding: float) -> Row:
    height = max(sum(p.height for p in cell) for cell in cells)
    return Row(height + 2 * padding, tuple(Cell(cell) for cell in cells))


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
    return tuple(head), (replace(paragraphs[-1], lines=()),)
