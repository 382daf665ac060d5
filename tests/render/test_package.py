"""The package: what is in the archive, in which order, and that it is the same every time."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ijreport.render.package import Package, Part

SLIDE = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
PNG = b"\x89PNG\r\n" + bytes(500)


def small() -> Package:
    package = Package()
    slide = package.add(Part("/ppt/slides/slide1.xml", SLIDE, b"<slide/>" * 50))
    picture = package.add(Part("/ppt/media/image1.png", "image/png", PNG))
    package.root.relate(slide, "urn:main")
    slide.relate(picture, "urn:image")
    slide.relate("https://example.org/?a=1&b=2", "urn:link")
    return package


def opened(package: Package, level: int = 6) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package.write(level)))


def attributes(xml: bytes) -> list[dict[str, str]]:
    return [dict(child.attrib) for child in etree.fromstring(xml)]


def test_content_types_come_first_and_each_part_before_its_relationships() -> None:
    archive = opened(small())

    assert archive.testzip() is None
    assert archive.namelist() == [
        "[Content_Types].xml",
        "_rels/.rels",
        "ppt/slides/slide1.xml",
        "ppt/slides/_rels/slide1.xml.rels",
        "ppt/media/image1.png",
    ]


def test_every_part_is_declared_and_only_what_is_used() -> None:
    assert attributes(opened(small()).read("[Content_Types].xml")) == [
        {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"},
        {"Extension": "xml", "ContentType": "application/xml"},
        {"Extension": "png", "ContentType": "image/png"},
        {"PartName": "/ppt/slides/slide1.xml", "ContentType": SLIDE},
    ]


def test_relationships_are_relative_inside_the_package_and_whole_outside() -> None:
    archive = opened(small())

    assert attributes(archive.read("_rels/.rels")) == [
        {"Id": "rId1", "Type": "urn:main", "Target": "ppt/slides/slide1.xml"}
    ]
    assert attributes(archive.read("ppt/slides/_rels/slide1.xml.rels")) == [
        {"Id": "rId1", "Type": "urn:image", "Target": "../media/image1.png"},
        {"Id": "rId2", "Type": "urn:link", "Target": "https://example.org/?a=1&b=2", "TargetMode": "External"},
    ]


def test_a_relationship_is_made_once() -> None:
    one, other = Part("/a.xml", SLIDE), Part("/b.xml", SLIDE)

    ids = [one.relate(other, "urn:x"), one.relate(other, "urn:x"), one.relate(other, "urn:y"), one.relate("u", "urn:x")]

    assert ids == ["rId1", "rId1", "rId2", "rId3"]


def test_the_archive_has_no_clock_and_no_platform() -> None:
    members = opened(small()).infolist()

    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {(member.create_system, member.external_attr, member.extra, member.comment) for member in members} == {
        (0, 0, b"", b"")
    }
    assert small().write() == small().write()


@given(
    parts=st.lists(
        st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 70_000).map(bytes)), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    level=st.integers(1, 9),
)
def test_pieces_are_one_behind_the_other_for_whoever_inflates_them(parts: list[list[bytes]], level: int) -> None:
    package = Package()
    for number, pieces in enumerate(parts):
        package.root.relate(package.add(Part(f"/{number}.xml", SLIDE, pieces=tuple(pieces))), "urn:main")

    archive = opened(package, level)

    assert archive.testzip() is None
    assert [archive.read(f"{number}.xml") for number in range(len(parts))] == [b"".join(pieces) for pieces in parts]


@pytest.mark.parametrize(
    "level, method", [(0, zipfile.ZIP_STORED), (1, zipfile.ZIP_DEFLATED), (9, zipfile.ZIP_DEFLATED)]
)
def test_pictures_are_stored_and_the_rest_is_deflated_as_asked(level: int, method: int) -> None:
    archive = opened(small(), level)

    assert archive.getinfo("ppt/media/image1.png").compress_type == zipfile.ZIP_STORED
    assert archive.read("ppt/media/image1.png") == PNG
    assert archive.getinfo("ppt/slides/slide1.xml").compress_type == method
    assert archive.read("ppt/slides/slide1.xml") == b"<slide/>" * 50


@pytest.mark.parametrize("name", ["ppt/a.xml", "/ppt//a.xml", "/ppt/../a.xml", "/ppt/a b.xml", "/ppt/a", "/ppt/ä.xml"])
def test_a_malformed_part_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a part name"):
        Package().add(Part(name, SLIDE))


def test_two_parts_of_one_name_are_refused_whatever_their_case() -> None:
    package = small()

    with pytest.raises(ValueError, match="two parts named"):
        package.add(Part("/ppt/slides/SLIDE1.xml", SLIDE))


def test_a_relationship_into_nothing_is_refused() -> None:
    package = small()
    package.root.relate(Part("/ppt/lost.xml", SLIDE), "urn:x")

    with pytest.raises(ValueError, match=r"'/' relates to '/ppt/lost\.xml', which is not in the package"):
        package.write()


def test_time_grows_with_the_parts_and_no_faster() -> None:
    def seconds(parts: int) -> float:
        package = Package()
        hub = package.add(Part("/hub.xml", SLIDE))
        for number in range(parts):
            part = package.add(Part(f"/slides/slide{number}.xml", SLIDE, b"<p:sld>" + str(number).encode() * 300))
            part.relate(hub, "urn:hub")
            hub.relate(part, "urn:slide")
        started = time.process_time()
        package.write()
        return time.process_time() - started

    few, many = min(seconds(250) for _ in range(3)), min(seconds(2000) for _ in range(3))

    assert many / few < 3 * 2000 / 250
