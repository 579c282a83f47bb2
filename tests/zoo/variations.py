"""Arguments of a program varied at random: other values, other lengths, other layouts, other dtypes.

A variation is a function of its seed, so that equal arguments can be made as often as they are needed.  Values change
in place, and so keep what the arguments share; the other variations make new arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .program import Arguments, Program
from .structures import leaves, rebuilt

Rng = np.random.Generator
EXTENTS = (0, 1, 2, 3, 5, 7, 12)
LARGEST = 10_000  # of an array: lengths multiply
SPECIAL = (0.0, -0.0, np.inf, -np.inf, np.nan)


def values(args: Arguments, rng: Rng) -> Arguments:
    """Other numbers in arguments of the same signature and the same lengths."""
    done: set[int] = set()

    def leaf(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return scalar(x, rng)
        if id(x) not in done and x.flags.writeable:
            x[...] = numbers(x, rng)
        done.add(id(x))
        return x

    return tuple(rebuilt(a, leaf) for a in args)


def scalar(x: Any, rng: Rng) -> Any:
    """Another number of the same type; strings and what else is no number stay as they are."""
    if isinstance(x, bool | np.bool_):
        return type(x)(rng.random() < 0.5)
    if isinstance(x, int | np.integer):
        return type(x)(rng.choice([x, x, x + 1, x - 1, -x, 0, 1, 2, 2 * x + 1]))
    if isinstance(x, float | np.floating):
        return type(x)(floats(np.array([x], dtype=np.asarray(x).dtype), rng)[0])
    return x


def numbers(x: np.ndarray, rng: Rng) -> np.ndarray:
    """Other entries for an array: integers stay in the range that they have, as they may be indices."""
    if x.dtype.kind == "b":
        return rng.random(x.shape) < rng.choice([0.0, 0.3, 0.7, 1.0])
    if x.dtype.kind in "iu":
        low, high = (int(x.min()), int(x.max())) if x.size else (0, 0)
        wider = int(rng.choice([0, 0, 0, 1]))
        return rng.integers(low - wider, high + wider, size=x.shape, endpoint=True)
    ordered = x.ndim == 1 and x.size > 2 and bool(np.all(np.diff(x) > 0.0))  # a table to search in stays one
    return np.sort(floats(x, rng)) if ordered else floats(x, rng)


def floats(x: np.ndarray, rng: Rng) -> np.ndarray:
    """One of the ways in which real numbers differ from those that the author thought of."""
    y = np.array(x)
    match int(rng.integers(7)):
        case 0:
            return y * (1.0 + 0.3 * rng.normal(size=y.shape))
        case 1:
            return y * 10.0 ** rng.uniform(-4.0, 4.0, size=y.shape)
        case 2:
            return y * rng.choice([-1.0, 1.0], size=y.shape)
        case 3:
            return np.where(rng.random(y.shape) < 0.4, 0.0, y)
        case 4:
            return np.round(y * 2.0)  # ties, whole numbers
        case 5:
            return np.where(rng.random(y.shape) < 0.3, rng.choice(SPECIAL, size=y.shape), y)
        case _:
            most = 200.0 if y.size == 1 and y.dtype == np.float64 else 12.0  # sums and products are in any order
            return y * 10.0 ** rng.choice([-most, most])


def lengths(args: Arguments, rng: Rng) -> Arguments:
    """Arrays of other extents: those that were equal stay equal, but for one time in five."""
    found = [x for a in args for x in leaves(a) if isinstance(x, np.ndarray)]
    new = {n: int(rng.choice(EXTENTS)) for x in found for n in x.shape}
    odd = found[int(rng.integers(len(found)))] if found and rng.random() < 0.2 else None

    def leaf(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return int(new[x]) if type(x) is int and x in new and rng.random() < 0.7 else x
        shape = tuple(new[n] + (x is odd) for n in x.shape)
        if np.prod(shape) > LARGEST:
            return x
        entries = x.ravel() if x.size else np.zeros(1, x.dtype)
        found = numbers(rng.choice(entries, size=shape).astype(x.dtype), rng)
        return np.sort(found) if x.ndim == 1 and np.array_equal(np.sort(x), x) else found

    return tuple(rebuilt(a, leaf) for a in args)


def reversed_arrays(args: Arguments, rng: Rng) -> Arguments:
    """Every axis runs backward through memory."""
    return over_arrays(args, lambda x: np.flip(np.flip(x).copy()))


def strided_arrays(args: Arguments, rng: Rng) -> Arguments:
    """Every second element of a larger array along each axis."""

    def strided(x: np.ndarray) -> np.ndarray:
        room = np.full([2 * n + 1 for n in x.shape], 77, dtype=x.dtype)
        view = room[tuple(slice(1, None, 2) for _ in x.shape)]
        view[...] = x
        return view

    return over_arrays(args, strided)


def fortran_arrays(args: Arguments, rng: Rng) -> Arguments:
    """The first axis runs fastest."""
    return over_arrays(args, lambda x: np.array(x, order="F"))


def single_precision(args: Arguments, rng: Rng) -> Arguments:
    """Arrays and NumPy numbers of float64 as float32."""

    def leaf(x: Any) -> Any:
        return x.astype(np.float32) if isinstance(x, np.ndarray | np.floating) and x.dtype.kind == "f" else x

    return tuple(rebuilt(a, leaf) for a in args)


def over_arrays(args: Arguments, change: Callable[[np.ndarray], np.ndarray]) -> Arguments:
    return tuple(rebuilt(a, lambda x: change(x) if isinstance(x, np.ndarray) and x.ndim else x) for a in args)


SAME_SIGNATURE = (values, lengths)
OTHER_SIGNATURES = (reversed_arrays, strided_arrays, fortran_arrays, single_precision)
Vary = Callable[[Arguments, Rng], Arguments]


def varied(program: Program, vary: Vary, seed: int) -> Arguments:
    """Fresh arguments of a sample, varied: equal for equal seeds. Layouts and dtypes get other values as well."""
    rng = np.random.default_rng([program.rng(0).integers(2**32), seed, len(vary.__name__)])
    args = fresh(program, seed % len(list(program.samples())))
    with np.errstate(all="ignore"):
        if vary in OTHER_SIGNATURES and seed:
            args = values(args, rng)
        return vary(args, rng)


def fresh(program: Program, sample: int) -> Arguments:
    """Arguments whose arrays may be written into: a constant of the program is copied."""
    args, again = program.arguments(sample), program.arguments(sample)
    constants = {id(x) for a in args for x in leaves(a)} & {id(x) for a in again for x in leaves(a)}

    def leaf(x: Any) -> Any:
        return x.copy() if isinstance(x, np.ndarray) and id(x) in constants else x

    return tuple(rebuilt(a, leaf) for a in args)
