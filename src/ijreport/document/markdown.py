"""Rendered Markdown with origins → a document of blocks: the template dialect.

CommonMark with tables and footnotes, fenced divs, and fenced data blocks, parsed by markdown-it-py. Raw HTML is off.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec.structs import replace

from ijreport.content import reader
from ijreport.diagnostics import Diagnostics, did_you_mean
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
from ijreport.document.commonmark import MAX_NESTING, dialect
from ijreport.document.data_blocks import DataBlocks
from ijreport.document.inlines import InlineReader
from ijreport.document.origins import Origins
from ijreport.source import Span

DIVS = (
    "callout", "column", "columns", "contents", "figures", "glossary", "notes", "quote", "sources", "tables",
    "two-columns",
)  # fmt: skip
DATA = ("chart", "stats", "table", "timeline")

OUTER_FENCE = "a div around others has the longer fence: :::: around :::"

_NESTS = ("blockquote_", "bullet_list_", "div_", "ordered_list_")
_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*\Z")
_CAPTION_ID = re.compile(r"\s*\{#([\w.:-]+)\}\s*\Z")


def parse(origins: Origins, metadata: Metadata, diagnostics: Diagnostics) -> Document:
    """The document that a rendered template says. Faults go to the diagnostics, at the author's places."""
    found = Diagnostics()
    document = _Parser(origins, metadata.language, found).document(metadata)
    origins.translate(found, diagnostics)
    return document


class _Parser:
    """Walks the parser's tokens once; `self.at` is the next one."""

    def __init__(self, origins: Origins, language: str, diagnostics: Diagnostics) -> None:
        self.origins = origins
        self.diagnostics = diagnostics
        self.text = origins.source.text
        self.lines = self.text.split("\n")
        self.environment: dict[str, Any] = {}  # where the parser keeps the footnotes' names
        self.tokens = dialect(language, footnotes=True).parse(self.text, self.environment)
        self.reader = InlineReader(origins, language, self.environment, diagnostics)
        self.at = 0
        self.span: Span | None = None  # of the innermost block that has lines
        self.ids: dict[str, Span | None] = {}
        self.fences: list[str] = []  # of the divs that are open here

    def document(self, metadata: Metadata) -> Document:
        deep = self.too_deep()
        if deep:
            message = f"this is nested more than {MAX_NESTING} levels deep"
            self.diagnostics.error("nested-too-deep", message, deep)
            return Document(metadata, ())
        body = self.blocks("footnote_block_open")
        footnotes: list[Blocks] = []
        if self.at < len(self.tokens):
            self.at += 1
            while self.tokens[self.at].type == "footnote_open":
                self.at += 1
                footnotes.append(self.blocks("footnote_close"))
                self.at += 1
        self.check_footnotes()
        return Document(metadata, body, tuple(footnotes))

    def too_deep(self) -> Span | None:
        """The first block that is inside more lists, quotes and divs than may be."""
        if all(token.level < MAX_NESTING for token in self.tokens):
            return None  # a level is a list, a quote or a div, or what they are made of
        depth = 0
        for token in self.tokens:
            if token.type.startswith(_NESTS):
                depth += token.nesting
                if depth > MAX_NESTING and token.map:
                    return self.origins.lines(*token.map)
        return None

    def check_footnotes(self) -> None:
        """Report the footnotes that nothing refers to: the parser leaves them out."""
        for name, number in self.environment.get("footnotes", {}).get("refs", {}).items():
            if number < 0:
                definition = f"[^{name.removeprefix(':')}]:"
                start = self.text.find(definition)
                place = self.origins.span(start, start + len(definition)) if start >= 0 else None
                message = f"the footnote {definition[:-1]} is not shown, because nothing refers to it"
                self.diagnostics.warning("unused-footnote", message, place)

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
        last = content[-1] if content else None
        match = _CAPTION_ID.search(last.content) if isinstance(last, Text) else None
        if not match or not isinstance(last, Text):
            return content, ""
        self.identify(match[1])
        bare = last.content[: match.start()]
        return (*content[:-1], *((replace(last, content=bare),) if bare else ())), match[1]

    def attributes(self, content: Inlines) -> tuple[Inlines, dict[str, str]]:
        """`{#id layout=name -}` at the end of a heading, and the heading without it."""
        last = content[-1] if content else None
        match = _ATTRIBUTES.search(last.content) if isinstance(last, Text) else None
        if not match or not isinstance(last, Text):
            return content, {}
        found: dict[str, str] = {}
        for word in match[1].split():
            key, _, value = ("id", "", word[1:]) if word.startswith("#") else word.partition("=")
            if word == "-":
                found[word] = word
            elif key in ("id", "layout") and re.fullmatch(r"[\w.:-]+", value):
                found[key] = value
            else:
                message = f"'{word}' means nothing at the end of a heading"
                self.error("bad-attribute", message, word, "write {#id}, {layout=name} or {-}")
        bare = last.content[: match.start()]
        return (*content[:-1], *((Text(bare, last.style, last.link, last.span),) if bare else ())), found

    def paragraph(self) -> Block | None:
        token = self.tokens[self.at]
        children = token.children or []
        images = [one for one in children if one.type == "image"]
        if images and not any(one.content.strip() if one.type == "text" else one.type != "image" for one in children):
            figures = [self.figure(one) for one in images]
            self.at += 1
            self.close()
            if len(figures) > 1:
                self.error("bad-image", "each image stands in a paragraph of its own")
            return figures[0]
        for line in token.content.split("\n") if ":::" in token.content else ():
            if re.match(r":{3,}\s*\Z", line):
                self.error("bad-div", "this ::: ends nothing", line, OUTER_FENCE)
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
            self.close()
        self.close()
        return blocks.List(tuple(items), start, self.span)

    def blockquote(self) -> Block:
        """CommonMark's `>`; a last paragraph that begins with a dash names who said it."""
        content = self.blocks("blockquote_close")
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
        bare = re.sub(r"\\\||^[\s>]+", "", self.lines[line]).strip()
        cells = bare.removeprefix("|").removesuffix("|").count("|") + 1
        if cells != columns:
            printed = self.span.printed if self.span else ()
            barred = next((one for one in printed if "|" in one.file.text[one.start : one.end]), self.span)
            message = f"this row has {cells} cell{'s' * (cells != 1)} for {columns} columns"
            hint = r"a | inside a cell is written \|" if cells > columns else ""
            self.diagnostics.error("ragged-table", message, barred if hint else self.span, hint)

    def captioned(self, table: Table, after: Paragraph) -> Table | None:
        """The table with its caption, if the paragraph after it is one: `: caption {#id}`."""
        first = after.content[0]
        if table.caption or not isinstance(first, Text) or not first.content.startswith(": "):
            return None
        caption, name = self.caption((replace(first, content=first.content[2:]), *after.content[1:]))
        return replace(table, caption=caption, id=name)

    def fence(self, token: Token) -> Block | None:
        name = token.info.strip().split(" ")[0]
        if name not in DATA:
            near = did_you_mean(name, DATA) if name and token.type == "fence" else ""
            if near.startswith("did"):
                self.diagnostics.warning(
                    "unknown-block", f"'{name}' is no data block; it is shown as code", self.span, near
                )
            if token.type == "fence" and not self.closed(token):
                self.error("unclosed-block", "this code is not closed", hint=f"end it with {token.markup}")
            return blocks.CodeBlock(token.content.rstrip("\n"), name, self.span)
        assert token.map  # every fence has lines
        first, last = token.map[0] + 1, token.map[1]
        if self.closed(token):
            last -= 1
        else:
            self.error("unclosed-block", f"this {name} block is not closed", hint=f"end it with {token.markup}")
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

    def closed(self, token: Token) -> bool:
        """Whether a fence has its end: CommonMark lets it run on to the end of what it stands in."""
        assert token.map  # every fence has lines
        first, after = token.map
        end = self.lines[after - 1].lstrip(" >\t").rstrip()
        return after - 1 > first and end.startswith(token.markup) and not end.strip(token.markup[0])

    # -- divs --------------------------------------------------------------------------------------------------

    def div(self, token: Token) -> Block | None:
        name, _, rest = token.info.strip().partition(" ")
        span = self.span
        assert token.map  # every div has lines
        closing = self.lines[token.map[1] - 1 : token.map[1] + 1]
        if not any(re.match(r"\s*:{3,}\s*\Z", line) for line in closing):
            self.error("unclosed-div", f"this ::: {name} is not closed", hint="end it with :::")
        if self.fences and len(token.markup) >= len(self.fences[-1]):
            self.error("bad-div", f"the fence around this ::: {name} is not longer than its own", name, OUTER_FENCE)
        if name == "columns":
            self.fences.append(token.markup)
            columns = self.columns(span)
            self.fences.pop()
            return columns
        self.fences.append(token.markup)
        content = self.blocks("div_close")
        self.fences.pop()
        self.close()
        match name:
            case "notes":
                return blocks.Notes(content, span)
            case "callout":
                return blocks.Callout(self.cell(rest.strip()), content, span)
            case "quote":
                return blocks.Quote(content, self.cell(rest.strip()), span)
            case "contents" | "figures" | "tables" | "glossary" | "sources":
                if content:
                    self.diagnostics.error("bad-div", f"::: {name} makes its own content and takes none", span)
                return blocks.Listing(name, span)
            case "two-columns":
                return blocks.Columns((content,), span)
            case "column":
                self.diagnostics.error("bad-div", "a column stands inside :::: columns", span, OUTER_FENCE)
            case _:
                place = span.narrow(name) if span else None
                self.diagnostics.error("unknown-div", f"there is no ::: {name}", place, did_you_mean(name, DIVS))
        return None

    def columns(self, span: Span | None) -> Block | None:
        found: list[Blocks] = []
        while self.tokens[self.at].type != "div_close":
            token = self.tokens[self.at]
            if token.type != "div_open" or token.info.strip().split(" ")[0] != "column":
                place = self.origins.lines(*token.map) if token.map else span
                message = "only ::: column may stand directly inside :::: columns"
                self.diagnostics.error("bad-div", message, place, OUTER_FENCE)
                self.block(token)
                continue
            if len(token.markup) >= len(self.fences[-1]):
                message = "the fence around this ::: column is not longer than its own"
                self.diagnostics.error("bad-div", message, self.origins.lines(*token.map or (0, 0)), OUTER_FENCE)
            self.at += 1
            found.append(self.blocks("div_close"))
            self.close()
        self.close()
        if len(found) < 2:
            self.diagnostics.error("bad-div", "columns want two or more ::: column", span, OUTER_FENCE)
        return blocks.Columns(tuple(found), span)

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
