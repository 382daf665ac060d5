"""Command lines → wall time and peak memory of whole processes.

Peak memory is the kernel's own figure for each process (`ru_maxrss` of wait4), the largest where a task has several.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_LAUNCH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))


class TaskFailed(Exception):
    """A measured command did not succeed, so its time would mean nothing."""


@dataclass(frozen=True, slots=True)
class Task:
    """Commands that run one after the other in `folder` and are measured as one."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Sample:
    """What one task took: seconds, and bytes at the peak of its largest process."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tasks measured in turn: medians of each, and the median of the ratios of neighbours."""

    ours: Sample
    peer: Sample
    time_ratio: float
    memory_ratio: float


def run(task: Task) -> Sample:
    """Run a task once. Raises TaskFailed with the end of its error output."""
    seconds, peak = 0.0, 0
    for command in task.commands:
        launched = subprocess.run(
            (*_LAUNCH, *command), cwd=task.folder, capture_output=True, text=True, errors="replace", check=False
        )
        result: dict[str, Any] = json.loads(launched.stdout) if launched.returncode == 0 else {"code": "no start"}
        if result["code"]:
            raise TaskFailed(f"{task.name}: {' '.join(command)} ended with {result['code']}\n{launched.stderr[-2000:]}")
        seconds += result["seconds"]
        peak = max(peak, result["peak"])
    return Sample(seconds, peak)


def alone(task: Task, runs: int) -> Sample:
    """Medians of `runs` runs after one that only warms the caches of the disk."""
    run(task)
    return _median([run(task) for _ in range(runs)])


def compare(ours: Task, peer: Task, runs: int) -> Pair:
    """Run both in turn, so that a machine that slows down or speeds up does so for both."""
    run(ours)
    run(peer)
    pairs = [(run(ours), run(peer)) for _ in range(runs)]
    return Pair(
        _median([left for left, _ in pairs]),
        _median([right for _, right in pairs]),
        median(left.seconds / right.seconds for left, right in pairs),
        median(left.peak / right.peak for left, right in pairs),
    )


def _median(samples: list[Sample]) -> Sample:
    return Sample(median(one.seconds for one in samples), int(median(one.peak for one in samples)))
