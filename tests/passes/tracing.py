"""What a program really does to memory: the reference that `effects` is held against.

A `Traced` array behaves like a NumPy array and records, for every element that is read and written, the line it
happened on and the address. One read per line, so that a line stands for one statement of the intermediate form.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Trace:
    """Reads as (line, address, time), and for each address the time of its last write."""

    time: int = 0
    reads: list[tuple[int, int, int]] = field(default_factory=list)
    last_write: dict[int, int] = field(default_factory=dict)

    def overwritten_lines(self) -> set[int]:
        """The lines that have read something that was overwritten later."""
        return {line for line, address, time in self.reads if self.last_write.get(address, -1) > time}


class Traced:
    """An array whose accesses are recorded; slices are traced views of the same memory."""

    def __init__(self, data: np.ndarray, trace: Trace) -> None:
        self.data = data
        self.trace = trace

    def __getitem__(self, index: Any) -> Any:
        part = self.data[index]
        if isinstance(part, np.ndarray):
            return Traced(part, self.trace)
        self.trace.time += 1
        self.trace.reads.append((sys._getframe(1).f_lineno, self.address(index), self.trace.time))
        return float(part)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.data[index] = value
        self.trace.time += 1
        self.trace.last_write[self.address(index)] = self.trace.time

    def address(self, index: Any) -> int:
        position = index if isinstance(index, tuple) else (index,)
        pairs = zip(position, self.data.shape, self.data.strides, strict=True)
        return self.data.ctypes.data + sum((k % extent) * stride for k, extent, stride in pairs)


def overwritten_lines(fn: Callable[..., Any], shape: tuple[int, ...], *args: Any) -> set[int] | None:
    """The lines whose reads were overwritten in a run on an array of a shape; None when it ended in an IndexError."""
    trace = Trace()
    try:
        fn(Traced(np.zeros(shape), trace), *args)
    except IndexError:
        return None
    return trace.overwritten_lines()
