"""Strips → what stands on each page: how far it goes, in which columns, and above which footnotes.

Each page ends at the last place before its end where it may. Where a chain of strips that keep together is higher than
a page, it is parted all the same, and so is what should stay close if a quarter of the page would be empty for it; a
footnote that finds no room below its line goes on at the next page's foot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from ijreport.layout.print.strips import Flow, Strip, stacked, stacked_height

NOTE_SPACE = 14.0
"""Above the first footnote of a page, with its rule."""
NOTE_GAP = 2.0
"""Below each footnote."""
_LEAST_TEXT = 0.4
"""The share of a page that is the text's where footnotes go on from the page before."""
_WORTH_PARTING = 0.25
"""A footnote, or a short table, is parted rather than leave more than this share of a page empty."""
_STEPS = 12
"""How often the room for balanced columns is halved to find their height."""


class NotePart(Struct, frozen=True):
    """The lines of a footnote that one page holds. `begins`: its first ones."""

    number: int
    strips: tuple[Strip, ...]
    begins: bool = True

    @property
    def height(self) -> float:
        return stacked_height(self.strips) + NOTE_GAP

    def parted(self, room: float) -> tuple[NotePart, NotePart] | None:
        """What fits into `room`, and the rest; None where one or the other would be nothing."""
        fits = 0
        for number, (y, strip) in enumerate(stacked(self.strips), 1):
            if y + strip.height + NOTE_GAP > room + 0.01:
                break
            fits = number
        while fits and self.strips[fits - 1].keep:
            fits -= 1
        if not 0 < fits < len(self.strips):
            return None
        return NotePart(self.number, self.strips[:fits], self.begins), NotePart(self.number, self.strips[fits:], False)


class Stack(Struct, frozen=True):
    """Strips below each other, each with its y from the text area's top, `x` points right of where they were made."""

    x: float
    strips: list[tuple[float, Strip]]


class Filled(Struct):
    """The content of one page: stacks below or beside each other, and the footnotes at its foot.

    `rest` is what the next page's foot begins with; what this one's began with is in `held`.
    """

    stacks: list[Stack] = field(default_factory=list)
    notes: list[NotePart] = field(default_factory=list)
    rest: list[NotePart] = field(default_factory=list)
    held: set[int] = field(default_factory=set)

    def foot(self, more: Sequence[NotePart] = ()) -> float:
        """The height of the footnotes, and of more of them, with the space above."""
        parts = (*self.notes, *more)
        return sum(part.height for part in parts) + NOTE_SPACE if parts else 0.0

    def drop(self, count: int) -> None:
        """Take the last strips off the page, and the footnotes that only they refer to."""
        while count > 0 and self.stacks:
            last = self.stacks[-1].strips
            taken = min(count, len(last))
            del last[len(last) - taken :]
            count -= taken
            if not last:
                self.stacks.pop()
        marks = {note for stack in self.stacks for _, strip in stack.strips for note in strip.notes} | self.held
        self.notes = [part for part in self.notes if part.number in marks]
        self.rest = [part for part in self.rest if part.number in marks]


def fill(strips: Sequence[Strip], room: float, notes: Mapping[int, Sequence[Strip]]) -> list[Filled]:
    """Folded strips in pages of a height; `notes` are the strips of each footnote, folded."""
    return _Filler(strips, room, notes).run()


class _Filler:
    def __init__(self, strips: Sequence[Strip], room: float, notes: Mapping[int, Sequence[Strip]]) -> None:
        self.strips = strips
        self.room = room
        self.notes = {number: NotePart(number, tuple(lines)) for number, lines in notes.items()}

    def run(self) -> list[Filled]:
        pages: list[Filled] = []
        at = 0
        rest: list[NotePart] = []
        while at < len(self.strips) or rest:
            page = self.begun(rest, at < len(self.strips))
            first, y, full = at, 0.0, False
            while at < len(self.strips) and not full and not (at > first and self.strips[at].forced):
                at, y, full = (self.columns if self.strips[at].flow else self.single)(page, first, at, y)
            pages.append(page)
            rest = page.rest
        return pages

    # -- footnotes ---------------------------------------------------------------------------------------------

    def begun(self, rest: list[NotePart], text: bool) -> Filled:
        """A page whose foot begins with the rest of the last page's footnotes, as far as they leave room for text."""
        page = Filled(held={part.number for part in rest})
        if rest:
            page.notes, page.rest = _shared(rest, self.room * (1 - _LEAST_TEXT * text) - NOTE_SPACE)
            if not page.notes:  # not one line of it fits on a page
                page.notes, page.rest = rest[:1], rest[1:]
        return page

    def fresh(self, page: Filled, strips: Sequence[Strip]) -> list[NotePart]:
        """The footnotes of strips that the page has not yet."""
        known = {part.number for part in (*page.notes, *page.rest)}
        numbers = dict.fromkeys(note for strip in strips for note in strip.notes)
        return [self.notes[number] for number in numbers if number not in known]

    # -- one column --------------------------------------------------------------------------------------------

    def single(self, page: Filled, first: int, at: int, y: float) -> tuple[int, float, bool]:
        """Strips below each other from `y` on, until columns begin or the page is full."""
        stack = Stack(0.0, [])
        page.stacks.append(stack)
        foot = page.foot()
        while at < len(self.strips):
            strip = self.strips[at]
            if strip.flow or (strip.forced and at > first):
                return at, y, False
            top = y + (strip.before if at > first else _above(strip))
            y, bottom = top + strip.height, top + strip.height + strip.inset
            if strip.notes and (fresh := self.fresh(page, (strip,))):
                now, later = self.noted(page, fresh, bottom, self.held_by(at), at == first)
                if now or later:
                    page.notes += now
                    page.rest += later
                    foot = page.foot()
                else:
                    foot = self.room  # so that the line goes to the next page
            if bottom + foot > self.room + 0.01 and at > first:
                return self.ended(page, first, at), y, True
            stack.strips.append((top, strip))
            at += 1
        return at, y, False

    def noted(
        self, page: Filled, fresh: list[NotePart], bottom: float, kept: float, alone: bool
    ) -> tuple[list[NotePart], list[NotePart]]:
        """How much of a line's footnotes stands on its page, and what on the next; nothing where the line goes there.

        `bottom` is the line's, `kept` the height of what must stand below it; it stands `alone` where the page begins
        with it.
        """
        if page.rest:
            return [], fresh
        if bottom + page.foot(fresh) <= self.room + 0.01:
            return fresh, []
        if alone or bottom < self.room * (1 - _WORTH_PARTING):
            room = self.room - bottom - (page.foot() or NOTE_SPACE)
            now, later = _shared(fresh, room - kept)
            if not now:
                now, later = _shared(fresh, room)
            if now or alone:
                return now, later
        return [], []

    def held_by(self, at: int) -> float:
        """The height of the strips that have to stand on one page with a strip, below it."""
        end = at
        while end < len(self.strips) - 1 and self.strips[end].keep and not self.strips[end + 1].forced:
            end += 1
        return sum(strip.before + strip.height for strip in self.strips[at + 1 : end + 1])

    def ended(self, page: Filled, first: int, at: int) -> int:
        """Where a page ends that began with the strip `first` and has no room for `at`; what goes over is dropped."""
        cut = self.cut(first, at, page.stacks[-1].strips, self.room - page.foot())
        page.drop(at - cut)
        return cut

    def cut(self, first: int, at: int, placed: Sequence[tuple[float, Strip]], room: float) -> int:
        """The last place up to `at` where a page or column that began at `first`, and ends at `room`, may end; `placed`
        are the strips before `at` that stand below each other."""
        whole = _break(self.strips, first, at, close=True)
        left = len(placed) - (at - whole)  # of the strips that stand there
        if whole > first and placed and left >= 0:
            bottom = placed[left - 1][0] + placed[left - 1][1].height if left else placed[0][0]
            if room - bottom <= self.room * _WORTH_PARTING:
                return whole
        parted = _break(self.strips, first, at, close=False)
        return parted if parted > first else at

    # -- several columns ---------------------------------------------------------------------------------------

    def columns(self, page: Filled, first: int, at: int, y: float) -> tuple[int, float, bool]:
        """The strips of one flow in columns, of one height where they end on the page."""
        flow = self.strips[at].flow
        assert flow is not None
        end = at + 1
        while end < len(self.strips) and self.strips[end].flow is flow and not self.strips[end].forced:
            end += 1
        top = y + (self.strips[at].before if at > first else 0.0)
        foot = page.foot()
        while True:  # the footnotes are known when the columns are filled, and how high these are when those are known
            stacks, after = self.balanced(at, end, flow, self.room - top - foot, at == first)
            fresh = self.fresh(page, self.strips[at:after])
            now, later = ([], fresh) if page.rest else _shared(fresh, self.room * (1 - _LEAST_TEXT))
            if page.foot(now) <= foot + 0.01:
                break
            foot = page.foot(now)
        if after == at:
            return self.ended(page, first, at), y, True
        page.notes += now
        page.rest += later
        page.stacks += [Stack(stack.x, [(top + below, strip) for below, strip in stack.strips]) for stack in stacks]
        bottom = max(below + strip.height for stack in stacks for below, strip in stack.strips[-1:])
        return after, top + bottom, after < end

    def balanced(self, at: int, end: int, flow: Flow, room: float, alone: bool) -> tuple[list[Stack], int]:
        """Columns no higher than `room`; if they hold all strips, as low as they can be."""
        stacks, after = self.divided(at, end, flow, room, alone)
        if after == end:
            low, high = 0.0, room
            for _ in range(_STEPS):
                middle = (low + high) / 2
                tried, reached = self.divided(at, end, flow, middle, alone=False, torn=False)
                if reached == end:
                    stacks, high = tried, middle
                else:
                    low = middle
        return stacks, after

    def divided(
        self, at: int, end: int, flow: Flow, room: float, alone: bool, torn: bool = True
    ) -> tuple[list[Stack], int]:
        """Columns filled in turn, and the first strip that they do not hold. What keeps together and is higher than a
        column may be `torn`, or is not held."""
        stacks = []
        for number in range(flow.count):
            first, y = at, 0.0
            placed: list[tuple[float, Strip]] = []
            while at < end:
                strip = self.strips[at]
                top = strip.on_grid(y + (strip.before if at > first else _above(strip)), y, flow.grid)
                if top + strip.height + strip.inset > room + 0.01 and not (alone and at == first):
                    may_end = torn or _break(self.strips, first, at, close=False) > first
                    at = self.cut(first, at, placed, room) if may_end else first
                    break
                placed.append((top, strip))
                y = top + strip.height
                at += 1
            stacks.append(Stack(number * flow.pitch, placed[: at - first]))
        return stacks, at


def _above(strip: Strip) -> float:
    """The height of what is repeated where a strip begins a page or column: its table's header, its box's padding."""
    return strip.inset + (strip.header.header.height if strip.header else 0.0)


def _break(strips: Sequence[Strip], first: int, at: int, *, close: bool) -> int:
    """The last place up to `at` where a page that began at `first` may end, heeding what should stay `close` or not;
    `first` where there is none."""
    best = at
    while best > first and (strips[best - 1].keep or (close and strips[best - 1].close)):
        best -= 1
    return best


def _shared(parts: Sequence[NotePart], room: float) -> tuple[list[NotePart], list[NotePart]]:
    """The footnotes that fit into `room`, the last of them perhaps in part, and the rest."""
    now: list[NotePart] = []
    for number, part in enumerate(parts):
        if part.height > room + 0.01:
            head = part.parted(room)
            return [*now, *head[:1]] if head else now, [*(head[1:] if head else (part,)), *parts[number + 1 :]]
        now.append(part)
        room -= part.height
    return now, []
