"""A number + a number pattern → its digits, written for a language.

The patterns are those of spreadsheets and charts (ECMA-376 part 1, 18.8.31), because the deck's native
charts carry the very same pattern: what is printed must read as what the deck shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

from msgspec import Struct

GENERAL = "General"
SCIENTIFIC = "0.#E+0"

# Enough digits for every float written out in full; spreadsheets round halves away from zero.
_EXACT = Context(prec=800, rounding=ROUND_HALF_UP)

_TOKEN = re.compile(
    r"""(?P<number>(?:[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+),*(?:E[+-]0+)?)
      | "(?P<quoted>[^"]*)"
      | \\(?P<escaped>.)
      | \[\$(?P<currency>[^\]-]*)(?:-[0-9A-Fa-f]+)?\]
      | (?P<colour>\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\d+)\])
      | _(?P<space>.)
      | (?P<fill>\*.)
      | (?P<literal>[^0-9A-Za-z#?.,;@"\\\[\]_*])""",
    re.VERBOSE | re.IGNORECASE,
)


def default_pattern(values: Iterable[float | Decimal]) -> str:
    """A pattern with as many decimals as show every one of `values`: two at most, more where the smallest needs them.

    Beyond 10¹⁵ or below 10⁻⁶ it is the scientific one."""
    numbers = [Decimal(str(value)) for value in values]
    sizes = [abs(number).adjusted() for number in numbers if number]
    if sizes and (max(sizes) >= 15 or min(sizes) < -6):
        return SCIENTIFIC
    most = max(2, 1 - min(sizes)) if sizes else 0
    decimals = max((len(f"{number:.{most}f}".rstrip("0").split(".")[1]) for number in numbers if most), default=0)
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


@lru_cache(maxsize=8192)
def format_number(value: float | Decimal, pattern: str, language: str) -> str:
    """`value` by `pattern`, with the separators of `language` (BCP 47). An empty pattern means `General`.

    Understood are sections for positive, negative and zero, digits, grouping, scaling by thousands, percent,
    exponents, literals and currencies. Raises ValueError for dates, fractions, conditions and text.
    """
    number = Decimal(str(value))
    if pattern in ("", GENERAL):
        pattern = default_pattern((number,))
    sections = _sections(pattern)
    if number < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif number == 0 and len(sections) > 2:
        section, sign = sections[2], ""
    else:
        section, sign = sections[0], "-" if number < 0 else ""
    digits = _digits(abs(number), section, language)
    if not any(digit.isdigit() and int(digit) for digit in digits):
        sign = ""  # what rounds to zero is neither above nor below it
    return sign + section.prefix + digits + section.suffix


class _Section(Struct, frozen=True):
    """`pattern` is the digits' part, as Unicode writes it (UTS #35 part 3); `shift` the power of ten that scales it."""

    prefix: str
    pattern: str
    suffix: str
    shift: int


def _sections(pattern: str) -> list[_Section]:
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*\Z)', pattern)
    if len(parts) > 3:
        raise ValueError(f"'{pattern}' has more sections than positive;negative;zero")
    sections = [_section(part, pattern) for part in parts]
    if not sections[0].pattern:
        raise ValueError(f"'{pattern}' has no place for digits; write one like 0.0, #,##0 or 0%")
    return sections


def _section(text: str, whole: str) -> _Section:
    prefix, number, suffix, shift, at = "", "", "", 0, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or (match["number"] and number):
            raise ValueError(f"'{whole}' is not a number pattern; write one like 0.0, #,##0 or 0%")
        at = match.end()
        if match["number"]:
            number, scaled = _unicode_pattern(match["number"])
            shift += scaled
            continue
        literal = match["literal"] or match["quoted"] or match["escaped"] or match["currency"] or ""
        shift += 2 if match["literal"] == "%" else 0
        if match["space"]:
            literal = " "
        prefix, suffix = (prefix, suffix + literal) if number else (prefix + literal, suffix)
    return _Section(prefix, number, suffix, shift)


def _unicode_pattern(number: str) -> tuple[str, int]:
    """The digits' pattern, and the power of ten that its trailing commas stand for."""
    mantissa, _, exponent = number.upper().replace("?", "#").partition("E")
    bare = mantissa.rstrip(",")
    whole, _, decimals = bare.partition(".")
    digits = "0" * whole.count("0") or "#"
    if "," in whole:
        digits = digits.rjust(4, "#")
        digits = f"{digits[:-3]},{digits[-3:]}"
    if decimals:
        digits += "." + decimals
    if exponent:
        digits += "E" + exponent.replace("-", "")  # Unicode writes a minus unasked, a plus when asked
    return digits, -3 * (len(mantissa) - len(bare))


def _digits(number: Decimal, section: _Section, language: str) -> str:
    if not section.pattern:
        return ""
    from babel.numbers import format_decimal

    with localcontext(_EXACT):
        return format_decimal(number.scaleb(section.shift), format=section.pattern, locale=_locale(language))


def _locale(language: str) -> str:
    return language.replace("-", "_")
