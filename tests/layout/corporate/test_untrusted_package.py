"""Packages of strangers: what keeps the rules is read, what breaks one is refused before it does harm."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from ijreport.layout.corporate import untrusted_package
from ijreport.layout.corporate.deck_template import read_template
from ijreport.layout.corporate.untrusted_package import RefusedPackage, UntrustedPackage

Corporate = Callable[..., bytes]
"""The fixture of tests/conftest.py."""

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
TYPES_PART = "[Content_Types].xml"
MASTER = "ppt/slideMasters/slideMaster1.xml"


def package(*members: tuple[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", method) as archive:
        for name, body in (("[Content_Types].xml", TYPES), *members):
            archive.writestr(ZipInfo(name), body, method)
    return stream.getvalue()


def refused(data: bytes, name: str = "") -> str:
    """The words with which a package, or a part of it, is refused."""
    try:
        opened = UntrustedPackage(data)
        if name:
            opened.tree(name)
    except RefusedPackage as fault:
        return str(fault)
    return "nothing is wrong with it"


def test_parts_are_read_by_their_absolute_names() -> None:
    opened = UntrustedPackage(package(("a/b.xml", b"<b/>"), ("a/", b"")))

    assert opened.read("/a/b.xml") == b"<b/>"
    assert opened.tree("/a/b.xml").tag == "b"
    assert "/a/" not in opened


@pytest.mark.parametrize(
    "data,told",
    [
        (b"", "not a readable ZIP archive"),
        (b"PK\3\4 and no more", "not a readable ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PowerPoint's old format, or protected by a password"),
        (package(("a.xml", b""))[:-30], "not a readable ZIP archive"),
    ],
)
def test_what_is_no_package(data: bytes, told: str) -> None:
    assert told in refused(data)


@pytest.mark.parametrize("name", ["../a.xml", "a/../../b.xml", "/etc/passwd", "a\\b.xml", "c:a.xml", "a//b.xml", "./a"])
def test_a_name_that_leads_out_of_the_package(name: str) -> None:
    assert "leads out of the package" in refused(package((name, b"<a/>")))


def test_two_members_that_some_systems_take_for_one() -> None:
    assert "two members of one name" in refused(package(("a.xml", b"<a/>"), ("A.xml", b"<b/>")))


def test_a_method_that_presentations_do_not_use() -> None:
    assert "packed by a method" in refused(package(("a.xml", b"<a/>"), method=ZIP_LZMA))


def test_an_encrypted_member() -> None:
    data = bytearray(package(("a.xml", b"<a/>")))
    central = data.rindex(b"PK\1\2")
    data[central + 8] |= 1
    assert "is encrypted" in refused(bytes(data))


@pytest.mark.parametrize(
    "limit,value,told",
    [
        ("MAX_MEMBERS", 2, "3 members, more than 2"),
        ("MAX_MEMBER", 1000, "'b.xml' is larger than 0 MiB"),
        ("MAX_TOTAL", 4000, "inflates to more than 0 MiB"),
        ("RATIO_FROM", 100, "inflates to more than 200 times its size"),
    ],
)
def test_the_limits_of_the_archive(limit: str, value: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told by the directory, before a byte is inflated."""
    data = package(("a.xml", b"<a/>"), ("b.xml", b" " * 100_000))
    assert refused(data) == "nothing is wrong with it"

    monkeypatch.setattr(untrusted_package, limit, value)
    assert told in refused(data)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert "'b.bin' inflates to more than 200 times" in refused(package(("b.bin", bytes(8 * 2**20))))


def test_a_member_that_is_larger_than_its_entry_says_is_not_inflated_further() -> None:
    body = bytes(4 * 2**20)
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packed.compress(body) + packed.flush()
    # The member's data are replaced by what inflates to more; the directory keeps the small size.
    liar = BytesIO()
    with ZipFile(liar, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo("[Content_Types].xml"), TYPES)
        archive.writestr(ZipInfo("b.bin"), bomb)
    data = bytearray(liar.getvalue())
    central = data.rindex(b"PK\1\2")
    struct.pack_into("<H", data, central + 10, ZIP_DEFLATED)
    struct.pack_into("<L", data, central + 24, 1000)
    opened = UntrustedPackage(bytes(data))
    with pytest.raises(RefusedPackage, match=r"'/b\.bin' is damaged"):
        opened.read("/b.bin")


def test_a_damaged_member() -> None:
    data = package(("a.xml", b"<a>some text that is long enough</a>"), method=ZIP_STORED)
    with pytest.raises(RefusedPackage, match="damaged"):
        UntrustedPackage(data.replace(b"some text", b"other txt")).read("/a.xml")


@pytest.mark.parametrize(
    "xml,told",
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "has a document type"),
        (b"<a>", "is not well-formed"),
        (b"<a>&unknown;</a>", "is not well-formed"),
        (b"", "is not well-formed"),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "is not written in UTF-8"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "is not written in UTF-8"),
        (b"<a>" * 101 + b"</a>" * 101, "nested more than 100 levels deep"),
        (b"<a>" + b"<b/>" * 200_000 + b"</a>", "has more than 200000 tags"),
        (b"<a>" + b" " * 8 * 2**20 + b"<b/>" * 20_000 + b"</a>", "is larger than 8 MiB"),
    ],
)
def test_xml_that_is_refused(xml: bytes, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_package, "MAX_RATIO", 10_000)
    assert told in refused(package(("a.xml", xml)), "/a.xml")


def test_nesting_up_to_the_limit_is_read() -> None:
    opened = UntrustedPackage(package(("a.xml", b"<a>" * 100 + b"</a>" * 100)))
    assert opened.tree("/a.xml").tag == "a"


# -- presentations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes,without,told",
    [
        ({TYPES_PART: [("presentation.main+xml", "presentation.macroEnabled.main+xml")]}, (), "may contain macros"),
        ({TYPES_PART: [("presentationml.presentation", "wordprocessingml.document")]}, (), "no presentation"),
        ({"ppt/presentation.xml": [("/presentationml/2006/main", "/presentationml/2099/main")]}, (), "strict variety"),
        ({"ppt/presentation.xml": [('cx="9144000"', 'cx="99"')]}, (), "slides measure"),
        ({"ppt/presentation.xml": [('cx="9144000"', 'cx="wide"')]}, (), "a length that is no number"),
        ({"ppt/presentation.xml": [("sldMasterId ", "sldMasterNo ")]}, (), "no slide master"),
        ({MASTER: [("p:clrMap ", "p:clrMop ")]}, (), "no colour map"),
        ({}, ("ppt/theme/theme1.xml",), "has no theme of its own"),
        ({"ppt/theme/theme1.xml": b"<theme/>"}, (), "is no theme"),
    ],
)  # fmt: skip
def test_presentations_that_are_refused(
    changes: dict[str, object], without: tuple[str, ...], told: str, corporate: Corporate
) -> None:
    with pytest.raises(RefusedPackage) as caught:
        read_template(corporate(changes, without))
    assert told in str(caught.value)
