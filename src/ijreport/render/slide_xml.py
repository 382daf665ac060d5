"""A slide's items → its XML, and what it relates to (ECMA-376 part 1, 19.3).

One short function an item; no layout decisions here. Sizes are written out, the same in every run of a paragraph,
so that nothing depends on a program's autofit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from ijreport.layout import items
from ijreport.layout.items import (
    Cell,
    Frame,
    Group,
    Image,
    Item,
    Shape,
    Slide,
    Table,
    Text,
)
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.placeholders import LEVELS
from ijreport.layout.typesetting.text import Run, SetParagraph, TextStyle, Voice
from ijreport.layout.units import emu
from ijreport.render.chart_part import CHART
from ijreport.render.drawingml import (
    BODY_PROPERTIES,
    DRAWING,
    NAMESPACES,
    SCHEME_SERIES,
    escape,
    hundredths,
    shape,
    transform,
)
from ijreport.render.layouts import EMPTY_GROUP, placeholder
from ijreport.render.lettering import CELL, FURNITURE, PLACES, Lettering, Place
from ijreport.render.master import TABLE_STYLE
from ijreport.render.native import (
    template_body,
    template_geometry,
    template_mark,
    template_placeholder,
    template_spacing,
)
from ijreport.render.package import DECLARATION
from ijreport.render.text_properties import auto_number, starts

_NUMBER = "\0"
"""Stands for the slide's own number while it is drawn: XML has no such character."""

_LAYOUT_ID = 1
"""The number of a slide's relationship to its layout; those of its targets follow."""

_HANGING = 1.0
"""How far a list's mark stands to the left of its text, in ems: as the layouts have it."""

_FILLS = '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
_SCHEME = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
"""What the master's colour map makes of names that are not the scheme's own (19.3.1.6)."""
_ALIGN = {"left": "l", "center": "ctr", "right": "r"}


class Chart(Struct, frozen=True):
    """A chart, and the id of the shape that shows it: no other one of the slide has it."""

    item: items.Chart
    shape: int


Target = int | str | bytes | Chart
"""What a slide relates to: another one by its number, an address, the bytes of a picture, a chart."""


class Drawn(Struct, frozen=True):
    """The XML of a slide, in pieces between which its own number stands, and what its relationships lead to, by ids.

    `itself`: it has links to itself, which say so instead of naming it.
    """

    xml: tuple[bytes, ...]
    targets: Mapping[Target, str]
    itself: bool


def draw(slide: Slide, number: int, layout: SlideLayout, lettering: Lettering, ids: Mapping[str, int]) -> Drawn:
    """A slide on its layout. `ids` tells the numbers of the slides that links lead to."""
    drawing = _SlideDrawing(number, layout, lettering, ids)
    pieces = drawing.xml(slide).encode().split(_NUMBER.encode())
    return Drawn(tuple(pieces), drawing.targets, drawing.itself)


class _SlideDrawing:
    """Draws the items of one slide; ids count up from 2, the first being the shape tree's own."""

    def __init__(self, number: int, layout: SlideLayout, lettering: Lettering, ids: Mapping[str, int]) -> None:
        self.number = number
        self.layout = layout
        self.lettering = lettering
        self.ids = ids
        self.last_id = 1
        self.targets: dict[Target, str] = {}
        self.itself = False

    def xml(self, slide: Slide) -> str:
        tree = "".join(self.item(item) for item in slide.items)
        return (
            f"{DECLARATION}<p:sld {NAMESPACES}><p:cSld><p:spTree>{EMPTY_GROUP}{tree}</p:spTree></p:cSld>"
            f"<p:clrMapOvr>{self.colour_map()}</p:clrMapOvr></p:sld>"
        )

    def colour_map(self) -> str:
        """What the colours' names mean on this slide, where it is not what they mean on its master.

        On a dark ground links take the colour of its text: their own may be the ground's (20.1.6.8).
        """
        if not self.layout.colour_map and not self.layout.dark:
            return "<a:masterClrMapping/>"
        meanings = self.layout.colour_map
        if not meanings:
            name = self.lettering.names[self.layout.title_colour]
            links = dict.fromkeys(("hlink", "folHlink"), _SCHEME.get(name, name))
            accents = {f"accent{number}": f"accent{number}" for number in range(1, SCHEME_SERIES + 1)}
            meanings = _SCHEME | accents | links
        pairs = " ".join(f'{name}="{value}"' for name, value in meanings.items())
        return f"<a:overrideClrMapping {pairs}/>"

    def item(self, item: Item) -> str:
        match item:
            case Text():
                return self.text(item)
            case Table():
                return self.table(item)
            case Shape():
                return shape(item, self.next_id(), f"Shape {self.last_id}", self.lettering.names)
            case Image():
                return self.image(item)
            case items.Chart():
                return self.chart(item)
            case Group():
                return self.group(item)
            case _:
                assert_never(item)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    # -- text --------------------------------------------------------------------------------------------------

    def text(self, item: Text) -> str:
        number = self.next_id()
        name = escape(f"{item.name or 'Text'} {number}")
        native = self.layout.slots.get((item.placeholder, item.slot))
        if item.placeholder == "slide-number":
            content = self.slide_number(item.paragraphs[0], self.place(item, item.paragraphs[0]))
        else:
            numbered = zip(item.paragraphs, starts(item.paragraphs), strict=True)
            content = "".join([self.paragraph(one, self.place(item, one), start) for one, start in numbered])
        body = BODY_PROPERTIES
        if native:
            properties, slot = _FILLS, template_placeholder(native.placeholder)
            shape = template_geometry(native.placeholder, item.frame)
            body = template_body(native.placeholder, shape)
            geometry = f"<p:spPr>{shape}</p:spPr>"
        elif item.placeholder and not self.layout.part:
            properties = _FILLS
            slot = placeholder(self.layout.name, item.placeholder, item.slot)
            geometry = "<p:spPr/>" if item.frame == self.declared(item) else f"<p:spPr>{transform(item.frame)}</p:spPr>"
        else:
            properties, slot = '<p:cNvSpPr txBox="1"/>', ""
            place = f'{transform(item.frame)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
            geometry = f"<p:spPr>{place}</p:spPr>"
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/>{properties}<p:nvPr>{slot}</p:nvPr></p:nvSpPr>'
            f"{geometry}<p:txBody>{body}<a:lstStyle/>{content}</p:txBody></p:sp>"
        )

    def place(self, item: Text, paragraph: SetParagraph) -> Place:
        native = self.layout.slots.get((item.placeholder, item.slot))
        if native is None:
            return PLACES["" if self.layout.part else item.placeholder]
        level = paragraph.level + self.layout.first_level - 1 if paragraph.level else 1
        return Place(item.placeholder, native.placeholder.styles[min(level, LEVELS) - 1])

    def declared(self, item: Text) -> Frame | None:
        """The frame that the slide's layout gives to a placeholder."""
        layout = self.layout
        match item.placeholder:
            case "title":
                return layout.title
            case "body":
                return layout.body[item.slot] if item.slot < len(layout.body) else None
            case "foot":
                return layout.foot
            case "date":
                return layout.date
            case "footer":
                return layout.footer
            case "slide-number":
                return layout.slide_number
            case _:
                return None

    def slide_number(self, paragraph: SetParagraph, place: Place) -> str:
        run = self.run_properties(paragraph.runs[0].voice, paragraph.style, place)
        field = 'id="{7C1D3B60-5D0B-4C0E-9A39-6B3A53F8A1D2}" type="slidenum"'
        return f"<a:p><a:fld {field}>{run}<a:t>{_NUMBER}</a:t></a:fld></a:p>"

    def paragraph(self, paragraph: SetParagraph, place: Place, start: int | None = None) -> str:
        properties = self.paragraph_properties(paragraph, place, start)
        own = paragraph.runs
        runs = "".join([self.run(run, paragraph.style, place) for run in own])
        end = (
            "" if runs else f'<a:endParaRPr lang="{self.lettering.language}" sz="{hundredths(paragraph.style.size)}"/>'
        )
        return f"<a:p>{properties}{runs}{end}</a:p>"

    def paragraph_properties(self, paragraph: SetParagraph, place: Place, start: int | None) -> str:
        """Level, indents, alignment, spacing and mark; what a placeholder's own list level gives is left to it."""
        style, given = paragraph.style, place.given
        # Lines of other scripts at an exact distance: else each face that a reader may have brings one of its own. So
        # are those of a typeface that is higher than was measured, unless the template sets them closer, and those
        # with lowered characters, which would make a line higher than others.
        foreign = style.leading > LINE * style.size + 0.01
        lowered = any(run.voice.look.rise < 0 for run in paragraph.runs)
        exact = foreign or lowered or self.lettering.line * ((given.line_spacing or 1.0) if given else 1.0) > LINE
        lines = f'<a:lnSpc><a:spcPts val="{hundredths(style.leading)}"/></a:lnSpc>' if exact else ""
        # Punctuation that hangs would leave its frame.
        hanging = ' hangingPunct="0"' if foreign and any(run.voice.language == "ja" for run in paragraph.runs) else ""
        if place.kind in FURNITURE:
            return f"<a:pPr{hanging}>{lines}</a:pPr>" if lines else ""
        native = place.kind == "body" and paragraph.level > 0 and bool(paragraph.label) and (not given or given.marked)
        level = paragraph.level + self.layout.first_level - 1 if paragraph.level else 0
        attributes = f' lvl="{level - 1}"{hanging}' if level > 1 else hanging
        if not native:
            first = _HANGING * self.layout.hanging if paragraph.label else 0.0
            attributes = f' marL="{emu(paragraph.indent)}" indent="{-emu(first)}"{attributes}'
        if style.align != "left" and not (given and style.align == given.align):
            attributes += f' algn="{_ALIGN[style.align]}"'
        after = f'<a:spcAft><a:spcPts val="{hundredths(style.space_after)}"/></a:spcAft>'
        space = (template_spacing(given, lines) if given else lines) + ("" if place.kind == "title" else after)
        if start is not None:
            mark = auto_number(start)
        elif paragraph.label:
            own = self.layout.mark
            mark = template_mark(own) if own else '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
            mark = "" if native else mark
        else:
            mark = "<a:buNone/>"
        return f"<a:pPr{attributes}>{space}{mark}</a:pPr>"

    def run(self, run: Run, style: TextStyle, place: Place) -> str:
        properties = self.run_properties(run.voice, style, place)
        text = run.text.replace("\u00a0", " ") if run.voice.look.role == "mono" else run.text  # to be copied and run
        return f"<a:br>{properties}</a:br>".join(
            [f"<a:r>{properties}<a:t>{escape(line)}</a:t></a:r>" if line else "" for line in text.split("\n")]
        )

    def run_properties(self, voice: Voice, style: TextStyle, place: Place) -> str:
        attributes, content = self.lettering.characters(voice, style, place, self.layout)
        if voice.look.link:
            content += self.link(voice.look.link)
        return f"<a:rPr {attributes}>{content}</a:rPr>" if content else f"<a:rPr {attributes}/>"

    def link(self, link: str) -> str:
        """To the web, or to a slide; a target that no slide has (a source's number in notes) is no link."""
        if not link.startswith("#"):
            return f'<a:hlinkClick r:id="{self.relate(link)}"/>'
        number = self.ids.get(link[1:])
        if number is None:
            return ""
        if number == self.number:
            self.itself = True
            return '<a:hlinkClick r:id="" action="ppaction://noaction"/>'
        return f'<a:hlinkClick r:id="{self.relate(number)}" action="ppaction://hlinksldjump"/>'

    def relate(self, target: Target) -> str:
        """The id of the relationship to a target."""
        return self.targets.setdefault(target, f"rId{_LAYOUT_ID + len(self.targets) + 1}")

    # -- tables, charts, pictures, groups ----------------------------------------------------------------------

    def table(self, table: Table) -> str:
        columns = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in table.widths)
        across, down = (emu(one) for one in table.padding)
        rows = []
        for row in table.rows:
            cells = "".join(
                f"<a:tc{_merging(cell)}><a:txBody><a:bodyPr/><a:lstStyle/>"
                + "".join(self.paragraph(one, CELL) for one in cell.paragraphs)
                + f'</a:txBody><a:tcPr marL="{across}" marR="{across}" marT="{down}" marB="{down}" anchor="t"/></a:tc>'
                for cell in row.cells
            )
            rows.append(f'<a:tr h="{emu(row.height)}">{cells}</a:tr>')
        header = ' firstRow="1"' if table.header_rows else ""
        content = (
            f"<a:tbl><a:tblPr{header}><a:tableStyleId>{TABLE_STYLE}</a:tableStyleId></a:tblPr>"
            f"<a:tblGrid>{columns}</a:tblGrid>{''.join(rows)}</a:tbl>"
        )
        uri = f"{DRAWING.removesuffix('main')}table"
        return self.graphic(table.frame, table.slot, "Table", table.name, uri, content)

    def chart(self, item: items.Chart) -> str:
        relationship = self.relate(Chart(item, self.last_id + 1))
        content = f'<c:chart xmlns:c="{CHART}" r:id="{relationship}"/>'
        return self.graphic(item.frame, item.slot, item.block.title or "Chart", item.block.alt, CHART, content)

    def graphic(self, frame: Frame, slot: int | None, name: str, alt: str, uri: str, content: str) -> str:
        number = self.next_id()
        named = f'id="{number}" name="{escape(f"{name} {number}")}" descr="{escape(alt)}"'
        return (
            f"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr {named}/>"
            '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>'
            f"{self.filling(slot)}</p:nvGraphicFramePr>"
            f'{transform(frame, "p:xfrm")}<a:graphic><a:graphicData uri="{uri}">{content}</a:graphicData></a:graphic>'
            "</p:graphicFrame>"
        )

    def filling(self, slot: int | None) -> str:
        """The placeholder whose place an object takes if the slide is given another layout; its own is written out."""
        if slot is None:
            return "<p:nvPr/>"
        native = self.layout.slots.get(("body", slot))
        key = template_placeholder(native.placeholder) if native else placeholder(self.layout.name, "body", slot)
        return f"<p:nvPr>{key}</p:nvPr>"

    def image(self, image: Image) -> str:
        number = self.next_id()
        relationship = self.relate(image.data)
        locks = "" if image.slot is None else ' noGrp="1"'
        return (
            f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="Picture {number}" descr="{escape(image.alt)}"/>'
            f'<p:cNvPicPr><a:picLocks{locks} noChangeAspect="1"/></p:cNvPicPr>{self.filling(image.slot)}</p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f'<p:spPr>{transform(image.frame)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def group(self, group: Group) -> str:
        number = self.next_id()
        place = transform(group.frame, "a:xfrm")
        inner = place.removeprefix("<a:xfrm>").removesuffix("</a:xfrm>")
        inner = inner.replace("<a:off ", "<a:chOff ").replace("<a:ext ", "<a:chExt ")
        named = (
            f'id="{number}" name="{escape(f"{group.name[:60]} {number}")}" descr="{escape(group.alt or group.name)}"'
        )
        both = place.replace("</a:xfrm>", inner + "</a:xfrm>")
        parts = "".join(self.item(item) for item in group.items)
        return (
            f"<p:grpSp><p:nvGrpSpPr><p:cNvPr {named}/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr>{both}</p:grpSpPr>{parts}</p:grpSp>"
        )


def _merging(cell: Cell) -> str:
    """The attributes of a cell that is merged with others (ECMA-376, 21.1.3.18): each says what it shares with them."""
    across = ' hMerge="1"' if cell.left else f' gridSpan="{cell.columns}"' if cell.columns > 1 else ""
    down = ' vMerge="1"' if cell.above else f' rowSpan="{cell.rows}"' if cell.rows > 1 else ""
    return down + across
