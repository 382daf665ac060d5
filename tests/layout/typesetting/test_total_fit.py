"""Total fit: the best of all ways to break a paragraph, and what makes one better than another."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijreport.layout.typesetting.total_fit import HYPHEN, Breakpoint, Edge, fit

SPACE = 3.0
LEAST = 20.0


def points(words: list[float], hyphens: tuple[int, ...] = ()) -> list[Breakpoint]:
    """Words of these widths; after those in `hyphens` no space but a hyphen of no width."""
    found = []
    x = stretch = 0.0
    for number, word in enumerate(words):
        x += word
        end = Edge(x, stretch / 2, stretch / 3)
        if number in hyphens:
            found.append(Breakpoint(end, end, HYPHEN, hyphen=True))
            continue
        x, stretch = x + SPACE, stretch + SPACE
        found.append(Breakpoint(end, Edge(x, stretch / 2, stretch / 3)))
    return found


def test_the_first_line_gives_way_to_the_second() -> None:
    # Greedy lines would be 10 10 8 | 30 | 20: the second one word, with nothing to stretch.
    assert fit(points([10, 10, 8, 30, 20]), 42.0, inf, 1.0) == [1, 3, 4]


def test_a_last_line_is_as_wide_as_it_is() -> None:
    assert fit(points([10, 10, 10]), 23.0, 1.0) == [1, 2]


def test_what_cannot_be_set_well_enough_is_not_set() -> None:
    assert fit(points([30, 30, 30]), 50.0, 1.0) is None


def test_what_is_wider_than_the_measure_is_not_set() -> None:
    assert fit(points([30, 60]), 50.0, inf, 1.0) is None


def test_a_hyphen_is_worth_a_looser_line() -> None:
    assert fit(points([20, 10, 10, 10], hyphens=(1,)), 34.0, inf, 30.0) == [0, 3]
    assert fit(points([20, 10, 10, 10], hyphens=(1,)), 34.0, inf, 3.0) == [1, 3]


def test_a_last_line_is_no_part_of_a_word_and_not_too_short() -> None:
    assert fit(points([10, 10, 10, 20], hyphens=(2,)), 36.0, 20.0, 1.0) == [1, 3]
    assert fit(points([10, 10, 10, 5]), 36.0, 20.0, 1.0, 0.0) == [2, 3]
    assert fit(points([10, 10, 10, 5]), 36.0, 20.0, 1.0, 6.0) == [1, 3]
    assert fit(points([30, 5]), 34.0, 20.0, 1.0, 6.0) is None
    assert fit(points([30, 5]), 34.0, inf, 1.0, 6.0) == [0, 1]


def test_no_three_lines_in_a_row_end_with_a_hyphen() -> None:
    # All words of one width fill the measure only where they are parted; spaces elsewhere make lines loose.
    words = [10.0, 10.0, 10.0, 10.0] * 5
    chosen = fit(points(words, hyphens=(3, 7, 11, 15)), 49.0, inf, 10.0)
    assert chosen is not None

    run = longest = 0
    for index in chosen:
        run = run + 1 if index in (3, 7, 11, 15) else 0
        longest = max(longest, run)
    assert longest <= 2


@given(
    words=st.lists(st.floats(5, 60), min_size=1, max_size=9),
    hyphens=st.sets(st.integers(0, 8)),
    measure=st.floats(60, 140),
)
def test_no_other_way_is_better(words: list[float], hyphens: set[int], measure: float) -> None:
    given_points = points(words, tuple(one for one in hyphens if one < len(words) - 1))
    last = len(words) - 1
    ways = [(*way, last) for size in range(len(words)) for way in combinations(range(last), size)]
    costs = {way: cost for way in ways if (cost := demerits(given_points, way, measure)) < inf}
    chosen = fit(given_points, measure, inf, 10.0, LEAST)

    assert (chosen is None) == (not costs)
    if chosen is not None:
        assert costs[tuple(chosen)] == pytest.approx(min(costs.values()))


def demerits(given_points: list[Breakpoint], way: tuple[int, ...], measure: float) -> float:
    """What a way costs, by the formula of the paper (its page 1128), read again from it."""
    total, fitness, hyphens = 0.0, 1, 0
    starts = [Edge(0.0), *(given_points[one].start for one in way)]
    for number, (index, (start, _)) in enumerate(zip(way, pairwise(starts), strict=True)):
        point, final = given_points[index], number == len(way) - 1
        short = measure - point.end.width + start.width
        shrink, stretch = point.end.shrink - start.shrink, 10.0 + point.end.stretch - start.stretch
        ratio = (short / shrink if shrink else -inf) if short < 0 else 0.0 if final else short / stretch
        if ratio < -1:
            return inf
        total += (1 + 100 * abs(ratio) ** 3 + point.penalty) ** 2
        kind = 0 if ratio < -0.5 else 1 if ratio <= 0.5 else 2 if ratio <= 1 else 3
        total += 10_000 * (abs(kind - fitness) > 1)
        if final and hyphens:
            total += 40_000
        if final and number:
            parts = all(one.hyphen for one in given_points[way[-2] : index])
            total += 1e7 * (parts or point.end.width - start.width < LEAST)
        hyphens = hyphens + 1 if point.hyphen else 0
        total += 0 if hyphens < 2 else 20_000 if hyphens == 2 else 1e7
        fitness = kind
    return total
