"""A language → the Markdown parser of the dialect: CommonMark with tables, footnotes, fenced divs and citations."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.parser_block import RuleFuncBlockType as BlockRule
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock, blockquote, fence, heading, hr, list_block, reference
from markdown_it.rules_core import StateCore, normalize
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

MAX_NESTING = 40
"""Levels of lists, quotes and divs; deeper is refused."""
_MARKS = re.compile(r"[\n\\`*_~^!<&\[\]]")
"""What may begin anything but text in the dialect's inlines, or end it."""
_DIV = re.compile(r"(:{3,}+)(.*\S.*)")
_DIV_END = re.compile(r"(:{3,})[ \t]*")
_CITATION = re.compile(r"\[@([\w.:–-]+(?:\s*;\s*@[\w.:–-]+)*)\]")
_INDEX = re.compile(r'\{\.index((?:[ \n]+(?:entry|sort)="[^"]*")*)[ \n]*\}')
_QUOTES = {"en": "“”‘’", "hi": "“”‘’", "ja": "「」『』", "de": "„“‚‘", "fr": "«»‹›"}


def dialect(language: str, footnotes: bool) -> MarkdownIt:
    quotes = _QUOTES.get(language.split("-", maxsplit=1)[0], _QUOTES["en"])
    # What is nested deeper than this the parser leaves out in silence, so it stops well behind where we do.
    options = {"html": False, "typographer": True, "quotes": quotes, "maxNesting": MAX_NESTING * 4}
    parser = _MarkdownIt("commonmark", options).enable(["table", "smartquotes"]).disable(["html_block", "html_inline"])
    parser.use(sub_plugin).use(superscript_plugin)
    if footnotes:
        parser.use(footnote_plugin)
    parser.block.ruler.before("fence", "div", _div_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.core.ruler.at("normalize", _normalize_rule)
    parser.core.ruler.at("inline", _inline_rule)
    parser.inline.terminator_re = _MARKS
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.inline.ruler.before("link", "index", _index_rule)
    parser.block.ruler = _ByFirstCharacter(parser.block.ruler)
    return parser


class _MarkdownIt(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's signature
        """Links are judged where they are read, with a diagnostic; the parser would show a bad one as plain text."""
        return True


def _div_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`::: name` up to a line of at least as many colons, or to the end of what is around it."""
    source = state.src
    start = state.bMarks[first] + state.tShift[first]
    opening = _DIV.fullmatch(source, start, state.eMarks[first])
    if not opening or state.is_code_block(first):
        return False
    if silent:
        return True
    end = first + 1
    closed = False
    while end < last:
        start, stop = state.bMarks[end] + state.tShift[end], state.eMarks[end]
        if start < stop and state.sCount[end] < state.blkIndent:
            break  # the list item around it ends here
        if source[start] == ":" and not state.is_code_block(end):
            closing = _DIV_END.fullmatch(source, start, stop)
            if closing and len(closing[1]) >= len(opening[1]):
                closed = True
                break
        end += 1
    token = state.push("div_open", "div", 1)
    token.markup, token.info = opening.groups()
    token.map = [first, end]
    around, state.parentType = state.parentType, "container"
    after, state.lineMax = state.lineMax, end  # no paragraph goes on behind the closing fence
    state.md.block.tokenize(state, first + 1, end)
    state.parentType, state.lineMax = around, after
    state.push("div_close", "div", -1)
    state.line = end + closed
    return True


_BEGIN = {
    blockquote: ">",
    fence: "`~",
    heading: "#",
    hr: "*-_",
    list_block: "*+-0123456789",
    reference: "[",
    _div_rule: ":",
}
"""The characters that a block of a rule may begin with; with any, where a rule is not named."""


class _ByFirstCharacter(Ruler[BlockRule]):
    """The finished rules for blocks, a chain of them as one: it tries those that fit a line's first character.

    The parser would try eight rules on every line of a paragraph; here most lines meet one, that of tables.
    """

    def __init__(self, rules: Ruler[BlockRule]) -> None:
        super().__init__()
        self._active = rules.get_active_rules()
        chains = ("", "blockquote", "list", "paragraph", "reference")
        self._chains = {chain: [_fitting(rules.getRules(chain))] for chain in chains}

    def getRules(self, chainName: str = "") -> list[BlockRule]:  # noqa: N802, N803 - markdown-it's signature
        return self._chains[chainName]

    def get_active_rules(self) -> list[str]:
        return self._active


def _fitting(rules: list[BlockRule]) -> BlockRule:
    begun = {first: [rule for rule in rules if first in _BEGIN.get(rule, first)] for first in "".join(_BEGIN.values())}
    others = [rule for rule in rules if rule not in _BEGIN]

    def fitting(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        for rule in begun.get(state.src[start : start + 1], others):  # noqa: SIM110 - `any` takes twice the time
            if rule(state, line, end, silent):
                return True
        return False

    return fitting


def _normalize_rule(state: StateCore) -> None:
    """The parser's own rule, which rewrites every line end, where there is anything to normalize."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


def _inline_rule(state: StateCore) -> None:
    """The inlines of every text. Most hold no mark at all, and there is nothing to parse in them."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if _MARKS.search(token.content):
                state.md.inline.parse(token.content, state.md, state.env, token.children)
            elif token.content:
                token.children.append(Token("text", "", 0, content=token.content))


def _citation_rule(state: StateInline, silent: bool) -> bool:
    """`[@a; @b]` as one token."""
    if state.src[state.pos] != "[" or state.src[state.pos + 1 : state.pos + 2] != "@":
        return False
    match = _CITATION.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"ids": tuple(one.strip().removeprefix("@") for one in match[1].split(";"))}
    state.pos = match.end()
    return True


def _index_rule(state: StateInline, silent: bool) -> bool:
    """`[text]{.index entry="…"}`, as Pandoc writes spans with attributes: the text, between two tokens."""
    start = state.pos
    if state.src[start] != "[" or state.src.find("]{.index", start) < 0:
        return False
    end = parseLinkLabel(state, start)
    match = _INDEX.match(state.src, end + 1) if end >= 0 else None
    if not match:
        return False
    if not silent:
        token = state.push("index_open", "", 1)
        token.content = state.src[start : match.end()]
        token.meta = dict(re.findall(r'(entry|sort)="([^"]*)"', match[1]))
        last, state.pos, state.posMax = state.posMax, start + 1, end
        state.md.inline.tokenize(state)
        state.posMax = last
        state.push("index_close", "", -1)
    state.pos = match.end()
    return True
