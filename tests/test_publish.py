"""Published files are the old ones or the new ones, whatever happens; and what the manifest says of them."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from errno import EIO
from pathlib import Path
from typing import Any

import pytest

from ijreport import cli
from ijreport.diagnostics import Diagnostics
from ijreport.layout.slides.fullness import Fullness
from ijreport.publish import Published, publish

ProjectFactory = Callable[..., Path]


@dataclass(frozen=True, slots=True)
class Made:
    """An output as small as can be."""

    name: str
    data: bytes
    format: str = "pdf"
    template: str = "templates/x.md.j2"
    count: int = 3
    profile: tuple[str, ...] = ("ua1", "a2a")
    fullness: tuple[Fullness, ...] = ()

    @property
    def markdown(self) -> str:
        return f"# {self.data[:3].decode()}\n"

    @property
    def file(self) -> str:
        return f"{self.name}.{self.format}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def put(folder: Path, *outputs: Made, names: tuple[str, ...] = ("a", "b")) -> Published:
    return publish(folder, outputs, {"content/report.yaml": "00"}, names, Diagnostics())


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def manifest(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return data


# -- the manifest ----------------------------------------------------------------------------------------------


def test_the_manifest_tells_what_was_built_and_from_what(project: ProjectFactory) -> None:
    folder = project({"content/figures.yaml": "n: {value: 3, source: s}\n", "content/sources.yaml": "s: {title: T}\n"})
    assert cli.main(["build", "-q", str(folder)]) == 0
    told = manifest(folder / "build")
    assert list(told) == ["tool", "outputs", "diagnostics"]
    assert told["tool"]["name"] == "ijreport"
    assert told["diagnostics"] == []
    assert list(told["outputs"]) == ["briefing", "deck"]
    for name, format_, unit in (("briefing", "pdf", "pages"), ("deck", "pptx", "slides")):
        entry = told["outputs"][name]
        data = (folder / "build" / entry["file"]).read_bytes()
        assert entry["file"] == f"{name}.{format_}"
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["bytes"] == len(data)
        assert entry[unit] >= 1
        assert entry["template"] == f"templates/{name}.md.j2"
        sources = {one["file"]: one["sha256"] for one in entry["sources"]}
        assert sources == {
            path: hashlib.sha256((folder / path).read_bytes()).hexdigest()
            for path in (
                "content/figures.yaml", "content/report.yaml", "content/sources.yaml",
                "templates/briefing.md.j2", "templates/deck.md.j2",
            )
        }  # fmt: skip
    assert (folder / "build/.rendered/briefing.md").read_text(encoding="utf-8") == "# One section\n\nOne paragraph.\n"


def test_the_manifest_carries_the_warnings(project: ProjectFactory) -> None:
    report = "title: T\nlanguage: sw\noutputs:\n  briefing: {format: pdf, template: briefing.md.j2}\n"
    folder = project({"content/report.yaml": report})
    assert cli.main(["build", "-q", str(folder)]) == 0
    [told] = manifest(folder / "build")["diagnostics"]
    assert (told["code"], told["file"], told["line"]) == ("unknown-language", "content/report.yaml", 2)


def test_only_keeps_what_the_manifest_says_of_the_others(tmp_path: Path) -> None:
    put(tmp_path, Made("a", b"old a"), Made("b", b"old b"))
    kept = manifest(tmp_path)["outputs"]["a"]
    put(tmp_path, Made("b", b"new b"))
    outputs = manifest(tmp_path)["outputs"]
    assert outputs["a"] == kept
    assert outputs["b"]["sha256"] == hashlib.sha256(b"new b").hexdigest()
    assert (tmp_path / "a.pdf").read_bytes() == b"old a"


def test_an_output_that_the_report_has_no_more_leaves_the_manifest(tmp_path: Path) -> None:
    put(tmp_path, Made("a", b"old a"), Made("b", b"old b"))
    put(tmp_path, Made("a", b"new a"), names=("a",))
    assert list(manifest(tmp_path)["outputs"]) == ["a"]


@pytest.mark.parametrize("strange", [b"", b"\xff", b"[]", b'{"outputs": 3}', b"null"])
def test_somebody_elses_manifest_is_no_hindrance(tmp_path: Path, strange: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(strange)
    put(tmp_path, Made("a", b"new a"))
    assert list(manifest(tmp_path)["outputs"]) == ["a"]


# -- old or new, never torn ------------------------------------------------------------------------------------


def test_errors_in_the_content_leave_the_last_files(project: ProjectFactory) -> None:
    folder = project()
    assert cli.main(["build", "-q", str(folder)]) == 0
    before = files(folder / "build")
    (folder / "templates/deck.md.j2").write_text("{{ nothing }}", encoding="utf-8")
    assert cli.main(["build", "-q", str(folder)]) == 1
    assert before == files(folder / "build")


@pytest.mark.parametrize("step", ["replace", "fsync"])
@pytest.mark.parametrize("at", range(1, 6))
def test_a_fault_at_any_step_leaves_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    old = (Made("a", b"old a" * 1000), Made("b", b"old b" * 1000))
    new = (Made("a", b"new a" * 1000), Made("b", b"new b" * 1000))
    put(tmp_path / "old", *old)
    put(tmp_path / "new", *new)
    put(tmp_path / "out", *old)
    calls = 0

    def faulty(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(EIO, "Input/output error")
        return real(*arguments)

    real = getattr(os, step)
    monkeypatch.setattr(os, step, faulty)
    with pytest.raises(OSError, match="Input/output error") as fault:
        put(tmp_path / "out", *new)
    before, after, now = (files(tmp_path / name) for name in ("old", "new", "out"))
    order = ["a.pdf", "b.pdf", ".rendered/a.md", ".rendered/b.md", "manifest.json"]
    assert fault.value.filename == str(tmp_path / "out" / order[at - 1])
    put_in_place = order[: at - 1] if step == "replace" else []
    assert now == {name: (after if name in put_in_place else before)[name] for name in order}


def test_a_folder_where_a_file_goes_is_told_before_anything_is_replaced(
    tmp_path: Path,
) -> None:
    put(tmp_path, Made("a", b"old a"))
    before = files(tmp_path)
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(IsADirectoryError) as fault:
        put(tmp_path, Made("a", b"new a"), Made("b", b"new b"))
    assert fault.value.filename == str(tmp_path / "b.pdf")
    assert before == files(tmp_path)


def test_a_file_where_the_folder_goes(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project({"build": "in the way\n"})
    assert cli.main(["build", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"ijreport: {folder / 'build'} is not a folder\n"
    assert (folder / "build").read_text(encoding="utf-8") == "in the way\n"


def test_a_full_disk(project: ProjectFactory) -> None:
    """A limit on the size of files stands for the disk: what is written beyond it fails as on a full one."""
    folder = project()
    assert cli.main(["build", "-q", str(folder)]) == 0
    before = files(folder / "build")
    (folder / "templates/briefing.md.j2").write_text("# Something new\n", encoding="utf-8")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-m", "ijreport", "build", str(folder)],
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=False,
    )
    path = folder / "build/briefing.pdf"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"ijreport: {path}: File too large; the last files stay as they were\n"
    assert before == files(folder / "build")


KILLED = """\
import os, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from test_publish import Made, put
new = [Made(name, b"new" * 400_000) for name in "ab"]
print("ready", flush=True)
while True:
    put(Path({folder!r}), *new)
    put(Path({folder!r}), *[Made(name, b"old" * 400_000) for name in "ab"])
"""


def test_a_killed_build_leaves_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(folder, *[Made(name, b"old" * 400_000) for name in "ab"])
    code = KILLED.format(here=str(Path(__file__).parent), folder=str(folder))
    for delay in (0.0, 0.003, 0.007, 0.011, 0.02, 0.035):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        for name in "ab":
            data = (folder / f"{name}.pdf").read_bytes()
            assert data in (b"new" * 400_000, b"old" * 400_000)
            assert (folder / f".rendered/{name}.md").read_text(encoding="utf-8") in ("# new\n", "# old\n")
        assert set(manifest(folder)["outputs"]) == {"a", "b"}


def test_the_manifest_tells_how_full_slides_are(tmp_path: Path) -> None:
    put(tmp_path, Made("a", b"abc", fullness=(Fullness(1, "Title", "content", 0.51249, 26.0, 2, None),)))

    assert manifest(tmp_path)["outputs"]["a"]["fullness"] == [
        {"slide": 1, "title": "Title", "layout": "content", "full": 0.512, "size": 26.0, "step": 2}
    ]
