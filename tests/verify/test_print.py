"""Each way in which a PDF can be broken is seen by the check that is meant for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from ijreport.layout.items import Page
from ijreport.verify import verify_print
from ijreport.verify.print import meant


class Built(Protocol):
    pdf: bytes
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is done to the PDF, and the first thing to be said about it, as a pattern."""

    break_it: Callable[[Any], object]
    code: str
    message: str


def link_of(pdf: Any, kind: str) -> Any:
    """The first link of a kind: `/Dest` inside the file, `/A` to the web."""
    return next(note for page in pdf.pages for note in page.obj.get("/Annots", ()) if kind in note)


def first_bookmark(pdf: Any) -> Any:
    return pdf.Root.Outlines.First


def first_font(pdf: Any) -> Any:
    return next(iter(dict(pdf.pages[0].obj.Resources.Font).values()))


def unembedded(pdf: Any) -> None:
    described = first_font(pdf).DescendantFonts[0].FontDescriptor
    for key in [key for key in described.keys() if key.startswith("/FontFile")]:  # noqa: SIM118 - pikepdf's keys
        del described[key]


def dropped(owner: Callable[[Any], Any], key: str) -> Callable[[Any], None]:
    def edit(pdf: Any) -> None:
        del owner(pdf)[key]

    return edit


def put(owner: Callable[[Any], Any], key: str, value: Any) -> Callable[[Any], None]:
    def edit(pdf: Any) -> None:
        owner(pdf)[key] = value

    return edit


def root(pdf: Any) -> Any:
    return pdf.Root


def cover(pdf: Any) -> Any:
    return pdf.pages[0].obj


def web_link(pdf: Any) -> Any:
    return link_of(pdf, "/A")


def elements(kids: Any) -> Iterator[Any]:
    """The elements of a structure tree in the order of reading."""
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid.get("/K", Array()))


def element(pdf: Any, role: str) -> Any:
    """The last element of a type."""
    return [one for one in elements(pdf.Root.StructTreeRoot.K) if f"/{role}" == one.S][-1]


def merged_cell(pdf: Any) -> Any:
    return next(one for one in elements(pdf.Root.StructTreeRoot.K) if "/RowSpan" in one.get("/A", {}))


def drawn(edit: Callable[[bytes], bytes]) -> Callable[[Any], None]:
    """Change what is drawn on the cover."""

    def put_back(pdf: Any) -> None:
        content = pdf.pages[0].obj.Contents
        content.write(edit(content.read_bytes()))

    return put_back


def heading_made(pdf: Any, role: str, other: str) -> None:
    """Make all headings of a level ones of another level, in the structure and where they stand."""
    for one in elements(pdf.Root.StructTreeRoot.K):
        if f"/{role}" == one.S:
            one.S = Name(f"/{other}")
    for page in pdf.pages:
        page.obj.Contents.write(page.obj.Contents.read_bytes().replace(f"/{role}<<".encode(), f"/{other}<<".encode()))


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


CASES: Mapping[str, Case] = {
    "a page too many": Case(
        lambda pdf: pdf.pages.append(pdf.pages[0]), "print-pages", r"\d pages were laid out, the PDF has \d"
    ),
    "a page of another size": Case(
        put(cover, "/MediaBox", Array([0, 0, 612, 792])),
        "print-pages",
        "page 1 measures 612 × 792 pt, not 595.276 × 841.89",
    ),
    "a page turned": Case(put(cover, "/Rotate", 90), "print-pages", "page 1 measures 595.276 × 841.89 pt"),
    "a bleed that was not asked for": Case(
        put(cover, "/BleedBox", Array([-9, -9, 604, 851])),
        "print-pages",
        "the BleedBox of page 1 does not reach 0 pt beyond its edges",
    ),
    "pages called otherwise": Case(dropped(root, "/PageLabels"), "print-pages", "page 1 is called '1', not 'i'"),
    "an empty page": Case(
        lambda pdf: put(cover, "/Contents", pdf.make_stream(b" \n"))(pdf), "print-pages", "page 1 is empty"
    ),
    "a page without content": Case(dropped(cover, "/Contents"), "print-pages", "page 1 is empty"),
    "a font that is not embedded": Case(unembedded, "print-fonts", r"the font /\S+ of page 1 is not embedded"),
    "a font without meaning": Case(
        dropped(first_font, "/ToUnicode"), "print-fonts", r"the font /\S+ of page 1 has no ToUnicode table"
    ),
    "a bookmark renamed": Case(
        put(first_bookmark, "/Title", "Another"),
        "print-outline",
        r"the bookmark 'Another' leads to page (\d); meant is '.+' on page \1",
    ),
    "a bookmark to nowhere": Case(
        dropped(first_bookmark, "/Dest"),
        "print-outline",
        r"the bookmark '(.+)' leads nowhere; meant is '\1' on page \d",
    ),
    "a bookmark to another page": Case(
        lambda pdf: put(first_bookmark, "/Dest", Array([pdf.pages[0].obj, Name.Fit]))(pdf),
        "print-outline",
        r"the bookmark '(.+)' leads to page 1; meant is '\1' on page \d",
    ),
    "no bookmarks": Case(dropped(root, "/Outlines"), "print-outline", r"\d bookmarks were laid out, the PDF has 0"),
    "a link to no page": Case(
        put(lambda pdf: link_of(pdf, "/Dest"), "/Dest", Array([Dictionary(), Name.Fit])),
        "print-links",
        r"a link on page \d leads to no page",
    ),
    "a link to a script": Case(
        put(lambda pdf: web_link(pdf).A, "/URI", "javascript:alert(1)"),
        "print-links",
        r"a link on page \d leads to 'javascript:alert\(1\)'",
    ),
    "a link that starts a program": Case(
        put(web_link, "/A", Dictionary(S=Name.Launch, F="calc.exe")),
        "print-active",
        r"page \d has an action of the kind /Launch",
    ),
    "a link with further actions": Case(
        put(web_link, "/AA", Dictionary(E=script())), "print-active", r"a link on page \d has further actions"
    ),
    "a script at opening": Case(
        put(root, "/OpenAction", script()), "print-active", "opening the PDF starts an action of the kind /JavaScript"
    ),
    "scripts by name": Case(
        put(root, "/Names", Dictionary(JavaScript=Dictionary())), "print-active", "the PDF has JavaScript"
    ),
    "a hidden file": Case(
        put(root, "/Names", Dictionary(EmbeddedFiles=Dictionary())), "print-active", "the PDF has EmbeddedFiles"
    ),
    "a script on a page": Case(
        put(cover, "/AA", Dictionary(O=script())), "print-active", "opening page 1 starts an action"
    ),
    "no language": Case(dropped(root, "/Lang"), "print-properties", "the PDF does not tell its language"),
    "no title": Case(dropped(lambda pdf: pdf.docinfo, "/Title"), "print-properties", "the PDF has no title"),
    "no metadata": Case(dropped(root, "/Metadata"), "print-properties", "the PDF's metadata do not tell its title"),
    "no meaning of colours": Case(dropped(root, "/OutputIntents"), "print-properties", "the PDF says it is archival"),
    "no structure": Case(dropped(root, "/StructTreeRoot"), "print-tags", "the PDF is not tagged"),
    "not said to be tagged": Case(dropped(root, "/MarkInfo"), "print-tags", "the PDF is not tagged"),
    "a picture outside of all marks": Case(
        drawn(lambda content: content + b" 0 0 9 9 re f"), "print-tags", "page 1 has content outside of all marks"
    ),
    "a line before the first mark": Case(
        drawn(lambda content: b"0 0 m 9 9 l S\n" + content), "print-tags", "page 1 has content outside of all marks"
    ),
    "a mark that does not end": Case(
        drawn(lambda content: content.rpartition(b"EMC")[0]), "print-tags", "a mark on page 1 does not end"
    ),
    "a mark that ends twice": Case(
        drawn(lambda content: content + b" EMC"), "print-tags", "a mark on page 1 does not end, or ends twice"
    ),
    "a piece of content of another type": Case(
        drawn(lambda content: content.replace(b"/P<<", b"/H1<<", 1)),
        "print-tags",
        "the content of page 1 does not lead",
    ),
    "a piece of content of another number": Case(
        drawn(lambda content: content.replace(b"/MCID 1>>", b"/MCID 7>>", 1)),
        "print-tags",
        "the content of page 1 does not lead to its elements",
    ),
    "content made an artifact": Case(
        drawn(lambda content: re.sub(rb"/P<</MCID 1>>", b"/Artifact<</Type/Layout>>", content)),
        "print-tags",
        "the content of page 1 does not lead to its elements",
    ),
    "a page without a place in the structure": Case(
        lambda pdf: pdf.Root.StructTreeRoot.ParentTree.Kids[0].Nums.__setitem__(1, Array([])),
        "print-tags",
        "the content of page 1 does not lead to its elements",
    ),
    "an element lost by its parent": Case(
        lambda pdf: put(lambda pdf: element(pdf, "Sect"), "/K", element(pdf, "Sect").K[0])(pdf),
        "print-tags",
        "the elements of the PDF are no tree",
    ),
    "an element that lost its content": Case(
        dropped(lambda pdf: element(pdf, "TH"), "/K"), "print-tags", r"the pages have \d+ pieces of content"
    ),
    "a paragraph that was a heading": Case(
        put(lambda pdf: element(pdf, "H1"), "/S", Name.P), "print-tags", r"the content of page \d does not lead"
    ),
    "a list that is none": Case(
        put(lambda pdf: element(pdf, "LI"), "/S", Name.Div),
        "print-tags",
        r"\d elements of the type Div were laid out, the PDF has \d",
    ),
    "headings that leave a level out": Case(
        lambda pdf: heading_made(pdf, "H2", "H4"), "print-tags", r"page \d has a heading H4 below a level 1"
    ),
    "a chart that says nothing": Case(
        dropped(lambda pdf: element(pdf, "Figure"), "/Alt"), "print-tags", "a figure has no alternative text"
    ),
    "a table's heading without scope": Case(
        dropped(lambda pdf: element(pdf, "TH"), "/A"), "print-tags", "a table's heading has no scope"
    ),
    "a cell that was over two rows": Case(
        dropped(merged_cell, "/A"),
        "print-tags",
        "1 TD that go over 1 column and 2 rows were laid out, the PDF has 0",
    ),
    "a link out of the structure": Case(
        dropped(lambda pdf: link_of(pdf, "/A"), "/StructParent"),
        "print-tags",
        r"a link on page \d belongs to no element",
    ),
    "a link that says nothing": Case(
        dropped(lambda pdf: link_of(pdf, "/A"), "/Contents"), "print-tags", r"a link on page \d says nothing"
    ),
    "links in another order": Case(
        dropped(cover, "/Tabs"), "print-tags", "the links of page 1 are not in the order of reading"
    ),
}


def broken(data: bytes, break_it: Callable[[Any], object]) -> bytes:
    stream = BytesIO()
    with Pdf.open(BytesIO(data)) as pdf:
        break_it(pdf)
        pdf.save(stream)
    return stream.getvalue()


def test_nothing_is_found_in_a_pdf_as_it_was_written(built: Built) -> None:
    assert verify_print(built.pdf, meant(built.pages)) == []


def test_nothing_is_found_in_a_pdf_saved_anew(built: Built) -> None:
    assert verify_print(broken(built.pdf, lambda pdf: None), meant(built.pages)) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_broken_pdf_is_seen(built: Built, case: Case) -> None:
    found = verify_print(broken(built.pdf, case.break_it), meant(built.pages))

    assert [case.code] == [one.code for one in found][:1]
    assert re.match(case.message, found[0].message), found[0].message
    assert found[0].severity == "error"


def test_content_that_cannot_be_inflated_is_seen(built: Built) -> None:
    def edit(pdf: Any) -> None:
        stream = Stream(pdf, b"")
        stream.write(b"no deflated data", filter=Name.FlateDecode)
        pdf.pages[0].obj.Contents = stream

    assert [one.code for one in verify_print(broken(built.pdf, edit), meant(built.pages))][:1] == ["print-damaged"]


def test_an_offset_that_leads_elsewhere_is_seen(built: Built) -> None:
    wrong = re.sub(rb"startxref\n\d+", b"startxref\n3", built.pdf)

    assert {one.code for one in verify_print(wrong, meant(built.pages))} == {"print-damaged"}


@pytest.mark.parametrize("data", [b"", b"no PDF"])
def test_what_is_no_pdf_is_seen(built: Built, data: bytes) -> None:
    assert [one.code for one in verify_print(data, meant(built.pages))] == ["print-damaged"]
