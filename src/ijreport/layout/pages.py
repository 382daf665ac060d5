"""A document → its printed pages: strips are filled into pages, then heads, feet and numbers are added."""

from __future__ import annotations

from dataclasses import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Document, Inlines, Text
from ijreport.document.numbering import numbered
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.cover import cover_page
from ijreport.layout.filling import NotePart, fill
from ijreport.layout.galley import StripMaker
from ijreport.layout.items import Anchor, Frame, Item, Page, moved
from ijreport.layout.print_styles import PrintStyles, print_styles
from ijreport.layout.strips import Strip, compose, folded, stacked
from ijreport.layout.structure import Structure
from ijreport.layout.text import TextStyle
from ijreport.layout.title_block import title_strips
from ijreport.layout.typesetter import Typesetter

PASSES = 5
"""How often a text is set that tells its own pages; two are enough for nearly all."""


def paginate(
    document: Document, typesetter: Typesetter, wording: Wording, project: Project, diagnostics: Diagnostics
) -> tuple[Page, ...]:
    """All pages, the cover first if the theme wants one. What cannot fit on a page is an error at its place.

    Where the text tells pages, it is set again with the numbers that came out, until these stay as they are. They may
    never do: a number that grows by a digit may drive what it tells of to another page, which has one less.
    """
    pages: tuple[Page, ...] = ()
    for _ in range(PASSES):
        pages, numbers = _paginated(document, typesetter, wording, project, diagnostics)
        if all(numbers[target] == page for target, page in typesetter.asked.items()):
            return pages
        typesetter.pages = numbers
    message = "the pages that cross-references tell change whenever they are set; some may be wrong by one"
    diagnostics.warning("unsettled-pages", message, document.metadata.span, "change the text a little")
    return pages


def _paginated(
    document: Document, typesetter: Typesetter, wording: Wording, project: Project, diagnostics: Diagnostics
) -> tuple[tuple[Page, ...], dict[str, str]]:
    """All pages, and the number of the page that each id stands on."""
    styles = print_styles(typesetter.theme)
    document = numbered(document, typesetter.theme.page.numbering)
    structure = Structure(typesetter.language)
    title = typesetter.theme.page.cover
    cover = (cover_page(document.metadata, styles, typesetter, structure),) if title == "page" else ()
    maker = StripMaker(document, styles, typesetter, wording, project, diagnostics, structure)
    head = title_strips(maker, document.metadata) if title == "head" else []
    strips = folded([*head, *maker.whole()])
    if not strips and not cover:  # a file has a page, and a page says something
        strips = folded(title_strips(maker, document.metadata))
    notes = {n: folded(_note(n, note, maker, styles)) for n, note in enumerate(document.footnotes, 1)}
    filled = fill(strips, styles.bottom - styles.top, notes)
    first = len(cover) + 1
    total = len(cover) + len(filled)
    numbers = {
        anchor.id: str(first + at)
        for at, page in enumerate(filled)
        for stack in page.stacks
        for _, strip in stack.strips
        for anchor in strip.anchors
    }
    furnish = _Furniture(document, styles, typesetter, wording)
    pages = list(cover)
    section = ""
    said: set[int] = set()
    for at, page in enumerate(filled):
        content: list[Item] = []
        anchors: list[Anchor] = []
        for stack in page.stacks:
            found, places = compose(stack.strips, numbers)
            content += [moved(item, stack.x, styles.top) for item in found]
            anchors += places
        opens = anchors and anchors[0].level == 1 and not anchors[0].y
        shown = anchors[0].title if opens else section
        section = next((a.title for a in reversed(anchors) if a.level == 1), section)
        foot, foot_anchors = _foot(page.notes, styles)
        anchors = [*(replace(a, y=a.y + styles.top) for a in anchors), *foot_anchors]
        furniture = furnish(first + at, total, shown, titled=bool(head) and not at)
        if foot:
            furniture.append(_note_rule(foot[0][1], styles, typesetter))
        again = {part.number for part in page.notes if part.begins} & said
        content += [item for number, item in foot if number not in again]
        furniture += [item for number, item in foot if number in again]  # said once, printed wherever it is referred to
        said |= {part.number for part in page.notes}
        pages.append(Page(styles.width, styles.height, tuple(content), tuple(furniture), tuple(anchors)))
    return tuple(pages), numbers


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
            anchors.append(Anchor(f"note-{part.number}", y))
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
