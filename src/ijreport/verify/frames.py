"""The XML of a slide, layout or master → its shapes with their places on the slide (ECMA-376 part 1, 20.1.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_GROUP = f"{PRESENTATION}grpSp"
_SHAPES = {
    f"{PRESENTATION}sp": f"{PRESENTATION}spPr/{MAIN}xfrm",
    f"{PRESENTATION}pic": f"{PRESENTATION}spPr/{MAIN}xfrm",
    f"{PRESENTATION}cxnSp": f"{PRESENTATION}spPr/{MAIN}xfrm",
    f"{PRESENTATION}graphicFrame": f"{PRESENTATION}xfrm",
    _GROUP: f"{PRESENTATION}grpSpPr/{MAIN}xfrm",
}
"""What stands on a slide, and where it keeps its place."""

_PLACEHOLDER = f"{PRESENTATION}nvPr/{PRESENTATION}ph"
_LAYOUT_TYPES = {"ctrTitle": "title", "subTitle": "body", "": "body", "obj": "body"}
"""Kinds of placeholder that are one when a slide looks for its own on the layout."""


@dataclass(frozen=True, slots=True)
class Box:
    """A shape and its left, top, right and bottom edge in EMU; no edges where it takes its layout's place."""

    shape: Any
    name: str
    edges: tuple[float, float, float, float] | None
    placeholder: Any | None


def boxes(root: Any) -> Iterator[Box]:
    """The boxes of all shapes of a part, those of groups and of what is in them alike."""
    tree = root.find(f"{PRESENTATION}cSld/{PRESENTATION}spTree")
    if tree is not None:
        yield from _below(tree, (0.0, 0.0, 1.0, 1.0))


def placeholder_key(placeholder: Any) -> tuple[str, str]:
    """By what a slide's placeholder finds its like on the layout: the kind, and for bodies the index."""
    kind = placeholder.get("type", "")
    kind = _LAYOUT_TYPES.get(kind, kind)
    return kind, placeholder.get("idx", "0") if kind == "body" else ""


def _below(parent: Any, system: tuple[float, float, float, float]) -> Iterator[Box]:
    """`system` turns the coordinates of the shapes below into the slide's: offsets and scales of x and y."""
    x0, y0, across, down = system
    for shape in parent:
        path = _SHAPES.get(shape.tag)
        if path is None:
            continue
        properties = shape[0]
        transform = shape.find(path)
        edges = None
        if transform is not None:
            x, y = _pair(transform, "off", "x", "y")
            width, height = _pair(transform, "ext", "cx", "cy")
            left, top = x0 + across * x, y0 + down * y
            edges = (left, top, left + across * width, top + down * height)
        yield Box(shape, properties[0].get("name", ""), edges, properties.find(_PLACEHOLDER))
        if shape.tag == _GROUP and transform is not None and edges:
            inner_x, inner_y = _pair(transform, "chOff", "x", "y")
            inner_width, inner_height = _pair(transform, "chExt", "cx", "cy")
            wider = (edges[2] - edges[0]) / inner_width if inner_width else 1.0
            taller = (edges[3] - edges[1]) / inner_height if inner_height else 1.0
            yield from _below(shape, (edges[0] - wider * inner_x, edges[1] - taller * inner_y, wider, taller))


def _pair(transform: Any, tag: str, first: str, second: str) -> tuple[float, float]:
    element = transform.find(MAIN + tag)
    return (0.0, 0.0) if element is None else (float(element.get(first)), float(element.get(second)))
