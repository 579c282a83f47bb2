"""What it means that two executions agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import structures


def leaves(value: Any) -> list[Any]:
    """The scalars and arrays of a possibly nested record, in order."""
    return list(structures.leaves(value))


def structure(value: Any) -> Any:
    """Everything about a value except its numbers.

    Whether CPython gives `float` or `np.float64` can depend on a trip count (`s = 0.0` before the loop, `s += x[i]`
    in it), so these two, and likewise `int` and `np.int64`, `bool` and `np.bool_`, count as one; float32 does not.
    """
    found = structures.parts(value)
    if found is not None:
        return type(value), found[0], tuple(map(structure, found[1]))
    if value is None or isinstance(value, str):
        return value
    kind = "array" if isinstance(value, np.ndarray) else "scalar"
    return kind, str(np.asarray(value).dtype), np.shape(value)


def assert_same_structure(actual: Any, expected: Any, what: str) -> None:
    assert structure(actual) == structure(expected), f"{what}: {structure(actual)} instead of {structure(expected)}"


def assert_close(actual: Any, expected: Any, rtol: float, what: str) -> None:
    """Equal structure and, leaf by leaf, equal to `rtol` of the largest finite entry; NaN and infinities in place."""
    assert_same_structure(actual, expected, what)
    for got, want in zip(leaves(actual), leaves(expected), strict=True):
        assert_numbers_close(np.asarray(got), np.asarray(want), rtol, what)


def assert_numbers_close(got: np.ndarray, want: np.ndarray, rtol: float, what: str) -> None:
    if np.iscomplexobj(want) or np.iscomplexobj(got):
        got, want = (np.stack([np.real(x), np.imag(x)]) for x in (got, want))
    if not np.issubdtype(want.dtype, np.floating):
        np.testing.assert_array_equal(got, want, err_msg=what)
        return
    got, want = got.astype(np.float64), want.astype(np.float64)
    finite = np.abs(want[np.isfinite(want)])
    np.testing.assert_allclose(got, want, rtol=0.0, atol=rtol * finite.max(initial=0.0), err_msg=what)


def assert_same_bits(actual: Any, expected: Any, what: str) -> None:
    assert_same_structure(actual, expected, what)
    for got, want in zip(leaves(actual), leaves(expected), strict=True):
        assert np.asarray(got).tobytes() == np.asarray(want).tobytes(), f"{what}: {got!r} instead of {want!r}"
