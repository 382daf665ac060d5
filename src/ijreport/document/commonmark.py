"""A language → the Markdown parser of the dialect: CommonMark with tables, footnotes, fenced divs and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.parser_block import RuleFuncBlockType as BlockRule
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock, blockquote, fence, heading, hr, list_block, reference
from markdown_it.rules_core import StateCore, normalize
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

MAX_NESTING = 40
"""Levels of lists, quotes and divs; deeper is refused."""
_MARKS = re.compile(r"[\n\\`*_~^!<&\[\]]")
"""What may begin anything but text in the dialect's inlines, or end it."""
_INDEX = re.compile(r'\{\.index((?:[ \n]+(?:entry|sort)="[^"]*")*)[ \n]*\}')
DIVS = (
    "callout", "column", "columns", "contents", "figures", "glossary", "index", "notes", "quote", "sources", "tables",
    "two-columns",
)  # fmt: skip
_DIV = re.compile(rf"(:{{3,}}+)[ \t]*(.*?)[ \t]*|(::)[ \t]*((?:(?:{'|'.join(DIVS)})(?![\w-]).*?)?)[ \t]*")
"""A fence and what is said behind it. Two colons are too few, but meant as one if they stand alone or before a name."""
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:")
_CITATION = re.compile(r"\[([^\[\]]*(?<![\w@])@[^\[\]]+)\](?![(\[])")
_CITED = re.compile(r"\s*([^@]*?)\s*-?@([\w.:–-]+)[\s,]*(.*?)\s*", re.DOTALL)
"""What stands before a source, its id, and what stands behind it, in one part of a citation."""
_QUOTES: dict[str, Sequence[str]] = {
    "en": "“”‘’", "hi": "“”‘’", "ja": "「」『』", "de": "„“‚‘", "fr": ("«\u00a0", "\u00a0»", "‹\u00a0", "\u00a0›"),
}  # fmt: skip


def dialect(language: str, footnotes: bool) -> MarkdownIt:
    quotes = _QUOTES.get(language.split("-", maxsplit=1)[0], _QUOTES["en"])
    # What is nested deeper than this the parser leaves out in silence, so it stops well behind where we do.
    options = {"html": True, "typographer": True, "quotes": quotes, "maxNesting": MAX_NESTING * 4}
    parser = _MarkdownIt("commonmark", options).enable(["table", "smartquotes"]).disable("html_block")
    parser.use(sub_plugin).use(superscript_plugin)
    if footnotes:
        parser.use(footnote_plugin)
        parser.block.ruler.at("footnote_def", _footnote_rule, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("fence", "div", _div_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.before("div", "comment", _comment_rule, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.at("normalize", _normalize_rule)
    parser.core.ruler.at("inline", _inline_rule)
    parser.inline.terminator_re = _MARKS
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.inline.ruler.before("link", "index", _index_rule)
    parser.inline.ruler.before("sub", "tildes", _tildes_rule)
    parser.block.ruler = _ByFirstCharacter(parser.block.ruler)
    return parser


class _MarkdownIt(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's signature
        """Links are judged where they are read, with a diagnostic; the parser would show a bad one as plain text."""
        return True


def _div_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: ARG001 - the parser's signature
    """`::: name`, or `:::` alone: one line. What belongs together is found when all of them are known."""
    start = state.bMarks[first] + state.tShift[first]
    fence = _DIV.fullmatch(state.src, start, state.eMarks[first])
    if not fence or state.is_code_block(first):
        return False
    if not silent:
        token = state.push("div_fence", "div", 0)
        token.markup, token.info = fence[1] or fence[3], fence[2] or fence[4] or ""
        token.map = [first, first + 1]
        state.line = first + 1
    return True


def _footnote_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """The plugin's rule; `defined` in the environment has the label and the line of each definition."""
    label = _FOOTNOTE.match(state.src, state.bMarks[first] + state.tShift[first])
    if not label or not footnote_def(state, first, last, silent):
        return False
    if not silent:
        state.env.setdefault("defined", []).append((label[1], first))
    return True


def _comment_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`<!-- … -->` on lines of its own, or with empty lines in it. Anywhere else it is a part of its paragraph.

    Text behind its end is no part of it, though CommonMark (4.6) takes the whole line.
    """
    source = state.src
    start = state.bMarks[first] + state.tShift[first]
    if not source.startswith("<!--", start) or state.is_code_block(first):
        return False
    end = source.find("-->", start + 2, state.eMarks[last - 1])  # `<!-->` is one, too
    if end < 0:
        if not silent:
            token = state.push("comment_unclosed", "", 0)
            token.map = [first, last]
            state.line = last
        return True
    end += len("-->")
    line = next(number for number in range(first, last) if end <= state.eMarks[number])
    rest = source[end : state.eMarks[line]]
    parted = any(state.isEmpty(number) for number in range(first, line))
    if not parted and (silent or rest.strip()):
        return False
    if silent:
        return True
    state.line = line + 1
    if rest.strip():
        state.bMarks[line], state.tShift[line] = end, len(rest) - len(rest.lstrip())
        state.line = line
    return True


_BEGIN = {
    blockquote: ">",
    fence: "`~",
    heading: "#",
    hr: "*-_",
    list_block: "*+-0123456789",
    reference: "[",
    _comment_rule: "<",
    _footnote_rule: "[",
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
    """`[@a; see @b, p. 3]` as one token. Its `meta` has an entry for each part: before, source, after."""
    if state.src[state.pos] != "[" or "@" not in state.src:
        return False
    match = _CITATION.match(state.src, state.pos)
    parts = [_CITED.fullmatch(part) for part in match[1].split(";")] if match else []
    if not match or not any(parts):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"parts": [part.groups() if part else None for part in parts]}
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


def _tildes_rule(state: StateInline, silent: bool) -> bool:
    """Two tildes and more are text: no subscript begins or ends with them."""
    after = state.pos
    while state.src[after : after + 1] == "~":
        after += 1
    if after - state.pos < 2:
        return False
    if not silent:
        state.pending += state.src[state.pos : after]
    state.pos = after
    return True
