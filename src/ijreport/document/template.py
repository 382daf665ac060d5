"""A template + content → Markdown with origins, by Jinja in a sandbox.

All undefined names of a rendering are reported together: printing or testing one tells where it stands and goes on.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from types import FrameType, TracebackType
from typing import Any

from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError

from ijreport.content.bind import TextValue, place_of
from ijreport.content.figures import Figure
from ijreport.content.load import Content
from ijreport.content.project import Project
from ijreport.content.reader import FORBIDDEN, forbidden
from ijreport.diagnostics import Diagnostics, did_you_mean, near_name
from ijreport.document.jinja_environment import (
    TAGS,
    LineStamp,
    TemplateEnvironment,
    is_below,
    open_block,
)
from ijreport.document.origins import Origins, Stamps
from ijreport.document.report_filters import spoken_date
from ijreport.document.template_faults import spoken, unknown_part, unprintable
from ijreport.source import SourceFile, Span


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
        self._stamps = Stamps()  # for all renderings: a template that two outputs share is compiled, and stamped, once
        self._joined: _Joined | None = None
        self.language = content.report.language
        self._environment = TemplateEnvironment(self)
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
        text = ""
        try:
            text = self._run(lambda: self._environment.get_template(template).generate(self._globals))
        except TemplateNotFound as fault:
            missing = str(fault.name)
            places = self._places(fault.__traceback__)  # none where the report names the template
            self._not_found(missing, places[0].narrow(missing) if places else span)
        origins = Origins(path, text, self._stamps)
        found = FORBIDDEN.search(origins.source.text)
        if found:  # an expression made it by an escape: "\0"
            forbidden(found, origins.span(*found.span()), self._diagnostics)
        return origins

    def _not_found(self, template: str, span: Span | None) -> None:
        if not is_below(template):
            message = f"'{template}' is not a path below templates/"
            self._diagnostics.error("outside-project", message, span, "put the template into that folder")
            return
        folder = self._project.root / "templates"
        if (folder / template).is_file():
            return  # it is there, but cannot be read, which has been told
        known = [one.relative_to(folder).as_posix() for one in folder.rglob("*.j2")] if folder.is_dir() else []
        message = f"there is no template templates/{template}"
        self._diagnostics.error("unknown-template", message, span, did_you_mean(template, known))

    def _run(self, render: Callable[[], Iterator[str]]) -> str:
        """The rendered text, or "" after a diagnostic for what ended the rendering."""
        self._environment.allowance.begin()
        try:
            return "".join(render())
        except TemplateNotFound:
            raise
        except TemplateSyntaxError as fault:
            self._syntax(fault)
        except UndefinedError as fault:
            self._fault("undefined-name", str(fault.message), fault)
        except SecurityError as fault:
            self._fault("template-unsafe", str(fault.message), fault)
        except MemoryError:  # it may have come up anywhere, and knows no place
            self._diagnostics.error("template-fault", "the template makes more than the memory of this machine holds")
        except (RecursionError, SyntaxError) as fault:  # Python's own, of what Jinja compiled
            self._too_deep(fault)
        except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as fault:
            message, hint = spoken(fault, self._environment.tests)
            self._fault("template-fault", message, fault, hint)
        return ""

    def _fault(self, code: str, message: str, fault: Exception, hint: str = "") -> None:
        """What ended a rendering, at the line that ran, with the lines that called it."""
        place, *callers = self._places(fault.__traceback__)
        self._diagnostics.error(code, message, place, hint, _called(callers))

    def _too_deep(self, fault: Exception) -> None:
        """What ended a rendering, or the compiling of the template that was loaded last."""
        places = self._places(fault.__traceback__)
        message = "the template calls itself without end" if places else "the template is nested too deeply"
        place = places[0] if places else self._line(next(reversed(self._sources.values()), None), 1)
        self._diagnostics.error("template-fault", message, place)

    def _syntax(self, fault: TemplateSyntaxError) -> None:
        message = fault.message or "bad syntax"
        # Jinja's parser tells the name of a template, its lexer (an unclosed comment) the path that was loaded.
        names = self._sources | {one.path: one for one in self._sources.values()}
        source = names.get(fault.name or "")
        place = self._line(source, fault.lineno)
        hint = "there are no shortcodes here" if "{{<" in place.file.text[place.start : place.end] else ""
        word = re.search(r"(tag|filter named|test named|got|unexpected) '([^']+)'", message)
        if word:
            alone = place.file.text.count(word[2], place.start, place.end) == 1
            place = place.narrow(word[2]) if alone else place
            known = {"tag": TAGS, "filter named": self._environment.filters, "test named": self._environment.tests}
            hint = hint or (near_name(word[2], known.get(word[1], ())) if word[2] not in TAGS else "")
        line = open_block(self._environment, source.text, fault.lineno) if source and not self._joined else 0
        trace = (("in the block that begins at", source.line_span(line)),) if source and line else ()
        self._diagnostics.error("template-syntax", message[:1].lower() + message[1:].rstrip("."), place, hint, trace)

    # -- places ------------------------------------------------------------------------------------------------

    def _line(self, source: SourceFile | None, number: int) -> Span:
        if self._joined:
            return self._joined.place(number)
        assert source is not None  # only templates that were loaded are running
        return source.line_span(number)

    def _places(self, traceback: TracebackType | None) -> list[Span]:
        """The template lines that a traceback came through, the last first (Jinja gives it the template's lines)."""
        by_path = {source.path: source for source in self._sources.values()}
        places: list[Span] = []
        while traceback:
            path, number = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
            if path in by_path or (self._joined and path == "<template>"):
                places.insert(0, self._line(by_path.get(path), number))
            traceback = traceback.tb_next
        return places

    def _running(self) -> list[Span]:
        """The template lines that are running, the innermost first."""
        places: list[Span] = []
        frame: FrameType | None = sys._getframe()
        while frame:
            template = frame.f_globals.get("__jinja_template__")
            if isinstance(template, Template):
                number = template.get_corresponding_lineno(frame.f_lineno)
                place = self._line(self._sources.get(template.name or ""), number)
                if not places or place != places[-1]:  # a loop with a condition runs in two frames
                    places.append(place)
            frame = frame.f_back
        return places

    def missing(self, undefined: Undefined) -> None:
        """Report a name that is not there, where the running template uses it."""
        name, owner = str(undefined._undefined_name), undefined._undefined_obj
        place, *callers = self._running()
        trace = _called(callers)
        imported = re.match(r"the template '([^']+)'", undefined._undefined_hint or "")
        if isinstance(owner, _Names):
            code, message, known = f"unknown-{owner.kind}", f"there is no {owner.kind} '{name}'", list(owner)
        elif isinstance(owner, Mapping):
            code, message, known = "undefined-name", f"there is no '{name}' in this mapping", list(map(str, owner))
            first = next((span for key in owner if (span := place_of(key))), None)
            trace = (("the mapping begins at", first), *trace) if first else trace
        elif imported:
            code, message = "undefined-name", f"there is no macro '{name}' in templates/{imported[1]}"
            known = re.findall(r"{%-?\s*macro\s+(\w+)", self._sources[imported[1]].text)
        elif type(owner).__name__ == "_MissingType" or owner is None:
            code, message = "undefined-name", f"'{name}' is not defined"
            spaces = {key: names for key, names in self._globals.items() if isinstance(names, _Names)}
            known = [f"{key}.{name}" for key, names in spaces.items() if name in names] or list(self._globals)
        else:
            message, hint = unknown_part(owner, name)
            self._diagnostics.error("undefined-name", message, place.narrow(name), hint, trace)
            return
        self._diagnostics.error(code, message, place.narrow(name), did_you_mean(name, known), trace)

    # -- values ------------------------------------------------------------------------------------------------

    def load(self, name: str) -> SourceFile | None:
        """The template of a name; None if there is none."""
        if not (self._project.root / "templates" / name).is_file():
            return None
        source = self._project.read_source(f"templates/{name}")
        if source:
            self._sources[name] = source
        return source

    def line_stamps(self, name: str | None) -> LineStamp:
        """What makes the stamp of each line of a template."""
        source = self._sources.get(name or "")
        return partial(self._stamps.line, source) if source else lambda *_: ""

    def printed(self, value: Any) -> Any:
        """What `{{ value }}` prints: content values between stamps, nothing for what is not there."""
        if isinstance(value, Undefined):
            return str(value)
        if value is None:
            message, hint = "this value is empty, so there is nothing to print", "write {{ value or '…' }}"
            return self._unprinted("prints-nothing", message, hint)
        if isinstance(value, Figure):
            return self.stamped(str(value), value.span)
        if isinstance(value, date):
            return self.stamped(spoken_date(value, self.language), None)
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, (str, int, float, Decimal)):
            return self._unprinted("prints-structure", *unprintable(value))
        return self.stamped(str(value), place_of(value)) if place_of(value) else value

    def _unprinted(self, code: str, message: str, hint: str) -> str:
        """Nothing, with an error about what the running template would print."""
        place, *callers = self._running()
        expressions = re.findall(r"{{.*?}}", place.file.text[place.start : place.end])
        place = place.narrow(expressions[0]) if len(expressions) == 1 else place
        self._diagnostics.error(code, message, place, hint, _called(callers))
        return ""

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
            return self.stamped(json.dumps(str(value), ensure_ascii=False), place_of(value))
        if isinstance(value, Mapping):
            return (
                "{"
                + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {self._flow(v)}" for k, v in value.items())
                + "}"
            )
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

            def rendered(texts: list[TextValue]) -> list[str]:
                joined = self._joined = _Joined(texts)
                text = self._run(lambda: environment.from_string(joined.text).generate(self._globals | dict(data)))
                self._joined = None
                return text.split(_SEPARATOR)

            expanded = rendered(sound)
            if len(expanded) < len(sound):  # a fault in one of them ended it: each for itself tells the others' too
                expanded = [rendered([text])[0] for text in sound]
            for original, said in zip(sound, expanded, strict=True):
                results[id(original)] = TextValue(said.removesuffix("\n"), original.span)
        return {name: _replaced(value, results) for name, value in data.items()}


def _called(callers: list[Span]) -> tuple[tuple[str, Span], ...]:
    return tuple(("called from", one) for one in callers)


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
