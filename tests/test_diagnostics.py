"""Findings: each once, in order, and as a person reads them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijreport.diagnostics import (
    ContentError,
    Diagnostic,
    Diagnostics,
    as_github,
    as_sarif,
    as_text,
    did_you_mean,
    record,
    visible,
    wants_colour,
)
from ijreport.source import SourceFile, Span

FILE = SourceFile("content/x.yaml", "first: 1\nsecond: 2\n")


def error(start: int, end: int, message: str = "wrong", file: SourceFile = FILE) -> Diagnostic:
    return Diagnostic("error", "code", message, Span(file, start, end))


def text(one: Diagnostic, columns: int = 106) -> list[str]:
    return as_text([one], columns=columns).splitlines()


# -- collecting ------------------------------------------------------------------------------------------------


def test_one_fault_at_one_place_is_one_finding() -> None:
    """Two outputs meet it with other hints and traces, and with the file read twice."""
    found = Diagnostics()
    again = SourceFile(FILE.path, FILE.text)
    found.add(error(0, 5))
    found.add(Diagnostic("error", "code", "wrong", Span(again, 0, 5), "a hint", (("first at", Span(FILE, 9, 15)),)))
    found.add(error(9, 15))
    assert len(found) == 2


def test_findings_are_told_file_by_file_from_the_top() -> None:
    other = SourceFile("content/a.yaml", "x: 1\n")
    found = Diagnostics()
    nowhere = Diagnostic("error", "code", "nowhere")
    for one in (nowhere, error(9, 15), error(0, 1, file=other), error(0, 5)):
        found.add(one)
    assert found.in_order() == [error(0, 5), error(9, 15), error(0, 1, file=other), nowhere]


def test_a_stage_ends_with_all_its_errors() -> None:
    found = Diagnostics()
    found.warning("code", "careful")
    found.end_stage()
    found.error("code", "wrong")
    found.error("code", "wrong too")
    with pytest.raises(ContentError):
        found.end_stage()
    assert (found.errors, found.warnings) == (2, 1)


def test_a_fault_told_again_is_counted_once() -> None:
    found = Diagnostics()
    found.error("bad", "A fault")
    for one in [*found, *found]:
        found.add(one)
    found.error("bad", "A fault")
    found.make_strict()

    assert (len(found), found.errors, found.told) == (1, 1, 4)


def test_strict_turns_warnings_into_errors() -> None:
    found = Diagnostics()
    found.warning("code", "careful", Span(FILE, 0, 5), "a hint")
    found.make_strict()
    assert list(found) == [Diagnostic("error", "code", "careful", Span(FILE, 0, 5), "a hint")]
    assert (found.errors, found.warnings) == (1, 0)


# -- text ------------------------------------------------------------------------------------------------------


def test_the_caret_stands_under_wide_characters() -> None:
    file = SourceFile("f", "名: 東京 x\n")
    assert text(error(6, 7, file=file))[1:] == ["    1 | 名: 東京 x", "      |          ^"]
    assert text(error(3, 5, file=file))[2] == "      |     ^^^^"


def test_the_caret_stands_under_combining_and_hidden_characters() -> None:
    file = SourceFile("f", "e\u0301\x07 x")
    assert text(error(4, 5, file=file))[1:] == ["    1 | e\u0301<U+0007> x", "      |           ^"]


@given(st.integers(0, 400), st.integers(0, 30), st.integers(30, 200))
def test_an_excerpt_of_a_long_line_keeps_within_the_columns(start: int, length: int, columns: int) -> None:
    file = SourceFile("f", "".join(chr(97 + n % 26) for n in range(400)))
    lines = text(error(start, min(400, start + length), file=file), columns)
    assert max(map(len, lines[1:])) <= columns
    if start < 400:
        assert lines[1][lines[2].index("^")] == file.text[start]


def test_an_empty_line_has_no_excerpt() -> None:
    assert text(error(0, 0, file=SourceFile("f", ""))) == ["f:1:1: error[code]: wrong"]


@given(st.text())
def test_nothing_that_is_printed_moves_the_cursor(said: str) -> None:
    assert all(c.isprintable() or c == "\u3000" for c in visible(said))
    file = SourceFile("f", said)
    one = Diagnostic("error", "code", said, Span(file, 0, len(said)), said)
    assert "\x1b" not in as_text([one])
    assert "\r" not in as_text([one])


# -- programs --------------------------------------------------------------------------------------------------


@given(st.text(), st.text(min_size=1))
def test_github_keeps_to_one_line(path: str, message: str) -> None:
    out = as_github([error(0, 0, message, SourceFile(path, ""))])
    assert out.startswith("::error file=")
    assert out.count("\n") == 1
    assert "\r" not in out


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_sarif_is_json_with_uris(path: str) -> None:
    log = json.loads(as_sarif([error(0, 0, file=SourceFile(path, ""))]))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert " " not in uri


def test_a_record_has_only_what_is_known() -> None:
    assert record(Diagnostic("note", "code", "so")) == {"severity": "note", "code": "code", "message": "so"}
    line = Diagnostic("note", "code", "so", FILE.line_span(2))
    assert record(line) == {
        "severity": "note", "code": "code", "message": "so", "file": "content/x.yaml", "line": 2
    }  # fmt: skip


# -- small things ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name,known,hint",
    [
        ("trad", ["trade", "tea"], "did you mean 'trade'?"),
        ("xyz", ["b", "a"], "known here: a, b"),
        ("xyz", list("abcdefghij"), "known here: a, b, c, d, e, f, g, h, …"),
        ("xyz", [], ""),
    ],
)
def test_did_you_mean(name: str, known: list[str], hint: str) -> None:
    assert did_you_mean(name, known) == hint


@pytest.mark.parametrize(
    "terminal,environment,colour",
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(terminal: bool, environment: dict[str, str], colour: bool) -> None:
    assert wants_colour(terminal, environment) == colour
