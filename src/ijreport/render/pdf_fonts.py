"""Print faces and the words set in them → text operators, and embedded, subset fonts (ISO 32000-1, 9.7).

Each face becomes one composite font whose codes are the glyph numbers that HarfBuzz measured with, so a page
shows what layout computed, kerning and Devanagari included, and TrueType and CFF outlines go in as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

import uharfbuzz as hb
from msgspec.structs import replace
from reportlab.pdfbase import pdfdoc

from ijreport.layout.typesetting.faces import Glyph, PrintFace
from ijreport.layout.typesetting.line_breaking import split_word
from ijreport.layout.typesetting.text import SOFT_HYPHEN

_WORD_JOINER = "\u2060"


class EmbeddedFont:
    """One face in one document: remembers which glyphs were shown, and what text each stands for.

    That is the text that a glyph was first shown for in the document; `before` has it for glyphs that were shown in
    earlier stretches of it.
    """

    def __init__(self, face: PrintFace, before: Mapping[int, str]) -> None:
        self.face = face
        self.name = str(pdfdoc.PDFName(face.name))
        """What pages call it; the same in every process."""
        self.texts: dict[int, str] = {}
        self._before = before
        self.words: dict[str, tuple[str, bool]] = {}
        """What `show` gave so far: to look here first spares three hundred thousand calls."""

    def variant(self, face: PrintFace) -> EmbeddedFont:
        """The same embedded font, for words that are shaped by another face of its file."""
        other = EmbeddedFont(face, self._before)
        other.texts = self.texts
        return other

    def show(self, word: str) -> tuple[str, bool]:
        """The elements of a TJ array for a word, and whether its glyphs alone tell its text.

        A glyph that moves off the baseline interrupts the array: `dy` in it is a placeholder for the caller's size.
        """
        known = self.words.get(word)
        if known is None:
            # In the parts that were measured, or kerning between them would move what follows.
            glyphs = [glyph for part in split_word(word) for glyph in self.face.shape(part)]
            known = self.words[word] = self._elements(glyphs)
        return known

    def spread(self, text: str, white: Sequence[float]) -> tuple[str, bool]:
        """As `show`, with so many ems after each of the text's characters, spaces among them."""
        glyphs: list[Glyph] = []
        owed, after = 0.0, iter(white)
        for part in chain.from_iterable(map(split_word, re.split("( )", text))):
            shaped = self.face.shape(part)
            for number, glyph in enumerate(shaped, 1):
                owed += sum(islice(after, len(glyph.text)))
                ends = number == len(shaped) or shaped[number].text  # its cluster
                glyphs.append(replace(glyph, advance=glyph.advance + owed) if owed and ends else glyph)
                owed = 0.0 if ends else owed
        return self._elements(glyphs)

    def _elements(self, glyphs: list[Glyph]) -> tuple[str, bool]:
        parts: list[str] = []
        faithful = True
        run = ""
        for glyph in glyphs:
            text = glyph.text.replace(SOFT_HYPHEN, "-")
            known = self.texts.setdefault(glyph.id, self._before.get(glyph.id, text))
            faithful = faithful and known == glyph.text != ""
            shift = round(glyph.dx * 1000)
            after = round((self.face.natural_advance(glyph.id) - glyph.advance) * 1000) + shift
            if shift:
                parts += [f"<{run}>" if run else "", f"{-shift}"]
                run = ""
            if glyph.dy:
                parts += [f"<{run}>" if run else "", f"]TJ {glyph.dy:.4f} Ts[<{glyph.id:04X}>]TJ 0 Ts["]
                run = ""
            else:
                run += f"{glyph.id:04X}"
            if after:
                parts += [f"<{run}>" if run else "", f"{after}"]
                run = ""
        parts.append(f"<{run}>" if run else "")
        return " ".join(filter(None, parts)), faithful


# -- embedding ---------------------------------------------------------------------------------------------------


def embed(document: Any, face: PrintFace, texts: Mapping[int, str]) -> None:
    """Add a font with the glyphs that have a text to a ReportLab document, under the name that the pages use."""
    used = sorted(texts)
    data, outlines = _subset(face, used)
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
    name = pdfdoc.PDFName(f"{tag}+{face.name}")
    file = pdfdoc.PDFStream(content=data, filters=[pdfdoc.PDFZCompress])
    if outlines == "glyf":
        file.dictionary["Length1"] = len(data)
    else:
        file.dictionary["Subtype"] = pdfdoc.PDFName("OpenType")
    extents = hb.Font(face.face).get_font_extents("ltr")
    em = face.face.upem / 1000
    ascent, descent = round(extents.ascender / em), round(extents.descender / em)
    descriptor = pdfdoc.PDFDictionary(
        {
            "Type": "/FontDescriptor", "FontName": name, "Flags": 4, "ItalicAngle": 0, "StemV": 80,
            "Ascent": ascent, "Descent": descent, "CapHeight": round(ascent * 0.75),
            "FontBBox": pdfdoc.PDFArray([-500, descent, 2000, ascent]),
            "FontFile2" if outlines == "glyf" else "FontFile3": document.Reference(file, f"file {face.name}"),
        }
    )  # fmt: skip
    widths = pdfdoc.PDFArray([])
    for glyph in used:
        widths.sequence += [glyph, pdfdoc.PDFArray([round(face.natural_advance(glyph) * 1000, 3)])]
    descendant = pdfdoc.PDFDictionary(
        {
            "Type": "/Font", "Subtype": "/CIDFontType2" if outlines == "glyf" else "/CIDFontType0",
            "BaseFont": name, "FontDescriptor": document.Reference(descriptor, f"descriptor {face.name}"),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
            ),
            "DW": 1000, "W": widths,
        }
    )  # fmt: skip
    if outlines == "glyf":
        descendant["CIDToGIDMap"] = "/Identity"
    unicode = pdfdoc.PDFStream(content=_to_unicode(texts), filters=[pdfdoc.PDFZCompress])
    font = pdfdoc.PDFDictionary(
        {
            "Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H",
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant, f"descendant {face.name}")]),
            "ToUnicode": document.Reference(unicode, f"unicode {face.name}"),
        }
    )  # fmt: skip
    document.idToObject[pdfdoc.BasicFonts].dict[face.name] = document.Reference(font, f"font {face.name}")


def _to_unicode(texts: Mapping[int, str]) -> bytes:
    """The CMap from glyph numbers to text (ISO 32000-1, 9.10.3).

    Every glyph that is shown must have some (ISO 14289-1, 7.21.7). One that only completes the glyph before it, in
    words that carry `ActualText`, has a character that is nothing to see and parts nothing.
    """
    pairs = [f"<{glyph:04X}> <{_utf16(text or _WORD_JOINER)}>" for glyph, text in sorted(texts.items())]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def actual_text(text: str, language: str) -> str:
    """The opening of a span that says what its glyphs cannot (ISO 32000-1, 14.9.4)."""
    return f"/Span<</ActualText<FEFF{_utf16(text)}>/Lang({language})>>BDC"


def _subset(face: PrintFace, glyphs: list[int]) -> tuple[bytes, str]:
    """The font with only these glyphs, under their own numbers, without what a PDF reader does not use."""
    wanted = hb.SubsetInput()
    wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).set(set(glyphs) | {0})
    drop = ("GSUB", "GPOS", "GDEF", "DSIG", "STAT", "name", "kern", "meta", "BASE", "VORG", "vhea", "vmtx")
    tables = wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG)
    tables.update({int.from_bytes(tag.encode("ascii"), "big") for tag in drop})
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NOTDEF_OUTLINE
    small = hb.subset(face.face, wanted)
    outlines = "glyf" if "glyf" in small.table_tags else "CFF"
    return bytes(small.blob.data), outlines
