"""Inlines + a text style + a measure → a set paragraph: the one measurer of both outputs.

Lengths are points.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar, assert_never

from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import (
    OWN,
    Acronym,
    Citation,
    CrossReference,
    FootnoteReference,
    HardBreak,
    IndexEntry,
    Inline,
    Inlines,
    Style,
    Text,
)
from ijreport.layout.colours import readable
from ijreport.layout.memory import Kept
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.atoms import Atom, Part, Segment, glued, tied
from ijreport.layout.typesetting.faces import Face
from ijreport.layout.typesetting.fonts import FamilyRole, FontBook
from ijreport.layout.typesetting.line_breaking import ZERO_WIDTH_SPACE, is_break, joins, split_word, ties
from ijreport.layout.typesetting.lines import LineBreaker, Measured
from ijreport.layout.typesetting.scripts import script_language
from ijreport.layout.typesetting.text import SOFT_HYPHEN, Line, Look, Run, SetParagraph, TextStyle, Voice
from ijreport.source import Span

_Marks = tuple[IndexEntry, ...]
SUPERSCRIPT = 0.66
"""Size of raised and lowered text, and how far it moves, as shares of the text's size."""
_RAISE, _LOWER = 0.34, -0.14
UNKNOWN_PAGE = "00"
"""Stands for the number of a page until that is known."""

T = TypeVar("T")
_Cut = tuple[int, int, tuple[int, ...], tuple[tuple[Face, str, str], ...]]
"""Ties to what stands before and after, offsets of soft hyphens, and stretches: face, language, text."""


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
        code: float = 0.94,
        leading: Mapping[str, float] = MappingProxyType({}),
        whole_links: bool = False,
    ) -> None:
        """`citations` and `expansions` tell whether both are printed in the text, or by the caller elsewhere.

        `code` is the size of code in a text, as a share of the text's: most monospaced faces look larger. `leading` is
        the least distance of baselines, in ems, of paragraphs with text in the script of a language. With
        `whole_links` no line ends inside a link that a line has room for: LibreOffice takes it for one word.
        """
        self.theme = theme
        self.language = language
        self.fonts = fonts
        self._citations = citations
        self._expansions = expansions
        self._code = code
        self._leading = leading
        self._whole_links = whole_links
        self._link = readable(theme.colours.primary, theme.colours.paper, theme.colours.ink)
        self.pages: Mapping[str, str] = {}
        """The page of each id, as far as it is known."""
        self.asked: dict[str, str] = {}
        """The pages that were printed behind cross-references and sources."""
        self._breaker = LineBreaker(diagnostics)
        self._kept = Kept()
        self._asks = 0
        self._looks: dict[tuple[float, str, FamilyRole, bool, bool, bool, Style, str, _Marks], Look] = {}
        self._voices: dict[tuple[Look, Face, str], Voice] = {}
        self._blanks: dict[Look, tuple[Voice, float]] = {}
        self._speakers: dict[tuple[Look, str], Voice] = {}
        # Of each look the voices of the characters met in text that is not measured.
        self._characters: dict[Look, dict[str, Voice]] = defaultdict(dict)
        # Of each look the words measured so far, cut where a line may end.
        self._words: dict[Look, dict[str, tuple[Segment, ...]]] = defaultdict(dict)
        # The same words as they are cut, before they are measured: links look like others, and each is a look.
        self._cuts: dict[tuple[str, FamilyRole, bool, bool], tuple[_Cut, ...]] = {}

    # -- public ------------------------------------------------------------------------------------------------

    @property
    def diagnostics(self) -> Diagnostics:
        return self._breaker.diagnostics

    @diagnostics.setter
    def diagnostics(self, diagnostics: Diagnostics) -> None:
        self._breaker.diagnostics = diagnostics

    def begin(self) -> None:
        """Serve a further build, whose theme and fonts are the same."""
        self._kept.begin()
        self.pages, self.asked = {}, {}

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, or made of an equal key before. The key holds all that it is made from.

        What had something to tell, or printed the number of a page, is made anew.
        """
        known: T | None = self._kept.find(key)
        if known is not None:
            return known
        before = self.diagnostics.told, self._asks
        made = make()
        if (self.diagnostics.told, self._asks) == before:
            self._kept.keep(key, made)
        return made

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
        measured = self.measured(content, style, span)
        lines = measured.lines(width - indent)
        mark = self.measured((Text(label),), style, span).atoms if label else []
        runs = tuple(Run(text, voice) for atom in mark for voice, text, _ in atom.segment.parts)
        return SetParagraph(tuple(lines), measured.style, width, indent, runs, level, number)

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
        fine = style.breaking != "plain"
        atoms, style = self._spaced(self._atoms(content, style, span, fine), style)
        return Measured(self._breaker, atoms, style, span, fine and any(_has_soft_hyphen(one) for one in content))

    def natural_width(self, content: Inlines, style: TextStyle) -> float:
        """The width of the content on one line (of its longest one, where it has hard breaks)."""
        return self.measured(content, style).natural

    # -- inlines to atoms --------------------------------------------------------------------------------------

    def _look(self, style: TextStyle, mark: Style, link: str, index: _Marks = ()) -> Look:
        key = (style.size, style.colour, style.family, style.bold, style.italic, style.tabular, mark, link, index)
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
                size * self._code if mark.code else size,
                self._link if link and style.colour == colours.ink else style.colour,
                rise,
                link,
                mark.strong,
                mark.emphasis,
                mark.code,
                style.tabular,
                index,
            )
        return known

    def _pieces(self, content: Inlines, style: TextStyle) -> Iterator[tuple[str, Look, Span | None]]:
        """Text with its look; a hard break is a line feed, and a citation hangs on the word before it."""
        for inline, after in pairwise((*content, None)):
            match inline:
                case Text():
                    cited = isinstance(after, Citation) and inline.content[-1:] == " "
                    text = inline.content.rstrip(" ") + "\u00a0" * self._citations if cited else inline.content
                    yield text, self._look(style, inline.style, inline.link, inline.index), inline.span
                case Citation():
                    if self._citations:
                        yield from self._citation(inline, style)
                case FootnoteReference():
                    raised = self._look(style, Style(baseline="super"), f"#{OWN}note-{inline.number}")
                    yield str(inline.number), raised, inline.span
                case CrossReference():
                    look = self._look(style, inline.style, f"#{inline.target}")
                    yield inline.text + self._on_page(inline), look, inline.span
                case Acronym():
                    yield self._acronym(inline), self._look(style, inline.style, "", inline.index), None
                case HardBreak():
                    yield "\n", self._look(style, Style(), ""), None
                case None:
                    return
                case _:
                    assert_never(inline)

    def _on_page(self, reference: CrossReference) -> str:
        if not reference.page:
            return ""
        self._asks += 1
        page = self.asked[reference.target] = self.pages.get(reference.target, UNKNOWN_PAGE)
        return reference.page.format(page=page)

    def _acronym(self, acronym: Acronym) -> str:
        if not self._expansions:
            return acronym.content
        before, after = "[]" if acronym.nested else "()"
        return f"{acronym.content} {before}{acronym.expansion}{after}"

    def _citation(self, citation: Citation, style: TextStyle) -> Iterator[tuple[str, Look, Span | None]]:
        plain = self._look(style, Style(), "")
        yield "[", plain, citation.span
        between = "; " if any(one.before or one.after for one in citation.cited) else ", "
        for place, one in enumerate(citation.cited):
            if before := between * bool(place) + f"{one.before} " * bool(one.before):
                yield before, plain, citation.span
            yield str(one.number), self._look(style, Style(), f"#{OWN}source-{one.source}"), citation.span
            if one.after:
                yield f", {one.after}", plain, citation.span
        yield "]", plain, citation.span

    def _atoms(self, content: Inlines, style: TextStyle, span: Span | None, fine: bool) -> list[Atom]:
        """The content as what no line break can fall into. Words come from each look's cache."""
        atoms: list[Atom] = []
        gap, blank, holds = 0.0, None, 0
        forced = joined = False
        for text, look, place in self._pieces(content, style):
            in_link = False
            if text == "\n":
                gap, blank, holds, forced, joined = 0.0, None, 0, True, False
                continue
            cache = self._words[look]
            for number, word in enumerate(text.replace("\t", " ").replace("\n", " ").split(" ")):
                if number:
                    joined = False
                    if blank is None:
                        blank, gap = self._blanks.get(look) or self._blank(look)
                if not word:
                    continue
                segments = cache.get(word) or self._segments(word, look, place or span)
                first = segments[0]
                if joined and not is_break(atoms[-1].segment.parts[-1][1], first.parts[0][1][:1]):
                    atoms[-1] = atoms[-1].holding(glued(atoms[-1].segment, first))
                elif blank is not None and (in_link or (fine and holds & first.before)):
                    atoms[-1] = atoms[-1].holding(tied(atoms[-1], Atom(first, gap, blank)))
                else:
                    atoms.append(Atom(first, gap, blank, forced))
                if len(segments) > 1:
                    atoms += map(Atom, segments[1:])
                holds = segments[-1].after
                in_link = self._whole_links and bool(look.link)
                gap, blank, forced, joined = 0.0, None, False, True
        return atoms

    def _spaced(self, atoms: list[Atom], style: TextStyle) -> tuple[list[Atom], TextStyle]:
        """Measured text and its style with the space that scripts beside each other ask for, if any is asked for here:
        the leading of the highest, and what some programs put between Japanese and other characters."""
        if not self._leading:
            return atoms, style
        languages = {voice.language for atom in atoms for voice, _, _ in atom.segment.parts}
        most = style.size * max((self._leading.get(one, 0.0) for one in languages), default=0.0)
        if "ja" in languages and len(languages) > 1:
            atoms = [_apart(before, atom) for before, atom in pairwise([None, *atoms]) if atom]
        return atoms, replace(style, leading=most) if most > style.leading else style

    def _blank(self, look: Look) -> tuple[Voice, float]:
        face = self.fonts.face(" ", look.role, look.bold, look.italic) or self._fallback(look)
        voice = self._voice(look, face, self.language)
        self._blanks[look] = voice, voice.advance(" ")
        return self._blanks[look]

    def _voice(self, look: Look, face: Face, language: str) -> Voice:
        key = (look, face, language)
        if key not in self._voices:
            size = look.size * self._matching(face, look)
            self._voices[key] = Voice(look, face.tabular if look.tabular else face, language, size)
        return self._voices[key]

    def _matching(self, face: Face, look: Look) -> float:
        """By how much a face is set larger, so that its lower case is as high as that of the family asked for.

        As `font-size-adjust` of CSS Fonts 5 does it: whoever drew a face for another script has fitted that to the
        Latin letters in it.
        """
        own = self._fallback(look)
        return own.x_height / face.x_height if own.x_height and face.x_height else 1.0

    def _segments(self, word: str, look: Look, span: Span | None) -> tuple[Segment, ...]:
        """A word cut where a line may end, measured."""
        key = (word, look.role, look.bold, look.italic)
        told = self.diagnostics.told
        cut = self._cuts.get(key) or tuple(self._cut(word, look, span))
        found = []
        for before, after, hyphens, stretches in cut:
            parts: list[Part] = []
            for face, language, text in stretches:
                voice = self._voice(look, face, language)
                parts.append((voice, text, voice.advance(text)))
            found.append(Segment(tuple(parts), before, after, hyphens))
        if self.diagnostics.told == told:  # else the next place with this word is to be told as well
            self._cuts[key] = cut
            self._words[look][word] = tuple(found)
        return tuple(found)

    def _cut(self, word: str, look: Look, span: Span | None) -> Iterator[_Cut]:
        """A word as the stretches between which a line may end, each in the faces that have its characters."""
        before, after = ties(word.replace(SOFT_HYPHEN, ""))
        for number, written in enumerate(split_word(word, whole_paths=bool(self._leading))):
            segment, *more = written.split(SOFT_HYPHEN)
            hyphens = []
            for part in more:
                if segment and part and not joins(part[0]):
                    hyphens.append(len(segment))
                segment += part
            yield before if number == 0 else 0, after, tuple(hyphens), tuple(self._faces(segment, look, span))

    def _spoken(self, text: str, look: Look, span: Span | None) -> list[tuple[Voice, str]]:
        """Text split where its language changes, which it mostly does nowhere: faces do not matter to who speaks it."""
        if _UNEVEN.search(text):
            text = re.sub(" {2,}", " ", text.translate(_SPACES).replace(ZERO_WIDTH_SPACE, "").replace(SOFT_HYPHEN, ""))
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
            chosen = self.fonts.face(character, look.role, look.bold, look.italic)
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
        face = self.fonts.face("x", look.role, look.bold, look.italic)
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


def _apart(before: Atom | None, atom: Atom) -> Atom:
    """The atom with the space before and inside it at each change from or to Japanese."""
    parts = (before.segment.parts[-1:] if before else ()) + atom.segment.parts
    voices = [voice for voice, _, _ in parts]
    changes = sum((one.language == "ja") != (other.language == "ja") for one, other in pairwise(voices))
    if not changes:
        return atom
    wider = atom.holding(atom.segment)
    wider.width += changes * SCRIPT_GAP * voices[-1].look.size
    return wider


def _has_soft_hyphen(inline: Inline) -> bool:
    return isinstance(inline, (Text, Acronym)) and SOFT_HYPHEN in inline.content


SCRIPT_GAP = 0.2
"""What LibreOffice puts between Asian and other characters by default, in ems (its "script space"); PowerPoint puts
nothing."""
_SPACES = str.maketrans("\t\n", "  ")
_UNEVEN = re.compile(f"[\t\n{ZERO_WIDTH_SPACE}{SOFT_HYPHEN}]|  ")
