"""A drawn ReportLab document + the bodies of further objects → the bytes of a PDF (ISO 32000-1, 7.5).

What is no stream goes into object streams (7.5.7): the many small objects of links and structure then take a tenth of
their room. ReportLab itself writes neither these nor the cross-reference streams that they ask for.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any

from reportlab.pdfbase import pdfdoc

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_END = b"\r\nendstream"
"""On a line of its own (ISO 19005-2, 6.1.7.1); it has two characters, lest one at the data's end be taken for it."""
_ROW, _FREE = Struct(">BIH"), (0, 0, 65535)
"""An entry of the cross-reference stream (7.5.8.3), and that of a number without an object."""
_TOGETHER = 200
"""Objects in one object stream: to read one of them, a reader inflates them all."""


class PdfFile:
    """Writes objects one after the other and remembers where each one is."""

    def __init__(self, new_number: Callable[[], int]) -> None:
        """`new_number` gives numbers that no object has, for the streams that hold objects."""
        self._parts: list[bytes] = [_HEAD]
        self._offset = len(_HEAD)
        self._places: dict[int, tuple[int, int, int]] = {}
        self._waiting: list[tuple[int, bytes]] = []
        self._new_number = new_number

    def add(self, number: int, body: bytes) -> None:
        """An object: at once if it is a stream, else with others."""
        if body.endswith(b"endstream\n"):
            self._write(number, body[:-10] + _END)
            return
        self._waiting.append((number, body))
        if len(self._waiting) == _TOGETHER:
            self._write_waiting()

    def finished(self, root: int, info: int, identifier: bytes) -> bytes:
        """The file. `root` and `info` are the numbers of the catalogue and the information dictionary."""
        self._write_waiting()
        number = self._new_number()
        start = self._offset
        self._places[number] = (1, start, 0)
        places = self._places
        rows = b"".join([_ROW.pack(*places.get(one, _FREE)) for one in range(number + 1)])
        packed = zlib.compress(rows)
        once = identifier.hex().encode()
        self._write(
            number,
            b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]/Filter/FlateDecode/Length %d>>\n"
            b"stream\n%b%b" % (number + 1, root, info, once, once, len(packed), packed, _END),
        )
        self._parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self._parts)

    def _write_waiting(self) -> None:
        """The objects that wait, in an object stream: their numbers and offsets, then their bodies."""
        if not self._waiting:
            return
        number = self._new_number()
        offset = 0
        index = []
        for place, (one, body) in enumerate(self._waiting):
            index.append(b"%d %d" % (one, offset))
            self._places[one] = (2, number, place)
            offset += len(body) + 1
        head = b" ".join(index) + b"\n"
        packed = zlib.compress(head + b"\n".join([body for _, body in self._waiting]))
        self._write(
            number,
            b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%b%b"
            % (len(self._waiting), len(head), len(packed), packed, _END),
        )
        self._waiting = []

    def _write(self, number: int, body: bytes) -> None:
        self._places[number] = (1, self._offset, 0)
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._parts.append(part)
        self._offset += len(part)


def formatted(document: Any) -> Iterator[tuple[int, bytes]]:
    """The objects of a ReportLab document with their numbers. Writing one may add others, which follow."""
    number = 0
    while number < document.objectcounter:
        number += 1
        name = document.numberToId.get(number)
        if name is not None:
            yield number, pdfdoc.format(document.idToObject[name], document, toplevel=1)


def reserve(document: Any, count: int) -> int:
    """The first of `count` numbers of objects that ReportLab will not use."""
    first = document.objectcounter + 1
    document.objectcounter += count
    return int(first)
