"""Code from the cache does what compiled code does: errors, stores, results, and looking at it."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops.written import function
from tapeless import CompileError, Differentiable, differentiate
from tapeless.entries import decoded, encoded
from zoo.compare import assert_same_bits
from zoo.executions import as_gradients, head
from zoo.program import Program
from zoo.programs import PROGRAMS

from .kept import CUBE, Compilations, made

DIVIDES = """\
def f(x, n):
    total = 0.0
    for i in range(n):
        total += 1.0 / (x - i)
    return total
"""


def raised(call: Any) -> tuple[type, str, list[tuple[str, int | None, str | None]]]:
    """Class, message, and the place in the user's text: function, line, and what is marked there."""
    with pytest.raises(Exception) as caught:
        call()
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    marked = linecache.getline(frame.filename, frame.lineno or 0)[frame.colno : frame.end_colno]
    return type(caught.value), str(caught.value), [(frame.name, frame.lineno, marked)]


def test_an_error_stands_on_its_line(compilations: Compilations) -> None:
    fresh = raised(lambda: made(DIVIDES).grad(2.0, 5))
    assert fresh[0] is ZeroDivisionError and fresh[2][0][1:] == (4, "1.0 / (x - i)")
    compilations.since()
    assert raised(lambda: made(DIVIDES).grad(2.0, 5)) == fresh
    assert compilations.since() == (0, 0)


def test_an_error_moves_with_its_line(compilations: Compilations) -> None:
    made(DIVIDES).grad(0.5, 1)
    compilations.since()
    moved = "# one\n\n" + DIVIDES.replace("    for", "    # three\n\n    for")
    moved = moved.replace("1.0 / (x - i)", "(1.0 /\n   (x - i))")
    *_, [(name, line, _)] = raised(lambda: made(moved).grad(2.0, 5))
    assert (name, line) == ("f", 8)
    indented = DIVIDES.replace("    total +=", "            total  +=").replace("1.0 / (x", "1.0  /  (x")
    *_, [(name, line, marked)] = raised(lambda: made(indented).grad(2.0, 5))
    assert (name, line, marked) == ("f", 4, "1.0  /  (x - i)")
    assert compilations.since() == (0, 0)


def test_an_error_in_a_callee(compilations: Compilations) -> None:
    def build(before: str) -> Differentiable:
        g = function(before + "def g(v):\n    return 1.0 / v\n", "g")
        return made("def f(x):\n    return g(x) + g(x - 1.0)\n", g=g)

    assert raised(lambda: build("").grad(0.0))[2][0][1:] == (2, "1.0 / v")
    compilations.since()
    assert raised(lambda: build("\n\n# comment\n").grad(1.0))[2][0][1:] == (5, "1.0 / v")
    assert compilations.since() == (0, 0)


def test_the_text_is_gone_when_the_error_comes() -> None:
    made(DIVIDES).grad(0.5, 1)
    f = made(DIVIDES)
    assert f.grad(0.5, 1) == -4.0
    linecache.cache.pop(f.py_func.__code__.co_filename)
    with pytest.raises(ZeroDivisionError) as caught:
        f.grad(2.0, 5)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == 1


def test_a_file_that_was_edited_after_its_import(tmp_path: Path, compilations: Compilations) -> None:
    """The function that was imported runs, not the text as it is now."""
    file = tmp_path / "model.py"

    def imported(text: str) -> Differentiable:
        file.write_text(text)
        linecache.checkcache(str(file))
        names: dict[str, Any] = {"np": np, "__name__": "model"}
        exec(compile(text, str(file), "exec"), names)
        return differentiate(names["f"])

    assert imported(CUBE).grad(2.0) == 12.0
    f = imported(CUBE)
    file.write_text("def f(x):\n    return x * x * 100.0\n")
    assert f.grad(2.0) == 12.0
    assert f.value_and_grad is not None
    with pytest.raises(CompileError, match="F005"):
        f(2.0)
    g = imported("def f(x):\n    return x * x * 100.0\n")
    assert g.grad(2.0) == 400.0


def test_stores_into_arguments(compilations: Compilations) -> None:
    text = "def f(x, y):\n    for i in range(len(x)):\n        y[i] = x[i] * 2.0\n    return np.sum(y * x)\n"
    x, y = np.arange(3.0), np.zeros(3)
    made(text).grad(x, y)
    made(text)(x, y.copy())
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    compilations.since()
    f = made("\n" + text)
    assert f(x, y) == 10.0 and y.tolist() == [0.0, 2.0, 4.0]
    assert raised(lambda: f(x, frozen)) == (
        ValueError, "assignment destination is read-only", [("f", 4, "y[i]")]
    )
    with pytest.raises(ValueError, match="shares memory"):
        f.grad(x, x)
    with pytest.raises(TypeError, match="not a plain aligned array"):
        f(x, np.zeros(3, ">f8"))
    assert compilations.since() == (0, 0)


def test_a_pullback_checks_the_stores_too(compilations: Compilations) -> None:
    text = "def f(x, y):\n    y[0] = x[0] * 2.0\n    return y * x\n"
    made(text).vjp(np.ones(2), np.ones(2))[1](np.ones(2))
    compilations.since()
    f = made(text)
    x = np.ones(2)
    with pytest.raises(ValueError, match="shares memory"):
        f.vjp(x, x)
    value, pullback = f.vjp(x, np.ones(2))
    assert value.tolist() == [2.0, 1.0] and pullback(np.ones(2)).tolist() == [4.0, 1.0]
    assert compilations.since() == (0, 0)


def test_looking_at_code_from_the_cache(compilations: Compilations) -> None:
    first = made(CUBE)
    assert first.grad(2.0) == 12.0
    f = made(CUBE)
    assert f.grad(2.0) == 12.0
    assert f.signatures == ("(float)",)
    compilations.since()
    assert f.adjoint_source == first.adjoint_source
    assert f.inspect_llvm("gradient") == first.inspect_llvm("gradient")
    assert f.grad(3.0) == 27.0


def test_refusals_are_the_same() -> None:
    for _ in range(2):
        f = made("def f(x):\n    return x * 2.0, x\n")
        assert f(1.0) == (2.0, 1.0)
        with pytest.raises(CompileError, match="D004"):
            f.grad(1.0)
        with pytest.raises(CompileError, match="D002"):
            f.grad(1)
        with pytest.raises(CompileError, match="R005"):
            f([1.0] * 300)
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            f()


def test_signatures_and_annotations(compilations: Compilations) -> None:
    for expected in ((1, 1), (0, 0)):
        f = differentiate("f8")(function(CUBE))
        assert f.signatures == ("(float)",) and f(2.0) == 8.0
        g = function(CUBE)
        g.__annotations__ = {"x": float}
        assert differentiate(g)(2.0) == 8.0
        first, second = compilations.since()
        assert (first, second) == expected


def test_rebinding_after_code_from_the_cache(compilations: Compilations) -> None:
    made("def f(x):\n    return x * K\n", K=2.0).grad(1.0)
    f = made("def f(x):\n    return x * K\n", K=2.0)
    assert f.grad(1.0) == 2.0
    f.py_func.__globals__["K"] = 3.0
    assert f.grad(1.0) == 3.0 and f(1.0) == 3.0
    f.py_func.__globals__["K"] = 2.0
    assert f.grad(1.0) == 2.0
    del f.py_func.__globals__["K"]
    with pytest.raises(CompileError, match="F003"):
        f.grad(1.0)


def test_an_entry_survives_its_bytes() -> None:
    f = made(DIVIDES)
    f.grad(0.5, 1)
    program = f._programs.get(())
    assert program is not None and program.cached is not None
    key = next(iter(program.compiled))
    entry = program.cached.find(key)
    assert entry is not None and decoded(encoded(entry)) == entry
    assert any(site.exception == "ZeroDivisionError" for site in entry.sites)


# Every program in full takes minutes; a part of them says whether any kind of program is different.
# Classes and objects of the user's have no description that another process could compare.
NOT_KEPT = frozenset({"enum_members", "integer_enum", "partial_of_outside"})
SAMPLE = [p if k % 48 == 0 else pytest.param(p, marks=pytest.mark.long) for k, p in enumerate(PROGRAMS)]


@pytest.mark.parametrize("program", SAMPLE, ids=lambda p: p.id)
def test_programs_of_the_zoo(program: Program, compilations: Compilations) -> None:
    """The same bits from the cache, without the compiler."""
    if not program.wrt:
        pytest.skip("a value only")
    seed = head(program, 0)

    def run(f: Differentiable) -> Any:
        args = program.arguments(0)
        if seed is None:
            value, gradient = f.value_and_grad(*args)
        else:
            value, pullback = f.vjp(*args)
            gradient = pullback(seed)
        return value, as_gradients(program, gradient)

    fresh = run(differentiate(program.fn, argnums=program.argnums))
    assert compilations.since()[1] > 0
    kept = run(differentiate(program.fn, argnums=program.argnums))
    assert (compilations.since() == (0, 0)) == (program.fn.__name__ not in NOT_KEPT)
    assert_same_bits(kept[0], fresh[0], "value")
    for k, (one, other) in enumerate(zip(kept[1], fresh[1], strict=True)):
        assert_same_bits(one, other, f"gradient {k}")


FROM_LIBRARIES = """
import cmath
import itertools
import operator
from collections import Counter, defaultdict
from functools import reduce
from itertools import product

def f(x):
    sums, counts = defaultdict(float), Counter()
    for i, j in product(range(2), range(3)):
        sums[i % 2] += x * i * j
        counts[i] += 1
    pairs = sum(a * b for a, b in itertools.pairwise([x, 2.0 * x, 3.0]))
    return reduce(operator.mul, [x, 2.0, pairs]) + sums[1] * counts[0] + abs(cmath.exp(1j * x))
"""


def test_what_the_standard_library_holds_is_known_by_name(compilations: Compilations) -> None:
    for expected in (False, True):
        f = made(FROM_LIBRARIES)
        assert f(1.5) == pytest.approx(f.py_func(1.5))
        f.grad(1.5)
        assert (compilations.since() == (0, 0)) == expected


WITH_A_WORD = """
from enum import Enum

class Mode(Enum):
    SLOW = 1
    FAST = 2

def f(x):
    mode = Mode.FAST if x > 1.0 else Mode.SLOW
    return {"y": x * x, "mode": mode, "word": "large" if x > 2.0 else "small"}
"""


def test_words_in_a_result_come_from_the_cache(compilations: Compilations) -> None:
    for expected in (False, True):
        f = made(WITH_A_WORD)
        for x in (0.5, 1.5, 2.5):
            assert f(x) == f.py_func(x)
        value, pullback = f.vjp(1.5)
        assert pullback(value | {"y": 1.0}) == 3.0
        assert (compilations.since() == (0, 0)) == expected


PERHAPS = """
def f(x):
    if x > 2.0:
        return None
    return {"y": x * x, "z": x if x > 1.0 else None}
"""


def test_results_that_may_be_none_come_from_the_cache(compilations: Compilations) -> None:
    for expected in (False, True):
        f = made(PERHAPS)
        for x in (0.5, 1.5, 2.5):
            assert f(x) == f.py_func(x)
        assert f.vjp(1.5)[1]({"y": 1.0, "z": 0.5}) == 3.5
        assert (compilations.since() == (0, 0)) == expected
