"""The table of operations: every operation is one row, and nothing else in the compiler knows its name."""

from __future__ import annotations

import builtins
import cmath
import math
import sys
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np

from . import (
    arrangement,
    axes,
    calculus,
    eigenvalues,
    elementwise,
    factors,
    fourier,
    indexing,
    integrals,
    keyed,
    linalg,
    scipy_linalg,
    shaping,
    sorting,
    special,
    statistics,
    structured,
    ufuncs,
)
from .row import Row

OPS: tuple[Row, ...] = (
    *elementwise.ROWS, *ufuncs.ROWS, *special.ROWS, *integrals.ROWS, *structured.ROWS, *axes.ROWS, *shaping.ROWS,
    *arrangement.ROWS, *indexing.ROWS, *linalg.ROWS, *factors.ROWS, *scipy_linalg.ROWS, *sorting.ROWS,
    *statistics.ROWS, *calculus.ROWS, *fourier.ROWS, *eigenvalues.ROWS, *keyed.ROWS,
)
BY_NAME: dict[str, Row] = {row.name: row for row in OPS}
METHODS: dict[str, Row] = {name: row for row in OPS for name in row.method}

__all__ = ["BY_NAME", "METHODS", "OPS", "Row", "row_of_object"]


@cache
def _by_identity(special: Any, matrices: Any) -> dict[Any, tuple[Row, str]]:
    """From the function objects that users call to the row and the namespace they came through.

    `special` and `matrices` are `scipy.special` and `scipy.linalg` where the program has loaded them, and None
    elsewhere: nobody calls them then.
    """
    table: dict[Any, tuple[Row, str]] = {}
    for row in OPS:
        for module, names, via in ((np, row.numpy, "numpy"), (math, row.math, "math"), (cmath, row.cmath, "cmath"),
                                   (builtins, row.builtin, ""),
                                   (special, row.scipy, "numpy"), (matrices, row.linalg, "scipy")):
            for name in names:
                found = _attribute(module, name)
                if found is not None:
                    table[_identity(found)] = (row, via)
    return table


def _identity(value: Any) -> int | tuple[int, str]:
    """What tells a function object from others: methods of ufuncs are new objects each time."""
    owner = getattr(value, "__self__", None)
    return (id(owner), value.__name__) if isinstance(owner, np.ufunc) else id(value)


def _attribute(module: Any, name: str) -> Any:
    try:
        return attrgetter(name)(module)
    except AttributeError:  # a spelling that this version of Python or NumPy does not have
        return None


def row_of_object(value: Any) -> tuple[Row, str] | None:
    """The row that a function object stands for and how it is spelled ("numpy", "math", "cmath"; "": a builtin)."""
    loaded = (sys.modules.get(f"scipy.{name}") for name in ("special", "linalg"))
    return _by_identity(*loaded).get(_identity(value))
