"""Sorting and searching as loops. NaN comes last, as in NumPy."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Assign, Atom, If, Store, Var, While
from ...ir.types import PY_BOOL, PY_INT, Array
from ...ops.typing import join_strong
from .builder import ONE, ZERO, Builder, array_of, integer
from .elementwise import is_array

LONG = 96  # so many entries are sorted by digits
PLACES, DIGITS = 8, 256


def _less(b: Builder, x: Atom, y: Atom, kind: str) -> Atom:
    """Whether `x` belongs before `y`."""
    less = b.scalar("lt", x, y, type=PY_BOOL)
    if not kind.startswith("float"):
        return less
    beyond = b.logic("logical_and", b.compare("ne", y, y), b.compare("eq", x, x))
    return b.logic("logical_or", less, beyond)


def _while(b: Builder, test: Callable[[], Atom], body: Callable[[], None]) -> None:
    with b.block() as before:
        holds = test()
    with b.block() as inside:
        body()
    b.emit(While(tuple(before), holds, tuple(inside), b.fresh(PY_INT, "while").name, b.span))


def _set(b: Builder, v: Var, value: Atom) -> None:
    b.emit(Assign(v, value, b.span))


def _argsort(b: Builder, target: Var, e: Apply) -> None:
    """Merge sort from the bottom up: runs of 1, 2, 4, … are merged into a second array and copied back.

    From `LONG` entries on they are sorted by digits instead, which takes a time that does not depend on their order.
    Entries move with their positions, so that they are read in order. Of a matrix every row is sorted.
    """
    x, extents = e.args[0], b.dims(e.args[0])
    n, kind = extents[-1], array_of(x).kind
    b.allocate(target, extents)
    whole = len(extents) == 1
    order = target if whole else b.fresh(Array("int64", 1), "order")
    merged, keys, others = (b.fresh(Array(k, 1), "merged") for k in ("int64", kind, kind))
    for array in (merged, keys, others) if whole else (order, merged, keys, others):
        b.allocate(array, (n,))

    codes = tuple(b.fresh(Array("int64", 1), "codes") for _ in range(3))
    _allocated(b, codes, n)

    def row(lead: tuple[Var, ...]) -> None:
        with b.block() as short:
            b.loop((n,), lambda index: b.store(keys, index, b.load(x, (*lead, *index))))
            _sort(b, n, (keys, order), (others, merged))
        with b.block() as long:
            _by_digits(b, n, lambda index: b.load(x, (*lead, *index)), codes, (order, merged))
        b.emit(If(b.compare("lt", n, integer(LONG)), tuple(short), tuple(long), b.span))
        if not whole:
            b.loop((n,), lambda index: b.store(target, (*lead, *index), b.load(order, index)))

    if whole:
        row(())
    else:
        b.loop(extents[:-1], row)


def _allocated(b: Builder, codes: tuple[Var, ...], n: Atom) -> None:
    """Room for two arrays of keys and for the counts of all digits, where they are needed."""
    long = b.compare("ge", n, integer(LONG))
    for array, size in zip(codes, (n, n, integer(PLACES * DIGITS)), strict=True):
        b.allocate(array, (b.select(long, size, ZERO),))


def _by_digits(b: Builder, n: Atom, load: Callable[[tuple[Var, ...]], Atom], codes: tuple[Var, ...],
               places: tuple[Var, Var]) -> None:
    """Sort by the digits of the keys, the last digit first (D. E. Knuth, "Sorting and Searching", algorithm 5.2.5R).

    The digits of all places are counted in one pass; a place where all keys agree is left out.
    """
    now, _, counts = codes
    order, _ = places
    b.loop((integer(PLACES * DIGITS),), lambda index: b.store(counts, index, ZERO))

    def count(index: tuple[Var, ...]) -> None:
        key = b.scalar("sort_key", load(index), type=PY_INT)
        b.store(now, index, key)
        b.store(order, index, index[0])
        b.loop((integer(PLACES),), lambda place: b.accumulate(counts, _slot(b, key, place[0]), ONE))

    b.loop((n,), count)
    first = b.load(now, (ZERO,))

    def sorted_by(place: tuple[Var, ...]) -> None:
        with b.block() as sorting:
            _one_place(b, n, place[0], codes, places)
        agree = b.compare("eq", b.load(counts, _slot(b, first, place[0])), n)
        b.emit(If(agree, (), tuple(sorting), b.span))

    b.loop((integer(PLACES),), sorted_by)


def _slot(b: Builder, key: Atom, place: Atom) -> tuple[Atom]:
    """Where the digit of a key is counted."""
    digit = b.scalar("digit", key, b.integers("mul", place, integer(8)), type=PY_INT)
    return (b.integers("add", digit, b.integers("mul", place, integer(DIGITS))),)


def _one_place(b: Builder, n: Atom, place: Atom, codes: tuple[Var, ...], places: tuple[Var, Var]) -> None:
    """Move the keys, and their positions, to where the counts of the smaller digits leave off."""
    now, then, counts = codes
    order, moved = places
    start = b.let(ZERO, "start")

    def running(index: tuple[Var, ...]) -> None:
        here = (b.integers("add", index[0], b.integers("mul", place, integer(DIGITS))),)
        found = b.load(counts, here)
        b.store(counts, here, start)
        _set(b, start, b.integers("add", start, found))

    def move(index: tuple[Var, ...]) -> None:
        key = b.load(now, index)
        here = _slot(b, key, place)
        to = b.load(counts, here)
        b.store(counts, here, b.integers("add", to, ONE))
        b.store(then, (to,), key)
        b.store(moved, (to,), b.load(order, index))

    def back(index: tuple[Var, ...]) -> None:
        b.store(now, index, b.load(then, index))
        b.store(order, index, b.load(moved, index))

    b.loop((integer(DIGITS),), running)
    b.loop((n,), move)
    b.loop((n,), back)


def _sort(b: Builder, n: Atom, runs: tuple[Var, Var], spare: tuple[Var, Var]) -> None:
    """Sort entries in place, and write their positions beside them."""
    (keys, target), (others, merged) = runs, spare
    b.loop((n,), lambda index: b.store(target, index, index[0]))
    width = b.let(ONE, "width")

    def passes() -> None:
        twice = b.integers("add", width, width)
        runs = b.scalar("floordiv", b.integers("sub", b.integers("add", n, twice), ONE), twice, type=PY_INT)

        def pair(index: tuple[Var, ...]) -> None:
            low = b.integers("mul", index[0], twice)
            middle = b.minimum(b.integers("add", low, width), n)
            bounds = (low, middle, b.minimum(b.integers("add", low, twice), n))
            _merge(b, (keys, target), (others, merged), bounds)

        def back(index: tuple[Var, ...]) -> None:
            b.store(target, index, b.load(merged, index))
            b.store(keys, index, b.load(others, index))

        b.loop((runs,), pair)
        b.loop((n,), back)
        _set(b, width, twice)

    _while(b, lambda: b.compare("lt", width, n), passes)


def _merge(b: Builder, runs: tuple[Var, Var], into: tuple[Var, Var], bounds: tuple[Atom, Atom, Atom]) -> None:
    """Merge two neighbouring runs of entries and positions; of equal entries those of the first run come first."""
    low, middle, high = bounds
    i, j, place, kind = b.let(low, "i"), b.let(middle, "j"), b.let(low, "k"), array_of(runs[0]).kind

    def both() -> Atom:
        return b.logic("logical_and", b.compare("lt", i, middle), b.compare("lt", j, high))

    def take(source: Atom) -> None:
        for array, target in zip(runs, into, strict=True):
            b.emit(Store(target, (place,), b.load(array, (source,)), b.span))
        _set(b, place, b.integers("add", place, ONE))

    def smaller() -> None:
        second = b.let(_less(b, b.load(runs[0], (j,)), b.load(runs[0], (i,)), kind), "second")
        take(b.select(second, j, i))
        step = b.scalar("cast", second, type=PY_INT)
        _set(b, j, b.integers("add", j, step))
        _set(b, i, b.integers("add", i, b.integers("sub", ONE, step)))

    def rest(counter: Var) -> Callable[[], None]:
        def body() -> None:
            take(counter)
            _set(b, counter, b.integers("add", counter, ONE))

        return body

    _while(b, both, smaller)
    _while(b, lambda: b.compare("lt", i, middle), rest(i))
    _while(b, lambda: b.compare("lt", j, high), rest(j))


def _searchsorted(b: Builder, target: Var, e: Apply) -> None:
    """The number of entries that belong before: bisection."""
    a, v = e.args
    if not is_array(v):
        _set(b, target, _place(b, a, v, e.attr("side")))
        return
    extents = b.dims(v)
    b.allocate(target, extents)
    kind = join_strong(array_of(a).kind, array_of(v).kind)

    def one(index: tuple[Var, ...]) -> None:
        b.store(target, index, _place(b, a, b.convert(b.load(v, index), kind), e.attr("side")))

    b.loop(extents, one)


def _place(b: Builder, a: Atom, sought: Atom, side: str) -> Atom:
    assert not isinstance(sought.type, Array)
    kind = sought.type.kind  # type: ignore[union-attr]
    low, high = b.let(ZERO, "low"), b.let(b.dims(a)[0], "high")

    def halve() -> None:
        middle = b.scalar("floordiv", b.integers("add", low, high), integer(2), type=PY_INT)
        entry = b.convert(b.load(a, (middle,)), kind)
        before = _less(b, entry, sought, kind) if side == "left" else b.negate(_less(b, sought, entry, kind))
        _set(b, high, b.select(before, high, middle))
        _set(b, low, b.select(before, b.integers("add", middle, ONE), low))

    _while(b, lambda: b.compare("lt", low, high), halve)
    return low


LOWER: dict[str, Callable[[Builder, Var, Apply], None]] = {"argsort": _argsort, "searchsorted": _searchsorted}
