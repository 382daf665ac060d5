"""Theme → where each slide layout puts its title, text, sources and footers, and the art behind them.

Layout measures text for these frames and the deck's master declares the same ones as placeholders, so
what was measured is what the reader sees. Text starts at the top of its frame, without insets.
Lengths are points; every frame and every piece of art lies inside the slide.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import acos, asin, cos, pi, sin
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ijreport.layout.colours import readable
from ijreport.layout.items import Chart, Frame, Image, LayoutName, Object, PlaceholderType, Shape, Table
from ijreport.layout.slides.placeholders import Inherited, Mark, Placeholder
from ijreport.layout.theme import Slide, Theme

LINE = 1.2
"""The height of a line of text, as a multiple of its size, that the frames are made for."""
SCRIPT_LEADING = {"ja": 1.3, "hi": 1.4}
"""The same with text in Japanese and in Devanagari: its faces are higher than Latin ones, each in its own measure (Noto
Sans CJK 1.45, Nirmala UI 1.33), and which one a reader has is not known. So slides write this distance exactly."""

_ROUNDING = 0.01
Point = tuple[float, float]


class Slot(Struct, frozen=True):
    """A placeholder of a corporate template, and the look of its text: the template's own, or what can be read."""

    placeholder: Placeholder
    colour: str
    size: float

    @property
    def look(self) -> Inherited:
        """What the first level of its text takes from the template."""
        return self.placeholder.styles[0]


class SlideLayout(Struct, frozen=True):
    """One slide layout: its frames, its sizes, its colours (#RRGGBB) and its art.

    `body` holds the text slots in reading order: the subtitle of a cover, section or closing slide; text and
    figure of `figure`; none for `stats`, which are set in `area`, the whole space between title and foot.
    `foot` carries the sources of a slide, or the byline of the cover. `furniture` tells whether footer,
    date and slide number are shown. `indents` are the left edges of list text at levels 1 to 5; each
    level's mark stands `hanging` to the left of it.

    A layout of a corporate template names its `part` there and has `slots`, the placeholders that a slide's texts fill,
    by kind and number; a text without one becomes a text box, and a frame without height holds nothing. A list begins
    at the template's level `first_level`; `mark` stands before its items where there is no placeholder. `colour_map`
    replaces that of the master, if links could not be read. `objects` tells which body slot a table, picture or chart
    fills, if it is for one.
    """

    name: LayoutName
    title: Frame
    body: tuple[Frame, ...]
    area: Frame
    foot: Frame
    footer: Frame
    date: Frame
    slide_number: Frame
    title_size: float
    body_size: float
    foot_size: float
    footer_size: float
    dark: bool
    furniture: bool
    background: str
    title_colour: str
    body_colour: str
    muted_colour: str
    hanging: float
    indents: tuple[float, ...]
    space_after: float
    art: tuple[Shape, ...]
    title_bold: bool = True
    title_capitals: bool = False
    title_steps: tuple[float, ...] = (1.0, 0.86, 0.75)
    """The shares of `title_size` that are tried for a title, the largest first."""
    text_steps: tuple[float, ...] = (1.0, 0.85, 0.7)
    """The same for what stands below the cover's title."""
    part: str = ""
    slots: Mapping[tuple[PlaceholderType, int], Slot] = field(default_factory=dict)
    first_level: int = 1
    mark: Mark | None = None
    colour_map: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[type[Object], int] = field(default_factory=dict)

    @property
    def room(self) -> float:
        """The height that all frames for a slide's content have at least."""
        return min(frame.height for frame in (self.area, *self.body))


def slide_frames(theme: Theme) -> dict[LayoutName, SlideLayout]:
    """The nine layouts of a theme, in the order in which an office program lists them.

    Raises ValueError when the theme's sizes leave no room on its slide.
    """
    layouts = (
        _cover(theme),
        _section(theme),
        _light(theme, "content", 1),
        _light(theme, "columns", 2),
        _figure(theme),
        _light(theme, "table", 1),
        _light(theme, "stats", 0),
        _quote(theme),
        _closing(theme),
    )
    for layout in layouts:
        _check(theme, layout)
    return {layout.name: layout for layout in layouts}


# -- light layouts ---------------------------------------------------------------------------------------------


_OBJECTS: Mapping[LayoutName, Mapping[type[Object], int]] = {
    "content": {Table: 0, Image: 0, Chart: 0},
    "figure": {Image: 1, Chart: 1},
    "table": {Table: 0},
}


def _light(theme: Theme, name: LayoutName, columns: int) -> SlideLayout:
    """Title at the top, the body in equal columns, sources and footers at the bottom, on paper."""
    slide, colours = theme.slide, theme.colours
    margin, measure = slide.margin, slide.width - 2 * slide.margin
    size, small = slide.body[0], slide.small
    title = Frame(margin, 0.8 * margin, measure, 2 * LINE * slide.title)
    footer_top = slide.height - 0.4 * margin - LINE * small
    foot = Frame(margin, footer_top - 2 * LINE * small - 10, measure, 2 * LINE * small)
    area_top = title.bottom + 16
    area = Frame(margin, area_top, measure, foot.y - 8 - area_top)
    paper = colours.paper
    return SlideLayout(
        name=name,
        title=title,
        body=_split(area, columns, 0.6 * margin),
        area=area,
        foot=foot,
        footer=Frame(margin, footer_top, 0.6 * measure, LINE * small),
        date=Frame(margin + 0.62 * measure, footer_top, 0.28 * measure, LINE * small),
        slide_number=Frame(margin + 0.92 * measure, footer_top, 0.08 * measure, LINE * small),
        title_size=slide.title,
        body_size=size,
        foot_size=small,
        footer_size=small,
        dark=False,
        furniture=True,
        background=paper,
        title_colour=readable(colours.primary, paper, colours.ink),
        body_colour=colours.ink,
        muted_colour=readable(colours.muted, paper, colours.ink),
        hanging=size,
        indents=tuple(level * size for level in range(1, 6)),
        space_after=0.4 * size,
        art=(Shape(Frame(margin, 0.5 * margin, 36, 4), "rectangle", fill=colours.accent),),
        objects=_OBJECTS.get(name, {}),
    )


def _split(area: Frame, columns: int, gutter: float) -> tuple[Frame, ...]:
    width = (area.width - (columns - 1) * gutter) / columns if columns else 0.0
    return tuple(Frame(area.x + n * (width + gutter), area.y, width, area.height) for n in range(columns))


def _figure(theme: Theme) -> SlideLayout:
    """Text on the left, a chart or picture in the larger part on the right."""
    plain = _light(theme, "figure", 1)
    area, gutter = plain.area, 0.6 * theme.slide.margin
    text = Frame(area.x, area.y, 0.38 * (area.width - gutter), area.height)
    figure = Frame(text.right + gutter, area.y, area.right - text.right - gutter, area.height)
    return replace(plain, body=(text, figure))


def _quote(theme: Theme) -> SlideLayout:
    """A quotation on a narrower measure, set larger; slides put an upright rule beside it, as high as it is."""
    plain = _light(theme, "quote", 1)
    area, margin = plain.area, theme.slide.margin
    text = Frame(area.x + margin, area.y + 0.4 * margin, area.width - 3 * margin, area.height - 0.8 * margin)
    return replace(plain, body=(text,), body_size=max(1.25 * theme.slide.title, plain.body_size))


# -- dark layouts ----------------------------------------------------------------------------------------------


def _dark(theme: Theme, name: LayoutName, title: Frame, body: Frame, foot: Frame) -> SlideLayout:
    """Light text on the primary colour; footers stand where the light layouts have them."""
    colours = theme.colours
    text = readable(colours.paper, colours.primary, colours.ink)
    quiet = readable(colours.tint, colours.primary, text)
    return replace(
        _light(theme, name, 0),
        title=title,
        body=(body,),
        area=body,
        foot=foot,
        dark=True,
        background=colours.primary,
        title_colour=text,
        body_colour=quiet,
        muted_colour=quiet,
    )


def _cover(theme: Theme) -> SlideLayout:
    slide = theme.slide
    margin, width, height = slide.margin, slide.width, slide.height
    title = Frame(margin, 0.19 * height, 0.68 * width, 3 * LINE * slide.cover)
    subtitle = Frame(margin, title.bottom + 0.06 * height, 0.55 * width, 3 * LINE * slide.body[0])
    byline = 2 * LINE * slide.body[-1]
    foot = Frame(margin, height - margin - byline, 0.55 * width, byline)
    return replace(
        _dark(theme, "cover", title, subtitle, foot),
        title_size=slide.cover,
        foot_size=slide.body[-1],
        furniture=False,
        art=(_mark(theme, title), *_sun(theme, 0.93 * width, 0.88 * height, 0.42 * height)),
    )


def _section(theme: Theme) -> SlideLayout:
    slide = theme.slide
    size = 0.87 * slide.cover
    title = Frame(slide.margin, 0.36 * slide.height, 0.72 * slide.width, 2 * LINE * size)
    body = Frame(slide.margin, title.bottom + 16, 0.6 * slide.width, 3 * LINE * slide.body[0])
    layout = _dark(theme, "section", title, body, _light(theme, "section", 0).foot)
    sun = _sun(theme, 0.93 * slide.width, 0.09 * slide.height, 0.27 * slide.height, top=True)
    return replace(layout, title_size=size, art=(_mark(theme, title), *sun))


def _closing(theme: Theme) -> SlideLayout:
    cover = _cover(theme)
    size = 0.87 * theme.slide.cover
    title = Frame(cover.title.x, cover.title.y, cover.title.width, 2 * LINE * size)
    top = title.bottom + 16
    body = Frame(cover.body[0].x, top, cover.body[0].width, cover.foot.y - 16 - top)
    return replace(
        cover, name="closing", title=title, title_size=size, body=(body,), area=body, foot_size=theme.slide.small
    )


def _mark(theme: Theme, title: Frame) -> Shape:
    return Shape(Frame(title.x, title.y - 24, 54, 5), "rectangle", fill=theme.colours.warm)


def _sun(theme: Theme, x: float, y: float, radius: float, top: bool = False) -> tuple[Shape, ...]:
    """A disc about (x, y) that is cut by the slide's right bottom (or top) corner, and two thin rings around it."""
    slide, colours = theme.slide, theme.colours
    corner = (slide.width, 0.0 if top else slide.height)
    disc = _arc(slide, x, y, radius, top=top)
    rings = ((radius + 14, colours.warm), (radius + 26, colours.fresh))
    return (
        _outline("polygon", (*disc, corner), fill=colours.accent),
        *(
            _outline("polyline", _arc(slide, x, y, ring, top=top), stroke=colour, stroke_width=1.5)
            for ring, colour in rings
        ),
    )


def _arc(slide: Slide, x: float, y: float, radius: float, *, top: bool) -> tuple[Point, ...]:
    """The part of a circle between the right edge and the bottom (or top) edge, from the one to the other.

    The steps are of about two degrees; at these radii the chords stray less than 0.05 pt from the circle.
    """
    from_edge = y if top else slide.height - y
    first = -acos(min(1.0, (slide.width - x) / radius))
    last = -pi - asin(min(1.0, from_edge / radius))
    up = -1 if top else 1
    angles = (first + (last - first) * step / 90 for step in range(91))
    return tuple((x + radius * cos(angle), y + up * radius * sin(angle)) for angle in angles)


def _outline(
    kind: Literal["polygon", "polyline"],
    path: tuple[Point, ...],
    fill: str = "",
    stroke: str = "",
    stroke_width: float = 0.0,
) -> Shape:
    left, top = min(x for x, _ in path), min(y for _, y in path)
    frame = Frame(left, top, max(x for x, _ in path) - left, max(y for _, y in path) - top)
    return Shape(frame, kind, fill, stroke, stroke_width, points=tuple((x - left, y - top) for x, y in path))


def _check(theme: Theme, layout: SlideLayout) -> None:
    slide = theme.slide
    text = (layout.title, *layout.body, layout.area, layout.foot, layout.footer, layout.date, layout.slide_number)
    art = tuple(shape.frame for shape in layout.art)
    outside = any(
        min(frame.x, frame.y, slide.width - frame.right, slide.height - frame.bottom) < -_ROUNDING
        for frame in (*text, *art)
    )
    cramped = any(frame.width < slide.small or frame.height < slide.small for frame in text)
    if outside or cramped:
        raise ValueError(
            f"the theme's sizes leave no room for the '{layout.name}' layout"
            f" on a slide of {slide.width:g} × {slide.height:g} pt"
        )
