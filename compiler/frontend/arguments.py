"""Arguments of a call of NumPy's: bound to the operands and options of a row of the table."""

from __future__ import annotations

import ast
import inspect
import itertools
from difflib import get_close_matches
from types import FunctionType
from typing import Any

import numpy as np

from ..ir.nodes import Atom, Const, Var
from ..ir.types import NOTHING
from ..library.written import written_for
from ..ops import Row, row_of_object
from ..ops.row import SEQUENCES
from .record_calls import count_of
from .scope import Keywords, Scope, Static, Value

ALIASES = {"fill_value": "value", "a_min": "low", "a_max": "high", "min": "low", "max": "high", "a": "x",
           "x1": "a", "x2": "b", "condition": "c", "object": "x", "arr": "x", "array": "x", "v": "x", "m": "x",
           "M": "m", "N": "n", "A": "x", "tup": "arrays", "newshape": "shape"}
# Where a list display is an array.
VECTORS = ("q", "bins", "weights", "indices", "places", "ind", "xp", "fp", "edges")
# Where a word is an argument.
UFUNC = ("out", "where", "dtype")  # what every ufunc takes
UFUNC_KEYWORDS = (*UFUNC, "casting", "order", "subok", "signature")
TEXTS = ("subscripts", "indexing", "ord", "norm", "p", "UPLO", "mode", "method", "reflect_type", "assume_a", "trans")
KINDS = {"float": "float64", "int": "int64", "bool": "bool", "float64": "float64", "float32": "float32",
         "int64": "int64", "int32": "int32", "bool_": "bool", "double": "float64", "single": "float32",
         "complex": "complex128", "complex128": "complex128", "complex64": "complex64"}


def apply_row(scope: Scope, node: ast.Call, row: Row, via: str, first: tuple[Atom, ...]) -> Atom:
    """Bind a call's arguments to the operands and options of a row."""
    spelled = ast.unparse(node.func)
    bound: dict[str, Atom] = dict(zip(row.operands, first, strict=False))
    options: dict[str, Any] = {}
    names = (*row.operands, *row.config, *(name for name, _ in row.options))
    ufunc = _is_ufunc(row, via)
    names = (*names, *UFUNC) if ufunc else names
    for position, argument in enumerate(node.args, start=len(first)):
        if position < len(names) and names[position].startswith("*"):
            rest = node.args[position - len(first) :]
            several = ast.copy_location(ast.Tuple(rest, ast.Load()), argument)
            _bind(scope, names[position][1:], several if len(rest) > 1 else argument, bound, options)
            break
        if position >= len(names) or names[position] in ("", *row.by_keyword, *(UFUNC[1:] if ufunc else ())):
            hint = f"of two values `np.{row.name}imum(a, b)`" if row.name in ("max", "min") else ""
            return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=count_of(node), hint=hint)
        _bind(scope, names[position], argument, bound, options)
    for keyword in node.keywords:
        name = ALIASES.get(keyword.arg or "", keyword.arg or "")
        name = keyword.arg or "" if keyword.arg in names else name
        if name not in (plain := [n.removeprefix("*") for n in names]) or not name:
            hint = _instead(keyword.arg or "", plain)
            return scope.refuse("T002", keyword, name=spelled, argument=keyword.arg, hint=hint)
        _bind(scope, name, keyword.value, bound, options)
    required = row.operands[: len(row.operands) - row.optional]
    if any(name not in bound for name in required):
        return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=count_of(node))
    missing = Const(None, NOTHING, scope.span(node))
    args = [bound.get(name, missing) for name in row.operands if row.nones or name in bound]
    given = tuple(name for name in (n.removeprefix("*") for n in (*row.config, *UFUNC[: 2 * ufunc])) if name in bound)
    if given:
        options["config"] = given
    name = row.name
    if ufunc and (given or options.get("dtype")):
        options["op"], name = row.name, "ufunc"
    return scope.apply(name, scope.span(node), *args, *(bound[n] for n in given), via=via, **options)


def further(target: Any, node: ast.Call, method: Row | None = None) -> FunctionType | None:
    """What is written for a call of a function of the table, or a method, with arguments that its row does not take."""
    own = written_for(target, further=True)
    if own is None:
        return None
    found = (method, "method") if method is not None else row_of_object(target)
    return own if found is not None and not takes(found[0], found[1], node) else None


def takes(row: Row, via: str, node: ast.Call) -> bool:
    """Whether a row has a place for each argument of a call."""
    names = (*row.operands, *row.config, *(name for name, _ in row.options))[via == "method" :]
    several = any(n.startswith("*") for n in names)
    ufunc = UFUNC if _is_ufunc(row, via) else ()
    plain = [n.removeprefix("*") for n in (*names, *ufunc) if n]
    given = [k.arg if k.arg in plain else ALIASES.get(k.arg or "", k.arg) for k in node.keywords]
    places = [n for n in names if n and n not in row.by_keyword]
    if len(node.args) + len(given) < len(row.operands) - row.optional - (via == "method"):
        return False
    return set(given) <= set(plain) and (several or len(node.args) <= len(places))


def _is_ufunc(row: Row, via: str) -> bool:
    return row.elementwise and via == "numpy" and any(isinstance(getattr(np, n, None), np.ufunc) for n in row.numpy)


def strange_keyword(scope: Scope, target: Any, row: Row, node: ast.Call) -> Atom | None:
    """Refuse a keyword that the original does not take, whatever the operand is called here."""
    names = _keywords(target, row) if node.keywords else None
    wrong = [k for k in node.keywords if names is not None and k.arg is not None and k.arg not in names]
    if names is None or not wrong:
        return None
    close = get_close_matches(wrong[0].arg or "", sorted(names), n=1, cutoff=0.6)
    hint = f"did you mean `{close[0]}=`?" if close else "give the operands without names"
    return scope.refuse("T002", wrong[0], name=ast.unparse(node.func), argument=wrong[0].arg, hint=hint)


def _keywords(target: Any, row: Row) -> set[str] | None:
    """The names of the arguments that a function takes by name; None where it does not tell them."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return set(UFUNC_KEYWORDS) if isinstance(target, np.ufunc) else None
    names = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    more = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if more and not row.elementwise:
        return None
    return names.union(UFUNC_KEYWORDS) if more or isinstance(target, np.ufunc) else names


def _instead(given: str, names: list[str]) -> str:
    """What to write for an argument that is not taken, where there is a way."""
    close = get_close_matches(given, [n for n in names if n], n=1, cutoff=0.7)
    if close:
        return f"did you mean `{close[0]}=`?"
    return "" if "axis" in names or "x" not in names else "along an axis, write a loop"


def _bind(scope: Scope, name: str, node: ast.expr, bound: dict[str, Atom], options: dict[str, Any]) -> None:
    if name == "dtype":
        options["dtype"] = kind_of(scope, node)
        return
    if name in SEQUENCES:
        node = _as_tuple(node)
    if name in VECTORS and isinstance(node, ast.List):
        bound[name] = display(scope, node)
        return
    value = scope.evaluate(node) if name in TEXTS else None
    if isinstance(value, Static) and isinstance(value.value, str):
        options[name] = value.value
    else:
        bound[name] = scope.atom(node)


def _as_tuple(node: ast.expr) -> ast.expr:
    """A list display, and those in it, as a tuple."""
    if not isinstance(node, ast.List | ast.Tuple):
        return node
    return ast.copy_location(ast.Tuple([_as_tuple(item) for item in node.elts], ast.Load()), node)


def _expected(row: Row) -> str:
    count, least = len(row.operands), len(row.operands) - row.optional
    words = f"{count} argument{'s' if count != 1 else ''}" if least == count else f"{least} to {count} arguments"
    return f"{words} ({', '.join(row.operands)})"


def kind_of(scope: Scope, node: ast.expr) -> str | None:
    """The dtype that an expression names at compile time; None for `None`, and before types tell that of `x.dtype`."""
    owner = scope.evaluate(node.value) if isinstance(node, ast.Attribute) and node.attr == "dtype" else None
    if isinstance(owner, Var):
        found: str | None = scope.ask(node, "dtype", owner)
        return found
    value = scope.evaluate(node)
    if isinstance(value, Static):
        given = value.value
        named = _dtype_name(given) if isinstance(given, str) else getattr(given, "__name__", None) or getattr(
            given, "name", "")
        if named in KINDS:
            return KINDS[named]
    elif value is scope.poison or getattr(value, "value", 0) is None:
        return None
    hint = "a shape is one argument, a tuple: `np.zeros((2, 3))`" if isinstance(value, Const) else ""
    scope.refuse("T013", node, name=ast.unparse(node), hint=hint)
    return None


def _dtype_name(text: str) -> str:
    """The name of the dtype that a text like `f4` stands for; the text itself if NumPy knows none, or swaps bytes."""
    try:
        found = np.dtype(text)
    except TypeError:
        return text
    return str(found.name) if found.isnative else text


def display(scope: Scope, node: ast.List) -> Atom:
    """A list as an index: an array of its numbers."""
    items, shape = flattened(scope, node)
    return scope.apply("pack", scope.span(node), *items, shape=shape, via="numpy")


def flattened(scope: Scope, node: ast.expr) -> tuple[list[Atom], tuple[int, ...]]:
    if not isinstance(node, ast.List | ast.Tuple):
        return [scope.atom(node)], ()
    parts = [flattened(scope, item) for item in node.elts]
    shapes = {shape for _, shape in parts}
    if len(shapes) > 1:
        scope.refuse("T004", node, what="np.array", types="rows of different lengths")
    inner = next(iter(shapes), ())
    return [a for items, _ in parts for a in items], (len(node.elts), *inner)


def joined(scope: Scope, node: ast.expr) -> Atom:
    """What an array is made of: `[*x, 1.0]` is `x` and an array of one number, one behind the other."""
    if not isinstance(node, ast.List | ast.Tuple):
        return scope.atom(node)
    parts: list[Atom] = []
    for starred, run in itertools.groupby(node.elts, lambda e: isinstance(e, ast.Starred)):
        items = list(run)
        if starred:
            values = [scope.atom(e.value) for e in items if isinstance(e, ast.Starred)]
            parts += [scope.apply("asarray", scope.span(node), v, via="numpy") for v in values]
        else:
            numbers = [nested(scope, e) for e in items]
            parts.append(scope.apply("pack", scope.span(node), *numbers, shape=(len(items),), via="numpy"))
    whole = scope.apply("tuple", scope.span(node), *parts)
    return scope.apply("concatenate", scope.span(node), whole, via="numpy")


def even(node: ast.expr) -> bool:
    """Whether a nested list shows its shape: all of its rows are written out, or none is."""
    return not isinstance(node, ast.List | ast.Tuple) or len(set(map(_extents, node.elts))) <= 1


def _extents(node: ast.expr) -> tuple[int, ...] | None:
    """The lengths of the lists within each other; None where they differ."""
    if not isinstance(node, ast.List | ast.Tuple):
        return ()
    inner = set(map(_extents, node.elts))
    first = next(iter(inner), ())
    return None if len(inner) > 1 or first is None else (len(node.elts), *first)


def nested(scope: Scope, node: ast.expr) -> Atom:
    """A nested list as a tuple of tuples."""
    if not isinstance(node, ast.List | ast.Tuple):
        return scope.atom(node)
    return scope.apply("tuple", scope.span(node), *(nested(scope, item) for item in node.elts))


def keyword_of(scope: Scope, node: ast.Subscript, given: Keywords) -> Value:
    """`options["name"]` where `options` is the `**options` of the function."""
    key = scope.evaluate(node.slice)
    if isinstance(key, Static) and key.value in given.keys:
        return Var(f"{given.name}.{key.value}", span=scope.span(node))
    return scope.refuse("T028", node, name=ast.unparse(node.slice), keys=", ".join(map(repr, given.keys)) or "none")
