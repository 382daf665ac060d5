"""Documents as text that a person can compare: one line a block, its inside indented, inlines much as written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import assert_never

import pytest

from ijreport.content.load import Content, load
from ijreport.content.models import Report, SourceEntry, TermEntry
from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import (
    Acronym,
    Block,
    Citation,
    Cited,
    CrossReference,
    Document,
    FootnoteReference,
    HardBreak,
    Inlines,
    Text,
)
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.document.resolve import resolve
from ijreport.document.template import Renderer

ParsedText = Callable[..., str]
ResolvedText = Callable[..., str]
RenderedText = Callable[..., str]


@pytest.fixture
def parsed() -> ParsedText:
    """Make `parsed(markdown, language="en")` tell the blocks and the diagnostics of a text."""

    def tell(markdown: str, language: str = "en") -> str:
        diagnostics = Diagnostics()
        origins = Origins("text.md", markdown, Stamps())
        said: Iterable[str] = ()
        with suppress(ContentError):  # what it means is in the diagnostics
            said = told(parse(origins, blocks.Metadata("A report", language=language), diagnostics))
        return "\n".join((*said, *faults(diagnostics))) + "\n"

    return tell


@pytest.fixture
def resolved() -> ResolvedText:
    """Make `resolved(markdown, glossary={…}, sources={…}, deck=False)` tell the document with its references."""

    def tell(
        markdown: str, glossary: Mapping[str, str] | None = None, sources: Iterable[str] = (), deck: bool = False
    ) -> str:
        diagnostics = Diagnostics()
        document = parse(Origins("text.md", markdown, Stamps()), blocks.Metadata("A report"), diagnostics)
        content = Content(
            Report("A report", {}),
            {},
            {name: SourceEntry(f"The {name} title") for name in sources},
            {name: TermEntry(expansion) for name, expansion in (glossary or {}).items()},
            {},
        )
        return "\n".join((*told(resolve(document, content, diagnostics, deck)), *faults(diagnostics))) + "\n"

    return tell


@pytest.fixture
def rendered(project: Callable[..., Path]) -> RenderedText:
    """Make `rendered(template, files)` tell the Markdown of a project's `main.md.j2`, and the diagnostics after it.

    `files` are other files of the project.
    """

    def tell(template: str, files: Mapping[str, str] | None = None) -> str:
        diagnostics = Diagnostics()
        text = ""
        try:
            text = origins(project({"templates/main.md.j2": template, **(files or {})}), diagnostics).source.text
        except ContentError:
            assert diagnostics.errors
        return "\n".join((text.removesuffix("\n"), *faults(diagnostics)))

    return tell


def origins(folder: Path, diagnostics: Diagnostics) -> Origins:
    """What `main.md.j2` of a project renders to."""
    found = Project(folder, diagnostics)
    renderer = Renderer(found, load(found, diagnostics), diagnostics)
    return renderer.render("main.md.j2", "main.md", None)


def faults(diagnostics: Diagnostics) -> Iterator[str]:
    """Each diagnostic's kind and place; what it says in words is shown by tests/cases."""
    return (f"{one.severity}[{one.code}] {one.span}" for one in diagnostics)


def told(document: Document) -> Iterator[str]:
    for block in document.blocks:
        yield from lines(block)
    for number, note in enumerate(document.footnotes, 1):
        yield from _inside(f"footnote {number}", note)
    for number, reference in enumerate(document.references, 1):
        yield f"reference {number} {reference.id}: {inline(reference.content)}"
    for term in document.terms:
        yield f"term {term.name}: {term.expansion}"


def lines(block: Block) -> Iterator[str]:
    """A block's own line, and what is inside it, two columns further right."""
    match block:
        case blocks.Heading():
            attributes = (f"#{block.id}" if block.id else "", f"layout={block.layout}" if block.layout else "")
            yield " ".join(
                filter(None, (f"h{block.level}", *attributes, "-" * block.unnumbered, inline(block.content)))
            )
        case blocks.Paragraph():
            yield f"p {inline(block.content)}"
        case blocks.CodeBlock():
            yield f"code {block.language}".rstrip()
            yield from (f"  |{line}" for line in block.text.split("\n"))
        case blocks.List():
            yield "list" if block.start is None else f"list from {block.start}"
            for item in block.items:
                inner = [line for part in item.blocks for line in lines(part)]
                yield f"  - {inner[0] if inner else ''}".rstrip()
                yield from (f"    {line}" for line in inner[1:])
        case blocks.Table():
            yield _labelled("table", block)
            yield "  " + " | ".join(map(_column, block.columns))
            merged = {(one.row, one.column): f" <{one.columns}×{one.rows}>" for one in block.merged}
            for number, row in enumerate(block.rows):
                cells = (inline(cell) + merged.get((number, column), "") for column, cell in enumerate(row))
                yield f"  {' | '.join(cells)}"
        case blocks.Callout():
            yield from _inside(f"callout {inline(block.title)}".rstrip(), block.blocks)
        case blocks.Quote():
            yield from _inside(f"quote — {inline(block.attribution)}" if block.attribution else "quote", block.blocks)
        case blocks.Figure():
            yield _labelled(f"figure {block.path} '{block.alt}'", block)
        case blocks.Chart():
            yield _labelled(f"{block.type} chart '{block.alt}'", block)
            yield from (f"  {key}: {value}" for key in ("title", "unit", "format") if (value := getattr(block, key)))
            yield f"  categories: {', '.join(block.categories)}"
            for series in block.series:
                yield f"  {series.name}: {', '.join('none' if v is None else f'{v:g}' for v in series.values)}"
        case blocks.Stats():
            yield "stats"
            yield from (_entry(stat.value, stat.label, stat.note) for stat in block.items)
        case blocks.Timeline():
            yield "timeline"
            yield from (_entry(event.when, event.title, event.text) for event in block.events)
        case blocks.Columns():
            yield "columns"
            for column in block.columns:
                yield from (f"  {line}" for line in _inside("column", column))
        case blocks.Notes():
            yield from _inside("notes", block.blocks)
        case blocks.Break():
            yield "break"
        case blocks.Listing():
            yield f"list of {block.kind}" + " and terms" * block.terms
        case _:
            assert_never(block)


def _inside(name: str, content: Iterable[Block]) -> Iterator[str]:
    yield name
    for block in content:
        yield from (f"  {line}" for line in lines(block))


def _labelled(name: str, block: blocks.Figure | blocks.Chart | blocks.Table) -> str:
    number = f" no. {block.number}" if block.number else ""
    given = "" if block.id.startswith(blocks.OWN) else block.id
    return name + (f" #{given}" if given else "") + number + (f": {inline(block.caption)}" if block.caption else "")


def _column(column: blocks.Column) -> str:
    marks = ["" if column.align == "left" else column.align, "" if column.width is None else f"{column.width:g}"]
    return inline(column.title) + (f" ({', '.join(filter(None, marks))})" if any(marks) else "")


def _entry(head: str, first: Inlines, second: Inlines) -> str:
    return f"  {head} = {inline(first)}" + (f" / {inline(second)}" if second else "")


def inline(content: Inlines) -> str:
    """Inlines as Markdown, but for breaks (⏎), numbered citations [1], and acronyms with their expansion {…}."""
    return "".join(map(_inline, content))


def _inline(one: blocks.Inline) -> str:
    match one:
        case Text():
            marked = _marked(one.content, one.style)
            return _indexed(f"[{marked}]({one.link})" if one.link else marked, one.index)
        case Citation():
            between = "; " if any(each.before or each.after or not each.number for each in one.cited) else ", "
            return f"[{between.join(map(_cited, one.cited))}]"
        case FootnoteReference():
            return f"[^{one.number}]"
        case Acronym():
            expansion = f"[{one.expansion}]" if one.nested else one.expansion
            return _indexed(_marked(f"{one.content}{{{expansion}}}", one.style), one.index)
        case CrossReference():
            return f"[{one.text}](#{one.target})" + "{.page}" * one.paged
        case HardBreak():
            return "⏎"
        case _:
            assert_never(one)


def _indexed(text: str, index: tuple[blocks.IndexEntry, ...]) -> str:
    """A text inside its marks for the index, each with its entry."""
    for one in index:
        sort = f' sort="{one.sort}"' if one.sort else ""
        text = f'[{text}]{{.index entry="{" > ".join(one.path)}"{sort}}}'
    return text


def _cited(one: Cited) -> str:
    number = str(one.number) if one.number else f"@{one.source}"
    return f"{one.before} {number}".lstrip() + (f", {one.after}" if one.after else "")


def _marked(text: str, style: blocks.Style) -> str:
    baseline = {"super": "^", "sub": "~", "": ""}[style.baseline]
    mark = ("**" if style.strong else "") + ("*" if style.emphasis else "") + baseline + ("`" if style.code else "")
    return f"{mark}{text}{mark[::-1]}"
