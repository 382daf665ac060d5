"""What is set, in the document's order → the elements it belongs to: sections, levels, links, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, repeat
from typing import Literal

from msgspec.structs import replace

from ijreport.document.blocks import OWN
from ijreport.layout import items
from ijreport.layout.elements import HEADINGS, PAGE, Element, Role
from ijreport.layout.typesetting.text import Line, Run, SetParagraph, Voice


class Structure:
    """Makes the elements of one document, each in the innermost one that is open."""

    def __init__(self, language: str) -> None:
        self.document = Element("Document")
        self.outer: tuple[Element, ...] = ()
        """The document and its sections that were begun before the stretch that is laid out; none for the first."""
        self._language = language
        self._count = 0
        self._open: list[Element] = []
        self._sections: list[tuple[int, Element]] = []  # with the level that the author gave the heading
        self._notes: dict[int, Element] = {}
        self._plain: dict[Voice, bool] = {}

    @property
    def innermost(self) -> Element:
        """The element that is open: a box, else the section of the last heading, else the document."""
        if self._open:
            return self._open[-1]
        return self._sections[-1][1] if self._sections else self.document

    def add(
        self,
        role: Role,
        parent: Element | None = None,
        *,
        alt: str = "",
        language: str = "",
        id: str = "",
        scope: Literal["", "Column", "Row"] = "",
        numbering: Literal["", "Decimal", "Disc"] = "",
        columns: int = 1,
        rows: int = 1,
    ) -> Element:
        """A new element, the last one in `parent` or in the innermost one that is open."""
        self._count += 1
        parent = parent or self.innermost
        return Element(role, parent, self._count, alt, language, id, scope, numbering, columns, rows)

    @contextmanager
    def inside(self, element: Element) -> Iterator[Element]:
        """Put what is added meanwhile into an element."""
        self._open.append(element)
        try:
            yield element
        finally:
            self._open.pop()

    def heading(self, level: int) -> Element:
        """The element of a heading whose author's level is `level`; unless it stands in a box, a section begins.

        Levels follow each other without gaps (ISO 14289-1, 7.4.2), however the author skipped them: a heading is one
        level below the one that it stands under.
        """
        if any(one.role == "Note" for one in self._open):
            return self.add("P")  # it stands elsewhere than where it is read
        if self._open:
            return self.add(HEADINGS[min(len(self._sections), 5)])
        while self._sections and self._sections[-1][0] >= level:
            self._sections.pop()
        self._sections.append((level, self.add("Sect")))
        return self.add(HEADINGS[len(self._sections) - 1])

    def note(self, number: int) -> Element:
        """The element of a footnote. It stands where it was first asked for: after the text that refers to it."""
        if number not in self._notes:
            self._notes[number] = self.add("Note", id=f"note-{number:06d}")
        return self._notes[number]

    def forget_notes(self, known: frozenset[int]) -> None:
        """Let all footnotes but the known ones stand anew, because what referred to them is set anew."""
        self._notes = {number: note for number, note in self._notes.items() if number in known}

    @property
    def noted(self) -> frozenset[int]:
        return frozenset(self._notes)

    def begin_within(self, levels: Iterable[int]) -> None:
        """Begin after headings of such levels: what is added stands in the sections that they left open."""
        for level in levels:
            self.heading(level)
        self.outer = self.open_sections

    @property
    def open_sections(self) -> tuple[Element, ...]:
        """The document and the sections in each other to which what comes next would be added."""
        return self.document, *(section for _, section in self._sections)

    # -- text --------------------------------------------------------------------------------------------------

    def tagged(self, paragraph: SetParagraph, element: Element, label: Element | None = None) -> SetParagraph:
        """The paragraph as the content of an element, its links, code and foreign words in elements of their own.

        `label` is the element of its label or, where it has none, of its first run.
        """
        if any(not self._is_plain(run.voice) for line in paragraph.lines for _, run in line.runs):
            paragraph = replace(paragraph, lines=self._lines(paragraph.lines, element))
        if label and not paragraph.label:
            first, *rest = paragraph.lines
            elements = first.elements or (element,) * len(first.runs)
            paragraph = replace(paragraph, lines=(replace(first, elements=(label, *elements[1:])), *rest))
        return paragraph.belonging_to(element, label)

    def _lines(self, lines: tuple[Line, ...], element: Element) -> tuple[Line, ...]:
        """Lines whose runs know their own elements. What goes on over a line's end is one element."""
        found: list[list[Element]] = [[] for _ in lines]
        runs = [(number, run) for number, line in enumerate(lines) for _, run in line.runs]
        for link, linked in groupby(runs, key=lambda one: one[1].voice.look.link):
            stretch = list(linked)
            outer = self._link(link, _said(stretch, lines), element) if link else element
            for (code, language), alike in groupby(stretch, key=lambda one: _kind(one[1].voice)):
                inner = self.add("Code", outer) if code else outer
                if language != self._language:
                    inner = self.add("Span", inner, language=language)
                for number, _ in alike:
                    found[number].append(inner)
        return tuple(replace(line, elements=tuple(own)) for line, own in zip(lines, found, strict=True))

    def _is_plain(self, voice: Voice) -> bool:
        known = self._plain.get(voice)
        if known is None:
            plain = not voice.look.link and not voice.look.code and voice.language == self._language
            known = self._plain[voice] = plain
        return known

    def _link(self, target: str, text: str, parent: Element) -> Element:
        """A link; a footnote's mark, the number of a source or a page refer to what stands elsewhere (14.8.4.4)."""
        if target.startswith((f"#{OWN}note-", f"#{OWN}source-", PAGE)):
            parent = self.add("Reference", parent)
        return self.add("Link", parent, alt=text)

    # -- items -------------------------------------------------------------------------------------------------

    def text(self, item: items.Text, role: Role = "P") -> items.Text:
        """An item of text, each of its paragraphs in an element of its own."""
        return replace(item, paragraphs=tuple(self.tagged(one, self.add(role)) for one in item.paragraphs))

    def row(self, row: items.Row, role: Literal["TH", "TD"]) -> items.Row:
        """A table's row, its cells headings of their columns or data. Merged ones are one element."""
        with self.inside(self.add("TR")):
            cells = []
            for cell in row.cells:
                if cell.left or cell.above:
                    cells.append(cell)
                    continue
                scope: Literal["", "Column"] = "Column" if role == "TH" else ""
                element = self.add(role, scope=scope, columns=cell.columns, rows=cell.rows)
                paragraphs = tuple(map(self.tagged, cell.paragraphs, repeat(element)))
                cells.append(items.Cell(paragraphs, cell.columns, cell.rows))
        return items.Row(row.height, tuple(cells))


def _kind(voice: Voice) -> tuple[bool, str]:
    return voice.look.code, voice.language


def _said(stretch: list[tuple[int, Run]], lines: tuple[Line, ...]) -> str:
    """The text of runs, with the spaces at which their lines were broken."""
    parts: list[str] = []
    before = stretch[0][0]
    for number, run in stretch:
        if number != before:
            parts.append(" " if lines[before].end in (" ", "\n") else "")
        parts.append(run.text)
        before = number
    return "".join(parts).strip()
