"""The deck without its slides: what an office program finds in it, and what slides may rely on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pptx
import pytest
from lxml import etree
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from ijreport.document.blocks import Metadata
from ijreport.layout.slides.frames import slide_frames
from ijreport.layout.theme import Colours, Fonts, Slide, SlideFonts, Theme
from ijreport.layout.units import emu
from ijreport.render.drawingml import NAMESPACES, RELATIONSHIPS
from ijreport.render.layouts import EMPTY_GROUP, placeholder
from ijreport.render.master import TABLE_STYLE, Deck, deck_skeleton, finish
from ijreport.render.package import Part

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
PML = "application/vnd.openxmlformats-officedocument.presentationml."

METADATA = Metadata(
    'Ships & "chips" <2025>',
    "A summit’s outcomes",
    date(2025, 9, 1),
    "en",
    ("A. Writer", "B. Editor"),
    "The Desk",
    "What was agreed.",
    ("India", "Japan"),
)


def skeleton(theme: Theme | None = None, metadata: Metadata = METADATA) -> Deck:
    theme = theme or Theme()
    return deck_skeleton(theme, metadata, slide_frames(theme))


def bare_slides(deck: Deck) -> list[Part]:
    """One slide on each layout, with a title that the layout places."""
    slides = []
    for number, (name, layout) in enumerate(deck.layouts.items(), 1):
        data = (
            f"<p:sld {NAMESPACES}><p:cSld><p:spTree>{EMPTY_GROUP}<p:sp><p:nvSpPr>"
            '<p:cNvPr id="2" name="Title"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f"<p:nvPr>{placeholder(name, 'title')}</p:nvPr></p:nvSpPr><p:spPr/>"
            "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang='en'/><a:t>Title</a:t></a:r></a:p></p:txBody>"
            "</p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )
        slide = deck.package.add(Part(f"/ppt/slides/slide{number}.xml", f"{PML}slide+xml", data.encode()))
        slide.relate(layout, f"{RELATIONSHIPS}/slideLayout")
        slides.append(slide)
    return slides


def written(theme: Theme | None = None, metadata: Metadata = METADATA) -> bytes:
    theme = theme or Theme()
    deck = skeleton(theme, metadata)
    finish(deck, theme, metadata, bare_slides(deck), [("Opening", 2), ("The rest", 7)])
    return deck.package.write()


def xml(deck: Deck, name: str) -> etree._Element:
    return etree.fromstring(next(part.data for part in deck.package.parts if part.name == name))


def shape_trees(deck: Deck) -> Iterator[etree._Element]:
    for part in deck.package.parts:
        if part.data:
            yield from etree.fromstring(part.data).iter(P + "spTree")


@pytest.mark.parametrize(
    "theme, metadata",
    [
        (Theme(), METADATA),
        (
            Theme(slide=Slide(width=720), colours=Colours(series=("#111111",), primary="#FFD54A")),
            Metadata("Only a title"),
        ),
    ],
)
def test_an_independent_validator_finds_nothing(tmp_path: Path, theme: Theme, metadata: Metadata) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(written(theme, metadata))

    assert OpenXmlValidator().validate(path).errors == []


def test_the_deck_is_the_same_bytes_each_time() -> None:
    assert written() == written()


def test_python_pptx_finds_layouts_slides_and_properties() -> None:
    deck = pptx.Presentation(io.BytesIO(written()))

    assert [layout.name for layout in deck.slide_layouts] == [
        "Cover", "Section", "Title and content", "Two columns", "Text and figure",
        "Table", "Title only", "Quotation", "Closing",
    ]  # fmt: skip
    assert [slide.slide_layout.name for slide in deck.slides] == [layout.name for layout in deck.slide_layouts]
    assert (deck.slide_width, deck.slide_height) == (12192000, 6858000)
    core = deck.core_properties
    assert (core.title, core.subject, core.author) == (
        'Ships & "chips" <2025>',
        "A summit’s outcomes",
        "A. Writer; B. Editor",
    )
    assert (core.keywords, core.comments, core.language) == ("India, Japan", "What was agreed.", "en")
    assert (core.created, core.modified) == (datetime(2025, 9, 1), datetime(2025, 9, 1))  # noqa: DTZ001 - read so


def test_an_undated_report_has_no_times() -> None:
    core = xml(skeleton(metadata=replace(METADATA, date=None, keywords=())), "/docProps/core.xml")

    assert [etree.QName(child).localname for child in core] == [
        "title",
        "subject",
        "creator",
        "description",
        "language",
    ]


# -- frames and placeholders -----------------------------------------------------------------------------------


def test_placeholders_stand_where_text_is_measured() -> None:
    layouts = slide_frames(Theme())
    deck = pptx.Presentation(io.BytesIO(written()))

    for layout, part in zip(layouts.values(), deck.slide_layouts, strict=True):
        found = {ph.placeholder_format.idx: (ph.left, ph.top, ph.width) for ph in part.shapes if ph.is_placeholder}
        frames = {0: layout.title, **dict(enumerate(layout.body, 1)), 13: layout.foot}
        if layout.furniture:
            frames |= {10: layout.date, 11: layout.footer, 12: layout.slide_number}
        expected = {n: (emu(f.x), emu(f.y), emu(f.right) - emu(f.x)) for n, f in frames.items()}
        assert expected == found, layout.name


def test_a_slide_finds_its_layouts_placeholders() -> None:
    deck = skeleton()

    for name, part in deck.layouts.items():
        declared = {etree.tostring(ph, method="c14n") for ph in etree.fromstring(part.data).iter(P + "ph")}
        layout = slide_frames(Theme())[name]
        asked = [placeholder(name, "title"), placeholder(name, "foot")]
        asked += [placeholder(name, "body", number) for number in range(len(layout.body))]
        if layout.furniture:
            asked += [placeholder(name, "date"), placeholder(name, "footer"), placeholder(name, "slide-number")]
        wrapped = etree.fromstring(f"<x {NAMESPACES}>{''.join(asked)}</x>")
        assert {etree.tostring(ph, method="c14n") for ph in wrapped} == declared, name


def test_text_has_no_insets_and_never_shrinks() -> None:
    bodies = [body for tree in shape_trees(skeleton()) for body in tree.iter(A + "bodyPr")]

    assert len(bodies) > 40
    for body in bodies:
        assert [body.get(side) for side in ("lIns", "tIns", "rIns", "bIns", "wrap")] == ["0", "0", "0", "0", "square"]
        assert [child.tag for child in body] == [A + "noAutofit"]


def test_the_list_has_five_levels_with_marks_and_hanging_indents() -> None:
    layout = slide_frames(Theme())["content"]
    levels = list(xml(skeleton(), "/ppt/slideMasters/slideMaster1.xml").find(f".//{P}bodyStyle"))

    assert [level.find(A + "buChar").get("char") for level in levels] == ["•", "–", "•", "–", "•"]
    assert [int(level.get("marL")) for level in levels] == [emu(indent) for indent in layout.indents]
    assert {int(level.get("indent")) for level in levels} == {-emu(layout.hanging)}


def test_no_shape_reaches_over_the_slide() -> None:
    for tree in shape_trees(skeleton()):
        if tree.getparent().getparent().tag == P + "notesMaster":
            continue
        for transform in tree.iterfind(f"{P}sp/{P}spPr/{A}xfrm"):
            (x, y), (width, height) = ([int(v) for v in child.attrib.values()] for child in transform)
            assert x >= 0
            assert y >= 0
            assert x + width <= 12192000
            assert y + height <= 6858000


def test_dark_layouts_hide_the_masters_art() -> None:
    layouts = slide_frames(Theme())

    hidden = {
        name for name, part in skeleton().layouts.items() if etree.fromstring(part.data).get("showMasterSp") == "0"
    }

    assert hidden == {name for name, layout in layouts.items() if layout.dark} == {"cover", "section", "closing"}


# -- ids and the presentation ----------------------------------------------------------------------------------


def test_ids_are_unique_where_they_must_be() -> None:
    deck = skeleton()
    finish(deck, Theme(), METADATA, bare_slides(deck))

    for tree in shape_trees(deck):
        ids = [element.get("id") for element in tree.iter(P + "cNvPr")]
        assert len(ids) == len(set(ids))
    master = xml(deck, "/ppt/slideMasters/slideMaster1.xml")
    main = etree.fromstring(deck.presentation.data)
    ids = [int(one.get("id")) for root in (main, master) for one in root.iter(P + "sldMasterId", P + "sldLayoutId")]
    assert len(ids) == len(set(ids)) == 10
    assert min(ids) >= 2**31
    assert [int(one.get("id")) for one in main.iter(P + "sldId")] == list(range(256, 265))


def test_sections_hold_all_slides_in_order() -> None:
    deck = skeleton()
    finish(deck, Theme(), METADATA, bare_slides(deck), [("Ships & chips", 2), ("The rest", 7)])

    sections = list(etree.fromstring(deck.presentation.data).iter(P14 + "section"))
    slides = [[int(one.get("id")) for one in section.iter(P14 + "sldId")] for section in sections]

    assert [section.get("name") for section in sections] == ["Ships & chips", "The rest"]
    assert slides == [[256, 257], list(range(258, 265))]
    assert len({section.get("id") for section in sections}) == 2


def test_the_deck_relates_to_its_notes_master_which_has_its_own_theme() -> None:
    deck = skeleton()
    themes = {
        one.target
        for part in (deck.masters[0][1], deck.notes_master)
        for one in part.relationships
        if "theme" in one.type
    }

    assert deck.notes_master in {one.target for one in deck.presentation.relationships}
    assert len(themes) == 2


# -- theme -----------------------------------------------------------------------------------------------------


def test_the_theme_part_has_the_projects_colours_and_fonts() -> None:
    theme = Theme(
        colours=Colours(
            ink="#000001", paper="#FFFFFE", primary="#000080", tint="#F0F0F0", series=("#123456", "#000080")
        ),
        fonts=Fonts(slide=SlideFonts("Georgia", "Yu Mincho", "Mangal", heading="Verdana")),
    )
    root = xml(skeleton(theme), "/ppt/theme/theme1.xml")

    scheme = {etree.QName(entry).localname: entry[0].get("val") for entry in root.find(f".//{A}clrScheme")}
    assert [scheme[name] for name in ("dk1", "lt1", "dk2", "lt2")] == ["000001", "FFFFFE", "000080", "F0F0F0"]
    assert [scheme[f"accent{n}"] for n in (1, 2)] == ["123456", "000080"]
    assert len(scheme) == 12
    for kind, latin in (("majorFont", "Verdana"), ("minorFont", "Georgia")):
        font = root.find(f".//{A}{kind}")
        assert [font.find(A + script).get("typeface") for script in ("latin", "ea", "cs")] == [
            latin,
            "Yu Mincho",
            "Mangal",
        ]


def test_the_table_style_has_rules_between_rows_and_none_upright() -> None:
    (style,) = xml(skeleton(), "/ppt/tableStyles.xml")

    assert style.get("styleId") == TABLE_STYLE
    whole = style.find(f"{A}wholeTbl/{A}tcStyle/{A}tcBdr")
    ruled = {etree.QName(side).localname for side in whole if side.find(f"{A}ln/{A}solidFill") is not None}
    assert ruled == {"bottom", "insideH"}
    first = style.find(A + "firstRow")
    assert first.find(A + "tcTxStyle").get("b") == "on"
    assert first.find(f"{A}tcTxStyle/{A}schemeClr").get("val") == "tx2"
