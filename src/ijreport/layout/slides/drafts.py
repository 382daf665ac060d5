"""A document → drafts: its blocks under the titles of the slides that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import OWN, Block, Blocks, FootnoteReference, Inlines, ListItem
from ijreport.document.walking import rewritten, walk
from ijreport.layout.slides.foot import mentioned, said_in
from ijreport.source import Span


class Draft(Struct):
    """What belongs on one slide, or on it and its continuations."""

    title: Inlines
    level: int
    span: Span | None
    ids: list[str] = field(default_factory=list)
    layout: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[tuple[int, Blocks]] = field(default_factory=list)
    """Speaker notes, and how many of the blocks stand before them: the first ones belong to the whole slide (0)."""
    footnotes: tuple[Blocks, ...] = ()
    """By the numbers of their marks, once they are counted."""

    def note(self, content: Blocks) -> None:
        self.notes.append((len(self.blocks) if self.notes else 0, content))


def stretch(content: Sequence[Block], number: int, count: int) -> Sequence[Block]:
    """Of blocks that follow each other, one of so many stretches with about as many titles, counted from 0."""
    titles = [at for at, block in enumerate(content) if isinstance(block, blocks.Heading) and block.level <= 2]
    titles = titles or [len(content)]
    ends = (0, *(titles[len(titles) * one // count] for one in range(1, count)), len(content))
    return content[ends[number] : ends[number + 1]]


def agenda(content: Sequence[Block]) -> str:
    """The id of the slide that lists the contents; "" if no titled one does."""
    title = ""
    for block in content:
        match block:
            case blocks.Heading() if block.level <= 2:
                title = block.id if block.level == 2 else ""
            case blocks.Break():
                title = ""
            case blocks.Paragraph() | blocks.Notes():
                continue
            case _:
                if title and any(isinstance(one, blocks.Listing) and one.kind == "contents" for one in walk((block,))):
                    return title
    return ""


def gathered(
    content: Sequence[Block], title: Inlines, fits_section: Callable[[Draft, Block], bool], diagnostics: Diagnostics
) -> list[Draft]:
    """Blocks gathered under the slide they belong to: `#` and `##` begin one, `---` continues on a new one.

    `title` is that of slides before the first heading.
    """
    drafts: list[Draft] = []
    for block in content:
        match block:
            case blocks.Heading() if block.level <= 2:
                if not blocks.plain(block.content).strip():
                    hint = "say in a sentence what the slide shows"
                    diagnostics.error("empty-title", "this slide has no title", block.span, hint)
                drafts.append(Draft(block.content, block.level, block.span, [block.id], block.layout))
                title = block.content
            case blocks.Break():
                drafts.append(Draft(title, 2, block.span))
            case blocks.Notes():
                if not drafts:
                    drafts.append(Draft(title, 2, block.span))
                drafts[-1].note(block.blocks)
            case _:
                if not drafts or (drafts[-1].level == 1 and not fits_section(drafts[-1], block)):
                    drafts.append(Draft(title, 2, block.span))
                drafts[-1].blocks.append(block)
    return [draft for draft in drafts if draft.ids or draft.blocks or draft.notes]


def counted(draft: Draft, footnotes: Sequence[Blocks]) -> Draft:
    """The draft with its own ones of all footnotes, counted from 1: those on its slides, then those in its notes."""
    shown = mentioned((*draft.title, *said_in(tuple(draft.blocks))), footnotes)
    spoken = mentioned((one for _, notes in draft.notes for one in said_in(notes)), footnotes)
    numbers = tuple(dict.fromkeys((*shown, *spoken)))
    if not numbers:
        return draft
    own = {number: place for place, number in enumerate(numbers, 1)}

    def renumbered(content: Inlines) -> Inlines:
        return tuple(
            replace(one, number=own[one.number]) if isinstance(one, FootnoteReference) else one for one in content
        )

    return replace(
        draft,
        title=renumbered(draft.title),
        blocks=[*rewritten(tuple(draft.blocks), renumbered)],
        notes=[(begun, rewritten(notes, renumbered)) for begun, notes in draft.notes],
        footnotes=tuple(rewritten(footnotes[number - 1], renumbered) for number in numbers),
    )


def anonymous(content: Blocks) -> tuple[Blocks, dict[str, str]]:
    """Blocks without what only tells them from others that say the same, and the ids that they had.

    In place of its id a block has a stand-in, which says which of them it is. Slides do not show numbers, so they go.
    """
    ids: dict[str, str] = {}

    def stand_in(id: str) -> str:
        name = f"{OWN}{len(ids)}"
        ids[name] = id
        return name

    def of(block: Block) -> Block:
        match block:
            case blocks.Paragraph():
                return block
            case blocks.Heading() if block.id:
                return replace(block, id=stand_in(block.id))
            case blocks.Chart() | blocks.Table() if block.id:
                return replace(block, id=stand_in(block.id), number=0)
            case blocks.List():
                return replace(block, items=tuple(ListItem(all_of(item.blocks)) for item in block.items))
            case blocks.Callout() | blocks.Quote():
                return replace(block, blocks=all_of(block.blocks))
            case blocks.Columns():
                return replace(block, columns=tuple(map(all_of, block.columns)))
            case _:
                return block

    def all_of(content: Blocks) -> Blocks:
        return tuple(map(of, content))

    return all_of(content), ids
