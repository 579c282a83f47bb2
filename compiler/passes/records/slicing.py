"""Slices and tuples of indices that are values: in an index they stand for what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...ir.nodes import Apply, Atom, Var
from .dissolve import Dissolver
from .state import is_none

Part = tuple[str, tuple[Atom, ...]]


def written_out(d: Dissolver, e: Apply, last: int) -> Apply:
    """The operation with slices and tuples of indices written out; the `last` operands are values."""
    spec, operands = e.attr("spec"), e.args[1 : len(e.args) - last]
    if not any(_stands_for_more(d, a, len(spec)) for a in operands):
        return e
    parts = [part for flag, own in _parts(spec, operands) for part in _opened(d, flag, own, len(spec))]
    attrs = {**dict(e.attrs), "spec": tuple(flag for flag, _ in parts)}
    args = (e.args[0], *(a for _, own in parts for a in own), *e.args[len(e.args) - last :])
    return Apply(e.op, args, span=e.span, attrs=tuple(sorted(attrs.items())))


def _stands_for_more(d: Dissolver, a: Atom, count: int) -> bool:
    record = d.record(a)
    if record is None or record.missing:
        return False
    inside = (d.record(Var(v)) for _, v in record.fields)
    return record.cls is slice or (
        record.cls is tuple and count == 1 and any(r is not None and r.cls is slice for r in inside))


def _parts(spec: tuple[str, ...], operands: tuple[Atom, ...]) -> Iterator[Part]:
    """What each entry of an index takes of the operands."""
    given = iter(operands)
    for flag in spec:
        count = flag.count("1") if flag.startswith("s") else int(flag == "i")
        yield flag, tuple(next(given) for _ in range(count))


def _opened(d: Dissolver, flag: str, own: tuple[Atom, ...], count: int) -> Iterator[Part]:
    record = d.record(own[0]) if flag == "i" else None
    if record is None or not _stands_for_more(d, own[0], count):
        yield flag, own
    elif record.cls is slice:
        bounds = [Var(v, span=own[0].span) for _, v in record.fields]
        given: list[Any] = [b for b in bounds if not is_none(d.value(b))]
        yield "s" + "".join("1" if b in given else "0" for b in bounds), tuple(given)
    else:
        for _, variable in record.fields:
            item = Var(variable, span=own[0].span)
            if is_none(d.value(item)):
                yield "n", ()
            else:
                yield from _opened(d, "i", (item,), count)
