"""The XML of a slide, layout or master → its shapes with their places on the slide (ECMA-376 part 1, 20.1.7)."""

from __future__ import annotations

from typing import Any, NamedTuple

MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

SHAPE, _GROUP = f"{PRESENTATION}sp", f"{PRESENTATION}grpSp"
_SHAPES = {
    SHAPE: 1,
    f"{PRESENTATION}pic": 2,
    f"{PRESENTATION}cxnSp": 1,
    f"{PRESENTATION}graphicFrame": 1,
    _GROUP: 1,
}
"""What stands on a slide, and which of its children (by their order in the schema) keeps its place."""

_TRANSFORM = f"{MAIN}xfrm"
_PLACE = f"{PRESENTATION}xfrm"
"""The transform of a graphic frame, which has no properties around it (19.3.1.53)."""

_PLACEHOLDER = f"{PRESENTATION}ph"
_LAYOUT_TYPES = {"ctrTitle": "title", "subTitle": "body", "": "body", "obj": "body"}
"""Kinds of placeholder that are one when a slide looks for its own on the layout."""


class Box(NamedTuple):
    """A shape and its left, top, right and bottom edge in EMU; no edges where it takes its layout's place.

    `placeholder` is what finds its like on the layout, the kind and for bodies the index; None if it is none.
    """

    shape: Any
    name: str
    edges: tuple[float, float, float, float] | None
    placeholder: tuple[str, str] | None


def boxes(root: Any) -> list[Box]:
    """The boxes of all shapes of a part, those of groups and of what is in them alike."""
    found: list[Box] = []
    tree = root.find(f"{PRESENTATION}cSld/{PRESENTATION}spTree")
    if tree is not None:
        _below(tree, (0.0, 0.0, 1.0, 1.0), found)
    return found


def _below(parent: Any, system: tuple[float, float, float, float], found: list[Box]) -> None:
    """`system` turns the coordinates of the shapes below into the slide's: offsets and scales of x and y.

    Children are taken by their place in the schema's order: to look for them by name takes most of verifying.
    """
    x0, y0, across, down = system
    for shape in parent:
        tag = shape.tag
        place = _SHAPES.get(tag)
        if place is None:
            continue
        properties = shape[0]
        name = properties[0].get("name", "")
        key = None
        for first in properties[-1]:
            key = _placeholder_key(first) if first.tag == _PLACEHOLDER else None
            break
        transform = shape[place]
        if transform.tag != _PLACE:
            transform = transform[0] if len(transform) else None
            if transform is None or transform.tag != _TRANSFORM:
                found.append(Box(shape, name, None, key))
                continue
        x, y = _pair(transform, "off", "x", "y")
        width, height = _pair(transform, "ext", "cx", "cy")
        left, top = x0 + across * x, y0 + down * y
        edges = (left, top, left + across * width, top + down * height)
        found.append(Box(shape, name, edges, key))
        if tag == _GROUP:
            inner_x, inner_y = _pair(transform, "chOff", "x", "y")
            inner_width, inner_height = _pair(transform, "chExt", "cx", "cy")
            wider = (edges[2] - edges[0]) / inner_width if inner_width else 1.0
            taller = (edges[3] - edges[1]) / inner_height if inner_height else 1.0
            _below(shape, (left - wider * inner_x, top - taller * inner_y, wider, taller), found)


def _placeholder_key(placeholder: Any) -> tuple[str, str]:
    kind = placeholder.get("type", "")
    kind = _LAYOUT_TYPES.get(kind, kind)
    return kind, placeholder.get("idx", "0") if kind == "body" else ""


def _pair(transform: Any, tag: str, first: str, second: str) -> tuple[float, float]:
    element = transform.find(MAIN + tag)
    return (0.0, 0.0) if element is None else (float(element.get(first)), float(element.get(second)))
