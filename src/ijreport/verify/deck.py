"""The bytes of a deck + the slides it was drawn from → findings.

Checks are of the package, of the presentation, and of each part: what it says, and what it relates to. Every part is
read, one at a time. What several parts say, laid out for all of them alike, is parsed and looked at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from msgspec import Struct

from ijreport.diagnostics import Diagnostic
from ijreport.layout.items import Slide, Text
from ijreport.layout.units import EMU
from ijreport.verify.deck_accessibility import SLIDE_CHECKS, Palette, palettes
from ijreport.verify.fault import fault
from ijreport.verify.frames import MAIN, PRESENTATION, SHAPE, Box, boxes
from ijreport.verify.package import MEMBER_CHECKS, RELATIONSHIP_CHECKS, ROOT, Package

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
_USED_RELATIONSHIPS = etree.XPath("//@r:*", namespaces={"r": _R[1:-1]}, smart_strings=False)
_SHOWN_NUMBER = re.compile(rb'type="slidenum".*?<a:t>([^<]*)</a:t>', re.DOTALL)
_NO_SLIDE: tuple[int, Slide | None] = (0, None)
_SLACK = 0.01 * EMU
"""A hundredth of a point: what rounding to whole EMU may add up to."""


def verify_deck(
    data: bytes, slides: Sequence[Slide], first: int = 1, count: int | None = None, *, taken_over: bool = False
) -> list[Diagnostic]:
    """What is wrong with the finished deck; nothing, if it came out as laid out.

    Of a stretch of its `count` slides, the first of which has the number `first`, all parts up to the next stretch
    are looked at; with the first stretch also what all slides share, with the last how all parts relate. Masters and
    layouts that were `taken_over` from a template may have art that reaches beyond the slide.
    """
    count = len(slides) if count is None else count
    begins, ends = first == 1, first + len(slides) > count
    try:
        deck = _Deck.open(data, slides, first, count, taken_over)
        checks = (*(MEMBER_CHECKS if begins else ()), *(RELATIONSHIP_CHECKS if ends else ()))
        package_found = [one for check in checks for one in check(deck.package)]
        if package_found:
            return package_found
        found = [*_presentation(deck)] if begins else []
        passed: set[Hashable] = set()
        for name in deck.stretch:
            found += _part(deck, name, passed)
        return found
    except (BadZipFile, etree.XMLSyntaxError) as damage:
        return [fault("deck-damaged", f"the deck cannot be read: {damage}")]


class _Deck(Struct, frozen=True):
    """A deck opened: its package, its main part, and a stretch of the slides laid out, by the names of their parts."""

    package: Package
    main_part: str
    main: Any
    count: int
    """How many slides the whole deck has."""
    slide_parts: tuple[str, ...]
    stretch: tuple[str, ...]
    """The parts to be looked at."""
    laid_out: Mapping[str, tuple[int, Slide]]
    places: Mapping[str, frozenset[tuple[str, str]]]
    """The placeholders of each layout that have a frame, or take their master's."""
    palettes: Mapping[str, Palette]
    """The colours of each layout."""
    taken_over: bool
    """Whether masters and layouts are a template's."""

    @classmethod
    def open(cls, data: bytes, slides: Sequence[Slide], first: int, count: int, taken_over: bool) -> _Deck:
        package = Package(data)
        mains = package.related(ROOT, "officeDocument")
        if len(mains) != 1 or mains[0] not in package:
            raise BadZipFile("it has no main part")
        main = package.tree(mains[0])
        targets = {one.id: one.target for one in package.relationships(mains[0])}
        listed = [targets.get(entry.get(f"{_R}id"), "") for entry in main.iterfind(f"{PRESENTATION}sldIdLst/*")]
        layouts = package.declared("slideLayout+xml")
        own = zip(listed[first - 1 :], slides, strict=False)
        places = {name: place for place, name in enumerate(package.parts)}
        start = places.get(listed[first - 1]) if 1 < first <= len(listed) else 0
        after = first - 1 + len(slides)
        end = places.get(listed[after]) if after < min(count, len(listed)) else None
        return cls(
            package,
            mains[0],
            main,
            count,
            tuple(listed),
            tuple(package.parts[start:end]),
            {name: (number, slide) for number, (name, slide) in enumerate(own, first)},
            {name: frozenset(_framed(package, name)) for name in layouts},
            palettes(package),
            taken_over,
        )

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a slide in EMU."""
        size = self.main.find(f"{PRESENTATION}sldSz")
        return float(size.get("cx")), float(size.get("cy"))


def _framed(package: Package, layout: str) -> Iterator[tuple[str, str]]:
    """The placeholders of a layout that have a frame of their own, or one on its master."""
    found = [box for box in boxes(package.tree(layout)) if box.placeholder]
    kinds: set[str] = set()
    if any(box.edges is None for box in found):
        above = (box for master in package.related(layout, "slideMaster") for box in boxes(package.tree(master)))
        kinds = {box.placeholder[0] for box in above if box.placeholder and box.edges}
    for box in found:
        if box.placeholder and (box.edges or box.placeholder[0] in kinds):
            yield box.placeholder


# -- the presentation ------------------------------------------------------------------------------------------


def _presentation(deck: _Deck) -> Iterator[Diagnostic]:
    """As many slides as were laid out, each listed once, also in the sections; the notes' master is listed."""
    main, package = deck.main, deck.package
    parts = package.declared("presentationml.slide+xml")
    if len(deck.slide_parts) != deck.count or sorted(deck.slide_parts) != sorted(parts):
        counts = f"{deck.count} slides were laid out, {len(deck.slide_parts)} are listed, {len(parts)} are there"
        yield fault("deck-slides", counts)
    ids = [entry.get("id") for entry in main.iterfind(f"{PRESENTATION}sldIdLst/*")]
    in_sections = [entry.get("id") for entry in main.iter(f"{_P14}sldId")]
    if len(set(ids)) != len(ids) or (in_sections and in_sections != ids):
        yield fault("deck-slides", "the lists of slides and of sections do not name each slide once, in order")
    used = {entry.get(f"{_R}id") for entry in main.iterfind(f"{PRESENTATION}notesMasterIdLst/*")}
    masters = {one.id for one in package.relationships(deck.main_part) if one.type == "notesMaster"}
    if used != masters or (not masters and package.declared("notesSlide+xml")):
        yield fault("deck-notes", "the master of the notes is not listed")


# -- parts -----------------------------------------------------------------------------------------------------


def _part(deck: _Deck, name: str, passed: set[Hashable]) -> list[Diagnostic]:
    """The faults of a part. `passed` knows what parts say that have passed."""
    part = _Part(deck, name, deck.package.read(name))
    if not part.kind.endswith("xml"):
        return []
    try:
        says = part.says
        found = [] if says in passed else _faults(part, _SAID)
        if not found:
            passed.add(says)
        return found + _faults(part, _RELATED)
    except etree.XMLSyntaxError as error:
        return [fault("deck-xml", f"'{name}' is not well-formed: {error}")]


def _faults(part: _Part, table: _Checks) -> list[Diagnostic]:
    checks = (check for ending, checks in table.items() if part.kind.endswith(ending) for check in checks)
    return [found for check in checks for found in check(part)]


class _Part:
    """One part under examination."""

    def __init__(self, deck: _Deck, name: str, data: bytes) -> None:
        self.deck = deck
        self.name = name
        self.kind = deck.package.type_of(name)
        self.number, self.slide = deck.laid_out.get(name, _NO_SLIDE)
        self._data = data

    @cached_property
    def tree(self) -> Any:
        return self.deck.package.parsed(self._data)

    @cached_property
    def shown_number(self) -> re.Match[bytes] | None:
        """Where a slide shows its number."""
        return _SHOWN_NUMBER.search(self._data) if self.slide else None

    @property
    def says(self) -> Hashable:
        """All that the checks of what a part says look at, but for its own number."""
        ids = tuple(one.id for one in self.deck.package.relationships(self.name))
        text, shown = self._data, self.shown_number
        if shown:
            text = text[: shown.start(1)] + text[shown.end(1) :]
        return self.kind, id(self.slide and self.slide.items), *self.related("slideLayout"), ids, text

    @cached_property
    def boxes(self) -> list[Box]:
        return boxes(self.tree)

    @property
    def place(self) -> str:
        return f"slide {self.number}" if self.slide else f"'{self.name}'"

    @property
    def palette(self) -> Palette | None:
        return next((self.deck.palettes[one] for one in self.related("slideLayout") if one in self.deck.palettes), None)

    @cached_property
    def placeholders(self) -> frozenset[tuple[str, str]]:
        """Those of its layout."""
        return frozenset().union(*(self.deck.places[layout] for layout in self.related("slideLayout")))

    def related(self, kind: str) -> list[str]:
        return self.deck.package.related(self.name, kind)


def _references(part: _Part) -> Iterator[Diagnostic]:
    """Every relationship that the XML uses is declared. An empty id is that of a link to its own slide."""
    used = _USED_RELATIONSHIPS(part.tree)
    known = {"", *(one.id for one in part.deck.package.relationships(part.name))} if used else ()
    for id in used:
        if id not in known:
            yield fault("deck-relationships", f"{part.place} uses the relationship '{id}', which it has not")


def _shape_ids(part: _Part) -> Iterator[Diagnostic]:
    ids = [one.get("id") for one in part.tree.iter(f"{PRESENTATION}cNvPr")]
    if len(set(ids)) != len(ids):
        twice = ", ".join(sorted(id for id, count in Counter(ids).items() if count > 1))
        yield fault("deck-shape-ids", f"{part.place} has more than one shape with the id {twice}")


def _frames(part: _Part) -> Iterator[Diagnostic]:
    """Nothing lies beyond the slide; what has no frame of its own has one on the slide's layout."""
    width, height = part.deck.size
    for box in part.boxes:
        if box.edges:
            if part.deck.taken_over and not part.slide:
                continue
            left, top, right, bottom = box.edges
            if left < -_SLACK or top < -_SLACK or right > width + _SLACK or bottom > height + _SLACK:
                places = ", ".join(f"{value / EMU:.1f}" for value in box.edges)
                yield fault("deck-frames", f"'{box.name}' on {part.place} lies beyond it: {places} pt")
        elif part.slide and box.placeholder not in part.placeholders:
            yield fault("deck-frames", f"'{box.name}' on {part.place} has no frame, and its layout gives it none")


def _placeholders(part: _Part) -> Iterator[Diagnostic]:
    """No placeholder is empty, each is one of the layout, and one is the title, with the text that was laid out."""
    titles = []
    for box in part.boxes:
        if box.placeholder is None:
            continue
        if box.shape.tag == SHAPE and not _says(box.shape):
            yield fault("deck-placeholders", f"the placeholder '{box.name}' on {part.place} is empty")
        if part.slide and box.placeholder not in part.placeholders:
            yield fault("deck-placeholders", f"the layout of {part.place} has no placeholder for '{box.name}'")
        if box.placeholder[0] == "title":
            titles.append(_text(box.shape))
    meant = (
        [_said(item) for item in part.slide.items if isinstance(item, Text) and item.placeholder == "title"]
        if part.slide
        else []
    )
    if len(titles) != 1 or titles != meant:
        shown = " and ".join(f"'{title}'" for title in titles) or "nothing"
        yield fault("deck-titles", f"the title of {part.place} is {shown}, not '{' and '.join(meant)}'")


def _own_number(part: _Part) -> Iterator[Diagnostic]:
    """A slide that shows a number shows its own."""
    shown = part.shown_number
    if shown and shown[1] != b"%d" % part.number:
        yield fault("deck-placeholders", f"{part.place} says that it is number '{shown[1].decode(errors='replace')}'")


def _notes(part: _Part) -> Iterator[Diagnostic]:
    """A slide has a page of notes, which knows the slide, if notes were laid out for it."""
    pages = part.related("notesSlide")
    meant = bool(part.slide and part.slide.notes)
    if len(pages) != meant or any(part.deck.package.related(page, "slide") != [part.name] for page in pages):
        yield fault("deck-notes", f"{part.place} has {len(pages)} pages of notes of its own, not {int(meant)}")


def _notes_text(part: _Part) -> Iterator[Diagnostic]:
    if not _says(part.tree):
        yield fault("deck-notes", f"the page of notes {part.place} is empty")


def _workbook(part: _Part) -> Iterator[Diagnostic]:
    """The chart's data can be edited: its workbook is in the package."""
    id = next((one.get(f"{_R}id") for one in part.tree.iter(f"{_C}externalData")), None)
    books = {one.id: one.target for one in part.deck.package.relationships(part.name)}
    if id not in books or not part.deck.package.read(books[id]).startswith(b"PK\3\4"):
        yield fault("deck-charts", f"the chart {part.place} has no workbook")


def _axes(part: _Part) -> Iterator[Diagnostic]:
    """Axes have positive ids (some programs write negative ones) and cross an axis that is there."""
    used = [one.get("val") for one in part.tree.iter(f"{_C}axId", f"{_C}crossAx")]
    axes = {
        one.get("val") for plot in part.tree.iter(f"{_C}plotArea") for one in plot.iterfind(f"*[{_C}crossAx]/{_C}axId")
    }
    for id in used:
        if not id.isdigit() or int(id) == 0 or id not in axes:
            yield fault("deck-charts", f"the chart {part.place} uses the axis '{id}', which it has not")


_Checks = Mapping[str, tuple[Callable[[_Part], Iterator[Diagnostic]], ...]]
"""Which checks a part must pass, by the end of its content type."""

_SAID: _Checks = {
    "xml": (_references,),
    "presentationml.slide+xml": (_shape_ids, _frames, _placeholders, *SLIDE_CHECKS),
    "slideLayout+xml": (_shape_ids, _frames),
    "slideMaster+xml": (_shape_ids, _frames),
    "notesSlide+xml": (_shape_ids, _notes_text),
    "drawingml.chart+xml": (_axes,),
}
"""Those that look at nothing but what `_Part.says` holds: one look serves all parts that say the same."""

_RELATED: _Checks = {
    "presentationml.slide+xml": (_own_number, _notes),
    "drawingml.chart+xml": (_workbook,),
}
"""Those of what sets a part apart from others that say the same."""


def _says(shape: Any) -> bool:
    """Whether there is any text in a shape but white space."""
    for one in shape.iter(f"{MAIN}t"):
        text = one.text
        if text and not text.isspace():
            return True
    return False


def _text(shape: Any) -> str:
    return "".join("\n" if one.tag == f"{MAIN}br" else one.text or "" for one in shape.iter(f"{MAIN}t", f"{MAIN}br"))


def _said(item: Text) -> str:
    return "".join(run.text for paragraph in item.paragraphs for run in paragraph.runs)
