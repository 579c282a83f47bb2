"""`import` inside a function: the name stands for what is imported, as one at the top of the file would."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from types import ModuleType

from .scope import Scope, Static, attribute

# Importing one of these does nothing that a program could tell; others must have been imported already.
LIBRARIES = ("numpy", "scipy", "math", "cmath", "functools", "operator", "itertools", "typing", "dataclasses")


def imported(scope: Scope, node: ast.Import | ast.ImportFrom) -> None:
    """Give the names of an `import` statement their meaning; A009 for one that has another meaning as well."""
    module = _origin(scope, node) if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        bound = [n for n in ast.walk(scope.source.node) if _binds(n, name)]
        found = _module(module or alias.name) if module is not None else None
        if len(bound) > 1 or found is None:
            scope.refuse("A009", node, what=ast.unparse(node))
            scope.poisoned.add(name)
        elif isinstance(node, ast.ImportFrom):
            _member(scope, node, alias.name, name, found)
        else:
            top = found if alias.asname else _module(name)
            scope.statics[name] = Static(top)


def _origin(scope: Scope, node: ast.ImportFrom) -> str | None:
    """The module that names are imported from; None for one beyond the package."""
    if not node.level:
        return node.module
    package = scope.source.function.__globals__.get("__package__")
    try:
        return importlib.util.resolve_name("." * node.level + (node.module or ""), package)
    except ImportError:
        return None


def _module(name: str) -> ModuleType | None:
    if name in sys.modules:
        return sys.modules[name]
    if name.partition(".")[0] not in LIBRARIES:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _member(scope: Scope, node: ast.ImportFrom, member: str, name: str, module: ModuleType) -> None:
    """`from module import member as name`, which may be a module itself."""
    inner = None if hasattr(module, member) else _module(f"{module.__name__}.{member}")
    if inner is not None:
        scope.statics[name] = Static(inner)
        return
    owner = ast.copy_location(ast.Name(module.__name__, ast.Load()), node)
    scope.statics[name] = attribute(scope, ast.copy_location(ast.Attribute(owner, member, ast.Load()), node), module)


def _binds(n: ast.AST, name: str) -> bool:
    stored = isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store | ast.Del) and n.id == name
    imports = isinstance(n, ast.alias) and (n.asname or n.name.partition(".")[0]) == name
    return stored or imports or (isinstance(n, ast.FunctionDef) and n.name == name) or (
        isinstance(n, ast.arg) and n.arg == name)
