"""Colours → how they differ: contrast, mixtures, and which of several can be read on which."""

from __future__ import annotations

from functools import lru_cache

READABLE = 4.5
"""The least contrast of text with what lies behind it (WCAG 2.2, 1.4.3)."""
READABLE_LARGE = 3.0
"""The same for large text: from 18 pt, or 14 pt in bold."""


@lru_cache(maxsize=512)
def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#RRGGBB` colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


ALIKE_IN_GREY = 8.0
"""Areas whose lightness differs by less are hard to tell apart on a page printed in grey."""


def lightness(colour: str) -> float:
    """CIE 1976 lightness, from 0 for black to 100 for white: what is left of a colour in greyscale."""
    share = _luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > (6 / 29) ** 3 else share * (29 / 3) ** 3


@lru_cache(maxsize=256)
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
