"""The head adjoints of generated Python: one parameter with the structure of the value.

Before:  the value `(x, None if missing else (a, b))`, and `head.f.bar.0` and the like, one for each number or array
After:   `(x_bar, f_bar_1) = f_bar` and `(a_bar, b_bar) = (0.0, 0.0) if f_bar_1 is None else f_bar_1`
"""

from __future__ import annotations

from ..ir.nodes import Function, Var
from ..ir.types import Array, Scalar, TupleOf, Type, is_float


def head_parameter(function: Function, heads: tuple[Var, ...], renamed: dict[str, str], optional: bool) -> str:
    """The name of the head adjoint, 1 by default for a single number."""
    if _structured(function):
        name = _whole(function, renamed)
    else:
        name = renamed[heads[0].name]
        if isinstance(heads[0].type, Scalar):
            return f"{name}=1.0"
    return f"{name}=None" if optional else name


def _structured(function: Function) -> bool:
    """Whether there is more than one number or array in the value of an adjoint."""
    value = function.result.items[0] if isinstance(function.result, TupleOf) else function.result
    return isinstance(value, TupleOf) and not (value.perhaps and not isinstance(value.items[1], TupleOf))


def _whole(function: Function, renamed: dict[str, str]) -> str:
    """The parameter that holds all head adjoints of a tuple."""
    name = function.name.removesuffix("_adjoint") + "_bar"
    taken = {p.name for p in function.params} | set(renamed.values())
    return name if name not in taken else f"{name}s"


def unpacked(function: Function, renamed: dict[str, str]) -> list[str]:
    """Lines that take a tuple of head adjoints apart; items that have none are skipped, of None there are zeros."""
    assert isinstance(function.result, TupleOf)
    stem, value = f"head.{function.name.removesuffix('_adjoint')}.bar", function.result.items[0]
    whole = _whole(function, renamed) if _structured(function) else renamed.get(stem, "")
    taken = {p.name for p in function.params} | set(renamed.values())
    skipped = next(name for name in ("_", "_skipped", "_skipped_1") if name not in taken)
    lines: list[str] = []

    def record(path: str) -> str:
        name = f"{whole}{path.removeprefix(stem).replace('.', '_')}_items"
        return name if name not in taken else f"{name}_1"

    def target(t: Type, path: str) -> str:
        if isinstance(t, TupleOf) and t.perhaps:
            place, inner = len(lines), target(t.items[1], path)
            name = inner if not isinstance(t.items[1], TupleOf) else whole if path == stem else record(path)
            if name != skipped:
                lines.insert(place, f"{inner} = {_zeros(t.items[1])} if {name} is None else {name}")
            return name
        if isinstance(t, TupleOf):
            items = [target(u, f"{path}.{k}") for k, u in enumerate(t.items)]
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        return renamed.get(path, skipped)

    first = target(value, stem)
    return [f"{first} = {whole}", *lines] if first != whole and _structured(function) else lines


def _zeros(t: Type) -> str:
    """The head adjoint of what is None, as text."""
    if isinstance(t, TupleOf):
        items = [None if t.perhaps else _zeros(u) for u in t.items]
        return "None" if t.perhaps else f"({items[0]},)" if len(items) == 1 else f"({', '.join(map(str, items))})"
    if isinstance(t, Array) and is_float(t):
        return "np.zeros(())" if t.kind == "float64" else f"np.zeros((), dtype=np.{t.kind})"
    return "0.0" if is_float(t) else "None"
