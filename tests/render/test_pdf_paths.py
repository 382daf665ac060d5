"""Paths stay within the frames of their shapes, on a page of any height."""

from __future__ import annotations

import pytest

from ijreport.layout.items import Frame, Shape
from ijreport.render.pdf_paths import path_of

FRAME = Frame(100, 50, 80, 60)
BOX = ((0.0, 0.0), (80.0, 60.0), (0.0, 60.0))


@pytest.mark.parametrize(
    "shape",
    [
        Shape(FRAME, "rounded"),
        Shape(FRAME, "line"),
        Shape(FRAME, "polyline", points=BOX),
        Shape(FRAME, "polygon", points=BOX),
        Shape(FRAME, "ellipse"),
        Shape(FRAME, "wedge", start=30, sweep=200),
        Shape(FRAME, "wedge", start=30, sweep=200, hole=0.6),
    ],
    ids=lambda shape: f"{shape.kind} {shape.hole}",
)
def test_a_path_stays_in_its_frame(shape: Shape) -> None:
    numbers = [float(word) for word in path_of(shape, 842).split() if not word.isalpha()]

    # A curve's control points may lie a little further out than the curve.
    assert FRAME.x - 2 <= min(numbers[::2]) < max(numbers[::2]) <= FRAME.right + 2
    assert 842 - FRAME.bottom - 2 <= min(numbers[1::2]) < max(numbers[1::2]) <= 842 - FRAME.y + 2


def test_a_hole_is_left_free() -> None:
    ring = Shape(FRAME, "wedge", start=0, sweep=360, hole=0.5)
    numbers = [float(word) for word in path_of(ring, 842).split() if not word.isalpha()]
    reached = [((x - 140) / 40) ** 2 + ((y - 762) / 30) ** 2 for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    assert min(reached) == pytest.approx(0.5**2, abs=0.001)
