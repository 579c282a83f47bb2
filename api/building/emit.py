"""What a build writes besides the package: a header and a library for C, and the texts and objects behind them.

    source    the adjoint of each function as Python
    llvm      the optimised LLVM of each C function
    asm       its machine code, readable
    obj       its object code, and the header
    static    a library of all objects, and the header
    shared    the same as a shared library

Everything but `source` is for the C functions of `header.py`, and for any machine of `compiler/backend/machines.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tapeless.compiler import foreign
from tapeless.compiler.backend.machines import TRIPLES, Machine, machine

from ..loading import UsageError
from .archive import archive
from .header import CLibrary, c_library, header
from .plan import Plan, Unit

if TYPE_CHECKING:
    from tapeless.compiler.backend.target import Target

KINDS = ("source", "llvm", "asm", "obj", "static", "shared")
_FOR_C = frozenset(KINDS) - {"source"}

Linker = Callable[[Path, list[Path]], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to write, and for which machine.

    Attributes:
        kinds: some of `KINDS`.
        machine: None for the machine that this runs on, with all its instructions.
        prefix: what the names of the C functions begin with.
        blas: whether functions may call BLAS and LAPACK, which their user then has to link.
        stamp: what the header says about the build.
    """

    kinds: frozenset[str]
    machine: Machine | None = None
    prefix: str = ""
    blas: bool = False
    stamp: str = ""


@dataclass(slots=True)
class Written:
    """The files of a build, and the C functions that there are not, with reasons."""

    files: list[Path] = field(default_factory=list)
    missing: tuple[str, ...] = ()


def kinds_of(text: str) -> frozenset[str]:
    """The kinds in a list such as `llvm,obj`. Raises `UsageError` for one that does not exist."""
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(found - set(KINDS))
    if unknown or not found:
        raise UsageError(f"there is no `{unknown[0] if unknown else text}` to emit; there are {', '.join(KINDS)}")
    return found


def machine_of(target: str | None, level: str | None) -> Machine | None:
    """The machine of `--target` and `--cpu`; None for this one as it is.

    Raises `UsageError` for a name that is not known.
    """
    if target is None and level in (None, "native"):
        return None
    try:
        return machine(target or this_machine(), level or "")
    except ValueError as error:
        raise UsageError(str(error)) from None


def this_machine() -> str:
    """The name of the target that this process runs on. Raises `UsageError` where it has none."""
    from tapeless.compiler.backend import target

    here = target.host().triple
    architecture = "aarch64" if here.startswith(("arm64", "aarch64")) else here.partition("-")[0]
    system = next((s for mark, s in (("linux-musl", "linux-musl"), ("linux", "linux-gnu"), ("darwin", "macos"),
                                     ("macos", "macos"), ("windows", "windows")) if mark in here), "")
    name = f"{architecture}-{system}"
    if name not in TRIPLES:
        raise UsageError(f"this machine ({here}) has no name as a target; there are {', '.join(TRIPLES)}")
    return name


def write(plan: Plan, folder: Path, name: str, choice: Choice, link: Linker | None = None) -> Written:
    """Write what is chosen into a folder, which is made if there is none.

    Args:
        plan: the functions.
        folder: `NAME.h`, `libNAME.a` and the shared library go there, everything else into `folder/NAME`.
        name: of the library; a C identifier.
        choice: what to write.
        link: makes a shared library of objects.

    Raises:
        UsageError: something cannot be written for this machine, or calls routines that were not allowed.
        CompileError: a function is refused.
    """
    written = Written()
    if "source" in choice.kinds:
        for planned in plan.functions:
            for k, unit in enumerate(planned.units):
                if "pullback" in unit.purposes:
                    stem = planned.name if len(planned.units) == 1 else f"{planned.name}_{k + 1}"
                    _text(written, folder / name / f"{stem}_adjoint.py", adjoint_text(unit))
    if choice.kinds & _FOR_C:
        _write_c(plan, folder, name, choice, link, written)
    return written


def _write_c(plan: Plan, folder: Path, name: str, choice: Choice, link: Linker | None, written: Written) -> None:
    bits = choice.machine.pointer_bits if choice.machine is not None else 64
    library = c_library(plan, name, bits, choice.prefix)
    check_routines(library, choice.blas)
    written.missing = library.missing
    from tapeless.compiler.backend import target as targets

    target = targets.host() if choice.machine is None else targets.of(choice.machine)
    objects: dict[str, bytes] = {}
    for stem, text in library.texts().items():
        module = foreign.c_module(text, target)
        if "llvm" in choice.kinds:
            _text(written, folder / name / f"{stem}.ll", targets.ir_text(module))
        if "asm" in choice.kinds:
            _text(written, folder / name / f"{stem}.s", targets.assembly(module))
        if choice.kinds & {"obj", "static", "shared"}:
            objects[stem] = targets.object_code(module)
    if objects:
        _text(written, folder / f"{name}.h", header(library, choice.stamp))
        _objects(objects, library, folder, name, choice, link, target, written)


def _objects(
    objects: dict[str, bytes], library: CLibrary, folder: Path, name: str, choice: Choice, link: Linker | None,
    target: Target, written: Written,
) -> None:  # fmt: skip
    suffix = ".obj" if "windows" in target.triple else ".o"
    paths = [folder / name / f"{stem}{suffix}" for stem in objects]
    if choice.kinds & {"obj", "shared"}:
        for path, data in zip(paths, objects.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if "obj" in choice.kinds:
        written.files += paths
    if "static" in choice.kinds:
        if "macos" in target.triple:
            raise UsageError("static libraries for macOS have another format; emit `obj` and run Apple's `libtool "
                             "-static`, or emit `shared`")
        members = {path.name: data for path, data in zip(paths, objects.values(), strict=True)}
        data = archive(members, {path.name: symbols for path, symbols in zip(paths, _symbols(library), strict=True)})
        place = folder / (f"{name}.lib" if suffix == ".obj" else f"lib{name}.a")
        place.write_bytes(data)
        written.files.append(place)
    if "shared" in choice.kinds:
        assert link is not None
        place = folder / shared_name(name, target.triple)
        link(place, paths)
        written.files.append(place)
        if "obj" not in choice.kinds:
            for path in paths:
                path.unlink()


def adjoint_text(unit: Unit) -> str:
    """The generated adjoint of a function for one signature, as `Differentiable.adjoint_source` gives it."""
    from tapeless.compiler import pipeline
    from tapeless.compiler.backend.python import python_source

    function = unit.function
    adjoint = unit.program.adjoint(unit.types, function.wrt, function.selection.packed)
    defaults = {n: p.default for n, p in function._signature.parameters.items() if p.default is not p.empty}
    arrays = {v.name: array for v, array in unit.program.variant(unit.types).surface.arrays}
    return python_source(adjoint, pipeline.heads_of(adjoint), defaults, arrays)


def _symbols(library: CLibrary) -> Iterable[tuple[str, ...]]:
    """What each object defines, in the order of the texts."""
    for stem in library.texts():
        own = stem == f"{library.name}_errors"
        yield (f"{library.name}_error_message", f"{library.name}_error_kinds") if own else (stem,)


def shared_name(name: str, triple: str) -> str:
    """The file of a shared library."""
    if "windows" in triple:
        return f"{name}.dll"
    if triple.startswith("wasm"):
        return f"{name}.wasm"
    return f"lib{name}.dylib" if "macos" in triple or "darwin" in triple else f"lib{name}.so"


def check_routines(library: CLibrary, allowed: bool) -> None:
    """Raise `UsageError` when functions call BLAS or LAPACK and were not allowed to."""
    if allowed or not library.routines:
        return
    callers: Collection[str] = dict.fromkeys(f.unit.function.__name__ for f in library.faces if f.code.routines)
    shown = ", ".join(f"`{name}`" for name in callers)
    raise UsageError(
        f"{shown} needs {', '.join(library.routines)} of BLAS and LAPACK, which a C library does not bring along; "
        f"with --blas the functions call them, and whoever links the library links BLAS and LAPACK too"
    )


def _text(written: Written, path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    written.files.append(path)
