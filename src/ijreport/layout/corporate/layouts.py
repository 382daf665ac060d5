"""A corporate template, roles found and a theme → slide layouts whose frames are the template's placeholders.

Text keeps the look that its placeholder gives it, in sizes of the theme. Three things are put right where a template
leaves no choice: frames that decorations or footers cross are cut back from them, titles are set so that two lines have
room, and a colour that cannot be read on its ground gives way to one that can, with a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from ijreport.layout.colours import READABLE, mixed
from ijreport.layout.corporate.deck_template import DeckTemplate, TemplateLayout
from ijreport.layout.corporate.ground import Ground, clear, cut_back, ground
from ijreport.layout.corporate.roles import TITLES, Role, bodies_of, objects_of
from ijreport.layout.items import Chart, Frame, Image, LayoutName, Object, PlaceholderType, Table
from ijreport.layout.slides.frames import LINE, SlideLayout, Slot
from ijreport.layout.slides.placeholders import Mark, Placeholder
from ijreport.layout.theme import Slide

READABLE_LARGE = 3.0
"""The least contrast of text from 18 pt up (WCAG 2.2, 1.4.3)."""
_LARGE = 18.0
_LEAST_TITLE, _LEAST_TEXT = 18.0, 14.0
_GAP = 8.0
_FURNITURE: Mapping[PlaceholderType, str] = {"date": "dt", "footer": "ftr", "slide-number": "sldNum"}

Warn = Callable[[str], None]


class TemplateLayouts(Struct, frozen=True):
    """The nine layouts, and what lies beneath the body of the content: its average colour, and its text's."""

    layouts: Mapping[LayoutName, SlideLayout]
    paper: str
    ink: str


def template_layouts(
    template: DeckTemplate, roles: Mapping[LayoutName, Role], slide: Slide, warn: Warn
) -> TemplateLayouts:
    """`slide` has the deck's sizes. `warn` is told what had to be changed for text to be legible."""
    maker = _Maker(template, roles, slide, warn)
    layouts = {name: maker.layout(name) for name in roles}
    maker.say()
    content = layouts["content"]
    return TemplateLayouts(layouts, content.background, content.body_colour)


class _Maker(Struct):
    template: DeckTemplate
    roles: Mapping[LayoutName, Role]
    slide: Slide
    warn: Warn
    said: dict[tuple[str, ...], dict[str, None]] = field(default_factory=dict)

    def layout(self, name: LayoutName) -> SlideLayout:
        role = self.roles[name]
        source = role.layout
        title = source.first(*TITLES)
        assert title is not None  # every role's layout has one
        bodies = self.bodies(name, source)
        frames = [self.cleared(one.text_frame, source, name) for one in bodies]
        area = _hull(frames) if frames else self.area(name, source, title)
        title_frame = self.title_frame(title, source, area, name)
        body, area = self.body(name, role, frames, area)
        slots: dict[tuple[PlaceholderType, int], Slot] = {}
        title_size = self.title_size(title, title_frame)
        slots["title", 0] = self.slot(title, source, title_size, "the title", title_frame)
        size = self.body_size(name, bodies)
        for number, one in enumerate(bodies[: len(body)]):
            slots["body", number] = self.slot(one, source, min(size, self.slide.body[-1]), "text", body[number])
        for place, kind in _FURNITURE.items():
            found = source.first(kind)
            if found and name != "cover":
                slots[place, 0] = self.slot(found, source, found.styles[0].size, "the footer", found.text_frame)
        beneath = ground(area, source.art)
        # Text that fills no placeholder looks like that of the content.
        own = (bodies or self.bodies("content", self.roles["content"].layout))[0].styles[0].colour
        body_colour = slots["body", 0].colour if body and bodies else self.legible(own, source, beneath, 14, "text")
        paper = beneath.average
        muted = mixed(body_colour, paper, 0.25)
        look, heading = slots["title", 0].look, slots["title", 0].colour
        first = next((level for level, one in enumerate(bodies[0].styles if bodies else ()) if one.marked), 0)
        base = self.foot_base(name, area)
        nowhere = Frame(0, 0, 0, 0)
        furniture = {place: slots[place, 0].placeholder.text_frame for place in _FURNITURE if (place, 0) in slots}
        return SlideLayout(
            name=name,
            title=title_frame,
            body=body,
            area=area,
            foot=Frame(base.x, base.bottom, base.width, 0),
            footer=furniture.get("footer", nowhere),
            date=furniture.get("date", nowhere),
            slide_number=furniture.get("slide-number", nowhere),
            title_size=title_size,
            body_size=size,
            foot_size=self.slide.small,
            footer_size=self.slide.small,
            dark=False,
            furniture=bool(furniture),
            background=paper,
            # Of headings in the text; the title itself may stand on another ground.
            title_colour=heading if beneath.contrast(heading) >= READABLE else body_colour,
            body_colour=body_colour,
            muted_colour=muted if beneath.contrast(muted) >= READABLE else body_colour,
            hanging=size,
            indents=self.indents(bodies, first, size),
            space_after=0.4 * size,
            art=(),
            title_bold=look.bold,
            title_capitals=look.capitals,
            title_steps=_steps(title_size, _LEAST_TITLE),
            text_steps=_steps(size, _LEAST_TEXT),
            part=source.part,
            slots=slots,
            first_level=first + 1,
            mark=self.mark(),
            colour_map=_colour_map(source, beneath, body_colour),
            objects=_objects(name, bodies[: len(body)]),
        )

    # -- frames ------------------------------------------------------------------------------------------------

    def bodies(self, name: LayoutName, source: TemplateLayout) -> list[Placeholder]:
        """The placeholders for the text of a role, in reading order."""
        found = bodies_of(source)
        match name:
            case "table":
                return objects_of(source, "tbl")[:1] or ([] if source.type == "titleOnly" else found[:1])
            case "stats":
                return [] if source.type == "titleOnly" else found[:1]
            case "figure" if len(found) == 1:
                return [*found, *objects_of(source, "chart", "pic")[:1]]
            case "columns" | "figure":
                return found[:2]  # in reading order, so that those beside each other come first
            case "cover" | "section" | "closing":
                return found[:1]
            case _:
                return sorted(found, key=lambda one: -one.text_frame.width * one.text_frame.height)[:1]

    def cleared(self, frame: Frame, source: TemplateLayout, name: LayoutName) -> Frame:
        """A frame inside the slide, and cut back from decorations, date, footer and number."""
        x, y = max(frame.x, 0.0), max(frame.y, 0.0)
        right, bottom = min(frame.right, self.template.width), min(frame.bottom, self.template.height)
        frame = clear(Frame(x, y, max(right - x, 1.0), max(bottom - y, 1.0)), source.art)
        for kind in _FURNITURE.values():
            found = source.first(kind)
            if found and name != "cover":  # which shows none of them
                frame = cut_back(frame, found.text_frame)
        return frame

    def title_frame(self, title: Placeholder, source: TemplateLayout, area: Frame, name: LayoutName) -> Frame:
        """The title's frame, ending where the body begins if it stands above it."""
        frame = self.cleared(title.text_frame, source, name)
        if frame.y < area.y < frame.bottom and area.y - frame.y >= LINE * _LEAST_TITLE:
            frame = Frame(frame.x, frame.y, frame.width, area.y - frame.y)
        return frame

    def area(self, name: LayoutName, source: TemplateLayout, title: Placeholder) -> Frame:
        """The room of a layout without a body: where the content's body is, or what is left below the title."""
        frame = title.text_frame
        if name not in ("cover", "section", "closing"):
            content = self.roles["content"].layout
            like = content.first(*TITLES)
            if like and like.text_frame == frame:
                return self.cleared(self.bodies("content", content)[0].text_frame, source, name)
        tops = [one.frame.y for one in source.placeholders if one.frame and one.type in _FURNITURE.values()]
        bottom = min([top for top in tops if top > frame.bottom] + [self.template.height - frame.x / 2])
        height = max(bottom - _GAP - frame.bottom - _GAP, LINE * _LARGE)
        return self.cleared(Frame(frame.x, frame.bottom + _GAP, frame.width, height), source, name)

    def body(self, name: LayoutName, role: Role, frames: list[Frame], area: Frame) -> tuple[tuple[Frame, ...], Frame]:
        """The body slots of a role and the whole room, given the frames of its placeholders."""
        match name:
            case "stats":
                return (), area
            case "table":
                return tuple(frames), area
            case "columns" | "figure":
                if len(frames) > 1:
                    return tuple(frames), area
                return _split(area, 0.5 if name == "columns" else 0.38, 0.04 * area.width), area
            case "quote" if role.instead_of:
                inner = Frame(area.x + 24, area.y, area.width - 24, area.height)
                return (inner,), area
            case _:
                return (area,), area

    def foot_base(self, name: LayoutName, area: Frame) -> Frame:
        """The room on whose bottom edge sources stand: the content's for layouts whose text is not at the bottom."""
        if name not in ("cover", "section", "closing"):
            return area
        source = self.roles["content"].layout
        below = self.cleared(self.bodies("content", source)[0].text_frame, source, "content")
        return below if below.bottom > area.bottom else area

    # -- text --------------------------------------------------------------------------------------------------

    def title_size(self, title: Placeholder, frame: Frame) -> float:
        """The template's own size, or less where two lines of it have no room; never under 60 % of it."""
        own = title.styles[0].size
        return max(min(own, frame.height / (2 * LINE)), min(0.6 * own, frame.height / LINE), _LEAST_TITLE)

    def body_size(self, name: LayoutName, bodies: list[Placeholder]) -> float:
        largest = self.slide.body[0]
        match name:
            case "cover" | "section" | "closing":
                return min(bodies[0].styles[0].size, 1.2 * largest) if bodies else largest
            case "quote":
                return 1.15 * largest
            case _:
                return largest

    def indents(self, bodies: list[Placeholder], first: int, size: float) -> tuple[float, ...]:
        """Where list text stands at levels 1 to 5: the template's, or a step of the text's size where it has none."""
        found = []
        for level in range(5):
            look = bodies[0].styles[min(first + level, 4)] if bodies else None
            found.append(look.indent if look and look.marked and look.indent > 0 else (level + 1) * size)
        return tuple(found)

    def mark(self) -> Mark | None:
        """The mark of the content's lists."""
        body = self.bodies("content", self.roles["content"].layout)[0]
        return next((one.mark for one in body.styles if one.marked), None)

    def slot(self, one: Placeholder, source: TemplateLayout, size: float, what: str, frame: Frame) -> Slot:
        colour = self.legible(one.styles[0].colour, source, ground(frame, source.art), size, what)
        return Slot(one, colour, size)

    def legible(self, own: str, source: TemplateLayout, beneath: Ground, size: float, what: str) -> str:
        """A colour if it can be read on its ground, else with as much of another in it as that takes.

        The other is the first of the theme's text and ground colours that can be read there, else black or white.
        """
        least = READABLE_LARGE if size >= _LARGE else READABLE
        if beneath.contrast(own) >= least:
            return own
        choice = [*filter(None, map(source.scheme.named, ("tx1", "bg1", "tx2", "bg2"))), "#000000", "#FFFFFF"]
        other = next((one for one in choice if beneath.contrast(one) >= READABLE), max(choice, key=beneath.contrast))
        shades = (mixed(own, other, share / 10) for share in range(1, 10))
        found = next((one for one in shades if beneath.contrast(one) >= READABLE), other)
        ratio = f"{beneath.contrast(own):.1f} : 1"
        if found != own:  # no other can be read better there
            self.said.setdefault((what, own, found, beneath.hardest(own), ratio), {})[source.name] = None
        return found

    def say(self) -> None:
        """Tell which colours gave way, each once with all the layouts it was met on."""
        for (what, own, found, beneath, ratio), names in self.said.items():
            places = ", ".join(f"'{name}'" for name in names)
            self.warn(
                f"the colour {own} of {what} cannot be read on {beneath} ({ratio}); it is set in {found} on {places}"
            )


_FILLING: Mapping[str, tuple[type[Object], ...]] = {
    "obj": (Table, Image, Chart),
    "tbl": (Table,),
    "pic": (Image,),
    "chart": (Chart,),
}
"""What may stand in placeholders of a type (19.7.10)."""


def _objects(name: LayoutName, bodies: list[Placeholder]) -> Mapping[type[Object], int]:
    """The body slot of a role that a table, picture or chart fills: the last one, beside the text of a figure."""
    if name not in ("content", "figure", "table") or (name == "figure" and len(bodies) == 1):
        return {}
    return {kind: len(bodies) - 1 for one in bodies[-1:] for kind in _FILLING.get(one.type, ())}


def _hull(frames: list[Frame]) -> Frame:
    x, y = min(one.x for one in frames), min(one.y for one in frames)
    return Frame(x, y, max(one.right for one in frames) - x, max(one.bottom for one in frames) - y)


def _split(area: Frame, share: float, gutter: float) -> tuple[Frame, Frame]:
    left = Frame(area.x, area.y, share * (area.width - gutter), area.height)
    return left, Frame(left.right + gutter, area.y, area.right - left.right - gutter, area.height)


def _steps(size: float, least: float) -> tuple[float, ...]:
    """Shares of a text's size, in steps of about a seventh, down to the least that is set."""
    steps = [1.0]
    while steps[-1] * size * 0.86 > least:
        steps.append(steps[-1] * 0.86)
    return (*steps, min(1.0, least / size))


def _colour_map(source: TemplateLayout, beneath: Ground, text: str) -> Mapping[str, str]:
    """What a slide must say of its colour map: nothing, or the layout's own; links take the text's colour, or
    that of most contrast, if theirs cannot be read (19.3.1.7)."""
    links = source.scheme.named("hlink")
    if beneath.contrast(links) >= READABLE:
        return source.mapping if source.remapped else {}
    names = ("tx1", "bg1", "tx2", "bg2")
    same = (one for one in names if source.scheme.named(one) == text)
    best = max(names, key=lambda one: beneath.contrast(source.scheme.named(one)))
    to = source.mapping[next(same, best)]
    return {**source.mapping, "hlink": to, "folHlink": to}
