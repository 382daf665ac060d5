"""A document → drafts: its blocks under the titles of the slides that they belong to."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Inlines, Text
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

    def note(self, content: Blocks) -> None:
        self.notes.append((len(self.blocks) if self.notes else 0, content))


def gathered(document: Document, fits_section: Callable[[Draft, Block], bool], diagnostics: Diagnostics) -> list[Draft]:
    """Blocks gathered under the slide they belong to: `#` and `##` begin one, `---` continues on a new one."""
    drafts: list[Draft] = []
    title: Inlines = (Text(document.metadata.title),)
    for block in document.blocks:
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
