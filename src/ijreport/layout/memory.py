"""What something was laid out from → what it became, in this build or in the one before it in the same process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Forgetful(Protocol):
    """What may serve several builds."""

    def begin(self) -> None:
        """A further build begins."""


F = TypeVar("F", bound=Forgetful)


class Kept:
    """Results by their keys, which say all that they depend on. Those that a whole build did not ask for are let go."""

    def __init__(self) -> None:
        self._recent: dict[Hashable, Any] = {}
        self._older: dict[Hashable, Any] = {}

    def begin(self) -> None:
        self._older, self._recent = self._recent, {}

    def find(self, key: Hashable) -> Any:
        """The result of a key, or None."""
        found = self._recent.get(key)
        if found is None and self._older and (found := self._older.get(key)) is not None:
            self._recent[key] = found
        return found

    def keep(self, key: Hashable, result: Any) -> None:
        self._recent[key] = result


class Memory:
    """What one build hands to the next one in the same process, such as that of a report which is watched."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[object, Any]] = {}
        self._outputs: dict[str, Memory] = {}

    def of(self, output: str) -> Memory:
        """What concerns one output of the report."""
        return self._outputs.setdefault(output, Memory())

    def recall(self, name: Hashable, setting: object, make: Callable[[], F]) -> F:
        """What had that name in the last build, if all that it was made for is the same; else what `make` makes."""
        known = self._known.get(name)
        if known and known[0] == setting:
            found: F = known[1]
            found.begin()
            return found
        made = make()
        self._known[name] = (setting, made)
        return made
