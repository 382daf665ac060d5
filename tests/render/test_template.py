"""Decks on a corporate template: what is in the file, and that slides inherit instead of repeating."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pptx
import pytest
from lxml import etree
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout.corporate.deck_template import read_template
from ijreport.layout.slides.placeholders import Mark
from ijreport.render.native import template_body, template_geometry, template_mark, template_spacing

ProjectFactory = Callable[..., Path]
Corporate = Callable[..., bytes]
"""The fixtures of tests/conftest.py."""

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
MASTER_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.slideMaster+xml"
THEME = "slide: {template: office.potx}\nfonts: {slide: {latin: Arial, heading: Arial}}\n"
DECK = """\
# A section

With a sentence below it.

## A list that is three points long

- One
    - Deeper
- Two, with a [link](https://example.org)
- Three

::: notes
Said aloud.
:::

## Two columns

:::: columns
::: column
- Left
:::
::: column
- Right
:::
::::

## A table

| Year | Value |
| --- | --- |
| 2024 | 1 |

## A quotation

::: quote A. Tester
Said once.
:::

## Thank you {layout=closing}

Good-bye
"""


@dataclass(frozen=True)
class Made:
    path: Path
    members: dict[str, bytes]
    told: list[str]

    def slide(self, number: int) -> Any:
        return etree.fromstring(self.members[f"ppt/slides/slide{number}.xml"])


@pytest.fixture
def made(project: ProjectFactory, corporate: Corporate, tmp_path: Path) -> Callable[..., Made]:
    """Make `made(template, theme)` build the deck above on a template, by default python-pptx's."""

    def make(template: bytes | None = None, theme: str = THEME) -> Made:
        files = {"templates/theme.yaml": theme, "templates/deck.md.j2": DECK, "office.potx": template or corporate()}
        diagnostics = Diagnostics()
        build(project(files), diagnostics, only=("deck",), out=tmp_path / "out")
        path = tmp_path / "out" / "deck.pptx"
        with ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        return Made(path, members, [one.code for one in diagnostics if one.severity != "note"])

    return make


def named_shapes(slide: Any) -> Iterator[tuple[str, Any]]:
    for one in slide.iter(f"{P}sp"):
        yield one.find(f".//{P}cNvPr").get("name").rpartition(" ")[0], one


def shapes(slide: Any) -> dict[str, Any]:
    return dict(named_shapes(slide))


def test_the_deck_validates_and_python_pptx_reads_it(made: Callable[..., Made]) -> None:
    deck = made()
    presentation = pptx.Presentation(str(deck.path))

    assert OpenXmlValidator().validate(str(deck.path)).errors == []
    assert (presentation.slide_width, presentation.slide_height) == (9144000, 6858000)
    assert [slide.slide_layout.name for slide in presentation.slides] == [
        "Title Slide",
        "Section Header",
        "Title and Content",
        "Two Content",
        "Title Only",
        "Title and Content",
        "Section Header",
    ]
    assert [slide.shapes.title.text for slide in presentation.slides][1:4] == [
        "A section",
        "A list that is three points long",
        "Two columns",
    ]


def test_nothing_of_the_template_but_its_look_is_there(made: Callable[..., Made], corporate: Corporate) -> None:
    """No sample slide, thumbnail, printer setting, property or view."""
    names = set(made(corporate({"ppt/slides/slide1.xml": b"<p/>", "customXml/item1.xml": b"<x/>"})).members)

    assert {name.split("/")[1] for name in names if name.startswith("ppt/")} == {
        "_rels", "notesMasters", "notesSlides", "presProps.xml", "presentation.xml", "slideLayouts", "slideMasters",
        "slides", "tableStyles.xml", "theme", "viewProps.xml",
    }  # fmt: skip
    assert not {name for name in names if "thumbnail" in name or "printer" in name or "custom" in name}
    assert len({name for name in names if name.startswith("ppt/slideLayouts/slideLayout")}) == 11


def test_slides_inherit_frames_colours_marks_and_anchors(made: Callable[..., Made]) -> None:
    slide = made().slide(3)
    title, text = shapes(slide)["Title"], shapes(slide)["Text"]

    for shape in (title, text):
        assert shape.find(f"{P}spPr/{A}xfrm") is None
        assert dict(shape.find(f"{P}txBody/{A}bodyPr").attrib) == {"wrap": "square"}
        assert shape.find(f".//{A}bodyPr/{A}noAutofit") is not None
        assert not list(shape.iter(f"{A}solidFill", f"{A}buChar"))
    assert [one.get("lvl") for one in text.iter(f"{A}pPr")] == [None, "1", None, None]
    for shape, face in ((title, "+mj-lt"), (text, "+mn-lt")):
        assert {one.get("typeface") for one in shape.iter(f"{A}latin")} == {face}
    assert {one.get("b") for one in title.iter(f"{A}rPr")} == {None}
    assert all(one.get("sz") for one in slide.iter(f"{A}rPr"))


def test_only_what_stands_elsewhere_has_a_place_of_its_own(made: Callable[..., Made]) -> None:
    deck = made()
    left, right = (one for name, one in named_shapes(deck.slide(4)) if name == "Text")
    quotation = next(one for name, one in named_shapes(deck.slide(6)) if name == "Text")

    assert left.find(f"{P}spPr/{A}xfrm") is None
    assert right.find(f"{P}spPr/{A}xfrm") is None
    assert quotation.find(f"{P}spPr/{A}xfrm") is not None  # beside its rule
    assert quotation.find(f"{P}txBody/{A}bodyPr").get("lIns") == "0"


OBJECTS = """\
## A table

| a | b |
|---|---|
| 1 | 2 |

## A chart

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```

## A chart beside its text

- Text

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```
"""
TABLE_LAYOUT = [
    ('type="titleOnly"', 'type="tbl"'),
    (
        "</p:spTree>",
        (
            '<p:sp><p:nvSpPr><p:cNvPr id="9" name="Grid"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            '<p:ph type="tbl" idx="13"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="914400" y="2743200"/>'
            '<a:ext cx="7315200" cy="2743200"/></a:xfrm></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody>'
            "</p:sp></p:spTree>"
        ),
    ),
]
CHART_LAYOUT = [('type="twoObj"', 'type="txAndChart"'), ('<p:ph sz="half" idx="2"/>', '<p:ph type="chart" idx="2"/>')]


def test_objects_fill_the_placeholders_that_the_template_has_for_them(
    project: ProjectFactory, corporate: Corporate, tmp_path: Path
) -> None:
    own = {"ppt/slideLayouts/slideLayout6.xml": TABLE_LAYOUT, "ppt/slideLayouts/slideLayout4.xml": CHART_LAYOUT}
    found = []
    for template in (corporate(), corporate(own)):
        files = {"templates/theme.yaml": THEME, "templates/deck.md.j2": OBJECTS, "office.potx": template}
        build(project(files), Diagnostics(), only=("deck",), out=tmp_path / "out")
        assert OpenXmlValidator().validate(str(tmp_path / "out" / "deck.pptx")).errors == []
        found.append(
            [
                (slide.shapes.title.text, str(one.placeholder_format.type).split(" ")[0], one.placeholder_format.idx)
                for slide in pptx.Presentation(str(tmp_path / "out" / "deck.pptx")).slides
                for one in slide.placeholders
                if type(one).__name__ == "PlaceholderGraphicFrame"
            ]
        )

    assert found == [
        [("A chart", "OBJECT", 1), ("A chart beside its text", "OBJECT", 2)],
        [("A table", "TABLE", 13), ("A chart", "OBJECT", 1), ("A chart beside its text", "CHART", 2)],
    ]


def test_text_is_in_the_typefaces_that_it_was_measured_in(made: Callable[..., Made], corporate: Corporate) -> None:
    """The author's, though the template's placeholders name others."""
    deck = made(corporate({"ppt/slideMasters/slideMaster1.xml": [('typeface="+mn-lt"', 'typeface="Impact"')]}))

    shown = {
        one.get("typeface")
        for number in range(1, 8)
        for run in deck.slide(number).iter(f"{A}rPr")
        for one in run.iterfind(f"{A}latin")
    }
    assert shown == {"+mj-lt", "+mn-lt"}
    theme = etree.fromstring(deck.members["ppt/theme/theme1.xml"])
    assert [one.get("typeface") for one in theme.iterfind(f".//{A}fontScheme/*/{A}latin")] == ["Arial", "Arial"]


@pytest.mark.parametrize("height", [120, 200])
def test_a_chart_stands_beside_text_where_it_can_be_read_there(
    height: int, project: ProjectFactory, corporate: Corporate, tmp_path: Path
) -> None:
    low = [('cx="4038600" cy="4525963"', f'cx="4038600" cy="{12700 * height}"')]
    template = corporate({"ppt/slideLayouts/slideLayout4.xml": low})
    files = {"templates/theme.yaml": THEME, "templates/deck.md.j2": OBJECTS, "office.potx": template}
    build(project(files), Diagnostics(), only=("deck",), out=tmp_path / "out")
    slides = [
        slide
        for slide in pptx.Presentation(str(tmp_path / "out" / "deck.pptx")).slides
        if slide.shapes.title.text.startswith("A chart beside its text")
    ]
    (chart,) = (one for slide in slides for one in slide.shapes if one.has_chart)

    assert chart.height.pt >= 139
    assert (chart.width.pt < 360) == (height > 140)


def test_a_table_stands_where_the_template_has_a_placeholder_for_it(
    project: ProjectFactory, corporate: Corporate, tmp_path: Path
) -> None:
    template = corporate({"ppt/slideLayouts/slideLayout6.xml": TABLE_LAYOUT})
    files = {"templates/theme.yaml": THEME, "templates/deck.md.j2": OBJECTS, "office.potx": template}
    build(project(files), Diagnostics(), only=("deck",), out=tmp_path / "out")
    slide = pptx.Presentation(str(tmp_path / "out" / "deck.pptx")).slides[1]
    (table,) = (one for one in slide.shapes if one.has_table)

    assert (table.left, table.top) == (914400 + 91440, 2743200 + 45720)  # inside the insets of text
    assert table.width == pytest.approx(7315200 - 2 * 91440, abs=2)


def test_typefaces_that_the_theme_gives_replace_the_templates(made: Callable[..., Made]) -> None:
    given = etree.fromstring(made().members["ppt/theme/theme1.xml"])
    kept = etree.fromstring(made(theme="slide: {template: office.potx}\n").members["ppt/theme/theme1.xml"])

    assert {one.get("typeface") for one in given.iter(f"{A}ea")} == {""}  # the template leaves it to the program
    for theme, face in ((given, "Arial"), (kept, "Calibri")):
        assert [theme.find(f".//{A}{use}/{A}latin").get("typeface") for use in ("majorFont", "minorFont")] == [
            face,
            face,
        ]


def test_a_slide_says_no_more_than_its_placeholder_does_not(corporate: Corporate) -> None:
    layout = next(one for one in read_template(corporate()).layouts if one.name == "Title and Content")
    body = next(one for one in layout.placeholders if one.type == "obj")
    look = replace(body.styles[0], spaced=False, line_spacing=0.9)
    single = '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
    mark = Mark("§", "Wingdings", "2", 0.8, "")

    assert "lIns" not in template_body(body, template_geometry(body, body.text_frame))
    assert 'lIns="0"' in template_body(body, template_geometry(body, body.text_frame.moved(1, 0)))
    assert ["numCol" in template_body(replace(body, columns=columns), "") for columns in (False, True)] == [False, True]
    assert template_spacing(look, "") == ""
    assert template_spacing(look, "<lines/>") == "<lines/>"
    assert template_spacing(replace(look, spaced=True), "") == '<a:spcBef><a:spcPts val="0"/></a:spcBef>'
    assert [template_spacing(replace(look, line_spacing=one), "") for one in (0, 1, 1.2)] == [single, "", single]
    assert '<a:buFont typeface="Wingdings" charset="2"/><a:buChar char="§"/>' in template_mark(mark)
    assert '<a:buFont typeface="Wingdings"/>' in template_mark(replace(mark, charset="x"))


def test_text_that_a_template_sets_bold_and_in_capitals_is_as_it_was_measured(
    made: Callable[..., Made], corporate: Corporate
) -> None:
    look = [('sz="3200" kern="1200"', 'sz="3200" b="1" cap="all" kern="1200"')]
    slide = made(corporate({"ppt/slideMasters/slideMaster1.xml": look})).slide(3)
    first, second, *_ = shapes(slide)["Text"].iter(f"{A}rPr")

    assert (first.get("b"), first.get("cap")) == ("0", "none")
    assert (second.get("b"), second.get("cap")) == (None, None)  # of the second level


def test_lines_that_a_template_sets_closer_stay_so(made: Callable[..., Made], corporate: Corporate) -> None:
    """Calibri is 1.22 ems high: written out as it is, and left to the template where that has 90 % of it."""
    master = "ppt/slideMasters/slideMaster1.xml"
    spacing = '<a:lnSpc><a:spcPct val="90000"/></a:lnSpc><a:spcBef><a:spcPct val="20000"/></a:spcBef>'
    closer = corporate({master: [('<a:spcBef><a:spcPct val="20000"/></a:spcBef>', spacing)]})
    found = [
        [one.find(f"{A}lnSpc") is not None for one in shapes(deck.slide(3))["Text"].iter(f"{A}pPr")]
        for deck in (made(None, "slide: {template: office.potx}\n"), made(closer, "slide: {template: office.potx}\n"))
    ]

    assert found == [[True] * 4, [False] * 4]


def test_the_same_template_gives_the_same_bytes(made: Callable[..., Made]) -> None:
    assert made().path.read_bytes() == made().path.read_bytes()


def test_art_beyond_the_slide_and_shared_ids_are_no_fault_of_the_deck(
    made: Callable[..., Made], corporate: Corporate
) -> None:
    art = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Band"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="-127000" y="6000000"/><a:ext cx="9900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        '</a:prstGeom><a:solidFill><a:srgbClr val="003366"/></a:solidFill></p:spPr></p:sp></p:spTree>'
    )
    deck = made(corporate({"ppt/slideMasters/slideMaster1.xml": [("</p:spTree>", art)]}))

    assert OpenXmlValidator().validate(str(deck.path)).errors == []
    body = shapes(deck.slide(3))["Text"]
    bottom = int(body.find(f".//{A}off").get("y")) + int(body.find(f".//{A}ext").get("cy"))
    assert bottom <= 6000000  # text ends above the band


def test_layouts_of_several_masters_have_numbers_of_their_own(made: Callable[..., Made], corporate: Corporate) -> None:
    whole = corporate()
    with ZipFile(BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    relation = 'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slideMaster"'
    declared = f'<Override PartName="/ppt/slideMasters/slideMaster2.xml" ContentType="{MASTER_TYPE}"/>'
    second: dict[str, object] = {
        "ppt/slideMasters/slideMaster2.xml": members["ppt/slideMasters/slideMaster1.xml"],
        "ppt/slideMasters/_rels/slideMaster2.xml.rels": members["ppt/slideMasters/_rels/slideMaster1.xml.rels"]
        .replace(b"slideLayouts/slideLayout", b"slideLayouts/other")
        .replace(b"theme1.xml", b"theme2.xml"),
        "ppt/theme/theme2.xml": members["ppt/theme/theme1.xml"],
        "ppt/presentation.xml": [
            ("</p:sldMasterIdLst>", '<p:sldMasterId id="2147483700" r:id="rId77"/></p:sldMasterIdLst>')
        ],
        "ppt/_rels/presentation.xml.rels": [
            (
                "</Relationships>",
                f'<Relationship Id="rId77" {relation} Target="slideMasters/slideMaster2.xml"/></Relationships>',
            )
        ],
        "[Content_Types].xml": [("</Types>", f"{declared}</Types>")],
    }
    for number in range(1, 12):
        name = f"ppt/slideLayouts/slideLayout{number}.xml"
        second[f"ppt/slideLayouts/other{number}.xml"] = members[name]
        relations = members[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"]
        second[f"ppt/slideLayouts/_rels/other{number}.xml.rels"] = relations.replace(b"slideMaster1", b"slideMaster2")
    deck = made(corporate(second))
    masters = [etree.fromstring(deck.members[f"ppt/slideMasters/slideMaster{n}.xml"]) for n in (1, 2)]
    main = etree.fromstring(deck.members["ppt/presentation.xml"])
    ids = [one.get("id") for root in (*masters, main) for one in root.iter(f"{P}sldLayoutId", f"{P}sldMasterId")]

    assert len(ids) == len(set(ids)) == 24
    assert OpenXmlValidator().validate(str(deck.path)).errors == []
