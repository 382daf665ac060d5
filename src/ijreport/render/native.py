"""A template's placeholder → what a slide must say to fill it: its key, its place if it is another, and no more."""

from __future__ import annotations

from ijreport.layout.items import Frame
from ijreport.layout.slides.placeholders import Inherited, Mark, Placeholder
from ijreport.render.drawingml import escape, transform

_NEAR = 0.01
"""Points by which frames that were computed in different ways may differ and be the same."""


def template_placeholder(slot: Placeholder) -> str:
    """The `p:ph` by which a slide's shape finds its like on the layout (19.3.1.36)."""
    kind = "" if slot.type == "obj" else f' type="{escape(slot.type)}"'
    extent = f' sz="{escape(slot.extent)}"' if slot.extent else ""
    index = "" if slot.index == "0" else f' idx="{escape(slot.index)}"'
    return f"<p:ph{kind}{extent}{index}/>"


def template_geometry(slot: Placeholder, text: Frame) -> str:
    """The place of a shape whose text stands in a frame: nothing if it is the placeholder's own."""
    own = slot.text_frame
    pairs = ((text.x, own.x), (text.y, own.y), (text.width, own.width), (text.height, own.height))
    if all(abs(one - other) < _NEAR for one, other in pairs):
        return ""
    return transform(text)


def template_body(slot: Placeholder, geometry: str) -> str:
    """The anchor stays the template's, and the insets where the place is its own (else the frame is the text's).

    Text is broken at the frame's edge, in one column, and never shrinks.
    """
    insets = ' lIns="0" tIns="0" rIns="0" bIns="0"' if geometry else ""
    columns = ' numCol="1"' if slot.columns else ""
    return f'<a:bodyPr wrap="square"{insets}{columns}><a:noAutofit/></a:bodyPr>'


def template_mark(mark: Mark) -> str:
    """The mark of a list in a text that is in no placeholder, like those in placeholders."""
    own = f'<a:buClr><a:srgbClr val="{mark.colour[1:]}"/></a:buClr>' if mark.colour else ""
    size = f'<a:buSzPct val="{round(100_000 * mark.size)}"/>'
    charset = f' charset="{escape(mark.charset)}"' if mark.charset.isdigit() else ""
    font = f'<a:buFont typeface="{escape(mark.typeface)}"{charset}/>' if mark.typeface else ""
    return f'{own}{size}{font}<a:buChar char="{escape(mark.character)}"/>'


def template_spacing(look: Inherited, lines: str) -> str:
    """`lines` if they say their distance, else no more of it than was measured; and no space before paragraphs."""
    wide = look.line_spacing > 1 or not look.line_spacing
    return (lines or ('<a:lnSpc><a:spcPct val="100000"/></a:lnSpc>' if wide else "")) + (
        '<a:spcBef><a:spcPts val="0"/></a:spcBef>' if look.spaced else ""
    )
