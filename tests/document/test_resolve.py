"""References of a document: sources numbered, acronyms expanded once, ids and links that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Heading, Listing, Paragraph, Text
from ijreport.document.listings import with_listings
from ijreport.document.wording import wording

Resolved = Callable[..., str]

GLOSSARY = {
    "ISRO": "Indian Space Research Organisation",
    "JAXA": "Japan Aerospace Exploration Agency",
    "MoU": "memorandum of understanding",
    "Quad": "Quadrilateral Security Dialogue",
}


# -- sources ---------------------------------------------------------------------------------------------------


def test_sources_are_numbered_in_the_order_in_which_they_are_cited(resolved: Resolved) -> None:
    expected = """\
p One [1], two [1, 2].
p Three [3].
reference 1 b: *The b title*.
reference 2 a: *The a title*.
reference 3 c: *The c title*.
"""
    assert expected == resolved("One [@b], two [@a; @b].\n\nThree [@c].\n", sources="abcd")


def test_a_footnote_cites_after_the_text(resolved: Resolved) -> None:
    expected = """\
p One[^1] [1].
footnote 1
  p Note [2].
reference 1 b: *The b title*.
reference 2 a: *The a title*.
"""
    assert expected == resolved("One[^n] [@b].\n\n[^n]: Note [@a].\n", sources="ab")


def test_a_source_that_is_not_listed_is_told_with_its_nearest_name(resolved: Resolved) -> None:
    expected = """\
p One [1].
reference 1 mea: *The mea title*.
error[unknown-source] text.md:1:13
"""
    assert expected == resolved("One [@mea; @maa].\n", sources=["mea"])


# -- acronyms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("ISRO and ISRO", "p ISRO{Indian Space Research Organisation} and ISRO"),
        ("Many MoUs, one MoU", "p Many MoUs{memorandum of understanding}, one MoU"),
        ("A MoU-based plan-MoU", "p A MoU-based{memorandum of understanding} plan-MoU"),
        ("(with ISRO) and JAXA", "p (with ISRO{[…]}) and JAXA{…}"),
        ("Closed (before) ISRO", "p Closed (before) ISRO{…}"),
        ("ISRO (Indian Space Research Organisation) and ISRO", "p ISRO (Indian Space Research Organisation) and ISRO"),
        ("The Indian Space Research Organisation (ISRO) flew", "p The Indian Space Research Organisation (ISRO) flew"),
        ("the indian space research organisation, ISRO", "p the indian space research organisation, ISRO{…}"),
        ("ISRO's and ISRO-led", "p ISRO{…}'s and ISRO-led"),
        ("non-ISRO, ISROs2 and MISRO", "p non-ISRO, ISROs2 and MISRO"),
        ("`ISRO` and [ISRO](https://a.example)", "p `ISRO` and [ISRO](https://a.example)"),
        ("**ISRO** and *JAXA*", "p **ISRO{…}** and *JAXA{…}*"),
        ("isro and QUAD", "p isro and QUAD"),
        ("ISROで、MISROで", "p ISRO{…}で、MISROで"),
    ],
)
def test_the_first_use_of_an_acronym(text: str, expected: str, resolved: Resolved) -> None:
    actual = resolved(text, GLOSSARY).splitlines()[0].replace("’", "'")
    if "…" in expected:
        for expansion in GLOSSARY.values():
            actual = actual.replace(f"{{{expansion}}}", "{…}").replace(f"{{[{expansion}]}}", "{[…]}")
    assert expected == actual


def test_print_expands_after_the_heading_and_a_deck_in_it(resolved: Resolved) -> None:
    text = "# ISRO\n\n::: callout The Quad\nISRO and the Quad\n:::\n"

    expected_in_print = """\
h1 #isro ISRO
callout The Quad
  p ISRO{Indian Space Research Organisation} and the Quad{Quadrilateral Security Dialogue}
term ISRO: Indian Space Research Organisation
term Quad: Quadrilateral Security Dialogue
"""
    expected_in_a_deck = """\
h1 #isro ISRO{Indian Space Research Organisation}
callout The Quad
  p ISRO and the Quad{Quadrilateral Security Dialogue}
term ISRO: Indian Space Research Organisation
term Quad: Quadrilateral Security Dialogue
"""
    assert expected_in_print == resolved(text, GLOSSARY)
    assert expected_in_a_deck == resolved(text, GLOSSARY, deck=True)


def test_who_hears_the_notes_has_not_read_the_slide(resolved: Resolved) -> None:
    expected = """\
p ISRO{Indian Space Research Organisation}
notes
  p ISRO{Indian Space Research Organisation} and ISRO
p ISRO
term ISRO: Indian Space Research Organisation
"""
    assert expected == resolved("ISRO\n\n::: notes\nISRO and ISRO\n:::\n\nISRO\n", GLOSSARY, deck=True)


def test_every_block_with_text_is_searched(resolved: Resolved) -> None:
    text = """\
| ISRO | b |
|------|---|
| MoU  | c |

: JAXA

```timeline
- {when: 1952, title: Quad}
```
"""
    expected = """\
table no. 1: JAXA{Japan Aerospace Exploration Agency}
  ISRO | b
  MoU{memorandum of understanding} | c
timeline
  1952 = Quad{Quadrilateral Security Dialogue}
"""
    assert expected == "".join(resolved(text, GLOSSARY).partition("term ")[:1])


def test_only_what_was_used_is_in_the_glossary(resolved: Resolved) -> None:
    assert resolved("The Quad met.\n", GLOSSARY).endswith("\nterm Quad: Quadrilateral Security Dialogue\n")


# -- numbers of tables and figures -----------------------------------------------------------------------------


def test_what_has_a_caption_is_numbered(resolved: Resolved) -> None:
    table = "| a |\n|---|\n| 1 |\n\n"
    image = '![A](a.png "Shown")\n\n'
    text = f"{table}: First\n\n{table}Text\n\n{image}{table}: Second\n\n![A](a.png)\n\n{image}"
    numbered = [line for line in resolved(text).splitlines() if line.startswith(("table", "figure"))]

    expected = [
        "table no. 1: First",
        "table",
        "figure a.png 'A' no. 1: Shown",
        "table no. 2: Second",
        "figure a.png 'A'",
        "figure a.png 'A' no. 2: Shown",
    ]
    assert expected == numbered


# -- ids and links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("## Why it matters", "h2 #why-it-matters Why it matters"),
        ("## 3. What's *next*?", "h2 #3.-whats-next 3. What’s *next*?"),
        ("## 目次 (contents)", "h2 #目次-contents 目次 (contents)"),
        ("## साझेदारी", "h2 #साझेदारी साझेदारी"),
        ("## 2025", "h2 #2025 2025"),
        ("## ?", "h2 #section ?"),
    ],
)
def test_a_heading_is_linked_by_its_words(text: str, expected: str, resolved: Resolved) -> None:
    assert expected == resolved(text).rstrip("\n")


def test_an_id_is_given_once(resolved: Resolved) -> None:
    expected = """\
h2 #why-1 Why
h2 #why-2 Why
h2 #why-3 Why 3
h2 #why-4 Why
h2 #why Because
"""
    assert expected == resolved("## Why\n\n## Why\n\n## Why 3\n\n## Why\n\n## Because {#why}\n")


def test_a_link_inside_leads_somewhere(resolved: Resolved) -> None:
    text = "## The summit\n\n[here](#the-summit), [there](#the-sumit)[^1]\n\n[^1]: [gone](#gone)\n"
    expected = """\
h2 #the-summit The summit
p [here](#the-summit), [there](#the-sumit)[^1]
footnote 1
  p [gone](#gone)
error[unknown-id] text.md:3:30
error[unknown-id] text.md:5:14
"""
    assert expected == resolved(text)


# -- listings --------------------------------------------------------------------------------------------------


TEXT = Paragraph((Text("…"),))


def listed(*body: blocks.Block, deck: bool = False) -> list[str]:
    """The headings and listings of a document with a term and a source."""
    document = blocks.Document(
        blocks.Metadata("A report"),
        body,
        references=(blocks.Reference("a", (Text("A"),)),),
        terms=(blocks.Term("ISRO", "Indian Space Research Organisation"),),
    )
    kinds: tuple[blocks.ListingKind, ...] = ("sources",) if deck else ("contents", "glossary", "sources")
    whole = with_listings(document, wording("en", Diagnostics()), kinds, 2 if deck else 0)
    return [
        blocks.plain(one.content) if isinstance(one, Heading) else one.kind if isinstance(one, Listing) else "…"
        for one in whole.blocks
    ]


def test_listings_come_by_themselves() -> None:
    parts = tuple(Heading(1, (Text(name),)) for name in ("One", "Two", "Three"))
    lists = ["Glossary", "glossary", "Sources", "sources"]

    assert listed(TEXT, *parts) == ["…", "Contents", "contents", "…", "One", "Two", "Three", *lists]
    assert listed(*parts[:2]) == ["One", "Two", *lists]
    assert listed(*parts, deck=True) == ["One", "Two", "Three", "Sources", "sources"]


def test_listings_stand_where_the_template_places_them() -> None:
    placed = blocks.Columns(((Listing("sources"),), (Listing("glossary"),)))

    assert listed(Listing("contents"), placed) == ["Contents", "contents", "…"]


def test_nothing_stands_below_the_heading_of_a_listing_in_front() -> None:
    body = (Heading(3, (Text("One"),)), Heading(2, (Text("Two"),)), Heading(2, (Text("Three"),)))
    document = blocks.Document(blocks.Metadata("A report"), body, references=(blocks.Reference("a", (Text("A"),)),))
    whole = with_listings(document, wording("en", Diagnostics()), ("contents", "sources"))

    levels = [(one.level, blocks.plain(one.content)) for one in whole.blocks if isinstance(one, Heading)]
    assert levels == [(3, "Contents"), (3, "One"), (2, "Two"), (2, "Three"), (2, "Sources")]


def test_a_listing_under_its_own_heading_gets_no_other() -> None:
    parts = (Heading(2, (Text("Agenda"),)), Listing("contents"), Heading(2, (Text("Read more"),)), Listing("sources"))

    assert listed(*parts, deck=True) == ["Agenda", "contents", "Read more", "sources"]


@pytest.mark.parametrize("language, contents", [("en", "Contents"), ("ja-JP", "目次"), ("hi", "विषय-सूची")])
def test_the_programs_own_words_follow_the_language(language: str, contents: str) -> None:
    diagnostics = Diagnostics()

    assert contents == wording(language, diagnostics).contents
    assert not len(diagnostics)


def test_a_language_without_words_is_told() -> None:
    diagnostics = Diagnostics()

    assert wording("es", diagnostics).contents == "Contents"
    assert [one.code for one in diagnostics] == ["unknown-language"]
