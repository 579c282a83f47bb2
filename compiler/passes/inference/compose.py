"""How type rules put an operation together from others, and read the arguments that have to be known.

Before:  `y = expand_dims(x, 0)`
After:   `y = view(x, spec=('n', 's000'))`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.nodes import Apply, Atom, Const, Fail, If, Span, Store, Var
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Array, Kind, Scalar, TupleOf, in_words, is_complex
from ...ops import BY_NAME
from ...ops.typing import TypingError, promote
from ..indexing import FULL, view_type
from .arraylike import array_of
from .inferrer import Inferrer
from .values import Value, type_of

_FOLD: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "max": max}


def array_type(x: Var) -> Array:
    """The type of a variable that is an array."""
    assert isinstance(x.type, Array)
    return x.type


class Composer:
    """Emits operations in place of one application of a row, and says what that row has been given."""

    def __init__(self, inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
        self.inf = inf
        self.target = target
        self.e = e
        self.span: Span = e.span
        names: tuple[str, ...] = e.attr("config", ())
        count = len(values) - len(names)
        self.operands = values[:count]
        self.config = dict(zip(names, values[count:], strict=True))

    @property
    def spelled(self) -> str:
        """The operation as a message speaks of it."""
        row = BY_NAME[self.e.op]
        return f".{row.name}()" if row.method and not row.numpy else row.spelled

    # ------------------------------------------------------------------------------------------------- operations

    def made(self, op: str, *values: Value, **attrs: Any) -> Value:
        """The result of an operation of the table, as if the program had it."""
        self.inf.counter += 1
        result = Var(f"t.c{self.inf.counter}", span=self.span)
        self.rule(result, op, *values, **attrs)
        return self.inf.env[result.name]

    def rule(self, result: Var, op: str, *values: Value, **attrs: Any) -> None:
        """Let another type rule define a result."""
        atoms = tuple(v for v in values if not isinstance(v, tuple))
        e = Apply(op, atoms, span=self.span, attrs=tuple(sorted(attrs.items())))
        if BY_NAME[op].elementwise:
            self.inf.elementwise(result, e, list(values))
        else:
            self.inf.rules[op](self.inf, result, e, list(values))

    def configured(self, op: str, *operands: Value, **config: Value) -> Value:
        """The result of an operation with arguments that are known, such as `axis`."""
        self.inf.counter += 1
        result = Var(f"t.c{self.inf.counter}", span=self.span)
        attrs = (("config", tuple(config)), ("via", "numpy"))
        values = [*operands, *config.values()]
        e = Apply(op, tuple(v for v in values if not isinstance(v, tuple)), span=self.span, attrs=attrs)
        self.inf.rules[op](self.inf, result, e, values)
        return self.inf.env[result.name]

    def array(self, op: str, *values: Value, **attrs: Any) -> Var:
        """The same for an operation whose result is an array."""
        result = self.made(op, *values, **attrs)
        assert isinstance(result, Var) and isinstance(result.type, Array)
        return result

    def exactly(self, op: str, args: tuple[Atom, ...], t: Array | Scalar, **attrs: Any) -> Var:
        """An operation in its final form, of a known type."""
        return self.inf.temporary(Apply(op, args, t, self.span, tuple(sorted(attrs.items()))), self.span)

    def give(self, value: Value) -> None:
        """Let the target stand for a value."""
        if isinstance(value, Var):
            self.inf.define(self.target, value, self.span)
        else:
            self.inf.env[self.target.name] = value

    def store(self, array: Var, value: Value) -> None:
        """`array[...] = value`."""
        assert not isinstance(value, tuple) and isinstance(array.type, Array)
        if is_complex(value.type) and not is_complex(array.type):
            raise TypingError("T072", value=in_words(value.type), kind=array.type.kind)
        if isinstance(value.type, Scalar):
            value = self.inf.cast(value, array.type.kind, self.span)
        self.inf.emit(Store(array, (), value, self.span))

    def fail_if(self, test: Value, exception: str, message: str, *values: Atom) -> None:
        """Raise when the test is true."""
        assert isinstance(test, Var | Const)
        if isinstance(test, Const) and test.value:
            test = self.exactly("eq", (Const(0, PY_INT), Const(0, PY_INT)), PY_BOOL, safe=True)
        if isinstance(test, Var):
            self.inf.emit(If(test, (Fail(exception, message, values, self.span),), (), self.span))

    # --------------------------------------------------------------------------------------------------- integers

    def calc(self, op: str, a: Atom, b: Atom) -> Atom:
        """Arithmetic on extents, carried out here when both are known."""
        if isinstance(a, Const) and isinstance(b, Const) and op in _FOLD:
            return Const(_FOLD[op](a.value, b.value), PY_INT)
        neutral = {"add": 0, "mul": 1, "sub": 0, "max": None, "floordiv": 1, "mod": None}[op]
        if isinstance(b, Const) and b.value == neutral:
            return a
        if isinstance(a, Const) and a.value == neutral and op in ("add", "mul"):
            return b
        name = "maximum" if op == "max" else op
        return self.exactly(name, (a, b), PY_INT, safe=True)

    def differ(self, a: Atom, b: Atom) -> Atom:
        return self.compared("ne", a, b)

    def compared(self, op: str, a: Atom, b: Atom) -> Atom:
        """A comparison of integers."""
        if isinstance(a, Const) and isinstance(b, Const):
            known = {"ne": a.value != b.value, "lt": a.value < b.value, "gt": a.value > b.value,
                     "eq": a.value == b.value}
            return Const(known[op], PY_BOOL)
        return self.exactly(op, (a, b), PY_BOOL, safe=True)

    def dims(self, x: Var) -> tuple[Atom, ...]:
        """The extents of an array."""
        assert isinstance(x.type, Array)
        return tuple(self.dim(x, k) for k in range(x.type.rank))

    def dim(self, x: Var, axis: int) -> Atom:
        return self.exactly("dim", (x,), PY_INT, axis=axis)

    def product(self, extents: tuple[Atom, ...]) -> Atom:
        total: Atom = Const(1, PY_INT)
        for extent in extents:
            total = self.calc("mul", total, extent)
        return total

    # ------------------------------------------------------------------------------------------------------ views

    def view(self, x: Var, spec: tuple[str, ...], *operands: Atom) -> Var:
        """`x[...]` with one entry per axis."""
        assert isinstance(x.type, Array)
        return self.exactly("view", (x, *operands), view_type(x.type, spec), spec=spec)

    def cut(self, x: Var, axis: int, start: Atom | None = None, stop: Atom | None = None,
            step: Atom | None = None) -> Var:
        """`x[:, start:stop:step]`, the slice at an axis."""
        assert isinstance(x.type, Array)
        given = [b for b in (start, stop, step) if b is not None]
        entry = "s" + "".join("0" if b is None else "1" for b in (start, stop, step))
        return self.view(x, tuple(entry if k == axis else FULL for k in range(x.type.rank)), *given)

    def permuted(self, x: Var, axes: tuple[int, ...]) -> Var:
        """The array with its axes in another order."""
        assert isinstance(x.type, Array)
        if axes == tuple(range(x.type.rank)):
            return x
        return self.exactly("transpose", (x,), Array(x.type.kind, x.type.rank, "A"), axes=axes)

    def shaped(self, x: Var, extents: tuple[Atom, ...], shown: bool = False) -> Var:
        """The array in another shape of as many elements: a view of it, or of a copy when it is not contiguous.

        With `shown` the program sees it. NumPy makes a view of some arrays that are not contiguous. Which ones is
        known when the program runs, so for the copy to stand for the view nothing may be stored into either:
        `snapshots` sees to that.
        """
        assert isinstance(x.type, Array)
        kind = x.type.kind
        mark = {"for": "reshape"} if shown else {}
        if x.type.layout != "C":
            x = self.exactly("copy", (x,), Array(kind, x.type.rank), **mark)
        return self.exactly("reshape", (x, *extents), Array(kind, len(extents)), **mark)

    def flat(self, x: Var, shown: bool = False) -> Var:
        """All elements as a vector."""
        assert isinstance(x.type, Array)
        if x.type.rank == 1:
            return x
        return self.shaped(x, (self.product(self.dims(x)),), shown)

    # -------------------------------------------------------------------------------------------------- arguments

    def of_array(self, value: Value) -> tuple[Var, Array]:
        """An operand that has to be an array."""
        value = array_of(self.inf, value, self.span)
        t = type_of(value)
        if not isinstance(value, Var) or not isinstance(t, Array):
            raise TypingError("T004", what=self.spelled, types=in_words(t))
        return value, t

    def as_array(self, value: Value, rank: int = 0) -> Var:
        """An operand as an array with at least so many axes; a number becomes one of a single element."""
        value = array_of(self.inf, value, self.span)
        t = type_of(value)
        if isinstance(t, Scalar) and not isinstance(value, tuple):
            value = self.exactly("pack", (value,), Array(t.kind, rank), shape=(1,) * rank)
        array, t = self.of_array(value)
        missing = max(0, rank - t.rank)
        return self.view(array, ("n",) * missing + (FULL,) * t.rank) if missing else array

    def converted(self, x: Var, kind: Kind) -> Var:
        """The array in another kind."""
        assert isinstance(x.type, Array)
        return x if x.type.kind == kind else self.exactly("astype", (x,), Array(kind, x.type.rank))

    def several(self, value: Value) -> list[Var]:
        """The arrays of a tuple."""
        items = value if isinstance(value, tuple) else (value,)
        return [self.as_array(item) for item in items]

    def common(self, arrays: list[Var]) -> tuple[list[Var], Kind]:
        """Arrays in the kind that they have in common."""
        kind = promote(tuple(a.type for a in arrays if isinstance(a.type, Array)))
        return [self.converted(a, kind) for a in arrays], kind

    def given(self, name: str) -> Value | None:
        """An argument, or None when it is not given, or given as `None`."""
        value = self.config.get(name)
        return None if value is None or type_of(value) == NOTHING else value

    def constant(self, name: str, default: Any) -> Any:
        """An argument that has to be known: a number, or a tuple of numbers."""
        value = self.given(name)
        return default if value is None else self._known(value, name)

    def word(self, name: str, default: str) -> str:
        """An argument that is a word."""
        value = self.given(name)
        found = self.e.attr(name) or (default if value is None else getattr(type_of(value), "value", None))
        if not isinstance(found, str):
            raise TypingError("T041", what=self.spelled, argument=name)
        return found

    def _known(self, value: Value, name: str) -> Any:
        if isinstance(value, tuple):
            return tuple(self._known(item, name) for item in value)
        if not isinstance(value, Const) or not isinstance(value.type, Scalar):
            hint = f"of two values `np.{self.e.op}imum(a, b)`" if self.e.op in ("max", "min") else ""
            raise TypingError("T041", what=self.spelled, argument=name, hint=hint)
        return value.value

    def integer(self, name: str, default: int) -> Atom:
        """An argument that is an integer, known or not."""
        value = self.given(name)
        if value is None:
            return Const(default, PY_INT)
        t = type_of(value)
        if isinstance(value, tuple) or not isinstance(t, Scalar) or not t.kind.startswith("int"):
            raise TypingError("T012", what=self.spelled, type=in_words(t))
        return self.inf.cast(value, "int64", self.span, weak=True)

    def axis(self, value: Any, rank: int) -> int:
        """An axis counted from the first; refused when it is out of bounds."""
        if type(value) is not int:
            raise TypingError("T041", what=self.spelled, argument="axis")
        if not -rank <= value < rank:
            raise TypingError("T040", what=self.spelled, axis=value, rank=rank)
        return value % rank

    def axes(self, name: str, rank: int) -> tuple[int, ...] | None:
        """Distinct axes in ascending order; None when none are given."""
        found = self.constant(name, None)
        if found is None:
            return None
        axes = sorted(self.axis(a, rank) for a in (found if isinstance(found, tuple) else (found,)))
        if len(set(axes)) != len(axes):
            raise TypingError("T040", what=self.spelled, axis="given twice", rank=rank)
        return tuple(axes)


def extents_of(c: Composer, value: Value) -> tuple[Atom, ...]:
    """The extents that a shape argument gives: one integer or a tuple of them."""
    atoms: list[Atom] = []
    for item in value if isinstance(value, tuple) else (value,):
        item = c.inf.scalar(item, c.span)
        t = type_of(item)
        if isinstance(item, tuple) or isinstance(t, TupleOf) or not isinstance(t, Scalar) or t.kind[:3] != "int":
            raise TypingError("T012", what=c.spelled, type=in_words(t))
        atoms.append(c.inf.cast(item, "int64", c.span))
    return tuple(atoms)
