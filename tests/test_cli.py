"""The command as an author, a shell and a CI service meet it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ijreport import build, cli

ProjectFactory = Callable[..., Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]

BRIEFING_ONLY = (
    "title: A small report\ndate: 2025-09-01\noutputs:\n  briefing: {format: pdf, template: briefing.md.j2}\n"
)
FAULTY: Mapping[str, str] = {
    "content/report.yaml": BRIEFING_ONLY + "langauge: en\n",
    "content/sources.yaml": "census: {title: The census}\ncensus: {title: It, again}\n",
}
WARNED: Mapping[str, str] = {"content/report.yaml": BRIEFING_ONLY + "language: sw\n"}
LONG = 120
"""Seconds that nothing takes, on a machine that does much else beside."""
HEAVY = ("babel", "jinja2", "lxml", "markdown_it", "PIL", "pikepdf", "reportlab", "uharfbuzz", "yaml")


@pytest.fixture(autouse=True)
def _no_colour_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)


# -- what is printed where -------------------------------------------------------------------------------------


def test_a_build_says_on_stdout_what_it_wrote_and_nothing_on_stderr(project: ProjectFactory, command: Command) -> None:
    folder = project()
    done = command("build", folder, cwd=folder)
    assert done.returncode == 0
    assert done.stderr == ""
    assert re.fullmatch(r"build/briefing\.pdf  \d pages?, \d+ kB\nbuild/deck\.pptx  \d slides?, \d+ kB\n", done.stdout)


def test_check_writes_nothing(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project()
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr().err == ""
    assert not (folder / "build").exists()


def test_diagnostics_go_to_stderr_without_escape_codes(
    project: ProjectFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", str(project(FAULTY))]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "\x1b" not in err
    assert "\r" not in err
    assert err.endswith("2 errors\n")


@pytest.mark.parametrize(
    "setting,value,coloured", [("FORCE_COLOR", "1", True), ("NO_COLOR", "1", False), ("FORCE_COLOR", "", False)]
)
def test_colour_is_as_the_environment_says(
    project: ProjectFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    value: str,
    coloured: bool,
) -> None:
    monkeypatch.setenv(setting, value)
    cli.main(["check", str(project(FAULTY))])
    assert ("\x1b[31;1merror" in capsys.readouterr().err) == coloured


def test_no_color_goes_before_force_color(
    project: ProjectFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.main(["check", str(project(FAULTY))])
    assert "\x1b" not in capsys.readouterr().err


def test_quiet_prints_errors_only(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "-q", str(project(WARNED))]) == 0
    assert capsys.readouterr() == ("", "")
    assert cli.main(["check", "-q", str(project(FAULTY, name="faulty"))]) == 1
    assert capsys.readouterr().err.count("error[") == 2


def test_verbose_prints_the_stages(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "-v", str(project())]) == 0
    stages = [line.split("  ")[-1] for line in capsys.readouterr().err.splitlines()]
    assert stages[:3] == ["reading the content", "rendering the template of briefing", "parsing briefing"]


def test_an_internal_fault_is_told_in_a_line_and_in_full_with_v(
    project: ProjectFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a \x1b[31m surprise")

    monkeypatch.setattr(build, "build", broken)
    assert cli.main(["check", str(project())]) == 2
    line = "ijreport: internal fault: RuntimeError: a <U+001B>[31m surprise (-v prints the trace)\n"
    assert capsys.readouterr().err == line
    assert cli.main(["check", "-v", str(project(name="again"))]) == 2
    assert "Traceback" in capsys.readouterr().err


# -- arguments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments,said",
    [
        ([], "the following arguments are required: COMMAND"),
        (["bild"], "invalid choice: 'bild'"),
        (["build", "--only"], "--only: expected at least one argument"),
        (["build", "-q", "-v"], "not allowed with argument -q"),
        (["check", "--out", "x"], "unrecognized arguments: --out"),
        (["build", "--output-format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_only_builds_what_it_names(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project()
    assert cli.main(["build", str(folder), "--only", "deck"]) == 0
    assert sorted(one.name for one in (folder / "build").iterdir()) == [".rendered", "deck.pptx", "manifest.json"]
    capsys.readouterr()
    assert cli.main(["build", str(folder), "--only", "deck", "--only", "slides"]) == 2
    assert capsys.readouterr().err == "ijreport: the report has no output 'slides': known here: briefing, deck\n"


@pytest.mark.parametrize("relative", [True, False])
def test_the_project_and_its_output_may_be_anywhere(
    project: ProjectFactory,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    relative: bool,
) -> None:
    folder = project({"content/report.yaml": BRIEFING_ONLY}, name="my reports 日本")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    here = Path("..") if relative else tmp_path
    assert cli.main(["build", str(here / folder.name), "--out", str(here / "elsewhere" / "new" / "out")]) == 0
    assert capsys.readouterr().out.startswith("new/out/briefing.pdf  ")
    assert (elsewhere / "new/out/briefing.pdf").exists()
    assert not (folder / "build").exists()


def test_source_date_epoch_dates_a_report_without_a_date(
    project: ProjectFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project({"content/report.yaml": BRIEFING_ONLY.replace("date: 2025-09-01\n", "")})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1756425600")
    assert cli.main(["build", str(folder)]) == 0
    assert b"<xmp:CreateDate>2025-08-29T00:00:00Z</xmp:CreateDate>" in (folder / "build/briefing.pdf").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    capsys.readouterr()
    assert cli.main(["build", str(folder)]) == 2
    assert capsys.readouterr().err == "ijreport: SOURCE_DATE_EPOCH is 'yesterday', not a number of seconds\n"


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(argument: str) -> None:
    code = (
        "import sys\nfrom ijreport.cli import main\n"
        f"try:\n    main([{argument!r}])\nexcept SystemExit as left:\n    assert not left.code\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert done.stdout.startswith("usage: ijreport" if argument == "--help" else "ijreport 0.")


# -- formats for programs --------------------------------------------------------------------------------------


def told(folder: Path, form: str, capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    assert cli.main(["check", str(folder), "--output-format", form]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_json(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(told(project(FAULTY), "json", capsys))
    assert data["outputs"] == []
    assert data["diagnostics"] == [
        {
            "severity": "error", "code": "unknown-key", "message": "the report has no key 'langauge'",
            "file": "content/report.yaml", "line": 5, "column": 1, "end_line": 5, "end_column": 9,
            "hint": "did you mean 'language'?",
        },
        {
            "severity": "error", "code": "duplicate-key", "message": "the key 'census' stands here twice",
            "file": "content/sources.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 7,
            "trace": [{
                "how": "first at", "file": "content/sources.yaml",
                "line": 1, "column": 1, "end_line": 1, "end_column": 7,
            }],
        },
    ]  # fmt: skip


def test_json_of_a_build_lists_the_outputs(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project()
    assert cli.main(["build", str(folder), "--output-format", "json"]) == 0
    outputs = json.loads(capsys.readouterr().out)["outputs"]
    assert [(one["name"], one["file"]) for one in outputs] == [("briefing", "briefing.pdf"), ("deck", "deck.pptx")]


def test_json_without_findings_is_still_json(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(told(project(), "json", capsys, 0))["diagnostics"] == []


def test_check_tells_how_full_slides_are(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project({"templates/deck.md.j2": "# One section\n\n## A list\n\n" + "- One point\n" * 8})
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr().out == (
        "deck: slide  full   size  layout   title\n"
        "          1   33%         cover    A small report\n"
        "          2   50%         section  One section\n"
        "          3   99%  26 pt  content  A list\n"
    )

    assert cli.main(["check", str(folder), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    data = json.loads(told(folder, "json", capsys, 0))
    assert [(one["slide"], one["full"], one["step"]) for one in data["outputs"][1]["fullness"]] == [
        (1, 0.333, 0), (2, 0.5, 0), (3, 0.993, 2),
    ]  # fmt: skip
    assert not (folder / "build").exists()


def test_github(project: ProjectFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths begin where the command runs, which in CI is the repository's folder."""
    folder = project({**FAULTY, "content/a,b%.yaml": "x: 1\n"})
    monkeypatch.chdir(folder.parent)
    assert told(folder, "github", capsys).splitlines() == [
        (
            "::error file=project/content/report.yaml,line=5,col=1,endLine=5,endColumn=9,title=unknown-key"
            "::the report has no key 'langauge'%0Adid you mean 'language'?"
        ),
        (
            "::error file=project/content/sources.yaml,line=2,col=1,endLine=2,endColumn=7,title=duplicate-key"
            "::the key 'census' stands here twice%0Afirst at project/content/sources.yaml:1:1"
        ),
        (
            "::error file=project/content/a%2Cb%25.yaml,line=1,title=bad-name"
            "::templates cannot reach this file as 'a,b%25'%0Arename it: letters, digits and _ make a name"
        ),
    ]


def test_sarif(project: ProjectFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What SARIF 2.1.0 asks for: 3.13 to 3.30."""
    folder = project({**FAULTY, "content/a b.yaml": "x: 1\n"})
    monkeypatch.chdir(folder)
    log = json.loads(told(Path(), "sarif", capsys))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert run["tool"]["driver"]["name"] == "ijreport"
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["unknown-key", "duplicate-key", "bad-name"]
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            check_location(location["physicalLocation"])
    assert [place(result) for result in run["results"]] == [
        ("content/report.yaml", 5), ("content/sources.yaml", 2), ("content/a%20b.yaml", 1)
    ]  # fmt: skip


def check_location(location: dict[str, Any]) -> None:
    region = location["region"]
    assert re.fullmatch(r"[\w./%~-]+", location["artifactLocation"]["uri"])
    assert region["startLine"] >= 1
    if "startColumn" in region:
        assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"]) >= (1, 1)


def place(result: dict[str, Any]) -> tuple[str, int]:
    location = result["locations"][0]["physicalLocation"]
    return location["artifactLocation"]["uri"], location["region"]["startLine"]


def test_machine_formats_are_utf_8_whatever_the_locale(project: ProjectFactory, command: Command) -> None:
    folder = project({"content/report.yaml": BRIEFING_ONLY + "शीर्षक: 日本\n"})
    done = command("check", folder, "--output-format", "json", env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["diagnostics"][0]["message"] == "the report has no key 'शीर्षक'"


# -- pipes, terminals, signals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("redirection", ["| head -c 0", "2>&1 >/dev/null | head -c 0", "2>&1 | head -c 0"])
def test_a_closed_pipe_gives_no_traceback(project: ProjectFactory, tmp_path: Path, redirection: str) -> None:
    folder = project(FAULTY)
    call = f"'{sys.executable}' -m ijreport check '{folder}' --output-format"
    for form in ("text", "json"):
        done = subprocess.run(
            ["sh", "-c", f"{{ sleep 0.2; {call} {form}; }} {redirection}"], capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize(
    "redirection, code, said",
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("> /dev/full", 2, "ijreport: nothing more can be printed: No space left on device\n"),
        ("--output-format json > /dev/full", 2, "ijreport: nothing more can be printed: No space left on device\n"),
    ],
)
def test_output_that_goes_nowhere(project: ProjectFactory, redirection: str, code: int, said: str) -> None:
    call = f"'{sys.executable}' -m ijreport build '{project()}' {redirection}"
    done = subprocess.run(["sh", "-c", call], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, said)


def on_terminal(code: str, columns: int = 40) -> str:
    """What a Python program prints on a terminal of its own."""
    child, master = pty.fork()
    if child == 0:  # pragma: no cover - another process
        set_columns(sys.__stdin__.fileno() if sys.__stdin__ else 0, columns)
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606 - no shell is wanted
    said = b""
    while select.select([master], [], [], LONG)[0]:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux tells the terminal's end so
            break
        if not piece:
            break
        said += piece
    os.waitpid(child, 0)
    os.close(master)
    return said.decode()


def set_columns(terminal: int, columns: int) -> None:
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


SLOW_BUILD = """\
import time, sys, os
os.environ["TERM"] = "xterm"
from ijreport import build, cli
def slowly(*_, progress, **__):
    progress("laying out the appendix, which takes its time")
    time.sleep({seconds})
build.build = slowly
cli._Progress.DELAY *= {delays}
sys.exit(cli.main(["check", {folder!r}]))
"""


def test_on_a_terminal_a_long_build_shows_its_stage_within_the_width(project: ProjectFactory) -> None:
    said = on_terminal(SLOW_BUILD.format(folder=str(project()), seconds=1.6, delays=1))
    lines = re.findall(r"\r([^\r\x1b]+)\x1b\[K", said)
    assert lines
    assert all(re.match(r" *[1-9]\d*\.\d s  laying out the", line) for line in lines)
    assert max(map(len, lines)) == 39
    assert said.endswith("\r\x1b[K")  # and cleans up behind itself


def test_on_a_terminal_a_short_build_shows_nothing(project: ProjectFactory) -> None:
    assert on_terminal(SLOW_BUILD.format(folder=str(project()), seconds=0.3, delays=LONG)) == ""


def test_on_a_narrow_terminal_the_caret_stays_under_its_word(project: ProjectFactory) -> None:
    long = "description: " + "word " * 30 + "\nlangauge: en\nauthors: " + "x" * 60 + "\n"
    folder = project({"content/report.yaml": BRIEFING_ONLY + long})
    code = f"import sys\nfrom ijreport import cli\nsys.exit(cli.main(['check', {str(folder)!r}]))"
    lines = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(code)).replace("\r\n", "\n").split("\n")
    excerpts = [line for line in lines if re.match(r" *\d* \| ", line)]
    assert len(excerpts) == 4
    assert max(map(len, excerpts)) <= 40


INTERRUPTED_BUILD = """\
import os, sys, time
from pathlib import Path
from ijreport import cli, publish
def slowly(path, data, written=[]):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data[:100])
    print("writing", flush=True)
    time.sleep(60)
publish._write = slowly
sys.exit(cli.main(["build", {folder!r}]))
"""


def test_ctrl_c_leaves_the_last_files_and_nothing_else(project: ProjectFactory) -> None:
    folder = project()
    assert cli.main(["build", "-q", str(folder)]) == 0
    before = {file: file.read_bytes() for file in (folder / "build").rglob("*") if file.is_file()}
    (folder / "templates/briefing.md.j2").write_text("# Something new\n", encoding="utf-8")
    code = INTERRUPTED_BUILD.format(folder=str(folder))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert err == "interrupted; the last files stay as they were\n"
    assert before == {file: file.read_bytes() for file in (folder / "build").rglob("*") if file.is_file()}


UNENDING_BUILD = """\
import sys, time
from ijreport import briefing, cli
def unending(*_):
    print("laying out", flush=True)
    time.sleep(1000)
briefing.make_briefing = unending
sys.exit(cli.main(["build", {folder!r}]))
"""


def test_ctrl_c_while_laying_out_ends_all_processes(project: ProjectFactory) -> None:
    """The pipe is at its end when the last process that could write into it has gone."""
    folder = project()
    code = UNENDING_BUILD.format(folder=str(folder))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "laying out\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert err == "interrupted; the last files stay as they were\n"
    assert not (folder / "build").exists()


def test_data_of_a_build_that_could_not_write_says_so(
    project: ProjectFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project({"build": "a file where the folder should be\n"})
    assert cli.main(["build", "--output-format", "json", str(folder)]) == 2
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["diagnostics"]] == ["not-built"]


def test_an_empty_out_is_wrong_usage(project: ProjectFactory, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["build", "--out", "", str(project())])
    assert ended.value.code == 2
    assert "the name of a folder is empty" in capsys.readouterr().err
