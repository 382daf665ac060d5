"""Names and data → the bytes of a ZIP archive, always the same for the same members.

Without clocks, user names or platform marks. Every step costs the same per member, however many there are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_STORED, _DEFLATED = 0, 8
_VERSION = 20
_MIDNIGHT = 0
_FIRST_OF_JANUARY_1980 = 1 << 5 | 1

_SHARED = struct.Struct("<5H3L2H")
"""What a member's own header and its entry in the directory have in common: from the version to the name's length."""

_STORED_BLOCK = struct.Struct("<BHH")
_LAST_BLOCK = b"\3\0"
"""An empty one."""
_FEW = 32

_MADE_BY = struct.pack("<4sH", b"PK\1\2", _VERSION)
_PLACE = struct.Struct("<3H2L")
_END = struct.Struct("<4s4H2LH")


class Member(NamedTuple):
    """A member ready to be put into any archive: the fields of its header, its name, its data as packed."""

    fields: bytes
    name: bytes
    packed: bytes


class Body(NamedTuple):
    """The data of a member, packed: its method of compression, its CRC-32, its sizes packed and unpacked."""

    method: int
    sizes: tuple[int, int, int]
    packed: bytes


def body(data: bytes, level: int) -> Body:
    """`data` deflated at `level`, 1 to 9, or stored as it is if that is 0."""
    packed = zlib.compress(data, level, -zlib.MAX_WBITS) if level else data
    return Body(_DEFLATED if level else _STORED, (zlib.crc32(data), len(packed), len(data)), packed)


def stretch(data: bytes, level: int) -> bytes:
    """`data` as blocks that others may follow, whatever stands before them (RFC 1951, 3.2); a few bytes are stored."""
    if len(data) < _FEW:
        return b"".join((_STORED_BLOCK.pack(0, len(data), 0xFFFF ^ len(data)), data))
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush(zlib.Z_FULL_FLUSH)


def joined(pieces: Sequence[bytes], stretches: Sequence[bytes]) -> Body:
    """The data that is these pieces one behind the other, which stand deflated in as many stretches."""
    check = 0
    for piece in pieces:
        check = zlib.crc32(piece, check)
    packed = b"".join((*stretches, _LAST_BLOCK))
    return Body(_DEFLATED, (check, len(packed), sum(map(len, pieces))), packed)


def member(name: str, content: Body) -> Member:
    """UnicodeError unless `name` is ASCII."""
    encoded = name.encode("ascii")
    fields = _SHARED.pack(
        _VERSION, 0, content.method, _MIDNIGHT, _FIRST_OF_JANUARY_1980, *content.sizes, len(encoded), 0
    )
    return Member(fields, encoded, content.packed)


class Segment(NamedTuple):
    """Members one behind the other. `entries` tell of each the fields of its header, where it begins, and its name."""

    data: bytes
    entries: tuple[tuple[bytes, int, bytes], ...]


def segment(members: Iterable[Member]) -> Segment:
    chunks: list[bytes] = []
    entries: list[tuple[bytes, int, bytes]] = []
    place = 0
    for fields, name, packed in members:
        chunks += (b"PK\3\4", fields, name, packed)
        entries.append((fields, place, name))
        place += 4 + _SHARED.size + len(name) + len(packed)
    return Segment(b"".join(chunks), tuple(entries))


def archive(segments: Iterable[Segment]) -> bytes:
    """A ZIP archive (APPNOTE 6.3, as ISO/IEC 21320-1 profiles it).

    Written here because `zipfile` spends three times as long on each small member as its compression takes.
    Raises ValueError for more than 65,535 members or 4 GiB.
    """
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for data, entries in segments:
        chunks.append(data)
        for fields, place, name in entries:
            directory += (_MADE_BY, fields, _PLACE.pack(0, 0, 0, 0, offset + place), name)
        offset += len(data)
    count = len(directory) // 4
    size = sum(map(len, directory))
    if count > 0xFFFF or offset + size > 0xFFFFFFFF:
        raise ValueError("the package is too large: it would need more than 65,535 members or 4 GiB")
    end = _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)
    return b"".join((*chunks, *directory, end))
