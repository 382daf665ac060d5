"""Corporate templates: what is read of them, what is taken over, and which layout serves as what."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace
from PIL import Image

from ijreport.layout.colours import contrast
from ijreport.layout.corporate.colours import DML, Scheme, colour
from ijreport.layout.corporate.deck_template import DeckTemplate, TemplateLayout, read_template
from ijreport.layout.corporate.ground import Art, clear, crossing, ground, seen_from_afar
from ijreport.layout.corporate.roles import UnknownLayout, UnusableTemplate, bodies_of, find_roles
from ijreport.layout.items import Frame, LayoutName

Corporate = Callable[..., bytes]
"""The fixture of tests/conftest.py."""

MASTER = "ppt/slideMasters/slideMaster1.xml"
MASTER_RELATIONS = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
CONTENT = "ppt/slideLayouts/slideLayout2.xml"
CONTENT_RELATIONS = "ppt/slideLayouts/_rels/slideLayout2.xml.rels"
PICTURE = (
    '<p:pic><p:nvPicPr><p:cNvPr id="90" name="Logo"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip {blip}/>'
    "<a:stretch/></p:blipFill><p:spPr>"
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="1270000" cy="1270000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr></p:pic>'
)
SHEET = (
    '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="91" name="Sheet"/><p:cNvGraphicFramePr/><p:nvPr/>'
    '</p:nvGraphicFramePr><p:oleObj r:id="rId99"/></p:graphicFrame>'
)
BUTTON = (
    '<p:sp><p:nvSpPr><p:cNvPr id="92" name="Button"><a:hlinkClick r:id="rId99"/></p:cNvPr><p:cNvSpPr/><p:nvPr/>'
    "</p:nvSpPr><p:spPr/></p:sp>"
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def layout(template: DeckTemplate, name: str) -> TemplateLayout:
    return next(one for one in template.layouts if one.name == name)


def with_relation(kind: str, target: str, mode: str = "") -> list[tuple[str, str]]:
    external = f' TargetMode="{mode}"' if mode else ""
    relation = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{external}/></Relationships>'
    return [("</Relationships>", relation)]


def on_layout(shape: str) -> list[tuple[str, str]]:
    return [("</p:spTree>", f"{shape}</p:spTree>")]


# -- frames and styles -----------------------------------------------------------------------------------------


def test_frames_and_insets_are_the_masters_where_the_layout_says_nothing(corporate: Corporate) -> None:
    template = read_template(corporate())
    title = layout(template, "Title and Content").placeholders[0]

    assert (template.width, template.height, len(template.layouts)) == (720, 540, 11)
    assert title.frame is not None
    assert [round(one, 1) for one in (title.frame.x, title.frame.y, title.frame.width)] == [36.0, 21.6, 648.0]
    assert title.text_frame.x == pytest.approx(36 + 7.2)
    assert title.text_frame.height == pytest.approx(title.frame.height - 7.2)


def test_a_layouts_own_inset_goes_first(corporate: Corporate) -> None:
    data = corporate({CONTENT: [("<a:bodyPr/>", '<a:bodyPr lIns="127000" numCol="2"/>')]})
    body = layout(read_template(data), "Title and Content").placeholders[1]

    assert body.insets == (10.0, 3.6, 7.2, 3.6)
    assert body.columns


def test_styles_come_from_layout_then_master(corporate: Corporate) -> None:
    section = layout(read_template(corporate()), "Section Header").placeholders
    title, text = section[0].styles[0], section[1].styles[0]

    assert (title.size, title.bold, title.capitals, title.align) == (40.0, True, True, "left")
    assert (text.size, text.marked, text.colour) == (20.0, False, "#898989")


def test_list_levels_have_indents_and_marks(corporate: Corporate) -> None:
    levels = layout(read_template(corporate()), "Title and Content").placeholders[1].styles

    assert [one.size for one in levels] == [32, 28, 24, 20, 20]
    assert [round(one.indent, 1) for one in levels[:2]] == [27.0, 58.5]
    assert [one.mark.character for one in levels if one.mark] == ["•", "–", "•", "–", "»"]


def test_a_master_without_styles_has_those_of_its_sample_text(corporate: Corporate) -> None:
    """As LibreOffice writes them."""
    plain = read_template(corporate())
    start = '<a:p><a:pPr lvl="0"/><a:r><a:rPr lang="en-US" smtClean="0"/>'
    sample = '<a:p><a:pPr marL="127000" indent="-127000"><a:buChar char="→"/></a:pPr><a:r><a:rPr sz="2400" b="1"/>'
    text = etree.tostring(etree.fromstring(plain.parts["/" + MASTER].data)).decode()
    begin, end = text.index("<p:txStyles>"), text.index("</p:txStyles>") + len("</p:txStyles>")
    bare = (text[:begin] + text[end:]).replace(start, sample).encode()
    level = layout(read_template(corporate({MASTER: bare})), "Title and Content").placeholders[1].styles[0]

    assert "→" in bare.decode()
    assert (level.size, level.bold, level.indent, level.hanging) == (24.0, True, 10.0, 10.0)
    assert level.mark is not None
    assert level.mark.character == "→"


# -- what is taken over ----------------------------------------------------------------------------------------


def test_only_masters_layouts_themes_and_pictures_are_taken_over(corporate: Corporate) -> None:
    parts = read_template(corporate()).parts

    assert {name.split("/")[2] for name in parts} == {"slideMasters", "slideLayouts", "theme"}
    assert len(parts) == 1 + 11 + 1


@pytest.mark.parametrize(
    "kind,target,mode,shape,removed",
    [
        ("image", "https://example.org/logo.png", "External", PICTURE.format(blip='r:link="rId99"'), "linked pictures"),
        ("image", "file:///etc/passwd", "External", PICTURE.format(blip='r:embed="rId99"'), "linked pictures"),
        (
            "oleObject",
            "../embeddings/oleObject1.bin",
            "",
            SHEET,
            "OLE objects",
        ),
        ("video", "https://example.org/a.mp4", "External", PICTURE.format(blip='r:embed="rId99"'), "sound and film"),
        (
            "hyperlink",
            "file:///c:/start.exe",
            "External",
            BUTTON,
            "links that lead neither to the web nor to a mailbox",
        ),
    ],
)
def test_what_is_linked_or_active_is_removed(
    kind: str, target: str, mode: str, shape: str, removed: str, corporate: Corporate
) -> None:
    data = corporate({CONTENT: on_layout(shape), CONTENT_RELATIONS: with_relation(kind, target, mode)})
    template = read_template(data)
    part = template.parts["/" + CONTENT]

    assert template.removed == (removed,)
    assert b"rId99" not in part.data
    assert [one.kind for one in part.relations] == ["slideMaster"]


def test_active_x_controls_are_removed(corporate: Corporate) -> None:
    controls = ("</p:spTree>", '</p:spTree><p:controls><p:control r:id="rId99" name="Box"/></p:controls>')
    relation = with_relation("control", "../activeX/activeX1.xml")
    template = read_template(corporate({CONTENT: [controls], CONTENT_RELATIONS: relation}))

    assert template.removed == ("ActiveX controls",)
    assert b"control" not in template.parts["/" + CONTENT].data


def test_macros_are_told_of(corporate: Corporate) -> None:
    assert read_template(corporate({"ppt/vbaProject.bin": b"macros"})).removed == ("macros",)


def test_tags_and_animations_stay_behind_without_a_word(corporate: Corporate) -> None:
    extra = "<p:timing><p:tnLst/></p:timing></p:sldLayout>"
    tags = ("</p:spTree>", '</p:spTree><p:custDataLst><p:tags r:id="rId99"/></p:custDataLst>')
    relation = with_relation("tags", "../tags/tag1.xml")
    template = read_template(
        corporate(
            {CONTENT: [tags, ("</p:sldLayout>", extra)], CONTENT_RELATIONS: relation, "ppt/tags/tag1.xml": b"<t/>"}
        )
    )

    assert not template.removed
    assert b"timing" not in template.parts["/" + CONTENT].data
    assert b"tags" not in template.parts["/" + CONTENT].data


def test_pictures_and_links_to_the_web_stay(corporate: Corporate) -> None:
    link = PICTURE.replace('name="Logo"/>', 'name="Logo"><a:hlinkClick r:id="rId98"/></p:cNvPr>')
    web = f'<Relationship Id="rId98" Type="{OFFICE}/hyperlink" Target="https://example.org" TargetMode="External"/>'
    relations = web + with_relation("image", "../media/logo.png")[0][1]
    template = read_template(
        corporate(
            {
                CONTENT: on_layout(link.format(blip='r:embed="rId99"')),
                CONTENT_RELATIONS: [("</Relationships>", relations)],
                "ppt/media/logo.png": picture("#FF0000"),
                "[Content_Types].xml": [("<Default ", '<Default Extension="png" ContentType="image/png"/><Default ')],
            }
        )
    )

    assert not template.removed
    assert "/ppt/media/logo.png" in template.parts
    assert {one.kind for one in template.parts["/" + CONTENT].relations} == {"slideMaster", "image", "hyperlink"}
    assert ground(Frame(0, 0, 50, 50), layout(template, "Title and Content").art).average == "#FF0000"


def test_shapes_and_placeholders_that_share_a_number_get_their_own(corporate: Corporate) -> None:
    """As LibreOffice writes them."""
    two = "ppt/slideLayouts/slideLayout4.xml"
    template = read_template(corporate({two: [('idx="1"', 'idx="0"'), ('idx="2"', 'idx="0"'), ('id="4"', 'id="3"')]}))
    root = etree.fromstring(template.parts["/" + two].data)
    ids = [one.get("id") for one in root.iter("{*}cNvPr")]
    bodies = [one.index for one in layout(template, "Two Content").placeholders if one.type == "obj"]

    assert len(ids) == len(set(ids))
    assert len(bodies) == len(set(bodies)) == 2


# -- colours and grounds ---------------------------------------------------------------------------------------


def element(xml: str) -> Any:
    return etree.fromstring(f'<x xmlns:a="{DML[1:-1]}">{xml}</x>')[0]


SCHEME = Scheme({"dk1": "#102030", "lt1": "#FFFFFF", "accent1": "#4472C4"}, {"tx1": "dk1", "bg1": "lt1"})


@pytest.mark.parametrize(
    "xml,expected",
    [
        ('<a:srgbClr val="abcdef"/>', "#ABCDEF"),
        ('<a:sysClr val="windowText" lastClr="112233"/>', "#112233"),
        ('<a:sysClr val="window"/>', "#FFFFFF"),
        ('<a:schemeClr val="tx1"/>', "#102030"),
        ('<a:schemeClr val="phClr"/>', "#00FF00"),
        ('<a:schemeClr val="none"/>', ""),
        ('<a:prstClr val="dkBlue"/>', "#00008B"),
        ('<a:prstClr val="nothing"/>', ""),
        ('<a:srgbClr val="000000"><a:tint val="75000"/></a:srgbClr>', "#898989"),
        ('<a:srgbClr val="FFFFFF"><a:shade val="50000"/></a:srgbClr>', "#BCBCBC"),
        ('<a:schemeClr val="accent1"><a:lumMod val="75000"/></a:schemeClr>', "#2F5597"),
        ('<a:schemeClr val="accent1"><a:lumMod val="40000"/><a:lumOff val="60000"/></a:schemeClr>', "#B4C6E7"),
        ('<a:hslClr hue="7200000" sat="100000" lum="50000"/>', "#00FF00"),
        ('<a:srgbClr val="nonsense"/>', ""),
    ],
)
def test_colours(xml: str, expected: str) -> None:
    """Tints and luminances as PowerPoint's own palettes have them."""
    assert colour(element(xml), SCHEME, "#00FF00") == expected


def picture(*colours: str) -> bytes:
    stream = BytesIO()
    image = Image.new("RGB", (len(colours) * 10, 10))
    for number, one in enumerate(colours):
        image.paste(one, (number * 10, 0, number * 10 + 10, 10))
    image.save(stream, "PNG")
    return stream.getvalue()


SLIDE = Frame(0, 0, 400, 300)


def test_the_ground_is_what_lies_on_top() -> None:
    art = (Art(SLIDE, ("#FFFFFF",)), Art(Frame(0, 0, 200, 300), ("#000000",)), Art(SLIDE))

    assert ground(Frame(0, 0, 100, 100), art).shares == (("#000000", 1.0),)
    assert dict(ground(SLIDE, art).shares) == {"#000000": 0.5, "#FFFFFF": 0.5}
    assert ground(SLIDE, art).contrast("#FFFFFF") == 1.0


def test_a_pictures_colours_are_seen_where_they_are() -> None:
    art = (Art(SLIDE, ("#FFFFFF",)), Art(SLIDE, picture=seen_from_afar(picture("#FF0000", "#0000FF"))))

    assert ground(Frame(0, 0, 100, 300), art).average == "#FF0000"
    assert ground(Frame(300, 0, 100, 300), art).average == "#0000FF"


def test_what_cannot_be_opened_is_no_picture() -> None:
    assert seen_from_afar(b"\x89PNG\r\n\x1a\n and nothing more") is None


def test_frames_are_cut_back_from_art_that_crosses_them() -> None:
    art = (Art(SLIDE, ("#FFFFFF",)), Art(Frame(0, 250, 400, 50), ("#000000",)), Art(Frame(0, 0, 20, 20), ("#FEFEFE",)))

    assert [one.frame.y for one in crossing(SLIDE, art)] == [250]
    assert clear(Frame(0, 0, 400, 270), art) == Frame(0, 0, 400, 250)
    assert clear(Frame(0, 255, 400, 30), art) == Frame(0, 255, 400, 30)  # it stands on the art
    assert clear(Frame(0, 200, 400, 100), art) == Frame(0, 200, 400, 100)  # half of it would be lost


def test_a_frame_cut_back_does_not_grow_again() -> None:
    art = (Art(SLIDE, ("#FFFFFF",)), Art(Frame(0, 200, 400, 5), ("#000000",)), Art(Frame(0, 280, 400, 5), ("#000000",)))

    assert clear(SLIDE, art) == Frame(0, 0, 400, 200)


def test_the_colour_on_which_a_text_is_hardest_to_read() -> None:
    art = (Art(SLIDE, ("#FFFFFF",)), Art(Frame(0, 0, 400, 60), ("#000000",)), Art(Frame(0, 0, 10, 10), ("#777777",)))
    beneath = ground(SLIDE, art)

    assert (beneath.hardest("#777777"), beneath.hardest("#222222")) == ("#FFFFFF", "#000000")
    assert beneath.contrast("#222222") == contrast("#222222", "#000000")


# -- roles -----------------------------------------------------------------------------------------------------


def served(data: bytes, **named: str) -> dict[str, str]:
    return {name: role.layout.name for name, role in find_roles(read_template(data), named).items()}


def test_roles_are_found_by_type_and_fall_back_by_rule(corporate: Corporate) -> None:
    assert served(corporate()) == {
        "cover": "Title Slide",
        "section": "Section Header",
        "content": "Title and Content",
        "columns": "Two Content",
        "figure": "Two Content",
        "table": "Title Only",
        "stats": "Title Only",
        "quote": "Title and Content",
        "closing": "Section Header",
    }


@pytest.mark.parametrize(
    "number,type,name,role",
    [
        (1, "title", "Titelfolie", "cover"),
        (1, "title", "タイトル スライド", "cover"),
        (3, "secHead", "Kapitel", "section"),
        (3, "secHead", "En-tête de section", "section"),
        (2, "obj", "Título y objetos", "content"),
        (2, "obj", "शीर्षक और सामग्री", "content"),
        (4, "twoObj", "Zwei Inhalte", "columns"),
        (6, "titleOnly", "Nur Titel", "stats"),
        (5, "twoTxTwoObj", "Zitat", "quote"),
        (5, "twoTxTwoObj", "Vielen Dank", "closing"),
    ],
)
def test_a_layout_without_a_type_is_found_by_its_name(
    number: int, type: str, name: str, role: str, corporate: Corporate
) -> None:
    part = f"ppt/slideLayouts/slideLayout{number}.xml"
    old = layout_name(corporate, part)
    data = corporate({part: [(f'type="{type}"', ""), (f'name="{old}"', f'name="{name}"')]})

    assert served(data)[role] == name


def test_bodies_are_read_by_rows_and_small_ones_are_none(corporate: Corporate) -> None:
    content = layout(read_template(corporate()), "Title and Content")
    body = next(one for one in content.placeholders if one.type == "obj")
    frames = {
        "right": Frame(400, 110, 250, 100),
        "left": Frame(50, 100, 300, 100),
        "below": Frame(30, 300, 300, 100),
        "narrow": Frame(50, 100, 80, 300),
        "low": Frame(50, 400, 300, 40),
    }
    placed = tuple(replace(body, name=name, frame=frame) for name, frame in frames.items())

    assert [one.name for one in bodies_of(replace(content, placeholders=placed))] == ["left", "right", "below"]


def test_what_is_drawn_in_a_group_is_scaled_with_it(corporate: Corporate) -> None:
    band = (
        '<p:sp><p:nvSpPr><p:cNvPr id="94" name="Band"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="457200" y="0"/><a:ext cx="457200" cy="914400"/></a:xfrm><a:prstGeom prst="rect"/>'
        '<a:solidFill><a:srgbClr val="003366"/></a:solidFill></p:spPr></p:sp>'
    )
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="93" name="Group"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        '<a:off x="914400" y="914400"/><a:ext cx="1828800" cy="2743200"/><a:chOff x="0" y="0"/>'
        f'<a:chExt cx="914400" cy="914400"/></a:xfrm></p:grpSpPr>{band}</p:grpSp></p:spTree>'
    )
    drawn = layout(read_template(corporate({CONTENT: [("</p:spTree>", group)]})), "Title and Content").art

    assert [one.frame for one in drawn if one.name == "Band"] == [Frame(144, 72, 72, 216)]


def test_of_several_layouts_the_one_whose_frames_are_clear_serves(corporate: Corporate) -> None:
    data = corporate({"ppt/slideLayouts/slideLayout8.xml": [('type="objTx"', 'type="obj"')]})
    read = read_template(data)
    body = Art(Frame(100, 250, 500, 20), ("#003366",))
    crossed = replace(layout(read, "Title and Content"), art=(*layout(read, "Title and Content").art, body))
    layouts = tuple(crossed if one.name == crossed.name else one for one in read.layouts)

    assert served(data)["content"] == "Title and Content"
    assert find_roles(replace(read, layouts=layouts), {})["content"].layout.name == "Content with Caption"


def test_a_copy_that_is_called_otherwise_serves_only_as_that(corporate: Corporate) -> None:
    read = read_template(corporate())
    copies = tuple(
        replace(layout(read, name), name=called)
        for name, called in (("Title Slide", "Thank you"), ("Title and Content", "Zitat"))
    )
    found = find_roles(replace(read, layouts=(*copies, *read.layouts)), {})

    roles: tuple[LayoutName, ...] = ("cover", "closing", "content", "quote")
    assert [found[one].layout.name for one in roles] == ["Title Slide", "Thank you", "Title and Content", "Zitat"]


def test_of_several_masters_the_contents_serves_all_but_covers(corporate: Corporate) -> None:
    read = read_template(corporate())
    others = tuple(
        replace(layout(read, name), name=f"Other {name}", master=1) for name in ("Title Only", "Title Slide")
    )
    found = find_roles(replace(read, layouts=(*others, *read.layouts)), {})

    assert (found["stats"].layout.name, found["cover"].layout.name) == ("Title Only", "Other Title Slide")


def layout_name(corporate: Corporate, part: str) -> str:
    return next(one.name for one in read_template(corporate()).layouts if one.part == f"/{part}")


def test_the_theme_may_name_a_layout(corporate: Corporate) -> None:
    assert served(corporate(), quote="Comparison", closing="1/Title Slide")["quote"] == "Comparison"
    assert served(corporate(), closing="1/Title Slide")["closing"] == "Title Slide"


@pytest.mark.parametrize(
    "role,name,told",
    [
        ("quote", "Comparsion", "the template has no layout 'Comparsion'"),
        ("columns", "Title and Content", "has not a title and two bodies"),
        ("cover", "Blank", "has not a title in frames"),
        ("cover", "2/Title Slide", "the template has no layout '2/Title Slide'"),
    ],
)
def test_a_named_layout_must_be_there_and_fit(role: str, name: str, told: str, corporate: Corporate) -> None:
    with pytest.raises(UnknownLayout) as caught:
        served(corporate(), **{role: name})
    assert told in str(caught.value)


def test_a_template_without_titles_cannot_be_used(corporate: Corporate) -> None:
    layouts = {
        f"ppt/slideLayouts/slideLayout{number}.xml": [(f'type="{kind}"', 'type="body"')]
        for number, kind in enumerate(("ctrTitle", *["title"] * 5), 1)
    }
    layouts |= {
        f"ppt/slideLayouts/slideLayout{number}.xml": [('type="title"', 'type="body"')] for number in range(8, 12)
    }
    with pytest.raises(UnusableTemplate):
        served(corporate(layouts))


def test_a_turned_or_upright_body_holds_no_content(corporate: Corporate) -> None:
    data = corporate({CONTENT: [("<a:bodyPr/>", '<a:bodyPr vert="eaVert"/>')]})
    assert served(data)["content"] == "Content with Caption"
