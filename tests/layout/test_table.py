"""Tables: columns that share a width as their content asks, and rows that can be parted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Column, Table, Text
from ijreport.layout.table import SetTable, TableStyle, parted, set_table
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
