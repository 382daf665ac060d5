"""The layouts of a template → pages with a drawing of each: its ground, its art, its placeholders."""

from __future__ import annotations

from collections.abc import Sequence

from ijreport.document.blocks import Text
from ijreport.layout import items
from ijreport.layout.colours import contrast, mixed
from ijreport.layout.corporate.deck_template import DeckTemplate, TemplateLayout
from ijreport.layout.corporate.ground import Art, ground
from ijreport.layout.items import Frame, Item, Page, Shape
from ijreport.layout.structure import Structure
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.layout.units import PAPER

_ACROSS = 2
_MARGIN, _GUTTER, _CAPTION = 36.0, 18.0, 44.0
_LABEL = 7.0


def contact_sheet(
    template: DeckTemplate, captions: Sequence[tuple[TemplateLayout, str, str]], typesetter: Typesetter
) -> tuple[Page, ...]:
    """Pages of A4 with two layouts in a row. Each comes with its title and a line that says what it serves as."""
    width, height = PAPER["A4"]
    room = (width - 2 * _MARGIN - (_ACROSS - 1) * _GUTTER) / _ACROSS
    scale = min(room / template.width, (height / 2 - _MARGIN - _CAPTION) / template.height)
    row = template.height * scale + _CAPTION
    structure = Structure("en")
    each = _ACROSS * max(1, int((height - 2 * _MARGIN) // row))
    return tuple(
        _page(template, captions[at : at + each], (room, row, scale), typesetter, structure)
        for at in range(0, len(captions), each)
    )


def _page(
    template: DeckTemplate,
    part: Sequence[tuple[TemplateLayout, str, str]],
    measures: tuple[float, float, float],
    typesetter: Typesetter,
    structure: Structure,
) -> Page:
    width, height = PAPER["A4"]
    room, row, scale = measures
    found: list[Item] = []
    for number, (layout, title, line) in enumerate(part):
        x = _MARGIN + number % _ACROSS * (room + _GUTTER)
        y = _MARGIN + number // _ACROSS * row
        found += _drawn(template, layout, x, y, scale, typesetter)
        below = y + template.height * scale + 3
        found.append(_label(title, Frame(x, below, room, 12), 9, "#000000", typesetter, structure, bold=True))
        found.append(_label(line, Frame(x, below + 12, room, 10), _LABEL, "#555555", typesetter, structure))
    return Page(width, height, tuple(found))


def _drawn(
    template: DeckTemplate, layout: TemplateLayout, x: float, y: float, scale: float, typesetter: Typesetter
) -> list[Item]:
    slide = Frame(0, 0, template.width, template.height)

    def on_page(frame: Frame) -> Frame:
        left, top = max(frame.x, 0.0), max(frame.y, 0.0)
        right, bottom = min(frame.right, slide.width), min(frame.bottom, slide.height)
        return Frame(x + left * scale, y + top * scale, max(right - left, 0) * scale, max(bottom - top, 0) * scale)

    found: list[Item] = []
    for art in layout.art:
        found += [Shape(on_page(frame), "rectangle", fill=colour) for frame, colour in _patches(art)]
    beneath = ground(slide, layout.art).average
    line = "#FFFFFF" if contrast("#FFFFFF", beneath) > contrast("#000000", beneath) else "#000000"
    found.append(Shape(on_page(slide), "rectangle", stroke="#999999", stroke_width=0.5))
    for one in layout.placeholders:
        if one.frame is None:
            continue
        frame = on_page(one.frame)
        found.append(Shape(frame, "rectangle", stroke=line, stroke_width=0.6, dash=(2.0, 1.5)))
        label = f"{one.type} · {one.styles[0].size:g} pt"
        colour = mixed(line, beneath, 0.1)
        inner = Frame(frame.x + 3, frame.y + max(1.0, frame.height / 2 - _LABEL * 0.6), frame.width - 6, _LABEL * 1.2)
        if inner.width > 12 and frame.height > inner.height:
            found.append(_label(label, inner, _LABEL, colour, typesetter))
    return found


def _patches(art: Art) -> list[tuple[Frame, str]]:
    """Rectangles of one colour each: all of a shape, or the cells of a picture seen from afar."""
    place = art.frame
    if art.picture is None:
        return [(place, art.colours[0])] if art.colours else []
    rows = art.picture.rows
    across, down = place.width / len(rows[0]), place.height / len(rows)
    return [
        (Frame(place.x + column * across, place.y + row * down, across, down), colour)
        for row, colours in enumerate(rows)
        for column, colour in enumerate(colours)
        if colour
    ]


def _label(
    text: str,
    frame: Frame,
    size: float,
    colour: str,
    typesetter: Typesetter,
    structure: Structure | None = None,
    *,
    bold: bool = False,
) -> items.Text:
    """One line, cut off where it is too long: a paragraph of the document with a structure, else a mere drawing."""
    style = TextStyle(size, size * 1.2, colour, bold=bold)
    while len(text) > 1 and typesetter.natural_width((Text(text),), style) > frame.width:
        text = text[:-2].rstrip() + "…"
    line = typesetter.set((Text(text),), style, frame.width)
    return items.Text(frame, (structure.tagged(line, structure.add("P")) if structure else line,))
