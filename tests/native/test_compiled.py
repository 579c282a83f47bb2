"""The entry point around kernels that the compiler writes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless.compiler.backend.entry import Param, assemble, emit_entry, support_text
from tapeless.compiler.backend.llvm import emit_kernel
from tapeless.compiler.ir.nodes import Apply, Assign, Const, Fail, For, Function, If, Return, Span, Store, Var
from tapeless.compiler.ir.types import FLOAT64, INT64, PY_INT, Scalar, TupleOf
from tapeless.runtime import engine, errors, native

from .build import LAYOUT, VECTOR, Slow, object_code

BOOL = Scalar("bool")
X, I, N, Y, V = (Var(n, t) for n, t in (("x", VECTOR), ("i", INT64), ("n", INT64), ("y", VECTOR), ("v", FLOAT64)))


def compiled(function: Function, stored: frozenset[str] = frozenset()) -> Any:
    """From the last level of the IR to a callable."""
    kernel = emit_kernel(function, lambda name: f"@{name}")
    params = [Param(p.type, p.name in stored) for p in function.params]
    entry = emit_entry(params, function.result, release_gil=False, layout=LAYOUT)
    text = assemble(entry, kernel.text)
    support = support_text(LAYOUT)
    engine.install_support(object_code(support.text), support.exports, support.externals)
    library = engine.link(object_code(text), ["entry"], kernel.externals | set(entry.externals))
    failures = [
        errors.Failure(
            e.exception, e.message, e.kinds, e.span.file, e.span.line, e.span.col, e.span.end_line, e.span.end_col,
            function.name,
        )
        for e in kernel.errors
    ]  # fmt: skip
    return native.make_callable(library, function.name, library["entry"], Slow(), errors.make_fail(failures))


def squares() -> Function:
    """y = empty(len(x)); y[i] = x[i] * x[i]; return y, x, y."""
    body = (
        Assign(N, Apply("dim", (X,), INT64, attrs=(("axis", 0),))),
        Assign(Y, Apply("alloc", (N,), VECTOR)),
        For(
            I, Const(0, INT64), N, Const(1, INT64),
            (Assign(V, Apply("load", (X, I), FLOAT64)),
             Assign(V, Apply("mul", (V, V), FLOAT64)),
             Store(Y, (I,), V)),
        ),
    )  # fmt: skip
    result = TupleOf((VECTOR, VECTOR, VECTOR))
    answer = Var("answer", result)
    return Function("squares", (X,), (*body, Assign(answer, Apply("tuple", (Y, X, Y), result)), Return(answer)), result)


def test_arrays() -> None:
    f = compiled(squares())
    x = np.arange(5.0)
    y, same, again = f(x)
    np.testing.assert_array_equal(y, x * x)
    assert same is x
    again[0] = 7.0
    assert y[0] == 7.0 and f(np.ones(0))[0].shape == (0,)


def test_failure() -> None:
    k = Var("k", PY_INT)
    bad = Var("bad", BOOL)
    span = Span("model.py", 12, 4, 12, 9)
    fail = Fail("IndexError", "index {} is out of bounds for axis 0", (k,), span)
    body = (Assign(bad, Apply("lt", (k, Const(0, PY_INT)), BOOL)), If(bad, (fail,)), Return(k))
    f = compiled(Function("pick", (k,), body, PY_INT))
    assert f(4) == 4
    with pytest.raises(IndexError, match="index -3 is out of bounds for axis 0") as caught:
        f(-3)
    last = caught.tb.tb_next
    assert last is not None and last.tb_next is None
    assert (last.tb_lineno, last.tb_frame.f_code.co_filename, last.tb_frame.f_code.co_name) == (12, "model.py", "pick")


def test_a_module_of_its_own_needs_no_support_library() -> None:
    support = support_text(LAYOUT, internal=True)
    kernel = emit_kernel(squares(), lambda name: f"@{name}")
    entry = emit_entry([Param(VECTOR)], squares().result, release_gil=True, layout=LAYOUT, name="squares_entry")
    text = assemble(entry, kernel.text, support=support)
    assert "declare i1 @tl_guards" not in text
    needed = (kernel.externals | set(entry.externals) | set(support.externals)) - set(support.exports)
    library = engine.link(object_code(text), ["squares_entry"], needed)
    f = native.make_callable(library, "squares", library["squares_entry"], Slow(), Slow())
    results = f(np.arange(3.0))
    assert results[0].tolist() == [0.0, 1.0, 4.0]
    del results  # before the library


def test_the_same_text_every_time() -> None:
    texts = {
        emit_entry([Param(VECTOR), Param(FLOAT64)], TupleOf((VECTOR, PY_INT)), release_gil=True).text for _ in range(3)
    }
    assert len(texts) == 1
    assert support_text(LAYOUT) == support_text(LAYOUT)
