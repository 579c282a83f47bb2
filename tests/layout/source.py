"""The three source folders, read with `ast`: modules under their installed names, and what they import."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

API, COMPILER, RUNTIME = "tapeless", "tapeless.compiler", "tapeless.runtime"
FOLDERS = {API: ROOT / "api", COMPILER: ROOT / "compiler", RUNTIME: ROOT / "runtime"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file under its installed name."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def at(self, line: int) -> str:
        """A place for messages."""
        return f"{self.path.relative_to(ROOT)}:{line}"


@dataclass(frozen=True)
class Import:
    """One imported name, made absolute: `base` is what stands after `from`, `target` includes the name."""

    base: str
    target: str
    line: int
    relative: bool
    lazy: bool


def wing(name: str) -> str | None:
    """Which of the three folders an absolute module name lies in; None outside the project."""
    for prefix in (COMPILER, RUNTIME, API):
        if name == prefix or name.startswith(prefix + "."):
            return prefix
    return None


@cache
def modules() -> dict[str, Module]:
    """Every source file of the project, by installed name."""
    found = {}
    for prefix, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((prefix, *(part for part in parts if part != "__init__")))
            found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))
    return found


def imports(module: Module) -> Iterator[Import]:
    """Everything a module imports, inside functions too, and by `import_module` of a literal."""
    yield from _imports(module, module.tree, lazy=False)


def _imports(module: Module, node: ast.AST, lazy: bool) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield Import(alias.name, alias.name, node.lineno, False, lazy)
        case ast.ImportFrom(names=names, level=level):
            base = _absolute(module, level, node.module)
            for alias in names:
                yield Import(base, f"{base}.{alias.name}", node.lineno, level > 0, lazy)
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
            if ast.unparse(function) in ("import_module", "importlib.import_module", "__import__"):
                yield Import(name, name, node.lineno, name.startswith("."), lazy)
    inside = lazy or isinstance(node, Function | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _imports(module, child, inside)


def _absolute(module: Module, level: int, name: str | None) -> str:
    if level == 0:
        return name or ""
    package = module.package.split(".")
    kept = package[: len(package) - level + 1]
    return ".".join((*kept, name) if name else kept)


def functions(module: Module) -> Iterator[Function]:
    """Every function and method of a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def docstring_nodes(module: Module) -> set[ast.AST]:
    """The constants that are docstrings."""
    found: set[ast.AST] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            statement = node.body[0]
            assert isinstance(statement, ast.Expr)
            found.add(statement.value)
    return found
