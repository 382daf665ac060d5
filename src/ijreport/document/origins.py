"""Rendered text with stamps → the Markdown, and for every stretch of it the author's place.

A template's output is stamped with private-use characters: where a line of which template begins, and where
a value of the content begins and ends. Their numbers are digits only, so that filters that change case do no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from ijreport.content.reader import STAMPS
from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.source import SourceFile, Span

_LINE, _VALUE, _END = tuple(STAMPS)
_STAMP = re.compile(f"{_LINE}([0-9]{{1,9}}){_LINE}|{_VALUE}([0-9]{{1,9}}){_VALUE}|{_END}")
_STRAY = re.compile(f"[{STAMPS}]")


class Stamps:
    """Hands out the stamps of one project's renderings and remembers what they stand for."""

    def __init__(self) -> None:
        self.lines: list[Span] = []
        self.values: list[Span] = []
        self._numbers: dict[tuple[int, int], int] = {}

    def line(self, source: SourceFile, number: int) -> str:
        """The stamp of a template's line."""
        key = (id(source), number)
        if key not in self._numbers:
            self._numbers[key] = len(self.lines)
            self.lines.append(source.line_span(number))
        return f"{_LINE}{self._numbers[key]}{_LINE}"

    def value(self, text: str, span: Span) -> str:
        """The text between stamps that tell where the content says it."""
        self.values.append(span)
        return f"{_VALUE}{len(self.values) - 1}{_VALUE}{text}{_END}"


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    span: Span


class Origins:
    """The rendered Markdown, as `source`, with the way back from its lines and offsets to the author's files."""

    def __init__(self, path: str, stamped: str, stamps: Stamps) -> None:
        pieces: list[str] = []
        length = 0
        starts: list[int] = []  # offsets where a new template line begins to speak
        spans: list[Span] = []
        values: list[_Value] = []
        open_: list[tuple[int, Span]] = []
        last = 0
        for match in _STAMP.finditer(stamped):
            piece = _STRAY.sub("", stamped[last : match.start()])
            pieces.append(piece)
            length += len(piece)
            last = match.end()
            # A number that we gave to nothing comes from a text that a template made up: no stamp of ours.
            if match[1]:
                if int(match[1]) < len(stamps.lines):
                    starts.append(length)
                    spans.append(stamps.lines[int(match[1])])
            elif match[2]:
                if int(match[2]) < len(stamps.values):
                    open_.append((length, stamps.values[int(match[2])]))
            elif open_:
                start, span = open_.pop()
                values.append(_Value(start, length, span))
        pieces.append(_STRAY.sub("", stamped[last:]))
        self.source = SourceFile(path, "".join(pieces))
        self._starts, self._spans = starts, spans
        self._values = sorted(values, key=lambda value: (value.start, -value.end))
        self._value_starts = [value.start for value in self._values]
        self._longest = max((value.end - value.start for value in values), default=0)

    def lines(self, first: int, last: int) -> Span:
        """The place of rendered lines `first` up to, not including, `last` (from 0, as CommonMark parsers count)."""
        start = self.source.line_span(first + 1).start
        end = max(start, self.source.line_span(max(first + 1, last)).end)
        return self.span(start, end)

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the rendered text is from: the content if a value printed all of it, else the template."""
        text = self.source.text[start:end]
        inside = self._overlapping(start, end)
        whole = [value for value in inside if value.start <= start and value.end >= end]
        if whole:
            inner = min(whole, key=lambda value: value.end - value.start)
            return _narrowed(inner.span, text)
        at = bisect_right(self._starts, start) - 1
        if at < 0:
            return Span(self.source, start, end)
        first, until = self._spans[at], self._spans[max(at, bisect_left(self._starts, end) - 1)]
        reach = until.end if until.file is first.file and until.end > first.end else first.end
        narrowed = _narrowed(first, text)
        return replace(
            narrowed if narrowed.exact else first,
            end=narrowed.end if narrowed.exact and reach == first.end else max(reach, first.end),
            printed=tuple(value.span for value in inside),
        )

    def _overlapping(self, start: int, end: int) -> list[_Value]:
        first = bisect_left(self._value_starts, start - self._longest)
        last = bisect_left(self._value_starts, max(end, start + 1))
        return [value for value in self._values[first:last] if value.end > start or value.start == start]

    def home(self, span: Span) -> Span:
        """The author's place of one in the rendered text; any other as it is."""
        return self.span(span.start, span.end) if span.file is self.source else span

    def translate(self, found: Diagnostics, into: Diagnostics) -> None:
        """Add findings about the rendered text, told at the author's places."""
        for one in found:
            into.add(self._translated(one))

    def _translated(self, one: Diagnostic) -> Diagnostic:
        span = self.home(one.span) if one.span else None
        return replace(one, span=span, trace=tuple((how, self.home(place)) for how, place in one.trace))


def _narrowed(span: Span, text: str) -> Span:
    """The place of the first line of a text in a span, or the span with no column where it is not said literally."""
    first = text.strip().split("\n", 1)[0]
    return span.narrow(first) if first else span
