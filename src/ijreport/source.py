"""Author's files → places in them: what every diagnostic points at."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


class SourceFile:
    """One text file of the project, read once.

    `path` is relative to the project folder, with forward slashes, so that
    messages and manifests are the same on every machine.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r})"

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *map(re.Match.end, re.finditer("\n", self.text))]

    @property
    def last_line(self) -> int:
        """The number of the last line: how many there are."""
        return self.text.count("\n") + 1

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column (both from 1, columns in code points) of a character offset."""
        row = bisect_right(self._line_starts, offset) - 1
        return row + 1, offset - self._line_starts[row] + 1

    def line_start(self, number: int) -> int:
        """The offset at which a line (from 1) begins; that of the text's end for the line after the last."""
        return self._line_starts[number - 1] if number <= len(self._line_starts) else len(self.text)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")

    def bounds(self, number: int) -> tuple[int, int]:
        """The offsets between which a line (from 1) says something: without its indentation and its end."""
        number = min(max(number, 1), len(self._line_starts))
        text, start = self.line(number), self._line_starts[number - 1]
        return start + len(text) - len(text.lstrip()), start + len(text)

    def line_span(self, number: int) -> Span:
        """A whole line, without its indentation, as a place whose column is not known."""
        return Span(self, *self.bounds(number), exact=False)

    def find(self, literal: str, start: int, end: int) -> int:
        """The offset of `literal` in a stretch, or -1. Where it is a word of its own goes before a part of one."""
        first = at = self.text.find(literal, start, end)
        while at >= 0:
            after = at + len(literal)
            before, behind = self.text[max(at - 1, start) : at], self.text[after : min(after + 1, end)]
            if not (_joins(before, literal[:1]) or _joins(literal[-1:], behind)):
                return at
            at = self.text.find(literal, at + 1, end)
        return first


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an author's file, in character offsets; it prints as file:line:column.

    `exact` is false where only the line is known. `printed` holds the content values
    that a template printed inside this stretch, so that a fault in one of them can be
    told at its own place; `printer` is then the place in the template that printed it.
    """

    file: SourceFile
    start: int
    end: int
    exact: bool = True
    printed: tuple[Span, ...] = field(default=(), repr=False)
    printer: Span | None = field(default=None, repr=False, compare=False)

    @property
    def line(self) -> int:
        return self.file.position(self.start)[0]

    @property
    def column(self) -> int | None:
        return self.file.position(self.start)[1] if self.exact else None

    def __str__(self) -> str:
        line, column = self.file.position(self.start)
        return f"{self.file.path}:{line}:{column}" if self.exact else f"{self.file.path}:{line}"

    def narrow(self, literal: str) -> Span:
        """The place of `literal` inside this one: in its own text, else in a value printed into it."""
        for span in (self, *self.printed):
            at = span.file.find(literal, span.start, span.end)
            if at >= 0:
                return Span(span.file, at, at + len(literal), printer=span.printer)
        return self


def _joins(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word."""
    return bool(left and right) and all(c.isalnum() or c == "_" for c in left + right)
