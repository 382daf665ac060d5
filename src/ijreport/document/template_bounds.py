"""A template's syntax tree, and what runs in it → the same, with every step and every value it makes counted.

Templates are untrusted, and an honest one comes nowhere near these bounds. They hold wherever a template can make
something larger, or do something again: its loops, macros, blocks and included templates count what they run and the
text that stands in them; operators, filters, tests, calls, slices and lists count what they take and what they make.
No clock is asked: a template ends at the same place on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from jinja2 import Environment, nodes, pass_context
from jinja2.exceptions import SecurityError

MAX_STEPS = 2**20
"""Of one rendering: runs of a loop or a macro, operations, and what they go through."""
MAX_MADE = 2**27
"""Characters that one rendering may print and make, with what it throws away."""
MAX_TEXT = 2**21
"""Characters of one text that a template makes."""
MAX_WEIGHT = 2**23
"""Characters of one list or mapping with all that is in it."""
_ITEM = 8
"""Characters that an item of a list counts for."""
_MAX_BITS = 2**14
"""Of a whole number: 4,900 digits."""

_MAX_DEPTH = 100
"""Of lists in lists: Python goes down into them on a stack that it does not guard everywhere."""

_CONTAINERS: tuple[type[Collection[Any]], ...] = (
    list,
    tuple,
    dict,
    set,
    frozenset,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
_ITERATED: tuple[type[Collection[Any]], ...] = (range, *_CONTAINERS)


class Allowance:
    """What one rendering may still do. Every method but `begin` raises SecurityError where it may not."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A rendering begins."""
        self._steps = MAX_STEPS
        self._made = MAX_MADE

    def step(self, steps: int = 1) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise SecurityError(f"the template takes more than {MAX_STEPS:,} steps: does it come to an end?")

    def say(self, characters: int) -> None:
        """Count characters that are printed or made."""
        self._made -= characters
        if self._made < 0:
            raise SecurityError(f"the template makes more than {MAX_MADE:,} characters")

    def take(self, value: Any) -> int:
        """How large a value is that is worked with, in characters, with all that is in it.

        What is in it may be in it often, so that a list of a few bytes takes years to compare or to print.
        """
        if isinstance(value, str):
            self.step(len(value) >> 6)
            return len(value)
        if isinstance(value, range):
            self.step(len(value) >> 2)
            return 0
        if isinstance(value, _CONTAINERS):
            self.step(len(value) >> 2)
            return self._weight(value)
        return 0

    def make(self, value: Any, weighed: bool = False) -> Any:
        """A value that has just been made; a list may have been weighed before."""
        if isinstance(value, str):
            self.fit(len(value))
            self.say(len(value))
        elif isinstance(value, _CONTAINERS):
            self.say(_ITEM * len(value))
            if not weighed:
                self._weight(value)
        elif isinstance(value, int) and value.bit_length() > _MAX_BITS:
            raise SecurityError("too large a number")
        return value

    def fit(self, characters: int, what: str = "this") -> None:
        """Refuse what would make so long a text."""
        if characters > MAX_TEXT:
            raise SecurityError(f"{what} would make too large a value")

    def hold(self, weight: int, what: str) -> None:
        """Refuse what would make a list with so much in it, in characters."""
        if weight > MAX_WEIGHT:
            raise SecurityError(f"{what} would make too large a value")

    def bits(self, bits: int, what: str) -> None:
        """Refuse what would make so long a number."""
        if bits > _MAX_BITS:
            raise SecurityError(f"{what} would make too large a value")

    def _weight(self, container: Any) -> int:
        weight = depth = 0
        containers = [container]
        while containers:
            below: list[Any] = []
            for one in containers:
                weight += _ITEM * len(one)
                self.step(len(one) >> 5)
                for item in (*one, *one.values()) if isinstance(one, dict) else one:
                    if isinstance(item, str):
                        weight += len(item)
                    elif isinstance(item, _CONTAINERS):
                        below.append(item)
                if weight > MAX_WEIGHT:
                    raise SecurityError("too large a value: it has too much in it")
            self.step(1 + (len(containers) >> 2))
            containers = below
            depth += 1
            if depth > _MAX_DEPTH:
                raise SecurityError("too large a value: it is nested too deeply")
        return weight

    def joined(self, parts: Iterable[Any], between: str = "") -> str:
        """Texts, and other values as texts, after each other."""
        texts = []
        size = 0
        for part in parts:
            self.take(part)
            texts.append(str(part))
            size += len(texts[-1]) + len(between)
            self.fit(size)
        return str(self.make(between.join(texts)))

    def counted(self, apply: Callable[..., Any], slow: bool = False) -> Callable[..., Any]:
        """A filter or a test that counts what it takes, and what it makes; a slow one, each item and character."""

        @wraps(apply)
        def run(*arguments: Any, **options: Any) -> Any:
            self.step()
            for one in arguments:
                if isinstance(one, str):
                    self.fit(self.take(one))
                    self.step(len(one) >> 2 if slow else 0)
                else:
                    self.take(one)
                    self.step(2 * len(one) if slow and isinstance(one, _ITERATED) else 0)
            for one in options.values():
                self.take(one)
            self.pair((*arguments, *options.values()))
            return self.make(apply(*arguments, **options))

        return run

    def pair(self, arguments: Iterable[Any]) -> None:
        """Count that each item or character of the first may be held against all of a text among the others."""
        sized: list[Any] = [one for one in arguments if isinstance(one, (str, *_ITERATED))]
        first, *others = sized or [""]
        size = len(first) >> 6 if isinstance(first, str) else len(first)
        self.step(size * sum(len(one) >> 6 for one in others if isinstance(one, str)))

    def inner_filters(self) -> dict[str, Callable[..., Any]]:
        """What `Counting` puts into a template, by names that none can write."""

        # Jinja would run filters of a constant once, when it compiles, if they did not take the context.
        @pass_context
        def ran(_: Any, characters: int) -> None:
            self.step()
            self.say(characters)

        @pass_context
        def tried(_: Any, value: Any) -> Any:
            self.step()
            return value

        @pass_context
        def taken(_: Any, value: Any) -> Any:
            self.step()
            self.take(value)
            return value

        @pass_context
        def made(_: Any, value: Any) -> Any:
            self.step()
            return self.make(value)

        @pass_context
        def joined(_: Any, parts: list[Any]) -> str:
            self.step()
            return self.joined(parts)

        return {_RAN: ran, _TRIED: tried, _TAKEN: taken, _MADE: made, _JOINED: joined}


_RAN, _TRIED, _TAKEN, _MADE, _JOINED = "(ran)", "(tried)", "(taken)", "(made)", "(joined)"


class Counting:
    """Puts the counting into the tree of a template that an environment compiles."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def put_into(self, node: nodes.Node) -> int:
        """Change the tree below a node; the characters of its text, without those that are counted when they run."""
        if isinstance(node, nodes.TemplateData):
            return len(node.data)
        if isinstance(node, (nodes.Const, nodes.Name)):
            return 0
        characters = 0
        for field in node.fields:
            value = getattr(node, field)
            if isinstance(value, nodes.Node):
                characters += self.put_into(value)
                if type(value) in _MAKING:
                    setattr(node, field, self._made(value))
            elif isinstance(value, list):
                for at, item in enumerate(value):
                    if isinstance(item, nodes.Node):
                        characters += self.put_into(item)
                        if type(item) in _MAKING:
                            value[at] = self._made(item)
        if isinstance(node, nodes.Operand) and not isinstance(node.expr, nodes.Const):
            node.expr = self._through(_TAKEN, node.expr)  # only to compare with a constant takes no time
        if not isinstance(node, _BODIES):
            return characters
        if isinstance(node, nodes.For) and node.test:
            node.test = self._through(_TRIED, node.test)
        ran = self._through(_RAN, nodes.Const(characters, lineno=node.lineno, environment=self._environment))
        node.body.insert(0, nodes.ExprStmt(ran, lineno=node.lineno, environment=self._environment))
        return 0

    def _made(self, value: Any) -> nodes.Expr:
        """An expression that counts what it makes. A list of constants does not grow."""
        if isinstance(value, nodes.Concat):
            parts = nodes.List(value.nodes, lineno=value.lineno, environment=self._environment)
            return self._through(_JOINED, parts)
        if isinstance(value, nodes.Getitem):
            return self._through(_MADE, value) if isinstance(value.arg, nodes.Slice) else value
        if isinstance(value, nodes.Tuple) and value.ctx != "load":
            return value
        assert isinstance(value, (nodes.Dict, nodes.List, nodes.Tuple))  # as in _MAKING
        constant = all(isinstance(item, nodes.Const) for item in value.items)
        return value if constant else self._through(_MADE, value)

    def _through(self, name: str, value: nodes.Node) -> nodes.Filter:
        return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno, environment=self._environment)


_BODIES = (nodes.Template, nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
"""What may run more than once."""
_MAKING = (nodes.Concat, nodes.Dict, nodes.Getitem, nodes.List, nodes.Tuple)
