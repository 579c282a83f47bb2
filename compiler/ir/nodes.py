"""Nodes of the intermediate representation: structured statements over flat expressions.

Operands of every expression are atoms (`Var` or `Const`), so evaluation order is the order of the statements. A
variable is *fixed* when one statement assigns it, and a *slot* when several do (the merge after an `If`, the carried
value of a loop); `passes/rename.py` establishes that, and everything after it relies on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .span import NOWHERE as NOWHERE
from .span import Span as Span
from .types import NOTHING, UNKNOWN, Array, Type

# ---------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Var:
    name: str
    type: Type = UNKNOWN
    span: Span = field(default=NOWHERE, compare=False)


LIBRARY = "library."  # what the names of variables of the library begin with


def is_global(v: Var) -> bool:
    """Whether the variable is a parameter that carries an array from outside the function."""
    return v.name.startswith("global.")


@dataclass(frozen=True, slots=True)
class Const:
    """A literal number, `None`, a string or a dtype name known at compile time."""

    value: Any
    type: Type = UNKNOWN
    span: Span = field(default=NOWHERE, compare=False)


Atom = Var | Const

UNASSIGNED = Const("unassigned")  # nothing yet: what waits for an answer, and a slot before its first assignment

# A place in the program with all calls around it written out: the positions of the calls, and of the items of loops
# over tuples.
Path = tuple[Any, ...]
Options = tuple[tuple[int, Any], ...]  # constants, each with the number that stands for it
MAY_BE_NONE: Options = ()  # there is a pair in the result: whether it is None, and the value that it has otherwise


class Made:
    """A callable that the function itself makes: an inner function. `key` is the place where it is made."""

    __slots__ = ()
    key: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Which `Made` callable a variable stands for: the one made at this place."""

    key: Path


def same_constant(a: Any, b: Any) -> bool:
    """Whether two values that exist at compile time are one object; a place is what is made there."""
    first, second = (v.key if isinstance(v, Made | Place) else None for v in (a, b))
    return a is b or (first is not None and first == second)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Which functions a variable may stand for, where it is chosen at run time."""

    options: tuple[Any, ...]

    @staticmethod
    def together(first: Any, second: Any) -> Any:
        """One of what either answer tells: a function, or several."""
        parts = [f.options if isinstance(f, OneOf) else (f,) for f in (first, second)]
        options = (*parts[0], *(f for f in parts[1] if not any(f is g or f == g for g in parts[0])))
        return OneOf(options) if len(options) > 1 else options[0]


@dataclass(frozen=True, slots=True)
class Method:
    """The callee of a `Consume` that is a method of a record, its first argument: `dissolve` knows which one."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of the table on atoms. `attrs` are its compile-time parameters, sorted by name."""

    op: str
    args: tuple[Atom, ...]
    type: Type = UNKNOWN
    span: Span = field(default=NOWHERE, compare=False)
    attrs: tuple[tuple[str, Any], ...] = ()

    def attr(self, name: str, default: Any = None) -> Any:
        return dict(self.attrs).get(name, default)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of another Python function, or of one defined inside the function; gone after `inline`.

    One that is left for `dissolve` also reads the variables in `closure`, of functions around the callee.
    """

    target: Any
    args: tuple[Atom, ...]
    keywords: tuple[tuple[str, Atom], ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    type: Type = UNKNOWN
    path: Path = ()
    closure: tuple[Var, ...] = ()


Expr = Var | Const | Apply | Call

# ----------------------------------------------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Assign:
    target: Var
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Store:
    """`array[index] = value` with one integer per axis, or with an empty index the whole array (broadcast).

    The index may also be arrays of integers, for neighbouring axes of which the first is `axis`; `named` are the
    numbers of these axes in messages. Of what they name twice the last value stays, or with `adding` all are added.
    """

    array: Var
    index: tuple[Atom, ...]
    value: Atom
    span: Span = field(default=NOWHERE, compare=False)
    axis: int = 0
    named: tuple[int, ...] = ()
    adding: bool = False


@dataclass(frozen=True, slots=True)
class SetItem:
    """`array[...] = value` before types are known; `spec` as in `getitem`. `infer` makes it a `Store`.

    `augmented` names the operation when it comes from `array[...] op= value`.
    """

    array: Var
    operands: tuple[Atom, ...]
    spec: tuple[str, ...]
    value: Atom
    augmented: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Accumulate:
    """`target += value`, or `target[index] += value`: the adjoint's statement.

    With an empty index and an array target, a value that is larger by broadcasting is summed down to its shape,
    unless `same_shape` says that this cannot happen. With arrays of integers for an index, as in `Store`, what is named
    twice is added to twice. With a `factor`, what is added is the matrix product of value and factor, which has the
    shape of the target and shares no memory with it.
    """

    target: Var
    index: tuple[Atom, ...]
    value: Atom
    span: Span = field(default=NOWHERE, compare=False)
    same_shape: bool = False
    axis: int = 0
    factor: Atom | None = None


@dataclass(frozen=True, slots=True)
class If:
    test: Atom
    then: Block
    orelse: Block = ()
    span: Span = field(default=NOWHERE, compare=False)
    label: str = ""


# Loops over the elements of arrays, which no user has written, have labels that begin so.
ELEMENTS = "elements."


@dataclass(frozen=True, slots=True)
class For:
    """`for var in range(start, stop, step)`; with `backward`, in the opposite order."""

    var: Var
    start: Atom
    stop: Atom
    step: Atom
    body: Block
    backward: bool = False
    label: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class While:
    """`while True: before; if not test: break; body`."""

    before: Block
    test: Atom
    body: Block
    label: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Consume:
    """`for var in call: body` of a generator function: `inline` puts the body where the generator yields.

    `after` runs behind the body, also where that has been left by `continue`. What leaves the loop sets `stop`, which
    is a variable if anything does. An `endless` generator does not return.
    """

    call: Call
    var: Var
    body: Block
    after: Block = ()
    stop: Atom = Const(False)
    endless: bool = False
    label: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Yield:
    """`yield value`, which only a generator function has; gone after `inline`."""

    value: Atom
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A loop whose iterations are written out, since each item has its own type; gone after `merge_returns`."""

    iterations: tuple[Block, ...]
    label: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Handler:
    """What a `Try` does about exceptions of some classes."""

    classes: tuple[type[BaseException], ...]
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Try:
    """`try: body; except ...: handlers; else: orelse; finally: final`; gone after `catch`."""

    body: Block
    handlers: tuple[Handler, ...] = ()
    orelse: Block = ()
    final: Block = ()
    label: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Return:
    """Before `merge_returns` anywhere; afterwards the last statement of the function and nowhere else."""

    value: Atom
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Break:
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Continue:
    span: Span = field(default=NOWHERE, compare=False)


# Not an exception: leave, and make the call again with code that assumes less. Nothing a caller sees has happened yet.
AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Fail:
    """Raise the Python exception `exception` (a builtin's name); `values` fill the braces of `message`.

    Without a message the values are the argument of the exception, a tuple if there are several; without values as well
    it has none. With `kinds`, as in `Print`, values may be arrays, and Python
    formats them before the function is left; without, they are a few numbers that the status carries. `own` is the
    class where it is one of the user's: such an exception is always caught, which `catch` sees to. Without any class,
    the exception that is being handled is raised again. `called` is the library's function that is not supported with
    the arguments that lead here.
    """

    exception: str
    message: str | None
    values: tuple[Atom, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    kinds: tuple[str, ...] = ()
    own: type[BaseException] | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """Write `message`, whose braces `values` fill, to `sys.stdout` as it is at that moment.

    `kinds` say which Python objects the values are, see `texts.kind_word`.
    """

    message: str
    values: tuple[Atom, ...] = ()
    flush: bool = False
    kinds: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Push:
    """Append to a stack that lives for the whole call; `stack` is its name."""

    stack: str
    value: Atom
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Pop:
    """Take the last entry of a stack."""

    stack: str
    target: Var
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Fused:
    """Operations on arrays that one loop over all elements carries out together: `fuse` makes it, `loops` lowers it.

    `places` says for every array in `body` which of `extents` each of its axes runs along; -1 for an axis of extent 1.
    The arrays named in `inside` are read nowhere else.
    """

    extents: tuple[Atom, ...]
    body: Block
    places: tuple[tuple[str, tuple[int, ...]], ...] = ()
    inside: frozenset[str] = frozenset()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A comment in the generated Python; nothing in native code."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


def scattered(s: Store | Accumulate) -> bool:
    """Whether the index of the statement is arrays of integers."""
    return bool(s.index) and isinstance(s.index[0].type, Array)


Control = If | For | While | Unrolled | Consume | Yield | Try | Return | Break | Continue | Fail
Stmt = Assign | Store | SetItem | Accumulate | Control | Print | Push | Pop | Fused | Note
Block = tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack declared by `storage`; entries have the type of the value kept."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Function:
    """One function at some level of the pipeline.

    `result` is the type of what it returns; `stacks` is empty until `storage` has run. `scope` numbers the translation:
    an inner function calls a variable `x` of it `x@scope`, until `inline` has run. `choices` are what the
    numbers 0, 1, ... stand for in variables that are one of several constants. `constants` has for each place of the
    result where a number is in the place of a string or an enum member what the numbers stand for there, and
    `MAY_BE_NONE` for each where a pair is in the place of a value that may be None.
    """

    name: str
    params: tuple[Var, ...]
    body: Block
    result: Type = NOTHING
    span: Span = NOWHERE
    stacks: tuple[Stack, ...] = ()
    scope: int = 0
    choices: tuple[str, ...] = ()
    constants: tuple[tuple[tuple[int, ...], Options], ...] = ()
