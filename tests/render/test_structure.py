"""structure/*.md → the structure tree of the PDF that each of their texts becomes, as pikepdf reads it.

A case is a `##` heading, the text an author wrote (`md`), and the tree (`structure`). `pytest --update` rewrites the
second; read what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

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
