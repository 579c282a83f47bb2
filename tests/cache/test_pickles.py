"""Decorated functions in other processes: by reference where they can be imported, by value elsewhere."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops.written import function
from tapeless import Differentiable, demo, differentiate, grad

from .kept import CUBE, Compilations, made

try:
    import cloudpickle
except ImportError:
    cloudpickle = None

PICKLERS = [
    pytest.param(pickle, id="pickle"),
    pytest.param(cloudpickle, id="cloudpickle",
                 marks=pytest.mark.skipif(cloudpickle is None, reason="cloudpickle is not installed")),
]


def again(f: Any, pickler: Any = pickle) -> Any:
    return pickle.loads(pickler.dumps(f))


@differentiate
def importable(x: Any) -> Any:
    return x * x * x


@pytest.mark.parametrize("pickler", PICKLERS)
def test_what_can_be_imported_goes_by_reference(pickler: Any) -> None:
    assert again(importable, pickler) is importable
    assert again(demo.loss, pickler) is demo.loss
    assert again(importable.grad, pickler) is importable.grad
    assert len(pickler.dumps(demo.loss)) < 200


def slow(x: Any) -> Any:
    return x * x


fast = differentiate(slow)


def test_a_function_that_can_be_imported_undecorated(compilations: Compilations) -> None:
    assert fast.grad(2.0) == 4.0
    compilations.since()
    g = again(fast)
    assert g is not fast and g.py_func is slow
    assert g.grad(2.0) == 4.0 and compilations.since() == (0, 0)


@pytest.mark.parametrize("pickler", PICKLERS)
def test_what_cannot_goes_by_value(pickler: Any, compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPELESS_CACHE", "0")
    f = made("\n\ndef f(x, k=3.0):\n    '''Scaled.'''\n    return g(x) * K * k\n",
             g=function("def g(v):\n    return v * v\n", "g"), K=2.0)
    assert f.grad(3.0) == 36.0
    compilations.since()
    g = again(f, pickler)
    assert g is not f and isinstance(g, Differentiable)
    assert (g.__name__, g.__doc__, g.__module__) == ("f", "Scaled.", "written")
    assert g.grad(3.0) == 36.0 and compilations.since() == (0, 0), "the code came along"
    assert g(3.0) == 54.0 and g(3.0, k=1.0) == 18.0 and g.py_func(3.0) == 54.0
    assert compilations.since() == (1, 1)
    assert g.adjoint_source == f.adjoint_source
    third = again(g, pickler)
    assert third.grad(3.0) == 36.0 and third(3.0) == 54.0 and compilations.since() == (0, 0)
    third.py_func.__globals__["K"] = 4.0
    assert third.grad(3.0) == 72.0 and g.grad(3.0) == 36.0


def test_without_compiled_code(compilations: Compilations) -> None:
    g = again(made(CUBE))
    assert compilations.since() == (0, 0)
    assert g.grad(2.0) == 12.0 and compilations.since() == (1, 1)


def test_another_processor(compilations: Compilations, monkeypatch: pytest.MonkeyPatch) -> None:
    from tapeless import cache

    monkeypatch.setenv("TAPELESS_CACHE", "0")
    f = made(CUBE)
    f.grad(2.0)
    data = pickle.dumps(f)
    compilations.since()
    cache.environment.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("llvmlite.binding.get_host_cpu_name", lambda: "another")
        assert pickle.loads(data).grad(2.0) == 12.0
        assert compilations.since() == (1, 1)
    cache.environment.cache_clear()


def test_options_travel() -> None:
    f = differentiate(function("def f(x, y):\n    return x * x * y\n"), wrt=("y", "x"), cache=False)
    g = again(f)
    assert g.grad(2.0, 3.0) == (4.0, 12.0) and g.wrt == ("y", "x") and g.cache is False
    signed = again(differentiate("f8, f8")(f.py_func))
    assert signed.texts == ("f8, f8",)
    assert signed.signatures == () and "f_adjoint" in signed.adjoint_source
    assert again(f.grad)(2.0, 3.0) == (4.0, 12.0)


def test_closures_lambdas_and_methods_of_a_text() -> None:
    text = """
    def outer(k):
        h = lambda v: v * k
        def f(x):
            return h(x) * x
        return f, [lambda x: x * k, lambda x: x * x * k]
    """
    f, lambdas = function(textwrap.dedent(text), "outer")(2.0)
    assert again(differentiate(f)).grad(3.0) == 12.0
    assert [again(differentiate(g)).grad(3.0) for g in lambdas] == [2.0, 12.0]
    assert again(grad(lambda x: x * x))(3.0) == 6.0


def test_values_that_are_arrays_modules_and_functions() -> None:
    helper = function("def g(v):\n    return np.sum(v * A)\n", "g", A=np.arange(3.0))
    f = made("def f(x):\n    return math.exp(0.0) * np.sin(0.0) + g(x) + d(x[0]) + h(x[0]) + np.sum(T[0])\n",
             g=helper, d=differentiate(function(CUBE)), h=importable, T=(np.ones(2), 1.0))
    x = np.array([2.0, 3.0, 4.0])
    g = again(f)
    assert g(x) == f(x)
    assert g.grad(x).tolist() == f.grad(x).tolist()


def test_functions_that_name_each_other() -> None:
    """`f` is an attribute in `g`, and a function in `f`'s file."""
    text = "def f(x):\n    return g(x)\ndef g(x):\n    return x * x if x > 0.0 else f(x)\n"
    g = again(differentiate(function(text)))
    assert g.py_func(3.0) == 9.0
    assert g.py_func.__globals__["g"].__globals__["f"] is not None


def test_errors_keep_their_lines() -> None:
    f = made("# one\n\ndef f(x):\n    return 1.0 / x\n")
    for g in (f, again(f), again(again(f))):
        with pytest.raises(ZeroDivisionError) as caught:
            g.grad(0.0)
        assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == 4


def test_a_function_without_text() -> None:
    names: dict[str, Any] = {"__name__": "nowhere"}
    exec("def f(x):\n    return x\n", names)
    with pytest.raises(pickle.PicklingError, match="cannot be imported by its name"):
        pickle.dumps(differentiate(names["f"]))


def test_a_value_that_cannot_be_pickled() -> None:
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(made("def f(x):\n    return x * K\n", K=(lambda: (yield))()))


def test_copies_are_the_function_itself() -> None:
    f = made(CUBE)
    assert copy.copy(f) is f and copy.deepcopy([f])[0] is f
    assert copy.copy(importable) is importable


def test_only_the_statement_travels() -> None:
    f = made("SECRET = 'xyzzy'\n\ndef f(x):\n    return x\n")
    assert b"xyzzy" not in pickle.dumps(f)


SCRIPT = """
import multiprocessing, sys
import numpy as np
from concurrent.futures import ProcessPoolExecutor
from tapeless import differentiate

SCALE = 3.0

def helper(v):
    return v * SCALE

@differentiate
def f(x):
    return np.sum(helper(x) * x)

def bound(k):
    @differentiate
    def g(x):
        return x * x * k
    return g

if __name__ == "__main__":
    kind = sys.argv[1]
    x = np.arange(3.0)
    expected = f.grad(x)
    g = bound(5.0)
    assert g.grad(2.0) == 20.0
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(kind)) as pool:
        results = list(pool.map(f.grad, [x, x + 1.0]))
        assert (results[0] == expected).all() and (results[1] == expected + 6.0).all(), results
        assert pool.submit(f, x).result() == f(x)
        assert list(pool.map(g.grad, [1.0, 2.0])) == [10.0, 20.0]
        assert pool.submit(bound(7.0).grad, 1.0).result() == 14.0
    print("done")
"""


@pytest.mark.parametrize("kind", ["spawn", "fork", "forkserver"])
@pytest.mark.parametrize("switch", ["0", "1"])
def test_other_processes(kind: str, switch: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, str(script), kind], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "TAPELESS_CACHE": switch})
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr


WRITES = """
import pickle, sys
from tapeless import differentiate
K = 2.0
def helper(v):
    return v * K
@differentiate
def f(x):
    return helper(x) / x * x * x
f.grad(3.0)
pickle.dump([f, f.grad, differentiate(lambda x: x * K)], open(sys.argv[1], "wb"))
"""

READS = """
import pickle, sys, traceback
f, slope, line = pickle.load(open(sys.argv[1], "rb"))
assert slope(3.0) == f.grad(3.0) == 12.0 and line.grad(1.0) == 2.0
assert "tapeless.compiler.pipeline" in sys.modules, "the lambda was compiled here"
try:
    f.grad(0.0)
except ZeroDivisionError as error:
    last = traceback.extract_tb(error.__traceback__)[-1]
    print(last.lineno, last.line)
"""


def test_a_file_from_main_to_a_process_that_never_saw_it(tmp_path: Path) -> None:
    script, reader, file = tmp_path / "writes.py", tmp_path / "reads.py", tmp_path / "f.pickle"
    script.write_text(WRITES)
    reader.write_text(READS)
    environment = {**os.environ, "TAPELESS_CACHE": "0"}
    subprocess.run([sys.executable, str(script), str(file)], check=True, env=environment, timeout=100)
    script.unlink()
    done = subprocess.run([sys.executable, str(reader), str(file)], capture_output=True, text=True, env=environment,
                          timeout=100)
    assert (done.stdout, done.returncode) == ("9 return helper(x) / x * x * x\n", 0), done.stderr


def test_joblib() -> None:
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    f = made(CUBE)
    assert joblib.Parallel(2)(joblib.delayed(f.grad)(x) for x in (1.0, 2.0)) == [3.0, 12.0]


def test_dask(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
    f = made(CUBE)
    dask = pytest.importorskip("dask")
    local = dask.config.set(temporary_directory=str(tmp_path))  # no folder and no port that others may use
    with local, distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        assert client.submit(f.grad, 2.0).result() == 12.0
        assert client.submit(f, 2.0).result() == 8.0, "a function and its gradient are different tasks"
        assert client.gather(client.map(f.value_and_grad, (1.0, 2.0))) == [(1.0, 3.0), (8.0, 12.0)]


def test_the_name_of_a_task() -> None:
    """Other functions, and other values of a closure, are other tasks."""
    tokenize = pytest.importorskip("dask.tokenize", reason="dask is not installed").tokenize

    def scaled(k: float) -> Any:
        return differentiate(lambda x: k * x)

    two, three = scaled(2.0), scaled(3.0)
    assert len({tokenize(g) for f in (two, three) for g in (f, f.grad, f.value_and_grad)}) == 6


def test_mpi() -> None:
    futures = pytest.importorskip("mpi4py.futures", reason="mpi4py is not installed")
    with futures.MPIPoolExecutor(1) as pool:
        assert pool.submit(made(CUBE).grad, 2.0).result() == 12.0
