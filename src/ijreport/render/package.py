"""Parts and their relationships → the bytes of an Office Open XML package, always the same for the same parts.

The Open Packaging Conventions (ECMA-376 part 2) in the little that a presentation needs: content types,
relationships, and an archive to hold them. Every step costs the same per part, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct, field

from ijreport.render.archive import Body, Member, Segment, archive, body, joined, member, segment, stretch
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
ROOT = "/"
"""The name under which the package's own relationships are packed."""

LEVEL = 4
"""How hard members are deflated, as a rule: zlib's own 6 takes a fifth more time here for 1 % less of a deck."""

_PART_NAME = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+\.[A-Za-z0-9]+")


class Relationship(NamedTuple):
    """`target` is a part of the package, or, if it is external, an address."""

    id: str
    type: str
    target: Part | str


class Part(Struct, eq=False):
    """One member of a package. `name` is absolute, such as `/ppt/slides/slide1.xml`.

    Its data may be `pieces` instead, some of which are those of other parts, too.
    """

    name: str
    content_type: str
    data: bytes = b""
    pieces: tuple[bytes, ...] = ()
    relationships: list[Relationship] = field(default_factory=list)
    _ids: dict[tuple[Part | str, str], str] = field(default_factory=dict)

    def relate(self, target: Part | str, kind: str) -> str:
        """The id of the relationship of a type to a part or, given as text, to an outer address; made at first use."""
        known = self._ids.get((target, kind))
        if known:
            return known
        new = f"rId{len(self.relationships) + 1}"
        self.relationships.append(Relationship(new, kind, target))
        self._ids[target, kind] = new
        return new

    def adopt(self, id: str, target: Part | str, kind: str) -> None:
        """Take over a relationship under the id by which the part's own XML calls it."""
        self.relationships.append(Relationship(id, kind, target))


class Packed(Struct, frozen=True):
    """A part, or the package itself, ready for the archive: its members, and the parts it relates to."""

    name: str
    content_type: str
    members: tuple[Member, ...]
    targets: tuple[str, ...]


class Package:
    """Parts in the order in which they are written. `root` bears the package's own relationships."""

    def __init__(self) -> None:
        self.root = Part(ROOT, "")
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

    def packed(self, level: int = LEVEL) -> list[Packed]:
        """The package's own relationships, then its parts."""
        packing = Packing(level)
        return [packing.packed(part) for part in (self.root, *self._parts.values())]

    def write(self, level: int = LEVEL) -> bytes:
        """The package as a ZIP archive, as `package_archive` makes it."""
        return package_archive([bundled(self.packed(level))], level)


class Packing:
    """Parts → members, deflated at `level` (0 to 9); data, or pieces of it, that several have is deflated once."""

    def __init__(self, level: int = LEVEL) -> None:
        self._level = level
        self._bodies: dict[bytes, Body] = {}
        self._stretches: dict[bytes, bytes] = {}

    def packed(self, part: Part) -> Packed:
        """A part as members; pictures and workbooks are stored as they are."""
        name = part.name[1:]
        members = []
        if name:
            members.append(member(name, self._joined(part.pieces) if part.pieces else self._body(part)))
        if part.relationships or not name:
            folder, _, base = part.name.rpartition("/")
            members.append(member(f"{folder}/_rels/{base}.rels"[1:], body(_relationships(part), self._level)))
        targets = (one.target.name for one in part.relationships if isinstance(one.target, Part))
        return Packed(part.name, part.content_type, tuple(members), tuple(targets))

    def _body(self, part: Part) -> Body:
        known = self._bodies.get(part.data)
        if known is None:
            known = self._bodies[part.data] = body(part.data, 0 if part.content_type in _COMPRESSED else self._level)
        return known

    def _joined(self, pieces: tuple[bytes, ...]) -> Body:
        for piece in pieces:
            if piece not in self._stretches:
                self._stretches[piece] = stretch(piece, self._level)
        return joined(pieces, [self._stretches[piece] for piece in pieces])


class Bundle(Struct, frozen=True):
    """Parts that are packed one behind the other. `types` tells their content types by their names, `outside` which of
    them relates to each part that is not among them."""

    types: Mapping[str, str]
    outside: Mapping[str, str]
    segment: Segment


def bundled(parts: Sequence[Packed]) -> Bundle:
    """Raises ValueError for two parts of one name."""
    types = {part.name: part.content_type for part in parts}
    if len(types) < len(parts):
        raise ValueError("there are two parts of one name")
    outside = {target: part.name for part in parts for target in part.targets if target not in types}
    return Bundle(types, outside, segment(member for part in parts for member in part.members))


def package_archive(bundles: Sequence[Bundle], level: int = LEVEL) -> bytes:
    """The ZIP archive of a package: the content types first, then its parts as they come.

    Raises ValueError for two parts of one name, and for a relationship to a part that is not there.
    """
    types = {name: kind for bundle in bundles for name, kind in bundle.types.items()}
    if len({name.lower() for name in types}) < sum(len(bundle.types) for bundle in bundles):
        raise ValueError("there are two parts of one name")
    for bundle in bundles:
        for target, source in bundle.outside.items():
            if target not in types:
                raise ValueError(f"'{source}' relates to '{target}', which is not in the package")
    return archive((segment([content_types(types, level)]), *(bundle.segment for bundle in bundles)))


def content_types(types: Mapping[str, str], level: int = LEVEL) -> Member:
    """The member that tells the content types of parts by their names."""
    used = {"rels", "xml"}
    overrides = []
    for name, content_type in types.items():
        extension = name.rpartition(".")[2].lower()
        if _DEFAULTS.get(extension) == content_type:
            used.add(extension)
        elif name != ROOT:
            overrides.append(f'<Override PartName="{name}" ContentType="{content_type}"/>')
    defaults = (
        f'<Default Extension="{extension}" ContentType="{content_type}"/>'
        for extension, content_type in _DEFAULTS.items()
        if extension in used
    )
    xml = f'{DECLARATION}<Types xmlns="{_TYPES}">{"".join(defaults)}{"".join(overrides)}</Types>'
    return member("[Content_Types].xml", body(xml.encode(), level))


def _relationships(source: Part) -> bytes:
    """The relationships part of `source` (ECMA-376 part 2, 6.5.3)."""
    items = []
    here = source.name.rpartition("/")[0]
    for id, kind, target in source.relationships:
        if isinstance(target, str):
            place = f'Target="{escape(target)}" TargetMode="External"'
        else:
            there, _, base = target.name.rpartition("/")
            place = f'Target="{_way(here, there)}{base}"'
        items.append(f'<Relationship Id="{id}" Type="{kind}" {place}/>')
    return f'{DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}">{"".join(items)}</Relationships>'.encode()


@lru_cache(maxsize=64)
def _way(source: str, target: str) -> str:
    """How a part in the folder `source` refers to those in the folder `target`: the beginning of a relative URI."""
    here, there = source.split("/"), target.split("/")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "".join(f"{folder}/" for folder in there[shared:])
