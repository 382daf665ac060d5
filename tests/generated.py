"""Documents that Hypothesis writes in the dialect, and the overflow contract of decks by our own measure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random

from hypothesis import strategies as st

from ijreport.layout import items
from ijreport.layout.items import Frame, Item, Slide

# -- the dialect -----------------------------------------------------------------------------------------------

WORD = st.sampled_from(
    [
        *("a", "of", "trade", "partnership", "well-known", "internationalisation", "2023–24", "10 %", "US$ 1,234.5"),
        *("日本とインド", "特別戦略的グローバル・パートナーシップ", "भारत", "साझेदारी", "Ελλάς", "кириллица", "é"),
        *("**bold**", "*leaning*", "`code`", "[a link](https://example.org/a)", "H~2~O", "It ends.", "終わる。"),
        *("x" * 60, "https://example.org/a/very/long/path/that-goes/on_and_on/until.the/end/of/the-line.html"),
    ]
)
LINE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
TEXT = st.lists(WORD, min_size=1, max_size=120).map(" ".join)
ALIGN = st.sampled_from(["left", "right", "center"])
PLAIN = st.lists(st.sampled_from(["one", "two", "日本", "भारत", "long words of a label"]), min_size=1, max_size=4).map(
    " ".join
)


_SAID = (
    "a",
    "trade",
    "of",
    "the",
    "partnership",
    "again",
    "at some length",
    "what was",
    "10 %",
    "2023–24",
    "well-known",
)


def _long(seed: int) -> str:
    """Sentences of words in no order: with one sentence again and again, its worst line would count as all of them."""
    chosen = Random(seed)  # noqa: S311 - no secret
    sentences = (" ".join(chosen.choices(_SAID, k=chosen.randint(4, 14))) for _ in range(chosen.randint(20, 90)))
    return "同じことを言う。फिर वही। " + " ".join(f"It {sentence} ends." for sentence in sentences)


LONG = st.integers(0, 999).map(_long)
"""More than a slide has room for."""


def _item(depth: int, mark: str, text: str) -> str:
    return f"{'   ' * depth}{mark} {text}"


def _list(draw: st.DrawFn, *, numbered: bool) -> str:
    """Items of up to five levels, each no more than one deeper than the one before it."""
    lines, depth = [], 0
    for number, (text, step) in enumerate(
        draw(st.lists(st.tuples(st.one_of(LINE, LINE, TEXT), st.integers(-4, 1)), min_size=1, max_size=14))
    ):
        depth = min(4, max(0, depth + step)) if number else 0
        lines.append(_item(depth, "1." if numbered else "-", text))
    return "\n".join(lines) + "\n"


@st.composite
def lists(draw: st.DrawFn) -> str:
    return _list(draw, numbered=draw(st.booleans()))


@st.composite
def tables(draw: st.DrawFn) -> str:
    columns = draw(st.integers(1, 8))
    row = st.lists(st.one_of(LINE, PLAIN, st.just(" ")), min_size=columns, max_size=columns)
    rows = draw(st.lists(row, max_size=16))
    ruled = ["---|" * columns, *(" | ".join(one) + " |" for one in rows)]
    return (
        "\n".join([f"| {' | '.join(draw(row))} |", *(f"| {one}" if n else f"|{one}" for n, one in enumerate(ruled))])
        + "\n"
    )


@st.composite
def merged_tables(draw: st.DrawFn) -> str:
    """Tables of the data block, whose cells are as wide and high as the free positions beside and below them allow."""
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(1, 24))
    height = st.sampled_from([1, 1, 1, 2, 3, rows])
    text = st.one_of(PLAIN, PLAIN, LINE, TEXT, st.just(" "))
    taken: set[tuple[int, int]] = set()
    lines = []
    for row in range(rows):
        cells = []
        for column in range(columns):
            if (row, column) in taken:
                continue
            free = next((n for n in range(column, columns) if (row, n) in taken), columns) - column
            wide, high = draw(st.integers(1, free)), min(draw(height), rows - row)
            left = [n for n in range(columns) if (row + 1, n) not in taken]
            if left and column <= left[0] and left[-1] < column + wide:
                high = 1  # no row is covered altogether
            taken |= {(row + down, column + across) for down in range(high) for across in range(wide)}
            cells.append(json.dumps({"text": draw(text), "colspan": wide, "rowspan": high}, ensure_ascii=False))
        lines.append(f"  - [{', '.join(cells)}]")
    titles = ", ".join(f"{{title: {draw(PLAIN)}, align: {draw(ALIGN)}}}" for _ in range(columns))
    return f"```table\ncolumns: [{titles}]\nrows:\n" + "\n".join(lines) + "\n```\n"


@st.composite
def charts(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["column", "bar", "line", "pie", "stacked-bar", "doughnut"]))
    names = draw(st.lists(PLAIN, min_size=1, max_size=6, unique=True))
    values = draw(st.lists(st.integers(1, 10**9), min_size=len(names), max_size=len(names)))
    return (
        f"```chart\ntype: {kind}\nalt: A chart\ncategories: [{', '.join(names)}]\n"
        f"series: [{{name: S, values: {values}}}]\n```\n"
    )


@st.composite
def figures(draw: st.DrawFn) -> str:
    stats = draw(st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=7))
    stats[-1] = stats[-1][0], draw(st.one_of(PLAIN, PLAIN, LONG)), stats[-1][2]
    lines = (f'- {{value: "{value}", label: "{label}", note: "{note}"}}' for value, label, note in stats)
    return "```stats\n" + "\n".join(lines) + "\n```\n"


@st.composite
def timelines(draw: st.DrawFn) -> str:
    events = draw(st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=12))
    events[-1] = events[-1][0], draw(st.one_of(PLAIN, PLAIN, LONG))
    lines = (f'- {{when: {1952 + n}, title: "{title}", text: "{text}"}}' for n, (title, text) in enumerate(events))
    return "```timeline\n" + "\n".join(lines) + "\n```\n"


CALLOUT = st.tuples(PLAIN, st.lists(st.one_of(LINE, TEXT, LONG, LONG, lists()), min_size=1, max_size=3)).map(
    lambda both: f"::: callout {both[0]}\n" + "\n\n".join(both[1]) + "\n:::\n"
)
QUOTE = st.tuples(PLAIN, st.lists(st.one_of(LINE, TEXT, LONG, lists()), min_size=1, max_size=2)).map(
    lambda both: f"::: quote {both[0]}\n" + "\n\n".join(both[1]) + "\n:::\n"
)
SIMPLE = st.one_of(
    LINE.map(lambda text: f"{text}\n"),
    TEXT.map(
        lambda text: f"{text}^[Said of it: {text[:80]}]\n" if text.isascii() and "`" not in text[:80] else f"{text}\n"
    ),
    lists(),
    PLAIN.map(lambda text: f"### {text}\n"),
    st.tuples(PLAIN, st.sampled_from([1, 1, 1, 40])).map(
        lambda both: "```\ndef code():\n" + f"    return '{both[0]}'\n" * both[1] + "```\n"
    ),
)


@st.composite
def columns(draw: st.DrawFn) -> str:
    sides = draw(
        st.lists(
            st.lists(st.one_of(SIMPLE, charts(), figures(), timelines(), CALLOUT, QUOTE), min_size=1, max_size=2),
            min_size=2,
            max_size=3,
        )
    )
    inside = (":::: column\n" + "\n".join(side) + "::::\n" for side in sides)
    return "::::: columns\n" + "".join(inside) + ":::::\n"


BLOCK = st.one_of(
    SIMPLE,
    tables(),
    merged_tables(),
    charts(),
    figures(),
    timelines(),
    columns(),
    CALLOUT,
    QUOTE,
    st.tuples(LINE, lists()).map(lambda both: f"::: notes\n{both[0]}\n\n{both[1]}:::\n"),
    st.just("---\n"),
)
HEADING = st.tuples(st.sampled_from(["#", "##", "##", "##"]), LINE).map(" ".join)
GENERATED = st.lists(
    st.tuples(HEADING, st.lists(BLOCK, max_size=4)).map(lambda both: "\n\n".join([both[0], *both[1]])),
    min_size=1,
    max_size=3,
).map("\n\n".join)
"""The Markdown of a deck of one to three slides and their continuations."""


# -- documents for print ---------------------------------------------------------------------------------------

_LATIN = st.sampled_from(
    [
        *(
            "the",
            "office",
            "of",
            "affine",
            "waffles",
            "fluffy",
            "AVATAR",
            "To.",
            "naïve",
            "façade",
            "Ångström",
            "Straße",
        ),
        *(
            "Ελλάς",
            "кириллица",
            "e\u0301tude",
            "p\u0302",
            "ọ\u0300",
            "“Quotes”",
            "–",
            "—",
            "ellipsis…",
            "½",
            "5′",
            "ﬁ",
            "Ⅳ",
        ),
        *("2023–24", "10 %", "US$ 1,234.5", "well-known", "and/or", "co&shy;op&shy;era&shy;tion", "x²", "≥", "→"),
        *(
            "Zusammenarbeitsvereinbarung",
            "internationalisation",
            "characterised",
            "intergovernmental",
            "H~2~O",
            "mc^2^",
        ),
        *("**bold**", "*leaning*", "`code fi`", "[a link](https://example.org/a)", "word[^n]", "claim [@mea]", "ISRO"),
        *("https://example.org/a/very/long/path/that-goes/on_and_on/until.the/end", "“Où ?”", "*日本*", "**भारत**"),
    ]
)
_HINDI = st.sampled_from(
    [
        *("प्रधानमंत्री", "ने", "टोक्यो", "में", "१५वें", "शिखर", "लिया,", "साझी", "दृष्टि", "अपनाई।", "क्षेत्रीय", "ज्ञान"),
        *("श्रृंखला", "विद्या", "र्\u200dय", "संस्कृति", "राष्ट्रीय", "द्वितीय", "अर्थव्यवस्था", "किंतु", "फ़ाइल", "ड़", "ॐ", "(में)"),
    ]
)
_JAPANESE = st.sampled_from(
    [
        *(
            "日本とインドは、東京で年次首脳会談を行い、",
            "今後十年の「共同ビジョン」を採択しました。",
            "パートナーシップ",
        ),
        *("10兆円", "第15回", "……", "（終わり）", "ﾊﾟｰﾄﾅｰ", "「日」", "A社", "『本』・", "ヴァ", "か\u3099", "Quad"),
    ]
)
_PROSE = st.one_of(
    st.lists(_LATIN, min_size=1, max_size=30).map(" ".join),
    st.lists(_HINDI, min_size=1, max_size=30).map(" ".join),
    st.lists(_JAPANESE, min_size=1, max_size=8).map("".join),
    st.lists(st.one_of(_LATIN, _HINDI, _JAPANESE), min_size=1, max_size=30).map(" ".join),
)
_TITLE = st.lists(st.one_of(_LATIN, _HINDI, _JAPANESE), min_size=1, max_size=6).map(" ".join)


def _rows(rows: list[list[str]]) -> str:
    first, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join((first, "|" + "---|" * len(rows[0]), *rest)) + "\n"


def _data(kind: str, entry: str, texts: list[str]) -> str:
    """A data block with one entry for each text, numbered."""
    entries = "".join(f"- {entry.format(number, text)}\n" for number, text in enumerate(texts, 1))
    return f"```{kind}\n{entries}```\n"


PRINTED = st.lists(
    st.one_of(
        _PROSE,
        _PROSE,
        _TITLE.map("## {}".format),
        st.lists(_PROSE, min_size=1, max_size=3).map(lambda texts: "\n".join(f"- {text}" for text in texts)),
        st.lists(_PROSE, min_size=1, max_size=3).map(lambda texts: f"::: two-columns\n{chr(10).join(texts)}\n:::\n"),
        st.tuples(_TITLE, _PROSE).map(lambda both: f"::: callout {both[0].replace('[^n]', '')}\n{both[1]}\n:::\n"),
        st.integers(1, 4).flatmap(
            lambda count: st.lists(st.lists(_TITLE, min_size=count, max_size=count), min_size=1, max_size=5).map(_rows)
        ),
        st.lists(PLAIN, min_size=1, max_size=5).map(
            lambda said: _data("stats", '{{value: "¥{} bn", label: "{}"}}', said)
        ),
        st.lists(PLAIN, min_size=1, max_size=5).map(
            lambda said: _data("timeline", '{{when: "{}", title: "{}"}}', said)
        ),
        charts(),
    ),
    min_size=1,
    max_size=5,
).map(lambda blocks: "\n\n".join((*blocks, "[^n]: A note with an office, भारत and 日本。\n")))
"""The Markdown of a document of one to a few pages, in all scripts."""
PAGES = st.sampled_from(
    [
        "{}",
        "{align: justified}",
        "{align: justified, hyphenate: true}",
        "{hyphenate: true, columns: 2}",
        "{align: justified, hyphenate: true, columns: 3, cover: head}",
        "{align: justified, numbering: 3, sources: small, back_references: true, cover: none, offset: 0}",
    ]
)
"""What a theme says of the page that they are printed on."""


# -- the contract ----------------------------------------------------------------------------------------------

ROUNDING = 0.1


def broken(slides: Sequence[Slide], width: float = 960, height: float = 540) -> Iterator[str]:
    """What lies beyond its slide, text that is higher than its frame, and what lies on something else."""
    sheet = Frame(0, 0, width, height)
    for number, slide in enumerate(slides, 1):
        for item in nested(slide.items):
            if not _within(item.frame, sheet):
                yield f"slide {number}: {item.frame} lies beyond the slide"
            if isinstance(item, items.Text):
                spaces = sum(one.style.space_after for one in item.paragraphs[:-1])
                if sum(one.height for one in item.paragraphs) + spaces > item.frame.height + ROUNDING:
                    yield f"slide {number}: text is higher than {item.frame}"
            if isinstance(item, items.Table) and sum(row.height for row in item.rows) > item.frame.height + ROUNDING:
                yield f"slide {number}: a table is higher than {item.frame}"
        frames = [item.frame for item in slide.items if not _may_overlap(item)]
        for place, one in enumerate(frames):
            for other in frames[place + 1 :]:
                across = min(one.right, other.right) - max(one.x, other.x)
                down = min(one.bottom, other.bottom) - max(one.y, other.y)
                if across > ROUNDING and down > ROUNDING:
                    yield f"slide {number}: {one} and {other} overlap"


def nested(found: Sequence[Item]) -> Iterator[Item]:
    """Items and those inside groups."""
    for item in found:
        yield item
        if isinstance(item, items.Group):
            yield from nested(item.items)


def _may_overlap(item: Item) -> bool:
    """Title frames are as high as the highest title; dates and footers stand where numbers may reach."""
    return isinstance(item, items.Text) and item.placeholder in ("title", "date", "footer")


def _within(frame: Frame, sheet: Frame) -> bool:
    return (
        frame.x >= sheet.x - ROUNDING
        and frame.y >= sheet.y - ROUNDING
        and frame.right <= sheet.right + ROUNDING
        and frame.bottom <= sheet.bottom + ROUNDING
    )
