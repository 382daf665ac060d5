"""Theme → how the parts of a slide's text are set: sizes and colours that go with those of its layout.

Lengths are points.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ijreport.layout.colours import READABLE, contrast, readable
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.theme import LEAST_BODY, Theme
from ijreport.layout.typesetting.text import TextStyle


class SlideStyles(Struct, frozen=True):
    """The styles of a theme."""

    theme: Theme

    @staticmethod
    def body(layout: SlideLayout, size: float) -> TextStyle:
        return TextStyle(size, size * LINE, layout.body_colour, space_after=0.4 * size)

    def tinted(self, layout: SlideLayout) -> tuple[SlideLayout, str]:
        """The layout in colours that can be read on the tint, and the tint; as it is, and "", if links could not be:
        their colour is the theme's."""
        colours = self.theme.colours
        link = layout.title_colour if layout.dark else readable(colours.primary, colours.paper, colours.ink)
        title, body, muted = (
            readable(one, colours.tint, colours.ink)
            for one in (layout.title_colour, layout.body_colour, layout.muted_colour)
        )
        if min(contrast(one, colours.tint) for one in (link, title, body, muted)) < READABLE:
            return layout, ""
        return replace(layout, title_colour=title, body_colour=body, muted_colour=muted), colours.tint

    def smaller(self, size: float) -> float:
        """A size a step down, but never below the theme's smallest."""
        return max(0.9 * size, min(size, self.theme.slide.body[-1]))

    @staticmethod
    def aside(size: float, share: float) -> float:
        """The size of what accompanies other text, never below what can be read from the back of a room."""
        return max(share * size, LEAST_BODY)

    @property
    def gutter(self) -> float:
        """Between columns."""
        return 0.6 * self.theme.slide.margin

    def column_width(self, width: float, count: int) -> float:
        return (width - self.gutter * (count - 1)) / count
