"""Items → the sources that they cite, and back: the pages at the end of a source's entry, as links to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from ijreport.document.blocks import OWN, Inlines, Text
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.items import Anchor, Item
from ijreport.layout.typesetting.text import SetParagraph

_SOURCE = f"#{OWN}source-"


def citing(source: str) -> str:
    """What the pages that cite a source are known by among the pages of ids, none of which has a space."""
    return f"citing {source}"


def cited_in(content: Iterable[Item]) -> dict[str, None]:
    """The sources that items cite."""
    links = (run.voice.look.link for text in _paragraphs(content) for line in text.lines for _, run in line.runs)
    return {link.removeprefix(_SOURCE): None for link in links if link.startswith(_SOURCE)}


def told_pages(numbers: Sequence[int], wording: Wording) -> Inlines:
    """` p. 4, 7–9`, each number a link; nothing for a source of which no page is known."""
    told: list[Text] = []
    known = frozenset(numbers)
    for number in numbers:
        follows, goes_on = number - 1 in known, number + 1 in known
        if follows and goes_on:
            continue  # inside a range
        between = "–" if follows and number - 2 in known else ", "
        told.append(Text(between if told else f" {wording.cited_on}"))
        told.append(Text(str(number), link=f"#{page_anchor(number).id}"))
    return tuple(told)


def page_anchor(number: int) -> Anchor:
    """What the links to a page lead to: its top."""
    return Anchor(f"{OWN}page-{number}", 6.0)


def _paragraphs(content: Iterable[Item]) -> Iterator[SetParagraph]:
    for item in content:
        match item:
            case items.Text():
                yield from item.paragraphs
            case items.Table():
                for row in item.rows[item.header_rows if item.repeated else 0 :]:
                    for cell in row.cells:
                        yield from cell.paragraphs
            case items.Group():
                yield from _paragraphs(item.items)
            case items.Shape() | items.Image() | items.Chart():
                pass
            case _:
                assert_never(item)
