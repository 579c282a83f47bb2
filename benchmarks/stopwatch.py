"""Where compile time goes: the real compilation, with a clock around each of its steps."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from tapeless.compiler import native as to_object
from tapeless.compiler import pipeline
from tapeless.compiler.backend import target
from tapeless.runtime import engine, native

REST = "everything else, and the call itself"
# The passes are global names of the pipeline; `observe` would show what each made, not when each began.
STEPS: tuple[tuple[Any, str], ...] = (
    *((pipeline, name) for name in pipeline.PASSES),
    (to_object, "emit_kernel"),
    (to_object, "emit_entry"),
    (target, "optimise"),
    (target, "object_code"),
    (target, "ir_text"),
    (engine, "link"),
    (native, "make_callable"),
)


class Stopwatch:
    """While open, adds up the seconds of every step; the time of a step inside another counts for the inner one."""

    def __init__(self) -> None:
        self.seconds = {name: 0.0 for _, name in STEPS}
        self._running: list[str] = []
        self._since = 0.0
        self._patches = ExitStack()

    def __enter__(self) -> Stopwatch:
        for module, name in STEPS:
            self._patches.enter_context(patch.object(module, name, self._timed(name, getattr(module, name))))
        self._begin(REST)
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()
        self._patches.close()

    def _timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._begin(name)
            try:
                return step(*args, **kwargs)
            finally:
                self._end()

        return timed

    def _begin(self, name: str) -> None:
        self._account()
        self._running.append(name)

    def _end(self) -> None:
        self._account()
        self._running.pop()

    def _account(self) -> None:
        now = time.process_time()
        if self._running:
            name = self._running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now
