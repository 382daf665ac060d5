"""A project's content files → Content: the report, figures, sources, glossary, and the author's own data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

from ijreport.content.bind import TextValue, bind, free, place_of
from ijreport.content.figures import Figure, compute
from ijreport.content.models import FigureEntry, Report, SourceEntry, TermEntry
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean

T = TypeVar("T")

REPORT = "content/report.yaml"
RESERVED = frozenset({"report", "figure", "source", "term"})
"""Names that templates have by themselves; no data file may take one."""
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_ID = re.compile(r"[\w.:–-]+\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """What is true: everything that templates may print."""

    report: Report
    figures: Mapping[str, Figure]
    sources: Mapping[str, SourceEntry]
    terms: Mapping[str, TermEntry]
    data: Mapping[str, Any]


def load(project: Project, diagnostics: Diagnostics) -> Content:
    """Read and check all content files. Raises ContentError after all diagnostics of the stage."""
    report = _file(project, REPORT, Report, diagnostics, "the report")
    entries = _optional(project, "figures", dict[str, FigureEntry], diagnostics, "figures")
    sources = _optional(project, "sources", dict[str, SourceEntry], diagnostics, "sources")
    glossary = _optional(project, "glossary", dict[str, str | TermEntry], diagnostics, "the glossary")
    data = _data(project, diagnostics)
    figures: dict[str, Figure] = {}
    if report:
        _check_outputs(report, diagnostics)
        figures = compute(entries, report.language, diagnostics)
    _check_names(entries, _IDENTIFIER, "figure", diagnostics)
    _check_names(sources, _ID, "source", diagnostics)
    for entry in entries.values():
        if entry.source not in sources:
            hint = did_you_mean(entry.source, sources) or "list it in content/sources.yaml"
            diagnostics.error("unknown-source", f"there is no source '{entry.source}'", place_of(entry.source), hint)
    diagnostics.end_stage()
    assert report is not None  # end_stage() raised otherwise
    terms = {name: term if isinstance(term, TermEntry) else TermEntry(term) for name, term in glossary.items()}
    return Content(report, figures, sources, terms, data)


def _file(project: Project, path: str, wanted: type[T], diagnostics: Diagnostics, what: str) -> T | None:
    errors = diagnostics.errors
    node = project.read_yaml(path)
    if node is None:
        if diagnostics.errors == errors:
            diagnostics.error("empty-file", f"{path} is empty", hint=f"it must hold {what}")
        return None
    return bind(node, wanted, diagnostics, what)


def _optional(project: Project, stem: str, wanted: type[T], diagnostics: Diagnostics, what: str) -> T:
    path = f"content/{stem}.yaml"
    empty: Any = {}
    if not (project.root / path).exists():
        return empty
    return _file(project, path, wanted, diagnostics, what) or empty


def _data(project: Project, diagnostics: Diagnostics) -> dict[str, Any]:
    """Every other YAML file below content/, by its stem; a folder is a mapping of its files, in their order."""
    data: dict[str, Any] = {}
    folder = project.root / "content"
    known = {"report.yaml", "figures.yaml", "sources.yaml", "glossary.yaml"}
    for full in sorted(folder.rglob("*.yaml")):
        path = PurePosixPath(full.relative_to(folder).as_posix())
        if path.as_posix() in known or any(part.startswith(".") for part in path.parts):
            continue
        node = project.read_yaml(f"content/{path}")
        names = [*path.parts[:-1], path.stem]
        for name in names:
            if not _IDENTIFIER.match(name) or names[0] in RESERVED:
                hint = "letters, digits and _ make a name; " + ", ".join(sorted(RESERVED)) + " are taken"
                diagnostics.error("bad-name", f"content/{path} cannot reach templates as '{name}'", hint=hint)
        place = data
        for name in names[:-1]:
            place = place.setdefault(name, {})
        place[names[-1]] = None if node is None else free(node, diagnostics)
    return data


def _check_outputs(report: Report, diagnostics: Diagnostics) -> None:
    files: dict[str, str] = {}
    for name, output in report.outputs.items():
        if not re.fullmatch(r"[\w-]+", name):
            diagnostics.error("bad-name", f"'{name}' cannot name an output", place_of(name), "letters, digits, - and _")
        file = file_of(name, report)
        if not file.endswith(f".{output.format}"):
            message = f"the file of a {output.format} must end in .{output.format}"
            diagnostics.error("bad-value", message, place_of(output.file) or output.span)
        if file.casefold() in files:
            message = f"the outputs '{files[file.casefold()]}' and '{name}' have one file name"
            diagnostics.error("duplicate-id", message, place_of(output.file) or output.span)
        files[file.casefold()] = name
    if not report.outputs:
        diagnostics.error("missing-key", "the report names no outputs", report.span, "outputs: {briefing: {format: pdf, …}}")


def file_of(name: str, report: Report) -> str:
    """The file name of an output."""
    return report.outputs[name].file or f"{name}.{report.outputs[name].format}"


def _check_names(entries: Mapping[str, object], pattern: re.Pattern[str], what: str, diagnostics: Diagnostics) -> None:
    for name in entries:
        if not pattern.match(name):
            span = name.span if isinstance(name, TextValue) else None
            diagnostics.error("bad-name", f"'{name}' cannot name a {what}", span, "letters, digits and _ make a name")
