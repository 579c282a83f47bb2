"""The offline compile step: functions and their gradients as packages that need NumPy only; see docs/build.md.

    plan       which functions, signatures and purposes
    cpus       processor levels, and how a package tells them apart
    objects    the entry points as extension modules
    link       objects into an extension module
    source     the Python files that are written for a package
    face, values   the Python files that are the same in all of them
    stub       the types, for editors and type checkers
    stamp      what it was built from, and whether that has changed
    package    all of this on disk

For C:

    header     which C functions there are, what they take, and the header that says so
    emit       texts, objects and libraries, for this machine and others
    archive, shared     static and shared libraries
    hook       the commands of the build backend `tapeless.buildhook`
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .emit import Written
    from .package import Built
    from .plan import Plan


def build(
    what: Any, out: str | Path = "built", *, name: str | None = None, examples: Sequence[Any] = (),
    cpu: str = "portable", linker: str | None = None,
) -> Built:
    """Compile functions and their derivatives into a package that needs NumPy only.

    Args:
        what: `"model.py"` for every decorated function of a file that has a signature, `"model.py::f,g"` for some; or
            a function, or a list of functions.
        out: the folder that the package is put into.
        name: of the package; that of the file or of the first function unless given.
        examples: of a file, calls as text, `"f(np.zeros(3), 0.1)"`; of a function, tuples of arguments. Each gives a
            signature, besides those of the decorator or the annotations.
        cpu: processor levels with commas between them: `portable` for several, `native` for this processor,
            `baseline` for all of its family, or names such as `x86-64-v3`.
        linker: `ld`, `cc` or `ziglang`; the first that there is unless given.

    Returns:
        what was written; as text, a line for each signature.

    Raises:
        CompileError: a function is refused, with the line and the reason.
        UsageError: something that was asked for is not there, or a package cannot hold it.
    """
    from tapeless.compiler.backend.target import host

    from .cpus import levels
    from .package import write_package

    plan = planned(what, examples)
    found = levels(cpu, host().triple.partition("-")[0])
    return write_package(plan, Path(out), name or default_name(plan), found, options(examples, cpu), linker)


def build_c(
    what: Any, out: str | Path = "built", *, emit: str = "static,shared", name: str | None = None,
    examples: Sequence[Any] = (), target: str | None = None, cpu: str = "portable", prefix: str = "",
    blas: str | None = None, linker: str | None = None,
) -> Written:
    """Compile functions and their derivatives into C functions that need no Python; see docs/build.md.

    Args:
        what, out, name, examples, linker: as for `build`; the files go into the folder `NAME_c` in `out`.
        emit: what to write, with commas between: `source`, `llvm`, `asm`, `obj`, `static`, `shared`.
        target: the machine, such as `aarch64-linux-gnu` or `wasm32`; this one unless given.
        cpu: one processor of it; the most general one unless given, `native` for this very machine.
        prefix: what the names of all functions begin with.
        blas: `system`, and functions call BLAS and LAPACK, which have to be linked; `loops`, and products of matrices
            are loops. Without it, functions that need either are refused.

    Returns:
        what was written; as text, the files.

    Raises:
        CompileError: a function is refused, with the line and the reason.
        UsageError: something that was asked for is not there or cannot be done.
    """
    from .emit import Choice, kinds_of, machine_of, write

    plan = planned(what, examples)
    choice = Choice(kinds_of(emit), machine_of(target, cpu), prefix, blas)
    return write(plan, Path(out), name or default_name(plan), choice, linker)


def stale(
    what: Any, out: str | Path = "built", *, name: str | None = None, examples: Sequence[Any] = (),
    cpu: str = "portable",
) -> list[str]:
    """What has changed since a package was built, in words; nothing when it is fresh. Arguments as for `build`."""
    from . import stamp

    plan = planned(what, examples)
    return stamp.differences(Path(out) / (name or default_name(plan)), stamp.stamp(plan, options(examples, cpu)))


def planned(what: Any, examples: Sequence[Any] = ()) -> Plan:
    """The plan for what is asked for."""
    from .plan import plan_file, plan_functions

    if isinstance(what, str | Path):
        return plan_file(str(what), examples)
    return plan_functions(what if isinstance(what, list | tuple) else [what], examples)


def default_name(plan: Plan) -> str:
    """The name of the package: that of the file, or of the first function."""
    return plan.file.stem if plan.file is not None else plan.functions[0].name


def options(examples: Sequence[Any], cpu: str) -> dict[str, Any]:
    """What a package was asked to be, as its stamp has it."""
    return {"cpu": cpu, "examples": [e for e in examples if isinstance(e, str)]}
