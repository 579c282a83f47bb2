"""Linking, threads, fork, and what importing costs."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.ir.types import PY_FLOAT, PY_INT, Array
from tapeless.runtime import engine, ndarray

from .build import VECTOR, copy, make, object_code, put, ramp

SQUARE = "  %x = load double, ptr %a0\n  %y = fmul double %x, %x\n  store double %y, ptr %r0\n"
BUSY = """
  %n = load i64, ptr %a0
  br label %head
head:
  %i = phi i64 [0, %begin], [%next, %head]
  %s = phi double [0.0, %begin], [%s.next, %head]
  %x = sitofp i64 %i to double
  %d = fadd double %x, 1.0
  %q = fdiv double 1.0, %d
  %s.next = fadd double %s, %q
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %head, label %done
done:
  store double %s.next, ptr %r0
"""


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_imports_stay_light() -> None:
    code = """
        import sys
        import tapeless.runtime.engine, tapeless.runtime.native, tapeless.runtime.errors, tapeless.runtime.ndarray
        print([m for m in ("llvmlite", "scipy", "tapeless.compiler.pipeline") if m in sys.modules])
    """
    assert run_python(code).strip() == "[]"


def test_missing_symbols_and_damaged_objects(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(engine.LinkError, match="no_such_function"):
        engine.symbol_address("no_such_function")
    with pytest.raises(engine.LinkError, match="Py_NoSuchFunction"):
        engine.link(b"", [], ["Py_NoSuchFunction"])
    code = object_code(
        "declare double @tl_nowhere(double)\ndefine double @f(double %x) {\n"
        "  %y = call double @tl_nowhere(double %x)\n  ret double %y\n}\n"
    )
    with pytest.raises(engine.LinkError, match="materialize"):  # LLVM itself prints the missing name
        engine.link(code, ["f"])
    assert "tl_nowhere" in capfd.readouterr().err
    with pytest.raises(engine.LinkError, match="missing"):
        engine.link(object_code("define void @f() {\n  ret void\n}\n"), ["missing"])
    with pytest.raises(engine.LinkError):
        engine.link(code[: len(code) // 2], ["f"])
    assert make(SQUARE, [PY_FLOAT], PY_FLOAT)(3.0) == 9.0


def test_addresses_given_by_the_caller() -> None:
    import ctypes

    code = object_code(
        "declare double @mine(double)\ndefine double @f(double %x) {\n"
        "  %y = call double @mine(double %x)\n  ret double %y\n}\n"
    )
    mine = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: x + 0.5)
    library = engine.link(code, ["f"], addresses={"mine": ctypes.cast(mine, ctypes.c_void_p).value or 0})
    assert ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(library["f"])(1.0) == 1.5
    assert "f" in repr(library)


def test_mathematics_is_found() -> None:
    assert all(engine.symbol_address(name) for name in ("sin", "exp", "fmod", "lgamma", "erf", "fmodf", "malloc"))


def test_libraries_are_unloaded() -> None:
    f = make(SQUARE, [PY_FLOAT], PY_FLOAT)
    dead = weakref.ref(f.__self__.library)
    del f
    gc.collect()
    assert dead() is None


def test_memory_does_not_grow_with_libraries() -> None:
    code = object_code("define double @f(double %x) {\n  ret double %x\n}\n")

    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    for _ in range(200):
        engine.link(code, ["f"])
    before = resident()
    for _ in range(1000):
        engine.link(code, ["f"])
    # Code and data go; LLVM keeps the name of the library and its empty table of symbols, about 9 kB.
    assert resident() - before < 15_000_000


def test_threads_build_and_call() -> None:
    def work(k: int) -> float:
        f = make(SQUARE, [PY_FLOAT], PY_FLOAT, release_gil=k % 2 == 0)
        return sum(f(float(k)) for _ in range(1000))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(24))) == [1000.0 * k * k for k in range(24)]


def test_threads_share_a_callable() -> None:
    body = "  %n = load i64, ptr %a0\n" + ramp("h", "%n") + put(0, "%h", "%h.data", ["%n"], [1])
    f = make(body, [PY_INT], VECTOR, release_gil=True)
    with ThreadPoolExecutor(8) as pool:
        for n, result in zip(range(2000), pool.map(f, range(2000)), strict=True):
            assert result.shape == (n,) and (n == 0 or result[-1] == n - 1)


@pytest.mark.parametrize("release_gil", [True, False])
def test_other_threads_run_only_while_the_lock_is_released(release_gil: bool) -> None:
    f = make(BUSY, [PY_INT], PY_FLOAT, release_gil=release_gil)
    f(10)
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.02)
    begin = time.perf_counter()
    f(100_000_000)
    end = time.perf_counter()
    stop.set()
    thread.join()
    during = sum(begin + 0.005 < t < end - 0.005 for t in ticks)
    # On a busy machine this thread may lose the lock between the clock and the call.
    assert (during > 10) if release_gil else (during <= 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_child_calls_and_builds() -> None:
    f = make(SQUARE, [PY_FLOAT], PY_FLOAT)
    stop = threading.Event()

    def build() -> None:
        while not stop.is_set():
            make(copy(1), [PY_FLOAT], PY_FLOAT)

    # Another thread is inside LLVM most of the time when the process forks.
    thread = threading.Thread(target=build)
    thread.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if f(3.0) == 9.0 and make(SQUARE, [PY_FLOAT], PY_FLOAT)(4.0) == 16.0 else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


def test_the_layout_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ndarray._ARRAY, "strides", ndarray._ARRAY["extents"])
    with pytest.raises(ImportError, match=r"NumPy .* strides \(float64\)"):
        ndarray._verify()


def test_the_layout_names_every_kind() -> None:
    numbers: dict[str, Any] = ndarray.native_layout()["type_nums"]
    for kind, codes in numbers.items():
        assert codes[0] == np.dtype(kind).num
        assert str(Array(kind, 1)).startswith(kind)  # type: ignore[arg-type]


def test_callables_and_results_that_live_until_the_end() -> None:
    code = f"""
        import sys
        sys.path.insert(0, {os.path.dirname(os.path.dirname(__file__))!r})
        from native.build import VECTOR, make, put, ramp
        f = make(ramp("h", 1000) + put(0, "%h", "%h.data", [1000], [1]), [], VECTOR)
        result = f()
        sys.kept = [f(), f]  # outlives the modules
        cycle = [f, f()]
        cycle.append(cycle)
        class Late:
            def __del__(self):
                assert f()[-1] == 999.0
        late = Late()
        print(result[-1])
    """
    assert run_python(code).strip() == "999.0"
