"""The YAML reader: what it takes scalars for, and that no text of a stranger hangs or breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ijreport.content.reader import FORBIDDEN, Mapping, Node, Scalar, Sequence, compose, read_text, resolve
from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.source import SourceFile, Span

# Text that is nearly YAML finds more than text that is nothing.
PIECES = st.sampled_from(
    [
        *"abc01-?:,[]{}#&*!|>'\"%@` \n\t\\",
        "- ",
        ": ",
        "&a ",
        "*a",
        "<<",
        "---\n",
        "...\n",
        "\n  ",
        "!!str ",
        '"\\x00"',
        "日",
    ]
)
NEARLY_YAML = st.lists(PIECES, max_size=40).map("".join)
QUICK = settings(max_examples=300, deadline=2000)


def read(text: str) -> tuple[Node | None, list[Diagnostic]]:
    found = Diagnostics()
    return compose(SourceFile("f.yaml", text), found), list(found)


def nodes(node: Node | None) -> list[Node]:
    match node:
        case None:
            return []
        case Scalar():
            return [node]
        case Sequence(items=items):
            return [node, *(inner for item in items for inner in nodes(item))]
        case Mapping(entries=entries):
            return [node, *(inner for key, value in entries for inner in (key, *nodes(value)))]


def check_span(span: Span) -> None:
    assert 0 <= span.start <= span.end <= len(span.file.text)
    str(span)


@QUICK
@given(st.one_of(NEARLY_YAML, st.text().filter(lambda text: not FORBIDDEN.search(text))))
@example("a: [" + "[" * 70)
@example("&a [*a]")
@example("? [a]\n: 1")
@example("'")
@example('"\\ud800"')
@example("\ufeff")
def test_any_text_gives_a_node_or_a_diagnostic(text: str) -> None:
    node, found = read(text)
    for one in found:
        assert one.span
        check_span(one.span)
        for _, span in one.trace:
            check_span(span)
    for inner in nodes(node):
        check_span(inner.span)
        if isinstance(inner, Scalar):
            resolve(inner)


@settings(QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=60), NEARLY_YAML.map(str.encode), st.text().map(lambda text: text.encode("utf-16")))
)
@example(b"\xef\xbb\xbfa: 1\r\n")
@example(b"\xef\xbb")
def test_any_bytes_give_a_file_or_a_diagnostic(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(data)
    found = Diagnostics()
    source = read_text(file, "f.yaml", found)
    assert (source is None) == bool(found.errors)
    for one in found:
        assert one.span
        check_span(one.span)
    if source:
        compose(source, found)


@QUICK
@given(NEARLY_YAML)
def test_what_it_reads_is_what_pyyaml_reads(text: str) -> None:
    """The texts of the nodes, for everything both accept."""
    node, found = read(text)
    if found:
        return
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    scalars = [event.value for event in yaml.parse(text, Loader=loader) if isinstance(event, yaml.ScalarEvent)]
    if "*" not in text:
        assert [one.text for one in nodes(node) if isinstance(one, Scalar)] == scalars


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.integers(0, 20))
def test_a_stretch_of_a_file_has_its_places_in_the_file(before: str, blank: int) -> None:
    if FORBIDDEN.search(before):
        return
    text = before + "\n" * (blank + 1) + "key: [one, two]\n" + before
    start = len(before) + blank + 1
    node = compose(SourceFile("f", text), Diagnostics(), start, start + 16)
    assert [text[one.span.start : one.span.end].rstrip("\n") for one in nodes(node)] == [
        "key: [one, two]", "key", "[one, two]", "one", "two"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text,value",
    [
        ("", None), ("~", None), ("null", None), ("true", True), ("False", False),
        ("no", "no"), ("on", "on"), ("12:30", "12:30"), ("2025-08-29", "2025-08-29"), ("1e", "1e"), ("0x", "0x"),
        ("12", 12), ("+12", 12), ("-3", -3), ("010", 10), ("0o17", 15), ("0xff", 255), ("10_000", 10000),
        ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1_000.5", 1000.5), ("_1", "_1"), ("1__0", "1__0"),
        ("9" * 1000, int("9" * 1000)), ("9" * 1001, "9" * 1001),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    actual = resolve(Scalar(text, True, Span(SourceFile("f", text), 0, len(text))))
    assert actual == value
    assert type(actual) is type(value)


def test_quoted_scalars_are_texts() -> None:
    node, _ = read("['12', \"true\"]")
    assert [resolve(one) for one in nodes(node) if isinstance(one, Scalar)] == ["12", "true"]


def test_an_alias_stands_for_what_it_names() -> None:
    node, found = read("a: &x [1, 2]\nb: *x\n")
    assert not found
    assert isinstance(node, Mapping)
    assert node.get("b") is node.get("a")
