"""The YAML inside a `chart`, `stats`, `timeline` or `table` fence → its block."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content.bind import Converter, IntValue, Unfit, bind, place_of
from ijreport.content.reader import Mapping, Node, Scalar, Sequence, resolve
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Align, ChartType, Citation, Cited, Inlines
from ijreport.source import Span

DATA = ("chart", "stats", "table", "timeline")
"""The names of fences that hold data; any other fence is code."""

InlineParser = Callable[[str], Inlines]
Sources = str | tuple[str, ...]


def _width(node: Node) -> float:
    try:
        width = float(node.text) if isinstance(node, Scalar) else 0.0
    except ValueError:
        width = 0.0
    if not 0 < width < 1000:
        raise Unfit("a column's width is a number above 0, relative to its neighbours'", node.span, "bad-value")
    return width


def _count(node: Node) -> int:
    number = resolve(node) if isinstance(node, Scalar) else None
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return IntValue(number, node.span)
    raise Unfit("a cell goes over a whole number of columns and rows, at least 1", node.span, "bad-value")


def _id(node: Node) -> str:
    if isinstance(node, Scalar) and re.fullmatch(r"[\w.:-]+", node.text):
        return node.text
    raise Unfit("an id is letters, digits and any of _ . : -", node.span, "bad-value")


Id = Annotated[str, Converter(_id)]


class SeriesData(Struct, frozen=True):
    name: str
    values: tuple[float | None, ...]
    span: Span | None = None


class ChartData(Struct, frozen=True):
    type: ChartType
    alt: str
    categories: tuple[str, ...]
    series: tuple[SeriesData, ...]
    title: str = ""
    unit: str = ""
    format: str = ""
    source: Sources = ()
    caption: str = ""
    id: Id = ""
    span: Span | None = None


class StatData(Struct, frozen=True):
    value: str
    label: str
    note: str = ""
    source: Sources = ()


class EventData(Struct, frozen=True):
    when: str
    title: str
    text: str = ""


class ColumnData(Struct, frozen=True):
    title: str
    align: Align = "left"
    width: Annotated[float | None, Converter(_width)] = None


class CellData(Struct, frozen=True):
    text: str
    colspan: Annotated[int, Converter(_count)] = 1
    rowspan: Annotated[int, Converter(_count)] = 1
    span: Span | None = None


class TableData(Struct, frozen=True):
    columns: tuple[ColumnData, ...]
    rows: tuple[tuple[CellData | str, ...], ...]
    caption: str = ""
    source: Sources = ()
    id: Id = ""
    span: Span | None = None


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


class DataBlocks:
    """Makes blocks from the nodes of data fences.

    `inline` parses the Markdown of their texts; `home` turns a place in the rendered text into the author's.
    """

    def __init__(self, diagnostics: Diagnostics, inline: InlineParser, home: Callable[[Span], Span]) -> None:
        self._diagnostics = diagnostics
        self._inline = inline
        self._home = home

    def make(self, kind: str, node: Node, span: Span) -> blocks.Block | None:
        """The block of a fence; None after diagnostics."""
        makers = {"chart": self._chart, "stats": self._stats, "timeline": self._timeline, "table": self._table}
        return makers[kind](node, span)

    def _cited(self, text: str, sources: Sources) -> Inlines:
        """A text with a citation of the sources after it."""
        ids = (sources,) if isinstance(sources, str) else tuple(sources)
        content = self._inline(text) if text else ()
        if not ids:
            return content
        gap = (blocks.Text(" "),) if content else ()
        first, last = place_of(ids[0]), place_of(ids[-1])
        place = (
            self._home(Span(first.file, first.start, last.end, first.exact, first.printed)) if first and last else None
        )
        return (*content, *gap, Citation(tuple(map(Cited, ids)), place))

    def _error(self, code: str, message: str, span: Span | None) -> None:
        self._diagnostics.error(code, message, span)

    def _chart(self, node: Node, span: Span) -> blocks.Block | None:
        data = bind(node, ChartData, self._diagnostics, "a chart")
        if data is None:
            return None
        if not data.categories or not data.series:
            self._error("bad-chart", "a chart needs at least one category and one series", data.span)
            return None
        wanted = len(data.categories)
        for series in data.series:
            if len(series.values) != wanted:
                message = (
                    f"the series '{series.name}' has {_counted(len(series.values), 'value')} for"
                    f" {_counted(wanted, 'category', 'categories')}"
                )
                self._error("bad-chart", message, place_of(series.name) or data.span)
        if data.type in ("pie", "doughnut"):
            self._check_parts(data)
        if not data.alt.strip():
            self._error("missing-alt", "a chart needs an alternative text", place_of(data.alt) or data.span)
        series_ = tuple(
            blocks.Series(str(one.name), tuple(None if v is None else float(v) for v in one.values))
            for one in data.series
        )
        return blocks.Chart(
            data.type, str(data.alt), tuple(map(str, data.categories)), series_, str(data.title), str(data.unit),
            str(data.format), self._cited(data.caption, data.source), id=data.id, span=span,
        )  # fmt: skip

    def _check_parts(self, data: ChartData) -> None:
        """A pie and a doughnut show the parts of one whole."""
        for more in data.series[1:]:
            self._error("bad-chart", f"a {data.type} shows one series only", place_of(more.name) or more.span)
        values = data.series[0].values
        for value in values:
            if value is None or value < 0:
                message = f"a {data.type} cannot show a part that is {'missing' if value is None else 'negative'}"
                self._error("bad-chart", message, place_of(value) or data.series[0].span)
        if not any(values):
            self._error("bad-chart", f"a {data.type} cannot show parts that are all 0", data.series[0].span)

    def _stats(self, node: Node, span: Span) -> blocks.Block | None:
        data: Any = bind(node, tuple[StatData, ...], self._diagnostics, "the stats")
        if data is None:
            return None
        if not data:
            self._error("bad-stats", "there must be at least one key figure", span)
            return None
        items = (
            blocks.Stat(str(one.value), self._inline(one.label), self._cited(one.note, one.source)) for one in data
        )
        return blocks.Stats(tuple(items), span)

    def _timeline(self, node: Node, span: Span) -> blocks.Block | None:
        data: Any = bind(node, tuple[EventData, ...], self._diagnostics, "the timeline")
        if data is None:
            return None
        if not data:
            self._error("bad-timeline", "there must be at least one event", span)
            return None
        events = (
            blocks.Event(str(one.when), self._inline(one.title), self._inline(one.text) if one.text else ())
            for one in data
        )
        return blocks.Timeline(tuple(events), span)

    def _table(self, node: Node, span: Span) -> blocks.Block | None:
        data = bind(node, TableData, self._diagnostics, "a table")
        if data is None:
            return None
        wanted = len(data.columns)
        if not wanted:
            self._error("bad-table", "a table needs at least one column", data.span)
            return None
        rows_node = node.get("rows") if isinstance(node, Mapping) else None
        row_nodes = rows_node.items if isinstance(rows_node, Sequence) else ()
        rows, merged = self._grid(data.rows, [one.span for one in row_nodes], wanted)
        columns = (
            blocks.Column(self._inline(one.title), one.align, None if one.width is None else float(one.width))
            for one in data.columns
        )
        caption = self._cited(data.caption, data.source)
        return blocks.Table(tuple(columns), rows, caption, id=data.id, merged=merged, span=span)

    def _grid(
        self, rows: tuple[tuple[CellData | str, ...], ...], places: list[Span], wanted: int
    ) -> tuple[tuple[tuple[Inlines, ...], ...], tuple[blocks.MergedCell, ...]]:
        """Rows with a text for each column, and the merged cells. As in HTML, a row leaves out what cells from above
        cover, and each of its own stands in the first position that is free."""
        grid: list[tuple[Inlines, ...]] = []
        merged: list[blocks.MergedCell] = []
        covered: set[tuple[int, int]] = set()
        for number, (row, place) in enumerate(zip(rows, places, strict=True)):
            texts: list[Inlines] = [()] * wanted
            above = {column for column in range(wanted) if (number, column) in covered}
            free = (column for column in range(wanted) if (number, column) not in covered)
            taken = [int(cell.colspan) if isinstance(cell, CellData) else 1 for cell in row]
            errors = self._diagnostics.errors
            for cell, columns in zip(row, taken, strict=True):
                column = next(free, wanted)
                if column == wanted:
                    break
                texts[column] = self._inline(cell.text if isinstance(cell, CellData) else cell)
                if isinstance(cell, CellData) and (columns > 1 or cell.rowspan > 1):
                    one = blocks.MergedCell(number, column, columns, int(cell.rowspan))
                    merged.append(self._fitting(one, cell, covered, wanted, len(rows)))
                    covered |= _positions(merged[-1])
            if not row and len(above) == wanted:
                message = f"row {number + 1} has no cell of its own: those above go over all of it"
                self._error("bad-span", message, place)
            if self._diagnostics.errors == errors and sum(taken) + len(above) != wanted:
                self._ragged(
                    number + 1, sum(taken), len(row), len(above), wanted, next(map(_place, row), None) or place
                )
            grid.append(tuple(texts))
        return tuple(grid), tuple(merged)

    def _fitting(
        self, one: blocks.MergedCell, cell: CellData, covered: set[tuple[int, int]], columns: int, rows: int
    ) -> blocks.MergedCell:
        """A merged cell that ends with its table; told where that was not said, and where two would overlap."""
        for said, room, what in ((cell.colspan, columns - one.column, "column"), (cell.rowspan, rows - one.row, "row")):
            if said > room:
                message = f"this cell goes over {said} {what}s, but its table has only {room} from here on"
                self._error("bad-span", message, place_of(said) or cell.span)
        if _positions(one) & covered:
            self._error("bad-span", "this cell goes over one that a cell from above covers", _place(cell) or cell.span)
        return replace(one, columns=min(one.columns, columns - one.column), rows=min(one.rows, rows - one.row))

    def _ragged(self, number: int, taken: int, cells: int, above: int, wanted: int, place: Span) -> None:
        message = f"row {number} has {_counted(cells, 'cell')} for {_counted(wanted, 'column')}"
        if above or taken != cells:
            missing = wanted - taken - above
            lack = f"{missing} missing" if missing > 0 else f"{-missing} too many"
            own = f"{_counted(above, 'column')} covered from above" if above else "no column covered from above"
            message = f"row {number} has cells for {_counted(taken, 'column')} of {wanted}, with {own}: {lack}"
        self._error("ragged-table", message, place)


def _place(cell: CellData | str) -> Span | None:
    return place_of(cell.text if isinstance(cell, CellData) else cell)


def _positions(one: blocks.MergedCell) -> set[tuple[int, int]]:
    rows, columns = range(one.row, one.row + one.rows), range(one.column, one.column + one.columns)
    return {(row, column) for row in rows for column in columns}
