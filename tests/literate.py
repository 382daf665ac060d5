"""Markdown files of cases → their parts: a title, what an author wrote, and what comes of it.

A case is a `##` heading and fences of five backticks: perhaps a `theme`, an `md` with the text, its language beside it,
and one with what is expected, named after what that is. A `theme` before the first case is that of all cases in the
file. With `pytest --update`, `check` writes what came out into the file; read what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_THEME = re.compile(r"^`{5}theme\n(.*?)`{5}$", re.MULTILINE | re.DOTALL)
_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<head>(?:(?!## |`{5}md).*\n|`{5}theme\n(?:(?!`{5}).*\n)*`{5}\n)*)"
    r"`{5}md ?(?P<language>\w*)\n(?P<text>(?s:.*?))`{5}\n\n`{5}(?P<form>\w+)\n(?P<expected>(?s:.*?))`{5}$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    title: str
    theme: str
    language: str
    text: str
    form: str
    """What is expected: the name of its fence."""
    expected: str

    def check(self, actual: str, request: pytest.FixtureRequest) -> None:
        if request.config.getoption("--update"):
            text = self.file.read_text(encoding="utf-8")
            before, title, after = text.partition(f"## {self.title}\n")
            fence = f"`````{self.form}\n{{}}`````"
            after = after.replace(fence.format(self.expected), fence.format(actual), 1)
            self.file.write_text(before + title + after, encoding="utf-8")
            return
        assert self.expected == actual


def cases(folder: Path, forms: Sequence[str]) -> list[Case]:
    """All cases of a folder's files, each of which expects one of the `forms`."""
    return [case for file in sorted(folder.glob("*.md")) for case in _read(file, forms)]


def _read(file: Path, forms: Sequence[str]) -> Iterator[Case]:
    whole = file.read_text(encoding="utf-8")
    common = _THEME.search(whole.partition("\n## ")[0])
    found = list(_CASE.finditer(whole))
    assert len(found) == whole.count("`````md"), f"a case of {file.name} is not written as a case"
    for case in found:
        assert case["form"] in forms, f"{file.name}: {case['title']}"
        theme = _THEME.search(case["head"]) or common
        given = (case[name] for name in ("language", "text", "form", "expected"))
        yield Case(file, case["title"], theme[1] if theme else "", *given)


def titles(found: Sequence[Case]) -> list[str]:
    """The names under which pytest runs them."""
    return [f"{case.file.stem}: {case.title}" for case in found]
