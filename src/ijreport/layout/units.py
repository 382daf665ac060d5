"""Lengths as authors and file formats write them ↔ points, the only unit inside."""

from __future__ import annotations

import re

MM = 72 / 25.4
INCH = 72.0
EMU = 12700
"""English Metric Units in a point (ECMA-376 part 1, 20.1.10.16)."""

_UNITS = {"pt": 1.0, "mm": MM, "cm": 10 * MM, "in": INCH}
_LENGTH = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(pt|mm|cm|in)?\s*\Z")

PAPER = {"A4": (210 * MM, 297 * MM), "A5": (148 * MM, 210 * MM), "Letter": (8.5 * INCH, 11 * INCH)}


def points(text: str) -> float:
    """A length like `22 mm`, `1 in` or `10.5` (points) in points; ValueError for anything else."""
    match = _LENGTH.match(text)
    if not match:
        raise ValueError(f"'{text}' is not a length; write one like 22 mm, 1 in or 10.5 pt")
    return float(match[1]) * _UNITS[match[2] or "pt"]


def emu(length: float) -> int:
    """Points as whole English Metric Units."""
    return round(length * EMU)
