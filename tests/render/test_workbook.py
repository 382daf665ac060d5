"""The workbooks behind charts: what programs that are not ours read in them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from ijreport.layout.theme import Theme
from ijreport.render.master import theme_xml
from ijreport.render.workbook import Row, Workbooks, column_letters

TRADE: tuple[Row, ...] = (("US$ billion", "Exports", "Imports"), ("2021", 6.0, 14.4), ("2022", None, 0.1 + 0.2))


def book(rows: tuple[Row, ...] = TRADE, pattern: str = "0.0") -> bytes:
    return Workbooks(theme_xml(Theme())).workbook("Data", rows, pattern)


def sheet(workbook: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    opened = openpyxl.load_workbook(io.BytesIO(workbook))
    assert opened.sheetnames == ["Data"]
    return opened["Data"]


def test_cells_are_what_they_were() -> None:
    assert [list(row) for row in sheet(book()).values] == [list(row) for row in TRADE]


def test_numbers_are_shown_by_the_pattern_and_texts_as_they_are() -> None:
    read = sheet(book(pattern='0.0" bn"'))

    assert [cell.number_format for cell in read[2]] == ["General", '0.0" bn"', '0.0" bn"']


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "https://example.org", "12", "TRUE", "#N/A",
        " inner  and outer spaces ", "two\nlines", "<a> & 'b'", "日本", "भारत", "_x41_",
    ],
)  # fmt: skip
def test_text_stays_text_whatever_it_looks_like(text: str) -> None:
    cell = sheet(book(((text, "Series"), ("a", 1.0))))["A1"]

    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


@pytest.mark.parametrize("text, stored", [("_x0041_", "_x005F_x0041_"), ("_x005F_x0041_", "_x005F_x005F_x005F_x0041_")])
def test_what_looks_like_the_code_of_a_character_is_none(text: str, stored: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(book(((text,),))))

    assert f">{stored}<".encode() in archive.read("xl/sharedStrings.xml")


@given(st.lists(st.tuples(st.text('ab=<&" \n', min_size=1, max_size=8), st.floats(-1e99, 1e99)), min_size=1))
def test_what_is_written_is_what_is_read(rows: list[tuple[str, float]]) -> None:
    assert list(sheet(book(tuple(rows))).values) == rows


def test_a_cell_without_text_or_number_is_empty() -> None:
    archive = zipfile.ZipFile(io.BytesIO(book((("", "s"), ("a", None)))))

    assert re.findall(rb'<c r="(\w+)"', archive.read("xl/worksheets/sheet1.xml")) == [b"B1", b"A2"]


def test_a_text_is_stored_once() -> None:
    archive = zipfile.ZipFile(io.BytesIO(book((("same", "same"), ("same", 1.0)))))

    assert archive.read("xl/sharedStrings.xml").count(b"<si>") == 1


@pytest.mark.parametrize("longest, width", [(3, 10), (30, 30), (500, 60)])
def test_the_first_column_is_as_wide_as_its_texts_within_reason(longest: int, width: int) -> None:
    assert int(sheet(book((("", "s"), ("x" * longest, 1.0)))).column_dimensions["A"].width) == width


def test_an_independent_validator_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(book())

    assert OpenXmlValidator().validate(tmp_path / "book.xlsx").errors == []


def test_a_workbook_does_not_know_when_it_was_made_nor_what_was_made_before_it() -> None:
    one = Workbooks("")

    first, _, again = (one.workbook("Data", rows, "0") for rows in (TRADE, TRADE[:1], TRADE))

    assert first == again == Workbooks("").workbook("Data", TRADE, "0")
    assert {member.date_time for member in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("column", [0, 1, 25, 26, 27, 701, 702, 16383])
def test_columns_are_named_as_programs_name_them(column: int) -> None:
    assert column_letters(column) == openpyxl.utils.get_column_letter(column + 1)
