"""Rectangles and targets → link annotations (ISO 32000-1, 12.5.6.5).

ReportLab's own take four times as long to write, which tells where every page cites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.pdfbase import pdfdoc


class LinkAnnotation(pdfdoc.PDFObject):  # type: ignore[misc]  # ReportLab has no types
    """One link. `target` is an address, or `#id` of one of `places`: a page's name and a y on it, known at the end.

    `text` is what it is read out as, `key` its entry in the parent tree of the document's structure.
    """

    __RefOnly__ = 1

    def __init__(
        self,
        corners: tuple[float, float, float, float],
        target: str,
        text: str,
        key: int,
        places: Mapping[str, tuple[str, float]],
    ) -> None:
        self._corners = corners
        self._target = target
        self._text = text
        self._key = key
        self._places = places

    def format(self, document: Any) -> bytes:
        """The annotation's dictionary. KeyError for an id that has no place: layout checked them all."""
        corners = " ".join(f"{corner:.2f}" for corner in self._corners).encode()
        return b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[%b]/Contents<FEFF%b>/StructParent %d%b>>" % (
            corners,
            self._text.encode("utf-16-be").hex().encode(),
            self._key,
            self._goal(document),
        )

    def _goal(self, document: Any) -> bytes:
        if not self._target.startswith("#"):
            address = pdfdoc.PDFString(self._target).format(document)
            return b"/A<</S/URI/URI %b>>" % address
        page, top = self._places[self._target[1:]]
        return b"/Dest[%b/XYZ 0 %.2f 0]" % (pdfdoc.PDFObjectReference(page).format(document), top)
