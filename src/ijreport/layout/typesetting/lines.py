"""Measured text + a measure → its lines: greedy, or by total fit over the whole paragraph. Lengths are points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from math import inf
from operator import attrgetter, itemgetter

from ijreport.diagnostics import Diagnostics, visible
from ijreport.layout.typesetting.atoms import Atom, Part, Segment, divided, fragments, narrow_joint
from ijreport.layout.typesetting.hyphenation import Hyphenation
from ijreport.layout.typesetting.line_breaking import (
    BLANKS,
    WORD,
    ZERO_WIDTH_SPACE,
    clusters,
    is_break,
    is_ideographic,
    narrowing,
)
from ijreport.layout.typesetting.text import SOFT_HYPHEN, Line, Run, SetParagraph, TextStyle, Voice
from ijreport.layout.typesetting.total_fit import HYPHEN, Breakpoint, Edge, fit
from ijreport.source import Span

_EPSILON = 0.01
NARROW = 16
"""A measure of fewer ems than this is set ragged: justified, its spaces would be rivers."""
_STRETCH, _SHRINK = 1 / 2, 0.3
"""How far a space stretches at a ratio of 1, and shrinks at most, as shares of its width."""
_SET_APART, _FURTHEST = 0.1, 0.125
"""How far two ideographs are set apart at a ratio of 1, and at most, in ems. JLREQ 3.8.4 would allow a quarter, which
takes lines apart letter by letter: where programs that copy text look for spaces, so do readers."""
_RAG = 4.0
"""How far the end of a ragged line by total fit may lie from the measure at a ratio of 1, in ems."""
_WITHOUT_HYPHENS, _WITH_HYPHENS = 1.25, 1.6
"""How far lines may stretch before the dictionary's hyphens are tried, and before anything goes."""
_TWO_LETTERS = 2.0
"""How much dearer a hyphen after two letters is: they say little of the word."""
LEAST_LAST = 2.0
"""What a paragraph's last line has at least, in ems: less would look like no line at all."""
_MOST = 6.0
"""A justified line that would stretch further than this, its spaces to four times their width, is left short."""


class Measured:
    """Text of which every word is measured but no line broken yet.

    `discretionary`: its author wrote soft hyphens in it.
    """

    __slots__ = ("_breaker", "_span", "atoms", "discretionary", "style")

    def __init__(
        self, breaker: LineBreaker, atoms: list[Atom], style: TextStyle, span: Span | None, discretionary: bool
    ) -> None:
        self.atoms = atoms
        self.discretionary = discretionary
        self._breaker = breaker
        self.style = style
        self._span = span

    @property
    def whole(self) -> float:
        """The width of the widest stretch without a space, or without an end between two ideographs; so names such as
        `Kali-bari` are one."""
        widest = current = 0.0
        before = ""
        for atom in self.atoms:
            held = not atom.gap and not atom.forced and before.endswith(_DASHES)
            current = current + atom.width if held else atom.width
            widest = max(widest, current)
            before = atom.segment.parts[-1][1]
        return widest

    @property
    def least(self) -> float:
        """The width of the widest stretch in which no line should end."""
        if self.discretionary:
            return max(
                (one.width for atom in self.atoms for one in fragments(atom.segment, atom.segment.cuts)), default=0.0
            )
        return max((atom.width for atom in self.atoms), default=0.0)

    @property
    def shortest(self) -> float:
        """The width of the widest word: as `least`, but a number and its unit are parted."""
        words = (one for atom in self.atoms for one in atom.segment.tied or (atom,))
        return max((part.width for word in words for part in fragments(word.segment, word.segment.cuts)), default=0.0)

    @property
    def natural(self) -> float:
        """The width on one line (of the longest one, where there are hard breaks)."""
        longest = current = 0.0
        for atom in self.atoms:
            current = (0.0 if atom.forced else current + atom.gap) + atom.width
            longest = max(longest, current)
        return longest

    def lines(self, measure: float) -> list[Line]:
        """Broken into lines no wider than the measure; a word wider than it is broken, with a warning."""
        atoms, style = self.atoms, self.style
        if atoms and max(map(_WIDTH, atoms)) > measure + _EPSILON:
            atoms = list(self._breaker.fitting(atoms, style, measure + _EPSILON, self._span))
        if self.discretionary or style.justified or style.breaking == "hyphenated":
            return self._breaker.total_fit(atoms, style, measure)
        return greedy(atoms, style, measure)

    def set(self, width: float) -> SetParagraph:
        return SetParagraph(tuple(self.lines(width)), self.style, width)


_WIDTH = attrgetter("width")
_DASHES = ("-", "\u2010", "–", "—")


class LineBreaker:
    """Breaks the paragraphs of one output. A word wider than its measure is told to the diagnostics."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._hyphenation = Hyphenation()

    def cuts(self, segment: Segment, style: TextStyle) -> tuple[int, ...]:
        """Where a segment may be parted with a hyphen: as its author says, else as the dictionary does."""
        if segment.cuts or style.breaking != "hyphenated":
            return segment.cuts
        found: list[int] = []
        text = segment.text
        for word in WORD.finditer(text):
            voices = _voices(segment, *word.span())
            if not any(voice.look.code or voice.look.link for voice in voices):
                found += [word.start() + cut for cut in self._hyphenation.cuts(word[0], voices[0].language)]
        return tuple(found)

    # -- what does not fit -------------------------------------------------------------------------------------

    def fitting(self, atoms: list[Atom], style: TextStyle, room: float, span: Span | None) -> Iterator[Atom]:
        """The atoms, none wider than `room` but those that a hyphen parts."""
        for atom in atoms:
            if atom.width <= room:
                yield atom
            elif atom.segment.tied:
                yield from self.fitting(list(atom.segment.tied), style, room, span)
            elif max(one.width for one in fragments(atom.segment, self.cuts(atom.segment, style))) <= room:
                yield atom
            else:
                first, *rest = self._forced(atom.segment, room, span)
                yield atom.holding(first)
                yield from (Atom(segment) for segment in rest)

    def _forced(self, segment: Segment, room: float, span: Span | None) -> list[Segment]:
        """A segment in pieces that fit: after `/-_.` or a no-break space where one is near, else anywhere."""
        word = segment.text
        if "://" not in word:  # an address is broken as a matter of course
            message = f"'{visible(word[:40])}' is wider than its measure and was broken"
            self.diagnostics.warning("word-too-wide", message, span.narrow(word) if span else None)
        letters = [(voice, c) for voice, text, _ in segment.parts for c in clusters(text)]
        pieces: list[Segment] = []
        while letters:
            fits, width, good = 1, 0.0, 0
            for number, (voice, character) in enumerate(letters, 1):
                width += voice.advance(character)
                if width > room and number > 1:
                    break
                fits = number
                good = number if character in "/-_.\u00a0" else good
            cut = good if good > fits // 2 and fits < len(letters) else fits
            parts: list[Part] = []
            for voice, group in groupby(letters[:cut], key=itemgetter(0)):
                text = "".join(character for _, character in group)
                parts.append((voice, text, voice.advance(text)))
            pieces.append(Segment(tuple(parts)))
            letters = letters[cut:]
        return pieces

    # -- total fit ---------------------------------------------------------------------------------------------

    def total_fit(self, atoms: list[Atom], style: TextStyle, measure: float) -> list[Line]:
        """Lines that are best over each stretch between two breaks that were asked for."""
        starts = [number for number, atom in enumerate(atoms) if atom.forced]
        lines: list[Line] = []
        for first, last in pairwise((0, *starts, len(atoms))):
            end = "\n" if last < len(atoms) else ""
            lines += self._fitted(atoms[first:last], style, measure, end) if last > first else [Line((), 0.0, end)]
        return lines

    def _fitted(self, atoms: list[Atom], style: TextStyle, measure: float, end: str) -> list[Line]:
        """First without the dictionary's hyphens, then with them, at last with lines as loose as it takes."""
        justified = style.justified and measure >= NARROW * style.size
        room = measure + _EPSILON
        slack = 0.0 if justified else _RAG * style.size
        for hyphenated, tolerance in ((False, _WITHOUT_HYPHENS), (True, _WITH_HYPHENS), (True, inf)):
            if tolerance == inf:
                slack += 0.1 * style.size  # so that a line without a space can be compared with others
            places = list(self._places(atoms, style, justified, hyphenated))
            chosen = fit([point for point, _, _ in places], room, tolerance, slack, LEAST_LAST * style.size)
            if chosen:
                break
        else:
            raise AssertionError("every atom fits on a line of its own")
        lines: list[Line] = []
        at, done = 0, 0  # the atom that the next line begins in, and how much of it stands on the last one
        for place in chosen:
            _, number, cut = places[place]
            stretch = atoms[at : number + 1] if cut else atoms[at:number]
            if cut:
                stretch[-1] = stretch[-1].holding(divided(stretch[-1].segment, cut)[0])
            if done:
                head = stretch[0].segment
                stretch[0] = Atom(divided(head, done)[1])
            last = place == chosen[-1]
            after = end if last else SOFT_HYPHEN if cut else " " if atoms[number].gap else ""
            if justified:
                lines.append(_justified(stretch, style, measure, after, last))
            else:
                lines.append(set_line(stretch, _natural(stretch), style, measure, after))
            at, done = number, cut
        return lines

    def _places(
        self, atoms: list[Atom], style: TextStyle, justified: bool, hyphenated: bool
    ) -> Iterator[tuple[Breakpoint, int, int]]:
        """Breakpoints, each with the number of the atom that it stands before, and how far inside that it stands."""
        x = stretch = shrink = 0.0
        apart = _SET_APART * style.size * justified
        before: Segment | None = None
        japanese = False
        for number, atom in enumerate(atoms):
            segment = atom.segment
            hyphen = False
            if before is not None:
                # The white after a line's last ideograph is no part of the line.
                end = Edge(x, stretch - apart * before.ends_apart, shrink + (before.narrow_end if japanese else 0.0))
                if japanese and not atom.gap:
                    shrink += narrow_joint(before, segment)
                x += atom.gap
                stretch += atom.gap * _STRETCH * justified
                shrink += atom.gap * _SHRINK * justified
                hyphen = not atom.gap and before.parts[-1][1].endswith(("-", "\u2010"))
                yield Breakpoint(end, Edge(x, stretch, shrink), HYPHEN * hyphen, hyphen), number, 0
            blanks, ideographs, narrow = segment.white
            japanese = justified and ideographs > 0
            x += segment.width
            stretch += blanks * _STRETCH * justified + apart * ideographs
            shrink += (blanks * _SHRINK + narrow) * justified
            # A word with a hyphen of its own gets no other one.
            if segment.cuts or (hyphenated and not hyphen and "-" not in segment.parts[-1][1]):
                for cut in self.cuts(segment, style):
                    head, tail = divided(segment, cut)
                    yield (
                        Breakpoint(
                            Edge(x - segment.width + head.width, stretch, shrink),
                            Edge(x - tail.width, stretch, shrink),
                            HYPHEN * (_TWO_LETTERS if cut <= 2 else 1.0),
                            True,
                        ),
                        number,
                        cut,
                    )
            before = segment
        end = Edge(x, stretch, shrink + (before.narrow_end if before and japanese else 0.0))
        yield Breakpoint(end, end), len(atoms), 0


def greedy(atoms: list[Atom], style: TextStyle, measure: float) -> list[Line]:
    """A line takes atoms until the next one would not fit; to a last line that is too short the one before it gives
    its last atom, where lines are not broken again by others."""
    lines: list[Line] = []
    before: list[Atom] = []
    line: list[Atom] = []
    x = 0.0
    room = measure + _EPSILON
    for atom in atoms:
        if line and (atom.forced or x + atom.gap + atom.width > room):
            end = "\n" if atom.forced else " " if atom.gap else _softened(line[-1], atom)
            lines.append(set_line(line, x, style, measure, end))
            before, line, x = line, [], 0.0
        elif atom.forced:
            lines.append(Line((), 0.0, "\n"))
        x += atom.width + (atom.gap if line else 0.0)
        line.append(atom)
    if x < LEAST_LAST * style.size and len(before) > 1 and style.breaking != "plain" and not line[0].forced:
        *before, moved = before
        width = _natural(before)
        if width >= (wider := moved.width + line[0].gap + x):
            end = " " if moved.gap else _softened(before[-1], moved)
            lines[-1] = set_line(before, width, style, measure, end)
            line, x = [moved, *line], wider
    if line or not lines:
        lines.append(set_line(line, x, style, measure, ""))
    return lines


def _softened(before: Atom, after: Atom) -> str:
    """What stands at the end of a line without a space: what allows it to end there, if not the characters do."""
    allowed = is_break(before.segment.parts[-1][1], after.segment.parts[0][1][:1])
    return "" if allowed else ZERO_WIDTH_SPACE


def set_line(atoms: list[Atom], width: float, style: TextStyle, measure: float, end: str) -> Line:
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
            if voice is not blank and (voice.face is not blank.face or voice.size != blank.size):
                placed.append((start, Run("".join(texts), voice)))
                voice, texts, start = blank, [], x
            texts.append(" ")
            x += gap
        for new, text, advance in atom.segment.parts:
            if new is not voice:
                if voice:
                    placed.append((start, Run("".join(texts), voice)))
                voice, texts, start = new, [], x
            texts.append(text)
            x += advance
    if voice:
        placed.append((start, Run("".join(texts), voice)))
    return Line(tuple(placed), width, end)


def _voices(segment: Segment, start: int, stop: int) -> list[Voice]:
    """The voices of the characters from `start` to `stop`."""
    found = []
    at = 0
    for voice, text, _ in segment.parts:
        if at < stop and at + len(text) > start:
            found.append(voice)
        at += len(text)
    return found


def _natural(atoms: list[Atom]) -> float:
    return sum(atom.width for atom in atoms) + sum(atom.gap for atom in atoms[1:])


def _justified(atoms: list[Atom], style: TextStyle, measure: float, end: str, last: bool) -> Line:
    """Atoms on a line as wide as the measure; the last line of a paragraph is not widened.

    Spaces stretch and shrink; Japanese text gives up the blank halves of its punctuation, the one at the line's end
    first, and is set apart evenly, up to a limit.
    """
    natural = _natural(atoms)
    line = set_line(atoms, natural, style, measure, end)
    short = measure - natural
    white = [atom.segment.white for atom in atoms]
    blanks = sum(atom.gap for atom in atoms[1:]) + sum(one for one, _, _ in white)
    if short < 0.0:
        at_end = max(short, -atoms[-1].segment.narrow_end)
        inside = sum(narrow for _, _, narrow in white)
        inside += sum(narrow_joint(one.segment, two.segment) for one, two in pairwise(atoms) if not two.gap)
        shrink = blanks * _SHRINK + inside
        share = (short - at_end) / shrink if shrink else 0.0
        return _spread(line, share * _SHRINK, 0.0, share, at_end)
    joints = sum(count for _, count, _ in white) - atoms[-1].segment.ends_apart
    stretch = blanks * _STRETCH + joints * _SET_APART * style.size
    if last or not stretch:
        return line
    apart = min(short / stretch * _SET_APART, _FURTHEST) * style.size
    rest = short - joints * apart
    if rest > _MOST * _STRETCH * blanks + _EPSILON:
        return line
    return _spread(line, rest / blanks if blanks else 0.0, apart)


def _spread(line: Line, wider: float, apart: float, closer: float = 0.0, at_end: float = 0.0) -> Line:
    """The line with its spaces wider by a share of their width, so many points after each ideograph but the last, and
    its punctuation closer by a share of what it may be; `at_end` is what follows the line's last character."""
    placed: list[tuple[float, Run]] = []
    shift = 0.0
    last = len(line.runs) - 1
    for number, (start, run) in enumerate(line.runs):
        voice, text = run.voice, run.text
        space = wider * voice.advance(" ")
        spread = Run(text, voice, space)
        added = space * sum(map(text.count, BLANKS))
        if voice.language == "ja":  # the language of every ideograph
            white = [space if one in BLANKS else apart * is_ideographic(one) for one in text]
            if closer:
                narrowed = (narrowing(one, other) * closer * voice.size for one, other in pairwise(text))
                white = [one + less for one, less in zip(white, (*narrowed, 0.0), strict=True)]
            if number == last:
                white[-1] = at_end
            if any(white):
                spread = Run(text, voice, white=tuple(white))
                added = sum(white)
        placed.append((start + shift, spread))
        shift += added
    return Line(tuple(placed), line.width + shift, line.end)
