"""Slide frames → the XML of the slide master and of the nine slide layouts (ECMA-376 part 1, 19.3.1.42 and 19.3.1.39).

Everything that a slide can fill is a placeholder here, at the frame for which layout measured its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, assert_never

from msgspec import Struct

from ijreport.document.blocks import Align, Metadata
from ijreport.layout.items import Frame, LayoutName
from ijreport.layout.slides.frames import SlideLayout
from ijreport.layout.units import emu
from ijreport.render.drawingml import (
    BODY_FONTS,
    BODY_PROPERTIES,
    HEADING_FONTS,
    NAMESPACES,
    colour,
    escape,
    fill,
    hundredths,
    shape,
    transform,
)
from ijreport.render.package import DECLARATION

Slot = Literal["title", "body", "foot", "date", "footer", "slide-number"]

BODY_INDEX = (1, 2)
DATE_INDEX = 10
FOOTER_INDEX = 11
NUMBER_INDEX = 12
FOOT_INDEX = 13
"""The `idx` by which a slide's placeholder finds its layout's (19.3.1.36)."""

MASTER_ID = 0x80000000
"""Master and layouts share one range of ids, from 2^31 up (19.7.17, 19.7.18)."""

SLIDE_NUMBER_FIELD = (
    '<a:fld id="{7C1D3B60-5D0B-4C0E-9A39-6B3A53F8A1D2}" type="slidenum"><a:rPr lang="en"/><a:t>‹#›</a:t></a:fld>'
)


class _Body(Struct, frozen=True):
    """A body slot: its `type` (19.7.10; "" takes any content), its prompt, and whether its text is a list."""

    type: str
    prompt: str
    list: bool = True


class _Kind(Struct, frozen=True):
    """A layout's name for people, its `type` (19.7.15), and the placeholders that only it has."""

    name: str
    type: str
    bodies: tuple[_Body, ...] = ()
    title: Literal["title", "ctrTitle"] = "title"
    foot: str = "Sources"


_KINDS: Mapping[LayoutName, _Kind] = {
    "cover": _Kind("Cover", "title", (_Body("subTitle", "Subtitle", list=False),), "ctrTitle", "Byline"),
    "section": _Kind("Section", "secHead", (_Body("body", "Text", list=False),)),
    "content": _Kind("Title and content", "obj", (_Body("", "Text"),)),
    "columns": _Kind("Two columns", "twoObj", (_Body("", "Left column"), _Body("", "Right column"))),
    "figure": _Kind("Text and figure", "txAndObj", (_Body("body", "Text"), _Body("", "Figure"))),
    "table": _Kind("Table", "tbl", (_Body("tbl", "Table", list=False),)),
    "stats": _Kind("Title only", "titleOnly"),
    "quote": _Kind("Quotation", "cust", (_Body("body", "Quotation", list=False),)),
    "closing": _Kind("Closing", "title", (_Body("body", "Text"),), "ctrTitle"),
}


def placeholder(layout: LayoutName, slot: Slot, number: int = 0) -> str:
    """The `p:ph` element with which a slide of a layout fills a slot; `number` counts the body slots from 0."""
    kind = _KINDS[layout]
    match slot:
        case "title":
            return f'<p:ph type="{kind.title}"/>'
        case "body":
            ph_type = f' type="{kind.bodies[number].type}"' if kind.bodies[number].type else ""
            size = ' sz="half"' if len(kind.bodies) > 1 else ""
            return f'<p:ph{ph_type}{size} idx="{BODY_INDEX[number]}"/>'
        case "foot":
            return f'<p:ph type="body" sz="quarter" idx="{FOOT_INDEX}"/>'
        case "date":
            return f'<p:ph type="dt" sz="half" idx="{DATE_INDEX}"/>'
        case "footer":
            return f'<p:ph type="ftr" sz="quarter" idx="{FOOTER_INDEX}"/>'
        case "slide-number":
            return f'<p:ph type="sldNum" sz="quarter" idx="{NUMBER_INDEX}"/>'
        case _:
            assert_never(slot)


def master_xml(content: SlideLayout, metadata: Metadata, names: Mapping[str, str], layout_ids: Sequence[str]) -> bytes:
    """The slide master: frames, styles and art of the `content` layout, from which the others differ.

    `names` is the theme's palette; `layout_ids` are the relationship ids of the layouts, in their order.
    """
    shapes = [
        *(shape(item, number, "Mark", names) for number, item in enumerate(content.art, 2)),
        text_placeholder(20, "Title", '<p:ph type="title"/>', content.title, prompt("Title")),
        text_placeholder(21, "Text", '<p:ph type="body" idx="1"/>', content.area, _LEVELS),
        *_furniture(
            content,
            metadata,
            names,
            date='<p:ph type="dt" sz="half" idx="2"/>',
            footer='<p:ph type="ftr" sz="quarter" idx="3"/>',
            slide_number='<p:ph type="sldNum" sz="quarter" idx="4"/>',
        ),
    ]
    layout_list = "".join(
        f'<p:sldLayoutId id="{MASTER_ID + number}" r:id="{layout_id}"/>'
        for number, layout_id in enumerate(layout_ids, 1)
    )
    return (
        f"{DECLARATION}<p:sldMaster {NAMESPACES}>{_slide_data(content, names, shapes)}{COLOUR_MAP}"
        f"<p:sldLayoutIdLst>{layout_list}</p:sldLayoutIdLst>"
        f"<p:txStyles><p:titleStyle>{_title_style(content, names)}</p:titleStyle>"
        f"<p:bodyStyle>{_list_style(content, names)}</p:bodyStyle>"
        f"<p:otherStyle>{text_level(1800, 'tx1')}</p:otherStyle></p:txStyles></p:sldMaster>"
    ).encode()


def layout_xml(layout: SlideLayout, content: SlideLayout, metadata: Metadata, names: Mapping[str, str]) -> bytes:
    """One slide layout. What it shares with `content` is left to the master, so that a change there reaches it."""
    kind = _KINDS[layout.name]
    art = layout.art if layout.dark else tuple(item for item in layout.art if item not in content.art)
    same_title = (layout.title_size, layout.title_colour) == (content.title_size, content.title_colour)
    shapes = [
        *(shape(item, number, "Art", names) for number, item in enumerate(art, 2)),
        text_placeholder(
            20,
            "Title",
            placeholder(layout.name, "title"),
            layout.title,
            prompt("Title"),
            style="" if same_title else _title_style(layout, names),
        ),
    ]
    for number, (body, frame) in enumerate(zip(kind.bodies, layout.body, strict=True)):
        ph = placeholder(layout.name, "body", number)
        if body.list:
            same_text = (layout.body_size, layout.body_colour) == (content.body_size, content.body_colour)
            style = "" if same_text else _list_style(layout, names)
            shapes.append(text_placeholder(21 + number, body.prompt, ph, frame, _LEVELS, style=style))
        else:
            style = plain_style(layout.body_size, layout.body_colour, names)
            shapes.append(text_placeholder(21 + number, body.prompt, ph, frame, prompt(body.prompt), style=style))
    foot_style = plain_style(layout.foot_size, layout.muted_colour, names, after=0)
    shapes.append(
        text_placeholder(
            30, kind.foot, placeholder(layout.name, "foot"), layout.foot, prompt(kind.foot), style=foot_style
        )
    )
    if layout.furniture:
        shapes += _furniture(
            layout,
            metadata,
            names,
            date=placeholder(layout.name, "date"),
            footer=placeholder(layout.name, "footer"),
            slide_number=placeholder(layout.name, "slide-number"),
        )
    hidden = ' showMasterSp="0"' if layout.dark else ""
    return (
        f'{DECLARATION}<p:sldLayout {NAMESPACES}{hidden} type="{kind.type}" preserve="1" userDrawn="1">'
        f"{_slide_data(layout, names, shapes, kind.name)}"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    ).encode()


COLOUR_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3"'
    ' accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)
EMPTY_GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
"""The root of a shape tree, before its shapes."""


def _slide_data(layout: SlideLayout, names: Mapping[str, str], shapes: Iterable[str], name: str = "") -> str:
    named = f' name="{name}"' if name else ""
    return (
        f"<p:cSld{named}><p:bg><p:bgPr>{fill(layout.background, names)}<a:effectLst/></p:bgPr></p:bg>"
        f"<p:spTree>{EMPTY_GROUP}{''.join(shapes)}</p:spTree></p:cSld>"
    )


# -- placeholders ----------------------------------------------------------------------------------------------


def text_placeholder(number: int, name: str, ph: str, frame: Frame, paragraphs: str, *, style: str = "") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr>{ph}</p:nvPr></p:nvSpPr>"
        f'<p:spPr>{transform(frame)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f"<p:txBody>{BODY_PROPERTIES}<a:lstStyle>{style}</a:lstStyle>{paragraphs}</p:txBody></p:sp>"
    )


def prompt(text: str, level: int = 0) -> str:
    indent = f'<a:pPr lvl="{level}"/>' if level else ""
    return f'<a:p>{indent}<a:r><a:rPr lang="en"/><a:t>{text}</a:t></a:r></a:p>'


_LEVELS = "".join(
    prompt(f"{ordinal} level", level) for level, ordinal in enumerate(("First", "Second", "Third", "Fourth", "Fifth"))
)


def _furniture(
    layout: SlideLayout, metadata: Metadata, names: Mapping[str, str], *, date: str, footer: str, slide_number: str
) -> tuple[str, str, str]:
    """Date, footer and slide number; a new slide takes the report's title as its footer."""
    left = plain_style(layout.footer_size, layout.muted_colour, names, after=0)
    right = plain_style(layout.footer_size, layout.muted_colour, names, after=0, align="right")
    day = metadata.date.isoformat() if metadata.date else ""

    def text(content: str) -> str:
        return f'<a:p><a:r><a:rPr lang="{escape(metadata.language)}"/><a:t>{escape(content)}</a:t></a:r></a:p>'

    return (
        text_placeholder(40, "Date", date, layout.date, text(day), style=right),
        text_placeholder(41, "Footer", footer, layout.footer, text(metadata.title), style=left),
        text_placeholder(
            42, "Slide number", slide_number, layout.slide_number, f"<a:p>{SLIDE_NUMBER_FIELD}</a:p>", style=right
        ),
    )


# -- text styles -----------------------------------------------------------------------------------------------

_ALIGN: Mapping[Align, str] = {"left": "l", "center": "ctr", "right": "r"}
_BREAKING = 'rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"'
_SINGLE = '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'


def text_level(size: int, name: str) -> str:
    """The first level of text that is in no placeholder: `size` in hundredths of a point, a scheme colour's name."""
    return (
        f'<a:lvl1pPr marL="0" algn="l" {_BREAKING}><a:defRPr sz="{size}" kern="1200">'
        f'<a:solidFill><a:schemeClr val="{name}"/></a:solidFill>{BODY_FONTS}</a:defRPr></a:lvl1pPr>'
    )


def _title_style(layout: SlideLayout, names: Mapping[str, str]) -> str:
    return (
        f'<a:lvl1pPr algn="l" {_BREAKING}>{_SINGLE}<a:buNone/>'
        f'<a:defRPr sz="{hundredths(layout.title_size)}" b="1" kern="1200">'
        f"{fill(layout.title_colour, names)}{HEADING_FONTS}</a:defRPr></a:lvl1pPr>"
    )


def _list_style(layout: SlideLayout, names: Mapping[str, str]) -> str:
    """Five levels of a list, each with its own mark and hanging indent.

    Space stands after paragraphs only: programs disagree on whether a frame keeps the space before its first one.
    """
    return "".join(
        f'<a:lvl{level}pPr marL="{emu(indent)}" indent="{-emu(layout.hanging)}" algn="l" {_BREAKING}>{_SINGLE}'
        f'<a:spcAft><a:spcPts val="{hundredths(layout.space_after)}"/></a:spcAft>'
        f"<a:buClr>{colour(layout.title_colour, names)}</a:buClr>"
        f'<a:buFont typeface="Arial"/><a:buChar char="{bullet}"/>'
        f'<a:defRPr sz="{hundredths(layout.body_size)}" kern="1200">{fill(layout.body_colour, names)}{BODY_FONTS}'
        f"</a:defRPr></a:lvl{level}pPr>"
        for level, (indent, bullet) in enumerate(zip(layout.indents, "•–•–•", strict=True), 1)
    )


def plain_style(
    size: float, text: str, names: Mapping[str, str], after: float | None = None, align: Align = "left"
) -> str:
    """Paragraphs without marks; the space after them is the master's unless given."""
    space = "" if after is None else f'<a:spcAft><a:spcPts val="{hundredths(after)}"/></a:spcAft>'
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{_ALIGN[align]}">{space}<a:buNone/>'
        f'<a:defRPr sz="{hundredths(size)}">{fill(text, names)}{BODY_FONTS}</a:defRPr></a:lvl1pPr>'
    )
