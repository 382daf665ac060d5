"""Figures, sources, dates and lists of the content → what a template prints of them: the filters that are our own.

What is made of a value knows the place of that value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from jinja2 import Environment, Undefined, pass_environment

from ijreport.content.bind import TextValue, place_of
from ijreport.content.figures import Figure


def report_filters(language: str) -> dict[str, Callable[..., Any]]:
    """The filters by their names. Dates are spoken in the language (BCP 47) of the report."""
    return {
        "approx": _of_figure("approx", _approximation),
        "cite": lambda *things: "[" + "; ".join(f"@{_source_of(one)}" for one in things) + "]",
        "date": lambda value, form="long": spoken_date(value, language, form),
        "index": _indexed,
        "number": _of_figure("number", Figure.number),
        "plain": _of_figure("plain", lambda one: TextValue(one.plain, one.span) if one.span else one.plain),
        "rows": _rows,
        "short": _of_figure("short", lambda one: TextValue(one.short, one.span) if one.span else one.short),
    }


def keeping_place(apply: Callable[..., Any]) -> Callable[..., Any]:
    """A text filter whose result still knows where its text comes from."""

    @wraps(apply)
    def kept(*arguments: Any, **options: Any) -> Any:
        result = apply(*arguments, **options)
        place = next((place for one in arguments if (place := place_of(one))), None)
        return TextValue(result, place) if place and isinstance(result, str) else result

    return kept


def _of_figure(name: str, form: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes a figure. One that is missing passes through: it is told where it is printed."""

    def apply(value: Any, *arguments: Any) -> Any:
        if isinstance(value, Undefined):
            return value
        if not isinstance(value, Figure):
            raise TypeError(f"'{name}' takes a figure: {{{{ figure.its_name | {name} }}}}")
        return form(value, *arguments)

    return apply


def _approximation(figure: Figure) -> Figure:
    if figure.approx is None:
        raise ValueError(f"the figure '{figure.id}' has no approximate value")
    return figure.approx


def _source_of(thing: Any) -> str:
    source = getattr(thing, "source", None) if isinstance(thing, Figure) else thing
    if not isinstance(source, str):
        raise TypeError("cite takes figures and ids of sources")
    return source


def _indexed(value: Any, entry: str = "", sort: str = "") -> Any:
    """A text, or a figure, that is marked for the index: under itself, or as an entry says."""
    if isinstance(value, Undefined):
        return value
    if not isinstance(value, (str, Figure)):
        raise TypeError("'index' takes a text or a figure")
    attributes = [(key, str(said)) for key, said in (("entry", entry), ("sort", sort)) if said]
    if any('"' in said for _, said in attributes):
        raise ValueError("'index' takes an entry without quotation marks")
    text = f"[{value}]{{.index{''.join(f' {key}={chr(34)}{said}{chr(34)}' for key, said in attributes)}}}"
    place = value.span if isinstance(value, Figure) else place_of(value)
    return TextValue(text, place) if place else text


@pass_environment
def _rows(environment: Environment, items: Iterable[Mapping[str, Any]], *keys: str) -> list[list[Any]]:
    """The values of some keys of each mapping: the rows of a table. A key that none of them has is undefined."""
    listed = list(items)
    if not all(isinstance(item, Mapping) for item in listed):
        raise TypeError("'rows' takes a list of mappings")
    missing = {
        key: "" if any(key in item for item in listed) else environment.undefined(obj=listed[0], name=key)
        for key in (keys if listed else ())
    }
    return [[item.get(key, missing[key]) for key in keys] for item in listed]


_DATE_FIELDS = frozenset("GyYuQqMLwWdDFEec")
"""The letters that stand for parts of a date in a pattern (UTS #35, part 4, "Date Field Symbol Table")."""


def spoken_date(value: date, language: str, form: str = "long") -> str:
    from babel.dates import format_date

    if not isinstance(value, date):
        raise TypeError("'date' takes a date")
    if form not in ("short", "medium", "long", "full") and set(re.sub(r"'[^']*'|[^A-Za-z]", "", form)) - _DATE_FIELDS:
        raise ValueError(f"'{form}' is no form of a date: short, medium, long, full, or a pattern such as d MMMM y")
    return format_date(value, form, locale=language.replace("-", "_"))
