"""Signature strings in Numba's notation, annotations, and compiling before the first call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate


def scaled(x, a, n):
    return x * a[n]


STRINGS = {
    "float64(float64, float64[::1], int64)": "(float, float64[::1], int)",
    "f8(f8, f8[::1], i8)": "(float, float64[::1], int)",
    "(f8, f8[:], i8)": "(float, float64[:], int)",
    "f8, f4[:], i8": "(float, float32[:], int)",
    "float64[:](f8,f8[ : ],i8)": "(float, float64[:], int)",
    "  f8( f8 , f8[::1] , intp )  ": "(float, float64[::1], int)",
    "float, double[:], int": "(float, float64[:], int)",
    "f4(f4, f8[:], i4)": "(float32, float64[:], int32)",
}


@pytest.mark.parametrize("text", STRINGS)
def test_notation(text: str) -> None:
    assert differentiate(scaled, text).signatures == (STRINGS[text],)


@pytest.mark.parametrize(
    ("text", "parameters", "expected"),
    [
        ("f8[:,:], b1", "a, b", "(float64[:,:], bool)"),
        ("f8[:,::1], i4[:,:,:]", "a, b", "(float64[:,::1], int32[:,:,:])"),
        ("((f8, f8),)", "a", "((float, float),)"),
        ("(f8, (f8, i8))", "a, b", "(float, (float, int))"),
        ("(f8, (f8, i8))", "a, b", "(float, (float, int))"),
        ("f8, (f8, i8)", "a, b", "(float, (float, int))"),
        ("(f8, i8), (f8, f8)", "a, b", "((float, int), (float, float))"),
    ],
)
def test_arrays_of_any_rank_and_tuples(text: str, parameters: str, expected: str) -> None:
    from ops.written import returning

    assert differentiate(returning(parameters, "1.0"), text).signatures == (expected.replace(",)", ")"),)


@pytest.mark.parametrize("text", ["quux, f8[:], i8", "f8, f8[::2], i8", "f8, f8[:", "c32, f8[:], i8", "f8, f8[], i8"])
def test_unknown_types(text: str) -> None:
    with pytest.raises(ValueError, match="signature"):
        differentiate(scaled, text)


@pytest.mark.parametrize("text", ["f8, f8[:]", "f8, f8[:], i8, i8", "()"])
def test_wrong_number_of_types(text: str) -> None:
    with pytest.raises(ValueError, match="3 arguments"):
        differentiate(scaled, text)


def test_several_signatures_at_once() -> None:
    f = differentiate(scaled, "f8, f8[::1], i8", "f4, f4[::1], i8")
    assert f.signatures == ("(float, float64[::1], int)", "(float32, float32[::1], int)")
    f(1.5, np.ones(3), 1)
    assert len(f.signatures) == 2, "no other one is needed for the call"


def test_a_mistake_is_told_when_the_signature_is() -> None:
    def indexes(x):
        return x[0]

    with pytest.raises(CompileError):
        differentiate(indexes, "f8")
    differentiate(indexes, "f8[:]")


def test_as_a_decorator_with_a_signature() -> None:
    @differentiate("f8(f8)", argnums=0)
    def f(x):
        return x * x

    assert f.signatures == ("(float)",)
    assert f.grad(1.5) == 3.0


def annotated(annotations: dict[str, Any]) -> Callable[..., Any]:
    def f(x, n):
        return x * n

    f.__annotations__ = annotations
    return f


COMPLETE = [
    ({"x": float, "n": int}, "(float, int)"),
    ({"x": float, "n": int, "return": float}, "(float, int)"),
    ({"x": "float", "n": "int"}, "(float, int)"),
    ({"x": "float64[::1]", "n": "int"}, "(float64[::1], int)"),
    ({"x": "f8[:,:]", "n": float}, "(float64[:,:], float)"),
    ({"x": np.float32, "n": bool}, "(float32, bool)"),
    ({"x": np.float64, "n": np.int32}, "(float64, int32)"),
]


@pytest.mark.parametrize(("annotations", "expected"), COMPLETE, ids=str)
def test_annotations_compile_early(annotations: dict[str, Any], expected: str) -> None:
    assert differentiate(annotated(annotations)).signatures == (expected,)


@pytest.mark.parametrize(
    "annotations", [{"x": float}, {"x": float, "n": "Whatever"}, {"x": Any, "n": int}, {"x": list, "n": int}]
)
def test_incomplete_annotations_are_ignored(annotations: dict[str, Any]) -> None:
    f = differentiate(annotated(annotations))
    assert f.signatures == ()
    assert f.grad(1.5, 2) == 2.0


def test_annotations_do_not_bind_the_caller() -> None:
    f = differentiate(annotated({"x": float, "n": int}))
    np.testing.assert_array_equal(f(np.ones(2), 3), [3.0, 3.0])
    assert f.signatures == ("(float, int)", "(float64[::1], int)")


def test_the_adjoint_is_there_before_the_first_call() -> None:
    f = differentiate(annotated({"x": float, "n": int}))
    assert "def f_adjoint(x, n, f_bar=1.0):" in f.adjoint_source
    assert "define" in f.inspect_llvm("value")


def test_no_signature_no_adjoint() -> None:
    f = differentiate(annotated({}))
    for look in (lambda: f.adjoint_source, f.inspect_llvm):
        with pytest.raises(RuntimeError, match="call it once"):
            look()
