"""The layouts of a template → which of them serves as cover, section, content and so on, and where it falls back.

A role's layout is, in this order: the one that the theme names; one whose type is the role's (ECMA-376 part 1,
19.7.15); one whose name is usual for it. Of several, one of the same master as the content's, then the one of whose
frames decorations cross the fewest, then the first. Placeholders without room on the slide do not count. A role without
one takes what `FALLBACKS` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ijreport.layout.corporate.deck_template import DeckTemplate, TemplateLayout
from ijreport.layout.corporate.ground import crossing
from ijreport.layout.items import LAYOUTS, LayoutName
from ijreport.layout.slides.placeholders import Placeholder

TITLES = ("title", "ctrTitle")
CONTENT = ("obj", "body")
_ANY_BODY = (*CONTENT, "subTitle", "tbl", "chart", "pic")

_TYPES: Mapping[LayoutName, tuple[str, ...]] = {
    "cover": ("title",),
    "section": ("secHead",),
    "content": ("obj", "tx"),
    "columns": ("twoObj", "twoColTx"),
    "figure": ("txAndChart", "txAndObj", "txAndClipArt", "txAndMedia"),
    "table": ("tbl", "titleOnly"),
    "stats": ("titleOnly",),
    "quote": (),
    "closing": (),
}
_NAMES: Mapping[LayoutName, str] = {
    "cover": r"title slide|cover|titelfolie|titelseite|diapositive de titre|page de titre|portada|diapositiva de título"
    r"|diapositiva titolo|copertina|slide de título|capa|タイトル\s*スライド|表紙|शीर्षक स्लाइड|आवरण|标题幻灯片|封面|표지"
    r"|титульный",
    "section": r"section|divider|abschnitt|kapitel|trennfolie|sección|sezione|seção|セクション|中扉|अनुभाग|खंड|节标题"
    r"|구역|раздел",
    "content": r"title(?: and|,) (?:content|text)|titel und (?:inhalt|text)|titre et (?:contenu|texte)"
    r"|título y (?:objetos|contenido|texto)|titolo e (?:contenuto|testo)|título e (?:conteúdo|texto)"
    r"|タイトルとコンテンツ|शीर्षक और सामग्री|标题和内容|제목 및 내용|заголовок и (?:объект|текст)",
    "columns": r"two (?:content|column)|2 (?:content|columns)|zwei (?:inhalte|spalten)|deux (?:contenus|colonnes)"
    r"|dos (?:objetos|contenidos|columnas)|due (?:contenuti|colonne)|(?:duas|dois) (?:colunas|conteúdos)"
    r"|2 つのコンテンツ|दो सामग्री|两栏|콘텐츠 2|два (?:объекта|столбца)",
    "figure": r"text and (?:chart|content|picture|image|figure)|text und (?:diagramm|bild)|texte et (?:image|graphique)"
    r"|texto y (?:gráfico|imagen)|テキストと(?:図|グラフ)",
    "table": r"table|tabelle|tableau|tabla|tabella|tabela|表|तालिका|таблица",
    "stats": r"key figures|title only|nur titel|titre seul|sólo el título|solo título|solo titolo|somente título"
    r"|タイトルのみ|केवल शीर्षक|仅标题|제목만|только заголовок",
    "quote": r"quote|quotation|zitat|citation|cita|citazione|citação|引用|उद्धरण|цитата",
    "closing": r"closing|end slide|thank|contact|schluss|dank|merci|gracias|grazie|obrigad|fin\b|終わり|まとめ|धन्यवाद"
    r"|结束|谢谢|감사|спасибо",
}
"""What layouts for a role are usually called, in the languages that office programs ship templates in."""

FALLBACKS: Mapping[LayoutName, tuple[LayoutName, ...]] = {
    "cover": ("section", "content"),
    "section": ("cover", "content"),
    "content": (),
    "columns": ("content",),
    "figure": ("columns", "content"),
    "table": ("stats", "content"),
    "stats": ("content",),
    "quote": ("content",),
    "closing": ("section", "cover", "content"),
}
"""Whose layout a role takes if the template has none for it: the first of these that has one of its own."""


class Role(Struct, frozen=True):
    """The layout that serves as one of ours. `by` tells how it was found; `instead_of` is the role that it is meant
    for, if the template has none for this one."""

    name: LayoutName
    layout: TemplateLayout
    by: str
    instead_of: LayoutName | None = None


class UnusableTemplate(Exception):
    """No layout of a template has a title and a body."""


class UnknownLayout(Exception):
    """The theme names a layout that the template has not, or that cannot serve the role."""

    def __init__(self, message: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(message)
        self.name, self.known = name, known


def find_roles(template: DeckTemplate, named: Mapping[str, str]) -> dict[LayoutName, Role]:
    """A layout for every role; `named` are those that the theme itself gives to some.

    Raises UnknownLayout for a name in `named` that does not fit, and UnusableTemplate.
    """
    if "content" in named:
        content: Role | None = _named(template, "content", named["content"], -1)
    else:
        content = _best(template, "content") or _roomiest(template)
    if content is None:
        raise UnusableTemplate
    own: dict[LayoutName, Role] = {"content": content}
    for name in FALLBACKS:
        if name != "content":
            home = -1 if name in _APART else content.layout.master
            found = _named(template, name, named[name], home) if name in named else _best(template, name, home)
            if found:
                own[name] = found
    return {name: own.get(name) or _fallen_back(name, own) for name in FALLBACKS}


_APART = frozenset({"cover", "section", "closing"})
"""Roles whose layouts may be of any master, with art that leaves room for little but the title."""
assert set(FALLBACKS) == set(LAYOUTS)


def _fallen_back(name: LayoutName, own: Mapping[LayoutName, Role]) -> Role:
    instead = next(other for other in FALLBACKS[name] if other in own)
    return Role(name, own[instead].layout, f"stands in: the template has no layout for '{name}'", instead)


def _named(template: DeckTemplate, name: LayoutName, wanted: str, home: int) -> Role:
    """The layout of a name. Where several masters have one, `2/Title Slide` is that of the second."""
    number, _, bare = wanted.rpartition("/")
    candidates = [one for one in template.layouts if one.name == wanted]
    candidates += [one for one in template.layouts if one.name == bare and str(one.master + 1) == number]
    if not candidates:
        known = tuple(dict.fromkeys(one.name for one in template.layouts))
        raise UnknownLayout(f"the template has no layout '{wanted}'", name, known)
    usable = [one for one in candidates if can_serve(one, name)]
    if not usable:
        needs = {"content": "a body", "quote": "a body", "columns": "two bodies", "figure": "two bodies"}.get(name)
        what = f"a title and {needs}" if needs else "a title"
        raise UnknownLayout(f"the layout '{wanted}' has not {what} in frames of their own", name, ())
    return Role(name, _clearest(usable, name, home), "named by the theme")


def _best(template: DeckTemplate, name: LayoutName, home: int = -1) -> Role | None:
    usable = [one for one in template.layouts if can_serve(one, name)]
    for kind in _TYPES[name]:
        of_type = [one for one in usable if one.type == kind]
        if of_type:
            meant = [one for one in of_type if not _called_otherwise(one)]
            return Role(name, _clearest(meant or of_type, name, home), f"type {kind}")
    pattern = re.compile(_NAMES[name], re.IGNORECASE)
    of_name = [one for one in usable if pattern.search(one.name)]
    return Role(name, _clearest(of_name, name, home), "by name") if of_name else None


def _called_otherwise(layout: TemplateLayout) -> bool:
    """Whether a layout is called one that has no type of its own: who adds one begins with a copy of another, whose
    type stays in it."""
    return any(re.search(_NAMES[name], layout.name, re.IGNORECASE) for name, types in _TYPES.items() if not types)


def _roomiest(template: DeckTemplate) -> Role | None:
    """For the content alone: the layout with the largest body that has a title."""
    usable = [one for one in template.layouts if can_serve(one, "content")]
    if not usable:
        return None
    sizes = {one.part: max(body.text_frame.width * body.text_frame.height for body in bodies_of(one)) for one in usable}
    return Role("content", max(usable, key=lambda one: sizes[one.part]), "the roomiest body")


def _clearest(layouts: Sequence[TemplateLayout], name: LayoutName, home: int) -> TemplateLayout:
    kinds = TITLES if name in _APART else (*TITLES, *_ANY_BODY)
    return min(layouts, key=lambda one: (home not in (-1, one.master), _crossings(one, kinds)))


def _crossings(layout: TemplateLayout, kinds: Sequence[str]) -> int:
    bodies = [one for one in layout.placeholders if one.frame and one.type in kinds]
    return sum(len(crossing(one.text_frame, layout.art)) for one in bodies)


def can_serve(layout: TemplateLayout, name: LayoutName) -> bool:
    """Whether a layout has the placeholders that a role needs."""
    bodies = len(bodies_of(layout))
    if layout.first(*TITLES) is None:
        return False
    match name:
        case "content" | "quote":
            return bodies >= 1
        case "columns":
            return bodies >= 2
        case "figure":
            return bodies >= 2 or (bodies == 1 and bool(objects_of(layout, "chart", "pic")))
        case _:
            return True


def bodies_of(layout: TemplateLayout) -> list[Placeholder]:
    """The placeholders that text may fill, from the left and the top, without those as small as a caption."""
    return objects_of(layout, *CONTENT, "subTitle")


def objects_of(layout: TemplateLayout, *types: str) -> list[Placeholder]:
    """The placeholders of some types, as `bodies_of`."""
    found = [one for one in layout.placeholders if one.type in types and one.frame and one.upright and _roomy(one)]
    return sorted(found, key=lambda one: (round(one.text_frame.y / 36), one.text_frame.x))


def _roomy(one: Placeholder) -> bool:
    return one.text_frame.width >= 72 and one.text_frame.height >= 36
