"""A parsed document + the content → the document with its references.

Sources are numbered, acronyms found, links checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, assert_never

from msgspec.structs import replace

from ijreport.content.load import Content
from ijreport.content.models import SourceEntry
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document import blocks
from ijreport.document.blocks import (
    Acronym,
    Block,
    Blocks,
    Citation,
    CrossReference,
    Document,
    FootnoteReference,
    HardBreak,
    Heading,
    IndexEntry,
    Inline,
    Inlines,
    ListItem,
    Reference,
    Style,
    Term,
    Text,
)
from ijreport.document.markdown import heading_id
from ijreport.document.wording import Wording
from ijreport.source import Span


def resolve(document: Document, content: Content, diagnostics: Diagnostics, deck: bool) -> Document:
    """Number what is numbered, look up what is cited, and mark the first use of each acronym.

    In a `deck` a first use may be a heading, as its expansion is told elsewhere (the foot of a slide) and would not be
    set in the heading itself; it has no pages, and no marks for an index.
    """
    return _Resolver(document, content, diagnostics, deck).run()


class _Resolver:
    def __init__(self, document: Document, content: Content, diagnostics: Diagnostics, deck: bool) -> None:
        self.document = document
        self.content = content
        self.diagnostics = diagnostics
        self.deck = deck
        listed = [block for block in printed(document.blocks) if isinstance(block, blocks.Listing)]
        indexes = [block for block in listed if block.kind == "index"]
        self.indexed = bool(indexes) and not deck
        self.ids: set[str] = set()
        self.repeats: dict[str, int] = {}  # of each id made from a heading's words, how many headings asked for it
        self.links: list[tuple[str, Span | None]] = []  # the ids that links lead to
        self.refers = False
        self.cited: dict[str, int] = {}
        self.figures = self.tables = 0
        terms = self.indexed and any(index.terms for index in indexes)
        self.shown = _Acronyms(content, terms)
        self.noted = _Acronyms(content)
        self.acronyms = self.shown

    def run(self) -> Document:
        document = self.document
        self.ids = set(anchored(document.blocks))
        body = self.all(document.blocks)
        footnotes = tuple(map(self.all, document.footnotes))
        self.check_links()
        used = self.shown.used | self.noted.used
        terms = tuple(
            Term(name, term.expansion, term.note) for name, term in sorted(self.content.terms.items()) if name in used
        )
        references = tuple(Reference(name, described(self.content.sources[name])) for name in self.cited)
        return replace(
            document,
            blocks=body,
            footnotes=footnotes,
            references=references,
            terms=terms,
            refers=self.refers,
            indexed=self.indexed,
        )

    # -- blocks ------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> Block:
        match block:
            case Heading():
                content = self.inlines(block.content, acronyms=self.deck)
                name = block.id or self.new_id(block.content)
                return replace(block, content=content, id=name)
            case blocks.Paragraph():
                return blocks.Paragraph(self.inlines(block.content), block.span)
            case blocks.List():
                items = tuple(ListItem(self.all(item.blocks)) for item in block.items)
                return blocks.List(items, block.start, block.span)
            case blocks.Table():
                return self.table(block)
            case blocks.Callout():
                return replace(block, title=self.inlines(block.title, False), blocks=self.all(block.blocks))
            case blocks.Quote():
                content_ = self.all(block.blocks)
                return replace(block, blocks=content_, attribution=self.inlines(block.attribution))
            case blocks.Figure() | blocks.Chart():
                said = _says(block.caption)
                self.figures += said
                number = self.figures if said else 0
                name = block.id or f"ijreport-figure-{number}" * said
                return replace(block, caption=self.inlines(block.caption), number=number, id=name)
            case blocks.Stats():
                return replace(block, items=tuple(map(self.stat, block.items)))
            case blocks.Timeline():
                return replace(block, events=tuple(map(self.event, block.events)))
            case blocks.Columns():
                return replace(block, columns=tuple(self.all(column) for column in block.columns))
            case blocks.Notes():
                self.acronyms = self.noted
                notes = replace(block, blocks=self.all(block.blocks))
                self.acronyms = self.shown
                return notes
            case blocks.CodeBlock() | blocks.Break() | blocks.Listing():
                return block
            case _:
                assert_never(block)

    def all(self, content: Blocks) -> Blocks:
        return tuple(self.block(block) for block in content if not self.left_out(block))

    def left_out(self, block: Block) -> bool:
        """Whether a block cannot be shown in the output, which is told: the index in a deck, that has no pages."""
        left_out = self.deck and isinstance(block, blocks.Listing) and block.kind == "index"
        if left_out:
            message = "an index tells pages, and is not shown in a deck"
            self.diagnostics.warning("not-shown", message, block.span, "keep it in the template of a PDF")
        return left_out

    def table(self, table: blocks.Table) -> Block:
        said = _says(table.caption)
        self.tables += said
        columns = tuple(replace(column, title=self.inlines(column.title, False)) for column in table.columns)
        rows = tuple(tuple(self.inlines(cell) for cell in row) for row in table.rows)
        caption = self.inlines(table.caption)
        number = self.tables if said else 0
        name = table.id or f"ijreport-table-{number}" * said
        return replace(table, columns=columns, rows=rows, caption=caption, number=number, id=name)

    def stat(self, stat: blocks.Stat) -> blocks.Stat:
        return replace(stat, label=self.inlines(stat.label), note=self.inlines(stat.note))

    def event(self, event: blocks.Event) -> blocks.Event:
        return replace(event, title=self.inlines(event.title), text=self.inlines(event.text))

    def new_id(self, content: Inlines) -> str:
        """An id of the heading's own words, numbered where they repeat."""
        base = name = heading_id(content)
        number = self.repeats.get(base, 0)
        while name in self.ids:
            number += 1
            name = f"{base}-{number}"
        self.repeats[base] = number
        self.ids.add(name)
        return name

    # -- inlines -----------------------------------------------------------------------------------------------

    def inlines(self, content: Inlines, acronyms: bool = True) -> Inlines:
        found: list[Inline] = []
        for inline in content:
            match inline:
                case Text():
                    if inline.link.startswith("#"):
                        self.links.append((inline.link.removeprefix("#"), inline.span))
                    text = replace(inline, index=()) if inline.index and not self.indexed else inline
                    if text.style.code:
                        found.append(text)
                    else:
                        found += self.acronyms.split(text, acronyms and not text.link)
                case Citation():
                    found.append(self.citation(inline))
                case CrossReference():
                    self.links.append((inline.target, inline.span))
                    self.refers = True
                    found.append(inline)
                case FootnoteReference() | Acronym() | HardBreak():
                    found.append(inline)
                case _:
                    assert_never(inline)
        return tuple(found)

    def citation(self, citation: Citation) -> Citation:
        known = []
        for name in dict.fromkeys(citation.sources):
            if name in self.content.sources:
                known.append(name)
                self.cited.setdefault(name, len(self.cited) + 1)
            else:
                place = citation.span.narrow(name) if citation.span else None
                hint = did_you_mean(name, self.content.sources) or "list it in content/sources.yaml"
                self.diagnostics.error("unknown-source", f"there is no source '{name}'", place, hint)
        return Citation(tuple(known), tuple(self.cited[name] for name in known), citation.span)

    def check_links(self) -> None:
        for target, span in self.links:
            if target not in self.ids:
                place = span.narrow(f"#{target}") if span else None
                message = f"nothing here has the id '{target}'"
                self.diagnostics.error("unknown-id", message, place, did_you_mean(target, self.ids))


_LATIN = "0-9A-Za-z_\u00c0-\u024f"
"""What a term must not touch, or it is a part of another word. Kana, ideographs and Devanagari it may."""
_JOINING = re.compile(f"[{_LATIN}-]")
"""Before a term, a hyphen is neither."""


class _Acronyms:
    """Finds the glossary's terms in running text, and each one's first use.

    `indexed`: all of its uses are marked for the index.
    """

    def __init__(self, content: Content, indexed: bool = False) -> None:
        self._indexed = indexed and bool(content.terms)
        self._expansions = {name: str(term.expansion) for name, term in content.terms.items()}
        self.used: set[str] = set()
        names = sorted(self._expansions, key=len, reverse=True)
        # A plural s belongs to the term.
        self._pattern = re.compile(rf"({'|'.join(map(re.escape, names))})(s?)(?![{_LATIN}])")

    def split(self, text: Text, expand: bool) -> Inlines:
        """The text with first uses taken out of it as Acronyms, where it is one to `expand` them in."""
        if not self._indexed and (not expand or len(self.used) == len(self._expansions)):
            return (text,)
        found: list[Inline] = []
        at = 0
        for match in self._found(text.content):
            name, expansion = match[1], self._expansions[match[1]]
            before, after = text.content[: match.start()], text.content[match.end() :]
            index = (*text.index, IndexEntry((name,))) if self._indexed else text.index
            use: Text | Acronym = replace(text, content=match[0], index=index)
            if expand and name not in self.used:
                self.used.add(name)
                if not _said(before, after, expansion):
                    nested = before.count("(") > before.count(")")
                    use = Acronym(match[0], expansion, text.style, nested, index)
            if isinstance(use, Text) and not self._indexed:
                continue
            if text.content[at : match.start()]:
                found.append(replace(text, content=text.content[at : match.start()]))
            found.append(use)
            at = match.end()
        if at == 0:
            return (text,)
        if text.content[at:]:
            found.append(replace(text, content=text.content[at:]))
        return tuple(found)

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        """The terms in a text. A pattern that looked behind could not jump to their first letters."""
        at = 0
        while at < len(text) and (match := self._pattern.search(text, at)):
            start, end = match.span()
            if start and _JOINING.match(text, start - 1):
                at = start + 1
            else:
                yield match
                at = max(end, start + 1)


def _said(before: str, after: str, expansion: str) -> bool:
    """Whether the author wrote the expansion out, before or after the term."""
    wanted = expansion.casefold()
    return after.casefold().lstrip().startswith(("(" + wanted, wanted)) or before.casefold().rstrip(" (").endswith(
        wanted
    )


def _says(caption: Inlines) -> bool:
    """Whether a caption has words, and not only a source."""
    return any(isinstance(one, Text) and one.content.strip() for one in caption)


def described(source: SourceEntry) -> Inlines:
    """A source as a list entry: author, title in italics, publisher, date, address, note."""
    parts: list[Inline] = []

    def add(text: str, style: Style | None = None, link: str = "") -> None:
        if text:
            parts.append(Text(("" if not parts else " ") + text, style or Style(), link))

    add(f"{source.author}," if source.author else "")
    add(source.title, Style(emphasis=True))
    when = source.date.isoformat() if source.date else source.year
    rest = ", ".join(part for part in (source.publisher, when) if part)
    parts.append(Text(f", {rest}." if rest else "."))
    add(source.url, link=source.url)
    add(f"{source.note[0].upper()}{source.note[1:].rstrip('.')}." if source.note else "")
    return tuple(parts)


Captioned = blocks.Figure | blocks.Chart | blocks.Table

FEW = 3
"""Figures or tables that are not listed: whoever looks for one of so few finds it without."""


def with_listings(document: Document, wording: Wording, kinds: tuple[blocks.ListingKind, ...], level: int) -> Document:
    """The document with the listings of these kinds where the template placed none, each under a heading.

    The contents stand before the first heading, if there are three headings or more; below them, a level deeper, the
    figures and the tables, if there are more than three. At the end stand the glossary and the sources that the
    document used, before an index if it ends with that. A listing that the template placed without a heading before it
    gets one, too.
    """
    titles: dict[blocks.ListingKind, str] = {
        "contents": wording.contents,
        "figures": wording.figures,
        "tables": wording.tables,
        "glossary": wording.glossary,
        "sources": wording.sources,
        "index": wording.index,
    }

    def headed(kind: blocks.ListingKind, deeper: int = 0, span: Span | None = None) -> Blocks:
        heading = Heading(level + deeper, (Text(titles[kind]),), f"ijreport-{kind}", span=span)
        return heading, blocks.Listing(kind, span)

    placed = {block.kind for block in walk(document.blocks) if isinstance(block, blocks.Listing)}
    wanted = set(kinds) - placed
    found = list(document.blocks)
    contents = "contents" in wanted and sum(isinstance(block, Heading) for block in found) > 2
    lists = [kind for kind in _many(document) if kind in wanted]
    front = [*(headed("contents") if contents else ())]
    place = next((at for at, one in enumerate(found) if isinstance(one, blocks.Listing) and one.kind == "contents"), -1)
    for kind in lists:
        front += headed(kind, deeper=int(contents or place >= 0))
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


def _many(document: Document) -> Iterator[blocks.ListingKind]:
    """What the document has so many of, with captions, that they are listed."""
    kinds: tuple[Literal["figures", "tables"], ...] = ("figures", "tables")
    yield from (kind for kind in kinds if sum(1 for _ in captioned(document.blocks, kind)) > FEW)


# -- walking ---------------------------------------------------------------------------------------------------


def headings(content: Blocks) -> Iterator[Heading]:
    """The headings of a document, in order; those inside columns and callouts too."""
    return (block for block in walk(content) if isinstance(block, Heading))


def through(content: Blocks) -> Iterator[Block]:
    """The blocks that follow each other down the pages: those of the document, and those that flow through columns."""
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
        if inside := children(block):
            yield from printed(inside)


ANCHORED = (Heading, blocks.Figure, blocks.Chart, blocks.Table)
"""What links inside a document lead to."""


def anchored(content: Blocks) -> Iterator[str]:
    """The ids that links to headings, figures and tables lead to."""
    for block in printed(content):
        if isinstance(block, ANCHORED) and block.id:
            yield block.id


def captioned(content: Blocks, kind: Literal["figures", "tables"]) -> Iterator[tuple[Captioned, str]]:
    """The figures (images and charts) or tables that have a number, with the words of their captions."""
    for block in printed(content):
        if isinstance(block, blocks.Table if kind == "tables" else (blocks.Figure, blocks.Chart)) and block.number:
            yield block, blocks.plain(block.caption).strip()


def children(block: Block) -> Blocks:
    """The blocks directly inside a block."""
    match block:
        case blocks.Paragraph() | Heading():  # most blocks are
            return ()
        case blocks.List():
            return tuple(inner for item in block.items for inner in item.blocks)
        case blocks.Callout() | blocks.Quote() | blocks.Notes():
            return block.blocks
        case blocks.Columns():
            return tuple(inner for column in block.columns for inner in column)
        case _:
            return ()


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
        if inside := children(block):
            yield from walk(inside)
