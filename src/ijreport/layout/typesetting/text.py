"""What set text is made of: looks and voices, runs, lines, paragraphs.

Lengths are points.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document.blocks import Align, IndexEntry
from ijreport.layout.elements import Element
from ijreport.layout.typesetting.faces import Face
from ijreport.layout.typesetting.fonts import FamilyRole

SOFT_HYPHEN = "\u00ad"
"""Where it ends a line it is shown as a hyphen, and is one that the line's end put there (ISO 32000-1, 14.8.2.2.3)."""

Breaking = Literal["plain", "fine", "hyphenated"]
"""Where lines may end: as in applications, which break the text again; never where a number would part from its
unit, and at soft hyphens; or where a dictionary allows a hyphen, too."""


class TextStyle(Struct, frozen=True):
    """How a paragraph is set. `family` is a role of the theme's fonts, `leading` the distance of baselines.

    `justified` text is aligned at the left and widened to its measure. `tabular` figures are all of one width.
    """

    size: float
    leading: float
    colour: str
    family: FamilyRole = "text"
    bold: bool = False
    italic: bool = False
    align: Align = "left"
    space_before: float = 0.0
    space_after: float = 0.0
    breaking: Breaking = "plain"
    justified: bool = False
    tabular: bool = False


class Look(Struct, frozen=True, eq=False):
    """How characters are set, all but the face. `rise` lifts the baseline; `index` is what they are marked for.

    A typesetter has one of each kind.
    """

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
    tabular: bool = False
    index: tuple[IndexEntry, ...] = ()


class Voice(Struct, frozen=True, eq=False):
    """What one run has in common: look, face, and language (BCP 47).

    `size` is the look's, adjusted so that lower case is as high as in the family that was asked for.
    """

    look: Look
    face: Face
    language: str
    size: float

    def advance(self, word: str) -> float:
        """The width of a text without spaces, or of a space."""
        return self.face.advance(word) * self.size


class Run(Struct, frozen=True):
    """Characters of one voice. `space` widens its spaces; or `white` is what follows each character. Both in points."""

    text: str
    voice: Voice
    space: float = 0.0
    white: tuple[float, ...] = ()

    @property
    def width(self) -> float:
        """As the words and spaces were measured, each by itself."""
        advance = self.voice.face.advance
        words = self.text.split(" ")
        width = (sum(map(advance, words)) + (len(words) - 1) * advance(" ")) * self.voice.size
        if self.space:
            width += (len(words) - 1 + self.text.count("\u00a0")) * self.space
        return width + sum(self.white)


class Line(Struct, frozen=True):
    """One line: its runs with the x of each from the paragraph's left edge, and its natural width.

    `end` is what stood where the line was broken: a space, a line feed for a break that was asked for, nothing between
    characters that allow it, a soft hyphen where the line ends with one that was put there, or a zero-width space that
    makes others break there again.
    `elements` are the runs' own, where they are not all the paragraph's.
    """

    runs: tuple[tuple[float, Run], ...]
    width: float
    end: str = ""
    elements: tuple[Element, ...] = ()


class SetParagraph(Struct, frozen=True):
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
    def label_gap(self) -> float:
        """The space between the label and the indent."""
        return label_gap("".join(run.text for run in self.label), self.style)

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
            if line.end == SOFT_HYPHEN:
                found[-1][1][-1] = found[-1][1][-1].removesuffix(SOFT_HYPHEN)
            elif line.end and found and number < last:
                found[-1][1].append(line.end)
        return tuple(Run("".join(texts), voice) for voice, texts in found)

    def split(self, lines: int) -> tuple[SetParagraph, SetParagraph]:
        """The first `lines` lines and the rest; the label stays with the first."""
        rest = replace(self, lines=self.lines[lines:], label=(), number=None)
        return replace(self, lines=self.lines[:lines]), rest


def label_gap(label: str, style: TextStyle) -> float:
    """The space after a label of text in a style: a little less after a number than after a mark."""
    return style.size * (0.62 if label.rstrip(".").isdigit() else 0.75)
