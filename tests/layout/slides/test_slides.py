"""Slides: which layout suits the blocks, how what is too much goes on, and that nothing leaves its frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ijreport.diagnostics import Diagnostics
from ijreport.layout import items
from ijreport.layout.items import Item, Slide
from ijreport.layout.theme import Slide as SlideTheme
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import SetParagraph

Deck = Callable[..., tuple[tuple[Slide, ...], Diagnostics]]
Shown = Callable[..., str]

POINTS = "- One point\n- Another\n"
CHART = "```chart\ntype: column\nalt: Trade\ncategories: [A, B]\nseries: [{name: S, values: [1, 2]}]\n```\n"
STATS = '```stats\n- {value: "10", label: figures}\n- {value: "20", label: more}\n```\n'
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"
TIMELINE = "```timeline\n- {when: 1952, title: Treaty}\n```\n"
COLUMNS = ":::: columns\n::: column\nLeft\n:::\n::: column\nRight\n:::\n::::\n"
QUOTE = "::: quote Somebody\nSaid.\n:::\n"
CALLOUT = "::: callout\nText\n:::\n"


# -- layouts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        (POINTS, "content"),
        ("Text\n", "content"),
        (TABLE, "table"),
        (STATS, "stats"),
        (QUOTE, "quote"),
        (COLUMNS, "columns"),
        (COLUMNS.replace("Left", CHART.strip()), "stats"),
        (f"{POINTS}\n{CHART}", "figure"),
        (f"{CHART}\n{POINTS}", "figure"),
        (CHART, "content"),
        (f"{CHART}\n{CHART}", "stats"),
        (f"{POINTS}\n{TABLE}", "content"),
        (f"{POINTS}\n{STATS}", "content"),
        (f"{QUOTE}\n{POINTS}", "content"),
        (TIMELINE, "stats"),
        (CALLOUT, "stats"),
        (f"{POINTS}\n{CHART}\n{CHART}", "content"),
        ("", "stats"),
    ],
)
def test_the_layout_suits_the_blocks(text: str, expected: str, deck: Deck) -> None:
    slides, diagnostics = deck(f"## Title\n\n{text}")

    assert {slide.layout for slide in slides[1:]} == {expected}
    assert not len(diagnostics)


def test_a_section_is_a_divider_with_one_short_paragraph(shown: Shown) -> None:
    assert shown("# Section\n\nIn short.\n\nAnd then.\n\n# Other\n\n- point\n") == (
        "-- 2 section: Section --\nIn short.\n-- 3 content: Section --\nAnd then.\n"
        "-- 4 section: Other --\n-- 5 content: Other --\n• point\n"
    )


def test_a_layout_can_be_asked_for(shown: Shown) -> None:
    assert shown("## Thank you {layout=closing}\n\nQuestions?\n") == "-- 2 closing: Thank you --\nQuestions?\n"


def test_a_layout_that_is_none_is_told(shown: Shown) -> None:
    assert shown("## Thank you {layout=closng}\n").splitlines()[-1] == "error[unknown-layout] text.md:1:22"


@pytest.mark.parametrize("layout", ["columns", "figure"])
def test_a_layout_that_does_not_suit_is_told(layout: str, shown: Shown) -> None:
    told = shown(f"## Title {{layout={layout}}}\n\nText\n")

    assert told == "-- 2 content: Title --\nText\nerror[unfit-layout] text.md:1:18\n"


def test_the_cover_comes_from_the_report(deck: Deck) -> None:
    cover = deck("")[0][0]

    assert (cover.layout, cover.title) == ("cover", "A small report")
    assert [item.placeholder for item in cover.items if isinstance(item, items.Text)] == ["title", "foot"]


# -- continuing ------------------------------------------------------------------------------------------------


def points(count: int, words: int = 18) -> str:
    return "".join(f"- {' '.join([f'p{number}', *['word'] * words])}\n" for number in range(1, count + 1))


def test_a_list_goes_on_between_its_points(deck: Deck) -> None:
    slides, diagnostics = deck(f"## Title\n\n{points(20)}")
    titles = [slide.title for slide in slides[1:]]
    per_slide = [[p.runs[0].text.split()[0] for p in texts(slide, "body")] for slide in slides[1:]]

    assert titles == [f"Title ({n}/{len(titles)})" for n in range(1, len(titles) + 1)]
    assert [name for one in per_slide for name in one] == [f"p{n}" for n in range(1, 21)]
    assert max(map(len, per_slide)) - min(map(len, per_slide)) <= 1  # evenly filled
    assert not len(diagnostics)


def test_a_chart_below_its_text_fills_no_placeholder_beside_it(deck: Deck) -> None:
    for text, slots in ((points(2), [1]), (points(12), [None])):
        slides, _ = deck(f"## Title\n\n{text}\n{CHART}")

        assert {slide.layout for slide in slides[1:]} == {"figure"}
        assert [i.slot for slide in slides[1:] for i in slide.items if isinstance(i, items.Chart)] == slots


def test_a_pie_of_many_slices_is_drawn_as_bars_with_a_warning(deck: Deck) -> None:
    pie = (
        CHART.replace("type: column", "type: doughnut")
        .replace("[A, B]", "[A, B, C, D, E, F, G, H, I]")
        .replace("[1, 2]", "[1, 2, 3, 4, 5, 6, 7, 8, 9]")
    )
    slides, diagnostics = deck(f"## Title\n\n{pie}")

    assert [item.block.type for item in slides[1].items if isinstance(item, items.Chart)] == ["bar"]
    assert [found.code for found in diagnostics] == ["pie-as-bars"]


def test_text_shrinks_before_it_goes_on(deck: Deck) -> None:
    assert [(s.size, s.step) for s in deck(f"## Title\n\n{points(4)}")[0][1:]] == [(28, 0)]
    assert [(s.size, s.step) for s in deck(f"## Title\n\n{points(6)}")[0][1:]] == [(18, 5)]


def test_a_table_goes_on_between_its_rows_under_its_header(deck: Deck) -> None:
    rows = "".join(f"| r{number} | text |\n" for number in range(30))
    slides, _ = deck(f"## Title\n\n| a | b |\n|---|---|\n{rows}")
    tables = [item for slide in slides[1:] for item in slide.items if isinstance(item, items.Table)]

    assert len(tables) == len(slides) - 1 > 1
    assert {tuple(map(cell_text, table.rows[0].cells)) for table in tables} == {("a", "b")}
    assert [table.repeated for table in tables] == [False, *[True] * (len(tables) - 1)]
    assert [cell_text(row.cells[0]) for table in tables for row in table.rows[1:]] == [f"r{n}" for n in range(30)]


def test_a_paragraph_longer_than_a_slide_goes_on(deck: Deck) -> None:
    text = " ".join(f"word{number}" for number in range(600))
    slides, diagnostics = deck(f"## Title\n\n{text}\n")
    said = " ".join("".join(run.text for run in p.runs) for slide in slides[1:] for p in texts(slide, "body"))

    assert said.split() == text.split()
    assert not len(diagnostics)


def test_a_break_goes_on_under_the_same_title(shown: Shown) -> None:
    assert shown("## Title\n\nOne\n\n---\n\nTwo\n") == "-- 2 content: Title --\nOne\n-- 3 content: Title --\nTwo\n"


def test_what_flows_through_columns_in_print_is_gathered_as_if_it_did_not(shown: Shown) -> None:
    text = f"{POINTS}\n## Next\n\n{TABLE}\n---\n\nBehind\n\n::: notes\nSaid\n:::"

    flowing = shown(f"## Title\n\n::: two-columns\n{text}\n:::\n")
    assert flowing == shown(f"## Title\n\n{text}\n")
    assert "-- 4 content: Next --\nBehind" in flowing


def test_columns_go_on_each_in_its_own_place(deck: Deck) -> None:
    text = f":::: columns\n::: column\n{points(16, 6)}:::\n::: column\n{points(3, 6)}:::\n::::\n"
    slides, _ = deck(f"## Title\n\n{text}")

    assert [slide.layout for slide in slides[1:]] == ["columns"] * (len(slides) - 1)
    assert len(slides) > 2
    slots = [
        [item.slot for item in slide.items if isinstance(item, items.Text) and item.placeholder == "body"]
        for slide in slides[1:]
    ]
    assert slots[0] == [0, 1]
    assert all(later in ([0], [0, 1]) for later in slots[1:])


def test_who_said_it_stays_with_what_was_said(deck: Deck) -> None:
    theme = Theme(slide=SlideTheme(body=(18.0,), table=(15.0,)))
    for count in range(10, 160, 6):
        text = f"## Title\n\n{points(5, 3)}\n::: quote Somebody\n{'Said. ' * count}\n:::\n"
        slides, diagnostics = deck(text, theme)
        told = [[p.runs[0].text[:5] for item in slide.items for p in paragraphs(item)] for slide in slides[1:]]

        assert all("Said." in one for one in told if "— Som" in one), count
        assert not len(diagnostics)


def test_a_callout_shrinks_before_it_goes_on(deck: Deck) -> None:
    (_, slide), diagnostics = deck(f"## Title\n\n::: callout\n{'word ' * 190}\n:::\n")

    assert slide.step > 0
    assert not len(diagnostics)


def test_what_has_no_lines_to_part_it_at_is_an_error(deck: Deck) -> None:
    _, diagnostics = deck(f"## Title\n\n```timeline\n- {{when: {'May ' * 200}, title: Treaty}}\n```\n")

    assert [(one.code, str(one.span)) for one in diagnostics] == [("does-not-fit", "text.md:3:1")]


# -- titles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, lines", [(3, 1), (14, 2)])
def test_a_title_takes_two_lines_at_most(words: int, lines: int, deck: Deck) -> None:
    (_, slide), diagnostics = deck(f"## {' '.join(['word'] * words)}\n\nText\n")

    assert [len(text.lines) for text in texts(slide, "title")] == [lines]
    assert not len(diagnostics)


def test_a_long_title_shrinks_and_a_longer_one_is_an_error(deck: Deck) -> None:
    (_, small), diagnostics = deck(f"## {' '.join(['word'] * 25)}\n\nText\n")
    (title,) = texts(small, "title")
    assert title.style.size < Theme().slide.title
    assert not len(diagnostics)

    _, diagnostics = deck(f"## {' '.join(['word'] * 60)}\n\nText\n")
    assert [(one.code, str(one.span)) for one in diagnostics] == [("does-not-fit", "text.md:1:1")]


# -- notes, links, the foot ------------------------------------------------------------------------------------


def test_notes_are_spoken_on_the_first_part(shown: Shown) -> None:
    told = shown(f"## Title\n\n{points(20)}\n::: notes\nSay ISRO [@mea]\n\n1. First\n2. Then\n   - inside\n:::\n")
    first, rest = told.split("-- 3 ", 1)

    assert [line for line in first.splitlines() if line.startswith("notes")] == [
        "notes: Say ISRO (Indian Space Research Organisation)\u00a0[1]",
        "notes: First",
        "notes: Then",
        "notes: inside",
    ]
    assert "notes:" not in rest


def test_what_cannot_be_spoken_is_told(shown: Shown) -> None:
    assert shown(f"## Title\n\nText\n\n::: notes\n{TABLE}:::\n").splitlines()[-1] == "warning[not-shown] text.md:6:1"


def test_tables_are_listed_with_links_to_their_slides(deck: Deck) -> None:
    slides, _ = deck(f"## All\n\n::: tables\n:::\n\n## One\n\n{TABLE}\n: *First*\n\n## Two\n\n{TABLE}\n: Second\n")
    links = [(run.text, run.voice.look.link) for text in texts(slides[1], "body") for run in text.runs]

    assert links == [("First", "#/table-1"), ("Second", "#/table-2")]
    assert [slide.ids for slide in slides[2:]] == [("one", "/table-1"), ("two", "/table-2")]


def test_a_caption_below_a_narrow_picture_ends_where_its_frame_ends(deck: Deck, tmp_path: Path) -> None:
    Image.new("L", (400, 300)).save(tmp_path / "p.png")
    slide = deck('## Title\n\n![A picture](p.png "Small")\n')[0][1]
    picture, caption = (item.frame for item in slide.items[1:3])

    assert (caption.x, round(caption.right, 3)) == (picture.x, 906)  # the slide's width less its margin


def test_a_date_too_wide_for_its_column_is_told_where_it_stands(shown: Shown) -> None:
    told = shown(f"## Title\n\n{TIMELINE.replace('1952', 'Weltausstellungsjahr')}")

    assert told.splitlines()[-1] == "warning[word-too-wide] text.md:4:10"


def test_a_table_is_described_by_its_caption_without_its_source(deck: Deck) -> None:
    table = "```table\ncolumns: [{title: A}]\nrows: [[1]]\ncaption: Trade\nsource: mea\n```\n"
    slide = deck(f"## Title\n\n{table}")[0][1]

    assert [item.name for item in slide.items if isinstance(item, items.Table)] == ["Trade"]


def test_the_agenda_links_to_the_sections(deck: Deck) -> None:
    slides, _ = deck("## Agenda\n\n::: contents\n:::\n\n# First {#one}\n\n# Second\n\n## Slide\n")
    links = [(run.text, run.voice.look.link) for text in texts(slides[1], "body") for run in text.runs]

    assert links == [("First", "#one"), ("Second", "#second")]
    assert [slide.ids for slide in slides[2:4]] == [("one",), ("second",)]
    assert [slide.section for slide in slides] == ["", "", "First", "Second", ""]


def test_a_cross_reference_links_to_the_slide_and_tells_no_page(deck: Deck) -> None:
    slides, _ = deck(f"## One\n\n- See [](#t){{.page}}\n\n## Two\n\n{TABLE}\n: Second {{#t}}\n")
    runs = [(run.text, run.voice.look.link) for text in texts(slides[1], "body") for run in text.runs]

    assert runs == [("See ", ""), ("Table\u00a01", "#t")]
    assert [slide.ids for slide in slides[1:]] == [("one",), ("two", "t")]


def test_a_link_to_a_smaller_heading_leads_to_its_slide(deck: Deck) -> None:
    slides, _ = deck("## Title\n\n### Below {#below}\n\n::: callout\n### Inside\n:::\n")

    assert slides[1].ids == ("title", "below", "inside")


def test_a_link_leads_to_the_part_on_which_its_target_stands(deck: Deck) -> None:
    column = f"::: column\n{points(14, 6)}\n### {{}} {{{{#{{}}}}}}\n:::\n"
    text = f"{points(20)}\n### Below {{#below}}\n\n{TABLE}\n: Second {{#t}}\n"
    sides = f":::: columns\n{column.format('Left', 'left')}{column.format('Right', 'right')}::::\n"
    for body, targets in (
        (text, {"below", "t"}),
        (sides, {"left", "right"}),
        (f"{sides}\n{CALLOUT}", {"left", "right"}),
        (f"::: callout\n{points(30, 20)}\n### Inside {{#inside}}\n:::\n", {"inside"}),
    ):
        slides, diagnostics = deck(f"## Title\n\n{body}")
        first, *_, last = slides[1:]

        assert first.ids == ("title",)
        assert targets <= {one for slide in slides[2:] for one in slide.ids}
        assert body is not text or targets == set(last.ids)
        assert not len(diagnostics)


def test_the_foot_tells_footnotes_then_expansions_then_sources(shown: Shown) -> None:
    text = "## The ISRO\n\n- Agreed [@mofa; @mea] by MoUs[^1]\n- again [@mea]\n\n[^1]: Not *yet* signed\n"
    expected = """\
-- 2 content: The ISRO --
• Agreed by MoUs1
• again
foot: 1 Not yet signed
foot: ISRO: Indian Space Research Organisation; MoU: memorandum of understanding
foot: Source: MOFA, Fact sheet; MEA, Joint statement
-- 3 content: Sources --
[1] MOFA, Fact sheet.
[2] MEA, Joint statement.
"""
    assert shown(text) == expected


def test_footnotes_are_counted_on_each_slide_and_then_in_its_notes(shown: Shown) -> None:
    text = """\
## One

- Agreed^[Not yet signed, says the other[^2].]
- again[^3]

::: notes
Spoken^[Of the text.] of it[^3].
:::

## Two

Agreed[^3]

[^2]: Of the *two*
[^3]: By the MEA [@mea]
"""
    expected = """\
-- 2 content: One --
• Agreed1
• again2
foot: 1 Not yet signed, says the other3.
foot: 2 By the MEA
foot: 3 Of the two
foot: Source: MEA, Joint statement
notes: Spoken4 of it2.
notes: 4 Of the text.
notes: 2 By the MEA\u00a0[1]
-- 3 content: Two --
Agreed1
foot: 1 By the MEA
foot: Source: MEA, Joint statement
-- 4 content: Sources --
[1] MEA, Joint statement.
"""
    assert shown(text) == expected


def test_the_foot_tells_what_citations_say_of_a_source(shown: Shown) -> None:
    text = "## Title\n\n- One [@mea, p. 3; @mofa]\n- Two [@mea, pp. 5-6], three [see @mea; @mofa]\n"

    foot = "foot: Source: MEA, Joint statement, p.\u00a03, pp.\u00a05–6; MOFA, Fact sheet; see MEA, Joint statement"
    assert foot in shown(text).split("\n")


def test_each_part_tells_its_own_sources(deck: Deck) -> None:
    text = points(20).replace("p1 ", "p1 [@mea] ").replace("p20 ", "p20 [@mofa] ")
    slides, _ = deck(f"## Title\n\n{text}")
    feet = ["".join(run.text for t in texts(slide, "foot") for run in t.runs) for slide in slides[1:-1]]

    assert (feet[0], feet[-1]) == ("Source: MEA, Joint statement", "Source: MOFA, Fact sheet")


def test_footer_date_and_number_are_on_every_slide_but_covers(deck: Deck) -> None:
    slides, _ = deck("# Section\n\n## Title\n\nText\n\n## End {layout=closing}\n")
    furniture = {"footer", "date", "slide-number"}
    found = [{i.placeholder for i in slide.items if isinstance(i, items.Text)} & furniture for slide in slides]

    assert found == [set(), furniture, furniture, set()]


# -- whatever is written ---------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["a", "partnership", "well-known", "日本とインド", "साझेदारी", "10%", "ISRO"]), min_size=1
)
LINE = WORDS.map(" ".join)
LONG = st.lists(LINE, max_size=12)
BLOCK = st.one_of(
    st.sampled_from([CHART, STATS, TABLE, TIMELINE, COLUMNS, QUOTE, CALLOUT, "```\ncode\n```\n", "### Heading\n"]),
    LINE.map(lambda line: f"{line} [@mea]\n"),
    LONG.map(lambda lines: "".join(f"- {line}\n" for line in lines)),
    LONG.map(lambda lines: "".join(f"{n}. {line}\n   - {line}\n" for n, line in enumerate(lines, 1))),
    LONG.map(lambda lines: "| a | b |\n|---|---|\n" + "".join(f"| {line} | {line} |\n" for line in lines)),
    st.tuples(LONG, LONG).map(
        lambda both: "\n".join(
            [
                ":::: columns",
                *(f"::: column\n{''.join(f'- {line}{chr(10)}' for line in side)}\n:::" for side in both),
                "::::\n",
            ]
        )
    ),
    LINE.map(lambda line: f"::: quote {line}\n{line}\n:::\n"),
    LINE.map(lambda line: f"```timeline\n- {{when: 1952, title: {line}, text: {line}}}\n```\n"),
)


@given(body=st.lists(BLOCK, max_size=4), title=LINE)
@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_outside_its_frame_or_the_slide(body: list[str], title: str, deck: Deck) -> None:
    text = "\n".join([f"## {title}\n", *body])
    slides, diagnostics = deck(text)
    if diagnostics.errors:
        return  # what cannot fit is told, and no deck is written
    for slide in slides:
        for item in slide.items:
            for inner in nested(item):
                assert min(inner.frame.x, inner.frame.y) >= -0.01
                assert inner.frame.right <= 960.01
                assert inner.frame.bottom <= 540.01
                if isinstance(inner, items.Text):
                    last = len(inner.paragraphs) - 1
                    space = sum(p.style.space_after for p in inner.paragraphs[:last])
                    assert sum(p.height for p in inner.paragraphs) + space <= inner.frame.height + 0.1
    body_items = [[item for item in slide.items if not is_text(item, "title")] for slide in slides]
    for placed in body_items:
        frames = [i.frame for i in placed if not (isinstance(i, items.Text) and i.placeholder in ("date", "footer"))]
        for number, one in enumerate(frames):
            for other in frames[number + 1 :]:
                across = min(one.right, other.right) - max(one.x, other.x)
                down = min(one.bottom, other.bottom) - max(one.y, other.y)
                assert across < 0.1 or down < 0.1, (one, other)


# -- reading slides --------------------------------------------------------------------------------------------


def nested(item: Item) -> Iterator[Item]:
    """An item and those inside it; a group's are placed from the group's own corner or the slide's."""
    yield item
    if isinstance(item, items.Group):
        for part in item.items:
            yield from nested(part)


def paragraphs(item: Item) -> tuple[SetParagraph, ...]:
    return item.paragraphs if isinstance(item, items.Text) else ()


def is_text(item: Item, placeholder: str) -> bool:
    return isinstance(item, items.Text) and item.placeholder == placeholder


def texts(slide: Slide, placeholder: str) -> list[Any]:
    return [
        p
        for item in slide.items
        if isinstance(item, items.Text) and item.placeholder == placeholder
        for p in item.paragraphs
    ]


def cell_text(cell: items.Cell) -> str:
    return "".join(run.text for paragraph in cell.paragraphs for run in paragraph.runs)


def test_merged_cells_go_on_over_slides_and_are_said_again(deck: Deck) -> None:
    rows = "".join(f"  - [r{n}]\n" for n in range(1, 25))
    text = "columns: [{title: a}, {title: b}]\nrows:\n  - [{text: many, rowspan: 25}, r0]\n" + rows
    slides, found = deck(f"## Title\n\n```table\n{text}  - [{{text: both, colspan: 2}}]\n```\n")
    tables = [item for slide in slides[1:] for item in slide.items if isinstance(item, items.Table)]
    labels = [cell for table in tables for cell in table.rows[1].cells[:1]]

    assert not len(found)
    assert len(tables) > 2
    assert [cell_text(cell) for cell in labels] == ["many"] * len(tables)
    assert sum(cell.rows for cell in labels) == 25
    assert [cell.repeated for cell in labels] == [False, *[True] * (len(tables) - 1)]
    assert [cell_text(row.cells[1]) for table in tables for row in table.rows[1:]] == [
        *(f"r{n}" for n in range(25)),
        "",
    ]


def test_rows_that_a_merged_cell_joins_stand_on_one_slide(deck: Deck) -> None:
    rows = "".join(f"  - [{{text: g{g}, rowspan: 4}}, r]\n" + "  - [r]\n" * 3 for g in range(6))
    slides, _ = deck(f"## Title\n\n```table\ncolumns: [{{title: a}}, {{title: b}}]\nrows:\n{rows}```\n")
    tables = [item for slide in slides[1:] for item in slide.items if isinstance(item, items.Table)]

    assert len(tables) > 2
    assert [cell.rows for table in tables for row in table.rows[1:] for cell in row.cells if not cell.above][::5] == [
        4
    ] * 6
