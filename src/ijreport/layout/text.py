"""What set text is made of: looks and voices, runs, lines, paragraphs.

Lengths are points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ijreport.document.blocks import Align
from ijreport.layout.elements import Element
from ijreport.layout.fonts import Face, FamilyRole


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set. `family` is a role of the theme's fonts, `leading` the distance of baselines."""

    size: float
    leading: float
    colour: str
    family: FamilyRole = "text"
    bold: bool = False
    italic: bool = False
    align: Align = "left"
    space_before: float = 0.0
    space_after: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How characters are set, all but the face. `rise` lifts the baseline. A typesetter has one of each kind."""

    role: FamilyRole
    bold: bool
    italic: bool
    size: float
    colour: str
    rise: float = 0.0
    link: str = ""
    strong: bool = False
    emphasis: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """What one run has in common: look, face, and language (BCP 47)."""

    look: Look
    face: Face
    language: str


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one voice."""

    text: str
    voice: Voice

    @property
    def width(self) -> float:
        """As the words and spaces were measured, each by itself."""
        advance = self.voice.face.advance
        words = self.text.split(" ")
        return (sum(map(advance, words)) + (len(words) - 1) * advance(" ")) * self.voice.look.size


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its runs with the x of each from the paragraph's left edge, and its natural width.

    `end` is what stood where the line was broken: a space, a line feed for a break that was asked for, or nothing.
    `elements` are the runs' own, where they are not all the paragraph's.
    """

    runs: tuple[tuple[float, Run], ...]
    width: float
    end: str = ""
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class SetParagraph:
    """A paragraph broken into lines for a measure of `width`.

    `label` is a list item's mark, set to the left of `indent`. `level` is the depth of the list (0: none).
    `element` and `label_element` are what text and mark belong to, in print.
    """

    lines: tuple[Line, ...]
    style: TextStyle
    width: float
    indent: float = 0.0
    label: tuple[Run, ...] = ()
    level: int = 0
    number: int | None = None
    element: Element | None = None
    label_element: Element | None = None

    def belonging_to(self, element: Element, label: Element | None) -> SetParagraph:
        """The same text as part of the document's structure. (`replace` would take four times as long.)"""
        return SetParagraph(
            self.lines, self.style, self.width, self.indent, self.label, self.level, self.number, element, label
        )

    @property
    def height(self) -> float:
        """Of the lines alone, without the space before and after."""
        return len(self.lines) * self.style.leading

    @property
    def runs(self) -> tuple[Run, ...]:
        """The same text unbroken, for renderers whose reader breaks it again; asked-for breaks are line feeds."""
        if len(self.lines) == 1:
            return tuple(run for _, run in self.lines[0].runs)
        found: list[tuple[Voice, list[str]]] = []
        last = len(self.lines) - 1
        for number, line in enumerate(self.lines):
            for _, run in line.runs:
                if found and found[-1][0] is run.voice:
                    found[-1][1].append(run.text)
                else:
                    found.append((run.voice, [run.text]))
            if line.end and found and number < last:
                found[-1][1].append(line.end)
        return tuple(Run("".join(texts), voice) for voice, texts in found)

    def split(self, lines: int) -> tuple[SetParagraph, SetParagraph]:
        """The first `lines` lines and the rest; the label stays with the first."""
        rest = replace(self, lines=self.lines[lines:], label=(), number=None)
        return replace(self, lines=self.lines[:lines]), rest
