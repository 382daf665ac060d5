"""Our Markdown → what pandoc, typst and PptxGenJS read, with the same words, tables and numbers in it.

Everything here happens before the clock starts: the peers get their input ready made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

PANDOC_READER = "markdown-citations-yaml_metadata_block-tex_math_dollars-raw_html-raw_tex"
"""Pandoc's Markdown without what our dialect has no notion of, or where "US$" would begin a formula."""

_DATA_BLOCK = re.compile(r"^```(chart|stats|timeline|table)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIV = re.compile(r"^(:{3,}) ?(\w+)(.*)$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\s*\{[^{}]*\}\s*$")
_INLINE = re.compile(r"\s*\[@[^\]]*\]|\*\*|(?<!\w)[*_]|[*_](?!\w)|\^\[[^\]]*\]")


# -- pandoc and typst --------------------------------------------------------------------------------------------


def for_pandoc(markdown: str) -> str:
    """Data blocks become lists and pipe tables (a chart the table of its numbers), callouts lose their title."""
    text = _DIV.sub(lambda match: f"{match[1]} {match[2]}", markdown)
    return _DATA_BLOCK.sub(lambda match: _plain_block(match[1], _load(match[2])), text)


def _plain_block(kind: str, data: Any) -> str:
    match kind:
        case "stats":
            return "\n".join(f"- **{one['value']}** {one['label']}" for one in data)
        case "timeline":
            return "\n".join(f"- **{one['when']}** {one['title']} {one.get('text', '')}" for one in data)
        case "table":
            return _pipe_table([column["title"] for column in data["columns"]], data["rows"])
        case _:
            names, rows = _series(data)
            return _pipe_table(["", *names], rows)


def _series(chart: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    names = [one["name"] for one in chart["series"]]
    columns = [chart["categories"], *(one["values"] for one in chart["series"])]
    return names, [list(row) for row in zip(*columns, strict=True)]


def _pipe_table(head: list[Any], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _load(text: str) -> Any:
    # The C loader, because at 3,500 slides the other one takes a minute.
    return yaml.load(text, Loader=yaml.CSafeLoader)


# -- PptxGenJS ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Slide:
    title: str
    section: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def write_slides(markdown: str, file: Path) -> int:
    """The slides as JSON for pptxgenjs/write.mjs: title, text lines, tables, charts, notes. How many there are."""
    slides = list(_slides(markdown))
    file.write_text(json.dumps([asdict(slide) for slide in slides], ensure_ascii=False), "utf-8")
    return len(slides)


def _slides(markdown: str) -> Iterator[_Slide]:
    """A reader for the flagship's own deck, not for the dialect: headings, lists, paragraphs, data blocks, notes."""
    slide: _Slide | None = None
    fences: list[str] = []
    lines = iter(markdown.splitlines())
    for line in lines:
        heading = re.match(r"(#{1,2}) (.*)", line)
        if heading:
            if slide:
                yield slide
            slide = _Slide(_words(heading[2]), section=heading[1] == "#")
            fences = []
        elif slide is None or not line.strip("- "):
            continue
        elif line.startswith(":::"):
            name = line.lstrip(": ").split(" ")[0]
            fences = [*fences, name] if name else fences[:-1]
        elif line.startswith("```"):
            body = "\n".join(iter(lambda: next(lines), "```"))
            _add_data(slide, line[3:].strip(), _load(body))
        elif "notes" in fences:
            slide.notes.append(_words(line))
        else:
            text = _words(line.lstrip("#- "))
            slide.lines.append({"text": text, "bullet": line.lstrip().startswith("- "), "size": 20})
    if slide:
        yield slide


def _add_data(slide: _Slide, kind: str, data: Any) -> None:
    match kind:
        case "table":
            head = [_words(str(column["title"])) for column in data["columns"]]
            slide.tables.append([head, *([_words(str(cell)) for cell in row] for row in data["rows"])])
        case "chart":
            kept = ("type", "alt", "unit", "format", "categories", "series")
            slide.charts.append({key: data[key] for key in kept if key in data})
        case "stats":
            for one in data:
                slide.lines.append({"text": _words(str(one["value"])), "bullet": False, "size": 44})
                slide.lines.append(
                    {"text": _words(f"{one['label']} {one.get('note', '')}"), "bullet": False, "size": 16}
                )
        case "timeline":
            slide.tables.append([[str(one["when"]), _words(one["title"])] for one in data])
        case _:
            slide.lines.append({"text": str(data), "bullet": False, "size": 16})


def _words(text: str) -> str:
    """Without heading attributes and inline marks; a heading's or a line's own words."""
    return _INLINE.sub("", _ATTRIBUTES.sub("", text)).strip()
