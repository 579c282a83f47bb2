"""Operations on the bits of integers: NumPy's of NumPy's integers, Python's of Python's."""

from __future__ import annotations

import numpy as np
import pytest

from tapeless import differentiate

from .oracles import assert_equal
from .written import returning

BINARY = ("a & b", "a | b", "a ^ b", "a << b", "a >> b", "np.bitwise_and(a, b)", "np.bitwise_xor(a, 3)",
          "np.left_shift(a, b)", "np.right_shift(a, 1)", "~a", "np.invert(b)")
NUMBERS = np.array([0, 1, 5, -1, -7, 2**31 - 1, -(2**31)])
PLACES = np.array([0, 3, 31, 32, 63, 64, 70, -1])


@pytest.mark.parametrize("expression", BINARY)
@pytest.mark.parametrize("kinds", [("int64", "int64"), ("int32", "int32"), ("int32", "int64"), ("int64", "bool")])
def test_of_arrays(expression: str, kinds: tuple[str, str]) -> None:
    a, b = NUMBERS[:, None].astype(kinds[0]), PLACES.astype(kinds[1])
    fn = returning("a, b", expression)
    assert_equal(differentiate(fn)(a, b), fn(a, b), 0.0, expression)


@pytest.mark.parametrize("expression", ("a & b", "a | b", "a ^ b", "~a", "(a & b) | ~b", "a ^ True", "a & 6", "a >> 1"))
def test_of_conditions(expression: str) -> None:
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    fn = returning("a, b", expression)
    if expression == "a >> 1":  # which counts True as one
        a = a.astype(int)
    assert_equal(differentiate(fn)(a, b), fn(a, b), 0.0, expression)


@pytest.mark.parametrize("expression", ("a & b", "a | b", "a ^ b", "a << b", "a >> b", "~a", "a << 2 | 1", "True << b"))
@pytest.mark.parametrize("kind", (int, np.int64, np.int32))
@pytest.mark.parametrize("pair", [(5, 3), (-5, 3), (-5, 62), (0, 61), (1, 62), (-1, 63), (-9, 70), (7, 0)])
def test_of_numbers(expression: str, kind: type, pair: tuple[int, int]) -> None:
    fn = returning("a, b", expression)
    args = tuple(map(kind, pair))
    expected = fn(*args)
    if type(expected) is int and not -(2**63) <= expected < 2**63:
        with pytest.raises(OverflowError, match="64 bits"):
            differentiate(fn)(*args)
        return
    found = differentiate(fn)(*args)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize("expression", ("a << b", "a >> b", "b + (a >> -1)", "4 << -a"))
def test_of_a_negative_number_of_places(expression: str) -> None:
    fn = returning("a, b", expression)
    with pytest.raises(ValueError, match="negative shift count") as expected:
        fn(5, -2)
    with pytest.raises(ValueError, match=str(expected.value)):
        differentiate(fn)(5, -2)


def gray(x: np.ndarray, n: int) -> float:
    """Terms in the order of a Gray code, with the sign of its parity."""
    total = 0.0
    seen = 0
    for k in range(1 << n):
        code = k ^ (k >> 1)
        parity = code
        parity ^= parity >> 2
        parity ^= parity >> 1
        seen |= code
        total += (1.0 - 2.0 * (parity & 1)) * np.sin(x[code % len(x)] * (k + 1)) + 0.1 * (seen & 3)
    return total


def test_a_loop_over_bits() -> None:
    x = np.array([0.3, -0.7, 1.1, 0.2, -1.4])
    value, gradient = differentiate(gray).value_and_grad(x, 4)
    np.testing.assert_allclose(value, gray(x, 4), rtol=1e-14)
    for k, e in enumerate(np.eye(len(x))):
        slope = np.imag(gray(x + 1e-30j * e, 4)) / 1e-30
        np.testing.assert_allclose(gradient[k], slope, rtol=1e-13)
