"""References and allocations: nothing drifts on any path, and what a callable owns goes with it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.ir.types import NOTHING, PY_BOOL, PY_FLOAT, PY_INT, Array, Scalar, TupleOf
from tapeless.runtime.errors import Failure
from tapeless.runtime.native import Guard, make_callable, state_of

from .build import ANY_VECTOR, VECTOR, Slow, copy, kernel_text, library_of, live_blocks, make, put, ramp

ARRAY = np.arange(5.0)
SCOPE: dict[str, Any] = {"a": np.ones(3)}
OBJECTS = [
    ARRAY, SCOPE, SCOPE["a"], None, True, False, np.True_, np.False_, float, int, tuple, np.ndarray, np.float64,
    np.dtype("f8"), np.dtype("i4"),
]  # fmt: skip
VIEW = copy(4) + "  store i64 2, ptr %r2\n"
NEW = ramp("h", 3) + put(0, "%h", "%h.data", [3], [1])
SHARED = ramp("h", 6) + put(0, "%h", "%h.data", [6], [1]) + put(4, "%h", "%h.data", [3], [2])
ERROR = "  %e = call ptr @tl.alloc(ptr %ctx, i64 64, i1 true)\n  ret i32 1\n}\ndefine internal i32 @unused() {\n"
REFUSED = ramp("h", 3) + put(0, "%h", "%h.data", [2**62], [1])
CAPTURED = {"guards": [Guard(SCOPE, "a", SCOPE["a"])], "captured": 1}


def silent(*args: Any, **kwargs: Any) -> None:
    return None


def caught(f: Callable[..., Any], *args: Any) -> None:
    try:
        f(*args)
    except (ValueError, RuntimeError):
        return
    raise AssertionError


def paths() -> dict[str, Callable[[], Any]]:
    """A call for every way through the entry point."""
    failures = [Failure("RuntimeError", "told", file="x.py", line=3)]
    scalars = TupleOf((PY_FLOAT, PY_INT, PY_BOOL, Scalar("float64"), Scalar("int32"), Scalar("bool"), NOTHING))
    same = make(copy(6), scalars.items, scalars)
    numbers = (1234.5, 2**60, True, np.float64(1.5), np.int32(4), np.True_, None)
    view = make(VIEW, [VECTOR], VECTOR)
    itself = make(copy(4), [VECTOR], VECTOR)
    new = make(NEW, [], VECTOR)
    shared = make(SHARED, [], TupleOf((VECTOR, ANY_VECTOR)))
    slow = make(copy(4), [VECTOR], VECTOR, slow=silent)
    error = make(ERROR, [VECTOR], VECTOR, failures=failures)
    error_captured = make(ERROR, [VECTOR], VECTOR, failures=failures, **CAPTURED)
    captured = make(VIEW, [VECTOR], VECTOR, **CAPTURED, release_gil=True)
    captured_slow = make(copy(4), [Array("int32", 1)], Array("int32", 1), slow=silent, **CAPTURED)
    refused = make(REFUSED, [], VECTOR)
    big = make(copy(1), [PY_INT], PY_INT, slow=silent)
    return {
        "scalars": lambda: same(*numbers),
        "view": lambda: view(ARRAY),
        "itself": lambda: itself(ARRAY),
        "new": new,
        "shared": shared,
        "slow": lambda: slow(None),
        "keywords": lambda: slow(x=ARRAY),
        "error": lambda: caught(error, ARRAY),
        "error with captured array": lambda: caught(error_captured),
        "captured": captured,
        "captured of another type": captured_slow,
        "refused": lambda: caught(refused),
        "large int": lambda: big(2**70),
    }


@pytest.mark.parametrize("path", list(paths()))
def test_no_reference_drifts(path: str) -> None:
    call = paths()[path]
    for _ in range(10):
        call()
    gc.collect()
    blocks, memory = live_blocks(), sys.getallocatedblocks()
    counts = [sys.getrefcount(x) for x in OBJECTS]
    for _ in range(1000):
        call()
    gc.collect()
    assert live_blocks() == blocks
    drift = [b - a for a, b in zip(counts, [sys.getrefcount(x) for x in OBJECTS], strict=True)]
    assert max(map(abs, drift)) <= 3, dict(zip(map(repr, OBJECTS), drift, strict=True))
    assert abs(sys.getallocatedblocks() - memory) < 100


def test_many_callables_come_and_go() -> None:
    library = library_of(kernel_text(copy(1)), [PY_FLOAT], PY_FLOAT)
    slow = Slow()

    def cycle() -> None:
        f = make_callable(library, "f", library["entry"], slow, silent, [Guard(SCOPE, "a", SCOPE["a"])])
        assert f(1.0) == 1.0

    for _ in range(10):
        cycle()
    gc.collect()
    counts = [sys.getrefcount(x) for x in (slow, silent, SCOPE["a"], library)]
    memory = sys.getallocatedblocks()
    for _ in range(2000):
        cycle()
    gc.collect()
    assert counts == [sys.getrefcount(x) for x in (slow, silent, SCOPE["a"], library)]
    assert abs(sys.getallocatedblocks() - memory) < 100


def test_a_callable_that_its_slow_path_refers_to() -> None:
    class Dispatcher:
        def __init__(self) -> None:
            self.native = make(copy(1), [PY_FLOAT], PY_FLOAT, slow=self.slow)

        def slow(self, *args: Any) -> str:
            return "compiled"

    d = Dispatcher()
    assert d.native(1) == "compiled"
    dead, library = weakref.ref(d), weakref.ref(state_of(d.native).library)
    del d
    gc.collect()
    assert dead() is None and library() is None


def test_the_slow_path_may_drop_the_callable() -> None:
    holder: dict[str, Any] = {}

    def slow(*args: Any) -> str:
        holder.clear()
        gc.collect()
        return "survived"

    holder["f"] = make(copy(1), [PY_FLOAT], PY_FLOAT, slow=slow)
    assert holder["f"](None) == "survived" and not holder


def test_a_builtin_like_others() -> None:
    f = make(copy(1), [PY_FLOAT], PY_FLOAT)
    assert f.__name__ == "f" and f.__module__ == "tapeless" and f.__doc__ is None
    assert callable(f) and type(f) is type(len) and "native state" not in repr(f)
    with pytest.raises(TypeError, match="not pickled"):
        state_of(f).__reduce__()


CYCLES = """
import gc
import os
import subprocess
from tapeless.runtime import native
from tapeless.runtime.engine import Library

class Tracker:
    name = "none"

gc.disable()
for _ in range(100):
    later = {}  # the collector learns of it when it holds something, and so clears it after what is older
    later["function"] = native.make_callable(Library(Tracker(), {}), "f", id(None), (later,), (later,))
del later
gc.collect()
"""


def test_a_callable_in_a_cycle_is_collected() -> None:
    """Members of a cycle are cleared in any order; freed memory is overwritten here, where the C library can."""
    environment = {**os.environ, "PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "255"}
    subprocess.run([sys.executable, "-c", CYCLES], check=True, env=environment, timeout=120)
