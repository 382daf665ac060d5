"""`[text]{.index}` in the tokens of a text → entries of the index at its words."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.token import Token
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import IndexEntry, Inline, Inlines, Text

INDEX_DEPTH = 3
"""How many parts an entry of the index has: it stands below the others."""
_FIRST_WORD = re.compile(r"\s*(\S+)")
_LAST_WORD = re.compile(r"(\S+)\s*\Z")


class IndexMarks:
    """Puts the marks for the index of one text on its words; those without words go to the word that follows them, or
    at the end to the one before."""

    def __init__(self, cell: Callable[[str], Inlines], error: Callable[[str, str, str, str], None]) -> None:
        """`cell` makes inlines of an attribute, `error` tells code, message, the text that it is about, and a hint."""
        self._cell = cell
        self._error = error
        self._open: list[tuple[Token, int]] = []  # and the inlines before each
        self._bare: list[tuple[int, Token, IndexEntry]] = []  # and the inlines before each
        self.end = 0
        """The inlines before the end or the beginning of a mark; nothing goes on from one of them."""

    def open(self, token: Token, found: list[Inline]) -> None:
        self._open.append((token, len(found)))
        self.end = len(found)

    def close(self, found: list[Inline]) -> None:
        token, start = self._open.pop()
        self.end = len(found)
        entry = self._entry(token, blocks.plain(tuple(found[start:])))
        if not entry:
            return
        words = [at for at in range(start, len(found)) if isinstance(found[at], Text)]
        for at in words:
            found[at] = _marked(found[at], entry)
        if not words:
            self._bare.append((start, token, entry))

    def settle(self, found: list[Inline]) -> None:
        """Find words for the marks that have none."""
        for start, token, entry in reversed(self._bare):
            after = next((at for at in range(start, len(found)) if _says(found[at])), -1)
            at = after if after >= 0 else next((at for at in reversed(range(start)) if _says(found[at])), -1)
            text = found[at] if at >= 0 else None
            if not isinstance(text, Text):
                message = "there is no word here that the index could tell the page of"
                self._error("bad-index", message, token.content, "put it beside a word")
                continue
            word = _FIRST_WORD.match(text.content) if after >= 0 else _LAST_WORD.search(text.content)
            assert word  # it says something
            parts = [text.content[: word.start(1)], word[1], text.content[word.end(1) :]]
            pieces = [replace(text, content=part) for part in parts]
            pieces[1] = _marked(pieces[1], entry)
            found[at : at + 1] = [piece for piece in pieces if piece.content]

    def _entry(self, token: Token, text: str) -> IndexEntry | None:
        """What a mark says that it is for, or the marked text itself."""
        cell = self._cell
        written = token.meta.get("entry")
        said = text if written is None else blocks.plain(cell(written))
        path = tuple(part.strip() for part in said.split(" > ")) if written is not None else (said.strip(),)
        if not all(path) or len(path) > INDEX_DEPTH:
            message = f"an entry of the index has one to {INDEX_DEPTH} parts that say something"
            hint = 'write [text]{.index}, or [text]{.index entry="What > belongs to it"}'
            self._error("bad-index", message, token.content, hint)
            return None
        return IndexEntry(path, blocks.plain(cell(token.meta.get("sort", ""))).strip())


def _marked(text: Inline, entry: IndexEntry) -> Text:
    assert isinstance(text, Text)
    return replace(text, index=(*text.index, entry))


def _says(inline: Inline) -> bool:
    return isinstance(inline, Text) and bool(inline.content.strip())
