"""Parts and their relationships → the bytes of an Office Open XML package, always the same for the same parts.

The Open Packaging Conventions (ECMA-376 part 2) in the little that a presentation needs: content types,
relationships, and a ZIP archive without clocks, user names or platform marks. Every step costs the same per
part, however many there are.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from ijreport.render.drawingml import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DEFAULTS = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COMPRESSED = frozenset({_DEFAULTS["png"], _DEFAULTS["jpeg"], _DEFAULTS["xlsx"]})
_PART_NAME = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+\.[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Relationship:
    """`target` is a part of the package, or, if it is external, an address."""

    id: str
    type: str
    target: Part | str


@dataclass(slots=True, eq=False)
class Part:
    """One member of a package. `name` is absolute, such as `/ppt/slides/slide1.xml`."""

    name: str
    content_type: str
    data: bytes = b""
    relationships: list[Relationship] = field(default_factory=list)
    _ids: dict[tuple[Part | str, str], str] = field(default_factory=dict, repr=False)

    def relate(self, target: Part | str, kind: str) -> str:
        """The id of the relationship of a type to a part or, given as text, to an outer address; made at first use."""
        known = self._ids.get((target, kind))
        if known:
            return known
        new = f"rId{len(self.relationships) + 1}"
        self.relationships.append(Relationship(new, kind, target))
        self._ids[target, kind] = new
        return new


class Package:
    """Parts in the order in which they are written. `root` bears the package's own relationships."""

    def __init__(self) -> None:
        self.root = Part("/", "")
        self._parts: dict[str, Part] = {}

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(self._parts.values())

    def add(self, part: Part) -> Part:
        """Take a part in and return it.

        Raises ValueError for a name that is malformed, or taken: names that differ by case only are one (6.2.2.3).
        """
        if not _PART_NAME.fullmatch(part.name):
            raise ValueError(f"'{part.name}' is not a part name")
        if self._parts.setdefault(part.name.lower(), part) is not part:
            raise ValueError(f"there are two parts named '{part.name}'")
        return part

    def write(self, level: int = 6) -> bytes:
        """The package as a ZIP archive, deflated at `level` (0 to 9); pictures and workbooks are stored as they are.

        Raises ValueError for a relationship to a part that is not in the package.
        """
        members = [
            ("[Content_Types].xml", self._content_types(), level),
            ("_rels/.rels", self._relationships(self.root), level),
        ]
        for part in self._parts.values():
            name = part.name[1:]
            members.append((name, part.data, 0 if part.content_type in _COMPRESSED else level))
            if part.relationships:
                folder, _, base = name.rpartition("/")
                members.append((f"{folder}/_rels/{base}.rels", self._relationships(part), level))
        return _zip(members)

    def _content_types(self) -> bytes:
        used = {"rels", "xml"}
        overrides = []
        for part in self._parts.values():
            extension = part.name.rpartition(".")[2].lower()
            if _DEFAULTS.get(extension) == part.content_type:
                used.add(extension)
            else:
                overrides.append(f'<Override PartName="{part.name}" ContentType="{part.content_type}"/>')
        defaults = (
            f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            for extension, content_type in _DEFAULTS.items()
            if extension in used
        )
        return f'{DECLARATION}<Types xmlns="{_TYPES}">{"".join(defaults)}{"".join(overrides)}</Types>'.encode()

    def _relationships(self, source: Part) -> bytes:
        """The relationships part of `source` (ECMA-376 part 2, 6.5.3)."""
        items = []
        for one in source.relationships:
            if isinstance(one.target, str):
                place = f'Target="{escape(one.target)}" TargetMode="External"'
            elif self._parts.get(one.target.name.lower()) is one.target:
                place = f'Target="{_relative(source.name, one.target.name)}"'
            else:
                raise ValueError(f"'{source.name}' relates to '{one.target.name}', which is not in the package")
            items.append(f'<Relationship Id="{one.id}" Type="{one.type}" {place}/>')
        return f'{DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}">{"".join(items)}</Relationships>'.encode()


def _relative(source: str, target: str) -> str:
    """The reference from one part name to another, as a relative URI."""
    here, there = source.split("/")[:-1], target.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])


# -- the archive -----------------------------------------------------------------------------------------------

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_MIDNIGHT = 0
_FIRST_OF_JANUARY_1980 = 1 << 5 | 1


def _zip(members: Iterable[tuple[str, bytes, int]]) -> bytes:
    """A ZIP archive (APPNOTE 6.3, as ISO/IEC 21320-1 profiles it) of (name, data, deflate level).

    Written here because `zipfile` spends three times as long on each small member as its compression takes.
    """
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, data, level in members:
        encoded = name.encode("ascii")
        method = 8 if level else 0
        packed = zlib.compress(data, level, -zlib.MAX_WBITS) if level else data
        # The fields that the member's own header and the directory share.
        common = (_VERSION, 0, method, _MIDNIGHT, _FIRST_OF_JANUARY_1980, zlib.crc32(data), len(packed), len(data))
        header = _LOCAL.pack(b"PK\3\4", *common, len(encoded), 0)
        directory.append(_CENTRAL.pack(b"PK\1\2", _VERSION, *common, len(encoded), 0, 0, 0, 0, 0, offset) + encoded)
        chunks += (header, encoded, packed)
        offset += len(header) + len(encoded) + len(packed)
    entries = b"".join(directory)
    if len(directory) > 0xFFFF or offset + len(entries) > 0xFFFFFFFF:
        raise ValueError("the package is too large: it would need more than 65,535 members or 4 GiB")
    end = _END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), len(entries), offset, 0)
    return b"".join((*chunks, entries, end))
