"""Work + items → a result for each, computed side by side in processes where that is safe and there are cores."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def for_each(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """`work` of every item, in order: the first here, the others in forked copies of this process.

    One after the other where forking is not safe (threads, other systems than Linux) or there is one core. Results
    come back pickled; what `work` raises is raised here. No child outlives this call.
    """
    alone = len(items) < 2 or not sys.platform.startswith("linux") or threading.active_count() > 1
    if alone or len(os.sched_getaffinity(0)) < 2:
        return [work(item) for item in items]
    children: list[_Child] = []
    try:
        for item in items[1:]:
            children.append(_Child(work, item))  # noqa: PERF401 - one that cannot be forked leaves the others to be ended
        return [work(items[0]), *(child.result() for child in children)]
    finally:
        for child in children:
            child.end()


class _Child:
    """A forked process that writes its pickled result, or what it raised, to a pipe."""

    def __init__(self, work: Callable[[Any], Any], item: object) -> None:
        self._read, write = os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(write)
            return
        os.close(self._read)
        # Ctrl-C reaches the parent as well, which ends its children.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        outcome: tuple[bool, object]
        try:
            outcome = (True, work(item))
        except BaseException as fault:  # noqa: BLE001 - told in the parent
            outcome = (False, fault)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(_pickled(outcome))
        os._exit(0)  # nothing of the parent's that stands behind this call is the child's to do

    def result(self) -> Any:
        """Wait for the result. RuntimeError when the process died without one."""
        with os.fdopen(self._read, "rb") as pipe:
            self._read = -1
            data = pipe.read()
        if not data:
            raise RuntimeError("a process of this build ended before its work")
        done, outcome = pickle.loads(data)  # noqa: S301 - from our own child
        if done:
            return outcome
        raise outcome

    def end(self) -> None:
        """Leave no process behind, whether it is done or not."""
        if self._read >= 0:
            os.close(self._read)
            os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _pickled(outcome: tuple[bool, object]) -> bytes:
    try:
        return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    except Exception as fault:  # noqa: BLE001 - an exception that cannot be pickled is told by its words
        return pickle.dumps((False, RuntimeError(f"{outcome[1]!r} ({fault})")))
