"""A document + a deck made of it, printed → the words of the one that are not in the other, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ijreport.document import blocks
from ijreport.document.blocks import Block, Document
from ijreport.document.walking import inlines_of
from ijreport.layout.items import Slide
from tests.rendered import Sheet, bare, folded


def missed(document: Document, slides: Sequence[Slide], pages: Sequence[Sheet]) -> list[str]:
    """Words that do not follow those before them, on slides or in their notes. Footnotes may stand on any slide."""
    shown = Reader("".join(page.letters for page in pages))
    spoken = Reader("".join(bare("".join(run.text for run in one.runs)) for slide in slides for one in slide.notes))
    for block in document.blocks:
        if isinstance(block, blocks.Notes):
            spoken.read(words(block.blocks))
        elif isinstance(block, blocks.Columns):
            shown.read(*(list(words(column)) for column in block.columns))
        elif isinstance(block, blocks.Table) and block.merged:  # which go on beside several rows
            titles = (column.title for column in block.columns)
            cells = zip(titles, *block.rows, strict=True)
            shown.read(*([word for cell in column for word in blocks.plain(cell).split()] for column in cells))
            shown.read(blocks.plain(block.caption).split())
        else:
            shown.read(words((block,)))
    noted = (word for content in document.footnotes for word in words(content))
    return [*shown.missed, *spoken.missed, *(word for word in noted if folded(word) not in shown.letters)]


class Reader:
    """Looks for words in letters, each behind the one before it."""

    def __init__(self, letters: str) -> None:
        self.letters = folded(letters)
        self.at = 0
        self.missed: list[str] = []

    def read(self, *streams: Sequence[str] | Iterator[str]) -> None:
        """Read streams that stand beside each other, each in its own order."""
        ends = []
        for stream in streams:
            at = self.at
            for word in stream:
                found = self.letters.find(folded(word), at)
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
