"""The bytes of an Office Open XML package → its parts, types and relationships, and what is wrong with the package.

What these checks look for is what makes office programs offer a repair: the rules of the Open Packaging
Conventions (ECMA-376 part 2), which schemas of the parts' XML do not know.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from ijreport.diagnostics import Diagnostic
from ijreport.verify.fault import fault

TYPES_MEMBER = "/[Content_Types].xml"
ROOT = "/"
"""The package itself, as the source of relationships."""

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_SAYS_NOTHING = ("", "application/xml")
_LOCAL_HEADER = 30
_LENGTHS = struct.Struct("<HH")
_SAFE_SCHEMES = ("https://", "http://", "mailto:")


class Relationship(NamedTuple):
    """`target` is a part's absolute name or, if `external`, an address; `type` is the last word of its URI."""

    id: str
    type: str
    target: str
    external: bool


class Package:
    """A package opened for reading: parts are inflated when asked for, so that a large one is never whole in memory.

    All of it raises BadZipFile if the archive or a member of it is damaged, and etree.XMLSyntaxError if a part that
    describes the others is not well-formed.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        # Nothing refers to an XML id here; without a table of them, small parts are parsed in half the time.
        self._parser = etree.XMLParser(collect_ids=False, resolve_entities=False, no_network=True)
        with ZipFile(BytesIO(data)) as archive:
            self.members: tuple[ZipInfo, ...] = tuple(archive.infolist())
        self._members = {f"/{member.filename}": member for member in self.members}
        self._folders: dict[tuple[str, str], str] = {}
        self.sources = {_source(name): name for name in self._members if name.endswith(".rels")}
        """What has relationships, and the member that tells them."""
        self._known: dict[str, tuple[Relationship, ...]] = {}
        self.parts = [name for name in self._members if name != TYPES_MEMBER and not name.endswith((".rels", "/"))]
        self.defaults, self.overrides = self._types()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A member's bytes. `zipfile` does the same at several times the cost for each small member."""
        member = self._members[name]
        lengths = _LENGTHS.unpack_from(self._data, member.header_offset + 26)
        start = member.header_offset + _LOCAL_HEADER + sum(lengths)
        packed = self._data[start : start + member.compress_size]
        try:
            body = packed if member.compress_type == ZIP_STORED else zlib.decompress(packed, -zlib.MAX_WBITS)
        except zlib.error as error:
            raise BadZipFile(f"'{name}' cannot be inflated: {error}") from None
        if zlib.crc32(body) != member.CRC:
            raise BadZipFile(f"the checksum of '{name}' is wrong")
        return body

    def tree(self, name: str) -> Any:
        """The root element of an XML part."""
        return self.parsed(self.read(name))

    def parsed(self, xml: bytes) -> Any:
        """The root element of a part's XML."""
        return etree.fromstring(xml, self._parser)

    def type_of(self, name: str) -> str:
        """A part's content type; empty if none is declared."""
        declared = self.overrides.get(name)
        return declared[0] if declared else self.defaults.get(name.rpartition(".")[2].lower(), [""])[0]

    def declared(self, ending: str) -> list[str]:
        """The parts that are declared by name to be of a type with this ending."""
        return [name for name, types in self.overrides.items() if types[0].endswith(ending) and name in self]

    def relationships(self, source: str) -> tuple[Relationship, ...]:
        """Those of a part, or of the package."""
        known = self._known.get(source)
        if known is None:
            known = self._known[source] = tuple(self._relationships(source)) if source in self.sources else ()
        return known

    def related(self, source: str, kind: str) -> list[str]:
        """The parts to which a part relates in one way, such as `slideLayout`."""
        return [one.target for one in self.relationships(source) if one.type == kind and not one.external]

    def _types(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Content types by extension and by part; more than one where somebody declared it twice."""
        defaults: dict[str, list[str]] = {}
        overrides: dict[str, list[str]] = {}
        if TYPES_MEMBER not in self:
            raise BadZipFile("it has no [Content_Types].xml")
        for entry in self.tree(TYPES_MEMBER):
            if entry.tag == f"{_TYPES}Default":
                defaults.setdefault(entry.get("Extension").lower(), []).append(entry.get("ContentType"))
            else:
                overrides.setdefault(entry.get("PartName"), []).append(entry.get("ContentType"))
        return defaults, overrides

    def _relationships(self, source: str) -> Iterator[Relationship]:
        here = dirname(source)
        for entry in self.tree(self.sources[source]):
            target, external = entry.get("Target"), entry.get("TargetMode") == "External"
            place = target if external else self._resolved(here, target)
            yield Relationship(entry.get("Id"), entry.get("Type").rpartition("/")[2], place, external)

    def _resolved(self, here: str, target: str) -> str:
        """The name of the part that a reference from a part in the folder `here` leads to."""
        way, slash, base = target.rpartition("/")
        folder = self._folders.get((here, way))
        if folder is None:
            folder = self._folders[here, way] = normpath(join(here, way + slash)).rstrip("/")
        return f"{folder}/{base}"


def _source(relations: str) -> str:
    """The part whose relationships a member holds: `/ppt/_rels/a.xml.rels` belongs to `/ppt/a.xml`."""
    folder, _, name = relations.rpartition("/_rels/")
    return f"{folder}/{name.removesuffix('.rels')}"


# -- the checks ------------------------------------------------------------------------------------------------


def archive(package: Package) -> Iterator[Diagnostic]:
    """Content types first, no folders, no second member of a name, nothing packed in an unusual way."""
    members = package.members
    if f"/{members[0].filename}" != TYPES_MEMBER:
        yield fault("deck-archive", f"the archive begins with '{members[0].filename}', not with [Content_Types].xml")
    for name, count in Counter(member.filename.lower() for member in members).items():
        if name.endswith("/"):
            yield fault("deck-archive", f"the archive has an entry for the folder '{name}'")
        if count > 1:
            yield fault("deck-archive", f"the archive has {count} members named '{name}'")
    for member in members:
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or member.flag_bits & 1:
            yield fault("deck-archive", f"'{member.filename}' is packed in a way that office programs may not read")


def content_types(package: Package) -> Iterator[Diagnostic]:
    """Every part is declared once, as what it is, and nothing is declared that is not there."""
    for name in package.parts:
        if package.type_of(name) in _SAYS_NOTHING:
            yield fault("deck-content-types", f"'{name}' has no content type of its own")
    for name, types in package.overrides.items():
        if name not in package:
            yield fault("deck-content-types", f"a content type is declared for '{name}', which is not there")
        if len(types) > 1:
            yield fault("deck-content-types", f"the content type of '{name}' is declared {len(types)} times")
    for extension, types in package.defaults.items():
        if len(types) > 1:
            yield fault("deck-content-types", f"the content type of .{extension} is declared {len(types)} times")


def relationships(package: Package) -> Iterator[Diagnostic]:
    """Every relationship has its own id and leads to a part, or outside to where a link may lead."""
    for source in package.sources:
        all_of_it = package.relationships(source)
        if source != ROOT and source not in package:
            yield fault("deck-relationships", f"there are relationships of '{source}', which is not there")
        if len({one.id for one in all_of_it}) < len(all_of_it):
            for id, count in Counter(one.id for one in all_of_it).items():
                if count > 1:
                    yield fault("deck-relationships", f"'{source}' has {count} relationships with the id '{id}'")
        for one in all_of_it:
            if one.external and not one.target.lower().startswith(_SAFE_SCHEMES):
                yield fault("deck-relationships", f"'{source}' leads outside to '{one.target}'")
            if not one.external and one.target not in package:
                yield fault("deck-relationships", f"'{source}' relates to '{one.target}', which is not there")


def reachable(package: Package) -> Iterator[Diagnostic]:
    """Every part can be come to from the package's root."""
    reached, ahead = {ROOT}, [ROOT]
    while ahead:
        for one in package.relationships(ahead.pop()):
            if not one.external and one.target not in reached:
                reached.add(one.target)
                ahead.append(one.target)
    for name in package.parts:
        if name not in reached:
            yield fault("deck-relationships", f"nothing leads to '{name}'")


PackageChecks = tuple[Callable[[Package], Iterator[Diagnostic]], ...]
MEMBER_CHECKS: PackageChecks = (archive, content_types)
RELATIONSHIP_CHECKS: PackageChecks = (relationships, reachable)
