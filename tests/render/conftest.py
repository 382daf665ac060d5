"""PDFs read back by a program that is not ours: their structure as indented text, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from ijreport.build import build
from ijreport.diagnostics import ContentError, Diagnostics

REPORT = """\
title: A small report
date: 2025-09-01
language: {language}
outputs: {{out: {{format: pdf, template: text.md.j2}}}}
"""
SOURCES = "mea: {title: Joint statement, author: MEA, url: 'https://www.mea.gov.in/'}\nmofa: {title: Fact sheet}\n"
GLOSSARY = "ISRO: Indian Space Research Organisation\nMoU: memorandum of understanding\n"


def picture(mode: str, form: str) -> bytes:
    """A small picture with a diagonal edge, half transparent where it has an alpha channel."""
    image = Image.linear_gradient("L").resize((40, 30)).convert("RGB").convert(mode)
    if mode.endswith("A"):
        image.putalpha(Image.linear_gradient("L").resize((40, 30)))
    stream = BytesIO()
    image.save(stream, form)
    return stream.getvalue()


def pictures() -> Mapping[str, bytes]:
    modes = {"rgb.png": "RGB", "rgba.png": "RGBA", "grey.png": "L", "grey-alpha.png": "LA", "palette.png": "P"}
    found = {name: picture(mode, "PNG") for name, mode in modes.items()}
    jpegs = {"rgb.jpg": "RGB", "grey.jpg": "L", "cmyk.jpg": "CMYK"}
    return found | {name: picture(mode, "JPEG") for name, mode in jpegs.items()}


@pytest.fixture
def print_of(project: Callable[..., Path]) -> Callable[..., Path]:
    """Make `print_of(markdown, language="en")` build a PDF of it and return its path; warnings are let pass."""

    def make(markdown: str, language: str = "en", files: Mapping[str, str | bytes | None] | None = None) -> Path:
        folder = project(
            {
                "content/report.yaml": REPORT.format(language=language),
                "content/sources.yaml": SOURCES,
                "content/glossary.yaml": GLOSSARY,
                "templates/text.md.j2": "{% raw %}" + markdown + "{% endraw %}",
                **pictures(),
                **(files or {}),
            }
        )
        diagnostics = Diagnostics()
        with suppress(ContentError):
            build(folder, diagnostics)
        assert [f"{one.span}: {one.message}" for one in diagnostics if one.severity == "error"] == []
        return folder / "build/out.pdf"

    return make


# -- what a page says ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Marked:
    """The content of one page: texts by the number of their mark, and what was drawn outside of any."""

    texts: dict[int, str] = field(default_factory=dict)
    artifacts: str = ""
    unmarked: int = 0


_PAINTING = frozenset(["f", "f*", "F", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "Tj", "TJ", "INLINE IMAGE"])


def marked(page: pikepdf.Page) -> Marked:
    """Text as its glyphs' ToUnicode tables and `ActualText` give it (ISO 32000-1, 9.10 and 14.9.4)."""
    found = Marked()
    tables = {name: to_unicode(font) for name, font in page.obj.Resources.Font.items()}
    table: dict[int, str] = {}
    stack: list[int | str | None] = []  # a mark's number, the name of an artifact, None in marks that say nothing new
    actual = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        text = ""
        if operator in {"BDC", "BMC"}:
            properties = operands[1] if operator == "BDC" else Dictionary()
            if "/MCID" in properties:
                stack.append(int(properties.MCID))
            else:
                stack.append(str(operands[0]) if operands[0] == Name.Artifact else None)
            if "/ActualText" in properties:
                text, actual = str(properties.ActualText), actual + len(stack)
        elif operator == "EMC":
            actual = 0 if actual == len(stack) else actual
            stack.pop()
        elif operator == "Tf":
            table = tables[str(operands[0])]
        elif operator == "TJ" and not actual:
            codes = b"".join(bytes(one) for one in operands[0] if isinstance(one, pikepdf.String))
            text = "".join(
                table[code] for code in (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))
            )
        owner = next((one for one in reversed(stack) if one is not None), None)
        if owner is None:
            found.unmarked += operator in _PAINTING
        elif isinstance(owner, str):
            found.artifacts += text
        else:
            found.texts[owner] = found.texts.get(owner, "") + text
    assert stack == []
    return found


def to_unicode(font: Any) -> dict[int, str]:
    """The characters of a composite font's codes (9.10.3)."""
    found = {}
    for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
        parts = line.split()
        if len(parts) == 2 and parts[0].startswith("<") and parts[0] != "<0000>":
            found[int(parts[0][1:-1], 16)] = bytes.fromhex(parts[1][1:-1]).decode("utf-16-be")
    return found


# -- the structure ---------------------------------------------------------------------------------------------


def structure(file: Path) -> str:
    """The structure tree, an element a line: its type, what is said of it, and its own text."""
    with Pdf.open(file) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        contents = [marked(page) for page in pdf.pages]
        assert [page.unmarked for page in contents] == [0] * len(contents)
        reader = _Reader(pages, contents)
        return "\n".join(reader.element(pdf.Root.StructTreeRoot.K, 0)) + "\n"


@dataclass(frozen=True, slots=True)
class _Reader:
    pages: Mapping[Any, int]
    contents: list[Marked]

    def element(self, element: Any, depth: int) -> Iterator[str]:
        kids = element.get("/K", Array())
        parts: list[str] = []
        inside: list[str] = []
        places: set[int] = set()
        for kid in kids if isinstance(kids, Array) else [kids]:
            kind = kid.get("/Type") if isinstance(kid, Dictionary) else Name.MCR
            if kind == Name.MCR:
                page, number = (element.Pg, kid) if isinstance(kid, int) else (kid.Pg, int(kid.MCID))
                places.add(self.pages[page.objgen])
                parts.append(self.contents[self.pages[page.objgen] - 1].texts.get(number, ""))
            elif kind == Name.OBJR:
                parts.append("@")
            else:
                parts.append("…")
                inside += self.element(kid, depth + 1)
        said = [str(element.S)[1:], *self.attributes(element)]
        if len(places) > 1:
            said.append(f"on {min(places)}–{max(places)}")
        text = "".join(parts)
        yield "  " * depth + " ".join(said) + (f": {text}" if text.strip("…") else "")
        yield from inside

    def attributes(self, element: Any) -> Iterator[str]:
        own = element.get("/A", {})
        for key in ("/Scope", "/ListNumbering"):
            if key in own:
                yield str(own[key])[1:]
        for key in ("/ColSpan", "/RowSpan"):
            if key in own:
                yield f"{key[1:]}={own[key]}"
        if "/BBox" in own:
            left, bottom, right, top = map(float, own.BBox)
            yield f"{right - left:.0f}×{top - bottom:.0f}"
        for key in ("/Lang", "/Alt", "/ID"):
            if key in element:
                yield f"{key[1:].lower()}={element[key]!s}"


@pytest.fixture(name="structure")
def _structure() -> Callable[[Path], str]:
    return structure


@pytest.fixture
def structure_of(print_of: Callable[..., Path]) -> Callable[..., str]:
    """Make `structure_of(markdown, language="en")` tell the structure of the PDF, without its cover."""

    def tell(markdown: str, language: str = "en") -> str:
        whole = structure(print_of(markdown, language)).splitlines(keepends=True)
        assert whole[:3] == ["Document\n", "  Sect\n", "    P: A small report\n"]
        second = next(
            (at for at, line in enumerate(whole[2:], 2) if line.startswith("  ") and line[2] != " "), len(whole)
        )
        return "".join(line[2:] for line in whole[second:])

    return tell
