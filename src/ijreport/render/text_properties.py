"""Voices and numbered paragraphs → what DrawingML says of them, on slides and in notes (ECMA-376 part 1, 21.1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import SetParagraph, Voice
from ijreport.render.drawingml import escape

_REGIONS = {"en": "en-US", "ja": "ja-JP", "hi": "hi-IN", "de": "de-DE", "fr": "fr-FR"}


def region(language: str) -> str:
    """The language tag that spelling checkers ask for, with a region where a report says only the language."""
    return _REGIONS.get(language, language)


def typefaces(voice: Voice, theme: Theme, fonts: str) -> str:
    """The typefaces of a run: those of the deck's heading (mj) or body (mn) fonts, by which it was measured, or that of
    code. A template's placeholder may name others, which were not."""
    mono = escape(theme.fonts.slide.mono) if voice.look.role == "mono" else ""
    complex_script = f"+{fonts}-cs" if voice.language == "hi" or not mono else mono
    return (
        f'<a:latin typeface="{mono or f"+{fonts}-lt"}"/><a:ea typeface="+{fonts}-ea"/>'
        f'<a:cs typeface="{complex_script}"/>'
    )


def starts(paragraphs: Sequence[SetParagraph]) -> Iterator[int | None]:
    """For each paragraph the number at which its list begins in this frame; None for one without a number.

    Neighbours that count on share it, so that a program counts them anew when somebody puts another one in between.
    A paragraph without a number ends the lists of its level and of those below.
    """
    running: dict[int, tuple[int, int]] = {}
    for paragraph in paragraphs:
        running = {level: counted for level, counted in running.items() if level <= paragraph.level}
        if paragraph.number is None:
            running.pop(paragraph.level, None)
            yield None
            continue
        start, following = running.get(paragraph.level, (0, None))
        if following != paragraph.number:
            start = paragraph.number
        running[paragraph.level] = start, paragraph.number + 1
        yield start


def auto_number(start: int) -> str:
    """A number that the program counts, from `start` (21.1.2.4.1)."""
    first = f' startAt="{start}"' if start > 1 else ""
    return f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{first}/>'
