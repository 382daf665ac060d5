"""The way back: a block knows its template's line, and the place in the content of what was printed into it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ijreport.content.load import load
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.document.template import Renderer
from ijreport.document.walking import inlines_of, walk
from ijreport.source import SourceFile, Span

ProjectFactory = Callable[..., Path]

CONTENT = """\
title: Summit
lead: |
  First line.

  Second line.
points: [alpha, beta]
people:
  - name: Modi
    role: Prime Minister
"""


@pytest.fixture
def document(project: ProjectFactory) -> Callable[[str], blocks.Document]:
    """The document of a template over CONTENT, as `data`."""

    def make(template: str) -> blocks.Document:
        diagnostics = Diagnostics()
        found = Project(project({"templates/main.md.j2": template, "content/data.yaml": CONTENT}), diagnostics)
        renderer = Renderer(found, load(found, diagnostics), diagnostics)
        return parse(renderer.render("main.md.j2", "main.md", None), blocks.Metadata("A report"), diagnostics)

    return make


def places(document: blocks.Document) -> Iterator[tuple[str, str]]:
    """The place of each text, and the text."""
    for block in walk(document.blocks):
        for text in (one for line in inlines_of(block) for one in line if isinstance(one, blocks.Text)):
            yield str(text.span).removeprefix("templates/main."), text.content


def test_text_of_a_template_knows_its_line(document: Callable[[str], blocks.Document]) -> None:
    template = "# One\n\n{% if true %}\n- two\n{% endif %}\n- three\n\n| four |\n|---|\n| five |\n"

    assert list(places(document(template))) == [
        ("md.j2:1:1", "One"),
        ("md.j2:4:1", "two"),
        ("md.j2:6:1", "three"),
        ("md.j2:8:1", "four"),
        ("md.j2:10:1", "five"),
    ]


@pytest.mark.parametrize(
    "template,line",
    [
        ("one\n\n\n- a\n- MARK\n", 5),
        ("{{ data.lead }}\n\nMARK\n", 3),  # the value has lines of its own
        ("So {{ data.title }} and {{ data.title }}\n\nMARK\n", 3),
        ("{{ 'one\\n\\nMARK' }}\n", 1),
        ("{% if true %}\none\n\nMARK\n{% endif %}\n", 4),
        ("{% for one in [1, 2] %}\none\n\n{% if loop.last %}MARK{% endif %}\n{% endfor %}\n", 4),
        ("{% set x = 1 %}\none\n\nMARK\n", 4),
        ("{% set x %}\none\n\nMARK\n{% endset %}\n\ntext\n\n{{ x }}\n", 4),
        ("{% filter replace('\\n', '\\n\\n') %}\none\ntwo\nMARK\n{% endfilter %}\n", 4),
        ("{% macro m() %}\none\n\nMARK\n{% endmacro %}\n\ntext\n\n{{ m() | replace('one', 'two\\n\\nthree') }}\n", 4),
        ("{% raw %}\none\n\n{{ MARK }}\n{% endraw %}\n", 4),
    ],
)
def test_a_text_knows_its_line_whatever_stands_before_it(
    template: str, line: int, document: Callable[[str], blocks.Document]
) -> None:
    found = [place for place, text in places(document(template)) if "MARK" in text]
    assert [int(place.split(":")[1]) for place in found] == [line]


def test_text_that_a_value_printed_knows_the_place_of_the_value(document: Callable[[str], blocks.Document]) -> None:
    template = "{{ data.title }}\n\n{% for point in data.points %}\n- {{ point }}\n{% endfor %}\n\n{{ data.lead }}\n"

    assert list(places(document(template))) == [
        ("content/data.yaml:1:8", "Summit"),
        ("md.j2:4", "alpha"),
        ("md.j2:4", "beta"),
        ("content/data.yaml:3:3", "First line."),
        ("content/data.yaml:5:3", "Second line."),
    ]


def test_a_line_knows_the_values_printed_into_it(document: Callable[[str], blocks.Document]) -> None:
    (paragraph,) = document(
        "By {% for one in data.people %}{{ one.name | upper }}, {{ one.role }}{% endfor %}.\n"
    ).blocks
    assert isinstance(paragraph, blocks.Paragraph)
    assert paragraph.span

    assert [str(one) for one in paragraph.span.printed] == ["content/data.yaml:8:11", "content/data.yaml:9:11"]
    assert str(paragraph.span.narrow("Minister")) == "content/data.yaml:9:17"
    assert str(paragraph.span.narrow("By ")) == "templates/main.md.j2:1:1"


def test_a_place_may_come_from_another_process(document: Callable[[str], blocks.Document]) -> None:
    (block,) = document("\n{{ data.title }} so\n").blocks
    sent = pickle.loads(pickle.dumps(block.span))  # noqa: S301 - our own bytes

    assert str(sent) == "templates/main.md.j2:2"
    assert [str(one) for one in sent.printed] == ["content/data.yaml:1:8"]


def test_a_macro_speaks_from_its_own_lines(document: Callable[[str], blocks.Document]) -> None:
    template = (
        "{% macro said(text) %}\n> {{ text }}\n>\n> so\n{% endmacro %}\nBefore\n\n{{ said(data.title) }}\nAfter\n"
    )

    assert list(places(document(template))) == [
        ("md.j2:6:1", "Before"),
        ("md.j2:2", "Summit"),
        ("md.j2:4:1", "so"),
        ("md.j2:9:1", "After"),
    ]


# -- stamps ----------------------------------------------------------------------------------------------------


def test_stamps_leave_no_trace_whatever_is_done_to_them() -> None:
    stamps = Stamps()
    source = SourceFile("a.yaml", "key: value\n")
    stamped = stamps.line(source, 1) + "x " + stamps.value("straße", Span(source, 5, 10)).upper() + " y"
    origins = Origins("out.md", stamped, stamps)

    assert origins.source.text == "x STRASSE y"
    assert str(origins.span(2, 9)) == "a.yaml:1:6"


def test_a_value_inside_a_value_is_the_nearer_one() -> None:
    stamps = Stamps()
    outer, inner = SourceFile("outer.yaml", "ab inner cd"), SourceFile("inner.yaml", "inner")
    nested = "ab " + stamps.value("inner", Span(inner, 0, 5)) + " cd"
    origins = Origins("out.md", stamps.value(nested, Span(outer, 0, 11)), stamps)

    assert str(origins.span(3, 8)) == "inner.yaml:1:1"
    assert str(origins.span(0, 11)) == "outer.yaml:1:1"
    assert str(origins.span(0, 2)) == "outer.yaml:1:1"


def test_half_a_stamp_is_not_printed() -> None:
    stamps = Stamps()
    stamped = stamps.value("value", Span(SourceFile("a.yaml", "value"), 0, 5))

    for cut in range(len(stamped)):
        text = Origins("out.md", stamped[cut:], stamps).source.text
        assert not [c for c in text if "\ue0f0" <= c <= "\ue0f2"]
