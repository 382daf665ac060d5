"""Colours → how they differ: contrast, mixtures, and which of several can be read on which."""

from __future__ import annotations

READABLE = 4.5
"""The least contrast of text with what lies behind it (WCAG 2.2, 1.4.3)."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#RRGGBB` colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    channels = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in channels)


def readable(colour: str, background: str, *instead: str) -> str:
    """The first of the colours that is legible as text on the background (4.5 : 1), else the one of most contrast."""
    choice = (colour, *instead)
    return next(
        (one for one in choice if contrast(one, background) >= READABLE),
        max(choice, key=lambda one: contrast(one, background)),
    )
