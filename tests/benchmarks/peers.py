"""Our Markdown → what pandoc and typst read, with the same words, tables and numbers in it.

Everything here happens before the clock starts: the peers get their input ready made.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

PANDOC_READER = "markdown-citations-yaml_metadata_block-tex_math_dollars-raw_html-raw_tex"
"""Pandoc's Markdown without what our dialect has no notion of, or where "US$" would begin a formula."""

_DATA_BLOCK = re.compile(r"^```(chart|stats|timeline|table)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIV = re.compile(r"^(:{3,}) ?(\w+)(.*)$", re.MULTILINE)


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
