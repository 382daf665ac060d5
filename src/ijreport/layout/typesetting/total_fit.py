"""Places where lines may end + a measure → the places where they end best over the whole paragraph.

After Donald E. Knuth and Michael F. Plass, "Breaking Paragraphs into Lines", Software: Practice and Experience 11
(1981). Every line has the same measure, so nodes are told apart by place, fitness and hyphens alone, and the time
taken grows with the length of the text. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from msgspec import Struct

HYPHEN = 110.0
"""What ending a line with a hyphen costs, on the scale of badness: 100 is a line stretched by all its glue."""

# What lines below each other cost, in demerits: two that end with a hyphen, more of them, one above a last line, a last
# line that is little to stand alone, and a loose one beside a tight one.
_TWO_HYPHENS = 20_000.0
_MORE_HYPHENS = 1e7
_LAST_HYPHEN = 40_000.0
_LITTLE = 1e7
_UNLIKE_LINES = 10_000.0


class Edge(Struct, frozen=True):
    """One side of a break: how wide all text up to here is, and how far its glue stretches and shrinks."""

    width: float
    stretch: float = 0.0
    shrink: float = 0.0


class Breakpoint(Struct, frozen=True):
    """A place where a line may end. `end` is where that line ends (its hyphen included), `start` the next one begins:
    the glue between them vanishes."""

    end: Edge
    start: Edge
    penalty: float = 0.0
    hyphen: bool = False


class _Node(Struct, frozen=True, eq=False):
    """A line's end with the best way to it. `hyphens` counts the lines up to here that end with one."""

    index: int
    start: Edge
    fitness: int
    hyphens: int
    demerits: float
    before: _Node | None

    def path(self) -> list[int]:
        found: list[int] = []
        node: _Node | None = self
        while node is not None and node.before is not None:
            found.append(node.index)
            node = node.before
        return found[::-1]


def fit(
    points: Sequence[Breakpoint], measure: float, tolerance: float, slack: float = 0.0, least: float = 0.0
) -> list[int] | None:
    """The indexes of the chosen points, the last of which ends the paragraph; None where no way is good enough.

    No line's glue stretches by more than `tolerance` times its stretch. `slack` is what every line stretches besides:
    the white at its end in ragged setting. The last line is as wide as it is, but below others no narrower than `least`
    and no mere part of a word, while `tolerance` has an end.
    """
    active = [_Node(-1, Edge(0.0), 1, 0, 0.0, None)]
    last = len(points) - 1
    whole = next((index for index in range(last - 1, -1, -1) if not points[index].hyphen), -1)
    for index, point in enumerate(points):
        best: dict[tuple[int, int], _Node] = {}
        kept = []
        for node in active:
            ratio = _ratio(point.end, node.start, measure, slack, index == last)
            # A hyphen may be wider than the rest of its word, so that the whole word fits where the part does not.
            if ratio >= -1.0 or point.hyphen:
                kept.append(node)
            if -1.0 <= ratio <= tolerance:
                little = (
                    index == last
                    and node.before is not None
                    and (node.index > whole or point.end.width - node.start.width < least)
                )
                if little and tolerance < inf:
                    continue
                new = _reached(node, index, point, ratio, index == last, little)
                key = (new.fitness, new.hyphens)
                if key not in best or new.demerits < best[key].demerits:
                    best[key] = new
        active = kept + list(best.values())
        if not active:
            return None
    ends = [node for node in active if node.index == last]
    return min(ends, key=lambda node: node.demerits).path() if ends else None


def _ratio(end: Edge, start: Edge, measure: float, slack: float, last: bool) -> float:
    """How far the glue of a line stretches (below 0: shrinks), as a share of what it has."""
    short = measure - (end.width - start.width)
    if short < 0.0:
        shrink = end.shrink - start.shrink
        return short / shrink if shrink > 0.0 else float("-inf")
    if last:
        return 0.0
    stretch = slack + end.stretch - start.stretch
    return short / stretch if stretch > 0.0 else float("inf") if short else 0.0


def _reached(node: _Node, index: int, point: Breakpoint, ratio: float, last: bool, little: bool) -> _Node:
    """The point as the end of a line that begins at a node."""
    demerits = (1.0 + 100.0 * abs(ratio) ** 3 + point.penalty) ** 2
    fitness = 0 if ratio < -0.5 else 1 if ratio <= 0.5 else 2 if ratio <= 1.0 else 3
    if abs(fitness - node.fitness) > 1:
        demerits += _UNLIKE_LINES
    hyphens = node.hyphens + 1 if point.hyphen else 0
    if hyphens > 1:
        demerits += _TWO_HYPHENS if hyphens == 2 else _MORE_HYPHENS
    if last and node.hyphens:
        demerits += _LAST_HYPHEN
    if little:
        demerits += _LITTLE
    return _Node(index, point.start, fitness, min(hyphens, 2), node.demerits + demerits, node)
