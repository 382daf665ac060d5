"""What went wrong while a template ran → a message and a hint in an author's words, not in Python's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from jinja2.runtime import Macro
from msgspec import Struct

from ijreport.content.figures import Figure
from ijreport.content.models import Report, SourceEntry, TermEntry
from ijreport.diagnostics import did_you_mean

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "nothing"),
    (bool, "true or false"),
    ((int, float, Decimal), "a number"),
    (str, "a text"),
    (date, "a date"),
    (Figure, "a figure"),
    (Mapping, "a mapping"),
    (SourceEntry, "a source"),
    (TermEntry, "an acronym"),
    (Report, "the report"),
    (Macro, "a macro"),
    (Iterable, "a list"),
)
_NAMES = {
    "NoneType": "nothing", "bool": "true or false", "int": "a number", "IntValue": "a number", "float": "a number",
    "FloatValue": "a number", "Decimal": "a number", "str": "a text", "TextValue": "a text", "date": "a date",
    "Figure": "a figure", "dict": "a mapping", "_Names": "a mapping", "SourceEntry": "a source",
    "TermEntry": "an acronym", "Report": "the report", "Macro": "a macro", "list": "a list", "tuple": "a list",
    "generator": "a list", "range": "a list",
}  # fmt: skip
"""Python's names for what a template may meet, as they stand in its messages."""

_TWO = (
    re.compile(r"unsupported operand type\(s\) for (?P<sign>[^:]+): '(?P<left>\w+)' and '(?P<right>\w+)'"),
    re.compile(r"'(?P<sign>[^']+)' not supported between instances of '(?P<left>\w+)' and '(?P<right>\w+)'"),
    re.compile(r"can only concatenate (?P<left>\w+) \(not \"(?P<right>\w+)\"\) to \w+(?P<sign>)"),
)
"""What Python says of an operator between two things that it cannot take."""
_ONE = re.compile(r"'(\w+)' object is not (iterable|callable|subscriptable)")
_CANNOT = {
    "iterable": "cannot be gone through, as it is no list",
    "callable": "cannot be called, as it is no macro",
    "subscriptable": "has nothing in it",
}
_PARTS = {"too many": "more", "not enough": "fewer"}
_TAKE_NUMBER = "a figure's number is figure.name | number"
_OF_FIGURE = (
    "id", "label", "unit", "bound", "period", "as_of", "source", "approx", "low", "high", "is_range", "plain", "short",
)  # fmt: skip


def kind(value: object) -> str:
    """What a value is called in messages: `a list`."""
    return next(
        (name for types, name in _KINDS if isinstance(value, types)), "a function" if callable(value) else "this"
    )


def spoken(fault: Exception, tests: Iterable[str]) -> tuple[str, str]:
    """The message and the hint for what ended a rendering."""
    message = str(fault)
    two = next((found for pattern in _TWO if (found := pattern.search(message))), None)
    if two and two["left"] in _NAMES and two["right"] in _NAMES:
        sign, left, right = two["sign"] or "+", _NAMES[two["left"]], _NAMES[two["right"]]
        hints = {"a figure": _TAKE_NUMBER, "a text": "texts are joined by ~" if sign == "+" else ""}
        hint = next((hints[one] for one in ("a figure", "a text") if one in (left, right)), "")
        return f"'{sign}' does not take {left} and {right}", hint
    if (one := _ONE.search(message)) and one[1] in _NAMES:
        return f"{_NAMES[one[1]]} {_CANNOT[one[2]]}", ""
    if test := re.fullmatch(r"No test named '(.*)'\.?", message):
        return f"there is no test '{test[1]}'", did_you_mean(test[1], tests)
    if call := re.match(r"(?:[\w.]+\.)?_*(\w+|<lambda>)\(\) (?:takes|missing|got)\b", message):
        name = f"'{call[1]}'" if call[1][0] != "<" else "this"
        return f"{name} is given other values than it takes", ""
    if unpacked := re.match(r"(too many|not enough) values to unpack", message):
        return f"an entry of this list has {_PARTS[unpacked[1]]} parts than there are names for them", ""
    return message, ""


def unknown_part(owner: object, name: str) -> tuple[str, str]:
    """The message and the hint for a part that a value has not."""
    if isinstance(owner, (list, tuple)):
        entries = f"it has {len(owner)} {'entry' if len(owner) == 1 else 'entries'}"
        if name.lstrip("-").isdigit():
            return f"this list has no entry {name}", f"{entries}, the first is 0"
        return f"a list has no '{name}'", f"{entries}; {{% for one in … %}} goes through them"
    if isinstance(owner, Figure):
        if name in ("value", "amount"):
            return f"a figure has no '{name}'", _TAKE_NUMBER
        return f"a figure has no '{name}'", did_you_mean(name, _OF_FIGURE)
    known = [field for field in owner.__struct_fields__ if field != "span"] if isinstance(owner, Struct) else []
    return f"{kind(owner)} has no '{name}'", did_you_mean(name, known)


def unprintable(value: object) -> tuple[str, str]:
    """The message and the hint for a value that is no text and cannot be printed as one."""
    if isinstance(value, Macro):
        return f"the macro '{value.name}' is not called", f"write {{{{ {value.name}() }}}}"
    if callable(value):
        return f"this is {kind(value)} that is not called", "write () behind its name"
    hint = "print what is in it, or write it into a data block: {{ … | yaml }}"
    return f"this is {kind(value)}, which cannot be printed as a text", hint
