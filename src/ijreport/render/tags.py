"""Elements and the content drawn for them → the structure tree of a PDF (ISO 32000-1, 14.7).

Content is numbered on each page as it is marked; the tree itself is written at the end, as plain bytes: a thousand
pages have a hundred thousand elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ijreport.layout.elements import Element
from ijreport.layout.items import Frame

_FANOUT = 128
"""Entries of one leaf of the parent tree (7.9.7): a reader looks one page up without reading them all."""


class _Continued(NamedTuple):
    """Content on another page than an element began on."""

    page: int
    mcid: int


class _Annotation(NamedTuple):
    """A link annotation: its object's number is known when the file is written."""

    page: int
    name: str


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


_Kid = _Node | int | _Continued | _Annotation


class StructureTree:
    """Collects the elements of one document while its pages are drawn."""

    def __init__(self, pages: int) -> None:
        self._nodes: dict[Element, _Node] = {}
        self._marked: list[list[_Node]] = [[] for _ in range(pages)]
        self._annotated: list[_Node] = []

    def has(self, element: Element) -> _Node:
        """Give an element its place under its parent, even if nothing is drawn for it (an empty cell)."""
        node = self._nodes.get(element)
        if node is None:
            node = self._nodes[element] = _Node(element)
            if element.parent:
                self.has(element.parent).adopt(node)
        return node

    def content(self, element: Element, page: int) -> int:
        """The number of the next piece of content on a page (from 0), which belongs to an element."""
        node = self.has(element)
        marked = self._marked[page]
        mcid = len(marked)
        marked.append(node)
        if node.page < 0:
            node.page = page
        node.kids.append(mcid if node.page == page else _Continued(page, mcid))
        return mcid

    def annotation(self, element: Element, page: int, name: str) -> int:
        """A link annotation, by ReportLab's name of it; returns the key by which the annotation finds its element."""
        node = self.has(element)
        node.kids.append(_Annotation(page, name))
        self._annotated.append(node)
        return len(self._marked) + len(self._annotated) - 1

    def placed(self, element: Element, frame: Frame, height: float) -> None:
        """Where a figure is, on a page of a height (points)."""
        corners = (frame.x, height - frame.bottom, frame.right, height - frame.y)
        self.has(element).figure = " ".join(f"{corner:.2f}" for corner in corners)

    # -- writing -----------------------------------------------------------------------------------------------

    def size(self) -> int:
        """How many objects `objects` will make."""
        return 2 + len(self._leaves()) + len(self._nodes)

    def _leaves(self) -> list[tuple[int, int]]:
        """The ranges of keys of the parent tree's leaves."""
        keys = len(self._marked) + len(self._annotated)
        return list(pairwise([*range(0, keys, _FANOUT), keys]))

    def objects(self, first: int, pages: Sequence[int], annotations: Mapping[str, int]) -> Iterator[bytes]:
        """The bodies of objects numbered from `first`, which is the tree's root.

        `pages` and `annotations` are the numbers of the objects that the tree refers to.
        """
        leaves = self._leaves()
        (document,) = [node for node in self._nodes.values() if node.element.parent is None]
        ordered = list(_descent(document))
        for number, node in enumerate(ordered, first + 2 + len(leaves)):
            node.number = number
        yield self._root(document.number, first, [node for node in ordered if node.element.id])
        kids = " ".join(f"{first + 2 + at} 0 R" for at in range(len(leaves)))
        yield f"<</Kids[{kids}]>>".encode()
        for start, end in leaves:
            entries = " ".join(self._parents(key) for key in range(start, end))
            yield f"<</Limits[{start} {end - 1}]/Nums[{entries}]>>".encode()
        for node in ordered:
            parent = self._nodes[node.element.parent].number if node.element.parent else first
            yield _dictionary(node, parent, pages, annotations)

    def _root(self, document: int, first: int, named: list[_Node]) -> bytes:
        keys = len(self._marked) + len(self._annotated)
        names = " ".join(f"({node.element.id}){node.number} 0 R" for node in sorted(named, key=lambda n: n.element.id))
        ids = f"/IDTree<</Names[{names}]>>" if named else ""
        tree = f"/ParentTree {first + 1} 0 R/ParentTreeNextKey {keys}"
        return f"<</Type/StructTreeRoot/K {document} 0 R{tree}{ids}>>".encode()

    def _parents(self, key: int) -> str:
        """An entry of the parent tree (14.7.4.4): of a page all its content's elements, of an annotation its own."""
        if key < len(self._marked):
            return f"{key}[{' '.join([f'{node.number} 0 R' for node in self._marked[key]])}]"
        return f"{key} {self._annotated[key - len(self._marked)].number} 0 R"


def _dictionary(node: _Node, parent: int, pages: Sequence[int], annotations: Mapping[str, int]) -> bytes:
    """A structure element (14.7.2), and what it holds (14.7.4)."""
    element = node.element
    text = f"<</S/{element.role}/P {parent} 0 R"
    if node.page >= 0:
        text += f"/Pg {pages[node.page]} 0 R"
    held = [
        str(kid) if isinstance(kid, int)
        else f"{kid.number} 0 R" if isinstance(kid, _Node)
        else f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.mcid}>>" if isinstance(kid, _Continued)
        else f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {annotations[kid.name]} 0 R>>"
        for kid in node.kids
    ]  # fmt: skip
    if held:
        text += f"/K {held[0]}" if len(held) == 1 else f"/K[{' '.join(held)}]"
    if element.alt and element.role == "Figure":
        text += f"/Alt<FEFF{element.alt.encode('utf-16-be').hex()}>"
    if element.language:
        text += f"/Lang({element.language})"
    if element.id:
        text += f"/ID({element.id})"
    if element.scope:
        text += f"/A<</O/Table/Scope/{element.scope}>>"
    if element.numbering:
        text += f"/A<</O/List/ListNumbering/{element.numbering}>>"
    if node.figure:
        text += f"/A<</O/Layout/Placement/Block/BBox[{node.figure}]>>"
    return f"{text}>>".encode()


def _descent(document: _Node) -> Iterator[_Node]:
    """A node and all below it, in the order of reading."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        node.settle()
        yield node
        waiting.extend([kid for kid in reversed(node.kids) if isinstance(kid, _Node)])
