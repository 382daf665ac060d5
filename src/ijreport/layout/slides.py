"""A document → its slides: blocks are gathered under titles, given a layout, and continued where they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text
from ijreport.document.resolve import headings
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.cover import long_date
from ijreport.layout.items import Frame, Item, LayoutName, Slide, moved
from ijreport.layout.pieces import Piece, PieceMaker, stack_height, text_height
from ijreport.layout.slide_foot import Foot, above, foot_frame, said_in, set_foot
from ijreport.layout.slide_frames import LINE, SlideLayout
from ijreport.layout.speaker_notes import set_notes
from ijreport.layout.text import SetParagraph, TextStyle
from ijreport.layout.typesetter import Typesetter
from ijreport.source import Span

_VISUALS = (blocks.Chart, blocks.Figure)
_TEXTS = (blocks.Heading, blocks.Paragraph, blocks.List, blocks.CodeBlock)
_SIDE_BY_SIDE = 2
_RULE = 5.0
"""The width of the rule beside a quotation."""

T = TypeVar("T")


@dataclass(slots=True)
class _Draft:
    """What belongs on one slide, or on it and its continuations."""

    title: Inlines
    level: int
    span: Span | None
    ids: list[str] = field(default_factory=list)
    layout: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)


def arrange(
    document: Document,
    shown: Typesetter,
    spoken: Typesetter,
    wording: Wording,
    layouts: Mapping[LayoutName, SlideLayout],
    project: Project,
    diagnostics: Diagnostics,
    stretch: tuple[int, int] = (0, 1),
) -> tuple[Slide, ...]:
    """All slides, the cover first. `shown` sets what is on slides, `spoken` their notes.

    Of a `stretch` (number, count), counted from 0, only those of one of so many stretches of about the same length.
    What cannot be made to fit is an error at its place.
    """
    return _Arrangement(document, shown, spoken, wording, layouts, project, diagnostics).run(*stretch)


class _Arrangement:
    def __init__(
        self,
        document: Document,
        shown: Typesetter,
        spoken: Typesetter,
        wording: Wording,
        layouts: Mapping[LayoutName, SlideLayout],
        project: Project,
        diagnostics: Diagnostics,
    ) -> None:
        self.document = document
        self.shown = shown
        self.spoken = spoken
        self.theme = shown.theme
        self.wording = wording
        self.diagnostics = diagnostics
        self.layouts = layouts
        self.pieces = PieceMaker(document, shown, project, diagnostics)
        self.furnished: dict[LayoutName, list[Item]] = {}

    def run(self, number: int, count: int) -> tuple[Slide, ...]:
        drafts = self.drafts()
        slides = [] if number else [self.cover()]
        for draft in drafts[len(drafts) * number // count : len(drafts) * (number + 1) // count]:
            slides += self.slides(draft)
        return tuple(slides)

    # -- drafts ------------------------------------------------------------------------------------------------

    def drafts(self) -> list[_Draft]:
        """Blocks gathered under the slide they belong to: `#` and `##` begin one, `---` continues on a new one."""
        drafts: list[_Draft] = []
        title: Inlines = (Text(self.document.metadata.title),)
        for block in self.document.blocks:
            match block:
                case blocks.Heading() if block.level <= 2:
                    drafts.append(_Draft(block.content, block.level, block.span, [block.id], block.layout))
                    title = block.content
                case blocks.Break():
                    drafts.append(_Draft(title, 2, block.span))
                case blocks.Notes():
                    if not drafts:
                        drafts.append(_Draft(title, 2, block.span))
                    drafts[-1].notes += block.blocks
                case _:
                    if not drafts or (drafts[-1].level == 1 and not self.fits_section(drafts[-1], block)):
                        drafts.append(_Draft(title, 2, block.span))
                    drafts[-1].blocks.append(block)
        return [draft for draft in drafts if draft.ids or draft.blocks or draft.notes]

    def fits_section(self, draft: _Draft, block: Block) -> bool:
        """Whether a block can stand on a divider slide: one paragraph does, where its frame holds it."""
        if draft.blocks or not isinstance(block, blocks.Paragraph):
            return False
        layout = self.layouts["section"]
        frame = layout.body[0]
        pieces = self.measured((block,), layout, frame.width, layout.body_size, Diagnostics())
        return stack_height(pieces, layout.body_size) <= frame.height

    # -- layouts -----------------------------------------------------------------------------------------------

    def slides(self, draft: _Draft) -> list[Slide]:
        name = self.layout_name(draft)
        layout = self.layouts[name]
        content = tuple(draft.blocks)
        foot = self.foot((*draft.title, *said_in(tuple(draft.blocks))), layout)
        layout = above(layout, foot)
        match name:
            case "section" | "closing":
                parts = self.flow(content, layout, layout.body[0], draft, slot=True, sizes=(layout.body_size,))
            case "columns" if len(content) == 1:
                parts = self.side_by_side(content, layout, draft)
            case "figure":
                if beside := self.beside(content, layout):
                    parts = [beside]
                else:
                    layout = above(self.layouts["content"], foot)
                    parts = self.flow(content, layout, layout.area, draft, slot=True)
            case "quote":
                sizes = tuple(dict.fromkeys((layout.body_size, *self.theme.slide.body)))
                parts = self.flow(content, layout, layout.body[0], draft, slot=True, sizes=sizes)
                parts = [self.ruled(part, layout) for part in parts]
            case _:
                parts = self.flow(content, layout, layout.area, draft, slot=name in ("content", "columns"))
        if len(parts) == 1:
            return [self.slide(draft, layout, parts[0], foot, 1, 1)]
        return [
            self.slide(draft, layout, part, self.foot((*draft.title, *part.said), layout), number, len(parts))
            for number, part in enumerate(parts, 1)
        ]

    def layout_name(self, draft: _Draft) -> LayoutName:
        """The layout asked for, or the one that suits the blocks."""
        kinds = [type(block) for block in draft.blocks]
        visuals = sum(kind in _VISUALS for kind in kinds)
        texts = sum(kind in _TEXTS for kind in kinds)
        columns = bool(kinds) and _two_of_text(draft.blocks[0]) and not texts
        figure = visuals == 1 and texts > 0 and visuals + texts == len(kinds)
        if draft.layout:
            place = draft.span.narrow(draft.layout) if draft.span else None
            if draft.layout not in self.layouts:
                hint = did_you_mean(draft.layout, self.layouts)
                self.diagnostics.error("unknown-layout", f"there is no slide layout '{draft.layout}'", place, hint)
            elif (draft.layout == "columns" and not columns) or (draft.layout == "figure" and not figure):
                wanted = "two columns of text" if draft.layout == "columns" else "text and one chart or picture"
                message = f"the layout '{draft.layout}' is for {wanted}, and nothing else"
                self.diagnostics.error("unfit-layout", message, place, "leave it out: it is chosen where it suits")
            else:
                return next(name for name in self.layouts if name == draft.layout)
        if draft.level == 1:
            return "section"
        if kinds == [blocks.Quote]:
            return "quote"
        if columns:
            return "columns"
        if figure:
            return "figure"
        if kinds and kinds[0] is blocks.Table and not texts:
            return "table"
        return "content" if texts or blocks.Listing in kinds or blocks.Quote in kinds else "stats"

    # -- arranging ---------------------------------------------------------------------------------------------

    def flow(
        self,
        content: Blocks,
        layout: SlideLayout,
        frame: Frame,
        draft: _Draft,
        *,
        slot: bool,
        sizes: tuple[float, ...] = (),
    ) -> list[_Part]:
        """Blocks below each other in one frame: at the largest size that needs the fewest slides."""
        best: tuple[float, list[list[Piece]], Diagnostics] | None = None
        for size in sizes or self.theme.slide.body:
            found = Diagnostics()
            pieces = self.measured(content, layout, frame.width, size, found)
            parts = self.split(pieces, frame.height, size, draft, found)
            if best is None or (found.errors, len(parts)) < (best[2].errors, len(best[1])):
                best = (size, parts, found)
            if len(parts) <= 1 and not found.errors:
                break
        assert best is not None  # there is at least one size
        size, parts, found = best
        for fault in found:
            self.diagnostics.add(fault)
        return [self.part(pieces, layout, frame, size, slot) for pieces in parts]

    def measured(
        self, content: Blocks, layout: SlideLayout, width: float, size: float, found: Diagnostics
    ) -> list[Piece]:
        """The pieces at a size; what is said about them counts only if that size is taken."""
        own = self.pieces.diagnostics, self.shown.diagnostics
        self.pieces.diagnostics = self.shown.diagnostics = found
        pieces = self.pieces.all(content, layout, width, size)
        self.pieces.diagnostics, self.shown.diagnostics = own
        return pieces

    def part(self, pieces: list[Piece], layout: SlideLayout, frame: Frame, size: float, slot: bool) -> _Part:
        """Pieces as items in their frame; its first texts fill the layout's body slots if there are any to fill."""
        used = stack_height(pieces, size)
        placed = [
            moved(item, frame.x, frame.y)
            for item in self.pieces.placed(pieces, layout, frame.width, frame.height, size)
        ]
        alone = len(placed) == 1
        slots = iter(range(len(layout.body) if slot else 0))
        for number, item in enumerate(placed):
            if isinstance(item, items.Text) and item.placeholder:
                free = next(slots, None)
                whole = replace(item, frame=frame) if alone else item
                placed[number] = replace(item, placeholder="") if free is None else replace(whole, slot=free)
        said = tuple(one for piece in pieces for one in piece.source)
        return _Part(tuple(placed), said, size / layout.body_size, used / frame.height if frame.height else 0.0)

    def side_by_side(self, content: Blocks, layout: SlideLayout, draft: _Draft) -> list[_Part]:
        """Two columns of text in the two body slots; each goes on in its own column of the next slide."""
        block = content[0]
        assert isinstance(block, blocks.Columns)  # what makes the layout be chosen
        best: tuple[list[_Part], Diagnostics] | None = None
        for size in self.theme.slide.body:
            found = Diagnostics()
            columns = []
            for column, frame in zip(block.columns, layout.body, strict=True):
                pieces = self.measured(column, layout, frame.width, size, found)
                split = self.split(pieces, frame.height, size, draft, found)
                columns.append([self.part(one, layout, frame, size, True) for one in split])
            parts = []
            for number in range(max(map(len, columns))):
                row = [column[number] for column in columns if number < len(column)]
                slots = [
                    replace(item, slot=slot) if isinstance(item, items.Text) else item
                    for slot, column in enumerate(columns)
                    if number < len(column)
                    for item in column[number].items
                ]
                said = tuple(one for part in row for one in part.said)
                parts.append(_Part(tuple(slots), said, row[0].shrunk, max(part.fill for part in row)))
            if best is None or (found.errors, len(parts)) < (best[1].errors, len(best[0])):
                best = (parts, found)
            if len(parts) == 1 and not found.errors:
                break
        assert best is not None  # there is at least one size
        parts, found = best
        for fault in found:
            self.diagnostics.add(fault)
        return parts

    def ruled(self, part: _Part, layout: SlideLayout) -> _Part:
        """A quotation with the rule at its left, as high as the text, where the layout leaves room for one."""
        text = layout.body[0]
        if text.x - layout.area.x < _RULE:
            return part
        rule = Frame(layout.area.x, text.y, _RULE, part.fill * text.height)
        return replace(part, items=(*part.items, items.Shape(rule, "rectangle", fill=self.theme.colours.warm)))

    def beside(self, content: Blocks, layout: SlideLayout) -> _Part | None:
        """Text on the left of a chart or picture; None where the text does not fit there."""
        visual = next(block for block in content if isinstance(block, _VISUALS))
        text = tuple(block for block in content if block is not visual)
        left, right = layout.body
        for size in self.theme.slide.body:
            found = Diagnostics()
            pieces = self.measured(text, layout, left.width, size, found)
            if stack_height(pieces, size) <= left.height and not len(found):
                parts = self.part(pieces, layout, left, size, True)
                shown = self.part(self.pieces.all((visual,), layout, right.width, size), layout, right, size, False)
                fill = max(parts.fill, shown.fill)
                return _Part(parts.items + shown.items, parts.said + shown.said, parts.shrunk, fill)
        return None

    def split(
        self, pieces: list[Piece], height: float, size: float, draft: _Draft, found: Diagnostics
    ) -> list[list[Piece]]:
        """Pieces in as few parts as fit a height, as evenly filled as that allows."""
        pieces = [part for piece in pieces for part in self.fitting(piece, height, draft, found)]
        parts = _filled(pieces, height, size)
        if len(parts) <= 1:
            return parts
        low, high = 0.0, height
        for _ in range(10):  # halving: the least height that needs no more parts
            middle = (low + high) / 2
            tried = _filled(pieces, middle, size)
            if len(tried) <= len(parts) and all(stack_height(part, size) <= height for part in tried):
                parts, high = tried, middle
            else:
                low = middle
        return parts

    def fitting(self, piece: Piece, height: float, draft: _Draft, found: Diagnostics) -> list[Piece]:
        """A piece that is too high for any slide, cut between its lines; an error where it has none."""
        whole = stack_height([piece], 1.0)
        if whole <= height + 0.01:
            return [piece]
        if piece.is_text and piece.paragraphs[0].style.leading <= height:
            lines = int(height // piece.paragraphs[0].style.leading)
            head, tail = piece.paragraphs[0].split(lines)
            first = replace(piece, height=head.height, paragraphs=(head,))
            return [first, *self.fitting(replace(piece, height=tail.height, paragraphs=(tail,)), height, draft, found)]
        message = f"this is {whole:.0f} pt high and cannot be parted, but its frame on a slide has {height:.0f} pt"
        found.error("does-not-fit", message, piece.span or draft.span, "shorten it, or give it a slide of its own")
        return [piece]

    # -- one slide ---------------------------------------------------------------------------------------------

    def slide(
        self, draft: _Draft, layout: SlideLayout, part: _Part, foot: tuple[SetParagraph, ...], number: int, parts: int
    ) -> Slide:
        mark = self.wording.part.format(part=number, parts=parts) if parts > 1 else ""
        title = (*draft.title, Text(mark)) if mark else draft.title
        found: list[Item] = [self.title(title, layout, draft), *part.items]
        if foot:
            found.append(items.Text(foot_frame(layout, foot), foot, "foot", name="Sources"))
        if layout.furniture:
            found += self.furniture(layout)
        notes = set_notes(tuple(draft.notes), self.spoken, self.diagnostics) if number == 1 else ()
        text = blocks.plain(title)
        section = text if draft.level == 1 else ""
        inner = (heading.id for heading in headings(tuple(draft.blocks)))
        ids = (*draft.ids, *inner) if number == 1 else ()
        return Slide(layout.name, text, tuple(found), notes, section, ids, part.shrunk, part.fill)

    def title(self, content: Inlines, layout: SlideLayout, draft: _Draft) -> Item:
        """The title at the largest of the layout's sizes at which its frame holds it."""
        frame = layout.title
        slot = layout.slots.get(("title", 0))
        colour = slot.colour if slot else layout.title_colour

        def at(share: float) -> SetParagraph:
            size = layout.title_size * share
            style = TextStyle(size, size * LINE, colour, "heading", bold=layout.title_bold)
            return self.shown.set(content, style, frame.width, draft.span)

        def needed(text: SetParagraph) -> float:
            if not layout.title_capitals:
                return text.height
            # It is written as it is, and shown in capitals by its placeholder.
            shouted = (Text(blocks.plain(content).upper()),)
            return max(text.height, self.shown.set(shouted, text.style, frame.width, draft.span).height)

        text = _largest(at, layout.title_steps, frame.height, needed)
        if needed(text) > frame.height + 0.01:
            room = int(frame.height // text.style.leading)
            message = f"this title takes {len(text.lines)} lines; its frame holds {room}"
            self.diagnostics.error("does-not-fit", message, draft.span, "shorten the title")
        return items.Text(frame, (text,), "title", name="Title")

    def furniture(self, layout: SlideLayout) -> list[Item]:
        """The footer, date and slide number that every slide of a layout carries."""
        if layout.name not in self.furnished:
            self.furnished[layout.name] = self.furniture_of(layout)
        return self.furnished[layout.name]

    def furniture_of(self, layout: SlideLayout) -> list[Item]:
        def line(text: str, frame: Frame, place: items.PlaceholderType, align: blocks.Align) -> Item:
            slot = layout.slots.get((place, 0))
            style = TextStyle(layout.footer_size, layout.footer_size * LINE, layout.muted_colour, align=align)
            if slot:
                size = slot.size
                style = replace(style, size=size, leading=size * LINE, colour=slot.colour, align=slot.look.align)
                while size > layout.footer_size and self.shown.natural_width((Text(text),), style) > frame.width:
                    size = max(0.95 * size, layout.footer_size)
                    style = replace(style, size=size, leading=size * LINE)
            while len(text) > 1 and self.shown.natural_width((Text(text),), style) > frame.width:
                text = text[:-2].rstrip() + "…"
            return items.Text(frame, (self.shown.set((Text(text),), style, frame.width),), place, name=place)

        texts: tuple[tuple[str, Frame, items.PlaceholderType, blocks.Align], ...] = (
            (self.document.metadata.title, layout.footer, "footer", "left"),
            (long_date(self.document.metadata), layout.date, "date", "right"),
            ("0", layout.slide_number, "slide-number", "right"),
        )
        return [line(*one) for one in texts if one[0] and one[1].height]

    def foot(self, said: Inlines, layout: SlideLayout) -> Foot:
        return set_foot(said, self.document, self.wording, layout, self.shown, self.diagnostics)

    # -- the cover ---------------------------------------------------------------------------------------------

    def cover(self) -> Slide:
        layout = self.layouts["cover"]
        metadata = self.document.metadata
        draft = _Draft((Text(metadata.title),), 1, metadata.span)
        found: list[Item] = [self.title(draft.title, layout, draft)]
        byline = tuple(
            filter(
                None,
                (" · ".join(filter(None, (metadata.organisation, ", ".join(metadata.authors)))), long_date(metadata)),
            )
        )
        if not layout.foot.height:  # a template's cover has one text for all of it
            lines = tuple(filter(None, (metadata.subtitle,)))
            if lines or byline:
                found.append(self.block_of(lines, layout, layout.body[0], layout.body_size, "body", byline))
            return Slide("cover", metadata.title, tuple(found))
        if metadata.subtitle:
            found.append(self.block_of((metadata.subtitle,), layout, layout.body[0], layout.body_size, "body"))
        if byline:
            found.append(self.block_of(byline, layout, layout.foot, layout.foot_size, "foot"))
        return Slide("cover", metadata.title, tuple(found))

    def block_of(
        self,
        lines: tuple[str, ...],
        layout: SlideLayout,
        frame: Frame,
        size: float,
        place: items.PlaceholderType,
        small: tuple[str, ...] = (),
    ) -> Item:
        """Lines in a frame, and smaller ones below them, at the largest size at which it holds them."""

        def at(share: float) -> list[SetParagraph]:
            style = TextStyle(size * share, size * share * LINE, layout.body_colour)
            apart = replace(style, space_after=0.5 * style.size) if small else style
            below = replace(style, size=0.75 * style.size, leading=0.75 * style.leading)
            return [
                *(self.shown.set((Text(line),), apart, frame.width) for line in lines),
                *(self.shown.set((Text(line),), below, frame.width) for line in small),
            ]

        texts = _largest(at, layout.text_steps, frame.height, text_height)
        if text_height(texts) > frame.height + 0.01:
            self.diagnostics.error(
                "does-not-fit", f"'{(*lines, *small)[0][:40]}…' is too long for the cover of the deck"
            )
        return items.Text(frame, tuple(texts), place, name="Subtitle" if place == "body" else "Byline")


@dataclass(frozen=True, slots=True)
class _Part:
    """The content of one slide: its items, what they say, and how much they were shrunk and fill."""

    items: tuple[Item, ...]
    said: Inlines
    shrunk: float
    fill: float


def _largest(at: Callable[[float], T], shares: tuple[float, ...], room: float, height: Callable[[T], float]) -> T:
    """What is made at the first share that is no higher than the room; else at the last one."""
    for share in shares[:-1]:
        made = at(share)
        if height(made) <= room + 0.01:
            return made
    return at(shares[-1])


def _filled(pieces: list[Piece], height: float, size: float) -> list[list[Piece]]:
    """Greedy: each part takes pieces until the next one would not fit; one that follows another takes it along."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        part = parts[-1]
        if part and stack_height([*part, piece], size) > height + 0.01:
            along = [part.pop()] if piece.follows and len(part) > 1 else []
            if along and stack_height([*along, piece], size) > height + 0.01:
                parts.append(along)
                along = []
            parts.append(along)
        parts[-1].append(piece)
    return parts


def _two_of_text(block: Block) -> bool:
    return (
        isinstance(block, blocks.Columns)
        and len(block.columns) == _SIDE_BY_SIDE
        and all(isinstance(one, _TEXTS) for column in block.columns for one in column)
    )
