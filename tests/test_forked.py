"""Work done side by side: results in order, what is raised, and no process left behind."""

from __future__ import annotations

import os
import sys

import pytest

from ijreport import forked
from ijreport.source import SourceFile


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forked even where the tests themselves run in a process with threads, or on one core."""
    if not sys.platform.startswith("linux"):
        pytest.skip("outputs are built side by side on Linux only")
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1})


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # 3.12 on: pytest-xdist's threads are idle here
def test_results_come_in_order_from_other_processes() -> None:
    found = forked.for_each(lambda n: (n, os.getpid()), [1, 2, 3])

    assert [n for n, _ in found] == [1, 2, 3]
    here, other = found[0][1], found[1][1]
    assert (here, other, here) == tuple(process for _, process in found)
    assert here == os.getpid() != other


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("bad", [1, 2])
def test_what_is_raised_there_is_raised_here(bad: int) -> None:
    def work(n: int) -> int:
        if n == bad:
            raise KeyError(n)
        return n

    with pytest.raises(KeyError, match=str(bad)):
        forked.for_each(work, [1, 2])
    with pytest.raises(ChildProcessError):  # none is left to wait for
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_dies_is_told() -> None:
    here = os.getpid()

    def work(n: int) -> int:
        if os.getpid() != here:
            os._exit(9)
        return n

    with pytest.raises(RuntimeError, match="ended before its work"):
        forked.for_each(work, [1, 2])


def _counted(part: int) -> forked.Steps[tuple[int, int, str]]:
    first = yield part + 1
    text = yield f"{os.getpid()}:{first}"
    return part, first, text


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("cores", [1, 2])
def test_parts_wait_for_each_other_at_each_step(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(cores)))
    processes: set[str] = set()

    def joined(shares: list[str]) -> str:
        processes.update(share.split(":")[0] for share in shares)
        return " ".join(share.split(":")[1] for share in shares)

    found = forked.in_step(_counted, (10, 20, 30), sum, joined)

    assert found == [(10, 63, "63 63 63"), (20, 63, "63 63 63"), (30, 63, "63 63 63")]
    assert len(processes) == (1 if cores == 1 else 3)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_join_that_raises_ends_every_part() -> None:
    def refused(shares: list[int]) -> int:
        raise ValueError(f"not {shares}")

    with pytest.raises(ValueError, match=r"not \[2, 3\]"):
        forked.in_step(_counted, (1, 2), refused)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_dies_between_steps_is_told() -> None:
    here = os.getpid()

    def work(part: int) -> forked.Steps[int]:
        joined: int = yield part
        if os.getpid() != here:
            os._exit(9)
        return joined

    with pytest.raises(RuntimeError, match="ended before its work"):
        forked.in_step(work, (1, 2), lambda shares: b"x" * 1_000_000)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_is_shared_arrives_as_it_was_and_all_else_as_a_copy() -> None:
    shared, other = SourceFile("a", "text"), SourceFile("b", "text")

    _, (first, copied, last) = forked.for_each(lambda n: (shared, other, shared), [1, 2], shared=[shared])

    assert (first is shared, last is shared) == (True, True)
    assert (copied.path, copied is other) == ("b", False)
