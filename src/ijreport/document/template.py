"""A template + content → Markdown with origins, by Jinja in a sandbox.

All undefined names of a rendering are reported together: printing or testing one tells where it stands and goes on.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import wraps
from types import FrameType, TracebackType
from typing import Any

from jinja2 import BaseLoader, Template, TemplateNotFound, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ijreport.content.bind import TextValue, place_of
from ijreport.content.figures import Figure
from ijreport.content.load import Content
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.document.origins import Origins, Stamps
from ijreport.source import SourceFile, Span

MAX_TEXT = 64 * 2**20
"""Characters that one template may print, or one `*` or `**` in it may make."""


class _Names(dict[str, Any]):
    """A namespace of the content; `kind` names its things in messages."""

    def __init__(self, kind: str, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self.kind = kind


class Renderer:
    """Renders the templates of one project with its content."""

    def __init__(self, project: Project, content: Content, diagnostics: Diagnostics) -> None:
        self._project = project
        self._diagnostics = diagnostics
        self._sources: dict[str, SourceFile] = {}
        self._stamps = Stamps()
        self._joined: _Joined | None = None
        self._language = content.report.language
        self._environment = _Environment(self)
        self._globals: dict[str, Any] = {
            "report": content.report,
            "figure": _Names("figure", content.figures),
            "source": _Names("source", content.sources),
            "term": _Names("acronym", content.terms),
        }
        self._globals |= self._expanded(content.data)

    def render(self, template: str, path: str, span: Span | None) -> Origins:
        """The Markdown of a template (a path below templates/). `path` names the result, `span` who asked for it.

        After a diagnostic it may be empty, or lack what could not be printed.
        """
        self._stamps = Stamps()
        text = ""
        try:
            text = self._run(lambda: self._environment.get_template(template).render(self._globals))
        except TemplateNotFound as fault:
            if (fault.name or template) == template:
                self._not_found(template, span)
            else:
                place = self._here(fault.__traceback__)
                self._not_found(fault.name or "", place.narrow(fault.name or ""))
        return Origins(path, text, self._stamps)

    def _not_found(self, template: str, span: Span | None) -> None:
        folder = self._project.root / "templates"
        known = [one.relative_to(folder).as_posix() for one in folder.rglob("*.j2")] if folder.is_dir() else []
        message = f"there is no template templates/{template}"
        self._diagnostics.error("unknown-template", message, span, did_you_mean(template, known))

    def _run(self, render: Callable[[], str]) -> str:
        """The rendered text, or "" after a diagnostic for what ended the rendering."""
        try:
            text = render()
            if len(text) <= MAX_TEXT:
                return text
            self._diagnostics.error("template-fault", f"the template prints more than {MAX_TEXT:,} characters")
        except TemplateNotFound:
            raise
        except TemplateSyntaxError as fault:
            source = self._sources.get(fault.name or "")
            place = self._line(source, fault.lineno)
            self._diagnostics.error("template-syntax", fault.message or "bad syntax", place)
        except UndefinedError as fault:
            self._diagnostics.error("undefined-name", str(fault.message), self._here(sys.exc_info()[2]))
        except SecurityError as fault:
            self._diagnostics.error("template-unsafe", str(fault.message), self._here(sys.exc_info()[2]))
        except RecursionError:
            self._diagnostics.error("template-fault", "the template calls itself without end", self._here(sys.exc_info()[2]))
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, MemoryError) as fault:
            self._diagnostics.error("template-fault", str(fault), self._here(sys.exc_info()[2]))
        return ""

    # -- places ------------------------------------------------------------------------------------------------

    def _line(self, source: SourceFile | None, number: int) -> Span:
        if self._joined:
            return self._joined.place(number)
        assert source is not None  # only templates that were loaded are running
        return source.line_span(number)

    def _here(self, traceback: TracebackType | None = None) -> Span:
        """The template line that is running, or that a traceback came from (Jinja gives those the template's lines)."""
        by_path = {source.path: source for source in self._sources.values()}
        place: Span | None = None
        while traceback:
            path, number = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
            if path in by_path or (self._joined and path == "<template>"):
                place = self._line(by_path.get(path), number)
            traceback = traceback.tb_next
        if place:
            return place
        frame: FrameType | None = sys._getframe()
        while frame:
            template = frame.f_globals.get("__jinja_template__")
            if isinstance(template, Template):
                return self._line(self._sources.get(template.name or ""), template.get_corresponding_lineno(frame.f_lineno))
            frame = frame.f_back
        raise RuntimeError("no template is running")

    def missing(self, undefined: Undefined) -> None:
        """Report a name that is not there, where the running template uses it."""
        name, owner = str(undefined._undefined_name), undefined._undefined_obj
        if isinstance(owner, _Names):
            code, message, known = f"unknown-{owner.kind}", f"there is no {owner.kind} '{name}'", list(owner)
        elif isinstance(owner, Mapping):
            code, message, known = "undefined-name", f"there is no '{name}' in this mapping", list(map(str, owner))
        elif type(owner).__name__ == "_MissingType" or owner is None:
            code, message, known = "undefined-name", f"'{name}' is not defined", list(self._globals)
        else:
            known = [one for one in dir(owner) if not one.startswith("_")]
            code, message = "undefined-name", f"{type(owner).__name__.lower()} has no '{name}'"
        self._diagnostics.error(code, message, self._here().narrow(name), did_you_mean(name, known))

    # -- values ------------------------------------------------------------------------------------------------

    def load(self, name: str) -> SourceFile | None:
        """The template of a name; None if there is none."""
        if not (self._project.root / "templates" / name).is_file():
            return None
        source = self._project.read_source(f"templates/{name}")
        if source:
            self._sources[name] = source
        return source

    def stamp_line(self, name: str | None, number: int) -> str:
        source = self._sources.get(name or "")
        return self._stamps.line(source, number) if source else ""

    def printed(self, value: Any) -> Any:
        """What `{{ value }}` prints: content values between stamps, nothing for what is not there."""
        if isinstance(value, Undefined):
            return str(value)
        if value is None:
            self._diagnostics.error("prints-nothing", "this value is empty, so there is nothing to print", self._here())
            return ""
        if isinstance(value, Figure):
            return self.stamped(str(value), value.span)
        if isinstance(value, date):
            return self.stamped(_date(value, self._language), None)
        return self.stamped(str(value), place_of(value)) if place_of(value) else value

    def stamped(self, text: str, span: Span | None) -> str:
        return self._stamps.value(text, span) if span and not self._joined else text

    def as_yaml(self, value: Any) -> str:
        """A value as YAML flow (JSON), a line for each entry of the outer list; texts keep their origin."""
        if isinstance(value, (list, tuple)) and value:
            return "[" + ",\n  ".join(self._flow(item) for item in value) + "]"
        return self._flow(value)

    def _flow(self, value: Any) -> str:
        if isinstance(value, Undefined):
            return json.dumps(str(value))
        if isinstance(value, Figure):
            return self.stamped(json.dumps(str(value), ensure_ascii=False), value.span)
        if isinstance(value, str):
            text = json.dumps(str(value), ensure_ascii=False)
            place = place_of(value)
            return '"' + self.stamped(text[1:-1], place) + '"' if place else text
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {self._flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        if isinstance(value, Decimal):
            return self.stamped(f"{value:f}", None)
        if isinstance(value, date):
            return json.dumps(value.isoformat())
        if isinstance(value, (int, float)) or value is None:
            return self.stamped(json.dumps(value), place_of(value))
        raise TypeError(f"{type(value).__name__} cannot be written as YAML")

    # -- expressions in content --------------------------------------------------------------------------------

    def _expanded(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data with every `{{ … }}` of its texts replaced by what it prints.

        All texts with an expression are rendered as one template, which costs a tenth of one template each.
        """
        found: list[TextValue] = []
        _collect(data, found)
        sound = []
        for text in found:
            if text.count("{{") == text.count("}}"):
                sound.append(text)
            else:
                hint = "an expression is written {{ name }}"
                self._diagnostics.error("template-syntax", "{{ and }} do not match", text.span.narrow("{{"), hint)
        results: dict[int, TextValue] = {}
        if sound:
            environment = self._environment.overlay(
                block_start_string="\ue0f3%", block_end_string="%\ue0f3", comment_start_string="\ue0f3#",
                comment_end_string="#\ue0f3", extensions=[],
            )  # fmt: skip
            environment.extensions = {}
            self._joined = _Joined(sound)
            joined = self._joined.text
            text = self._run(lambda: environment.from_string(joined).render(self._globals | dict(data)))
            self._joined = None
            self._diagnostics.end_stage()
            for original, expanded in zip(sound, text.split(_SEPARATOR), strict=True):
                results[id(original)] = TextValue(expanded.removesuffix("\n"), original.span)
        self._diagnostics.end_stage()
        return {name: _replaced(value, results) for name, value in data.items()}


_SEPARATOR = "\ue0f4"


class _Joined:
    """Texts of the content as one template, and the way back from its lines."""

    def __init__(self, texts: list[TextValue]) -> None:
        self.text = f"\n{_SEPARATOR}".join(texts)
        self._texts = texts
        self._first: list[int] = []
        line = 1
        for text in texts:
            self._first.append(line)
            line += text.count("\n") + 1

    def place(self, line: int) -> Span:
        at = bisect_right(self._first, line) - 1
        within = self._texts[at].split("\n")[line - self._first[at]].strip()
        return self._texts[at].span.narrow(within)


def _collect(value: Any, found: list[TextValue]) -> None:
    if isinstance(value, TextValue):
        if "{{" in value or "}}" in value:
            found.append(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def _replaced(value: Any, results: Mapping[int, TextValue]) -> Any:
    if isinstance(value, TextValue):
        return results.get(id(value), value)
    if isinstance(value, Mapping):
        return {key: _replaced(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, results) for item in value]
    return value


# -- the Jinja environment -------------------------------------------------------------------------------------


class _Loader(BaseLoader):
    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        parts = template.split("/")
        source = None if ".." in parts or template.startswith("/") else self._renderer.load(template)
        if source is None:
            raise TemplateNotFound(template)
        return source.text, source.path, lambda: True


class _LineStamps(Extension):
    """Stamps the lines of a template before Jinja compiles it: no node of Jinja's tells its line at run time."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        renderer = self.environment.renderer  # type: ignore[attr-defined]  # our own environment
        fresh = True  # whether the next thing printed begins a line
        for token in stream:
            if token.type == "data":
                lines = token.value.split("\n")
                stamped = []
                for number, line in enumerate(lines):
                    if line.strip() and (fresh or number):
                        bare = line.lstrip()
                        line = line[: -len(bare)] + renderer.stamp_line(stream.name, token.lineno + number) + bare  # noqa: PLW2901 - reads best in place
                    stamped.append(line)
                fresh = not lines[-1].strip()
                yield Token(token.lineno, "data", "\n".join(stamped))
            else:
                if token.type == "variable_begin":
                    stamp = renderer.stamp_line(stream.name, token.lineno)
                    yield Token(token.lineno, "data", stamp)
                    fresh = False
                elif token.type == "block_end":
                    fresh = True
                yield token


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, renderer: Renderer) -> None:
        class Missing(_Missing):
            owner = renderer

        super().__init__(
            loader=_Loader(renderer),
            extensions=[_LineStamps],
            undefined=Missing,
            finalize=renderer.printed,
            comment_start_string="{# ",  # so that `## Title {#id}` is no comment
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701 - the output is Markdown with raw HTML off, not HTML
            auto_reload=False,
        )
        self.renderer = renderer
        for name in ("capitalize", "indent", "lower", "replace", "title", "trim", "upper"):
            self.filters[name] = _keeping_place(self.filters[name])
        self.filters |= {
            "approx": _approximation,
            "cite": lambda *things: "[" + "; ".join(f"@{_source_of(one)}" for one in things) + "]",
            "date": lambda value, form="long": _date(value, renderer._language, form),
            "number": lambda figure, scale="": figure.number(scale),
            "plain": lambda figure: TextValue(figure.plain, figure.span) if figure.span else figure.plain,
            "rows": _rows,
            "short": lambda figure: TextValue(figure.short, figure.span) if figure.span else figure.short,
            "yaml": renderer.as_yaml,
        }

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, but a key of a mapping goes before a method of the same name (`x.items`)."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        big = any(isinstance(one, (str, list, tuple)) for one in (left, right))
        if (big and max(_size(left) * _size(right), 0) > MAX_TEXT) or (operator == "**" and abs(right) > 64):  # noqa: PLR2004
            raise SecurityError(f"this {operator} would make too large a value")
        return super().call_binop(context, operator, left, right)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple)) else int(value)


class _Missing(Undefined):
    """An undefined name: it reports itself wherever it would have counted, and is then empty."""

    __slots__ = ()
    owner: Renderer

    def _told(self) -> str:
        self.owner.missing(self)
        return ""

    def __str__(self) -> str:
        return self._told()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._told())

    def __bool__(self) -> bool:
        return bool(self._told())

    def __len__(self) -> int:
        return len(self._told())

    def __eq__(self, other: object) -> bool:
        self._told()
        return False

    def __ne__(self, other: object) -> bool:
        self._told()
        return True

    __hash__ = Undefined.__hash__

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, name: object) -> Any:
        return self


def _keeping_place(apply: Callable[..., Any]) -> Callable[..., Any]:
    """A text filter whose result still knows where its text comes from."""

    @wraps(apply)
    def kept(*arguments: Any, **options: Any) -> Any:
        result = apply(*arguments, **options)
        place = next((place for one in arguments if (place := place_of(one))), None)
        return TextValue(result, place) if place and isinstance(result, str) else result

    return kept


def _approximation(figure: Figure) -> Figure:
    if figure.approximation is None:
        raise ValueError(f"the figure '{figure.id}' has no approximate value")
    return figure.approximation


def _source_of(thing: Any) -> str:
    source = getattr(thing, "source", None) if isinstance(thing, Figure) else thing
    if not isinstance(source, str):
        raise TypeError("cite takes figures and ids of sources")
    return source


def _rows(items: Iterable[Mapping[str, Any]], *keys: str) -> list[list[Any]]:
    """The values of some keys of each mapping: the rows of a table."""
    return [[item.get(key, "") for key in keys] for item in items]


def _date(value: date, language: str, form: str = "long") -> str:
    from babel.dates import format_date

    return format_date(value, form, locale=language.replace("-", "_"))
