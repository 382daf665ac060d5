"""A chart block + theme → a native chart part and the workbook behind it (ECMA-376 part 1, 21.2).

Values are written at the marks themselves; where that would crowd the chart it has a value axis instead. Colours
and typefaces are the theme's, by name, so that the chart follows a deck whose theme is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Literal, assert_never

from msgspec import Struct

from ijreport.document.blocks import Chart, Series
from ijreport.layout.charts.number_format import default_pattern
from ijreport.layout.colours import mixed, readable
from ijreport.layout.theme import Theme
from ijreport.render.drawingml import (
    BODY_FONTS,
    DRAWING,
    RELATIONSHIPS,
    escape,
    fill,
    hundredths,
    line,
    palette,
)
from ijreport.render.package import DECLARATION
from ijreport.render.workbook import Workbooks, column_letters

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
WORKBOOK_ID = "rId1"
"""The relationship by which the chart part finds its workbook: the part's first and only one."""

TEXT_SIZE = 16.0
TITLE_SIZE = 16.0
LABELS = 24
"""A chart of more values than these, or of several lines, has a value axis instead of a label at each mark."""

CATEGORIES = 14
"""Of more categories than these along the bottom, only every second, third … is named."""

_SHEET = "Data"
_CATEGORY_AXIS, _VALUE_AXIS = 1, 2

LabelPlace = Literal["", "ctr", "outEnd", "t"]


class ChartPart(Struct, frozen=True):
    """The chart part, which relates to the workbook as `WORKBOOK_ID`, and the workbook's own bytes."""

    xml: bytes
    workbook: bytes


def chart_part(
    chart: Chart, theme: Theme, language: str, workbooks: Workbooks, names: Mapping[str, str] | None = None
) -> ChartPart:
    """The native chart of a block. `language` (BCP 47) is that of its texts; its workbook is one of `workbooks`.

    `names` are those by which the deck calls its colours, if they are not the theme's.

    Raises ValueError for a pie of several series: it would show the first one only.
    """
    if chart.type == "pie" and len(chart.series) != 1:
        raise ValueError("a pie shows one series; use a doughnut or bars for several")
    pattern = number_format(chart)
    drawing = _Drawing(chart, theme, language, palette(theme) if names is None else names, pattern)
    return ChartPart(drawing.xml().encode(), workbooks.workbook(_SHEET, tuple(_rows(chart)), pattern))


def number_format(chart: Chart) -> str:
    """The chart's own number pattern, or the one that print gives its values."""
    values = (value for series in chart.series for value in series.values if value is not None)
    return chart.format or default_pattern(values)


# -- the workbook ----------------------------------------------------------------------------------------------


def _rows(chart: Chart) -> Iterator[tuple[str | float | None, ...]]:
    """Categories in the first column, a series in each of the others; PowerPoint opens it to edit the data."""
    yield (chart.unit, *(series.name for series in chart.series))
    for row, category in enumerate(chart.categories):
        yield (category, *(series.values[row] for series in chart.series))


def _cells(column: int, first: int, last: int) -> str:
    """An absolute reference to rows of a column of the sheet, all counted from 0."""
    letters = column_letters(column)
    start = f"{_SHEET}!${letters}${first + 1}"
    return start if first == last else f"{start}:${letters}${last + 1}"


# -- the chart -------------------------------------------------------------------------------------------------


class _Drawing(Struct, frozen=True):
    """The XML of one chart, element by element in the order of the schema."""

    chart: Chart
    theme: Theme
    language: str
    names: Mapping[str, str]
    pattern: str

    @property
    def labelled(self) -> bool:
        if self.chart.type == "line" and len(self.chart.series) > 1:
            return False  # labels of one line would stand on another
        return len(self.chart.categories) * len(self.chart.series) <= LABELS or self.round

    @property
    def round(self) -> bool:
        return self.chart.type in {"pie", "doughnut"}

    @property
    def horizontal(self) -> bool:
        return self.chart.type in {"bar", "stacked-bar"}

    @property
    def ink(self) -> str:
        return self.theme.colours.ink

    @property
    def muted(self) -> str:
        colours = self.theme.colours
        return readable(colours.muted, colours.paper, colours.ink)

    def xml(self) -> str:
        axes = "" if self.round else self.axes()
        return (
            f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONSHIPS}">'
            f'<c:date1904 val="0"/><c:lang val="{escape(self.language)}"/><c:roundedCorners val="0"/>'
            f"<c:chart>{self.title()}<c:plotArea>{self.place()}{self.plot()}{axes}{_INVISIBLE}</c:plotArea>"
            f'{self.legend()}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
            f"{_INVISIBLE}{self.text(self.ink)}"
            f'<c:externalData r:id="{WORKBOOK_ID}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
        )

    # -- text

    def characters(self, tag: str, colour: str, size: float = TEXT_SIZE, *, bold: bool = False) -> str:
        """`a:defRPr` or `a:rPr`: the properties of characters."""
        language = f' lang="{escape(self.language)}"' if tag == "a:rPr" else ""
        return f'<{tag}{language} sz="{hundredths(size)}" b="{bold:d}">{fill(colour, self.names)}{BODY_FONTS}</{tag}>'

    def text(self, colour: str, *, upright: bool = False) -> str:
        body = '<a:bodyPr rot="0" vert="horz"/>' if upright else "<a:bodyPr/>"
        properties = self.characters("a:defRPr", colour)
        end = f'<a:endParaRPr lang="{escape(self.language)}"/>'
        return f"<c:txPr>{body}<a:lstStyle/><a:p><a:pPr>{properties}</a:pPr>{end}</a:p></c:txPr>"

    @property
    def heading(self) -> str:
        """A single series names a chart without a title."""
        return self.chart.title or (self.chart.series[0].name if len(self.chart.series) == 1 else "")

    def title(self) -> str:
        """The title and the unit on one line, which every program sets from the left, at the chart's top left."""
        unit = self.chart.unit and (f" ({self.chart.unit})" if self.heading else self.chart.unit)
        runs = "".join(
            f"<a:r>{self.characters('a:rPr', colour, size, bold=bold)}<a:t>{escape(text)}</a:t></a:r>"
            for text, colour, size, bold in (
                (self.heading, self.ink, TITLE_SIZE, True),
                (unit, self.muted, TEXT_SIZE, False),
            )
            if text
        )
        if not runs:
            return '<c:autoTitleDeleted val="1"/>'
        corner = (
            '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/>'
            '<c:x val="0"/><c:y val="0"/></c:manualLayout></c:layout>'
        )
        default = self.characters("a:defRPr", self.ink, TITLE_SIZE, bold=True)
        return (
            '<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="l">'
            f"{default}</a:pPr>{runs}</a:p></c:rich></c:tx>{corner}"
            '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>'
        )

    def place(self) -> str:
        """The plot's place: left to the program, but for a pie, which programs shrink far more than its labels need."""
        if self.chart.type != "pie":
            return "<c:layout/>"
        top, height = (0.22, 0.62) if self.heading or self.chart.unit else (0.14, 0.72)
        return (
            '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="0.2"/><c:y val="{top}"/><c:w val="0.6"/><c:h val="{height}"/></c:manualLayout></c:layout>'
        )

    @property
    def crowded(self) -> bool:
        """Whether a pie has two small slices or more: their names would overlap, so a legend tells them."""
        values = [value or 0.0 for value in self.chart.series[0].values]
        return self.chart.type == "pie" and sum(value < 0.06 * sum(values) for value in values) > 1

    def legend(self) -> str:
        """Names of several series below the chart; a doughnut's categories, and a crowded pie's, on its right."""
        if self.chart.type == "doughnut" or self.crowded:
            place = "r"
        elif len(self.chart.series) > 1:
            place = "b"
        else:
            return ""
        return f'<c:legend><c:legendPos val="{place}"/><c:overlay val="0"/>{self.text(self.ink)}</c:legend>'

    # -- plots

    def plot(self) -> str:
        series = "".join(self.series(number, one) for number, one in enumerate(self.chart.series))
        axes = f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/>'
        match self.chart.type:
            case "column":
                return _bars("col", "clustered", series, axes)
            case "bar":
                return _bars("bar", "clustered", series, axes)
            case "stacked-column":
                return _bars("col", "stacked", series, axes)
            case "stacked-bar":
                return _bars("bar", "stacked", series, axes)
            case "line":
                return (
                    f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}'
                    f'<c:marker val="1"/>{axes}</c:lineChart>'
                )
            case "pie":
                return f'<c:pieChart><c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/></c:pieChart>'
            case "doughnut":
                return (
                    f'<c:doughnutChart><c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/>'
                    '<c:holeSize val="58"/></c:doughnutChart>'
                )
            case _:
                assert_never(self.chart.type)

    def series(self, number: int, series: Series) -> str:
        colour = self.colour(number)
        head = (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
            f"<c:tx>{_strings(_cells(number + 1, 0, 0), (series.name,))}</c:tx>"
        )
        rows = len(self.chart.categories)
        data = (
            f"<c:cat>{_strings(_cells(0, 1, rows), self.chart.categories)}</c:cat>"
            f"<c:val>{_numbers(_cells(number + 1, 1, rows), series.values, self.pattern)}</c:val>"
        )
        match self.chart.type:
            case "column" | "bar":
                look = f'{self.filled(colour)}<c:invertIfNegative val="0"/>{self.labels("outEnd", self.ink)}'
            case "stacked-column" | "stacked-bar":
                look = f'{self.filled(colour)}<c:invertIfNegative val="0"/>{self.labels("ctr", self.on(colour))}'
            case "line":
                stroke = f"<c:spPr>{line(colour, 2.5, self.names)}</c:spPr>"
                marker = f'<c:marker><c:symbol val="circle"/><c:size val="7"/>{self.filled(colour)}</c:marker>'
                text = readable(colour, self.theme.colours.paper, self.ink)
                look = f"{stroke}{marker}{self.labels('t', text)}"
                data += '<c:smooth val="0"/>'
            case "pie":
                look = self.points() + self.labels("outEnd", self.ink, category=not self.crowded)
            case "doughnut":
                look = self.points() + self.ring_labels()
            case _:
                assert_never(self.chart.type)
        return f"{head}{look}{data}</c:ser>"

    def colour(self, number: int) -> str:
        """Of a series or slice; after the last one the colours come again, lighter, as they do in print."""
        colours = self.theme.colours.series or (self.theme.colours.primary,)
        turn, place = divmod(number, len(colours))
        return mixed(colours[place], self.theme.colours.paper, 1 - 0.6**turn)

    def on(self, colour: str) -> str:
        """The text colour for a label on a mark."""
        return readable(self.theme.colours.paper, colour, self.ink)

    def filled(self, colour: str) -> str:
        return f"<c:spPr>{fill(colour, self.names)}{line('', 0, self.names)}</c:spPr>"

    def points(self) -> str:
        """Each slice in its own colour, parted from its neighbours by a line of the paper's."""
        gap = line(self.theme.colours.paper, 1.5, self.names)
        return "".join(
            f'<c:dPt><c:idx val="{number}"/><c:bubble3D val="0"/>'
            f"<c:spPr>{fill(self.colour(number), self.names)}{gap}</c:spPr></c:dPt>"
            for number in range(len(self.chart.categories))
        )

    # -- labels

    def labels(self, place: LabelPlace, colour: str, *, category: bool = False) -> str:
        if not self.labelled:
            return ""
        return f"<c:dLbls>{self.label(place, colour, category=category)}</c:dLbls>"

    def ring_labels(self) -> str:
        """Labels on the ring itself, each legible on its slice; a doughnut's have no other place (21.2.2.48)."""
        single = "".join(
            f'<c:dLbl><c:idx val="{number}"/>{self.label("", self.on(self.colour(number)))}</c:dLbl>'
            for number in range(len(self.chart.categories))
        )
        return f"<c:dLbls>{single}{self.label('', self.ink)}</c:dLbls>"

    def label(self, place: LabelPlace, colour: str, *, category: bool = False) -> str:
        position = f'<c:dLblPos val="{place}"/>' if place else ""
        separator = "<c:separator>\n</c:separator>" if category else ""
        return (
            f'<c:numFmt formatCode="{escape(self.pattern)}" sourceLinked="0"/>{_INVISIBLE}'
            f'{self.text(colour)}{position}<c:showLegendKey val="0"/><c:showVal val="1"/>'
            f'<c:showCatName val="{category:d}"/><c:showSerName val="0"/><c:showPercent val="0"/>'
            f'<c:showBubbleSize val="0"/>{separator}'
        )

    # -- axes

    def axes(self) -> str:
        """Bars across the chart run from the top down, in the order of the content.

        A few names of categories stay upright and are broken into lines; of many, the program decides.
        """
        category_place, value_place = ("l", "b") if self.horizontal else ("b", "l")
        direction = "maxMin" if self.horizontal else "minMax"
        rule = f"<c:spPr>{line(self.theme.colours.rule, 1, self.names)}</c:spPr>"
        pattern = f'<c:numFmt formatCode="{escape(self.pattern)}" sourceLinked="0"/>'
        hidden = line("", 0, self.names)
        every = 1 if self.horizontal else ceil(len(self.chart.categories) / CATEGORIES)
        skip = f'<c:tickLblSkip val="{every}"/>' if every > 1 else ""
        return (
            f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/><c:scaling><c:orientation val="{direction}"/></c:scaling>'
            f'<c:delete val="0"/><c:axPos val="{category_place}"/>'
            '<c:numFmt formatCode="General" sourceLinked="0"/>'
            '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
            f'<c:tickLblPos val="low"/>{rule}{self.text(self.ink, upright=every == 1)}<c:crossAx val="{_VALUE_AXIS}"/>'
            '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            f'{skip}<c:noMultiLvlLbl val="1"/></c:catAx>'
            f'<c:valAx><c:axId val="{_VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/>{self.bounds()}</c:scaling>'
            f'<c:delete val="{self.labelled:d}"/><c:axPos val="{value_place}"/>'
            f"{'' if self.labelled else f'<c:majorGridlines>{rule}</c:majorGridlines>'}"
            f'{pattern}<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
            f"<c:spPr>{hidden}</c:spPr>{self.text(self.muted)}"
            f'<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="{"max" if self.horizontal else "autoZero"}"/>'
            '<c:crossBetween val="between"/></c:valAx>'
        )

    def bounds(self) -> str:
        """Bars start at zero: programs would cut the axis where all values are alike, and bars would lie."""
        if self.chart.type == "line":
            return ""
        values = [value for series in self.chart.series for value in series.values if value is not None]
        if all(value >= 0 for value in values):
            return '<c:min val="0"/>'
        return '<c:max val="0"/>' if all(value <= 0 for value in values) else ""


_INVISIBLE = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


def _bars(direction: str, grouping: str, series: str, axes: str) -> str:
    overlap = 100 if grouping == "stacked" else 0
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="60"/><c:overlap val="{overlap}"/>{axes}</c:barChart>'
    )


def _strings(cells: str, texts: tuple[str, ...]) -> str:
    points = "".join(f'<c:pt idx="{number}"><c:v>{escape(text)}</c:v></c:pt>' for number, text in enumerate(texts))
    return f'<c:strRef><c:f>{cells}</c:f><c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache></c:strRef>'


def _numbers(cells: str, values: tuple[float | None, ...], pattern: str) -> str:
    """A missing value has no point: a gap in the chart, an empty cell in the workbook."""
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{value!r}</c:v></c:pt>' for number, value in enumerate(values) if value is not None
    )
    return (
        f"<c:numRef><c:f>{cells}</c:f><c:numCache><c:formatCode>{escape(pattern)}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>'
    )
