"""Binding nodes to structs: there and back, and every mistake at its place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from ijreport.content.bind import FloatValue, IntValue, TextValue, bind, free, place_of
from ijreport.content.models import Report
from ijreport.content.reader import FORBIDDEN, compose
from ijreport.diagnostics import Diagnostics
from ijreport.source import SourceFile, Span

TEXT = st.text(max_size=20).filter(lambda text: not FORBIDDEN.search(text))
NUMBER = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


class Inner(Struct, frozen=True):
    kind: Literal["first", "second"]
    values: tuple[float | None, ...] = ()


class Outer(Struct, frozen=True):
    name: str
    count: int
    share: float
    sure: bool
    day: date | None = None
    inner: Inner | None = None
    tags: tuple[str, ...] = ()
    notes: dict[str, str] | None = None
    either: str | tuple[str, ...] = ""


INNER = st.builds(Inner, st.sampled_from(["first", "second"]), st.lists(st.one_of(st.none(), NUMBER)).map(tuple))
OUTER = st.builds(
    Outer,
    name=TEXT,
    count=st.integers(-(10**30), 10**30),
    share=NUMBER,
    sure=st.booleans(),
    day=st.one_of(st.none(), st.dates()),
    inner=st.one_of(st.none(), INNER),
    tags=st.lists(TEXT).map(tuple),
    notes=st.one_of(st.none(), st.dictionaries(TEXT, TEXT)),
    either=st.one_of(TEXT, st.lists(TEXT).map(tuple)),
)


def plain(value: Any) -> Any:
    """A value as JSON has it, which is YAML."""
    if isinstance(value, (Inner, Outer)):
        return {name: plain(getattr(value, name)) for name in type(value).__struct_fields__}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def bound(text: str, wanted: Any) -> tuple[Any, Diagnostics]:
    found = Diagnostics()
    node = compose(SourceFile("f.yaml", text), found)
    assert node is not None
    return bind(node, wanted, found), found


@given(OUTER)
def test_what_is_written_comes_back(value: Outer) -> None:
    text = json.dumps(plain(value), ensure_ascii=False)
    assert bound(text, Outer)[0] == value


@given(OUTER)
def test_values_know_their_place(value: Outer) -> None:
    text = json.dumps(plain(value), ensure_ascii=False)
    back, _ = bound(text, Outer)
    for one in (back.name, back.count, back.share, *back.tags):
        assert isinstance(one, (TextValue, IntValue, FloatValue))
        assert json.loads(text[one.span.start : one.span.end]) == one


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), TEXT, NUMBER),
                    lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXT, inner)), max_leaves=20))  # fmt: skip
def test_any_data_binds_or_is_told(data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False)
    for wanted in (Outer, Report, dict[str, Inner]):
        value, found = bound(text, wanted)
        assert (value is None) == bool(found.errors)
        for one in found:
            assert one.span
            assert 0 <= one.span.start <= one.span.end <= len(text)


def test_an_alias_of_a_faulty_node_is_faulty_too() -> None:
    """The fault is told once, for it stands at one place."""
    value, found = bound("a: &x {kind: third}\nb: *x\n", dict[str, Inner])
    assert value is None
    [*told] = found
    assert [str(one.span) for one in told] == ["f.yaml:1:14", "f.yaml:1:14"]


def test_digits_of_a_text_stay_as_they_were_typed() -> None:
    value, _ = bound("{name: 1.10, count: 0x10, share: 2, sure: true}", Outer)
    assert (value.name, value.count, value.share) == ("1.10", 16, 2.0)


def test_a_number_too_large_to_compute_with_is_refused() -> None:
    for number in ("1e999", "9" * 400):
        value, [told] = bound(f"{{name: a, count: 1, share: {number}, sure: true}}", Outer)
        assert value is None
        assert told.message == "'share' of an outer is too large a number"


def test_free_data_keeps_its_places() -> None:
    found = Diagnostics()
    node = compose(SourceFile("f", "{a: [one, 2, 3.5, ~, true], b: {c: d}}"), found)
    assert node is not None
    data = free(node, found)
    assert data == {"a": ["one", 2, 3.5, None, True], "b": {"c": "d"}}
    assert list(map(str, (place_of(one) for one in data["a"][:3]))) == ["f:1:6", "f:1:11", "f:1:14"]
    assert place_of(next(iter(data))) == Span(node.span.file, 1, 2)
