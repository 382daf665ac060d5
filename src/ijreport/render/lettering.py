"""Voices and styles of runs → their character properties on slides (ECMA-376 part 1, 21.1.2.3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from msgspec import Struct

from ijreport.document.blocks import Metadata
from ijreport.layout.items import LayoutName, PlaceholderType
from ijreport.layout.slides.frames import SlideLayout
from ijreport.layout.slides.placeholders import Inherited
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.slide_faces import slide_line
from ijreport.layout.typesetting.text import TextStyle, Voice
from ijreport.render.drawingml import fill, hundredths
from ijreport.render.text_properties import region, typefaces

FURNITURE = frozenset({"foot", "date", "footer", "slide-number"})
"""Placeholders of one plain level: paragraphs are set as their layout has them."""


class Place(Struct, frozen=True):
    """Where a paragraph stands: the kind of its placeholder ("cell" in a table, "" for none), and what it takes from a
    template's."""

    kind: str
    given: Inherited | None = None


CELL = Place("cell")
PLACES = {kind: Place(kind) for kind in get_args(PlaceholderType)}


class Lettering:
    """The character properties of a deck. It has few of them, and runs by thousands.

    `line` is the distance between lines that its typefaces bring by themselves, in ems; `names` are those of colours.
    """

    def __init__(self, theme: Theme, metadata: Metadata, names: Mapping[str, str]) -> None:
        self.language = region(metadata.language)
        fonts = theme.fonts.slide
        self.line = max(map(slide_line, filter(None, (fonts.latin, fonts.heading, fonts.mono))))
        self._theme = theme
        self.names = names
        self._known: dict[tuple[Voice, float, bool, bool, Place, LayoutName], tuple[str, str]] = {}

    def characters(self, voice: Voice, style: TextStyle, place: Place, layout: SlideLayout) -> tuple[str, str]:
        """The attributes and the content of `a:rPr`, without a link."""
        key = (voice, style.size, style.bold, style.italic, place, layout.name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._new(voice, style, place, layout)
        return known

    def _new(self, voice: Voice, style: TextStyle, place: Place, layout: SlideLayout) -> tuple[str, str]:
        """What a placeholder gives is left to the slide's layout."""
        look = voice.look
        size = style.size if look.rise else look.size
        attributes = f'lang="{region(voice.language)}"'
        if voice.language != self.language[: len(voice.language)]:
            attributes += f' altLang="{self.language}"'
        attributes += f' sz="{hundredths(size)}"'
        given = place.given
        bold, italic = style.bold or look.strong, style.italic or look.emphasis
        declared = _declared_colour(layout, place.kind)
        if given:
            attributes += f' b="{bold:d}"' if bold != given.bold else ""
            attributes += f' i="{italic:d}"' if italic != given.italic else ""
            attributes += ' cap="none"' if given.capitals and place.kind != "title" else ""  # it was not measured so
            declared = look.colour if look.link else given.colour  # links have the theme's colour for them
        else:
            attributes += f' b="{bold:d}"' if bold or place.kind == "title" else ""
            attributes += ' i="1"' if italic else ""
        if look.rise:
            attributes += f' baseline="{30000 if look.rise > 0 else -25000}"'
        colour = "" if look.colour == declared else fill(look.colour, self.names)
        fonts = "mj" if place.kind == "title" else "mn"
        return f'{attributes} dirty="0"', colour + typefaces(voice, self._theme, fonts)


def _declared_colour(layout: SlideLayout, slot: str) -> str:
    """The colour that a slide's layout gives to the text of a placeholder."""
    match slot:
        case "title":
            return layout.title_colour
        case "body":
            return layout.body_colour
        case _:
            return layout.muted_colour if slot in FURNITURE else ""
