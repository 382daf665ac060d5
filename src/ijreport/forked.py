"""Work + its parts → a result for each, computed side by side in processes where that is safe and there are cores."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Steps = Generator[Any, Any, R]
"""Work in steps: each `yield` tells what the other parts must know, and gets what was made of all parts' words."""


def processes() -> int:
    """How many processes can work at a time: one for each core where forking is safe (Linux, no threads), else one."""
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def for_each(work: Callable[[T], R], items: Sequence[T], shared: Sequence[object] = ()) -> list[R]:
    """`work` of every item, in order, in as many processes as can work at a time. `shared` is as for `in_step`."""
    count = max(1, min(len(items), processes()))

    def share(first: int) -> Steps[list[R]]:
        yield from ()
        return [work(item) for item in items[first::count]]

    shares = in_step(share, range(count), shared=shared)
    return [shares[number % count][number // count] for number in range(len(items))]


def in_step(
    work: Callable[[T], Steps[R]],
    parts: Sequence[T],
    *joins: Callable[[list[Any]], Any],
    shared: Sequence[object] = (),
) -> list[R]:
    """`work` of every part, in order: the first here, each other one in a forked copy of this process.

    At its n-th `yield` the work of every part waits for the others', and goes on with what the n-th of `joins`, called
    here, makes of all that was yielded; there is a join for each `yield`. What passes between processes is pickled, but
    for the `shared` objects in what the parts tell: these arrive as what they were before. What work or a join raises
    is raised here. No child outlives this call. Where forking is not safe, parts take turns.
    """
    runners: list[_Runner[R]] = []
    alone = processes() == 1
    try:
        for part in parts:
            runners.append(_Here(work(part)) if alone or not runners else _Child(work, part, shared))
        for join in joins:
            joined = join([runner.share() for runner in runners])
            for runner in runners:
                runner.go_on(joined)
        return [runner.result() for runner in runners]
    finally:
        for runner in runners:
            runner.end()


class _Runner(Protocol[R_co]):
    """Steps that run somewhere."""

    def share(self) -> Any:
        """Wait for the next `yield`, and return what it tells."""

    def go_on(self, joined: object) -> None:
        """Let the step after that `yield` begin."""

    def result(self) -> R_co:
        """Wait for the end of the last step."""

    def end(self) -> None:
        """Leave nothing behind, whether it is done or not."""


class _Here(Generic[R]):
    """Steps in this process: each runs when it is waited for."""

    def __init__(self, steps: Steps[R]) -> None:
        self._steps = steps
        self._joined: object = None

    def share(self) -> Any:
        return self._steps.send(self._joined)

    def go_on(self, joined: object) -> None:
        self._joined = joined

    def result(self) -> R:
        try:
            self._steps.send(self._joined)
        except StopIteration as end:
            found: R = end.value
            return found
        raise RuntimeError("the work has more steps than there are joins")

    def end(self) -> None:
        self._steps.close()


class _Child(Generic[R]):
    """Steps in a forked process, which writes what it tells, and at last its result or what it raised, to a pipe."""

    def __init__(self, work: Callable[[T], Steps[R]], part: T, shared: Sequence[object]) -> None:
        self._shared = shared
        from_child, to_parent = os.pipe()
        from_parent, to_child = os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(to_parent)
            os.close(from_parent)
            self._inbox, self._outbox = os.fdopen(from_child, "rb"), os.fdopen(to_child, "wb")
            return
        os.close(from_child)
        os.close(to_child)
        try:
            # Ctrl-C reaches the parent as well, which ends its children.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _talk(work, part, os.fdopen(from_parent, "rb"), os.fdopen(to_parent, "wb"), shared)
        finally:
            os._exit(0)  # nothing of the parent's that stands behind this call is the child's to do

    def share(self) -> Any:
        """RuntimeError when the process died before."""
        try:
            done, outcome = _Unpickler(self._inbox, self._shared).load()
        except EOFError:
            raise RuntimeError("a process of this build ended before its work") from None
        if done:
            return outcome
        raise outcome

    def go_on(self, joined: object) -> None:
        with suppress(BrokenPipeError):  # that it died is told when it is waited for
            pickle.dump(joined, self._outbox, pickle.HIGHEST_PROTOCOL)
            self._outbox.flush()

    def result(self) -> R:
        found: R = self.share()
        return found

    def end(self) -> None:
        self._inbox.close()
        with suppress(BrokenPipeError):
            self._outbox.close()
        os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _talk(work: Callable[[T], Steps[R]], part: T, inbox: BinaryIO, outbox: BinaryIO, shared: Sequence[object]) -> None:
    """The child's side: each yielded share, then the result or what was raised, goes out; what was joined comes in."""
    joined: object = None
    outcome: tuple[bool, object]
    try:
        steps = work(part)
        while True:
            outbox.write(_pickled((True, steps.send(joined)), shared))
            outbox.flush()
            joined = pickle.load(inbox)  # noqa: S301 - from our own parent
    except StopIteration as end:
        outcome = (True, end.value)
    except BaseException as fault:  # noqa: BLE001 - told in the parent
        outcome = (False, fault)
    outbox.write(_pickled(outcome, shared))
    outbox.flush()


def _pickled(outcome: tuple[bool, object], shared: Sequence[object]) -> bytes:
    numbers = {id(one): number for number, one in enumerate(shared)}

    def by_number(one: object) -> Any:
        return (_Shared, (numbers[id(one)],)) if id(one) in numbers else one.__reduce_ex__(pickle.HIGHEST_PROTOCOL)

    buffer = BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = dict.fromkeys(map(type, shared), by_number)
    try:
        pickler.dump(outcome)
        return buffer.getvalue()
    except Exception as fault:  # noqa: BLE001 - an exception that cannot be pickled is told by its words
        return pickle.dumps((False, RuntimeError(f"{outcome[1]!r} ({fault})")))


class _Shared:
    """Stands, with its number, for a shared object in what a child tells."""


class _Unpickler(pickle.Unpickler):
    """Reads what a child told, with the objects that it shares with this process in their places."""

    def __init__(self, inbox: BinaryIO, shared: Sequence[object]) -> None:
        super().__init__(inbox)
        self._objects = shared

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        return self._objects.__getitem__ if found is _Shared else found
