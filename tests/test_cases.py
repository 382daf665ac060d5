"""tests/cases/*.md → what `ijreport check` says of each of their projects, word for word.

A case is a `##` heading, a word on what the author did, the files that differ from the smallest project, and what the
command prints. A file's fence says its language and its path. Four languages are not what the file holds but how it is
made: `python` is an expression of its bytes or text, `symlink` its target, `missing` takes the file away, and `console`
is the command with the expected output; `pytest --update` rewrites that.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from ijreport import cli

CASES = Path(__file__).resolve().parent / "cases"
_FENCE = re.compile(r"^````(\w+) ?(.*)\n((?:(?!````).*\n)*?)````$", re.MULTILINE)
_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    title: str
    text: str

    @property
    def fences(self) -> list[tuple[str, str, str]]:
        """Language, path and body of each fence."""
        return [(match[1], match[2], match[3]) for match in _FENCE.finditer(self.text)]

    @property
    def console(self) -> str:
        return next(body for language, _, body in self.fences if language == "console")


def _cases() -> list[Case]:
    found = []
    for file in sorted(CASES.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        bare = _FENCE.sub(lambda fence: " " * len(fence[0]), text)  # headings inside files are not ours
        headings = list(_HEADING.finditer(bare))
        ends = [heading.start() for heading in headings[1:]] + [len(text)]
        found += [Case(file, one[1], text[one.end() : end]) for one, end in zip(headings, ends, strict=True)]
    return found


ALL = _cases()


@pytest.mark.parametrize("case", ALL, ids=[f"{case.file.stem}: {case.title}" for case in ALL])
def test_what_the_author_is_told(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    folder = request.getfixturevalue("project")()
    for language, path, body in case.fences:
        if language != "console":
            _write(folder / path, language, body)
    command = case.console.split("\n", 1)[0]
    arguments = shlex.split(command.removeprefix("$ ijreport ").removesuffix("; echo $?"))
    monkeypatch.chdir(folder)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    code = cli.main(arguments)
    told = capsys.readouterr()
    actual = f"{command}\n{told.out}{told.err}{code}\n"
    if request.config.getoption("--update"):
        _update(case, actual)
        return
    assert case.console == actual
    assert not (folder / "build").exists()


def _write(file: Path, language: str, body: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    match language:
        case "python":
            made = eval(body)  # noqa: S307 - our own cases, which a test runs as it runs code
            file.write_bytes(made.encode() if isinstance(made, str) else made)
        case "symlink":
            file.unlink(missing_ok=True)
            file.symlink_to(body.strip())
        case "missing":
            file.unlink()
        case _:
            file.write_text(body, encoding="utf-8")


def _update(case: Case, actual: str) -> None:
    old = f"````console\n{case.console}````"
    text = case.file.read_text(encoding="utf-8")
    before, title, after = text.partition(f"\n## {case.title}\n")
    case.file.write_text(before + title + after.replace(old, f"````console\n{actual}````", 1), encoding="utf-8")
