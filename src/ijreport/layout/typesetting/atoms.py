"""Atoms: measured text between the places where a line may end. Lengths are points."""

from __future__ import annotations

from itertools import pairwise

from ijreport.layout.typesetting.line_breaking import BLANKS, is_ideographic, narrowing
from ijreport.layout.typesetting.text import SOFT_HYPHEN, Voice

Part = tuple[Voice, str, float]
"""Voice, text, width."""


class Segment:
    """Parts that stay on one line.

    `before` and `after` are its ties to its neighbours (see `line_breaking.ties`), `cuts` the offsets of the soft
    hyphens that were written in it. `tied` holds the atoms that it was joined from, if it was.
    """

    __slots__ = ("_white", "after", "before", "cuts", "parts", "tied", "width")

    def __init__(
        self,
        parts: tuple[Part, ...],
        before: int = 0,
        after: int = 0,
        cuts: tuple[int, ...] = (),
        tied: tuple[Atom, ...] = (),
    ) -> None:
        self.parts = parts
        self.before = before
        self.after = after
        self.cuts = cuts
        self.tied = tied
        self.width = parts[0][2] if len(parts) == 1 else sum(width for _, _, width in parts)
        self._white: tuple[float, int, float] | None = None

    @property
    def white(self) -> tuple[float, int, float]:
        """What justified lines widen and narrow: the width of its spaces, the number of its characters to be set apart,
        and by how much its punctuation may be set closer."""
        if self._white is None:
            blanks, ideographs, narrow = 0.0, 0, 0.0
            for voice, text, _ in self.parts:
                if not text.isalpha():
                    blanks += sum(map(text.count, BLANKS)) * voice.advance(" ")
                if not text.isascii():
                    ideographs += sum(map(is_ideographic, text))
                    narrow += sum(narrowing(one, other) for one, other in pairwise(text)) * voice.size
            self._white = blanks, ideographs, narrow
        return self._white

    @property
    def narrow_end(self) -> float:
        """By how much its last character may be narrowed at a line's end."""
        voice, text, _ = self.parts[-1]
        return narrowing(text[-1:], "") * voice.size

    @property
    def ends_apart(self) -> bool:
        """Whether its last character is one that would be set apart from the next."""
        last = self.parts[-1][1][-1:]
        return not last.isascii() and is_ideographic(last)

    @property
    def text(self) -> str:
        return "".join(text for _, text, _ in self.parts)


class Atom:
    """A segment in its paragraph: after a gap (points) set in `blank`, or after a break that was asked for."""

    __slots__ = ("blank", "forced", "gap", "segment", "width")

    def __init__(self, segment: Segment, gap: float = 0.0, blank: Voice | None = None, forced: bool = False) -> None:
        self.segment = segment
        self.width = segment.width
        self.gap = gap
        self.blank = blank
        self.forced = forced

    def holding(self, segment: Segment) -> Atom:
        """Another segment at the same place."""
        return Atom(segment, self.gap, self.blank, self.forced)


def narrow_joint(before: Segment, after: Segment) -> float:
    """By how much two segments on one line, with no space between them, may be set closer."""
    (voice, text, _), (other, following, _) = before.parts[-1], after.parts[0]
    return narrowing(text[-1:], following[:1]) * voice.size if voice is other else 0.0


def glued(first: Segment, second: Segment) -> Segment:
    """Two segments with nothing between them, as one."""
    tied = first.tied
    if tied:
        tied = (*tied[:-1], tied[-1].holding(glued(tied[-1].segment, second)))
    cuts = first.cuts
    if second.cuts:
        shift = len(first.text)
        cuts += tuple(shift + cut for cut in second.cuts)
    return Segment(first.parts + second.parts, first.before, second.after, cuts, tied)


def tied(first: Atom, second: Atom) -> Segment:
    """Two atoms with the space between them, as one segment: no line ends there while all of it fits on one."""
    left, right = first.segment, second.segment
    assert second.blank is not None  # only a space ties
    cuts = left.cuts
    if right.cuts:
        shift = len(left.text) + 1
        cuts += tuple(shift + cut for cut in right.cuts)
    parts = (*left.parts, (second.blank, " ", second.gap), *right.parts)
    return Segment(parts, left.before, right.after, cuts, (*(left.tied or (first,)), second))


def divided(segment: Segment, cut: int) -> tuple[Segment, Segment]:
    """A segment parted with a hyphen before the character at `cut`."""
    head: list[Part] = []
    tail: list[Part] = []
    rest = cut
    for voice, text, width in segment.parts:
        if rest >= len(text):
            head.append((voice, text, width))
        elif rest <= 0:
            tail.append((voice, text, width))
        else:
            head.append((voice, text[:rest], 0.0))
            tail.append((voice, text[rest:], voice.advance(text[rest:])))
        rest -= len(text)
    voice, text, _ = head[-1]
    head[-1] = (voice, text + SOFT_HYPHEN, voice.advance(text + SOFT_HYPHEN))
    return Segment(tuple(head)), Segment(tuple(tail))


def fragments(segment: Segment, cuts: tuple[int, ...]) -> list[Segment]:
    """A segment parted with hyphens at all of its cuts."""
    found = []
    done = 0
    for cut in cuts:
        head, segment = divided(segment, cut - done)
        found.append(head)
        done = cut
    return [*found, segment]
