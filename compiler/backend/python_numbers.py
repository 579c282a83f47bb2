"""Which numbers that NumPy's type rules make are Python's own in the generated text.

Before:  `t_bar = y_bar * (a * b ** (a - 1.0))`, where `a - 1.0` is a `float` and `**` raises at 1e200
After:   `t_bar = y_bar * (a * np.power(b, a - 1.0))`

A formula of the table computes with NumPy's rules, while an operator between two numbers of Python's gives another one
of them. Its type does not say so; what it is computed from does.
"""

from __future__ import annotations

from ..ir.nodes import Apply, Assign, Atom, Expr, Function, Var
from ..ir.traversal import walk
from ..ir.types import Scalar

OPERATORS = frozenset({"add", "sub", "mul", "neg", "pos"})


def python_numbers(function: Function) -> set[str]:
    """The names of the numbers that a formula made of Python's own by operators."""
    made: set[str] = set()
    assigned = [s for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.target.type, Scalar)]
    count = -1
    while count < len(made):
        count = len(made)
        made |= {s.target.name for s in assigned if _is_made(s.value, made)}
    return made


def _is_made(e: Expr, made: set[str]) -> bool:
    by_formula = isinstance(e, Apply) and e.op in OPERATORS and e.attr("flags") is not None
    return isinstance(e, Apply) and by_formula and all(is_python(a, made) for a in e.args)


def is_python(a: Atom, made: set[str]) -> bool:
    """Whether an operand is a number of Python's own in the text."""
    return isinstance(a.type, Scalar) and (a.type.weak or (isinstance(a, Var) and a.name in made))
