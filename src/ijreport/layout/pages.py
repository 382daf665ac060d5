"""A document → its printed pages: strips are filled into pages, then heads, feet and numbers are added."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Document, Inlines, Text
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.cover import cover_page
from ijreport.layout.galley import StripMaker
from ijreport.layout.items import Anchor, Frame, Item, Page, moved
from ijreport.layout.print_styles import PrintStyles, print_styles
from ijreport.layout.strips import Strip, compose, folded, stacked, stacked_height
from ijreport.layout.structure import Structure
from ijreport.layout.text import TextStyle
from ijreport.layout.typesetter import Typesetter


@dataclass(slots=True)
class _Filled:
    """The content of one page: strips at their y (from the top of the text area), and its footnotes."""

    strips: list[tuple[float, Strip]]
    notes: list[int]


def paginate(
    document: Document, typesetter: Typesetter, wording: Wording, project: Project, diagnostics: Diagnostics
) -> tuple[Page, ...]:
    """All pages, the cover first. What cannot fit on a page is an error at its place."""
    styles = print_styles(typesetter.theme)
    structure = Structure(typesetter.language)
    cover = cover_page(document.metadata, styles, typesetter, structure)
    maker = StripMaker(document, styles, typesetter, wording, project, diagnostics, structure)
    strips = folded(maker.all(document.blocks, styles.text_left, styles.measure))
    notes = {n: _note(n, note, maker, styles) for n, note in enumerate(document.footnotes, 1)}
    heights = {number: stacked_height(lines) for number, lines in notes.items()}
    room = styles.bottom - styles.top
    filled = _fill(strips, room, heights)
    first = 2  # the cover is page 1
    for number, page in enumerate(filled, first):
        _check_notes(number, page, heights, room, document, diagnostics)
    total = len(filled) + 1
    numbers = {
        anchor.id: str(first + at)
        for at, page in enumerate(filled)
        for _, strip in page.strips
        for anchor in strip.anchors
    }
    furnish = _Furniture(document, styles, typesetter, wording)
    pages = [cover]
    section = ""
    said: set[int] = set()
    for at, page in enumerate(filled):
        content, anchors = compose(page.strips, numbers)
        opens = anchors and anchors[0].level == 1 and not anchors[0].y
        shown = anchors[0].title if opens else section
        section = next((a.title for a in reversed(anchors) if a.level == 1), section)
        placed = [moved(item, 0.0, styles.top) for item in content]
        foot, foot_anchors = _foot(page.notes, notes, heights, styles)
        anchors = [*(replace(a, y=a.y + styles.top) for a in anchors), *foot_anchors]
        furniture = furnish(first + at, total, shown)
        if foot:
            furniture.append(_note_rule(foot[0][1], styles, typesetter))
        placed += [item for number, item in foot if number not in said]
        furniture += [item for number, item in foot if number in said]  # said once, printed wherever it is referred to
        said.update(page.notes)
        pages.append(Page(styles.width, styles.height, tuple(placed), tuple(furniture), tuple(anchors)))
    return tuple(pages)


# -- filling ---------------------------------------------------------------------------------------------------

_NOTE_SPACE = 14.0
"""Above the first footnote of a page, with its rule."""


def _fill(strips: list[Strip], height: float, notes: dict[int, float]) -> list[_Filled]:
    """Strips into pages of a height: each page ends at the last place before its end where it may.

    Where a chain of strips that keep together is higher than a page, it is parted all the same.
    """
    pages: list[_Filled] = []
    at = 0
    while at < len(strips):
        page = _Filled([], [])
        y = 0.0
        foot = 0.0
        first = at
        head = strips[at].header
        if head:
            y = head.header.height
        while at < len(strips):
            strip = strips[at]
            if strip.forced and at > first:
                break
            fresh = [note for note in dict.fromkeys(strip.notes) if note not in page.notes]
            wanted = sum(notes.get(note, 0.0) + 2.0 for note in fresh)
            if wanted and not page.notes:
                wanted += _NOTE_SPACE
            before = strip.before if at > first else 0.0
            if y + before + strip.height + foot + wanted > height + 0.01 and at > first:
                at = _break(strips, first, at)
                break
            y += before
            page.strips.append((y, strip))
            page.notes += fresh
            y += strip.height
            foot += wanted
            at += 1
        page.strips = page.strips[: at - first]
        page.notes = list(dict.fromkeys(note for _, strip in page.strips for note in strip.notes))
        pages.append(page)
    return pages


def _check_notes(
    number: int, page: _Filled, heights: dict[int, float], room: float, document: Document, diagnostics: Diagnostics
) -> None:
    """Report footnotes that do not fit on the page with the line that refers to them: they are never parted."""
    y, last = page.strips[-1]
    foot = sum(heights[note] + 2.0 for note in page.notes) + _NOTE_SPACE
    if page.notes and y + last.height + foot > room + 0.01:
        longest = max(page.notes, key=lambda note: heights[note])
        place = next((block.span for block in document.footnotes[longest - 1]), None)
        message = f"the footnotes of page {number} are {foot:.0f} pt high and do not fit below the text they belong to"
        diagnostics.error("does-not-fit", message, place, "shorten them, or say it in the text")


def _break(strips: list[Strip], first: int, at: int) -> int:
    """The last place up to `at` where a page that began at `first` may end."""
    best = at
    while best > first and strips[best - 1].keep:
        best -= 1
    return best if best > first else at


def _note(number: int, content: blocks.Blocks, maker: StripMaker, styles: PrintStyles) -> list[Strip]:
    """A footnote's strips, set small, its number before its first paragraph."""
    small = replace(styles.small, colour=styles.body.colour)
    strips: list[Strip] = []
    structure = maker.structure
    with structure.inside(structure.note(number)):
        label = structure.add("Lbl")
        for place, block in enumerate(content):
            if isinstance(block, blocks.Paragraph):
                mark: Inlines = (Text(f"{number} ", blocks.Style(strong=True)),) if place == 0 else ()
                strips += maker.paragraph(
                    (*mark, *block.content), small, styles.text_left, styles.measure, mark=label if mark else None
                )
            else:
                strips += maker.block(block, styles.text_left, styles.measure, wide=False)
    return strips


def _foot(
    numbers: list[int], notes: dict[int, list[Strip]], heights: dict[int, float], styles: PrintStyles
) -> tuple[list[tuple[int, Item]], list[Anchor]]:
    """The page's footnotes with their numbers, their last line at the foot of the text area."""
    placed: list[tuple[int, Item]] = []
    anchors: list[Anchor] = []
    y = styles.bottom - sum(heights[number] + 2.0 for number in numbers)
    for number in numbers:
        content, _ = compose(stacked(notes[number]), {})
        placed += [(number, moved(item, 0.0, y)) for item in content]
        anchors.append(Anchor(f"note-{number}", y))
        y += heights[number] + 2.0
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

    def __call__(self, page: int, pages: int, section: str) -> list[Item]:
        styles, colours = self._styles, self._typesetter.theme.colours
        head = styles.top * 0.5
        foot = styles.bottom + (styles.height - styles.bottom) * 0.42
        rule = Frame(styles.left, head + styles.running.leading + 3, styles.full, 0.0)
        left, right = styles.running, replace(styles.running, align="right")
        number = self._wording.page.format(page=page, pages=pages)
        return [
            self._line(self._title, left, head, styles.full * 0.6, styles.left),
            self._line(section, right, head, styles.full * 0.4, styles.left + styles.full * 0.6),
            items.Shape(rule, "line", stroke=colours.rule, stroke_width=0.6),
            self._line(number, right, foot, styles.full, styles.left),
        ]

    def _line(self, text: str, style: TextStyle, y: float, width: float, x: float) -> Item:
        """One line, cut with an ellipsis where it is too long: the whole title stands on the cover."""
        shown = text
        while len(shown) > 1 and self._typesetter.natural_width((Text(shown),), style) > width - 4:
            shown = shown[:-2].rstrip() + "…"
        paragraph = self._typesetter.set((Text(shown),), style, width)
        return items.Text(Frame(x, y, width, style.leading), (paragraph,))
