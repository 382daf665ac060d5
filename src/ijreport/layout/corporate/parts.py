"""Masters, layouts and themes of an untrusted package → the parts that a deck takes over, cleaned.

A deck gets what makes the template's look: its masters with all their layouts, their themes, and the pictures in them.
Everything else stays behind: sample slides, notes and handout masters, properties, thumbnails, printer settings, tags,
comments, custom XML, embedded fonts, sounds and films. Of what is taken over, this is removed:

- macros, ActiveX controls and OLE objects, and whatever is linked and not contained (reported);
- animations and transitions, which may name any of these, and tags (not reported).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from msgspec import Struct

from ijreport.layout.corporate.colours import DML
from ijreport.layout.corporate.untrusted_package import RefusedPackage, Relation, UntrustedPackage, whole_number

PML = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"

_KEPT: Mapping[str, frozenset[str]] = {
    "slideMaster": frozenset({"slideLayout", "theme", "image"}),
    "slideLayout": frozenset({"slideMaster", "image"}),
    "theme": frozenset({"image"}),
}
"""The kinds of relationships that a kind of part keeps, besides links to the web."""
_PICTURES = {
    "image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/bmp": "bmp",
    "image/tiff": "tiff", "image/x-emf": "emf", "image/emf": "emf", "image/x-wmf": "wmf", "image/wmf": "wmf",
}  # fmt: skip
"""Pictures that are taken over, with their file's extension. An SVG's twin, a PNG beside it, stands in for it."""
_ID = re.compile(r"[A-Za-z0-9_.-]+")
_WEB = ("https://", "http://", "mailto:")
_QUIET = frozenset({"tags", "customXml", "hdphoto", "slide", "image"})
"""What is left behind without a word: it shows nothing, or its twin shows it."""
_SHAPES = frozenset(PML + name for name in ("sp", "pic", "graphicFrame", "cxnSp", "grpSp", "contentPart"))
_REMOVABLE = _SHAPES | {PML + "bg", PML + "controls", PML + "custDataLst", DML + "ext", PML + "ext", DML + "hlinkClick",
                        DML + "hlinkHover", DML + "hlinkMouseOver", DML + "blipFill", _ALTERNATE}  # fmt: skip
_MOVING = (PML + "timing", PML + "transition", PML + "custDataLst")


class TemplatePart(Struct, frozen=True):
    """A part that the deck takes over under a name of its own. `relations` lead to other such parts, or to the web."""

    name: str
    content_type: str
    data: bytes
    relations: tuple[Relation, ...]


class Cleaner:
    """Cleans the parts of one package, tree by tree, and remembers what was removed."""

    def __init__(self, package: UntrustedPackage) -> None:
        self.package = package
        self.removed: dict[str, None] = {}
        self._relations: dict[str, tuple[Relation, ...]] = {}
        if any("vbaproject" in name.lower() for name in package.names):
            self.removed["macros"] = None

    def clean(self, name: str, kind: str) -> Any:
        """The tree of a master, layout or theme without what may not be taken over."""
        root = self.package.tree(name)
        if root.tag not in (
            PML + {"slideMaster": "sldMaster", "slideLayout": "sldLayout"}.get(kind, ""),
            DML + "theme",
        ):
            raise RefusedPackage(f"its part '{name}' is no {kind} of the transitional format", "save it as .potx")
        relations = [one for one in self.package.relations(name) if self._may_stay(one, kind)]
        kept = {one.id for one in relations}
        dropped = {one.id: one for one in self.package.relations(name) if one.id not in kept}
        for element in [one for one in root.iter() if one.tag in _MOVING]:
            _remove(element)
        for element in list(root.iter()):
            for attribute, id in element.items():
                if attribute.startswith(_RELATED) and id and id not in kept:
                    self._drop(element, dropped.get(id))
        _whole_shapes(root, name)
        _number_apart(root, kind)
        used = {id for one in root.iter() for key, id in one.items() if key.startswith(_RELATED)}
        implied = ("slideMaster", "theme")  # named by nothing in the XML
        self._relations[name] = tuple(one for one in relations if one.id in used or one.kind in implied)
        return root

    def part(self, name: str) -> TemplatePart:
        """A part in its final state: one that was cleaned, or a picture."""
        if name in self._relations:
            data = etree.tostring(self.package.tree(name), encoding="UTF-8", standalone=True)
            return TemplatePart(name, self.package.type_of(name), data, self._relations[name])
        return TemplatePart(name, self.package.type_of(name), self.package.read(name), ())

    def relations(self, name: str) -> tuple[Relation, ...]:
        """The relationships that a cleaned part has kept."""
        return self._relations.get(name, ())

    def _may_stay(self, one: Relation, kind: str) -> bool:
        if not _ID.fullmatch(one.id):
            return False
        if one.external:
            return one.kind == "hyperlink" and one.target.lower().startswith(_WEB) and kind != "theme"
        if one.kind not in _KEPT[kind] or one.target not in self.package:
            return False
        return one.kind != "image" or self.package.type_of(one.target) in _PICTURES

    def _drop(self, element: Any, relation: Relation | None) -> None:
        """Remove the smallest thing that can be left out with a reference that leads to nothing any more."""
        found = element
        while found is not None and found.tag not in _REMOVABLE:
            found = found.getparent()
        if found is None or found.getparent() is None:
            return  # it was removed with something larger
        wrapped = next(found.iterancestors(_ALTERNATE), None)
        if relation is not None and (relation.external or relation.kind not in _QUIET):
            self.removed[_said(relation)] = None
        if found.tag == DML + "blipFill" and wrapped is None:
            plain = etree.SubElement(found.getparent(), DML + "solidFill")
            etree.SubElement(plain, DML + "schemeClr", val="phClr")
            found.getparent().replace(found, plain)
        else:
            _remove(found if wrapped is None else wrapped)


def _said(relation: Relation) -> str:
    """What was removed, in words."""
    match relation.kind:
        case "oleObject" | "package":
            return "OLE objects"
        case "control" | "activeXControlBinary":
            return "ActiveX controls"
        case "image" | "video" | "audio" | "media":
            return "linked pictures" if relation.kind == "image" else "sound and film"
        case "hyperlink":
            return "links that lead neither to the web nor to a mailbox"
        case kind:
            return f"parts of the kind '{kind[:40]}'"


def picture_extension(content_type: str) -> str:
    """The extension of a picture's file; "" for a part that is none that can be taken over."""
    return _PICTURES.get(content_type, "")


_PLACES = {PML + "sp": 1, PML + "pic": 2, PML + "cxnSp": 1, PML + "graphicFrame": 1, PML + "grpSp": 1}
"""Where a shape keeps its own properties, behind those that show nothing."""


def _whole_shapes(root: Any, part: str) -> None:
    """Refuse shapes without what every one has, in its order: name, locks, placeholder; place (19.3.1.43 and so on)."""
    for shape in root.iter(*_PLACES):
        named = len(shape) > _PLACES[shape.tag] and len(shape[0]) == 3 and shape[0][0].tag == PML + "cNvPr"
        if not named or shape[0][2].tag != PML + "nvPr":
            raise RefusedPackage(f"a shape of its part '{part}' is not whole")


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _number_apart(root: Any, kind: str) -> None:
    """Give shapes that share an id, and placeholders of a layout that share an index, ones of their own.

    LibreOffice writes both; a slide could not tell such placeholders apart (19.3.1.36).
    """
    shapes = list(root.iter(PML + "cNvPr"))
    _renumber(shapes, "id", 1 + max((whole_number(one, "id") for one in shapes), default=0))
    if kind == "slideLayout":
        bodies = [one for one in root.iter(PML + "ph") if one.get("type", "obj") not in ("title", "ctrTitle")]
        _renumber(bodies, "idx", 1 + max((whole_number(one, "idx") for one in bodies), default=0))


def _renumber(elements: list[Any], attribute: str, free: int) -> None:
    taken: set[int] = set()
    for element in elements:
        number = whole_number(element, attribute)
        if number in taken or (number == 0 and attribute == "idx"):
            number, free = free, free + 1
            element.set(attribute, str(number))
        taken.add(number)
