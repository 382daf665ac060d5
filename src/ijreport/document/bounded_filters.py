"""What Jinja's operators, filters and methods are given → the same result, or SecurityError before it is too large.

Here is what may make much more than it takes: `template_bounds.py` counts what comes of everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import wraps
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.exceptions import SecurityError
from jinja2.filters import do_sum, make_attrgetter
from jinja2.sandbox import SandboxedFormatter
from jinja2.utils import Namespace

from ijreport.document.template_bounds import Allowance

_MAX_WIDTH = 10_000
"""Characters to which a text may be padded, or items to which a list may be filled up."""
SLOW = ("groupby", "striptags", "title", "urlize", "wordcount", "wordwrap")
"""Filters that do much with each item or character."""
FILLING = ("batch", "center", "indent", "round", "slice", "striptags", "tojson", "truncate", "urlize", "wordwrap")
"""Filters that take a width or a number of times, or may copy a text again and again."""
_GROWING = ("indent", "tojson", "urlize", "wordwrap")
"""Of these, what may put an argument into a text many times."""
UNBOUNDED = ("encode", "expandtabs", "from_bytes", "maketrans", "strftime", "to_bytes", "translate")
"""Methods of texts, numbers and dates that could make anything, of any size; no report needs them."""


def check_operands(allowance: Allowance, operator: str, left: Any, right: Any) -> None:
    """Refuse what would make a result out of all proportion."""
    sizes = [allowance.take(one) for one in (left, right)]
    what = f"this {operator}"
    sized = [one for one in (left, right) if isinstance(one, (str, list, tuple))]
    bound = allowance.fit if any(isinstance(one, str) for one in sized) else allowance.hold
    if operator == "+":
        bound(sum(sizes), what)
    elif operator == "%" and isinstance(left, str):
        check_widths(left, ())
        bound(sizes[0] + left.count("%") * sizes[1], what)
    elif operator == "*" and sized:
        bound(max(sizes) * max((one for one in (left, right) if isinstance(one, int)), default=1), what)
    elif operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        allowance.bits(bits, what)


def replaced(allowance: Allowance, value: Any, old: Any, new: Any, count: int | None = None) -> str:
    """The filter and the method `replace`."""
    text, before, after = str(value), str(old), str(new)
    times = text.count(before) if count is None or count < 0 else min(text.count(before), count)
    allowance.fit(len(text) + times * len(after), "'replace'")
    return text.replace(before, after, times)


def bounded(allowance: Allowance, name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter of Jinja's that has this name and fills something up, but only to a width that can be meant."""

    @wraps(apply)
    def run(*arguments: Any, **options: Any) -> Any:
        check_widths("", (*arguments[1:], *options.values()))
        taken = [allowance.take(one) for one in (*arguments, *options.values())]
        width = max((one for one in (*arguments[1:], *options.values()) if isinstance(one, int)), default=1)
        if name in _GROWING:
            largest, *others = sorted((*taken, 1, 1), reverse=True)
            allowance.fit(largest * max(others[0], width if name == "tojson" else 1))
        if name == "wordwrap":  # it copies the rest of a word for each line that it breaks off
            longest = max(map(len, str(arguments[1]).split()), default=0)
            allowance.step(longest * (longest >> 12))
        if name == "striptags":  # it copies the rest for each tag
            allowance.step(taken[0] * (str(arguments[0]).count("<") >> 12))
        made = apply(*arguments, **options)
        return made if isinstance(made, str) or not isinstance(made, Iterator) else allowance.make(list(made))

    return run


class QuietNamespace(Namespace):
    """A namespace as a text does not tell what is in it, which may be itself."""

    def __repr__(self) -> str:
        return "<Namespace>"


class BoundedFormatter(SandboxedFormatter):
    """The method `format` of a text."""

    def __init__(self, environment: Environment, allowance: Allowance) -> None:
        super().__init__(environment)
        self._allowance = allowance

    def format_field(self, value: Any, format_spec: str) -> str:
        check_widths(format_spec, ())
        self._allowance.take(value)
        return str(self._allowance.make(super().format_field(value, format_spec)))

    def convert_field(self, value: Any, conversion: Any) -> Any:
        self._allowance.take(value)
        return self._allowance.make(super().convert_field(value, conversion))


_WIDE = re.compile(r"[0-9]{5}|\*")
"""In a format string: a width of more than four digits, or one that comes from the arguments."""


def check_widths(pattern: str, arguments: Iterable[Any]) -> None:
    if _WIDE.search(pattern) or any(isinstance(one, int) and one > _MAX_WIDTH for one in arguments):
        raise SecurityError(f"nothing may be made wider than {_MAX_WIDTH:,} characters")


def joined(allowance: Allowance) -> Callable[..., str]:
    """The filter `join`."""

    @pass_environment
    def join(environment: Environment, value: Any, d: Any = "", attribute: str | int | None = None) -> str:
        allowance.take(value)
        items = value if attribute is None else map(make_attrgetter(environment, attribute), value)
        return allowance.joined(items, str(d))

    return join


def texts(texts: Iterable[Any]) -> Iterator[str]:
    """What the method `join` takes."""
    for one in texts:
        if not isinstance(one, str):
            raise TypeError(f"'join' takes texts, not a {type(one).__name__}")
        yield one


@pass_environment
def summed(environment: Environment, iterable: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """The filter `sum`: of numbers, since a sum of lists copies them again and again."""
    if not isinstance(start, (int, float, Decimal)):
        raise TypeError("'sum' takes numbers")
    return do_sum(environment, iterable, attribute, start)
