"""The parser's tokens of one text → inlines with styles, links, citations and footnotes."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec.structs import replace

from ijreport.content.bind import place_of
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import (
    PLAIN,
    Citation,
    Cited,
    CrossReference,
    FootnoteReference,
    HardBreak,
    Inline,
    Inlines,
    Style,
    Text,
)
from ijreport.document.commonmark import dialect
from ijreport.document.index_marks import IndexMarks
from ijreport.document.origins import Lookup, Origins
from ijreport.source import Span

_ATTRIBUTES = re.compile(r"\{[.#\w][^{}]*\}")
_PAGED = "{.page}"
"""After a cross-reference, as Pandoc writes attributes of links."""
_UNMARKED = re.compile(r"[^\n\t\\`*_~^!<>&'\"\[\]\ue000-\uf8ff]*\Z")
"""A text without any character that means something in the dialect's inlines."""

_INSTEAD = {
    "a": "write [words](address)",
    "b": "write **words**",
    "code": "write `words`",
    "em": "write *words*",
    "hr": "write ---",
    "i": "write *words*",
    "img": "write ![what it shows](path)",
    "strong": "write **words**",
    "sub": "write ~words~",
    "sup": "write ^words^",
}
"""HTML tags that have a notation in the dialect."""

_FOREIGN = {
    "~~": (re.compile(r"~~(?=\S)"), "nothing is struck out here"),
    "$$": (re.compile(r"\$\$"), "formulas can be shown as images"),
    "\\": (re.compile(r"\\(?:newpage|pagebreak|clearpage)\b"), "a page or slide is forced by ---"),
    "]{": (re.compile(r"(?<=\])\{(?!\.index)[.#][^{}]*\}"), "attributes stand at headings and captions"),
    "[!": (re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]"), "write ::: callout"),
    "](": (
        re.compile(r"!?\[[^\]]*\]\((?:[.\w#/-]+/|https?:)[^()]*\s[^()]*\)|!\[[^\]]*\]\([^()]*\)"),
        "write an address with spaces in <…>",
    ),
    "][": (re.compile(r"\[[^\[\]]+\]\[[^\[\]]*[^\W\d][^\[\]]*\]"), "define it: [label]: https://…"),
    "##": (re.compile(r"^##+(?=[^\s#])"), "a heading has a space behind its #"),
    "+-": (re.compile(r"^\+-[-+]*\+"), "write a pipe table, or a table block"),
}
"""Notations of other dialects that nobody means as text: a mark to find each by, the whole of it, and what to do."""
_SUSPECT = re.compile("|".join(map(re.escape, (*_FOREIGN, "{.index", "<!--", "[^"))))
"""What a text holds of which anything has to be said; most hold nothing of it."""


class InlineReader:
    """Reads the texts of one rendering, or of a stretch of it, before which there are so many footnotes.

    `footnotes` are the names of those that are defined; None where some may be in what a block without an end took.
    """

    def __init__(
        self,
        origins: Origins,
        language: str,
        footnotes: Collection[str] | None,
        diagnostics: Diagnostics,
        before: int,
    ) -> None:
        self._origins = origins
        self._footnotes = footnotes
        self._before = before
        self._diagnostics = diagnostics
        self._cells = dialect(language, footnotes=False)

    def text(self, text: str, span: Span | None) -> Inlines:
        """The inlines of a text in a data block, a title or a caption, which stands in the block at `span`."""
        if not text.strip():
            return ()
        place = place_of(text)
        span = self._origins.home(place) if place else span
        if "^[" in text:
            message = "a footnote cannot stand in a data block, a title or a caption"
            self._error("bad-footnote", message, span, "^[", "put it into the text beside")
        if _UNMARKED.match(text):  # most cells: nothing in them for the parser
            return (Text(text.strip(), span=span),)
        return self.inlines(self._cells.parseInline(text)[0].children or [], span)

    def inlines(self, tokens: list[Token], span: Span | None) -> Inlines:
        """Tokens as inlines with styles: neighbours of one style are joined."""
        found: list[Inline] = []
        strong = emphasis = 0
        baseline: Any = ""
        link = before = ""
        marks: IndexMarks | None = None
        for token in tokens:
            if token.type == "html_inline":
                token = self._html(token.content, span)  # noqa: PLW2901 - what it is here
            content = token.content
            code = token.type == "code_inline"
            match token.type:
                case "text" | "code_inline" | "softbreak" | "text_special":
                    content = " " if token.type == "softbreak" else content
                    last = found[-1] if found else None
                    if isinstance(last, CrossReference) and content.startswith(_PAGED) and before == "link_close":
                        found[-1] = replace(last, paged=True)
                        content = content.removeprefix(_PAGED)
                    if before == "comment" and not (found and not _ends_blank(found[-1])):
                        content = content.lstrip(" ")
                    if not content:
                        continue
                    if before in ("link_close", "code_inline") and (attributes := _ATTRIBUTES.match(content)):
                        self.foreign(attributes[0], span, _FOREIGN["]{"][1])
                    marked = strong or emphasis or code or baseline
                    style = Style(strong > 0, emphasis > 0, code, baseline) if marked else PLAIN
                    last = found[-1] if found else None
                    fresh = marks is None or len(found) > marks.end
                    if fresh and isinstance(last, Text) and last.style == style and last.link == link:
                        found[-1] = Text(last.content + content, style, link, span)
                    else:
                        found.append(Text(content, style, link, span))
                case "strong_open" | "strong_close":
                    strong += token.nesting
                case "em_open" | "em_close":
                    emphasis += token.nesting
                case "sub_open" | "sup_open":
                    baseline = "sub" if token.type == "sub_open" else "super"
                case "sub_close" | "sup_close":
                    baseline = ""
                case "link_open":
                    link = self._link(str(token.attrs.get("href", "")), span)
                case "link_close":
                    if before == "link_open" and link.startswith("#"):
                        style = Style(strong > 0, emphasis > 0, baseline=baseline)
                        found.append(CrossReference(link.removeprefix("#"), style=style, span=span))
                    elif before == "link_open" and link:
                        message = f"the link to '{link}' has no words"
                        self._error("bad-link", message, span, "[](", "write [words](address)")
                    link = ""
                case "index_open":
                    marks = marks or self._marks(span)
                    marks.open(token, found)
                case "index_close":
                    assert marks  # the parser pairs them
                    marks.close(found)
                case "hardbreak":
                    found.append(HardBreak())
                case "citation":
                    found.append(self._citation(token, span))
                case "footnote_ref":
                    found.append(FootnoteReference(self._before + token.meta["id"] + 1, span))
                case "image":
                    message = "an image stands in a paragraph of its own"
                    self._error("bad-image", message, span, str(token.attrs["src"]))
                case "footnote_anchor" | "comment":
                    pass
                case _:
                    raise AssertionError(f"the dialect has no inline token {token.type}")
            before = token.type
        if before == "comment" and found and isinstance(last := found[-1], Text):
            found[-1] = replace(last, content=last.content.rstrip(" "))
        for one in found:
            if isinstance(one, Text) and not one.style.code:
                self._check_text(one.content, span)
        if marks:
            marks.settle(found)
        return tuple(found)

    def _marks(self, span: Span | None) -> IndexMarks:
        def error(code: str, message: str, literal: str, hint: str) -> None:
            self._error(code, message, span, literal, hint)

        return IndexMarks(lambda text: self.text(text, span), error)

    def _html(self, tag: str, span: Span | None) -> Token:
        """What stands for HTML here: a comment is nothing, `<br>` a break, any other tag text, with a warning."""
        name = re.match(r"</?([A-Za-z][A-Za-z0-9-]*)", tag)
        if tag.startswith("<!--"):
            return Token("comment", "", 0)
        if name and name[1].lower() == "br":
            return Token("hardbreak", "", 0)
        if not name or tag[1] != "/":
            message = f"'{tag}' is HTML, which is shown as it stands"
            instead = _INSTEAD.get(name[1].lower() if name else "", "to print it without this warning, write \\<")
            place = span.narrow(tag) if span else None
            self._diagnostics.warning("raw-html", message, place, instead)
        return Token("text", "", 0, content=tag)

    def _citation(self, token: Token, span: Span | None) -> Citation:
        place = Lookup(Span.narrow, span, token.content) if span else None
        parts = token.meta["parts"]
        if None in parts:
            message = "a part of this citation names no source"
            self._error("bad-citation", message, span, token.content, "write [@a, p. 3; see @b]")
        return Citation(tuple(_cited(*part) for part in parts if part), place)

    def _check_text(self, content: str, span: Span | None) -> None:
        """What looks like a reference but was not one, and what would be something else in other dialects."""
        if not _SUSPECT.search(content):
            return
        for mark, (pattern, hint) in _FOREIGN.items():
            for foreign in pattern.finditer(content) if mark in content else ():
                self.foreign(foreign[0], span, hint)
        if "{.index" in content:
            hint = 'write [text]{.index} or [text]{.index entry="…"}'
            self._error("bad-index", "this marks nothing for the index", span, "{.index", hint)
        if "<!--" in content:
            self._error("unclosed-block", "this comment is not closed", span, "<!--", "end it with -->")
        if "[^" in content and self._footnotes is not None:
            for label in re.findall(r"\[\^([^\]\s]+)\]", content):
                if label in self._footnotes:
                    message = "a footnote's mark cannot stand in a data block, a title or a caption"
                    self._error("bad-footnote", message, span, f"[^{label}]", "put it into the text beside")
                    continue
                message = f"there is no footnote [^{label}]"
                self._error("unknown-footnote", message, span, f"[^{label}]", f"define it with [^{label}]: …")

    def foreign(self, literal: str, span: Span | None, hint: str) -> None:
        """A notation of another dialect is printed as text."""
        message = f"'{literal}' means nothing here; it is printed as it stands"
        self._diagnostics.warning("foreign-notation", message, span.narrow(literal) if span else None, hint)

    def _link(self, target: str, span: Span | None) -> str:
        if target.startswith("#") or re.match(r"(https?|mailto):", target, re.IGNORECASE):
            return target
        hint = "links go to https:, http: and mailto: addresses and to #id"
        written = unquote(target)  # the parser percent-encodes
        message = f"'{written}' cannot be linked" if target else "this link has no address"
        self._error("bad-link", message, span, written or "]()", hint)
        return ""

    def _error(self, code: str, message: str, span: Span | None, literal: str, hint: str = "") -> None:
        """An error in the block at `span`, at a literal of it if that is found."""
        self._diagnostics.error(code, message, span.narrow(literal) if span else None, hint)


def cut_end(content: Inlines, pattern: re.Pattern[str]) -> tuple[Inlines, str]:
    """A text without the end that a pattern finds, and the pattern's group; the whole text and "" if it finds none."""
    last = content[-1] if content else None
    match = pattern.search(last.content) if isinstance(last, Text) else None
    if not match or not isinstance(last, Text):
        return content, ""
    bare = last.content[: match.start()]
    return (*content[:-1], *((replace(last, content=bare),) if bare else ())), match[1]


def _ends_blank(inline: Inline) -> bool:
    return isinstance(inline, Text) and inline.content.endswith(" ")


def _cited(before: str, source: str, after: str) -> Cited:
    """A part of a citation as it is printed: page ranges with a dash, and no line end between `p.` and the number."""
    spoken = re.sub(r"(?<=\d)--?(?=\d)", "–", " ".join(after.split()))
    return Cited(source, " ".join(before.split()), re.sub(r"(?<=\.) (?=\d)", "\u00a0", spoken))
