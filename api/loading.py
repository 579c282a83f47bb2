"""The command line's `FILE.py::NAME`: a function of a user's file."""

from __future__ import annotations

import inspect
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tapeless.compiler.diagnostics import CompileError

from .function import Derivative, Differentiable


class UsageError(Exception):
    """What was asked for on the command line cannot be done; the message is one line."""


def load_function(place: str) -> Differentiable | FunctionType:
    """The function at `FILE.py::NAME`; a name with dots is looked up step by step.

    Runs the file as an import does, with its folder on `sys.path`. Raises `UsageError` when there is no such file or
    function, `CompileError` when a decorator in the file does.
    """
    file, mark, name = place.partition("::")
    if not mark or not file or not name:
        raise UsageError(f"`{place}` does not name a function; write FILE.py::NAME")
    module = load_module(Path(file))
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(not_found(module, file, name))
        found = getattr(found, part)
    if isinstance(found, Derivative):
        return found.owner
    if not isinstance(found, Differentiable | FunctionType):
        what = "class" if isinstance(found, type) else type(found).__name__
        raise UsageError(f"`{name}` in {file} is a {what}, not a function written in Python")
    return found


def load_module(path: Path) -> ModuleType:
    """The file as a module. Raises `UsageError` with one line about what went wrong."""
    if not path.is_file() or path.suffix != ".py":
        raise UsageError(f"there is no Python file `{path}`")
    try:
        return _imported(path.resolve())
    except CompileError:
        raise
    except SystemExit:
        raise UsageError(f"`{path}` ends the process when it is imported; put that under `if __name__ == "
                         f'"__main__":`') from None
    except Exception as error:
        raise UsageError(f"`{path}` cannot be imported: {summary(error, path)}") from None


def _imported(path: Path) -> ModuleType:
    """A file of a package is imported as a part of it, any other file by itself."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    sys.path.insert(0, str(folder))
    if len(parts) > 1:
        return import_module(".".join(parts))
    # The name that `import` would give, unless a module that is already there has it.
    name = path.stem if path.stem not in sys.modules else f"{path.stem}_shown"
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def summary(error: Exception, path: Path | None = None) -> str:
    """Class and message of an exception, and the line of the file that it came from."""
    file = None if path is None else str(path.resolve())
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    first = (message.splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" + (f" (line {line})" if line else "")


def not_found(module: ModuleType, file: str, name: str) -> str:
    """That a file has no such function, and which it has."""
    known = [n for n, value in vars(module).items() if _defined_here(value, module)]
    close = get_close_matches(name, known, 1)
    if close:
        return f"there is no function `{name}` in {file}; did you mean `{close[0]}`?"
    listed = ", ".join(f"`{n}`" for n in known) or "none"
    return f"there is no function `{name}` in {file}; functions there: {listed}"


def _defined_here(value: Any, module: ModuleType) -> bool:
    function = value.owner if isinstance(value, Derivative) else value
    return isinstance(function, Differentiable | FunctionType) and inspect.getmodule(function) is module
