"""structure/*.md → the structure tree of the PDF that each of their texts becomes, as pikepdf reads it.

A case is a `##` heading, the text an author wrote (`md`), and the tree (`structure`). `pytest --update` rewrites the
second; read what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from ijreport.layout.elements import Element
from ijreport.layout.text import SetParagraph

FOLDER = Path(__file__).resolve().parent / "structure"
_CASE = re.compile(r"^## ([^\n]+)\n\n`{5}md ?(\w*)\n(.*?)`{5}\n\n`{5}structure\n(.*?)`{5}$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    title: str
    language: str
    text: str
    expected: str


def _cases() -> list[Case]:
    found = []
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        cases = [Case(file, *match.groups()) for match in _CASE.finditer(text)]
        assert len(cases) == text.count("`````md"), f"a case of {file.name} is not written as a case"
        found += cases
    return found


ALL = _cases()


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


def test_belonging_somewhere_changes_nothing_else() -> None:
    text = SetParagraph(**{field.name: object() for field in fields(SetParagraph)})  # type: ignore[arg-type]  # of any kind
    element, label = Element("P"), Element("Lbl")

    assert replace(text, element=element, label_element=label) == text.belonging_to(element, label)


@pytest.mark.parametrize("case", ALL, ids=[f"{case.file.stem}: {case.title}" for case in ALL])
def test_what_a_text_becomes(case: Case, structure_of: Callable[..., str], request: pytest.FixtureRequest) -> None:
    actual = structure_of(case.text, case.language or "en")
    if request.config.getoption("--update"):
        text = case.file.read_text(encoding="utf-8")
        before, title, after = text.partition(f"## {case.title}\n")
        after = after.replace(f"`````structure\n{case.expected}`````", f"`````structure\n{actual}`````", 1)
        case.file.write_text(before + title + after, encoding="utf-8")
        return
    assert case.expected == actual
