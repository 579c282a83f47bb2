"""CPython and compiled code on the same arguments: result, exception, and what happened to the arguments.

Code that is compiled adds in another order and calls another library for `sin`, so results agree up to rounding.  What
rounding can do is measured: CPython runs again on arguments that differ in their last digits, and where the results of
these runs lie apart, compiled code may as well.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np
from numpy.linalg import _umath_linalg as decompositions

from .compare import leaves, structure
from .executions import compiled, is_float
from .program import Arguments, Program
from .structures import rebuilt
from .variations import Vary, varied

LINES = 20_000  # of Python, after which a run is given up: a loop need not end on arguments that nobody thought of
NEIGHBOURS = 3
DIGITS = {"float64": 1e-14, "float32": 1e-6, "complex128": 1e-14, "complex64": 1e-6}
SLACK = 1e4  # of the spread between neighbours
ENDLESS = ("svd", "svd_f", "svd_s", "lstsq")  # decompositions that do not end for infinite entries in some LAPACKs
OWN_MESSAGES = (ZeroDivisionError, OverflowError, AssertionError, KeyError, RecursionError)

# What is refused when the program runs, by messages of ours: results that would have another type.
REFUSED = ("64 bits", "is complex, which is not supported", "`np.cov` of one variable", "NaN among the numbers has no",
           "Integers to negative integer powers", "has to be written as -1")

# Where compiled code may differ on some arguments, and why.
EXEMPT = {
    "sorting::ranks": "of equal numbers NumPy's `argsort` gives any order, compiled code their own",
    "algorithms::moving_average": "after no trip a sum is a Python float, by which division by zero raises; "
                                  "compiled, a variable has one type",
    "records::object_with_state": "the same",
    "layouts::loop_over_nothing": "the same: a Python float, or compiled the float32 that it is after one trip",
    "records::network_of_dicts": "numbers near 1 and -1 cancel, which leaves the last digit of `tanh`",
    "loops::variable_defined_only_in_the_loop": "two errors in one expression, of which the other is raised",
    "gathers::pairs_that_broadcast": "NumPy checks no position if the result is empty",
    "raising::picks_do_not_broadcast": "the same",
    "axes::norms_of_rows": "the largest of no numbers is an error, which newer versions of NumPy take as 0 "
                           "in `norm`",
    "reductions::product_of_huge_and_tiny": "overflows or not, depending on the order of the product",
    "matrix_models::chain_log_likelihood": "NaN or not, where the exponential of a matrix overflows",
    "array_likes::tuples_beside_arrays_float32": "shapes that do not fit, of which the other is reported",
    "array_likes::dict_of_names_and_values": "a `KeyError` for a name without a value names no name",
    "axes::contraction_of_three": "0 * inf or not, depending on the order of the product",
    "records::names_beside_an_array": "the same",
    "call_forms::products_with_numbers": "zero times infinity is zero in BLAS, which NumPy's `dot` calls",
    "call_forms::products_with_numbers_float32": "the same",
    "first_iterations::sum_in_place": "without an iteration Python's sum is a number; compiled code, where it is an "
                                      "array, raises",
    "first_iterations::sum_of_rows": "the same",
    "first_iterations::sum_of_an_array": "the same",
    "first_iterations::sum_of_generated_rows": "the same",
    "first_iterations::both_loops": "the same",
    "first_iterations::inner_loop": "the same",
    "first_iterations::while_something_is_left": "the same",
    "sorting::table_of_one_number": "a table with NaN is not increasing, and NumPy finds any place in it",
    "raising::system_with_nan": "SciPy solves some singular symmetric systems with a warning, and takes no right sides "
                                "for a system of one equation",
    "complex_numbers::filtered": "inf - inf or not, depending on the order of the sums in a transform",
    "complex_numbers::blurred": "the same",
    "matrix_models::likelihood_in_single_precision": "definite or not, depending on the last digit",
    "matrix_models::posterior_mean": "numbers cancel that are 1e5 times as large as their sum",
    "complex_matrices::modes_of_a_real_matrix": "the signs of vectors, which are any in single precision",
    "matrix_models::whitened": "the root of an eigenvalue that is 0, but for its last digit, is NaN or not",
    "kernels_solvers::lu": "a pivot that is 0 but for its last digit",
}


class TooLongError(BaseException):
    """The function was still running after `LINES` lines; no `except` of a program catches it."""


@dataclass(frozen=True)
class Outcome:
    """What a call left behind: the value or the exception, and the arguments afterwards."""

    value: Any
    error: Exception | None
    args: Arguments


def outcome(call: Callable[..., Any], args: Arguments) -> Outcome:
    """Run a function; its exception is a result."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return Outcome(call(*args), None, args)
        except Exception as error:
            return Outcome(None, error, args)


@contextmanager
def no_endless_decompositions() -> Iterator[None]:
    """NumPy's singular values of infinite entries, which LAPACK may search for ever, take too long at once."""

    def ending(found: Callable[..., Any]) -> Callable[..., Any]:
        def call(a: Any, *others: Any, **how: Any) -> Any:
            if np.any(np.isinf(a)):
                raise TooLongError
            return found(a, *others, **how)

        return call

    own = {name: getattr(decompositions, name) for name in ENDLESS if hasattr(decompositions, name)}
    for name, found in own.items():
        setattr(decompositions, name, ending(found))
    try:
        yield
    finally:
        for name, found in own.items():
            setattr(decompositions, name, found)


def in_python(program: Program, args: Arguments) -> Outcome | None:
    """What CPython does; None when it takes too long."""
    left = LINES

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLongError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with no_endless_decompositions():
            return outcome(program.fn, args)
    except TooLongError:
        return None
    finally:
        sys.settrace(before)


def neighbour(args: Arguments, rng: np.random.Generator) -> Arguments:
    """The arguments with other last digits."""

    def leaf(x: Any) -> Any:
        if not is_leaf_float(x):
            return x
        digits = DIGITS[np.asarray(x).dtype.name]
        with np.errstate(all="ignore"):
            moved = np.asarray(x * (1.0 + digits * rng.uniform(-1.0, 1.0, size=np.shape(x))), dtype=np.asarray(x).dtype)
        if isinstance(x, np.ndarray):
            if x.flags.writeable:
                x[...] = moved
            return x
        return type(x)(moved)

    return tuple(rebuilt(a, leaf) for a in args)


def is_leaf_float(x: Any) -> bool:
    return isinstance(x, float | complex | np.ndarray | np.inexact) and is_float(x)


def same(program: Program, vary: Vary, seed: int, call: Callable[..., Any] | None = None) -> str | None:
    """What compiled code does differently from CPython on varied arguments; None when it does the same."""
    if program.id in EXEMPT:
        return None
    expected = in_python(program, varied(program, vary, seed))
    if expected is None:
        return None
    actual = outcome(call or compiled(program), varied(program, vary, seed))
    if isinstance(actual.error, SyntaxError):  # refused, which another dtype may be
        return None if vary.__name__ == "single_precision" else str(actual.error)
    if isinstance(actual.error, OverflowError | ValueError) and any(m in str(actual.error) for m in REFUSED):
        return None
    found = difference(actual, expected, ())
    if found is None:
        return None
    if precision(actual.value) != precision(expected.value) and paths_differ(program, vary):
        return None
    rng = np.random.default_rng(seed)
    nearby = [in_python(program, neighbour(varied(program, vary, seed), rng)) for _ in range(NEIGHBOURS)]
    if any(n is None or not alike(n, expected) for n in nearby):
        return None  # the least change makes another path of it
    return difference(actual, expected, tuple(n for n in nearby if n is not None))


def precision(value: Any) -> set[str]:
    return {np.asarray(x).dtype.name for x in leaves(value)}


def paths_differ(program: Program, vary: Vary) -> bool:
    """Whether CPython's result is float32 or float64, depending on the path: it is the wider one when compiled."""
    found = [in_python(program, varied(program, vary, seed)) for seed in range(100)]
    return len({frozenset(precision(f.value)) for f in found if f is not None and f.error is None}) > 1


def alike(one: Outcome, other: Outcome) -> bool:
    """Whether two runs ended in the same way, but for the numbers; integers are no numbers that round."""
    return (
        type(one.error) is type(other.error)
        and structure(one.value) == structure(other.value)
        and all(alike_leaves(a, b) for a, b in zip(leaves(one.value), leaves(other.value), strict=True))
        and all(np.shape(a) == np.shape(b) and alike_leaves(a, b)
                for a, b in zip(leaves(one.args), leaves(other.args), strict=True))
    )


def reals(x: Any) -> np.ndarray:
    """A leaf as an array; the parts of a complex one beside each other."""
    return np.stack([np.real(x), np.imag(x)]) if np.iscomplexobj(x) else np.asarray(x)


def alike_leaves(a: Any, b: Any) -> bool:
    a, b = reals(a), reals(b)
    if a.dtype.kind != "f":
        return bool(np.array_equal(a, b))
    return bool(np.array_equal(np.isfinite(a), np.isfinite(b)))


def difference(actual: Outcome, expected: Outcome, nearby: tuple[Outcome, ...]) -> str | None:
    """In what two outcomes differ beyond rounding."""
    if type(actual.error) is not type(expected.error):
        return f"{actual.error!r} instead of {expected.error!r} (value {expected.value!r})"
    deep = isinstance(expected.error, RecursionError)  # CPython also says in what it has come to the limit
    if not deep and isinstance(expected.error, OWN_MESSAGES) and str(actual.error) != str(expected.error):
        return f"the message {actual.error} instead of {expected.error}"
    if structure(actual.value) != structure(expected.value):
        return f"{structure(actual.value)} instead of {structure(expected.value)}"
    kinds = precision((expected.value, expected.args))
    digits = 100.0 * max((DIGITS[name] for name in kinds if name in DIGITS), default=0.0)
    found = apart(actual.value, expected.value, [n.value for n in nearby], digits)
    if found is not None:
        return f"value: {found}"
    found = apart(actual.args, expected.args, [n.args for n in nearby], digits)
    return None if found is None else f"arguments after the call: {found}"


def apart(got: Any, want: Any, nearby: list[Any], digits: float) -> str | None:
    """Leaf by leaf: NaN, infinities and integers in their places, and real numbers within what rounding can do.

    `digits` is the relative error of the least precise numbers, in which all may have been computed.
    """
    rows = zip(leaves(got), leaves(want), *map(leaves, nearby), strict=True)
    for g, w, *others in rows:
        g, w, *others = map(reals, (g, w, *others))
        if w.dtype.kind != "f":
            if not np.array_equal(g, w):
                return f"{g!r} instead of {w!r}"
            continue
        with np.errstate(all="ignore"):
            finite = np.abs(w[np.isfinite(w)]).astype(np.float64)
            spread = [np.abs(np.asarray(n, np.float64) - w.astype(np.float64)) for n in others]
            moved = np.max([np.nan_to_num(s, nan=0.0, posinf=0.0) for s in spread], axis=0) if spread else 0.0
            slack = digits * finite.max(initial=0.0) + SLACK * np.max(moved, initial=0.0)
        if not np.allclose(g.astype(np.float64), w.astype(np.float64), rtol=digits, atol=slack, equal_nan=True):
            return f"{g!r} instead of {w!r}"
    return None
