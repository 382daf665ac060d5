"""A command line → one line of JSON: its exit code, seconds, and peak memory as the kernel counted it.

Run as a program of its own because on Linux a new process starts out with the peak of the one that started it:
this one imports next to nothing, and so stays below everything that is worth measuring.
"""

from __future__ import annotations

import os
import sys
import time

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Darwin counts ru_maxrss in bytes, Linux in KiB (getrusage(2))."""


def main(command: list[str]) -> None:
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    # Where an installed program has its bytecode kept, a run must not compile its sources each time.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss * RSS_UNIT
    print(f'{{"code": {code}, "seconds": {seconds}, "peak": {peak}}}')


if __name__ == "__main__":
    main(sys.argv[1:])
