"""Whether the iterations of a loop leave each other's elements alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ....ir.nodes import Accumulate, Apply, Assign, Atom, Block, Fail, For, If, Store, Var, While
from ....ir.traversal import walk
from ....ir.types import Array
from .meaning import Places


@dataclass(frozen=True, slots=True)
class Access:
    """A load, a store, or an addition to an element, at `places`; `deep` in an inner loop; `order` is that of text,
    `statement` its identity."""

    array: Var
    index: tuple[Atom, ...]
    places: Places
    kind: str
    deep: bool
    order: int
    statement: int


def accesses(body: Block, places: Mapping[int, Places]) -> list[Access]:
    """All of a loop's."""
    return list(_accesses(body, places, False, [0]))


def _accesses(block: Block, places: Mapping[int, Places], deep: bool, count: list[int]) -> Iterator[Access]:
    for s in block:
        count[0] += 1
        match s:
            case Assign(value=Apply("load", (Var() as array, *index)) as load):
                yield Access(array, tuple(index), places[id(load)], "load", deep, count[0], id(s))
            case Store(array, index):
                yield Access(array, index, places[id(s)], "store", deep, count[0], id(s))
            case Accumulate(array, index) if isinstance(array.type, Array):
                yield Access(array, index, places[id(s)], "add", deep, count[0], id(s))
            case If():
                yield from _accesses(s.then, places, deep, count)
                yield from _accesses(s.orelse, places, deep, count)
            case For():
                yield from _accesses(s.body, places, True, count)
            case While():
                yield from _accesses(s.before, places, True, count)
                yield from _accesses(s.body, places, True, count)
            case _:
                pass


def independent(found: list[Access], roots: Mapping[str, frozenset[str]]) -> bool:
    """Whether what an iteration stores is read and written by no other, apart from sums."""
    for one in found:
        if one.kind == "load":
            continue
        mine = roots.get(one.array.name, frozenset())
        others = [a for a in found if not mine or mine & roots.get(a.array.name, frozenset())]
        if all(a.kind == "add" for a in others):
            continue
        same = {(a.array.name, a.array.type) for a in others}
        if len(same) > 1 or not _contiguous(one.array) or not _own_element(others):
            return False
    return True


def _contiguous(array: Var) -> bool:
    """Whether no two positions of the array are one element; of other layouts nobody knows."""
    return isinstance(array.type, Array) and array.type.layout == "C"


def _own_element(group: list[Access]) -> bool:
    """Whether all are at the same distance from the loop's variable along one axis."""
    axes = range(len(group[0].places))
    return any(all(a.places[k] is not None and a.places[k] == group[0].places[k] for a in group) for k in axes)


def distinct(access: Access) -> bool:
    """Whether iterations that run together certainly mean different elements."""
    return _contiguous(access.array) and any(p is not None for p in access.places)


def strided(access: Access, varying: frozenset[str]) -> bool:
    """Whether the elements of neighbouring iterations are at a known distance other than one, or in other rows."""
    moving = [k for k, (p, a) in enumerate(zip(access.places, access.index, strict=True))
              if p is not None or (isinstance(a, Var) and a.name in varying)]
    last = len(access.index) - 1
    known = all(access.places[k] is not None for k in moving) or any(p is not None for p in access.places[:last])
    return bool(moving) and known and not (moving == [last] and _contiguous(access.array))


def collected(found: list[Access], roots: Mapping[str, frozenset[str]], inside: Iterable[str]) -> list[list[Access]]:
    """Additions in inner loops to the element of the iteration, where nothing else is done to the array.

    Those to one element are together. `inside` are the numbers that the loop assigns.
    """
    groups: dict[tuple[str, Places, tuple[Atom, ...]], list[Access]] = {}
    assigned = frozenset(inside)
    for one in found:
        mine = roots.get(one.array.name, frozenset())
        others = [a for a in found if not mine or mine & roots.get(a.array.name, frozenset())]
        fixed = not any(isinstance(i, Var) and i.name in assigned for i in one.index[:-1])
        own = one.places[-1] is not None and not any(p is not None for p in one.places[:-1]) if one.places else False
        if own and fixed and _contiguous(one.array) and all(a.kind == "add" and a.array == one.array for a in others):
            groups.setdefault((one.array.name, one.places, one.index[:-1]), []).append(one)
    return [group for group in groups.values() if any(a.deep for a in group)]


def raises_late(body: Block, found: list[Access], outside: frozenset[str], roots: Mapping[str, frozenset[str]]) -> bool:
    """Whether an iteration may raise after it has changed what a caller sees or another iteration reads."""
    read = frozenset[str]().union(*(roots.get(a.array.name, frozenset()) for a in found if a.kind == "load"))
    changes = [a for a in found if a.kind == "add"
               or (a.kind == "store" and (outside | read) & roots.get(a.array.name, outside))]
    if not changes or not any(isinstance(s, Fail) for s in walk(body)):
        return False
    last = max(k for k, s in enumerate(_ordered(body), 1) if isinstance(s, Fail))
    return any(a.deep or a.order < last for a in changes)


def _ordered(block: Block) -> Iterator[object]:
    """Statements in the order of `Access.order`."""
    return walk(block)
