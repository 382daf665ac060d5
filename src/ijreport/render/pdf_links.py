"""Rectangles and targets → link annotations (ISO 32000-1, 12.5.6.5).

ReportLab's own take four times as long to write, which tells where every page cites.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import punctuation
from typing import NamedTuple
from urllib.parse import quote

_DELIMITER = re.compile(r"[\\()]")


class Link(NamedTuple):
    """One link. `target` is an address, or `#id`; `text` is what it is read out as. Corners are points from the page's
    lower left one."""

    corners: tuple[float, float, float, float]
    target: str
    text: str


def annotation(link: Link, key: int, places: Mapping[str, tuple[int, float]]) -> bytes:
    """The annotation's dictionary; `key` is its entry in the parent tree of the document's structure.

    `places` are page objects' numbers, and a y on each, by id. KeyError for an id without one: layout checked them all.
    """
    corners = " ".join(f"{corner:.2f}" for corner in link.corners).encode()
    return b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[%b]/Contents<FEFF%b>/StructParent %d%b>>" % (
        corners,
        link.text.encode("utf-16-be").hex().encode(),
        key,
        _goal(link.target, places),
    )


def _goal(target: str, places: Mapping[str, tuple[int, float]]) -> bytes:
    """An address in ASCII (12.6.4.7), or a page and a place on it."""
    if not target.startswith("#"):
        address = _DELIMITER.sub(r"\\\g<0>", quote(target, safe=punctuation))  # 7.3.4.2
        return b"/A<</S/URI/URI (%b)>>" % address.encode("ascii")
    page, top = places[target[1:]]
    return b"/Dest[%d 0 R/XYZ 0 %.2f 0]" % (page, top)
