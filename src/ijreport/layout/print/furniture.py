"""A page's number, section and side → its head and foot."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.document.blocks import Document, Text
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.items import Frame, Item
from ijreport.layout.print.page_labels import PageLabels
from ijreport.layout.print.styles import PrintStyles
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter


class Furniture:
    """What every page but the cover carries besides its content."""

    def __init__(self, document: Document, styles: PrintStyles, typesetter: Typesetter, wording: Wording) -> None:
        self._title = document.metadata.title
        self._styles = styles
        self._typesetter = typesetter
        self._wording = wording

    def __call__(self, page: int, labels: PageLabels, section: str, titled: bool, shift: float) -> list[Item]:
        """Head and foot, `shift` points right; no head on a page that begins with the title itself (`titled`).

        Section and number stand at the right or, in a duplex document, at the outer edge.
        """
        styles, theme = self._styles, self._typesetter.theme
        mirrored = theme.page.duplex and page % 2 == 0
        left = styles.left + shift
        head = styles.top * 0.5
        foot = styles.bottom + (styles.height - styles.bottom) * 0.42
        rule = Frame(left, head + styles.running.leading + 3, styles.full, 0.0)
        inner, outer = styles.running, replace(styles.running, align="right")
        widths = styles.full * 0.6, styles.full * 0.4
        places = left, left + widths[0]
        if mirrored:
            inner, outer, places = outer, inner, (left + widths[1], left)
        said = self._wording.front_page if page <= labels.front else self._wording.page
        number = said.format(page=labels(page), pages=labels.numbered)
        below = self._line(number, outer, foot, styles.full, left)
        if titled:
            return [below]
        return [
            self._line(self._title, inner, head, widths[0], places[0]),
            self._line(section, outer, head, widths[1], places[1]),
            items.Shape(rule, "line", stroke=theme.colours.rule, stroke_width=0.6),
            below,
        ]

    def _line(self, text: str, style: TextStyle, y: float, width: float, x: float) -> Item:
        """One line, cut with an ellipsis where it is too long: the whole title stands on the cover."""
        shown = text
        while len(shown) > 1 and self._typesetter.natural_width((Text(shown),), style) > width - 4:
            shown = shown[:-2].rstrip() + "…"
        paragraph = self._typesetter.set((Text(shown),), style, width)
        return items.Text(Frame(x, y, width, style.leading), (paragraph,))
