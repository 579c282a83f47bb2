"""Globals and closure cells that compiled code has taken for constant."""

from __future__ import annotations

import gc
import weakref
from types import CellType
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.ir.types import PY_FLOAT, TupleOf
from tapeless.runtime.native import (
    ABSENT,
    WHOLE,
    Guard,
    broken_guards,
    contents,
    guards_of,
    make_callable,
    refresh_guard,
    state_of,
)

from .build import VECTOR, Slow, copy, library_of, make


def identity(*guards: Guard) -> Any:
    return make(copy(1), [PY_FLOAT], PY_FLOAT, guards=guards)


def test_a_global_that_changes() -> None:
    scope: dict[str, object] = {"rate": 0.5, "other": None}
    f = identity(Guard(scope, "rate", scope["rate"]), Guard(scope, "other", None))
    assert f(1.0) == 1.0
    scope["unrelated"] = 1
    assert f(1.0) == 1.0
    scope["rate"] = 0.25
    assert f(1.0) == "slow" and broken_guards(f) == (0,)
    refresh_guard(f, 0, scope["rate"])
    assert f(1.0) == 1.0 and broken_guards(f) == () and guards_of(f)[0].value == 0.25
    del scope["other"]
    assert f(1.0) == "slow" and broken_guards(f) == (1,)


def test_a_name_that_must_stay_absent() -> None:
    scope: dict[str, object] = {}
    f = identity(Guard(scope, "len", ABSENT))
    assert f(1.0) == 1.0
    scope["len"] = max
    assert f(1.0) == "slow"
    del scope["len"]
    assert f(1.0) == 1.0


def test_a_cell() -> None:
    value = object()
    cell = CellType(value)
    empty = CellType()
    f = identity(Guard(cell, None, value), Guard(empty, None, ABSENT))
    assert f(1.0) == 1.0
    cell.cell_contents = object()
    assert f(1.0) == "slow" and broken_guards(f) == (0,)
    cell.cell_contents = value
    assert f(1.0) == 1.0
    empty.cell_contents = None
    assert f(1.0) == "slow" and broken_guards(f) == (1,)


def test_all_that_a_list_holds() -> None:
    inner = [2.0]
    items = [1.0, inner, inner]
    f = identity(Guard(items, WHOLE, contents(items)))
    assert f(1.0) == 1.0
    inner.append(3.0)
    assert f(1.0) == 1.0, "what an item holds has a guard of its own"
    for change in (lambda: items.append(1.0), lambda: items.__setitem__(0, 5.0), items.reverse, items.clear):
        kept = list(items)
        change()
        assert f(1.0) == "slow" and broken_guards(f) == (0,)
        items[:] = kept
        assert f(1.0) == 1.0 and broken_guards(f) == ()


def test_all_that_a_dict_holds_in_its_order() -> None:
    first, second = 1.0, 2.0
    table = {"a": first, 7: second}
    f = identity(Guard(table, WHOLE, contents(table)))
    assert f(1.0) == 1.0
    table["b"] = 3.0
    assert f(1.0) == "slow"
    del table["b"]
    assert f(1.0) == 1.0
    table["a"] = 9.0
    assert f(1.0) == "slow" and broken_guards(f) == (0,)
    table["a"] = first
    assert f(1.0) == 1.0
    del table["a"]
    assert f(1.0) == "slow"
    table["a"] = first
    assert f(1.0) == "slow", "another order"
    table.clear()
    assert f(1.0) == "slow"


def test_a_holder_that_is_no_dict_is_never_trusted() -> None:
    f = identity(Guard({}, "x", ABSENT))
    state_of(f).table[1] = id(f)
    assert f(1.0) == "slow"


def test_keys_whose_comparison_fails() -> None:
    class Key(str):
        __slots__ = ()

        def __hash__(self) -> int:
            return hash("x")

        def __eq__(self, other: object) -> bool:
            raise ZeroDivisionError

    f = identity(Guard({Key("y"): 1}, "x", ABSENT))
    assert f(1.0) == "slow"


def test_captured_arrays() -> None:
    scope: dict[str, Any] = {"a": np.arange(3.0), "k": 1}
    cell = CellType(np.ones(2))
    guards = [Guard(scope, "a", scope["a"]), Guard(cell, None, cell.cell_contents), Guard(scope, "k", 1)]
    f = make(copy(9), [PY_FLOAT, VECTOR, VECTOR], TupleOf((PY_FLOAT, VECTOR, VECTOR)), guards=guards, captured=2)
    number, a, b = f(2.0)
    assert number == 2.0 and a is scope["a"] and b is cell.cell_contents
    scope["a"] = np.zeros(5)
    assert f(2.0) == "slow"
    refresh_guard(f, 0, scope["a"])
    assert f(2.0)[1] is scope["a"]
    scope["a"].resize((5, 1), refcheck=False)
    assert f(2.0) == "slow"
    scope["a"].resize((5,), refcheck=False)
    scope["a"].flags.writeable = False
    assert f(2.0)[1] is scope["a"]


def test_a_view_on_a_captured_array() -> None:
    scope = {"a": np.arange(3.0)}
    body = copy(4) + "  store i64 2, ptr %r2\n"
    f = make(body, [VECTOR], VECTOR, guards=[Guard(scope, "a", scope["a"])], captured=1, release_gil=True)
    view = f()
    assert view.base is scope["a"] and view.tolist() == [0.0, 1.0]


def test_the_table_keeps_and_lets_go() -> None:
    scope: dict[str, Any] = {"a": np.arange(3.0)}
    old = weakref.ref(scope["a"])
    f = make(copy(4), [VECTOR], VECTOR, guards=[Guard(scope, "a", scope["a"])], captured=1)
    scope["a"] = np.zeros(1)
    assert old() is not None and f() == "slow"
    refresh_guard(f, 0, scope["a"])
    assert old() is None
    new = weakref.ref(scope["a"])
    scope.clear()
    assert new() is not None
    del f
    gc.collect()
    assert new() is None


def test_one_library_serves_several_closures() -> None:
    library = library_of(
        """
define internal i32 @kernel(ptr %ctx, ptr %args, ptr %results) {
  call void @llvm.memcpy.p0.p0.i64(ptr %results, ptr %args, i64 8, i1 false)
  ret i32 0
}
""",
        [PY_FLOAT],
        PY_FLOAT,
    )
    scopes: list[dict[str, object]] = [{"x": 1}, {"x": 2}]
    first, second = (
        make_callable(library, "f", library["entry"], Slow(), Slow(), [Guard(s, "x", s["x"])]) for s in scopes
    )
    scopes[0]["x"] = 3
    assert first(1.0) == "slow" and second(1.0) == 1.0


def test_more_captured_arrays_than_guards() -> None:
    with pytest.raises(ValueError, match="1 captured"):
        make(copy(4), [VECTOR], VECTOR, captured=1)


def test_only_native_callables_have_guards() -> None:
    for other in (len, max, print, [].append):
        with pytest.raises(TypeError, match="not a native callable"):
            guards_of(other)  # type: ignore[arg-type]
