"""Rendered Markdown with origins → a document of blocks: the template dialect.

CommonMark with tables and footnotes, fenced divs, and fenced data blocks, parsed by markdown-it-py. HTML is text.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec.structs import replace

from ijreport.content import reader
from ijreport.diagnostics import Diagnostics, did_you_mean, near_name
from ijreport.document import blocks
from ijreport.document.blocks import (
    Block,
    Blocks,
    Document,
    Inlines,
    Metadata,
    Paragraph,
    Table,
    Text,
)
from ijreport.document.commonmark import DIVS
from ijreport.document.data_blocks import DATA, DataBlocks
from ijreport.document.divs import said
from ijreport.document.inlines import InlineReader, cut_end
from ijreport.document.origins import Origins
from ijreport.document.stretches import STRETCH, Each, Parsed, Stretch, apart, cut, in_turn, whole
from ijreport.document.tokens import tokenize
from ijreport.source import Span

_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*\Z")
_IMAGE_ATTRIBUTES = re.compile(r"(?:\{[^{}]*\}\s*)*\Z")
"""Behind an image, as Pandoc writes them; or nothing at all."""
_CAPTION_ID = re.compile(r"\s*\{#([\w.:-]+)\}\s*\Z")


def parse(
    origins: Origins,
    metadata: Metadata,
    diagnostics: Diagnostics,
    count: int = 1,
    each: Each = in_turn,
    least: int = STRETCH,
) -> Document:
    """The document that a rendered template says. Faults go to the diagnostics, at the author's places.

    A long one is parsed in up to `count` stretches. That makes no difference to what comes out: where one could say
    something else apart from the others, or has errors, all is parsed anew, in one.

    Raises ContentError where a block without an end took what follows it: what refers to that cannot be judged.
    """
    text = origins.source.text
    work = partial(_parsed, origins, metadata.language)
    stretches = cut(text, count, least)
    parsed = each(work, stretches)
    if len(parsed) > 1 and not apart(parsed):
        parsed = [work(whole(text))]
    found = Diagnostics()
    for one in chain(*(part.found for part in parsed), *(part.below for part in parsed)):
        found.add(one)
    origins.translate(found, diagnostics)
    if any(part.swallowed for part in parsed):
        diagnostics.end_stage()
    return Document(
        metadata,
        tuple(chain.from_iterable(part.blocks for part in parsed)),
        tuple(chain.from_iterable(part.footnotes for part in parsed)),
    )


def _parsed(origins: Origins, language: str, stretch: Stretch) -> Parsed:
    diagnostics = Diagnostics()
    parser = _Parser(origins, stretch, language, diagnostics)
    body = parser.blocks("footnote_block_open")
    above = len(diagnostics)
    footnotes = parser.footnotes()
    found, alone = [*diagnostics], parser.apart and not diagnostics.errors
    return Parsed(stretch, body, footnotes, tuple(parser.ids), found[:above], found[above:], alone, parser.swallowed)


class _Parser:
    """Walks the parser's tokens once; `self.at` is the next one."""

    def __init__(self, origins: Origins, stretch: Stretch, language: str, diagnostics: Diagnostics) -> None:
        self.origins = origins
        self.diagnostics = diagnostics
        found = tokenize(origins, stretch, language, diagnostics)
        self.tokens, self.swallowed, self.unpaired = found.all, found.swallowed, found.unpaired
        self.apart = found.apart
        self.reader = InlineReader(
            origins, language, None if found.swallowed else found.footnotes, diagnostics, stretch.footnotes
        )
        self.at = 0
        self.span: Span | None = None  # of the innermost block that has lines
        self.ids: dict[str, Span | None] = {}

    def footnotes(self) -> tuple[Blocks, ...]:
        """The blocks of the footnotes, when all others are read."""
        found: list[Blocks] = []
        if self.at < len(self.tokens):
            self.at += 1
            while self.tokens[self.at].type == "footnote_open":
                self.at += 1
                found.append(self.blocks("footnote_close"))
                self.at += 1
        return tuple(found)

    # -- blocks ------------------------------------------------------------------------------------------------

    def blocks(self, end: str) -> Blocks:
        """The blocks up to the token of type `end`, which is not consumed."""
        found: list[Block] = []
        while self.at < len(self.tokens) and self.tokens[self.at].type != end:
            outer = self.span
            token = self.tokens[self.at]
            if token.map:
                self.span = self.origins.lines(token.map[0], token.map[1])
            block = self.block(token)
            if isinstance(block, blocks.Paragraph) and found and isinstance(found[-1], blocks.Table):
                captioned = self.captioned(found[-1], block)
                if captioned:
                    found[-1] = captioned
                    block = None
            if block:
                found.append(block)
                self.check_beginning(block)
            self.span = outer
        return tuple(found)

    def block(self, token: Token) -> Block | None:
        """The block that begins with a token; consumes it to its end."""
        self.at += 1
        match token.type:
            case "heading_open":
                return self.heading(int(token.tag[1]))
            case "paragraph_open":
                return self.paragraph()
            case "bullet_list_open":
                return self.list_(None)
            case "ordered_list_open":
                return self.list_(int(token.attrs.get("start", 1)))
            case "blockquote_open":
                return self.blockquote()
            case "table_open":
                return self.table()
            case "hr":
                return blocks.Break(self.span)
            case "fence" | "code_block":
                return self.fence(token)
            case "div_open":
                return self.div(token)
            case "footnote_anchor":
                return None
            case _:
                raise AssertionError(f"the dialect has no token {token.type}")

    def close(self) -> None:
        """Consume the end of a block, and the way back that the parser puts into a footnote before it."""
        while self.tokens[self.at].type == "footnote_anchor":
            self.at += 1
        self.at += 1

    def heading(self, level: int) -> Block:
        content = self.inlines()
        self.close()
        content, attributes = self.attributes(content)
        name = attributes.get("id", "")
        self.identify(name)
        return blocks.Heading(level, content, name, attributes.get("layout", ""), "-" in attributes, span=self.span)

    def identify(self, name: str, written: str = "#{}") -> None:
        """Note the id of the block here; it must be the only one of its name. `written`: how it stands in the text."""
        if not name:
            return
        place = self.span.narrow(written.format(name)) if self.span else None
        if name in self.ids:
            first = self.ids[name]
            trace = (("first at", first),) if first else ()
            self.diagnostics.error("duplicate-id", f"two blocks have the id '{name}'", place, trace=trace)
        self.ids.setdefault(name, place)

    def caption(self, content: Inlines) -> tuple[Inlines, str]:
        """A caption without the `{#id}` at its end, and that id."""
        content, name = cut_end(content, _CAPTION_ID)
        self.identify(name)
        return content, name

    def attributes(self, content: Inlines) -> tuple[Inlines, dict[str, str]]:
        """`{#id layout=name -}` at the end of a heading, and the heading without it."""
        content, words = cut_end(content, _ATTRIBUTES)
        found: dict[str, str] = {}
        for word in words.split():
            key, _, value = ("id", "", word[1:]) if word.startswith("#") else word.partition("=")
            if word == "-":
                found[word] = word
            elif key in ("id", "layout") and re.fullmatch(r"[\w.:-]+", value):
                found[key] = value
            else:
                message = f"'{word}' means nothing at the end of a heading"
                hint = "write {-}" if word == ".unnumbered" else "write {#id}, {layout=name} or {-}"
                self.error("bad-attribute", message, word, hint)
        return content, found

    def paragraph(self) -> Block | None:
        token = self.tokens[self.at]
        children = token.children or []
        images = [one for one in children if one.type == "image"]
        others = "".join(one.content for one in children if one.type == "text").strip()
        alone = {one.type for one in children} <= {"image", "text", "softbreak"}
        if images and alone and _IMAGE_ATTRIBUTES.match(others):
            if others:
                hint = 'caption and id are written ![what it shows](path "caption {#id}"); it is as wide as the text'
                self.error("bad-attribute", "an image takes no attributes", others, hint)
            figures = [self.figure(one) for one in images]
            self.at += 1
            self.close()
            if len(figures) > 1:
                self.error("bad-image", "each image stands in a paragraph of its own")
            return figures[0]
        content = self.inlines()
        self.close()
        return blocks.Paragraph(content, self.span) if content else None

    def figure(self, token: Token) -> Block:
        alt = "".join(one.content for one in token.children or [])
        path = unquote(str(token.attrs["src"]))  # the parser percent-encodes
        if not alt.strip():
            self.error("missing-alt", "an image needs an alternative text", "![](", "write ![what it shows](path)")
        caption, name = self.caption(self.cell(str(token.attrs.get("title", ""))))
        return blocks.Figure(path, alt, caption, id=name, span=self.span)

    def list_(self, start: int | None) -> Block:
        items = []
        while self.tokens[self.at].type == "list_item_open":
            self.at += 1
            items.append(blocks.ListItem(self.blocks("list_item_close")))
            self.check_breaks(items[-1].blocks, "a list item")
            self.close()
        self.close()
        for first in (item.blocks[0] for item in items if item.blocks):
            text = first.content[0] if isinstance(first, Paragraph) else None
            if isinstance(text, Text) and (box := re.match(r"\[[ xX]\] ", text.content)):
                self.reader.foreign(box[0].rstrip(), text.span, "a box is written ☐ or ☑")
        return blocks.List(tuple(items), start, self.span)

    def blockquote(self) -> Block:
        """CommonMark's `>`; a last paragraph that begins with a dash names who said it."""
        content = self.blocks("blockquote_close")
        self.check_breaks(content, "a quotation")
        self.close()
        last = content[-1] if content else None
        if isinstance(last, blocks.Paragraph) and len(content) > 1 and isinstance(first := last.content[0], Text):
            said = re.match(r"(—|–|--)\s*", first.content)
            if said:
                rest = (Text(first.content[said.end() :], first.style, first.link, first.span), *last.content[1:])
                return blocks.Quote(content[:-1], rest, self.span)
        return blocks.Quote(content, (), self.span)

    def table(self) -> Block:
        columns: list[blocks.Column] = []
        rows: list[tuple[Inlines, ...]] = []
        cells: list[Inlines] = []
        whole = self.span
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            if token.map:
                self.span = self.origins.lines(token.map[0], token.map[1])
            self.at += 1
            if token.type == "th_open":
                style = str(token.attrs.get("style", ""))
                align: Any = style.removeprefix("text-align:") or "left"
                columns.append(blocks.Column(self.inlines(), align))
            elif token.type == "td_open":
                cells.append(self.inlines())
            elif token.type == "tr_close" and cells:
                rows.append(tuple(cells))
                cells = []
            elif token.type == "tr_open" and token.map and token.map[0]:
                self.check_row(token.map[0], len(columns))
        self.close()
        return blocks.Table(tuple(columns), tuple(rows), span=whole)

    def check_row(self, line: int, columns: int) -> None:
        """A pipe table's row must have as many cells as its header: CommonMark parsers pad and cut silently."""
        if not columns:
            return
        # A bar is text only behind a backslash, in code too (GFM, section 4.10). A quote's mark is no part of the row.
        bare = re.sub(r"\\\||^[\s>]+", "", self.origins.source.line(line + 1)).strip()
        cells = bare.removeprefix("|").removesuffix("|").count("|") + 1
        if cells != columns:
            printed = self.span.printed if self.span else ()
            barred = next((one for one in printed if "|" in one.file.text[one.start : one.end]), self.span)
            message = f"this row has {cells} cell{'s' * (cells != 1)} for {columns} columns"
            more = cells > columns
            hint = r"a | inside a cell is written \|" if more else "" if "|" in bare else "an empty line ends a table"
            self.diagnostics.error("ragged-table", message, barred if more else self.span, hint)

    def captioned(self, table: Table, after: Paragraph) -> Table | None:
        """The table with its caption, if the paragraph after it is one: `: caption {#id}`."""
        first = after.content[0]
        if table.caption or not isinstance(first, Text) or not first.content.startswith(": "):
            return None
        caption, name = self.caption((replace(first, content=first.content[2:]), *after.content[1:]))
        return replace(table, caption=caption, id=name)

    # -- fences ------------------------------------------------------------------------------------------------

    def check_beginning(self, block: Block) -> None:
        """Report a caption that follows no table, and a table that is none."""
        first = block.content[0] if isinstance(block, Paragraph) else None
        if isinstance(first, Text) and first.content[:2] == ": ":
            self.reader.foreign(":", self.span, "a caption stands behind its table, in a paragraph of its own")
        if isinstance(first, Text) and first.content[:1] == "|" and first.content.count("|") > 2:
            self.reader.foreign("|", self.span, "under a table's header stands |---|---|, with as many cells")

    def fence(self, token: Token) -> Block | None:
        name = token.info.strip().split(" ")[0]
        if name not in DATA:
            near = near_name(name, DATA) if name and token.type == "fence" else ""
            if near:
                self.diagnostics.warning(
                    "unknown-block", f"'{name}' is no data block; it is shown as code", self.span, near
                )
            return blocks.CodeBlock(token.content.rstrip("\n"), name, self.span)
        assert token.map  # every fence has lines
        first, last = token.map[0] + 1, token.map[1] - 1
        start, end = self.origins.source.line_start(first + 1), self.origins.source.line_start(last + 1)
        errors = self.diagnostics.errors
        node = reader.compose(self.origins.source, self.diagnostics, start, end)
        if node is None:
            if self.diagnostics.errors == errors:
                self.error("empty-block", f"this {name} block is empty")
            return None
        assert self.span  # a fence has lines
        made = DataBlocks(self.diagnostics, self.cell, self.origins.home).make(name, node, self.span)
        if isinstance(made, (blocks.Chart, blocks.Table)):
            self.identify(made.id, "id: {}")
        return made

    # -- divs --------------------------------------------------------------------------------------------------

    def div(self, token: Token) -> Block | None:
        kind, _, rest = token.info.partition(" ")
        span = self.span
        if kind == "columns":
            return self.columns(span)
        content = self.inside(kind)
        match kind:
            case "notes":
                return blocks.Notes(content, span)
            case "callout":
                return blocks.Callout(self.cell(rest.strip()), content, span)
            case "quote":
                return blocks.Quote(content, self.cell(rest.strip()), span)
            case "contents" | "figures" | "tables" | "glossary" | "sources":
                if content:
                    self.misplaced(f"::: {kind} makes its own content and takes none", span)
                return blocks.Listing(kind, span)
            case "index":
                if content:
                    self.misplaced(f"::: {kind} makes its own content and takes none", span)
                if rest.strip() not in ("", "glossary"):
                    message = f"an index has nothing to do with '{rest.strip()}'"
                    self.error("bad-div", message, rest.strip(), "write ::: index or ::: index glossary")
                return blocks.Listing(kind, span, terms=bool(rest.strip()))
            case "two-columns":
                return blocks.Columns((content,), span)
            case "column":
                self.misplaced("a column stands inside ::: columns", span)
            case _:
                place = span.narrow(kind) if span else None
                written = re.match(r"\{[^}]*?\.([\w-]+)", token.info)  # as Pandoc has it
                hint = f"write ::: {written[1]}" if written and written[1] in DIVS else did_you_mean(kind, DIVS)
                self.diagnostics.error("unknown-div", f"there is no ::: {kind}", place, hint)
        return None

    def inside(self, kind: str) -> Blocks:
        """The content of a div, whose end is consumed. Only text that flows through columns may be forced to a page."""
        content = self.blocks("div_close")
        self.close()
        if kind != "two-columns":
            self.check_breaks(content, f"::: {kind}")
        return content

    def check_breaks(self, content: Blocks, holder: str) -> None:
        """Report breaks where none can be made."""
        for block in content:
            if isinstance(block, blocks.Break):
                message = f"a page or slide cannot end inside {holder}"
                self.diagnostics.warning("not-shown", message, block.span, "put --- behind it")

    def columns(self, span: Span | None) -> Block | None:
        found: list[Blocks] = []
        alone = True
        while self.tokens[self.at].type != "div_close":
            token = self.tokens[self.at]
            if token.type == "div_open" and said(token) == "column":
                self.at += 1
                found.append(self.inside("column"))
            else:
                place = self.origins.lines(*token.map) if token.map else span
                self.misplaced("only ::: column may stand directly inside ::: columns", place)
                self.block(token)
                alone = False
        self.close()
        if len(found) < 2 and alone:
            self.misplaced("columns want two or more ::: column", span)
        return blocks.Columns(tuple(found), span)

    def misplaced(self, message: str, place: Span | None) -> None:
        """A div is where it cannot be, or has what it cannot have, unless it got there by a fence that is missing."""
        if not self.unpaired:
            self.diagnostics.error("bad-div", message, place)

    # -- inlines -----------------------------------------------------------------------------------------------

    def inlines(self) -> Inlines:
        """The content of the inline token here, which is consumed."""
        token = self.tokens[self.at]
        self.at += 1
        return self.reader.inlines(token.children or [], self.span)

    def cell(self, text: str) -> Inlines:
        """The inlines of a text in a data block, a title or a caption."""
        return self.reader.text(text, self.span)

    def error(
        self, code: str, message: str, literal: str = "", hint: str = "", trace: tuple[tuple[str, Span], ...] = ()
    ) -> None:
        """An error in the innermost block, at a literal of it if that is found."""
        span = self.span
        if span and literal:
            span = span.narrow(literal)
        self.diagnostics.error(code, message, span, hint, trace)
