"""A project's content files → Content: the report, figures, sources, glossary, and the author's own data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from ijreport.content import reader
from ijreport.content.bind import TextValue, bind, free, place_of
from ijreport.content.figures import Figure, compute
from ijreport.content.models import FigureEntry, Report, SourceEntry, TermEntry
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.source import SourceFile, Span

REPORT = "content/report.yaml"
RESERVED = frozenset({"report", "figure", "source", "term"})
"""Names that templates have by themselves; no data file may take one."""
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_ADDRESS = re.compile(r"(https?://|mailto:)\S+\Z", re.IGNORECASE)
_ID = re.compile(r"[\w.:–-]+\Z")


class Content(Struct, frozen=True):
    """What is true: everything that templates may print."""

    report: Report
    figures: Mapping[str, Figure]
    sources: Mapping[str, SourceEntry]
    terms: Mapping[str, TermEntry]
    data: Mapping[str, Any]


def load(project: Project, diagnostics: Diagnostics) -> Content:
    """Read and check all content files. Raises ContentError after all diagnostics of the stage."""
    report = _report(project, diagnostics)
    entries = _entries(project, "figures", FigureEntry, diagnostics)
    sources = _entries(project, "sources", SourceEntry, diagnostics)
    glossary = _entries(project, "glossary", str | TermEntry, diagnostics)
    data = _data(project, diagnostics)
    figures = compute(entries or {}, report.language if report else "en", diagnostics)
    _check_names(entries or {}, _IDENTIFIER, "figure", diagnostics)
    _check_names(sources or {}, _ID, "source", diagnostics)
    for url in (entry.url for entry in (sources or {}).values() if entry):
        if url and not _ADDRESS.match(url):
            message, hint = f"'{url}' is no web address", "an address begins with https://"
            diagnostics.error("bad-link", message, place_of(url), hint)
    for entry in (entries or {}).values():
        if entry and sources is not None and entry.source not in sources:
            hint = did_you_mean(entry.source, sources) or "list it in content/sources.yaml"
            diagnostics.error("unknown-source", f"there is no source '{entry.source}'", place_of(entry.source), hint)
    diagnostics.end_stage()
    assert report is not None  # end_stage() raised otherwise
    terms = {name: TermEntry(term) if isinstance(term, str) else term for name, term in _sound(glossary).items()}
    return Content(report, figures, _sound(sources), terms, data)


def _report(project: Project, diagnostics: Diagnostics) -> Report | None:
    if not (project.root / REPORT).exists():
        other = "name report.yml report.yaml" if (project.root / REPORT).with_suffix(".yml").exists() else ""
        hint = other or "this is a project's main file; is this the project's folder?"
        diagnostics.error("missing-file", f"there is no file {REPORT}", hint=hint)
        return None
    errors = diagnostics.errors
    node = project.read_yaml(REPORT)
    if node is None:
        if diagnostics.errors == errors:
            place = SourceFile(REPORT, "").line_span(1)
            diagnostics.error("empty-file", "the report is empty", place, "it must have a title and outputs")
        return None
    report = bind(node, Report, diagnostics, "the report")
    if report:
        if not report.title.strip():
            diagnostics.error("bad-value", "a report must have a title", place_of(report.title) or report.span)
        _check_outputs(report, diagnostics)
    return report


def _entries(project: Project, stem: str, wanted: Any, diagnostics: Diagnostics) -> dict[str, Any] | None:
    """The named entries of an optional file, a faulty one as None; None for all where the file cannot be read.

    So one fault is one diagnostic: what refers to a faulty entry is not called unknown.
    """
    path = f"content/{stem}.yaml"
    full = project.root / path
    if not (full.exists() or full.is_symlink()):
        return {}
    errors = diagnostics.errors
    node = project.read_yaml(path)
    if node is None:
        return {} if diagnostics.errors == errors else None
    if not isinstance(node, reader.Mapping):
        diagnostics.error("wrong-type", f"{path} must be a mapping of names", node.span, "write name: …")
        return None
    return {
        TextValue(key.text, key.span): bind(value, wanted, diagnostics, f"'{key.text}'") for key, value in node.entries
    }


def _sound(entries: Mapping[str, Any] | None) -> dict[str, Any]:
    """The entries, after the stage ended without an error: none is None then."""
    return dict(entries or {})


def _data(project: Project, diagnostics: Diagnostics) -> dict[str, Any]:
    """Every other YAML file below content/, by its stem; a folder is a mapping of its files, in their order."""
    data: dict[str, Any] = {}
    folder = project.root / "content"
    known = {"report.yaml", "figures.yaml", "sources.yaml", "glossary.yaml"}
    for full in sorted(folder.rglob("*.yml")):
        name = full.relative_to(folder).as_posix()
        place = SourceFile(f"content/{name}", "").line_span(1)
        if f"content/{name}" != REPORT.replace(".yaml", ".yml"):
            diagnostics.error("bad-name", f"content/{name} is not read", place, f"name it {full.stem}.yaml")
    for full in sorted(folder.rglob("*.yaml")):
        path = PurePosixPath(full.relative_to(folder).as_posix())
        if path.as_posix() in known or any(part.startswith(".") for part in path.parts) or full.is_dir():
            continue
        node = project.read_yaml(f"content/{path}")
        names = [*path.parts[:-1], path.stem]
        for name in names:
            if not _IDENTIFIER.match(name) or names[0] in RESERVED:
                taken = f"rename it: {', '.join(sorted(RESERVED))} are taken"
                hint = taken if names[0] in RESERVED else "rename it: letters, digits and _ make a name"
                first = SourceFile(f"content/{path}", "").line_span(1)
                diagnostics.error("bad-name", f"templates cannot reach this file as '{name}'", first, hint)
        inside = data
        for name in names[:-1]:
            inside = inside.setdefault(name, {})
        inside[names[-1]] = None if node is None else free(node, diagnostics)
    return data


def _check_outputs(report: Report, diagnostics: Diagnostics) -> None:
    files: dict[str, Span | None] = {}
    for name, output in report.outputs.items():
        if not re.fullmatch(r"[\w-]+", name):
            diagnostics.error("bad-name", f"'{name}' cannot name an output", place_of(name), "letters, digits, - and _")
        file = file_of(name, report)
        if not file.endswith(f".{output.format}"):
            message = f"the file of a {output.format} must end in .{output.format}"
            diagnostics.error("bad-value", message, place_of(output.file) or output.span)
        place = place_of(output.file) or place_of(name)
        first = files.setdefault(file.casefold(), place)
        if first is not place and first:
            hint = "give each output a file of its own"
            message = f"another output is written to {file} already"
            diagnostics.error("duplicate-file", message, place, hint, (("first at", first),))
    if not report.outputs:
        diagnostics.error(
            "missing-key",
            "the report names no outputs",
            report.span,
            "outputs: {briefing: {format: pdf, template: briefing.md.j2}}",
        )


def file_of(name: str, report: Report) -> str:
    """The file name of an output."""
    return report.outputs[name].file or f"{name}.{report.outputs[name].format}"


def _check_names(entries: Mapping[str, object], pattern: re.Pattern[str], what: str, diagnostics: Diagnostics) -> None:
    for name in entries:
        if not pattern.match(name):
            span = name.span if isinstance(name, TextValue) else None
            diagnostics.error("bad-name", f"'{name}' cannot name a {what}", span, "letters, digits and _ make a name")
        elif what == "figure" and iskeyword(name):
            message, hint = f"'{name}' cannot name a figure", "formulas cannot say this word; add an underscore"
            diagnostics.error("bad-name", message, place_of(name), hint)
