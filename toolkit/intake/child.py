"""The other end of the sandbox: a process that reads one file after the other and can be lost without harm.

Started by toolkit.intake.sandbox with nothing but the standard library on its path; frames of pickled tuples on
stdin and stdout, each behind its length. Ends when its stdin ends, so it never outlives the parent.
"""

from __future__ import annotations

import contextlib
import copyreg
import importlib
import io
import os
import pickle
import struct
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from toolkit.office.limits import MIB, Limits

LENGTH = struct.Struct(">Q")

_BASE_MEMORY = 128 * MIB  # what a reading process needs for itself, where it cannot be asked
READY, DONE, FAULT = "ready", "done", "fault"


def main() -> None:
    """Answer requests until there are no more. First frame: (sys.path, worker, limits); then (name, content)."""
    source, target = _private_pipes()
    try:
        path, worker, limits = pickle.loads(receive(source))
        sys.path[:] = path
        work = resolve(worker)
        _prepare(work, limits)
    except BaseException:
        send(target, pickle.dumps((FAULT, traceback.format_exc())))
        return
    send(target, pickle.dumps((READY, "")))
    alarm = _alarm(limits.seconds)
    while request := receive(source):
        name, content = pickle.loads(request)
        alarm(True)
        try:
            answer = pack((DONE, work(content, name, limits)))
        except Exception:
            answer = pickle.dumps((FAULT, traceback.format_exc()))
        alarm(False)
        send(target, answer)


def resolve(worker: str) -> Callable[[Any, str, Limits], Any]:
    """`package.module:function` as the function."""
    module, _, function = worker.partition(":")
    found: Callable[[Any, str, Limits], Any] = getattr(importlib.import_module(module), function)
    return found


# ---------------------------------------------------------------- frames


def send(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes:
    """The next frame; b"" when the other side is gone or was cut in the middle."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    content = pipe.read(length)
    return content if len(content) == length else b""


def pack(answer: object) -> bytes:
    """Pickled; cells by constructor, which is three times faster than the way frozen dataclasses come with."""
    from toolkit.model import RawCell

    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = copyreg.dispatch_table.copy()
    pickler.dispatch_table[RawCell] = lambda c: (RawCell, (c.kind, c.text, c.number, c.day, c.formula))
    pickler.dump(answer)
    return buffer.getvalue()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our own ends of stdin and stdout; what a library prints goes nowhere instead of between the frames."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(quiet, standard)
    return source, target


# ---------------------------------------------------------------- limits of the process


def _prepare(work: Callable[[Any, str, Limits], Any], limits: Limits) -> None:
    """Load what the first file would load, then close the door: from here on memory is bounded."""
    with contextlib.suppress(ImportError):
        importlib.import_module("python_calamine")
    try:
        import resource
    except ImportError:  # Windows; processor time is left to the parent's clock there
        from toolkit.intake.windows_job import limit_memory

        with contextlib.suppress(OSError, AttributeError):
            limit_memory(_BASE_MEMORY + limits.memory_bytes)
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        most = _own_memory() + limits.memory_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _own_memory() -> int:
    """Address space in use now, in bytes (an estimate where the system does not tell)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return _BASE_MEMORY


def _alarm(seconds: float) -> Callable[[bool], None]:
    """Switches the limit of processor time for one file on and off. When it rings the process ends, even inside a
    library that never returns to Python: the signal keeps its default action."""
    try:
        import signal

        timer, which = signal.setitimer, signal.ITIMER_PROF
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    except (ImportError, AttributeError):  # Windows
        return lambda on: None
    return lambda on: _set(timer, which, seconds if on else 0.0)


def _set(timer: Callable[[int, float], object], which: int, seconds: float) -> None:
    timer(which, seconds)
