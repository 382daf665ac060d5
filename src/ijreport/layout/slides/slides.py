"""A document → its slides: blocks are gathered under titles, given a layout, and continued where they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Citation, Document, Inlines, Text
from ijreport.document.walking import through, walk
from ijreport.document.wording import Wording
from ijreport.layout import items
from ijreport.layout.items import Frame, Item, LayoutName, Slide, moved
from ijreport.layout.slides.continuation import Split, split
from ijreport.layout.slides.cover import cover_slide
from ijreport.layout.slides.drafts import Draft, agenda, anonymous, counted, gathered, stretch
from ijreport.layout.slides.foot import Foot, above, foot_frame, said_in, set_foot
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.furniture import SlideFurniture, fullest
from ijreport.layout.slides.notes import set_notes
from ijreport.layout.slides.pieces import LEAST_CHART, PieceMaker
from ijreport.layout.slides.placing import Placer, filled
from ijreport.layout.slides.stack import Piece, stack_height, text_height
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

_VISUALS = (blocks.Chart, blocks.Figure)
_TEXTS = (blocks.Heading, blocks.Paragraph, blocks.List, blocks.CodeBlock)
_SIDE_BY_SIDE = 2
_RULE = 5.0
"""The width of the rule beside a quotation."""

T = TypeVar("T")


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
        self.pieces = PieceMaker(document, shown, wording, project, diagnostics)
        self.placer = Placer(shown, project)
        self.furniture = SlideFurniture(document.metadata, shown)
        self.references = {one.id: one.content for one in document.references}
        self.agenda = ""

    def run(self, number: int, count: int) -> tuple[Slide, ...]:
        # What flows through two columns of a page stands on slides as if it did not.
        content = tuple(through(self.document.blocks))
        self.agenda = agenda(content)
        metadata = self.document.metadata
        title = (Text(metadata.title, span=metadata.span),)
        slides: list[Slide] = []
        if number == 0:
            slides.append(cover_slide(metadata, self.layouts["cover"], self.furniture, self.shown))
        for draft in gathered(stretch(content, number, count), title, self.fits_section, self.diagnostics):
            slides += self.slides(draft)
        return tuple(slides)

    def fits_section(self, draft: Draft, block: Block) -> bool:
        """Whether a block can stand on a divider slide: one paragraph does, where its frame holds it."""
        if draft.blocks or not isinstance(block, blocks.Paragraph):
            return False
        layout = self.layouts["section"]
        frame = layout.body[0]
        with self.telling(Diagnostics()):
            pieces = self.pieces.block(block, layout, frame.width, layout.body_size)
        return stack_height(pieces, layout.body_size) <= frame.height

    def slides(self, draft: Draft) -> list[Slide]:
        """The slides of a draft. Those of one that says the same, in this build or the last, are not laid out again."""
        draft = counted(draft, self.document.footnotes)
        content, ids = anonymous(tuple(draft.blocks))
        alike = replace(draft, blocks=[*content])
        depends = self.depends(alike)
        if depends is None:
            made, ids = self.laid_out(draft), {}
        else:
            made = self.shown.kept(depends, lambda: self.laid_out(alike))
        slides = [replace(slide, span=draft.span, ids=tuple(ids.get(id, id) for id in slide.ids)) for slide in made]
        slides[0] = replace(slides[0], ids=(*draft.ids, *slides[0].ids))
        return slides

    def depends(self, draft: Draft) -> Hashable | None:
        """All that the slides of a draft are made from; None where that is more than what is said on them."""
        content = tuple(draft.blocks)
        if any(isinstance(block, (blocks.Figure, blocks.Listing)) for block in walk(content)):
            return None
        said = (*draft.title, *said_in(content), *(one for note in draft.footnotes for one in said_in(note)))
        cited = (part.source for one in said if isinstance(one, Citation) for part in one.cited)
        sources = tuple(self.references[source] for source in cited)
        return (
            draft.title,
            draft.level,
            draft.layout,
            content,
            tuple(draft.notes),
            draft.footnotes,
            sources,
            self.back(draft),
        )

    # -- layouts -----------------------------------------------------------------------------------------------

    def laid_out(self, draft: Draft) -> list[Slide]:
        name = self.layout_name(draft)
        layout = self.layouts[name]
        foot = self.foot((*draft.title, *said_in(tuple(draft.blocks))), layout, draft)
        shorter = above(layout, foot)
        parts, found = self.attempt(draft, name, shorter)
        feet = [foot]
        if len(parts) > 1:
            # Each part tells its own sources: as much room is kept for them as the part with the most needs.
            kept: Foot = foot if shorter is layout else ()
            while True:
                if kept is not foot:
                    shorter = above(layout, kept)
                    parts, found = self.attempt(draft, name, shorter)
                feet = [self.foot((*draft.title, *part.said), layout, draft) for part in parts]
                most = max(feet, key=text_height)
                if text_height(most) <= text_height(kept):
                    break
                kept = most
        for fault in found:
            self.diagnostics.add(fault)
        return [
            self.slide(draft, shorter, part, foot, number, len(parts))
            for number, (part, foot) in enumerate(zip(parts, feet, strict=True), 1)
        ]

    def attempt(self, draft: Draft, name: LayoutName, layout: SlideLayout) -> tuple[list[_Part], Diagnostics]:
        """The parts of a draft, and what is said about them; it counts only if they are taken."""
        found = Diagnostics()
        with self.telling(found):
            return self.parts(draft, name, layout), found

    def parts(self, draft: Draft, name: LayoutName, layout: SlideLayout) -> list[_Part]:
        """What is on a slide and its continuations."""
        content = tuple(draft.blocks)
        match name:
            case "section" | "closing":
                return self.flow(content, layout, layout.body[0], draft, slot=True)
            case "columns" if len(content) == 1:
                return self.side_by_side(content, layout, draft)
            case "figure":
                beside = self.beside(content, layout)
                return [beside] if beside else self.flow(content, layout, layout.area, draft, slot=True)
            case "quote":
                sizes = tuple(dict.fromkeys((layout.body_size, *self.theme.slide.body)))
                parts = self.flow(content, layout, layout.body[0], draft, slot=True, sizes=sizes)
                return [self.ruled(part, layout) for part in parts]
            case _:
                return self.flow(content, layout, layout.area, draft, slot=name in ("content", "columns"))

    def layout_name(self, draft: Draft) -> LayoutName:
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
        if figure and min(frame.height for frame in self.layouts["figure"].body) >= LEAST_CHART:
            return "figure"
        if kinds and kinds[0] is blocks.Table and not texts:
            return "table"
        if kinds in ([blocks.Chart], [blocks.Figure]):
            return "content"
        return "content" if texts or blocks.Listing in kinds or blocks.Quote in kinds else "stats"

    # -- arranging ---------------------------------------------------------------------------------------------

    def flow(
        self,
        content: Blocks,
        layout: SlideLayout,
        frame: Frame,
        draft: Draft,
        *,
        slot: bool,
        sizes: tuple[float, ...] = (),
    ) -> list[_Part]:
        """Blocks below each other in one frame: at the largest size that needs the fewest slides, best parted."""

        def at(size: float) -> tuple[float, Split]:
            pieces = [self.pieces.block(block, layout, frame.width, size) for block in content]
            return size, split(pieces, frame.height, size, self.shown, draft.span, self.shown.diagnostics)

        size, made = self.best(at, sizes or self.theme.slide.body, lambda made: made[1].rank)
        parts = zip(made.parts, made.begun, strict=True)
        return [self.part(pieces, layout, frame, size, slot, begun) for pieces, begun in parts] or [_Part()]

    def best(self, at: Callable[[float], T], sizes: tuple[float, ...], rank: Callable[[T], tuple[int, int]]) -> T:
        """What is made at the largest size at which it takes one part; else at that which is best parted."""
        best: tuple[tuple[int, int, int], T, Diagnostics] | None = None
        for size in sizes:
            found = Diagnostics()
            with self.telling(found):
                made = at(size)
            order = (found.errors, *rank(made))
            if best is None or order < best[0]:
                best = order, made, found
            if rank(made)[0] <= 1 and not found.errors:
                break
        assert best is not None  # there is at least one size
        _, made, found = best
        for fault in found:
            self.shown.diagnostics.add(fault)
        return made

    @contextmanager
    def telling(self, found: Diagnostics) -> Iterator[None]:
        """Let `found` have what is said while something is tried."""
        own = self.pieces.diagnostics, self.shown.diagnostics
        self.pieces.diagnostics = self.shown.diagnostics = found
        try:
            yield
        finally:
            self.pieces.diagnostics, self.shown.diagnostics = own

    def part(
        self, pieces: Sequence[Piece], layout: SlideLayout, frame: Frame, size: float, slot: bool, begun: int
    ) -> _Part:
        """Pieces as items in their frame; its first texts fill the layout's body slots if there are any to fill."""
        used = stack_height(pieces, size)
        placed = [
            moved(item, frame.x, frame.y)
            for item in self.placer.placed(pieces, layout, frame.width, frame.height, size)
        ]
        alone = len(placed) == 1
        slots = iter(range(len(layout.body) if slot else 0))
        for number, item in enumerate(placed):
            if isinstance(item, items.Text) and item.placeholder:
                free = next(slots, None)
                whole = replace(item, frame=frame) if alone else item
                placed[number] = replace(item, placeholder="") if free is None else replace(whole, slot=free)
        said = tuple(one for piece in pieces for one in piece.source)
        ids = tuple(id for piece in pieces for id in piece.ids)
        return _Part(tuple(placed), said, ids, size, used / frame.height, begun)

    def side_by_side(self, content: Blocks, layout: SlideLayout, draft: Draft) -> list[_Part]:
        """Two columns of text in the two body slots; each goes on in its own column of the next slide."""
        (block,) = content
        assert isinstance(block, blocks.Columns)  # what makes the layout be chosen
        both = tuple(zip(block.columns, layout.body, strict=True))

        def at(size: float) -> tuple[float, list[Split]]:
            made = [[self.pieces.all(column, layout, frame.width, size)] for column, frame in both]
            found = self.shown.diagnostics
            return size, [
                split(pieces, frame.height, size, self.shown, draft.span, found)
                for pieces, (_, frame) in zip(made, both, strict=True)
            ]

        size, splits = self.best(
            at, self.theme.slide.body,
            lambda made: (max(len(one.parts) for one in made[1]), sum(one.cost for one in made[1])),
        )  # fmt: skip
        parts = []
        for number in range(max(len(one.parts) for one in splits)):
            row = [
                (slot, self.part(one.parts[number], layout, frame, size, True, 1))
                for slot, (one, frame) in enumerate(zip(splits, layout.body, strict=True))
                if number < len(one.parts)
            ]
            slots = [
                replace(item, slot=slot) if isinstance(item, items.Text) and item.placeholder else item
                for slot, part in row
                for item in part.items
            ]
            said = tuple(one for _, part in row for one in part.said)
            ids = tuple(id for _, part in row for id in part.ids)
            parts.append(_Part(tuple(slots), said, ids, size, max(part.fill for _, part in row), 1))
        return parts or [_Part()]

    def ruled(self, part: _Part, layout: SlideLayout) -> _Part:
        """A quotation in the middle of its frame, with a rule as high at its left where there is room for one."""
        body = layout.body[0]
        height = part.fill * body.height
        down = (body.height - height) / 2
        found = [
            replace(item, frame=replace(item.frame, y=item.frame.y + down, height=min(item.frame.height, height)))
            for item in part.items
        ]
        if body.x - layout.area.x < _RULE:
            return replace(part, items=tuple(found))
        rule = Frame(layout.area.x, body.y + down, _RULE, height)
        return replace(part, items=(items.Shape(rule, "rectangle", fill=self.theme.colours.warm), *found))

    def beside(self, content: Blocks, layout: SlideLayout) -> _Part | None:
        """Text on the left of a chart or picture; None where the text does not fit there."""
        visual = next(block for block in content if isinstance(block, _VISUALS))
        text = tuple(block for block in content if block is not visual)
        left, right = layout.body
        for size in self.theme.slide.body:
            found = Diagnostics()
            with self.telling(found):
                pieces = self.pieces.all(text, layout, left.width, size)
            if stack_height(pieces, size) <= left.height and not len(found):
                parts = self.part(pieces, layout, left, size, True, len(content))
                other = self.pieces.all((visual,), layout, right.width, size)
                shown = self.part(other, layout, right, size, False, len(content))
                fill = max(parts.fill, shown.fill)
                return _Part(
                    parts.items + shown.items, parts.said + shown.said, parts.ids + shown.ids, size, fill, len(content)
                )
        return None

    # -- one slide ---------------------------------------------------------------------------------------------

    def slide(self, draft: Draft, layout: SlideLayout, part: _Part, foot: Foot, number: int, parts: int) -> Slide:
        mark = self.wording.part.format(part=number, parts=parts) if parts > 1 else ""
        title = (*draft.title, Text(mark)) if mark else draft.title
        place = next((one.span for one in draft.title if isinstance(one, Text) and one.span), draft.span)
        found: list[Item] = [self.furniture.title(title, layout, place), *filled(part.items, layout)]
        if foot:
            found.append(items.Text(foot_frame(layout, foot), foot, "foot", name="Sources"))
        if layout.furniture:
            found += self.furniture.footers(layout)
        text = blocks.plain(title)
        section = text if draft.level == 1 else ""
        notes = self.notes(draft, part, last=number == parts)
        step = sum(size > part.size > 0 for size in self.theme.slide.body)
        fill = part.fill or fullest(found[:1])
        return Slide(layout.name, text, tuple(found), notes, section, part.ids, None, part.size, step, fill)

    def notes(self, draft: Draft, part: _Part, *, last: bool) -> tuple[SetParagraph, ...]:
        """The notes that no earlier part has taken and that stand behind a block which has begun by this one."""
        spoken: list[Block] = []
        while draft.notes and (last or draft.notes[0][0] <= part.begun):
            spoken += draft.notes.pop(0)[1]
        return set_notes(tuple(spoken), draft.footnotes, self.spoken, self.diagnostics)

    def foot(self, said: Inlines, layout: SlideLayout, draft: Draft) -> Foot:
        """What was said in short, in full; on a divider or at the end, the way back to the agenda."""
        foot = set_foot(said, draft.footnotes, self.references, self.wording, layout, self.shown, self.diagnostics)
        back = self.back(draft) if layout.name in ("section", "closing") else ""
        if not back:
            return foot
        way = (Text(f"← {self.wording.contents}", link=f"#{back}"),)
        style = TextStyle(layout.foot_size, layout.foot_size * LINE, layout.muted_colour)
        return (*foot, self.shown.set(way, style, layout.foot.width))

    def back(self, draft: Draft) -> str:
        """The id of the slide that lists the sections, to which they lead back; "" on that slide."""
        return self.agenda if self.agenda not in draft.ids else ""


class _Part(Struct, frozen=True):
    """The content of one slide: its items, what they say, what links lead to them by, its size of text (0: none), how
    full its fullest frame is, and how many of the draft's blocks have begun by then."""

    items: tuple[Item, ...] = ()
    said: Inlines = ()
    ids: tuple[str, ...] = ()
    size: float = 0.0
    fill: float = 0.0
    begun: int = 0


def _two_of_text(block: Block) -> bool:
    return (
        isinstance(block, blocks.Columns)
        and len(block.columns) == _SIDE_BY_SIDE
        and all(isinstance(one, _TEXTS) for column in block.columns for one in column)
    )
