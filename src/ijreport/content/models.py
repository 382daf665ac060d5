"""What an author may write in the content files that have a schema, as frozen structs.

`bind` fills them; a field without a default is a key that must be there.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Struct

from ijreport.content.bind import Converter, TextValue, Unfit
from ijreport.content.reader import Node, Scalar, Sequence
from ijreport.diagnostics import near_name
from ijreport.source import Span

MAX_DIGITS = 15
"""Of one amount as written: with a scale after it, it still fits the 28 digits that decimals are computed with."""
DEFAULT_THEME = "theme.yaml"
"""Below templates/; it need not be there."""
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_AMOUNT = re.compile(rf"(-?\d+(?:[,_]\d{{3}})*(?:\.\d+)?)(?:\s*({'|'.join(SCALES)}))?\Z")


class Amount(Struct, frozen=True):
    """A number, or a range of two; `scale` is the power of ten of the word it was written with (10 trillion: 12)."""

    low: Decimal
    high: Decimal | None = None
    scale: int = 0


def _amount(node: Node) -> Amount:
    if isinstance(node, Sequence) and len(node.items) == 2:
        low, high = (_amount(item) for item in node.items)
        if low.high is None and high.high is None and low.low < high.low:
            return Amount(low.low, high.low, max(low.scale, high.scale))
        raise Unfit("a range goes from a lower to a higher amount", node.span, "bad-amount")
    if not isinstance(node, Scalar):
        raise Unfit("an amount is one number, or a list of a lower and a higher one", node.span, "bad-amount")
    match = _AMOUNT.match(node.text)
    if not match:
        word = re.search(r"[^\W\d]+\Z", node.text)
        near = near_name(word[0], SCALES) if word else ""
        known = f"write a number, or a number with {', '.join(SCALES)}; currencies and the like are its 'unit'"
        hint = near if word and near and word[0] not in SCALES else known
        raise Unfit(f"'{node.text[:40]}' is not an amount", node.span, "bad-amount", hint)
    digits = re.sub("[,_]", "", match[1])
    if len(digits) > MAX_DIGITS:
        raise Unfit(f"an amount has at most {MAX_DIGITS} digits", node.span, "bad-amount")
    scale = SCALES[match[2]] if match[2] else 0
    return Amount(Decimal(digits).scaleb(scale), None, scale)


def _moment(node: Node) -> str:
    """A year, a month or a day of the Gregorian calendar, as ISO 8601 writes it."""
    text = node.text if isinstance(node, Scalar) else ""
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = "'as_of' must be a year, a month or a day that exists, written like 2025, 2025-08 or 2025-08-29"
        raise Unfit(message, node.span, "bad-date") from None


def _name(pattern: str, what: str) -> Converter:
    def convert(node: Node) -> str:
        if isinstance(node, Scalar) and re.fullmatch(pattern, node.text):
            return TextValue(node.text, node.span)
        said = f"'{node.text[:40]}'" if isinstance(node, Scalar) else "this"
        raise Unfit(f"{said} is not {what}", node.span, "bad-value")

    return Converter(convert)


Listing = Literal["contents", "figures", "tables", "glossary"]
"""What an output may list by itself or not. Its sources it lists in any case: a citation without them says nothing."""

AmountText = Annotated[Amount, Converter(_amount)]


class Output(Struct, frozen=True):
    """One file to build. `template` is a path below templates/; `file` defaults to <name>.<format>.

    `page` is one of the theme's further pages. `listings` are added where the template does not place them itself;
    without the key, those that the format usually has.
    """

    format: Literal["pdf", "pptx"]
    template: str
    file: Annotated[str, _name(r"[^/\\:\x00-\x1f]+", "the name of a file, without folders")] = ""
    page: str = ""
    listings: tuple[Listing, ...] | None = None
    span: Span | None = None


class Report(Struct, frozen=True):
    """content/report.yaml."""

    title: str
    outputs: dict[str, Output]
    subtitle: str = ""
    date: date | None = None
    language: Annotated[str, _name(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag such as en, ja or hi-IN")] = (
        "en"
    )
    authors: tuple[str, ...] = ()
    organisation: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    theme: str = DEFAULT_THEME
    span: Span | None = None


class Approximation(Struct, frozen=True):
    """A figure's value in another currency."""

    value: AmountText
    unit: str


class FigureEntry(Struct, frozen=True):
    """One figure of content/figures.yaml: a `value`, or a `formula` over other figures."""

    source: str
    label: str = ""
    value: AmountText | None = None
    formula: str | None = None
    unit: str = ""
    approx: Approximation | None = None
    bound: Literal["exactly", "about", "nearly", "at-least"] = "exactly"
    period: str = ""
    as_of: Annotated[str, Converter(_moment)] = ""
    round: int = 3
    span: Span | None = None


class SourceEntry(Struct, frozen=True):
    """One source of content/sources.yaml."""

    title: str
    author: str = ""
    publisher: str = ""
    year: str = ""
    date: date | None = None
    url: str = ""
    note: str = ""
    span: Span | None = None


class TermEntry(Struct, frozen=True):
    """One acronym or name of content/glossary.yaml, where more than its expansion is said."""

    expansion: str
    note: str = ""
