"""The blocks of a document → those inside them, their texts, what links lead to, and the same with other texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Literal, assert_never

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Heading, Inlines, ListItem

_INSIDE: dict[type[Block], Callable[[Any], Blocks]] = {
    blocks.List: lambda block: tuple(inner for item in block.items for inner in item.blocks),
    blocks.Callout: attrgetter("blocks"),
    blocks.Quote: attrgetter("blocks"),
    blocks.Notes: attrgetter("blocks"),
    blocks.Columns: lambda block: tuple(inner for column in block.columns for inner in column),
}
"""The blocks directly inside those that hold any; most hold none."""

Captioned = blocks.Figure | blocks.Chart | blocks.Table


def headings(content: Blocks) -> Iterator[Heading]:
    """The headings of a document, in order; those inside columns and callouts too."""
    return (block for block in walk(content) if isinstance(block, Heading))


def through(content: Blocks) -> Iterator[Block]:
    """The blocks that follow each other down the pages or from slide to slide: those of the document, and those that
    flow through columns."""
    for block in content:
        if isinstance(block, blocks.Columns) and len(block.columns) == 1:
            yield from through(block.columns[0])
        else:
            yield block


def printed(content: Blocks) -> Iterator[Block]:
    """All blocks but speaker notes and what is in them."""
    for block in content:
        if isinstance(block, blocks.Notes):
            continue
        yield block
        if inside := _INSIDE.get(type(block)):
            yield from printed(inside(block))


ANCHORED = (Heading, blocks.Figure, blocks.Chart, blocks.Table)
"""What links inside a document lead to."""


def captioned(content: Blocks, kind: Literal["figures", "tables"]) -> Iterator[tuple[Captioned, str]]:
    """The figures (images and charts) or tables that have a number, with the words of their captions."""
    for block in printed(content):
        if isinstance(block, blocks.Table if kind == "tables" else (blocks.Figure, blocks.Chart)) and block.number:
            yield block, blocks.plain(block.caption).strip()


def inlines_of(block: Block) -> Iterator[Inlines]:
    """The texts of a block itself, not of those inside it."""
    match block:
        case Heading() | blocks.Paragraph():
            yield block.content
        case blocks.Table():
            yield from (column.title for column in block.columns)
            for row in block.rows:
                yield from row
            yield block.caption
        case blocks.Callout():
            yield block.title
        case blocks.Quote():
            yield block.attribution
        case blocks.Figure() | blocks.Chart():
            yield block.caption
        case blocks.Stats():
            for stat in block.items:
                yield from (stat.label, stat.note)
        case blocks.Timeline():
            for event in block.events:
                yield from (event.title, event.text)
        case blocks.List() | blocks.Columns() | blocks.Notes() | blocks.CodeBlock() | blocks.Break() | blocks.Listing():
            return
        case _:
            assert_never(block)


def walk(content: Blocks) -> Iterator[Block]:
    """All blocks, outer ones first."""
    for block in content:
        yield block
        if inside := _INSIDE.get(type(block)):
            yield from walk(inside(block))


def rewritten(content: Blocks, change: Callable[[Inlines], Inlines]) -> Blocks:
    """The blocks with each of their texts changed, those inside them too."""

    def of(block: Block) -> Block:
        match block:
            case Heading() | blocks.Paragraph():
                return replace(block, content=change(block.content))
            case blocks.List():
                return replace(block, items=tuple(ListItem(all_of(item.blocks)) for item in block.items))
            case blocks.Table():
                columns = tuple(replace(column, title=change(column.title)) for column in block.columns)
                rows = tuple(tuple(map(change, row)) for row in block.rows)
                return replace(block, columns=columns, rows=rows, caption=change(block.caption))
            case blocks.Callout():
                return replace(block, title=change(block.title), blocks=all_of(block.blocks))
            case blocks.Quote():
                return replace(block, blocks=all_of(block.blocks), attribution=change(block.attribution))
            case blocks.Figure() | blocks.Chart():
                return replace(block, caption=change(block.caption))
            case blocks.Stats():
                stats = (replace(one, label=change(one.label), note=change(one.note)) for one in block.items)
                return replace(block, items=tuple(stats))
            case blocks.Timeline():
                events = (replace(one, title=change(one.title), text=change(one.text)) for one in block.events)
                return replace(block, events=tuple(events))
            case blocks.Columns():
                return replace(block, columns=tuple(map(all_of, block.columns)))
            case blocks.Notes():
                return replace(block, blocks=all_of(block.blocks))
            case blocks.CodeBlock() | blocks.Break() | blocks.Listing():
                return block
            case _:
                assert_never(block)

    def all_of(content: Blocks) -> Blocks:
        return tuple(map(of, content))

    return all_of(content)
