"""A package on disk: everything it consists of, written beside its place and then put there as a whole."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.machinery
import io
import keyword
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import tapeless.runtime
from tapeless.runtime import bundled

from ..loading import UsageError
from . import stamp
from .cpus import Level
from .face import DEVELOPMENT
from .link import find_linker
from .objects import NativePart, layout, native_part
from .plan import Plan, unbuildable, unbuildable_result
from .source import Constants, init_text, places_text
from .stub import stub

_ROUTINES = "scipy."
_SUPPORT = '"""What is the same in every package that `tapeless build` writes."""\n'
_SUPPORT_OF = "from .._support."
_ADJOINTS = '"""The adjoints that the native code was made from, as Python; for reading, and they run under NumPy."""\n'


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was written.

    Attributes:
        folder: where it lies.
        plan: its functions.
        levels: the processor levels that it has code for.
        linker: what linked it.
        size: bytes of all its files.
        requires: what it imports besides NumPy.
    """

    folder: Path
    plan: Plan
    levels: tuple[str, ...]
    linker: str
    size: int
    requires: tuple[str, ...] = ()

    def __str__(self) -> str:
        code = ", ".join(self.levels)
        lines = [f"{self.folder}: {self.size / 1000:.0f} kB, code for {code}, linked by {self.linker}"]
        for planned in self.plan.functions:
            lines += [f"  {planned.name}{unit}: {', '.join(unit.purposes)}" for unit in planned.units]
        lines += [f"  {name} has no signature and is left out" for name in self.plan.skipped]
        lines += [f"  it needs {name} where it is used, for linear algebra and special functions"
                  for name in self.requires]
        return "\n".join(lines)


def check_plan(plan: Plan, name: str) -> None:
    """Raise `UsageError` for what a package cannot be or hold."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"a package cannot be called `{name}`; give it another name with --name")
    if layout().header != 16:
        raise UsageError("packages are built for CPython with the global interpreter lock")
    for planned in plan.functions:
        if planned.name.startswith("_"):
            raise UsageError(f"`{planned.name}` begins with an underscore, and a package offers only public names")
        for unit in planned.units:
            refused = next(filter(None, map(unbuildable, unit.types)), None)
            if refused is not None:
                raise UsageError(f"`{planned.name}` takes {refused}, which a package without the source does not "
                                 f"have; pass numbers, arrays, tuples, lists and dicts")
            refused = unbuildable_result(unit.built)
            if refused is not None:
                raise UsageError(f"`{planned.name}` returns {refused}, which a package cannot make; return numbers, "
                                 f"arrays, tuples, lists and dicts of them")


def write_package(
    plan: Plan, out: Path, name: str, levels: Sequence[Level], options: dict[str, Any], linker: str | None = None
) -> Built:
    """Build the package `name` in the folder `out`; one that was built before is replaced.

    Raises `UsageError` when something else is there, there is no linker, or a function cannot be in a package;
    `CompileError` when one is refused.
    """
    check_plan(plan, name)
    folder = out / name
    if folder.exists() and not (folder / stamp.FILE).exists():
        raise UsageError(f"{folder} is there, and was not built by Tapeless; choose another folder or --name")
    if (out / f"{name}.py").exists():
        raise UsageError(f"{folder} would hide {out / name}.py; choose another folder or --name")
    linked_by, _ = find_linker(linker)
    native = native_part(plan, levels, linker)
    files = package_files(plan, native, levels, name, options)
    out.mkdir(parents=True, exist_ok=True)
    with _beside(out, name) as made:
        for file, data in files.items():
            (made / file).parent.mkdir(exist_ok=True)
            (made / file).write_bytes(data)
    (out / (name + DEVELOPMENT)).write_text(stamp.development(plan, out), encoding="utf-8")
    requires = ("scipy",) if any(map(_of_scipy, native.places)) else ()
    size = sum(map(len, files.values()))
    return Built(folder, plan, tuple(level.name for level in levels), linked_by, size, requires)


def _of_scipy(place: str) -> bool:
    """Whether something is found in SciPy alone: NumPy's wheels bring a BLAS."""
    return place.startswith(_ROUTINES) and not place.startswith(bundled.PREFIX)


@contextlib.contextmanager
def _beside(out: Path, name: str) -> Iterator[Path]:
    """A folder to write a package into, which takes its place in the end."""
    made = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=out))
    try:
        yield made
        os.chmod(made, 0o777 & ~_umask())
        old = out / name
        if old.exists():
            shutil.rmtree(old)
        os.replace(made, old)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def package_files(
    plan: Plan, native: NativePart, levels: Sequence[Level], name: str, options: dict[str, Any]
) -> dict[str, bytes]:
    """The files of a package by their names."""
    root, constants, doc = stamp.root_of(plan), Constants(), _doc(plan)
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    texts = {
        "__init__.py": init_text(plan, native, levels, suffix, doc, constants),
        "__init__.pyi": stub(plan, doc),
        "py.typed": "",
        "_places.py": places_text(plan, native, root),
        **_adjoints(plan, constants),
        "_support/__init__.py": _SUPPORT,
        **{f"_support/{file}": _own(file) for file in ("face.py", "values.py")},
        **{f"_support/{file}": _runtime(file) for file in ("errors.py", "ndarray.py", "grown.py")},
    }
    for file in _needed(native, texts.values()):
        texts[f"_support/{file}"] = _runtime(file)
    files = {file: text.encode() for file, text in texts.items()}
    files |= {module + suffix: code for module, code in native.modules.items()}
    files |= {file: _array_file(array) for file, array in constants.found.values()}
    content = stamp.stamp(plan, options)
    content |= {"python": suffix, "target": levels[0].target().triple, "levels": [level.name for level in levels],
                "files": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}}
    return files | {stamp.FILE: stamp.encoded(content).encode()}


def _needed(native: NativePart, texts: Iterable[str]) -> list[str]:
    """The files of the runtime that find routines of SciPy's, make texts, and those that adjoints import."""
    outside = any(place.startswith(_ROUTINES) for place in native.places)
    finders = ("bundled.py", "fortran.py", "special.py") if outside else ()
    speech = ("speech.py",) if any(site.said for entry in native.entries for site in entry.errors) else ()
    imported = {name for text in texts for name in re.findall(rf"^{re.escape(_SUPPORT_OF)}(\w+)", text, re.MULTILINE)}
    return [*finders, *speech, *(f"{name}.py" for name in sorted(imported))]


def _doc(plan: Plan) -> str:
    from .. import __version__

    names = [f"`{p.name}`" for p in plan.functions]
    listed = ", ".join(names[:-1]) + (" and " if names[:-1] else "") + names[-1]
    whose = "its" if len(names) == 1 else "their"
    source = f" from {plan.file.name}" if plan.file is not None else ""
    return (f"{listed} with {whose} derivatives, compiled{source} by Tapeless {__version__}.\n\n"
            f"Written by `tapeless build`: change the source and build again. It needs NumPy, not Tapeless.\n")


def _own(file: str) -> str:
    return (Path(__file__).parent / file).read_text(encoding="utf-8")


def _runtime(file: str) -> str:
    """A file of the runtime that stands by itself: packages have a copy."""
    return (Path(tapeless.runtime.__path__[0]) / file).read_text(encoding="utf-8")


def _adjoints(plan: Plan, constants: Constants) -> dict[str, str]:
    """The generated adjoints as Python modules of the package."""
    found: dict[str, str] = {}
    for planned in plan.functions:
        units = [unit for unit in planned.units if "pullback" in unit.purposes]
        for k, unit in enumerate(units, 1):
            name = planned.name if len(units) == 1 else f"{planned.name}_{k}"
            text = planned.function._adjoint_source(unit.types, constants.beside)
            heading = f"# The adjoint of {planned.name}{unit}.\n"
            found[f"adjoints/{name}.py"] = heading + text.replace("from tapeless.runtime.", _SUPPORT_OF)
    return {**found, "adjoints/__init__.py": _ADJOINTS} if found else {}


def _array_file(array: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
