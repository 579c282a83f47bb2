"""The C functions of a plan: a C program, `ctypes`, memory, errors, names, and what they must not need."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special

import tapeless
from tapeless import differentiate
from tapeless.building import emit
from tapeless.building.header import c_library, header
from tapeless.building.plan import plan_functions
from tapeless.loading import UsageError

from . import c_models as models
from .cface import Call, CError, Loaded, needs_cc

LIBRARY = (models.loss, models.damped, models.pick, models.overwriting, models.growing)
X = np.array([1.0, 2.0, 3.0, 4.5])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the header, the objects and both libraries."""
    folder = tmp_path_factory.mktemp("built")
    return tapeless.build_c(list(LIBRARY), folder, emit="obj,static,shared", name="model", cpu="native").folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return Loaded(plan_functions([*LIBRARY, models.shifting]), tmp_path_factory.mktemp("loaded"))


PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include "model.h"

static void show(const char *name, const double *x, int n) {
    printf("%s", name);
    for (int i = 0; i < n; i++) printf(" %a", x[i]);
    printf("\n");
}

int main(void) {
    const double x[4] = {1.0, 2.0, 3.0, 4.5};
    double value, x_bar[4];
    tapeless_call call = {0};

    if (loss_value_and_grad(x, 4, 0.5, &value, x_bar, NULL)) return 1;
    show("loss", &value, 1);
    show("x_bar", x_bar, 4);

    /* Extents of a result are asked for with no buffer; every other element, backwards. */
    int64_t n;
    if (damped_value(x + 3, 2, -2, x, 2, NULL, 0, &n, &call)) return 2;
    double *y = malloc((size_t)n * sizeof *y);
    if (damped_value(x + 3, 2, -2, x, 2, y, n, &n, NULL)) return 3;
    show("damped", y, (int)n);
    free(y);

    int32_t code = pick_value(x, 4, 7, &value, &call);
    printf("%d %s %s\n", (int)code, model_error_message(code), model_error_kinds(code));
    for (const char *k = model_error_kinds(code); *k; k++)
        printf(" %lld", (long long)call.numbers[k - model_error_kinds(code)]);
    printf("\n%s\n", model_error_message(-7));

    /* The memory of the first call, cut out of a block of the caller's for the second. */
    if (growing_value_and_grad(x, 4, 100, &value, x_bar, &call)) return 4;
    show("growing", x_bar, 4);
    call.workspace_size = call.workspace_used;
    call.workspace = aligned_alloc(16, (size_t)(call.workspace_used + 15) / 16 * 16);
    if (growing_value_and_grad(x, 4, 100, &value, x_bar, &call)) return 5;
    show("growing", x_bar, 4);
    printf("%d\n", call.workspace_used == call.workspace_size);
    call.workspace_size -= 1;
    printf("%d\n", (int)growing_value_and_grad(x, 4, 100, &value, x_bar, &call));
    free(call.workspace);
    return 0;
}
"""


def hexadecimal(name: str, *values: float) -> str:
    return " ".join([name, *(re.sub(r"\.0p", "p", re.sub(r"0+p", "p", float(v).hex())) for v in values)])


def c_hex(line: str) -> str:
    """`%a` of the C library in the form of `float.hex` without trailing zeros."""
    name, *numbers = line.split()
    return hexadecimal(name, *map(float.fromhex, numbers))


@needs_cc
@pytest.mark.parametrize("how", ["objects", "static", "shared"])
def test_a_c_program(built: Path, tmp_path: Path, how: str) -> None:
    (tmp_path / "main.c").write_text(PROGRAM)
    parts = {"objects": [*map(str, built.glob("*.o"))], "static": [str(built / "libmodel.a")],
             "shared": [str(built / "libmodel.so"), f"-Wl,-rpath,{built}"]}[how]
    warnings = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    command = ["cc", *warnings, "-o", "main", "main.c", f"-I{built}", *parts, "-lm"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    value, gradient = models.loss.value_and_grad(X, 0.5)
    assert c_hex(lines[0]) == hexadecimal("loss", value)
    assert c_hex(lines[1]) == hexadecimal("x_bar", *gradient)
    assert c_hex(lines[2]) == hexadecimal("damped", *models.damped(X[3::-2], X[:2]))
    line = models.pick.py_func.__code__.co_firstlineno + 3
    code, _, text = lines[3].partition(" ")
    assert int(code) >= 16
    assert text == (f"IndexError: index {{}} is out of bounds for axis 0 with size {{}} "
                    f"(c_models.py:{line}, in pick) ii")
    assert lines[4:6] == [" 7 4", "unknown error"]
    assert c_hex(lines[6]) == c_hex(lines[7]) == hexadecimal("growing", *models.growing.grad(X, 100))
    assert lines[8:] == ["1", "1"]


@needs_cc
def test_the_header_is_also_cpp(built: Path, tmp_path: Path) -> None:
    if shutil.which("c++") is None:
        pytest.skip("needs a C++ compiler")
    (tmp_path / "main.cpp").write_text('#include "model.h"\nint main() { return loss_value(0, 0, 1.0, 0, 0); }\n')
    command = ["c++", "-Wall", "-Wextra", "-Werror", "main.cpp", f"-I{built}", str(built / "libmodel.a"), "-lm"]
    subprocess.run([*command, "-o", "main"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "main"]).returncode == 0


def test_nothing_of_python_is_needed() -> None:
    texts = c_library(plan_functions([*LIBRARY, models.shifting]), "model").texts()
    assert [n for n, text in texts.items() if re.search(r"@_?Py|@tl_", text)] == []


@needs_cc
def test_a_library_needs_the_c_library_only_and_shows_its_functions_only(built: Path) -> None:
    if shutil.which("nm") is None:
        pytest.skip("needs nm")
    listed = subprocess.run(["nm", "-D", built / "libmodel.so"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    needed = {row[1].partition("@")[0] for row in rows if row[0] == "U"}
    assert needed <= {"malloc", "free", "memcpy", "memmove", "memset", "fma", "sin", "cos", "exp"}
    shown = {row[2] for row in rows if len(row) == 3 and row[1] in "TDBR"}
    text = (built / "model.h").read_text()
    declared = re.findall(r"^(?:int32_t |const char \*)(\w+)\(", text, re.MULTILINE)
    assert shown == set(declared)


# --------------------------------------------------------------------------------------------------------- ctypes


@needs_cc
def test_ctypes(built: Path) -> None:
    """The lines of docs/build.md."""
    library = ctypes.CDLL(str(built / "libmodel.so"))
    x, x_bar = np.array([1.0, 2.0, 3.0]), np.empty(3)
    value = ctypes.c_double()
    code = library.loss_value_and_grad(
        x.ctypes, ctypes.c_int64(x.size), ctypes.c_double(0.5), ctypes.byref(value), x_bar.ctypes, None
    )
    assert code == 0
    assert (value.value, x_bar.tolist()) == (models.loss(x, 0.5), models.loss.grad(x, 0.5).tolist())


@needs_cc
def test_buffers_that_are_not_wanted(loaded: Loaded) -> None:
    face = loaded.dll.loss_value_and_grad
    x, x_bar = X.copy(), np.zeros(4)
    assert face(x.ctypes, ctypes.c_int64(4), ctypes.c_double(0.5), None, x_bar.ctypes, None) == 0
    assert x_bar.tolist() == models.loss.grad(X, 0.5).tolist()
    assert face(x.ctypes, ctypes.c_int64(4), ctypes.c_double(0.5), None, None, None) == 0


@needs_cc
def test_functions_without_results(tmp_path: Path) -> None:
    def double(x):
        for i in range(len(x)):
            x[i] = 2.0 * x[i]

    def always(x):
        raise ValueError("never with {}")

    functions = [differentiate("float64[::1]")(double), differentiate("float64")(always)]
    loaded = Loaded(plan_functions(functions), tmp_path)
    x = X.copy()
    assert loaded.run(loaded.faces["double_value"], (x,)) == []
    assert x.tolist() == (2.0 * X).tolist()
    with pytest.raises(CError, match=r"ValueError: never with \{\} \(") as caught:
        loaded.run(loaded.faces["always_value"], (1.0,))
    assert loaded.kinds(caught.value.code) == "-"


def test_a_string_is_part_of_the_name() -> None:
    def scaled(x, how):
        return 2.0 * x if how == "double" else 3.0 * x

    plan = plan_functions([differentiate(scaled)], [(1.0, "double"), (1.0, "triple")])
    names = [f.code.name for f in c_library(plan, "model").faces if f.purpose == "value"]
    assert names == ["scaled_d_double_value", "scaled_d_triple_value"]


# --------------------------------------------------------------------------------------------------------- errors


def damped(loaded: Loaded, x: np.ndarray, y: np.ndarray, room: int, call: Call | None = None) -> tuple[int, int, Any]:
    out, extent = np.full(8, -1.0), ctypes.c_int64(-1)
    code = loaded.dll.damped_value(
        x.ctypes, ctypes.c_int64(x.size), ctypes.c_int64(x.strides[0] // 8), y.ctypes, ctypes.c_int64(y.size),
        out.ctypes, ctypes.c_int64(room), ctypes.byref(extent), None if call is None else ctypes.byref(call),
    )  # fmt: skip
    return code, extent.value, out


@needs_cc
def test_a_buffer_that_is_too_small(loaded: Loaded) -> None:
    code, extent, out = damped(loaded, X, X, 3)
    assert (code, extent, out[0]) == (4, 4, -1.0)
    assert "too small" in loaded.message(code)


@needs_cc
def test_shapes_that_the_fast_code_does_not_assume(loaded: Loaded) -> None:
    code, extent, out = damped(loaded, X, X[:1], 8)
    assert (code, extent) == (0, 4)
    assert out[:4].tolist() == models.damped(X, X[:1]).tolist()


@needs_cc
def test_pythons_error(loaded: Loaded) -> None:
    with pytest.raises(CError) as caught:
        loaded.run(loaded.faces["damped_value"], (X, X[:3].copy()))
    assert caught.value.text.startswith("ValueError: operands could not be broadcast together with shapes ({},) ({},)")
    assert caught.value.numbers[:2] == [4, 3]
    assert loaded.kinds(caught.value.code) == "ii"


@needs_cc
def test_arguments_that_cannot_be(loaded: Loaded) -> None:
    value = ctypes.c_double()
    for data, extent in ((X.ctypes, -1), (None, 4), (X.ctypes, 2**62)):
        code = loaded.dll.loss_value(data, ctypes.c_int64(extent), ctypes.c_double(1.0), ctypes.byref(value), None)
        assert code == 2
    assert loaded.dll.loss_value(None, ctypes.c_int64(0), ctypes.c_double(1.0), ctypes.byref(value), None) == 0


@needs_cc
def test_overlap(loaded: Loaded) -> None:
    face = loaded.faces["overwriting_value"]
    memory, expected = X.copy(), X.copy()
    assert loaded.run(face, (memory[:2], memory[1:3])) == [models.overwriting.py_func(expected[:2], expected[1:3])]
    assert memory.tolist() == expected.tolist()
    with pytest.raises(CError, match="shares memory") as caught:
        loaded.run(loaded.faces["overwriting_grad"], (memory[:2], memory[1:3]))
    assert caught.value.code == 3


@needs_cc
def test_a_gradient_leaves_its_arguments_alone(loaded: Loaded) -> None:
    face = loaded.faces["overwriting_grad"]
    x, y = X[:2].copy(), X[2:].copy()
    (y_bar,) = loaded.run(face, (x, y))
    assert x.tolist() == X[:2].tolist()
    assert y_bar.tolist() == models.overwriting.grad(X[:2].copy(), y).tolist()
    assert not any(i.stored for i in face.inputs)


@needs_cc
def test_the_head_gradient_has_the_shape_of_the_value(loaded: Loaded) -> None:
    face = loaded.faces["damped_vjp"]
    (x_bar,) = loaded.run(face, (X, X), [np.ones(4)])
    assert x_bar.tolist() == models.damped.vjp(X, X)[1](np.ones(4)).tolist()
    with pytest.raises(CError, match="head gradient") as caught:
        loaded.run(face, (X, X), [np.ones(3)])
    assert caught.value.code == 5


def test_a_pullback_that_cannot_be_is_told() -> None:
    library = c_library(plan_functions([models.shifting]), "model")
    assert [f.code.name for f in library.faces] == ["shifting_value"]
    (reason,) = library.missing
    assert reason.startswith("shifting_vjp: the function writes into `x`")
    assert reason in re.sub(r"\s+", " ", header(library))


# --------------------------------------------------------------------------------------------------------- memory


@needs_cc
@pytest.mark.parametrize("steps", [0, 1, 17])
def test_a_workspace(loaded: Loaded, steps: int) -> None:
    face, arguments = loaded.faces["growing_value_and_grad"], (X, steps)
    call = Call()
    expected = loaded.run(face, arguments, call=call)
    size = call.workspace_used
    block = np.zeros(size // 8 + 4)
    start = -block.ctypes.data % 16
    call.workspace, call.workspace_size = block.ctypes.data + start, size
    got = loaded.run(face, arguments, call=call)
    assert got[0] == expected[0] and got[1].tolist() == expected[1].tolist()
    assert call.workspace_used == size
    assert np.all(block[start // 8 + size // 8:] == 0.0)
    call.workspace_size = size - 16
    with pytest.raises(CError, match="memory") as caught:
        loaded.run(face, arguments, call=call)
    assert caught.value.code == 1
    call.workspace = block.ctypes.data + start + 8
    with pytest.raises(CError, match="aligned") as caught:
        loaded.run(face, arguments, call=call)
    assert caught.value.code == 2


@needs_cc
def test_threads(loaded: Loaded) -> None:
    """`ctypes` lets other threads run during a call."""
    expected = models.growing.grad(X, 500).tolist()
    wrong: list[Any] = []

    def work() -> None:
        for _ in range(50):
            _, x_bar = loaded.run(loaded.faces["growing_value_and_grad"], (X, 500))
            if x_bar.tolist() != expected:
                wrong.append(x_bar)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


@needs_cc
def test_memory_is_given_back(loaded: Loaded) -> None:
    import resource

    face = loaded.faces["growing_value_and_grad"]
    x = np.linspace(0.0, 1.0, 10_000)

    def use(calls: int) -> int:
        for _ in range(calls):
            loaded.run(face, (x, 20))
            with pytest.raises(CError):
                loaded.run(loaded.faces["damped_value"], (x, X))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = use(20)
    assert use(200) - before < 8_000  # kB; 200 calls use 300,000


# ---------------------------------------------------------------------------------------------------------- names


@needs_cc
def test_several_signatures_and_names_that_c_does_not_have(tmp_path: Path) -> None:
    loaded = Loaded(plan_functions([models.several]), tmp_path)
    face = loaded.faces["several_d_d_value_and_grad"]
    assert [p.name for p in face.code.parameters] == [
        "register_", "lambda", "value", "register_bar", "lambda_bar", "call"]
    value, gradient = models.several.value_and_grad(3.0, 2.0)
    assert loaded.run(face, (3.0, 2.0)) == [value, *gradient]
    face = loaded.faces["several_d2a_s_value_and_grad"]
    matrix = np.arange(6.0).reshape(2, 3).T
    value, gradient = models.several.value_and_grad(matrix, 2.0)
    got = loaded.run(face, (matrix, 2.0))
    assert got[0] == value and got[2] == gradient[1]
    assert np.array_equal(got[1], gradient[0])


@needs_cc
def test_every_kind_of_number(tmp_path: Path) -> None:
    loaded = Loaded(plan_functions([models.kinds]), tmp_path)
    for up in (True, False):
        got = loaded.run(loaded.faces["kinds_value_and_grad"], (X, up, np.int32(3)))
        value, gradient = models.kinds.value_and_grad(X, up, np.int32(3))
        assert got[0] == value and got[1].tolist() == gradient.tolist()


@needs_cc
def test_records_are_their_fields(tmp_path: Path) -> None:
    function = differentiate(models.at_point)
    point = models.Point(2.0, np.array([1.0, 3.0]))
    loaded = Loaded(plan_functions([function], [(point, 0.5)]), tmp_path)
    face = loaded.faces["at_point_value_and_grad"]
    assert [p.name for p in face.code.parameters] == [
        "p_x", "p_weights", "p_weights_n0", "shift", "value", "p_x_bar", "p_weights_bar", "call"]
    value, gradient = function.value_and_grad(point, 0.5)
    got = loaded.run(face, (point, 0.5))
    assert got[:2] == [value, gradient.x] and got[2].tolist() == gradient.weights.tolist()


def test_names_that_become_one_are_told_apart() -> None:
    def clash(x, x_n0, call, value, value_bar):
        return np.sum(x) * x_n0 * call * value * value_bar

    plan = plan_functions([differentiate(clash)], [(X, 1.0, 2.0, 3.0, 4.0)])
    for face in c_library(plan, "model").faces:
        names = [p.name for p in face.code.parameters]
        assert len(set(names)) == len(names)


def test_two_functions_of_one_name() -> None:
    def f(x):
        return x * x

    first, second = differentiate("float64")(f), differentiate("float64")(f)
    with pytest.raises(UsageError, match="would have the name `f_value` in C"):
        c_library(plan_functions([first, second]), "model")


# ----------------------------------------------------------------------------------------------------------- BLAS


def test_routines_of_blas_have_to_be_allowed(tmp_path: Path) -> None:
    plan = plan_functions([models.product])
    choice = emit.Choice(emit.kinds_of("obj"))
    with pytest.raises(UsageError, match=r"`product` needs dgemv_ of BLAS .*`--blas system`.*`--blas loops`"):
        emit.write(plan, tmp_path, "model", choice)
    assert list(tmp_path.iterdir()) == []
    emit.write(plan, tmp_path, "model", emit.Choice(choice.kinds, blas="system"))
    assert "dgemv_" in (tmp_path / "model_c" / "model.h").read_text()


def test_special_functions_of_scipy_are_refused(tmp_path: Path) -> None:
    def weighed(x):
        return scipy.special.ndtri(x)

    plan = plan_functions([differentiate("float64")(weighed)])
    with pytest.raises(UsageError, match=r"`weighed` calls scipy.special.ndtri, which SciPy offers to Python only"):
        emit.write(plan, tmp_path, "model", emit.Choice(emit.kinds_of("obj"), blas="system"))


def test_a_factorisation_has_no_loops(tmp_path: Path) -> None:
    def volume(a):
        return np.linalg.det(a)

    plan = plan_functions([differentiate("float64[:, ::1]")(volume)])
    with pytest.raises(UsageError, match=r"`volume` needs dgesvd_, dgetrf_[^`]*say `--blas system`: [^`]*$"):
        emit.write(plan, tmp_path, "model", emit.Choice(emit.kinds_of("obj"), blas="loops"))


def squares(a, b, x):
    return np.sum(np.abs(a @ b) ** 2) + np.sum(np.abs(b @ x) ** 2)


def factors(n: int, k: int, m: int, kind: type) -> tuple[np.ndarray, ...]:
    """Arguments of `squares`, one of them stored by columns."""
    rng = np.random.default_rng(n)
    a, b, x = (rng.normal(size=s).astype(kind) for s in ((n, k), (m, k), (m,)))
    if np.iscomplexobj(a):
        a, b, x = a * (1.0 + 0.5j), b - 1j * b[::-1], x * 1j
        a, b, x = a.astype(kind), b.astype(kind), x.astype(kind)
    return a, b.T, x


@pytest.fixture(scope="module", params=[np.float64, np.float32, np.complex128, np.complex64])
def products(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[type, Any, Loaded]:
    """A kind of numbers, `squares` as it is compiled, and as a C function that needs no BLAS."""
    kind, function = request.param, differentiate(squares, argnums=(0, 1, 2))
    plan = plan_functions([function], [factors(3, 4, 5, kind)])
    loaded = Loaded(plan, tmp_path_factory.mktemp("products"), only=("both",), own_products=True)
    assert loaded.library.routines == ()
    return kind, function, loaded


@needs_cc
@pytest.mark.parametrize("n, k, m", [(3, 4, 5), (20, 30, 40), (1, 900, 1), (70, 1, 70), (0, 200, 5), (200, 0, 5)])
def test_products_by_loops(products: tuple[type, Any, Loaded], n: int, k: int, m: int) -> None:
    kind, function, loaded = products
    arguments = factors(n, k, m, kind)
    value, *gradient = loaded.run(loaded.of("both"), arguments)
    expected, wanted = function.value_and_grad(*arguments)
    double = kind in (np.float64, np.complex128)
    close = {"rtol": 1e-11 if double else 2e-3, "atol": 1e-11 if double else 1e-2}
    np.testing.assert_allclose(value, expected, **close)
    for one, other in zip(gradient, wanted, strict=True):
        assert one.dtype == kind
        np.testing.assert_allclose(one, other, **close)


# ------------------------------------------------------------------------------------------------- reproducibility


@pytest.mark.long
def test_same_source_same_bytes(tmp_path: Path) -> None:
    script = ("import sys; from pathlib import Path; from tapeless.building import emit, plan;"
              "emit.write(plan.plan_file(sys.argv[1] + '::loss,growing,several'), Path(sys.argv[2]), 'model',"
              "           emit.Choice(emit.kinds_of(sys.argv[3])))")
    kinds = "source,llvm,asm,obj,static" + (",shared" if shutil.which("cc") else "")
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, models.__file__, str(folder), kinds], env=environment, check=True)
        found.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert len(found[0]) > 20
    assert found[0] == found[1]
