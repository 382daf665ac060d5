"""A corporate template + metadata → a presentation without its slides, on the template's masters and layouts.

The parts come cleaned (`layout.corporate.parts`) and get names of our own; what their XML calls each other by stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from ijreport.document.blocks import Metadata
from ijreport.layout.brand import Template
from ijreport.layout.corporate.deck_template import DeckTemplate
from ijreport.layout.corporate.parts import PML, TemplatePart, picture_extension
from ijreport.layout.theme import SlideFonts, Theme
from ijreport.render.drawingml import DRAWING, RELATIONSHIPS, scheme_palette
from ijreport.render.layouts import MASTER_ID
from ijreport.render.master import Deck, add_common_parts
from ijreport.render.package import Package, Part

_OFFICE = "application/vnd.openxmlformats-officedocument."
_PML = _OFFICE + "presentationml."
_RELATED = f"{{{RELATIONSHIPS}}}id"


def template_skeleton(template: Template, theme: Theme, printed: Theme, metadata: Metadata) -> Deck:
    """Every part of a deck that does not depend on its slides; the notes' pages are set in `printed`."""
    read = template.deck
    package = Package()
    presentation = package.add(Part("/ppt/presentation.xml", f"{_PML}presentation.main+xml"))
    package.root.relate(presentation, f"{RELATIONSHIPS}/officeDocument")
    parts = {name: package.add(Part(*_name_and_type(read, name), one.data)) for name, one in read.parts.items()}
    for name, one in read.parts.items():
        for relation in one.relations:
            target: Part | str = relation.target if relation.external else parts[relation.target]
            parts[name].adopt(relation.id, target, f"{RELATIONSHIPS}/{relation.kind}")
    masters = []
    free = MASTER_ID
    for name in read.masters:
        presentation.relate(parts[name], f"{RELATIONSHIPS}/slideMaster")
        masters.append((free, parts[name]))
        parts[name].data, free = _numbered(parts[name].data, free + 1)
        for relation in read.parts[name].relations:
            if relation.kind == "theme":
                parts[relation.target].data = _with_typefaces(read.parts[relation.target], theme.fonts.slide, read)
    names = scheme_palette(template.scheme)
    notes = add_common_parts(package, presentation, theme, printed, metadata, names, len(read.masters) + 1)
    layouts = {name: parts[layout.part] for name, layout in template.layouts.items()}
    return Deck(package, presentation, masters, layouts, notes, template.layouts, names)


def _name_and_type(read: DeckTemplate, name: str) -> tuple[str, str]:
    """A part's name in the deck, and its content type."""
    part = read.parts[name]
    extension = picture_extension(part.content_type)
    if extension:
        pictures = [other for other, one in read.parts.items() if picture_extension(one.content_type)]
        return f"/ppt/media/template{pictures.index(name) + 1}.{extension}", part.content_type.replace("/jpg", "/jpeg")
    if name in read.masters:
        return f"/ppt/slideMasters/slideMaster{read.masters.index(name) + 1}.xml", f"{_PML}slideMaster+xml"
    layouts = [one.part for one in read.layouts]
    if name in layouts:
        return f"/ppt/slideLayouts/slideLayout{layouts.index(name) + 1}.xml", f"{_PML}slideLayout+xml"
    owner = next(
        number
        for number, master in enumerate(read.masters, 1)
        if any(relation.target == name for relation in read.parts[master].relations)
    )
    return f"/ppt/theme/theme{owner}.xml", f"{_OFFICE}theme+xml"


def _numbered(master: bytes, free: int) -> tuple[bytes, int]:
    """A master whose layouts have ids from `free` on, which no other has, and the next free one (19.7.17)."""
    root = etree.fromstring(master)
    for entry in root.iterfind(f"{PML}sldLayoutIdLst/{PML}sldLayoutId"):
        entry.set("id", str(free))
        free += 1
    return etree.tostring(root, encoding="UTF-8", standalone=True), free


def _with_typefaces(part: TemplatePart, fonts: SlideFonts, read: DeckTemplate) -> bytes:
    """A theme with the typefaces that the project gives in place of the template's."""
    uses = {
        "majorFont": (read.headings, fonts.heading or fonts.latin),
        "minorFont": (read.texts, fonts.latin),
    }
    root = etree.fromstring(part.data)
    changed = False
    for use, (own, latin) in uses.items():
        wanted: Mapping[str, tuple[str, str]] = {
            "latin": (own.latin, latin),
            "ea": (own.east_asian, fonts.east_asian),
            "cs": (own.complex_script, fonts.complex_script),
        }
        for tag, (before, after) in wanted.items():
            if before and before != after:
                for element in root.iterfind(f".//{{{DRAWING}}}{use}/{{{DRAWING}}}{tag}"):
                    element.set("typeface", str(after))
                    changed = True
    return etree.tostring(root, encoding="UTF-8", standalone=True) if changed else part.data
