"""A document → its printed pages: strips are filled into pages, then heads, feet and numbers are added.

It may be laid out in stretches, by which nothing changes: each one is set and filled by itself, and then told of what
came before it and of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import OWN, Document, Inlines, Text
from ijreport.document.numbering import numbered
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.items import Anchor, Frame, Item, Page, moved
from ijreport.layout.print.cover import cover_page
from ijreport.layout.print.filling import Filled, NotePart, fill
from ijreport.layout.print.furniture import Furniture
from ijreport.layout.print.galley import StripMaker
from ijreport.layout.print.mentions import mentions, page_anchor, ranges
from ijreport.layout.print.page_labels import PageLabels, body, with_body_apart
from ijreport.layout.print.sheet import sheet
from ijreport.layout.print.strips import Strip, compose, folded, stacked
from ijreport.layout.print.styles import PrintStyles, print_styles
from ijreport.layout.print.title_block import title_strips
from ijreport.layout.structure import Structure
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.typesetter import Typesetter

PASSES = 5
"""How often a text is set that tells its own pages; two are enough for nearly all."""


class Stretch(Struct, frozen=True):
    """The blocks of a document from one place to another."""

    start: int
    stop: int


class Extent(Struct, frozen=True):
    """What those who lay out other stretches of a document must know of one."""

    pages: int
    places: Mapping[str, int]
    """The page on which each of its anchors stands, the first page being 0."""
    section: str | None
    """The title that goes on at its end; None where the one before does."""
    notes: frozenset[int]
    """The footnotes that stand on its pages."""
    asked: Mapping[str, str]
    """The pages that it tells behind cross-references and sources."""
    mentioned: Mapping[str, Sequence[int]]
    """The pages that mention each source and entry of the index, from 0, where that is told."""
    body: int | None
    """The page that the body begins with, where its pages are numbered apart, and if it begins here."""
    done: bool
    """Whether its footnotes end where its text does, and not on pages after that."""


class Surroundings(Struct, frozen=True):
    """What all stretches of a document are for one of them: what came before it, and what the whole is."""

    first: int
    """The number of its first page, of all from 1."""
    labels: PageLabels
    section: str
    notes: frozenset[int]
    numbers: Mapping[str, str]
    """The page of each anchor, and those that mention a source or an entry of the index."""


def surroundings(extents: Sequence[Extent], duplex: bool) -> list[Surroundings]:
    """Those of each stretch, in order.

    Where paper is printed on both sides (`duplex`), the body begins on a right-hand page, if need be behind a blank
    one: else its odd numbers were on left-hand pages.
    """
    front = _front(extents)
    blank = front % 2 if duplex else 0
    labels = PageLabels(front + blank, sum(extent.pages for extent in extents) + blank)
    numbers: dict[str, str] = {}
    before = []
    mentioned: dict[str, list[int]] = {}
    first, section, notes = 1, "", frozenset[int]()
    for extent in extents:
        before.append((first, section, notes))
        begins = extent.pages if extent.body is None else extent.body
        places = [first + page + blank * (page >= begins) for page in range(extent.pages)]
        numbers |= {anchor: labels(places[page]) for anchor, page in extent.places.items()}
        for name, pages in extent.mentioned.items():
            mentioned.setdefault(name, []).extend(places[page] for page in pages)
        first += extent.pages + blank * (extent.body is not None)
        section = section if extent.section is None else extent.section
        notes |= extent.notes
    numbers |= {name: ranges(pages, labels) for name, pages in mentioned.items()}
    return [Surroundings(first, labels, section, notes, numbers) for first, section, notes in before]


def _front(extents: Sequence[Extent]) -> int:
    """How many pages stand before the body."""
    before = 0
    for extent in extents:
        if extent.body is not None:
            return before + extent.body
        before += extent.pages
    return 0


def paged(document: Document, theme: Theme) -> Document:
    """The document as it is laid out on pages: its headings numbered, its body on pages of its own."""
    document = numbered(document, theme.page.numbering)
    return with_body_apart(document, theme.page.cover == "page") if theme.page.front_matter == "roman" else document


def stretches(document: Document, count: int) -> list[Stretch]:
    """The document in no more than so many stretches of about as many blocks each.

    A stretch begins where a page is sure to begin, so that none depends on how another one's pages are filled.
    """
    content = document.blocks
    breaks = [at for at, block in enumerate(content) if isinstance(block, blocks.Break)]
    cuts = [0]
    for part in range(1, count):
        ideal = len(content) * part / count
        nearest = min(breaks, key=lambda at: abs(at - ideal), default=0)
        if nearest > cuts[-1]:
            cuts.append(nearest)
    return [Stretch(start, stop) for start, stop in pairwise((*cuts, len(content)))]


def settled(extents: Sequence[Extent], numbers: Mapping[str, str]) -> bool:
    """Whether the pages that the text tells are those that came out."""
    return all(numbers.get(target, "") == page for extent in extents for target, page in extent.asked.items())


def unsettled(document: Document, diagnostics: Diagnostics) -> None:
    """Warn that the pages which the text tells never were those that came out."""
    message = "the pages that the text tells change whenever they are set; some may be wrong by one"
    diagnostics.warning("unsettled-pages", message, document.metadata.span, "change the text a little")


def paginate(
    document: Document, typesetter: Typesetter, wording: Wording, project: Project, diagnostics: Diagnostics
) -> tuple[Page, ...]:
    """All pages, the cover first if the theme wants one. What cannot fit on a page is an error at its place.

    Where the text tells pages, behind cross-references or sources, it is set again with the numbers that came out,
    until these stay as they are. They may never do: a number that grows by a digit may drive what it tells of to
    another page, which has one less.
    """
    document = paged(document, typesetter.theme)
    (whole,) = stretches(document, 1)
    passes = 0
    while True:
        passes += 1
        paginator = Paginator(document, whole, typesetter, wording, project, diagnostics)
        extent = paginator.fill()
        (around,) = surroundings([extent], typesetter.theme.page.duplex)
        done = settled([extent], around.numbers)
        if done or passes == PASSES:
            if not done:
                unsettled(document, diagnostics)
            return paginator.pages(around)
        typesetter.pages = around.numbers


class Paginator:
    """Lays out one stretch of a `paged` document; the first one has the cover, if the theme wants one."""

    def __init__(
        self,
        document: Document,
        stretch: Stretch,
        typesetter: Typesetter,
        wording: Wording,
        project: Project,
        diagnostics: Diagnostics,
    ) -> None:
        self.document = document
        self.stretch = stretch
        self.typesetter = typesetter
        self.wording = wording
        self.styles = print_styles(typesetter.theme)
        self.structure = Structure(typesetter.language)
        self.maker = StripMaker(document, self.styles, typesetter, wording, project, diagnostics, self.structure)
        self.cover: list[Page] = []
        self.head: list[Strip] = []
        self.filled: list[Filled] = []
        self.begins: int | None = None
        """The page that the body begins with, from 0, where its pages are numbered apart."""

    def fill(self) -> Extent:
        """Set the stretch and part it into pages."""
        styles, metadata = self.styles, self.document.metadata
        title = self.typesetter.theme.page.cover
        if self.stretch.start:
            self.structure.begin_within(_headings(self.document.blocks[: self.stretch.start]))
        elif title == "page":
            self.cover = [cover_page(metadata, styles, self.typesetter, self.structure)]
        elif title == "head":
            self.head = title_strips(self.maker, metadata)
        content = self.document.blocks[self.stretch.start : self.stretch.stop]
        strips = folded([*self.head, *self.maker.whole(content)])
        if not strips and not self.cover and len(content) == len(self.document.blocks):
            strips = folded(title_strips(self.maker, metadata))  # a file has a page, and a page says something
        self.filled = fill(strips, styles.bottom - styles.top, self.notes())
        section = None
        places: dict[str, int] = {}
        for number, page in enumerate(self.filled, len(self.cover)):
            for stack in page.stacks:
                for _, strip in stack.strips:
                    for anchor in strip.anchors:
                        places[anchor.id] = number
                        section = anchor.title if anchor.level == 1 else section
        if self.typesetter.theme.page.front_matter == "roman":
            self.begins = places.get(self.body)
        return Extent(
            len(self.cover) + len(self.filled),
            places,
            section,
            frozenset(part.number for page in self.filled for part in page.notes),
            self.typesetter.asked,
            self.mentioned() if self.tells_pages else {},
            self.begins,
            not self.filled or bool(self.filled[-1].stacks),
        )

    @property
    def tells_pages(self) -> bool:
        """Whether the pages are told that mention something."""
        return self.document.indexed or self.typesetter.theme.page.back_references

    @property
    def body(self) -> str:
        """The id of the heading that the body begins with; none where there is no such heading."""
        at = body(self.document.blocks, self.typesetter.theme.page.cover == "page")
        heading = self.document.blocks[at] if at is not None else None
        return heading.id if isinstance(heading, blocks.Heading) else ""

    def mentioned(self) -> dict[str, list[int]]:
        """The pages that mention each source and each entry of the index, from 0."""
        found: dict[str, list[int]] = {}
        said: set[int] = set()
        for number, page in enumerate(self.filled, len(self.cover)):
            fresh = [part for part in page.notes if not (part.begins and part.number in said)]
            said |= {part.number for part in page.notes}
            content = [item for stack in page.stacks for item in compose(stack.strips, {})[0]]
            content += [item for _, item in _foot(fresh, self.styles)[0]]
            for name in mentions(content):
                found.setdefault(name, []).append(number)
        return found

    def notes(self) -> dict[int, list[Strip]]:
        """The footnotes that the stretch refers to, and those that these refer to."""
        made: dict[int, list[Strip]] = {}
        while wanted := sorted(self.structure.noted - made.keys()):
            for number in wanted:
                content = self.document.footnotes[number - 1]
                made[number] = folded(_note(number, content, self.maker, self.styles))
        return made

    def pages(self, around: Surroundings) -> tuple[Page, ...]:
        """The finished pages."""
        styles = self.styles
        furnish = Furniture(self.document, styles, self.typesetter, self.wording)
        labels = around.labels
        pages = [replace(cover, label=labels(around.first)) for cover in self.cover]
        section = around.section
        said = set(around.notes)
        for place, page in enumerate(self.filled, len(self.cover)):
            if place == self.begins and around.first + place == labels.front:
                pages.append(self.blank(labels.front, furnish, labels))
            number = around.first + len(pages)
            shift = self.shift(number)
            content: list[Item] = []
            anchors: list[Anchor] = []
            for stack in page.stacks:
                found, places = compose(stack.strips, around.numbers)
                content += [moved(item, stack.x + shift, styles.top) for item in found]
                anchors += places
            opens = anchors and anchors[0].level == 1 and not anchors[0].y
            shown = anchors[0].title if opens else section
            section = next((a.title for a in reversed(anchors) if a.level == 1), section)
            foot, foot_anchors = _foot(page.notes, styles, shift)
            anchors = [*(replace(a, y=a.y + styles.top) for a in anchors), *foot_anchors]
            furniture = furnish(number, labels, shown, titled=bool(self.head) and number == 1, shift=shift)
            if foot:
                furniture.append(_note_rule(foot[0][1], styles.text_left + shift, self.typesetter))
            again = {part.number for part in page.notes if part.begins} & said
            content += [item for note, item in foot if note not in again]
            furniture += [item for note, item in foot if note in again]  # said once, printed wherever it is referred to
            said |= {part.number for part in page.notes}
            label = labels(number)
            anchors += [page_anchor(label)] * self.tells_pages
            pages.append(Page(styles.width, styles.height, tuple(content), tuple(furniture), tuple(anchors), label))
        on = sheet(self.typesetter.theme, styles)
        return tuple(replace(page, sheet=on) for page in pages) if on else tuple(pages)

    def shift(self, number: int) -> float:
        """How far the content of a page stands right of where it was set: left-hand pages have the margins mirrored."""
        page = self.typesetter.theme.page
        return page.margin_right - page.margin_left if page.duplex and number % 2 == 0 else 0.0

    def blank(self, number: int, furnish: Furniture, labels: PageLabels) -> Page:
        """A left-hand page without content, but for its number."""
        foot = furnish(number, labels, "", titled=True, shift=self.shift(number))
        return Page(self.styles.width, self.styles.height, (), tuple(foot), label=labels(number))


def _headings(content: blocks.Blocks) -> Iterator[int]:
    """The levels of the headings under which what follows the blocks stands, if nothing else begins."""
    for block in content:
        if isinstance(block, blocks.Heading):
            yield block.level
        elif isinstance(block, blocks.Columns) and len(block.columns) == 1:
            yield from _headings(block.columns[0])


# -- footnotes -------------------------------------------------------------------------------------------------


def _note(number: int, content: blocks.Blocks, maker: StripMaker, styles: PrintStyles) -> list[Strip]:
    """A footnote's strips, set small, its number before its first paragraph."""
    body = styles.body
    small = replace(styles.small, colour=body.colour, breaking=body.breaking, justified=body.justified)
    width = styles.right - styles.text_left
    strips: list[Strip] = []
    structure = maker.structure
    with structure.inside(structure.note(number)):
        label = structure.add("Lbl")
        for place, block in enumerate(content):
            if isinstance(block, blocks.Paragraph):
                mark: Inlines = (Text(f"{number} ", blocks.Style(strong=True)),) if place == 0 else ()
                strips += maker.paragraph(
                    (*mark, *block.content), small, styles.text_left, width, mark=label if mark else None
                )
            else:
                made = maker.block(block, styles.text_left, width, wide=False)
                maker.check_height(made, block)
                strips += made
    return strips


def _foot(
    parts: list[NotePart], styles: PrintStyles, shift: float = 0.0
) -> tuple[list[tuple[int, Item]], list[Anchor]]:
    """The page's footnotes with their numbers, their last line at the foot of the text area, `shift` points right."""
    placed: list[tuple[int, Item]] = []
    anchors: list[Anchor] = []
    y = styles.bottom - sum(part.height for part in parts)
    for part in parts:
        content, _ = compose(stacked(part.strips), {})
        placed += [(part.number, moved(item, shift, y)) for item in content]
        if part.begins:
            anchors.append(Anchor(f"{OWN}note-{part.number}", y))
        y += part.height
    return placed, anchors


def _note_rule(first: Item, x: float, typesetter: Typesetter) -> Item:
    frame = Frame(x, first.frame.y - 6.0, 80.0, 0.0)
    return items.Shape(frame, "line", stroke=typesetter.theme.colours.muted, stroke_width=0.5)
