"""A slide's XML and its layout's colours → whether people who do not see it, or not well, get all that it says.

What an author decides is checked where it is read: a title, an alternative text. Here it is looked for in the finished
file, together with what only that can tell: reading order, language, contrast (WCAG 2.2, 1.1.1, 1.3.2, 1.4.3, 3.1.2).
That each title is the one laid out, and not empty, is checked with the placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostic
from ijreport.layout.colours import READABLE, READABLE_LARGE, contrast
from ijreport.layout.typesetting.scripts import script_language
from ijreport.verify.fault import fault
from ijreport.verify.frames import MAIN, PRESENTATION, SHAPE, Box, boxes
from ijreport.verify.package import Package

_RUN, _PROPERTIES, _TEXT, _FILL = f"{MAIN}r", f"{MAIN}rPr", f"{MAIN}t", f"{MAIN}solidFill"
_LINK = f"{MAIN}hlinkClick"
_GROUP, _TEXT_BODY = f"{PRESENTATION}grpSp", f"{PRESENTATION}txBody"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_SPEECHLESS = etree.XPath("//a:r[not(a:rPr/@lang != '')]", namespaces={"a": MAIN[1:-1]})
_FAR = re.compile("[^\x00-\u08ff\u2000-\u2e7f]")
"""Characters beyond the European and Semitic scripts and common punctuation: those that a script may claim here."""
_FURNITURE = ("dt", "ftr", "sldNum")
_LARGE, _LARGE_BOLD = 1800, 1400
"""Sizes, in hundredths of a point, from which text counts as large (WCAG 2.2, "large scale")."""
_POINT = 12700
_ROUNDING = 0.005
Edges = tuple[float, float, float, float]


_TREE = f"{PRESENTATION}cSld/{PRESENTATION}spTree"
_SOLID = f"{PRESENTATION}cSld/{PRESENTATION}bg/{PRESENTATION}bgPr"
_OVERRIDE = f"{PRESENTATION}clrMapOvr/{MAIN}overrideClrMapping"
_FIRST_LEVEL = f"{MAIN}lvl1pPr/{MAIN}defRPr"
_OWN_STYLE = f"{_TEXT_BODY}/{MAIN}lstStyle/{_FIRST_LEVEL}"
_STYLES = {"title": "titleStyle", "body": "bodyStyle"}


class Palette(Struct, frozen=True):
    """The colours (#RRGGBB) of slides on one layout; what cannot be told for certain (gradients, pictures, shades) is
    not in it. `scheme` has the theme's, `names` what a slide calls them."""

    scheme: Mapping[str, str]
    names: Mapping[str, str]
    ground: str = ""
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Of text in each kind of placeholder."""

    def on(self, slide: Any) -> Palette:
        """With what a slide (or a layout) calls the theme's colours by itself."""
        own = slide.find(_OVERRIDE)
        return self if own is None else replace(self, names=dict(own.attrib))

    def named(self, name: str) -> str:
        return self.scheme.get(self.names.get(name, name), "")

    def fill(self, properties: Any) -> str:
        """The colour of the solid fill that an element has; "" for none, or one that is computed."""
        fill = None if properties is None else properties.find(_FILL)
        if fill is None or not len(fill) or len(fill[0]):
            return ""
        value = str(fill[0].get("val", ""))
        match fill[0].tag.removeprefix(MAIN):
            case "srgbClr":
                return f"#{value.upper()}"
            case "schemeClr":
                return self.named(value)
            case _:
                return ""


def palettes(package: Package) -> dict[str, Palette]:
    """The palette of each layout of a deck, by the name of its part."""
    found: dict[str, Palette] = {}
    for name in package.declared("slideLayout+xml"):
        for master in package.related(name, "slideMaster"):
            for theme in package.related(master, "theme"):
                found[name] = _palette(package.tree(name), package.tree(master), package.tree(theme))
    return found


def _palette(layout: Any, master: Any, theme: Any) -> Palette:
    colours = theme.find(f"{MAIN}themeElements/{MAIN}clrScheme")
    scheme = {
        one.tag.removeprefix(MAIN): f"#{one[0].get('lastClr') or one[0].get('val')}".upper()
        for one in colours
        if len(one)
    }
    common = Palette(scheme, dict(master.find(f"{PRESENTATION}clrMap").attrib))
    own = common.on(layout)
    grounds = ((own, layout.find(_SOLID)), (common, master.find(_SOLID)))
    ground = next((palette.fill(properties) for palette, properties in grounds if properties is not None), "")
    styles = {
        kind: common.fill(master.find(f"{PRESENTATION}txStyles/{PRESENTATION}{style}/{_FIRST_LEVEL}"))
        for kind, style in _STYLES.items()
    }
    for box in boxes(master):
        if box.placeholder is not None and (colour := common.fill(box.shape.find(_OWN_STYLE))):
            styles[_kind(box)] = colour
    texts = {
        box.placeholder: own.fill(box.shape.find(_OWN_STYLE)) or styles.get(_kind(box), "")
        for box in boxes(layout)
        if box.placeholder is not None
    }
    return replace(own, ground=ground, texts=texts)


class Part(Protocol):
    """A slide under examination."""

    @property
    def tree(self) -> Any: ...
    @property
    def boxes(self) -> Sequence[Box]: ...
    @property
    def place(self) -> str: ...
    @property
    def palette(self) -> Palette | None: ...


def _shown(part: Part) -> list[Box]:
    """What stands on the slide itself, groups as a whole."""
    tree = part.tree.find(_TREE)
    return [box for box in part.boxes if box.shape.getparent() is tree]


# -- what is described, and in what order ----------------------------------------------------------------------


def _described(part: Part) -> Iterator[Diagnostic]:
    """Pictures, charts, tables and groups have an alternative text; other shapes without text are decoration."""
    for box in _shown(part):
        shape = box.shape
        if shape.tag == SHAPE and shape.find(_TEXT_BODY) is not None:
            continue
        named = shape[0][0]
        if not named.get("descr", "").strip() and not _is_decorative(shape):
            yield fault("deck-alt-text", f"'{box.name}' on {part.place} has no alternative text")


def _is_decorative(shape: Any) -> bool:
    mark = next(shape[0][0].iter(_DECORATIVE), None)
    return mark is not None and mark.get("val", "1") == "1"


def _in_order(part: Part) -> Iterator[Diagnostic]:
    """What is read goes from the title downwards: no shape follows one that stands wholly below it."""
    read = [
        box
        for box in _shown(part)
        if _kind(box) not in _FURNITURE and not (box.placeholder is None and _is_decorative(box.shape))
    ]
    if any(_kind(box) == "title" for box in read[1:]):
        yield fault("deck-reading-order", f"the title of {part.place} is not read first")
    for before, after in pairwise(read):
        if before.edges and after.edges and after.edges[3] <= before.edges[1]:
            across = min(before.edges[2], after.edges[2]) - max(before.edges[0], after.edges[0])
            if across > _POINT:
                names = f"'{after.name}' is read after '{before.name}' on {part.place}"
                yield fault("deck-reading-order", f"{names}, but stands above it")


def _kind(box: Box) -> str:
    return box.placeholder[0] if box.placeholder else ""


# -- text ------------------------------------------------------------------------------------------------------


def _languages(part: Part) -> Iterator[Diagnostic]:
    """Every run says its language, and one in a script of another language that one."""
    for run in _SPEECHLESS(part.tree):
        yield fault("deck-language", f"'{_said(run)}' on {part.place} does not say its language")
    for text in part.tree.iter(_TEXT):
        if text.text and not text.text.isascii() and (far := _FAR.findall(text.text)):
            properties = text.getparent().find(_PROPERTIES)
            language = "" if properties is None else properties.get("lang", "")
            meant = next(filter(None, map(script_language, far)), "")
            if language and not language.startswith(meant):
                said = _said(text.getparent())
                yield fault("deck-language", f"'{said}' on {part.place} is said to be {language}, not {meant}")


def _said(run: Any) -> str:
    return (run.findtext(_TEXT) or "")[:40]


def _contrasts(part: Part) -> Iterator[Diagnostic]:
    """Text can be told from its ground, as far as the theme's own ink and paper can.

    Footer, date and number are passed over: their colours are the layout's on every slide.
    """
    if part.palette is None:
        return
    palette = part.palette.on(part.tree)
    grounds: list[tuple[Edges, str]] = []
    for box in part.boxes:
        if box.shape.tag == _GROUP or _kind(box) in _FURNITURE:
            continue
        if box.shape.tag == SHAPE and box.shape.find(_TEXT_BODY) is None:
            if box.edges:
                grounds.append((box.edges, palette.fill(box.shape.find(f"{PRESENTATION}spPr"))))
            continue
        under = [ground for edges, ground in grounds if box.edges and _holds(edges, box.edges)]
        inherited = palette.texts.get(box.placeholder, "") if box.placeholder and box.shape.tag == SHAPE else ""
        yield from _legible(part, box, palette, under[-1] if under else palette.ground, inherited)


def _legible(part: Part, box: Box, palette: Palette, ground: str, inherited: str) -> Iterator[Diagnostic]:
    """The runs of one shape against its ground; those of one look are told once."""
    if not ground:
        return
    best = max((contrast(one, ground) for one in map(palette.named, ("tx1", "bg1")) if one), default=0.0)
    seen: set[tuple[str, str | None]] = {("", None)}
    for ink, properties in _inks(box, palette, inherited):
        look = (ink, properties.get("sz")) if ink else ("", None)
        if look in seen:
            continue
        seen.add(look)
        size = int(properties.get("sz", "0"))
        large = size >= _LARGE or (size >= _LARGE_BOLD and properties.get("b") == "1")
        ratio = contrast(ink, ground)
        if ratio < min(READABLE_LARGE if large else READABLE, best) - _ROUNDING:
            said = _said(properties.getparent())
            yield fault("deck-contrast", f"'{said}' on {part.place} is {ink} on {ground}, which is {ratio:.2f} : 1")


def _inks(box: Box, palette: Palette, inherited: str) -> Iterator[tuple[str, Any]]:
    """The colours of a shape's runs, with the properties of each: its own one, that of links, or what it inherits."""
    for properties in box.shape.iter(_PROPERTIES):
        if not len(properties):
            yield inherited, properties
        elif properties.find(_LINK) is not None:
            yield palette.named("hlink"), properties
        else:
            yield palette.fill(properties) or inherited, properties


def _holds(outer: Edges, inner: Edges) -> bool:
    return (
        outer[0] <= inner[0] + _POINT
        and outer[1] <= inner[1] + _POINT
        and outer[2] >= inner[2] - _POINT
        and outer[3] >= inner[3] - _POINT
    )


SLIDE_CHECKS: tuple[Callable[[Part], Iterator[Diagnostic]], ...] = (_described, _in_order, _languages, _contrasts)
