"""What a build writes for C, in place of a package: a header and a library, and the texts and objects behind them.

    source    the adjoint of each function as Python
    llvm      the optimised LLVM of each C function
    asm       its machine code, readable
    obj       its object code
    static    a library of all objects
    shared    the same as a shared library

All of it goes into the folder `NAME_c`, with `NAME.h` and the stamp. Everything but `source` is for the C functions of
`header.py`, and for any machine of `compiler/backend/machines.py`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapeless.compiler import foreign
from tapeless.compiler.backend.cabi import LOOPS
from tapeless.compiler.backend.machines import TRIPLES, Machine, machine

from ..loading import UsageError
from . import stamp
from .archive import archive
from .header import CLibrary, c_library, header
from .plan import Plan

if TYPE_CHECKING:
    from tapeless.compiler.backend.target import Module, Target

KINDS = ("source", "llvm", "asm", "obj", "static", "shared")
_FOR_C = frozenset(KINDS) - {"source"}

Linker = Callable[[Mapping[str, bytes], str], bytes]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to write, and for which machine.

    Attributes:
        kinds: some of `KINDS`.
        machine: None for the machine that this runs on, with all its instructions.
        prefix: what the names of the C functions begin with.
        blas: `system`, and functions may call BLAS and LAPACK, which their user then has to link; `loops`, and
            products of matrices are loops of ours; without it, functions that need either are refused.
    """

    kinds: frozenset[str]
    machine: Machine | None = None
    prefix: str = ""
    blas: str | None = None

    def options(self) -> dict[str, Any]:
        """The choice as a stamp has it."""
        m = self.machine
        return {"emit": sorted(self.kinds), "target": "this machine" if m is None else m.name,
                "cpu": "native" if m is None else m.level, "prefix": self.prefix, "blas": self.blas}


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a build.

    Attributes:
        folder: where they lie.
        files: their names, in the order of their making.
        missing: the C functions that there are not, with reasons.
        machine: what they are for, in words.
    """

    folder: Path
    files: tuple[str, ...]
    missing: tuple[str, ...]
    machine: str

    def __str__(self) -> str:
        size = sum((self.folder / file).stat().st_size for file in self.files)
        lines = [f"{self.folder}: {size / 1000:.0f} kB, code for {self.machine}"]
        shown = [f for f in self.files if f.endswith((".h", ".a", ".so", ".lib", ".dylib", ".wasm"))]
        others = len(self.files) - len(shown)
        lines += [f"  {', '.join(shown)}" + (f" and {others} other files" if others else "")] if shown else []
        return "\n".join([*lines, *(f"  no {reason}" for reason in self.missing)])


def kinds_of(text: str) -> frozenset[str]:
    """The kinds in a list such as `llvm,obj`. Raises `UsageError` for one that does not exist."""
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(found - set(KINDS))
    if unknown or not found:
        raise UsageError(f"there is no `{unknown[0] if unknown else text}` to emit; there are {', '.join(KINDS)}")
    return found


def machine_of(target: str | None, level: str | None) -> Machine | None:
    """The machine of `--target` and `--cpu`; None for this one as it is, which `native` names.

    `portable` and `baseline` are the most general processor of the target. Raises `UsageError` for a name that is not
    known.
    """
    if level == "native":
        if target not in (None, this_machine()):
            raise UsageError(f"`--cpu native` is this machine, and that is no {target}; name a processor")
        return None
    try:
        return machine(target or this_machine(), "" if level in (None, "portable", "baseline") else str(level))
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


def write(plan: Plan, out: Path, name: str, choice: Choice, linker: str | None = None) -> Written:
    """Write what is chosen into the folder `out/NAME_c`; what an earlier build wrote there is gone.

    Args:
        plan: the functions.
        out: the folder around it.
        name: of the library; a C identifier.
        choice: what to write.
        linker: for shared libraries: `cc`, `ld` or `ziglang`; the first that there is unless given.

    Raises:
        UsageError: something cannot be written for this machine, or calls routines that were not allowed.
        CompileError: a function is refused.
    """
    if not (name.isidentifier() and name.isascii()):
        raise UsageError(f"a C library cannot be called `{name}`; give it another name with --name")
    if choice.prefix and not (choice.prefix.isidentifier() and choice.prefix.isascii()):
        raise UsageError(f"names in C cannot begin with `{choice.prefix}`; give letters, digits and underscores")
    files: dict[str, bytes] = {}
    missing: tuple[str, ...] = ()
    if "source" in choice.kinds:
        files |= {file: text.encode() for file, text in _adjoints(plan)}
    if choice.kinds & _FOR_C:
        bits = 64 if choice.machine is None else choice.machine.pointer_bits
        library = c_library(plan, name, bits, choice.prefix, choice.blas == "loops")
        check_routines(library, choice.blas)
        missing = library.missing
        files |= _code(library, choice, linker)
        files[f"{name}.h"] = header(library, _told(plan, choice)).encode()
    folder = folder_of(out, name)
    content = {**stamp.stamp(plan, choice.options())}
    content["files"] = {f: hashlib.sha256(d).hexdigest() for f, d in files.items()}
    if folder.exists():
        if not (folder / stamp.FILE).exists():
            raise UsageError(f"{folder} is there, and was not built by Tapeless; choose another folder or --name")
        shutil.rmtree(folder)
    for file, data in (files | {stamp.FILE: stamp.encoded(content).encode()}).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    return Written(folder, tuple(files), missing, _machine_in_words(choice))


def folder_of(out: Path, name: str) -> Path:
    """Where everything for C goes."""
    return out / f"{name}_c"


def _machine_in_words(choice: Choice) -> str:
    return "this machine" if choice.machine is None else f"{choice.machine.name}, {choice.machine.level}"


def _told(plan: Plan, choice: Choice) -> str:
    """What the header says of its origin."""
    from .. import __version__

    lines = [f"Tapeless {__version__}, for {_machine_in_words(choice)}, from"]
    lines += [f"{name}  sha256 {checksum}" for name, (_, checksum) in stamp.sources(plan).items()]
    return "\n     ".join(lines)


def _code(library: CLibrary, choice: Choice, linker: str | None) -> dict[str, bytes]:
    """Texts, objects and libraries, by the names of their files."""
    from tapeless.compiler.backend import target as targets

    target = targets.host() if choice.machine is None else targets.of(choice.machine)
    suffix = ".obj" if "windows" in target.triple else ".o"
    files: dict[str, bytes] = {}
    objects: dict[str, bytes] = {}
    for stem, text in library.texts().items():
        module: Module = foreign.c_module(text, target)
        if "llvm" in choice.kinds:
            files[f"{stem}.ll"] = targets.ir_text(module).encode()
        if "asm" in choice.kinds:
            files[f"{stem}.s"] = targets.assembly(module).encode()
        if choice.kinds & {"obj", "static", "shared"}:
            objects[stem + suffix] = targets.object_code(module)
    if "obj" in choice.kinds:
        files |= objects
    if "static" in choice.kinds:
        place, data = _static(objects, library, target)
        files[place] = data
    if "shared" in choice.kinds:
        from .shared import shared

        place = shared_name(library.name, target.triple)
        files[place] = shared(objects, place, target.triple, this_machine(), linker)
    return files


def _static(objects: Mapping[str, bytes], library: CLibrary, target: Target) -> tuple[str, bytes]:
    if "macos" in target.triple or "darwin" in target.triple:
        raise UsageError("static libraries for macOS have another format; emit `obj` and run Apple's `libtool -static` "
                         "on the objects, or emit `shared`")
    symbols = dict(zip(objects, _symbols(library), strict=True))
    name = f"{library.name}.lib" if "windows" in target.triple else f"lib{library.name}.a"
    return name, archive(objects, symbols)


def _symbols(library: CLibrary) -> Iterable[tuple[str, ...]]:
    """What each object defines, in the order of the texts."""
    for stem in library.texts():
        own = stem == f"{library.name}_errors"
        yield (f"{library.name}_error_message", f"{library.name}_error_kinds") if own else (stem,)


def _adjoints(plan: Plan) -> Iterable[tuple[str, str]]:
    for planned in plan.functions:
        units = [unit for unit in planned.units if "pullback" in unit.purposes]
        for k, unit in enumerate(units, 1):
            stem = planned.name if len(units) == 1 else f"{planned.name}_{k}"
            yield f"{stem}_adjoint.py", planned.function._adjoint_source(unit.types)


def shared_name(name: str, triple: str) -> str:
    """The file of a shared library."""
    if "windows" in triple:
        return f"{name}.dll"
    if triple.startswith("wasm"):
        return f"{name}.wasm"
    return f"lib{name}.dylib" if "macos" in triple or "darwin" in triple else f"lib{name}.so"


def check_routines(library: CLibrary, blas: str | None) -> None:
    """Raise `UsageError` when functions call BLAS or LAPACK and may not, or what C programs cannot have at all."""
    for face in library.faces:
        if face.code.speaks:
            raise UsageError(f"`{face.unit.function.__name__}` prints, or raises a text of arrays or of many numbers, "
                             f"which takes Python; leave that out, or build a package")
        if face.code.unavailable:
            raise UsageError(f"`{face.unit.function.__name__}` calls {', '.join(sorted(face.code.unavailable))}, which "
                             f"SciPy offers to Python only; for C write it with other functions, or build a package")
    if blas == "system" or not library.routines:
        return
    callers = dict.fromkeys(f.unit.function.__name__ for f in library.faces if f.code.routines)
    shown = ", ".join(f"`{name}`" for name in callers)
    ways = ["`--blas system`: they call these routines, and whoever links the library links BLAS and LAPACK too"]
    if blas is None and all(r.removesuffix("_") in LOOPS for r in library.routines):
        ways.append("`--blas loops`: products of matrices are plain loops")
    raise UsageError(f"{shown} needs {', '.join(library.routines)} of BLAS and LAPACK, which a C library does not "
                     f"bring along; say {', or '.join(ways)}")
