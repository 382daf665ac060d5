"""Native charts: what PowerPoint draws and what its "Edit data" opens."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree
from msgspec.structs import replace

from ijreport.document.blocks import Chart, ChartType, Series
from ijreport.layout.theme import Colours, Theme
from ijreport.render.chart_part import LABELS, ChartPart, chart_part, number_format
from ijreport.render.workbook import Workbooks

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TRADE = Chart(
    "column",
    "Imports grew faster than exports.",
    ("2021", "2022", "2023"),
    (Series("Exports", (6.0, None, 5.5)), Series("Imports", (14.4, 15.3, 17.0))),
    title="Trade",
    unit="US$ billion",
    format="0.0",
)
SHARES = Chart("pie", "Cars lead.", ("Cars", "Chips", "Other"), (Series("Share", (45, 35, 20)),), unit="%")
TYPES: tuple[ChartType, ...] = ("column", "bar", "stacked-column", "stacked-bar", "line", "pie", "doughnut")


def made(chart: Chart, theme: Theme | None = None, language: str = "en") -> ChartPart:
    return chart_part(chart, theme or Theme(), language, Workbooks(""))


def drawn(chart: Chart, theme: Theme | None = None) -> etree._Element:
    return etree.fromstring(made(chart, theme).xml)


def values(root: etree._Element, *names: str) -> list[str]:
    """The `val` attributes of all elements of these names, in the order of the document."""
    return [str(element.get("val")) for element in root.iter(*(C + name for name in names))]


def cells(workbook: bytes) -> dict[str, str]:
    """The sheet's cells by reference, texts looked up."""
    archive = zipfile.ZipFile(io.BytesIO(workbook))
    shared = ["".join(item.itertext()) for item in etree.fromstring(archive.read("xl/sharedStrings.xml"))]
    return {
        str(cell.get("r")): shared[int(cell.findtext(S + "v"))] if cell.get("t") == "s" else cell.findtext(S + "v")
        for cell in etree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(S + "c")
    }


# -- the drawing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, element, look",
    [
        ("column", "barChart", ["col", "clustered", "0"]),
        ("bar", "barChart", ["bar", "clustered", "0"]),
        ("stacked-column", "barChart", ["col", "stacked", "100"]),
        ("stacked-bar", "barChart", ["bar", "stacked", "100"]),
        ("line", "lineChart", ["standard"]),
        ("pie", "pieChart", []),
        ("doughnut", "doughnutChart", []),
    ],
)
def test_each_type_is_the_native_one(kind: ChartType, element: str, look: list[str]) -> None:
    root = drawn(replace(SHARES, type=kind))

    (plot,) = root.iter(C + element)
    assert values(plot, "barDir", "grouping", "overlap") == look


def test_values_and_names_are_those_of_the_block_and_a_missing_value_is_a_gap() -> None:
    root = drawn(TRADE)

    series = [
        (ser.findtext(f"{C}tx//{C}v"), [(pt.get("idx"), pt.findtext(C + "v")) for pt in ser.iterfind(f"{C}val//{C}pt")])
        for ser in root.iter(C + "ser")
    ]
    assert series == [
        ("Exports", [("0", "6.0"), ("2", "5.5")]),
        ("Imports", [("0", "14.4"), ("1", "15.3"), ("2", "17.0")]),
    ]
    assert values(root, "dispBlanksAs") == ["gap"]


@pytest.mark.parametrize(
    "kind, place",
    [
        # A place that its type does not have makes PowerPoint repair the file: stacked bars have no outside,
        # doughnuts no place at all.
        ("column", {"outEnd"}),
        ("bar", {"outEnd"}),
        ("stacked-column", {"ctr"}),
        ("stacked-bar", {"ctr"}),
        ("line", {"t"}),
        ("pie", {"outEnd"}),
        ("doughnut", set()),
    ],
)
def test_labels_stand_where_their_type_allows(kind: ChartType, place: set[str]) -> None:
    root = drawn(replace(SHARES, type=kind))

    assert set(values(root, "dLblPos")) == place
    assert set(values(root, "showVal")) == {"1"}


CROWDED = Chart("line", "", tuple(map(str, range(LABELS + 1))), (Series("One", (1.0,) * (LABELS + 1)),))


def test_labelled_charts_have_no_value_axis() -> None:
    labelled = drawn(TRADE)

    assert values(labelled.find(f".//{C}valAx"), "delete") == ["1"]
    assert not list(labelled.iter(C + "majorGridlines"))


@pytest.mark.parametrize("chart", [CROWDED, replace(TRADE, type="line")], ids=["many values", "several lines"])
def test_where_labels_would_meet_there_is_a_value_axis(chart: Chart) -> None:
    bare = drawn(chart)

    assert values(bare.find(f".//{C}valAx"), "delete") == ["0"]
    assert not list(bare.iter(C + "dLbls"))


@pytest.mark.parametrize(
    "numbers, bounds",
    [((98.0, 99.0), [("min", "0")]), ((-98.0, -99.0), [("max", "0")]), ((-1.0, 1.0), [])],
)
def test_bars_begin_at_zero(numbers: tuple[float, ...], bounds: list[tuple[str, str]]) -> None:
    root = drawn(Chart("column", "", ("a", "b"), (Series("s", numbers),)))

    scaling = root.find(f".//{C}valAx/{C}scaling")
    assert [
        (end, scaling.find(C + end).get("val")) for end in ("max", "min") if scaling.find(C + end) is not None
    ] == bounds


def test_horizontal_bars_run_from_the_top_down() -> None:
    root = drawn(replace(TRADE, type="bar"))

    assert values(root.find(f".//{C}catAx"), "orientation") == ["maxMin"]


@pytest.mark.parametrize(
    "chart, said",
    [
        (TRADE, "Trade (US$ billion)"),
        (replace(TRADE, unit=""), "Trade"),
        (replace(TRADE, title=""), "US$ billion"),
        (replace(TRADE, title="", unit=""), ""),
        (SHARES, "Share (%)"),
    ],
)
def test_title_names_the_unit_and_falls_back_to_the_only_series(chart: Chart, said: str) -> None:
    root = drawn(chart)

    assert "".join(text.text or "" for text in root.iterfind(f".//{C}title//{A}t")) == said
    assert values(root, "autoTitleDeleted") == ["0" if said else "1"]


@pytest.mark.parametrize(
    "chart, place",
    [
        (TRADE, ["b"]),
        (replace(TRADE, series=TRADE.series[:1]), []),
        (SHARES, []),
        (replace(SHARES, type="doughnut"), ["r"]),
    ],
)
def test_a_legend_stands_only_where_labels_do_not_name_the_marks(chart: Chart, place: list[str]) -> None:
    assert values(drawn(chart), "legendPos") == place


def test_colours_are_the_themes_by_name_and_come_again_lighter() -> None:
    theme = Theme(colours=Colours(series=("#102030", "#405060")))
    many = replace(SHARES, categories=("a", "b", "c"))

    fills = [point.find(f".//{A}solidFill")[0].get("val") for point in drawn(many, theme).iter(C + "dPt")]

    assert fills == ["accent1", "accent2", "707983"]


def test_text_inside_marks_can_be_read() -> None:
    theme = Theme(colours=Colours(series=("#000000", "#FFEE00")))

    labels = [
        ser.find(f"{C}dLbls/{C}txPr//{A}schemeClr").get("val")
        for ser in drawn(replace(TRADE, type="stacked-column"), theme).iter(C + "ser")
    ]

    assert labels == ["bg1", "tx1"]


def test_text_is_escaped_and_tagged_with_its_language() -> None:
    part = made(replace(TRADE, title='A < B & "C"', categories=("<a>", "日本", "भारत")), language="hi")
    root = etree.fromstring(part.xml)

    assert values(root, "lang") == ["hi"]
    assert root.findtext(f".//{C}title//{A}t") == 'A < B & "C"'
    assert [v.text for v in root.iterfind(f".//{C}ser[1]/{C}cat//{C}v")] == ["<a>", "日本", "भारत"]


def test_of_many_categories_some_are_named_and_few_stay_upright() -> None:
    many = Chart("line", "", tuple(map(str, range(1990, 2025))), (Series("One", (1.0,) * 35),))

    few_axis, many_axis = (drawn(chart).find(f".//{C}catAx") for chart in (TRADE, many))

    assert (values(few_axis, "tickLblSkip"), few_axis.find(f".//{A}bodyPr").get("rot")) == ([], "0")
    assert (values(many_axis, "tickLblSkip"), many_axis.find(f".//{A}bodyPr").get("rot")) == (["3"], None)


def test_axis_ids_are_positive_and_agree() -> None:
    root = drawn(TRADE)

    assert values(root.find(f".//{C}barChart"), "axId") == values(root.find(f".//{C}plotArea"), "axId")[2:]
    assert all(int(number) > 0 for number in values(root, "axId", "crossAx"))


def test_a_pie_of_several_series_is_refused() -> None:
    with pytest.raises(ValueError, match="a pie shows one series"):
        made(replace(TRADE, type="pie"))


# -- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers, pattern",
    [
        ((1.0, 20.0, None), "#,##0"),
        ((1.5, 20.0), "#,##0.0"),
        ((1.25, 20.0), "#,##0.00"),
        ((1.23456, 2.0), "#,##0.00"),
        ((0.0004,), "#,##0.0000"),
        ((3e16,), "0.#E+0"),
        ((), "#,##0"),
    ],
)
def test_a_default_pattern_shows_all_values_alike(numbers: tuple[float | None, ...], pattern: str) -> None:
    assert number_format(Chart("bar", "", tuple("x" * len(numbers)), (Series("s", numbers),))) == pattern


def test_the_charts_own_pattern_reaches_labels_and_cells() -> None:
    part = made(replace(TRADE, format='0.0" bn"'))

    root = etree.fromstring(part.xml)
    assert {f.get("formatCode") for f in root.iterfind(f".//{C}dLbls/{C}numFmt")} == {'0.0" bn"'}
    assert b"0.0&quot; bn&quot;" in zipfile.ZipFile(io.BytesIO(part.workbook)).read("xl/styles.xml")


# -- the workbook ----------------------------------------------------------------------------------------------


def test_the_workbook_holds_what_the_chart_refers_to() -> None:
    part = made(TRADE)
    root = etree.fromstring(part.xml)

    assert [f.text for f in root.iter(C + "f")] == [
        "Data!$B$1", "Data!$A$2:$A$4", "Data!$B$2:$B$4",
        "Data!$C$1", "Data!$A$2:$A$4", "Data!$C$2:$C$4",
    ]  # fmt: skip
    assert cells(part.workbook) == {
        "A1": "US$ billion", "B1": "Exports", "C1": "Imports",
        "A2": "2021", "B2": "6.0", "C2": "14.4",
        "A3": "2022", "C3": "15.3",
        "A4": "2023", "B4": "5.5", "C4": "17.0",
    }  # fmt: skip
    assert b'name="Data"' in zipfile.ZipFile(io.BytesIO(part.workbook)).read("xl/workbook.xml")


@pytest.mark.parametrize("kind", TYPES)
def test_the_same_chart_is_the_same_bytes(kind: ChartType) -> None:
    chart = replace(SHARES, type=kind)

    assert made(chart) == made(chart)
