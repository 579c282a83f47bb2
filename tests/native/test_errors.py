"""From a status to an exception that points at the user's line."""

from __future__ import annotations

import gc
import linecache
import signal
import time
import traceback
import weakref
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.ir.types import NOTHING, PY_FLOAT, PY_INT, TupleOf
from tapeless.runtime.errors import Failure, make_fail

from .build import VECTOR, live_blocks, make, put, ramp

SOURCE = """\
def take(x, i):
    # Größe
    return x[i] + 1.0
"""
INDEX = Failure(
    "IndexError",
    "index {} is out of bounds for axis {} with size {}",
    ("int64", "int64", "int64"),
    file="model.py",
    line=3,
    col=11,
    end_line=3,
    end_col=15,
    function="take",
)
OUT_OF_BOUNDS = """
  %i = load i64, ptr %a0
  %info = getelementptr i64, ptr %ctx, i64 3
  %info1 = getelementptr i64, ptr %ctx, i64 4
  %info2 = getelementptr i64, ptr %ctx, i64 5
  store i64 %i, ptr %info
  store i64 0, ptr %info1
  store i64 3, ptr %info2
  %header = call ptr @tl.alloc(ptr %ctx, i64 100, i1 true)
  ret i32 1
}
define internal i32 @unused() {
"""


@pytest.fixture
def model() -> Any:
    linecache.cache["model.py"] = (len(SOURCE), None, SOURCE.splitlines(True), "model.py")
    yield
    del linecache.cache["model.py"]


@pytest.mark.parametrize("release_gil", [False, True])
def test_message_and_place(model: None, release_gil: bool) -> None:
    f = make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT, failures=[INDEX], release_gil=release_gil)
    before = live_blocks()
    with pytest.raises(IndexError) as caught:
        f(-5)
    assert live_blocks() == before
    assert str(caught.value) == "index -5 is out of bounds for axis 0 with size 3"
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [(frame.filename, frame.name) for frame in frames] == [
        (__file__, "test_message_and_place"),
        ("model.py", "take"),
    ]
    last = frames[-1]
    assert (last.lineno, last.line) == (3, "return x[i] + 1.0")
    assert (last.colno, last.end_colno) == (11, 15)
    printed = "".join(traceback.format_exception(caught.value))
    assert '  File "model.py", line 3, in take\n    return x[i] + 1.0\n           ~^^^\n' in printed
    assert "runtime" not in printed


def test_the_exception_is_new_each_time_and_holds_nothing() -> None:
    f = make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT, failures=[INDEX])
    errors = []
    for i in (7, 8):
        with pytest.raises(IndexError) as caught:
            f(i)
        errors.append(caught.value)
    assert errors[0] is not errors[1] and "7" in str(errors[0]) and "8" in str(errors[1])
    assert errors[0].__context__ is None


def test_no_cycle_through_the_frame() -> None:
    fail = make_fail([replace(INDEX, exception="LinAlgError")])  # a class whose instances take weak references
    gc.disable()
    try:
        error = fail(1, 5, 0, 3, 0)
        dead = weakref.ref(error)
        del error
        assert dead() is None
    finally:
        gc.enable()


def test_context_of_an_exception_in_an_except_block() -> None:
    f = make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT, failures=[INDEX])
    with pytest.raises(IndexError) as caught:
        try:
            raise KeyError("first")
        except KeyError:
            f(3)
    assert isinstance(caught.value.__context__, KeyError)


def test_every_kind_of_number_in_a_message() -> None:
    bits = int(np.float64(2.5).view(np.int64))
    failure = Failure("ValueError", "{} {} {} {}", ("int32", "bool", "float64", "float32"))
    assert str(make_fail([failure])(1, -3, 1, bits, bits)) == "-3 True 2.5 2.5"


def test_exceptions_by_name() -> None:
    names = ["ZeroDivisionError", "OverflowError", "MemoryError", "ValueError", "AssertionError", "LinAlgError"]
    fail = make_fail([Failure(name, "told") for name in names])
    errors = [fail(k + 1, 0, 0, 0, 0) for k in range(len(names))]
    assert [type(e).__name__ for e in errors] == names and {str(e) for e in errors} == {"told"}
    assert isinstance(errors[-1], np.linalg.LinAlgError)
    assert all(e.__traceback__ is None for e in errors)


def test_unknown_status_and_broken_fail() -> None:
    f = make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT)
    with pytest.raises(SystemError, match="unknown status 1"):
        f(1)
    with pytest.raises(SystemError, match="BaseException"):
        make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT, fail=lambda *info: "no exception")(1)

    def raises(*info: int) -> None:
        raise LookupError(info)

    with pytest.raises(LookupError) as caught:
        make(OUT_OF_BOUNDS, [PY_INT], PY_FLOAT, fail=raises)(1)
    assert caught.value.args[0][:4] == (1, 1, 0, 3)


ENDLESS = """
  br label %again
again:
  %set = call i32 @tl.poll(ptr %ctx)
  %stop = icmp ne i32 %set, 0
  br i1 %stop, label %out, label %again
out:
  ret i32 -1
}
define internal i32 @unused() {
"""


@pytest.mark.parametrize("release_gil", [False, True])
def test_keyboard_interrupt(release_gil: bool) -> None:
    body = ramp("h", 10).replace("@test.ramp(ptr %ctx, i64 10)", "@tl.alloc(ptr %ctx, i64 80, i1 true)")
    f = make(body + ENDLESS, [], NOTHING, release_gil=release_gil)
    before = live_blocks()
    # An alarm, because without release of the GIL no other thread could interrupt.
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            f()
    finally:
        signal.signal(signal.SIGALRM, old)
    assert 0.1 < time.monotonic() - started < 5.0
    assert live_blocks() == before


def test_a_result_that_numpy_refuses() -> None:
    body = ramp("h", 3) + put(0, "%h", "%h.data", [2**62], [1])
    f = make(body, [], VECTOR)
    before = live_blocks()
    with pytest.raises(ValueError):
        f()
    assert live_blocks() == before


def test_a_result_that_fails_in_the_middle() -> None:
    good = ramp("g", 3) + put(1, "%g", "%g.data", [3], [1])
    bad = ramp("h", 3) + put(6, "%h", "%h.data", [2**62], [1])
    body = "  store double 1.5, ptr %r0\n  store i64 77777777, ptr %r5\n" + good + bad
    f = make(body, [], TupleOf((PY_FLOAT, TupleOf((VECTOR, PY_INT)), VECTOR)))
    before = live_blocks()
    for _ in range(10):
        with pytest.raises(ValueError):
            f()
    gc.collect()
    assert live_blocks() == before
