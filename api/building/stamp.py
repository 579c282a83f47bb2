"""What a package was built from, and whether that has changed since.

The stamp is the file `tapeless.json` of a package. It has checksums of the source files and of the values that they
were compiled with, versions and options, and no paths: the same source gives the same stamp.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from ..calltree import CallTree
from ..loading import UsageError
from ..normal import digest
from .face import digest_of
from .plan import Plan

FILE = "tapeless.json"


def label(path: str, root: Path) -> str:
    """A source file as packages name it: from the folder that it is imported from, whatever that is called."""
    file = Path(path)
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def root_of(plan: Plan) -> Path:
    """The folder that the first source file is imported from."""
    first = plan.functions[0].function.py_func.__code__.co_filename
    folder = Path(plan.file.resolve() if plan.file is not None else first).parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def sources(plan: Plan) -> dict[str, tuple[Path, str]]:
    """The files of all functions that are compiled, by their labels, with their checksums."""
    root = root_of(plan)
    found: dict[str, tuple[Path, str]] = {}
    for function in _functions(plan):
        file = function.__code__.co_filename
        checksum = digest_of(file)
        if checksum is not None:
            found[label(file, root)] = (Path(file), checksum)
    return dict(sorted(found.items()))


def _functions(plan: Plan) -> Iterable[FunctionType]:
    for planned in plan.functions:
        yield from CallTree.of(planned.function.py_func).functions


def values(plan: Plan) -> str:
    """A checksum of the globals, closure variables and defaults that the functions are compiled with."""
    found: list[Any] = []
    for planned in plan.functions:
        tree = CallTree.of(planned.function.py_func)
        found.append((planned.name, [_lasting(token) for token in tree.tokens]))
        for guard in tree.guards:
            if isinstance(guard.value, np.ndarray) and not guard.value.dtype.hasobject:
                found.append(hashlib.sha256(np.ascontiguousarray(guard.value).tobytes()).hexdigest())
    return digest(found)


def _lasting(token: Any) -> Any:
    """A description without the version of the library that a function is from."""
    if isinstance(token, tuple):
        return token[:3] if token[:1] == ("named",) else tuple(map(_lasting, token))
    return token


def stamp(plan: Plan, options: dict[str, Any]) -> dict[str, Any]:
    """What the package is built from, without the files that it consists of."""
    from .. import __version__

    return {
        "tapeless": __version__,
        "sources": {name: checksum for name, (_, checksum) in sources(plan).items()},
        "values": values(plan),
        "functions": {p.name: {"signatures": [str(u) for u in p.units], "wrt": list(p.function.wrt),
                               "tuple": p.function.selection.packed} for p in plan.functions},
        "options": options,
    }  # fmt: skip


def encoded(content: dict[str, Any]) -> str:
    """A stamp as the text of its file."""
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def read(folder: Path) -> dict[str, Any]:
    """The stamp of a package. Raises `UsageError` when the folder has none."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"there is no package built by Tapeless in {folder}") from None
    return found


def differences(folder: Path, now: dict[str, Any]) -> list[str]:
    """What is no longer as it was when the package in a folder was built, in words; nothing when it is fresh."""
    then, found = read(folder), list[str]()
    for name in sorted({*then["sources"], *now["sources"]}):
        old, new = then["sources"].get(name), now["sources"].get(name)
        if old != new:
            found.append(f"{name} has changed" if old and new else f"{name} is {'new' if new else 'gone'}")
    if then["values"] != now["values"] and not found:
        found.append("a value that the functions read from outside has changed")
    if then["tapeless"] != now["tapeless"]:
        found.append(f"it was built by Tapeless {then['tapeless']}, and this is {now['tapeless']}")
    if then["functions"] != now["functions"] and not found:
        found.append("its functions and signatures are others: " + ", ".join(now["functions"]))
    for name in sorted({*then["options"], *now["options"]}):
        old, new = then["options"].get(name), now["options"].get(name)
        if old != new:
            found.append(f"it was built with {name} {_shown(old)}, and that is {_shown(new)} now")
    for name, checksum in then["files"].items():
        try:
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != checksum:
                found.append(f"the package's file {name} has been edited")
        except OSError:
            found.append(f"the package's file {name} is gone")
    return found


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else repr(value)


def development(plan: Plan, out: Path) -> str:
    """Where the sources lie, seen from the folder with the package, for the warning about a package that is stale."""
    rows: list[str] = []
    for name, (path, checksum) in sources(plan).items():
        found = path.stat()
        rows.append("\t".join((checksum, str(found.st_size), str(found.st_mtime_ns), _path(path, out), name)) + "\n")
    return "".join(rows)


def _path(path: Path, out: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), out.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
