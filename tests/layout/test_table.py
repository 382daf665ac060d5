"""Tables: columns that share a width as their content asks, and rows that can be parted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Column, MergedCell, Table, Text
from ijreport.layout.items import Cell, Row
from ijreport.layout.table import SetTable, TableStyle, in_stretches, parted, set_table
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.fonts import FontBook
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

CELL = TextStyle(10, 12, "#000000")
STYLE = TableStyle(CELL, CELL, (5.0, 3.0))


def table(*rows: tuple[str, ...], widths: tuple[float | None, ...] = (), aligns: tuple[Any, ...] = ()) -> Table:
    """A table whose first row holds the titles."""
    titles = rows[0]
    columns = tuple(
        Column((Text(title),), aligns[n] if aligns else "left", widths[n] if widths else None)
        for n, title in enumerate(titles)
    )
    return Table(columns, tuple(tuple((Text(cell),) for cell in row) for row in rows[1:]))


@pytest.fixture
def setter(print_book: FontBook) -> Typesetter:
    return Typesetter(Theme(), print_book, Diagnostics(), "en")


def lines(made: SetTable, row: int, column: int) -> list[str]:
    return [
        "".join(run.text for _, run in line.runs)
        for paragraph in made.rows[row].cells[column].paragraphs
        for line in paragraph.lines
    ]


def cell_text(cell: Cell) -> str:
    return "".join(run.text for paragraph in cell.paragraphs for line in paragraph.lines for _, run in line.runs)


# -- widths ----------------------------------------------------------------------------------------------------


def test_columns_fill_the_width(setter: Typesetter) -> None:
    made = set_table(table(("a", "b"), ("1", "2")), 200, STYLE, setter)

    assert made.width == pytest.approx(200)
    assert made.widths[0] == pytest.approx(made.widths[1], abs=1)


def test_weights_of_the_author_hold(setter: Typesetter) -> None:
    made = set_table(table(("a", "b", "c"), ("1", "2", "3"), widths=(1, 4, 5)), 200, STYLE, setter)

    assert made.widths == pytest.approx((20, 80, 100))


def test_a_weight_gives_way_to_the_longest_word(setter: Typesetter) -> None:
    made = set_table(table(("a", "b"), ("investment", "2"), widths=(1, 99)), 200, STYLE, setter)

    assert lines(made, 0, 0) == ["investment"]
    assert made.width == pytest.approx(200)
    assert not len(setter.diagnostics)


def test_the_longer_text_gets_the_wider_column(setter: Typesetter) -> None:
    made = set_table(table(("Year", "What"), ("1952", "A peace treaty " * 8)), 200, STYLE, setter)

    assert lines(made, 0, 0) == ["1952"]
    assert made.widths[1] > 4 * made.widths[0]


def test_words_that_cannot_fit_share_what_there_is_and_are_told(setter: Typesetter) -> None:
    made = set_table(table(("investment", "partnership"), ("1", "2")), 60, STYLE, setter)

    assert made.width == pytest.approx(60)
    assert {one.code for one in setter.diagnostics} == {"word-too-wide"}


@given(
    cells=st.lists(st.lists(st.text("ab cd-éक日", max_size=30), min_size=3, max_size=3), min_size=1, max_size=4),
    weights=st.one_of(st.none(), st.tuples(*[st.floats(0.1, 900)] * 3)),
    width=st.floats(120, 500),
)
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cells_stay_inside_their_columns(
    cells: list[list[str]], weights: tuple[float, float, float] | None, width: float, print_book: FontBook
) -> None:
    typesetter = Typesetter(Theme(), print_book, Diagnostics(), "en")
    made = set_table(table(*map(tuple, cells), widths=weights or ()), width, STYLE, typesetter)

    assert made.width == pytest.approx(width)
    for row in (made.header, *made.rows):
        for cell, column in zip(row.cells, made.widths, strict=True):
            for paragraph in cell.paragraphs:
                assert max(line.width for line in paragraph.lines) <= max(column - 10, 11) + 0.1
            assert sum(paragraph.height for paragraph in cell.paragraphs) <= row.height - 6 + 0.01


# -- rows ------------------------------------------------------------------------------------------------------


def test_a_row_is_as_high_as_its_highest_cell(setter: Typesetter) -> None:
    made = set_table(table(("a", "b"), ("one", "one two three " * 6), widths=(1, 1)), 120, STYLE, setter)

    assert made.rows[0].height == len(lines(made, 0, 1)) * 12 + 2 * 3
    assert made.height == made.header.height + made.rows[0].height


def test_alignment_is_the_columns(setter: Typesetter) -> None:
    made = set_table(table(("a", "b"), ("1", "2"), aligns=("right", "center")), 120, STYLE, setter)

    assert [cell.paragraphs[0].style.align for cell in made.rows[0].cells] == ["right", "center"]
    assert [cell.paragraphs[0].style.align for cell in made.header.cells] == ["right", "center"]


def test_a_part_of_a_table_repeats_the_header(setter: Typesetter) -> None:
    made = set_table(table(("a",), ("1",), ("2",), ("3",)), 100, STYLE, setter)
    first, rest = made.item(10, 20, 0, 1), made.item(10, 20, 1, 3)

    assert [len(first.rows), first.repeated] == [2, False]
    assert [len(rest.rows), rest.repeated] == [3, True]
    assert rest.frame.height == made.header.height + 2 * made.rows[0].height


def test_a_row_is_parted_between_its_lines(setter: Typesetter) -> None:
    made = set_table(table(("a", "b"), ("one", " ".join(["word"] * 40)), widths=(1, 1)), 120, STYLE, setter)
    whole = made.rows[0]
    parts = parted(whole, 60, 3)

    assert all(part.height <= 60 for part in parts)
    told = [
        [
            " ".join("".join(run.text for _, run in line.runs) for p in cell.paragraphs for line in p.lines)
            for cell in row.cells
        ]
        for row in parts
    ]
    assert [row[0] for row in told] == ["one", *[""] * (len(parts) - 1)]
    assert " ".join(row[1] for row in told) == " ".join(["word"] * 40)


def test_a_row_of_which_not_a_line_fits_stays_whole(setter: Typesetter) -> None:
    made = set_table(table(("a",), ("one",)), 120, STYLE, setter)

    assert parted(made.rows[0], 10, 3) == [made.rows[0]]


# -- merged cells ----------------------------------------------------------------------------------------------


def rows_of(texts: list[list[str]], *cells: MergedCell) -> Table:
    """A table with merged cells; its titles are numbers."""
    titles = tuple(map(str, range(len(texts[0]))))
    return replace(table(titles, *map(tuple, texts)), merged=cells)


def spans(row: Row) -> list[tuple[int, int, int, int]]:
    return [(cell.columns, cell.rows, cell.left, cell.above) for cell in row.cells]


def test_a_merged_cell_takes_its_positions(setter: Typesetter) -> None:
    made = set_table(rows_of([["a", "", "b"], ["", "", "c"]], MergedCell(0, 0, 2, 2)), 200, STYLE, setter)
    shown = made.item(0, 0, 0, 2)

    assert [spans(row) for row in shown.rows[1:]] == [
        [(2, 2, 0, 0), (2, 2, 1, 0), (1, 1, 0, 0)],
        [(2, 2, 0, 1), (2, 2, 1, 1), (1, 1, 0, 0)],
    ]
    assert [[cell_text(cell) for cell in row.cells] for row in shown.rows[1:]] == [["a", "", "b"], ["", "", "c"]]


def test_no_rule_crosses_a_merged_cell(setter: Typesetter) -> None:
    block = rows_of([["a", "b", "c", "d"], ["e", "", "f", "g"], ["h"] * 4], MergedCell(0, 1, 1, 2))
    shown = set_table(block, 200, STYLE, setter).item(10, 0, 0, 3)
    edges = [10 + sum(shown.widths[:number]) for number in range(5)]

    assert shown.rules_below(0) == [(10, shown.frame.right)]
    assert [x for stretch in shown.rules_below(1) for x in stretch] == pytest.approx([edges[n] for n in (0, 1, 2, 4)])
    assert shown.rules_below(2) == shown.rules_below(3) == [(10, shown.frame.right)]


def test_rows_that_a_merged_cell_joins_are_parted_where_they_are_too_high(setter: Typesetter) -> None:
    block = rows_of([["a", "1"], ["", "2"], ["b", "3"]], MergedCell(0, 0, 1, 2))
    made = set_table(block, 200, STYLE, setter)
    together, parted_ = (in_stretches(made, limit, lambda row: [row])[1] for limit in (36, 35))

    assert made.rows[0].height == 18
    assert [(one.first, one.count, one.inside) for one in together] == [(0, 2, False), (2, 1, False)]
    assert [(one.first, one.count, one.inside) for one in parted_] == [(0, 1, False), (1, 1, True), (2, 1, False)]


def test_lines_that_are_shared_out_to_rows_fit_into_each(setter: Typesetter) -> None:
    block = table(("a", "b"), ("aaa bbb ccc", "1"), ("", "2"), widths=(1, 3))
    made = set_table(replace(block, merged=(MergedCell(0, 0, 1, 2),)), 120, STYLE, setter)
    apart, _ = in_stretches(made, 0, lambda row: [row])

    assert [row.height for row in made.rows] == [18, 24]
    assert [row.height for row in apart.rows] == [18, 30]


@given(
    texts=st.lists(st.lists(st.text("ab cd-éक日", max_size=40), min_size=3, max_size=3), min_size=4, max_size=4),
    label=st.text("ab c", max_size=300),
    where=st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(1, 2), st.integers(1, 4)),
    limit=st.floats(0, 300),
    cuts=st.sets(st.integers(1, 40)),
)
@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_it_is_parted_a_merged_cell_holds_its_text_and_all_is_said(
    texts: list[list[str]],
    label: str,
    where: tuple[int, int, int, int],
    limit: float,
    cuts: set[int],
    print_book: FontBook,
) -> None:
    typesetter = Typesetter(Theme(), print_book, Diagnostics(), "en")
    row, column, columns, rows = where
    one = MergedCell(row, column, columns, min(rows, 4 - row))
    for number, cells in enumerate(texts):
        within = row <= number < row + one.rows
        cells[column : column + columns] = [""] * columns if within else ["", *cells[column + 1 : column + columns]]
    texts[row][column] = label
    made = set_table(rows_of(texts, one), 260, STYLE, typesetter)
    made, stretches = in_stretches(made, limit, lambda row: parted(row, 60, 3))
    ends = sorted({0, len(made.rows), *(part.first for number, part in enumerate(stretches) if number in cuts)})

    said = ""
    for first, last in pairwise(ends):
        shown = made.item(0, 0, first, last)
        for number, row_ in enumerate(shown.rows[1:], 1):
            for at, cell in enumerate(row_.cells):
                text = cell.paragraphs[0]
                height = sum(row.height for row in shown.rows[number : number + cell.rows])
                assert sum(paragraph.height for paragraph in cell.paragraphs) <= height - 6 + 0.01
                assert max((line.width for line in text.lines), default=0) <= sum(shown.widths[at : at + cell.columns])
                if at == column and not cell.repeated:
                    said += cell_text(cell)
    assert said.replace(" ", "") == label.replace(" ", "")
