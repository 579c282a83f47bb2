"""Texts of compiled code: Python formats what the kernel hands over, and prints it or makes an exception of it.

The kernel waits meanwhile. The values lie in slots as results do: a number in its own width, a complex one in two
slots, of an array the address, extents and strides in elements.
"""

from __future__ import annotations

import builtins
import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .errors import Fail, Failure, made, make_fail, with_origin

PRINT, FLUSH = "print", "print and flush"
Say = Callable[[int, int], BaseException | None]
Tellers = tuple[Fail, Say]
_PYTHON: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "float": ("float64", float), "int": ("int64", int), "bool": ("bool", bool), "complex": ("complex128", complex),
}  # fmt: skip


def tellers(failures: Callable[[], Sequence[Failure]]) -> Tellers:
    """What a kernel calls: the maker of exceptions (`errors.make_fail`), and `say`."""
    return lambda status, *info: make_fail(failures())(status, *info), make_say(failures)


def make_say(failures: Callable[[], Sequence[Failure]]) -> Say:
    """The function `(status, address) -> None or an exception` for a kernel; status k stands for `failures()[k - 1]`.

    Its exceptions have the traceback of the user's line, those that printing raises among them.
    """

    def say(status: int, address: int) -> BaseException | None:
        site = failures()[status - 1]
        try:
            values = tuple(values_at(site.kinds, address))
            if site.exception not in (PRINT, FLUSH):
                return with_origin(made(getattr(builtins, site.exception), site.message, values), site)
            print((site.message or "").format(*values), end="", flush=site.exception == FLUSH)
        except Exception as error:
            return with_origin(error, site)
        return None

    return say


def values_at(kinds: Sequence[str], address: int) -> Iterator[Any]:
    """The objects in the slots from an address on.

    A kind is "float", "int", "bool" or "complex" for a Python number, "np.float64" for a NumPy number, "float64[2]" for
    an array of rank 2, which is copied.
    """
    for kind in kinds:
        name, _, rank = kind.partition("[")
        if rank:
            words = 1 + 2 * int(rank[:-1])
            data, *shape = np.frombuffer(_memory(address, 8 * words), np.int64).tolist()
            yield _array(data, np.dtype(name), shape[: len(shape) // 2], shape[len(shape) // 2 :])
        else:
            stored, convert = _PYTHON.get(kind, (kind.removeprefix("np."), None))
            words = 2 if stored.startswith("complex") else 1
            number = _number(np.dtype(stored), address)
            yield number if convert is None else convert(number)
        address += 8 * words


def _memory(address: int, size: int) -> Any:
    return (ctypes.c_char * size).from_address(address)


def _number(dtype: np.dtype[Any], address: int) -> Any:
    if dtype.kind != "c":
        return np.frombuffer(_memory(address, dtype.itemsize), dtype)[0]
    part = np.dtype(f"float{4 * dtype.itemsize}")
    re, im = (np.frombuffer(_memory(address + 8 * k, part.itemsize), part)[0] for k in range(2))
    return dtype.type(complex(re, im))


def _array(data: int, dtype: np.dtype[Any], extents: list[int], strides: list[int]) -> np.ndarray[Any, Any]:
    """A copy of an array in memory."""
    if 0 in extents:
        return np.empty(extents, dtype)
    steps = [dtype.itemsize * s for s in strides]
    reach = [(n - 1) * s for n, s in zip(extents, steps, strict=True)]
    first = sum(r for r in reach if r < 0)
    size = sum(map(abs, reach)) + dtype.itemsize
    found: np.ndarray[Any, Any] = np.ndarray(extents, dtype, _memory(data + first, size), -first, steps)
    return found.copy()
