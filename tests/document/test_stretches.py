"""A document is the same in however many stretches it is parsed: blocks, places, findings and their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from ijreport import forked
from ijreport.content.load import Content, load
from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.document.blocks import Metadata
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.document.stretches import Each, Parsed, Stretch, apart, cut, in_turn
from ijreport.document.template import Renderer
from ijreport.source import Span
from tests.generated import BLOCK, GENERATED
from tests.literate import cases

EVERYWHERE = 1_000_000
"""So many stretches as there are headings."""


def said(origins: Origins, count: int, each: Each = in_turn) -> list[object]:
    """All of a document, spelled out, or that the stage ended; then all that was found."""
    found = Diagnostics()
    try:
        document: object = parse(origins, Metadata("A report"), found, count, each, least=1)
    except ContentError:
        document = None
    return [spelled(document), *map(spelled, found)]


def spelled(value: object) -> object:
    """A value with its places, which are no part of equality."""
    match value:
        case Span():
            return str(value), value.end, spelled(value.printed), spelled(value.printer)
        case Struct():
            return type(value).__name__, *(spelled(getattr(value, name)) for name in value.__struct_fields__)
        case tuple():
            return tuple(map(spelled, value))
        case _:
            return value


def plain(markdown: str) -> Origins:
    return Origins("text.md", markdown, Stamps())


class Watched:
    """Parses stretches in turn, and remembers what they said."""

    def __init__(self) -> None:
        self.parsed: list[Parsed] = []

    def __call__(self, work: Callable[[Stretch], Parsed], stretches: Sequence[Stretch]) -> list[Parsed]:
        self.parsed = in_turn(work, stretches)
        return self.parsed


# -- in stretches as in one ------------------------------------------------------------------------------------

UNLUCKY = [
    "Text\n",
    "Text with a footnote^[This one.] and ^[*another*].\n",
    "Text with `code ^[x]` or ^[ that is none, or \\^[one] escaped\n",
    "A warning: <b>HTML</b>\n",
    "A warning in a footnote^[<b>HTML</b>]\n",
    "An error: [words](file:x)\n",
    "- a list\n\n  of two\n",
    "- a list\n",
    "1. in it\n\n   ::: callout\n   Text\n   :::\n",
    "> quoted\n",
    "> lazily\nquoted\n",
    "> ```\n> code\n",
    "```\ncode\n",
    "```\ncode\n    ```\n",
    "```\n",
    "~~~~\n",
    "- ```\n  code\n",
    "<!-- a comment\n\nwith\n",
    "- <!-- a comment\n\n  with\n",
    "the end -->\n",
    "::: notes\nText\n",
    ":::: callout\n",
    ":::\n",
    "::::\n",
    "::: columns\n::: column\nA\n",
    "::: column\nB\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "| a | b |\n",
    "|---|---|\n",
    ": A caption {#one}\n",
    "Setext\n===\n",
    "A paragraph\n",
    "---\n",
    "[link]: https://example.org\n",
    "A [link] and [words][link]\n",
    "A note[^n] of [^none].\n",
    "[^n]: It says\n",
    "    code\n",
    "\n",
    "```stats\n- {value: 1, label: One}\n",
    "```timeline\n# comment\n",
    "<div>\n",
]
HEADINGS = [
    "## Heading\n",
    "## Identified {#one}\n",
    "## The other {#two}\n",
    "## A | b\n",
    "## With a note^[Below.]\n",
    "##\n",
]
FRONT = ["", "---\ntitle: x\n---\n"]


ENDS = [
    "```\n",
    "~~~~\n",
    "the end -->\n",
    ":::\n",
    "::::\n",
    ": A caption\n",
    "|---|---|\n",
    "[link]: /x\n",
    "[^n]: It says\n",
]
"""What may end something that began before a heading, or mean something to what stands there."""


@pytest.mark.parametrize("second", [*ENDS, *(pytest.param(one, marks=pytest.mark.slow) for one in UNLUCKY)])
def test_what_stands_before_a_heading_and_behind_it_is_the_same_in_stretches(second: str) -> None:
    for first, blank, heading in product(UNLUCKY, ["", "\n"], HEADINGS[:2]):
        origins = plain(f"Text\n\n{first}{blank}{heading}{second}")
        assert [said(origins, 1), origins.source.text] == [said(origins, EVERYWHERE), origins.source.text]


@pytest.mark.parametrize(
    "text",
    [
        # What looks like a fence's end is none, and what follows could be read as fences either way.
        "## A\n\n```\ncode\n    ```\n## B\n```\n\n````\nx\n```\n````\n",
        # Definitions that do not look like one: over two lines, and on the first line of all.
        "[a\nlink]: https://example.org\n\n## B\n\nTo [a link] and [a link][]\n",
        "[^n]: It says\n\n## B\n\nText[^n]\n",
        # What looks like a footnote before one.
        "`^[x]`\n\n## B\n\nText^[A note]\n",
    ],
    ids=["fences", "link", "footnote", "number"],
)
def test_what_could_be_read_otherwise_in_stretches_is_not(text: str) -> None:
    watched = Watched()
    assert said(plain(text), 1) == said(plain(text), EVERYWHERE, watched)
    assert len(watched.parsed) > 1
    assert not apart(watched.parsed)


@given(
    st.sampled_from(FRONT),
    st.lists(
        st.one_of(st.sampled_from(HEADINGS), st.sampled_from(UNLUCKY), BLOCK.map("{}\n".format), GENERATED), max_size=12
    ).map("".join),
    st.sampled_from([2, 3, EVERYWHERE]),
)
def test_whatever_is_written_is_the_same_in_stretches(front: str, text: str, count: int) -> None:
    origins = plain(front + text)
    assert said(origins, 1) == said(origins, count)


DIALECT = [case.text for case in cases(Path(__file__).resolve().parent / "dialect", ("blocks",))]


@pytest.mark.parametrize("first", DIALECT)
def test_the_dialect_is_the_same_in_stretches(first: str) -> None:
    for second in (first, DIALECT[0]):
        origins = plain(f"{first}\n## Heading\n\n{second}\n## Another\n\nText")
        assert said(origins, 1) == said(origins, EVERYWHERE)


@pytest.fixture(scope="module", params=["briefing.md.j2", "deck.md.j2"])
def rendered(request: pytest.FixtureRequest, flagship: Path) -> Origins:
    diagnostics = Diagnostics()
    project = Project(flagship, diagnostics)
    content: Content = load(project, diagnostics)
    return Renderer(project, content, diagnostics).render(request.param, "out.md", None)


@pytest.mark.parametrize("count", [2, 7, EVERYWHERE])
def test_the_flagship_is_parsed_in_stretches_and_the_same(rendered: Origins, count: int) -> None:
    watched = Watched()
    assert said(rendered, 1) == said(rendered, count, watched)
    assert len(watched.parsed) >= min(count, 15)
    assert apart(watched.parsed)  # or it would have been parsed in one after all


# -- where it is cut -------------------------------------------------------------------------------------------


def test_stretches_are_cut_before_headings_and_are_together_the_text() -> None:
    text = "".join(f"## Slide {number}\n\nText^[Note {number}]\n\n" for number in range(100))
    stretches = cut(text, 4, least=1)

    assert len(stretches) == 4
    assert "".join(text[one.start : one.end] for one in stretches) == text
    for one in stretches:
        assert text[one.start :].startswith("## ")
        assert one.line == text[: one.start].count("\n")
        assert one.footnotes == text[: one.start].count("^[")
        assert one.end - one.start == pytest.approx(len(text) / 4, rel=0.2)


@pytest.mark.parametrize("more", ["[a]: https://example.org\n", "> - [^1]: A note\n", "A return:\r\n"])
def test_what_is_the_whole_texts_keeps_it_in_one(more: str) -> None:
    text = "## A\n\nIt says [@a]: yes\n\n## B\n\n"
    assert len(cut(text, 2, least=1)) == 2
    assert len(cut(text + more, 2, least=1)) == 1


def test_a_short_text_stays_in_one() -> None:
    text = "## A\n\n" * 1000
    assert [len(cut(text, 4, least)) for least in (len(text), len(text) // 2, len(text) // 3, 1)] == [1, 2, 3, 4]


# -- in other processes ----------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # 3.12 on: pytest-xdist's threads are idle here
@pytest.mark.parametrize("cores", [2], indirect=True)
def test_what_comes_from_other_processes_is_the_same(rendered: Origins, cores: int) -> None:
    each = partial(forked.for_each, shared=rendered.shared())
    assert said(rendered, 1) == said(rendered, 2, each)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("cores", [2], indirect=True)
def test_places_from_other_processes_are_in_the_same_files(rendered: Origins, cores: int) -> None:
    files = {id(file) for file in rendered.shared()}
    each = partial(forked.for_each, shared=rendered.shared())
    document = parse(rendered, Metadata("A report"), Diagnostics(), 2, each, least=1)

    spans = [block.span for block in document.blocks if block.span]
    assert {id(span.file) for span in spans} <= files
