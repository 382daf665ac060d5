"""A PDF's structure as it was read + the elements that its pages have → findings (ISO 32000-1, 14.6 to 14.8).

To look at each of fifty thousand elements as an object would take longer than to draw them all. They are written out
instead, in the one spelling that qpdf has for them, and searched as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from msgspec import Struct

from ijreport.diagnostics import Diagnostic
from ijreport.layout import items
from ijreport.layout.elements import Element
from ijreport.layout.items import Item, Page
from ijreport.layout.typesetting.text import SetParagraph
from ijreport.verify.fault import fault

_CONTENT = re.compile(rb"/(\w+)<</MCID (\d+)>>BDC")
_PAINT = re.compile(rb"(?<![/\w<])(?:TJ|Tj|Do|sh|BI|[fBb]\*?|[FSs])(?![\w>])")
"""What paints (ISO 32000-1, table 51); strings are in hexadecimal digits here."""
_OBJECT_STREAM = re.compile(rb"\n(\d+) 0 obj\s*<<[^>]*/ObjStm")
_ROLE = re.compile(rb"/S ?/(\w+)")
_PARENT = re.compile(rb"/P ?(\d+) 0 R")
_INLINE = frozenset([b"Span", b"Link", b"Reference", b"Code"])
"""Elements inside a line of text (14.8.4.4)."""
_CELLS = frozenset([b"TH", b"TD"])
_SPAN = re.compile(rb"/(Col|Row)Span (\d+)")
_HELD = re.compile(rb"/K ?(\[.*?\]|<<.*?>>|\d+ 0 R|\d+)")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_DICTIONARY = re.compile(rb"<<.*?>>")
_ENTRY = re.compile(rb"(\d+) (\[[^\]]*\]|\d+ 0 R)")


class Structure(Struct, frozen=True):
    """What was read. `marks` are each page's pieces of content (type and number), `parents` the parent tree."""

    marks: Sequence[Sequence[tuple[bytes, bytes]]]
    roles: Mapping[bytes, bytes]
    """The types of elements, by the numbers of their objects."""
    above: Mapping[bytes, bytes]
    """What the elements inside a line belong to."""
    held: Sequence[bytes]
    """What each of them holds."""
    empty: Sequence[bytes]
    """The types of those that hold nothing."""
    bare: Sequence[str]
    """What elements lack that they must say."""
    parents: Mapping[int, Sequence[bytes]]
    meant: Mapping[str, int]
    """How many elements of each type were laid out."""
    silent: Mapping[str, int]
    """How many of them have no content."""
    merged: Counter[tuple[str, int, int]]
    """How many cells of tables, of each type, go over how many columns and rows."""
    meant_merged: Mapping[tuple[str, int, int], int]


def tag_faults(
    pdf: Any,
    data: bytes,
    contents: Sequence[bytes],
    meant: Mapping[str, int],
    silent: Mapping[str, int],
    merged: Mapping[tuple[str, int, int], int],
) -> Iterator[Diagnostic]:
    """What is wrong with the tags of an opened PDF; `data` are its bytes, `contents` the content of its pages.

    `meant` and `silent` count the elements that were laid out, and those of them without content, by type, and `merged`
    the merged cells, by type, columns and rows.
    """
    root = pdf.Root.get("/StructTreeRoot")
    if root is None or not pdf.Root.get("/MarkInfo", {}).get("/Marked", False):
        yield fault("print-tags", "the PDF is not tagged")
        return
    roles: dict[bytes, bytes] = {}
    above: dict[bytes, bytes] = {}
    held: list[bytes] = []
    empty: list[bytes] = []
    bare: list[str] = []
    found_merged = Counter[tuple[str, int, int]]()
    for number, body in _objects(pdf, data):
        if b"/P " not in body or not (found := _ROLE.search(body)):
            continue
        role = roles[number] = found.group(1)
        if role in _INLINE and (parent := _PARENT.search(body)):
            above[number] = parent.group(1)
        if kids := _HELD.search(body):
            held.append(kids.group(1))
        else:
            empty.append(role)
        if role in _CELLS and (spans := dict(_SPAN.findall(body))):
            size = int(spans.get(b"Col", 1)), int(spans.get(b"Row", 1))
            found_merged[role.decode(), *size] += 1
        if role == b"Figure" and b"/Alt" not in body:
            bare.append("a figure has no alternative text")
        if role == b"TH" and b"/Scope" not in body:
            bare.append("a table's heading has no scope")
    marks = [_CONTENT.findall(content) for content in contents]
    parents = dict(_entries(root.get("/ParentTree", {})))
    read = Structure(marks, roles, above, held, empty, bare, parents, meant, silent, found_merged, merged)
    for check in _CHECKS:
        yield from check(read)
    yield from _links(pdf, read)


def _objects(pdf: Any, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The objects in object streams (7.5.7): number, and as it is written."""
    for stream in _OBJECT_STREAM.findall(data):
        held = pdf.get_object(int(stream), 0)
        text, first = held.read_bytes(), int(held.First)
        index = text[:first].split()
        starts = [first + int(offset) for offset in index[1::2]]
        for number, start, end in zip(index[::2], starts, [*starts[1:], len(text)], strict=True):
            yield number, text[start:end]


def _entries(tree: Any) -> Iterator[tuple[int, Sequence[bytes]]]:
    """The entries of a number tree (7.9.7) whose values are references or arrays of them."""
    for kid in tree.get("/Kids", ()):
        yield from _entries(kid)
    if "/Nums" in tree:
        for key, value in _ENTRY.findall(tree.Nums.unparse()):
            yield int(key), _REFERENCE.findall(value)


def laid_out(pages: Sequence[Page]) -> dict[Element, bool]:
    """The elements that pages speak of, and whether anything stands in them."""
    found: dict[Element, bool] = {}

    def has(element: Element, says: bool) -> None:
        if says or element not in found:
            found[element] = says
            if element.parent and not found.get(element.parent):
                has(element.parent, True)

    def paragraph(text: SetParagraph) -> None:
        if text.element:
            has(text.element, False)
        if text.label and text.label_element:
            has(text.label_element, True)
        for line in text.lines:
            if not line.elements:
                if line.runs and text.element:
                    has(text.element, True)
                continue
            for element in line.elements:
                has(element, True)

    def item(one: Item) -> None:
        match one:
            case items.Text():
                for text in one.paragraphs:
                    paragraph(text)
            case items.Table():
                for row in one.rows[one.header_rows if one.repeated else 0 :]:
                    for text in (text for cell in row.cells if not cell.repeated for text in cell.paragraphs):
                        paragraph(text)
            case items.Image() | items.Chart():
                if one.element:
                    has(one.element, True)
            case items.Group():
                for part in one.items:
                    item(part)
            case items.Shape():
                pass
            case _:
                assert_never(one)

    for page in pages:
        for one in page.items:
            item(one)
    return found


# -- checks ----------------------------------------------------------------------------------------------------


def marked(contents: Sequence[bytes]) -> Iterator[Diagnostic]:
    """All that is painted lies in a mark, and every mark ends on its page (14.6.1, 14.8.2.2)."""
    for number, content in enumerate(contents, 1):
        depth = 0
        *ended, rest = content.split(b"EMC")
        for part in ended:
            if not depth and _PAINT.search(part, 0, part.find(b">>BDC")):
                yield fault("print-tags", f"page {number} has content outside of all marks")
            depth += part.count(b">>BDC") - 1
            if depth < 0:
                break
        if depth or b">>BDC" in rest:
            yield fault("print-tags", f"a mark on page {number} does not end, or ends twice")
        elif _PAINT.search(rest):
            yield fault("print-tags", f"page {number} has content outside of all marks")


def _led(read: Structure) -> Iterator[Diagnostic]:
    """Each piece of content leads to an element of its type (14.7.4.4)."""
    for page, marks in enumerate(read.marks):
        meant = [read.roles.get(number, b"") for number in read.parents.get(page, ())]
        if [int(mcid) for _, mcid in marks] != list(range(len(meant))) or [role for role, _ in marks] != meant:
            yield fault("print-tags", f"the content of page {page + 1} does not lead to its elements")


def _tree(read: Structure) -> Iterator[Diagnostic]:
    """Each element but the document is held by one other, and each piece of content by one element."""
    held = b"\n".join(read.held)
    bare = _DICTIONARY.sub(b"", held)
    found = sorted(_REFERENCE.findall(bare))
    if found != sorted(number for number, role in read.roles.items() if role != b"Document"):
        yield fault("print-tags", "the elements of the PDF are no tree: some are held by none or by two")
    pieces = len(re.findall(rb"\d+", _REFERENCE.sub(b"", bare))) + held.count(b"/MCID ")
    marks = sum(map(len, read.marks))
    if pieces != marks:
        yield fault("print-tags", f"the pages have {marks} pieces of content, the elements hold {pieces}")


def _complete(read: Structure) -> Iterator[Diagnostic]:
    """As many elements of each type as were laid out, and no more of them empty."""
    found, empty = Counter(read.roles.values()), Counter(read.empty)
    for role in sorted({*read.meant, *(role.decode() for role in found)}):
        for what, meant, told in (("", read.meant, found), ("empty ", read.silent, empty)):
            if (count := meant.get(role, 0)) != told[role.encode()]:
                elements = f"{what}elements of the type {role}"
                message = f"{count} {elements} were laid out, the PDF has {told[role.encode()]}"
                yield fault("print-tags", message)


def _merged(read: Structure) -> Iterator[Diagnostic]:
    """Cells of tables go over as many columns and rows as were laid out (14.8.5.7)."""
    for key in sorted({*read.merged, *read.meant_merged}):
        role, columns, rows = key
        if (meant := read.meant_merged.get(key, 0)) != read.merged[key]:
            cells = f"{role} that go over {columns} column{'s' * (columns > 1)} and {rows} row{'s' * (rows > 1)}"
            yield fault("print-tags", f"{meant} {cells} were laid out, the PDF has {read.merged[key]}")


def _headings(read: Structure) -> Iterator[Diagnostic]:
    """No level is left out (ISO 14289-1, 7.4.2)."""
    level = 0
    for page in range(len(read.marks)):
        for number in read.parents.get(page, ()):
            element = number
            while element in read.above:  # a heading may be a foreign word or a link from end to end
                element = read.above[element]
            role = read.roles.get(element, b"")
            if role[:1] == b"H" and role[1:].isdigit():
                if int(role[1:]) > level + 1:
                    yield fault("print-tags", f"page {page + 1} has a heading {role.decode()} below a level {level}")
                level = int(role[1:])


def _described(read: Structure) -> Iterator[Diagnostic]:
    """Figures say what they show (ISO 14289-1, 7.3), the headings of tables what they head (7.5)."""
    for lack in dict.fromkeys(read.bare):
        yield fault("print-tags", lack)


_CHECKS: tuple[Callable[[Structure], Iterator[Diagnostic]], ...] = (
    _led,
    _tree,
    _headings,
    _described,
    _complete,
    _merged,
)


def _links(pdf: Any, read: Structure) -> Iterator[Diagnostic]:
    """Each link belongs to an element of its type (ISO 14289-1, 7.18.5)."""
    for number, page in enumerate(pdf.pages, 1):
        for note in page.obj.get("/Annots", ()):
            parents = read.parents.get(int(note.get("/StructParent", -1)), ())
            if [read.roles.get(one) for one in parents] != [b"Link"]:
                yield fault("print-tags", f"a link on page {number} belongs to no element")
