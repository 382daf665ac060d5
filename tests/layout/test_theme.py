"""theme.yaml: what it may change, and what is refused in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.layout.brand import load_brand
from ijreport.layout.theme import Colours, Theme
from ijreport.layout.units import MM, PAPER, emu, points

ProjectFactory = Callable[..., Path]


@pytest.fixture
def loaded(project: ProjectFactory) -> Callable[..., tuple[Theme, list[str]]]:
    """Make `loaded(yaml, path="theme.yaml")` load a theme; its diagnostics are told as `code line:column`."""

    def load(text: str | None, path: str = "theme.yaml") -> tuple[Theme, list[str]]:
        diagnostics = Diagnostics()
        folder = project({f"templates/{path}": text} if text is not None else {})
        try:
            theme = load_brand(Project(folder, diagnostics), path, None, diagnostics).print
        except ContentError:
            theme = Theme()
        return theme, [f"{one.code} {one.span}".replace(f"templates/{path}:", "") for one in diagnostics]

    return load


Loaded = Callable[..., tuple[Theme, list[str]]]


def test_without_a_theme_there_is_one(loaded: Loaded) -> None:
    assert loaded(None) == (Theme(), [])


def test_a_theme_that_is_asked_for_must_be_there(loaded: Loaded) -> None:
    theme, faults = loaded(None, "other.yaml")

    assert theme == Theme()
    assert [one.split()[0] for one in faults] == ["missing-file"]


def test_what_is_not_said_stays_as_it_is(loaded: Loaded) -> None:
    theme, faults = loaded('colours: {primary: "#0a5c36"}\npage: {size: Letter, margin_left: 1 in, body: 11}\n')

    assert not faults
    assert theme.colours == Colours(primary="#0A5C36")
    assert (theme.page.size, theme.page.margin_left, theme.page.body) == ("Letter", 72.0, 11.0)
    assert theme.page.margin_right == Theme().page.margin_right
    assert theme.slide == Theme().slide


def test_a_further_page_is_as_the_first_one_where_it_says_nothing(loaded: Loaded) -> None:
    theme, found = loaded("page: {size: Letter, body: 12}\npages: {handout: {body: 9}, plain: {}}\n")

    assert found == []
    assert theme.on_page("handout").page == replace(theme.page, body=9)
    assert (theme.on_page("plain").page, theme.on_page("").page.size) == (theme.page, "Letter")


def test_lists_and_families_are_replaced_whole(loaded: Loaded) -> None:
    theme, faults = loaded("""\
slide: {body: [30, 24, 20]}
fonts:
  print: {text: Own}
  families: {Own: {regular: fonts/a.ttf}}
""")

    assert not faults
    assert theme.slide.body == (30.0, 24.0, 20.0)
    assert (theme.fonts.print.text, theme.fonts.families["Own"].regular) == ("Own", "fonts/a.ttf")
    assert theme.fonts.print.heading == Theme().fonts.print.heading


@pytest.mark.parametrize(
    "text, fault",
    [
        ("colours: {ink: red}\n", "bad-colour 1:16"),
        ("colours: {ink: '#12345'}\n", "bad-colour 1:16"),
        ("colours: {inc: '#123456'}\n", "unknown-key 1:11"),
        ("page: {size: A3}\n", "unknown-value 1:14"),
        ("page: {body: wide}\n", "bad-length 1:14"),
        ("page: {body: 0}\n", "bad-length 1:14"),
        ("page: {margin_top: 3 parsec}\n", "bad-length 1:20"),
        ("page: {bleed: -1}\n", "bad-length 1:15"),
        ("page: {bleed: 4 in}\n", "bad-length 1:15"),
        ("page: {marks: [crop, fold]}\n", "unknown-value 1:22"),
        ("page: {front_matter: letters}\n", "unknown-value 1:22"),
        ("page: {duplex: inner}\n", "wrong-type 1:16"),
        ("slide: {title: 9999999}\n", "bad-length 1:16"),
        ("page: 3\n", "wrong-type 1:7"),
        ("colours: [a]\n", "wrong-type 1:10"),
        ("fonts: {families: {A: {bold: a.ttf}}}\n", "missing-key 1:23"),
    ],
)
def test_what_is_refused_is_told_at_its_place(text: str, fault: str, loaded: Loaded) -> None:
    assert fault in loaded(text)[1]


# -- lengths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [("10", 10.0), ("10.5 pt", 10.5), ("25.4 mm", 72.0), ("2.54cm", 72.0), ("1 in", 72.0), ("-3pt", -3.0)],
)
def test_a_length_is_points(text: str, expected: float) -> None:
    assert points(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "mm", "1 m", "1,5 mm", "1e3", "١٢ px"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length"):
        points(text)


def test_paper_and_emu() -> None:
    assert PAPER["A4"] == pytest.approx((595.28, 841.89), abs=0.01)
    assert emu(MM * 10) == 360_000  # ECMA-376 part 1, 20.1.10.16


@pytest.mark.parametrize("key, size", [("body", 13.5), ("table", 11)])
def test_text_on_slides_is_not_too_small_to_read(key: str, size: float, loaded: Loaded) -> None:
    assert loaded(f"slide:\n  {key}: [24, {size}]\n")[1] == [f"bad-length 2:{len(key) + 10}"]
    assert loaded(f"slide:\n  {key}: [24, {size + 1}]\n")[1] == []
