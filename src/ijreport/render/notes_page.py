"""A slide's notes → their page, which a speaker's program shows and prints (ECMA-376 part 1, 13.3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from ijreport.layout.items import Slide
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import SetParagraph, TextStyle, Voice
from ijreport.layout.units import emu
from ijreport.render.drawingml import NAMESPACES, RELATIONSHIPS, escape
from ijreport.render.layouts import EMPTY_GROUP
from ijreport.render.package import DECLARATION, Package, Part
from ijreport.render.text_properties import auto_number, region, starts, typefaces

_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.notesSlide+xml"
_MASTER, _SLIDE, _FIRST_LINK = 1, 2, 3
"""The numbers of a page's relationships."""


class NotesPages:
    """Adds notes pages of slides to a package. `master` is the part of their master.

    Notes that are the same ones, and not only equal, are drawn once. They must live as long as this.
    """

    def __init__(self, package: Package, master: Part, theme: Theme) -> None:
        self._package = package
        self._master = master
        self._theme = theme
        self._drawn: dict[int, tuple[bytes, Mapping[str, str]]] = {}

    def add(self, slide: Slide, part: Part, number: int) -> None:
        """Add the notes page of a slide, whose part is `part`: its picture, and the notes as paragraphs and lists."""
        drawn = self._drawn.get(id(slide.notes))
        if drawn is None:
            drawn = self._drawn[id(slide.notes)] = _drawn(slide.notes, self._theme)
        data, links = drawn
        page = self._package.add(Part(f"/ppt/notesSlides/notesSlide{number}.xml", _NOTES_TYPE, data))
        page.adopt(f"rId{_MASTER}", self._master, f"{RELATIONSHIPS}/notesMaster")
        page.adopt(f"rId{_SLIDE}", part, f"{RELATIONSHIPS}/slide")
        for address, id_ in links.items():
            page.adopt(id_, address, f"{RELATIONSHIPS}/hyperlink")
        part.relate(page, f"{RELATIONSHIPS}/notesSlide")


def _drawn(notes: Sequence[SetParagraph], theme: Theme) -> tuple[bytes, Mapping[str, str]]:
    """The page's XML, and the ids of its relationships to addresses."""
    links: dict[str, str] = {}
    text = "".join(_note(links, one, start, theme) for one, start in zip(notes, starts(notes), strict=True))
    xml = (
        f"{DECLARATION}<p:notes {NAMESPACES}><p:cSld><p:spTree>{EMPTY_GROUP}"
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="body" sz="quarter" idx="3"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{text}</p:txBody></p:sp>"
        "</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )
    return xml.encode(), links


def _note(links: dict[str, str], paragraph: SetParagraph, start: int | None, theme: Theme) -> str:
    level = paragraph.level
    if start is not None:
        mark = auto_number(start)
    else:
        mark = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if paragraph.label else "<a:buNone/>"
    attributes = f'marL="{emu(18.0 * level)}" indent="{-emu(18.0) if paragraph.label else 0}"'
    attributes += f' lvl="{level - 1}"' if level > 1 else ""
    properties = f'<a:pPr {attributes}><a:spcAft><a:spcPts val="600"/></a:spcAft>{mark}</a:pPr>'
    # What sets them apart on a slide, such as a link to a source, many runs of notes have not.
    runs = [(_note_properties(links, run.voice, paragraph.style, theme), run.text) for run in paragraph.runs]
    texts = [
        _note_run(alike, "".join([text for _, text in group])) for alike, group in groupby(runs, key=itemgetter(0))
    ]
    return f"<a:p>{properties}{''.join(texts)}</a:p>"


def _note_run(properties: str, text: str) -> str:
    return "<a:br/>".join(
        [f"<a:r>{properties}<a:t>{escape(line)}</a:t></a:r>" if line else "" for line in text.split("\n")]
    )


def _note_properties(links: dict[str, str], voice: Voice, style: TextStyle, theme: Theme) -> str:
    look = voice.look
    attributes = f'lang="{region(voice.language)}"'
    attributes += ' b="1"' if style.bold or look.strong else ""
    attributes += ' i="1"' if style.italic or look.emphasis else ""
    attributes += f' baseline="{30000 if look.rise > 0 else -25000}"' if look.rise else ""
    inner = typefaces(voice, theme, "mn")
    if look.link and not look.link.startswith("#"):
        id_ = links.setdefault(look.link, f"rId{_FIRST_LINK + len(links)}")
        inner += f'<a:hlinkClick r:id="{id_}"/>'
    return f"<a:rPr {attributes}>{inner}</a:rPr>" if inner else f"<a:rPr {attributes}/>"
