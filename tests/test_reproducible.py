"""The same input gives the same bytes, wherever and whenever; another input gives others."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pptx
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
ProjectFactory = Callable[..., Path]

HERE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "LANG": "C"}
ELSEWHERE = {"PYTHONHASHSEED": "4242", "TZ": "Asia/Tokyo", "LC_ALL": "ja_JP.UTF-8", "LANG": "hi_IN.UTF-8", "HOME": "/"}

UNDATED = """\
title: A small report
language: en
outputs:
  briefing: {format: pdf, template: briefing.md.j2}
  deck: {format: pptx, template: deck.md.j2}
"""
DATED = UNDATED.replace("language", "date: 2025-09-01\nlanguage")
DAY = "1700006400"
"""2023-11-15 00:00 UTC, when it is still the day before in the west and noon in the east."""


@pytest.fixture(autouse=True)
def without_a_date_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def files(command: Command) -> Callable[..., dict[str, bytes]]:
    """Make `files(project, out)` build in a process of its own and return every file that it wrote."""

    def build(
        project: Path | str, out: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> dict[str, bytes]:
        run = command("build", project, "--out", out, env=env, cwd=cwd)
        assert (run.returncode, run.stderr) == (0, "")
        return {
            path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()
        }

    return build


def test_the_flagship_is_the_same_bytes_in_another_process_place_and_language(
    flagship: Path, files: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    here = files(flagship, tmp_path / "here", HERE, cwd=tmp_path)
    elsewhere = files(".", tmp_path / "elsewhere", ELSEWHERE, cwd=flagship)

    assert set(here) >= {"india-japan-briefing.pdf", "india-japan-deck.pptx", "manifest.json"}
    assert [name for name in here if here[name] != elsewhere.get(name)] == []
    assert set(elsewhere) == set(here)


def test_a_project_is_the_same_bytes_in_another_folder(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    assert files(project(name="one"), tmp_path / "a") == files(project(name="two"), tmp_path / "b")


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Asia/Tokyo"])
def test_a_report_without_a_date_takes_that_of_the_environment(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path, zone: str
) -> None:
    folder = project({"content/report.yaml": UNDATED})

    files(folder, tmp_path / "out", {"SOURCE_DATE_EPOCH": DAY, "TZ": zone})

    with pikepdf.open(tmp_path / "out" / "briefing.pdf") as briefing:
        assert str(briefing.docinfo["/CreationDate"]) == "D:20231115000000Z"
    created = pptx.Presentation(str(tmp_path / "out" / "deck.pptx")).core_properties.created
    assert created is not None
    assert created.date().isoformat() == "2023-11-15"


def test_a_report_without_any_date_is_the_same_bytes_each_time(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    folder = project({"content/report.yaml": UNDATED})

    assert files(folder, tmp_path / "a", HERE) == files(folder, tmp_path / "b", ELSEWHERE)


def test_the_date_of_the_report_comes_before_that_of_the_environment(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    folder = project({"content/report.yaml": DATED})

    assert files(folder, tmp_path / "a", {"SOURCE_DATE_EPOCH": DAY}) == files(folder, tmp_path / "b")


@pytest.mark.parametrize(
    "change",
    [
        {"content/report.yaml": DATED.replace("A small report", "Another report")},
        {"content/report.yaml": DATED.replace("2025-09-01", "2025-09-02")},
        {"templates/theme.yaml": "colours: {primary: '#7A1F1F'}\n"},
    ],
    ids=["title", "date", "theme"],
)
def test_another_input_gives_other_bytes(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path, change: dict[str, str]
) -> None:
    before = files(project({"content/report.yaml": DATED}, name="one"), tmp_path / "a")
    after = files(project({"content/report.yaml": DATED, **change}, name="two"), tmp_path / "b")

    assert before["briefing.pdf"] != after["briefing.pdf"]
    assert before["deck.pptx"] != after["deck.pptx"]


def test_another_template_changes_its_output_only(
    project: ProjectFactory, files: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    before = files(project(name="one"), tmp_path / "a")
    after = files(project({"templates/briefing.md.j2": "# One section\n\nOne word.\n"}, name="two"), tmp_path / "b")

    assert before["briefing.pdf"] != after["briefing.pdf"]
    assert before["deck.pptx"] == after["deck.pptx"]
    with pikepdf.open(tmp_path / "a" / "briefing.pdf") as one, pikepdf.open(tmp_path / "b" / "briefing.pdf") as other:
        assert bytes(one.trailer["/ID"][0]) != bytes(other.trailer["/ID"][0])  # ISO 32000-2, 14.4
