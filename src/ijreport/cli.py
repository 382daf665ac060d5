"""Arguments → a build, what is printed of it, and an exit code; nothing else.

Data goes to stdout, progress and diagnostics to stderr. The machine formats of diagnostics are data: they are what was
asked for.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ijreport import __version__
from ijreport.diagnostics import (
    FORMATS,
    ContentError,
    Diagnostics,
    as_github,
    as_sarif,
    as_text,
    record,
    visible,
    wants_colour,
)

BUILT, PROBLEMS, FAULT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0 built, 1 the content has problems, 2 wrong usage or an internal fault, 130 interrupted.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started us: what is said goes nowhere
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
    options = _parser().parse_args(arguments)
    # A build makes millions of small objects that live to its end and hardly a cycle: looking for cycles among them
    # takes a quarter of its time.
    gc.disable()
    try:
        return _doctor(options) if options.command == "doctor" else _run(options)
    except KeyboardInterrupt:
        print("interrupted; the last files stay as they were", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _hush()
        return FAULT
    except OSError as fault:  # a full disk that our output is redirected to: what concerns files is caught where it is
        with suppress(OSError):
            print(f"ijreport: nothing more can be printed: {fault.strerror}", file=sys.stderr, flush=True)
        _hush()
        return FAULT
    finally:
        gc.enable()


def _hush() -> None:
    """The reader of our output has gone: nothing more can be said to it, at the interpreter's end neither."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ijreport",
        description="Build a briefing PDF and an editable PowerPoint deck from one folder of content and templates.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}", help="print the version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "project", nargs="?", default=".", metavar="PROJECT", help="the project folder (default: this one)"
    )
    common.add_argument("--only", nargs="+", action="extend", default=[], metavar="NAME", help="only these outputs")
    common.add_argument("--strict", action="store_true", help="treat warnings as errors")
    common.add_argument(
        "--output-format", choices=FORMATS, default="text", help="how diagnostics are printed (default: text)"
    )
    amount = common.add_mutually_exclusive_group()
    amount.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    amount.add_argument(
        "-v", "--verbose", action="store_true", help="print the stages, and the trace of an internal fault"
    )
    # Without abbreviations: `check --out DIR` must not be taken for `--output-format DIR`.
    build = commands.add_parser(
        "build", parents=[common], help="build the outputs", description="Build the outputs of a project.",
        allow_abbrev=False,
    )  # fmt: skip
    build.add_argument("--out", type=_folder, metavar="DIR", help="where to write (default: PROJECT/build)")
    commands.add_parser(
        "check", parents=[common], help="all but writing", description="Do all that build does, but write nothing.",
        allow_abbrev=False,
    )  # fmt: skip
    doctor = commands.add_parser(
        "doctor", help="look at a corporate template", allow_abbrev=False,
        description="Tell what a deck would make of a corporate template: its layouts and the roles they serve.",
    )  # fmt: skip
    doctor.add_argument("template", type=Path, metavar="TEMPLATE", help="a .pptx or .potx file")
    doctor.add_argument("--out", type=Path, metavar="FILE", help="draw its layouts into this PDF")
    doctor.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="how the report is printed (default: text)"
    )
    return parser


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the name of a folder is empty")
    return Path(text)


def _run(options: argparse.Namespace) -> int:
    from ijreport.build import NotAsMeant, UnknownOutput, build
    from ijreport.publish import Published

    diagnostics = Diagnostics()
    published: Published | None = None
    code = BUILT
    problem = ""
    try:
        problem = _misused(options)
        if problem:
            code = FAULT
        else:
            with _Progress(options) as progress:
                published = build(
                    Path(options.project),
                    diagnostics,
                    only=options.only,
                    out=getattr(options, "out", None),
                    strict=options.strict,
                    write=options.command == "build",
                    epoch=_epoch(),
                    parallel=True,
                    progress=progress.stage,
                )
    except ContentError:
        code = PROBLEMS
    except (UnknownOutput, NotAsMeant) as fault:
        problem, code = str(fault), FAULT
    except OSError as fault:
        where = f"{visible(str(fault.filename))}: " if fault.filename else ""
        problem, code = f"{where}{fault.strerror or fault}; the last files stay as they were", FAULT
    except _WrongEpoch as fault:
        problem, code = str(fault), FAULT
    except Exception as fault:  # noqa: BLE001 - the last resort: an author must not meet a traceback unasked
        problem, code = f"internal fault: {type(fault).__name__}: {visible(str(fault))} (-v prints the trace)", FAULT
        if options.verbose:
            traceback.print_exc()
    if problem and options.output_format != "text":
        diagnostics.error("not-built", problem)  # who reads the data alone must not take it for a clean report
    try:
        _print(options, diagnostics, published)
        if problem:
            print(f"ijreport: {problem}", file=sys.stderr)
    except BrokenPipeError:
        _hush()
    return code


def _misused(options: argparse.Namespace) -> str:
    """What is wrong with the folders that were named; empty if nothing is."""
    root = Path(options.project)
    if not root.is_dir():
        name = visible(options.project)
        return f"{name} is not a folder" if root.exists() else f"there is no folder {name}"
    projects = [one for one in options.only if (Path(one) / "content" / "report.yaml").is_file()]
    if projects and not (root / "content" / "report.yaml").exists():
        swallowed = projects[0]
        return f"--only takes all names that follow it; write: ijreport {options.command} {visible(swallowed)} --only …"
    if options.command == "build":
        out = options.out or root / "build"
        above = next(one for one in (out, *out.parents) if os.path.lexists(one))
        if not above.is_dir():
            return f"{visible(str(above))} is not a folder"
    return ""


def _doctor(options: argparse.Namespace) -> int:
    from ijreport import doctor
    from ijreport.publish import write_all

    diagnostics = Diagnostics()
    found: doctor.Examination | None = None
    code, problem = BUILT, ""
    try:
        found = doctor.examine(options.template, diagnostics)
        if options.out:
            write_all({options.out: doctor.as_pdf(found, diagnostics)})
    except ContentError:
        code = PROBLEMS
    except OSError as fault:
        problem, code = f"{visible(str(fault.filename))}: {fault.strerror or fault}", FAULT
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if options.output_format == "json":
        if problem:
            diagnostics.error("not-built", problem)
        report = doctor.as_data(found) if found else None
        data = {"template": report, "diagnostics": [record(one) for one in diagnostics.in_order()]}
        print(json.dumps(data, ensure_ascii=False, indent=2), flush=True)
    else:
        sys.stderr.write(as_text(diagnostics.in_order(), wants_colour(sys.stderr.isatty())))
        if found:
            print(doctor.as_text(found), end="", flush=True)
    if problem:
        print(f"ijreport: {problem}", file=sys.stderr)
    return code


class _WrongEpoch(Exception):
    pass


def _epoch() -> date | None:
    """The day of SOURCE_DATE_EPOCH (reproducible-builds.org), if it is set."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise _WrongEpoch(f"SOURCE_DATE_EPOCH is '{visible(text)}', not a number of seconds") from None


def _print(options: argparse.Namespace, diagnostics: Diagnostics, published: object) -> None:
    from ijreport.publish import Published

    shown = [one for one in diagnostics.in_order() if not options.quiet or one.severity == "error"]
    entries = published.entries if isinstance(published, Published) else {}
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the locale: RFC 8259, section 8.1
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if options.output_format == "json":
        outputs = [{"name": name, **entry} for name, entry in entries.items()]
        data = {"outputs": outputs, "diagnostics": [record(one) for one in shown]}
        print(json.dumps(data, ensure_ascii=False, indent=2), flush=True)
        return
    if options.output_format != "text":
        form = as_github if options.output_format == "github" else as_sarif
        sys.stdout.write(form(shown, _way_to(options.project)))
        sys.stdout.flush()
        return
    columns = {"columns": os.get_terminal_size(sys.stderr.fileno()).columns} if sys.stderr.isatty() else {}
    sys.stderr.write(as_text(shown, wants_colour(sys.stderr.isatty()), **columns))
    if diagnostics.errors or (diagnostics.warnings and not options.quiet):
        counts = ((diagnostics.errors, "error"), (diagnostics.warnings, "warning"))
        print(", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n), file=sys.stderr)
    if isinstance(published, Published) and not options.quiet:
        for name, entry in entries.items():
            if options.command == "check":
                sys.stdout.write(_fullness(name, entry.get("fullness", ())))
                continue
            number, unit = (entry["pages"], "page") if "pages" in entry else (entry["slides"], "slide")
            count = f"{number} {unit}{'s' if number != 1 else ''}"
            print(f"{_shown(published.folder / entry['file'])}  {count}, {entry['bytes'] / 1000:.0f} kB")
        sys.stdout.flush()


def _fullness(name: str, slides: Sequence[Mapping[str, Any]]) -> str:
    """How full the slides of a deck are, as a table; nothing for an output without slides."""
    lines = [f"{name}: slide  full   size  layout   title"] if slides else []
    indent = " " * (len(name) + 2)
    for one in slides:
        size = f"{one['size']:>2g} pt" if one["size"] else " " * 5
        title = visible(" ".join(one["title"].split()))
        lines.append(f"{indent}{one['slide']:>5}{one['full']:>6.0%}  {size}  {one['layout']:<7}  {title}")
    return "".join(f"{line}\n" for line in lines)


def _way_to(project: str) -> str:
    """The project's folder from here, where it is below; a service finds the files by it."""
    way = _shown(Path(project))
    return "" if way == "." or Path(way).is_absolute() else Path(way).as_posix() + "/"


def _shown(path: Path) -> str:
    """A path as short as it can be told from where the command runs."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class _Progress:
    """On a terminal, after a second, the stage that is running; with -v every stage as a line."""

    DELAY = 1.0

    def __init__(self, options: argparse.Namespace) -> None:
        self._verbose = options.verbose
        self._animated = (
            not options.quiet
            and not options.verbose
            and sys.stderr.isatty()
            and os.environ.get("TERM") != "dumb"
            and hasattr(signal, "setitimer")
        )
        self._stage = ""
        self._start = time.monotonic()
        self._shown = False

    def stage(self, name: str) -> None:
        self._stage = name
        if self._verbose:
            print(f"{time.monotonic() - self._start:6.2f} s  {name}", file=sys.stderr)

    def __enter__(self) -> Self:
        # A timer and not a thread: a process with threads cannot safely be forked.
        if self._animated:
            signal.signal(signal.SIGALRM, lambda *_: self._show())
            signal.setitimer(signal.ITIMER_REAL, self.DELAY, 0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._animated:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self) -> None:
        width = max(20, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
        line = f"{time.monotonic() - self._start:4.1f} s  {self._stage}"[:width]
        sys.stderr.write(f"\r{line}\x1b[K")
        sys.stderr.flush()
        self._shown = True
