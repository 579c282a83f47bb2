"""What makes another entry, and what does not."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops.written import function
from tapeless import cache, differentiate
from tapeless.compiler import native as compiler_native

from .kept import CUBE, Compilations, entries, made


def test_a_second_process_compiles_nothing(compilations: Compilations) -> None:
    f = made(CUBE)
    assert (f(2.0), f.grad(2.0), f.value_and_grad(2.0)) == (8.0, 12.0, (8.0, 12.0))
    assert compilations.since() == (1, 3)
    f = made(CUBE)
    assert (f(2.0), f.grad(2.0), f.value_and_grad(2.0)) == (8.0, 12.0, (8.0, 12.0))
    value, pullback = made("def f(x):\n    return x * x * x\n").vjp(2.0)
    assert compilations.since() == (0, 0)
    assert (value, pullback(10.0)) == (8.0, 120.0)
    assert compilations.since() == (1, 1)
    assert made(CUBE).vjp(2.0)[1](10.0) == 120.0
    assert compilations.since() == (0, 0)


SAME = {
    "comments": "# above\n\n\ndef f(x):\n    # inside\n    y = x * 2.0  # beside\n\n    return y * x\n",
    "a docstring": 'def f(x):\n    """What it does."""\n    y = x * 2.0\n    return y * x\n',
    "parentheses": "def f(x):\n    y = (x) * (2.0)\n    return (y * x)\n",
    "line breaks": "def f(\n    x,\n):\n    y = (\n        x\n        * 2.0\n    )\n    return (\n        y * x)\n",
    "semicolons": "def f(x): y = x * 2.0; return y * x\n",
    "annotations": "def f(x: 'anything') -> 'a number':\n    y: float = x * 2.0\n    return y * x\n",
    "another spelling of the number": "def f(x):\n    y = x * 2.00e0\n    return y * x\n",
}
BASE = "def f(x):\n    y = x * 2.0\n    return y * x\n"


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_formatting_makes_no_other_entry(text: str, compilations: Compilations) -> None:
    assert made(BASE).grad(3.0) == 12.0
    compilations.since()
    assert made(text).grad(3.0) == 12.0
    assert compilations.since() == (0, 0)


def test_code_that_is_broken_into_lines_differently_is_found_by_its_tree(compilations: Compilations) -> None:
    """CPython keeps an instruction for a line of its own."""
    short = "def f(x):\n    while True:\n        if x > 9.0: break\n        x = x * x\n    return x\n"
    long = short.replace(": break", ":\n            break").replace("x = x * x", "x = (x\n             * x)")
    assert made(short).grad(2.0) == 32.0
    compilations.since()
    assert made(long).grad(2.0) == 32.0
    assert compilations.since() == (0, 0)


OTHER = {
    "an operator": "def f(x):\n    y = x + 2.0\n    return y * x\n",
    "a number": "def f(x):\n    y = x * 3.0\n    return y * x\n",
    "a number of another type": "def f(x):\n    y = x * 2\n    return y * x\n",
    "the sign of zero": "def f(x):\n    y = x * 2.0 + -0.0\n    return y * x\n",
    "the order": "def f(x):\n    y = 2.0 * x\n    return x * y\n",
}


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_another_text_makes_another_entry(text: str, compilations: Compilations) -> None:
    made(BASE).grad(3.0)
    made("def f(x):\n    y = x * 2.0 + 0.0\n    return y * x\n").grad(3.0)
    compilations.since()
    f = made(text)
    assert f.grad(3.0) == pytest.approx((f.py_func(3.0 + 1e-6) - f.py_func(3.0 - 1e-6)) / 2e-6, rel=1e-8)
    assert compilations.since() == (1, 1)


def test_types_purpose_and_selection_make_other_entries(compilations: Compilations) -> None:
    text = "def f(x, y):\n    return x * x * y\n"
    assert differentiate(function(text)).grad(2.0, 3.0) == 12.0
    assert differentiate(function(text), wrt="y").grad(2.0, 3.0) == 4.0
    assert differentiate(function(text), argnums=(0,)).grad(2.0, 3.0) == (12.0,)
    assert differentiate(function(text)).grad(np.float32(2.0), 3.0) == np.float32(12.0)
    assert compilations.since() == (4, 4)
    assert differentiate(function(text), argnums=1).grad(2.0, 3.0) == 4.0
    assert compilations.since() == (0, 0)


VALUES: dict[str, tuple[Any, Any]] = {
    "numbers": (2.0, 3.0),
    "types": (2.0, 2),
    "NumPy numbers": (2.0, np.float64(2.0)),
    "widths": (np.float64(2.0), np.float32(2.0)),
    "signs of zero": (0.0, -0.0),
    "truth values": (1, True),
    "ranks": (np.ones(1), np.ones((1, 1))),
    "dtypes": (np.ones(1), np.ones(1, np.float32)),
    "layouts": (np.ones((2, 2)), np.ones((2, 4))[:, ::2]),
    "functions": (function("def f(v):\n    return v\n"), function("def f(v):\n    return 2.0 * v\n")),
    "tuples": ((1.0, 2.0), (1.0, 3.0)),
}


@pytest.mark.parametrize(("one", "other"), VALUES.values(), ids=VALUES)
def test_another_value_of_a_global_makes_another_entry(one: Any, other: Any, compilations: Compilations) -> None:
    use = "K(x)" if callable(one) else "K[0] * K[1] * x" if isinstance(one, tuple) else "np.sum(K * x)"
    text = f"def f(x):\n    return {use}\n"
    for value in (one, other):
        f = made(text, K=value)
        expected = f.py_func(3.0)
        assert f(3.0) == expected and type(f(3.0)) is type(expected)
    assert compilations.since() == (2, 2)
    for value in (one, other):
        assert made(text, K=value)(3.0) == made(text, K=value).py_func(3.0)
    assert compilations.since() == (0, 0)


def test_the_contents_of_an_array_are_no_part_of_it(compilations: Compilations) -> None:
    text = "def f(x):\n    return np.sum(K * x)\n"
    assert made(text, K=np.arange(3.0)).grad(1.0) == 3.0
    compilations.since()
    assert made(text, K=np.arange(5.0)).grad(1.0) == 10.0
    assert compilations.since() == (0, 0)


def test_which_arrays_are_the_same(compilations: Compilations) -> None:
    text = "def f(x):\n    return np.sum(A * x) + np.sum(B * x)\n"
    a, b = np.arange(3.0), np.arange(4.0)
    assert made(text, A=a, B=a).grad(1.0) == 6.0
    assert made(text, A=a, B=b).grad(1.0) == 9.0
    assert made(text, A=b, B=a).grad(1.0) == 9.0
    assert made(text, A=b, B=b).grad(1.0) == 12.0
    assert compilations.since() == (2, 2)


def test_rebinding_one_of_two_names_of_an_array(compilations: Compilations) -> None:
    a, b = np.arange(3.0), np.arange(4.0)
    for _ in range(2):
        f = made("def f(x):\n    return np.sum(A * x) + np.sum(B * x)\n", A=a, B=a)
        assert f.grad(1.0) == 6.0
        f.py_func.__globals__["B"] = b
        assert f.grad(1.0) == 9.0
        f.py_func.__globals__["A"] = b
        assert f.grad(1.0) == 12.0
        assert compilations.since()[1] in (2, 0)


def test_an_array_in_a_tuple(compilations: Compilations) -> None:
    text = "def f(x):\n    return np.sum(K[1] * x) * K[0]\n"
    assert made(text, K=(2.0, np.arange(3.0))).grad(1.0) == 6.0
    compilations.since()
    f = made(text, K=(2.0, np.arange(4.0)))
    assert f.grad(1.0) == 12.0 and compilations.since() == (0, 0)
    f.py_func.__globals__["K"] = (2.0, np.arange(5.0))
    assert f.grad(1.0) == 20.0
    f.py_func.__globals__["K"] = (3.0, np.arange(5.0))
    assert f.grad(1.0) == 30.0


def helper(body: str, **world: Any) -> Any:
    return function(f"def g(v, k=2.0):\n    return {body}\n", "g", **world)


def test_an_edited_callee(compilations: Compilations) -> None:
    text = "def f(x):\n    return g(x) * x\n"
    assert made(text, g=helper("v * k")).grad(3.0) == 12.0
    assert made(text, g=helper("v * k * 2.0")).grad(3.0) == 24.0
    assert compilations.since() == (2, 2)
    assert made(text, g=helper("(v  *  k)  # the same")).grad(3.0) == 12.0
    assert compilations.since() == (0, 0)


def test_a_changed_default_of_a_callee(compilations: Compilations) -> None:
    text = "def f(x):\n    return g(x) * x\n"
    g = helper("v * k")
    f = made(text, g=g)
    assert f.grad(3.0) == 12.0
    g.__defaults__ = (5.0,)
    assert f.grad(3.0) == 30.0
    assert made(text, g=g).grad(3.0) == 30.0
    g.__defaults__ = (2.0,)
    assert made(text, g=g).grad(3.0) == 12.0
    assert compilations.since() == (2, 2)


def test_code_that_is_replaced_while_it_is_compiled(
    compilations: Compilations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept belongs to the code that was compiled."""
    text = "def f(x):\n    return g(x) * x\n"
    g, other = helper("v * k"), helper("v * k * 2.0")
    native = compiler_native.native

    def replacing(*args: Any, **kwargs: Any) -> Any:
        code = native(*args, **kwargs)
        g.__code__ = other.__code__
        return code

    with monkeypatch.context() as patch:
        patch.setattr(compiler_native, "native", replacing)
        f = made(text, g=g)
        assert f.grad(3.0) == 24.0
    for body, slope in (("v * k", 12.0), ("v * k * 2.0", 24.0)):
        assert made(text, g=helper(body)).grad(3.0) == slope


def test_a_callee_two_levels_down(compilations: Compilations) -> None:
    def build(factor: float) -> Any:
        h = function("def h(v):\n    return v * K\n", "h", K=factor)
        return made("def f(x):\n    return g(x) * x\n", g=function("def g(v):\n    return h(v)\n", "g", h=h))

    assert build(2.0).grad(3.0) == 12.0
    assert build(4.0).grad(3.0) == 24.0
    assert compilations.since() == (2, 2)
    assert build(2.0).grad(3.0) == 12.0
    assert compilations.since() == (0, 0)


def test_whose_globals_a_callee_reads(compilations: Compilations) -> None:
    """The same functions and the same values, and another function's globals."""
    text = "def h(v):\n    return v * K\ndef g(v):\n    return v + K\n"
    one, other = function(text, "g", K=1.0), function(text, "g", K=2.0)
    assert one.__code__ == other.__code__
    for owner, slope in ((one, 1.0), (other, 2.0)):
        h = types.FunctionType(owner.__globals__["h"].__code__, owner.__globals__, "h")
        f = made("def f(x):\n    return a(x) + b(x) + c(x)\n", a=one, b=other, c=h)
        assert f.grad(1.0) == 2.0 + slope
    assert compilations.since() == (2, 2)


def test_defaults_of_the_function_itself_are_filled_in_by_python(compilations: Compilations) -> None:
    assert made("def f(x, k=2.0):\n    return x * k\n").grad(3.0) == 2.0
    compilations.since()
    f = made("def f(x, k=5.0):\n    return x * k\n")
    assert f.grad(3.0) == 5.0 and compilations.since() == (0, 0)
    f.py_func.__defaults__ = (7.0,)
    assert f.grad(3.0) == 7.0


def closure(factor: float) -> Any:
    return function("def outer(k):\n    def f(x):\n        return x * x * k\n    return f\n", "outer")(factor)


def test_closures(compilations: Compilations) -> None:
    f = differentiate(closure(2.0))
    assert f.grad(3.0) == 12.0 and differentiate(closure(4.0)).grad(3.0) == 24.0
    assert compilations.since() == (2, 2)
    f = differentiate(closure(2.0))
    assert f.grad(3.0) == 12.0 and compilations.since() == (0, 0)
    f.py_func.__closure__[0].cell_contents = 4.0
    assert f.grad(3.0) == 24.0


def test_attributes_of_modules_and_functions(compilations: Compilations) -> None:
    def settings(value: float) -> types.ModuleType:
        module = types.ModuleType("settings")
        module.rate = value
        module.inner = types.ModuleType("settings.inner")
        module.inner.scale = value + 1.0
        return module

    text = "def f(x):\n    return x * S.rate * S.inner.scale\n"
    assert made(text, S=settings(2.0)).grad(1.0) == 6.0
    assert made(text, S=settings(3.0)).grad(1.0) == 12.0
    assert compilations.since() == (2, 2)
    module = settings(2.0)
    f = made(text, S=module)
    assert f.grad(1.0) == 6.0 and compilations.since() == (0, 0)
    module.inner.scale = 10.0
    assert f.grad(1.0) == 20.0

    g = helper("v")
    for rate in (2.0, 3.0):
        g.rate = rate
        assert made("def f(x):\n    return x * g.rate\n", g=g).grad(1.0) == rate


def test_a_global_that_hides_a_builtin(compilations: Compilations) -> None:
    text = "def f(x):\n    return abs(x) * x\n"
    assert made(text).grad(-3.0) == 6.0
    assert made(text, abs=helper("v * 10.0")).grad(-3.0) == -60.0
    f = made(text)
    assert f.grad(-3.0) == 6.0 and compilations.since() == (2, 2)
    f.py_func.__globals__["abs"] = helper("v * 10.0")
    assert f.grad(-3.0) == -60.0


def test_decorated_helpers(compilations: Compilations) -> None:
    text = "def f(x):\n    return g(x) * x\n"
    for body, slope in (("v * 2.0", 12.0), ("v * 3.0", 18.0), ("v * 2.0", 12.0)):
        assert made(text, g=differentiate(helper(body))).grad(3.0) == slope
    assert compilations.since() == (2, 2)


def test_an_object_without_a_description_is_compiled_in_each_process(
    compilations: Compilations, folder: Path
) -> None:
    class Rates:
        fast = 2.0

    text = "def f(x):\n    return x * R.fast\n"
    assert made(text, R=Rates).grad(1.0) == 2.0
    Rates.fast = 3.0
    assert made(text, R=Rates).grad(1.0) == 3.0
    assert compilations.since() == (2, 2)


def test_an_unrelated_object_under_the_name_of_an_attribute_does_no_harm(compilations: Compilations) -> None:
    class Proxy:
        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(f"{name}: not now")

    assert made("def f(x):\n    return x.sum() * 2.0\n", sum=Proxy()).grad(np.ones(2)).tolist() == [2.0, 2.0]
    compilations.since()
    text = "def f(x):\n    return x.sum() * 3.0 - x.sum()\n"
    for _ in range(2):
        assert made(text, sum=object()).grad(np.ones(2)).tolist() == [2.0, 2.0]
    assert compilations.since() == (1, 1)


@pytest.mark.parametrize("part", ["__version__", "binding.get_host_cpu_name", "np.__version__", "_sources"])
def test_other_versions_and_processors(part: str, compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    made(CUBE).grad(2.0)
    compilations.since()
    cache.environment.cache_clear()
    targets = {
        "__version__": ("tapeless.__version__", "9.9"),
        "binding.get_host_cpu_name": ("llvmlite.binding.get_host_cpu_name", lambda: "another"),
        "np.__version__": ("numpy.__version__", "9.9"),
        "_sources": ("tapeless.cache._sources", lambda: [("edited.py", 1, 1)]),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*targets[part])
        assert made(CUBE).grad(2.0) == 12.0
        assert compilations.since() == (1, 1)
    cache.environment.cache_clear()
    assert made(CUBE).grad(2.0) == 12.0
    assert compilations.since() == (0, 0)


def test_switching_it_off(folder: Path, compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differentiate(function(CUBE), cache=False).grad(2.0) == 12.0
    assert not folder.exists()
    for word in ("0", "off", "No", "FALSE"):
        monkeypatch.setenv("TAPELESS_CACHE", word)
        assert made(CUBE).grad(2.0) == 12.0
    assert not folder.exists() and compilations.since() == (5, 5)
    monkeypatch.setenv("TAPELESS_CACHE", "1")
    made(CUBE).grad(2.0)
    assert entries(folder) and compilations.since() == (1, 1)
    assert differentiate(function(CUBE), cache=False).grad(2.0) == 12.0
    assert compilations.since() == (1, 1), "it is not read either"


def test_a_size_that_is_no_number_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPELESS_CACHE_SIZE", "big")
    with pytest.raises(ValueError, match="TAPELESS_CACHE_SIZE is 'big'; it is a number of megabytes"):
        made(CUBE)(2.0)


POINT = """\
class Point:
    scale = {scale}

    def __init__(self, x):
        self.x = x

    def size(self):
        return self.x * self.scale{more}


def f(x):
    return {body}
"""
BODIES = {
    "inside": "Point(x).size()",
    "in a dict": "{'p': Point(x)}['p'].size()",
    "as an argument": "x.size()",
    "as a result": "Point(x)",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_class_is_never_an_old_one(body: str, compilations: Compilations) -> None:
    for scale, more in ((2.0, ""), (3.0, ""), (3.0, " + 1.0")):
        for again in (False, True):
            expected = function(POINT.format(scale=scale, more=more, body=body))
            f, point = differentiate(expected), expected.__globals__["Point"]
            x = point(1.5) if body.startswith("x.") else 1.5
            value, wanted = f(x), expected(x)
            assert value == wanted or value.x == wanted.x
            assert type(value) is type(wanted)
            if more or scale == 2.0 or "size" in body:  # nothing of the class is in `Point(x)` but its attributes
                assert compilations.since() == ((0, 0) if again else (1, 1))
            compilations.since()
            point.scale = 7.0  # at every call it is looked at again
            value, wanted = f(x), expected(x)
            assert value == wanted or value.x == wanted.x
            compilations.since()


# What is in the first class, what is there instead in the second, and what the function does with it.
CLASSES = {
    "default of a dataclass": ("@dataclass\nclass C:\n    a: float\n    b: float = 2.0", "2.0", "3.0", "C(x).b * x"),
    "order of a dataclass": ("@dataclass\nclass C:\n    a: float\n    b: float", "a: float\n    b:", "b: float\n    a:",
                             "C(x, 2.0).a * x"),
    "keyword-only": ("@dataclass\nclass C:\n    a: float\n    b: float = field(default=1.0)", "default=1.0",
                     "default=4.0", "C(x).b * x"),
    "frozen": ("@dataclass(frozen=True)\nclass C:\n    a: float\n    def m(self):\n        return self.a * 2.0", "2.0",
               "5.0", "C(x).m()"),
    "default of a named tuple": ("class C(NamedTuple):\n    a: float\n    b: float = 2.0", "2.0", "3.0", "C(x).b * x"),
    "order of a named tuple": ("class C(NamedTuple):\n    a: float\n    b: float", "a: float\n    b:",
                               "b: float\n    a:", "C(x, 2.0).a * x"),
    "property": ("class C:\n    def __init__(self, a):\n        self.a = a\n    @property\n    def p(self):\n"
                 "        return self.a * 2.0", "2.0", "3.0", "C(x).p"),
    "static method": ("class C:\n    def __init__(self, a):\n        self.a = a\n    @staticmethod\n    def s(v):\n"
                      "        return v * 2.0", "2.0", "3.0", "C(x).s(x)"),
    "method of a base": ("class B:\n    def m(self):\n        return self.a * 2.0\nclass C(B):\n"
                         "    def __init__(self, a):\n        self.a = a", "2.0", "3.0", "C(x).m()"),
    "another base": ("class B:\n    k = 2.0\nclass D:\n    k = 3.0\nclass C(B):\n    def __init__(self, a):\n"
                     "        self.a = a", "C(B)", "C(D)", "C(x).k * x"),
    "operator": ("class C:\n    def __init__(self, a):\n        self.a = a\n    def __add__(self, other):\n"
                 "        return self.a * 2.0 + other", "2.0", "3.0", "C(x) + x"),
    "hides a method": ("class B:\n    def m(self):\n        return self.a\nclass C(B):\n"
                       "    def __init__(self, a):\n        self.a = a\n    def n(self):\n        return 3.0 * self.a",
                       "def n", "def m", "C(x).m()"),
    "slots": ("class C:\n    __slots__ = ('a', 'b')\n    def __init__(self, a):\n        self.a = a * 2.0", "2.0",
              "3.0", "C(x).a"),
    "a helper of a method": ("def h(v):\n    return v * 2.0\nclass C:\n    def __init__(self, a):\n"
                             "        self.a = h(a)", "2.0", "3.0", "C(x).a"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASSES.values(), ids=CLASSES)
def test_what_is_in_a_class_is_part_of_the_name(case: tuple[str, str, str, str], compilations: Compilations) -> None:
    definition, old, new, body = case
    head = "from dataclasses import dataclass, field\nfrom typing import NamedTuple\n"
    for text in (definition, definition.replace(old, new)):
        for again in (False, True):
            expected = function(f"{head}{text}\n\ndef f(x):\n    return {body}\n")
            f = differentiate(expected)
            assert f(1.5) == expected(1.5)
            assert compilations.since() == ((0, 0) if again else (1, 1))
            assert f.grad(1.5) == pytest.approx((expected(1.5 + 1e-6) - expected(1.5 - 1e-6)) / 2e-6)
            compilations.since()


def test_what_cannot_be_described_is_not_kept(compilations: Compilations) -> None:
    text = ("from dataclasses import dataclass\n@dataclass\nclass C:\n    a: float\n    b: object = object()\n"
            "\ndef f(x):\n    c = C(x, 2.0)\n    return c.a * c.b\n")
    for _ in range(2):
        assert made(text).grad(1.5) == 2.0
        assert compilations.since() == (1, 1)


def test_lists_and_dicts_inside_are_kept(compilations: Compilations) -> None:
    text = "def f(x):\n    d = {'a': [x, 2.0]}\n    return sum(v * v for v in d['a'])\n"
    for expected in ((1, 1), (0, 0)):
        assert made(text).grad(3.0) == 6.0
        assert compilations.since() == expected


def test_results_with_records_are_kept(compilations: Compilations) -> None:
    for expected in ((1, 1), (0, 0)):
        f = made("def f(x):\n    return {'a': x, 'b': [x, 2.0], 3: (x, 4.0)}\n")
        assert f(3.0) == {"a": 3.0, "b": [3.0, 2.0], 3: (3.0, 4.0)}
        assert compilations.since() == expected


def test_records_as_arguments(compilations: Compilations) -> None:
    text = "def f(p, x):\n    return p['w'][1] * p['w'][0] * x\n"
    for expected in ((1, 1), (0, 0)):
        assert made(text).grad({"w": [3.0, 2.0], "n": 0.0}, 5.0) == {"w": [10.0, 15.0], "n": 0.0}
        assert compilations.since() == expected
    assert made(text).grad({"w": [3.0, 2.0, 1.0], "n": 0.0}, 5.0) == {"w": [10.0, 15.0, 0.0], "n": 0.0}
    assert compilations.since() == (1, 1)
    assert made(text).grad({"n": 0.0, "w": [3.0, 2.0]}, 5.0) == {"w": [10.0, 15.0], "n": 0.0}
    assert compilations.since() == (1, 1), "another order is another structure"


def test_which_argument_has_which_class(compilations: Compilations) -> None:
    text = """\
def kind(scale):
    class C:
        def __init__(self, a):
            self.a = a

        def m(self):
            return self.a * scale

    return C

def f(a, b, c):
    return a.m() + 10.0 * b.m() + 100.0 * c.m()
"""
    for pattern in ((0, 0, 1), (0, 1, 1), (0, 1, 0)):
        for again in (False, True):
            f = made(text)
            kinds = [f.py_func.__globals__["kind"](scale) for scale in (2.0, 3.0)]
            given = [kinds[k](1.0) for k in pattern]
            assert f(*given) == f.py_func(*given)
            assert compilations.since() == ((0, 0) if again else (1, 1))


def test_code_for_a_column_is_found_again(folder: Path, compilations: Compilations) -> None:
    """What a call had to assume of extents is known in the next process, before anything is translated."""
    text = "import numpy as np\ndef f(x, y):\n    return np.sum(np.sin(x * y))\n"
    column, square = np.linspace(0.0, 1.0, 3)[:, None], np.ones((3, 3))
    expected = made(text).grad(column, square)
    compilations.since()
    again = made(text)
    np.testing.assert_array_equal(again.grad(column, square), expected)
    assert compilations.since() == (0, 0)
    np.testing.assert_allclose(again.grad(square, square), np.cos(square) * square, rtol=1e-15)
