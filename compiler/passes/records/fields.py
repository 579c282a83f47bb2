"""The fields of records: how they are found, read, stored and converted."""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Block, Const, Fail, If, Span, Var
from ...ir.records import VIEWS, Growing, Items, Keys, Values, field_name, may_be_keyed
from ...ir.types import NOTHING, PY_BOOL, PY_FLOAT, PY_INT, Known
from .again import Grows, NeedsConstant
from .dissolve import Dissolver
from .shapes import NUMBERS
from .state import Home, Record, Ref, is_text
from .tables import begin_again

SEQUENCES = (list, tuple)
CHAIN = 64  # the longest list or dict whose items are tried one after the other


def is_sequence(record: Record) -> bool:
    """Whether a record is indexed by position."""
    return issubclass(record.cls, SEQUENCES)


def position(d: Dissolver, record: Record, index: Atom) -> Any:
    """The key that a constant index or key stands for; None when the index is not known at compile time."""
    key = d.constant(index)
    if record.cls is dict or key is None or not is_sequence(record):
        return key
    count = len(record.fields)
    return record.keys[key] if isinstance(key, int) and -count <= key < count else KeyError


def read(d: Dissolver, target: Var, record: Record, key: Any, span: Span) -> None:
    """Let the target be what a field holds."""
    variable = record.variable(key)
    assert variable is not None
    d.put(target, Var(variable, span=span), span)


def missing(d: Dissolver, target: Var, record: Record, key: Any, span: Span) -> None:
    """Python would raise here."""
    listed = ", ".join(map(repr, record.keys)) or "none"
    if is_sequence(record):
        listed = f"0 to {len(record.fields) - 1}" if record.fields else "none"
    d.refuse("R001", span, record=record, key=repr(key), keys=listed)
    d.poison(target, span)


def needs_constant(
    d: Dissolver, target: Var, base: Record, span: Span, key: Atom | None = None, default: Atom | None = None
) -> None:
    """Where an index or a key is not known: the loop is unrolled, or the list or dict is one for all of them.

    The `key` of a dict that is read is compared with those that there are, otherwise.
    """
    if base.cls is dict:
        keyed(d, base)
        if key is not None and not d.loops and searched(d, target, base, key, default, span):
            return
    sites = holding(d, d.tables.sites(base, d.growing))
    if d.loops:
        raise NeedsConstant(sites)
    begin_again(sites)
    d.refuse("R006", span, record=base)
    d.poison(target, span)


def keyed(d: Dissolver, record: Record) -> None:
    """Begin again with a dict whose keys are known at run time only, if this one may be one."""
    made = frozenset(name.removesuffix(" before") for name in record.origins)
    if record.foreign or not made <= d.tables.made or made <= d.growing.keys() or not may_be_keyed(
            record.cls, record.keys):
        return
    made |= {name.partition("~")[0] for name in made}  # in all iterations of a loop: then it need not be unrolled
    if d.loops:
        raise NeedsConstant(made if d.tables.allowed else frozenset())
    raise Grows(dict.fromkeys(made - d.growing.keys(), NUMBERS))


def searched(d: Dissolver, target: Var, record: Record, key: Atom, default: Atom | None, span: Span) -> bool:
    """Let the target be the item of a key that is known at run time only, if the items are numbers or arrays."""
    items = [d.value(Var(v)) for _, v in record.fields]
    lengths = {len(k) if isinstance(k, tuple) else 0 for k in record.keys}
    if d.record(key) is None and len(lengths) == 1 and max(lengths):  # a tuple that is no record
        opened = apply(d, "list_tuple", (key,), span, count=max(lengths))
        each = tuple(apply(d, "getitem", (opened, Const(k, PY_INT)), span, spec=("i",)) for k in range(max(lengths)))
        d.allocate(key := d.fresh(span), tuple, tuple(range(len(each))), each)
    parts = key_parts(d, key)
    plain = not any(isinstance(v, Ref) or is_text(v) for v in (*items, *(d.value(p) for p in parts or ())))
    if parts is None or not plain or is_text(d.value(default or key)) or record.missing or not (
            0 < len(items) <= CHAIN and may_be_keyed(record.cls, record.keys)):
        return False
    for p in parts:
        apply(d, "key", (p,), span, alone=True, sites=())
    whole = isinstance(d.value(key), Ref)
    rest: Block = (Assign(target, default, span),) if default is not None else (
        Fail("KeyError", None, parts, span),)
    for known, variable in reversed(record.fields):
        wanted = known if isinstance(known, tuple) else (known,)
        if isinstance(known, tuple) is not whole or len(wanted) != len(parts):
            continue
        outer, d.out = d.out, []
        tests = [apply(d, "eq", (p, as_constant(k, span)), span) for p, k in zip(parts, wanted, strict=True)]
        test = tests[0]
        for t in tests[1:]:
            test = apply(d, "logical_and", (test, t), span, via="python")
        rest, d.out = (*d.out, If(test, (Assign(target, Var(variable, span=span), span),), rest, span)), outer
    d.out.extend(rest)
    d.state.env[target.name] = None
    return True


def key_parts(d: Dissolver, key: Atom) -> tuple[Atom, ...] | None:
    """The numbers of a key: of a tuple, the items; None for a record of another class."""
    given = d.record(key)
    if given is None:
        return (key,)
    return tuple(Var(v, span=key.span) for _, v in given.fields) if given.cls is tuple else None


def whole_key(d: Dissolver, operands: tuple[Atom, ...], span: Span) -> Atom:
    """The key of `p[i, j]`: a tuple of constants, or of operands when they are not all known."""
    known = tuple(d.constant(a) for a in operands)
    if None not in known:
        return Const(known, Known(known), span)
    d.allocate(pair := d.fresh(span), tuple, tuple(range(len(operands))), operands)
    return pair


def numbers_of(d: Dissolver, key: Atom) -> tuple[Atom, ...]:
    """All numbers of a key, also of tuples in it."""
    return tuple(n for p in key_parts(d, key) or () for n in ((p,) if d.record(p) is None else numbers_of(d, p)))


def holding(d: Dissolver, sites: frozenset[str]) -> frozenset[str]:
    """Where the lists are made that hold those made at these places: with them, all of their items are in one array."""
    outer = frozenset[str]()
    for record in d.state.heap.values() if sites else ():
        items = (d.record(Var(v)) for _, v in record.fields)
        if record.cls is list and any(r is not None and not sites.isdisjoint(r.origins) for r in items):
            outer |= d.tables.sites(record, d.growing)
    return holding(d, outer) or sites if outer - sites else sites


def apply(d: Dissolver, op: str, args: tuple[Atom, ...], span: Span, **attrs: Any) -> Var:
    """The result of an operation on plain values."""
    result = d.fresh(span)
    d.emit(Assign(result, Apply(op, args, span=span, attrs=tuple(sorted(attrs.items()))), span))
    d.state.env[result.name] = None
    return result


def put_field(d: Dissolver, ref: Ref, key: Any, value: Atom, e: Apply) -> None:
    """Store into one field of one object; the object must be known not to be the caller's or another one in use."""
    record = d.state.heap[ref.name]
    if not may_store(d, ref, record, e.span, at_home=record.variable(key) is not None):
        return
    if e.attr("augmented") and isinstance(d.value(value), Ref):
        d.refuse("R005", e.span, what="an augmented assignment to an item", record=d.record(value))
        return
    if e.attr("augmented"):
        in_place(d, value, e.attr("augmented"))
    variable = record.variable(key)
    if variable is None:
        variable = new_variable(d, ref, record, key)
        d.state.heap[ref.name] = Record(record.cls, (*record.fields, (key, variable)), record.origins)
    d.put(Var(variable, span=e.span), value, e.span)
    if record.home is not None:
        attrs = (("augmented", e.attr("augmented")), ("key", key), ("object", ref.name))
        d.rules["stored at home"](d, d.fresh(e.span), Apply("stored", (value,), span=e.span, attrs=attrs))


def may_store(d: Dissolver, ref: Ref, record: Record, span: Span, at_home: bool = False) -> bool:
    """Whether it is known which object a store changes; what forbids it is reported.

    With `at_home`, the store will be made in the list as well that the object has been read from.
    """
    if record.foreign:
        d.refuse("R003", span, record=record)
        return False
    for name in sorted(d.state.reachable(d.live) - {ref.name}):
        if d.state.heap[name].origins & record.origins and not (at_home and beside(d, record, name)):
            if d.state.heap[name].cls is Growing:  # into which the list was put
                begin_again(d.tables.sites(record, d.growing), chosen=False)
            refer(d, record)
            d.refuse("R007", span, record=record)
            return False
    return True


def refer(d: Dissolver, record: Record) -> None:
    """Begin again with a table for all objects of this kind, if there may be one and there is none so far."""
    d.rules["refer"](d, Var(""), Apply("refer", (), attrs=(("record", record),)))


def beside(d: Dissolver, record: Record, name: str) -> bool:
    """Whether something that may hold an object sees a store into it, as both are in the columns of one list."""
    home, other = record.home, d.state.heap[name]
    if home is None or owner(d, home) is None:
        return False
    columns = d.state.record(d.state.env.get(home.items))
    if columns is None or columns.shared:
        return False
    return other is columns or (other.home is not None and (other.home.storage, other.home.items) == (
        home.storage, home.items))


def owner(d: Dissolver, home: Home) -> Record | None:
    """The list that an object has been read from."""
    lists = (r for r in d.state.heap.values() if r.cls is Growing and r.variable("start") is None)
    return next((r for r in lists if r.variable("items") == home.storage), None)


def in_place(d: Dissolver, value: Atom, op: str) -> None:
    """`p[k] += v` changes an array in place: the operation just written becomes an augmented one."""
    for k, s in enumerate(d.out):
        if isinstance(s, Assign) and s.target == value and isinstance(s.value, Apply) and s.value.op == op:
            d.out[k] = Assign(s.target, Apply("iadd", s.value.args, span=s.value.span, attrs=(("op", op),)), s.span)


def to_array(d: Dissolver, target: Var, e: Apply) -> None:
    """`np.array(p)`: the numbers of a list or tuple, nested to any depth."""
    found = flat(d, e.args[0])
    if found is None and (rows := plain(d, e.args[0], e.span)) is not None:  # arrays may be among them
        d.emit(Assign(target, Apply("asarray", (rows,), span=e.span, attrs=e.attrs), e.span))
        d.state.env[target.name] = None
        return
    if found is None:
        d.refuse("R005", e.span, what="the conversion to an array", record=d.record(e.args[0]) or "a string")
        d.poison(target, e.span)
        return
    items, shape = found
    attrs: dict[str, Any] = {"dtype": e.attr("dtype"), "shape": shape, "via": "numpy"}
    if e.attr("dtype") is None:
        del attrs["dtype"]
    d.emit(Assign(target, Apply("pack", tuple(items), span=e.span, attrs=tuple(sorted(attrs.items()))), e.span))
    d.state.env[target.name] = None


def plain(d: Dissolver, a: Atom, span: Span) -> Atom | None:
    """A nested list as a tuple of tuples, which is no record; None when something else is in it."""
    record = d.record(a)
    if record is None:
        return None if is_text(d.value(a)) else a
    if record.cls is Growing:
        array = d.fresh(span)
        d.rules["whole"](d, array, Apply("whole", (a,), span=span))
        return array
    if not is_sequence(record) or record.missing:
        return None
    items = [plain(d, Var(v, span=span), span) for _, v in record.fields]
    known = tuple(item for item in items if item is not None)
    return apply(d, "tuple", known, span) if len(known) == len(items) else None


def flat(d: Dissolver, a: Atom) -> tuple[list[Atom], tuple[int, ...]] | None:
    """The items of a nested list in order and its shape; None when the rows are unequal or hold something else."""
    record = d.record(a)
    if record is None:
        return None if is_text(d.value(a)) else ([a], ())
    if not is_sequence(record):
        return None
    parts = [flat(d, Var(v, span=a.span)) for _, v in record.fields]
    known_parts = [p for p in parts if p is not None]
    shapes = {shape for _, shape in known_parts}
    if len(known_parts) < len(parts) or len(shapes) > 1:
        return None
    return [x for items, _ in known_parts for x in items], (len(parts), *next(iter(shapes), ()))


def as_constant(key: Any, span: Span) -> Const:
    """A key as an operand."""
    numbers = ((bool, PY_BOOL), (int, PY_INT), (float, PY_FLOAT))
    t = next((t for cls, t in numbers if isinstance(key, cls)), None)
    return Const(key, t or (NOTHING if key is None else Known(key)), span)


def size(d: Dissolver, record: Record) -> int | None:
    """How many items a record has when it is iterated over; None when it cannot be."""
    if record.cls in VIEWS:
        held = d.record(Var(record.fields[0][1]))
        return len(held.fields) if held is not None and held.cls is dict else None
    return len(record.fields) if record.cls is dict or is_sequence(record) else None


def element(d: Dissolver, record: Record, at: int, span: Span) -> Atom:
    """The item at a position, as iteration gives it."""
    if is_sequence(record):
        return Var(record.fields[at][1], span=span)
    if record.cls is dict:
        return as_constant(record.keys[at], span)
    held = d.record(Var(record.fields[0][1]))
    assert held is not None
    key, value = as_constant(held.keys[at], span), Var(held.fields[at][1], span=span)
    if record.cls is Keys:
        return key
    if record.cls is Values:
        return value
    pair = d.fresh(span)
    d.allocate(pair, tuple, (0, 1), (key, value))
    return pair


def elements(d: Dissolver, a: Atom, span: Span) -> list[Atom] | None:
    """All items of a record in the order of iteration; None for what is no record or cannot be iterated over."""
    record = d.record(a)
    count = size(d, record) if record is not None else None
    if record is None or count is None:
        return None
    return [element(d, record, k, span) for k in range(count)]


def deciding(d: Dissolver, record: Record | None, items: list[Atom]) -> list[Any]:
    """The constants that decide about the order of items: of `p.items()` the keys, no two of which are equal."""
    if record is not None and record.cls is Items:
        holder = d.record(Var(record.fields[0][1]))
        return [] if holder is None else list(holder.keys)
    return [d.constant(a) for a in items]


def new_variable(d: Dissolver, ref: Ref, record: Record, key: Any) -> str:
    """A variable for a new field."""
    taken = {v for _, v in record.fields}
    name = f"{d.prefix(ref)}:{field_name(record.cls, key, len(record.fields))}"
    while name in taken:
        name += "'"
    return name

