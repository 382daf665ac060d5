"""Shapes → path construction operators (ISO 32000-1, 8.5.2)."""

from __future__ import annotations

from math import cos, radians, sin
from typing import assert_never

from ijreport.layout.items import Frame, Shape


def path_of(shape: Shape, height: float) -> str:
    """The operators that describe a shape on a page of a height (points); painting is left to the caller."""
    frame = shape.frame
    match shape.kind:
        case "rectangle":
            return f"{frame.x:.3f} {height - frame.bottom:.3f} {frame.width:.3f} {frame.height:.3f} re"
        case "rounded":
            return _rounded(height, frame, min(4.0, frame.width / 2, frame.height / 2))
        case "line":
            return _polygon(height, frame, ((0.0, 0.0), (frame.width, frame.height)), close=False)
        case "polyline" | "polygon":
            return _polygon(height, frame, shape.points, close=shape.kind == "polygon")
        case "ellipse":
            return _arc(height, frame, 0, 360, "m") + " h"
        case "wedge":
            return _wedge(height, shape)
        case _:
            assert_never(shape.kind)


def _point(height: float, x: float, y: float) -> str:
    return f"{x:.3f} {height - y:.3f}"


def _polygon(height: float, frame: Frame, points: tuple[tuple[float, float], ...], close: bool) -> str:
    corners = [_point(height, frame.x + x, frame.y + y) for x, y in points]
    return f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + (" h" if close else "")


def _rounded(height: float, frame: Frame, radius: float) -> str:
    corners = (
        (frame.right - 2 * radius, frame.y, 0), (frame.right - 2 * radius, frame.bottom - 2 * radius, 90),
        (frame.x, frame.bottom - 2 * radius, 180), (frame.x, frame.y, 270),
    )  # fmt: skip
    parts = [
        _arc(height, Frame(x, y, 2 * radius, 2 * radius), start, 90, "l" if number else "m")
        for number, (x, y, start) in enumerate(corners)
    ]
    return " ".join(parts) + " h"


def _wedge(height: float, shape: Shape) -> str:
    """A sector, or with a hole a sector of a ring."""
    frame = shape.frame
    centre = _point(height, frame.x + frame.width / 2, frame.y + frame.height / 2)
    outer = _arc(height, frame, shape.start, shape.sweep, "l")
    if not shape.hole:
        return f"{centre} m {outer} h"
    across, down = frame.width * shape.hole, frame.height * shape.hole
    inner = Frame(frame.x + (frame.width - across) / 2, frame.y + (frame.height - down) / 2, across, down)
    outer = _arc(height, frame, shape.start, shape.sweep, "m")
    return f"{outer} {_arc(height, inner, shape.start + shape.sweep, -shape.sweep, 'l')} h"


def _arc(height: float, frame: Frame, start: float, sweep: float, operator: str) -> str:
    """Bézier curves along an ellipse; angles are degrees clockwise from the top."""
    rx, ry = frame.width / 2, frame.height / 2
    cx, cy = frame.x + rx, frame.y + ry
    steps = max(1, round(abs(sweep) / 45 + 0.49))
    step = radians(sweep / steps)
    reach = 4 / 3 * sin(step / 4) / cos(step / 4)
    angle = radians(start - 90)
    parts = [f"{_point(height, cx + rx * cos(angle), cy + ry * sin(angle))} {operator}"]
    for _number in range(steps):
        after = angle + step
        x1, y1 = cos(angle) - reach * sin(angle), sin(angle) + reach * cos(angle)
        x2, y2 = cos(after) + reach * sin(after), sin(after) - reach * cos(after)
        ends = ((x1, y1), (x2, y2), (cos(after), sin(after)))
        parts.append(" ".join(_point(height, cx + rx * x, cy + ry * y) for x, y in ends) + " c")
        angle = after
    return " ".join(parts)
