"""The elementary functions of our own: how far from exact, what at the edges, and whether loops really use vectors."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from llvmlite import binding

from tapeless import differentiate
from tapeless.compiler.backend.llvm import vectormath
from tapeless.compiler.backend.llvm.vectormath.kernels import KERNELS, OPERANDS, WIDE
from tapeless.compiler.backend.target import Target, host, ir_text, object_code, optimise

LONG = np.longdouble
NUMPY: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in KERNELS if hasattr(np, name)},
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2, "asinh": np.arcsinh,
    "acosh": np.arccosh, "atanh": np.arctanh, "pow": np.power,
}
# In units in the last place. What is not listed is within 1.1.
LIMITS = {"expm1": 1.2, "sinh": 2.3, "tanh": 1.6, "acosh": 1.8, "tan": 1.3, "atan": 1.6, "atan2": 1.8, "erf": 1.5,
          "erfc": 2.5}
COUNT = 1 << 13

precise = pytest.mark.skipif(np.finfo(LONG).nmant < 60, reason="long double is no wider than double here")
fused = pytest.mark.skipif("+fma" not in host().features.split(",") and host().triple.startswith("x86_64"),
                           reason="this machine has no fused multiply-add: everything is the C library's")

# ----------------------------------------------------------------------------------------------- the kernels by hand


def loop(symbol: str, width: int) -> str:
    """`z[i] = f(x[i], y[i])` for `width` elements at a time."""
    t = "double" if width == 1 else f"<{width} x double>"
    arguments = ", ".join(f"{t} %{v}" for v in "ab"[: OPERANDS[symbol]])
    return f"""
define void @run.{symbol}.{width}(ptr %x, ptr %y, ptr %z, i64 %n) {{
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %p = getelementptr double, ptr %x, i64 %i
  %q = getelementptr double, ptr %y, i64 %i
  %r = getelementptr double, ptr %z, i64 %i
  %a = load {t}, ptr %p, align 8
  %b = load {t}, ptr %q, align 8
  %c = call {t} @{vectormath.name_of(symbol, width)}({arguments})
  store {t} %c, ptr %r, align 8
  %next = add i64 %i, {width}
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %done
done:
  ret void
}}"""


def linked(target: Target) -> Callable[[str, int], Callable[..., np.ndarray]]:
    wanted = list(itertools.product(KERNELS, (1, 4)))
    found = vectormath.bodies(wanted, "+fma" in target.features or not target.triple.startswith("x86_64"))
    module = optimise(found.text + "".join(loop(s, w) for s, w in wanted), target, 1)
    machine = binding.Target.from_triple(host().triple).create_target_machine(cpu=host().cpu, codemodel="small")
    builder = binding.JITLibraryBuilder().add_object_img(object_code(module)).add_current_process()
    for symbol, width in wanted:
        builder.export_symbol(f"run.{symbol}.{width}")
    jit = binding.create_lljit_compiler(machine, use_jit_link=True)
    library = builder.link(jit, "kernels")

    def choose(symbol: str, width: int) -> Callable[..., np.ndarray]:
        run = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, ctypes.c_int64)(library[f"run.{symbol}.{width}"])

        def call(*operands: np.ndarray) -> np.ndarray:
            x, y = (np.ascontiguousarray(v, float) for v in (operands[0], operands[-1]))
            z = np.empty_like(x)
            assert x.size % 4 == 0
            run(x.ctypes.data, y.ctypes.data, z.ctypes.data, x.size)
            return z

        call.keep = jit, library  # type: ignore[attr-defined]
        return call

    return choose


@pytest.fixture(scope="module")
def kernels() -> Callable[[str, int], Callable[..., np.ndarray]]:
    return linked(host())


@contextmanager
def quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def between(low: float, high: float) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.uniform(low, high, COUNT)


def sizes(low: float, high: float, signed: bool = True) -> Callable[[np.random.Generator], np.ndarray]:
    """All magnitudes between two."""
    def draw(rng: np.random.Generator) -> np.ndarray:
        size = np.exp(rng.uniform(math.log(low), math.log(high), COUNT))
        return size * rng.choice([-1.0, 1.0], COUNT) if signed else size

    return draw


def near_one(rng: np.random.Generator) -> np.ndarray:
    return 1.0 - np.exp(rng.uniform(-36.0, 0.0, COUNT))


def quadrants(rng: np.random.Generator) -> np.ndarray:
    """Next to multiples of pi / 2, where almost nothing is left after the reduction."""
    return np.round(rng.uniform(-6e8, 6e8, COUNT)) * (math.pi / 2)


CIRCLE = [between(-0.8, 0.8), between(-10, 10), between(-1e9, 1e9), sizes(1e-20, 1e308), quadrants]
LOGARITHM = [between(0.5, 2.0), between(0.99, 1.01), sizes(5e-324, 1e308, False)]
BOTH = [(between(-1, 1), between(-1, 1)), (sizes(1e-300, 1e300), sizes(1e-300, 1e300)),
        (sizes(0.1, 10), sizes(0.1, 10))]
RANGES: dict[str, list[Any]] = {
    "exp": [between(-1, 1), between(-745, 709.7), sizes(1e-20, 700)],
    "exp2": [between(-1, 1), between(-1074, 1023.9), sizes(1e-20, 1000)],
    "expm1": [between(-1, 1), between(-40, 709), sizes(1e-20, 700), between(-0.4, 0.4)],
    "sinh": [between(-1, 1), between(-710, 710), sizes(1e-20, 710), between(-45, 45)],
    "cosh": [between(-1, 1), between(-710, 710), sizes(1e-10, 710)],
    "tanh": [between(-1, 1), between(-20, 20), sizes(1e-20, 30)],
    "log": LOGARITHM, "log2": LOGARITHM, "log10": LOGARITHM,
    "log1p": [between(-1, 1), sizes(1e-20, 1e308, False), between(-1e-3, 1e-3)],
    "asinh": [between(-1, 1), between(-100, 100), sizes(1e-20, 1e308)],
    "acosh": [between(1, 2), sizes(1, 1e308, False), lambda rng: 2.0 - near_one(rng)],
    "atanh": [between(-1, 1), sizes(1e-20, 1), near_one],
    "pow": [(between(0, 10), between(-10, 10)), (sizes(1e-300, 1e300, False), between(-1, 1)),
            (between(0.5, 2), between(-1000, 1000)),
            (between(-3, 3), lambda rng: rng.integers(-300, 300, COUNT) * 1.0)],
    "sin": CIRCLE, "cos": CIRCLE, "tan": CIRCLE,
    "asin": [between(-1, 1), sizes(1e-20, 1), near_one], "acos": [between(-1, 1), sizes(1e-20, 1), near_one],
    "atan": [between(-1, 1), between(-10, 10), sizes(1e-20, 1e308)], "atan2": BOTH,
    "cbrt": [between(-10, 10), sizes(5e-324, 1e308)], "hypot": [*BOTH, (sizes(5e-324, 1e308), sizes(5e-324, 1e308))],
}


def units(got: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Distances in units in the last place; infinities and NaN have to agree."""
    rounded = exact.astype(float)
    error = np.abs(got.astype(LONG) - exact) / np.spacing(np.abs(rounded)).astype(LONG)
    same = (got == rounded) | (np.isnan(got) & np.isnan(rounded))
    return np.where(same & ~np.isfinite(rounded), 0.0, error).astype(float)


@fused
@precise
@pytest.mark.parametrize("symbol", sorted(RANGES))
def test_values_are_accurate(symbol: str, kernels) -> None:
    rng = np.random.default_rng(1)
    vectors, single = kernels(symbol, 4), kernels(symbol, 1)
    for draw in RANGES[symbol]:
        operands = [d(rng) for d in (draw if isinstance(draw, tuple) else (draw,))]
        with quiet():
            got, exact = vectors(*operands), NUMPY[symbol](*(v.astype(LONG) for v in operands))
            error = units(got, exact)
        worst = int(np.argmax(np.where(np.isnan(error), np.inf, error)))
        assert error[worst] <= LIMITS.get(symbol, 1.1), [float(v[worst]) for v in operands]
        np.testing.assert_array_equal(got, single(*operands))


def test_every_function_has_ranges_or_references() -> None:
    assert set(RANGES) | {"erf", "erfc"} == set(KERNELS)


# erf(x) and erfc(x) to 25 digits, from mpmath.
ERRORS = (
    (-5.5, "-0.999999999999992642152082", "1.999999999999992642152082"),
    (-2.25, "-0.9985372834133188483020892", "1.998537283413318848302089"),
    (-1.0, "-0.8427007929497148693412206", "1.842700792949714869341221"),
    (-0.9999, "-0.8426592780487594779909473", "1.842659278048759477990947"),
    (-0.7, "-0.6778011938374184422768582", "1.677801193837418442276858"),
    (-0.25, "-0.2763263901682369329850683", "1.276326390168236932985068"),
    (-1e-10, "-1.12837916709551261500173e-10", "1.000000000112837916709551"),
    (1e-300, "1.128379167095512602172316e-300", "1.0"),
    (0.001, "0.001128378790969236403437564", "0.9988716212090307635965624"),
    (0.3, "0.328626759459127416189618", "0.671373240540872583810382"),
    (0.4999, "0.5204119951613865902765291", "0.4795880048386134097234709"),
    (0.5, "0.5204998778130465376827467", "0.4795001221869534623172533"),
    (0.6, "0.6038560908479259050823068", "0.3961439091520740949176932"),
    (0.65, "0.6420293273556718577141834", "0.3579706726443281422858166"),
    (0.75, "0.7111556336535151315989378", "0.2888443663464848684010622"),
    (0.84375, "0.7672256612323416334589782", "0.2327743387676583665410218"),
    (0.847, "0.7690202550685441512933908", "0.2309797449314558487066092"),
    (0.9, "0.7969082124228321396646662", "0.2030917875771678603353338"),
    (0.9999, "0.8426592780487594779909473", "0.1573407219512405220090527"),
    (1.0, "0.8427007929497148693412206", "0.1572992070502851306587794"),
    (1.01, "0.8468104962282767014998326", "0.1531895037717232985001674"),
    (1.25, "0.9229001282564582301365235", "0.07709987174354176986347652"),
    (1.7, "0.9837904585907745608413129", "0.01620954140922543915868705"),
    (2.0, "0.9953222650189527341620693", "0.004677734981047265837930744"),
    (2.5, "0.9995930479825550410604358", "0.0004069520174449589395642157"),
    (3.3, "0.9999969422902035618348012", "0.000003057709796438165198762668"),
    (4.0, "0.9999999845827420997199811", "1.541725790028001885215967e-8"),
    (5.0, "0.999999999998462540205572", "1.537459794428034850188343e-12"),
    (5.45, "0.9999999999999871657421281", "1.283425787187046634130211e-14"),
    (6.0, "0.9999999999999999784802633", "2.151973671249891311659335e-17"),
    (8.0, "1.0", "1.122429717298292707996789e-29"),
    (12.0, "1.0", "1.356261169205904212780306e-64"),
    (20.0, "1.0", "5.395865611607900928934999e-176"),
    (26.0, "1.0", "5.663192408856142846475728e-296"),
    (26.5, "1.0", "2.210907664263734275929239e-307"),
    (27.2, "1.0", "1.018904914270315539514234e-323"),
)


@fused
@precise
def test_the_error_function_is_accurate(kernels) -> None:
    x = np.array([row[0] for row in ERRORS])
    for column, symbol in ((1, "erf"), (2, "erfc")):
        exact = np.array([LONG(row[column]) for row in ERRORS])
        error = units(kernels(symbol, 4)(x), exact)
        assert error.max() <= LIMITS[symbol], x[np.argmax(error)]


# ------------------------------------------------------------------------------------------------------------- edges

EDGES = np.array([
    0.0, math.inf, math.nan, 5e-324, 1e-320, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-17, 1e-9, 0.5, 1.0, 2.0, 3.0,
    8.0, 10.0, 26.5, 100.0, 1000.0, 1e16, 1e18, 1e22, 1e300, 1.7976931348623157e308, np.nextafter(1.0, 2.0),
    np.nextafter(1.0, 0.0), 709.782712893384, 709.7827128933841, 708.4, 745.13, 745.1332191019412, 746.0, 1e4,
    710.475860073943, 710.475860073944, 1023.9999, 1024.0, 1022.5, 1074.0, 1074.5, 1075.0, math.pi, math.pi / 2,
    math.pi * 1e5, 2.0**30, np.nextafter(2.0**30, 0.0), 2.0**52, 2.0**53 + 2.0,
])
EDGES = np.concatenate([EDGES, -EDGES])


@precise
@pytest.mark.parametrize("symbol", sorted(RANGES))
@pytest.mark.parametrize("multiplies_and_adds", [True, False])
def test_edges_are_those_of_numpy(symbol: str, multiplies_and_adds: bool, kernels, plain_kernels) -> None:
    operands = [EDGES] if OPERANDS[symbol] == 1 else [v.ravel() for v in np.meshgrid(EDGES, EDGES)]
    chosen = kernels if multiplies_and_adds else plain_kernels
    with quiet():
        got = chosen(symbol, 4)(*operands)
        exact = NUMPY[symbol](*(v.astype(LONG) for v in operands))
        wanted = exact.astype(float)
        error = units(got, exact)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(wanted))
    known = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(got[known]), np.signbit(wanted[known]))
    assert error[known].max() <= 2.5
    np.testing.assert_array_equal(got, chosen(symbol, 1)(*operands))


@pytest.fixture(scope="module")
def plain_kernels() -> Callable[[str, int], Callable[..., np.ndarray]]:
    """For the machine as if it had no fused multiply-add."""
    without = ("+fma", "+fma4")
    features = ",".join(f"-{f[1:]}" if f in without or "avx512" in f else f for f in host().features.split(","))
    return linked(Target(host().triple, "", features, host().layout))


def test_without_fused_multiply_add_nothing_calls_fma() -> None:
    found = vectormath.bodies([("exp", 4), ("sin", 1)], False)
    assert "fma" not in found.text
    assert "call double @exp(" in found.text


def test_exact_where_nothing_else_is_excusable(kernels) -> None:
    with quiet():
        powers = np.arange(-1074.0, 1022.0)
        exact = np.ldexp(1.0, powers.astype(int))
        np.testing.assert_array_equal(kernels("exp2", 4)(powers), exact)
        np.testing.assert_array_equal(kernels("log2", 4)(exact), powers)
        cubes = np.arange(-400.0, 400.0)
        np.testing.assert_array_equal(kernels("cbrt", 4)(cubes**3), cubes)
        np.testing.assert_array_equal(kernels("hypot", 4)(3.0 * cubes, 4.0 * cubes), 5.0 * np.abs(cubes))
        tens = np.concatenate([10.0 ** np.arange(23), [1.0]])
        np.testing.assert_array_equal(kernels("log10", 4)(tens)[:23], np.arange(23.0))


@pytest.mark.parametrize("symbol", sorted(WIDE))
def test_large_arguments_change_nothing_in_other_lanes(symbol: str, kernels) -> None:
    x = np.linspace(-3.0, 3.0, 16)
    mixed = x.copy()
    mixed[::3] = 1e300
    got, alone = kernels(symbol, 4)(mixed), kernels(symbol, 4)(x)
    rest = mixed == x
    np.testing.assert_array_equal(got[rest], alone[rest])
    np.testing.assert_array_equal(got[~rest], getattr(math, symbol)(1e300))


# --------------------------------------------------------------------------------------------------- loops use them


def products(x):
    return np.exp(x) * np.sin(x)


def total(x):
    return np.sum(np.tanh(x) * np.log(1.0 + x * x) + np.cos(x) * x**1.5)


def singles(x):
    return np.exp(x) * np.sin(x)


def written_out(x, y):
    for i in range(len(x)):
        y[i] = np.exp(x[i]) * np.sin(x[i])
    return y


def in_order(x):
    s = 0.0
    for i in range(len(x)):
        s += math.exp(x[i])
    return s


def calls(text: str) -> set[str]:
    """Functions outside of LLVM's own that the code calls, the interpreter's and the kernel's helpers left out."""
    found = re.findall(r"call [^@\n]*@([\w.]+)\(", re.sub(r"define [^\n]*\.wide\(.*?\n}", "", text, flags=re.DOTALL))
    return {f for f in found if not f.startswith(("llvm.", "tl.", "Py", "_Py", "mem"))}


def own(text: str) -> set[str]:
    """Elementary functions that are called, not inlined; the lanes with large arguments are."""
    return {f for f in re.findall(r"@(tl\.math\.[\w.]+)\(", text) if not f.endswith(".wide")}


@fused
@pytest.mark.parametrize(("function", "signature", "purpose"), [
    (products, "f8[::1]", "value"), (total, "f8[::1]", "value"), (total, "f8[::1]", "both"),
    (singles, "f4[::1]", "value"), (written_out, "f8[::1], f8[::1]", "value"),
])
def test_the_loop_is_vectorised_and_calls_nothing(function, signature: str, purpose: str) -> None:
    compiled = differentiate(signature)(function)
    text = compiled.inspect_llvm(purpose) if purpose == "value" else gradient_text(compiled)
    assert re.search(r"call <\d+ x double> @llvm\.fma", text)
    library = {"exp", "sin", "cos", "tanh", "log", "pow", "fma"}
    # A loop of the user's has a second form, with the checks that hardly ever fail.
    allowed = {"exp", "sin"} if function is written_out else set()
    assert calls(text) & library <= allowed
    if function is not written_out and "avx" in host().features:
        assert own(text) == set()


def gradient_text(compiled) -> str:
    compiled.value_and_grad(np.linspace(0.1, 1.0, 9))
    return compiled.inspect_llvm("both")


def test_math_has_the_bits_of_the_c_library() -> None:
    compiled = differentiate("f8[::1]")(in_order)
    x = np.random.default_rng(2).uniform(-5.0, 5.0, 1000)
    assert compiled(x) == in_order(x)
    assert "tl.math" not in compiled.inspect_llvm("value")


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 31, 100])
def test_an_element_does_not_depend_on_its_place(n: int) -> None:
    compiled = differentiate("f8[::1]")(products)
    x = np.random.default_rng(n).uniform(-5.0, 5.0, n)
    whole = compiled(x)
    np.testing.assert_allclose(whole, products(x), rtol=1e-15, atol=0.0)
    for k in range(n):
        np.testing.assert_array_equal(compiled(x[k:].copy()), whole[k:])


def test_single_precision_is_computed_in_double_and_rounded() -> None:
    def f(x):
        return np.exp(x)

    x = np.random.default_rng(3).uniform(-80.0, 80.0, 5000).astype(np.float32)
    got = differentiate("f4[::1]")(f)(x)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, np.exp(x.astype(float)).astype(np.float32))


@pytest.mark.parametrize(("triple", "cpu", "lanes"), [
    ("aarch64-unknown-linux-gnu", "generic", 2), ("x86_64-unknown-linux-gnu", "x86-64-v3", 4),
])
def test_other_machines(triple: str, cpu: str, lanes: int) -> None:
    """The same text becomes vectors there too, with or without masks."""
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    features = "+fma,+avx,+avx2" if cpu == "x86-64-v3" else ""
    layout = binding.Target.from_triple(triple).create_target_machine(cpu=cpu, features=features).target_data
    module = optimise(element_loop(), Target(triple, cpu, features, str(layout)))
    assert f"call <{lanes} x double> @llvm.fma" in ir_text(module)
    assert object_code(module)


def element_loop() -> str:
    """The text of a kernel with a loop over elements."""
    from backend.kernels import F64, app, function, let, num, store, var
    from tapeless.compiler.backend.llvm import emit_kernel
    from tapeless.compiler.ir.nodes import ELEMENTS, Assign, For
    from tapeless.compiler.ir.types import PY_INT, Array

    a, b = (var(n, Array("float64", 1)) for n in "ab")
    i, n, t, u = var("i", PY_INT), var("n", PY_INT), var("t"), var("u")
    body = (let(t, "load", a, i), Assign(u, app("exp", t, type=F64, via="numpy")), store(b, (i,), u))
    loop = For(i, num(0), n, num(1), body, False, f"{ELEMENTS}i")
    kernel = emit_kernel(function([a], [let(n, "dim", a, axis=0), let(b, "alloc", n), loop], b), "@{}".format)
    return kernel.text + (
        "define i32 @f(ptr %c, ptr %a, ptr %r) {\n  %s = call i32 @kernel(ptr %c, ptr %a, ptr %r)\n  ret i32 %s\n}\n")


def test_the_same_text_gives_the_same_bytes() -> None:
    first, second = (object_code(optimise(element_loop(), host())) for _ in range(2))
    assert first == second
