"""The bytes of a package ↔ its members, for tests that change one."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

Members = dict[str, bytes]


def packed(members: Members) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def members_of(deck: bytes) -> Members:
    with ZipFile(BytesIO(deck)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
