"""The face of a built function: names, documentation, wrong calls, pickling, threads."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


def test_it_looks_like_the_function(package: ModuleType, source: ModuleType) -> None:
    assert package.power.__name__ == package.power.__qualname__ == "power"
    assert package.power.__module__ == "everything_built"
    assert package.power.__doc__ == inspect.getdoc(source.power.py_func)
    assert str(inspect.signature(package.annotated)) == "(x, scale=2.5)"
    assert str(inspect.signature(package.keywords.grad)) == "(x, /, y, *, z=3.0)"
    assert repr(package.quotient) == "<quotient built for (float, float)>"
    assert repr(package.keywords.grad) == "<grad of keywords with respect to x, y>"


def test_its_signatures_are_those_it_was_built_for(package: ModuleType) -> None:
    assert package.wave.signatures == ("(float64[::1], float)", "(float32[::1], float)", "(float64[:], float)")
    assert package.by_record.signatures == ("(dict(w: float, layers: list(0: float, 1: float64[::1])), float)",)
    assert package.by_choice.signatures == ("(float, 'square')", "(float, 'exp')")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("power", (1.0,), "power() missing 1 required positional argument: 'n'"),
        ("power", (1.0, 2, 3), "power() takes 2 positional arguments but 3 were given"),
        ("power", (1, 2), "power() was built for (float, int) and (float64, int), and the arguments are (int, int); "
                          "pass `float(x)`"),
        ("quotient", ([1.0], None), "quotient() was built for (float, float), and the arguments are "
                                    "(list(0: float64), None)".replace("float64", "float")),
        ("quotient", (1j, 1.0), "quotient() was built for (float, float), and the arguments are (complex, float)"),
        ("quotient", ({1.0}, 1.0), "quotient() was built for (float, float), and the arguments are (a set, float)"),
        ("quotient", (np.float64(1.0), 1.0), "quotient() was built for (float, float), and the arguments are "
                                             "(float64, float); pass `float(x)`"),
        ("with_global_arrays", (np.zeros(8)[::2],),
         "with_global_arrays() was built for (float64[::1]), and the arguments are (float64[:]); pass "
         "`np.ascontiguousarray(x, dtype=np.float64)`"),
        ("with_global_arrays", (np.zeros(4, np.float16),),
         "with_global_arrays() was built for (float64[::1]), and the arguments are (an array of float16); pass "
         "`np.ascontiguousarray(x, dtype=np.float64)`"),
        ("with_global_arrays", ([0.0] * 1000,),
         "with_global_arrays() was built for (float64[::1]), and the arguments are (a list of 1000); pass "
         "`np.ascontiguousarray(x, dtype=np.float64)`"),
        ("with_global_arrays", (np.zeros((2, 2)),),
         "with_global_arrays() was built for (float64[::1]), and the arguments are (float64[:,::1]); pass an array of "
         "1 axes as `x`"),
        ("by_choice", (1.0, "cube"), "by_choice() was built for (float, 'square') and (float, 'exp'), and the "
                                     "arguments are (float, 'cube')"),
    ],
)  # fmt: skip
def test_other_arguments_are_a_type_error(package: ModuleType, name: str, arguments: tuple, message: str) -> None:
    function = getattr(package, name)
    for called in (function, function.grad, function.value_and_grad, function.vjp):
        with pytest.raises(TypeError) as caught:
            called(*arguments)
        assert str(caught.value).startswith(message)


def test_contiguous_arrays_fit_any_strides(package: ModuleType) -> None:
    x, a = np.arange(3.0), np.arange(6.0).reshape(2, 3)
    for b in (a, a.T, a[:, ::2]):
        assert package.of_any_strides((2.0, x), b) == 2.0 * np.sum(b) + 3.0
        p_bar = package.of_any_strides.grad((2.0, x), b)
        assert p_bar[0] == np.sum(b) and p_bar[1].tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(TypeError, match="was built for"):
        package.of_any_strides((2.0, x), x)


def test_an_integer_beyond_64_bits_is_an_overflow_error(package: ModuleType) -> None:
    with pytest.raises(OverflowError, match="does not fit into 64 bits"):
        package.power(1.0, 2**63)


def test_other_derivatives_are_chosen_when_it_is_built(package: ModuleType) -> None:
    with pytest.raises(TypeError, match="built with derivatives by x; others are chosen when it is built"):
        package.quotient.vjp(1.0, 2.0, argnums=1)


def test_a_head_gradient_must_have_the_form_of_the_value(package: ModuleType) -> None:
    _, pullback = package.two_results.vjp(np.ones(3))
    with pytest.raises(ValueError, match="returns 2 values, so the head gradient is a tuple"):
        pullback(1.0)
    with pytest.raises(ValueError, match=r"has shape \(2,\), the value has shape \(3,\)"):
        pullback((1.0, np.ones(2)))


def test_it_is_pickled_by_name(package: ModuleType) -> None:
    for function in (package.wave, package.wave.grad):
        loaded = pickle.loads(pickle.dumps(function))
        assert loaded is package.wave or loaded is package.wave.grad
        assert copy.deepcopy(function) is loaded


def test_threads_call_it_at_the_same_time(package: ModuleType) -> None:
    x = np.linspace(-1.0, 1.0, 2000)
    expected = package.wave.value_and_grad(x, 0.5)
    with ThreadPoolExecutor(8) as pool:
        for value, (x_bar, t_bar) in pool.map(lambda _: package.wave.value_and_grad(x, 0.5), range(200)):
            assert value == expected[0] and t_bar == expected[1][1]
            assert x_bar.tobytes() == expected[1][0].tobytes()


def test_calls_leave_no_references_behind(package: ModuleType) -> None:
    x, w = np.ones(4), {"w": 1.5, "layers": [2.0, np.arange(3.0)]}
    before = sys.getrefcount(x), sys.getrefcount(w)
    for _ in range(50):
        package.with_global_arrays.value_and_grad(x)
        package.by_record.grad(w, 2.0)
        with pytest.raises(TypeError):
            package.quotient(x, 1.0)
    assert (sys.getrefcount(x), sys.getrefcount(w)) == before


def test_the_adjoints_run_under_numpy(package: ModuleType) -> None:
    from importlib import import_module

    adjoint = import_module("everything_built.adjoints.quotient").quotient_adjoint
    value, x_bar = adjoint(1.0, 2.0)
    assert (value, x_bar) == (package.quotient(1.0, 2.0), package.quotient.grad(1.0, 2.0))
    adjoint = import_module("everything_built.adjoints.with_global_arrays").with_global_arrays_adjoint
    x = np.arange(4.0)
    np.testing.assert_allclose(adjoint(x)[1], package.with_global_arrays.grad(x))


def test_every_file_names_no_path_of_this_machine(out: Path) -> None:
    folder = out / "everything_built"
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            data = file.read_bytes()
            assert str(Path(__file__).parents[2]).encode() not in data, file
            assert str(out).encode() not in data, file
