"""A language → the Markdown parser of the dialect: CommonMark with tables, footnotes, fenced divs and citations."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

MAX_NESTING = 40
"""Levels of lists, quotes and divs; deeper is refused."""
_CITATION = re.compile(r"\[@([\w.:–-]+(?:\s*;\s*@[\w.:–-]+)*)\]")
_QUOTES = {"en": "“”‘’", "hi": "“”‘’", "ja": "「」『』", "de": "„“‚‘", "fr": "«»‹›"}


def dialect(language: str, footnotes: bool) -> MarkdownIt:
    quotes = _QUOTES.get(language.split("-", maxsplit=1)[0], _QUOTES["en"])
    # What is nested deeper than this the parser leaves out in silence, so it stops well behind where we do.
    options = {"html": False, "typographer": True, "quotes": quotes, "maxNesting": MAX_NESTING * 4}
    parser = _MarkdownIt("commonmark", options).enable(["table", "smartquotes"])
    parser.use(sub_plugin).use(superscript_plugin)
    if footnotes:
        parser.use(footnote_plugin)
    container_plugin(parser, "div", validate=lambda parameters, markup: bool(parameters.strip()))
    parser.inline.ruler.before("link", "citation", _citation_rule)
    return parser


class _MarkdownIt(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's signature
        """Links are judged where they are read, with a diagnostic; the parser would show a bad one as plain text."""
        return True


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
