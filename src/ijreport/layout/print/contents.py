"""A document's headings and captions → the strips of its contents, and of its lists of figures and tables."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, assert_never

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Heading, Inline, Inlines, Listing, Text
from ijreport.document.walking import captioned, through
from ijreport.layout.elements import Element
from ijreport.layout.print.strips import ContentsEntry, Strip, blank
from ijreport.layout.print.text_strips import TextStrips
from ijreport.layout.typesetting.text import TextStyle

STEP = 14.0
"""How far a level of the contents stands from the one above, where that has no numbers."""
AT_FRONT = ("contents", "figures", "tables")
"""The listings that the contents do not tell: they stand beside them."""


def contents_strips(maker: TextStrips, x: float, width: float) -> list[Strip]:
    """A line for each heading down to the theme's depth, numbers in a column for each level."""
    depth = maker.theme.page.contents_depth
    headings = [
        heading
        for heading, after in pairwise((*through(maker.document.blocks), None))
        if isinstance(heading, Heading) and heading.level <= depth
        if not (isinstance(after, Listing) and after.kind in AT_FRONT)
    ]
    styles = {heading.level: _style(maker, top=heading.level == 1) for heading in headings}
    columns = dict.fromkeys(styles, 0.0)
    for one in headings:
        columns[one.level] = max(columns[one.level], maker.label_width(one.number, styles[one.level]))
    strips: list[Strip] = []
    open_: list[tuple[int, Element]] = []
    for heading in headings:
        level, top = heading.level, heading.level == 1
        while open_ and open_[-1][0] > level:
            open_.pop()
        if not open_ or open_[-1][0] < level:
            open_.append((level, maker.structure.add("TOC", open_[-1][1] if open_ else None)))
        indent = sum(columns.get(above) or STEP for above in range(1, level)) + columns[level] * bool(heading.number)
        content = _linked(heading)
        entry = _entry(maker, open_[-1][1], heading.id, heading.number, content, styles[level], (x, width, indent))
        before = styles[level].leading * 0.4 if top else 0.0
        strips.append(Strip(entry.paragraph.height, before, entry=entry, keep=top))
    return _ended(maker, strips)


def captions_strips(maker: TextStrips, kind: Literal["figures", "tables"], x: float, width: float) -> list[Strip]:
    """A line for each figure or table with a number: that, the words of its caption, its page."""
    style = _style(maker, top=False)
    listed = list(captioned(maker.document.blocks, kind))
    column = max((maker.label_width(str(one.number), style) for one, _ in listed), default=0.0)
    contents = maker.structure.add("TOC")
    strips = []
    for one, said in listed:
        content = (Text(said, link=f"#{one.id}", span=one.span),)
        entry = _entry(maker, contents, one.id, str(one.number), content, style, (x, width, column))
        strips.append(Strip(entry.paragraph.height, entry=entry))
    return _ended(maker, strips)


def _linked(heading: Heading) -> Inlines:
    """A heading's words, all of them a link to it."""
    found: list[Inline] = []
    for one in heading.content:
        match one:
            case Text():
                found.append(replace(one, link=f"#{heading.id}", index=()))
            case blocks.CrossReference():
                found.append(Text(one.text, one.style, f"#{heading.id}", one.span))
            case blocks.Acronym():
                found.append(replace(one, index=()))
            case blocks.HardBreak():
                found.append(one)
            case blocks.Citation() | blocks.FootnoteReference():
                pass
            case _:
                assert_never(one)
    return tuple(found)


def _style(maker: TextStrips, top: bool) -> TextStyle:
    body, colours = maker.styles.beside, maker.theme.colours
    small = replace(body, size=body.size * 0.92, leading=body.leading * 0.88)
    return replace(small, bold=True, colour=colours.primary) if top else small


def _entry(
    maker: TextStrips,
    contents: Element,
    target: str,
    number: str,
    content: Inlines,
    style: TextStyle,
    place: tuple[float, float, float],
) -> ContentsEntry:
    """A line with its number, if it has one, in `contents`; `place` is its x, width and indent."""
    x, width, indent = place
    text = maker.typesetter.set(content, style, width - 40, indent=indent, label=number)
    # A space parts the text from the number of its page.
    text = replace(text, lines=(*text.lines[:-1], replace(text.lines[-1], end=" ")))
    item = maker.structure.add("TOCI", contents)
    label = maker.structure.add("Lbl", item) if number else None
    text = maker.structure.tagged(text, maker.structure.add("Reference", item), label)
    return ContentsEntry(target, text, x)


def _ended(maker: TextStrips, strips: list[Strip]) -> list[Strip]:
    if strips:
        strips[-1] = replace(strips[-1], keep=False)
    return strips + blank(maker.styles.body.leading)
