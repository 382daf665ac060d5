"""structure/*.md → the structure tree of the PDF that each of their texts becomes, as pikepdf reads it.

Of each case (see literate.py) the tree is told.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace

from ijreport.layout.elements import Element
from ijreport.layout.typesetting.text import SetParagraph
from tests.literate import Case, cases, titles

ALL = cases(Path(__file__).resolve().parent / "structure", ("structure",))


def test_a_paragraph_over_pages_is_one_element(print_of: Callable[..., Path], structure: Callable[[Path], str]) -> None:
    lines = structure(print_of("# Long\n\n" + "word " * 2000)).splitlines()

    assert [line.partition(":")[0].strip() for line in lines if "on " in line] == ["P on 2–5"]


def test_a_table_over_pages_is_one_and_its_header_said_once(
    print_of: Callable[..., Path], structure: Callable[[Path], str]
) -> None:
    rows = "\n".join(f"| {number} | x |" for number in range(100))
    told = structure(print_of(f"| Number | Letter |\n| --- | --- |\n{rows}\n")).splitlines()

    assert [told.count(line) for line in ("  Table", "    THead", "        TH Column: Number")] == [1, 1, 1]
    assert [line.strip() for line in told if "TD" in line][:200:2] == [f"TD: {number}" for number in range(100)]


def test_the_title_above_the_text_is_said_before_it(
    print_of: Callable[..., Path], structure: Callable[[Path], str]
) -> None:
    theme = "page: {cover: head}\n"
    told = structure(print_of("Text\n", files={"templates/theme.yaml": theme}))

    assert told == "Document\n  Sect\n    P: A small report\n    P: September 1, 2025\n  P: Text\n"


def test_numbers_belong_to_their_headings(print_of: Callable[..., Path], structure: Callable[[Path], str]) -> None:
    theme = "page: {cover: none, numbering: 2}\n"
    file = print_of("# One\n\n## Inside\n\n# Two\n", files={"templates/theme.yaml": theme})

    assert (
        structure(file)
        == """\
Document
  Sect
    H1: Contents
    TOC
      TOCI
        Lbl: 1\x20
        Reference
          Link: One 2 @@
      TOC
        TOCI
          Lbl: 1.1\x20
          Reference
            Link: Inside 2 @@
      TOCI
        Lbl: 2\x20
        Reference
          Link: Two 2 @@
  Sect
    H1: 1 One
    Sect
      H2: 1.1 Inside
  Sect
    H1: 2 Two
"""
    )
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == ["Contents", "1 One", "2 Two"]


def test_belonging_somewhere_changes_nothing_else() -> None:
    text = SetParagraph(**{name: object() for name in SetParagraph.__struct_fields__})  # type: ignore[arg-type]  # of any kind
    element, label = Element("P"), Element("Lbl")

    assert replace(text, element=element, label_element=label) == text.belonging_to(element, label)


@pytest.mark.parametrize("case", ALL, ids=titles(ALL))
def test_what_a_text_becomes(case: Case, structure_of: Callable[..., str], request: pytest.FixtureRequest) -> None:
    case.check(structure_of(case.text, case.language or "en"), request)
