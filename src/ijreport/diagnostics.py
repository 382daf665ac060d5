"""What is wrong, and where → a message for a person, an editor or a CI service."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Literal
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from ijreport.source import SourceFile, Span

Severity = Literal["error", "warning", "note"]
FORMATS = ("text", "json", "github", "sarif")
_KNOWN = "known here: "
_PRINTED = "printed at"
_PAINT = {"error": "31;1", "warning": "33;1", "note": "36;1"}


class Diagnostic(Struct, frozen=True):
    """One finding. `trace` leads from the place to where it came from: (how, where) pairs."""

    severity: Severity
    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    trace: tuple[tuple[str, Span], ...] = ()


class ContentError(Exception):
    """A stage ended with errors; they are in the `Diagnostics` it was given."""


class Diagnostics:
    """Collects the findings of a build, in the order they were found, each once: one fault at one place is one
    finding, however many outputs or turns of a loop meet it."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Diagnostic] = {}
        self.told = 0
        """How often something was found, be it for the first time or again."""
        self.errors = 0
        """How many of the findings are errors. Counted as they come: at every row of a table somebody asks."""

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    @property
    def warnings(self) -> int:
        return sum(found.severity == "warning" for found in self)

    def add(self, found: Diagnostic) -> None:
        self.told += 1
        span = found.span
        if span and span.printer and not any(how == _PRINTED for how, _ in found.trace):
            found = replace(found, trace=(*found.trace, (_PRINTED, span.printer)))
        place = (span.file.path, span.start, span.end) if span else None
        key = (found.code, found.message, place)
        if key not in self._found:
            self._found[key] = found
            self.errors += found.severity == "error"

    def in_order(self) -> list[Diagnostic]:
        """The findings file by file, as the files were first met, each from its top; those without a place last."""
        files = {path: n for n, path in enumerate(dict.fromkeys(one.span.file.path for one in self if one.span))}

        def place(one: Diagnostic) -> tuple[int, int]:
            return (files[one.span.file.path], one.span.start) if one.span else (len(files), 0)

        return sorted(self, key=place)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str = "",
        trace: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        self.add(Diagnostic("error", code, message, span, hint, trace))

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str = "",
        trace: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        self.add(Diagnostic("warning", code, message, span, hint, trace))

    def note(self, code: str, message: str, span: Span | None = None, hint: str = "") -> None:
        """What an author may want to know and need not change; `--strict` leaves it as it is."""
        self.add(Diagnostic("note", code, message, span, hint))

    def end_stage(self) -> None:
        """Raise `ContentError` if anything so far is an error: what comes next could not be trusted."""
        if self.errors:
            raise ContentError(f"{self.errors} error(s)")

    def make_strict(self) -> None:
        """Turn every warning into an error."""
        for key, one in self._found.items():
            if one.severity == "warning":
                self._found[key] = replace(one, severity="error")
                self.errors += 1


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or lists a few of them; empty when there are none."""
    names = sorted(known)
    if near := near_name(name, names):
        return near
    if names:
        shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        return _KNOWN + shown
    return ""


def near_name(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, whatever its case; empty if none is near."""
    folded: dict[str, str] = {}
    for one in sorted(known):
        folded.setdefault(one.casefold(), one)
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean '{folded[near[0]]}'?" if near else ""


# -- formats ---------------------------------------------------------------------------------------------------


def as_text(found: Iterable[Diagnostic], colour: bool = False, columns: int = 106) -> str:
    """For a person: place, message, excerpt with a caret, hint, trace. Excerpts keep within the columns.

    A list of what is known is told with the first finding that it may help, and left out of the further ones.
    """
    told: set[str] = set()
    lines = []
    for one in found:
        lines.append(_text(replace(one, hint="") if one.hint in told else one, colour, columns))
        if one.hint.startswith(_KNOWN):
            told.add(one.hint)
    return "".join(lines)


def _text(found: Diagnostic, colour: bool, columns: int) -> str:
    def paint(text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if colour else text

    place = f"{found.span}: " if found.span else ""
    head = paint(f"{found.severity}[{found.code}]", _PAINT[found.severity])
    lines = [f"{paint(place, '1')}{head}: {visible(found.message)}"]
    if found.span:
        lines += [paint(line, "2") for line in _excerpt(found.span, max(20, columns - 10))]
    if found.hint:
        lines.append(f"  hint: {visible(found.hint)}")
    lines += [f"  {how} {span}" for how, span in found.trace]
    return "\n".join(lines) + "\n"


def _excerpt(span: Span, measure: int) -> list[str]:
    """The line with carets under the stretch; a long line is cut around it."""
    number, column = span.file.position(span.start)
    text = span.file.line(number)
    if not text.strip():
        return []
    length = max(1, min(span.end - span.start, len(text) - column + 1))
    first = max(0, column - 1 - measure // 2) if len(text) > measure else 0
    shown = visible(text[first : first + measure])
    before = visible(text[first : column - 1])
    width = _columns(visible(text[column - 1 : min(column - 1 + length, first + measure)]))
    rule = f"{number:>5} | "
    lines = [rule + ("…" if first else "") + shown + ("…" if len(text) > first + measure else "")]
    if span.exact:
        lines.append(" " * (len(rule) - 2) + "| " + " " * (_columns(before) + bool(first)) + "^" * max(1, width))
    return lines


def visible(text: str) -> str:
    """Text safe for a terminal: control and bidirectional characters shown as their code point."""
    return "".join(c if c.isprintable() or c == "\u3000" else " " if c in "\t\n" else f"<U+{ord(c):04X}>" for c in text)


def _columns(text: str) -> int:
    """Terminal columns of a text (UAX #11: wide and full-width characters take two)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def record(found: Diagnostic) -> dict[str, object]:
    """The finding as plain data, as the manifest and the JSON format carry it."""
    data: dict[str, object] = {"severity": found.severity, "code": found.code, "message": found.message}
    if found.span:
        data |= _place(found.span)
    if found.hint:
        data["hint"] = found.hint
    if found.trace:
        data["trace"] = [{"how": how, **_place(span)} for how, span in found.trace]
    return data


def _place(span: Span) -> dict[str, object]:
    place: dict[str, object] = {"file": span.file.path, "line": span.line}
    if span.exact:
        end_line, end_column = span.file.position(span.end)
        place |= {"column": span.column, "end_line": end_line, "end_column": end_column}
    return place


def as_github(found: Iterable[Diagnostic], folder: str = "") -> str:
    """Workflow commands, which a GitHub action shows beside the line of the change.

    `folder` is the way to the project from where paths begin, as `reports/`.
    """
    kinds = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for one in found:
        place = _place(one.span) if one.span else {}
        if one.span:
            place["file"] = folder + one.span.file.path
        names = (
            ("file", "file"),
            ("line", "line"),
            ("column", "col"),
            ("end_line", "endLine"),
            ("end_column", "endColumn"),
        )
        properties = [f"{name}={_escape(str(place[key]), ',:')}" for key, name in names if key in place]
        properties.append(f"title={_escape(one.code, ',:')}")
        more = [one.hint] * bool(one.hint) + [f"{how} {folder}{span}" for how, span in one.trace]
        text = "\n".join([one.message, *more])
        lines.append(f"::{kinds[one.severity]} {','.join(properties)}::{_escape(text)}\n")
    return "".join(lines)


def _escape(text: str, also: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)


def as_sarif(found: Iterable[Diagnostic], folder: str = "") -> str:
    """SARIF 2.1.0 (OASIS), which code-scanning services read. `folder` is as for GitHub."""
    results = []
    codes: dict[str, None] = {}
    for one in found:
        codes[one.code] = None
        text = one.message + (f" ({one.hint})" if one.hint else "")
        result: dict[str, object] = {"ruleId": one.code, "level": one.severity, "message": {"text": text}}
        if one.span:
            result["locations"] = [_sarif_location(one.span, folder)]
        if one.trace:
            result["relatedLocations"] = [
                {"id": n, "message": {"text": how}, **_sarif_location(span, folder)}
                for n, (how, span) in enumerate(one.trace, 1)
            ]
        results.append(result)
    driver = {"name": "ijreport", "rules": [{"id": code} for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_location(span: Span, folder: str) -> dict[str, object]:
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    region = {"startLine": line}
    if span.exact:
        region |= {"startColumn": column, "endLine": end_line, "endColumn": end_column}
    uri = quote(folder + span.file.path)  # 3.4.3: a valid URI reference
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def wants_colour(terminal: bool, environment: Mapping[str, str] = os.environ) -> bool:
    """NO_COLOR and FORCE_COLOR decide (no-color.org, force-color.org); else whether it is a terminal."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


__all__ = [
    "FORMATS",
    "ContentError",
    "Diagnostic",
    "Diagnostics",
    "Severity",
    "SourceFile",
    "Span",
    "as_github",
    "as_sarif",
    "as_text",
    "did_you_mean",
    "near_name",
    "record",
    "visible",
    "wants_colour",
]
