"""`trace` and `value_and_grad`: functions that use `math`, `float` and fresh arrays, with Python's own meaning."""

from __future__ import annotations

import functools
import math
import types
from math import exp as exponential

import numpy
import numpy as np
import pytest
from numpy import empty, zeros

from tapeless import tape

WEIGHTS = np.array([1.0, 2.0, 3.0])
COUNTS = np.array([1, 2, 3])


def grad(fn, *args, wrt=0):
    return tape.value_and_grad(fn, args, (wrt,))[1][0]


def test_math_keeps_the_derivative() -> None:
    assert grad(lambda x: math.sin(x) * exponential(x), 0.5) == pytest.approx(
        math.exp(0.5) * (math.sin(0.5) + math.cos(0.5)), rel=1e-15
    )


def test_math_keeps_its_errors() -> None:
    with pytest.raises(ValueError, match=r"math domain|expected a"):
        grad(lambda x: math.sqrt(x), -1.0)
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1.0 / (x - x), 1.0)
    with pytest.raises(OverflowError):
        grad(lambda x: math.exp(x), 1e4)


def test_tape_math_on_tensors_and_floats() -> None:
    x = tape.tensor(0.5, requires_grad=True)
    assert tape.grad(tape.math.sin(x), x)[0].item() == math.cos(0.5)
    assert tape.math.sin(0.5) == math.sin(0.5)
    assert tape.math.pi == math.pi and tape.math.floor(x) == 0 and not tape.math.isnan(x)
    with pytest.raises(TypeError, match="drop its derivative"):
        tape.math.nextafter(x, 1.0)


MAKERS = (
    lambda n: np.empty(n), lambda n: numpy.zeros(n), lambda n: empty(n), lambda n: zeros(n), lambda n: np.ones(n),
    lambda n: np.full(n, 0.0), lambda n: np.arange(n) * 0.5, lambda n: np.arange(float(n)), lambda n: np.eye(n)[0],
    lambda n: np.linspace(0, 1, n), lambda n: np.array([0.0] * n), lambda n: WEIGHTS.copy(), lambda n: np.copy(WEIGHTS),
    lambda n: np.zeros(n, dtype=float), lambda n: np.zeros(n, dtype=np.float64), lambda n: COUNTS.astype(float),
    lambda n: COUNTS / 2, lambda n: np.sqrt(COUNTS), lambda n: np.asarray(WEIGHTS) + 0.0,
    lambda n: np.empty_like(WEIGHTS),
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_stores_into_fresh_arrays_are_recorded(make) -> None:
    def f(x):
        out = make(len(x))
        for i in range(len(x)):
            out[i] = x[i] ** 2
        return np.sum(out)

    assert grad(f, np.array([1.0, 2.0, 3.0])).tolist() == [2.0, 4.0, 6.0]


def test_integer_arrays_stay_indices_and_bounds() -> None:
    def f(x):
        order = np.argsort(x)
        count = np.zeros(3, dtype=int)
        for k in order:
            count[k] += 1
        total = 0.0
        for i in range(count[0] + int(np.sum(count))):
            total += x[order[i % 3]] * i
        last = np.empty(1, dtype=np.int64)
        last[0] = 2.7
        mask = (x > 1.5) & ~(x > 2.5)
        assert isinstance(mask, np.ndarray) and isinstance(order, np.ndarray)
        return total + np.sum(x[mask]) + x[last[0]] + x[x.argmax()]

    assert grad(f, np.array([3.0, 1.0, 2.0])).tolist() == [3.0, 3.0, 3.0]


def test_scalars_are_values() -> None:
    def f(x):
        s = x[0]
        before = s
        s += x[1]
        s *= s
        t = np.sum(x)
        alias = t
        t -= 1.0
        x[0] = 100.0
        return before * s + alias * t

    x = np.array([2.0, 3.0])
    value, (g,) = tape.value_and_grad(f, (x,))
    assert value == 2.0 * 25.0 + 5.0 * 4.0
    assert g.tolist() == [25.0 + 20.0 + 9.0, 20.0 + 9.0]


def test_zero_dimensional_arrays_are_cells() -> None:
    def f(x):
        cell = np.zeros(())
        alias = cell
        cell += x[0]
        cell[...] = cell * x[1]
        return alias * 1.0

    assert grad(f, np.array([2.0, 3.0])).tolist() == [3.0, 2.0]


def test_overwriting_never_spoils_a_gradient() -> None:
    def f(x):
        y = np.exp(x)
        z = y * y
        y[:] = 0.0
        x *= 2.0
        z *= x
        return np.sum(z)

    x = np.array([0.1, 0.2])
    np.testing.assert_allclose(grad(f, x), np.exp(2 * x) * (4 * x + 2), rtol=1e-14)
    assert x.tolist() == [0.1, 0.2]


def helper(x, scale=WEIGHTS):
    return math.sqrt(np.sum(scale * x * x))


def even(n, x):
    return x if n == 0 else odd(n - 1, x * 1.1)


def odd(n, x):
    return -x if n == 0 else even(n - 1, math.sin(x))


def test_helpers_recursion_and_closures() -> None:
    weights = np.array([2.0, 5.0])

    def f(x):
        def inner(v):
            out = weights.copy()
            out[0] = math.cos(v)
            return np.sum(out)

        return helper(x) + even(3, x[0]) + inner(x[1])

    x = np.array([0.3, 0.4, 0.5])
    step = 1e-6
    slopes = [(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(grad(f, x), slopes, rtol=1e-8)
    assert weights.tolist() == [2.0, 5.0]


class Model:
    """A method and a callable attribute reach `math` too."""

    power = 2

    def __init__(self) -> None:
        self.calls = 0

    def energy(self, x):
        self.calls += 1
        return math.pow(x, self.power)


def test_methods_partials_modules_and_decorated_functions() -> None:
    model = Model()
    assert grad(model.energy, 3.0) == 6.0
    assert model.calls == 1
    assert grad(functools.partial(lambda a, x: a * math.sin(x), 2.0), 0.5) == pytest.approx(2 * math.cos(0.5))

    module = types.ModuleType("user_model")
    exec("import math\ndef f(x):\n    return math.exp(x) * g(x)\ndef g(x):\n    return math.log(x)", module.__dict__)
    assert grad(lambda x: module.f(x), 2.0) == pytest.approx(math.exp(2.0) * (math.log(2.0) + 0.5))

    @functools.wraps(odd)
    def wrapper(n, x):
        return 2.0 * odd(n, x)

    assert grad(wrapper, 0, 3.0, wrt=1) == -2.0, "a wrapper does what it does"
    assert grad(functools.cache(odd), 0, 3.0, wrt=1) == -1.0, "the function behind a cache is traced"


def test_the_original_function_is_untouched() -> None:
    def f(x):
        return math.sin(x)

    before = (f.__globals__["math"], f.__code__)
    traced = tape.trace(f)
    assert traced.__name__ == "f"
    assert f(0.5) == math.sin(0.5) and traced(0.5) == math.sin(0.5)
    assert (f.__globals__["math"], f.__code__) == before


def test_float_int_isinstance_and_friends() -> None:
    def f(x, v):
        assert isinstance(x, float) and isinstance(x, (int, float)) and isinstance(v, np.ndarray)
        assert not isinstance(x, int) and issubclass(bool, int)
        s = float(x) * float("2.0") + int(x) + round(x) + abs(-x) + max(x, 1.0) + min(x, 100.0) + float(v[0])
        s += (
            sum([x, x])
            + divmod(x, 2.0)[1]
            + pow(x, 2)
            + (x if x > 0 and not x < 0 else 0.0)
            + v.item(0) * 2.0
            + v.tolist()[0]
        )
        return s + np.float64(x)

    assert grad(f, 2.5, np.array([1.0])) == 15.0
    assert grad(f, 2.5, np.array([1.0]), wrt=1).tolist() == [4.0]


def test_promotion_of_python_floats() -> None:
    def f(x, s):
        return np.sum(x * s)

    _, (gx, gs) = tape.value_and_grad(f, (np.array([1.0, 2.0], np.float32), 3.0), (0, 1))
    assert gx.dtype == np.float32 and isinstance(gs, float) and gs == 3.0
    out = tape.value_and_grad(lambda x, s: x * s, (np.ones(2, np.float32), 3.0), (0, 1), np.ones(2))[0]
    assert out.dtype == np.float32


def test_linspace_arange_and_full_between_tensors() -> None:
    assert grad(lambda a: np.sum(np.linspace(a, 3.0, 5)), 1.0) == 2.5
    assert grad(lambda a: np.sum(np.linspace(0.0, a, 4, endpoint=False)), 1.0) == 1.5
    assert grad(lambda a: np.sum(np.arange(a, 3.0, 0.5)), 1.1) == 4.0
    assert grad(lambda a: np.sum(np.arange(0.0, 2.0, a)), 0.5) == 6.0
    assert grad(lambda a: np.sum(np.full((2, 3), a)), 0.5) == 6.0


def test_structures_in_and_out() -> None:
    def f(pair, table):
        a, b = pair
        return a * b, {"sum": np.sum(table["w"]) * a, "n": 3}, None

    args = ((2.0, 5.0), {"w": np.array([1.0, 2.0]), "name": "w"})
    value, (gpair, gtable) = tape.value_and_grad(f, args, (0, 1), seed=(1.0, {"sum": 10.0, "n": None}, None))
    assert value == (10.0, {"sum": 6.0, "n": 3}, None)
    assert gpair == (35.0, 2.0)
    assert gtable["w"].tolist() == [20.0, 20.0] and gtable["name"] is None


def test_values_are_plain_and_fresh() -> None:
    x = np.array([1.0, 2.0])
    value, (g,) = tape.value_and_grad(lambda x: x, (x,), seed=np.ones(2))
    assert type(value) is np.ndarray and not np.shares_memory(value, x) and type(g) is np.ndarray
    value, (g,) = tape.value_and_grad(lambda x: x[1:], (x,), seed=np.array([3.0]))
    assert value.tolist() == [2.0] and g.tolist() == [0.0, 3.0]
    value, (g, h) = tape.value_and_grad(lambda a, b: np.argmax(a), (x, 1.0), (0, 1))
    assert value == 1 and g.tolist() == [0.0, 0.0] and h == 0.0


def test_wrong_calls() -> None:
    with pytest.raises(TypeError, match="argument 0 holds no floating-point number"):
        tape.value_and_grad(lambda n: n, (3,))
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        tape.value_and_grad(lambda x: x * 2.0, (np.ones(2),))
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        tape.value_and_grad(lambda x: x * 2.0, (np.ones(2),), seed=np.ones(3))


def test_arguments_that_share_memory_go_on_sharing_it() -> None:
    def f(a, b):
        a[0] = b[1] * 3.0
        return np.sum(a * b)

    x = np.array([1.0, 2.0, 3.0])
    value, (g,) = tape.value_and_grad(f, (x[:2], x[1:]))
    assert x.tolist() == [1.0, 2.0, 3.0]
    assert value == 9.0 * 2.0 + 2.0 * 3.0
    assert g.tolist() == [0.0, 12.0]
    value, (g,) = tape.value_and_grad(f, (x, x))
    assert value == 36.0 + 4.0 + 9.0 and g.tolist() == [0.0, 36.0 + 4.0, 6.0]


@pytest.mark.parametrize(
    "layout",
    [
        lambda x: np.asfortranarray(x), lambda x: x[::-1, ::2], lambda x: x.T, lambda x: x[1:, :2],
        lambda x: x.astype(">f8"), lambda x: np.broadcast_to(x[0], (2, 4)), lambda x: x[:, :, None][..., 0],
        lambda x: x[:0], lambda x: x.astype(np.float32),
    ],
)  # fmt: skip
def test_layouts_of_arguments(layout) -> None:
    def f(x):
        flat = np.ravel(x)
        return np.sum(flat * flat) + np.sum(x[::-1] * x)

    x = layout(np.arange(1.0, 9.0).reshape(2, 4))
    np.testing.assert_allclose(grad(f, x), 2.0 * x + 2.0 * x[::-1], rtol=1e-6)


def test_read_only_arguments_stay_read_only() -> None:
    x = np.ones(2)
    x.flags.writeable = False

    def f(x):
        x[0] = 2.0
        return x[0]

    with pytest.raises(ValueError, match="read-only"):
        grad(f, x)
