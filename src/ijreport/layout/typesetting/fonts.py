"""Family, weight and character → the face that has it, and how wide that face sets a text.

Print faces are shaped by HarfBuzz word by word (kerning, ligatures, Devanagari) and embedded as they were measured.
Slide faces are names that the reader's machine fills in, so they are measured from published metrics, with a margin.
Advances are in ems: multiply by the size.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import chain, count, pairwise
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from msgspec import Struct

from ijreport.content.bind import place_of
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.layout.theme import Family, Theme
from ijreport.layout.typesetting.office_widths import line_height, office_widths

FamilyRole = Literal["text", "heading", "mono"]


class Glyph(Struct, frozen=True):
    """One glyph of a shaped word, in ems. `text` is what it stands for; later glyphs of its cluster have none."""

    id: int
    advance: float
    dx: float
    dy: float
    text: str


class Face(Protocol):
    """A font face, as far as layout is concerned. `x_height` (in ems) is 0 where it says nothing of the size."""

    name: str

    @property
    def x_height(self) -> float: ...

    @property
    def tabular(self) -> Face:
        """The same face with figures that are all of one width, where it has them."""
        ...

    def covers(self, character: str) -> bool: ...

    def advance(self, word: str) -> float: ...


class PrintFace:
    """A font file, shaped by HarfBuzz and embedded in the PDF."""

    def __init__(self, name: str, data: Any, one_weight: bool = False, features: tuple[str, ...] = ()) -> None:
        """`one_weight`: there is no bold face beside it, so that a renderer has to embolden it.

        `data` is the font file or its path, or the HarfBuzz face of another `PrintFace`.
        """
        import uharfbuzz as hb

        if isinstance(data, hb.Face):
            self.face = data
        else:
            self.face = hb.Face(hb.Blob.from_file_path(str(data)) if isinstance(data, Path) else hb.Blob(data))
        self.name = name
        self.one_weight = one_weight
        self._hb = hb
        self._font = hb.Font(self.face)
        self._em = float(self.face.upem)
        self._features = dict.fromkeys(features, True)
        self._shaped: dict[str, tuple[Glyph, ...]] = {}
        self._advances: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"PrintFace({self.name!r})"

    @cached_property
    def tabular(self) -> PrintFace:
        """The same font file, shaped with the feature `tnum` (OpenType 1.9, "Registered Features")."""
        return PrintFace(self.name, self.face, self.one_weight, ("tnum",))

    @cached_property
    def x_height(self) -> float:
        glyph = self._font.get_nominal_glyph(ord("x"))
        extents = self._font.get_glyph_extents(glyph) if glyph else None
        return float(extents.y_bearing) / self._em if extents else 0.0

    @property
    def ascent(self) -> float:
        return float(self._font.get_font_extents("ltr").ascender) / self._em

    @property
    def descent(self) -> float:
        """Below the baseline, negative."""
        return float(self._font.get_font_extents("ltr").descender) / self._em

    def covers(self, character: str) -> bool:
        return bool(self._font.get_nominal_glyph(ord(character)))

    def advance(self, word: str) -> float:
        known = self._advances.get(word)
        if known is None:
            known = self._advances[word] = sum(glyph.advance for glyph in self.shape(word))
        return known

    def shape(self, word: str) -> tuple[Glyph, ...]:
        known = self._shaped.get(word)
        if known is None:
            known = self._shaped[word] = self._shape(word)
        return known

    def _shape(self, word: str) -> tuple[Glyph, ...]:
        """A soft hyphen at the end is one at a line's end, and visible."""
        buffer = self._hb.Buffer()
        buffer.add_str(word[:-1] + "-" if word.endswith("\u00ad") else word)
        buffer.guess_segment_properties()
        self._hb.shape(self._font, buffer, self._features)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions or []  # None for an empty word
        ends = dict(pairwise([*sorted({info.cluster for info in infos}), len(word)]))
        glyphs = []
        told: set[int] = set()
        for info, place in zip(infos, positions, strict=True):
            text = "" if info.cluster in told else word[info.cluster : ends[info.cluster]]
            told.add(info.cluster)
            em = self._em
            glyphs.append(Glyph(info.codepoint, place.x_advance / em, place.x_offset / em, place.y_offset / em, text))
        return tuple(glyphs)

    def natural_advance(self, glyph: int) -> float:
        """A glyph's own advance, as the embedded font's widths give it."""
        return float(self._font.get_glyph_h_advance(glyph)) / self._em


# -- slide faces: names with published metrics -----------------------------------------------------------------


class _SlideFace:
    """What the deck only names: its reader's program chooses figures and sizes."""

    x_height = 0.0

    @property
    def tabular(self) -> Self:
        return self


LATIN_MARGIN = 1.02
"""Measured against LibreOffice on 400 boxes a font: plain advance widths never fell short with 2 %."""
JAPANESE_MARGIN = 1.05
"""Same measurement: applications squeeze and hang Japanese punctuation differently."""
DEVANAGARI_MARGIN = 1.08
"""Nirmala UI and its substitutes differ by up to 6 % from the face it is measured with; 2 % as for Latin."""
UNKNOWN_MARGIN = 1.12
"""For typefaces whose metrics are not published: wider than Arial by at most this, or the author is warned."""

# Metric-compatible with the Adobe core fonts, whose widths ReportLab carries.
_CORE = {
    "arial": "Helvetica", "helvetica": "Helvetica", "liberation sans": "Helvetica",
    "times new roman": "Times", "times": "Times", "liberation serif": "Times",
    "courier new": "Courier", "courier": "Courier", "liberation mono": "Courier",
}  # fmt: skip
_CORE_STYLES = {
    "Helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"),
    "Times": ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    "Courier": ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique"),
}


@lru_cache(maxsize=16)
def _core_widths(font: str) -> dict[str, float]:
    """Widths in ems by character, of a core font in WinAnsi."""
    from reportlab.pdfbase import _fontdata

    names, widths = _fontdata.encodings["WinAnsiEncoding"], _fontdata.widthsByFontGlyph[font]
    pairs = ((bytes([code]).decode("cp1252", "ignore"), name) for code, name in enumerate(names))
    return {character: widths[name] / 1000 for character, name in pairs if character and name in widths}


CORE_LINE = 1.15
"""The height of a line in the typefaces that the core fonts are compatible with, in ems."""
UNKNOWN_LINE = 1.34
"""For typefaces whose metrics are not published: that of Segoe UI, the highest of those that offices use."""


def slide_line(name: str) -> float:
    """How high a line in a typeface of a deck is if no more is said of its distance, in ems."""
    return CORE_LINE if name.lower() in _CORE else line_height(name.lower()) or UNKNOWN_LINE


class LatinFace(_SlideFace):
    """A Latin typeface's name, measured by the widths of a metric-compatible one, in ems by character."""

    def __init__(self, name: str, widths: Mapping[str, float], margin: float) -> None:
        self.name = name
        self._widths = widths
        self._margin = margin
        self._advances: dict[str, float] = {}

    def covers(self, character: str) -> bool:
        return not _is_japanese(character) and not _is_devanagari(character)

    def advance(self, word: str) -> float:
        known = self._advances.get(word)
        if known is None:
            known = self._advances[word] = sum(map(self._width, word)) * self._margin
        return known

    def _width(self, character: str) -> float:
        width = self._widths.get(character)
        if width is not None:
            return width
        if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
            return 0.0
        base = unicodedata.normalize("NFKD", character)
        if base[0] != character and base[0] in self._widths:
            return sum(self._widths.get(part, 0.0) for part in base)
        return 1.0  # symbols and other scripts: no face of this kind sets one wider than its em


class JapaneseFace(_SlideFace):
    """An East Asian typeface's name: full-width characters are one em wide, half-width ones half."""

    def __init__(self, name: str) -> None:
        self.name = name

    def covers(self, character: str) -> bool:
        return _is_japanese(character)

    def advance(self, word: str) -> float:
        return JAPANESE_MARGIN * sum(0.5 if unicodedata.east_asian_width(c) == "H" else 1.0 for c in word)


class DevanagariFace(_SlideFace):
    """A complex-script typeface's name, measured by shaping with a face of like proportions."""

    def __init__(self, name: str, model: PrintFace) -> None:
        self.name = name
        self._model = model

    def covers(self, character: str) -> bool:
        return _is_devanagari(character)

    def advance(self, word: str) -> float:
        return self._model.advance(word) * DEVANAGARI_MARGIN


def _is_japanese(character: str) -> bool:
    """Kana, CJK ideographs and punctuation, full- and half-width forms (Unicode blocks)."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or 0x20000 <= code <= 0x3FFFF
    )


def _is_devanagari(character: str) -> bool:
    return 0x0900 <= ord(character) <= 0x097F or 0xA8E0 <= ord(character) <= 0xA8FF


def script_language(character: str) -> str:
    """The language whose script a character belongs to here, or "" for the document's own."""
    return "ja" if _is_japanese(character) else "hi" if _is_devanagari(character) else ""


# -- the families ----------------------------------------------------------------------------------------------

_STYLES = ((False, False), (True, False), (False, True), (True, True))

# Built-in families: the code names of `pymupdf-fonts` for regular, bold, italic, bold italic.
_BUILT_IN = {
    "FiraGO": ("figo", "figbo", "figit", "figbi"),
    "Noto Sans": ("notos", "notosbo", "notosit", "notosbi"),
    "Fira Mono": ("fimo", "fimbo", "fimo", "fimbo"),
    "Ubuntu": ("ubuntu", "ubuntubo", "ubuntuit", "ubuntubi"),
}
# Asked in turn for a character that the family itself lacks.
_FALLBACK = ("FiraGO", "Noto Sans")
_SYMBOLS = ("symbol1", "symbol2", "math")
_CJK = "NotoSansCJKjp-Regular"


@lru_cache(maxsize=32)
def _built_in(code: str) -> PrintFace:
    """A face of a font package. Faces hold no state of a build, so one warm process keeps them."""
    if code == "cjk":
        spec = importlib.util.find_spec("noto_cjk_sans_jp_regular")
        if spec is None or spec.origin is None:
            raise RuntimeError("the package noto-cjk-sans-jp-regular is not installed")
        return PrintFace(_CJK, Path(spec.origin).parent / f"{_CJK}.otf", True)
    import pymupdf_fonts

    return PrintFace(_built_in_names()[code], pymupdf_fonts.myfont(code))


@lru_cache(maxsize=1)
def _built_in_names() -> dict[str, str]:
    import pymupdf_fonts

    names = {code: str(one["name"]).replace(" ", "-") for code, one in pymupdf_fonts.fontdescriptors.items()}
    return names | {"cjk": _CJK}


class FontBook:
    """Chooses the face for a character: by role, weight and slope, then by what the faces cover."""

    def __init__(
        self, candidates: Callable[[str, FamilyRole, bool, bool], Iterator[Face]], own: tuple[Face, ...] = ()
    ) -> None:
        """`own` are the faces among them that the project brought."""
        self.own = own
        self._candidates = candidates
        self._chosen: dict[tuple[str, FamilyRole, bool, bool], Face | None] = {}

    def face(self, character: str, role: FamilyRole, bold: bool, italic: bool) -> Face | None:
        """The first candidate that has the character; None if no font has it."""
        key = (character, role, bold, italic)
        if key not in self._chosen:
            candidates = self._candidates(character, role, bold, italic)
            self._chosen[key] = next((face for face in candidates if face.covers(character)), None)
        return self._chosen[key]

    def chosen(self) -> dict[str, tuple[str, FamilyRole, bool, bool]]:
        """What the faces were asked for that it chose so far, by name: a book of the same fonts finds them by that."""
        return {face.name: key for key, face in reversed(self._chosen.items()) if face}


def print_fonts(theme: Theme, project: Project, diagnostics: Diagnostics) -> FontBook:
    """The faces that the PDF embeds. An unknown family, or a file that is no font, is an error."""
    names: dict[str, str] = {}
    own = {name: _project_faces(family, project, names, diagnostics) for name, family in theme.fonts.families.items()}
    roles = {"text": theme.fonts.print.text, "heading": theme.fonts.print.heading, "mono": theme.fonts.print.mono}
    for name in roles.values():
        if name not in own and name not in _BUILT_IN:
            hint = did_you_mean(name, [*own, *_BUILT_IN])
            diagnostics.error("unknown-font", f"there is no font family '{name}'", place_of(name), hint)
    diagnostics.end_stage()

    def variant(family: str, style: int) -> Face:
        return own[family][style] if family in own else _built_in(_BUILT_IN[family][style])

    def candidates(character: str, role: FamilyRole, bold: bool, italic: bool) -> Iterator[Face]:
        style = _STYLES.index((bold, italic))
        yield variant(roles[role], style)
        if _is_japanese(character):
            yield _built_in("cjk")
        for family in _FALLBACK:
            yield variant(family, style)
        for code in _SYMBOLS:
            yield _built_in(code)
        yield _built_in("cjk")

    return FontBook(candidates, tuple(face for faces in own.values() for face in faces))


@lru_cache(maxsize=32)
def _own(name: str, data: bytes) -> PrintFace:
    """A face of a project, kept like those of the packages, and for the same reason."""
    return PrintFace(name, data)


def _project_faces(
    family: Family, project: Project, names: dict[str, str], diagnostics: Diagnostics
) -> tuple[Face, ...]:
    """Regular, bold, italic, bold italic: a missing one is taken from its nearest relative.

    `names` has what the faces of files are called, by path: the file's own name, with a number if another has it.
    """
    bold, italic = family.bold or family.regular, family.italic or family.regular
    faces: dict[str, Face] = {}
    for path in (family.regular, bold, italic, family.bold_italic or bold):
        data = project.read_bytes(path, place_of(path), "font")
        if data is not None and path not in faces:
            if data[:4] not in (b"\0\1\0\0", b"OTTO", b"true") or not _is_whole(data):
                hint = "TrueType and OpenType files can be embedded"
                diagnostics.error("bad-font", f"{path} is not a font file", place_of(path), hint)
                continue
            if path not in names:
                stem, taken = Path(path).stem, {*names.values(), *_built_in_names().values()}
                names[path] = next(name for name in chain([stem], _numbered(stem)) if name not in taken)
            faces[path] = _own(names[path], data)
    diagnostics.end_stage()
    return tuple(faces[path] for path in (family.regular, bold, italic, family.bold_italic or bold))


def _numbered(stem: str) -> Iterator[str]:
    return (f"{stem}-{number}" for number in count(2))


def _is_whole(data: bytes) -> bool:
    """Whether a font file holds all the tables that it lists (OpenType 1.9, "Organization of an OpenType Font")."""
    count = int.from_bytes(data[4:6], "big")
    places = (data[20 + 16 * number : 28 + 16 * number] for number in range(count))
    ends = [int.from_bytes(place[:4], "big") + int.from_bytes(place[4:], "big") for place in places]
    return len(data) >= max([12 + 16 * count, *ends])


def slide_fonts(theme: Theme, diagnostics: Diagnostics) -> FontBook:
    """Stand-ins for the typefaces that the deck names. One without known metrics is measured wider, with a warning."""
    names = theme.fonts.slide
    japanese = JapaneseFace(names.east_asian)

    @cache
    def devanagari(bold: bool) -> DevanagariFace:
        return DevanagariFace(names.complex_script, _built_in("figbo" if bold else "figo"))

    def latin(name: str) -> tuple[Face, ...]:
        core = _CORE.get(name.lower())
        office = tuple(office_widths(name.lower(), bold, italic) for bold, italic in _STYLES)
        if core is None and not all(office):
            message = f"the metrics of '{name}' are not known; its text is measured as Arial"
            diagnostics.warning("unknown-metrics", f"{message} and {UNKNOWN_MARGIN - 1:.0%} more", place_of(name))
        margin = LATIN_MARGIN if core or all(office) else UNKNOWN_MARGIN
        like = map(_core_widths, _CORE_STYLES[core or "Helvetica"])
        return tuple(LatinFace(name, own or other, margin) for own, other in zip(office, like, strict=True))

    roman = latin(names.latin)
    heading = latin(names.heading) if names.heading not in ("", names.latin) else roman
    faces: dict[FamilyRole, tuple[Face, ...]] = {"text": roman, "heading": heading, "mono": latin(names.mono)}

    def candidates(_character: str, role: FamilyRole, bold: bool, italic: bool) -> Iterator[Face]:
        yield faces[role][_STYLES.index((bold, italic))]
        yield japanese
        yield devanagari(bold)

    return FontBook(candidates)
