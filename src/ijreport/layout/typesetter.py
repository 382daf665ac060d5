"""Inlines + a text style + a measure → a set paragraph: the one measurer and line breaker of both outputs.

Lengths are points.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import assert_never

from ijreport.diagnostics import Diagnostics, visible
from ijreport.document.blocks import Acronym, Citation, FootnoteReference, HardBreak, Inlines, Style, Text
from ijreport.layout.fonts import Face, FamilyRole, FontBook, script_language
from ijreport.layout.line_breaking import ZERO_WIDTH_SPACE, clusters, is_break, joins, split_word
from ijreport.layout.text import Line, Look, Run, SetParagraph, TextStyle, Voice
from ijreport.layout.theme import Theme
from ijreport.source import Span

# -- atoms: what no line break can fall into -------------------------------------------------------------------


class _Atom:
    """Parts (voice, text, width) that stay on one line, after a gap (points) set in `blank`, or a forced break."""

    __slots__ = ("blank", "forced", "gap", "parts", "width")

    def __init__(
        self,
        parts: tuple[tuple[Voice, str, float], ...],
        width: float,
        gap: float = 0.0,
        blank: Voice | None = None,
        forced: bool = False,
    ) -> None:
        self.parts = parts
        self.width = width
        self.gap = gap
        self.blank = blank
        self.forced = forced


class Measured:
    """Text of which every word is measured but no line broken yet. Widths are points."""

    __slots__ = ("_atoms", "_span", "_style", "_typesetter")

    def __init__(self, typesetter: Typesetter, atoms: list[_Atom], style: TextStyle, span: Span | None) -> None:
        self._typesetter = typesetter
        self._atoms = atoms
        self._style = style
        self._span = span

    @property
    def least(self) -> float:
        """The width of the widest stretch that has no break in it."""
        return max((atom.width for atom in self._atoms), default=0.0)

    @property
    def natural(self) -> float:
        """The width on one line (of the longest one, where there are hard breaks)."""
        longest = current = 0.0
        for atom in self._atoms:
            current = (0.0 if atom.forced else current + atom.gap) + atom.width
            longest = max(longest, current)
        return longest

    def set(self, width: float) -> SetParagraph:
        """Broken into lines no wider than `width`, as `Typesetter.set` does it."""
        lines = self._typesetter.broken(self._atoms, self._style, width, self._span)
        return SetParagraph(tuple(lines), self._style, width)


SUPERSCRIPT = 0.66
"""Size of raised and lowered text, and how far it moves, as shares of the text's size."""
_RAISE, _LOWER = 0.34, -0.14


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
        self._looks: dict[tuple[float, str, FamilyRole, bool, bool, Style, str], Look] = {}
        self._voices: dict[tuple[Look, Face, str], Voice] = {}
        self._blanks: dict[Look, tuple[Voice, float]] = {}
        self._speakers: dict[tuple[Look, str], Voice] = {}
        # Of each look the voices of the characters met in text that is not measured.
        self._characters: dict[Look, dict[str, Voice]] = defaultdict(dict)
        # Of each look the words measured so far, cut where a line may end.
        self._words: dict[Look, dict[str, tuple[_Atom, ...]]] = defaultdict(dict)

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

        A word wider than that is broken between characters, with a warning: at `span`, or where the content stands.
        """
        span = span or next((one.span for one in content if isinstance(one, Text) and one.span), None)
        lines = self.broken(self._atoms(content, style, span), style, width - indent, span)
        mark = self._atoms((Text(label),), style, span) if label else []
        runs = tuple(Run(text, voice) for atom in mark for voice, text, _ in atom.parts)
        return SetParagraph(tuple(lines), style, width, indent, runs, level, number)

    def unbroken(self, content: Inlines, style: TextStyle, span: Span | None = None, *, level: int = 0) -> SetParagraph:
        """The content on one line, not measured: for text that its reader's program sets, such as speaker notes."""
        found: list[tuple[Voice, list[str]]] = []
        for text, look, place in self._pieces(content, style):
            if text == "\n" and found:
                found[-1][1].append(text)
                continue
            for voice, stretch in self._spoken(text, look, place or span):
                if found and found[-1][0] is voice:
                    found[-1][1].append(stretch)
                else:
                    found.append((voice, [stretch]))
        runs = tuple((0.0, Run("".join(texts), voice)) for voice, texts in found)
        return SetParagraph((Line(runs, 0.0),), style, 0.0, level=level)

    def measured(self, content: Inlines, style: TextStyle, span: Span | None = None) -> Measured:
        """The content before it is broken: how wide it is, and ready to be set at any measure."""
        return Measured(self, self._atoms(content, style, span), style, span)

    def natural_width(self, content: Inlines, style: TextStyle) -> float:
        """The width of the content on one line (of its longest one, where it has hard breaks)."""
        return self.measured(content, style).natural

    # -- inlines to atoms --------------------------------------------------------------------------------------

    def _look(self, style: TextStyle, mark: Style, link: str) -> Look:
        key = (style.size, style.colour, style.family, style.bold, style.italic, mark, link)
        known = self._looks.get(key)
        if known is None:
            size, rise = style.size, 0.0
            if mark.baseline:
                size, rise = style.size * SUPERSCRIPT, style.size * (_RAISE if mark.baseline == "super" else _LOWER)
            colours = self.theme.colours
            known = self._looks[key] = Look(
                "mono" if mark.code else style.family,
                style.bold or mark.strong,
                style.italic or mark.emphasis,
                size * _CODE if mark.code else size,
                colours.primary if link and style.colour == colours.ink else style.colour,
                rise,
                link,
                mark.strong,
                mark.emphasis,
                mark.code,
            )
        return known

    def _pieces(self, content: Inlines, style: TextStyle) -> Iterator[tuple[str, Look, Span | None]]:
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

    def _citation(self, citation: Citation, style: TextStyle) -> Iterator[tuple[str, Look, Span | None]]:
        plain = self._look(style, Style(), "")
        yield "[", plain, citation.span
        for place, (source, number) in enumerate(zip(citation.sources, citation.numbers, strict=True)):
            if place:
                yield ", ", plain, citation.span
            yield str(number), self._look(style, Style(), f"#source-{source}"), citation.span
        yield "]", plain, citation.span

    def _atoms(self, content: Inlines, style: TextStyle, span: Span | None) -> list[_Atom]:
        """The content as what no line break can fall into. Words come from each look's cache."""
        atoms: list[_Atom] = []
        gap, blank = 0.0, None
        forced = glued = False
        for text, look, place in self._pieces(content, style):
            if text == "\n":
                gap, blank, forced, glued = 0.0, None, True, False
                continue
            cache = self._words[look]
            for number, word in enumerate(text.replace("\t", " ").replace("\n", " ").split(" ")):
                if number:
                    glued = False
                    if blank is None:
                        blank, gap = self._blanks.get(look) or self._blank(look)
                if not word:
                    continue
                segments = cache.get(word) or self._segments(word, look, place or span)
                if glued and not is_break(atoms[-1].parts[-1][1][-1:], segments[0].parts[0][1][:1]):
                    last = atoms[-1]
                    joined = _Atom(last.parts + segments[0].parts, last.width + segments[0].width)
                    joined.gap, joined.blank, joined.forced = last.gap, last.blank, last.forced
                    atoms[-1] = joined
                else:
                    atoms.append(_Atom(segments[0].parts, segments[0].width, gap, blank, forced))
                if len(segments) > 1:
                    atoms += segments[1:]
                gap, blank, forced, glued = 0.0, None, False, True
        return atoms

    def _blank(self, look: Look) -> tuple[Voice, float]:
        face = self._fonts.face(" ", look.role, look.bold, look.italic) or self._fallback(look)
        self._blanks[look] = self._voice(look, face, self.language), face.advance(" ") * look.size
        return self._blanks[look]

    def _voice(self, look: Look, face: Face, language: str) -> Voice:
        key = (look, face, language)
        if key not in self._voices:
            self._voices[key] = Voice(look, face, language)
        return self._voices[key]

    def _segments(self, word: str, look: Look, span: Span | None) -> tuple[_Atom, ...]:
        """A word cut where a line may end, measured."""
        errors = self.diagnostics.errors
        found = []
        for segment in split_word(word):
            parts = tuple(
                (self._voice(look, face, language), text, face.advance(text) * look.size)
                for face, language, text in self._faces(segment, look, span)
            )
            found.append(_Atom(parts, sum(width for _, _, width in parts)))
        if self.diagnostics.errors == errors:  # else the next place with this word is to be told as well
            self._words[look][word] = tuple(found)
        return tuple(found)

    def _spoken(self, text: str, look: Look, span: Span | None) -> list[tuple[Voice, str]]:
        """Text split where its language changes, which it mostly does nowhere: faces do not matter to who speaks it."""
        if _UNEVEN.search(text):
            text = re.sub(" {2,}", " ", text.translate(_SPACES).replace(ZERO_WIDTH_SPACE, ""))
        known = self._characters[look]
        voices = set(map(known.get, set(text)))
        if len(voices) == 1 and (voice := voices.pop()):
            return [(voice, text)]
        parts = []
        for face, language, stretch in self._faces(text, look, span) if text else ():
            speaker = self._speakers.setdefault((look, language), self._voice(look, face, language))
            # A mark has the language of its letter: only where that is also its own can it be told by itself.
            known.update((one, speaker) for one in stretch if (script_language(one) or self.language) == language)
            parts.append((speaker, stretch))
        return parts

    def _faces(self, segment: str, look: Look, span: Span | None) -> list[tuple[Face, str, str]]:
        """A segment split where face or language changes; a mark stays with its base."""
        parts: list[tuple[Face, str, str]] = []
        for character in segment:
            if parts and joins(character):
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

    def _fallback(self, look: Look) -> Face:
        face = self._fonts.face("x", look.role, look.bold, look.italic)
        if face is None:
            raise RuntimeError("no font of the theme has the letter x")
        return face

    def _missing(self, character: str, span: Span | None) -> None:
        name = unicodedata.name(character, "a character without a name")
        hint = "use another character, or add a font that has it to theme.yaml"
        place = span.narrow(character) if span else None
        self.diagnostics.error(
            "missing-glyph", f"no font has '{character}' (U+{ord(character):04X}, {name})", place, hint
        )

    # -- atoms to lines ----------------------------------------------------------------------------------------

    def broken(self, atoms: list[_Atom], style: TextStyle, measure: float, span: Span | None) -> list[Line]:
        """Measured text in lines. Greedy: a line takes atoms until the next one would not fit."""
        lines: list[Line] = []
        line: list[_Atom] = []
        x = 0.0
        room = measure + _EPSILON
        for atom in atoms:
            width = atom.width
            if line and (atom.forced or x + atom.gap + width > room):
                lines.append(_line(line, x, style, measure, "\n" if atom.forced else " " if atom.gap else ""))
                line, x = [], 0.0
            elif atom.forced:
                lines.append(Line((), 0.0, "\n"))
            if width > room:
                *heads, atom = self._broken(atom, measure, span)  # noqa: PLW2901 - its end goes on as any other atom
                lines += [_line([head], head.width, style, measure, "") for head in heads]
                width = atom.width
            x += width + (atom.gap if line else 0.0)
            line.append(atom)
        if line or not lines:
            lines.append(_line(line, x, style, measure, ""))
        return lines

    def _broken(self, atom: _Atom, measure: float, span: Span | None) -> list[_Atom]:
        """An atom wider than the measure in pieces that are not: after a `/`, `-`, `_` or `.` where one is near."""
        word = "".join(text for _, text, _ in atom.parts)
        message = f"'{visible(word[:40])}' is wider than its measure and was broken"
        self.diagnostics.warning("word-too-wide", message, span.narrow(word) if span else None)
        letters = [(voice, c) for voice, text, _ in atom.parts for c in clusters(text)]
        pieces: list[_Atom] = []
        while letters:
            fits, width, good = 1, 0.0, 0
            for number, (voice, character) in enumerate(letters, 1):
                width += voice.face.advance(character) * voice.look.size
                if width > measure and number > 1:
                    break
                fits = number
                good = number if character in "/-_." else good
            cut = good if good > fits // 2 and fits < len(letters) else fits
            parts = []
            for voice, group in groupby(letters[:cut], key=itemgetter(0)):
                text = "".join(character for _, character in group)
                parts.append((voice, text, voice.face.advance(text) * voice.look.size))
            pieces.append(_Atom(tuple(parts), sum(part[2] for part in parts)))
            letters = letters[cut:]
        return pieces


def _line(atoms: list[_Atom], width: float, style: TextStyle, measure: float, end: str) -> Line:
    """Atoms beside each other, as few runs as they have voices."""
    x = 0.0
    if style.align != "left":
        x = (measure - width) / (2 if style.align == "center" else 1)
    placed: list[tuple[float, Run]] = []
    voice: Voice | None = None
    texts: list[str] = []
    start = x
    for atom in atoms:
        gap, blank = atom.gap, atom.blank
        if gap and voice and blank:
            if voice is not blank and (voice.face is not blank.face or voice.look.size != blank.look.size):
                placed.append((start, Run("".join(texts), voice)))
                voice, texts, start = blank, [], x
            texts.append(" ")
            x += gap
        for new, text, advance in atom.parts:
            if new is not voice:
                if voice:
                    placed.append((start, Run("".join(texts), voice)))
                voice, texts, start = new, [], x
            texts.append(text)
            x += advance
    if voice:
        placed.append((start, Run("".join(texts), voice)))
    return Line(tuple(placed), width, end)


_EPSILON = 0.01
_CODE = 0.94
"""The size of code as a share of the text's: monospaced faces look larger."""
_SPACES = str.maketrans("\t\n", "  ")
_UNEVEN = re.compile(f"[\t\n{ZERO_WIDTH_SPACE}]|  ")
