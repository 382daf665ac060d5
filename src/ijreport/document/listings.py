"""A resolved document → the same with its contents, figures, tables, glossary and sources, where it placed none."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import OWN, Block, Blocks, Document, Heading, Text
from ijreport.document.walking import captioned, through, walk
from ijreport.document.wording import Wording
from ijreport.source import Span

_CAPTIONED: tuple[Literal["figures", "tables"], ...] = ("figures", "tables")
FEW = 3
"""Figures or tables that are not listed: whoever looks for one of so few finds it without."""


def with_listings(
    document: Document, wording: Wording, kinds: tuple[blocks.ListingKind, ...], level: int = 0
) -> Document:
    """The document with the listings of these kinds where the template placed none, each under a heading.

    The contents stand before the first heading, if there are three headings or more; below them, a level deeper, the
    figures and the tables, if there are more than three. At the end stand the glossary and the sources that the
    document used, before an index if it ends with that. A listing that the template placed without a heading before it
    gets one, too.

    The headings are of a `level`; without one those in front are as high as the heading that they stand before, so that
    it is not below them, and the others as the highest of the text.
    """
    levels = [block.level for block in through(document.blocks) if isinstance(block, Heading)] or [1]
    before, level = level or levels[0], level or min(levels)
    titles: dict[blocks.ListingKind, str] = {
        "contents": wording.contents,
        "figures": wording.figures,
        "tables": wording.tables,
        "glossary": wording.glossary,
        "sources": wording.sources,
        "index": wording.index,
    }

    def headed(kind: blocks.ListingKind, level: int = level, span: Span | None = None) -> Blocks:
        heading = Heading(level, (Text(titles[kind]),), f"{OWN}{kind}", span=span)
        return heading, blocks.Listing(kind, span)

    placed = {block.kind for block in walk(document.blocks) if isinstance(block, blocks.Listing)}
    wanted = set(kinds) - placed
    found = list(document.blocks)
    contents = "contents" in wanted and sum(isinstance(block, Heading) for block in found) > 2
    lists = [kind for kind in _CAPTIONED if kind in wanted and _many(document, kind)]
    front = [*(headed("contents", before) if contents else ())]
    place = next((at for at, one in enumerate(found) if isinstance(one, blocks.Listing) and one.kind == "contents"), -1)
    for kind in lists:
        front += headed(kind, min(before + (contents or place >= 0), 6))
    if front and place >= 0:
        found[place + 1 : place + 1] = front
    elif front:
        first = next((at for at, block in enumerate(found) if isinstance(block, Heading)), 0)
        found[first:first] = [*front, blocks.Break()]
    body: list[Block] = []
    for block in found:
        if isinstance(block, blocks.Listing) and not (body and isinstance(body[-1], Heading)):
            body += headed(block.kind, span=block.span)
        else:
            body.append(block)
    end = [*(headed("glossary") if document.terms and "glossary" in wanted else ())]
    end += headed("sources") if document.references and "sources" in wanted else ()
    at = _before_index(body)
    return replace(document, blocks=(*body[:at], *end, *body[at:]))


def _before_index(body: list[Block]) -> int:
    """Where the blocks end but for an index, with its heading and the page that is forced for it."""
    at = len(body)
    if not (body and isinstance(body[-1], blocks.Listing) and body[-1].kind == "index"):
        return at
    at -= 1
    at -= at > 0 and isinstance(body[at - 1], Heading)
    at -= at > 0 and isinstance(body[at - 1], blocks.Break)
    return at


def _many(document: Document, kind: Literal["figures", "tables"]) -> bool:
    """Whether the document has so many of a kind, with captions, that they are listed."""
    return sum(1 for _ in captioned(document.blocks, kind)) > FEW
