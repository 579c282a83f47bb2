"""One program of the zoo: a plain Python function, arguments to run it on, and what to differentiate by."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = tuple[Any, ...]
MakeArguments = Callable[[np.random.Generator], Arguments]


@dataclass(frozen=True)
class Program:
    """What every execution must agree on.

    `args` and each of `also` make a fresh tuple of arguments; all samples have the same signature, so that a program
    is compiled once however many paths through it are run.  `wrt=()` marks a program whose value only is compared:
    its result is an integer or a boolean.  `oracle` is the derivative that the tape is held against: the complex step,
    or differences where the program leaves the complex plane (`//`, `%`, conversion to float32).  `warns` marks a
    program that divides by zero or takes the root of a negative number on purpose.
    """

    fn: Callable[..., Any]
    args: MakeArguments
    wrt: tuple[int, ...] = (0,)
    also: tuple[MakeArguments, ...] = ()
    name: str = ""
    oracle: str = "complex"
    rtol: float = 1e-9
    warns: bool = False
    notes: str = ""

    @property
    def theme(self) -> str:
        return self.fn.__module__.rpartition(".")[2]

    @property
    def title(self) -> str:
        return self.name or self.fn.__name__

    @property
    def id(self) -> str:
        return f"{self.theme}::{self.title}"

    @property
    def argnums(self) -> int | tuple[int, ...]:
        """`wrt` as `differentiate` takes it: one argument gives a bare gradient, several give a tuple."""
        return self.wrt[0] if len(self.wrt) == 1 else self.wrt

    def rng(self, sample: int) -> np.random.Generator:
        return np.random.default_rng([zlib.crc32(self.id.encode()), sample])

    def arguments(self, sample: int) -> Arguments:
        """The same arguments on every call: equal bits, equal layout, equal sharing, and new memory."""
        return (self.args, *self.also)[sample](self.rng(sample))

    def samples(self) -> Iterator[int]:
        return iter(range(1 + len(self.also)))
