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
from ijreport.layout.print.back_references import cited_in, citing, page_anchor
from ijreport.layout.print.cover import cover_page
from ijreport.layout.print.filling import Filled, NotePart, fill
from ijreport.layout.print.galley import StripMaker
from ijreport.layout.print.strips import Strip, compose, folded, stacked
from ijreport.layout.print.styles import PrintStyles, print_styles
from ijreport.layout.print.title_block import title_strips
from ijreport.layout.structure import Structure
from ijreport.layout.typesetting.text import TextStyle
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
    cited: Mapping[str, Sequence[int]]
    """The pages that cite each source, from 0, where that is told."""
    done: bool
    """Whether its footnotes end where its text does, and not on pages after that."""


class Surroundings(Struct, frozen=True):
    """What all stretches of a document are for one of them: what came before it, and what the whole is."""

    first: int
    """The number of its first page."""
    total: int
    section: str
    notes: frozenset[int]
    numbers: Mapping[str, str]
    """The page of each anchor, and those that cite a source."""


def surroundings(extents: Sequence[Extent]) -> list[Surroundings]:
    """Those of each stretch, in order."""
    total = sum(extent.pages for extent in extents)
    numbers: dict[str, str] = {}
    before = []
    cited: dict[str, list[str]] = {}
    first, section, notes = 1, "", frozenset[int]()
    for extent in extents:
        before.append((first, section, notes))
        numbers |= {anchor: str(first + page) for anchor, page in extent.places.items()}
        for source, pages in extent.cited.items():
            cited.setdefault(source, []).extend(str(first + page) for page in pages)
        first += extent.pages
        section = section if extent.section is None else extent.section
        notes |= extent.notes
    numbers |= {citing(source): " ".join(pages) for source, pages in cited.items()}
    return [Surroundings(first, total, section, notes, numbers) for first, section, notes in before]


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
    (whole,) = stretches(document, 1)
    passes = 0
    while True:
        passes += 1
        paginator = Paginator(document, whole, typesetter, wording, project, diagnostics)
        extent = paginator.fill()
        (around,) = surroundings([extent])
        done = settled([extent], around.numbers)
        if done or passes == PASSES:
            if not done:
                unsettled(document, diagnostics)
            return paginator.pages(around)
        typesetter.pages = around.numbers


class Paginator:
    """Lays out one stretch of a document; the first one has the cover, if the theme wants one."""

    def __init__(
        self,
        document: Document,
        stretch: Stretch,
        typesetter: Typesetter,
        wording: Wording,
        project: Project,
        diagnostics: Diagnostics,
    ) -> None:
        self.document = document = numbered(document, typesetter.theme.page.numbering)
        self.stretch = stretch
        self.typesetter = typesetter
        self.wording = wording
        self.styles = print_styles(typesetter.theme)
        self.structure = Structure(typesetter.language)
        self.maker = StripMaker(document, self.styles, typesetter, wording, project, diagnostics, self.structure)
        self.cover: list[Page] = []
        self.head: list[Strip] = []
        self.filled: list[Filled] = []

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
        return Extent(
            len(self.cover) + len(self.filled),
            places,
            section,
            frozenset(part.number for page in self.filled for part in page.notes),
            self.typesetter.asked,
            self.cited() if self.typesetter.theme.page.back_references else {},
            not self.filled or bool(self.filled[-1].stacks),
        )

    def cited(self) -> dict[str, list[int]]:
        """The pages that cite each source, from 0."""
        found: dict[str, list[int]] = {}
        said: set[int] = set()
        for number, page in enumerate(self.filled, len(self.cover)):
            fresh = [part for part in page.notes if not (part.begins and part.number in said)]
            said |= {part.number for part in page.notes}
            content = [item for stack in page.stacks for item in compose(stack.strips, {})[0]]
            content += [item for _, item in _foot(fresh, self.styles)[0]]
            for source in cited_in(content):
                found.setdefault(source, []).append(number)
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
        furnish = _Furniture(self.document, styles, self.typesetter, self.wording)
        pages = [*self.cover]
        section = around.section
        said = set(around.notes)
        for number, page in enumerate(self.filled, around.first + len(self.cover)):
            content: list[Item] = []
            anchors: list[Anchor] = []
            for stack in page.stacks:
                found, places = compose(stack.strips, around.numbers)
                content += [moved(item, stack.x, styles.top) for item in found]
                anchors += places
            opens = anchors and anchors[0].level == 1 and not anchors[0].y
            shown = anchors[0].title if opens else section
            section = next((a.title for a in reversed(anchors) if a.level == 1), section)
            foot, foot_anchors = _foot(page.notes, styles)
            anchors = [*(replace(a, y=a.y + styles.top) for a in anchors), *foot_anchors]
            furniture = furnish(number, around.total, shown, titled=bool(self.head) and number == 1)
            if foot:
                furniture.append(_note_rule(foot[0][1], styles, self.typesetter))
            again = {part.number for part in page.notes if part.begins} & said
            content += [item for note, item in foot if note not in again]
            furniture += [item for note, item in foot if note in again]  # said once, printed wherever it is referred to
            said |= {part.number for part in page.notes}
            anchors += [page_anchor(number)] * self.typesetter.theme.page.back_references
            pages.append(Page(styles.width, styles.height, tuple(content), tuple(furniture), tuple(anchors)))
        return tuple(pages)


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


def _foot(parts: list[NotePart], styles: PrintStyles) -> tuple[list[tuple[int, Item]], list[Anchor]]:
    """The page's footnotes with their numbers, their last line at the foot of the text area."""
    placed: list[tuple[int, Item]] = []
    anchors: list[Anchor] = []
    y = styles.bottom - sum(part.height for part in parts)
    for part in parts:
        content, _ = compose(stacked(part.strips), {})
        placed += [(part.number, moved(item, 0.0, y)) for item in content]
        if part.begins:
            anchors.append(Anchor(f"{OWN}note-{part.number}", y))
        y += part.height
    return placed, anchors


def _note_rule(first: Item, styles: PrintStyles, typesetter: Typesetter) -> Item:
    frame = Frame(styles.text_left, first.frame.y - 6.0, 80.0, 0.0)
    return items.Shape(frame, "line", stroke=typesetter.theme.colours.muted, stroke_width=0.5)


# -- heads and feet --------------------------------------------------------------------------------------------


class _Furniture:
    """What every page but the cover carries besides its content."""

    def __init__(self, document: Document, styles: PrintStyles, typesetter: Typesetter, wording: Wording) -> None:
        self._title = document.metadata.title
        self._styles = styles
        self._typesetter = typesetter
        self._wording = wording

    def __call__(self, page: int, pages: int, section: str, titled: bool) -> list[Item]:
        """Head and foot; no head on a page that begins with the title itself (`titled`)."""
        styles, colours = self._styles, self._typesetter.theme.colours
        head = styles.top * 0.5
        foot = styles.bottom + (styles.height - styles.bottom) * 0.42
        rule = Frame(styles.left, head + styles.running.leading + 3, styles.full, 0.0)
        left, right = styles.running, replace(styles.running, align="right")
        number = self._wording.page.format(page=page, pages=pages)
        below = self._line(number, right, foot, styles.full, styles.left)
        if titled:
            return [below]
        return [
            self._line(self._title, left, head, styles.full * 0.6, styles.left),
            self._line(section, right, head, styles.full * 0.4, styles.left + styles.full * 0.6),
            items.Shape(rule, "line", stroke=colours.rule, stroke_width=0.6),
            below,
        ]

    def _line(self, text: str, style: TextStyle, y: float, width: float, x: float) -> Item:
        """One line, cut with an ellipsis where it is too long: the whole title stands on the cover."""
        shown = text
        while len(shown) > 1 and self._typesetter.natural_width((Text(shown),), style) > width - 4:
            shown = shown[:-2].rstrip() + "…"
        paragraph = self._typesetter.set((Text(shown),), style, width)
        return items.Text(Frame(x, y, width, style.leading), (paragraph,))
