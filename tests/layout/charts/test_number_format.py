"""Patterns of ECMA-376 18.8.31 read as spreadsheets read them."""

from __future__ import annotations

import pytest

from ijreport.layout.charts.number_format import default_pattern, format_number


@pytest.mark.parametrize(
    "value,pattern,expected",
    [
        (22.8, "0.0", "22.8"),
        (21, "0.0", "21.0"),
        (500000, "#,##0", "500,000"),
        (0.25, "0%", "25%"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (-0.001, "0.0", "0.0"),
        (7, "0000", "0007"),
        (1234567, "0.0,,", "1.2"),
        (1, '"US$"0.0" bn"', "US$1.0 bn"),
        (3, '"a;b"0', "a;b3"),
        (1234, "[$¥-411]#,##0", "¥1,234"),
        (-3, "#,##0;[Red](#,##0)", "(3)"),
        (0, '0;-0;"none"', "none"),
        (5, "+0;-0", "+5"),
        (1.5, "0.00E+00", "1.50E+00"),
        (1e300, "0", "1" + "0" * 300),
        (22.8, "", "22.8"),
        (500000, "General", "500,000"),
        (1e-9, "", "1E-9"),
    ],
)
def test_numbers_read_as_in_a_spreadsheet(value: float, pattern: str, expected: str) -> None:
    assert expected == format_number(value, pattern, "en")


def test_separators_are_the_languages() -> None:
    assert format_number(1234.5, "#,##0.0", "de-AT") == "1.234,5"


@pytest.mark.parametrize("pattern", ["abc", "yyyy-mm-dd", "# ?/?", "0;0;0;0", "[>100]0", '"only words"', "@"])
def test_a_pattern_that_is_not_a_numbers_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="0"):
        format_number(1, pattern, "en")


def test_the_default_pattern_shows_the_smallest_value() -> None:
    assert default_pattern([22.8, 21]) == "#,##0.0"
    assert default_pattern([1, 22.75]) == "#,##0.00"
    assert format_number(0.001, default_pattern([1000, 0.001]), "en") == "0.001"
    assert default_pattern([0, 0.0]) == "#,##0"
