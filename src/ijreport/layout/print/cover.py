"""A report's metadata → the cover page of its PDF."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.document.blocks import Metadata, Text
from ijreport.document.wording import long_date
from ijreport.layout import items
from ijreport.layout.items import Frame, Item, Page
from ijreport.layout.print.styles import PrintStyles
from ijreport.layout.structure import Structure
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

TITLE_STEPS = (1.0, 0.85, 0.7, 0.6)
"""The sizes tried for the title, as shares of the theme's."""


def cover_page(metadata: Metadata, styles: PrintStyles, typesetter: Typesetter, structure: Structure) -> Page:
    """A ground in the primary colour with the title on it, a disc at its lower edge, and the rest below on paper."""
    colours = typesetter.theme.colours
    ground = styles.height * 0.56
    bleed = typesetter.theme.page.bleed
    across = styles.width + 2 * bleed
    radius = styles.width * 0.19
    centre = (styles.right - radius * 0.55, ground)
    furniture: list[Item] = [
        items.Shape(Frame(-bleed, -bleed, across, ground + bleed), "rectangle", fill=colours.primary),
        _disc(centre, radius, colours.accent),
        items.Shape(Frame(-bleed, ground, across, 3.2), "rectangle", fill=colours.warm),
        items.Shape(Frame(-bleed, ground + 3.2, across, 3.2), "rectangle", fill=colours.fresh),
    ]
    width = styles.full * 0.92
    content: list[Item] = []
    section = structure.add("Sect")

    def add(text: str, style: TextStyle, y: float, measure: float) -> float:
        paragraph = typesetter.set((Text(text),), style, measure, metadata.span)
        paragraph = structure.tagged(paragraph, structure.add("P", section))
        content.append(items.Text(Frame(styles.left, y, measure, paragraph.height), (paragraph,)))
        return y + paragraph.height

    top = styles.top * 1.9
    furniture.append(items.Shape(Frame(styles.left, top, 54, 5), "rectangle", fill=colours.warm))
    title, room = styles.title, ground - radius - top - 26
    for share in TITLE_STEPS:
        title = replace(styles.title, size=styles.title.size * share, leading=styles.title.leading * share)
        if typesetter.set((Text(metadata.title),), title, width).height <= room:
            break
    else:
        _too_long("the title is", metadata, typesetter)
    add(metadata.title, title, top + 26, width)
    y = ground + styles.top * 0.9
    if metadata.subtitle:
        y = add(metadata.subtitle, styles.subtitle, y, styles.full * 0.82) + styles.body.leading * 1.2
    if metadata.organisation:
        y = add(metadata.organisation, replace(styles.byline, bold=True, colour=colours.ink), y, styles.full)
    for author in metadata.authors:
        y = add(author, styles.byline, y, styles.full)
    if metadata.date:
        y = add(long_date(metadata), styles.byline, y, styles.full)
    if y > styles.height - styles.top / 2:
        _too_long("subtitle, organisation and authors are", metadata, typesetter)
    return Page(styles.width, styles.height, tuple(content), tuple(furniture))


def _too_long(what: str, metadata: Metadata, typesetter: Typesetter) -> None:
    typesetter.diagnostics.error(
        "does-not-fit", f"{what} too long for the cover of the PDF", metadata.span, "shorten it"
    )


def _disc(centre: tuple[float, float], radius: float, fill: str) -> Item:
    """The upper half of a disc that rises from the ground's lower edge."""
    x, y = centre[0] - radius, centre[1] - radius
    return items.Shape(Frame(x, y, 2 * radius, 2 * radius), "wedge", fill=fill, start=-90, sweep=180)
