"""The manual against the code: examples build as they stand, and the reference leaves nothing out."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jinja2.filters import FILTERS
from msgspec import Struct
from PIL import Image

from ijreport import cli
from ijreport.build import build
from ijreport.content import models
from ijreport.content.bind import bind
from ijreport.content.load import load
from ijreport.content.project import Project
from ijreport.content.reader import compose
from ijreport.diagnostics import ContentError, Diagnostics, as_text
from ijreport.document import data_blocks, wording
from ijreport.document.commonmark import DIVS
from ijreport.document.data_blocks import DATA
from ijreport.document.template import Renderer
from ijreport.layout.items import LayoutName
from ijreport.layout.theme import Family, Theme
from ijreport.source import SourceFile

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "ijreport"
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
TEMPLATES = {"briefing": "templates/briefing.md.j2", "deck": "templates/deck.md.j2"}

Files = Mapping[str, str | bytes]
ProjectFactory = Callable[..., Path]
"""The fixture of conftest.py."""


# -- authoring.md: every marked fence builds -----------------------------------------------------------------------


@dataclass(frozen=True)
class Fence:
    line: int
    words: tuple[str, ...]
    body: str


def fences(page: str) -> list[Fence]:
    pattern = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]+)\n(?P<body>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)
    return [
        Fence(page.count("\n", 0, found.start()) + 1, tuple(found["info"].split()[1:]), found["body"])
        for found in pattern.finditer(page)
    ]


def examples() -> Iterator[Any]:
    """The project as it stands after each fence, the outputs that the fence is about, and what must be told."""
    files: dict[str, str | bytes] = {"images/garden.png": picture()}
    whole = False  # the first files make no project before they are all there
    for fence, after in pairwise([*fences(AUTHORING), Fence(0, (), "")]):
        match fence.words:
            case (path, "broken"):
                yield pytest.param({**files, path: fence.body}, (), after.body, id=f"line-{fence.line}")
            case ("both" | "briefing" | "deck" as output,):
                names = tuple(TEMPLATES) if output == "both" else (output,)
                templates = {TEMPLATES[name]: fence.body for name in names}
                yield pytest.param({**files, **templates}, names, "", id=f"line-{fence.line}")
            case (path,):
                files[path] = fence.body
                whole = whole or set(TEMPLATES.values()) <= set(files)
                if whole:
                    yield pytest.param(dict(files), (), "", id=f"line-{fence.line}")


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), "#1E7A4A").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("files,only,expected", list(examples()))
def test_an_example_of_the_manual_builds(
    files: Files, only: tuple[str, ...], expected: str, project: ProjectFactory
) -> None:
    diagnostics = Diagnostics()
    with suppress(ContentError):  # what is wrong is compared below
        build(project(files), diagnostics, only=only, write=False)
    assert expected == as_text(diagnostics.in_order())


# -- reference.md: complete, and true where that can be asked ------------------------------------------------------


def table(heading: str) -> dict[str, str]:
    """The table below a heading: the code in the first cell of each row, and the last cell."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert section, f"reference.md has no heading '{heading}'"
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section[1].splitlines() if line.startswith("| `")]
    return {name: row[-1].strip() for row in rows for name in re.findall(r"`([^`]+)`", row[0])}


def keys(wanted: type[Struct]) -> set[str]:
    return {*wanted.__struct_fields__} - {"span"}


@pytest.mark.parametrize(
    "heading,wanted",
    [
        ("content/report.yaml", models.Report),
        ("An output", models.Output),
        ("content/figures.yaml", models.FigureEntry),
        ("content/sources.yaml", models.SourceEntry),
        ("content/glossary.yaml", models.TermEntry),
        ("chart", data_blocks.ChartData),
        ("stats", data_blocks.StatData),
        ("timeline", data_blocks.EventData),
        ("table", data_blocks.TableData),
        ("A column of a table", data_blocks.ColumnData),
        ("A family of fonts", Family),
    ],
)
def test_keys(heading: str, wanted: type[Struct]) -> None:
    assert keys(wanted) == set(table(heading))


def test_data_blocks_and_divs() -> None:
    assert set(DATA) <= set(re.findall(r"^### (.+)$", REFERENCE, re.MULTILINE))
    assert set(DIVS) == set(table("Divs"))


def test_layouts() -> None:
    assert set(get_args(LayoutName)) == set(table("Slide layouts"))


def test_filters(project: ProjectFactory) -> None:
    diagnostics = Diagnostics()
    folder = Project(project(), diagnostics)
    filters = Renderer(folder, load(folder, diagnostics), diagnostics)._environment.filters
    written = set(filter(str.isidentifier, filters))  # others are what counts, which no template can name
    assert written - set(FILTERS) == set(table("Filters"))


def theme_keys(value: Struct, before: str = "") -> Iterator[str]:
    for name in value.__struct_fields__:
        inner = getattr(value, name)
        if isinstance(inner, Struct):
            yield from theme_keys(inner, f"{before}{name}.")
        else:
            yield before + name


def test_theme_has_every_key_with_its_default() -> None:
    """The defaults of the table, written as a theme, are the theme of a project that has none."""
    defaults = table("templates/theme.yaml")
    assert set(theme_keys(Theme())) == set(defaults)
    written: dict[str, Any] = {}
    for path, default in defaults.items():
        *folders, name = path.split(".")
        place = written
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = yaml.safe_load(default.strip("`"))
    diagnostics = Diagnostics()
    node = compose(SourceFile("theme.yaml", yaml.safe_dump(written)), diagnostics)
    assert node
    assert Theme() == bind(node, Theme, diagnostics)
    assert not list(diagnostics)


def test_options() -> None:
    parsers = [cli._parser()]
    for action in parsers[0]._actions:
        if isinstance(action, argparse._SubParsersAction):
            parsers += action.choices.values()
    actions = [action for parser in parsers for action in parser._actions]
    listed = table("Options")
    assert {option for action in actions for option in action.option_strings} - {"-h", "--help"} == set(listed)
    formats = {name for action in actions if action.dest == "output_format" for name in action.choices or ()}
    assert formats == set(re.findall(r"`(\w+)`", listed["--output-format"]))


def test_exit_codes() -> None:
    assert {cli.BUILT, cli.PROBLEMS, cli.FAULT, cli.INTERRUPTED} == set(map(int, table("Exit codes")))


def test_languages() -> None:
    assert set(wording._LANGUAGES) <= set(re.findall(r"`(\w+)`", table("content/report.yaml")["language"]))


# -- diagnostic codes ----------------------------------------------------------------------------------------------

_SAY = {"error", "_error", "warning", "note", "fault", "_fault", "_unprinted", "Diagnostic", "Unfit", "_Refused"}
"""What a diagnostic is made with; its code is a literal among the arguments."""
_CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+|[a-z]+-\*")


def literals(tree: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may be; a `*` where a part of one is computed."""
    match tree:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body)
            yield from literals(other)
        case ast.Tuple(elts=[first, *_]):
            yield from literals(first)
        case _:
            return


def codes(file: Path) -> Iterator[str]:
    """The diagnostic codes that a module says."""
    said: list[ast.AST | None] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if name in _SAY:
                said += arguments
            case ast.Assign(targets=[ast.Name(id="code") | ast.Tuple(elts=[ast.Name(id="code"), *_])], value=value):
                said.append(value)
            case ast.FunctionDef(args=ast.arguments(args=arguments, defaults=defaults)):
                pairs = zip(reversed(arguments), reversed(defaults), strict=False)
                said += [default for argument, default in pairs if argument.arg == "code"]
    for tree in said:
        yield from (text for text in literals(tree) if _CODE.fullmatch(text))


def test_diagnostic_codes() -> None:
    listed = set(table("Diagnostics in the content")) | set(table("Diagnostics of finished files"))
    known = {code for file in SRC.rglob("*.py") for code in codes(file)}
    patterns = {code for code in known if "*" in code}
    assert {"unknown-*"} == patterns  # unknown-figure and its like, made of what is unknown
    assert known - patterns == {code for code in listed if code in known or not code.startswith("unknown-")}
    assert {"unknown-figure", "unknown-image", "unknown-font", "unknown-acronym", "unknown-source"} <= listed
