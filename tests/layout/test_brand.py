"""A corporate template named by the theme: what it gives to both outputs, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.layout.brand import Brand, load_brand
from ijreport.layout.colours import READABLE, contrast
from ijreport.layout.items import LAYOUTS

ProjectFactory = Callable[..., Path]
Corporate = Callable[..., bytes]
"""The fixtures of tests/conftest.py."""

OFFICE = "template: brand/office.potx"
NAMED = f"slide: {{{OFFICE}}}\n"
THEME = "ppt/theme/theme1.xml"
MASTER = "ppt/slideMasters/slideMaster1.xml"
DARK = [('bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"', 'bg1="dk1" tx1="lt1" bg2="dk2" tx2="lt2"')]


@pytest.fixture
def branded(project: ProjectFactory, corporate: Corporate) -> Callable[..., tuple[Brand, list[str]]]:
    """Make `branded(theme, template)` load the brand; its diagnostics are told as `severity code place: message`."""

    def load(theme: str = NAMED, template: bytes | None = None) -> tuple[Brand, list[str]]:
        files = {"templates/theme.yaml": theme, "brand/office.potx": template or corporate()}
        diagnostics = Diagnostics()
        brand = load_brand(Project(project(files), diagnostics), "theme.yaml", None, diagnostics)
        return brand, [f"{one.severity} {one.code} {one.span}: {one.message}" for one in diagnostics]

    return load


Branded = Callable[..., tuple[Brand, list[str]]]


def test_colours_typefaces_and_size_are_the_templates(branded: Branded) -> None:
    brand, _ = branded()

    assert (brand.deck.slide.width, brand.deck.slide.height) == (720.0, 540.0)
    assert brand.print.colours == brand.deck.colours
    assert (brand.print.colours.ink, brand.print.colours.paper) == ("#000000", "#FFFFFF")
    assert brand.print.colours.series[:2] == ("#4F81BD", "#C0504D")
    assert brand.print.colours.primary == "#1F497D"  # accent 1 has too little contrast
    assert (brand.deck.fonts.slide.latin, brand.deck.fonts.slide.heading) == ("Calibri", "Calibri")


def test_what_the_theme_says_goes_first(branded: Branded) -> None:
    colours = 'colours: {primary: "#006600"}\nfonts: {slide: {latin: Arial}}\n'
    theme = f"{NAMED[:-2]}, body: [24, 20], stat: 40}}\n{colours}"
    brand, _ = branded(theme)

    assert brand.print.colours.primary == brand.deck.colours.primary == "#006600"
    assert (brand.deck.slide.body, brand.deck.slide.stat) == ((24, 20), 40)
    assert (brand.deck.fonts.slide.latin, brand.deck.fonts.slide.heading) == ("Arial", "Calibri")
    assert brand.deck.slide.width == 720.0


def test_sizes_go_down_from_the_templates_body_to_readable_ones(branded: Branded, corporate: Corporate) -> None:
    brand, _ = branded()
    small, _ = branded(NAMED, corporate({MASTER: [('sz="3200"', 'sz="1600"')]}))

    assert [*brand.deck.slide.body] == [28, 26, 24, 22, 20, 18]
    assert (small.deck.slide.body[0], small.deck.slide.body[-1]) == (16, 14)
    assert min(small.deck.slide.table) == 12


def test_a_dark_template_is_printed_on_white(branded: Branded, corporate: Corporate) -> None:
    brand, _ = branded(NAMED, corporate({MASTER: DARK}))

    assert (brand.print.colours.ink, brand.print.colours.paper) == ("#000000", "#FFFFFF")
    assert (brand.deck.colours.ink, brand.deck.colours.paper) == ("#FFFFFF", "#000000")
    for theme in (brand.print, brand.deck):
        colours = theme.colours
        for one in (colours.ink, colours.muted, colours.primary):
            assert contrast(one, colours.paper) >= READABLE


def test_a_family_of_the_templates_name_is_used_in_print(branded: Branded) -> None:
    families = "fonts: {families: {Calibri: {regular: fonts/a.ttf}}}\n"
    with_family, told = branded(NAMED + families)
    without, told_without = branded()

    assert (with_family.print.fonts.print.text, with_family.print.fonts.print.heading) == ("Calibri", "Calibri")
    assert without.print.fonts.print.text == "FiraGO"
    assert not [one for one in told if "template-font" in one]
    assert len([one for one in told_without if one.startswith("note template-font templates/theme.yaml:1:19")]) == 1


def test_every_frame_lies_inside_the_slide_and_bodies_below_titles(branded: Branded) -> None:
    layouts = branded()[0].layouts()

    assert set(layouts) == set(LAYOUTS)
    for layout in layouts.values():
        for frame in (layout.title, *layout.body, layout.area):
            assert 0 <= frame.x < frame.right <= 720
            assert 0 <= frame.y < frame.bottom <= 540
    content = layouts["content"]
    assert content.title.bottom <= content.body[0].y
    assert [round(one, 1) for one in (content.body[0].x, content.body[0].width)] == [43.2, 633.6]
    assert [round(one, 1) for one in content.indents[:2]] == [27.0, 58.5]


def test_bodies_end_above_footers_that_they_reach_into(branded: Branded, corporate: Corporate) -> None:
    long = [('<a:ext cx="8229600" cy="4525963"/>', '<a:ext cx="8229600" cy="4900000"/>')]
    layouts = branded(NAMED, corporate({MASTER: long}))[0].layouts()

    content = layouts["content"]
    assert content.body[0].bottom == content.area.bottom == content.foot.y == content.date.y
    assert content.body[0].bottom < (1600200 + 4900000) / 12700
    assert layouts["stats"].area.bottom <= layouts["stats"].date.y


def test_a_colour_that_cannot_be_read_gives_way(branded: Branded, corporate: Corporate) -> None:
    pale = [('<a:defRPr sz="4400" kern="1200"><a:solidFill><a:schemeClr val="tx1"/>',
             '<a:defRPr sz="4400" kern="1200"><a:solidFill><a:srgbClr val="EEEEFF"/>')]  # fmt: skip
    brand, told = branded(NAMED, corporate({MASTER: pale}))
    title = brand.layouts()["content"].title_colour

    assert contrast(title, "#FFFFFF") >= READABLE
    assert [one for one in told if "#EEEEFF of the title cannot be read on #FFFFFF (1.1 : 1)" in one]


def test_a_first_level_without_a_mark_leaves_lists_to_the_next(branded: Branded, corporate: Corporate) -> None:
    plain = [('<a:buFont typeface="Arial"/><a:buChar char="•"/><a:defRPr sz="3200"', '<a:buNone/><a:defRPr sz="3200"')]
    layout = branded(NAMED, corporate({MASTER: plain}))[0].layouts()["content"]

    assert layout.first_level == 2
    assert round(layout.indents[0], 1) == 58.5
    assert layout.mark is not None
    assert layout.mark.character == "–"


# -- mistakes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slide,told",
    [
        ("template: brand/ofice.potx", "unknown-template 1:19 there is no file brand/ofice.potx"),
        ("template: ../office.potx", "outside-project 1:19 ../office.potx leads outside the project"),
        ("template: /etc/a.potx", "outside-project 1:19 '/etc/a.potx' is not a path inside the project"),
        ("template: brand/office.pptm", "bad-template 1:19 brand/office.pptm is neither a .pptx nor a .potx file"),
        ("roles: {quote: Blank}", "bad-template 1:17 'roles' are of a template, and the theme names none"),
        (f"{OFFICE}, roles: {{qoute: Blank}}", "unknown-layout 1:46 there is no slide layout 'qoute'"),
        (f"{OFFICE}, roles: {{quote: Blanc}}", "unknown-layout 1:53 the template has no layout 'Blanc'"),
        (f"{OFFICE}, roles: {{quote: Blank}}", "unknown-layout 1:53 the layout 'Blank' has not a title and a body"),
    ],
)
def test_mistakes_in_the_theme(slide: str, told: str, branded: Branded) -> None:
    first = branded(f"slide: {{{slide}}}\n")[1][0].replace("templates/theme.yaml:", "").replace(": ", " ", 1)
    assert first.startswith(f"error {told}")


def test_a_broken_template_is_told_at_the_key(branded: Branded) -> None:
    (told,) = branded(NAMED, b"PK nothing")[1]
    place, _, message = told.partition(": ")
    assert place == "error bad-template templates/theme.yaml:1:19"
    assert message.startswith("brand/office.potx cannot be used: it is not a readable ZIP archive")


def test_what_falls_back_and_what_is_removed_is_told(branded: Branded, corporate: Corporate) -> None:
    _, told = branded(NAMED, corporate({"ppt/vbaProject.bin": b"x"}))

    assert told[0].startswith("warning template-cleaned templates/theme.yaml:1:19: brand/office.potx has macros")
    assert told[1].startswith("note template-role")
    assert "figure (Two Content), quote (Title and Content), closing (Section Header)" in told[1]


def test_tables_and_key_figures_stand_where_the_body_is_without_a_layout_of_their_own(
    branded: Branded, corporate: Corporate
) -> None:
    untyped = {"ppt/slideLayouts/slideLayout6.xml": [('type="titleOnly"', ""), ("Title Only", "Empty")]}
    brand, _ = branded(NAMED, corporate(untyped))
    layouts = brand.layouts()

    assert layouts["table"].part == layouts["content"].part
    assert layouts["table"].area == layouts["content"].area
    assert (layouts["table"].body, layouts["stats"].body) == ((layouts["table"].area,), ())


@pytest.mark.parametrize(
    "part,before,after",
    [
        (MASTER, 'sz="3200"', 'sz="1e400"'),
        (MASTER, 'sz="3200"', 'sz="-1"'),
        (MASTER, 'marL="342900"', 'marL="NaN"'),
        (MASTER, 'idx="1001"', 'idx="x"'),
        (MASTER, 'tx1="dk1"', 'tx1="nothing"'),
        ("ppt/slideLayouts/slideLayout3.xml", "p:cSld", "p:cSlide"),
        (MASTER, 'id="2"', 'id="日本"'),
        (MASTER, '<p:cNvPr id="3" name="Text Placeholder 2"/>', ""),
        (MASTER, '<p:nvPr><p:ph type="title"/></p:nvPr>', ""),
        (MASTER, "<p:sldLayoutIdLst>", "<p:sldLayoutIdLst><p:sldLayoutId/>"),
        ("ppt/slideLayouts/slideLayout2.xml", 'idx="1"', 'idx="99999999999999"'),
        ("ppt/slideLayouts/slideLayout3.xml", 'cx="7772400"', 'cx="-7772400"'),
    ],
)
def test_what_no_schema_allows_is_read_or_refused(
    part: str, before: str, after: str, branded: Branded, corporate: Corporate
) -> None:
    """It never ends in a fault of the program, nor without an end."""
    brand, told = branded(NAMED, corporate({part: [(before, after)]}))
    assert brand.template or told[0].startswith("error bad-template templates/theme.yaml:1:19")


def test_headings_and_links_can_be_read_where_the_title_stands_on_a_band(
    branded: Branded, corporate: Corporate
) -> None:
    band = (
        '<p:sp><p:nvSpPr><p:cNvPr id="80" name="Band"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="9144000" cy="1500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:srgbClr val="002244"/></a:solidFill></p:spPr></p:sp>'
    )
    white = [
        (
            'sz="4400" kern="1200"><a:solidFill><a:schemeClr val="tx1"/>',
            'sz="4400"><a:solidFill><a:schemeClr val="bg1"/>',
        ),
        ("</p:grpSpPr>", f"</p:grpSpPr>{band}"),
    ]
    layouts = branded(NAMED, corporate({MASTER: white}))[0].layouts()

    for name in ("content", "table", "stats", "columns"):
        layout = layouts[name]
        assert layout.slots["title", 0].colour == "#FFFFFF"
        assert (layout.title_colour, layout.body_colour) == ("#000000", "#000000")
        assert not layout.colour_map


def test_links_that_cannot_be_read_take_another_colour(branded: Branded, corporate: Corporate) -> None:
    layout = branded(NAMED, corporate({MASTER: DARK}))[0].layouts()["content"]

    assert layout.colour_map["hlink"] == layout.colour_map["tx1"] == "lt1"


# -- placeholders without room ---------------------------------------------------------------------------------

TITLE_PLACE = '<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm></p:spPr>'


def placed(
    kind: str, x: int = 914400, y: int = 457200, width: int = 7315200, height: int = 1143000
) -> list[tuple[str, str]]:
    """A change of the default template's content layout: its first placeholder of a kind at another place (EMU)."""
    place = TITLE_PLACE.format(x=x, y=y, width=width, height=height)
    return [
        (f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr/>", f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>{place}")
    ]


@pytest.mark.parametrize(
    "change",
    [
        placed('type="title"', height=0),
        placed('type="title"', width=0),
        placed('type="title"', y=-1143000),
        placed('type="title"', x=9144000),
        placed('type="title"', height=12700 * 20),
        placed('idx="1"', height=0),
        placed('idx="1"', y=6858000 - 12700 * 20, height=4000000),
    ],
)
def test_a_layout_whose_title_or_body_has_no_room_serves_as_nothing(
    change: list[tuple[str, str]], branded: Branded, corporate: Corporate
) -> None:
    content = "ppt/slideLayouts/slideLayout2.xml"
    sound, _ = branded()
    brand, told = branded(NAMED, corporate({content: change}))
    (said,) = (one for one in told if "template-frame" in one)

    assert sound.layouts()["content"].part == f"/{content}"
    assert brand.layouts()["content"].part != f"/{content}"
    assert said.startswith(
        "warning template-frame templates/theme.yaml:1:19: brand/office.potx has placeholders without room"
    )
    assert said.endswith("' of 'Title and Content'")
    assert not [one for one in told if one.startswith("error")]


def test_a_title_that_reaches_out_of_the_slide_a_little_is_used(branded: Branded, corporate: Corporate) -> None:
    content = "ppt/slideLayouts/slideLayout2.xml"
    brand, told = branded(NAMED, corporate({content: placed('type="title"', y=-100000)}))

    assert brand.layouts()["content"].part == f"/{content}"
    assert not [one for one in told if "template-frame" in one]


def test_a_title_is_as_large_as_two_lines_of_it_have_room_or_nearly(branded: Branded, corporate: Corporate) -> None:
    content = "ppt/slideLayouts/slideLayout2.xml"
    sizes = [
        branded(NAMED, corporate({content: placed('type="title"', y=0, height=round(12700 * (room + 7.2)))}))[0]
        .layouts()["content"]
        .title_size
        for room in (110, 84, 40, 24)
    ]

    assert sizes == pytest.approx([44, 35, 26.4, 20])  # its own, two lines, 60 % of its own, one line


def test_a_title_that_reaches_into_the_body_ends_above_it(branded: Branded, corporate: Corporate) -> None:
    content = "ppt/slideLayouts/slideLayout2.xml"
    layout = branded(NAMED, corporate({content: placed('type="title"', height=12700 * 200)}))[0].layouts()["content"]

    assert layout.title.bottom == layout.area.y


def test_accents_that_would_hardly_be_seen_are_darker_in_charts(branded: Branded, corporate: Corporate) -> None:
    pale = [('<a:accent1><a:srgbClr val="4F81BD"/>', '<a:accent1><a:srgbClr val="F4F4F0"/>')]
    colours = branded(NAMED, corporate({THEME: pale}))[0].deck.colours

    assert colours.series[0] != "#F4F4F0"
    assert contrast(colours.series[0], colours.paper) >= 2.5


def test_sizes_go_with_the_height_of_the_templates_slide(branded: Branded, corporate: Corporate) -> None:
    low = {"ppt/presentation.xml": [('cy="6858000"', 'cy="5143500"')]}
    slide = branded(NAMED, corporate(low))[0].deck.slide

    assert (slide.height, slide.body[0], slide.small) == (405, 21, 9)


def test_typefaces_that_the_theme_gives_to_print_stay(branded: Branded) -> None:
    brand, told = branded(f"{NAMED}fonts: {{print: {{text: Noto Sans, heading: Noto Sans}}}}\n")

    assert (brand.print.fonts.print.text, brand.print.fonts.print.heading) == ("Noto Sans", "Noto Sans")
    assert not [one for one in told if "template-font" in one]


def test_what_is_muted_can_be_read(branded: Branded, corporate: Corporate) -> None:
    grey = [('<a:sysClr val="windowText" lastClr="000000"/>', '<a:srgbClr val="707070"/>')]
    layout = branded(NAMED, corporate({THEME: grey}))[0].layouts()["content"]

    assert (layout.body_colour, layout.muted_colour) == ("#707070", "#707070")


def test_a_layout_without_a_body_has_the_room_between_title_and_footers(branded: Branded, corporate: Corporate) -> None:
    own: dict[str, object] = {
        "ppt/slideLayouts/slideLayout6.xml": placed('type="title"', y=12700 * 100, height=12700 * 60),
        MASTER: [('y="6356350"', 'y="5715000"')],
    }
    layout = branded(NAMED, corporate(own))[0].layouts()["stats"]

    assert layout.title.bottom < layout.area.y
    assert layout.area.bottom < min(layout.footer.y, layout.date.y, layout.slide_number.y) < 460


def test_sources_of_a_divider_stand_where_those_of_the_content_stand(branded: Branded) -> None:
    layouts = branded()[0].layouts()

    assert layouts["section"].area.bottom < layouts["content"].area.bottom - 100
    assert layouts["section"].foot.bottom == layouts["content"].foot.bottom


def test_of_many_placeholders_without_room_only_some_are_named(branded: Branded, corporate: Corporate) -> None:
    master = [
        (
            '<a:off x="457200" y="274638"/><a:ext cx="8229600" cy="1143000"/>',
            '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/>',
        )
    ]
    _, told = branded(NAMED, corporate({MASTER: master}))

    assert [one.rpartition("' ")[2] for one in told if "template-frame" in one] == ["and 1 more"]


def test_footers_off_the_slide_are_not_used(branded: Branded, corporate: Corporate) -> None:
    place = TITLE_PLACE.format(x=457200, y=7000000, width=2133600, height=365125)
    date = '<p:nvPr><p:ph type="dt" sz="half" idx="10"/></p:nvPr></p:nvSpPr>'
    change = [(f"{date}<p:spPr/>", f"{date}{place}")]
    brand, told = branded(NAMED, corporate({"ppt/slideLayouts/slideLayout2.xml": change}))

    assert (brand.layouts()["content"].date.height, brand.layouts()["columns"].date.height > 0) == (0, True)
    assert not [one for one in told if "template-frame" in one]
