"""Elements and the content drawn for them → the structure tree of a PDF (ISO 32000-1, 14.7).

Content is numbered on each page as it is marked; the tree itself is written at the end, as plain bytes: a thousand
pages have a hundred thousand elements. A document that is drawn in stretches has a branch of the tree in each. All
of a branch is read after the one before it, so that in the order of reading the elements of one follow the other's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct, field

from ijreport.layout.elements import Element
from ijreport.layout.items import Frame

_FANOUT = 128
"""Entries of one leaf of the parent tree (7.9.7): a reader looks one page up without reading them all."""


class _Continued(NamedTuple):
    """Content on another page than an element began on."""

    page: int
    mcid: int


class _Link(NamedTuple):
    """A link annotation, by its place among those of the branch."""

    page: int
    link: int


class _Node:
    """An element in the making. It holds, in the order of drawing, numbers of content on its own page, and more."""

    __slots__ = ("element", "figure", "kids", "number", "page", "shuffled")

    def __init__(self, element: Element) -> None:
        self.element = element
        self.kids: list[_Kid] = []
        self.page = -1
        self.figure = ""
        self.number = 0
        self.shuffled = False

    def adopt(self, node: _Node) -> None:
        """Take an element in. A note is drawn late, but read where layout said."""
        last = self.kids[-1] if self.kids else None
        if isinstance(last, _Node) and last.element.number > node.element.number:
            self.shuffled = True
        self.kids.append(node)

    def settle(self) -> None:
        """Bring elements that were drawn late to their places; an element with late ones holds nothing else."""
        if self.shuffled:
            self.kids.sort(key=lambda kid: kid.element.number if isinstance(kid, _Node) else 0)
            self.shuffled = False


_Kid = _Node | int | _Continued | _Link


class Branch(Struct, frozen=True):
    """What the other branches of a tree, and its root, must know of one. Elements are counted from 0 in each."""

    size: int
    pages: int
    links: int
    grafts: Sequence[Sequence[int]]
    """The elements that it adds to each of those which stretches before it began."""
    open: Sequence[int | None]
    """The elements that may be added to later, the document first; None for those that it did not begin itself."""
    named: Sequence[tuple[str, int]]
    """Elements with an id."""


class Planted(Struct, frozen=True):
    """The numbers of objects that a branch needs to be written."""

    first: int
    """Of its first element."""
    outer: Sequence[int]
    """Of the elements that stretches before it began, or of the tree's root."""
    grown: dict[int, list[int]] = field(default_factory=dict)
    """Of what later stretches add to elements of it."""


class WrittenBranch(Struct, frozen=True):
    """The bodies of a branch's elements, and its entries in the parent tree: of its pages, and of its links."""

    elements: list[bytes]
    pages: list[str]
    links: list[str]


class StructureTree:
    """Collects the elements of a stretch of a document, whose pages are numbered from `first`, while it is drawn.

    `outer` are elements in each other, the document first, that stretches before it began.
    """

    def __init__(self, first: int, outer: Sequence[Element]) -> None:
        self._first = first
        self._outer = [_Node(element) for element in outer]
        for node, inner in pairwise(self._outer):
            node.kids.append(inner)
        self._nodes = {node.element: node for node in self._outer}
        self._marked: list[list[_Node]] = []
        self._linked: list[_Node] = []
        self._ordered: list[_Node] = []

    def begin_page(self) -> None:
        self._marked.append([])

    def has(self, element: Element) -> _Node:
        """Give an element its place under its parent, even if nothing is drawn for it (an empty cell)."""
        node = self._nodes.get(element)
        if node is None:
            node = self._nodes[element] = _Node(element)
            if element.parent:
                self.has(element.parent).adopt(node)
        return node

    def content(self, element: Element, page: int) -> int:
        """The number of the next piece of content on a page, which belongs to an element."""
        node = self.has(element)
        marked = self._marked[-1]
        mcid = len(marked)
        marked.append(node)
        if node.page < 0:
            node.page = page
        node.kids.append(mcid if node.page == page else _Continued(page, mcid))
        return mcid

    def link(self, element: Element, page: int, number: int) -> None:
        """A link annotation on a page belongs to an element; `number` is its place among all of the branch."""
        node = self.has(element)
        node.kids.append(_Link(page, number))
        self._linked.append(node)

    def placed(self, element: Element, frame: Frame, height: float) -> None:
        """Where a figure is, on a page of a height (points)."""
        corners = (frame.x, height - frame.bottom, frame.right, height - frame.y)
        self.has(element).figure = " ".join(f"{corner:.2f}" for corner in corners)

    # -- writing -----------------------------------------------------------------------------------------------

    def branch(self, open_: Sequence[Element]) -> Branch:
        """What was drawn; `open_` are the elements that may be added to later."""
        (document,) = [node for node in self._nodes.values() if node.element.parent is None]
        own = set(self._nodes) - {node.element for node in self._outer}
        self._ordered = [node for node in _descent(document) if node.element in own]
        for number, node in enumerate(self._ordered):
            node.number = number
        grafts = [
            [kid.number for kid in node.kids if isinstance(kid, _Node) and kid.element in own] for node in self._outer
        ]
        left = [self._nodes[element].number if element in own else None for element in open_]
        named = [(node.element.id, node.number) for node in self._ordered if node.element.id]
        return Branch(len(self._ordered), len(self._marked), len(self._linked), grafts, left, named)

    def written(self, planted: Planted, pages: Sequence[int], first_link: int) -> WrittenBranch:
        """The branch as it goes into the file, once the numbers of objects are known: of all pages, and of the first
        of its own links."""
        for node in self._ordered:
            node.number += planted.first
        for node, number in zip(self._outer, planted.outer, strict=False):
            node.number = number
        root = planted.outer[0]
        elements = []
        for at, node in enumerate(self._ordered):
            parent = self._nodes[node.element.parent].number if node.element.parent else root
            later = planted.grown.get(at, ())
            elements.append(_dictionary(node, parent, later, pages, first_link))
        return WrittenBranch(
            elements,
            [f"[{' '.join([f'{node.number} 0 R' for node in marked])}]" for marked in self._marked],
            [f" {node.number} 0 R" for node in self._linked],
        )


class TreeRoot:
    """All branches of a tree together: numbers for their elements, and the objects above them."""

    def __init__(self, branches: Sequence[Branch]) -> None:
        self._branches = branches
        self._keys = sum(branch.pages + branch.links for branch in branches)
        self._leaves = list(pairwise([*range(0, self._keys, _FANOUT), self._keys]))
        self._first = 0
        self._planted: list[Planted] = []

    @property
    def size(self) -> int:
        """How many objects the tree is."""
        return 2 + len(self._leaves) + sum(branch.size for branch in self._branches)

    def plant(self, first: int) -> list[Planted]:
        """Number the objects from `first` on, which is the root → what each branch must know."""
        self._first = first
        number = first + 2 + len(self._leaves)
        open_: list[tuple[Planted, int]] = []
        for branch in self._branches:
            outer = [planted.first + at for planted, at in open_] or [first]
            planted = Planted(number, outer)
            self._planted.append(planted)
            for (owner, at), kids in zip(open_, branch.grafts, strict=True):
                owner.grown.setdefault(at, []).extend(number + kid for kid in kids)
            open_ = [open_[depth] if at is None else (planted, at) for depth, at in enumerate(branch.open)]
            number += branch.size
        return self._planted

    def objects(self, written: Sequence[WrittenBranch]) -> Iterator[bytes]:
        """The bodies of all objects, in the order of their numbers."""
        first = self._first
        named = sorted(
            (id, planted.first + at)
            for branch, planted in zip(self._branches, self._planted, strict=True)
            for id, at in branch.named
        )
        names = " ".join(f"({id}){number} 0 R" for id, number in named)
        ids = f"/IDTree<</Names[{names}]>>" if named else ""
        tree = f"/ParentTree {first + 1} 0 R/ParentTreeNextKey {self._keys}"
        yield f"<</Type/StructTreeRoot/K {self._planted[0].first} 0 R{tree}{ids}>>".encode()
        kids = " ".join(f"{first + 2 + at} 0 R" for at in range(len(self._leaves)))
        yield f"<</Kids[{kids}]>>".encode()
        # An entry of the parent tree (14.7.4.4) has of a page all its content's elements, of an annotation its own.
        entries = [entry for branch in written for entry in branch.pages]
        entries += [entry for branch in written for entry in branch.links]
        for start, end in self._leaves:
            held = " ".join([f"{key}{entries[key]}" for key in range(start, end)])
            yield f"<</Limits[{start} {end - 1}]/Nums[{held}]>>".encode()
        for branch in written:
            yield from branch.elements


def _dictionary(node: _Node, parent: int, later: Sequence[int], pages: Sequence[int], first_link: int) -> bytes:
    """A structure element (14.7.2), and what it holds (14.7.4), at last the elements of `later` stretches."""
    element = node.element
    text = f"<</S/{element.role}/P {parent} 0 R"
    if node.page >= 0:
        text += f"/Pg {pages[node.page]} 0 R"
    held = [
        str(kid) if isinstance(kid, int)
        else f"{kid.number} 0 R" if isinstance(kid, _Node)
        else f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.mcid}>>" if isinstance(kid, _Continued)
        else f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {first_link + kid.link} 0 R>>"
        for kid in node.kids
    ]  # fmt: skip
    held += [f"{number} 0 R" for number in later]
    if held:
        text += f"/K {held[0]}" if len(held) == 1 else f"/K[{' '.join(held)}]"
    if element.alt and element.role == "Figure":
        text += f"/Alt<FEFF{element.alt.encode('utf-16-be').hex()}>"
    if element.language:
        text += f"/Lang({element.language})"
    if element.id:
        text += f"/ID({element.id})"
    if element.scope or element.columns > 1 or element.rows > 1:
        text += f"/A<</O/Table{_cell_attributes(element)}>>"
    if element.numbering:
        text += f"/A<</O/List/ListNumbering/{element.numbering}>>"
    if node.figure:
        text += f"/A<</O/Layout/Placement/Block/BBox[{node.figure}]>>"
    return f"{text}>>".encode()


def _cell_attributes(element: Element) -> str:
    """What a table's cell names, and over how many positions it goes (14.8.5.7)."""
    text = f"/Scope/{element.scope}" if element.scope else ""
    text += f"/ColSpan {element.columns}" if element.columns > 1 else ""
    return text + (f"/RowSpan {element.rows}" if element.rows > 1 else "")


def _descent(document: _Node) -> Iterator[_Node]:
    """A node and all below it, in the order of reading."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        node.settle()
        yield node
        waiting.extend([kid for kid in reversed(node.kids) if isinstance(kid, _Node)])
