"""Programs that are nested more deeply than Python's own limit on recursion lets the passes go.

The passes call themselves for what stands inside a statement, some frames of Python for each level; a chain of some
hundred `elif` is as many levels deep. Where the limit of the running thread does not suffice, the work is done again in
a thread with a stack that does.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

STACK = 2**28  # bytes of address space, of which only what is used is ever taken
LIMIT = 100_000  # frames; a level of nesting takes about ten

P = ParamSpec("P")
R = TypeVar("R")

_one_at_a_time = threading.Lock()
_deep = threading.local()


def deeply(work: Callable[P, R]) -> Callable[P, R]:
    """The function, which is called again in a deep thread when recursion has gone too far.

    It must not have changed anything by then that a second call would see.

    Raises:
        RecursionError: the deep thread did not suffice either.
    """

    @functools.wraps(work)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        if getattr(_deep, "here", False):
            return work(*args, **kwargs)
        try:
            return work(*args, **kwargs)
        except RecursionError:
            pass
        return _in_a_deep_thread(functools.partial(work, *args, **kwargs))

    return called


def _in_a_deep_thread(work: Callable[[], R]) -> R:
    result: list[R] = []
    failure: list[BaseException] = []

    def run() -> None:
        _deep.here = True
        try:
            result.append(work())
        except RecursionError:
            failure.append(RecursionError("this function is nested too deeply to be compiled: move some of its "
                                          "branches or loops into functions of their own"))
        except BaseException as error:  # raised again where the caller waits
            failure.append(error)

    with _one_at_a_time:
        limit, stack = sys.getrecursionlimit(), threading.stack_size(STACK)
        sys.setrecursionlimit(max(limit, LIMIT))
        try:
            thread = threading.Thread(target=run, name="tapeless: deep", daemon=True)
            thread.start()
            threading.stack_size(stack)
            thread.join()
        finally:
            threading.stack_size(stack)
            sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return result[0]
