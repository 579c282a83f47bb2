"""Code for machines that this is not: the right kind of object files and instructions, WebAssembly that runs."""

from __future__ import annotations

import ctypes
import itertools
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from sampled import long_unless
from tapeless.__main__ import main
from tapeless.building import emit
from tapeless.building.plan import plan_functions
from tapeless.compiler.backend import target
from tapeless.compiler.backend.machines import CPUS, TRIPLES, UnknownMachine, machine
from tapeless.loading import UsageError

from . import c_models as models

MAGIC = {"linux": b"\x7fELF", "macos": b"\xcf\xfa\xed\xfe", "windows": None, "wasm32": b"\0asm"}
ELF_MACHINE = {"x86_64": 62, "aarch64": 183}
COFF_MACHINE = {"x86_64": b"\x64\x86", "aarch64": b"\x64\xaa"}
MACHO_MACHINE = {"x86_64": 0x01000007, "aarch64": 0x0100000C}


def built(folder: Path, kinds: str, name: str, level: str = "", *functions: object) -> emit.Written:
    choice = emit.Choice(emit.kinds_of(kinds), machine(name, level))
    return emit.write(plan_functions(functions or (models.damped,)), folder, "model", choice)


@pytest.mark.parametrize("name", TRIPLES)
def test_object_files(name: str, tmp_path: Path) -> None:
    built(tmp_path, "obj", name)
    m = machine(name)
    suffix = ".obj" if m.system == "windows" else ".o"
    objects = sorted(tmp_path.glob(f"model_c/*{suffix}"))
    assert [p.stem for p in objects] == [
        "damped_value", "damped_value__careful", "damped_vjp", "damped_vjp__careful", "damped_vjp__value",
        "damped_vjp__value__careful", "model_errors"]
    for path in objects:
        head = path.read_bytes()[:20]
        if m.system == "linux":
            assert (head[:4], int.from_bytes(head[18:20], "little")) == (b"\x7fELF", ELF_MACHINE[m.architecture])
        elif m.system == "macos":
            assert (head[:4], int.from_bytes(head[4:8], "little")) == (MAGIC["macos"], MACHO_MACHINE[m.architecture])
        elif m.system == "windows":
            assert head[:2] == COFF_MACHINE[m.architecture]
        else:
            assert head[:4] == MAGIC["wasm32"]


# A register that the instructions of a level have and those below have not, and one that only higher ones have.
REGISTERS = {
    "x86-64": (r"%xmm\d", r"%ymm|\bvfmadd|\bvmovsd"),
    "x86-64-v2": (r"%xmm\d", r"%ymm|\bvfmadd|\bvmovsd"),
    "x86-64-v3": (r"%ymm\d.*|vfmadd", r"%zmm|%k[1-7]"),
    "x86-64-v4": (r"%zmm\d", r"nothing"),
}


@pytest.mark.parametrize("level", REGISTERS)
def test_the_instructions_of_a_level(level: str, tmp_path: Path) -> None:
    built(tmp_path, "asm", "x86_64-linux-gnu", level)
    text = "".join(p.read_text() for p in tmp_path.glob("model_c/*.s"))
    has, has_not = REGISTERS[level]
    assert re.search(has, text)
    assert not re.search(has_not, text)
    # Without a fused multiply-add the elementary functions are the C library's.
    assert ("exp@PLT" in text) == (level in ("x86-64", "x86-64-v2"))


def test_arm_has_vectors_of_two(tmp_path: Path) -> None:
    built(tmp_path, "asm", "aarch64-linux-gnu")
    text = "".join(p.read_text() for p in tmp_path.glob("model_c/*.s"))
    assert re.search(r"fm(la|ul)\s+v\d+\.2d", text)
    assert not re.search(r"\bbl\s+exp\b|%[xyz]mm", text)


def test_the_layout_is_the_targets(tmp_path: Path) -> None:
    for name in TRIPLES:
        text = target.of(machine(name)).layout
        assert ("p:32:32" in text) == (name == "wasm32")


def test_every_level_is_known_to_llvm() -> None:
    """LLVM takes a name that it does not know for the most general processor and says so on the error stream."""
    code = ("from tapeless.compiler.backend import machines as m, target\n"
            "for name in ('x86_64-linux-gnu', 'aarch64-linux-gnu', 'wasm32'):\n"
            "    for level in m.CPUS[name.partition('-')[0]]:\n"
            "        t = target.of(m.machine(name, level))\n"
            "        target.object_code(target.optimise('define void @f() { ret void }\\n', t))\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_levels_are_ordered() -> None:
    levels = [set(CPUS["x86_64"][n].split(",")) - {""} for n in ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4")]
    assert all(low < high for low, high in itertools.pairwise(levels))


def test_unknown_names() -> None:
    with pytest.raises(UnknownMachine, match=r"no target `vax`; there are x86_64-linux-gnu, "):
        machine("vax")
    with pytest.raises(UsageError, match=r"no processor `haswel` for x86_64-linux-gnu; there are x86-64, "):
        emit.machine_of("x86_64-linux-gnu", "haswel")
    with pytest.raises(UsageError, match=r"no `object` to emit; there are source, llvm"):
        emit.kinds_of("llvm,object")


def test_this_machine_has_a_name() -> None:
    name = emit.this_machine()
    assert machine(name).architecture in target.host().triple.replace("arm64", "aarch64")
    assert emit.machine_of(None, "native") is None
    assert emit.machine_of(None, "portable") == machine(name)


def test_static_libraries_for_macos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="libtool"):
        built(tmp_path, "static", "aarch64-macos")


needs_zig = pytest.mark.skipif(find_spec("ziglang") is None, reason="needs ziglang")


@needs_zig
def test_a_shared_library_for_another_linux(tmp_path: Path) -> None:
    data = (built(tmp_path, "shared", "aarch64-linux-gnu").folder / "libmodel.so").read_bytes()
    assert data[:4] == b"\x7fELF" and data[16] == 3  # a shared object
    assert int.from_bytes(data[18:20], "little") == ELF_MACHINE["aarch64"]


@needs_zig
@pytest.mark.skipif(sys.platform != "linux", reason="links for Linux")
def test_without_a_linker_on_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    choice = emit.Choice(emit.kinds_of("shared,static"), machine(emit.this_machine()))
    folder = emit.write(plan_functions([models.loss]), tmp_path, "model", choice).folder
    library = ctypes.CDLL(str(folder / "libmodel.so"))
    x, value = np.array([1.0, 2.0, 3.0]), ctypes.c_double()
    extent, rate = ctypes.c_int64(3), ctypes.c_double(0.5)
    assert library.loss_value(x.ctypes, extent, rate, ctypes.byref(value), None) == 0
    assert value.value == models.loss(x, 0.5)


def test_no_linker_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'tapeless\[build\]'"):
        emit.write(plan_functions([models.loss]), tmp_path, "model", emit.Choice(emit.kinds_of("shared")))


def test_the_page_lists_what_there_is() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "build.md").read_text(encoding="utf-8")
    names = {*TRIPLES, *emit.KINDS, *(level for levels in CPUS.values() for level in levels)}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


# ------------------------------------------------------------------------------------------------ the command line

MODEL = """
import numpy as np
from tapeless import differentiate

@differentiate("float64[::1]")
def loss(x):
    return np.sum(x * x)
"""


def command(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["build", *arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = tmp_path / "emitted_model.py", str(tmp_path / "out")
    model.write_text(MODEL)
    options = ("--emit", "obj,llvm", "--target", "aarch64-linux-gnu", "--cpu", "neoverse-n1", "-o", out)
    status, said = command(str(model), *options, capsys=capsys)
    folder = tmp_path / "out" / "emitted_model_c"
    assert (status, said.splitlines()[1]) == (0, "  emitted_model.h and 10 other files")
    assert f"{folder}: " in said and "code for aarch64-linux-gnu, neoverse-n1" in said
    text = (folder / "emitted_model.h").read_text()
    assert "aarch64-linux-gnu, neoverse-n1" in text and "emitted_model.py  sha256 " in text
    assert command(str(model), *options, "--check", capsys=capsys) == (0, f"{folder} is up to date\n")
    (folder / "loss_value.o").write_bytes(b"")
    status, said = command(str(model), *options, "--check", capsys=capsys)
    assert status == 1 and "the package's file loss_value.o has been edited" in said
    status, said = command(str(model), *options, "--prefix", "em_", "--check", capsys=capsys)
    assert status == 1 and "prefix '', and that is 'em_' now" in said
    assert command(str(model), *options, "--prefix", "em_", capsys=capsys)[0] == 0
    assert sorted(p.name for p in folder.glob("*loss_value.*")) == ["em_loss_value.ll", "em_loss_value.o"]


@pytest.mark.parametrize("options, message", [
    (("--emit", "exe"), "there is no `exe` to emit; there are source, llvm"),
    (("--target", "wasm32"), "--target, --prefix and --blas are for C; say what to write with --emit"),
    (("--emit", "obj", "--target", "vax"), "there is no target `vax`; there are x86_64-linux-gnu"),
    (("--emit", "obj", "--target", "wasm32", "--cpu", "native"), "`--cpu native` is this machine, and that"),
    (("--emit", "shared", "--target", "aarch64-macos"), "emit `obj` or `static` and link there"),
    (("--emit", "obj", "--prefix", "a-"), "names in C cannot begin with `a-`"),
    (("--emit", "obj", "--name", "a-b"), "a C library cannot be called `a-b`"),
])  # fmt: skip
def test_mistakes(
    options: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mistaken.py").write_text(MODEL)
    status, said = command(str(tmp_path / "mistaken.py"), "-o", str(tmp_path), *options, capsys=capsys)
    assert status == 2
    assert said.startswith("tapeless build: error: ") and message in said


def test_a_folder_of_somebody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "owned.py").write_text(MODEL)
    (tmp_path / "owned_c").mkdir()
    (tmp_path / "owned_c" / "letter.txt").write_text("dear")
    status, said = command(str(tmp_path / "owned.py"), "-o", str(tmp_path), "--emit", "obj", capsys=capsys)
    assert status == 2 and "was not built by Tapeless" in said
    assert (tmp_path / "owned_c" / "letter.txt").exists()


# ----------------------------------------------------------------------------------------------------- WebAssembly

SCRIPT = """
const fs = require('fs');
const code = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const wanted = WebAssembly.Module.imports(code).map(i => i.name).sort();
let top = 0;
const env = {malloc: n => { const at = (top + 15) & ~15; top = at + n; return at; }, free: () => {}, exp: Math.exp};
const e = new WebAssembly.Instance(code, {env}).exports;
top = e.__heap_base.value;
const x = env.malloc(24), y = env.malloc(24), out = env.malloc(24), call = env.malloc(96);
const doubles = at => new Float64Array(e.memory.buffer, at, 3);
doubles(x).set([1, 2, 3]); doubles(y).set([0.5, 0.25, 4]);
const results = [wanted];
results.push(e.loss_value_and_grad(x, 3n, 0.5, out, y, 0), [doubles(out)[0]], [...doubles(y)]);
doubles(y).set([0.5, 0.25, 4]);
results.push(e.damped_value(x, 3n, 1n, y, 3n, out, 3n, 0, 0), [...doubles(out)]);
const status = e.damped_value(x, 3n, 1n, y, 2n, out, 3n, 0, call);
const bytes = new Uint8Array(e.memory.buffer);
const text = at => { let s = ''; while (bytes[at]) s += String.fromCharCode(bytes[at++]); return s; };
results.push(text(e.model_error_message(status)), Number(new BigInt64Array(e.memory.buffer, call + 24, 1)[0]));
console.log(JSON.stringify(results));
"""


@pytest.mark.skipif(shutil.which("node") is None or find_spec("ziglang") is None, reason="needs Node and ziglang")
@pytest.mark.parametrize("level", [
    pytest.param(level, marks=long_unless(k == 0)) for k, level in enumerate(CPUS["wasm32"])])
def test_webassembly_runs(level: str, tmp_path: Path) -> None:
    written = built(tmp_path, "shared", "wasm32", level, models.loss, models.damped)
    script = tmp_path / "run.cjs"
    script.write_text(SCRIPT)
    command = ["node", str(script), str(written.folder / "model.wasm")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wanted, ok, value, gradient, fine, values, message, number = json.loads(done.stdout)
    assert wanted == ["exp", "free", "malloc"]
    x, y = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 4.0])
    assert (ok, fine) == (0, 0)
    assert value[0] == models.loss(x, 0.5)
    assert gradient == models.loss.grad(x, 0.5).tolist()
    np.testing.assert_allclose(values, models.damped(x, y), rtol=1e-15)
    assert message.startswith("ValueError: operands could not be broadcast")
    assert number == 3
