"""Files read (and marked) in child processes: whatever a file does to its reader, it costs that file and nothing else.

One thread per child hands over one file at a time, so the culprit of a death is always known. A child that dies or
overstays is replaced; the file is tried once more after a sudden death (something else may have taken the memory),
never after a time-out.
"""

from __future__ import annotations

import contextlib
import io
import logging
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

import toolkit
from toolkit.findings import Finding, finding
from toolkit.intake.child import DONE, READY, receive, resolve, send
from toolkit.model import Book
from toolkit.office.limits import DEFAULT, Limits

Outcome = tuple[Book | None, tuple[Finding, ...]]
Answers = queue.SimpleQueue["tuple[int, object | None] | BaseException"]
READER = "toolkit.office.excel_in:read_book"

_ANSWERED_WITH = frozenset(
    {"toolkit.model", "toolkit.findings", "toolkit.forms.annotate", "toolkit.plan.parts", "decimal", "datetime"}
)
_BOOT = "import sys; sys.path.append(sys.argv[1]); from toolkit.intake.child import main; main()"
_START_SECONDS = 120.0
_log = logging.getLogger(__name__)


class SandboxFault(RuntimeError):
    """A child could not even start: our own fault or the machine's, never a file's."""


def read_all(
    items: Sequence[tuple[str, bytes]],
    workers: int,
    limits: Limits = DEFAULT,
    progress: Callable[[int], None] | None = None,
    *,
    inline: bool = False,
    worker: str = READER,
) -> list[Outcome]:
    """What the reader says about every (name, bytes), in input order.

    A file that killed its child or overstayed is (None, (IN-601,)). Otherwise as `run_all`.
    """
    answers = run_all(items, workers, limits, progress, inline=inline, worker=worker)
    lost = [(None, (finding("IN-601", name=name),)) for name, _ in items]
    return [cast(Outcome, answer) if answer is not None else gone for answer, gone in zip(answers, lost, strict=True)]


def run_all(
    items: Sequence[tuple[str, object]],
    workers: int,
    limits: Limits = DEFAULT,
    progress: Callable[[int], None] | None = None,
    *,
    inline: bool = False,
    worker: str,
) -> list[object | None]:
    """What `worker` (`package.module:function`) answers for every (name, content), in input order; None for one that
    killed its child or overstayed. The name is for messages; contents and answers are pickled.

    `progress` is called in the calling thread with the number of files done so far. `inline` works in this process,
    without protection. Raises `SandboxFault` when no child can be started.
    """
    if inline or not sys.executable or getattr(sys, "frozen", False):
        return _inline(items, limits, progress, worker)
    results: list[object | None] = [None] * len(items)
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(items)):
        todo.put(index)
    done: Answers = queue.SimpleQueue()
    keepers = [_Keeper(items, todo, done, limits, worker) for _ in range(max(1, min(workers, len(items))))]
    try:
        for keeper in keepers if items else ():
            keeper.start()
        for count in range(1, len(items) + 1):
            answer = _next(done)
            if isinstance(answer, BaseException):
                raise answer
            results[answer[0]] = answer[1]
            if progress is not None:
                progress(count)
    finally:
        for keeper in keepers:
            keeper.stop()
        for keeper in keepers:
            if keeper.ident is not None:
                keeper.join(timeout=5)
    return results


def _next(done: Answers) -> tuple[int, object | None] | BaseException:
    """Wait in small steps, so that Ctrl-C is heard on Windows too."""
    while True:
        with contextlib.suppress(queue.Empty):
            return done.get(timeout=1.0)


def _inline(
    items: Sequence[tuple[str, object]], limits: Limits, progress: Callable[[int], None] | None, worker: str
) -> list[object | None]:
    work = resolve(worker)
    results: list[object | None] = []
    for name, content in items:
        results.append(work(content, name, limits))
        if progress is not None:
            progress(len(results))
    return results


class _Keeper(threading.Thread):
    """Serves files from `todo` through a child of its own until there are none left."""

    def __init__(
        self,
        items: Sequence[tuple[str, object]],
        todo: queue.SimpleQueue[int],
        done: Answers,
        limits: Limits,
        worker: str,
    ) -> None:
        super().__init__(daemon=True)
        self._items, self._todo, self._done = items, todo, done
        self._limits, self._worker = limits, worker
        self._child: _Child | None = None
        self._stopped = False

    def run(self) -> None:
        try:
            while not self._stopped:
                try:
                    index = self._todo.get_nowait()
                except queue.Empty:
                    break
                name, content = self._items[index]
                self._done.put((index, self._answer(name, content)))
        except BaseException as error:
            self._done.put(error)
        finally:
            self._drop()

    def stop(self) -> None:
        """No further file; a child at work is ended at once."""
        self._stopped = True
        child = self._child
        if child is not None and self.is_alive():
            child.kill()

    def _answer(self, name: str, content: object) -> object | None:
        for attempt in (1, 2):
            if self._child is None:
                self._child = _Child(self._worker, self._limits)
            answered, answer = self._child.ask(name, content)
            if answered:
                return answer
            late = self._child.late
            self._drop()
            _log.warning("reading %r ended its process (attempt %d, late: %s)", name, attempt, late)
            if late or self._stopped:
                break
        return None

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


class _Child:
    """One reading process. `late` tells, after a lost answer, that time was the reason."""

    def __init__(self, worker: str, limits: Limits) -> None:
        self._limits = limits
        self.late = False
        package = str(Path(toolkit.__file__).resolve().parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        kind, words = self._exchange((list(sys.path), worker, limits), _START_SECONDS) or ("", "no answer")
        if kind != READY:
            self.close()
            raise SandboxFault(f"reader process did not start: {words}")

    def ask(self, name: str, content: object) -> tuple[bool, object | None]:
        """(True, the answer for one file, None after a fault of our own); (False, None) when the process was lost."""
        frame = self._exchange((name, content), self._limits.wall_seconds)
        if frame is None:
            return False, None
        kind, answer = frame
        if kind == DONE:
            return True, answer
        _log.error("reading %r failed inside the reader:\n%s", name, answer)
        return True, None

    def _exchange(self, request: object, seconds: float) -> tuple[str, object] | None:
        with _Deadline(seconds, self.kill) as deadline:
            try:
                send(self._stdin, pickle.dumps(request, protocol=5))
                frame = receive(self._stdout)
            except OSError:
                frame = b""
        if not frame:
            self.late = deadline.passed or self._rang()
            return None
        try:
            kind, content = _Answer(io.BytesIO(frame)).load()
        except Exception:
            _log.exception("an answer that is none; its process is given up")
            return None
        return kind, content

    def _rang(self) -> bool:
        """True when the process ended by its own alarm of processor time."""
        import signal

        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=5) == -int(getattr(signal, "SIGPROF", 0) or 10**6)
        return False

    @property
    def _stdin(self) -> BinaryIO:
        assert self._process.stdin is not None
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _stdout(self) -> BinaryIO:
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """Let the process end (its input ends), by force when it does not."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._stdout.close()


class _Answer(pickle.Unpickler):
    """Answers are values of a few kinds; whatever else a file could make its reader say is not even looked up."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module in _ANSWERED_WITH else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


class _Deadline:
    """Calls `act` once when the block takes longer than `seconds`; `passed` tells whether it did."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.passed = False
        self._act = act
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def _ring(self) -> None:
        self.passed = True
        self._act()

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
