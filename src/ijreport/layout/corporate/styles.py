"""List styles of a template, the nearest first → how text of each level looks if nothing else is said of it.

A placeholder's text takes each of its properties from the first that gives it: the placeholder's own list style, that
of its like on the master, the master's style for its kind (ECMA-376 part 1, 19.3.1.49, 21.1.2.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from ijreport.document.blocks import Align
from ijreport.layout.corporate.colours import DML, Scheme, colour, fill_colours
from ijreport.layout.corporate.untrusted_package import number, whole_number
from ijreport.layout.slides.placeholders import Inherited, Mark
from ijreport.layout.units import EMU

_DEFAULT_SIZE = 18.0
_SIZES = (100, 400_000)
"""What a size may be, in hundredths of a point (20.1.10.72)."""
_ALIGN: dict[str, Align] = {"l": "left", "ctr": "center", "r": "right"}
_MARKS = ("buChar", "buAutoNum", "buBlip")


def inherited(styles: Sequence[Any], level: int, scheme: Scheme) -> Inherited:
    """`styles` are list styles (elements with `a:lvl1pPr` and so on), the nearest first; `level` counts from 1."""
    levels = [one for style in styles if (one := style.find(f"{DML}lvl{level}pPr")) is not None]
    texts = [one for paragraph in levels if (one := paragraph.find(f"{DML}defRPr")) is not None]
    colours = (found for one in texts if (found := fill_colours(one, scheme)))
    marks = (
        child.tag.removeprefix(DML)
        for paragraph in levels
        for child in paragraph
        if child.tag.removeprefix(DML) in ("buNone", *_MARKS)
    )
    spacing = next(_children(levels, "lnSpc"), None)
    share = _percent(spacing)
    size = _number(texts, "sz", 0)
    before = next(_children(levels, "spcBef"), None)
    return Inherited(
        size=size / 100 if _SIZES[0] <= size <= _SIZES[1] else _DEFAULT_SIZE,
        colour=next(colours, (scheme.named("tx1"),))[0],
        bold=_attribute(texts, "b") in ("1", "true"),
        italic=_attribute(texts, "i") in ("1", "true"),
        capitals=_attribute(texts, "cap") in ("all", "small"),
        align=_ALIGN.get(_attribute(levels, "algn"), "left"),
        indent=_number(levels, "marL", 0) / EMU,
        hanging=-_number(levels, "indent", 0) / EMU,
        marked=next(marks, "buNone") in _MARKS,
        mark=_mark(levels, scheme),
        line_spacing=share,
        spaced=before is not None and any(_length(child) for child in before),
        typeface=next((one.get("typeface") or "" for one in _children(texts, "latin")), ""),
    )


def _mark(levels: Sequence[Any], scheme: Scheme) -> Mark | None:
    character = next((one.get("char") or "" for one in _children(levels, "buChar")), "")
    if not character:
        return None
    font = next(_children(levels, "buFont"), None)
    size = next((_length(one) / 100_000 for one in _children(levels, "buSzPct")), 1.0)
    colours = (colour(one[0], scheme) for one in _children(levels, "buClr") if len(one))
    return Mark(
        character[0],
        (font.get("typeface") or "") if font is not None else "",
        (font.get("charset") or "") if font is not None else "",
        size if 0.25 <= size <= 4 else 1.0,
        next(colours, ""),
    )


def _children(elements: Sequence[Any], name: str) -> Iterator[Any]:
    for element in elements:
        yield from element.iterfind(DML + name)


def _attribute(elements: Sequence[Any], name: str) -> str:
    return next((value for one in elements if (value := one.get(name)) is not None), "")


def _number(elements: Sequence[Any], name: str, default: float) -> float:
    found = number(_attribute(elements, name))
    return default if found is None else found


def _length(element: Any) -> float:
    return number((element.get("val") or "").removesuffix("%")) or 0.0


def _percent(spacing: Any | None) -> float:
    """Line spacing as a multiple: 1 if nothing is said of it, 0 if it is in points."""
    if spacing is None:
        return 1.0
    share = spacing.find(f"{DML}spcPct")
    if share is None:
        return 0.0
    return _length(share) / (100 if (share.get("val") or "").endswith("%") else 100_000)


def style_from_sample(text_body: Any, tag: str) -> Any:
    """A list style with the looks of the sample text in a placeholder, level by level.

    LibreOffice writes masters without styles: how their text looks is only said of the sample text, where no program
    would look for it.
    """
    style = text_body.makeelement(tag)
    seen: set[int] = set()
    for paragraph in text_body.iterfind(f"{DML}p"):
        properties = paragraph.find(f"{DML}pPr")
        level = 1 + whole_number(properties, "lvl") if properties is not None else 1
        text = next((one for one in paragraph.iter(f"{DML}rPr", f"{DML}endParaRPr")), None)
        if level in seen or not 1 <= level <= 9:
            continue
        seen.add(level)
        made = deepcopy(properties) if properties is not None else text_body.makeelement(f"{DML}pPr")
        made.tag = f"{DML}lvl{level}pPr"
        made.attrib.pop("lvl", None)
        for old in made.findall(f"{DML}defRPr") + made.findall(f"{DML}extLst"):
            made.remove(old)
        if text is not None:
            look = deepcopy(text)
            look.tag = f"{DML}defRPr"
            look.tail = None
            for name in ("lang", "altLang", "dirty", "err", "smtClean"):
                look.attrib.pop(name, None)
            made.append(look)
        made.tail = None
        style.append(made)
    style[:] = sorted(style, key=lambda one: str(one.tag))
    return style
