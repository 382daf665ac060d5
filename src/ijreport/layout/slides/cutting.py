"""A text that is higher than its frame → the parts in which it goes on, between sentences where that can be."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec.structs import replace

from ijreport.document.blocks import (
    Acronym,
    Citation,
    CrossReference,
    FootnoteReference,
    HardBreak,
    Inline,
    Inlines,
    Text,
)
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

ROUNDING = 0.01


def lines_in(room: float, paragraph: SetParagraph) -> int:
    """How many lines of a paragraph stand in a height of `room` points."""
    return int((room + ROUNDING) // paragraph.style.leading)


def cut(
    content: Inlines, paragraph: SetParagraph, most: int, typesetter: Typesetter, span: Span | None
) -> Iterator[tuple[Inlines, SetParagraph]]:
    """The text of a paragraph in parts of about one height, none of more than `most` lines (at least one).

    Each ends with a sentence where that costs no further part; the paragraph's label stays with the first.
    """
    while True:
        lines = len(paragraph.lines)
        parts = math.ceil(lines / most)
        if parts <= 1:
            yield content, paragraph
            return
        # The rest, set anew from within a line, may take a line more than it took before.
        least, wanted = lines - (parts - 1) * most + 1, math.ceil(lines / parts)
        told = [0]
        for line in paragraph.lines:
            told.append(told[-1] + sum(_told(run.text) for _, run in line.runs))
        ends = [end for end in _sentence_ends(content) if least <= _lines_to(told, end) <= most]
        end = min(ends, key=lambda end: abs(_lines_to(told, end) - wanted), default=told[wanted])
        head, content = _divided(content, end)
        label = "".join(run.text for run in paragraph.label)
        first = typesetter.set(
            head, paragraph.style, paragraph.width, span,
            indent=paragraph.indent, label=label, level=paragraph.level, number=paragraph.number,
        )  # fmt: skip
        yield head, first
        paragraph = typesetter.set(
            content, paragraph.style, paragraph.width, span, indent=paragraph.indent, level=paragraph.level
        )


def parts_below_a_head(
    head: Inlines,
    text: Inlines,
    looks: tuple[TextStyle, TextStyle],
    width: float,
    room: float,
    mark: str,
    typesetter: Typesetter,
    span: Span | None,
) -> list[tuple[Inlines, Inlines]]:
    """A head and the text below it, in parts of which each stands in a height of `room`.

    The head is repeated, marked, above each part of the text. One that takes more than half of the room goes on by
    itself, before the text.
    """
    marked = (*head, Text(mark))
    repeated = typesetter.set(marked, looks[0], width, span)
    below = typesetter.set(text, looks[1], width, span)
    most = lines_in(room - repeated.height, below)
    if text and most and repeated.height <= room / 2:
        parts = [one for one, _ in cut(text, below, most, typesetter, span)]
        return [(marked if number else head, one) for number, one in enumerate(parts)]
    first = typesetter.set(head, looks[0], width, span)
    if not min(lines_in(room, first), lines_in(room, below)):
        return [(head, text)]
    heads = cut(head, first, lines_in(room, first), typesetter, span)
    texts = cut(text, below, lines_in(room, below), typesetter, span) if text else ()
    return [*((one, ()) for one, _ in heads), *(((), one) for one, _ in texts)]


def _lines_to(told: Sequence[int], end: int) -> int:
    """How many lines a paragraph's first `end` characters take; `told` counts those before each line."""
    return bisect_left(told, end)


_SENTENCE = re.compile(r"[.!?…]+[’”\"')\]]*\ufffc?\s+(?=[^\sa-z])|[。！？｡]+[」』）］]*|।\s*")
"""The end of a sentence (after UAX #29, 5.1): in Latin one that does not go on with a small letter. A U+FFFC stands for
a citation."""


def _sentence_ends(content: Inlines) -> Iterator[int]:
    """How many characters, without white space, stand before each end of a sentence inside the content."""
    text = "".join(_said(inline) or "\ufffc" for inline in content)
    for match in _SENTENCE.finditer(text):
        if match.end() < len(text):
            yield _told(text[: match.end()].replace("\ufffc", ""))


def _divided(content: Inlines, end: int) -> tuple[Inlines, Inlines]:
    """The content up to its first `end` characters, without white space, and the rest."""
    head: list[Inline] = []
    for number, inline in enumerate(content):
        count = _told(_said(inline))
        if isinstance(inline, Text) and count > end:
            at = _place(inline.content, end)
            parts = [replace(inline, content=inline.content[:at])] if end else []
            return (*head, *parts), (replace(inline, content=inline.content[at:].lstrip()), *content[number + 1 :])
        if count > end:  # an acronym or a number, which stays whole
            return tuple(head), content[number:]
        end -= count
        if end == 0 and isinstance(inline, HardBreak):
            continue
        head.append(inline)
    return tuple(head), ()


def _said(inline: Inline) -> str:
    """What a slide shows of it: citations stand at its foot."""
    match inline:
        case Text() | Acronym():
            return inline.content
        case FootnoteReference():
            return str(inline.number)
        case CrossReference():
            return inline.text
        case HardBreak():
            return " "
        case Citation():
            return ""
        case _:
            assert_never(inline)


def _place(text: str, end: int) -> int:
    """Behind the first `end` characters of a text, counted as `_told` does."""
    for at, character in enumerate(text):
        if end == 0:
            return at
        end -= _told(character)
    return len(text)


def _told(text: str) -> int:
    """Characters that are neither white space nor only allow a break: those that lines have in common with what they
    were set from."""
    return len("".join(text.split()).replace("\u200b", ""))
