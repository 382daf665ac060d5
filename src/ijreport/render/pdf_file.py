"""A drawn ReportLab document + the bodies of further objects → the bytes of a PDF (ISO 32000-1, 7.5).

What is no stream goes into object streams (7.5.7): the many small objects of links and structure then take a tenth of
their room. ReportLab itself writes neither these nor the cross-reference streams that they ask for.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate
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
    """Takes the objects of a file one after the other. What is packed is packed beside that, in a thread."""

    def __init__(self, new_number: Callable[[], int]) -> None:
        """`new_number` gives numbers that no object has, for the streams that hold objects."""
        self._objects: list[tuple[int, bytes | Future[bytes]]] = []
        self._inside: dict[int, tuple[int, int, int]] = {}  # the entries of those in streams
        self._waiting: list[tuple[int, bytes]] = []
        self._new_number = new_number
        self._packer = ThreadPoolExecutor(max_workers=1)

    def add(self, number: int, body: bytes) -> None:
        """An object: by itself if it is a stream, else with others."""
        if body.endswith(b"endstream\n"):
            self._objects.append((number, body[:-10] + _END))
            return
        self._waiting.append((number, body))
        if len(self._waiting) == _TOGETHER:
            self._hold()

    def finished(self, root: int, info: int, identifier: bytes) -> bytes:
        """The file. `root` and `info` are the numbers of the catalogue and the information dictionary."""
        self._hold()
        parts, at = [_HEAD], len(_HEAD)
        places = self._inside
        with self._packer:
            for number, body in self._objects:
                places[number] = (1, at, 0)
                part = _written(number, body if isinstance(body, bytes) else body.result())
                parts.append(part)
                at += len(part)
        number = self._new_number()
        places[number] = (1, at, 0)
        rows = b"".join([_ROW.pack(*places.get(one, _FREE)) for one in range(number + 1)])
        packed = zlib.compress(rows)
        once = identifier.hex().encode()
        parts.append(
            _written(
                number,
                b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]/Filter/FlateDecode/Length %d>>\n"
                b"stream\n%b%b" % (number + 1, root, info, once, once, len(packed), packed, _END),
            )
        )
        parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return b"".join(parts)

    def _hold(self) -> None:
        """The objects that wait, in an object stream."""
        if not self._waiting:
            return
        number = self._new_number()
        self._inside.update((one, (2, number, place)) for place, (one, _) in enumerate(self._waiting))
        self._objects.append((number, self._packer.submit(_object_stream, self._waiting)))
        self._waiting = []


def _object_stream(objects: list[tuple[int, bytes]]) -> bytes:
    """An object stream: the numbers and offsets of its objects, then their bodies."""
    offsets = accumulate((len(body) + 1 for _, body in objects), initial=0)
    index = b" ".join([b"%d %d" % (one, offset) for (one, _), offset in zip(objects, offsets, strict=False)]) + b"\n"
    packed = zlib.compress(index + b"\n".join([body for _, body in objects]))
    return b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%b%b" % (
        len(objects),
        len(index),
        len(packed),
        packed,
        _END,
    )


def _written(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


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
