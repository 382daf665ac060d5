"""The bytes of a corporate `.pptx` or `.potx` → its layouts with their placeholders, its colours, its typefaces.

What a placeholder does not say itself is taken from its like on the master (ECMA-376 part 1, 19.3.1.36), so that every
frame and style here is what a program would show. The parts that a deck takes over come along, cleaned.
Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct

from ijreport.layout.corporate.colours import DML, MAPPED_NAMES, SCHEME_NAMES, Scheme, colour, fill_colours, read_scheme
from ijreport.layout.corporate.ground import Art, seen_from_afar
from ijreport.layout.corporate.parts import PML, Cleaner, TemplatePart
from ijreport.layout.corporate.styles import inherited, style_from_sample
from ijreport.layout.corporate.untrusted_package import ROOT, RefusedPackage, UntrustedPackage, number, whole_number
from ijreport.layout.items import ROUNDING, Frame
from ijreport.layout.slides.placeholders import LEVELS, Placeholder
from ijreport.layout.units import EMU

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_INSETS = (7.2, 3.6, 7.2, 3.6)
"""Left, top, right and bottom, where nothing is said of them (21.1.2.1.1)."""
_BODIES = frozenset({"body", "subTitle", "obj", "tbl", "chart", "pic", "dgm", "media", "clipArt"})
_FAMILY = {"ctrTitle": "title", "subTitle": "body"}
_STYLE_OF = {"title": "titleStyle", "body": "bodyStyle"}
_TITLES = ("title", "ctrTitle")
_LEAST_WIDTH, _LEAST_TITLE, _LEAST_BODY = 72.0, 21.6, 36.0
"""What a title of one line and a body need, in points."""
_MIN_SIDE, _MAX_SIDE = 72.0, 4032.0
"""What a slide may measure (19.7.14)."""

Matrix = tuple[float, float, float, float]
"""Offsets and scales that take the coordinates inside a group to the slide's."""


class TemplateLayout(Struct, frozen=True):
    """One layout. `type` is that of 19.7.15; `art` begins with the background, then what master and layout draw."""

    part: str
    name: str
    type: str
    master: int
    placeholders: tuple[Placeholder, ...]
    art: tuple[Art, ...]
    scheme: Scheme
    mapping: Mapping[str, str]
    remapped: bool
    """Whether the colour map is not its master's."""

    def first(self, *types: str) -> Placeholder | None:
        """The first placeholder of the types that has a frame and stands upright."""
        return next((one for one in self.placeholders if one.type in types and one.frame and one.upright), None)


class Typefaces(Struct, frozen=True):
    """What a theme names for one use, per script; empty where it leaves the choice to the reader's program."""

    latin: str
    east_asian: str
    complex_script: str


class DeckTemplate(Struct, frozen=True):
    """A template read: what it looks like, and the parts that a deck takes over.

    `masters` and `layouts_of` name parts in the template's order; `removed` tells in words what was not taken over,
    `cramped` which placeholders have no room for text on the slide, and so count as if they had no frame.
    """

    width: float
    height: float
    masters: tuple[str, ...]
    layouts: tuple[TemplateLayout, ...]
    headings: Typefaces
    texts: Typefaces
    parts: Mapping[str, TemplatePart]
    removed: tuple[str, ...]
    cramped: tuple[str, ...] = ()

    def layouts_of(self, master: int) -> tuple[TemplateLayout, ...]:
        return tuple(one for one in self.layouts if one.master == master)


def read_template(data: bytes) -> DeckTemplate:
    """Raises RefusedPackage for what is no presentation, or breaks a rule for files of strangers."""
    package = UntrustedPackage(data)
    mains = package.related(ROOT, "officeDocument")
    kind = package.type_of(mains[0]).lower() if len(mains) == 1 else ""
    if "macroenabled" in kind:
        raise RefusedPackage("it may contain macros", "save it as .potx or .pptx, which have none")
    if "presentationml" not in kind:
        raise RefusedPackage("it is no presentation", "name a .potx or .pptx file")
    main = package.tree(mains[0])
    if main.tag != f"{PML}presentation":
        raise RefusedPackage("it is in the strict variety of the format", "save it as an ordinary .potx")
    return _Reader(package, mains[0], main).run()


class _Reader:
    def __init__(self, package: UntrustedPackage, main_part: str, main: Any) -> None:
        self.package = package
        self.main_part = main_part
        self.main = main
        self.cleaner = Cleaner(package)
        self.width, self.height = self._size()
        self.cramped: list[str] = []

    def _size(self) -> tuple[float, float]:
        size = self.main.find(f"{PML}sldSz")
        sides = (_emu(size, "cx"), _emu(size, "cy")) if size is not None else (960.0, 540.0)
        if not all(_MIN_SIDE <= side <= _MAX_SIDE for side in sides):
            raise RefusedPackage(f"its slides measure {sides[0]:g} × {sides[1]:g} pt, which no program can show")
        return sides

    def run(self) -> DeckTemplate:
        targets = {one.id: one.target for one in self.package.relations(self.main_part) if one.kind == "slideMaster"}
        listed = [entry.get(f"{_RELATED}id") for entry in self.main.iterfind(f"{PML}sldMasterIdLst/{PML}sldMasterId")]
        masters = tuple(dict.fromkeys(targets[id] for id in listed if id in targets))
        if not masters:
            raise RefusedPackage("it has no slide master")
        layouts: list[TemplateLayout] = []
        fonts: list[tuple[Typefaces, Typefaces]] = []
        names: dict[str, None] = {}
        for order, master in enumerate(masters):
            found, theme = self._master(master, order)
            layouts += found
            fonts.append((_typefaces(theme, "majorFont"), _typefaces(theme, "minorFont")))
            names |= dict.fromkeys(self._reached(master))
        parts = {name: self.cleaner.part(name) for name in names}
        removed = tuple(self.cleaner.removed)
        return DeckTemplate(
            self.width, self.height, masters, tuple(layouts), *fonts[0], parts, removed, tuple(self.cramped)
        )

    def has_room(self, kind: str, frame: Frame) -> bool:
        """Whether a placeholder shows as much on the slide as its text needs. A small one that is shown whole is left
        to those who look for a larger one."""
        across = min(frame.right, self.width) - max(frame.x, 0.0)
        down = min(frame.bottom, self.height) - max(frame.y, 0.0)
        if kind in _TITLES:
            return across >= _LEAST_WIDTH and down >= _LEAST_TITLE
        if min(across, down) <= 0:
            return False
        whole = across >= frame.width - ROUNDING and down >= frame.height - ROUNDING
        return whole or kind not in _BODIES or (across >= _LEAST_WIDTH and down >= _LEAST_BODY)

    def _reached(self, name: str) -> Iterator[str]:
        """A master's part with those it leads to."""
        yield name
        for one in self.cleaner.relations(name):
            if one.external:
                continue
            if one.kind in ("slideLayout", "theme"):
                yield from self._reached(one.target)
            elif one.kind == "image":
                yield one.target

    # -- masters and layouts -----------------------------------------------------------------------------------

    def _master(self, name: str, number: int) -> tuple[list[TemplateLayout], Any]:
        """The layouts of a master, and its theme."""
        root = self.cleaner.clean(name, "slideMaster")
        themes = [one.target for one in self.cleaner.relations(name) if one.kind == "theme"]
        if len(themes) != 1:
            raise RefusedPackage(f"its master '{name}' has no theme of its own")
        theme = self.cleaner.clean(themes[0], "theme")
        map_element = root.find(f"{PML}clrMap")
        if map_element is None:
            raise RefusedPackage(f"its master '{name}' has no colour map")
        listed = [entry.get(f"{_RELATED}id") for entry in root.iterfind(f"{PML}sldLayoutIdLst/*")]
        targets = {one.id: one.target for one in self.cleaner.relations(name) if one.kind == "slideLayout"}
        roots = {targets[id]: self.cleaner.clean(targets[id], "slideLayout") for id in listed if id in targets}
        if root.find(f"{PML}txStyles") is None:
            _style_by_samples(root, list(roots.values()))
        master = _Master(self, name, root, themes[0], theme, dict(map_element.items()))
        return [master.layout(part, layout, number) for part, layout in roots.items()], theme


def _style_by_samples(master: Any, layouts: Sequence[Any]) -> None:
    """Give a master without text styles, and its layouts, those that their sample text shows."""
    styles = master.makeelement(f"{PML}txStyles")
    for kind in ("title", "body"):
        sample = next((one for one in _placeholders(master) if _kind(one) == kind), None)
        body = sample.find(f"{PML}txBody") if sample is not None else None
        name = f"{PML}{_STYLE_OF[kind]}"
        styles.append(style_from_sample(body, name) if body is not None else master.makeelement(name))
    styles.append(master.makeelement(f"{PML}otherStyle"))
    after = master.find(f"{PML}sldLayoutIdLst")
    (master.find(f"{PML}clrMap") if after is None else after).addnext(styles)
    for layout in layouts:
        for shape in _placeholders(layout):
            body = shape.find(f"{PML}txBody[{DML}bodyPr]")
            own = next(shape.iter(f"{PML}ph")).get("type") in ("ctrTitle", "subTitle")  # others look as the master's
            if own and body is not None and body.find(f"{DML}lstStyle") is None:
                body.find(f"{DML}bodyPr").addnext(style_from_sample(body, f"{DML}lstStyle"))


def _whole_mapping(mapping: Mapping[str, str], part: str) -> Mapping[str, str]:
    """A colour map, which gives every name a colour of the scheme (19.3.1.6)."""
    if not all(mapping.get(name) in SCHEME_NAMES for name in MAPPED_NAMES):
        raise RefusedPackage(f"the colour map of its part '{part}' is not whole")
    return {name: mapping[name] for name in MAPPED_NAMES}


def _typefaces(theme: Any, use: str) -> Typefaces:
    fonts = theme.find(f"{DML}themeElements/{DML}fontScheme/{DML}{use}")
    if fonts is None:
        return Typefaces("", "", "")
    scripts = {one.get("script"): one.get("typeface") or "" for one in fonts.iterfind(f"{DML}font")}

    def named(tag: str) -> str:
        element = fonts.find(DML + tag)
        return (element.get("typeface") or "") if element is not None else ""

    return Typefaces(named("latin"), named("ea") or scripts.get("Jpan", ""), named("cs") or scripts.get("Deva", ""))


class _Master:
    """One master, to which its layouts' placeholders look for what they do not say."""

    def __init__(
        self, reader: _Reader, name: str, root: Any, theme_part: str, theme: Any, mapping: Mapping[str, str]
    ) -> None:
        self.reader = reader
        self.name = name
        self.root = root
        self.theme_part = theme_part
        self.theme = theme
        self.mapping = _whole_mapping(mapping, name)
        self.likes = {_kind(shape): shape for shape in reversed(list(_placeholders(root)))}

    def layout(self, part: str, root: Any, number: int) -> TemplateLayout:
        override = root.find(f"{PML}clrMapOvr/{DML}overrideClrMapping")
        mapping = self.mapping if override is None else _whole_mapping(dict(override.items()), part)
        scheme = read_scheme(self.theme, mapping)
        shown = root.get("showMasterSp", "1") not in ("0", "false")
        data = root.find(f"{PML}cSld")
        if data is None:
            raise RefusedPackage(f"its layout '{part}' is empty")
        art = [self._background(part, root, scheme)]
        if shown:
            art += self._art(self.name, self.root, scheme)
        art += self._art(part, root, scheme)
        return TemplateLayout(
            part,
            data.get("name") or part.rpartition("/")[2],
            root.get("type") or "cust",
            number,
            tuple(self._placeholder(shape, scheme, data.get("name") or part) for shape in _placeholders(root)),
            tuple(art),
            scheme,
            mapping,
            override is not None,
        )

    def _placeholder(self, shape: Any, scheme: Scheme, layout: str) -> Placeholder:
        ph = next(shape.iter(f"{PML}ph"))
        kind = _kind(shape)
        like = self.likes.get(kind)
        chain = [one for one in (shape, like) if one is not None]
        transform = next((one for it in chain if (one := it.find(f"{PML}spPr/{DML}xfrm")) is not None), None)
        bodies = [one for it in chain if (one := it.find(f"{PML}txBody/{DML}bodyPr")) is not None]
        styles = [one for it in chain if (one := it.find(f"{PML}txBody/{DML}lstStyle")) is not None]
        masters = self.root.find(f"{PML}txStyles/{PML}{_STYLE_OF.get(kind, 'otherStyle')}")
        styles += [masters] if masters is not None else []
        insets = tuple(
            _length(bodies, name, default)
            for name, default in zip(("lIns", "tIns", "rIns", "bIns"), _INSETS, strict=True)
        )
        turned = transform is not None and transform.get("rot", "0") != "0"
        vertical = next((value for one in bodies if (value := one.get("vert"))), "horz") != "horz"
        properties = next(shape.iter(f"{PML}cNvPr"), None)
        name = (properties.get("name") or "") if properties is not None else ""
        frame = _frame(transform, (0.0, 0.0, 1.0, 1.0)) if transform is not None else None
        type = ph.get("type") or "obj"
        if frame and not self.reader.has_room(type, frame):
            if type in _TITLES or type in _BODIES:
                self.reader.cramped.append(f"'{name or type}' of '{layout}'")
            frame = None
        left, top, right, bottom = insets
        return Placeholder(
            type,
            ph.get("idx") or "0",
            ph.get("sz") or "",
            name,
            frame,
            (left, top, right, bottom),
            not (turned or vertical),
            next((value for one in bodies if (value := one.get("numCol"))), "1") != "1",
            tuple(inherited(styles, level, scheme) for level in range(1, LEVELS + 1)),
        )

    # -- what is drawn behind the text -------------------------------------------------------------------------

    def _background(self, part: str, layout: Any, scheme: Scheme) -> Art:
        """The background of the layout, or of its master (19.3.1.1)."""
        whole = Frame(0, 0, self.reader.width, self.reader.height)
        for owner, root in ((part, layout), (self.name, self.root)):
            element = root.find(f"{PML}cSld/{PML}bg")
            if element is None:
                continue
            properties, reference = element.find(f"{PML}bgPr"), element.find(f"{PML}bgRef")
            if properties is not None:
                return self._filled(owner, properties, scheme, whole, "", "background")
            if reference is not None:
                return self._styled(reference, scheme, whole, "bgFillStyleLst", 1000, "background")
        return Art(whole, (scheme.named("bg1"),), name="background")

    def _styled(self, reference: Any, scheme: Scheme, frame: Frame, of: str, base: int, name: str) -> Art:
        """A fill that the theme has a format for: `reference` names it and the colour it is made in (20.1.4.1.17)."""
        made_in = next((colour(one, scheme) for one in reference), "")
        styles = self.theme.find(f"{DML}themeElements/{DML}fmtScheme/{DML}{of}")
        at = whole_number(reference, "idx") - base - 1
        if styles is None or not 0 <= at < len(styles):
            return Art(frame, name=name)
        holder = styles.makeelement("holder")
        holder.append(deepcopy(styles[at]))
        return self._filled(self.theme_part, holder, scheme, frame, made_in, name)

    def _filled(self, owner: str, parent: Any, scheme: Scheme, frame: Frame, made_in: str, name: str) -> Art:
        blip = parent.find(f"{DML}blipFill/{DML}blip")
        if blip is not None:
            return Art(frame, picture=self._picture(owner, blip), name=name)
        return Art(frame, fill_colours(parent, scheme, made_in) or (), name=name)

    def _picture(self, owner: str, blip: Any) -> Any:
        id = blip.get(f"{_RELATED}embed")
        target = next((one.target for one in self.reader.cleaner.relations(owner) if one.id == id), "")
        return seen_from_afar(self.reader.package.read(target)) if target else None

    def _art(self, owner: str, root: Any, scheme: Scheme) -> Iterator[Art]:
        tree = root.find(f"{PML}cSld/{PML}spTree")
        if tree is not None:
            yield from self._drawn(owner, tree, scheme, (0.0, 0.0, 1.0, 1.0))

    def _drawn(self, owner: str, parent: Any, scheme: Scheme, matrix: Matrix) -> Iterator[Art]:
        """Pictures and filled shapes; groups are opened."""
        for shape in parent:
            if next(shape.iterfind(f"{PML}nvSpPr/{PML}nvPr/{PML}ph"), None) is not None:
                continue
            properties = shape.find(f"{PML}grpSpPr" if shape.tag == f"{PML}grpSp" else f"{PML}spPr")
            transform = properties.find(f"{DML}xfrm") if properties is not None else None
            if transform is None or properties is None:
                continue
            frame = _frame(transform, matrix)
            title = next((one.get("name") or "" for one in shape.iter(f"{PML}cNvPr")), "")
            if shape.tag == f"{PML}grpSp":
                yield from self._drawn(owner, shape, scheme, _inner(transform, frame))
            elif shape.tag == f"{PML}pic":
                blip = shape.find(f"{PML}blipFill/{DML}blip")
                yield Art(frame, picture=self._picture(owner, blip) if blip is not None else None, name=title)
            elif shape.tag == f"{PML}sp":
                drawn = self._filled(owner, properties, scheme, frame, "", title)
                reference = shape.find(f"{PML}style/{DML}fillRef")
                if reference is not None and fill_colours(properties, scheme) is None:
                    drawn = self._styled(reference, scheme, frame, "fillStyleLst", 0, title)
                yield drawn


# -- shapes ----------------------------------------------------------------------------------------------------


def _placeholders(root: Any) -> Iterator[Any]:
    for shape in root.iterfind(f"{PML}cSld/{PML}spTree/{PML}sp"):
        if shape.find(f"{PML}nvSpPr/{PML}nvPr/{PML}ph") is not None:
            yield shape


def _kind(shape: Any) -> str:
    """By what a layout's placeholder finds its like on the master."""
    kind = next(shape.iter(f"{PML}ph")).get("type") or "obj"
    kind = _FAMILY.get(kind, kind)
    return "body" if kind in _BODIES else kind


def _frame(transform: Any, matrix: Matrix) -> Frame:
    x0, y0, across, down = matrix
    offset, extent = transform.find(f"{DML}off"), transform.find(f"{DML}ext")
    x, y = (_emu(offset, "x"), _emu(offset, "y")) if offset is not None else (0.0, 0.0)
    width, height = (_emu(extent, "cx"), _emu(extent, "cy")) if extent is not None else (0.0, 0.0)
    return Frame(x0 + across * x, y0 + down * y, across * width, down * height)


def _inner(transform: Any, frame: Frame) -> Matrix:
    """How the coordinates inside a group become the slide's (20.1.7.5)."""
    offset, extent = transform.find(f"{DML}chOff"), transform.find(f"{DML}chExt")
    if offset is None or extent is None:
        return (frame.x, frame.y, 1.0, 1.0)
    width, height = _emu(extent, "cx"), _emu(extent, "cy")
    across, down = (frame.width / width if width else 1.0), (frame.height / height if height else 1.0)
    return (frame.x - across * _emu(offset, "x"), frame.y - down * _emu(offset, "y"), across, down)


def _emu(element: Any, name: str) -> float:
    text = element.get(name) or "0"
    length = number(text)
    if length is None:
        raise RefusedPackage(f"it has a length that is no number: '{text[:40]}'")
    return length / EMU


def _length(elements: Sequence[Any], name: str, default: float) -> float:
    return next((_emu(one, name) for one in elements if one.get(name) is not None), default)
