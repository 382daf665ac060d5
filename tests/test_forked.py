"""Work done side by side: results in order, what is raised, and no process left behind."""

from __future__ import annotations

import os
import sys

import pytest

from ijreport import forked


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
    assert len({process for _, process in found}) == 3
    assert found[0][1] == os.getpid()


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
