"""Theme → the sheet that pages are printed on to be cut out of it: how far it reaches, and its marks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ijreport.layout import items
from ijreport.layout.items import Frame, Item, Sheet
from ijreport.layout.print.styles import PrintStyles
from ijreport.layout.theme import Theme

_LENGTH = 14.0
"""Of a mark."""
_LEAST_GAP = 6.0
"""Between a page's edge and its marks, however small the bleed is."""
_APART = 1.5
"""Between the bleed and the marks."""
_SPACE = 3.0
"""Around all marks."""
_INK, _WEIGHT = "#000000", 0.25


def sheet(theme: Theme, styles: PrintStyles) -> Sheet | None:
    """The sheet of all pages; None where the paper is as large as the page."""
    bleed, wanted = theme.page.bleed, theme.page.marks
    if not wanted:
        return Sheet(bleed, bleed) if bleed else None
    gap = max(bleed + _APART, _LEAST_GAP)
    marks: list[Item] = []
    if "crop" in wanted:
        marks += _corners(styles, 0.0, gap, _LENGTH)
    if "bleed" in wanted:
        marks += _corners(styles, bleed, gap + _LENGTH / 2, _LENGTH / 2)
    if "cross" in wanted:
        marks += _crosses(styles, gap + _LENGTH / 2)
    return Sheet(bleed, gap + _LENGTH + _SPACE, tuple(marks))


def _corners(styles: PrintStyles, out: float, gap: float, length: float) -> Iterator[Item]:
    """Two lines at each corner that begin `gap` beyond the page's edges; longer ones would meet `out` beyond them."""
    for right, low in product((False, True), repeat=2):
        across = styles.width + gap if right else -gap - length
        down = styles.height + gap if low else -gap - length
        yield _line(across, styles.height + out if low else -out, length, 0.0)
        yield _line(styles.width + out if right else -out, down, 0.0, length)


def _crosses(styles: PrintStyles, distance: float) -> Iterator[Item]:
    """A circle and a cross beyond the middle of each edge, by which the inks of a sheet are brought together."""
    width, height, radius = styles.width, styles.height, _LENGTH / 4
    for x, y in (
        (width / 2, -distance),
        (width / 2, height + distance),
        (-distance, height / 2),
        (width + distance, height / 2),
    ):
        around = Frame(x - radius, y - radius, 2 * radius, 2 * radius)
        yield items.Shape(around, "ellipse", stroke=_INK, stroke_width=_WEIGHT)
        yield _line(x - _LENGTH / 2, y, _LENGTH, 0.0)
        yield _line(x, y - _LENGTH / 2, 0.0, _LENGTH)


def _line(x: float, y: float, width: float, height: float) -> Item:
    return items.Shape(Frame(x, y, width, height), "line", stroke=_INK, stroke_width=_WEIGHT)
