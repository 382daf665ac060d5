"""Figure entries → figures with values: formulas computed, and every way of printing one.

A figure is typed once; derived ones are computed in decimal arithmetic, never retyped. Numbers are formatted by
babel for the report's language.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ijreport.content.bind import place_of
from ijreport.content.models import SCALES, Amount, FigureEntry
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.source import Span

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
# Babel's symbol for a currency is ambiguous in some languages ("$", "￥"); these are not.
_SYMBOLS = {("en", "USD"): "US$", ("en", "JPY"): "¥", ("hi", "USD"): "US$", ("hi", "JPY"): "¥", ("de", "USD"): "US-$"}
# Languages that write the currency after the amount, by its name.
_AFTER = {("ja", "JPY"): "円", ("ja", "USD"): "米ドル", ("ja", "INR"): "ルピー"}
_SHORT = {"en": {12: "\u00a0tn", 9: "\u00a0bn", 6: "\u00a0m"}}
_BOUNDS = {
    "en": {"about": "about {}", "nearly": "nearly {}", "at-least": "{}+"},
    "ja": {"about": "約{}", "nearly": "{}弱", "at-least": "{}以上"},
    "hi": {"about": "लगभग {}", "nearly": "लगभग {}", "at-least": "{}+"},
    "de": {"about": "rund {}", "nearly": "knapp {}", "at-least": "mindestens {}"},
    "fr": {"about": "environ {}", "nearly": "près de {}", "at-least": "au moins {}"},
}


class Figure(Struct, frozen=True):
    """One number with its unit, and where the content says it. Printing it in a template gives its full form."""

    id: str
    amount: Amount
    unit: str
    language: str
    label: str = ""
    bound: str = "exactly"
    approx: Figure | None = None
    period: str = ""
    as_of: str = ""
    source: str = ""
    span: Span | None = None

    def __str__(self) -> str:
        if self.approx is None:
            return self.plain
        return f"{self.plain} (≈\u00a0{self.approx.plain})"

    @property
    def plain(self) -> str:
        """Value and unit: `¥10 trillion`, `about 54,000`, `400 MW`."""
        return self._text(_long)

    @property
    def short(self) -> str:
        """As `plain`, with a scale abbreviated as the language does it: `¥10 tn`."""
        return self._text(_short)

    def _text(self, form: Callable[[Decimal, str], str]) -> str:
        text = form(self.amount.low, self.language)
        if self.amount.high is not None:
            high = form(self.amount.high, self.language)
            word = high.lstrip("0123456789.,")  # the scale is said once: 7–10 trillion
            text = f"{text.removesuffix(word) if word else text}–{high}"
        bound = _BOUNDS.get(_base(self.language), _BOUNDS["en"]).get(self.bound, "{}")
        if self.bound == "at-least" and not _CURRENCY.match(self.unit):
            return _with_unit(bound.format(text), self.unit, self.language)  # 1,400+ firms
        return bound.format(_with_unit(text, self.unit, self.language))

    @property
    def low(self) -> Figure:
        """The lower end of a range, as a figure of its own."""
        return replace(self, amount=Amount(self.amount.low, None, self.amount.scale), approx=None)

    @property
    def high(self) -> Figure:
        """The upper end of a range, as a figure of its own."""
        high = self.amount.low if self.amount.high is None else self.amount.high
        return replace(self, amount=Amount(high, None, self.amount.scale), approx=None)

    @property
    def is_range(self) -> bool:
        return self.amount.high is not None

    def number(self, scale: str = "") -> Decimal:
        """The bare number in units, or in `thousand`s … `trillion`s: for charts. ValueError for a range."""
        if self.is_range:
            raise ValueError(f"the figure '{self.id}' is a range: take its .low or .high")
        if scale and scale not in SCALES:
            raise ValueError(f"'{scale}' is no scale: {did_you_mean(scale, SCALES)}")
        return _normal(self.amount.low.scaleb(-SCALES.get(scale, 0)))


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


@lru_cache(maxsize=4096)
def _long(number: Decimal, language: str) -> str:
    """`10 trillion`, `22.8 billion`, `54,000`: words from a million on, every digit that was given."""
    from babel import Locale, numbers

    number = _normal(number)
    locale = language.replace("-", "_")
    if abs(number) < 1_000_000:
        return numbers.format_decimal(number, locale=locale, decimal_quantization=False)
    digits = len(number.normalize().as_tuple().digits)
    # Languages that write scales with one character (兆) have a short form only.
    form: Literal["long", "short"] = "long" if "long" in Locale.parse(locale).compact_decimal_formats else "short"
    text = numbers.format_compact_decimal(number, format_type=form, locale=locale, fraction_digits=digits)
    return text.replace(" ", "\u00a0")  # a number and its scale word stay on one line


@lru_cache(maxsize=4096)
def _short(number: Decimal, language: str) -> str:
    from babel import numbers

    number = _normal(number)
    locale = language.replace("-", "_")
    words = _SHORT.get(_base(language))
    digits = len(number.normalize().as_tuple().digits)
    if words is None:
        short = numbers.format_compact_decimal(number, format_type="short", locale=locale, fraction_digits=digits)
        return short if not short.isdigit() else numbers.format_decimal(number, locale=locale)
    for scale, word in words.items():
        if abs(number) >= Decimal(1).scaleb(scale):
            scaled = _normal(number.scaleb(-scale))
            return numbers.format_decimal(scaled, locale=locale, decimal_quantization=False) + word
    return numbers.format_decimal(number, locale=locale, decimal_quantization=False)


def _with_unit(number: str, unit: str, language: str) -> str:
    if not unit:
        return number
    base = _base(language)
    if unit == "percent":
        before, after = _affixes(language, "percent")
        return before + number + after
    if (base, unit) in _AFTER:
        return number + _AFTER[base, unit]
    if _CURRENCY.match(unit):
        from babel.numbers import get_currency_symbol

        symbol = _SYMBOLS.get((base, unit)) or get_currency_symbol(unit, locale=language.replace("-", "_"))
        before, after = _affixes(language, "currency")
        if "¤" in after:
            return number + after.replace("¤", symbol)
        return f"{symbol}\u00a0{number}" if symbol.isalpha() or before[-1:].isspace() else f"{symbol}{number}"
    if unit.startswith("-"):
        return number + unit
    return f"{number}\u00a0{unit}"


@lru_cache(maxsize=64)
def _affixes(language: str, kind: Literal["percent", "currency"]) -> tuple[str, str]:
    """What the language writes before and after a number of a kind (CLDR's patterns; ¤ is the currency's symbol)."""
    from babel import Locale

    locale = Locale.parse(language, sep="-")
    pattern = locale.percent_formats[None] if kind == "percent" else locale.currency_formats["standard"]
    return str(pattern.prefix[0]), str(pattern.suffix[0])


def _normal(number: Decimal) -> Decimal:
    """Without trailing zeros after the point, and without an exponent."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


# -- computing -------------------------------------------------------------------------------------------------


def compute(entries: Mapping[str, FigureEntry | None], language: str, diagnostics: Diagnostics) -> dict[str, Figure]:
    """Every figure with its value. A formula's unknown name, cycle, range or division by zero is an error.

    An entry is None where a diagnostic told already what is wrong with it: nothing is said of formulas that need it.
    """
    return _Computation(entries, language, diagnostics).run()


_GRAMMAR = "a formula is made of figures' names, numbers, + - * / and parentheses"


class _Fault(Exception):
    def __init__(self, message: str, hint: str = "", literal: str = "", part: ast.expr | None = None) -> None:
        super().__init__(message)
        self.hint, self.literal, self.part = hint, literal, part


class _Computation:
    def __init__(self, entries: Mapping[str, FigureEntry | None], language: str, diagnostics: Diagnostics) -> None:
        self.entries = entries
        self.language = language
        self.diagnostics = diagnostics
        self.figures: dict[str, Figure | None] = {}

    def run(self) -> dict[str, Figure]:
        for name in self.entries:
            self.figure(name, ())
        return {name: figure for name in self.entries if (figure := self.figures[name])}

    def figure(self, name: str, path: tuple[str, ...]) -> Figure | None:
        """The figure of a name; None where a diagnostic told why not. `path` leads to it, for cycles."""
        if name not in self.figures:
            entry = self.entries[name]
            amount = self._amount(name, entry, path) if entry else None
            self.figures[name] = self._made(name, entry, amount) if entry and amount else None
        return self.figures[name]

    def _made(self, name: str, entry: FigureEntry, amount: Amount) -> Figure:
        approx = None
        if entry.approx:
            approx = Figure(name, entry.approx.value, entry.approx.unit, self.language, source=entry.source)
            approx = replace(approx, label=entry.label, span=entry.span)
        return Figure(
            name, amount, entry.unit, self.language, entry.label, entry.bound, approx,
            entry.period, entry.as_of, entry.source, entry.span,
        )  # fmt: skip

    def _amount(self, name: str, entry: FigureEntry, path: tuple[str, ...]) -> Amount | None:
        if (entry.value is None) == (entry.formula is None):
            has = "neither 'value' nor" if entry.value is None else "both 'value' and"
            self.diagnostics.error(
                "bad-figure", f"the figure '{name}' has {has} 'formula'", place_of(name) or entry.span, "give it one"
            )
            return None
        if entry.formula is None:
            return entry.value
        formula = entry.formula.strip()
        try:
            tree = ast.parse(formula, mode="eval").body
            value = self._value(tree, (*path, name))
            return Amount(_rounded(value, entry.round)) if value is not None else None
        except _Fault as fault:
            part = ast.get_source_segment(formula, fault.part) if fault.part else None
            self._report(entry, str(fault), fault.hint, part or fault.literal)
        except (SyntaxError, ValueError):  # a NUL, or more digits than Python converts
            self._report(entry, "this is not a formula", _GRAMMAR)
        except (DivisionByZero, InvalidOperation, Overflow):
            self._report(entry, "this formula has no value: it divides by zero, or its value is out of range")
        except RecursionError:
            self._report(entry, "this formula is nested too deeply")
        return None

    def _report(self, entry: FigureEntry, message: str, hint: str = "", literal: str = "") -> None:
        place = place_of(entry.formula)
        if place and literal:
            place = place.narrow(literal)
        self.diagnostics.error("bad-formula", message, place, hint)

    def _value(self, tree: ast.expr, path: tuple[str, ...]) -> Decimal | None:
        """The value of an expression; None where a figure it needs is faulty itself."""
        match tree:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return Decimal(str(number))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._value(operand, path)
                return None if value is None else -value
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right=right):
                a, b = self._value(left, path), self._value(right, path)
                if a is None or b is None:
                    return None
                match op:
                    case ast.Add():
                        return a + b
                    case ast.Sub():
                        return a - b
                    case ast.Mult():
                        return a * b
                    case _:
                        return a / b
            case ast.Name(id=name):
                return self._named(name, "", path)
            case ast.Attribute(value=ast.Name(id=name), attr="approx" | "low" | "high" as part):
                return self._named(name, part, path)
            case _:
                raise _Fault("this part of the formula means nothing here", _GRAMMAR, part=tree)

    def _named(self, name: str, part: str, path: tuple[str, ...]) -> Decimal | None:
        if name not in self.entries:
            raise _Fault(f"there is no figure '{name}'", did_you_mean(name, self.entries), name)
        if name in path:
            raise _Fault(f"this formula needs itself: {' → '.join((*path[path.index(name) :], name))}", literal=name)
        figure = self.figure(name, path)
        if figure is None:
            return None
        if part == "approx":
            if figure.approx is None:
                raise _Fault(f"the figure '{name}' has no 'approx'", literal=name)
            figure = figure.approx
        elif part:
            figure = figure.low if part == "low" else figure.high
        if figure.is_range:
            raise _Fault(f"the figure '{name}' is a range", f"take {name}.low or {name}.high", name)
        return figure.amount.low


def _rounded(number: Decimal, digits: int) -> Decimal:
    """To significant digits, halves away from zero."""
    if number == 0:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), ROUND_HALF_UP)
