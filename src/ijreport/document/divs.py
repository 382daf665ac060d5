"""The parser's tokens, one for each fence of a div → the same with the divs in pairs, and what is wrong with fences.

A fence of colons alone closes the div that was opened last, as Pandoc has it. Where the lengths of fences tell better
what an author meant, they do: a fence as long as that of a div further out closes that one, and the div that was open
inside it is the one that lacks its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from markdown_it.token import Token

from ijreport.diagnostics import Diagnostics
from ijreport.source import Span

_HOLDERS = {"blockquote": "quotation", "list_item": "list item", "footnote": "footnote"}
"""What may hold a div, by its token, and what it is called. A div that begins in it ends in it."""
_TURNS = frozenset(
    [
        "div_fence",
        "footnote_block_open",
        "heading_open",
        *(f"{one}_{end}" for one in _HOLDERS for end in ("open", "close")),
    ]
)
"""The tokens at which divs begin, end, or are told of again; all others, which are most, stay as they are."""


def paired(
    tokens: Iterable[Token], lines: Callable[[int, int], Span], swallowed: bool, diagnostics: Diagnostics
) -> list[Token]:
    """The tokens with a `div_open` and a `div_close` for every div, as other blocks have them.

    `lines` makes places of rendered lines. `swallowed` tells that a fence without an end took what follows it, and with
    it perhaps the ends of divs: nothing is said of those then.
    """
    pairing = _Pairing(lines, diagnostics, swallowed)
    for token in tokens:
        if token.type in _TURNS:
            pairing.turn(token)
        else:
            pairing.tokens.append(token)
        if token.map:
            pairing.last = token.map[1]
    pairing.end_all("")
    return pairing.tokens


class _Pairing:
    def __init__(self, lines: Callable[[int, int], Span], diagnostics: Diagnostics, told: bool) -> None:
        self.tokens: list[Token] = []
        self._lines = lines
        self._diagnostics = diagnostics
        self._told = told  # whether a fault was told from which others may follow
        self._around: list[list[Token]] = []
        self._open: list[Token] = []  # the divs that are open inside the innermost holder; those around it are above
        self.last = 0  # the line behind the last block

    def turn(self, token: Token) -> None:
        kind, _, end = token.type.rpartition("_")
        if token.type == "div_fence":
            assert token.map  # every fence has a line
            if token.info:
                self._begin(token)
            else:
                self._end(token, token.map[0])
        elif kind == "footnote_block":  # behind all of the text
            self.end_all("")
            self.tokens.append(token)
        elif kind in _HOLDERS and end == "close":
            self.end_all(_HOLDERS[kind])
            self._open = self._around.pop()
            self.tokens.append(token)
        else:
            if kind in _HOLDERS:
                self._around.append(self._open)
                self._open = []
            elif kind == "heading" and not self._open and not self._around:
                self._told = False  # a new section, in which the divs begin anew
            self.tokens.append(token)

    def end_all(self, holder: str) -> None:
        """End the divs that are open, because what holds them ends."""
        self._unclosed(self._open, "end it with {}" + f", indented as the {holder} that it stands in" * bool(holder))
        self._told |= bool(self._open)
        while self._open:
            self._close(self.last)

    def _begin(self, token: Token) -> None:
        assert token.map
        if len(token.markup) < 3 and not self._told:
            self._error("bad-div", "a div begins and ends with three colons or more", token, "write :::")
            self._told = True
        if self._open and said(self._open[-1]) == said(token) == "column":
            self._unclosed(self._open[-1:], "end it with {}", ("the next one begins at", token))
            self._close(token.map[0])
        self._open.append(token)
        self._push("div_open", 1, token)

    def _end(self, token: Token, line: int) -> None:
        if not self._open:
            if not self._told:
                self._error("bad-div", f"this {token.markup} ends nothing", token, "no div is open here")
            return
        ends = next((one for one in reversed(self._open) if one.markup == token.markup), self._open[-1])
        inside = self._open[self._open.index(ends) + 1 :]
        if inside:
            self._unclosed(inside, "end it with {}", (f"the ::: {said(ends)} around it ends at", token))
            self._told = True  # if the author meant another one to end here, the rest of the fences seem wrong, too
        for _ in (ends, *inside):
            self._close(line)

    def _close(self, line: int) -> None:
        """End the innermost div before a line."""
        opened = self._open.pop()
        assert opened.map
        opened.map[1] = max(line, opened.map[0] + 1)
        self._push("div_close", -1, opened)

    def _push(self, kind: str, nesting: Literal[1, -1], fence: Token) -> None:
        token = Token(kind, "div", nesting, markup=fence.markup, info=fence.info)
        token.map = fence.map if nesting > 0 else None  # the same list: its end is set when the div is closed
        self.tokens.append(token)

    def _unclosed(self, divs: Iterable[Token], hint: str, trace: tuple[str, Token] | None = None) -> None:
        """Each of them lacks its end."""
        if self._told:
            return
        for one in divs:
            self._error("unclosed-div", f"this ::: {said(one)} is not closed", one, hint.format(one.markup), trace)

    def _error(self, code: str, message: str, at: Token, hint: str, trace: tuple[str, Token] | None = None) -> None:
        self._diagnostics.error(
            code, message, self._place(at), hint, ((trace[0], self._place(trace[1])),) if trace else ()
        )

    def _place(self, fence: Token) -> Span:
        assert fence.map
        return self._lines(fence.map[0], fence.map[0] + 1)


def said(fence: Token) -> str:
    """The first word after the colons, which says what a div is."""
    return fence.info.partition(" ")[0]
