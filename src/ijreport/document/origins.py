"""Rendered text with stamps → the Markdown, and for every stretch of it the author's place.

A template's output is stamped with private-use characters: where a line of which template begins, and where
a value of the content begins and ends. Their numbers are digits only, so that filters that change case do no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content.reader import STAMPS
from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.source import SourceFile, Span

_LINE, _VALUE, _END = tuple(STAMPS)
_STAMP = re.compile(
    f"[{STAMPS}](?:(?<={_LINE})([0-9]{{1,9}}){_LINE}|(?<={_VALUE})([0-9]{{1,9}}){_VALUE}|(?<=({_END}))|)"
)
"""A stamp, or what is left of one that a filter cut. Its first character is of one set, to which a search can jump."""


class Stamps:
    """Hands out the stamps of one project's renderings and remembers what they stand for."""

    def __init__(self) -> None:
        self.lines = 0  # how many numbers there are for lines; each template has a row of them
        self.values: list[Span] = []
        self._rows: dict[SourceFile, range] = {}

    def line(self, source: SourceFile, number: int, on: bool = False) -> str:
        """The stamp of a template's line. It may also stand for those after it, which are then printed as they go `on`
        up to the next stamp."""
        row = self._rows.get(source)
        if row is None:
            row = self._rows[source] = range(self.lines, self.lines + 2 * source.last_line)
            self.lines = row.stop
        # Jinja counts a lone carriage return as a line, so that its number may be too high.
        return f"{_LINE}{min(row.start + 2 * number, row.stop) - 2 + on}{_LINE}"

    def line_of(self, stamp: int, further: int) -> tuple[SourceFile, int]:
        """The template and the line that the stamp of this number stands for, so many lines further on."""
        source, row = next((source, row) for source, row in self._rows.items() if stamp in row)
        line, on = divmod(stamp - row.start, 2)
        return source, min(line + 1 + further * on, len(row) // 2)

    def files(self) -> set[SourceFile]:
        """All that stamps stand for places in."""
        return {*self._rows, *(span.file for span in self.values)}

    def value(self, text: str, span: Span) -> str:
        """The text between stamps that tell where the content says it."""
        self.values.append(span)
        return f"{_VALUE}{len(self.values) - 1}{_VALUE}{text}{_END}"


class _Value(Struct, frozen=True):
    start: int
    end: int
    span: Span


class Lookup(Span):
    """A place that is looked up when it is first asked for: every block has one, and few are ever told."""

    __slots__ = ("_asked",)
    _asked: tuple[Callable[..., Span], tuple[object, ...]]

    def __init__(self, look_up: Callable[..., Span], *about: object) -> None:
        object.__setattr__(self, "_asked", (look_up, about))

    def __reduce__(self) -> tuple[type[Lookup], tuple[object, ...]]:
        look_up, about = self._asked
        return Lookup, (look_up, *about)

    def __getattr__(self, name: str) -> Any:
        """What is still missing: Python comes here only for an attribute that was not set."""
        if name not in Span.__slots__:
            raise AttributeError(name)
        look_up, about = self._asked
        found = look_up(*about)
        for slot in Span.__slots__:
            object.__setattr__(self, slot, getattr(found, slot))
        return getattr(self, name)


class Origins:
    """The rendered Markdown, as `source`, with the way back from its lines and offsets to the author's files."""

    def __init__(self, path: str, stamped: str, stamps: Stamps) -> None:
        parts = _STAMP.split(stamped)  # a text, and the three groups of the stamp after it, in turns
        texts = parts[::4]
        starts: list[int] = []  # offsets where a new template line begins to speak
        lines: list[int] = []  # the stamps of these
        values: list[_Value] = []
        open_: list[tuple[int, Span]] = []
        for offset, line, value, end in zip(
            accumulate(map(len, texts)), parts[1::4], parts[2::4], parts[3::4], strict=False
        ):
            # A number that we gave to nothing comes from a text that a template made up: no stamp of ours.
            if line:
                if int(line) < stamps.lines:
                    starts.append(offset)
                    lines.append(int(line))
            elif value:
                if int(value) < len(stamps.values):
                    open_.append((offset, stamps.values[int(value)]))
            elif end and open_:
                start, span = open_.pop()
                values.append(_Value(start, offset, span))
        self.source = SourceFile(path, "".join(texts))
        self._stamps, self._starts, self._lines = stamps, starts, lines
        self._values = sorted(values, key=lambda value: (value.start, -value.end))
        self._value_starts = [value.start for value in self._values]
        self._longest = max((value.end - value.start for value in values), default=0)

    def lines(self, first: int, last: int) -> Span:
        """The place of rendered lines `first` up to, not including, `last` (from 0, as CommonMark parsers count)."""
        return Lookup(Origins._of_lines, self, first, last)

    def shared(self) -> list[object]:
        """What places refer to: this itself, and all files."""
        return [self, self.source, *self._stamps.files()]

    def _of_lines(self, first: int, last: int) -> Span:
        start, end = self.source.bounds(first + 1)
        if last > first + 1:
            end = max(start, self.source.bounds(last)[1])
        return self.span(start, end)

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the rendered text is from: the content if a value printed all of it, else the template."""
        said = self.source.text[start:end].strip().split("\n", 1)[0]
        inside = self._overlapping(start, end)
        whole = [value for value in inside if value.start <= start and value.end >= end]
        if whole:
            inner = self._told(min(whole, key=lambda value: value.end - value.start))
            return inner.narrow(said) if said else inner
        at = bisect_right(self._starts, start) - 1
        if at < 0:
            return Span(self.source, start, end)
        file, number = self._line_of(at, start)
        first, reach = line = file.bounds(number)
        until, last = self._line_of(max(at, bisect_left(self._starts, end) - 1), end)
        if until is file:
            reach = max(reach, file.bounds(last)[1])
        found = file.find(said, *line) if said else -1
        printed = tuple(map(self._told, inside))
        if found < 0:  # not said literally there, so that the column is not known
            return Span(file, first, reach, False, printed)
        return Span(file, found, found + len(said) if reach == line[1] else reach, True, printed)

    def _line_of(self, at: int, offset: int) -> tuple[SourceFile, int]:
        """The template's line that says what stands at an offset, behind the stamp of this place in their row."""
        (stamped, _), (here, _) = map(self.source.position, (self._starts[at], offset))
        return self._stamps.line_of(self._lines[at], here - stamped)

    def _told(self, value: _Value) -> Span:
        """Where the content says a value; it knows the line of the template that printed it."""
        at = bisect_right(self._starts, value.start) - 1
        if at < 0:
            return value.span
        file, number = self._line_of(at, value.start)
        line = Span(file, *file.bounds(number), exact=False)
        expressions = re.findall(r"{{.*?}}", file.text[line.start : line.end])
        printer = line.narrow(expressions[0]) if len(expressions) == 1 else line
        said = value.span
        return Span(said.file, said.start, said.end, said.exact, said.printed, printer)

    def _overlapping(self, start: int, end: int) -> list[_Value]:
        first = bisect_left(self._value_starts, start - self._longest)
        last = bisect_left(self._value_starts, max(end, start + 1))
        return [value for value in self._values[first:last] if value.end > start or value.start == start]

    def home(self, span: Span) -> Span:
        """The author's place of one in the rendered text; any other as it is."""
        return Lookup(Origins.span, self, span.start, span.end) if span.file is self.source else span

    def translate(self, found: Diagnostics, into: Diagnostics) -> None:
        """Add findings about the rendered text, told at the author's places."""
        for one in found:
            into.add(self._translated(one))

    def _translated(self, one: Diagnostic) -> Diagnostic:
        span = self.home(one.span) if one.span else None
        return replace(one, span=span, trace=tuple((how, self.home(place)) for how, place in one.trace))
