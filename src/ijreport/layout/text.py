"""Inlines + a text style + a measure → a set paragraph: runs with faces, lines with places.

The one measurer and line breaker of both outputs. Lengths are points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import assert_never

from ijreport.diagnostics import Diagnostics, visible
from ijreport.document.blocks import Acronym, Align, Citation, FootnoteReference, HardBreak, Inlines, Style, Text
from ijreport.layout.fonts import Face, FamilyRole, FontBook, script_language
from ijreport.layout.theme import Theme
from ijreport.source import Span


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


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that share a face, size and colour. `rise` lifts the baseline; `language` is BCP 47."""

    text: str
    face: Face
    size: float
    colour: str
    rise: float = 0.0
    link: str = ""
    language: str = ""
    strong: bool = False
    emphasis: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its runs with the x of each from the paragraph's left edge, and its natural width.

    `space` tells that a space stood at the break after it, which extracted text needs back."""

    runs: tuple[tuple[float, Run], ...]
    width: float
    space: bool = False


@dataclass(frozen=True, slots=True)
class SetParagraph:
    """A paragraph broken into lines for a measure of `width`.

    `runs` is the same text unbroken, for renderers whose reader breaks it again (the deck).
    `label` is a list item's mark, set to the left of `indent`. `level` is the depth of the list (0: none).
    """

    lines: tuple[Line, ...]
    runs: tuple[Run, ...]
    style: TextStyle
    width: float
    indent: float = 0.0
    label: tuple[Run, ...] = ()
    level: int = 0
    number: int | None = None

    @property
    def height(self) -> float:
        """Of the lines alone, without the space before and after."""
        return len(self.lines) * self.style.leading

    def split(self, lines: int) -> tuple[SetParagraph, SetParagraph]:
        """The first `lines` lines and the rest, each with its own text; the label stays with the first."""
        head, tail = self.lines[:lines], self.lines[lines:]
        return (
            replace(self, lines=head, runs=_text_of(head)),
            replace(self, lines=tail, runs=_text_of(tail), label=(), number=None),
        )


# -- atoms: what no line break can fall into -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything of a run but its text and face."""

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


_Voice = tuple[_Look, Face, str]
"""Look, face and language: what one run has in common."""
_Space = tuple[float, _Voice]


class _Atom:
    """Parts (voice, text, width) that stay on one line, after a space, or a forced break, or neither."""

    __slots__ = ("forced", "parts", "space", "width")

    def __init__(self, space: _Space | None, forced: bool = False) -> None:
        self.parts: list[tuple[_Voice, str, float]] = []
        self.space = space
        self.width = 0.0
        self.forced = forced

    @property
    def gap(self) -> float:
        return self.space[0] if self.space else 0.0

    def add(self, voice: _Voice, text: str, width: float) -> None:
        self.parts.append((voice, text, width))
        self.width += width


SUPERSCRIPT = 0.66
"""Size of raised and lowered text, and how far it moves, as shares of the text's size."""
_RAISE, _LOWER = 0.34, -0.14

# Kinsoku (JIS X 4051, W3C "Requirements for Japanese Text Layout", 3.1.7 and 3.1.8): never first, never last on a line.
_NOT_FIRST = frozenset("、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】°′″℃％‰ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ‐゠–〜")
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【￥＄£")


_Segments = tuple[tuple[tuple[Face, str, str, float], ...], ...]
"""A word cut where a line may end; each segment as (face, language, text, advance in ems)."""


class Typesetter:
    """Sets text for one output. Faults (a glyph that no font has, a word too wide) go to the diagnostics."""

    def __init__(
        self,
        theme: Theme,
        fonts: FontBook,
        diagnostics: Diagnostics,
        language: str,
        *,
        citations: bool = True,
        expansions: bool = True,
    ) -> None:
        """`citations` and `expansions` tell whether both are printed in the text, or by the caller elsewhere."""
        self.theme = theme
        self.language = language
        self.diagnostics = diagnostics
        self._fonts = fonts
        self._citations = citations
        self._expansions = expansions
        self._words: dict[tuple[str, FamilyRole, bool, bool], _Segments] = {}

    # -- public ------------------------------------------------------------------------------------------------

    def set(
        self,
        content: Inlines,
        style: TextStyle,
        width: float,
        span: Span | None = None,
        *,
        indent: float = 0.0,
        label: str = "",
        level: int = 0,
        number: int | None = None,
    ) -> SetParagraph:
        """The content in lines no wider than `width` less `indent`.

        A word wider than that is broken between characters, with a warning.
        """
        atoms = self._atoms(content, style, span)
        runs = self._unbroken(atoms)
        lines = self._lines(atoms, style, width - indent, span)
        mark = self._unbroken(self._atoms((Text(label),), style, span)) if label else ()
        return SetParagraph(tuple(lines), runs, style, width, indent, mark, level, number)

    def natural_width(self, content: Inlines, style: TextStyle) -> float:
        """The width of the content on one line (of its longest one, where it has hard breaks)."""
        longest = current = 0.0
        for atom in self._atoms(content, style, None):
            current = (0.0 if atom.forced else current + atom.gap) + atom.width
            longest = max(longest, current)
        return longest

    def minimal_width(self, content: Inlines, style: TextStyle) -> float:
        """The width of the widest stretch that has no break in it."""
        return max((atom.width for atom in self._atoms(content, style, None)), default=0.0)

    # -- inlines to atoms --------------------------------------------------------------------------------------

    def _look(self, style: TextStyle, mark: Style, link: str) -> _Look:
        size, rise = style.size, 0.0
        if mark.baseline:
            size, rise = style.size * SUPERSCRIPT, style.size * (_RAISE if mark.baseline == "super" else _LOWER)
        return _Look(
            "mono" if mark.code else style.family,
            style.bold or mark.strong,
            style.italic or mark.emphasis,
            size * 0.94 if mark.code else size,
            self.theme.colours.primary if link and style.colour == self.theme.colours.ink else style.colour,
            rise,
            link,
            mark.strong,
            mark.emphasis,
            mark.code,
        )

    def _pieces(self, content: Inlines, style: TextStyle) -> Iterator[tuple[str, _Look, Span | None]]:
        """Text with its look; a hard break is a line feed, and a citation hangs on the word before it."""
        for inline, after in pairwise((*content, None)):
            match inline:
                case Text():
                    cited = isinstance(after, Citation) and inline.content[-1:] == " "
                    text = inline.content.rstrip(" ") + "\u00a0" * self._citations if cited else inline.content
                    yield text, self._look(style, inline.style, inline.link), inline.span
                case Citation():
                    if self._citations:
                        yield from self._citation(inline, style)
                case FootnoteReference():
                    raised = self._look(style, Style(baseline="super"), f"#note-{inline.number}")
                    yield str(inline.number), raised, inline.span
                case Acronym():
                    yield self._acronym(inline), self._look(style, inline.style, ""), None
                case HardBreak():
                    yield "\n", self._look(style, Style(), ""), None
                case None:
                    return
                case _:
                    assert_never(inline)

    def _acronym(self, acronym: Acronym) -> str:
        if not self._expansions:
            return acronym.content
        before, after = "[]" if acronym.nested else "()"
        return f"{acronym.content} {before}{acronym.expansion}{after}"

    def _citation(self, citation: Citation, style: TextStyle) -> Iterator[tuple[str, _Look, Span | None]]:
        plain = self._look(style, Style(), "")
        yield "[", plain, citation.span
        for place, (source, number) in enumerate(zip(citation.sources, citation.numbers, strict=True)):
            if place:
                yield ", ", plain, citation.span
            yield str(number), self._look(style, Style(), f"#source-{source}"), citation.span
        yield "]", plain, citation.span

    def _atoms(self, content: Inlines, style: TextStyle, span: Span | None) -> list[_Atom]:
        atoms: list[_Atom] = []
        space: _Space | None = None
        forced = glued = False
        for text, look, place in self._pieces(content, style):
            for token in _TOKENS.findall(text):
                if token == "\n":
                    space, forced, glued = None, True, False
                elif token[0] in " \t\u200b":
                    space = space or (self._space(look) if token.strip("\u200b") else None)
                    glued = False
                else:
                    for number, segment in enumerate(self._segments(token, look, place or span)):
                        if number or not glued or _is_break(atoms[-1].parts[-1][1][-1:], segment[0][2][:1]):
                            atoms.append(_Atom(space, forced))
                        for face, language, part, advance in segment:
                            atoms[-1].add((look, face, language), part, advance * look.size)
                        space, forced = None, False
                    glued = True
        return atoms

    def _space(self, look: _Look) -> _Space:
        face = self._fonts.face(" ", look.role, look.bold, look.italic) or self._fallback(look)
        return face.advance(" ") * look.size, (look, face, self.language)

    def _segments(self, word: str, look: _Look, span: Span | None) -> _Segments:
        key = (word, look.role, look.bold, look.italic)
        known = self._words.get(key)
        if known is None:
            segments = [self._faces(segment, look, span) for segment in _split_word(word)]
            known = self._words[key] = tuple(
                tuple((face, language, text, face.advance(text)) for face, language, text in parts) for parts in segments
            )
        return known

    def _faces(self, segment: str, look: _Look, span: Span | None) -> list[tuple[Face, str, str]]:
        """A segment split where face or language changes; a mark stays with its base."""
        parts: list[tuple[Face, str, str]] = []
        for character in segment:
            if parts and _joins(character):
                face, language, text = parts[-1]
                parts[-1] = (face, language, text + character)
                continue
            chosen = self._fonts.face(character, look.role, look.bold, look.italic)
            if chosen is None:
                self._missing(character, span)
                continue
            language = script_language(character) or self.language
            if parts and parts[-1][0] is chosen and parts[-1][1] == language:
                parts[-1] = (chosen, language, parts[-1][2] + character)
            else:
                parts.append((chosen, language, character))
        return parts or [(self._fallback(look), self.language, "")]

    def _fallback(self, look: _Look) -> Face:
        face = self._fonts.face("x", look.role, look.bold, look.italic)
        if face is None:
            raise RuntimeError("no font of the theme has the letter x")
        return face

    def _missing(self, character: str, span: Span | None) -> None:
        name = unicodedata.name(character, "a character without a name")
        hint = "use another character, or add a font that has it to theme.yaml"
        place = span.narrow(character) if span else None
        self.diagnostics.error("missing-glyph", f"no font has '{character}' (U+{ord(character):04X}, {name})", place, hint)

    # -- atoms to lines ----------------------------------------------------------------------------------------

    def _lines(self, atoms: list[_Atom], style: TextStyle, measure: float, span: Span | None) -> list[Line]:
        lines: list[Line] = []
        line: list[_Atom] = []
        x = 0.0
        room = measure + _EPSILON
        for atom in atoms:
            if line and (atom.forced or x + atom.gap + atom.width > room):
                lines.append(_line(line, x, style, measure, atom.space is not None))
                line, x = [], 0.0
            elif atom.forced:
                lines.append(Line((), 0.0))
            pieces = [atom] if atom.width <= room else self._broken(atom, measure, span)
            for piece in pieces[:-1]:
                lines.append(_line([piece], piece.width, style, measure, False))
            x += (atom.gap if line else 0.0) + pieces[-1].width
            line.append(pieces[-1])
        if line or not lines:
            lines.append(_line(line, x, style, measure, False))
        return lines

    def _broken(self, atom: _Atom, measure: float, span: Span | None) -> list[_Atom]:
        """An atom wider than the measure in pieces that are not: after a `/`, `-`, `_` or `.` where one is near."""
        word = "".join(text for _, text, _ in atom.parts)
        message = f"'{visible(word[:40])}' is wider than its measure and was broken"
        self.diagnostics.warning("word-too-wide", message, span.narrow(word) if span else None)
        letters = [(voice, c) for voice, text, _ in atom.parts for c in _clusters(text)]
        pieces = []
        while letters:
            fits, width, good = 1, 0.0, 0
            for number, (voice, character) in enumerate(letters, 1):
                width += voice[1].advance(character) * voice[0].size
                if width > measure and number > 1:
                    break
                fits = number
                good = number if character in "/-_." else good
            cut = good if good > fits // 2 and fits < len(letters) else fits
            piece = _Atom(None if pieces else atom.space)
            for voice, group in groupby(letters[:cut], key=itemgetter(0)):
                text = "".join(character for _, character in group)
                piece.add(voice, text, voice[1].advance(text) * voice[0].size)
            pieces.append(piece)
            letters = letters[cut:]
        return pieces

    @staticmethod
    def _unbroken(atoms: list[_Atom]) -> tuple[Run, ...]:
        """All the text as runs, on one line, with the hard breaks as line feeds."""
        parts: list[tuple[_Voice, str]] = []
        for atom in atoms:
            if parts and atom.forced:
                parts.append((parts[-1][0], "\n"))
            elif parts and atom.space:
                parts.append((parts[-1][0], " "))
            parts += [(voice, text) for voice, text, _ in atom.parts]
        return tuple(_run(voice, "".join(text for _, text in group)) for voice, group in groupby(parts, itemgetter(0)))


def _line(atoms: list[_Atom], width: float, style: TextStyle, measure: float, space: bool) -> Line:
    x = {"left": 0.0, "center": (measure - width) / 2, "right": measure - width}[style.align]
    placed: list[tuple[float, Run]] = []
    voice: _Voice | None = None
    text, start = "", x

    def add(new: _Voice, part: str) -> None:
        nonlocal voice, text, start
        if new != voice:
            if voice:
                placed.append((start, _run(voice, text)))
            voice, text, start = new, "", x
        text += part

    for atom in atoms:
        if atom is not atoms[0] and atom.space:
            gap, spaced = atom.space
            same_face = voice is not None and voice[1] is spaced[1] and voice[0].size == spaced[0].size
            add(voice if voice and same_face else spaced, " ")
            x += gap
        for new, part, advance in atom.parts:
            add(new, part)
            x += advance
    if voice:
        placed.append((start, _run(voice, text)))
    return Line(tuple(placed), width, space)


def _run(voice: _Voice, text: str) -> Run:
    look, face, language = voice
    return Run(
        text, face, look.size, look.colour, look.rise, look.link, language, look.strong, look.emphasis, look.code
    )


_EPSILON = 0.01
_TOKENS = re.compile(r"\n|[ \t\u200b]+|[^ \t\n\u200b]+")


def _text_of(lines: tuple[Line, ...]) -> tuple[Run, ...]:
    """The runs of lines in a row, with the spaces that stood at their breaks."""
    runs: list[Run] = []
    for line in lines:
        runs += [run for _, run in line.runs]
        if line.space and line is not lines[-1] and runs:
            runs[-1] = replace(runs[-1], text=runs[-1].text + " ")
    return tuple(runs)


def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, variation selectors, no-break space."""
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d\u00a0"


def _clusters(text: str) -> list[str]:
    """Text cut between user-perceived characters, as far as marks and joiners tell (after UAX #29)."""
    clusters: list[str] = []
    for character in text:
        if clusters and (_joins(character) or clusters[-1][-1] in "\u094d\u200d"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _split_word(word: str) -> list[str]:
    """A word (no spaces in it) cut where a line may end."""
    cuts = [0, *(at for at in range(1, len(word)) if _is_break(word[at - 1], word[at])), len(word)]
    return [word[a:b] for a, b in pairwise(cuts)]


def _is_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters without a space (after UAX #14, as applications do it).

    After a hyphen unless a digit follows, after en and em dashes, and around Japanese characters unless kinsoku
    forbids it; never at a slash.
    """
    if before in ("-", "\u2010"):
        return not after.isdigit() and after not in "-\u2010"
    if before in "–—":
        return after not in "–—" and not unicodedata.category(after).startswith("P")
    if script_language(before) == "ja" or script_language(after) == "ja":
        if _joins(after) or before == "\u00a0":
            return False
        return after not in _NOT_FIRST and before not in _NOT_LAST
    return False
