"""Operations whose results NumPy puts into a named tuple: `np.linalg.eigh(a).eigenvalues`.

Before:  `w = eigh(a)`
After:   `t.r1 = eigh(a)`, `w:eigenvalues = t.r1[0]`, `w:eigenvectors = t.r1[1]`
"""

from __future__ import annotations

import inspect
from operator import attrgetter

import numpy as np

from ...ir.nodes import Apply, Assign, Const, Var
from ...ir.types import PY_INT
from ...ops import BY_NAME
from .arraylike import names_of
from .dissolve import Dissolver
from .fields import apply


def class_of(d: Dissolver, e: Apply) -> type | None:
    """The class of the results of an operation; None where they are a plain tuple, or there is one."""
    row = BY_NAME.get(e.op)
    if row is None or not row.named:
        return None
    given = dict(e.attrs) | {name: d.constant(a) for name, a in zip(names_of(e), e.args, strict=False)}
    if any(given.get(name, ...) == value for name, value in row.unnamed):
        return None
    found: type = inspect.unwrap(attrgetter(row.numpy[0])(np)).__globals__[row.named]
    return found


def give(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be what an operation gives."""
    cls = class_of(d, e)
    if cls is None:
        d.emit(Assign(target, e, e.span))
        d.state.env[target.name] = None
        return
    whole = d.fresh(e.span)
    d.emit(Assign(whole, e, e.span))
    d.state.env[whole.name] = None
    places = tuple(range(len(cls._fields)))  # type: ignore[attr-defined]
    items = tuple(apply(d, "getitem", (whole, Const(k, PY_INT, e.span)), e.span, spec=("i",)) for k in places)
    d.allocate(target, cls, places, items)
