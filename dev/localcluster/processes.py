"""Finds and ends the processes of one cluster by a mark in their command line.

A process id can be reused after its process has died; the mark, which holds the random id of the cluster, cannot. So nothing
but this cluster is ever signalled, and what the state file does not know of (an executor, a part started just before a
crash) is found all the same.
"""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

TERM_SECONDS = 10
KILL_SECONDS = 5


@dataclass(frozen=True)
class Running:
    pid: int
    command: str


def cluster_mark(cluster_id: str) -> str:
    """The JVM option that every process of a cluster carries. (Spark refuses options of executors that begin with -Dspark.)"""
    return f"-Dflight.cluster={cluster_id}"


def marked(mark: str) -> list[Running]:
    """Every living process whose command line holds the mark, but this one."""
    return [p for p in _all() if mark in p.command and p.pid != os.getpid()]


def end(mark: str) -> int:
    """Ends every marked process, politely first; returns how many there were."""
    first = _signal(mark, signal.SIGTERM)
    if not _gone(mark, TERM_SECONDS):
        _signal(mark, signal.SIGKILL)
        if not _gone(mark, KILL_SECONDS):
            left = ", ".join(str(p.pid) for p in marked(mark))
            raise RuntimeError(f"Cannot end processes {left}: they survived SIGKILL. Look at them with ps.")
    return first


def _signal(mark: str, number: signal.Signals) -> int:
    found = marked(mark)
    for process in found:
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            pass  # it ended between the look and the signal, which is what is wanted
    return len(found)


def _gone(mark: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while marked(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _all() -> list[Running]:
    return _from_proc() if Path("/proc/self/cmdline").exists() else _from_ps()


def _from_proc() -> list[Running]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue  # ended meanwhile, or another user's
            if command:  # a dead process that nobody has waited for has none
                found.append(Running(int(folder.name), command.replace(b"\0", b" ").decode(errors="replace")))
    return found


def _from_ps() -> list[Running]:
    lines = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    split = (line.strip().partition(" ") for line in lines.stdout.splitlines())
    return [Running(int(pid), command) for pid, _, command in split]
