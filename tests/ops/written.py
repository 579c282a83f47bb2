"""Functions from text, with their lines on record, as a notebook defines them."""

from __future__ import annotations

import cmath
import itertools
import linecache
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from unwritten import spoilt_numpy

NUMBERS = itertools.count()


def function(text: str, name: str = "f", **world: Any) -> Callable[..., Any]:
    """The function `name` that `text` defines; NumPy and `math` are there under their usual names."""
    file = f"<written {next(NUMBERS)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names: dict[str, Any] = {"np": np, "math": math, "cmath": cmath, "special": special, "__name__": "written", **world}
    exec(compile(text, file, "exec", dont_inherit=True), names)
    made: Callable[..., Any] = names[name]
    return made


def returning(parameters: str, *expressions: str) -> Callable[..., Any]:
    """A function of one line; several expressions make a tuple."""
    return function(f"def f({parameters}):\n    return {', '.join(expressions)}\n")


def adjoint(compiled: Any) -> Callable[..., Any]:
    """The generated adjoint of a compiled function, as ordinary Python."""
    world: dict[str, Any] = {}
    exec(compile(compiled.adjoint_source, "<generated>", "exec"), world)
    world["np"] = spoilt_numpy()
    found: Callable[..., Any] = world[f"{compiled.__name__}_adjoint"]
    return found
