"""A deck of content that asks for more room than slides have, set by LibreOffice: all of it is there, in its frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Block, Document, Metadata
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins, Stamps
from ijreport.document.resolve import inlines_of
from ijreport.layout.items import Slide
from tests.rendered import Sheet, bare, built, measure, printed, sheets

PROJECT = Path(__file__).resolve().parent / "torture"


@dataclass(frozen=True)
class Torture:
    deck: Path
    slides: tuple[Slide, ...]
    document: Document
    diagnostics: Diagnostics


@pytest.fixture(scope="module")
def torture(tmp_path_factory: pytest.TempPathFactory) -> Torture:
    out = tmp_path_factory.mktemp("torture")
    diagnostics = Diagnostics()
    made = built(PROJECT, out, diagnostics)
    markdown = (out / ".rendered" / "deck.md").read_text(encoding="utf-8")
    document = parse(Origins("deck.md", markdown, Stamps()), Metadata(""), Diagnostics())
    return Torture(made.deck, made.slides, document, diagnostics)


@pytest.fixture(scope="module")
def pages(torture: Torture, tmp_path_factory: pytest.TempPathFactory) -> list[Sheet]:
    return sheets(printed(torture.deck, tmp_path_factory.mktemp("printed")))


def test_only_words_too_wide_are_told_of(torture: Torture) -> None:
    assert {one.code for one in torture.diagnostics} == {"word-too-wide"}


def test_it_is_valid(torture: Torture) -> None:
    assert OpenXmlValidator().validate(torture.deck).errors == []


@pytest.mark.external("ooxml-validator")
def test_the_open_xml_sdk_finds_it_valid(torture: Torture, open_xml_sdk: Callable[[Path], list[object]]) -> None:
    assert open_xml_sdk(torture.deck) == []


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_nothing_leaves_its_frame_and_lines_are_as_predicted(torture: Torture, pages: list[Sheet]) -> None:
    found = measure(torture.slides, pages)

    assert found.faults == ()
    assert found.shown <= found.predicted <= 1.03 * found.shown


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_every_word_is_shown_or_spoken_in_order(torture: Torture, pages: list[Sheet]) -> None:
    shown = Reader("".join(page.letters for page in pages))
    spoken = Reader(
        "".join(bare("".join(run.text for run in one.runs)) for slide in torture.slides for one in slide.notes)
    )
    for block in torture.document.blocks:
        if isinstance(block, blocks.Notes):
            spoken.read(words(block.blocks))
        elif isinstance(block, blocks.Columns):
            shown.read(*(list(words(column)) for column in block.columns))
        else:
            shown.read(words((block,)))
    noted = [word for content in torture.document.footnotes for word in words(content)]

    assert shown.missed == []
    assert spoken.missed == []
    assert [word for word in noted if word not in shown.letters] == []


class Reader:
    """Looks for words in letters, each behind the one before it."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        self.at = 0
        self.missed: list[str] = []

    def read(self, *streams: Sequence[str] | Iterator[str]) -> None:
        """Read streams that stand beside each other, each in its own order."""
        ends = []
        for stream in streams:
            at = self.at
            for word in stream:
                found = self.letters.find(word, at)
                if found < 0:
                    self.missed.append(word)
                else:
                    at = found + len(word)
            ends.append(at)
        self.at = max(ends, default=self.at)


def words(content: Sequence[Block]) -> Iterator[str]:
    """What is to be read of blocks, in order. Charts draw their own text."""
    for block in content:
        match block:
            case blocks.Columns():
                for column in block.columns:
                    yield from words(column)
            case blocks.List():
                for item in block.items:
                    yield from words(item.blocks)
            case blocks.CodeBlock():
                yield from block.text.split()
            case blocks.Stats():
                for stat in block.items:
                    yield from f"{stat.value} {blocks.plain(stat.label)} {blocks.plain(stat.note)}".split()
            case blocks.Timeline():
                for event in block.events:
                    yield from f"{event.when} {blocks.plain(event.title)} {blocks.plain(event.text)}".split()
            case blocks.Quote():
                yield from words(block.blocks)
                yield from blocks.plain(block.attribution).split()
            case blocks.Callout():
                yield from blocks.plain(block.title).split()
                yield from words(block.blocks)
            case blocks.Chart() | blocks.Figure():
                continue
            case _:
                for line in inlines_of(block):
                    yield from blocks.plain(line).split()
