"""Where a slide ends and its continuation begins: few parts, no torn items, no widows, evenly filled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Event, Text, Timeline
from ijreport.layout import items
from ijreport.layout.items import Item, Slide
from ijreport.layout.slides.continuation import split
from ijreport.layout.slides.frames import slide_frames
from ijreport.layout.slides.stack import Box, Piece, Series, stack_height
from ijreport.layout.slides.styles import SlideStyles
from ijreport.layout.slides.timeline import TimelineMaker
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.fonts import slide_fonts
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

Deck = Callable[..., tuple[tuple[Slide, ...], Diagnostics]]
STYLE = TextStyle(20, 24, "#000000", space_after=8)


def sentences(count: int, words: int = 12) -> str:
    return " ".join(f"The s{number} {'word ' * words}ends." for number in range(count))


def said(item: Item) -> str:
    """All text of an item; paragraphs end with a line feed."""
    match item:
        case items.Text():
            return "".join("".join(run.text for run in one.runs) + "\n" for one in item.paragraphs)
        case items.Group():
            return "".join(map(said, item.items))
        case items.Table():
            return "".join(
                "".join(run.text for one in cell.paragraphs for run in one.runs) + "\n"
                for row in item.rows
                for cell in row.cells
            )
        case _:
            return ""


def bodies(slides: tuple[Slide, ...]) -> list[str]:
    """What slides say between title and foot."""
    furniture = ("title", "foot", "footer", "date", "slide-number")
    return [
        "".join(
            said(item) for item in slide.items if not (isinstance(item, items.Text) and item.placeholder in furniture)
        )
        for slide in slides
    ]


# -- by themselves ---------------------------------------------------------------------------------------------


def typesetter() -> Typesetter:
    diagnostics = Diagnostics()
    return Typesetter(Theme(), slide_fonts(Theme(), diagnostics), diagnostics, "en", citations=False)


def bar(height: float, **more: object) -> Piece:
    return Piece(height, items=(items.Shape(items.Frame(0, 0, 1, height), "rectangle"),), **more)  # type: ignore[arg-type]


def parts(pieces: list[Piece], height: float = 100) -> list[list[int]]:
    """The parts, by the places of their pieces. The space between two pieces is 9."""
    found = Diagnostics()
    made = split([pieces], height, 10, typesetter(), None, found)
    assert not len(found)
    return [[pieces.index(piece) for piece in part] for part in made.parts]


def item(height: float, series: Series, depth: int = 0) -> Piece:
    return bar(height, series=series, depth=depth)


def test_what_fits_is_one_part() -> None:
    assert parts([bar(40), bar(51)]) == [[0, 1]]


def test_parts_are_balanced() -> None:
    assert [len(part) for part in parts([bar(20) for _ in range(6)])] == [3, 3]
    assert [len(part) for part in parts([bar(20) for _ in range(4)])] == [2, 2]


def test_a_continuation_has_two_items_at_least() -> None:
    three = Series(3)

    assert parts([item(30, three), item(30, three), item(30, three)]) == [[0], [1, 2]]


def test_two_items_may_stand_alone() -> None:
    assert parts([item(60, two := Series(2)), item(60, two)]) == [[0], [1]]


def test_an_item_stays_together() -> None:
    series = Series(4)
    pieces = [item(12, series), item(12, series), item(12, series), item(12, series, 2), item(12, series, 1)]

    assert parts([*pieces, item(12, series)], 80) == [[0, 1], [2, 3, 4, 5]]


def test_an_item_is_torn_rather_than_one_left_alone() -> None:
    series = Series(3)
    pieces = [item(20, series), item(20, series), item(20, series, 2), item(20, series, 1), item(20, series)]

    assert parts(pieces) == [[0, 1, 2], [3, 4]]


def test_a_heading_does_not_end_a_slide() -> None:
    assert parts([bar(50), bar(20, leads=True), bar(20)]) == [[0], [1, 2]]
    assert parts([bar(30), bar(20, leads=True), bar(50)]) == [[0], [1, 2]]  # though [[0, 1], [2]] were more even


def test_what_belongs_to_the_piece_above_does_not_begin_one() -> None:
    assert parts([bar(40), bar(40), bar(20, follows=True)]) == [[0], [1, 2]]
    assert parts([bar(20), bar(40), bar(41, follows=True)]) == [[0], [1, 2]]  # though [[0, 1], [2]] were more even


def test_a_list_does_not_begin_with_a_single_item_at_the_end_of_a_slide() -> None:
    series = Series(4)

    assert parts([bar(50), *(item(15, series) for _ in range(4))]) == [[0], [1, 2, 3, 4]]


def test_a_box_is_not_parted_where_it_need_not_be() -> None:
    box = Box("Quotation", 0, 0, 0)

    assert parts([bar(40), bar(20, box=box), bar(20, box=box), bar(30)]) == [[0], [1, 2, 3]]


@given(
    heights=st.lists(st.floats(5, 100), min_size=1, max_size=30),
    marks=st.lists(st.sampled_from(["", "leads", "follows"]), min_size=30, max_size=30),
)
def test_as_few_parts_as_can_be_and_nothing_lost(heights: list[float], marks: list[str]) -> None:
    pieces = [bar(height, **({mark: True} if mark else {})) for height, mark in zip(heights, marks, strict=False)]
    found = Diagnostics()
    made = split([pieces], 100, 10, typesetter(), None, found)
    filled: list[list[Piece]] = [[]]
    for piece in pieces:
        if filled[-1] and stack_height([*filled[-1], piece], 10) > 100:
            filled.append([])
        filled[-1].append(piece)

    assert [piece for part in made.parts for piece in part] == pieces
    assert all(stack_height(part, 10) <= 100.02 for part in made.parts)
    assert len(made.parts) == len(filled)  # greedy filling takes the fewest


# -- text ------------------------------------------------------------------------------------------------------


def text_piece(text: str, width: float = 300) -> Piece:
    content = (Text(text),)
    paragraph = typesetter().set(content, STYLE, width)
    return Piece(paragraph.height, content, (paragraph,))


def told(text: str, height: float) -> list[str]:
    made = split([[text_piece(text)]], height, 20, typesetter(), None, Diagnostics())
    return ["".join(run.text for piece in part for run in piece.paragraphs[0].runs) for part in made.parts]


def test_text_goes_on_between_sentences() -> None:
    said = told(sentences(12), 300)

    assert [one[-5:] for one in said] == ["ends."] * len(said)
    assert [one[:3] for one in said] == ["The"] * len(said)
    assert " ".join(said) == sentences(12)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("One two three. Four five six.", ["One two three.", "Four five six."]),
        ("He asked: “Why?” Nobody knew it then.", ["He asked: “Why?”", "Nobody knew it then."]),
        ("It cost 3.5 in all, i.e. too much. So it ended.", ["It cost 3.5 in all, i.e. too much.", "So it ended."]),
        ("両国は協力する。経済も深める。", ["両国は協力する。", "経済も深める。"]),
        ("भारत और जापान मित्र हैं। दोनों देश साथ हैं।", ["भारत और जापान मित्र हैं।", "दोनों देश साथ हैं।"]),
    ],
)
def test_the_ends_of_sentences(text: str, expected: list[str]) -> None:
    least = next(width for width in range(100, 600, 2) if len(text_piece(text, width).paragraphs[0].lines) == 3)
    piece = text_piece(text, least)
    made = split([[piece]], 48, 20, typesetter(), None, Diagnostics())

    assert ["".join(run.text for one in part for run in one.paragraphs[0].runs) for part in made.parts] == expected


def test_a_sentence_longer_than_a_slide_goes_on_between_lines() -> None:
    text = "word " * 300
    said = told(text, 240)

    assert " ".join(said).split() == text.split()
    lines = [len(text_piece(one).paragraphs[0].lines) for one in said]
    assert max(lines) <= 10
    assert max(lines) - min(lines) <= 1


@given(st.lists(st.sampled_from(["a", "Ends. ", "日本。", "long-word", "\u200b", "हैं। ", "x" * 80, " "]), max_size=120))
def test_no_character_is_lost_where_text_goes_on(words: list[str]) -> None:
    text = "".join(words).strip() or "a"
    made = split([[text_piece(text)]], 72, 20, typesetter(), None, Diagnostics())
    said = "".join(run.text for part in made.parts for piece in part for run in piece.paragraphs[0].runs)

    assert "".join(said.split()).replace("\u200b", "") == "".join(text.split()).replace("\u200b", "")
    assert all(stack_height(part, 20) <= 72.02 for part in made.parts)


def test_lines_are_shared_out_evenly() -> None:
    text = "word " * next(n for n in range(1, 200) if len(text_piece("word " * n).paragraphs[0].lines) == 11)
    lines = [len(text_piece(one).paragraphs[0].lines) for one in told(text, 240)]

    assert lines == [6, 5]


def test_the_end_of_a_sentence_is_not_taken_where_it_costs_a_further_part() -> None:
    texts = (f"It ends. {'Word ' * count}" for count in range(1, 200))
    text = next(one for one in texts if len(text_piece(one).paragraphs[0].lines) == 20)

    assert len(told(text, 240)) == 2


def test_the_parts_of_an_event_are_one_item() -> None:
    maker = TimelineMaker(
        slide_frames(Theme())["stats"], 800, 200, 18, SlideStyles(Theme()), typesetter(), " (continued)"
    )
    event = Event("1952", (Text("Treaty"),), (Text(sentences(30)),))
    found = list(maker.pieces(Timeline((event, Event("1953", (Text("After"),))))))

    assert len(found) > 3
    assert [one.depth for one in found] == [0, *[1] * (len(found) - 2), 0]
    assert all(one.height <= 200 for one in found)


def test_what_goes_on_is_the_same_item_and_no_target_of_links() -> None:
    piece = replace(text_piece(sentences(20)), series=Series(3), id="here", follows=True)
    made = split([[piece]], 120, 20, typesetter(), None, Diagnostics())
    found = [one for part in made.parts for one in part]

    assert len(found) > 2
    assert [one.depth for one in found] == [0, *[1] * (len(found) - 1)]
    assert [one.id for one in found] == ["here", *[""] * (len(found) - 1)]
    assert [one.follows for one in found] == [True, *[False] * (len(found) - 1)]


# -- on slides -------------------------------------------------------------------------------------------------


def test_an_item_longer_than_a_slide_goes_on_without_a_mark(deck: Deck) -> None:
    slides, diagnostics = deck(f"## Title\n\n- before\n- {sentences(40)}\n- after\n")
    marks = [
        ["".join(run.text for run in one.label) for one in item.paragraphs]
        for slide in slides[1:]
        for item in slide.items
        if isinstance(item, items.Text) and item.placeholder == "body"
    ]

    assert len(slides) == 4
    assert marks[0] == ["•", "•"]
    assert marks[-1] == ["", "•"]
    assert not len(diagnostics)


def test_headings_stay_with_what_they_head(deck: Deck) -> None:
    for count in range(4, 14):
        points = "".join(f"- point {'word ' * 14}\n" for _ in range(count))
        slides, _ = deck(f"## Title\n\n{points}\n### Heading\n\n{points}")

        assert not any(body.endswith("Heading\n") for body in bodies(slides)), count


def test_notes_after_the_first_go_with_the_block_before_them(deck: Deck) -> None:
    text = f"One. {sentences(20)}\n\n::: notes\nA\n:::\n\nTwo. {sentences(20)}\n\n::: notes\nB\n:::\n"
    slides, _ = deck(f"## Title\n\n{text}")
    notes = [["".join(run.text for run in one.runs) for one in slide.notes] for slide in slides[1:]]
    second = next(number for number, body in enumerate(bodies(slides[1:])) if "Two." in body)

    assert notes[0][0] == "A"
    assert [number for number, one in enumerate(notes) if "B" in one] == [second]


def test_three_columns_go_on_each_in_its_own_place(deck: Deck) -> None:
    column = "".join(f"- point{number}\n" for number in range(20))
    text = ":::: columns\n" + "".join(f"::: column\n{column}:::\n" for _ in range(3)) + "::::\n"
    slides, diagnostics = deck(f"## Title\n\n{text}\n::: callout\nThe end\n:::\n")

    assert len(slides) == 4
    assert sorted("".join(bodies(slides)).split("\n")) == sorted(["", "The end", *[f"point{n}" for n in range(20)] * 3])
    assert not len(diagnostics)


def test_feet_take_no_more_room_than_each_part_needs(deck: Deck) -> None:
    notes = "".join(f"[^{n}]: {'said ' * 24}\n" for n in range(12))
    points = "".join(f"- point[^{n}] {'word ' * 30}\n" for n in range(12))
    slides, diagnostics = deck(f"## Title\n\n{points}\n{notes}")

    assert not len(diagnostics)
    assert len(slides) > 3
    assert all(any(isinstance(i, items.Text) and i.placeholder == "foot" for i in slide.items) for slide in slides[1:])


def test_a_high_row_shares_its_slides(deck: Deck) -> None:
    table = f"| a | b |\n|---|---|\n| first | x |\n| second | {'word ' * 250}|\n| third | x |\n"
    slides, _ = deck(f"## Title\n\n{table}")
    first, last = bodies(slides)[1], bodies(slides)[-1]

    assert len(slides) == 3
    assert "first" in first
    assert "word" in first
    assert "word" in last
    assert "third" in last


def test_a_callout_goes_on_under_its_title(deck: Deck) -> None:
    text = sentences(60)
    slides, diagnostics = deck(f"## Title\n\n::: callout Mind *this*\n{text}\n:::\n")
    titles, texts = zip(*(body.rstrip("\n").split("\n") for body in bodies(slides)[1:]), strict=True)

    assert len(slides) > 3
    assert titles == ("Mind this", *["Mind this (continued)"] * (len(slides) - 2))
    assert " ".join(texts) == text
    assert [[group.name for group in slide.items if isinstance(group, items.Group)] for slide in slides[1:]] == [
        ["Mind this"]
    ] * (len(slides) - 1)
    assert not len(diagnostics)


def test_a_callout_goes_on_between_its_paragraphs(deck: Deck) -> None:
    paragraphs = [f"P{number} {'word ' * 40}ends." for number in range(9)]
    slides, _ = deck("## Title\n\n::: callout\n" + "\n\n".join(paragraphs) + "\n:::\n")

    assert len(slides) > 2
    assert [line for body in bodies(slides)[1:] for line in body.split("\n") if line] == paragraphs


def test_the_text_of_a_callout_stands_on_its_ground(deck: Deck) -> None:
    slides, _ = deck(f"## Title\n\n::: callout Title\n- One\n- {sentences(40)}\n\n### Heading\n\n`code`\n:::\n")

    for slide in slides[1:]:
        (group,) = (item for item in slide.items if isinstance(item, items.Group))
        ground, rule, *texts = group.items
        assert (ground.frame, rule.frame.height) == (group.frame, group.frame.height)
        first, last = texts[0].frame, texts[-1].frame
        assert (first.x - ground.frame.x, ground.frame.right - first.right) == (18, 14)
        assert first.y - ground.frame.y == pytest.approx(14)
        assert ground.frame.bottom - last.bottom == pytest.approx(14)


def test_a_group_says_its_text_as_it_is_spelled(deck: Deck) -> None:
    slides, _ = deck("## Title\n\n::: callout H~2~O\nWith *emphasis*, and `code`.\n\n- One\n:::\n")

    (group,) = (item for item in slides[1].items if isinstance(item, items.Group))
    assert group.alt == "H2O With emphasis, and code. One"


def test_a_title_too_long_to_be_said_again_goes_on(deck: Deck) -> None:
    title = " ".join(f"title{number}" for number in range(300))
    slides, diagnostics = deck(f"## Title\n\n::: callout {title}\nText\n:::\n")

    assert " ".join("".join(bodies(slides)).split()) == f"{title} Text"
    assert bodies(slides)[-1].endswith("Text\n")
    assert not len(diagnostics)


def test_an_event_goes_on_in_a_further_one(deck: Deck) -> None:
    text = sentences(60)
    events = f'- {{when: "1952", title: Treaty, text: "{text}"}}\n- {{when: "1953", title: After}}\n'
    slides, diagnostics = deck(f"## Title\n\n```timeline\n{events}```\n")
    told = [line for body in bodies(slides)[1:] for line in body.rstrip("\n").split("\n")]
    parts = [tuple(told[at : at + 3]) for at in range(0, len(told) - 2, 3)]

    assert len(parts) > 2
    assert [(when, title) for when, title, _ in parts] == [
        ("1952", "Treaty"),
        *[("1952", "Treaty (continued)")] * (len(parts) - 1),
    ]
    assert " ".join(one for _, _, one in parts) == text
    assert told[-2:] == ["1953", "After"]
    assert not len(diagnostics)


def test_an_event_whose_title_fills_a_slide_goes_on_before_its_text(deck: Deck) -> None:
    title, text = sentences(60), sentences(30)
    slides, diagnostics = deck(f'## Title\n\n```timeline\n- {{when: "1952", title: "{title}", text: "{text}"}}\n```\n')
    told = [line for body in bodies(slides)[1:] for line in body.rstrip("\n").split("\n")]

    assert set(told[::2]) == {"1952"}
    assert " ".join(told[1::2]) == f"{title} {text}"
    assert not len(diagnostics)


def test_a_key_figure_goes_on_under_its_value(deck: Deck) -> None:
    note = sentences(60)
    stats = f'- {{value: "10", label: figures, note: "{note}"}}\n- {{value: "20", label: more}}\n'
    slides, diagnostics = deck(f"## Title\n\n```stats\n{stats}```\n")
    told = [line for body in bodies(slides)[1:] for line in body.rstrip("\n").split("\n")]

    assert told[:2] == ["10", "figures"]
    assert told[3:5] == ["10", "figures (continued)"]
    assert " ".join(told[2:-2:3]) == note
    assert told[-2:] == ["20", "more"]
    assert not len(diagnostics)


def test_figures_of_a_row_too_high_stand_below_each_other(deck: Deck) -> None:
    stats = "".join(f'- {{value: "{n}0", label: "{sentences(9)}"}}\n' for n in range(1, 5))
    slides, diagnostics = deck(f"## Title\n\n```stats\n{stats}```\n")
    told = [line for body in bodies(slides)[1:] for line in body.rstrip("\n").split("\n")]

    assert told == [line for n in range(1, 5) for line in (f"{n}0", sentences(9))]
    assert not len(diagnostics)


def test_what_stands_beside_a_long_text_shares_its_slides(deck: Deck) -> None:
    slides, _ = deck(f"## Title\n\nBefore.\n\n::: quote Somebody\n{sentences(80)}\n:::\n")
    first, last = bodies(slides)[1], bodies(slides)[-1]

    assert first.startswith("Before.\nThe s0")
    assert last.endswith("ends.\n— Somebody\n")


def test_a_heading_is_not_left_behind_by_a_long_text(deck: Deck) -> None:
    slides, _ = deck(f"## Title\n\n### Heading\n\n{sentences(80)}\n")

    assert bodies(slides)[1].startswith("Heading\nThe s0")


def test_a_path_is_not_broken_after_a_hyphen_that_a_slash_follows(deck: Deck) -> None:
    text = f"{'word ' * 9} a-long-name/of-a-file/in-the-end {'word ' * 9}"
    (_, slide), _ = deck(f"## Title\n\n{text}\n")
    lines = [
        "".join(run.text for _, run in line.runs)
        for item in slide.items
        if isinstance(item, items.Text) and item.placeholder == "body"
        for one in item.paragraphs
        for line in one.lines
    ]

    assert lines[0].endswith("word")
    assert lines[1].startswith("a-long-name/of-a-file/in-the-end")


# -- one size a frame, and none too small ----------------------------------------------------------------------

EVERYTHING = """\
## Title

Some `code` and text^[A note.]

- a
  - b
    - c

### Heading

> quoted

::: quote Somebody
Said.
:::

```
code
```

::: callout Title
Text
:::

```timeline
- {when: 1952, title: Treaty, text: Of peace}
```

```stats
- {value: "10", label: figures, note: small}
```
"""


def frames(slide: Slide) -> list[items.Text]:
    found: list[items.Text] = []
    waiting = list(slide.items)
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, items.Text):
            found.append(one)
        elif isinstance(one, items.Group):
            waiting += one.items
    return found


def test_all_text_of_a_frame_has_one_size(deck: Deck) -> None:
    sizes = [
        {
            run.voice.look.size if not run.voice.look.rise else one.style.size
            for one in frame.paragraphs
            for run in one.runs
        }
        for slide in deck(EVERYTHING)[0]
        for frame in frames(slide)
    ]

    assert [one for one in sizes if len(one) != 1] == []


def test_no_text_is_smaller_than_can_be_read(deck: Deck) -> None:
    from ijreport.layout.theme import Slide as SlideTheme

    theme = Theme(slide=SlideTheme(body=(14.0,), table=(12.0,)))
    slides, _ = deck(EVERYTHING + "\n[@mea]\n\n| a |\n|---|\n| b |\n", theme)
    small = ("foot", "footer", "date", "slide-number")
    sizes = {
        p.style.size
        for slide in slides
        for frame in frames(slide)
        if frame.placeholder not in small
        for p in frame.paragraphs
    }

    assert min(sizes) == 14.0


def test_quotations_and_code_have_their_rule_and_ground(deck: Deck) -> None:
    (_, slide), _ = deck(
        "## Title\n\nText\n\n::: quote Somebody\nSaid.\n:::\n\n```\ncode\nmore\n```\n\n```\nother\n```\n"
    )
    groups = [item for item in slide.items if isinstance(item, items.Group)]

    assert [(group.name, said(group)) for group in groups] == [
        ("Quotation", "Said.\n— Somebody\n"),
        ("Code", "code\nmore\n"),
        ("Code", "other\n"),
    ]
    for group in groups:
        shape, *texts = group.items
        assert isinstance(shape, items.Shape)
        assert all(shape.frame.y <= text.frame.y and text.frame.bottom <= shape.frame.bottom + 0.01 for text in texts)
    assert all(one.frame.bottom <= other.frame.y for one, other in pairwise(groups))


def test_a_quotation_alone_stands_in_the_middle(deck: Deck) -> None:
    (_, slide), _ = deck("## Title\n\n::: quote Somebody\nSaid.\n:::\n")
    rule, quoted, source = slide.items[1:4]
    middle = (rule.frame.y + rule.frame.bottom) / 2

    assert (rule.frame.y, rule.frame.bottom) == pytest.approx((quoted.frame.y, source.frame.bottom))
    assert 270 <= middle <= 310


def test_charts_share_a_slide_two_by_two(deck: Deck) -> None:
    chart = "```chart\ntype: bar\nalt: A\ncategories: [a, b, c]\nseries: [{name: S, values: [1, 2, 3]}]\n```\n"
    row = f"::::: columns\n:::: column\n{chart}::::\n:::: column\n{chart}::::\n:::::\n"
    (_, slide), diagnostics = deck(f"## Title\n\n{row}\n{row}")
    charts = [item.frame for item in slide.items if isinstance(item, items.Chart)]

    assert len(charts) == 4
    assert len({(chart.width, round(chart.height)) for chart in charts}) == 1
    assert max(chart.bottom for chart in charts) == pytest.approx(460.8)
    assert not len(diagnostics)


def test_dividers_and_the_end_lead_back_to_the_agenda(deck: Deck) -> None:
    slides, _ = deck("## Agenda\n\n::: contents\n:::\n\n# First\n\n## Slide\n\n## End {layout=closing}\n")
    links = [
        [
            (run.text, run.voice.look.link)
            for frame in frames(slide)
            if frame.placeholder == "foot"
            for p in frame.paragraphs
            for run in p.runs
        ]
        for slide in slides[1:]
    ]

    assert links == [[], [("← Contents", "#agenda")], [], [("← Contents", "#agenda")]]
