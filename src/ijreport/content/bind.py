"""Nodes with marks → frozen structs, or free data: all mistakes at once, each at its own place."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

from ijreport.content import reader
from ijreport.content.reader import Node, Scalar, Sequence
from ijreport.diagnostics import Diagnostics, did_you_mean, near_name
from ijreport.source import Span

T = TypeVar("T")


class TextValue(str):
    """A text of the content, which knows its place."""

    span: Span
    __slots__ = ("span",)

    def __new__(cls, text: str, span: Span) -> Self:
        self = super().__new__(cls, text)
        self.span = span
        return self

    def __reduce__(self) -> tuple[type[TextValue], tuple[str, Span]]:
        return TextValue, (str(self), self.span)


class IntValue(int):
    """A whole number of the content, which knows its place."""

    span: Span

    def __new__(cls, number: int, span: Span) -> Self:
        self = super().__new__(cls, number)
        self.span = span
        return self

    def __reduce__(self) -> tuple[type[IntValue], tuple[int, Span]]:
        return IntValue, (int(self), self.span)


class FloatValue(float):
    """A number of the content, which knows its place."""

    span: Span

    def __new__(cls, number: float, span: Span) -> Self:
        self = super().__new__(cls, number)
        self.span = span
        return self

    def __reduce__(self) -> tuple[type[FloatValue], tuple[float, Span]]:
        return FloatValue, (float(self), self.span)


def place_of(value: object) -> Span | None:
    """Where the content says this value, if it comes from there."""
    return value.span if isinstance(value, (TextValue, IntValue, FloatValue)) else None


class Unfit(ValueError):
    """A node is not of the kind asked for; the message says what was wanted."""

    def __init__(self, message: str, span: Span, code: str = "wrong-type", hint: str = "") -> None:
        super().__init__(message)
        self.span, self.code, self.hint = span, code, hint


class Converter:
    """How a node becomes a value of a type with its own notation: `Annotated[float, Converter(length)]`."""

    def __init__(self, convert: Callable[[Node], Any]) -> None:
        self.convert = convert


# -- free data -------------------------------------------------------------------------------------------------


def free(node: Node, diagnostics: Diagnostics) -> Any:
    """Any YAML as text, numbers, booleans, None, lists and dicts; ids must be unique within a list."""
    match node:
        case Scalar():
            return _scalar(node)
        case Sequence():
            _unique_ids(node, diagnostics)
            return [free(item, diagnostics) for item in node.items]
        case reader.Mapping():
            return {TextValue(key.text, key.span): free(value, diagnostics) for key, value in node.entries}


def _unique_ids(node: Sequence, diagnostics: Diagnostics) -> None:
    seen: dict[str, Span] = {}
    for item in node.items:
        named = item.get("id") if isinstance(item, reader.Mapping) else None
        if isinstance(named, Scalar):
            if named.text in seen:
                trace = (("first at", seen[named.text]),)
                diagnostics.error("duplicate-id", f"the id '{named.text}' stands here twice", named.span, trace=trace)
            seen.setdefault(named.text, named.span)


def _scalar(node: Scalar) -> Any:
    value = reader.resolve(node)
    if isinstance(value, str):
        return TextValue(value, node.span)
    if isinstance(value, bool) or value is None:
        return value
    return IntValue(value, node.span) if isinstance(value, int) else FloatValue(value, node.span)


# -- typed data ------------------------------------------------------------------------------------------------


def bind(node: Node, wanted: type[T], diagnostics: Diagnostics, what: str = "") -> T | None:
    """The node as a `wanted`; None after diagnostics. `what` names it in messages ("a figure")."""
    binder = _Binder(diagnostics)
    value = binder.bind(node, wanted, what or _noun(wanted))
    return None if binder.failed else value


def _noun(wanted: Any) -> str:
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", getattr(wanted, "__name__", "this")).lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


@cache
def _keys(wanted: type) -> dict[str, tuple[Any, bool]]:
    """The keys that a record takes: the type of each, and whether it must be there."""
    return {one.name: (one.type, one.required) for one in fields(wanted) if one.name != "span"}


@cache
def _shape(wanted: Any) -> tuple[Any, tuple[Any, ...]]:
    """What a generic type is made of, and its arguments."""
    return get_origin(wanted), get_args(wanted)


class _Binder:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.failed = False

    def bind(self, node: Node, wanted: Any, what: str) -> Any:
        """The value, or None after a diagnostic."""
        try:
            return self._bind(node, wanted, what)
        except Unfit as fault:
            self.error(fault.code, str(fault), fault.span, fault.hint)
            return None

    def error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self.failed = True
        self.diagnostics.error(code, message, span, hint)

    def _bind(self, node: Node, wanted: Any, what: str) -> Any:
        if wanted in _WORDS:
            return _simple(node, wanted, what)
        origin, arguments = _shape(wanted)
        if origin is Annotated:
            converter = next((a for a in arguments[1:] if isinstance(a, Converter)), None)
            return converter.convert(node) if converter else self._bind(node, arguments[0], what)
        if origin in (Union, types.UnionType):
            return self._union(node, arguments, what)
        if origin is Literal:
            return self._literal(node, arguments, what)
        if origin is tuple:
            if not isinstance(node, Sequence):
                hint = f"write [{node.text}]" if isinstance(node, Scalar) and node.text and node.plain else ""
                raise Unfit(f"{what} must be a list, not {_kind(node)}", node.span, hint=hint)
            return tuple(self.bind(item, arguments[0], f"an entry of {what}") for item in node.items)
        if origin in (dict, Mapping):
            if not isinstance(node, reader.Mapping):
                raise Unfit(f"{what} must be a mapping of names, not {_kind(node)}", node.span)
            return {
                TextValue(key.text, key.span): self.bind(value, arguments[1], f"'{key.text}'")
                for key, value in node.entries
            }
        return self._record(node, wanted, what)

    def _union(self, node: Node, options: tuple[Any, ...], what: str) -> Any:
        if type(None) in options:
            if isinstance(node, Scalar) and reader.resolve(node) is None:
                return None
            options = tuple(option for option in options if option is not type(None))
        for option in options[:-1]:
            if _may_be(node, option):
                return self._bind(node, option, what)
        if len(options) > 1 and not _may_be(node, options[-1]):
            wanted = " or ".join(_wanted(option) for option in options)
            raise Unfit(f"{what} must be {wanted}, not {_kind(node)}", node.span)
        return self._bind(node, options[-1], what)

    def _literal(self, node: Node, options: tuple[Any, ...], what: str) -> Any:
        value = reader.resolve(node) if isinstance(node, Scalar) else None
        if value not in options:
            names = [str(option) for option in options]
            hint = near_name(str(value), names)
            raise Unfit(f"{what} must be one of {', '.join(names)}", node.span, "unknown-value", hint)
        return value

    def _record(self, node: Node, wanted: Any, what: str) -> Any:
        if not isinstance(node, reader.Mapping):
            raise Unfit(f"{what} must be a mapping with keys, not {_kind(node)}", node.span)
        known = _keys(wanted)
        values: dict[str, Any] = {}
        for key, value in node.entries:
            if key.text not in known:
                quoted = "a value with a comma in it stands in quotes" if key.text.isdigit() else ""
                hint = quoted or did_you_mean(key.text, known)
                self.error("unknown-key", f"{what} has no key '{key.text}'", key.span, hint)
                continue
            values[key.text] = self.bind(value, known[key.text][0], f"'{key.text}' of {what}")
        for name, (_, required) in known.items():
            if required and name not in values:
                first = node.span.file.line_span(node.span.line)
                span = Span(node.span.file, node.span.start, min(node.span.end, first.end))
                self.error("missing-key", f"{what} must have the key '{name}'", span)
                values[name] = None
        if "span" in wanted.__struct_fields__:
            values["span"] = node.span
        return wanted(**values)


def _may_be(node: Node, option: Any) -> bool:
    """Whether a node has the outer shape of a union's option."""
    origin, _ = _shape(option)
    if _is_record(option) or origin in (dict, Mapping):
        return isinstance(node, reader.Mapping)
    if origin is tuple:
        return isinstance(node, Sequence)
    if not isinstance(node, Scalar):
        return False
    value = reader.resolve(node)
    if option is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if option is str:
        return value is not None  # a number is as good as its digits, and what else is none is told by its own name
    return isinstance(value, option) if isinstance(option, type) else True


@cache
def _is_record(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, Struct)


def _wanted(option: Any) -> str:
    """A union's option in words."""
    if _is_record(option) or get_origin(option) in (dict, Mapping):
        return "a mapping"
    if get_origin(option) is tuple:
        return "a list"
    return _WORDS.get(option, "a text")


def _simple(node: Node, wanted: Any, what: str) -> Any:
    if not isinstance(node, Scalar):
        raise Unfit(f"{what} must be {_WORDS[wanted]}, not {_kind(node)}", node.span)
    value = reader.resolve(node)
    if wanted is str and value is not None and not isinstance(value, bool):
        return TextValue(node.text, node.span)  # 2025 and 1.10 keep the digits the author typed
    if wanted is date:
        return as_date(node, what)
    if wanted is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) > MAX_NUMBER:
            raise Unfit(f"{what} is too large a number", node.span, "bad-value")
        return FloatValue(value, node.span)
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        return IntValue(value, node.span)
    if wanted is bool and isinstance(value, bool):
        return value
    hint = "put it in quotes" if wanted is str and value is not None else ""
    raise Unfit(f"{what} must be {_WORDS[wanted]}, not {_kind(node)}", node.span, hint=hint)


def as_date(node: Scalar, what: str) -> date:
    try:
        return date.fromisoformat(node.text)
    except ValueError:
        message = f"{what} must be a date that exists, written like 2025-08-29"
        raise Unfit(message, node.span, "bad-date") from None


MAX_NUMBER = 1e300
"""Larger than what anybody measures, and small enough to be added up and scaled."""

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "a date"}


def _kind(node: Node) -> str:
    match node:
        case Sequence():
            return "a list"
        case reader.Mapping():
            return "a mapping"
        case Scalar():
            value = reader.resolve(node)
            if value is None:
                return "nothing"
            if isinstance(value, bool):
                return "true or false"
            return "a number" if isinstance(value, (int, float)) else f"the text '{node.text[:40]}'"
