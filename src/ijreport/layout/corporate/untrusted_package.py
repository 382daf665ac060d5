"""The bytes of somebody's Office Open XML package → its parts, read under limits and only as far as they are asked for.

A corporate template comes from outside: 600 kB of it may inflate to gigabytes, name members above its folder, or
nest XML until a parser falls over. What breaks a rule here is refused with `RefusedPackage`, before anything else sees
it (Open Packaging Conventions, ECMA-376 part 2; ZIP, APPNOTE 6.3).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree
from msgspec import Struct

MAX_MEMBERS = 5000
MAX_MEMBER = 64 * 2**20
"""Bytes of one member, inflated."""
MAX_TOTAL = 256 * 2**20
"""Bytes of all members, inflated."""
MAX_RATIO = 200
"""How many times its packed size a member may have, if it is larger than `RATIO_FROM`; XML comes to 10 or 30."""
RATIO_FROM = 2**20
MAX_XML = 8 * 2**20
"""Bytes of one XML part."""
MAX_TAGS = 200_000
"""Tags of one XML part; each costs a parser a hundred bytes and more."""
MAX_DEPTH = 100
"""Levels of elements in an XML part; the schemas of ECMA-376 reach about thirty."""

ROOT = "/"
"""The package itself, as the source of relationships."""

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 1
_LOCAL_HEADER = 30
_BAD_NAME = re.compile(r"[\\:\0]|(?:\A|/)\.{0,2}(?:/|\Z)")
"""Empty steps, `.` and `..`, backslashes, drives and schemes, NUL."""
_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,10})?")
_ENCODING = re.compile(rb"\A<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")


class RefusedPackage(Exception):
    """The package is damaged, or breaks a rule for those of strangers. `hint` may say what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Relation(Struct, frozen=True):
    """`target` is a part's absolute name or, if `external`, an address; `kind` is the last word of its type's URI."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2]


class UntrustedPackage:
    """A package opened for reading. Every method raises RefusedPackage for what breaks a rule."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_COMPOUND_FILE):
            hint = "save it as .potx or .pptx, without a password"
            raise RefusedPackage("it is in PowerPoint's old format, or protected by a password", hint)
        self._data = data
        try:
            with ZipFile(BytesIO(data)) as archive:
                members = archive.infolist()
        except (BadZipFile, NotImplementedError, ValueError) as fault:
            raise RefusedPackage(f"it is not a readable ZIP archive ({fault})") from None
        self._members = _checked(members)
        self._trees: dict[str, Any] = {}
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        self._read_types()

    @property
    def names(self) -> Mapping[str, int]:
        """The absolute names of all members with their sizes in bytes."""
        return {name: member.file_size for name, member in self._members.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A member's bytes, never more of them than its entry declares."""
        if name not in self._members:
            raise RefusedPackage(f"it has no '{name}'")
        member = self._members[name]
        lengths = self._data[member.header_offset + 26 : member.header_offset + _LOCAL_HEADER]
        start = member.header_offset + _LOCAL_HEADER + sum(lengths[at] + 256 * lengths[at + 1] for at in (0, 2))
        packed = self._data[start : start + member.compress_size]
        body = packed if member.compress_type == ZIP_STORED else _inflated(name, packed, member.file_size)
        if len(body) != member.file_size or zlib.crc32(body) != member.CRC:
            raise RefusedPackage(f"its member '{name}' is damaged")
        return body

    def tree(self, name: str) -> Any:
        """The root element of an XML part; the same element every time."""
        if name not in self._trees:
            self._trees[name] = _parsed(name, self.read(name))
        return self._trees[name]

    def type_of(self, name: str) -> str:
        """A part's content type; empty if none is declared."""
        return self._overrides.get(name.lower()) or self._defaults.get(name.rpartition(".")[2].lower(), "")

    def relations(self, source: str) -> tuple[Relation, ...]:
        """The relationships of a part, or of the package itself."""
        folder, _, base = source.rpartition("/")
        place = f"{folder}/_rels/{base}.rels"
        if place not in self._members:
            return ()
        found = []
        for entry in self.tree(place):
            target, external = entry.get("Target") or "", entry.get("TargetMode") == "External"
            inside = target if external else normpath(join(dirname(source) or "/", target))
            found.append(Relation(entry.get("Id") or "", entry.get("Type") or "", inside, external))
        return tuple(found)

    def related(self, source: str, kind: str) -> list[str]:
        """The parts to which a part relates in one way, such as `slideLayout`."""
        return [one.target for one in self.relations(source) if one.kind == kind and not one.external]

    def _read_types(self) -> None:
        for entry in self.tree("/[Content_Types].xml"):
            kind = entry.get("ContentType") or ""
            if entry.tag == f"{_TYPES}Default":
                self._defaults[(entry.get("Extension") or "").lower()] = kind
            elif entry.tag == f"{_TYPES}Override":
                self._overrides[(entry.get("PartName") or "").lower()] = kind


def _checked(members: list[ZipInfo]) -> dict[str, ZipInfo]:
    """The members by absolute name, if all of them together keep the limits. Entries of folders say nothing."""
    if len(members) > MAX_MEMBERS:
        raise RefusedPackage(f"it has {len(members)} members, more than {MAX_MEMBERS}")
    found: dict[str, ZipInfo] = {}
    for member in members:
        name = member.filename
        if _BAD_NAME.search(name.removesuffix("/")):
            raise RefusedPackage(f"it has a member named '{name[:80]}', which leads out of the package")
        if member.orig_filename != name:  # a NUL ends the name for one program, and not for another
            raise RefusedPackage(f"it has a member named '{name[:80]}', whose name is not what it seems")
        if name.endswith("/"):
            continue
        if member.flag_bits & _ENCRYPTED:
            raise RefusedPackage(f"its member '{name}' is encrypted", "save it without a password")
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise RefusedPackage(f"its member '{name}' is packed by a method that presentations do not use")
        if member.file_size > MAX_MEMBER:
            raise RefusedPackage(f"its member '{name}' is larger than {MAX_MEMBER // 2**20} MiB")
        if member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size):
            raise RefusedPackage(f"its member '{name}' inflates to more than {MAX_RATIO} times its size")
        found[f"/{name}"] = member
    if len({name.lower() for name in found}) != sum(not one.filename.endswith("/") for one in members):
        raise RefusedPackage("it has two members of one name")
    if sum(member.file_size for member in found.values()) > MAX_TOTAL:
        raise RefusedPackage(f"it inflates to more than {MAX_TOTAL // 2**20} MiB")
    return found


def _inflated(name: str, packed: bytes, size: int) -> bytes:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return inflating.decompress(packed, size + 1)  # one byte too many tells that the entry lies
    except zlib.error as fault:
        raise RefusedPackage(f"its member '{name}' is damaged ({fault})") from None


def _parsed(name: str, data: bytes) -> Any:
    """XML without a document type: no entities, nothing that leads elsewhere (ECMA-376 part 2, 6.2.5)."""
    if len(data) > MAX_XML:
        raise RefusedPackage(f"its part '{name}' is larger than {MAX_XML // 2**20} MiB")
    declared = _ENCODING.match(data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise RefusedPackage(f"its part '{name}' is not written in UTF-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RefusedPackage(f"its part '{name}' has a document type, which may hide entities")
    if data.count(b"<") > MAX_TAGS:
        raise RefusedPackage(f"its part '{name}' has more than {MAX_TAGS} tags")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise RefusedPackage(f"its part '{name}' is not well-formed: {fault.msg}") from None
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise RefusedPackage(f"its part '{name}' is nested more than {MAX_DEPTH} levels deep")
    return root


def number(text: str) -> float | None:
    """A number as the schemas write them, of up to ten digits; None for anything else, and for what floats call one."""
    return float(text) if _NUMBER.fullmatch(text) else None


def whole_number(element: Any, attribute: str) -> int:
    """An attribute that the schemas want to be a whole number, not below 0; 0 if it is not there."""
    text = element.get(attribute) or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise RefusedPackage(f'it has a number that is none: {attribute}="{text[:40]}"')
    return int(text)
