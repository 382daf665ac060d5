"""A document with its listings → the same with its headings numbered: 1, 1.1, 1.1.1."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import Block, Blocks, Document, Heading, Listing


def numbered(document: Document, depth: int) -> Document:
    """The document with `depth` levels of its headings numbered.

    A level that the author skipped does not count: what stands under `#` is 1.1, whether `##` or `###`. Headings of
    listings, in boxes and in columns side by side have no number, nor have those that an author left out with `{-}`
    and what stands under them.
    """
    return replace(document, blocks=_Numbering(depth).all(document.blocks)) if depth else document


class _Numbering:
    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._open: list[tuple[int, int]] = []  # the level that the author gave, and the number there
        self._left_out = 0  # the level of the heading that stands above and has no number

    def all(self, content: Blocks) -> Blocks:
        return tuple(self._block(block, after) for block, after in pairwise((*content, None)) if block)

    def _block(self, block: Block, after: Block | None) -> Block:
        match block:
            case Heading():
                return self._heading(block, block.unnumbered or isinstance(after, Listing))
            case blocks.Columns(columns=(only,)):
                return replace(block, columns=(self.all(only),))
            case _:
                return block

    def _heading(self, heading: Heading, left_out: bool) -> Heading:
        if self._left_out and heading.level > self._left_out:
            return heading
        self._left_out = heading.level if left_out else 0
        if left_out:
            return heading
        last = 0
        while self._open and self._open[-1][0] >= heading.level:
            last = self._open.pop()[1]
        self._open.append((heading.level, last + 1))
        if len(self._open) > self._depth:
            return heading
        return replace(heading, number=".".join(str(number) for _, number in self._open))
