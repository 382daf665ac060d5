"""Rendered Markdown → the parser's tokens, in which all that begins ends; what does not is told once and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markdown_it.token import Token
from msgspec import Struct

from ijreport.diagnostics import Diagnostics
from ijreport.document.commonmark import MAX_NESTING, dialect
from ijreport.document.data_blocks import DATA
from ijreport.document.divs import paired
from ijreport.document.origins import Origins
from ijreport.document.stretches import HEADING, Stretch
from ijreport.source import Span

_NESTING = frozenset(
    f"{kind}_{end}" for kind in ("blockquote", "bullet_list", "div", "ordered_list") for end in ("open", "close")
)
_FRONT_MATTER = re.compile(r"\s*?---[ \t]*\n[\w-]+:(?:[ \t].*)?\n(?:.*\S.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_ANY_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*\w")
"""A fence that begins a block: it has a name."""


class Tokens(Struct, frozen=True):
    """The tokens of a stretch of a text, and what is known of it as a whole.

    `footnotes` are the labels that are defined. `swallowed`: a block without an end took what follows it. `unpaired`:
    divs lack fences, so that others may stand where nobody meant them. `apart`: nothing is defined for other stretches.
    """

    all: tuple[Token, ...]
    footnotes: frozenset[str]
    swallowed: bool
    unpaired: bool
    apart: bool


def tokenize(origins: Origins, stretch: Stretch, language: str, diagnostics: Diagnostics) -> Tokens:
    """The tokens of a rendered template's stretch; none of one that is nested too deeply."""
    text, environment = origins.source.text, dict[str, Any]()
    end = stretch.end + len(HEADING) * (stretch.end < len(text))
    tokens = dialect(language, footnotes=True).parse(text[stretch.start : end], environment)
    if stretch.line:
        for token in tokens:
            if token.map:
                token.map = [stretch.line + line for line in token.map]
    footnotes: Mapping[str, int] = environment.get("footnotes", {}).get("refs", {})
    _check_footnotes(footnotes, environment.get("defined", ()), origins, diagnostics)
    apart = not footnotes and not environment.get("references")
    if end > stretch.end:
        # The next stretch's heading is the last one here, too; or a block that lacks its end took it, which is told.
        at = next((at for at in reversed(range(len(tokens))) if tokens[at].type == "heading_open"), len(tokens))
        del tokens[at : at + 3]
    fences = ("comment_unclosed", "fence")
    closed = [one for one in tokens if one.type not in fences or not _told_unclosed(one, origins, diagnostics)]
    swallowed = len(closed) < len(tokens)
    faults = Diagnostics()
    pairs = paired(closed, origins.lines, swallowed, faults)
    for fault in faults:
        diagnostics.add(fault)
    deep = _too_deep(pairs)
    if deep:
        message = f"this is nested more than {MAX_NESTING} levels deep"
        diagnostics.error("nested-too-deep", message, origins.lines(*deep))
        pairs = []
    labels = frozenset(name.removeprefix(":") for name in footnotes)
    body = tuple(_behind_front_matter(pairs, origins, diagnostics))
    return Tokens(body, labels, swallowed, swallowed or faults.errors > 0, apart)


def _told_unclosed(token: Token, origins: Origins, diagnostics: Diagnostics) -> bool:
    """Whether a fence or a comment lacks its end, which is then told.

    CommonMark lets a fence run on to that of another block, or to the end of what it stands in.
    """
    assert token.map  # each has lines
    first, after = token.map
    place = origins.lines(first, after)
    if token.type == "comment_unclosed":
        diagnostics.error("unclosed-block", "this comment is not closed", place.narrow("<!--"), "end it with -->")
        return True
    end = origins.source.line(after).lstrip(" >\t").rstrip()
    another = _begun_inside(token, origins)
    if not another and after - 1 > first and end.startswith(token.markup) and not end.strip(token.markup[0]):
        return False
    name = token.info.strip().split(" ")[0]
    message = f"this {f'{name} block' if name in DATA else 'code'} is not closed"
    trace = (("another one begins at", another),) if another else ()
    diagnostics.error("unclosed-block", message, place, f"end it with {token.markup}", trace)
    return True


def _begun_inside(token: Token, origins: Origins) -> Span | None:
    """Where a fence as long as this one begins inside it: nobody would write that, so its own end is missing."""
    assert token.map
    for number, line in enumerate(token.content.split("\n"), token.map[0] + 1):
        another = _ANY_FENCE.match(line)
        if another and another[1].startswith(token.markup):
            return origins.lines(number, number + 1)
    return None


def _too_deep(tokens: Iterable[Token]) -> list[int] | None:
    """The lines of the first block that is inside more lists, quotes and divs than may be."""
    depth = 0
    for token in tokens:
        if token.type in _NESTING:
            depth += token.nesting
            if depth > MAX_NESTING and token.map:
                return token.map
    return None


def _behind_front_matter(tokens: list[Token], origins: Origins, diagnostics: Diagnostics) -> list[Token]:
    """The tokens without YAML between dashes at the head, which CommonMark takes for a rule and a heading."""
    text = origins.source.text
    front = _FRONT_MATTER.match(text)
    if not front:
        return tokens
    first, after = text.count("\n", 0, front[0].index("---")), text.count("\n", 0, front.end())
    hint = "title, date, authors and the like stand in content/report.yaml"
    diagnostics.error("front-matter", "a template has no front matter", origins.lines(first, first + 1), hint)
    at = next((at for at, token in enumerate(tokens) if token.map and token.map[0] >= after), len(tokens))
    return tokens[at:]


def _check_footnotes(
    footnotes: Mapping[str, int], defined: Iterable[tuple[str, int]], origins: Origins, diagnostics: Diagnostics
) -> None:
    """Report the footnotes that are defined twice, and those that nothing refers to: the parser leaves them out."""
    first: dict[str, int] = {}
    for label, line in defined:
        if first.setdefault(label, line) != line:
            here, there = (origins.lines(at, at + 1).narrow(f"[^{label}]:") for at in (line, first[label]))
            message = f"there are two footnotes [^{label}]"
            diagnostics.error("duplicate-id", message, here, trace=(("first at", there),))
    for label, number in footnotes.items():
        if number < 0:
            definition = f"[^{label.removeprefix(':')}]:"
            start = origins.source.text.find(definition)
            place = origins.span(start, start + len(definition)) if start >= 0 else None
            message = f"the footnote {definition[:-1]} is not shown, because nothing refers to it"
            diagnostics.warning("unused-footnote", message, place)
