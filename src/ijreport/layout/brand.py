"""theme.yaml with the corporate template that it names → the themes of print and of the deck, and the deck's layouts.

The template's colours and typefaces take the place of those that theme.yaml does not give itself. In print they stand
on white paper; in the deck on what the template has beneath its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content import reader
from ijreport.content.bind import TextValue, bind, place_of
from ijreport.content.models import DEFAULT_THEME
from ijreport.content.project import Project
from ijreport.content.reader import Node
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.layout.colours import READABLE, contrast, mixed, readable
from ijreport.layout.items import LAYOUTS, LayoutName
from ijreport.layout.print.styles import print_styles
from ijreport.layout.slides.frames import SlideLayout, slide_frames
from ijreport.layout.theme import Colours, Fonts, Slide, SlideFonts, Theme
from ijreport.source import Span

if TYPE_CHECKING:  # the reader of templates takes a parser of XML along, which projects without one need not wait for
    from ijreport.layout.corporate.colours import Scheme
    from ijreport.layout.corporate.deck_template import DeckTemplate, Typefaces
    from ijreport.layout.corporate.roles import Role

_ENDINGS = (".pptx", ".potx")
_STEPS = 6
_NAMED = 4
"""How many placeholders a message names."""
_LEAST_BODY, _LEAST_TABLE, _LEAST_SMALL = 14.0, 12.0, 9.0
_STANDS_OUT = 2.5
"""The least contrast of bars and rules; WCAG 2.2 asks for 3 where nothing else tells what they tell, as labels do."""
_HEIGHT = 540.0
"""The height of the slide for which the sizes of the theme are made."""


class Template(Struct, frozen=True):
    """A template in use: what was read of it, and the colours that its slides call by name."""

    deck: DeckTemplate
    scheme: Scheme
    roles: Mapping[LayoutName, Role]
    layouts: Mapping[LayoutName, SlideLayout]


class Brand(Struct, frozen=True):
    """What both outputs look like. Without a template they share one theme."""

    print: Theme
    deck: Theme
    template: Template | None = None

    def layouts(self) -> Mapping[LayoutName, SlideLayout]:
        """The deck's slide layouts. Raises ValueError when the theme's sizes leave no room on its slide."""
        return self.template.layouts if self.template else slide_frames(self.deck)


def load_brand(project: Project, path: str, span: Span | None, diagnostics: Diagnostics) -> Brand:
    """The look of a report: templates/`path`, or the defaults where the file that is meant by default is not there."""
    inside = f"templates/{path}"
    if path == DEFAULT_THEME and not (project.root / inside).exists():
        return Brand(Theme(), Theme())
    node = project.read_yaml(inside, span)
    theme = bind(_inherited(node), Theme, diagnostics, "the theme") if node else None
    if node is None or theme is None:
        return Brand(Theme(), Theme())
    for name in theme.slide.roles:
        if name not in LAYOUTS:
            hint = did_you_mean(name, LAYOUTS)
            diagnostics.error("unknown-layout", f"there is no slide layout '{name}'", place_of(name), hint)
    _check_room(theme, node, diagnostics)
    if not theme.slide.template:
        if theme.slide.roles:
            place = place_of(next(iter(theme.slide.roles)))
            diagnostics.error("bad-template", "'roles' are of a template, and the theme names none", place)
        return Brand(theme, theme)
    return _with_template(theme, _given(node), project, diagnostics)


_LEAST_MEASURE, _LEAST_LINES = 5, 4
"""Ems of a line, and lines of a page, below which no text can be read."""


def _check_room(theme: Theme, node: Node, diagnostics: Diagnostics) -> None:
    """Report margins that leave no room for text, on a page or on a slide."""
    for name, page in {"page": theme.page, **theme.pages}.items():
        styles = print_styles(replace(theme, page=page))
        wide, high = styles.measure / page.body, (styles.bottom - styles.top) / styles.body.leading
        if wide < _LEAST_MEASURE or high < _LEAST_LINES:
            left = f"lines of {max(wide, 0):.1f} em" if wide < _LEAST_MEASURE else f"{max(int(high), 0)} lines"
            place = _place(node, *((name,) if name == "page" else ("pages", name)))
            diagnostics.error("bad-length", f"the margins leave {left} for the text of a page", place, "make them less")
    if not theme.slide.template and theme.slide != Slide():
        try:
            slide_frames(theme)
        except ValueError as fault:
            diagnostics.error("bad-length", str(fault), _place(node, "slide"), "make margins and sizes less")


def _place(node: Node, *keys: str) -> Span:
    """Where the theme says what is under some keys; where it begins if it does not."""
    for key in keys:
        inner = node.get(key) if isinstance(node, reader.Mapping) else None
        if inner is None:
            break
        node = inner
    return node.span


def _inherited(theme: Node) -> Node:
    """The theme with every further page completed by what `page` says."""
    page = theme.get("page") if isinstance(theme, reader.Mapping) else None
    pages = theme.get("pages") if isinstance(theme, reader.Mapping) else None
    if not (
        isinstance(theme, reader.Mapping) and isinstance(page, reader.Mapping) and isinstance(pages, reader.Mapping)
    ):
        return theme

    def completed(node: Node) -> Node:
        if not isinstance(node, reader.Mapping):
            return node
        missing = (entry for entry in page.entries if node.get(entry[0].text) is None)
        return reader.Mapping((*node.entries, *missing), node.span)

    whole = reader.Mapping(tuple((name, completed(node)) for name, node in pages.entries), pages.span)
    return reader.Mapping(tuple((key, whole if node is pages else node) for key, node in theme.entries), theme.span)


def _given(node: Node, before: str = "") -> frozenset[str]:
    """The keys that the theme says itself, with dots between their levels."""
    found: set[str] = set()
    if isinstance(node, reader.Mapping):
        for key, value in node.entries:
            found |= {before + key.text} | _given(value, f"{before}{key.text}.")
    return frozenset(found)


def _with_template(theme: Theme, given: frozenset[str], project: Project, diagnostics: Diagnostics) -> Brand:
    path = theme.slide.template
    place = place_of(path)
    if not path.lower().endswith(_ENDINGS):
        hint = "macros are not taken over: save it as .potx" if path.lower().endswith(("m", "ppt", "pot")) else ""
        diagnostics.error("bad-template", f"{path} is neither a .pptx nor a .potx file", place, hint)
        return Brand(theme, theme)
    data = project.read_bytes(path, place, "template")
    if data is None:
        return Brand(theme, theme)

    from ijreport.layout.corporate.deck_template import read_template
    from ijreport.layout.corporate.untrusted_package import RefusedPackage

    try:
        template = read_template(data)
    except RefusedPackage as fault:
        diagnostics.error("bad-template", f"{path} cannot be used: {fault}", place, fault.hint)
        return Brand(theme, theme)
    for what in template.removed:
        diagnostics.warning("template-cleaned", f"{path} has {what}, which the deck does not take over", place)
    if template.cramped:
        some = ", ".join(template.cramped[:_NAMED])
        more = f" and {len(template.cramped) - _NAMED} more" if len(template.cramped) > _NAMED else ""
        message = f"{path} has placeholders without room for text on the slide, which are not used: {some}{more}"
        diagnostics.warning("template-frame", message, place, "ijreport doctor lists what stands in")
    roles = _roles(template, theme, path, place, diagnostics)
    return branded(theme, given, template, roles, place, diagnostics) if roles else Brand(theme, theme)


def _roles(
    template: DeckTemplate, theme: Theme, path: str, place: Span | None, diagnostics: Diagnostics
) -> Mapping[LayoutName, Role] | None:
    from ijreport.layout.corporate.roles import UnknownLayout, UnusableTemplate, find_roles

    try:
        roles = find_roles(template, theme.slide.roles)
    except UnusableTemplate:
        hint = "name the one that is meant: slide: {roles: {content: …}}"
        message = f"{path} cannot be used: none of its layouts has both a title and a body placeholder"
        diagnostics.error("bad-template", message, place, hint)
        return None
    except UnknownLayout as fault:
        hint = did_you_mean(theme.slide.roles[fault.name], fault.known)
        diagnostics.error("unknown-layout", str(fault), place_of(theme.slide.roles[fault.name]), hint)
        return None
    missing = [f"{one.name} ({one.layout.name})" for one in roles.values() if one.instead_of]
    if missing:
        message = f"{path} has no layout of its own for {', '.join(missing)}: the one in parentheses stands in"
        diagnostics.note("template-role", message, place, "ijreport doctor draws them")
    return roles


def branded(
    theme: Theme,
    given: frozenset[str],
    template: DeckTemplate,
    roles: Mapping[LayoutName, Role],
    place: Span | None,
    diagnostics: Diagnostics,
) -> Brand:
    """The themes that a template makes of one, and its layouts. `given` are the keys that the theme says itself."""
    from ijreport.layout.corporate.layouts import template_layouts

    slide = _slide(theme.slide, given, template, roles)

    def warn(message: str) -> None:
        diagnostics.warning("template-contrast", message, place)

    made = template_layouts(template, roles, slide, warn)
    scheme = roles["content"].layout.scheme
    dark = contrast(scheme.named("bg1"), "#000000") < contrast(scheme.named("bg1"), "#FFFFFF")
    paper = "#FFFFFF" if dark else scheme.named("bg1")
    ink = readable(scheme.named("tx1"), paper, scheme.named("bg1"), theme.colours.ink)
    fonts = _fonts(theme.fonts, given, template, roles, place, diagnostics)
    printed = replace(theme, colours=_colours(theme.colours, given, scheme, ink, paper), fonts=fonts, slide=slide)
    shown = replace(printed, colours=_colours(theme.colours, given, scheme, made.ink, made.paper))
    return Brand(printed, shown, Template(template, scheme, roles, made.layouts))


# -- colours ---------------------------------------------------------------------------------------------------


def _colours(own: Colours, given: frozenset[str], scheme: Scheme, ink: str, paper: str) -> Colours:
    """The theme's colours from those of the template, on a paper.

    The primary colour is the first of accent 1, text 2 and accent 2 that can be read on it, else accent 1 with as much
    ink in it as that takes; an accent that would hardly be seen on it has ink in it, too.
    """
    accents = [scheme.named(f"accent{number}") for number in range(1, 7)]
    series = tuple(_seen(one, paper, ink) for one in accents)
    candidates = (accents[0], scheme.named("tx2"), accents[1])
    darker = (mixed(accents[0], ink, share / 10) for share in range(1, 11))
    primary = next((one for one in (*candidates, *darker) if contrast(one, paper) >= READABLE), ink)
    made = Colours(
        ink=ink,
        paper=paper,
        muted=readable(mixed(ink, paper, 0.3), paper, ink),
        rule=mixed(ink, paper, 0.75),
        tint=mixed(paper, primary, 0.07),
        primary=primary,
        accent=series[1],
        warm=series[2],
        fresh=series[3],
        series=series,
    )
    kept = {name: getattr(own, name) for name in Colours.__struct_fields__ if f"colours.{name}" in given}
    return replace(made, **kept)


def _seen(accent: str, paper: str, ink: str) -> str:
    """An accent with as much ink in it as makes bars and rules of it stand out from the paper."""
    shades = (mixed(accent, ink, share / 10) for share in range(11))
    return next((one for one in shades if contrast(one, paper) >= _STANDS_OUT), ink)


# -- typefaces -------------------------------------------------------------------------------------------------


def _fonts(
    own: Fonts,
    given: frozenset[str],
    template: DeckTemplate,
    roles: Mapping[LayoutName, Role],
    place: Span | None,
    diagnostics: Diagnostics,
) -> Fonts:
    """The typefaces that the template's placeholders name, on slides; in print those of them that can be embedded."""
    content = roles["content"].layout
    title, body = content.first("title", "ctrTitle"), content.first("obj", "body")
    heading = _named(title.styles[0].typeface if title else "", template) or template.headings.latin
    text = _named(body.styles[0].typeface if body else "", template) or template.texts.latin
    default = SlideFonts()
    made = {
        "latin": text or default.latin,
        "heading": heading or text or default.latin,
        "east_asian": template.texts.east_asian or default.east_asian,
        "complex_script": template.texts.complex_script or default.complex_script,
    }
    # What is said of them later is said of the place that names the template.
    placed = {name: TextValue(face, place) if place else face for name, face in made.items()}
    slide = replace(own.slide, **{name: face for name, face in placed.items() if f"fonts.slide.{name}" not in given})
    printed = own.print
    for name, face in (("text", text), ("heading", heading)):
        if f"fonts.print.{name}" in given or not face:
            continue
        if face in own.families:
            printed = replace(printed, text=face) if name == "text" else replace(printed, heading=face)
        elif face not in (own.print.text, own.print.heading):
            message = f"the template's typeface '{face}' is not there to be embedded: print is set in {printed.text}"
            hint = f"give its files: fonts: {{families: {{{face}: {{regular: …}}}}}}"
            diagnostics.note("template-font", message, place, hint)
    return replace(own, slide=slide, print=printed)


def _named(typeface: str, template: DeckTemplate) -> str:
    """A typeface, or the one that the theme's name for it stands for (20.1.4.1.17)."""
    faces: Mapping[str, Typefaces] = {"+mj-": template.headings, "+mn-": template.texts}
    return faces[typeface[:4]].latin if typeface[:4] in faces else typeface


# -- sizes -----------------------------------------------------------------------------------------------------


def _slide(own: Slide, given: frozenset[str], template: DeckTemplate, roles: Mapping[LayoutName, Role]) -> Slide:
    """The template's slide, with steps of sizes that begin at its own body size and end at 14 pt or above."""
    content = roles["content"].layout
    body, title = content.first("obj", "body"), content.first("title", "ctrTitle")
    scale = template.height / _HEIGHT
    largest = max(min(body.styles[0].size if body else own.body[0], max(own.body) * scale), _LEAST_BODY)
    least = max(0.64 * largest, _LEAST_BODY)
    steps = [round(2 * (largest + (least - largest) * step / (_STEPS - 1))) / 2 for step in range(_STEPS)]
    steps = [*dict.fromkeys(steps)]
    made: dict[str, Any] = {
        "body": tuple(steps),
        "table": tuple(max(round(2 * 0.8 * one) / 2, _LEAST_TABLE) for one in steps),
        "small": max(own.small * scale, _LEAST_SMALL),
        "stat": max(min(1.6 * largest, 0.046 * template.width), _LEAST_BODY),
        "title": title.styles[0].size if title else own.title,
        "margin": min(body.text_frame.x if body else own.margin, template.width / 10),
    }
    kept = {name: value for name, value in made.items() if f"slide.{name}" not in given}
    return replace(own, width=template.width, height=template.height, **kept)
