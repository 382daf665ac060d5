"""What a document marks for its index + the pages it stands on → the strips of the index, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Document, IndexEntry, Inlines, Text
from ijreport.document.collation import Key, collation_key, initial
from ijreport.document.walking import inlines_of, printed
from ijreport.layout.print.mentions import indexing, page_links
from ijreport.layout.print.strips import Flow, Strip, blank
from ijreport.layout.print.text_strips import TextStrips
from ijreport.layout.typesetting.text import SetParagraph, TextStyle

LEAST_COLUMN = 15.0
"""The width of a column, in ems, that is not gone below; nor are there more than three columns."""
STEP = 1.2
"""How far, in ems, lines but the first of an entry, and what stands below it, are indented."""


class _Entry(Struct):
    """A part of an entry. `told` are its own pages, where it has any; `sort` is how it is read, if that is said."""

    name: str
    sort: str = ""
    told: str = ""
    below: dict[str, _Entry] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return collation_key(self.sort or self.name)

    def ordered(self) -> list[_Entry]:
        return sorted(self.below.values(), key=lambda entry: entry.key)


def index_strips(maker: TextStrips, x: float, width: float, wide: bool) -> list[Strip]:
    """The entries under their letters, each with its pages; in columns of the page where they are `wide`."""
    small = maker.styles.small
    style = replace(small, colour=maker.styles.body.colour, leading=small.size * 1.28)
    flow = None
    if wide and maker.styles.columns == 1:
        gutter = maker.styles.gutter
        x, width = maker.styles.left, maker.styles.full
        count = max(1, min(3, int((width + gutter) / (LEAST_COLUMN * style.size + gutter))))
        width = (width - (count - 1) * gutter) / count
        flow = Flow(count, width + gutter, style.leading)
    strips: list[Strip] = []
    with maker.structure.inside(maker.structure.add("Index")):
        for letter, group in groupby(_entries(maker).ordered(), key=lambda entry: initial(entry.sort or entry.name)):
            with maker.structure.inside(maker.structure.add("L")):
                if letter:
                    strips += _letter(maker, letter, style, x, width)
                for entry in group:
                    strips += _strips(maker, entry, style, x, width)
            strips += blank(style.leading * 0.8)
    return [replace(strip, flow=flow) for strip in strips]


def marks(document: Document) -> Iterator[IndexEntry]:
    """What is marked for the index, in all that is printed."""
    for content in (document.blocks, *document.footnotes):
        for block in printed(content):
            for text in inlines_of(block):
                for one in text:
                    if isinstance(one, (Text, blocks.Acronym)):
                        yield from one.index


def _entries(maker: TextStrips) -> _Entry:
    """The tree of all entries, with the pages of those that were marked themselves."""
    root = _Entry("")
    known: Mapping[str, str] = maker.typesetter.pages
    for mark in marks(maker.document):
        entry = root
        for name in mark.path:
            entry = entry.below.setdefault(name, _Entry(name))
        key = indexing(mark)
        entry.told = maker.typesetter.asked[key] = known.get(key, "")
        entry.sort = entry.sort or mark.sort
    return root


def _letter(maker: TextStrips, letter: str, style: TextStyle, x: float, width: float) -> list[Strip]:
    headed = replace(style, bold=True, colour=maker.theme.colours.primary, family="heading")
    return [replace(one, keep=True) for one in maker.paragraph((Text(letter),), headed, x, width, role="Caption")]


def _strips(maker: TextStrips, entry: _Entry, style: TextStyle, x: float, width: float) -> list[Strip]:
    """An entry's lines, and below it those that belong to it."""
    step = STEP * style.size
    content: Inlines = (Text(entry.name),)
    if entry.told:
        content = (*content, Text(", "), *page_links(entry.told))
    with maker.structure.inside(maker.structure.add("LBody", maker.structure.add("LI"))):
        text = _hanging(maker.typesetter.set(content, style, width, indent=step), step)
        text = maker.structure.tagged(text, maker.structure.add("P"))
        strips = maker.lines(text, x, 0.0)
        if entry.below:
            strips = [replace(strip, keep=True) for strip in strips]
            with maker.structure.inside(maker.structure.add("L")):
                for inner in entry.ordered():
                    strips += _strips(maker, inner, style, x + step, width - step)
    return strips


def _hanging(text: SetParagraph, by: float) -> SetParagraph:
    """An indented text whose first line is not indented."""
    first, *rest = text.lines
    runs = tuple((x - by, run) for x, run in first.runs)
    return replace(text, lines=(replace(first, runs=runs), *rest))
