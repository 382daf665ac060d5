"""What every slide carries besides its blocks → items: its title, and its footer, date and number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Inlines, Metadata, Text
from ijreport.document.wording import long_date
from ijreport.layout import items
from ijreport.layout.items import Frame, Item, LayoutName
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.stack import text_height
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

T = TypeVar("T")


class SlideFurniture:
    """Sets titles and footers of one deck. What does not fit is an error in the typesetter's diagnostics."""

    def __init__(self, metadata: Metadata, setter: Typesetter) -> None:
        self._metadata = metadata
        self._setter = setter
        self._footers: dict[LayoutName, list[Item]] = {}

    def title(self, content: Inlines, layout: SlideLayout, span: Span | None) -> Item:
        """The title at the largest of the layout's sizes at which its frame holds it."""
        frame = layout.title
        slot = layout.slots.get(("title", 0))
        colour = slot.colour if slot else layout.title_colour

        def at(share: float) -> SetParagraph:
            size = layout.title_size * share
            style = TextStyle(size, size * LINE, colour, "heading", bold=layout.title_bold)
            return self._setter.set(content, style, frame.width, span)

        def needed(text: SetParagraph) -> float:
            if not layout.title_capitals:
                return text.height
            # It is written as it is, and shown in capitals by its placeholder.
            shouted = (Text(blocks.plain(content).upper()),)
            return max(text.height, self._setter.set(shouted, text.style, frame.width, span).height)

        text = largest(at, layout.title_steps, frame.height, needed)
        if needed(text) > frame.height + 0.01:
            room = int(frame.height // text.style.leading)
            message = f"this title takes {len(text.lines)} lines; its frame holds {room}"
            self._setter.diagnostics.error("does-not-fit", message, span, "shorten the title")
        return items.Text(frame, (text,), "title", name="Title")

    def footers(self, layout: SlideLayout) -> list[Item]:
        """The footer, date and slide number that every slide of a layout carries."""
        if layout.name not in self._footers:
            self._footers[layout.name] = self._made(layout)
        return self._footers[layout.name]

    def _made(self, layout: SlideLayout) -> list[Item]:
        def line(text: str, frame: Frame, place: items.PlaceholderType, align: blocks.Align) -> Item:
            slot = layout.slots.get((place, 0))
            style = TextStyle(layout.footer_size, layout.footer_size * LINE, layout.muted_colour, align=align)
            if slot:
                size = slot.size
                style = replace(style, size=size, leading=size * LINE, colour=slot.colour, align=slot.look.align)
                while size > layout.footer_size and self._setter.natural_width((Text(text),), style) > frame.width:
                    size = max(0.95 * size, layout.footer_size)
                    style = replace(style, size=size, leading=size * LINE)
            while len(text) > 1 and self._setter.natural_width((Text(text),), style) > frame.width:
                text = text[:-2].rstrip() + "…"
            return items.Text(frame, (self._setter.set((Text(text),), style, frame.width),), place, name=place)

        texts: tuple[tuple[str, Frame, items.PlaceholderType, blocks.Align], ...] = (
            (self._metadata.title, layout.footer, "footer", "left"),
            (long_date(self._metadata), layout.date, "date", "right"),
            ("0", layout.slide_number, "slide-number", "right"),
        )
        return [line(*one) for one in texts if one[0] and one[1].height]


def largest(at: Callable[[float], T], shares: tuple[float, ...], room: float, height: Callable[[T], float]) -> T:
    """What is made at the first share that is no higher than the room; else at the last one."""
    for share in shares[:-1]:
        made = at(share)
        if height(made) <= room + 0.01:
            return made
    return at(shares[-1])


def fullest(found: Iterable[Item]) -> float:
    """The share that its text takes of the fullest frame for a title or for text, 1 being all."""
    texts = (one for one in found if isinstance(one, items.Text) and one.placeholder in ("title", "body"))
    return max((text_height(one.paragraphs) / one.frame.height for one in texts), default=0.0)
