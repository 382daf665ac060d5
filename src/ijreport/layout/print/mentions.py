"""Items → what they mention, a source or an entry of the index, and back: the pages that do, as links to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from ijreport.document.blocks import OWN, IndexEntry, Inlines, Text
from ijreport.layout import items
from ijreport.layout.elements import PAGE
from ijreport.layout.items import Anchor, Item
from ijreport.layout.print.page_labels import PageLabels
from ijreport.layout.typesetting.text import SetParagraph

_SOURCE = f"#{OWN}source-"


def citing(source: str) -> str:
    """What the pages that cite a source are known by among the pages of ids, none of which has a space."""
    return f"citing {source}"


def indexing(entry: IndexEntry) -> str:
    """The same for the pages that an entry of the index tells."""
    return f"indexing {' > '.join(entry.path)}"


def mentions(content: Iterable[Item]) -> dict[str, None]:
    """What items cite, and what is marked in them for the index."""
    found: dict[str, None] = {}
    for text in _paragraphs(content):
        for look in (run.voice.look for line in text.lines for _, run in line.runs):
            if look.link.startswith(_SOURCE):
                found[citing(look.link.removeprefix(_SOURCE))] = None
            for entry in look.index:
                found[indexing(entry)] = None
    return found


def ranges(numbers: Sequence[int], labels: PageLabels) -> str:
    """Pages, in order, as they are told: `ii 4 7–9`. Two pages in a row are no range, nor are `iii` and `1`."""
    told = ""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1 and not labels.parts(rows[-1][-1]):
            rows[-1].append(number)
        else:
            rows.append([number])
    for row in rows:
        told += " " * bool(told)
        told += f"{labels(row[0])}–{labels(row[-1])}" if len(row) > 2 else " ".join(map(labels, row))
    return told


def page_links(told: str) -> Inlines:
    """`4, 7–9`, each number a link, of pages as `ranges` tells them."""
    found: list[Text] = []
    for stretch in told.split():
        for number, label in enumerate(stretch.split("–")):
            if found:
                found.append(Text("–" if number else ", "))
            found.append(Text(label, link=f"{PAGE}{label}"))
    return tuple(found)


def page_anchor(label: str) -> Anchor:
    """What the links to a page lead to: its top."""
    return Anchor(f"{PAGE}{label}".removeprefix("#"), 6.0)


def _paragraphs(content: Iterable[Item]) -> Iterator[SetParagraph]:
    for item in content:
        match item:
            case items.Text():
                yield from item.paragraphs
            case items.Table():
                for row in item.rows[item.header_rows if item.repeated else 0 :]:
                    for cell in row.cells:
                        yield from () if cell.repeated else cell.paragraphs
            case items.Group():
                yield from _paragraphs(item.items)
            case items.Shape() | items.Image() | items.Chart():
                pass
            case _:
                assert_never(item)
