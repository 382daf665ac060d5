"""A timeline + a measure + a size → its events as pieces: a dot on a rule, the date before it, what happened beside it.

Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Inlines, Text
from ijreport.layout import items
from ijreport.layout.items import Frame, Item
from ijreport.layout.slides.cutting import parts_below_a_head
from ijreport.layout.slides.frames import SlideLayout
from ijreport.layout.slides.placing import said_by
from ijreport.layout.slides.stack import Piece, Series
from ijreport.layout.slides.styles import SlideStyles
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

_TIGHT = 0.55
"""Space between the entries of a timeline, as a multiple of the text's size."""
_DATES = 0.19
"""The share of the width that the dates take."""


class TimelineMaker(Struct, frozen=True):
    """Makes the pieces of one timeline. `room` is the height of a slide's frame, `mark` what is said of an event that
    goes on."""

    layout: SlideLayout
    width: float
    room: float
    size: float
    styles: SlideStyles
    typesetter: Typesetter
    mark: str

    def pieces(self, block: blocks.Timeline) -> Iterator[Piece]:
        """Each event a piece; one that is higher than a slide goes on in a further one, under its date and title."""
        series = Series(len(block.events))
        for event in block.events:
            whole = self.piece(event, event.title, event.text, series, block.span)
            if whole.height <= self.room:
                yield whole
                continue
            for number, (title, text) in enumerate(self.parts(event, block.span)):
                yield replace(self.piece(event, title, text, series, block.span), depth=min(number, 1))

    def parts(self, event: blocks.Event, span: Span | None) -> list[tuple[Inlines, Inlines]]:
        title = replace(self.styles.body(self.layout, self.size), bold=bool(event.text))
        text = self.styles.body(self.layout, self.styles.smaller(self.size))
        room = self.room - self.size * (_TIGHT + 0.2)
        measure = self.width - self.beside
        return parts_below_a_head(
            event.title, event.text, (title, text), measure, room, self.mark, self.typesetter, span
        )

    @property
    def rule(self) -> float:
        """How far from the left the dots stand."""
        return _DATES * self.width

    @property
    def beside(self) -> float:
        return self.rule + 26

    def piece(self, event: blocks.Event, title: Inlines, text: Inlines, series: Series, span: Span | None) -> Piece:
        """The rule runs on to the next event. `title` and `text` are what is said of this one here."""
        layout, width, size, x, beside = self.layout, self.width, self.size, self.rule, self.beside
        colours = self.styles.theme.colours
        measure = width - beside
        style = replace(self.styles.body(layout, self.styles.aside(size, 0.9)), bold=True, colour=layout.title_colour)
        when = self.typesetter.set((Text(event.when),), style, x - 12, span)
        found: list[Item] = [items.Text(Frame(0, 0, x - 12, when.height), (when,), name="When")]
        bottom = 0.0
        if title:
            style = replace(self.styles.body(layout, size), bold=bool(event.text))
            what = self.typesetter.set(title, style, measure, span)
            found.append(items.Text(Frame(beside, 0, measure, what.height), (what,), name="What"))
            bottom = what.height
        if text:
            style = replace(self.styles.body(layout, self.styles.smaller(size)), colour=layout.muted_colour)
            more = self.typesetter.set(text, style, measure, span)
            bottom += 0.2 * size
            found.append(items.Text(Frame(beside, bottom, measure, more.height), (more,), name="More"))
            bottom += more.height
        height = max(when.height, bottom) + size * _TIGHT
        art = (
            items.Shape(Frame(x + 4.5, 0, 0, height), "line", stroke=colours.rule, stroke_width=1.5),
            items.Shape(Frame(x, size * 0.3, 9, 9), "ellipse", fill=colours.accent),
        )
        name = f"{event.when}: {blocks.plain(event.title)}"
        group = items.Group(Frame(0, 0, width, height), (*art, *found), name, said_by(found))
        return Piece(height, (*title, *text), items=(group,), span=span, series=series, flush=True)
