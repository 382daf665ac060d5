"""Whole PDFs, and the standards that they name: PDF/UA-1 and PDF/A-2a, as a validator that is not ours sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import page
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from tests.generated import merged_tables

WORDS = "the quick brown fox jumps over a lazy dog and finds an office flag waffle affine".split()  # noqa: SIM905 - to read
HINDI = "भारत और जापान ने टोक्यो में शिखर सम्मेलन किया और अगले दशक की साझी दृष्टि अपनाई"
JAPANESE = "日本とインドは東京で年次首脳会談を行い、今後十年の共同ビジョンを採択しました。"
JAPANESE += "「特別戦略的グローバル・パートナーシップ」"
MARATHI = "भारताने आणि जपानने पुढील दशकासाठी एकत्रित दृष्टी स्वीकारली"
FRENCH = "L’année dernière, « où » allait l’œuvre d’Éloïse, à Besançon ?"


def words(count: int) -> str:
    return " ".join(WORDS[number % len(WORDS)] for number in range(count))


def torture() -> str:
    """Everything that goes wrong in tagged PDFs."""
    rows = "\n".join(f"| {number} | {words(number % 7 + 1)} | {number * 3 / 7:.2f} |" for number in range(300))
    tall = f"| {words(900)} | {words(300)}[^tall] |"
    merged = (
        "```table\ncolumns: [{title: A}, {title: B}, {title: C, align: right}]\nrows:\n"
        f"  - [{{text: {words(8)}, colspan: 3}}]\n"
        f"  - [{{text: '{words(400)} [@mea]', rowspan: 70}}, {{text: {words(4)}, rowspan: 35}}, 1]\n"
        + "".join(
            f"  - [{{text: '[{words(2)}](#first)', rowspan: 35}}, 1]\n" if n == 35 else f"  - [{n}]\n"
            for n in range(1, 70)
        )
        + f"  - [{{text: {words(90)}, rowspan: 2, colspan: 2}}, 1]\n  - [2]\n```\n"
    )
    notes = "\n\n".join(f"[^{number}]: {words(30)} with a [link](https://example.org/{number})." for number in range(8))
    noted = "\n\n".join(f"{words(60)}[^{number}]. {words(40)}" for number in range(8))
    chart = "```chart\ntype: {}\nalt: A chart\ncategories: [A, B, C]\nseries: [{{name: One, values: [1, 2, 3]}}]\n```\n"
    return f"""\
# {words(4)} {{#first}}

{words(1500)}

#### Skipped levels

{HINDI}। **{HINDI}**। {JAPANESE} {MARATHI}। {FRENCH} `{words(3)}` H~2~O and E = mc^2^.

{words(12)} [{words(30)}](https://example.org/a) {words(5)} [{HINDI} {JAPANESE}](#first), [@mea] and ISRO.
See [](#tbl-long){{.page}} and [](#first).

- one
  - two
    - three
      1. four
      2. five

         > quoted {words(60)}
         >
         > — someone

      ```
      code {words(20)}
      ```
- {words(200)}

{noted}

| First | Second [link](#first) | Third |
| ---: | :---: | --- |
{rows}

: {words(30)} [@mea] {{#tbl-long}}

| A | B |
| --- | --- |
{tall}

{merged}

![A picture](rgb.png "{words(20)} [@mofa]")

![A picture](rgba.png)

![A picture](grey.png)

![A picture](grey-alpha.png)

![A picture](palette.png)

![A picture](rgb.jpg)

![A picture](grey.jpg)

![A picture](cmyk.jpg)

{chart.format("column")}
{chart.format("line")}
{chart.format("pie")}
:::: columns
::: column
## In a column

{words(40)}[^col]
:::
::: column
{chart.format("bar")}
:::
::::

:::: columns
::: column
{words(1400)}[^high]
:::
::: column
## Set below

{words(20)}
:::
::::

::: callout {words(3)} {HINDI}
{words(900)}

- a point
:::

> {words(20)}

```stats
- {{value: "¥10 trillion", label: "pledged [@mea]", note: over a decade}}
- {{value: "5", label: "{JAPANESE}"}}
```

```timeline
- {{when: "2014", title: "{words(4)}", text: "{words(40)} [link](#first)"}}
- {{when: "2025", title: "{words(4)}"}}
```

```python
{chr(10).join(words(6) for _ in range(90))}
```

## {HINDI}

###### Last

{words(3)}

[{words(9)}]{{.index}} []{{.index entry="{words(30)} > {HINDI}"}} [{JAPANESE}]{{.index entry="{words(3)} > 共同"}}

::: index glossary
:::

{notes}

[^tall]: In a tall row.
[^col]: In a column.
[^high]: In a high column, {words(100)}
"""


def failures(file: Path) -> list[str]:
    found = []
    for profile in ("ua1", "2a"):
        report = page.validate_pdf(file, profile=profile, limits=page.SafetyLimits.unlimited())
        found += [f"{one.rule_id}: {one.message}" for one in report.failures]
    return found


def test_the_flagship_is_accessible_and_archival(flagship: Path, tmp_path: Path) -> None:
    """Every PDF that it has."""
    build(flagship, Diagnostics(), out=tmp_path)
    found = {file.name: failures(file) for file in tmp_path.glob("*.pdf")}

    assert found == {name: [] for name in found}
    assert "india-japan-briefing.pdf" in found


@pytest.mark.parametrize("language", ["en", "hi", "ja"])
def test_a_document_made_to_fail_is_accessible_and_archival(print_of: Callable[..., Path], language: str) -> None:
    file = print_of(torture(), language)

    assert failures(file) == []
    with pikepdf.open(file) as pdf:
        assert len(pdf.pages) > 20
        assert pdf.check_pdf_syntax() == []


def test_an_empty_document_is_accessible_and_archival(print_of: Callable[..., Path]) -> None:
    assert failures(print_of("")) == []


@pytest.mark.parametrize("text", ["", "# One\n\nText [@mea]\n\n## A\n\n# B\n", "Text\n\n---\n\n# One\n"])
@pytest.mark.parametrize(
    "page",
    [
        "{cover: head, columns: 2}",
        "{cover: none, sources: small, numbering: 3, back_references: true}",
        "{front_matter: roman, back_references: true, duplex: true, margin_left: 90}",
        "{bleed: 3 mm, marks: [crop, bleed, cross], back_references: true}",
        "{bleed: 3 mm, cover: head}",
    ],
)
def test_a_pdf_on_other_pages_is_accessible_and_archival(print_of: Callable[..., Path], page: str, text: str) -> None:
    assert failures(print_of(text, files={"templates/theme.yaml": f"page: {page}\n"})) == []


@pytest.mark.parametrize(
    "profile, named",
    [
        ("[ua1, a2a]", ["pdfuaid:part", "pdfaid:part"]),
        ("[ua1]", ["pdfuaid:part"]),
        ("[a2a]", ["pdfaid:part"]),
        ("[]", []),
    ],
)
def test_a_pdf_names_the_standards_that_the_theme_wants(
    print_of: Callable[..., Path], profile: str, named: list[str]
) -> None:
    file = print_of("# Text\n", files={"templates/theme.yaml": f"pdf: {{profile: {profile}}}\n"})
    with pikepdf.open(file) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        intent = "/OutputIntents" in pdf.Root
    manifest = json.loads((file.parent / "manifest.json").read_text())

    assert [name for name in ("pdfuaid:part", "pdfaid:part") if f"<{name}>" in packet] == named
    assert intent == ("a2a" in profile)
    assert profile == f"[{', '.join(manifest['outputs']['out']['profile'])}]"


def test_metadata_say_the_same_to_people_and_machines(print_of: Callable[..., Path]) -> None:
    report = "title: A < B & C\nsubtitle: S\ndate: 2025-09-01\nlanguage: en\nauthors: [A, B]\nkeywords: [x, y]\n"
    outputs = "outputs: {out: {format: pdf, template: text.md.j2}}\n"
    with pikepdf.open(print_of("Text", files={"content/report.yaml": report + outputs})) as pdf:
        said = pdf.open_metadata()
        assert (said["dc:title"], str(pdf.docinfo.Title)) == ("A < B & C", "A < B & C")
        assert (said["dc:creator"], str(pdf.docinfo.Author)) == (["A", "B"], "A, B")
        assert (said["dc:description"], str(pdf.docinfo.Subject)) == ("S", "S")
        assert (said["pdf:Keywords"], str(pdf.docinfo.Keywords)) == ("x, y", "x, y")
        assert (said["xmp:CreateDate"], str(pdf.docinfo.CreationDate)) == ("2025-09-01T00:00:00Z", "D:20250901000000Z")
        assert (said["xmp:ModifyDate"], str(pdf.docinfo.ModDate)) == ("2025-09-01T00:00:00Z", "D:20250901000000Z")
        assert (str(pdf.Root.Lang), said["dc:language"]) == ("en", {"en"})


# -- generated documents ---------------------------------------------------------------------------------------

MARKED = (
    "**bold**", "`code`", "*it*", "[a link](https://e.org)", "x[^n]", "[*an* index]{.index}",
    '[भारत]{.index entry="In print > भारत"}', '[]{.index entry="In print > all words that a column cannot hold"} word',
)  # fmt: skip
_TEXTS = st.lists(
    st.sampled_from([*WORDS, HINDI, JAPANESE, *MARKED]),
    min_size=1, max_size=40,
).map(" ".join)  # fmt: skip
_PLAIN = st.lists(st.sampled_from([*WORDS, "भारत", "日本"]), min_size=1, max_size=6).map(" ".join)


def indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}".rstrip() for line in text.split("\n"))


def _boxes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Blocks that hold others. A fence is longer than those inside it."""

    def fenced(opening: str, content: str) -> str:
        fence = ":" * (max([2, *map(len, re.findall(r":{3,}", content))]) + 1)
        return f"{fence} {opening}\n{content}\n{fence}"

    def columns(parts: list[str]) -> str:
        inside = "\n".join(fenced("column", part) for part in parts)
        return fenced("columns", inside)

    several = st.lists(inner, min_size=1, max_size=3).map("\n\n".join)
    return st.one_of(
        several.map(lambda text: f"-{indented(text, '  ')[1:]}"),
        several.map(lambda text: f"1.{indented(text, '   ')[2:]}"),
        several.map(lambda text: text if ":::" in text else indented(text, "> ")),
        st.builds(lambda title, text: fenced(f"callout {title}", text), _PLAIN, several),
        st.lists(several, min_size=2, max_size=3).map(columns),
    )


_TABLES = st.integers(1, 4).flatmap(
    lambda count: st.lists(st.lists(_PLAIN, min_size=count, max_size=count), min_size=2, max_size=30).map(
        lambda rows: "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * count, *rows[1:]))
    )
)
_FIGURES = st.sampled_from(['![Alt](rgb.png "A caption")', "![Alt](rgba.png)", "![Alt](grey.jpg)"])
_STATS = st.lists(_PLAIN, min_size=1, max_size=6).map(
    lambda labels: (
        "```stats\n" + "\n".join(f'- {{value: "{n}", label: {label}}}' for n, label in enumerate(labels)) + "\n```"
    )
)
_LEAVES = st.one_of(_TEXTS, _TABLES, _FIGURES, st.just("```\nsome code\n\nmore\n```"))
_HEADINGS = st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), _PLAIN)
_BLOCKS = st.recursive(_LEAVES, _boxes, max_leaves=6)
DOCUMENTS = st.lists(st.one_of(_HEADINGS, _BLOCKS, _STATS, merged_tables()), min_size=1, max_size=8).map("\n\n".join)


def check_generated(print_of: Callable[..., Path], text: str) -> None:
    text += "\n\n[^n]: A note.\n" if "[^n]" in text else ""
    file = print_of(text + "\n\n::: index glossary\n:::\n" if "{.index" in text else text)

    assert failures(file) == []


@given(DOCUMENTS)
@example("- - - a\n\n> 1. > b")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_generated_documents_are_accessible_and_archival(print_of: Callable[..., Path], text: str) -> None:
    check_generated(print_of, text)


@pytest.mark.slow
@given(DOCUMENTS)
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_many_generated_documents_are_accessible_and_archival(print_of: Callable[..., Path], text: str) -> None:
    check_generated(print_of, text)
