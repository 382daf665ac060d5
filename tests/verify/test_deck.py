"""Each way in which a deck can be broken is seen by the check that is meant for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol
from zipfile import ZipFile

import pytest

from ijreport.layout.items import Slide
from ijreport.verify import verify_deck
from tests.members import Members, members_of, packed


class Built(Protocol):
    deck: bytes
    slides: tuple[Slide, ...]


TYPES = "[Content_Types].xml"
MAIN = "ppt/presentation.xml"
RELATIONS = "ppt/_rels/presentation.xml.rels"
CHART_SLIDE, STATS_SLIDE, LINK_SLIDE = (f"ppt/slides/slide{number}.xml" for number in (3, 4, 5))


@dataclass(frozen=True, slots=True)
class Case:
    """What is done to the deck's members, and the first thing to be said about it."""

    break_it: Callable[[Members], object]
    code: str
    message: str


def replaced(member: str, before: str, after: str, behind: str = "") -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        head, mark, text = members[member].decode().partition(behind) if behind else ("", "", members[member].decode())
        assert before in text, f"{member} has no {before}: {text}"
        members[member] = f"{head}{mark}{text.replace(before, after, 1)}".encode()

    return edit


def without(member: str) -> Callable[[Members], object]:
    return lambda members: members.pop(member)


def added(member: str, data: bytes = b"") -> Callable[[Members], object]:
    return lambda members: members.update({member: data})


def each(*edits: Callable[[Members], object]) -> Callable[[Members], object]:
    return lambda members: [edit(members) for edit in edits]


def last_first(members: Members) -> None:
    name, data = members.popitem()
    rest = dict(members)
    members.clear()
    members.update({name: data, **rest})


def moved_to_the_end(member: str, beginning: str) -> Callable[[Members], None]:
    """Move a shape behind all others."""

    def edit(members: Members) -> None:
        text = members[member].decode()
        start = text.index(beginning)
        end = text.index("</p:sp>", start) + len("</p:sp>")
        rest = text[:start] + text[end:]
        members[member] = rest.replace("</p:spTree>", f"{text[start:end]}</p:spTree>").encode()

    return edit


def plain_shape(number: int, name: str, described: str, top: int) -> str:
    """A rectangle all over the slide's width, `top` EMU from its upper edge."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"{described}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="0" y="{top}"/><a:ext cx="12192000" cy="12700"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:sp>'
    )


STRAY = plain_shape(99, "Stray", "", 6000000)
BELOW = plain_shape(99, "Below", ' descr="Below"', 6500000)
LAYOUT_OF_SECTIONS = "ppt/slideLayouts/slideLayout2.xml"

CASES: Mapping[str, Case] = {
    "an entry for a folder": Case(
        added("ppt/slides/"), "deck-archive", "the archive has an entry for the folder 'ppt/slides/'"
    ),
    "names that differ by case only": Case(
        each(
            added("ppt/Presentation.xml", b"<a/>"),
            replaced(TYPES, "</Types>", '<Override PartName="/ppt/Presentation.xml" ContentType="a+xml"/></Types>'),
        ),
        "deck-archive",
        "the archive has 2 members named 'ppt/presentation.xml'",
    ),
    "another member first": Case(
        last_first, "deck-archive", "the archive begins with 'ppt/slides/_rels/slide5.xml.rels', not with"
    ),
    "an undeclared part": Case(
        replaced(TYPES, 'PartName="/ppt/theme/theme1.xml"', 'PartName="/ppt/theme/theme2.xml"'),
        "deck-content-types",
        "'/ppt/theme/theme1.xml' has no content type of its own",
    ),
    "a declaration of nothing": Case(
        replaced(TYPES, "</Types>", '<Override PartName="/ppt/gone.xml" ContentType="a+xml"/></Types>'),
        "deck-content-types",
        "a content type is declared for '/ppt/gone.xml', which is not there",
    ),
    "no content types": Case(without(TYPES), "deck-damaged", "the deck cannot be read: it has no [Content_Types].xml"),
    "a relationship to nothing": Case(
        replaced(RELATIONS, "presProps.xml", "gone.xml"),
        "deck-relationships",
        "'/ppt/presentation.xml' relates to '/ppt/gone.xml', which is not there",
    ),
    "two relationships of an id": Case(
        replaced(RELATIONS, 'Id="rId2"', 'Id="rId1"'),
        "deck-relationships",
        "'/ppt/presentation.xml' has 2 relationships with the id 'rId1'",
    ),
    "a link to a file": Case(
        replaced("ppt/slides/_rels/slide5.xml.rels", "https://example.org/", "file:///etc/passwd"),
        "deck-relationships",
        "'/ppt/slides/slide5.xml' leads outside to 'file:///etc/passwd'",
    ),
    "a part that nothing leads to": Case(
        each(
            added("ppt/media/image1.png", b"\x89PNG"),
            replaced(TYPES, "</Types>", '<Default Extension="png" ContentType="image/png"/></Types>'),
        ),
        "deck-relationships",
        "nothing leads to '/ppt/media/image1.png'",
    ),
    "an id of a relationship that is not declared": Case(
        replaced(CHART_SLIDE, 'r:id="rId', 'r:id="rId9'), "deck-relationships", "slide 3 uses the relationship 'rId9"
    ),
    "XML cut short": Case(
        replaced(CHART_SLIDE, "</p:sld>", ""), "deck-xml", "'/ppt/slides/slide3.xml' is not well-formed: "
    ),
    "a slide that is not listed": Case(
        replaced(MAIN, '<p:sldId id="258" r:id="rId8"/>', ""),
        "deck-slides",
        "5 slides were laid out, 4 are listed, 5 are there",
    ),
    "a slide that no section has": Case(
        replaced(MAIN, '<p14:sldId id="258"/>', ""),
        "deck-slides",
        "the lists of slides and of sections do not name each slide once, in order",
    ),
    "slides in another order": Case(
        each(
            replaced(MAIN, '<p:sldId id="258" r:id="rId8"/>', '<p:sldId id="258" r:id="rId0"/>'),
            replaced(MAIN, '<p:sldId id="259" r:id="rId9"/>', '<p:sldId id="259" r:id="rId8"/>'),
            replaced(MAIN, '<p:sldId id="258" r:id="rId0"/>', '<p:sldId id="258" r:id="rId9"/>'),
        ),
        "deck-titles",
        "the title of slide 4 is 'A slide with a chart', not 'A slide with figures'",
    ),
    "two shapes of an id": Case(
        replaced(CHART_SLIDE, '<p:cNvPr id="3"', '<p:cNvPr id="2"'),
        "deck-shape-ids",
        "slide 3 has more than one shape with the id 2",
    ),
    "an object beyond its slide": Case(
        replaced(CHART_SLIDE, '<p:xfrm><a:off x="', '<p:xfrm><a:off x="9'),
        "deck-frames",
        "'Chart 3' on slide 3 lies beyond it",
    ),
    "a group whose parts lie beyond the slide": Case(
        replaced(STATS_SLIDE, '<a:chOff x="', '<a:chOff x="-99', behind="<p:grpSp>"),
        "deck-frames",
        "'Shape 4' on slide 4 lies beyond it",
    ),
    "a placeholder that its layout has not": Case(
        replaced(LINK_SLIDE, 'idx="1"', 'idx="77"'),
        "deck-frames",
        "'Text 3' on slide 5 has no frame, and its layout gives it none",
    ),
    "an object in a placeholder that its layout has not": Case(
        replaced(STATS_SLIDE, "<p:nvPr/></p:nvGrpSpPr>", '<p:nvPr><p:ph idx="1"/></p:nvPr></p:nvGrpSpPr>', "<p:grpSp>"),
        "deck-placeholders",
        "the layout of slide 4 has no placeholder for",
    ),
    "an empty placeholder": Case(
        each(
            replaced(LINK_SLIDE, "<a:t>Back to the section</a:t>", "<a:t></a:t>"),
            replaced(LINK_SLIDE, "<a:t>To the web</a:t>", "<a:t></a:t>"),
        ),
        "deck-placeholders",
        "the placeholder 'Text 3' on slide 5 is empty",
    ),
    "a slide without a title": Case(
        replaced(LINK_SLIDE, '<p:ph type="title"/>', '<p:ph type="dt" idx="10"/>'),
        "deck-titles",
        "the title of slide 5 is nothing, not 'A slide with links'",
    ),
    "a title that says something else": Case(
        replaced(LINK_SLIDE, "A slide with links", "Another"),
        "deck-titles",
        "the title of slide 5 is 'Another', not 'A slide with links'",
    ),
    "the notes' master not listed": Case(
        replaced(MAIN, '<p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst>', ""),
        "deck-notes",
        "the master of the notes is not listed",
    ),
    "notes without words": Case(
        replaced("ppt/notesSlides/notesSlide3.xml", "What to say about it.", " "),
        "deck-notes",
        "the page of notes '/ppt/notesSlides/notesSlide3.xml' is empty",
    ),
    "notes that belong to another slide": Case(
        replaced("ppt/notesSlides/_rels/notesSlide3.xml.rels", "slide3.xml", "slide4.xml"),
        "deck-notes",
        "slide 3 has 1 pages of notes of its own, not 1",
    ),
    "a chart without an alternative text": Case(
        replaced(CHART_SLIDE, ' descr="Two columns"', ""),
        "deck-alt-text",
        "'Chart 3' on slide 3 has no alternative text",
    ),
    "a group without an alternative text": Case(
        replaced(STATS_SLIDE, 'descr="22 of one"', 'descr=" "'),
        "deck-alt-text",
        "'22 of one 3' on slide 4 has no alternative text",
    ),
    "a shape that is neither described nor decoration": Case(
        replaced(LINK_SLIDE, "</p:spTree>", f"{STRAY}</p:spTree>"),
        "deck-alt-text",
        "'Stray' on slide 5 has no alternative text",
    ),
    "a title that is not read first": Case(
        moved_to_the_end(LINK_SLIDE, '<p:sp><p:nvSpPr><p:cNvPr id="2"'),
        "deck-reading-order",
        "the title of slide 5 is not read first",
    ),
    "figures read in another order than they stand": Case(
        replaced(STATS_SLIDE, '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="3"', f'{BELOW}<p:grpSp><p:nvGrpSpPr><p:cNvPr id="3"'),
        "deck-reading-order",
        "'22 of one 3' is read after 'Below' on slide 4, but stands above it",
    ),
    "a run without its language": Case(
        replaced(LINK_SLIDE, '<a:rPr lang="en-US"', "<a:rPr", behind='idx="1"'),
        "deck-language",
        "'Back to the section' on slide 5 does not say its language",
    ),
    "Japanese said to be English": Case(
        replaced(LINK_SLIDE, "To the web", "日本"), "deck-language", "'日本' on slide 5 is said to be en-US, not ja"
    ),
    "text in nearly the colour of its ground": Case(
        replaced(
            STATS_SLIDE,
            '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>',
            '<a:solidFill><a:srgbClr val="BBBBBB"/></a:solidFill>',
            behind="22</a:t>",
        ),
        "deck-contrast",
        "'of one' on slide 4 is #BBBBBB on #FFFFFF, which is 1.92 : 1",
    ),
    "a title in the colour of its ground": Case(
        replaced(
            LAYOUT_OF_SECTIONS, '<a:schemeClr val="bg1"/>', '<a:schemeClr val="tx2"/>', behind='<p:ph type="title"/>'
        ),
        "deck-contrast",
        "'One section' on slide 2 is #26377D on #26377D, which is 1.00 : 1",
    ),
    "a chart that names no workbook": Case(
        replaced("ppt/charts/chart3-3.xml", '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>', ""),
        "deck-charts",
        "the chart '/ppt/charts/chart3-3.xml' has no workbook",
    ),
    "a negative axis": Case(
        replaced("ppt/charts/chart3-3.xml", '<c:axId val="1"/>', '<c:axId val="-1"/>'),
        "deck-charts",
        "the chart '/ppt/charts/chart3-3.xml' uses the axis '-1', which it has not",
    ),
}


def test_nothing_is_found_in_a_deck_as_it_was_written(built: Built) -> None:
    assert verify_deck(built.deck, built.slides) == []


def test_nothing_is_found_in_a_deck_packed_anew(built: Built) -> None:
    assert verify_deck(packed(members_of(built.deck)), built.slides) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_broken_deck_is_seen(built: Built, case: Case) -> None:
    members = members_of(built.deck)
    case.break_it(members)

    found = verify_deck(packed(members), built.slides)

    assert case.code in {one.code for one in found}, found
    first = next(one for one in found if one.code == case.code)
    assert first.message.startswith(case.message)
    assert first.severity == "error"


def test_a_member_written_twice_is_seen(built: Built) -> None:
    stream = BytesIO(built.deck)
    with ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(MAIN, archive.read(MAIN))

    assert [one.message for one in verify_deck(stream.getvalue(), built.slides)] == [
        f"the archive has 2 members named '{MAIN}'"
    ]


def test_a_flipped_bit_is_seen(built: Built) -> None:
    with ZipFile(BytesIO(built.deck)) as archive:
        workbook = archive.getinfo("ppt/embeddings/Microsoft_Excel_Sheet3-3.xlsx")
    place = workbook.header_offset + 500
    broken = built.deck[:place] + bytes([built.deck[place] ^ 1]) + built.deck[place + 1 :]

    assert [one.message for one in verify_deck(broken, built.slides)] == [
        "the deck cannot be read: the checksum of '/ppt/embeddings/Microsoft_Excel_Sheet3-3.xlsx' is wrong"
    ]


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\5\6" + bytes(18)])
def test_what_is_no_deck_is_seen(built: Built, data: bytes) -> None:
    assert [one.code for one in verify_deck(data, built.slides)] == ["deck-damaged"]
