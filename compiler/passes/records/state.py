"""What `dissolve` knows at a point of the program: which record every variable is, and what the records hold.

A record of the program is an *object* with an identity, and each of its fields is a variable of its own. A variable
that holds a record has no value of its own afterwards. Where paths meet on which a variable is two different objects,
it is a third one from there on, whose fields are copied; its `origins` tell which of the others it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ...ir.nodes import Assign, Atom, Const, Span, Stmt, Var
from ...ir.records import (
    DEFAULT,
    KEYED,
    PLACES,
    ArrayItems,
    Built,
    Growing,
    Keyed,
    ObjectItems,
    RowItems,
    Structure,
    field_name,
    kind_in_words,
    may_be_keyed,
)
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Known, Nothing, Unknown, in_words
from ...ops import BY_NAME
from .again import Grows, LengthDiffers
from .rebinding import is_pending, rebound
from .shapes import NUMBERS, Fields, References, Rows, Shape, unified

POISON = Const(None)
RECORD_OPERATIONS = {"record", "outside", "construct", "getattr", "method", "fold", "text"}
OURS = RECORD_OPERATIONS | {row.name for row in BY_NAME.values() if row.named}  # and those that make named tuples


@dataclass(frozen=True, slots=True)
class Ref:
    """A record, by its name in the heap."""

    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """An array that is in the heap of lists: the variable of the heap's items, and those of its place and extents."""

    storage: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number or an array, by the classes that it may have: known only where recursive functions are written out."""

    classes: frozenset[type]


# What a variable is known to be: a record, a constant, an array in a list, a number, or None for any other value. A
# name that is not in the environment has not been assigned.
Value = Ref | Const | Held | Number | None


@dataclass(frozen=True, slots=True)
class Home:
    """Where an object has been read from a list: the variables of all items of the list and of the columns that hold
    the object, the path of these, and the position."""

    storage: str
    items: str
    path: str
    at: Var


@dataclass(frozen=True, slots=True)
class Record:
    """An object: `fields` maps keys to variables, in order.

    `origins` are the objects made by the program that this one may be. `foreign`: it may be the caller's, or be read
    from outside the function. `path` says which of the caller's records it is. `missing` is the variable that says
    whether there is no object but None, where paths of both kinds have met. An object that has been read from a list
    has its `home` there, and the columns of a list are `shared` if one object may be several of the items.
    """

    cls: type
    fields: tuple[tuple[Any, str], ...]
    origins: frozenset[str]
    foreign: bool = False
    path: tuple[Any, ...] = ()
    missing: str = ""
    home: Home | None = None
    shared: bool = False

    @property
    def keys(self) -> tuple[Any, ...]:
        return tuple(k for k, _ in self.fields)

    def variable(self, key: Any) -> str | None:
        """The variable that holds a field. Keys are told apart as Python does, so `1` is `True`."""
        return next((v for k, v in self.fields if k == key), None)

    def united(self, other: Record) -> Record:
        """The object as it is where two paths meet, or when it may be another one: which one it may be."""
        return replace(other, origins=self.origins | other.origins, foreign=self.foreign or other.foreign,
                       home=other.home if self.home == other.home else None, shared=self.shared or other.shared)

    def __str__(self) -> str:
        return kind_in_words(self.cls, len(self.fields))


@dataclass(slots=True)
class State:
    """The variables and the heap at one point of the program.

    `tokens` are for variables that are records and may be unassigned: a record may have no field whose reading would
    tell, so each has a variable that is assigned on the same paths.
    """

    env: dict[str, Value] = field(default_factory=dict)
    heap: dict[str, Record] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def copy(self) -> State:
        return State(dict(self.env), dict(self.heap), dict(self.tokens))

    def bind(self, name: str, value: Value) -> None:
        """Let a variable have a value; it is assigned for certain from here on."""
        self.env[name] = value
        self.tokens.pop(name, None)

    def unbind(self, name: str) -> None:
        """`del name`."""
        del self.env[name]
        self.tokens.pop(name, None)

    def let_go(self, storage: str) -> None:
        """Forget where in a list or heap arrays and objects are: another one takes its place."""
        held = [name for name, value in self.env.items() if isinstance(value, Held) and value.storage == storage]
        self.env.update(dict.fromkeys(held))
        self.move_out(storage)

    def move_out(self, storage: str) -> None:
        """Forget where in a list objects are: its items change their places."""
        for name, record in self.heap.items():
            if record.home is not None and record.home.storage == storage:
                self.heap[name] = replace(record, home=None)

    def checks(self, operands: Iterable[Atom], span: Span) -> Iterator[Stmt]:
        """Reads of the tokens of records, by which `rename` makes Python's check that they have been assigned."""
        for a in operands:
            if isinstance(a, Var) and a.name in self.tokens and isinstance(self.env.get(a.name), Ref):
                token = self.tokens[a.name]
                yield Assign(Var(f"{token}.read", span=span), Var(token, span=a.span), span)

    def record(self, value: Value) -> Record | None:
        """The object that a value is."""
        return self.heap[value.name] if isinstance(value, Ref) else None

    def form(self, variable: str) -> Built | None:
        """How an item of a list is put together whose columns a variable stands for; None for a number."""
        items = self.record(self.env.get(variable))
        if items is None or items.cls is ArrayItems:
            return None if items is None else Built(ArrayItems, (), (), variable)
        if items.cls is RowItems:
            heap = self.record(self.env.get(items.variable("heap") or ""))
            return Built(RowItems, (), (self.form(heap.variable("items") or "") if heap else None,), variable)
        if items.cls is ObjectItems:
            return self.form(f"{items.variable('heap')}:items")
        return Built(items.cls, items.keys, tuple(self.form(v) for _, v in items.fields), variable)

    def shape(self, variable: str) -> Shape:
        """The shape of the items of a list whose columns a variable stands for."""
        items = self.record(self.env.get(variable))
        if items is None or items.cls is ArrayItems:
            return NUMBERS
        if items.cls is RowItems:
            heap = self.record(self.env.get(items.variable("heap") or ""))
            inner = self.shape(heap.variable("items") or "") if heap else NUMBERS
            return Rows(inner, "room" in items.keys)
        if items.cls is ObjectItems:
            return References(items.variable("heap") or "")
        return Fields(items.cls, items.keys, tuple(self.shape(v) for _, v in items.fields))

    def reachable(self, names: Iterable[str]) -> set[str]:
        """The objects that can be reached from variables."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            value = self.env.get(pending.pop())
            if isinstance(value, Ref) and value.name not in found:
                found.add(value.name)
                pending.extend(v for _, v in self.heap[value.name].fields)
        return found


def only_value(s: Structure | None, span: Span) -> Const | None:
    """The value of an argument that has only one, a string or None."""
    if isinstance(s, Known):
        return Const(s.value, s, span)
    return Const(None, NOTHING, span) if isinstance(s, Nothing) else None


def is_poison(value: Value) -> bool:
    """Whether a mistake has been reported for the value."""
    return isinstance(value, Const) and value.value is None and isinstance(value.type, Unknown)


def is_none(value: Value) -> bool:
    """Whether the value is known to be None."""
    return isinstance(value, Const) and isinstance(value.type, Nothing)


def is_text(value: Value) -> bool:
    """Whether the value is a string or a function, which compiled code does not compute with."""
    return isinstance(value, Const) and isinstance(value.type, Known)


Refuse = Callable[..., None]
Met = Callable[[Value, Value], Value]
BOUND = Const(True, PY_BOOL)


class Join:
    """The state where two paths meet, and the copies to make at the end of each."""

    def __init__(self, first: State, second: State, label: str, span: Span, refuse: Refuse, met: Met) -> None:
        self.states = (first, second)
        self.label = label
        self.span = span
        self.refuse = refuse
        self.met = met
        self.result = State()
        self.ends: tuple[list[Assign], list[Assign]] = ([], [])
        self.pairs: dict[tuple[str, str], Ref] = {}
        self.seen: set[str] = set()
        self.poisoned: list[str] = []

    def run(self, names: Iterable[str]) -> State:
        """Join the variables of the given names; others are forgotten, if they are records."""
        first, second = self.states
        self.result.heap = {**first.heap, **second.heap}
        for name in first.heap.keys() & second.heap.keys():
            if first.heap[name] is not second.heap[name]:
                self.result.heap[name] = first.heap[name].united(second.heap[name])
        all_names = dict.fromkeys((*first.env, *second.env))
        for name in sorted(all_names.keys() & set(names)):
            one, two = first.env.get(name, ...), second.env.get(name, ...)
            self.result.env[name] = self.value(name, one, two)
            if isinstance(self.result.env[name], Ref):
                self.token(name, (one, two))
        for name in all_names:
            if name in self.result.env:
                continue
            one, two = first.env.get(name, ...), second.env.get(name, ...)
            if not isinstance(one, Ref) and not isinstance(two, Ref):
                same = one is two or one == two or ... in (one, two)
                self.result.env[name] = (two if one is ... else one) if same else None  # type: ignore[assignment]
        kept = self.result.reachable(self.result.env)
        self.result.heap = {name: record for name, record in self.result.heap.items() if name in kept}
        return self.result

    def token(self, name: str, values: tuple[Any, Any]) -> None:
        """What tells whether a record has been assigned, where a path does not do so or where it was unknown before."""
        known = [state.tokens.get(name) for state in self.states]
        if ... not in values and known[0] == known[1]:
            if known[0] is not None:
                self.result.tokens[name] = known[0]
            return
        self.result.tokens[name] = token = f"{self.label}:{name}:bound"
        for end, value, source in zip(self.ends, values, known, strict=True):
            if value is not ...:
                target = Var(token, span=self.span)
                end.append(rebound(target, source, self.span) if source else Assign(target, BOUND, self.span))

    def value(self, name: str, one: Any, two: Any) -> Value:
        """The joined value of a variable; `...` is no value."""
        if one is ... or two is ...:
            known = two if one is ... else one
            if isinstance(known, Ref):
                return self.alone(name, known, int(one is ...))
            return None
        if is_pending(one) or is_pending(two):
            joined: Value = two if is_pending(one) else one
            if isinstance(joined, Ref):
                self.contents(self.states[int(is_pending(one))].heap[joined.name])
            return joined
        if isinstance(one, Ref) and isinstance(two, Ref):
            return self.objects(name, one, two)
        if is_poison(one) or is_poison(two):
            return POISON
        if isinstance(one, Ref) and is_none(two):
            return self.alone(name, one, 0, optional=True)
        if isinstance(two, Ref) and is_none(one):
            return self.alone(name, two, 1, optional=True)
        if isinstance(one, Ref) or isinstance(two, Ref):
            self.apart(name, one, two)
            self.poisoned.append(name)
            return POISON
        return one if one == two and isinstance(one, Const | Held) else self.met(one, two)

    def words(self, value: Value, side: int) -> str:
        if isinstance(value, Ref):
            return str(self.states[side].heap[value.name])
        return in_words(value.type) if isinstance(value, Const) and isinstance(value.type, Known) else "another value"

    def mismatch(self, name: str, first: str, second: str) -> None:
        shown = name.split(":")[-1].split(".")[-1]
        chosen = "what is chosen here" if shown.isdigit() else f"`{shown}`"  # a temporary is no name of the program's
        self.refuse("R002", self.span, name="the result" if "return" in name.split(".") else chosen,
                    first=first, second=second)

    def apart(self, name: str, one: Value, two: Value) -> None:
        """A record on one path only; of lists that grow, the items of one are arrays, and of the other one numbers."""
        sides = [s.heap[v.name].cls for s, v in zip(self.states, (one, two), strict=True) if isinstance(v, Ref)]
        if sides[0] not in PLACES:
            self.mismatch(name, self.words(one, 0), self.words(two, 1))
            return
        self.refuse("R004", self.span, name="a list of arrays that is made anew in a loop",
                    hint="make the arrays rows of one: `rows = np.array(items)`, then `rows = rows[order]`")

    def objects(self, name: str, one: Ref, two: Ref) -> Value:
        first, second = self.states
        a, b = first.heap[one.name], second.heap[two.name]
        if a.cls is not b.cls or a.keys != b.keys:
            if {a.cls, b.cls} <= {list, Growing} or (dict in (a.cls, b.cls) and all(
                    may_be_keyed(r.cls, r.keys) for r in (a, b))):
                raise LengthDiffers(name, self.span, a.origins | b.origins, a.foreign or b.foreign)
            self.default(a, first, b.variable(DEFAULT), second)
            self.default(b, second, a.variable(DEFAULT), first)
            self.mismatch(name, self.keyed(a, b), self.keyed(b, a))
            self.poisoned.append(name)
            return POISON
        if one == two and a.missing == b.missing:
            self.contents(a)
            return one
        if a.cls is Growing:
            self.of_one_shape(a, b)
        known = self.pairs.get((one.name, two.name))
        return known or self.merged(name, (one, two), (a, b))

    def default(self, plain: Record, state: State, default: str | None, other: State) -> None:
        """Begin again with a dict that may be a `defaultdict`, if it meets one: what it makes is known then."""
        value = other.env.get(default or "")
        if plain.cls is Keyed and isinstance(value, Const) and DEFAULT not in plain.keys and "absent" not in plain.keys:
            made = value.value if isinstance(value.type, Known) else type(value.value)
            raise Grows({f"{site.removesuffix(' before')}:{DEFAULT}": Fields(made, (), ()) for site in plain.origins})

    def of_one_shape(self, a: Record, b: Record) -> None:
        """Two lists that meet have items of one shape. One may have had none so far: then the pass begins again."""
        shapes = [s.shape(r.variable("items") or "") for s, r in zip(self.states, (a, b), strict=True)]
        joined = shapes[1] if shapes[0] == NUMBERS else shapes[0] if shapes[1] == NUMBERS else unified(*shapes)
        if joined is not None and shapes[0] != shapes[1]:
            others = [r for r, shape in zip((a, b), shapes, strict=True) if shape != joined]
            raise Grows({site.removesuffix(" before"): joined for r in others for site in r.origins})

    def keyed(self, a: Record, other: Record) -> str:
        if a.cls in KEYED:
            return f"{a}, with a default for others" if {DEFAULT, "absent"} & set(a.keys) else str(a)
        if a.cls is dict and not a.keys:
            return "an empty dict"
        return f"{a} with the keys {', '.join(map(repr, a.keys))}" if a.cls is other.cls else str(a)

    def contents(self, record: Record) -> None:
        for _, variable in record.fields:
            if variable not in self.seen:
                self.seen.add(variable)
                one, two = (s.env.get(variable, ...) for s in self.states)
                self.result.env[variable] = self.value(variable, one, two)

    def merged(self, name: str, refs: tuple[Ref, Ref], records: tuple[Record, Record]) -> Ref:
        """An object that is the one or the other, with copies of their fields."""
        a, b = records
        ref = Ref(f"{self.label}:{name}")
        self.pairs[refs[0].name, refs[1].name] = ref
        fields = tuple((k, f"{ref.name}:{field_name(a.cls, k, n)}" if v1 != v2 else v1)
                       for n, ((k, v1), (_, v2)) in enumerate(zip(a.fields, b.fields, strict=True)))
        path = a.path if a.path == b.path else ()
        missing = f"{ref.name}.missing" if a.missing or b.missing else ""
        self.result.heap[ref.name] = Record(a.cls, fields, a.origins | b.origins, a.foreign or b.foreign, path, missing,
                                            home=self.home(ref, a.home, b.home), shared=a.shared or b.shared)
        if missing:
            self.flag(missing, (a.missing or False, b.missing or False))
        shared = tuple(f for f in fields if f in a.fields)  # such as the heap of two lists in one list
        self.contents(Record(a.cls, shared, frozenset()))
        for (_, variable), (_, v1), (_, v2) in zip(fields, a.fields, b.fields, strict=True):
            if v1 != v2:
                self.field(variable, (v1, v2))
        return ref

    def home(self, ref: Ref, one: Home | None, two: Home | None) -> Home | None:
        """The place of an object that is one of two in the same list."""
        if one is None or two is None or replace(one, at=two.at) != two:
            return None
        at = f"{ref.name}.at"
        self.field(at, (one.at.name, two.at.name))
        return replace(one, at=Var(at, span=self.span))

    def alone(self, name: str, ref: Ref, side: int, optional: bool = False) -> Ref:
        """A variable that only one of the paths assigns, or that is None on the other."""
        record = self.states[side].heap[ref.name]
        known = self.pairs.get(("None" if optional else "", ref.name))
        if known is not None or not (record.fields or optional):
            return known or ref
        fresh = Ref(f"{self.label}:{name}")
        self.pairs["None" if optional else "", ref.name] = fresh
        heaps = [f for f in record.fields if f[0] == "items" and record.variable("start")  # of a list in a list
                 and all(f[1] in state.env for state in self.states)]
        self.contents(Record(record.cls, tuple(heaps), frozenset()))
        fields = tuple(f if f in heaps else (f[0], f"{fresh.name}:{field_name(record.cls, f[0], n)}")
                       for n, f in enumerate(record.fields))
        missing = f"{fresh.name}.missing" if optional or record.missing else ""
        home = record.home and replace(record.home, at=Var(f"{fresh.name}.at", span=self.span))
        self.result.heap[fresh.name] = replace(record, fields=fields, missing=missing, home=home)
        if home is not None and record.home is not None:  # where there is no object, any place will do
            self.flag(home.at.name, (0, record.home.at.name) if side else (record.home.at.name, 0))
        for (key, variable), (_, source) in zip(fields, record.fields, strict=True):
            if (key, variable) not in heaps:
                self.field(variable, ("", source) if side else (source, ""))
        if missing:
            there, other = record.missing or False, optional
            self.flag(missing, (other, there) if side else (there, other))
        return fresh

    def flag(self, variable: str, sources: tuple[str | int, str | int]) -> None:
        """Whether there is None in place of an object, or where it is: what a variable says, or a number."""
        self.result.env[variable] = None
        for end, source in zip(self.ends, sources, strict=True):
            target = Var(variable, span=self.span)
            if isinstance(source, int):
                kind = PY_BOOL if isinstance(source, bool) else PY_INT
                end.append(Assign(target, Const(source, kind, self.span), self.span))
            elif source != variable:
                end.append(rebound(target, source, self.span))

    def field(self, variable: str, sources: tuple[str, str]) -> None:
        one, two = (s.env.get(v, ...) if v else ... for s, v in zip(self.states, sources, strict=True))
        value = self.value(variable, one, two)
        self.result.env[variable] = value
        if isinstance(value, Ref):
            return
        for end, source in zip(self.ends, sources, strict=True):
            if source and source != variable:
                end.append(rebound(Var(variable, span=self.span), source, self.span))
