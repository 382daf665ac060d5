"""Pieces that go on one slide + their frame → items: text in frames and boxes, tables, and what takes the rest.

Lengths are points, from the frame's top left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from msgspec.structs import replace

from ijreport.content.project import Project
from ijreport.document import blocks
from ijreport.document.blocks import Inlines, Text
from ijreport.layout import items
from ijreport.layout.images import fitted
from ijreport.layout.items import Frame, Item, Object, moved
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.stack import Box, Piece, gap, stack_height, text_height, title_again
from ijreport.layout.slides.styles import SlideStyles
from ijreport.layout.typesetting.text import TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.source import Span

RULE = 4.0
"""How thick the rule at the left of a box is."""
_LONGEST_ALT = 250
"""Characters of a text that stands for a group: who cannot see it reads the group's own text as well."""


class Placer:
    """Places the pieces of one deck."""

    def __init__(self, typesetter: Typesetter, project: Project) -> None:
        self.typesetter = typesetter
        self.theme = typesetter.theme
        self.styles = SlideStyles(typesetter.theme)
        self.project = project

    def placed(
        self, pieces: Sequence[Piece], layout: SlideLayout, width: float, height: float, size: float
    ) -> list[Item]:
        """The items of pieces below each other, from (0, 0); what can stretch takes what is left of the height."""
        spare = max(0.0, height - stack_height(pieces, size))
        stretching = sum(piece.stretches for piece in pieces)
        found: list[Item] = []
        y = 0.0
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            if at:
                y += gap(pieces[at - 1], piece, size)
            last = at
            if piece.box:
                while last + 1 < len(pieces) and pieces[last + 1].box is piece.box:
                    last += 1
                found.append(self.boxed(pieces[at : last + 1], piece.box, layout, y, width, size))
                y = found[-1].frame.bottom
            elif piece.is_text:
                while last + 1 < len(pieces) and piece.shares_frame(pieces[last + 1]):
                    last += 1
                paragraphs = tuple(p for one in pieces[at : last + 1] for p in one.paragraphs)
                frame = Frame(0, y, width, text_height(paragraphs))
                found.append(items.Text(frame, paragraphs, "body", 0, "Text"))
                y += frame.height
            elif piece.table:
                while last + 1 < len(pieces) and pieces[last + 1].table is piece.table:
                    last += 1
                table = piece.table.item(0, y, piece.row, pieces[last].row + pieces[last].rows)
                found.append(table)
                y += table.frame.height
            elif piece.stretches:
                room = piece.height + spare / stretching
                made = (
                    self.stretched(piece, layout, width, room)
                    if piece.stretch
                    else self.beside(piece, layout, width, room, size)
                )
                found += (moved(item, 0, y) for item in made)
                y += room
            elif piece.columns:
                found += (moved(item, 0, y) for item in self.beside(piece, layout, width, piece.height, size))
                y += piece.height
            else:
                found += (moved(item, 0, y) for item in piece.items)
                y += piece.height
            at = last + 1
        return found

    def beside(self, piece: Piece, layout: SlideLayout, width: float, height: float, size: float) -> list[Item]:
        """The items of columns side by side."""
        each = self.styles.column_width(width, len(piece.columns))
        return [
            moved(item, number * (each + self.styles.gutter), 0)
            for number, column in enumerate(piece.columns)
            for item in self.placed(column, layout, each, height, size)
        ]

    def boxed(
        self, pieces: Sequence[Piece], box: Box, layout: SlideLayout, y: float, width: float, size: float
    ) -> Item:
        """Text of one block on the ground or beside the rule that it shares, under its title again if it goes on."""
        bare = [replace(piece, box=None) for piece in pieces]
        again = title_again(pieces[0])
        if again:
            bare.insert(0, Piece(again.height, paragraphs=(again,)))
        frame = Frame(0, y, width, stack_height(pieces, size))
        art = [
            *([items.Shape(frame, "rectangle", fill=box.ground)] if box.ground else []),
            *([items.Shape(replace(frame, width=RULE), "rectangle", fill=box.rule)] if box.rule else []),
        ]
        inside = [
            replace(text, frame=text.frame.moved(box.inset, y + box.padding), placeholder="", name=box.name)
            for text in self.placed(bare, layout, box.measure(width), 0.0, size)
            if isinstance(text, items.Text)
        ]
        return items.Group(frame, (*art, *inside), blocks.plain(box.title) or box.name, said_by(inside))

    def stretched(self, piece: Piece, layout: SlideLayout, width: float, height: float) -> tuple[Item, ...]:
        """The items of a piece that stretches, in a frame of width × height, with its caption below."""
        block = piece.stretch
        assert block is not None  # only asked of pieces that stretch
        below = caption_below(block.caption, layout, width, self.typesetter, block.span)
        height -= below.frame.bottom if below else 0.0
        shown: Item
        if isinstance(block, blocks.Figure):
            picture = fitted(block, self.project, self.typesetter.diagnostics, width, height)
            assert picture is not None  # it was read when its piece was made
            frame = Frame((width - picture.width) / 2, 0, picture.width, picture.height)
            shown = items.Image(frame, block.path, picture.data, block.alt)
        else:
            shown = items.Chart(Frame(0, 0, width, height), block)
        if below is None:
            return (shown,)
        narrow = max(line.width for line in below.paragraphs[0].lines) <= shown.frame.width
        x = shown.frame.x if narrow else 0.0
        below = replace(below, frame=replace(below.frame, width=width - x))
        return shown, moved(below, x, shown.frame.height)


def filled(placed: Sequence[Item], layout: SlideLayout) -> list[Item]:
    """Items of a slide, of which the only table, picture or chart fills the layout's placeholder for it, if it stands
    there and no text does."""
    objects = [item for item in placed if isinstance(item, Object)]
    if len(objects) != 1:
        return list(placed)
    (only,) = objects
    slot = layout.objects.get(type(only))
    taken = {item.slot for item in placed if isinstance(item, items.Text) and item.placeholder == "body"}
    if slot is None or slot in taken or not layout.body[slot].holds(only.frame):
        return list(placed)
    return [replace(only, slot=slot) if item is only else item for item in placed]


def caption_below(
    content: Inlines, layout: SlideLayout, width: float, typesetter: Typesetter, span: Span | None
) -> items.Text | None:
    """A caption that stands a little below what is at y = 0; a source alone goes to the slide's foot."""
    if not any(isinstance(one, Text) and one.content.strip() for one in content):
        return None
    size = layout.foot_size + 2
    text = typesetter.set(content, TextStyle(size, size * LINE, layout.muted_colour), width, span)
    return items.Text(Frame(0, 4, width, text.height), (text,), name="Caption")


def said_by(found: Sequence[Item]) -> str:
    """All text of items, for those who cannot see that they belong together."""
    texts = (paragraph for item in found if isinstance(item, items.Text) for paragraph in item.paragraphs)
    said = ("".join(run.text for run in paragraph.runs) for paragraph in texts)
    return shorten(" ".join(said), _LONGEST_ALT, placeholder=" …")
