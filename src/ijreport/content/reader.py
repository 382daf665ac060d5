"""YAML text → nodes with marks: nothing is interpreted yet, and nothing hostile gets through.

`yaml.safe_load` is not safe enough for files of strangers: a few hundred bytes of aliases or merges
take minutes and gigabytes, deep nesting crashes the C composer, and duplicate keys pass silently.
So the parser's events are folded into nodes here, in one loop, under limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from msgspec import Struct

from ijreport.diagnostics import Diagnostics
from ijreport.source import SourceFile, Span

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 64
MAX_NODES = 2_000_000
"""Nodes of one file, every alias counted as often as it is expanded."""

STAMPS = "\ue0f0\ue0f1\ue0f2"
"""Private-use characters with which `document.template` marks origins; no author may use them."""
SEPARATORS = "\ue0f3\ue0f4"
"""Two more, between the texts of the content that `document.template` renders in one go."""

FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{STAMPS}{SEPARATORS}]"
)
"""What no text of an author may hold: control characters (C0 but tab and newline, C1), the separators of lines and
paragraphs, surrogates, noncharacters, and those of our own use. XML 1.0, section 2.2 has no way to write most of them;
the separators are line breaks to libyaml and nothing to YAML 1.2."""


class Scalar(Struct, frozen=True, eq=False):
    """`plain` scalars are resolved by the YAML 1.2 core schema; quoted and block scalars are text."""

    text: str
    plain: bool
    span: Span


class Sequence(Struct, frozen=True, eq=False):
    items: tuple[Node, ...]
    span: Span


class Mapping(Struct, frozen=True, eq=False):
    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


def read_text(path: Path, shown: str, diagnostics: Diagnostics, span: Span | None = None) -> SourceFile | None:
    """A text file as UTF-8; None after a diagnostic. `span` is where the file was named, if anywhere."""
    try:
        if path.stat().st_size > MAX_BYTES:
            place = span or SourceFile(shown, "").line_span(1)
            diagnostics.error("file-too-large", f"{shown} is larger than {MAX_BYTES // 2**20} MiB", place)
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        diagnostics.error("missing-file", f"there is no file {shown}", span)
        return None
    except OSError as fault:
        place = span or SourceFile(shown, "").line_span(1)
        diagnostics.error("unreadable-file", f"{shown} cannot be read: {fault.strerror}", place)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        good = SourceFile(shown, data[: fault.start].decode("utf-8-sig") + "\ufffd")
        end = len(good.text)
        hint = "save the file as UTF-8"
        diagnostics.error("not-utf-8", f"byte 0x{data[fault.start]:02X} is not UTF-8", Span(good, end - 1, end), hint)
        return None
    source = SourceFile(shown, text.replace("\r\n", "\n"))
    found = FORBIDDEN.search(source.text)
    if found:
        forbidden(found, Span(source, found.start(), found.end()), diagnostics)
        return None
    return source


def forbidden(found: re.Match[str], span: Span, diagnostics: Diagnostics) -> None:
    """Report what `FORBIDDEN` found."""
    message = f"the character U+{ord(found[0]):04X} may not stand in a text"
    diagnostics.error("forbidden-character", message, span, "delete it")


def compose(source: SourceFile, diagnostics: Diagnostics, start: int = 0, end: int | None = None) -> Node | None:
    """The one node of a YAML text, or of a stretch of it; None after a diagnostic, or where there is nothing."""
    end = len(source.text) if end is None else end
    try:
        return _Composer(source, diagnostics, start, end).run()
    except yaml.MarkedYAMLError as fault:
        _report(fault, source, diagnostics, start, end)
    except _Refused as fault:
        diagnostics.error(fault.code, fault.message, fault.span)
    return None


# What libyaml says, and the same in an author's words with a hint.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a ':' is not expected here",
     "put a text that has ': ' in it in quotes, or mend the indentation"),
    ("did not find expected ',' or '}'", "a ',' or '}' is missing before this", ""),
    ("did not find expected ',' or ']'", "a ',' or ']' is missing before this", ""),
    ("did not find expected node content", "a value is missing before this", ""),
    ("did not find expected '-' indicator", "this does not continue the list", "mend the indentation"),
    ("did not find expected key", "this does not continue the mapping", "mend the indentation"),
    ("could not find expected ':'", "a ':' is missing before this", "write key: value, or put a long text in quotes"),
    ("block sequence entries are not allowed", "a '-' is not expected here", "begin the list on a line of its own"),
    ("found unknown escape character", "this is no escape of YAML", r"write \\ for \, or use single quotes"),
)  # fmt: skip


def _report(fault: yaml.MarkedYAMLError, source: SourceFile, diagnostics: Diagnostics, start: int, end: int) -> None:
    """A syntax error in an author's words, and where the thing began that it broke."""
    last = max(start, end - 1)

    def place(mark: yaml.Mark) -> Span:
        at = min(start + mark.index, last)
        return Span(source, at, at + (at < len(source.text)))

    mark = fault.problem_mark or fault.context_mark
    span = place(mark) if mark else Span(source, start, start)
    problem = str(fault.problem)
    message, hint = problem + (f" {fault.context}" if fault.context else ""), ""
    character = source.text[span.start : span.end]
    if "cannot start any token" in problem:
        message = "a tab may not indent YAML" if character == "\t" else f"a text may not begin with '{character}'"
        hint = "use spaces" if character == "\t" else "put it in quotes"
    for theirs, ours, help_ in _WORDS:
        if problem.startswith(theirs):
            message, hint = ours, help_
    begun = place(fault.context_mark) if fault.context_mark else span
    if begun.start < span.start and not source.text[span.start + 1 : end].strip():
        message, hint, span = "this is not closed", "", begun
    trace = (("begun at", begun),) if begun.line < span.line else ()
    diagnostics.error("bad-yaml", message, span, hint, trace)


class _Refused(Exception):
    def __init__(self, code: str, message: str, span: Span) -> None:
        super().__init__(message)
        self.code, self.message, self.span = code, message, span


class _Composer:
    """Folds parser events into nodes, without recursion, weighing what aliases would expand to."""

    def __init__(self, source: SourceFile, diagnostics: Diagnostics, start: int, end: int) -> None:
        self.source = source
        self.start, self.end = start, end
        self.diagnostics = diagnostics
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.weight = 0

    def span(self, event: yaml.Event) -> Span:
        return self.stretch(event, event)

    def stretch(self, first: yaml.Event, last: yaml.Event) -> Span:
        start, end = first.start_mark, last.end_mark
        assert start is not None  # a parser marks all its events
        assert end is not None
        return Span(self.source, self.start + start.index, self.start + end.index)

    def run(self) -> Node | None:
        text = self.source.text[self.start : self.end]
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        escaped = "\\" in text
        events: Iterator[yaml.Event] = iter(loader.get_event, None)
        # One frame an open collection: its start event, its children so far, its weight.
        open_: list[tuple[yaml.CollectionStartEvent, list[Node], int]] = []
        root: Node | None = None
        documents = 0
        for event in events:
            node: Node
            if isinstance(event, yaml.ScalarEvent):
                if event.tag is not None:
                    self._tag(event.tag, event)
                node = Scalar(event.value, event.implicit[0], self.stretch(event, event))
                if escaped and (smuggled := FORBIDDEN.search(event.value)) is not None:  # as "\\0"
                    forbidden(smuggled, node.span, self.diagnostics)
            elif isinstance(event, yaml.AliasEvent):
                node = self._alias(event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if event.tag is not None:
                    self._tag(event.tag, event)
                if event.anchor:
                    self.anchors[event.anchor] = None
                open_.append((event, [], self.weight))
                if len(open_) > MAX_DEPTH:
                    raise _Refused("yaml-too-deep", f"nested more than {MAX_DEPTH} levels deep", self.span(event))
                continue
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                start, children, before = open_.pop()
                whole = self.stretch(start, event)
                if isinstance(start, yaml.MappingStartEvent):
                    node = Mapping(tuple(self._entries(children)), whole)
                else:
                    node = Sequence(tuple(children), whole)
                if start.anchor:
                    self.anchors[start.anchor] = (node, self.weight - before)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused("bad-yaml", "only one YAML document may stand in a file", self.span(event))
                continue
            else:
                continue
            if isinstance(event, yaml.ScalarEvent) and event.anchor:
                self.anchors[event.anchor] = (node, 1)
            self.weight += 1
            if self.weight > MAX_NODES:
                raise _Refused("yaml-too-large", f"expands to more than {MAX_NODES:,} values", self.span(event))
            if open_:
                open_[-1][1].append(node)
            else:
                root = node
        return root

    def _tag(self, tag: str, event: yaml.Event) -> None:
        if tag != "!" and not tag.startswith("tag:yaml.org,2002:"):
            raise _Refused("bad-yaml", f"the tag {tag} means nothing here", self.span(event))

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise _Refused("bad-yaml", f"there is no anchor &{event.anchor} before this alias", self.span(event))
        known = self.anchors[event.anchor]
        if known is None:
            raise _Refused("yaml-recursive", f"*{event.anchor} stands inside &{event.anchor} itself", self.span(event))
        node, weight = known
        self.weight += weight
        return node

    def _entries(self, children: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise _Refused("bad-yaml", "a key must be a plain word or a text", key.span)
            if key.plain and key.text == "<<":
                raise _Refused("bad-yaml", "merge keys (<<) are not part of YAML 1.2; repeat the keys", key.span)
            if key.text in seen:
                first = seen[key.text].span
                self.diagnostics.error(
                    "duplicate-key", f"the key '{key.text}' stands here twice", key.span, trace=(("first at", first),)
                )
                continue
            seen[key.text] = key
            yield key, value


# -- plain scalars: YAML 1.2, section 10.3.2 (core schema) -----------------------------------------------------

_INT = re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")

MAX_DIGITS = 1000
"""Of a number; a longer row of digits is a text."""

Plain = str | int | float | bool | None


def resolve(scalar: Scalar) -> Plain:
    """What a scalar means: text, number, boolean or nothing. `no` and `12:30` are text; `_` may group digits."""
    text = scalar.text
    if not scalar.plain or len(text) > MAX_DIGITS:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INT.match(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
