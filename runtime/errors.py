"""From a kernel's status to the Python exception, with the user's own line in the traceback.

A kernel that meets an error returns a status and leaves the numbers for the message in its context. `make_fail` gives
the function that turns them into an exception whose traceback ends in a frame with the user's file, line and function
name, and has none of ours: the entry point sets what is returned here as the current exception.
"""

from __future__ import annotations

import ast
import builtins
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType, TracebackType

import numpy as np


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a kernel can fail.

    `exception` names a builtin exception or `LinAlgError`. `message` has a pair of braces for each of `kinds`, which
    say how the numbers are read: "int64", "int32", "bool", "float64" or "float32". Lines count from 1, columns from 0
    in bytes of UTF-8, as in `ast`; line 0 means that the source is not known. Without a message the numbers are
    the argument of the exception, a tuple if there are several; without any it has none.
    """

    exception: str
    message: str | None
    kinds: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0
    function: str = "<unknown>"


Fail = Callable[..., BaseException]


def make_fail(failures: Sequence[Failure]) -> Fail:
    """The function `(status, i0, ..., i7) -> exception` for a kernel; status k stands for `failures[k - 1]`."""
    table = tuple(failures)

    def fail(status: int, *info: int) -> BaseException:
        if not 1 <= status <= len(table):
            return SystemError(f"compiled code returned the unknown status {status}")
        failure = table[status - 1]
        return with_origin(_exception(failure, info), failure)

    return fail


def with_origin(error: BaseException, failure: Failure) -> BaseException:
    """Give an exception the traceback it would have, had it been raised on the failure's line."""
    if failure.line <= 0:
        return error
    scope: dict[str, object] = {"__name__": failure.function, "error": error}
    del error  # neither this frame nor the one in the traceback may hold the exception that holds them
    try:
        exec(_raising(failure), scope)
    except BaseException as raised:
        if raised is not scope["error"]:
            raise
        return raised.with_traceback(_without_first(raised.__traceback__))
    finally:
        scope.clear()
    raise AssertionError("unreachable")


def _without_first(trace: TracebackType | None) -> TracebackType | None:
    return None if trace is None else trace.tb_next


def _raising(failure: Failure) -> CodeType:
    """Code that raises `error` at the user's position, under the name of the user's function."""
    module = ast.parse("raise error")
    end_line = max(failure.end_line, failure.line)
    for node in ast.walk(module):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno, node.col_offset = failure.line, failure.col
            node.end_lineno, node.end_col_offset = end_line, failure.end_col
    code = compile(module, failure.file or "<unknown>", "exec")
    return code.replace(co_name=failure.function, co_qualname=failure.function)


def _exception(failure: Failure, info: Sequence[int]) -> BaseException:
    kind = np.linalg.LinAlgError if failure.exception == "LinAlgError" else getattr(builtins, failure.exception)
    values = [_value(kind_, word) for kind_, word in zip(failure.kinds, info, strict=False)]
    return made(kind, failure.message, values)


def made(kind: type[BaseException], message: str | None, values: Sequence[object]) -> BaseException:
    """An exception whose argument is a text, or without one the values: a tuple if there are several."""
    if message is None:
        return kind(tuple(values)) if len(values) > 1 else kind(*values)
    return kind(message.format(*values))


def _value(kind: str, word: int) -> int | float | bool | np.float32:
    """A number for a message from its 64 bits; floats of either width come as the bits of a double."""
    if kind.startswith("float"):
        number: float = struct.unpack("=d", struct.pack("=q", word))[0]
        return np.float32(number) if kind == "float32" else number
    return bool(word) if kind == "bool" else word
