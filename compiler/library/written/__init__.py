"""Functions of NumPy and SciPy that are written as users write them, and translated where they are called.

A module of this package has a table `WRITTEN`: for the place where users find a function, the function here that
stands for it. A module is imported when the program has loaded the library that its functions stand for. The functions
take part in the program as the user's helpers do, so their derivatives need no rule. What they raise is what the
originals raise. A table `FURTHER` has functions that are rows of the table of operations as well: what is written here
stands for a call with arguments that the row does not take.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from operator import attrgetter
from types import FunctionType
from typing import Any

import numpy as np

# The modules here, and the library without which nobody calls what they stand for.
MODULES: dict[str, str] = {
    "arranged": "numpy",
    "chosen": "numpy",
    "counts": "scipy.stats",
    "densities": "scipy.stats",
    "distances": "scipy.spatial.distance",
    "forms": "numpy",
    "further": "numpy",
    "images": "scipy.ndimage",
    "integrals": "scipy.integrate",
    "matrices": "scipy.linalg",
    "planes": "scipy.signal",
    "polynomials": "numpy",
    "positive": "scipy.stats",
    "reduced": "numpy",
    "samples": "scipy.stats",
    "signals": "scipy.signal",
    "specials": "scipy.special",
    "spectra": "numpy",
    "systems": "scipy.linalg",
    "transforms": "scipy.fft",
    "vectors": "scipy.stats",
    "windows": "numpy",
}


# Objects that make arrays when they are indexed.
GRIDS = {id(value): name for name, value in (("r_", np.r_), ("c_", np.c_), ("mgrid", np.mgrid), ("ogrid", np.ogrid))}


def is_grid(value: Any) -> bool:
    """Whether this is one of the objects that make arrays when they are indexed."""
    return id(value) in GRIDS


def written_for(value: Any, further: bool = False) -> FunctionType | None:
    """The function that stands for a function object of a library, or None; with `further` one that is a row too."""
    try:
        loaded = tuple(m for m, library in MODULES.items() if library in sys.modules)
        return _by_identity(loaded, further).get(_identity(value))
    except TypeError:  # the object has no name by which it could be known
        return None


def is_written(namespace: dict[str, Any]) -> bool:
    """Whether these are the globals of a module of this package, which do not change while the program runs."""
    return str(namespace.get("__name__")).startswith(f"{__name__}.")


def spelled(function: Any) -> str:
    """A function of this package as users write it; any other by its name."""
    if not isinstance(function, FunctionType) or not is_written(function.__globals__):
        return str(function.__name__)
    names = (name for name, value in table(function.__module__.rpartition(".")[2]).items() if value is function)
    name = next(names, function.__name__)
    return f"np.{name.removeprefix('numpy.')}" if name.startswith("numpy.") else name


def table(module: str) -> dict[str, FunctionType]:
    """What one of the modules stands for, by the names under which users find it."""
    return _tables(module, False) | _tables(module, True)


def _tables(module: str, further: bool) -> dict[str, FunctionType]:
    home = importlib.import_module(f".{module}", __name__)
    found: dict[str, FunctionType] = getattr(home, "FURTHER" if further else "WRITTEN", {})
    return found


@cache
def _by_identity(modules: tuple[str, ...], further: bool) -> dict[Any, FunctionType]:
    found: dict[Any, FunctionType] = {}
    for module in modules:
        for name, function in _tables(module, further).items():
            original = original_of(name)
            if original is not None:
                found[_identity(original)] = function
    return found


def original_of(name: str) -> Any:
    """The object that users find under a name; None where the library has none, or has not been loaded."""
    parts = name.split(".")
    for k in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:k]))
        if module is not None:
            try:
                return attrgetter(".".join(parts[k:]))(module)
            except AttributeError:
                return None
    return None


def _identity(value: Any) -> Any:
    """What tells a function object from others: methods of one object are new objects each time."""
    owner = getattr(value, "__self__", None)
    bound = owner is not None and not isinstance(owner, type(sys)) and hasattr(value, "__name__")
    return (id(owner), value.__name__) if bound else id(value)
