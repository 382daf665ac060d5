"""Whatever is written in the dialect: the deck is valid and keeps the overflow contract, or its author is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openxml_audit import OpenXmlValidator

from ijreport.diagnostics import ContentError, Diagnostics
from tests.generated import GENERATED, broken
from tests.rendered import Built, built, measure, printed, sheets

ProjectFactory = Callable[..., Path]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
TOLD = {"does-not-fit", "word-too-wide", "empty-title", "label-too-long", "not-shown", "pie-as-bars"}
"""What an author may be told of such decks."""
DECKS, BATCH = 200, 50


def made(markdown: str, project: ProjectFactory, out: Path) -> Built | None:
    """The deck; None where its author is told what cannot be shown."""
    diagnostics = Diagnostics()
    folder = project({"templates/deck.md.j2": f"{{% raw %}}\n{markdown}\n{{% endraw %}}\n"})
    try:
        return built(folder, out, diagnostics)
    except ContentError:
        return None
    finally:
        assert {one.code for one in diagnostics} <= TOLD


def check(markdown: str, project: ProjectFactory, out: Path) -> None:
    deck = made(markdown, project, out)
    if deck:
        assert list(broken(deck.slides)) == []
        assert OpenXmlValidator().validate(deck.deck).errors == []


@given(markdown=GENERATED)
@settings(max_examples=8, suppress_health_check=QUIET)
def test_a_generated_deck_is_valid_and_keeps_the_contract(
    markdown: str, project: ProjectFactory, tmp_path: Path
) -> None:
    check(markdown, project, tmp_path / "out")


@pytest.mark.slow
@given(markdown=GENERATED)
@settings(max_examples=150, suppress_health_check=QUIET)
def test_many_generated_decks_are_valid_and_keep_the_contract(
    markdown: str, project: ProjectFactory, tmp_path: Path
) -> None:
    check(markdown, project, tmp_path / "out")


@pytest.fixture(scope="module")
def generated() -> list[str]:
    """Decks as Hypothesis writes them, none simplified."""
    found: list[str] = []

    @given(markdown=GENERATED)
    @settings(max_examples=DECKS, phases=[Phase.generate], database=None, suppress_health_check=QUIET)
    def gather(markdown: str) -> None:
        found.append(markdown)

    gather()
    return found


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_libreoffice_sets_generated_decks_as_they_were_laid_out(
    generated: list[str], project: ProjectFactory, tmp_path: Path
) -> None:
    """Many in one file, so that LibreOffice starts but a few times."""
    found = []
    for start in range(0, DECKS, BATCH):
        fitting = [one for one in generated[start : start + BATCH] if made(one, project, tmp_path / "out")]
        deck = made("\n\n".join(fitting), project, tmp_path / "out")
        assert deck is not None
        assert len(fitting) > BATCH / 3
        found.append(measure(deck.slides, sheets(printed(deck.deck, tmp_path))))
    predicted, shown = sum(one.predicted for one in found), sum(one.shown for one in found)

    assert [one.faults for one in found] == [()] * len(found)
    assert shown <= predicted <= 1.03 * shown


@pytest.mark.slow
@pytest.mark.external("ooxml-validator")
@pytest.mark.parametrize("start", range(0, DECKS, BATCH))
def test_the_open_xml_sdk_finds_generated_decks_valid(
    start: int,
    generated: list[str],
    project: ProjectFactory,
    tmp_path: Path,
    open_xml_sdk: Callable[[Path], list[object]],
) -> None:
    fitting = [one for one in generated[start : start + BATCH] if made(one, project, tmp_path / "out")]
    deck = made("\n\n".join(fitting), project, tmp_path / "out")

    assert deck is not None
    assert open_xml_sdk(deck.deck) == []
