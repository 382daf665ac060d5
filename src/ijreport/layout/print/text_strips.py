"""Inlines → strips: a text as one strip for each of its lines, tagged, with the footnotes that it refers to."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import OWN, Document, Inlines, Text, notes_in
from ijreport.document.wording import Wording
from ijreport.layout.elements import Element, Role
from ijreport.layout.print.strips import Box, PartOf, Strip, blank, folded
from ijreport.layout.print.styles import PrintStyles
from ijreport.layout.structure import Structure
from ijreport.layout.typesetting.text import SetParagraph, TextStyle, label_gap
from ijreport.layout.typesetting.typesetter import Typesetter


class TextStrips:
    """Makes the strips of one document's texts; what other strips are made with is here, too."""

    def __init__(
        self,
        document: Document,
        styles: PrintStyles,
        typesetter: Typesetter,
        wording: Wording,
        project: Project,
        diagnostics: Diagnostics,
        structure: Structure,
    ) -> None:
        self.document = document
        self.styles = styles
        self.typesetter = typesetter
        self.theme = typesetter.theme
        self.wording = wording
        self.project = project
        self.diagnostics = diagnostics
        self.structure = structure

    def lines(self, paragraph: SetParagraph, x: float, before: float, notes: tuple[int, ...] = ()) -> list[Strip]:
        """A strip for each line; no first or last line stands alone on a page (widows and orphans)."""
        last = len(paragraph.lines) - 1
        strips = []
        for number in range(last + 1):
            keep = (number == 0 or number == last - 1) and number != last
            strips.append(
                Strip(
                    paragraph.style.leading,
                    before if number == 0 else 0.0,
                    part=PartOf(paragraph, number, x),
                    keep=keep,
                )
            )
        if notes:
            marks = note_lines(paragraph)
            for note in notes:
                at = marks.get(note, last)
                strips[at] = replace(strips[at], notes=(*strips[at].notes, note))
        return strips

    def paragraph(
        self,
        content: Inlines,
        style: TextStyle,
        x: float,
        width: float,
        indent: float = 0.0,
        label: str = "",
        level: int = 0,
        role: Role = "P",
        mark: Element | None = None,
    ) -> list[Strip]:
        """A paragraph as an element of `role`; `mark` is the element of its label."""
        text = self.typesetter.kept(
            (content, style, width, indent, label, level),
            lambda: self.typesetter.set(content, style, width, indent=indent, label=label, level=level),
        )
        text = self.structure.tagged(text, self.structure.add(role), mark)
        return self.lines(text, x, style.space_before, self.notes(content)) + blank(style.space_after)

    def label_width(self, label: str, style: TextStyle) -> float:
        """The indent that a label needs, with the gap after it; none without one."""
        return self.typesetter.natural_width((Text(label),), style) + label_gap(label, style) if label else 0.0

    def notes(self, content: Inlines) -> tuple[int, ...]:
        """The footnotes that a text refers to, which are read after it."""
        found = notes_in(content)
        for note in found:
            self.structure.note(note)
        return found

    def boxed(self, strips: list[Strip], box: Box, padding: float, head: int = 0) -> list[Strip]:
        """Strips on a ground, with padding above and below on every page that has some of them: no padding, and below
        the first `head` of them no strip, stands alone."""
        inner = [replace(strip, box=box, inset=padding) for strip in folded(strips)]
        if not inner:
            return []
        space = self.styles.body.leading * 0.5
        inner[0] = replace(inner[0], before=0.0)
        last = len(inner) - 1
        for number in {min(head, last), max(last - 1, 0), last}:
            inner[number] = replace(inner[number], keep=True)
        top = Strip(padding, space, box=box, keep=True)
        return [top, *inner, Strip(padding, box=box), *blank(space * 1.6)]


def note_lines(paragraph: SetParagraph) -> dict[int, int]:
    """The line on which each footnote's mark stands."""
    mark = f"#{OWN}note-"
    return {
        int(run.voice.look.link.removeprefix(mark)): number
        for number, line in enumerate(paragraph.lines)
        for _, run in line.runs
        if run.voice.look.link.startswith(mark)
    }
