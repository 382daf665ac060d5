"""What every test can ask for: small projects, the flagship, the command, goldens, programs from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"

REPORT = """\
title: A small report
date: 2025-09-01
language: en
authors: [A. Tester]
outputs:
  briefing: {format: pdf, template: briefing.md.j2}
  deck: {format: pptx, template: deck.md.j2}
"""
SMALL: Mapping[str, str | bytes] = {
    "content/report.yaml": REPORT,
    "templates/briefing.md.j2": "# One section\n\nOne paragraph.\n",
    "templates/deck.md.j2": "# One section\n\n## One slide says one thing\n\n- One point\n",
}
"""The least project that has both outputs."""

ProjectFactory = Callable[..., Path]
Golden = Callable[[str, str | bytes], None]
Command = Callable[..., subprocess.CompletedProcess[str]]

# The same examples on every run: a test that fails here fails for whoever looks for the cause.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files with what the code gives now")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--update takes one process: several would write into one file")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold back a test whose outside program or file is missing; in CI that is a failure, lest it go unseen."""
    programs = [str(name) for marker in item.iter_markers("external") for name in marker.args]
    missing = [name for name in programs if shutil.which(name) is None and not Path(name).is_file()]
    if missing:
        reason = f"not installed here: {', '.join(missing)}"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def flagship() -> Path:
    """The folder of the India-Japan briefing: this repository. Build it elsewhere with `--out`; do not write to it."""
    return ROOT


@pytest.fixture(params=[1, 2, 3, 5])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So many cores, and processes forked on them even where the tests run in a process with threads."""
    if not sys.platform.startswith("linux"):
        pytest.skip("forked on Linux only")
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(request.param)))
    return int(request.param)


@pytest.fixture
def project(tmp_path: Path) -> ProjectFactory:
    """Make `project(files)` write a small project and return its folder.

    `files` maps paths inside the project to text or bytes; they add to `SMALL` or take the place of its files, and
    None removes one. `project(files, name="other")` makes a second one in the same test.
    """

    def write(files: Mapping[str, str | bytes | None] | None = None, name: str = "project") -> Path:
        folder = tmp_path / name
        for path, body in {**SMALL, **(files or {})}.items():
            if body is not None:
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body.encode() if isinstance(body, str) else body)
        return folder

    return write


Corporate = Callable[..., bytes]


@pytest.fixture(scope="session")
def corporate() -> Corporate:
    """Make `corporate(changes, without=…)` give python-pptx's default template (4:3, eleven layouts), changed.

    `changes` maps members to bytes, or to pairs of old and new text that must be there; `without` names members to
    leave out.
    """
    import pptx

    whole = (Path(pptx.__file__).parent / "templates" / "default.pptx").read_bytes()

    def change(
        changes: Mapping[str, bytes | list[tuple[str, str]]] | None = None, without: tuple[str, ...] = ()
    ) -> bytes:
        stream = BytesIO()
        changes = dict(changes or {})
        with ZipFile(BytesIO(whole)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
            members = {name: old.read(name) for name in old.namelist() if name not in without}
            for name, wanted in changes.items():
                if isinstance(wanted, bytes):
                    members[name] = wanted
                    continue
                text = members[name].decode()
                for before, after in wanted:
                    assert before in text, f"{name} has no {before}"
                    text = text.replace(before, after)
                members[name] = text.encode()
            for name, body in members.items():
                new.writestr(ZipInfo(name), body, ZIP_DEFLATED)
        return stream.getvalue()

    return change


@pytest.fixture
def command() -> Command:
    """Make `command("build", folder, env={…}, cwd=…)` run ijreport in a process of its own, as an author would.

    `env` adds to the environment. Colours and CI settings of the machine are kept out.
    """

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "CI"}}
        return subprocess.run(
            [sys.executable, "-m", "ijreport", *map(str, arguments)],
            env={**kept, **(env or {})},
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture(scope="session")
def open_xml_sdk() -> Callable[[Path], list[object]]:
    """Make `open_xml_sdk(file)` ask the Open XML SDK, on which PowerPoint's own checks rest, what is wrong with a file.

    For tests marked `external("ooxml-validator")`: `npm install --prefix tests/validators`, and its `.bin` on the PATH.
    """

    def validate(file: Path) -> list[object]:
        done = subprocess.run(["ooxml-validator", file], capture_output=True, text=True, check=False, timeout=120)
        errors: list[object] = json.loads(done.stdout)["errors"]
        return errors

    return validate


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Make `golden("name.txt", actual)` compare with a file of tests/golden; `pytest --update` rewrites the file."""

    def compare(name: str, actual: str | bytes) -> None:
        file = GOLDEN / name
        data = actual.encode() if isinstance(actual, str) else actual
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            return
        if not file.exists():
            pytest.fail(f"no golden file {name}: run pytest --update, then read what it wrote", pytrace=False)
        if isinstance(actual, str):
            assert file.read_text(encoding="utf-8") == actual
        else:
            assert file.read_bytes() == actual

    return compare
