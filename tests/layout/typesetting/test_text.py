"""Lines: where they break, where they never do, and what is told when nothing fits."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Acronym, Citation, Cited, FootnoteReference, Style, Text
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.fonts import FontBook
from ijreport.layout.typesetting.line_breaking import ZERO_WIDTH_SPACE
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

Press = Any
"""The fixture of conftest.py."""


def broken(press: Press, text: str, longest: str) -> str:
    """The text with a bar at each break, on a measure that just holds `longest`."""
    return "|".join(press.lines(text, press.width(longest)))


# -- where lines end -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, longest, expected",
    [
        ("one two three", "one two", "one two|three"),
        ("one two three", "one tw", "one|two|three"),
        ("well-known fact", "well-kno", "well-|known|fact"),
        ("a 2.5-fold rise", "a 2.5-fol", "a|2.5-fold|rise"),
        ("a Article-370 stays", "Article-370", "a|Article-370|stays"),
        ("Japan–India pact", "Japan–In", "Japan–|India|pact"),
        ("and/or nothing", "nothing", "and/or|nothing"),
        ("a--b cc", "a--b", "a--b|cc"),
        ("so—he said", "so—h", "so—|he|said"),
        ("(so) “he” said.", "“he” (", "(so)|“he”|said."),
        ("¥10 trillion now", "¥10 trillio", "¥10|trillion|now"),
        ("¥10\u00a0trillion now", "¥10\u00a0trillion", "¥10\u00a0trillion|now"),
        ("in\u200bvis\u200bible", "ible", "in|vis|ible"),
        ("one  two", "one", "one|two"),
    ],
)
def test_lines_end_as_in_applications(text: str, longest: str, expected: str, press: Press) -> None:
    assert broken(press, text, longest) == expected


@pytest.mark.parametrize(
    "text, longest, expected",
    [
        ("日本とインド", "日本と", "日本と|インド"),
        ("日本、インド", "日本", "日|本、|イン|ド"),
        ("「日本」", "「日", "「日|本」"),
        ("会議「東京」", "会議「", "会議|「東京」"),
        ("ニュース", "ニュー", "ニュー|ス"),
        ("東京Quad会議", "東京Qua", "東京|Quad|会議"),
        ("第2回", "第2", "第2|回"),
    ],
)
def test_kinsoku(text: str, longest: str, expected: str, press: Press) -> None:
    """JIS X 4051: no line begins with a closing mark or a small kana, none ends with an opening bracket."""
    lines = broken(press, text, longest)

    assert lines == expected or not set("、。」ュー") & {line[0] for line in lines.split("|")}
    assert not set("「（") & {line[-1] for line in lines.split("|")}


def test_a_hard_break_ends_a_line(press: Press) -> None:
    assert press.lines("One\\\ntwo\\\nthree", 500) == ["One", "two", "three"]


def test_a_citation_hangs_on_the_word_before_it(press: Press) -> None:
    assert broken(press, "It was agreed [@mea]", "It was agreed") == "It was|agreed\u00a0[1]"


def test_a_footnotes_mark_hangs_on_the_word_before_it(press: Press) -> None:
    assert broken(press, "It was agreed[^1]\n\n[^1]: Note", "It was agreed") == "It was|agreed1"


def test_marks_inside_a_word_do_not_part_it(press: Press) -> None:
    assert broken(press, "a un**believ**able story", "unbelievableMM") == "a unbelievable|story"


# -- words too long --------------------------------------------------------------------------------------------


def test_a_word_wider_than_the_measure_is_broken_and_told(press: Press) -> None:
    lines = press.lines("so incomprehensibilities", press.width("incomprehen"))

    assert (lines[0], "".join(lines[1:])) == ("so", "incomprehensibilities")
    assert [one.code for one in press.diagnostics] == ["word-too-wide"]


def test_an_address_is_broken_where_it_has_joints(press: Press) -> None:
    assert (
        broken(press, "https://a.example/reports/summit", "https://a.example/rep")
        == "https://a.example/|reports/summit"
    )


def test_a_letter_that_does_not_fit_stands_alone(press: Press) -> None:
    assert press.lines("abc", 1) == ["a", "b", "c"]


def test_devanagari_is_broken_between_syllables(press: Press) -> None:
    lines = press.lines("अन्तरराष्ट्रीयकरण", press.width("अन्तर"))

    assert "".join(lines) == "अन्तरराष्ट्रीयकरण"
    assert all(not line.startswith(tuple("\u093e\u093f\u0940\u094d")) for line in lines)
    assert all(not line.endswith("\u094d") for line in lines)


# -- faces -----------------------------------------------------------------------------------------------------


def faces(paragraph: SetParagraph) -> list[tuple[str, str, str]]:
    return [(run.text, run.voice.face.name.split("-")[0], run.voice.language) for run in paragraph.runs]


def test_each_script_is_set_in_a_face_that_has_it(press: Press) -> None:
    assert faces(press.set("Quad 日本 भारत", 500)) == [
        ("Quad ", "FiraGO", "en"),
        ("日本", "NotoSansCJKjp", "ja"),
        (" ", "FiraGO", "en"),
        ("भारत", "FiraGO", "hi"),
    ]


def test_a_mark_stays_in_the_face_of_its_letter(press: Press) -> None:
    assert [text for text, _, _ in faces(press.set("e\u0301e", 500))] == ["e\u0301e"]


def test_a_character_that_no_font_has_is_an_error(press: Press) -> None:
    press.set("a \U00013000 b", 500)

    assert [(one.severity, one.code, str(one.span)) for one in press.diagnostics] == [
        ("error", "missing-glyph", "text.md:1:3")
    ]


def test_marks_choose_the_face(press: Press) -> None:
    paragraph = press.set("plain **strong** *emphasis* `code`", 500)

    assert [(run.text.strip(), run.voice.face.name) for run in paragraph.runs if run.text.strip()] == [
        ("plain", "FiraGO-Regular"),
        ("strong", "FiraGO-Bold"),
        ("emphasis", "FiraGO-Italic"),
        ("code", "Fira-Mono-Regular"),
    ]


@pytest.mark.parametrize("text, up", [("10^th^", True), ("H~2~", False)])
def test_raised_and_lowered_text_is_smaller(text: str, up: bool, press: Press) -> None:
    first, second = (run.voice.look for run in press.set(text, 500).runs)

    assert (first.rise, first.size) == (0.0, 10.0)
    assert (second.rise > 0) is up
    assert second.size == pytest.approx(6.6)


def test_links_are_told_by_their_colour(press: Press) -> None:
    theme = Theme()
    style = TextStyle(10, 14, theme.colours.ink)
    plain, linked = (run.voice.look for run in press.set("see [this](#id)\n\n## T {#id}", 500, style).runs)

    assert (plain.colour, plain.link) == (theme.colours.ink, "")
    assert (linked.colour, linked.link) == (theme.colours.primary, "#id")


# -- alignment -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("align, share", [("left", 0.0), ("center", 0.5), ("right", 1.0)])
def test_alignment(align: Any, share: float, press: Press) -> None:
    paragraph = press.set("short\\\nlonger line", 200, replace(press.style, align=align))

    for line in paragraph.lines:
        assert line.runs[0][0] == pytest.approx(share * (200 - line.width))


# -- expansions and citations, in print and in a deck ----------------------------------------------------------

SAID = (
    Text("See "),
    Acronym("ISRO", "Indian Space"),
    Text(" "),
    Citation((Cited("mea", number=1),)),
    FootnoteReference(2),
)


@pytest.mark.parametrize(
    "citations, expansions, expected",
    [(True, True, "See ISRO (Indian Space)\u00a0[1]2"), (False, False, "See ISRO2")],
)
def test_what_a_deck_tells_at_the_foot_is_not_in_its_text(
    citations: bool, expansions: bool, expected: str, print_book: FontBook
) -> None:
    setter = Typesetter(Theme(), print_book, Diagnostics(), "en", citations=citations, expansions=expansions)
    paragraph = setter.set(SAID, TextStyle(10, 14, "#000000"), 500)

    assert "".join(run.text for run in paragraph.runs) == expected


def test_inside_parentheses_an_expansion_has_brackets(press: Press) -> None:
    assert press.lines("(with ISRO)", 500) == ["(with ISRO [Indian Space Research Organisation])"]


# -- parting ---------------------------------------------------------------------------------------------------


def test_a_parted_paragraph_keeps_its_words(press: Press) -> None:
    whole = press.set("one two three four five", press.width("one two"))
    head, tail = whole.split(2)

    assert [len(whole.lines), len(head.lines), len(tail.lines)] == [4, 2, 2]
    assert "".join(run.text for run in head.runs) + " " + "".join(run.text for run in tail.runs) == (
        "one two three four five"
    )


def test_only_the_first_part_has_the_label(press: Press) -> None:
    whole = press.typesetter.set((Text("one two"),), press.style, press.width("one"), label="3.", number=3, level=1)
    head, tail = whole.split(1)

    assert (head.number, bool(head.label)) == (3, True)
    assert (tail.number, bool(tail.label), tail.level) == (None, False, 1)


# -- not measured ----------------------------------------------------------------------------------------------


def test_text_that_is_not_measured_has_a_run_for_each_language(press: Press) -> None:
    runs = press.unbroken("In *Tokyo* (東京)\\\nभारत\u00a0is").runs

    assert [(run.text, run.voice.language) for run in runs] == [
        ("In ", "en"), ("Tokyo", "en"), (" (", "en"), ("東京", "ja"), (")\n", "en"), ("भारत\u00a0", "hi"), ("is", "en"),
    ]  # fmt: skip


def test_a_character_that_no_font_has_is_told_wherever_it_stands(press: Press) -> None:
    for text in ("a \U00013000 b", "here a \U00013000"):
        press.unbroken(text)

    assert [(one.code, str(one.span)) for one in press.diagnostics] == [
        ("missing-glyph", "text.md:1:3"),
        ("missing-glyph", "text.md:1:8"),
    ]


# -- whatever is written ---------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("abc-–/.,() \u00a0日、。「」ーक्षि"), max_size=60)
MARKS = st.sampled_from([Style(), Style(strong=True), Style(emphasis=True), Style(code=True), Style(baseline="super")])


@given(parts=st.lists(st.tuples(WORDS, MARKS), max_size=4), width=st.floats(60, 200))
@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_fits_and_nothing_is_lost(
    parts: list[tuple[str, Style]], width: float, print_book: FontBook
) -> None:
    style = TextStyle(10, 14, "#000000")
    setter = Typesetter(Theme(), print_book, Diagnostics(), "en")
    paragraph = setter.set(tuple(Text(text, mark) for text, mark in parts), style, width)
    written = "".join(text for text, _ in parts)
    printed = "".join(run.text for line in paragraph.lines for _, run in line.runs)

    assert max(line.width for line in paragraph.lines) <= width + 0.1
    assert "".join(printed.split(" ")) == "".join(written.split(" "))
    # Where a word was broken, others are made to break it at the same place.
    unbroken = "".join(run.text for run in paragraph.runs).replace(ZERO_WIDTH_SPACE, "")
    assert unbroken.replace(" ", "") == written.replace(" ", "")


@given(parts=st.lists(st.tuples(WORDS, MARKS), max_size=4), before=st.lists(WORDS, max_size=3))
@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_is_the_same_whether_it_is_measured_or_not(
    parts: list[tuple[str, Style]], before: list[str], print_book: FontBook
) -> None:
    style = TextStyle(10, 14, "#000000")
    setter = Typesetter(Theme(), print_book, Diagnostics(), "en")
    for text in before:
        setter.unbroken((Text(text),), style)
    content = tuple(Text(text, mark) for text, mark in parts)

    def spoken(paragraph: SetParagraph) -> list[tuple[str, str]]:
        return [(one, run.voice.language) for run in paragraph.runs for one in run.text if one != " "]

    assert spoken(setter.unbroken(content, style)) == spoken(setter.set(content, style, math.inf))


@pytest.mark.parametrize(
    "whole,width,expected",
    [
        (False, 60, ["see the board's", "report here"]),
        (True, 60, ["see", "the board's report", "here"]),
        (True, 45, ["see the", "board's report", "here"]),  # no line has room for it
    ],
)
def test_links_may_be_kept_whole(whole: bool, width: float, expected: list[str], print_book: FontBook) -> None:
    setter = Typesetter(Theme(), print_book, Diagnostics(), "en", whole_links=whole)
    link = Text("the board's report", link="https://example.org")
    paragraph = setter.set((Text("see "), link, Text(" here")), TextStyle(7, 10, "#000000"), width)

    assert ["".join(run.text for _, run in line.runs) for line in paragraph.lines] == expected


PROSE = st.text(st.sampled_from("abcdefg-–/., \u00a0\u00ad日、「」क्षि128%"), max_size=120)


@given(parts=st.lists(st.tuples(PROSE, MARKS), max_size=4), width=st.floats(60, 400))
@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_justified_line_fits_and_nothing_is_lost(
    parts: list[tuple[str, Style]], width: float, print_book: FontBook
) -> None:
    style = TextStyle(10, 14, "#000000", breaking="hyphenated", justified=True)
    setter = Typesetter(Theme(), print_book, Diagnostics(), "en")
    paragraph = setter.set(tuple(Text(text, mark) for text, mark in parts), style, width)
    written = "".join(text for text, _ in parts).replace("\u00ad", "")

    for line in paragraph.lines:
        right = max((x + run.width for x, run in line.runs), default=0.0)
        assert right <= width + 0.1
        assert all(white <= 0.125 * style.size for _, run in line.runs for white in run.white if run.text.isalpha())
    # Where a word was broken, others are made to break it at the same place.
    unbroken = "".join(run.text for run in paragraph.runs).replace(ZERO_WIDTH_SPACE, "")
    assert unbroken.replace(" ", "") == written.replace(" ", "")
