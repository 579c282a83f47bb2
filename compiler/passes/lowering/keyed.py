"""Search for keys by their hashes: open addressing, the next free place for what is taken."""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Atom, Const, If, Var, While
from ...ir.types import PY_BOOL, PY_INT, is_float
from .builder import ONE, ZERO, Builder, integer

SPREAD = -0x61C8864680B583EB  # 2**64 divided by the golden ratio, as a signed number: Knuth's multiplicative hashing
LEAST = 8


def _hash(b: Builder, keys: tuple[Atom, ...]) -> Atom:
    """A number that equal keys have in common; what does not fit into 64 bits is cut off."""
    found: Atom = ZERO
    for key in keys:
        bits = b.scalar("sort_key", key, type=PY_INT)
        mixed = b.scalar("bit_xor", found, bits, type=PY_INT)
        found = b.scalar("mul", mixed, integer(SPREAD), type=PY_INT)
        high = b.scalar("rshift", found, integer(32), type=PY_INT)
        found = b.scalar("bit_xor", found, high, type=PY_INT)
    return found


def _set(b: Builder, v: Var, value: Atom) -> None:
    b.emit(Assign(v, value, b.span))


def _search(b: Builder, slot: Var, going: Var, index: Var, mask: Atom, equal: tuple[tuple[Atom, Atom], ...]) -> None:
    """Let `slot` be the first place from there on that is free, or has the position of an equal key.

    `equal` are the columns of the keys, and the key that is searched for; without them the place has to be free.
    """
    _set(b, going, Const(True, PY_BOOL))
    with b.block() as inside:
        held = b.load(index, (slot,))
        with b.block() as taken:
            same: Atom = Const(False, PY_BOOL)
            at = b.integers("sub", held, ONE)
            for k, (column, key) in enumerate(equal):
                one = b.compare("eq", b.load(column, (at,)), key)
                same = one if k == 0 else b.logic("logical_and", same, one)
            with b.block() as other:
                following = b.integers("add", slot, ONE)
                _set(b, slot, b.scalar("bit_and", following, mask, type=PY_INT))
            found = Assign(going, Const(False, PY_BOOL), b.span)
            if isinstance(same, Const):
                b.out.extend(other)
            else:
                b.emit(If(same, (found,), tuple(other), b.span))
        free = b.compare("eq", held, ZERO)
        b.emit(If(free, (Assign(going, Const(False, PY_BOOL), b.span),), tuple(taken), b.span))
    b.emit(While((), going, tuple(inside), b.fresh(PY_INT, "while").name, b.span))


def _start(b: Builder, keys: tuple[Atom, ...], mask: Atom) -> tuple[Var, Var]:
    """The place where a search begins, and the variable that says whether it goes on."""
    first = b.scalar("bit_and", _hash(b, keys), mask, type=PY_INT)
    return b.let(first, "slot"), b.let(Const(True, PY_BOOL), "going")


def _key_slot(b: Builder, target: Var, e: Apply) -> None:
    index, *operands = e.args
    assert isinstance(index, Var)
    columns, keys = operands[: len(operands) // 2], tuple(operands[len(operands) // 2 :])
    for key in keys:
        if is_float(key.type):
            b.fail_if(b.compare("ne", key, key), "ValueError", "a key that is NaN is found by its identity in Python")
    mask = b.integers("sub", b.scalar("dim", index, type=PY_INT, axis=0), ONE)
    slot, going = _start(b, keys, mask)
    _search(b, slot, going, index, mask, tuple(zip(columns, keys, strict=True)))
    _set(b, target, slot)


def _key_index(b: Builder, target: Var, e: Apply) -> None:
    """The index of so many keys, which leaves at least two of three places free."""
    count, *columns = e.args
    size = b.let(integer(LEAST), "size")
    with b.block() as before:
        small = b.compare("le", size, b.integers("mul", count, integer(3)))
    double = Assign(size, Apply("mul", (size, integer(2)), PY_INT, b.span), b.span)
    b.emit(While(tuple(before), small, (double,), b.fresh(PY_INT, "while").name, b.span))
    b.allocate(target, (size,), zero=True)
    mask = b.integers("sub", size, ONE)

    def put(place: tuple[Var, ...]) -> None:
        slot, going = _start(b, tuple(b.load(c, place) for c in columns), mask)
        _search(b, slot, going, target, mask, ())
        b.store(target, (slot,), b.convert(b.integers("add", place[0], ONE), "int64"))

    b.loop((count,), put)


LOWER = {"key_slot": _key_slot, "key_index": _key_index}
