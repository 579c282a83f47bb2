"""Records as arguments and results: structure of gradients, signatures, identity, and what is refused."""

from __future__ import annotations

import collections
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from tapeless import CompileError, check_grads, differentiate, elementwise_grad, grad, value_and_grad, vjp


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Spring:
    k: float
    label: str = "steel"
    turns: int = 3


class Model:
    def __init__(self, w: Any, b: float) -> None:
        self.w = w
        self.b = b

    def loss(self, x: Any) -> Any:
        return np.sum(self.w * x) + self.b * self.b


def test_gradients_have_the_structure_of_their_arguments() -> None:
    def f(p: Any) -> Any:
        return p["w"][0] * p["pair"].x + p["spring"].k * p["list"][1] * p["n"]

    p = {"w": np.array([2.0, 3.0]), "pair": Point(5.0, 7.0), "spring": Spring(11.0), "list": [1.0, 13.0], "n": 2,
         "flag": True, "name": "p", "nothing": None}
    g = differentiate(f).grad(p)
    assert list(g) == list(p)
    np.testing.assert_array_equal(g["w"], [5.0, 0.0])
    assert g["pair"] == Point(2.0, 0.0) and type(g["pair"]) is Point
    assert g["spring"] == Spring(26.0, None, None)  # type: ignore[arg-type]
    assert g["list"] == [0.0, 22.0]
    assert [g[k] for k in ("n", "flag", "name", "nothing")] == [None] * 4
    assert check_grads(f, (p,))


def test_selected_arguments_are_whole_records() -> None:
    def f(p: Any, x: float, q: Any) -> Any:
        return p["a"] * x * q[0]

    args = ({"a": 2.0}, 3.0, [5.0])
    assert grad(f, argnums=(0, 2))(*args) == ({"a": 15.0}, [6.0])
    assert value_and_grad(f, wrt="x")(*args) == (30.0, 10.0)
    assert differentiate(f, wrt=("q",)).grad(*args) == ([6.0],)
    assert differentiate(f).grad(args[0], q=args[2], x=args[1]) == {"a": 15.0}


def test_plain_tuples_come_back_as_tuples() -> None:
    def f(t: Any) -> Any:
        return t[0] * t[1][0] * t[1][1]

    assert differentiate(f).grad((2.0, (3.0, 4))) == (12.0, (8.0, None))


def test_other_keys_are_another_signature() -> None:
    def f(p: Any) -> Any:
        return p["a"] * len(p)

    g = differentiate(f)
    assert (g({"a": 2.0}), g({"a": 2.0, "b": 1}), g({"b": 1, "a": 2.0}), g({"a": 3.0})) == (2.0, 4.0, 4.0, 3.0)
    assert g.grad({"b": 1.0, "a": 2.0}) == {"b": 0.0, "a": 2.0}
    assert g.grad({"a": 2.0}) == {"a": 1.0}
    with pytest.raises(CompileError, match="R001"):
        g({"b": 1.0})


def test_strings_belong_to_the_signature() -> None:
    def f(p: Any) -> Any:
        return p["x"] ** 2 if p["kind"] == "square" else np.sin(p["x"])

    g = differentiate(f)
    for kind in ("square", "sine", "square"):
        assert g({"x": 0.5, "kind": kind}) == f({"x": 0.5, "kind": kind})


def test_a_record_without_floats_has_no_derivative() -> None:
    with pytest.raises(CompileError, match="D002"):
        differentiate(lambda p, x: x * p["n"]).grad({"n": 2, "name": "n"}, 1.0)


def test_a_returned_argument_is_the_callers_object() -> None:
    p = {"a": np.ones(2), "inner": [1.0]}
    assert differentiate(lambda p: p)(p) is p
    pair = differentiate(lambda p: (p["inner"], p["a"]))(p)
    assert pair[0] is p["inner"] and pair[1] is p["a"]


def test_one_object_in_two_places_of_a_result() -> None:
    def f(x: float) -> Any:
        p = {"x": x}
        return [p, p, {"x": x}]

    one, two, three = differentiate(f)(1.0)
    assert one is two and one is not three and one == three


def test_calls_leave_records_alone_and_write_into_their_arrays_as_python_does() -> None:
    def f(p: Any) -> Any:
        p["a"][0] = p["s"] * p["a"][1]
        return np.sum(p["a"])

    g = differentiate(f)
    p = {"a": np.array([1.0, 2.0]), "s": 3.0}
    np.testing.assert_array_equal(g.grad(p)["a"], [0.0, 4.0])
    np.testing.assert_array_equal(p["a"], [1.0, 2.0])
    assert g(p) == 8.0
    np.testing.assert_array_equal(p["a"], [6.0, 2.0])
    p["a"].flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        g(p)


def test_arrays_of_a_record_that_share_memory() -> None:
    def f(p: Any) -> Any:
        p["a"][0] = p["b"][1]
        return np.sum(p["a"] * p["b"])

    x = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match=r"`p\.a`, which shares memory with `p\.b`"):
        differentiate(f).grad({"a": x, "b": x})
    assert differentiate(f)({"a": x, "b": x}) == 8.0


def test_pullbacks_take_and_give_records() -> None:
    def f(p: Any) -> Any:
        return {"sum": p.x + p.y, "product": p.x * p.y, "n": 2}

    value, pullback = vjp(f, Point(2.0, 3.0))
    assert value == {"sum": 5.0, "product": 6.0, "n": 2}
    assert pullback({"sum": 1.0, "product": 10.0, "n": None}) == Point(31.0, 21.0)
    with pytest.raises(ValueError, match="head gradient"):
        pullback({"sum": 1.0})
    assert elementwise_grad(lambda p: {"a": p["a"] ** 2})({"a": 3.0}) == {"a": 6.0}


def test_methods_of_arguments_and_their_rebinding() -> None:
    def f(m: Any, x: Any) -> Any:
        return m.loss(x)

    class Local(Model):
        pass

    g = differentiate(f)
    m, x = Local(np.array([1.0, 2.0]), 3.0), np.array([5.0, 7.0])
    assert g(m, x) == 28.0
    gradient = g.grad(m, x)
    assert type(gradient) is Local and gradient.b == 6.0
    np.testing.assert_array_equal(gradient.w, x)
    Local.loss = lambda self, x: self.b  # type: ignore[method-assign, assignment, misc]
    assert g(m, x) == 3.0 and g.grad(m, x).b == 1.0


class Mapping(dict):  # type: ignore[type-arg]
    """A dict that may mean something else by its operators."""


class Odd:
    def __getattr__(self, name: str) -> float:
        return 1.0


@pytest.mark.parametrize("value", [Mapping(a=1.0), collections.OrderedDict(a=1.0), Odd(), [0.0, 1] * 150,
                                   {"a": object()}])
def test_what_is_no_record(value: Any) -> None:
    with pytest.raises(TypeError, match="argument `p"):
        differentiate(lambda p, x: x, argnums=1)(value, 1.0)


def test_a_store_into_the_callers_record_is_refused() -> None:
    def f(m: Any) -> Any:
        m.b = 2.0
        return m.b

    m = Model(np.ones(2), 3.0)
    with pytest.raises(CompileError, match="R003"):
        differentiate(f)(m)
    assert m.b == 3.0


def test_exceptions_name_the_line_and_leave_everything_in_order() -> None:
    def f(p: Any, i: int) -> Any:
        parts = [p["a"]]
        for k in range(i):
            parts.append(parts[k] * 2.0)
        return parts[i + p["n"]]

    g = differentiate(f)
    assert g({"a": 1.0, "n": 0}, 3) == 8.0
    with pytest.raises(IndexError, match="list index out of range"):
        g({"a": 1.0, "n": 1}, 3)
    assert g.grad({"a": 1.0, "n": -1}, 3) == {"a": 4.0, "n": None}


def test_arrays_that_are_not_as_assumed() -> None:
    """Code that relied on shapes or on memory of its own is replaced, and the call is made again."""

    def f(p):
        y = p["a"] * p["b"] + p["a"]
        p["out"][:] = y
        return {"sum": np.sum(y * p["out"])}

    def g(p):
        return np.sum(np.sin(p["a"] * p["b"]) + p["a"])

    wide = np.arange(12.0).reshape(3, 4)
    shapes = ((wide, wide), (wide, np.ones((1, 4))), (wide[::2], wide[::2, :1]), (wide, 2.0 * wide))
    h, k = differentiate(f), differentiate(g)
    for _ in range(2):
        for a, b in shapes:
            out, expected = np.zeros(a.shape), np.zeros(a.shape)
            assert h({"a": a, "b": b, "out": out}) == f({"a": a, "b": b, "out": expected})
            np.testing.assert_array_equal(out, expected)
            whole = np.arange(16.0).reshape(4, 4)
            again = whole.copy()
            assert h({"a": whole[1:], "b": whole[:3], "out": whole[:3]}) == f(
                {"a": again[1:], "b": again[:3], "out": again[:3]})
            np.testing.assert_array_equal(whole, again)
            np.testing.assert_allclose(k({"a": a, "b": b}), g({"a": a, "b": b}), rtol=1e-13)
            value, gradient = k.value_and_grad({"a": a, "b": b})
            np.testing.assert_allclose(gradient["a"], np.cos(a * b) * b + 1.0)
            pulled, pullback = k.vjp({"a": a, "b": b})
            np.testing.assert_allclose(pullback(1.0)["a"], gradient["a"])
            assert pulled == value


def test_a_record_that_is_returned_for_arguments_of_several_types() -> None:
    def f(x):
        return {"x": x, "y": [x * 2]}

    g = differentiate(f)
    for x in (1.0, 2, np.ones(3), True, np.float32(2.0), 1.5):
        assert repr(g(x)) == repr(f(x))
