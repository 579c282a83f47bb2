"""What is being recorded just now, and whose rules for names and memory hold.

Two switches, both local to the running thread or task: *recording* (torch's grad mode) and *NumPy semantics*, which
`trace` turns on so that a NumPy function keeps its meaning: saved values are snapshots, integer and boolean results
are plain arrays, and a scalar is a value rather than a cell.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_recording: ContextVar[bool] = ContextVar("tape_recording", default=True)
_numpy_semantics: ContextVar[bool] = ContextVar("tape_numpy_semantics", default=False)


def is_grad_enabled() -> bool:
    """Tell whether operations are being recorded."""
    return _recording.get()


def has_numpy_semantics() -> bool:
    """Tell whether a traced NumPy function is running."""
    return _numpy_semantics.get()


@contextmanager
def numpy_semantics() -> Iterator[None]:
    """Run a block under NumPy's rules for scalars, integers and overwritten arrays."""
    token = _numpy_semantics.set(True)
    try:
        yield
    finally:
        _numpy_semantics.reset(token)


class set_grad_enabled:
    """Context manager and decorator: record operations inside, or do not."""

    def __init__(self, mode: bool) -> None:
        self._mode = mode
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(_recording.get())
        _recording.set(self._mode)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _recording.set(self._before.pop())

    def __call__(self, function: F) -> F:
        mode = self._mode

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with set_grad_enabled(mode):
                return function(*args, **kwargs)

        return wrapped  # type: ignore[return-value]


class no_grad(set_grad_enabled):
    """Context manager and decorator (`@no_grad()`): operations inside are not recorded."""

    def __init__(self) -> None:
        super().__init__(False)


class enable_grad(set_grad_enabled):
    """Context manager and decorator (`@enable_grad()`): operations inside are recorded again."""

    def __init__(self) -> None:
        super().__init__(True)
