"""Places in files: positions, lines, and the stretch that a word takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijreport.source import SourceFile, Span

LINES = st.text(alphabet="ab\n\r\t 日é🙂", max_size=60)


@given(LINES, st.data())
def test_a_position_counts_what_stands_before_it(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = SourceFile("f", text).position(offset)
    before = text[:offset]
    assert line == before.count("\n") + 1
    assert column == len(before) - (before.rfind("\n") + 1) + 1


@given(LINES, st.integers(-2, 99))
def test_the_span_of_a_line_is_the_line_without_its_indentation(text: str, number: int) -> None:
    file = SourceFile("f", text)
    span = file.line_span(number)
    lines = text.split("\n")
    wanted = lines[min(max(number, 1), len(lines)) - 1].rstrip("\r")
    assert text[span.start : span.end] == wanted.lstrip()
    assert span.line == min(max(number, 1), len(lines))
    assert span.column is None


@pytest.mark.parametrize(
    "text,literal,column",
    [
        ("figure.trade", "trade", 8),
        ("max + a", "a", 7),  # a word of its own goes before a part of one
        ("cab + ab", "ab", 7),
        ("{{ items }} item", "item", 13),
        ("maximal", "a", 2),  # but a part is better than nothing
        ("x | y", "|", 3),
        ("x: [@a; @ab]", "ab", 10),
        ("東京都と東京", "東京", 1),
    ],
)
def test_narrow_finds_a_word(text: str, literal: str, column: int) -> None:
    file = SourceFile("f", text)
    assert Span(file, 0, len(text), exact=False).narrow(literal) == Span(file, column - 1, column - 1 + len(literal))


def test_narrow_stays_inside_the_span() -> None:
    file = SourceFile("f", "word, then the span, then word")
    span = Span(file, 11, 19)
    assert span.narrow("word") is span


def test_narrow_goes_on_into_printed_values() -> None:
    content = SourceFile("content/x.yaml", "role: the host")
    value = Span(content, 6, 14)
    template = Span(SourceFile("t", "{{ role }}"), 0, 10, exact=False, printed=(value,))
    assert template.narrow("host") == Span(content, 10, 14)
    assert template.narrow("role") == Span(template.file, 3, 7)


def test_a_span_prints_as_editors_read_it() -> None:
    file = SourceFile("content/x.yaml", "a: 1\nb: 2\n")
    assert str(Span(file, 8, 9)) == "content/x.yaml:2:4"
    assert str(file.line_span(2)) == "content/x.yaml:2"
