"""Slides of items → the bytes of an editable presentation (ECMA-376 part 1).

Text, tables, charts, groups and notes are native ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from ijreport.document.blocks import Metadata
from ijreport.layout import items
from ijreport.layout.items import LayoutName, Slide
from ijreport.layout.theme import Theme
from ijreport.render.chart_part import ChartPart, chart_part
from ijreport.render.drawingml import RELATIONSHIPS
from ijreport.render.lettering import Lettering
from ijreport.render.master import Deck, finish, theme_xml
from ijreport.render.notes_page import NotesPages
from ijreport.render.package import Bundle, Package, Packed, Packing, Part, bundled, package_archive
from ijreport.render.slide_xml import Chart, Drawn, Target, draw
from ijreport.render.workbook import Workbooks

_PML = "application/vnd.openxmlformats-officedocument.presentationml."
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DIGITS = 16
"""Hexadecimal digits of its SHA-256 that tell a picture from all others."""


def draw_slides(
    deck: Deck, slides: Sequence[Slide], first: int, ids: Sequence[Sequence[str]], metadata: Metadata, theme: Theme
) -> DrawnStretch:
    """A stretch of slides, the first of which has the number `first` in its deck.

    `ids` are what links name each slide of the whole deck by.
    """
    stretch = _Stretch(deck, theme, metadata, ids)
    for number, slide in enumerate(slides, first):
        stretch.add(slide, number)
    return stretch.packed()


def finished(
    deck: Deck, stretches: Sequence[DrawnStretch], slides: Sequence[Slide], metadata: Metadata, theme: Theme
) -> bytes:
    """The file of slides that are drawn. Of the slides, only titles and sections are read."""
    finish(deck, theme, metadata, _slide_parts(len(slides)), _sections(slides, metadata))
    pictures = {part.name: part for one in stretches for part in one.pictures}
    return package_archive(
        [bundled(deck.package.packed()), *(one.parts for one in stretches), bundled([*pictures.values()])]
    )


class DrawnStretch(Struct, frozen=True):
    """The parts of a stretch of slides, but for its pictures: other stretches may have the same ones."""

    parts: Bundle
    pictures: list[Packed]


def _slide_parts(count: int) -> list[Part]:
    return [Part(f"/ppt/slides/slide{number}.xml", f"{_PML}slide+xml") for number in range(1, count + 1)]


def _sections(slides: Sequence[Slide], metadata: Metadata) -> list[tuple[str, int]]:
    """The deck's sections: each begins at a divider slide, the first at the cover."""
    sections: list[tuple[str, int]] = []
    for slide in slides:
        if slide.section or not sections:
            sections.append((slide.section or metadata.title, 0))
        name, count = sections[-1]
        sections[-1] = (name, count + 1)
    return sections


class _Stretch:
    """Slides as parts, and the package that they are gathered in, with what they relate to.

    What slides have in common because they say the same is drawn once: it is known by its identity, since all of them
    live as long as this.
    """

    def __init__(self, deck: Deck, theme: Theme, metadata: Metadata, ids: Sequence[Sequence[str]]) -> None:
        self.package = Package()
        self._deck = deck
        self._theme = theme
        self._slides = _slide_parts(len(ids))
        self._ids = {name: number for number, names in enumerate(ids, 1) for name in names}
        self._lettering = Lettering(theme, metadata, deck.names)
        self._workbooks = Workbooks(theme_xml(theme))
        self._pictures: dict[str, Part] = {}
        self._drawn: dict[tuple[int, LayoutName], Drawn] = {}
        self._charts: dict[int, ChartPart] = {}
        self._notes = NotesPages(self.package, deck.notes_master, theme)

    def add(self, slide: Slide, number: int) -> None:
        """Draw a slide, its notes, and what is on it."""
        part = self.package.add(self._slides[number - 1])
        part.relate(self._deck.layouts[slide.layout], f"{RELATIONSHIPS}/slideLayout")
        drawn = self._draw(slide, number)
        for target, id in drawn.targets.items():
            self._relate(part, id, target, number)
        first, *rest = drawn.xml
        part.pieces = (first, *(one for piece in rest for one in (b"%d" % number, piece)))
        if slide.notes:
            self._notes.add(slide, part, number)

    def packed(self) -> DrawnStretch:
        packing = Packing()
        pictures = self._pictures.values()
        own = [packing.packed(part) for part in self.package.parts]
        return DrawnStretch(bundled(own), [packing.packed(part) for part in pictures])

    def _draw(self, slide: Slide, number: int) -> Drawn:
        """Links to the slide itself set it apart from others that have them too."""
        key = id(slide.items), slide.layout
        known = self._drawn.get(key)
        if known is None or number in known.targets:
            known = draw(slide, number, self._deck.frames[slide.layout], self._lettering, self._ids)
            if not known.itself:
                self._drawn[key] = known
        return known

    def _relate(self, part: Part, id: str, target: Target, number: int) -> None:
        """Add a relationship of a slide, and what it leads to if that is not there yet."""
        match target:
            case int():
                part.adopt(id, self._slides[target - 1], f"{RELATIONSHIPS}/slide")
            case str():
                part.adopt(id, target, f"{RELATIONSHIPS}/hyperlink")
            case bytes():
                part.adopt(id, self._picture(target), f"{RELATIONSHIPS}/image")
            case Chart():
                part.adopt(id, self._chart(target.item, f"{number}-{target.shape}"), f"{RELATIONSHIPS}/chart")
            case _:
                assert_never(target)

    def _picture(self, data: bytes) -> Part:
        """The part of a picture, named by its bytes: the same ones are stored once."""
        digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
        if digest not in self._pictures:
            kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
            part = Part(f"/ppt/media/image-{digest}.{kind}", f"image/{kind}", data)
            self._pictures[digest] = part
        return self._pictures[digest]

    def _chart(self, item: items.Chart, name: str) -> Part:
        """The part of a chart, with its workbook. `name` is what sets it apart from the deck's other charts."""
        made = self._charts.get(id(item.block))
        if made is None:
            language, names = self._lettering.language, self._lettering.names
            made = chart_part(item.block, self._theme, language, self._workbooks, names)
            self._charts[id(item.block)] = made
        part = self.package.add(Part(f"/ppt/charts/chart{name}.xml", _CHART_TYPE, made.xml))
        place = f"/ppt/embeddings/Microsoft_Excel_Sheet{name}.xlsx"
        workbook = self.package.add(Part(place, _WORKBOOK_TYPE, made.workbook))
        part.relate(workbook, f"{RELATIONSHIPS}/package")
        return part
