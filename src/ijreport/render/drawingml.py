"""Frames, colours, shapes, characters → the DrawingML of master, slides and charts (ECMA-376 part 1, 20.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import cos, radians, sin
from typing import TYPE_CHECKING, assert_never

from ijreport.layout.items import Frame, Shape
from ijreport.layout.theme import Theme
from ijreport.layout.units import emu

if TYPE_CHECKING:
    from ijreport.layout.corporate.colours import Scheme

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
NAMESPACES = f'xmlns:a="{DRAWING}" xmlns:r="{RELATIONSHIPS}" xmlns:p="{PRESENTATION}"'
"""Declared on the root of each part of the presentation."""

BODY_PROPERTIES = '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr>'
"""Text starts at the frame's top left corner, is broken at its right edge, and never shrinks."""

BODY_FONTS = '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'
"""The three body typefaces of the theme's font scheme, for Latin, East Asian and complex scripts."""

HEADING_FONTS = '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/>'
"""The same three for headings."""

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_ESCAPED = re.compile('[&<>"\t\n\r]')
_DEGREE = 60000


def escape(text: str) -> str:
    """Characters as XML text or as an attribute's value between double quotes."""
    # Most texts need nothing; to look is many times quicker than to translate.
    return text.translate(_ESCAPES) if _ESCAPED.search(text) else text


def hundredths(size: float) -> int:
    """Points as the hundredths in which text sizes and spaces are written (20.1.10.72)."""
    return round(100 * size)


# -- colours ---------------------------------------------------------------------------------------------------

SCHEME_SERIES = 6
"""A colour scheme has six accents (20.1.6.2)."""


def accents(theme: Theme) -> tuple[str, ...]:
    """The six accent colours of the colour scheme: the theme's series, filled up with its other colours."""
    colours = theme.colours
    spare = (colours.primary, colours.accent, colours.warm, colours.fresh, colours.muted, colours.ink)
    distinct = tuple(dict.fromkeys((*colours.series[:SCHEME_SERIES], *spare)))
    return (distinct * SCHEME_SERIES)[:SCHEME_SERIES]


def palette(theme: Theme) -> Mapping[str, str]:
    """The names by which slides call the theme's colours; a deck whose theme is changed follows it."""
    colours = theme.colours
    named = {colour: f"accent{n}" for n, colour in reversed([*enumerate(accents(theme), 1)])}
    return named | {colours.tint: "bg2", colours.primary: "tx2", colours.paper: "bg1", colours.ink: "tx1"}


def scheme_palette(scheme: Scheme) -> Mapping[str, str]:
    """The same for the colours of a corporate template, as the slides of its content layout call them."""
    names = (*(f"accent{n}" for n in range(SCHEME_SERIES, 0, -1)), "bg2", "tx2", "bg1", "tx1")
    return {scheme.named(name): name for name in names}


def colour(value: str, names: Mapping[str, str]) -> str:
    """`#RRGGBB` as a colour of the scheme where `names` has it, else as it is."""
    name = names.get(value)
    return f'<a:schemeClr val="{name}"/>' if name else f'<a:srgbClr val="{value[1:]}"/>'


def fill(value: str, names: Mapping[str, str]) -> str:
    """A solid fill, or none for an empty colour."""
    return f"<a:solidFill>{colour(value, names)}</a:solidFill>" if value else "<a:noFill/>"


def line(value: str, width: float, names: Mapping[str, str], dash: tuple[float, ...] = ()) -> str:
    """A line `width` points wide; no line for an empty colour or a width of 0. `dash` alternates strokes and gaps."""
    if not value or not width:
        return "<a:ln><a:noFill/></a:ln>"
    pairs = zip(dash[::2], dash[1::2] or dash[:1], strict=False)
    stops = "".join(
        f'<a:ds d="{round(100_000 * on / width)}" sp="{round(100_000 * off / width)}"/>' for on, off in pairs
    )
    dashes = f"<a:custDash>{stops}</a:custDash>" if stops else ""
    return f'<a:ln w="{emu(width)}">{fill(value, names)}{dashes}</a:ln>'


# -- shapes ----------------------------------------------------------------------------------------------------


def transform(frame: Frame, tag: str = "a:xfrm") -> str:
    """The place of a shape. The far corner is rounded, not the size, so that what touches an edge never crosses it."""
    x, y = emu(frame.x), emu(frame.y)
    extent = f'cx="{emu(frame.right) - x}" cy="{emu(frame.bottom) - y}"'
    return f'<{tag}><a:off x="{x}" y="{y}"/><a:ext {extent}/></{tag}>'


_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
"""Tells those who read a slide aloud to pass over what only pleases the eye (`adec`, [MS-ODRAWXML])."""


def shape(item: Shape, number: int, name: str, names: Mapping[str, str]) -> str:
    """A `p:sp` without text, whose id on its slide is `number`: a rule, a ground, a piece of art."""
    stroke = line(item.stroke, item.stroke_width, names, item.dash)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{escape(name)}">{_DECORATIVE}</p:cNvPr><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr>'
        f"<p:spPr>{transform(item.frame)}{_geometry(item)}{fill(item.fill, names)}{stroke}</p:spPr></p:sp>"
    )


def _geometry(item: Shape) -> str:
    match item.kind:
        case "rectangle":
            return _preset("rect")
        case "rounded":
            return _preset("roundRect")
        case "ellipse":
            return _preset("ellipse")
        case "line":
            return _preset("line")
        case "polyline":
            return _path(item.frame, _through(item.points), ' fill="none"')
        case "polygon":
            return _path(item.frame, _through(item.points) + "<a:close/>")
        case "wedge":
            return _path(item.frame, _wedge(item))
        case _:
            assert_never(item.kind)


def _preset(name: str) -> str:
    return f'<a:prstGeom prst="{name}"><a:avLst/></a:prstGeom>'


def _path(frame: Frame, steps: str, fill_mode: str = "") -> str:
    return (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{emu(frame.width)}" h="{emu(frame.height)}"{fill_mode}>{steps}</a:path></a:pathLst></a:custGeom>'
    )


def _through(points: tuple[tuple[float, float], ...]) -> str:
    first, *others = (f'<a:pt x="{emu(x)}" y="{emu(y)}"/>' for x, y in points)
    return f"<a:moveTo>{first}</a:moveTo>" + "".join(f"<a:lnTo>{point}</a:lnTo>" for point in others)


def _wedge(item: Shape) -> str:
    """A sector of the frame's ellipse, or of the ring that is left of it. DrawingML's angles begin at the right."""
    across, down = item.frame.width / 2, item.frame.height / 2
    first, last = item.start - 90, item.start + item.sweep - 90

    def point(angle: float, share: float) -> str:
        x, y = across * (1 + share * cos(radians(angle))), down * (1 + share * sin(radians(angle)))
        return f'<a:pt x="{emu(x)}" y="{emu(y)}"/>'

    def arc(angle: float, sweep: float, share: float) -> str:
        start, turn = round(angle % 360 * _DEGREE), round(sweep * _DEGREE)
        return f'<a:arcTo wR="{emu(share * across)}" hR="{emu(share * down)}" stAng="{start}" swAng="{turn}"/>'

    outer = f"<a:moveTo>{point(first, 1)}</a:moveTo>{arc(first, item.sweep, 1)}"
    inner = f"<a:lnTo>{point(last, item.hole)}</a:lnTo>"
    back = arc(last, -item.sweep, item.hole) if item.hole else ""
    return f"{outer}{inner}{back}<a:close/>"
