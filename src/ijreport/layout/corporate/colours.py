"""DrawingML colours and fills of a template → `#RRGGBB` (ECMA-376 part 1, 20.1.2.3 and 20.1.8)."""

from __future__ import annotations

from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls
from typing import Any

from msgspec import Struct

from ijreport.layout.corporate.untrusted_package import number, whole_number

DML = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SCHEME_NAMES = (
    "dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
MAPPED_NAMES = ("bg1", "tx1", "bg2", "tx2", *SCHEME_NAMES[4:])
"""The names by which slides call the colours of a scheme, through a colour map (19.3.1.6)."""

_WHOLE = 100_000
_PRESET_PREFIXES = {"dk": "dark", "lt": "light", "med": "medium"}


class Scheme(Struct, frozen=True):
    """The twelve colours of a theme by their names in it, and what slides' names for them mean under a master."""

    colours: Mapping[str, str]
    mapping: Mapping[str, str]

    def named(self, name: str) -> str:
        """The colour that a slide calls `tx1`, `accent2` or the like; empty for a name that is none."""
        return self.colours.get(self.mapping.get(name, name), "")


def read_scheme(theme: Any, mapping: Mapping[str, str]) -> Scheme:
    """The colour scheme of a theme part. A colour that is missing, or not understood, is Office's own."""
    element = theme.find(f"{DML}themeElements/{DML}clrScheme")
    found = dict(zip(SCHEME_NAMES, _OFFICE, strict=True))
    for entry in element if element is not None else ():
        name = entry.tag.removeprefix(DML)
        value = colour(entry[0], Scheme({}, {})) if len(entry) and name in found else ""
        if value:
            found[name] = value
    return Scheme(found, mapping)


_OFFICE = (
    "#000000", "#FFFFFF", "#44546A", "#E7E6E6", "#4472C4", "#ED7D31", "#A5A5A5", "#FFC000", "#5B9BD5", "#70AD47",
    "#0563C1", "#954F72",
)  # fmt: skip


def colour(element: Any, scheme: Scheme, placeholder: str = "") -> str:
    """A colour element (`a:srgbClr` and its like) as `#RRGGBB`, or "" if it is of no kind that is known.

    `placeholder` is what `phClr` stands for in the formats of a theme. Transparency is not looked at.
    """
    value = _plain(element, scheme, placeholder)
    for change in element if value else ():
        value = _changed(value, change.tag.removeprefix(DML), _share(change.get("val")))
    return value


def _plain(element: Any, scheme: Scheme, placeholder: str) -> str:
    value = element.get("val") or ""
    match element.tag.removeprefix(DML):
        case "srgbClr":
            return _hexadecimal(value)
        case "sysClr":
            system = {"window": "FFFFFF", "windowText": "000000"}.get(value, "")
            return _hexadecimal(element.get("lastClr") or system)
        case "schemeClr":
            return placeholder if value == "phClr" else scheme.named(value)
        case "prstClr":
            return _preset(value)
        case "scrgbClr":
            return _rgb(*(_share(element.get(name)) for name in ("r", "g", "b")))
        case "hslClr":
            hue = whole_number(element, "hue") / 21_600_000
            return _rgb(*hls_to_rgb(hue, _share(element.get("lum")), _share(element.get("sat"))))
        case _:
            return ""


def _hexadecimal(text: str) -> str:
    digits = text.upper()
    return f"#{digits}" if len(digits) == 6 and set(digits) <= set("0123456789ABCDEF") else ""


def _preset(name: str) -> str:
    """The named colours (20.1.10.48) are those of CSS, some with shortened adjectives."""
    from PIL import ImageColor

    for short, long in _PRESET_PREFIXES.items():
        if name.startswith(short) and name[len(short) : len(short) + 1].isupper():
            name = long + name[len(short) :]
    try:
        return _rgb(*(channel / 255 for channel in ImageColor.getrgb(name.lower())[:3]))
    except ValueError:
        return ""


def _share(text: str | None) -> float:
    text = text or ""
    return (number(text.removesuffix("%")) or 0.0) / (100 if text.endswith("%") else _WHOLE)


def _rgb(*channels: float) -> str:
    return "#" + "".join(f"{round(255 * min(max(one, 0.0), 1.0)):02X}" for one in channels)


def _changed(value: str, change: str, share: float) -> str:
    """A colour after one of its transforms (20.1.2.3); those that hardly change how it reads are passed over."""
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    match change:
        case "tint":
            return _rgb(*(_encoded(share * _linear(one) + 1 - share) for one in (red, green, blue)))
        case "shade":
            return _rgb(*(_encoded(share * _linear(one)) for one in (red, green, blue)))
        case "lumMod":
            return _rgb(*hls_to_rgb(hue, min(light * share, 1.0), saturation))
        case "lumOff":
            return _rgb(*hls_to_rgb(hue, min(max(light + share, 0.0), 1.0), saturation))
        case "satMod":
            return _rgb(*hls_to_rgb(hue, light, min(saturation * share, 1.0)))
        case "inv":
            return _rgb(1 - red, 1 - green, 1 - blue)
        case "gray":
            return _rgb(*[0.299 * red + 0.587 * green + 0.114 * blue] * 3)
        case _:
            return value


def _linear(channel: float) -> float:
    """A channel of sRGB as linear light (IEC 61966-2-1), in which tints and shades are mixed."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def fill_colours(parent: Any, scheme: Scheme, placeholder: str = "") -> tuple[str, ...] | None:
    """The colours of the fill among the children of an element: none for no fill; None if there is no word of one.

    A picture's colours are not here: its fill is an empty tuple too, and its `a:blip` is for the caller to look up.
    """
    for child in parent:
        match child.tag.removeprefix(DML):
            case "noFill" | "blipFill":
                return ()
            case "solidFill" | "pattFill":
                return _colours_below(child, scheme, placeholder)
            case "gradFill":
                return _colours_below(child, scheme, placeholder)
    return None


def _colours_below(element: Any, scheme: Scheme, placeholder: str) -> tuple[str, ...]:
    known = ("srgbClr", "sysClr", "schemeClr", "prstClr", "scrgbClr", "hslClr")
    found = (colour(one, scheme, placeholder) for one in element.iter(*(DML + name for name in known)))
    return tuple(filter(None, found))
