"""A report's metadata → the first slide of its deck."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.document.blocks import Metadata, Text
from ijreport.document.wording import long_date
from ijreport.layout import items
from ijreport.layout.items import Frame, Item, Slide
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.furniture import SlideFurniture, fullest, largest
from ijreport.layout.slides.stack import text_height
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter


def cover_slide(metadata: Metadata, layout: SlideLayout, furniture: SlideFurniture, setter: Typesetter) -> Slide:
    """Title, subtitle and a byline of who and when. What is too long is an error in the typesetter's diagnostics."""
    found: list[Item] = [furniture.title((Text(metadata.title),), layout, metadata.span)]
    byline = tuple(
        filter(
            None,
            (" · ".join(filter(None, (metadata.organisation, ", ".join(metadata.authors)))), long_date(metadata)),
        )
    )
    if not layout.foot.height:  # a template's cover has one text for all of it
        lines = tuple(filter(None, (metadata.subtitle,)))
        if lines or byline:
            found.append(_block(setter, lines, layout, layout.body[0], layout.body_size, "body", byline))
        return Slide("cover", metadata.title, tuple(found), fill=fullest(found))
    if metadata.subtitle:
        found.append(_block(setter, (metadata.subtitle,), layout, layout.body[0], layout.body_size, "body"))
    if byline:
        found.append(_block(setter, byline, layout, layout.foot, layout.foot_size, "foot"))
    return Slide("cover", metadata.title, tuple(found), fill=fullest(found))


def _block(
    setter: Typesetter,
    lines: tuple[str, ...],
    layout: SlideLayout,
    frame: Frame,
    size: float,
    place: items.PlaceholderType,
    small: tuple[str, ...] = (),
) -> Item:
    """Lines in a frame, and smaller ones below them, at the largest size at which it holds them."""

    def at(share: float) -> list[SetParagraph]:
        style = TextStyle(size * share, size * share * LINE, layout.body_colour)
        apart = replace(style, space_after=0.5 * style.size) if small else style
        below = replace(style, size=0.75 * style.size, leading=0.75 * style.leading)
        return [
            *(setter.set((Text(line),), apart, frame.width) for line in lines),
            *(setter.set((Text(line),), below, frame.width) for line in small),
        ]

    texts = largest(at, layout.text_steps, frame.height, text_height)
    if text_height(texts) > frame.height + 0.01:
        setter.diagnostics.error("does-not-fit", f"'{(*lines, *small)[0][:40]}…' is too long for the cover of the deck")
    return items.Text(frame, tuple(texts), place, name="Subtitle" if place == "body" else "Byline")
