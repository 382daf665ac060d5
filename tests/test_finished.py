"""The flagship's two finished files, read back by programs that are not ours: everything of content/ is in both."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pikepdf
import pptx
import pypdfium2
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from ijreport.build import build
from ijreport.content.figures import Figure
from ijreport.content.load import Content, load
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics

OUTPUTS = ("briefing", "deck")
JAPANESE, HINDI = "特別戦略的グローバル・パートナーシップ", "विशेष रणनीतिक और वैश्विक साझेदारी"


@dataclass(frozen=True)
class Finished:
    """Both files, what was told while they were made, and the text of each as a reader's program extracts it."""

    pdf: Path
    deck: Path
    content: Content
    diagnostics: Diagnostics
    text: Mapping[str, str]

    @property
    def slides(self) -> list[Any]:
        return list(pptx.Presentation(str(self.deck)).slides)


@pytest.fixture(scope="session")
def finished(flagship: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    out = tmp_path_factory.mktemp("flagship")
    diagnostics = Diagnostics()
    build(flagship, diagnostics, out=out, strict=True)  # no warning, and no slide set small
    pdf, deck = out / "india-japan-briefing.pdf", out / "india-japan-deck.pptx"
    content = load(Project(flagship, Diagnostics()), Diagnostics())
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = "\n".join(page.get_textpage().get_text_range() for page in opened)
    slides = "\n".join(text for slide in pptx.Presentation(str(deck)).slides for text in said_on(slide))
    terms = {name: term.expansion for name, term in content.terms.items()}
    return Finished(pdf, deck, content, diagnostics, {"briefing": plain(pages, terms), "deck": plain(slides, terms)})


def shapes(within: Any) -> Iterator[Any]:
    """All shapes of a slide; those in groups in the group's place."""
    for shape in within.shapes:
        if hasattr(shape, "shapes"):
            yield from shapes(shape)
        else:
            yield shape


def said_on(slide: Any) -> Iterator[str]:
    """All text of a slide and its notes: frames, table cells, and charts with their values."""
    for shape in shapes(slide):
        if shape.has_text_frame:
            yield shape.text_frame.text
        if getattr(shape, "has_table", False):
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
        if getattr(shape, "has_chart", False):
            for plot in shape.chart.plots:
                yield from map(str, plot.categories)
                for series in plot.series:
                    yield series.name
                    yield from (f"{value:,g}" for value in series.values if value is not None)
    if slide.has_notes_slide:
        yield slide.notes_slide.notes_text_frame.text


def plain(text: str, expansions: Mapping[str, str] | None = None) -> str:
    """Text in one line, with straight quotes; without the expansion that follows an acronym at its first use."""
    text = text.replace("\N{SOFT HYPHEN}", "").replace("\ufffe", "-").translate({0x2018: "'", 0x2019: "'"})
    text = text.translate({0x201C: '"', 0x201D: '"', 0x2011: "-"})
    text = re.sub(r"(?<=[-–/]) ", "", re.sub(r"\s+", " ", text))  # a line may break behind these
    for name, expansion in (expansions or {}).items():
        text = re.sub(rf"(?<={re.escape(plain(name))})(s?) \({re.escape(plain(expansion))}\)", r"\1", text)
    return text


def says(text: str, wanted: str) -> bool:
    """Whether a text has these words, as words of their own."""
    return re.search(rf"(?<!\w){re.escape(plain(wanted).strip())}(?!\w)", text) is not None


def not_said(text: str, wanted: Iterable[str]) -> list[str]:
    return [one for one in wanted if not says(text, one)]


# -- (a) all of the content ------------------------------------------------------------------------------------


def test_the_flagship_builds_without_a_word(finished: Finished) -> None:
    assert list(finished.diagnostics) == []


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_figure_is_in_both_files(finished: Finished, output: str) -> None:
    def forms(figure: Figure) -> tuple[str, ...]:
        """As running text has it, and as a chart labels it, without bound and unit."""
        return (figure.plain, *re.findall(r"\d[\d.,]*", figure.plain)[:1])

    figures = finished.content.figures
    said = {name for name, one in figures.items() if any(says(finished.text[output], form) for form in forms(one))}
    approximations = [one.approx.plain for one in figures.values() if one.approx]

    assert set(figures) == said
    assert not_said(finished.text[output], approximations) == []


def test_figures_that_matter_are_said_in_full(finished: Finished) -> None:
    """Each is there with its bound and unit."""
    figures = finished.content.figures.values()
    for output in OUTPUTS:
        assert [one.id for one in figures if not says(finished.text[output], one.plain)] == [], output


def facts(data: object, inside_list: bool = False) -> Iterator[str]:
    """What the content's lists name and date; sections and other mappings hold prose."""
    identifying = {"name", "title", "year", "when", "objective", "outcome", "field", "feature"}
    match data:
        case Mapping():
            for key, value in data.items():
                if not isinstance(value, str):
                    yield from facts(value)
                elif inside_list and key in identifying:
                    yield str(value)
        case list() | tuple():
            for value in data:
                if isinstance(value, str):
                    yield str(value)
                else:
                    yield from facts(value, inside_list=True)


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_agreement_date_and_name_is_in_both_files(finished: Finished, output: str) -> None:
    wanted = list(facts({key: value for key, value in finished.content.data.items() if key != "challenges"}))

    assert len(wanted) > 100
    assert not_said(finished.text[output], wanted) == []


def strings(data: object) -> Iterator[str]:
    match data:
        case Mapping():
            for value in data.values():
                yield from strings(value)
        case list() | tuple():
            for value in data:
                yield from strings(value)
        case str():
            yield str(data)


def prose(content: Content) -> str:
    """All strings of the author's own data, without what templates put in or take out."""
    return "\n".join(re.sub(r"\{\{.*?\}\}|\[@[^\]]*\]", " ", text, flags=re.DOTALL) for text in strings(content.data))


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_year_number_acronym_and_proper_name_of_the_prose_is_in_both_files(
    finished: Finished, output: str
) -> None:
    """A capital inside a sentence makes a name; at its beginning it may be an ordinary word."""
    text = prose(finished.content)
    numbers = re.findall(r"\b\d[\d–.,]*\d\b|\b\d+\b", text)
    acronyms = re.findall(r"\b[A-Z]+[\w&-]*[A-Z0-9]\b", text)
    names = re.findall(r"(?<=[\w,;(–] )[A-Z][\w-]+(?: [A-Z][\w-]+)*|(?<=–)[A-Z][\w-]+", text)

    assert (len(set(numbers)), len(set(acronyms)), len(set(names))) > (20, 40, 100)
    assert not_said(finished.text[output], sorted({*numbers, *acronyms})) == []
    assert not_said(finished.text[output], sorted({word for name in names for word in name.split()})) == []


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_acronym_is_in_both_files_and_expanded(finished: Finished, output: str) -> None:
    """`text` lacks expansions that were put in at first use, so they are looked for in what programs extract."""
    terms = finished.content.terms
    if output == "briefing":
        with pypdfium2.PdfDocument(finished.pdf) as opened:
            extracted = plain("\n".join(page.get_textpage().get_text_range() for page in opened))
    else:
        extracted = plain("\n".join(text for slide in finished.slides for text in said_on(slide)))

    assert [name for name in terms if not says(extracted, name) and not says(extracted, f"{name}s")] == []
    assert not_said(extracted.lower(), (term.expansion.lower() for term in terms.values())) == []


def test_no_string_of_the_content_is_left_unprinted(finished: Finished) -> None:
    """Each sentence is in one file at least: what an author wrote and no template prints is a slip."""
    both = " ".join(re.sub(r" ?\[\d+\]", "", text) for text in finished.text.values())
    unprinted = []
    for marked in strings(finished.content.data):
        text = re.sub(r"\[([^\[\]]*)\]\{\.index[^}]*\}", r"\1", marked)
        for sentence in re.split(r"\{\{.*?\}\}|\[@[^\]]*\]|\*\*|(?<=\.)\s|\n\s*(?:\n|-)", text, flags=re.DOTALL):
            words = plain(sentence).strip(" .,;:()-")
            if words and words not in both:
                unprinted.append(words)

    assert unprinted == []


# -- (b) how much there is, and its scripts --------------------------------------------------------------------


def test_the_files_have_the_length_that_was_asked_for(finished: Finished) -> None:
    with pikepdf.open(finished.pdf) as opened:
        assert len(opened.pages) >= 10
    assert len(finished.slides) >= 25


def test_the_handout_has_two_pages_in_columns(finished: Finished) -> None:
    with pypdfium2.PdfDocument(finished.pdf.with_name("india-japan-handout.pdf")) as opened:
        pages = [page.get_textpage() for page in opened]
        edges = [{round(page.get_rect(n)[0]) for n in range(page.count_rects())} for page in pages]
        middle = opened[0].get_width() / 2
    assert len(edges) == 2
    assert all(any(edge < middle for edge in one) and any(edge > middle for edge in one) for one in edges)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", [JAPANESE, HINDI])
def test_the_partnership_is_named_in_its_three_languages(finished: Finished, output: str, name: str) -> None:
    assert name in finished.text[output]


# -- (c) programs that are not ours ----------------------------------------------------------------------------


def test_an_independent_validator_finds_nothing_in_the_deck(finished: Finished) -> None:
    assert OpenXmlValidator().validate(finished.deck).errors == []


@pytest.mark.external("ooxml-validator")
def test_the_open_xml_sdk_finds_nothing_in_the_deck(
    finished: Finished, open_xml_sdk: Callable[[Path], list[object]]
) -> None:
    assert open_xml_sdk(finished.deck) == []


def test_the_index_tells_all_pages_that_use_a_term(finished: Finished) -> None:
    """As they are read from the pages, but for the lists at the beginning and the end."""
    with pypdfium2.PdfDocument(finished.pdf) as opened:
        texts = [page.get_textpage().get_text_range().replace("\r", "") for page in opened]
        begins = {mark.get_title(): mark.get_dest().get_index() for mark in opened.get_toc()}
    body = {begins["Summary"], *range(begins["The Tokyo summit"], begins["Glossary"])}
    entries = dict(re.findall(r"^(\S+), ([\d–, ]+)$", "\n".join(texts[begins["Index"] :]), re.MULTILINE))
    wrong = {}
    for name, term in finished.content.terms.items():
        told = {page - 1 for page in expanded(entries.get(name, ""))}
        using = {page for page in body if says(plain(texts[page]), name) or says(plain(texts[page]), f"{name}s")}
        if not using <= told or not all(str(term.expansion) in plain(texts[page]) for page in told - using):
            wrong[name] = told ^ using

    assert wrong == {}
    assert len(entries) > 50


def expanded(told: str) -> Iterator[int]:
    """The numbers of `2, 5–7`."""
    for first, last in re.findall(r"(\d+)(?:–(\d+))?", told):
        yield from range(int(first), int(last or first) + 1)


def test_pikepdf_finds_nothing_in_the_briefing(finished: Finished) -> None:
    with pikepdf.open(finished.pdf) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.external("qpdf")
def test_qpdf_finds_nothing_in_the_briefing(finished: Finished) -> None:
    checked = subprocess.run(["qpdf", "--check", finished.pdf], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.external("pdffonts")
def test_all_fonts_of_the_briefing_are_embedded_and_have_a_meaning(finished: Finished) -> None:
    listed = subprocess.run(["pdffonts", finished.pdf], capture_output=True, text=True, check=True).stdout.splitlines()
    embedded, subset, unicode = (listed[0].index(column) for column in ("emb", "sub", "uni"))

    assert len(listed) > 4
    assert {(one[embedded:][:3], one[subset:][:3], one[unicode:][:3]) for one in listed[2:]} == {("yes", "yes", "yes")}


@pytest.fixture(scope="session")
def printed(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deck as LibreOffice prints it."""
    folder = tmp_path_factory.mktemp("printed")
    profile = (folder / "profile").as_uri()
    run = [shutil.which("soffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*run, "--outdir", folder, finished.deck], check=True, capture_output=True, timeout=180)  # type: ignore[list-item]  # soffice was found
    return folder / finished.deck.with_suffix(".pdf").name


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_libreoffice_prints_every_slide(finished: Finished, printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as opened:
        assert len(opened) == len(finished.slides)


# -- (d) the deck as its users edit it -------------------------------------------------------------------------


def test_every_slide_has_its_title(finished: Finished) -> None:
    untitled = [
        number for number, one in enumerate(finished.slides, 1) if not (one.shapes.title and one.shapes.title.text)
    ]

    assert untitled == []


def test_every_content_slide_has_notes(finished: Finished) -> None:
    """The cover, the dividers and the slides that the program makes of lists have nothing to tell besides."""
    made = {"Cover", "Section"}
    silent = [
        one.shapes.title.text
        for one in finished.slides
        if one.slide_layout.name not in made and not (one.has_notes_slide and one.notes_slide.notes_text_frame.text)
    ]

    assert [title for title in silent if not title.startswith("Sources")] == []


def test_charts_are_native_and_their_workbooks_hold_the_figures(finished: Finished) -> None:
    figures = finished.content.figures
    known = {
        float(figure.number(scale)) for figure in single(figures.values()) for scale in ("", "billion", "trillion")
    }
    charts = [shape.chart for slide in finished.slides for shape in shapes(slide) if getattr(shape, "has_chart", False)]
    for chart in charts:
        rows = cells(chart.part.chart_workbook.xlsx_part.blob)
        for plot in chart.plots:
            assert [row[0] for row in rows[1:]] == list(plot.categories)
            for column, series in enumerate(plot.series, 1):
                assert rows[0][column] == series.name
                assert [row[column] for row in rows[1:]] == list(series.values)
                assert set(series.values) <= known, (series.name, series.values)

    assert len(charts) >= 6


def cells(workbook: bytes) -> list[list[object]]:
    """The rows of a workbook's only sheet; its texts lie in a table of their own (ECMA-376 part 1, 18.4)."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(BytesIO(workbook)) as book:
        shared = etree.fromstring(book.read("xl/sharedStrings.xml")).findall(f"{main}si")
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(entry.itertext()) for entry in shared]
    return [
        [
            texts[int(cell.findtext(f"{main}v"))] if cell.get("t") == "s" else float(cell.findtext(f"{main}v"))
            for cell in row
        ]
        for row in sheet.iter(f"{main}row")
    ]


def single(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Figures with one value: ranges by their ends, and approximations."""
    for figure in figures:
        yield figure.low
        yield figure.high
        if figure.approx:
            yield figure.approx


def test_tables_are_native_and_name_their_columns(finished: Finished) -> None:
    tables = [shape.table for slide in finished.slides for shape in shapes(slide) if getattr(shape, "has_table", False)]

    assert len(tables) >= 4
    assert {table.first_row for table in tables} == {True}
    agreements = [tuple(cell.text for cell in row.cells)[:2] for table in tables for row in table.rows]
    assert {(str(one["year"]), str(one["name"])) for one in finished.content.data["agreements"]} <= set(agreements)


def test_the_deck_is_described(finished: Finished) -> None:
    report, core = finished.content.report, pptx.Presentation(str(finished.deck)).core_properties

    assert (core.title, core.author) == (str(report.title), "; ".join(report.authors))
    assert (core.subject, core.comments, core.language) == (
        str(report.subtitle),
        str(report.description),
        str(report.language),
    )
    assert core.created is not None
    assert report.date == core.created.date()


# -- (e) nothing beyond its frame ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edges:
    """A rectangle on a slide, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Edges) -> bool:
        slack = 1.0  # glyphs reach a little out of their line
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


def frames(slide: Any) -> Iterator[tuple[str, Edges, list[str]]]:
    """Of each text frame and table its name, its place, and its paragraphs without white space.

    Groups of this deck keep the slide's coordinates, so that what is in them needs no conversion.
    """
    for shape in shapes(slide):
        if shape.has_text_frame:
            said = [paragraph.text for paragraph in shape.text_frame.paragraphs]
        elif getattr(shape, "has_table", False):
            said = [one.text for row in shape.table.rows for cell in row.cells for one in cell.text_frame.paragraphs]
        else:
            continue
        edges = (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
        said = [bare for one in said if (bare := "".join(one.split()))]
        yield shape.name, Edges(*(edge / 12700 for edge in edges)), said


def glyphs(page: Any) -> tuple[str, list[Edges]]:
    """What is printed on a page, without white space, and where each character of it stands."""
    height = page.get_height()
    text = page.get_textpage()
    letters, places = [], []
    for number in range(text.count_chars()):
        letter = text.get_text_range(number, 1).replace("\ufffe", "-")  # a hyphen at a line's end
        if letter.strip():
            left, bottom, right, top = text.get_charbox(number)
            letters.append(letter[0])
            places.append(Edges(left, height - top, right, height - bottom))
    return "".join(letters), places


def beyond(page: Any, slide: Any) -> Iterator[str]:
    """Glyphs outside the slide; paragraphs that are nowhere printed wholly inside their frame."""
    letters, places = glyphs(page)
    sheet = Edges(0, 0, *page.get_size())
    for letter, place in zip(letters, places, strict=True):
        if not sheet.holds(place):
            yield f"'{letter}' at {place}"
    for name, frame, paragraphs in frames(slide):
        for paragraph in paragraphs:
            found = [match.start() for match in re.finditer(re.escape(paragraph), letters)]
            if not any(all(map(frame.holds, places[start : start + len(paragraph)])) for start in found):
                yield f"{name}: {paragraph} {'goes beyond its frame' if found else 'is not printed'}"


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_no_text_is_printed_beyond_its_frame_or_slide(finished: Finished, printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as opened:
        found = {
            number: list(beyond(page, slide))
            for number, (page, slide) in enumerate(zip(opened, finished.slides, strict=True), 1)
        }

    assert {number: one for number, one in found.items() if one} == {}
