"""A parsed document + the content → the document with its references.

Sources are numbered, first uses of acronyms marked, links checked.
"""

from __future__ import annotations

import re
import unicodedata
from operator import attrgetter
from typing import assert_never

from msgspec.structs import replace

from ijreport.content.load import Content
from ijreport.content.models import SourceEntry
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document import blocks
from ijreport.document.acronyms import Acronyms
from ijreport.document.blocks import (
    OWN,
    Acronym,
    Block,
    Blocks,
    Citation,
    Cited,
    CrossReference,
    Document,
    FootnoteReference,
    HardBreak,
    Heading,
    Inline,
    Inlines,
    ListItem,
    Reference,
    Style,
    Term,
    Text,
)
from ijreport.document.walking import ANCHORED, printed
from ijreport.source import Span

_BARE = re.compile(r"(?<![\w@])@([\w.:–-]*\w)")


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
        shown = tuple(printed(document.blocks))
        listed = [block for block in shown if isinstance(block, blocks.Listing)]
        indexes = [block for block in listed if block.kind == "index"]
        self.indexed = bool(indexes) and not deck
        self.ids = {block.id for block in shown if isinstance(block, ANCHORED) and block.id}
        self.repeats: dict[str, int] = {}  # of each id made from a heading's words, how many headings asked for it
        self.links: list[tuple[str, Span | None]] = []  # the ids that links lead to
        self.refers = False
        self.cited: dict[str, int] = {}
        self.figures = self.tables = 0
        terms = self.indexed and any(index.terms for index in indexes)
        self.shown = Acronyms(content, terms)
        self.noted = Acronyms(content)
        self.acronyms = self.shown

    def run(self) -> Document:
        document = self.document
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
                name = block.id or f"{OWN}figure-{number}" * said
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
        name = table.id or f"{OWN}table-{number}" * said
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
                    if inline.style.code:
                        found.append(self.unindexed(inline))
                        continue
                    if "@" in inline.content:
                        self.check_bare(inline)
                    found += self.acronyms.split(self.unindexed(inline), acronyms and not inline.link)
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

    def unindexed(self, text: Text) -> Text:
        """The text without marks for an index that there is not."""
        return replace(text, index=()) if text.index and not self.indexed else text

    def citation(self, citation: Citation) -> Citation:
        known: list[Cited] = []
        for one in dict.fromkeys(citation.cited):
            name = one.source
            if name in self.content.sources:
                known.append(replace(one, number=self.cited.setdefault(name, len(self.cited) + 1)))
            else:
                place = citation.span.narrow(name) if citation.span else None
                hint = did_you_mean(name, self.content.sources) or "list it in content/sources.yaml"
                self.diagnostics.error("unknown-source", f"there is no source '{name}'", place, hint)
        if not any(one.before or one.after for one in known):  # words may ask for the order that they stand in
            known.sort(key=attrgetter("number"))
        return Citation(tuple(known), citation.span)

    def check_bare(self, text: Text) -> None:
        """Report `@source` and `@id` without brackets, which other programs take for citations and references."""
        for match in _BARE.finditer(text.content):
            if match[1] in self.content.sources or match[1] in self.ids:
                with_before = text.content[max(0, match.start() - 1) : match.end()]  # not the one in brackets beside
                place = text.span.narrow(with_before).narrow(match[0]) if text.span else None
                known = match[1] in self.content.sources
                message = f"'{match[0]}' is no {'citation' if known else 'reference'}; it is printed as it stands"
                hint = f"write [{match[0]}]" if known else f"write [](#{match[1]})"
                self.diagnostics.warning("bad-citation", message, place, hint)

    def check_links(self) -> None:
        for target, span in self.links:
            if target not in self.ids:
                place = span.narrow(f"#{target}") if span else None
                message = f"nothing here has the id '{target}'"
                self.diagnostics.error("unknown-id", message, place, did_you_mean(target, self.ids))


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


def heading_id(content: Inlines) -> str:
    """An id from a heading's text, much as Pandoc makes them: lower case, words joined by hyphens, no punctuation."""
    text = unicodedata.normalize("NFC", blocks.plain(content)).lower()
    # `\w` has no vowel signs, without which Devanagari words cannot be told apart.
    kept = re.sub(r"[^\w\s.-]", lambda odd: odd[0] if unicodedata.category(odd[0])[0] == "M" else "", text)
    return re.sub(r"[\s-]+", "-", kept).strip("-.") or "section"
