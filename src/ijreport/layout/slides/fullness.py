"""Slides → how full each of them is, and which are set smaller than a strict build takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from ijreport.diagnostics import Diagnostic
from ijreport.layout.items import Slide
from ijreport.source import Span

STRICT_STEPS = 2
"""How far down the theme's type scale a strict build goes."""


class Fullness(Struct, frozen=True):
    """Of a slide: its number, from 1; the share of its fullest frame that is taken; the size of its text in points,
    and the step of the type scale that this is, from 1 (both 0 without text). `span` is its heading's place."""

    slide: int
    title: str
    layout: str
    full: float
    size: float
    step: int
    span: Span | None

    def record(self) -> dict[str, object]:
        """As plain data, for the manifest and for programs."""
        return {
            "slide": self.slide,
            "title": self.title,
            "layout": self.layout,
            "full": round(self.full, 3),
            "size": self.size,
            "step": self.step,
        }


def fullness(slides: Sequence[Slide]) -> tuple[Fullness, ...]:
    return tuple(
        Fullness(number, one.title, one.layout, one.fill, one.size, one.step + 1 if one.size else 0, one.span)
        for number, one in enumerate(slides, 1)
    )


def shrunk(slides: Iterable[Fullness]) -> list[Diagnostic]:
    """An error for each slide whose text is smaller than a strict build takes."""
    return [
        Diagnostic(
            "error",
            "text-shrunk",
            f"the text of slide {one.slide} is set at {one.size:g} pt, step {one.step} of the theme's sizes;"
            f" with --strict {STRICT_STEPS} is the last",
            one.span,
            "say less on it, or give a part of it a slide of its own",
        )
        for one in slides
        if one.step > STRICT_STEPS
    ]
