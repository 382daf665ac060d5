"""Pages: where they end, what stays together, and what they carry besides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.layout import items
from ijreport.layout.items import Item
from ijreport.layout.items import Page as PrintedPage
from ijreport.layout.theme import Page, Theme
from ijreport.layout.units import PAPER

Printed = Callable[..., str]
Pages = Callable[..., tuple[tuple[PrintedPage, ...], Diagnostics]]


def pages_of(lines: float) -> Theme:
    """Pages that hold so many lines of text, and a paragraph's space of half a line between each two."""
    page = Page(body=10, leading=1.2, margin_top=100, h1=10, h2=10, h3=10, small=10 / 1.38 * 1.2, table=12 / 1.34)
    return Theme(page=replace(page, margin_bottom=PAPER["A4"][1] - 100 - 12 * lines))


def paragraph(name: str, lines: int) -> str:
    return "\\\n".join(f"{name}{number}" for number in range(1, lines + 1)) + "\n\n"


# -- widows, orphans, forced breaks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines, expected",
    [
        ((3, 3), "-- 2 --|a1|a2|a3|-- 3 --|b1|b2|b3"),  # b1 and b2 alone would leave b3 alone
        ((3, 4), "-- 2 --|a1|a2|a3|b1|b2|-- 3 --|b3|b4"),
        ((4, 4), "-- 2 --|a1|a2|a3|a4|-- 3 --|b1|b2|b3|b4"),  # b1 would stand alone
        ((2, 5), "-- 2 --|a1|a2|b1|b2|b3|-- 3 --|b4|b5"),
        ((2, 2), "-- 2 --|a1|a2|b1|b2"),
        ((5, 1), "-- 2 --|a1|a2|a3|a4|a5|-- 3 --|b1"),
        ((12,), "-- 2 --|a1|a2|a3|a4|a5|-- 3 --|a6|a7|a8|a9|a10|-- 4 --|a11|a12"),
        ((6,), "-- 2 --|a1|a2|a3|a4|-- 3 --|a5|a6"),
    ],
)
def test_no_first_or_last_line_stands_alone(lines: tuple[int, ...], expected: str, printed: Printed) -> None:
    text = "".join(paragraph(name, count) for name, count in zip("ab", lines, strict=False))

    assert printed(text, pages_of(5.6)).strip().replace("\n", "|") == expected


def test_a_forced_break_begins_a_page(printed: Printed) -> None:
    assert printed("One\n\n---\n\nTwo\n\n---\n\n---\n\nThree\n") == "-- 2 --\nOne\n-- 3 --\nTwo\n-- 4 --\nThree\n"


def test_a_break_at_the_end_makes_no_empty_page(printed: Printed) -> None:
    assert printed("---\n\nOne\n\n---\n") == "-- 2 --\nOne\n"


# -- both sides of the paper -----------------------------------------------------------------------------------


def margins(page: PrintedPage) -> dict[str, tuple[float, float]]:
    """How far each word in heads and feet stands from the page's left edge and from its right one."""
    found: dict[str, tuple[float, float]] = {}
    for item in page.furniture:
        for paragraph in item.paragraphs if isinstance(item, items.Text) else ():
            (line,) = paragraph.lines
            left = item.frame.x + line.runs[0][0]
            text = "".join(run.text for _, run in line.runs)
            found[text.split(" ")[0]] = (round(left), round(page.width - left - line.width))
    return found


def test_heads_and_feet_of_left_hand_pages_are_mirrored(pages: Pages) -> None:
    theme = Theme(page=Page(cover="none", duplex=True, margin_left=100, margin_right=40))
    right, left, again = pages("# One\n\n---\n\nTwo\n\n---\n\nThree\n", theme)[0]

    assert {text: (outer, inner) for text, (inner, outer) in margins(right).items()} == margins(left)
    assert margins(again) == margins(right)
    assert margins(right)["Page"][1] == 40
    assert margins(right)["A"][0] == 100


def test_ids_of_an_author_are_none_of_the_programs_own(pages: Pages) -> None:
    """Links to footnotes, sources, figures and listings lead to them, whatever an author calls a heading."""
    own = ("contents", "note-1", "sources", "source-mea", "table-1")
    text = "# Text\n\nOne [@mea] and two[^n].\n\n[^n]: Three.\n\n| a |\n|---|\n| b |\n\n: Caption\n\n"
    laid_out, diagnostics = pages(text + "".join(f"## {name} {{#{name}}}\n\n" for name in own))
    anchors = [anchor.id for page in laid_out for anchor in page.anchors]

    assert sorted(anchors) == sorted({"text", *own, *(f"/{name}" for name in own)})
    assert not [*diagnostics]


# -- what stays together ---------------------------------------------------------------------------------------


def test_a_heading_goes_with_what_follows(printed: Printed) -> None:
    text = paragraph("a", 4) + "## Heading\n\n### Below\n\n" + paragraph("b", 3)

    assert printed(text, pages_of(8)) == "-- 2 --\na1\na2\na3\na4\n-- 3 --\nHeading\nBelow\nb1\nb2\nb3\n"


def test_a_caption_goes_with_its_table(printed: Printed) -> None:
    text = paragraph("a", 3) + "| t |\n|---|\n| 1 |\n\n: Caption\n"

    assert printed(text, pages_of(6)) == "-- 2 --\na1\na2\na3\n-- 3 --\nTable 1. Caption\n# t\n| 1\n"


def test_a_chain_that_no_page_holds_is_parted_all_the_same(printed: Printed) -> None:
    text = "".join(f"### Heading {number}\n\n" for number in range(8))
    told = printed(text, pages_of(6))

    assert [line for line in told.splitlines() if line.startswith("H")] == [f"Heading {n}" for n in range(8)]
    assert told.count("-- ") >= 2


# -- tables ----------------------------------------------------------------------------------------------------


def test_a_table_repeats_its_header_on_each_page(printed: Printed) -> None:
    rows = "".join(f"| {number} |\n" for number in range(1, 8))

    assert printed(f"| n |\n|---|\n{rows}", pages_of(8)) == (
        "-- 2 --\n# n\n| 1\n| 2\n| 3\n| 4\n-- 3 --\n# n\n| 5\n| 6\n| 7\n"
    )


def test_no_row_of_a_table_stands_alone(printed: Printed) -> None:
    rows = "".join(f"| {number} |\n" for number in range(1, 6))

    assert printed(f"| n |\n|---|\n{rows}", pages_of(8)) == ("-- 2 --\n# n\n| 1\n| 2\n| 3\n-- 3 --\n# n\n| 4\n| 5\n")


def test_a_row_higher_than_a_page_goes_on_under_the_header(printed: Printed) -> None:
    words = " ".join(f"word{number}" for number in range(300))
    told = printed(f"| n | m |\n|---|---|\n| one | {words} |\n", pages_of(16))

    assert told.count("# n # m") == told.count("-- ") > 1
    assert told.count("| one |") == 1
    assert [word for word in told.split() if word.startswith("word")] == words.split()


# -- footnotes -------------------------------------------------------------------------------------------------


def test_a_footnote_stands_at_the_foot_of_its_page(printed: Printed) -> None:
    text = paragraph("a", 3) + "b[^n]\n\n" + paragraph("c", 2) + "[^n]: The note\n"

    assert printed(text, pages_of(8)) == "-- 2 --\na1\na2\na3\nb1\n1 The note\n-- 3 --\nc1\nc2\n"


def test_a_line_whose_footnote_does_not_fit_takes_it_to_the_next_page(printed: Printed) -> None:
    text = paragraph("a", 4) + "b[^n]\n\n[^n]: The note\n"

    assert printed(text, pages_of(6)) == "-- 2 --\na1\na2\na3\na4\n-- 3 --\nb1\n1 The note\n"


def test_footnotes_of_one_page_stand_in_their_order(printed: Printed) -> None:
    text = "a[^x] b[^y] a[^x]\n\n[^x]: X\n[^y]: Y\n"

    assert printed(text) == "-- 2 --\na1 b2 a1\n1 X\n2 Y\n"


def test_a_footnote_in_a_table_stands_below_it(printed: Printed) -> None:
    assert printed("| n |\n|---|\n| 1[^x] |\n\n[^x]: X\n") == "-- 2 --\n# n\n| 11\n1 X\n"


def test_a_footnote_in_a_row_that_is_parted_is_not_lost(printed: Printed) -> None:
    words = " ".join(["word"] * 300)
    told = printed(f"| n | m |\n|---|---|\n| one[^x] | {words} |\n\n[^x]: The note\n", pages_of(16))

    assert told.count("1 The note") == 1


def test_a_footnote_in_a_tables_head_stands_below_it(printed: Printed) -> None:
    assert printed("| n[^x] |\n|---|\n| 1 |\n\n[^x]: X\n") == "-- 2 --\n# n1\n| 1\n1 X\n"


def test_a_footnote_mentioned_again_on_the_next_page_stays_on_both(printed: Printed) -> None:
    text = "a[^n]\n\n" + paragraph("b", 3) + "c\\\nd[^n]\n\n[^n]: The note\n"

    assert printed(text, pages_of(8), furniture=True) == (
        "-- 2 --\n~ A small report\n~ \n~ Page 2 of 3\na1\nb1\nb2\nb3\n1 The note\n"
        "-- 3 --\n~ A small report\n~ \n~ Page 3 of 3\n~ 1 The note\nc\nd1\n"
    ), "the second time it is no content any more"


def test_footnotes_in_headings_columns_and_callouts(printed: Printed) -> None:
    text = """\
::: callout Title
Inside[^a]
:::

:::: columns
::: column
Left[^b]
:::
::: column
Right
:::
::::

## Heading[^c]

Text

[^a]: A
[^b]: B
[^c]: C
"""
    assert printed(text).splitlines()[-3:] == ["1 A", "2 B", "3 C"]


# -- columns, callouts -----------------------------------------------------------------------------------------

COLUMNS = ":::: columns\n::: column\nLeft\n\nmore\n:::\n::: column\nRight\n:::\n::::\n"


def test_columns_stay_on_one_page(printed: Printed) -> None:
    assert printed(paragraph("a", 5) + COLUMNS, pages_of(7)) == (
        "-- 2 --\na1\na2\na3\na4\na5\n-- 3 --\nLeft\nmore\nRight\n"
    )


def test_columns_higher_than_a_page_are_set_below_each_other(printed: Printed) -> None:
    long = COLUMNS.replace("more", paragraph("l", 9))
    told = printed(long, pages_of(8))

    assert [line for line in told.splitlines() if line in ("Left", "l9", "Right")] == ["Left", "l9", "Right"]
    assert told.endswith("\nwarning[columns-too-high] text.md:1:1\n")


def test_a_callout_goes_on_over_a_page_end(printed: Printed) -> None:
    told = printed(paragraph("a", 2) + "::: callout Title\n" + paragraph("c", 7) + ":::\n", pages_of(9))

    assert told.replace("\n", " ").strip() == "-- 2 -- a1 a2 Title c1 c2 c3 -- 3 -- c4 c5 c6 c7"


def test_a_callouts_title_is_not_left_behind(printed: Printed) -> None:
    told = printed(paragraph("a", 4) + "::: callout Title\n" + paragraph("c", 3) + ":::\n", pages_of(8))

    assert told.replace("\n", " ").strip() == "-- 2 -- a1 a2 a3 a4 -- 3 -- Title c1 c2 c3"


def test_a_quote_goes_with_who_said_it(printed: Printed) -> None:
    told = printed(paragraph("a", 5) + "::: quote Somebody\nSaid.\n:::\n", pages_of(8))

    assert told == "-- 2 --\na1\na2\na3\na4\na5\n-- 3 --\nSaid.\n— Somebody\n"


# -- what fits on no page --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, place",
    [
        ("Text\n\n```stats\n- {value: 1, label: " + "word " * 3000 + "}\n```\n", "3:1"),
        ("Text\n\n```timeline\n- {when: " + "word " * 400 + ", title: Treaty}\n```\n", "3:1"),
        ("| " + "word " * 3000 + " |\n|---|\n| 1 |\n", "1:1"),
        ("Text[^a]\n\n[^a]: Note\n\n    | " + "word " * 3000 + " |\n    |---|\n    | 1 |\n", "5:5"),
    ],
)
def test_what_fits_on_no_page_is_an_error(text: str, place: str, printed: Printed) -> None:
    assert f"error[does-not-fit] text.md:{place}" in printed(text).splitlines()


# -- contents, heads, feet -------------------------------------------------------------------------------------


def test_contents_tell_the_pages(printed: Printed) -> None:
    text = "# One\n\nText\n\n## Inside\n\n---\n\n# Two\n\nText\n\n### Too deep\n\n---\n\n# Three\n\nText\n"
    first = printed(text).split("-- 3 --")[0].splitlines()

    assert first == ["-- 2 --", "Contents", "One", "3", "Inside", "3", "Two", "4", "Three", "5"]


def test_heads_tell_the_section_and_feet_the_page(printed: Printed) -> None:
    text = "Before\n\n---\n\n# One\n\nText\n\n---\n\nMore\n\n# Two\n\nText\n\n---\n\nEnd\n"
    told = [line for line in printed(text, furniture=True).splitlines() if line.startswith(("~", "--"))]

    assert told == [
        *("-- 2 --", "~ A small report", "~ ", "~ Page 2 of 5"),
        *("-- 3 --", "~ A small report", "~ One", "~ Page 3 of 5"),
        *("-- 4 --", "~ A small report", "~ One", "~ Page 4 of 5"),
        *("-- 5 --", "~ A small report", "~ Two", "~ Page 5 of 5"),
    ]


def test_a_long_section_is_cut_in_the_head(printed: Printed) -> None:
    told = printed(f"# {'very ' * 30}long\n\nText\n", furniture=True)

    assert [line[-1] for line in told.splitlines() if line.startswith("~ very")] == ["…"]


def test_pages_that_do_not_settle_are_told(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ijreport.layout.print.pages.PASSES", 1)
    _, diagnostics = pages("# One {#one}\n\nSee [](#one){.page}\n")

    assert [one.code for one in diagnostics] == ["unsettled-pages"]


# -- listings and the rest -------------------------------------------------------------------------------------


def test_what_was_used_is_listed_at_the_end(printed: Printed) -> None:
    expected = """\
-- 2 --
The ISRO (Indian Space Research Organisation) signed an
MoU (memorandum of understanding)\u00a0[1].
Glossary
ISRO
Indian Space Research Organisation
MoU
memorandum of understanding
Sources
[1]
MEA, Joint statement.
"""
    assert printed("The ISRO signed an\\\nMoU [@mea].\n") == expected


def test_every_block_is_printed(printed: Printed) -> None:
    text = """\
> Said

1. one
   - inner
2. two

```
code  line
```

```stats
- {value: "10", label: figures, note: noted}
```

```timeline
- {when: 1952, title: Treaty, text: signed}
```

```chart
type: bar
alt: Trade
categories: [A]
series: [{name: S, values: [1]}]
caption: Shown
```
"""
    expected = """\
-- 2 --
Said
1. one
  – inner
2. two
code\u00a0 line
10
figures
noted
1952
Treaty
signed
<bar chart>
Figure 1. Shown
"""
    assert printed(text) == expected


def test_notes_for_a_speaker_are_told_not_printed(printed: Printed) -> None:
    assert printed("One\n\n::: notes\nSay\n:::\n") == "-- 2 --\nOne\nwarning[not-shown] text.md:3:1\n"


# -- whatever is written ---------------------------------------------------------------------------------------


def numbered(parts: list[tuple[str, int]]) -> str:
    """Blocks of some kinds and sizes, each word of which occurs once."""
    count = iter(range(100_000))

    def words(number: int) -> str:
        return " ".join(f"w{next(count)}" for _ in range(number))

    made = []
    for kind, size in parts:
        match kind:
            case "heading":
                made.append(f"## {words(size % 30 + 1)}")
            case "list":
                made.append("\n".join(f"- {words(9)}\n  - {words(20)}" for _ in range(size % 12 + 1)))
            case "table":
                rows = "".join(f"\n| {words(3)} | {words(size)} |" for _ in range(size % 12 + 1))
                made.append(f"| a | b |\n|---|---|{rows}\n\n: {words(4)}")
            case "callout":
                made.append(f"::: callout {words(3)}\n{words(size)}\n\n- {words(20)}\n:::")
            case "columns":
                sides = "".join(f"::: column\n{words(size)}\n:::\n" for _ in range(2))
                made.append(f":::: columns\n{sides}::::")
            case "timeline":
                rows = "".join(f"- {{when: x, title: {words(3)}, text: {words(size)}}}\n" for _ in range(size % 9 + 1))
                made.append(f"```timeline\n{rows}```")
            case _:
                made.append(words(size))
    return "\n\n".join(made) + "\n"


KINDS = st.sampled_from(["text", "heading", "list", "table", "callout", "columns", "timeline"])


@given(parts=st.lists(st.tuples(KINDS, st.integers(1, 120)), min_size=1, max_size=10))
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_outside_the_margins(parts: list[tuple[str, int]], pages: Pages) -> None:
    text = numbered(parts)
    theme = Theme()
    laid_out, diagnostics = pages(text, theme)
    content = [item for page in laid_out[1:] for item in page.items]
    bottom = PAPER["A4"][1] - theme.page.margin_bottom

    assert not diagnostics.errors
    assert min(item.frame.y for item in content) >= theme.page.margin_top - 0.01
    assert max(item.frame.bottom for item in content) <= bottom + 0.01
    assert max(item.frame.right for item in content) <= PAPER["A4"][0] - theme.page.margin_right + 0.01
    assert sorted(re.findall(r"w\d+", text)) == sorted(word for item in content for word in words_of(item))


def words_of(item: Item) -> list[str]:
    """All words of an item; a contents line repeats a heading and is left out."""
    match item:
        case items.Text():
            runs = [run for p in item.paragraphs for line in p.lines for _, run in line.runs]
            return (
                [] if any(run.voice.look.link for run in runs) else re.findall(r"w\d+", " ".join(r.text for r in runs))
            )
        case items.Table():
            paragraphs = [p for row in item.rows for cell in row.cells for p in cell.paragraphs]
            return [word for p in paragraphs for word in words_of(items.Text(item.frame, (p,)))]
        case items.Group():
            return [word for part in item.items for word in words_of(part)]
        case _:
            return []
