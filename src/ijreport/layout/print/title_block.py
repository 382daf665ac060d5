"""A report's metadata → the strips of its title at the head of the first page, where it has no cover."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.document.blocks import Metadata, Text
from ijreport.document.wording import long_date
from ijreport.layout import items
from ijreport.layout.items import Frame
from ijreport.layout.print.cover import TITLE_STEPS
from ijreport.layout.print.strips import Strip, blank
from ijreport.layout.print.text_strips import TextStrips
from ijreport.layout.typesetting.text import TextStyle

LINES = 2
"""A title that takes more of them is set smaller, as far as the steps go."""


def title_strips(maker: TextStrips, metadata: Metadata) -> list[Strip]:
    """Title, subtitle and a small line of who and when, above a rule. They span the page, its columns too."""
    styles, colours = maker.styles, maker.theme.colours
    section = maker.structure.add("Sect")
    strips: list[Strip] = []

    def add(text: str, style: TextStyle, before: float) -> None:
        set_text = maker.typesetter.set((Text(text),), style, styles.full, metadata.span)
        set_text = maker.structure.tagged(set_text, maker.structure.add("P", section))
        strips.extend(maker.lines(set_text, styles.left, before))

    whole = title = replace(styles.title, colour=colours.primary)
    for share in TITLE_STEPS:
        title = replace(whole, size=whole.size * share, leading=whole.leading * share)
        if len(maker.typesetter.set((Text(metadata.title),), title, styles.full).lines) <= LINES:
            break
    add(metadata.title, title, 0.0)
    space = styles.small.leading
    if metadata.subtitle:
        add(metadata.subtitle, styles.subtitle, space * 0.3)
    byline = " · ".join(part for part in (metadata.organisation, *metadata.authors, long_date(metadata)) if part)
    if byline:
        add(byline, styles.small, space * 0.5)
    rule = items.Shape(Frame(styles.left, 0.0, styles.full, 0.0), "line", stroke=colours.warm, stroke_width=1.2)
    strips.append(Strip(1.0, space * 0.7, (rule,)))
    return [replace(strip, keep=True) for strip in strips] + blank(styles.body.leading)
