"""A document → where its body begins, and what its pages are called: i, ii, 1, 2 (ISO 32000-1, 12.4.2)."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ijreport.document.blocks import Block, Blocks, Break, Document, Heading, Listing
from ijreport.layout.print.contents import AT_FRONT

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


class PageLabels(Struct, frozen=True):
    """What pages are called, the first page being 1: the `front` ones in roman numerals, the others from 1 again."""

    front: int
    total: int

    def __call__(self, page: int) -> str:
        return roman(page) if page <= self.front else str(page - self.front)

    def parts(self, page: int) -> bool:
        """Whether the numbering begins anew after a page."""
        return page == self.front

    @property
    def numbered(self) -> int:
        """How many pages the body has."""
        return self.total - self.front


def roman(number: int) -> str:
    """A number from 1 in small roman numerals."""
    told = ""
    for value, numeral in _ROMAN:
        told += number // value * numeral
        number %= value
    return told


def with_body_apart(document: Document, cover: bool) -> Document:
    """The document with a page forced before its body, if there is something before that."""
    content = document.blocks
    at = body(content, cover)
    if not at or isinstance(content[at - 1], Break):
        return document
    return replace(document, blocks=(*content[:at], Break(), *content[at:]))


def body(content: Blocks, cover: bool) -> int | None:
    """The place of the heading that the body begins with; None if there is no such heading, or nothing to stand before
    it: neither a cover nor a listing.

    It is the first `#` behind the contents, or the lists of figures and tables, that heads no listing and is not
    `{-}`; the first one of all where these stand at the end, or are not there.
    """
    front = next((at for at, block in enumerate(content) if isinstance(block, Listing) and block.kind in AT_FRONT), -1)
    if front < 0 and not cover:
        return None
    begun = [at for at, block in enumerate(content) if _begins(block) and not _listed(content, at)]
    return next((at for at in begun if at > front), begun[0] if begun else None)


def _begins(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 1 and not block.unnumbered


def _listed(content: Blocks, at: int) -> bool:
    return isinstance(content[min(at + 1, len(content) - 1)], Listing)
