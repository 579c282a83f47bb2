"""Functions that cannot be decorated, and calls that cannot be made."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


def product(x, y):
    return x * y


def power(x, n):
    return x**n


def doubled(x):
    return x * 2.0


def with_option(x, *, scale):
    return x * scale


class Model:
    def __call__(self, x):
        return x * x


async def asynchronous(x):
    return x * x


def generator(x):
    yield x * x


def without_source() -> Callable[..., Any]:
    world: dict[str, Any] = {}
    exec("def typed_in(x):\n    return x * x\n", world)
    return world["typed_in"]


def differentiate(*args: Any, **options: Any) -> Any:
    import tapeless

    return tapeless.differentiate(*args, **options)


def refusals() -> tuple[type[Exception], ...]:
    from tapeless import CompileError

    return CompileError, TypeError, ValueError


UNDECORATABLE = {
    "builtin": (len, "built-in|builtin|source"),
    "function_of_math": (math.sin, "built-in|builtin|source"),
    "ufunc": (np.sin, "built-in|builtin|source|ufunc"),
    "class": (Model, "class"),
    "generator_function": (generator, "generator|yield"),
    "async_function": (asynchronous, "async"),
    "number": (3.0, "function"),
    "text": ("x * x", "function|signature"),
    "without_source": (without_source(), "source"),
}


@pytest.mark.parametrize("name", UNDECORATABLE)
def test_not_a_function_to_differentiate(name: str) -> None:
    thing, reason = UNDECORATABLE[name]
    with pytest.raises(refusals()) as caught:
        differentiate(thing).grad(1.5)
    assert re.search(reason, str(caught.value), re.IGNORECASE), str(caught.value)


WRONG_ARGUMENTS = {
    "too_few": (product, (1.0,), {}),
    "too_many": (product, (1.0, 2.0, 3.0), {}),
    "none": (product, (), {}),
    "unknown_keyword": (product, (1.0,), {"z": 2.0}),
    "given_twice": (product, (1.0, 2.0), {"x": 1.0}),
    "missing_keyword_only": (with_option, (1.0,), {}),
}


@pytest.mark.parametrize("name", WRONG_ARGUMENTS)
@pytest.mark.parametrize("attribute", ["__call__", "grad", "value_and_grad", "vjp"])
def test_wrong_arguments_are_a_type_error_as_in_python(name: str, attribute: str) -> None:
    fn, args, options = WRONG_ARGUMENTS[name]
    with pytest.raises(TypeError) as expected:
        fn(*args, **options)
    with pytest.raises(TypeError) as caught:
        getattr(differentiate(fn), attribute)(*args, **options)
    for parameter in re.findall(r"'\w+'", str(expected.value)):
        assert parameter in str(caught.value), f"{caught.value} where Python says {expected.value}"


WRONG_VALUES = {
    "list": ([1.0, 2.0], "array"),
    "nested_list": ([[1.0], [2.0]], "array"),
    "text": ("1.5", "str"),
    "none": (None, "None"),
    "dict": ({"a": 1.0}, "dict"),
    "object": (Model(), "Model"),
    "object_array": (np.array([1.0, None], dtype=object), "object"),
    "text_array": (np.array(["a"]), "str|<U1"),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_values_that_are_no_arguments(name: str) -> None:
    value, reason = WRONG_VALUES[name]
    with pytest.raises(refusals()) as caught:
        differentiate(product)(value, 2.0)
    message = str(caught.value)
    assert re.search(reason, message), message
    assert re.search(r"\bx\b", message), "names the parameter"


class Frame:
    """What pandas, xarray, torch and JAX have in common: it can be made into an array."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.ones(3)


def column(frame):
    return np.sum(frame["price"])


@pytest.mark.parametrize("value", [Frame(), [1.0, 2] * 150], ids=["frame", "list"])
@pytest.mark.parametrize("attribute", ["__call__", "grad", "value_and_grad", "vjp"])
def test_what_can_be_made_into_an_array_is_named_before_what_the_function_does_with_it(
    value: Any, attribute: str
) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(differentiate(column), attribute)(value)
    words = (r"`frame` is a (Frame|list of 300 items that are not numbers of one class); "
             r"pass an array: `np\.(as)?array\(frame\)`")
    assert re.search(words, str(caught.value))


INTEGERS = {
    "integer": (2, 1.5),
    "boolean": (True, 1.5),
    "numpy_integer": (np.int64(2), 1.5),
    "integer_array": (np.array([1, 2]), 1.5),
    "boolean_array": (np.array([True, False]), 1.5),
}


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_are_never_differentiated(name: str) -> None:
    with pytest.raises(refusals()) as caught:
        differentiate(product).grad(*INTEGERS[name])
    assert re.search(r"int|bool", str(caught.value))
    assert re.search(r"float", str(caught.value)), "tells what would do"


def test_integer_among_several_arguments() -> None:
    with pytest.raises(refusals()) as caught:
        differentiate(power, argnums=(0, 1)).grad(1.5, 2)
    assert re.search(r"\bn\b", str(caught.value)), "names the parameter"


@pytest.mark.parametrize("attribute", ["grad", "value_and_grad"])
def test_gradient_of_an_array_names_the_alternatives(attribute: str) -> None:
    with pytest.raises(refusals()) as caught:
        getattr(differentiate(doubled), attribute)(np.ones(3))
    for alternative in ("elementwise_grad", "vjp", "jacobian"):
        assert alternative in str(caught.value)


def test_gradient_of_a_tuple_names_the_pullback() -> None:
    def both(x):
        return x * x, x

    with pytest.raises(refusals()) as caught:
        differentiate(both).grad(1.5)
    assert "vjp" in str(caught.value)


def test_gradient_of_an_integer_result() -> None:
    def count(x):
        return 3 if x > 0.0 else 4

    with pytest.raises(refusals()) as caught:
        differentiate(count).grad(1.5)
    assert re.search(r"int", str(caught.value))


SELECTIONS = {
    "both_spellings": {"argnums": 0, "wrt": "x"},
    "unknown_name": {"wrt": "z"},
    "out_of_range": {"argnums": 2},
    "negative_out_of_range": {"argnums": -3},
    "twice_the_same": {"argnums": (0, 0)},
    "nothing": {"argnums": ()},
    "float_position": {"argnums": 1.0},
    "unknown_option": {"fastmath_please": True},
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_selections_that_mean_nothing(name: str) -> None:
    with pytest.raises(refusals()):
        differentiate(product, **SELECTIONS[name]).grad(1.0, 2.0)


def test_opposite_order_is_not_an_alias() -> None:
    """torch.func's `grad_and_value` returns the other order; a silent swap would be the worst outcome."""
    import tapeless

    with pytest.raises((AttributeError, ImportError, TypeError)) as caught:
        tapeless.grad_and_value(product)(1.0, 2.0)
    assert "value_and_grad" in str(caught.value)


def test_the_primal_accepts_what_the_gradient_refuses() -> None:
    value = differentiate(product)(2, 3)
    assert value == 6 and isinstance(value, int)


class Plain(np.ndarray):
    """Keeps a name, and computes as arrays do."""

    def __array_finalize__(self, other):
        self.name = getattr(other, "name", "")


class WithUnit(np.ndarray):
    def __array_ufunc__(self, *args, **options):
        return NotImplemented


STRANGE = [np.array([[1.0, 2.0], [3.0, 4.0]]).view(np.matrix), np.ma.masked_array([1.0, 2.0], mask=[False, True]),
           np.ones(2).view(WithUnit)]


def total(x):
    return np.sum(x * x)


def total_of_fields(p):
    return np.sum(p["w"] * p["w"])


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
def test_arrays_with_operators_of_their_own_are_refused(value: Any) -> None:
    """Whatever the numbers are: `*` of matrices is a product, and masked elements are left out."""
    from tapeless import CompileError, differentiate

    f = differentiate(total)
    f.grad(np.array(value))
    for call in (f, f.grad, f.value_and_grad):
        with pytest.raises(TypeError, match=f"a `{type(value).__name__}`, whose .* is not that of arrays"):
            call(value)
    with pytest.raises(TypeError, match="is not that of arrays"):
        differentiate(total_of_fields).grad({"w": value})

    def outside(x):
        return np.sum(value * x)

    with pytest.raises(CompileError, match="F006"):
        differentiate(outside).grad(2.0)


def test_arrays_of_other_classes_that_compute_as_arrays_do() -> None:
    from tapeless import differentiate

    value, gradient = differentiate(total).value_and_grad(np.array([1.0, 2.0]).view(Plain))
    assert value == 5.0 and type(gradient) is np.ndarray and gradient.tolist() == [2.0, 4.0]


def test_arguments_beside_the_function_are_no_signatures() -> None:
    from tapeless import differentiate

    with pytest.raises(TypeError, match=r"differentiate\(f\)\.grad\(x\)"):
        differentiate(total, 3.0)


def counter():
    n = 0

    def count(x):
        nonlocal n
        n += 1
        return x * n

    return count


class Money(float):
    def __add__(self, other):
        return Money(round(float(self) + other, 2))


def with_interest(x):
    return x + 0.1


def test_a_variable_of_a_function_that_has_returned_is_not_changed() -> None:
    """Python would change it, and the next call would see that."""
    from tapeless import CompileError, differentiate

    count = counter()
    with pytest.raises(CompileError, match="`nonlocal n` changes a variable outside"):
        differentiate(count)(2.0)

    def counted(x):
        return count(x) + 1.0

    with pytest.raises(CompileError, match="`nonlocal n` changes a variable outside"):
        differentiate(counted).grad(2.0)


def test_numbers_with_operators_of_their_own_are_refused() -> None:
    from tapeless import differentiate

    with pytest.raises(TypeError, match=r"a `Money`, whose `__add__` is not that of numbers; pass `float\(x\)`"):
        differentiate(with_interest)(Money(1.0))
