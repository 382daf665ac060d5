"""Theme + metadata → a presentation without its slides: masters, layouts, themes, properties (ECMA-376 part 1, 13.3).

The slide renderer adds its slides to the package and closes the deck with `finish`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from ijreport.document.blocks import Metadata
from ijreport.layout.colours import readable
from ijreport.layout.items import Frame, LayoutName
from ijreport.layout.slides.frames import SlideLayout
from ijreport.layout.theme import Theme
from ijreport.layout.units import emu
from ijreport.render.drawingml import (
    DRAWING,
    NAMESPACES,
    RELATIONSHIPS,
    accents,
    colour,
    escape,
    fill,
    line,
    palette,
    transform,
)
from ijreport.render.layouts import (
    COLOUR_MAP,
    EMPTY_GROUP,
    MASTER_ID,
    SLIDE_NUMBER_FIELD,
    layout_xml,
    master_xml,
    plain_style,
    prompt,
    text_level,
    text_placeholder,
)
from ijreport.render.package import DECLARATION, Package, Part

TABLE_STYLE = "{5B1F2A34-8C0E-4E57-9D6A-3C7E21B04F18}"
"""The `tableStyleId` of the deck's own table style, which is also its default."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_PML = _OFFICE + "presentationml."
_PACKAGE_TYPES = "application/vnd.openxmlformats-package."
_CORE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_CORE_PROPERTIES = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_NOTES_PAGE = Frame(0, 0, 540, 720)
_FIRST_SLIDE_ID = 256
"""The lowest that a slide may have (19.7.13)."""


class Deck(Struct, frozen=True):
    """A presentation's package, and the parts to which its slides relate."""

    package: Package
    presentation: Part
    masters: Sequence[tuple[int, Part]]
    """With their ids."""
    layouts: Mapping[LayoutName, Part]
    notes_master: Part
    frames: Mapping[LayoutName, SlideLayout]
    names: Mapping[str, str]
    """By which slides call the theme's colours."""


def deck_skeleton(theme: Theme, metadata: Metadata, layouts: Mapping[LayoutName, SlideLayout]) -> Deck:
    """Every part of a deck that does not depend on its slides. `layouts` are the theme's slide frames.

    The presentation part stays empty until `finish` is given the slides.
    """
    names = palette(theme)
    package = Package()
    presentation = package.add(Part("/ppt/presentation.xml", f"{_PML}presentation.main+xml"))
    package.root.relate(presentation, f"{RELATIONSHIPS}/officeDocument")
    master = package.add(Part("/ppt/slideMasters/slideMaster1.xml", f"{_PML}slideMaster+xml"))
    presentation.relate(master, f"{RELATIONSHIPS}/slideMaster")

    layout_parts: dict[LayoutName, Part] = {}
    for number, layout in enumerate(layouts.values(), 1):
        data = layout_xml(layout, layouts["content"], metadata, names)
        part = package.add(Part(f"/ppt/slideLayouts/slideLayout{number}.xml", f"{_PML}slideLayout+xml", data))
        part.relate(master, f"{RELATIONSHIPS}/slideMaster")
        layout_parts[layout.name] = part
    layout_ids = [master.relate(part, f"{RELATIONSHIPS}/slideLayout") for part in layout_parts.values()]
    master.data = master_xml(layouts["content"], metadata, names, layout_ids)

    theme_part = package.add(Part("/ppt/theme/theme1.xml", f"{_OFFICE}theme+xml", theme_xml(theme).encode()))
    master.relate(theme_part, f"{RELATIONSHIPS}/theme")
    notes_master = add_common_parts(package, presentation, theme, theme, metadata, names, 2)
    return Deck(package, presentation, ((MASTER_ID, master),), layout_parts, notes_master, layouts, names)


def add_common_parts(
    package: Package,
    presentation: Part,
    theme: Theme,
    printed: Theme,
    metadata: Metadata,
    names: Mapping[str, str],
    number: int,
) -> Part:
    """The parts that a deck has whatever its masters are; the notes' master is returned.

    The notes' pages are of paper: their theme, part number `number`, is that of `printed`.
    """
    notes_data = _notes_master(printed, palette(printed)).encode()
    notes_master = package.add(Part("/ppt/notesMasters/notesMaster1.xml", f"{_PML}notesMaster+xml", notes_data))
    presentation.relate(notes_master, f"{RELATIONSHIPS}/notesMaster")
    # Each master owns its theme part; sharing one is not allowed (13.3.4, 13.3.10).
    part = package.add(Part(f"/ppt/theme/theme{number}.xml", f"{_OFFICE}theme+xml", theme_xml(printed).encode()))
    notes_master.relate(part, f"{RELATIONSHIPS}/theme")

    for name, xml in (
        ("presProps", f"<p:presentationPr {NAMESPACES}/>"),
        ("viewProps", f'<p:viewPr {NAMESPACES}><p:gridSpacing cx="76200" cy="76200"/></p:viewPr>'),
        ("tableStyles", _table_styles(theme, names)),
    ):
        part = package.add(Part(f"/ppt/{name}.xml", f"{_PML}{name}+xml", (DECLARATION + xml).encode()))
        presentation.relate(part, f"{RELATIONSHIPS}/{name}")

    core = Part("/docProps/core.xml", f"{_PACKAGE_TYPES}core-properties+xml", _core_properties(metadata).encode())
    package.root.relate(package.add(core), _CORE_PROPERTIES)
    extended = Part("/docProps/app.xml", f"{_OFFICE}extended-properties+xml", _extended_properties(metadata).encode())
    package.root.relate(package.add(extended), f"{RELATIONSHIPS}/extended-properties")
    return notes_master


def finish(
    deck: Deck, theme: Theme, metadata: Metadata, slides: Sequence[Part], sections: Sequence[tuple[str, int]] = ()
) -> None:
    """Write the presentation part of a deck: its slides in their order.

    `sections` divide all slides, in order: the name of each and how many slides it has.
    """
    main = deck.presentation
    masters = "".join(
        f'<p:sldMasterId id="{number}" r:id="{main.relate(master, f"{RELATIONSHIPS}/slideMaster")}"/>'
        for number, master in deck.masters
    )
    slide_list = "".join(
        f'<p:sldId id="{number}" r:id="{main.relate(slide, f"{RELATIONSHIPS}/slide")}"/>'
        for number, slide in enumerate(slides, _FIRST_SLIDE_ID)
    )
    main.data = (
        f'{DECLARATION}<p:presentation {NAMESPACES} saveSubsetFonts="1" autoCompressPictures="0"><p:sldMasterIdLst>'
        f"{masters}</p:sldMasterIdLst><p:notesMasterIdLst>"
        f'<p:notesMasterId r:id="{main.relate(deck.notes_master, f"{RELATIONSHIPS}/notesMaster")}"/>'
        f"</p:notesMasterIdLst><p:sldIdLst>{slide_list}</p:sldIdLst>"
        f'<p:sldSz cx="{emu(theme.slide.width)}" cy="{emu(theme.slide.height)}"/>'
        f'<p:notesSz cx="{emu(_NOTES_PAGE.width)}" cy="{emu(_NOTES_PAGE.height)}"/>'
        f'<p:defaultTextStyle><a:defPPr><a:defRPr lang="{escape(metadata.language)}"/></a:defPPr>'
        f"{text_level(1800, 'tx1')}</p:defaultTextStyle>{_section_list(sections)}</p:presentation>"
    ).encode()


def _section_list(sections: Sequence[tuple[str, int]]) -> str:
    """PowerPoint's sections ([MS-PPTX] 2.6.13), with ids made from place and name, so that they stay the same."""
    if not sections:
        return ""
    first, listed = _FIRST_SLIDE_ID, []
    for place, (name, count) in enumerate(sections):
        slides = "".join(f'<p14:sldId id="{number}"/>' for number in range(first, first + count))
        listed.append(
            f'<p14:section name="{escape(name)}" id="{_guid(f"section {place} {name}")}">'
            f"<p14:sldIdLst>{slides}</p14:sldIdLst></p14:section>"
        )
        first += count
    return (
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
        '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
        f"{''.join(listed)}</p14:sectionLst></p:ext></p:extLst>"
    )


def _guid(text: str) -> str:
    digits = sha256(text.encode()).hexdigest().upper()
    return f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}}}"


# -- theme -----------------------------------------------------------------------------------------------------


def theme_xml(theme: Theme) -> str:
    """The theme part: colour and font scheme as the project has them, plain fills and lines (20.1.6.9)."""
    colours, fonts = theme.colours, theme.fonts.slide
    scheme = {
        "dk1": colours.ink,
        "lt1": colours.paper,
        "dk2": colours.primary,
        "lt2": colours.tint,
        **{f"accent{n}": one for n, one in enumerate(accents(theme), 1)},
        "hlink": readable(colours.primary, colours.paper, colours.ink),
        "folHlink": readable(colours.muted, colours.paper, colours.ink),
    }
    clr_scheme = "".join(f'<a:{name}><a:srgbClr val="{value[1:]}"/></a:{name}>' for name, value in scheme.items())
    lines = "".join(f'<a:ln w="{width}">{_OWN_COLOUR}</a:ln>' for width in (6350, 12700, 19050))
    return (
        f'{DECLARATION}<a:theme xmlns:a="{DRAWING}" name="ijreport"><a:themeElements>'
        f'<a:clrScheme name="ijreport">{clr_scheme}</a:clrScheme><a:fontScheme name="ijreport">'
        f"<a:majorFont>{_typefaces(theme, fonts.heading or fonts.latin)}</a:majorFont>"
        f"<a:minorFont>{_typefaces(theme, fonts.latin)}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="ijreport"><a:fillStyleLst>{_OWN_COLOUR * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{_OWN_COLOUR * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements>"
        "<a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


_OWN_COLOUR = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'


def _typefaces(theme: Theme, latin: str) -> str:
    fonts = theme.fonts.slide
    east_asian, complex_script = escape(fonts.east_asian), escape(fonts.complex_script)
    return (
        f'<a:latin typeface="{escape(latin)}"/><a:ea typeface="{east_asian}"/><a:cs typeface="{complex_script}"/>'
        f'<a:font script="Jpan" typeface="{east_asian}"/><a:font script="Deva" typeface="{complex_script}"/>'
    )


# -- notes, tables, properties ---------------------------------------------------------------------------------


def _notes_master(theme: Theme, names: Mapping[str, str]) -> str:
    """The printed page of speaker notes: the slide above, its notes below."""
    page, margin = _NOTES_PAGE, 54.0
    width = page.width - 2 * margin
    picture = Frame(margin, margin, width, width * theme.slide.height / theme.slide.width)
    body = Frame(margin, picture.bottom + 24, width, page.height - margin - 24 - picture.bottom - 24)
    number = Frame(margin, page.height - margin, width, 14)
    picture_line = line(theme.colours.rule, 0.75, names)
    return (
        f"{DECLARATION}<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr>{fill(theme.colours.paper, names)}"
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{EMPTY_GROUP}"
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        f'</p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr>{transform(picture)}'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>{picture_line}</p:spPr></p:sp>'
        + text_placeholder(3, "Notes", '<p:ph type="body" sz="quarter" idx="3"/>', body, prompt("Notes"))
        + text_placeholder(
            4,
            "Slide number",
            '<p:ph type="sldNum" sz="quarter" idx="5"/>',
            number,
            f"<a:p>{SLIDE_NUMBER_FIELD}</a:p>",
            style=plain_style(
                9, readable(theme.colours.muted, theme.colours.paper, theme.colours.ink), names, align="right"
            ),
        )
        + f"</p:spTree></p:cSld>{COLOUR_MAP}<p:notesStyle>{text_level(1200, 'tx1')}</p:notesStyle></p:notesMaster>"
    )


def _table_styles(theme: Theme, names: Mapping[str, str]) -> str:
    """The deck's table style: light rules between rows, a bold header above a stronger one, no upright rules."""
    colours = theme.colours
    heading = colour(readable(colours.primary, colours.paper, colours.ink), names)
    light = line(colours.rule, 0.75, names)
    strong = line(colours.primary, 1.5, names)
    none = line("", 0, names)
    emphatic = f'<a:tcTxStyle b="on">{_BODY_FONT}{heading}</a:tcTxStyle>'

    def borders(**sides: str) -> str:
        return f"<a:tcBdr>{''.join(f'<a:{side}>{ln}</a:{side}>' for side, ln in sides.items())}</a:tcBdr>"

    whole = borders(left=none, right=none, top=none, bottom=light, insideH=light, insideV=none)
    return (
        f'<a:tblStyleLst xmlns:a="{DRAWING}" def="{TABLE_STYLE}">'
        f'<a:tblStyle styleId="{TABLE_STYLE}" styleName="ijreport">'
        f"<a:wholeTbl><a:tcTxStyle>{_BODY_FONT}{colour(colours.ink, names)}</a:tcTxStyle>"
        f"<a:tcStyle>{whole}<a:fill><a:noFill/></a:fill></a:tcStyle></a:wholeTbl>"
        f"<a:band1H><a:tcStyle><a:tcBdr/><a:fill>{fill(colours.tint, names)}</a:fill></a:tcStyle></a:band1H>"
        f'<a:firstCol><a:tcTxStyle b="on">{_BODY_FONT}{colour(colours.ink, names)}</a:tcTxStyle>'
        "<a:tcStyle><a:tcBdr/></a:tcStyle></a:firstCol>"
        f"<a:lastRow>{emphatic}<a:tcStyle>{borders(top=strong)}</a:tcStyle></a:lastRow>"
        f"<a:firstRow>{emphatic}<a:tcStyle>{borders(bottom=strong)}</a:tcStyle></a:firstRow>"
        "</a:tblStyle></a:tblStyleLst>"
    )


_BODY_FONT = '<a:fontRef idx="minor"/>'


def _core_properties(metadata: Metadata) -> str:
    """Dublin Core properties (ECMA-376 part 2, 8.3.1); the only time is the report's own date."""
    texts = {
        "dc:title": metadata.title,
        "dc:subject": metadata.subtitle,
        "dc:creator": "; ".join(metadata.authors),
        "cp:keywords": ", ".join(metadata.keywords),
        "dc:description": metadata.description,
        "dc:language": metadata.language,
    }
    elements = [f"<{name}>{escape(text)}</{name}>" for name, text in texts.items() if text]
    if metadata.date:
        time = f'xsi:type="dcterms:W3CDTF">{metadata.date.isoformat()}T00:00:00Z'
        elements += [f"<dcterms:{name} {time}</dcterms:{name}>" for name in ("created", "modified")]
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_CORE_NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(elements)}</cp:coreProperties>"
    )


def _extended_properties(metadata: Metadata) -> str:
    company = f"<Company>{escape(metadata.organisation)}</Company>" if metadata.organisation else ""
    return (
        f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Application>ijreport</Application>{company}</Properties>"
    )
