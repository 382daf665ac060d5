"""The Jinja environment of templates: a sandbox, with the filters that print content.

What a template may reach is the content and Jinja's own language; what it may make is bounded in size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from jinja2 import (
    BaseLoader,
    Environment,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.ext import Extension
from jinja2.lexer import Lexer, Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ijreport.document.bounded_filters import (
    FILLING,
    SLOW,
    UNBOUNDED,
    BoundedFormatter,
    QuietNamespace,
    bounded,
    check_operands,
    check_widths,
    joined,
    replaced,
    summed,
    texts,
)
from ijreport.document.report_filters import keeping_place, report_filters
from ijreport.document.template_bounds import Allowance, Counting
from ijreport.source import SourceFile

LineStamp = Callable[[int, bool], str]
"""The stamp of a template's line, from 1, and whether it counts on over the lines after it."""


class Host(Protocol):
    """Who renders: it knows the templates, the places in them, and how content is printed."""

    language: str

    def load(self, name: str) -> SourceFile | None: ...

    def line_stamps(self, name: str | None) -> LineStamp: ...

    def printed(self, value: Any) -> Any: ...

    def missing(self, undefined: Undefined) -> None: ...

    def as_yaml(self, value: Any) -> str: ...


class _Loader(BaseLoader):
    def __init__(self, host: Host) -> None:
        self._host = host

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - Jinja's signature
        source = self._host.load(template) if is_below(template) else None
        if source is None:
            raise TemplateNotFound(template)
        return source.text, source.path, lambda: True


def is_below(template: str) -> bool:
    """Whether a name is a path that stays below templates/."""
    parts = template.split("/")
    return ".." not in parts and parts[0] != "" and not set(template) & set("\\:\0")


_BLOCKS = ("block", "call", "filter", "for", "if", "macro", "with")
TAGS = (*_BLOCKS, *(f"end{tag}" for tag in _BLOCKS), "elif", "else", "extends", "from", "import", "include", "set")


def open_block(environment: Environment, text: str, until: int) -> int:
    """The line where the innermost block begins that is open at a line of a template; 0 if none is."""
    opened: list[int] = []
    before = ""
    try:
        for line, kind, value in environment.lex(text):
            if line > until:
                break
            if before == "block_begin" and kind == "name" and value in _BLOCKS:
                opened.append(line)
            elif before == "block_begin" and kind == "name" and value[:3] == "end" and value in TAGS and opened:
                opened.pop()
            before = before if kind == "whitespace" else kind
    except TemplateSyntaxError:
        pass  # up to here it could be read
    return opened[-1] if opened else 0


_SAYING = re.compile(r"\S")
_RESHAPING = ("block", "call", "filter", "macro", "set")
"""What holds text that is not printed as it stands, or may not be."""


class _LineStamps(Extension):
    """Stamps the lines of a template before Jinja compiles it: no node of Jinja's tells its line at run time.

    Text that is printed as it stands takes one stamp, however many lines it has; in what may still be reshaped each
    line has its own.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        stamp = self.environment.host.line_stamps(stream.name)  # type: ignore[attr-defined]  # our own environment
        reshaped = 0
        tag = ""
        for token in stream:
            if token.type == "data":
                stamped = _each_line if reshaped else _first_line
                yield Token(token.lineno, "data", stamped(token.value, token.lineno, stamp))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", stamp(token.lineno, False))
            elif token.type == "block_begin":
                tag = "?"
            elif tag == "?":
                tag = token.value if token.type == "name" else ""
                reshaped += (tag in _RESHAPING) - (tag[:3] == "end" and tag[3:] in _RESHAPING)
            elif tag == "set" and token.type == "assign":
                tag, reshaped = "", reshaped - 1  # it sets a value, not a text
            yield token


def _first_line(text: str, line: int, stamp: LineStamp) -> str:
    """A text with a stamp before what it first says, which counts on from there."""
    first = _SAYING.search(text)
    if not first:
        return text
    at = first.start()
    return text[:at] + stamp(line + text.count("\n", 0, at), True) + text[at:]


def _each_line(text: str, line: int, stamp: LineStamp) -> str:
    lines = text.split("\n")
    for number, one in enumerate(lines):
        bare = one.lstrip()
        if bare:
            lines[number] = one[: -len(bare)] + stamp(line + number, False) + bare
    return "\n".join(lines)


class _Lexer(Lexer):
    def _normalize_newlines(self, value: str) -> str:
        """The text as it is: the lexer has made all line ends alike before, and would look at each again."""
        return value


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "%", "**"})

    def __init__(self, host: Host) -> None:
        class Missing(_Missing):
            owner = host

        self.allowance = Allowance()
        super().__init__(
            loader=_Loader(host),
            extensions=[_LineStamps],
            undefined=Missing,
            finalize=self._printed,
            comment_start_string="{# ",  # so that `## Title {#id}` is no comment
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
        )
        self.host = host
        del self.globals["lipsum"]  # chance has no place in a build, and `format` is `%` without its bounds
        self.globals["namespace"] = QuietNamespace
        for name in ("format", "pprint", "random"):
            del self.filters[name]
        for name in FILLING:
            self.filters[name] = bounded(self.allowance, name, self.filters[name])
        self.filters |= {
            **report_filters(host.language),
            "join": joined(self.allowance),
            "replace": partial(replaced, self.allowance),
            "sum": summed,
            "yaml": host.as_yaml,
        }
        for name in ("capitalize", "indent", "lower", "replace", "title", "trim", "upper"):
            self.filters[name] = keeping_place(self.filters[name])
        named: tuple[dict[str, Any], ...] = (self.filters, self.tests)
        for runs in named:
            runs |= {name: self.allowance.counted(apply, slow=name in SLOW) for name, apply in runs.items()}
        self.filters |= self.allowance.inner_filters()

    @property
    def lexer(self) -> Lexer:
        return _Lexer(self)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """As Jinja's hook for this, but what the template does is counted."""
        Counting(self).put_into(source)
        return super()._generate(source, name, filename, defer_init)

    def _printed(self, value: Any) -> Any:
        printed = self.host.printed(value)
        self.allowance.say(len(printed) if isinstance(printed, str) else 1)
        return printed

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, but a key of a mapping goes before a method of the same name (`x.items`)."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr not in UNBOUNDED and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """As Jinja's, for the method `format` of a text."""
        name, text = getattr(value, "__name__", ""), getattr(value, "__self__", None)
        if name not in ("format", "format_map") or not isinstance(text, str):
            return None
        return lambda *arguments, **options: BoundedFormatter(self, self.allowance).vformat(
            text, () if name == "format_map" else arguments, arguments[0] if name == "format_map" else options
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        self.allowance.step()
        if not isinstance(left, (int, float)) or not isinstance(right, (int, float)) or operator in ("*", "**"):
            check_operands(self.allowance, operator, left, right)
        result = super().call_binop(context, operator, left, right)
        return self.allowance.make(result, weighed=operator in ("+", "*"))

    def call(self, context: Any, function: Any, *arguments: Any, **options: Any) -> Any:
        """As Jinja's, but what it takes and makes is counted, and no method of a text makes one without bounds."""
        self.allowance.step(4)
        for one in (*arguments, *(value for name, value in options.items() if name[0] != "_")):
            self.allowance.take(one)
        text = getattr(function, "__self__", None)
        if text is not None:
            self.allowance.take(text)
            self.allowance.pair((text, *arguments))
        if isinstance(text, str):
            check_widths("", arguments)
            if function.__name__ == "replace":
                return self.allowance.make(replaced(self.allowance, text, *arguments))
            if function.__name__ == "join":
                return self.allowance.joined(texts(*arguments), text)
        return self.allowance.make(super().call(context, function, *arguments, **options))

    def join_path(self, template: str, parent: str) -> str:
        """The name of a template that another one includes, imports or extends."""
        self.allowance.step()
        return super().join_path(template, parent)


class _Missing(Undefined):
    """An undefined name: it reports itself wherever it would have counted, and is then empty."""

    __slots__ = ()
    owner: Host

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

    def _compared(self, *_: Any, **__: Any) -> Any:
        return bool(self._told())

    def _reckoned(self, *_: Any, **__: Any) -> Any:
        self._told()
        return self

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __div__ = __rdiv__ = _reckoned
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _reckoned
    __neg__ = __pos__ = _reckoned

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, name: object) -> Any:
        return self

    def __call__(self, *_: object, **__: object) -> Any:
        self._told()
        return self
