"""The decorated function as an object: what is chosen, what can be looked at, where it can be put."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import tapeless
from tapeless import CompileError, Differentiable, differentiate


def product(x, y, z=3.0):
    """Three numbers, multiplied."""
    return x * y * z


@differentiate
def decorated(x):
    return x * x


@differentiate(wrt=("y", "x"))
def chosen(x, y):
    return x * x * y


SELECTIONS: list[tuple[dict[str, Any], Any]] = [
    ({}, 15.0),
    ({"argnums": 0}, 15.0),
    ({"argnums": 1}, 6.0),
    ({"argnums": -1}, 10.0),
    ({"argnums": -3}, 15.0),
    ({"argnums": (0,)}, (15.0,)),
    ({"argnums": (1, 0)}, (6.0, 15.0)),
    ({"argnums": [0, 2]}, (15.0, 10.0)),
    ({"argnums": slice(None)}, (15.0, 6.0, 10.0)),
    ({"argnums": slice(1, None)}, (6.0, 10.0)),
    ({"argnums": slice(None, None, 2)}, (15.0, 10.0)),
    ({"wrt": "y"}, 6.0),
    ({"wrt": ("z", "x")}, (10.0, 15.0)),
    ({"wrt": ["y"]}, (6.0,)),
]


@pytest.mark.parametrize(("options", "expected"), SELECTIONS, ids=str)
def test_what_is_differentiated(options: dict[str, Any], expected: Any) -> None:
    f = differentiate(product, **options)
    for gradient in (f.grad(2.0, 5.0), f.value_and_grad(2.0, 5.0)[1], f.vjp(2.0, 5.0)[1](1.0)):
        assert gradient == expected and type(gradient) is type(expected)
    assert tapeless.grad(product, **options)(2.0, 5.0) == expected
    assert tapeless.value_and_grad(product, **options)(2.0, 5.0) == (30.0, expected)


def test_free_functions_keep_the_choice_of_the_decorator() -> None:
    assert tapeless.grad(chosen)(2.0, 3.0) == (4.0, 12.0)
    assert tapeless.grad(chosen, argnums=0)(2.0, 3.0) == 12.0
    assert tapeless.vjp(chosen, 2.0, 3.0)[1](1.0) == (4.0, 12.0)
    assert tapeless.vjp(chosen, 2.0, 3.0, argnums=0)[1](1.0) == 12.0
    assert chosen.vjp(2.0, 3.0, argnums=(0,))[1](1.0) == (12.0,)


def test_both_choices_are_none() -> None:
    with pytest.raises(TypeError, match="one of them"):
        differentiate(product, argnums=0, wrt="x")


@pytest.mark.parametrize("argnums", [1.0, "x", True, (0, 1.0), (0, "y")])
def test_positions_are_integers(argnums: Any) -> None:
    with pytest.raises(TypeError, match="argnums"):
        differentiate(product, argnums=argnums)


@pytest.mark.parametrize("options", [{"argnums": 3}, {"argnums": -4}, {"wrt": "w"}, {"wrt": ("x", "w")}])
def test_choices_that_do_not_exist(options: dict[str, Any]) -> None:
    with pytest.raises(CompileError, match="has no argument"):
        differentiate(product, **options)


@pytest.mark.parametrize("options", [{"argnums": (0, 0)}, {"argnums": (0, -3)}, {"wrt": ("x", "x")}])
def test_choices_made_twice(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="twice"):
        differentiate(product, **options)


@pytest.mark.parametrize("options", [{"argnums": ()}, {"wrt": ()}, {"argnums": slice(0, 0)}])
def test_choices_of_nothing(options: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, CompileError)):
        differentiate(product, **options)


def test_a_decorated_function_can_be_decorated_again() -> None:
    again = differentiate(chosen, argnums=0)
    assert again.grad(2.0, 3.0) == 12.0
    assert again.py_func is chosen.py_func


def test_it_looks_like_the_function() -> None:
    f = differentiate(product)
    assert (f.__name__, f.__doc__, f.__module__) == ("product", product.__doc__, __name__)
    assert f.py_func is product and f.__wrapped__ is product
    assert inspect.signature(f) == inspect.signature(product)
    assert isinstance(f, Differentiable) and callable(f)


def test_repr() -> None:
    assert repr(decorated) == "<differentiable decorated>"
    assert repr(decorated.grad) == "<gradient of decorated with respect to x>"
    assert "chosen with respect to y, x" in repr(chosen.value_and_grad)
    assert "0x" not in repr(chosen.grad)


def test_signatures_are_those_that_were_compiled() -> None:
    f = differentiate(product)
    assert f.signatures == ()
    f(1.0, 2.0)
    assert f.signatures == ("(float, float, float)",)
    f.grad(1.0, 2.0)
    f.vjp(1.0, 2.0)[1](1.0)
    assert len(f.signatures) == 1, "a derivative of the same types is no other signature"
    f(np.ones(3), 2.0)
    assert f.signatures[1] == "(float64[::1], float, float)"


def test_a_signature_is_compiled_once() -> None:
    f = differentiate(product)
    for _ in range(3):
        f.grad(1.0, 2.0)
        f.grad(4.0, z=5.0, y=2.5)
        f.grad(2.0, 2.0, 3.0)
    program = f._programs[()]
    assert program is not None and len(program.compiled) == 1


def test_llvm_can_be_read() -> None:
    f = differentiate(product)
    f.value_and_grad(1.0, 2.0)
    for purpose in ("both", "value", "gradient"):
        text = f.inspect_llvm(purpose)
        assert "define" in text and "fmul" in text


def test_the_adjoint_is_that_of_the_last_call() -> None:
    f = differentiate(product)
    f.grad(1.0, 2.0)
    numbers = f.adjoint_source
    assert tapeless.vjp(f, np.ones(3), 2.0)[1](np.ones(3)).shape == (3,)
    arrays = f.adjoint_source
    assert "float(x_bar)" in numbers and "float(x_bar)" not in arrays
    f.grad(1.0, 2.0)
    assert f.adjoint_source == numbers


def test_the_adjoint_can_be_read_after_a_failed_call() -> None:
    f = differentiate(lambda x: 1.0 / x)
    with pytest.raises(ZeroDivisionError):
        f.grad(0.0)
    assert "_adjoint" in f.adjoint_source


def test_pickled_by_reference() -> None:
    again = pickle.loads(pickle.dumps(decorated))
    assert again.grad(3.0) == 6.0
    assert again.py_func is decorated.py_func
    assert pickle.loads(pickle.dumps(chosen)).grad(2.0, 3.0) == (4.0, 12.0)


def test_a_transform_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(decorated.grad))(3.0) == 6.0


def test_copies_are_the_function() -> None:
    assert copy.copy(decorated).grad(3.0) == 6.0
    assert copy.deepcopy(decorated).grad(3.0) == 6.0


def test_lambdas_and_local_functions() -> None:
    factor = 2.0

    @differentiate
    def local(x):
        return factor * x * x

    assert local.grad(3.0) == 12.0
    assert differentiate(lambda x: factor * x).grad(3.0) == 2.0
    assert tapeless.grad(lambda x: x**3)(2.0) == 12.0


class Model:
    """A user's class: numbers in attributes, a decorated method and a decorated static method."""

    scale = 2.0

    @differentiate(wrt="x")
    def scaled(self, x):
        return self.scale * x

    @staticmethod
    @differentiate
    def squared(x):
        return x * x


def test_static_methods() -> None:
    assert Model.squared.grad(3.0) == 6.0
    assert Model().squared.grad(3.0) == 6.0


def test_methods() -> None:
    """`self` is a record; `model.f.grad(x)` is bound to it like the call."""
    assert Model().scaled(1.5) == 3.0
    assert Model.scaled.grad(Model(), 1.5) == Model().scaled.grad(1.5) == 2.0
    assert Model().scaled.value_and_grad(x=1.5) == (3.0, 2.0)
    value, pullback = Model().scaled.vjp(1.5)
    assert (value, pullback(10.0)) == (3.0, 20.0)


def test_grad_and_value_is_not_there() -> None:
    with pytest.raises(AttributeError, match="value_and_grad"):
        _ = tapeless.grad_and_value
    with pytest.raises(AttributeError, match="no attribute"):
        _ = tapeless.gradd
    assert not hasattr(tapeless, "grad_and_value")


def test_public_names() -> None:
    for name in tapeless.__all__:
        assert getattr(tapeless, name) is not None
        assert getattr(tapeless, name).__doc__


@pytest.mark.parametrize("name", ["differentiate", "grad", "value_and_grad", "vjp", "elementwise_grad", "check_grads"])
def test_public_functions_are_documented(name: str) -> None:
    function = getattr(tapeless, name)
    for parameter in inspect.signature(function).parameters:
        assert parameter in (function.__doc__ or "") or name in ("value_and_grad", "elementwise_grad"), parameter


def test_names_are_no_positions() -> None:
    with pytest.raises(TypeError, match="`wrt` takes names of parameters, which 1 is not; `argnums` takes positions"):
        tapeless.value_and_grad(lambda x, y: x * y, wrt=1)  # type: ignore[arg-type]
