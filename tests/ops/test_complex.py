"""Complex numbers: promotion as NumPy's, values and errors as Python's and NumPy's, gradients by both parts."""

from __future__ import annotations

import cmath
import itertools
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, check_grads, differentiate

from . import written

SAMPLES: dict[str, Any] = {
    "complex": 1.5 - 2.25j, "float": 0.75, "int": 3, "bool": True, "complex128": np.complex128(0.5 + 2j),
    "complex64": np.complex64(-1.25 + 0.5j), "float64": np.float64(2.5), "float32": np.float32(1.5),
    "int64": np.int64(-2), "int32": np.int32(5), "bool_": np.True_,
}
VALUES = [0j, 1.0 + 0j, -1.0 + 0j, 1j, -2.5 - 1.5j, 0.3 + 0.4j, -0.99 + 0.1j, 1e-3 - 1e-9j, 30.0 + 2j, 1e5 + 1e-5j]


def function(expression: str, parameters: str = "z") -> Any:
    return written.function(f"def f({parameters}):\n    return {expression}\n")


def compiled(expression: str, parameters: str = "z", **options: Any) -> Any:
    return differentiate(function(expression, parameters), **options)


def raised(call: Any, *args: Any) -> tuple[type[Exception] | None, str]:
    try:
        with np.errstate(all="ignore"):
            call(*args)
    except (ArithmeticError, ValueError) as error:
        return type(error), str(error)
    return None, ""


KINDS_OF_PAIRS = [pair for pair in itertools.product(SAMPLES, SAMPLES) if "complex" in "".join(pair)]


@pytest.mark.parametrize(("one", "other"), KINDS_OF_PAIRS)
def test_promotion_is_numpys(one: str, other: str) -> None:
    """Every pair of kinds in which one is complex, numbers and arrays."""
    plain = function("(a + b, a - b, a * b, a / b)", "a, b")
    ours = differentiate(plain)
    for a, b in ((SAMPLES[one], SAMPLES[other]), (np.asarray([SAMPLES[one]] * 2), SAMPLES[other])):
        for op, got, want in zip("+-*/", ours(a, b), plain(a, b), strict=True):
            assert type(got) is type(want), op
            assert np.asarray(got).dtype == np.asarray(want).dtype, op
            np.testing.assert_allclose(got, want, rtol=1e-6 if "64" in str(np.asarray(want).dtype) else 1e-14)


@pytest.mark.parametrize("name", ["exp", "log", "log10", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"])
def test_functions_are_accurate(name: str) -> None:
    """Against NumPy in extended precision, relative to the modulus."""
    values = np.array([z for z in VALUES if z != 0 or name not in ("log", "log10")])
    with np.errstate(all="ignore"):
        want = getattr(np, name)(values.astype(np.clongdouble)).astype(complex)
        found = compiled(f"np.{name}(z)")(values)
    # Here and there `log` of a number near the unit circle cancels: the error is that of a number of modulus 1.
    np.testing.assert_allclose(found, want, rtol=2e-15, atol=2e-16)
    scalar = compiled(f"cmath.{name}(z)")
    for z in values:
        if raised(getattr(cmath, name), complex(z))[0] is None:
            got = scalar(complex(z))
            assert type(got) is complex
            assert abs(got - getattr(cmath, name)(z)) <= 4e-15 * abs(got) + 2e-16


@pytest.mark.parametrize("expression", ["z / w", "z ** w", "abs(z)", "cmath.log(z)", "cmath.exp(z)", "cmath.cosh(z)"])
def test_errors_are_pythons(expression: str) -> None:
    plain = function(expression, "z, w")
    ours = differentiate(plain)
    numbers = [0j, 1j, 2.0 + 0j, -1.0 - 1j, 800.0 + 1j, 1e308 + 1e308j]
    for z, w in itertools.product(numbers, numbers):
        if expression == "z ** w" and (abs(z) > 1e3 or abs(w) > 1e3):
            continue
        kind, text = raised(plain, z, w)
        assert raised(ours, z, w)[0] is kind, (z, w)
        if kind is ZeroDivisionError:
            assert raised(ours, z, w)[1] == text


def test_numpys_numbers_do_not_raise() -> None:
    divided = compiled("z / w", "z, w")
    with np.errstate(all="ignore"):
        for z in (1.0 + 2j, 1j, -3.0 + 0j):
            got, want = divided(np.complex128(z), np.complex128(0)), np.complex128(z) / np.complex128(0)
            np.testing.assert_array_equal(np.array([got.real, got.imag]), np.array([want.real, want.imag]))


@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 3, 7, 100])
def test_whole_powers_are_products(n: int) -> None:
    power = compiled(f"z ** {n}")
    for z in (0.9 + 0.3j, -1.01 - 0.1j):
        assert power(z) == pytest.approx(z**n, rel=1e-15)
        assert power(np.array([z]))[0] == pytest.approx(z**n, rel=1e-13)


def test_division_keeps_its_range() -> None:
    divided = compiled("z / w", "z, w")
    for scale in (1e200, 1e-200, 1e300):
        z, w = complex(3.0, -2.0) * scale, complex(1.0, 4.0) * scale
        assert divided(z, w) == z / w


def differences(fn: Any, z: complex, h: float = 1e-6) -> complex:
    """The derivative by the real part, and by the imaginary part times 1j."""
    return complex((fn(z + h) - fn(z - h)) / (2 * h), (fn(z + h * 1j) - fn(z - h * 1j)) / (2 * h))


@pytest.mark.parametrize("expression", [
    "abs(z)", "z.real", "z.imag", "(z * z).imag", "z.conjugate().imag * z.real", "np.angle(z)", "cmath.phase(1j / z)",
    "(2.0 ** z).real", "abs(z ** z)", "complex(z.imag, z.real).real * z.real", "np.real(z) * np.imag(z)",
])
def test_a_gradient_has_both_directions(expression: str) -> None:
    plain = function(expression)
    gradient = differentiate(plain).grad
    for z in (0.7 - 0.4j, -1.2 + 0.8j):
        found = gradient(z)
        assert type(found) is complex
        assert found == pytest.approx(differences(plain, z), rel=1e-7, abs=1e-8)


def test_the_direction_of_descent() -> None:
    gradient = compiled("abs(z - (1 + 2j)) ** 2").grad
    z = 5.0 - 3j
    for _ in range(60):
        z = z - 0.2 * gradient(z)
    assert z == pytest.approx(1 + 2j)


def test_a_pullback_conjugates_the_derivative() -> None:
    _, pullback = compiled("z * z").vjp(1.0 + 2j)
    assert pullback(1.0 + 0j) == 2.0 - 4j
    assert pullback(1j) == 1j * (2.0 - 4j)


def test_a_real_argument_has_a_real_gradient() -> None:
    found = compiled("abs(x * 1j + 2.0)", "x").grad(1.5)
    assert type(found) is float
    assert found == pytest.approx(1.5 / 2.5)
    array = compiled("np.sum(np.abs(x * 1j + 2.0))", "x").grad(np.array([1.5, -1.5]))
    assert array.dtype == np.float64
    np.testing.assert_allclose(array, [0.6, -0.6])


def test_the_modulus_has_no_slope_at_zero() -> None:
    assert compiled("abs(z)").grad(0j) == 0j
    assert compiled("abs(z)").grad(np.complex128(0)) == 0
    np.testing.assert_array_equal(compiled("np.sum(np.abs(z))").grad(np.zeros(2, complex)), [0j, 0j])
    assert compiled("np.angle(z)").grad(0j) == 0j


def test_a_masked_division_leaks_nothing() -> None:
    fn = compiled("np.sum(np.where(z == 0.0, 0.0, 1.0 / z).real)")
    with np.errstate(all="ignore"):
        found = fn.grad(np.array([0j, 2.0 + 0j]))
    np.testing.assert_allclose(found, [0j, -0.25])


def test_parts_of_arrays_are_views() -> None:
    def shared(z: Any) -> Any:
        z.real[1:] = 7.0
        z.imag *= 2.0
        part = z.real
        part[0] = -1.0
        return z

    ours, theirs = np.array([1 + 1j, 2 + 2j]), np.array([1 + 1j, 2 + 2j])
    np.testing.assert_array_equal(differentiate(shared)(ours), shared(theirs))
    np.testing.assert_array_equal(ours, theirs)


def test_the_adjoint_of_a_store_into_a_part() -> None:
    def overwritten(z: Any, x: Any) -> Any:
        w = z * 1j
        w.real[:] = x
        return np.sum(w.real**2 + 3.0 * w.imag)

    z, x = np.array([1 + 2j, -1j]), np.array([0.5, -2.0])
    found = differentiate(overwritten, argnums=(0, 1)).grad(z, x)
    np.testing.assert_allclose(found[0], [3.0, 3.0])  # the real part of w is overwritten, the imaginary one is z.real
    np.testing.assert_allclose(found[1], 2.0 * x)


def test_layouts_and_readonly_arrays() -> None:
    z = (np.arange(12.0) + 1j * np.arange(12.0)[::-1]).reshape(3, 4)
    fn = compiled("np.sum((z * z).real)")
    for array in (z.T, z[::2, ::-1], np.asfortranarray(z), np.broadcast_to(z[0], (2, 4)), z[:0], z.astype(">c16")):
        assert fn(array) == pytest.approx(float(np.sum((array * array).real)))
        np.testing.assert_allclose(fn.grad(array), 2.0 * np.conj(array))
    with pytest.raises(ValueError, match="read-only"):
        frozen = z.copy()
        frozen.flags.writeable = False
        differentiate(written.function("def f(z):\n    z[0] = 1j\n    return z\n"))(frozen)


def test_single_precision_stays() -> None:
    fn = compiled("np.sum(np.abs(z * 2.0))")
    z = np.array([1 + 1j, -2j], dtype=np.complex64)
    assert fn(z).dtype == np.float32
    assert fn.grad(z).dtype == np.complex64
    assert type(compiled("z * 2.0")(np.complex64(1j))) is np.complex64


def test_signatures_and_annotations() -> None:
    fn = differentiate("c16(c16[::1], c8[:], c16)")(function("np.sum(z * w) * s", "z, w, s"))
    z, w = np.array([1j, 2.0]), np.array([1.0, 1j], dtype=np.complex64)
    assert fn(z, w, 2j) == np.sum(z * w) * 2j


def test_a_global_number_and_a_default() -> None:
    fn = differentiate(written.function("shift = 2.0 + 1j\ndef f(z, turn=1j):\n    return abs(z * turn + shift)\n"))
    assert fn(1.0 + 0j) == abs(1j + 2.0 + 1j)


def test_truth_and_equality() -> None:
    fn = compiled("(1 if z else 0) + (2 if z == w else 0) + (4 if z != 1 else 0)", "z, w")
    for z, w in ((0j, 0j), (1 + 0j, 1j), (1j, 1j), (complex("nan"), 0j)):
        assert fn(z, w) == (1 if z else 0) + (2 if z == w else 0) + (4 if z != 1 else 0)


@pytest.mark.parametrize("expression, code", [
    ("z < 1.0", "T071"), ("max(abs(z), 1.0) if z > 0.0 else 1.0", "T071"), ("np.max(z * np.ones(2))", "T071"),
    ("np.sort(z * np.ones(2))", "T071"), ("z // 2.0", "T071"), ("z % 2.0", "T071"), ("math.sin(z)", "T071"),
    ("np.maximum(z, 1.0)", "T071"), ("np.floor(z)", "T071"), ("np.arange(3, dtype=complex)", "T071"),
    ("np.linalg.matrix_rank(z * np.eye(2), hermitian=True)", "T043"),
    ("np.cbrt(z)", "T071"), ("float(z)", "T072"), ("int(z)", "T072"),
    ("(z * np.ones(2)).astype(float)", "T072"), ("np.ones(2)[z]", "T007"), ("cmath.exp(z * np.ones(2))", "T004"),
    ("complex(z, 1.0)", "T071"), ("complex(np.ones(2), 1.0)", "T004"),
])
def test_what_is_refused(expression: str, code: str) -> None:
    with pytest.raises(CompileError) as caught:
        compiled(expression)(1.0 + 1j)
    assert caught.value.findings[0].code == code


def test_a_complex_number_is_not_stored_into_a_real_array() -> None:
    for store in ("a[0] = z", "a[:] = z", "a += z", "a[np.array([0])] = z * np.ones(1)"):
        with pytest.raises(CompileError) as caught:
            differentiate(written.function(f"def f(z):\n    a = np.zeros(2)\n    {store}\n    return a\n"))(1j)
        assert caught.value.findings[0].code == "T072", store


def test_a_gradient_is_of_a_real_number() -> None:
    with pytest.raises(CompileError) as caught:
        compiled("z * z").grad(1j)
    assert caught.value.findings[0].code == "D021"


def test_a_check_moves_both_parts() -> None:
    fn = compiled("abs(z) * np.sum(np.abs(w)) + np.sum(w.imag)", "z, w", argnums=(0, 1))
    assert check_grads(fn, (1.0 + 2j, np.array([1j, 2.0 - 1j])))


def test_records_of_complex_numbers() -> None:
    fn = written.function("def f(p):\n    return abs(p['z']) ** 2 * p['x']\n")
    gradient = differentiate(fn).grad({"z": 1.0 + 2j, "x": 3.0})
    assert gradient == {"z": 6.0 + 12j, "x": pytest.approx(5.0)}
