"""Theme → the text styles and the grid of the printed page."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ijreport.layout.stats import StatsStyle
from ijreport.layout.table import TableStyle
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.units import PAPER


class PrintStyles(Struct, frozen=True):
    """Every text style of the page, and where its columns stand. Leading and spaces are multiples of the body's."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    text_left: float
    columns: int
    gutter: float
    body: TextStyle
    beside: TextStyle
    """The body's, beside a term in the margin: neither justified nor hyphenated, as names and addresses are read."""
    item: TextStyle
    headings: tuple[TextStyle, ...]
    small: TextStyle
    caption: TextStyle
    quote: TextStyle
    attribution: TextStyle
    code: TextStyle
    callout_title: TextStyle
    stats: StatsStyle
    term: TextStyle
    table: TableStyle
    title: TextStyle
    subtitle: TextStyle
    byline: TextStyle
    running: TextStyle

    @property
    def measure(self) -> float:
        """The width of running text, of one column where the page has several."""
        return (self.right - self.text_left - (self.columns - 1) * self.gutter) / self.columns

    @property
    def full(self) -> float:
        """The width between the margins."""
        return self.right - self.left


def print_styles(theme: Theme) -> PrintStyles:
    page, colours = theme.page, theme.colours
    width, height = PAPER[page.size]
    leading = page.body * page.leading
    beside = TextStyle(page.body, leading, colours.ink, space_after=0.5 * leading, breaking="fine")
    body = replace(beside, breaking="hyphenated" if page.hyphenate else "fine", justified=page.align == "justified")
    small = TextStyle(page.small, page.small * 1.38, colours.muted, breaking="fine")
    heading = TextStyle(page.h1, page.h1 * 1.16, colours.primary, "heading", bold=True, breaking="fine")
    h3 = replace(heading, size=page.h3, leading=page.h3 * 1.3, colour=colours.ink, space_before=0.75 * leading)
    h3 = replace(h3, space_after=0.2 * leading)
    cell = TextStyle(page.table, page.table * 1.34, colours.ink, breaking="fine", tabular=True)
    return PrintStyles(
        width=width,
        height=height,
        left=page.margin_left,
        right=width - page.margin_right,
        top=page.margin_top,
        bottom=height - page.margin_bottom,
        text_left=page.margin_left + (page.offset if page.columns == 1 else 0.0),
        columns=page.columns,
        gutter=page.gutter,
        body=body,
        beside=beside,
        item=replace(body, space_after=0.22 * leading),
        headings=(
            replace(heading, space_before=2.4 * leading, space_after=0.75 * leading),
            replace(
                heading, size=page.h2, leading=page.h2 * 1.24, space_before=1.25 * leading, space_after=0.4 * leading
            ),
            h3,
            replace(h3, size=page.body, leading=leading, colour=colours.muted),
        ),
        small=small,
        caption=replace(small, space_before=0.35 * leading, space_after=0.9 * leading),
        quote=replace(beside, size=page.h3 * 1.1, leading=page.h3 * 1.1 * 1.42, italic=True, colour=colours.primary),
        attribution=replace(small, space_before=0.3 * leading),
        code=TextStyle(page.small, page.small * 1.4, colours.ink, "mono"),  # lines of code end where they end
        callout_title=replace(h3, colour=colours.primary, space_before=0, space_after=0.25 * leading),
        stats=StatsStyle(
            TextStyle(page.stat, page.stat * 1.15, colours.primary, "heading", bold=True, breaking="fine"),
            TextStyle(page.small + 0.5, (page.small + 0.5) * 1.3, colours.ink, breaking="fine"),
            small,
            16.0,
        ),
        term=replace(beside, bold=True, colour=colours.primary),
        table=TableStyle(replace(cell, bold=True, colour=colours.primary), cell, (5.0, 3.6)),
        title=TextStyle(page.title, page.title * 1.12, colours.paper, "heading", bold=True, breaking="fine"),
        subtitle=TextStyle(page.subtitle, page.subtitle * 1.34, colours.primary, "heading", breaking="fine"),
        byline=replace(beside, colour=colours.muted),
        running=small,
    )
