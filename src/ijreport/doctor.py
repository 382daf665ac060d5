"""A corporate template → what a deck would make of it: its layouts, the roles they serve, and a drawing of each.

It looks at a template by itself, without a project: what is said here is what a build would say of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from ijreport.content.project import MAX_ASSET
from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.layout.brand import Template, branded
from ijreport.layout.corporate.deck_template import DeckTemplate, TemplateLayout, read_template
from ijreport.layout.corporate.roles import Role, UnusableTemplate, find_roles
from ijreport.layout.corporate.untrusted_package import RefusedPackage
from ijreport.layout.items import Frame, LayoutName
from ijreport.layout.slides.frames import SlideLayout
from ijreport.layout.theme import Pdf, Theme


class Examination(Struct, frozen=True):
    """A template that can be used, and how."""

    name: str
    deck: DeckTemplate
    roles: Mapping[LayoutName, Role]
    theme: Theme
    used: Template

    def serving(self, layout: TemplateLayout) -> list[LayoutName]:
        """The roles that a layout serves."""
        return [name for name, role in self.roles.items() if role.layout is layout]


def examine(path: Path, diagnostics: Diagnostics) -> Examination:
    """Read a template and find its roles; what a build would say of it goes into the diagnostics.

    Raises ContentError for a template that cannot be used, and OSError.
    """
    name = path.name
    if path.stat().st_size > MAX_ASSET:
        diagnostics.error("file-too-large", f"{name} is larger than {MAX_ASSET // 2**20} MiB")
    diagnostics.end_stage()
    deck, roles = _read(path, diagnostics)
    for what in deck.removed:
        diagnostics.warning("template-cleaned", f"{name} has {what}, which the deck does not take over")
    brand = branded(Theme(), frozenset(), deck, roles, None, diagnostics)
    assert brand.template is not None  # it was made with one
    return Examination(name, deck, roles, brand.deck, brand.template)


def _read(path: Path, diagnostics: Diagnostics) -> tuple[DeckTemplate, Mapping[LayoutName, Role]]:
    try:
        deck = read_template(path.read_bytes())
        return deck, find_roles(deck, {})
    except RefusedPackage as fault:
        diagnostics.error("bad-template", f"{path.name} cannot be used: {fault}", hint=fault.hint)
    except UnusableTemplate:
        message = f"{path.name} cannot be used: none of its layouts has both a title and a body placeholder"
        diagnostics.error("bad-template", message)
    raise ContentError("the template cannot be used")


# -- for a person ----------------------------------------------------------------------------------------------


def as_text(found: Examination) -> str:
    """The report for a terminal, with a sketch of every layout that serves a role."""
    return "\n".join(_report(found)) + "\n"


def _report(found: Examination) -> Iterator[str]:
    deck, colours = found.deck, found.theme.colours
    counts = f"{len(deck.masters)} master{'s' * (len(deck.masters) > 1)}, {len(deck.layouts)} layouts"
    yield f"{found.name}: slides of {deck.width:g} × {deck.height:g} pt, {counts}"
    yield f"typefaces: {deck.headings.latin or 'none'} for headings, {deck.texts.latin or 'none'} for text"
    yield f"colours: {colours.ink} on {colours.paper}; {' '.join(colours.series)}"
    yield ""
    yield "roles"
    width = max(len(_title(found, role.layout)) for role in found.roles.values())
    for name, role in found.roles.items():
        yield f"  {name:<9}{_title(found, role.layout):<{width}}  {role.by}"
    for layout in deck.layouts:
        yield ""
        roles = found.serving(layout)
        yield f"{_title(found, layout)}: type {layout.type}" + _serving(roles)
        for one in layout.placeholders:
            place = _place(one.frame) if one.frame else "no frame"
            yield f"  {one.type:<9}{place}  {one.styles[0].size:g} pt" + ("" if one.upright else ", turned")
        if roles:
            yield from _sketch(found.used.layouts[roles[0]], deck)


def _title(found: Examination, layout: TemplateLayout) -> str:
    """A layout's name, with the number of its master where there are several: as a theme's `roles` may name it."""
    return f"{layout.master + 1}/{layout.name}" if len(found.deck.masters) > 1 else layout.name


def _place(frame: Frame) -> str:
    return f"{frame.width:5.0f} × {frame.height:<5.0f}at {frame.x:5.0f}, {frame.y:5.0f}"


_COLUMNS = 56
_LINE_RATIO = 0.45
"""Width by height of a character cell."""


def _sketch(layout: SlideLayout, deck: DeckTemplate) -> Iterator[str]:
    """The frames that text gets, in characters."""
    rows = max(8, round(_COLUMNS * _LINE_RATIO * deck.height / deck.width))
    grid = [[" "] * _COLUMNS for _ in range(rows)]
    for label, frame in frames_of(layout):
        left, right = (min(round(x / deck.width * _COLUMNS), _COLUMNS - 1) for x in (frame.x, frame.right))
        top, bottom = (min(round(y / deck.height * rows), rows - 1) for y in (frame.y, frame.bottom))
        for column in range(left, right + 1):
            grid[top][column] = grid[bottom][column] = "-"
        for row in range(top, bottom + 1):
            grid[row][left] = grid[row][right] = "|"
        for corner_row, corner in ((top, left), (top, right), (bottom, left), (bottom, right)):
            grid[corner_row][corner] = "+"
        for place, character in enumerate(label[: max(0, right - left - 2)], left + 2):
            grid[min((top + bottom) // 2, rows - 1)][place] = character
    yield "  ┌" + "─" * _COLUMNS + "┐"
    yield from (f"  │{''.join(row)}│" for row in grid)
    yield "  └" + "─" * _COLUMNS + "┘"


def frames_of(layout: SlideLayout) -> Iterator[tuple[str, Frame]]:
    """Every frame that a deck would put text into, with its name."""
    yield "title", layout.title
    for number, frame in enumerate(layout.body or (layout.area,), 1):
        yield f"text {number}" if len(layout.body) > 1 else "text" if layout.body else "room", frame
    for name, frame in (("footer", layout.footer), ("date", layout.date), ("number", layout.slide_number)):
        if frame.height:
            yield name, frame


# -- for programs ----------------------------------------------------------------------------------------------


def as_data(found: Examination) -> dict[str, Any]:
    """The report as JSON has it. Frames are [x, y, width, height] in points."""
    deck = found.deck

    def numbers(frame: Frame | None) -> list[float] | None:
        return [round(one, 2) for one in (frame.x, frame.y, frame.width, frame.height)] if frame else None

    return {
        "template": found.name,
        "width": deck.width,
        "height": deck.height,
        "typefaces": {"headings": deck.headings.latin, "text": deck.texts.latin},
        "colours": dict(found.used.scheme.colours),
        "roles": {
            name: {"layout": _title(found, role.layout), "by": role.by, "instead_of": role.instead_of}
            for name, role in found.roles.items()
        },
        "layouts": [
            {
                "name": _title(found, layout),
                "type": layout.type,
                "roles": found.serving(layout),
                "placeholders": [
                    {"type": one.type, "index": one.index, "frame": numbers(one.frame), "size": one.styles[0].size}
                    for one in layout.placeholders
                ],
            }
            for layout in deck.layouts
        ],
    }


# -- drawn -----------------------------------------------------------------------------------------------------


def as_pdf(found: Examination, diagnostics: Diagnostics) -> bytes:
    """A drawing of every layout, as a sheet of small pictures."""
    from ijreport.content.project import Project
    from ijreport.document.blocks import Metadata
    from ijreport.layout.corporate.contact_sheet import contact_sheet
    from ijreport.layout.typesetting.fonts import print_fonts
    from ijreport.layout.typesetting.typesetter import Typesetter
    from ijreport.render.pdf import draw_pdf

    theme = Theme(pdf=Pdf(profile=()))  # it is all pictures, and says nothing to those who cannot see them
    typesetter = Typesetter(theme, print_fonts(theme, Project(Path(), diagnostics), diagnostics), diagnostics, "en")
    captions = [
        (layout, _title(found, layout), f"type {layout.type}" + _serving(found.serving(layout)))
        for layout in found.deck.layouts
    ]
    return draw_pdf(contact_sheet(found.deck, captions, typesetter), Metadata(f"The layouts of {found.name}"), theme)


def _serving(roles: list[LayoutName]) -> str:
    return f", serves as {', '.join(roles)}" if roles else ""
