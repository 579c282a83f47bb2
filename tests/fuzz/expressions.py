"""Random expressions of known kind and shape over the names in scope.

Values are kept near one: products are damped, quotients have a denominator away from zero, and roots, logarithms and
powers an argument away from their singularities.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .kinds import FLOAT, Helper, Name, Shape, Spec

Form = Callable[[int], str]


@dataclass
class Expressions:
    rng: random.Random
    names: dict[str, Name] = field(default_factory=dict)
    unsure: dict[str, Name] = field(default_factory=dict)
    helpers: list[Helper] = field(default_factory=list)
    specs: dict[str, Spec] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    known: dict[str, Name] = field(default_factory=dict)
    loop_limits: dict[str, int] = field(default_factory=dict)
    world: dict[str, Name] = field(default_factory=dict)
    analytic: bool = True
    errors: float = 0.01

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def constant(self) -> str:
        return f"{self.rng.choice([-1, 1]) * self.rng.randint(2, 19) / 10}"

    def some(
        self, kind: str, shape: Shape | None = None, rank: int | None = None, of: str | None = None
    ) -> str | None:
        """A variable of a kind, or a field of a record; rarely one that may have no value."""
        def fits(n: Name) -> bool:
            shaped = (shape is None or n.shape == shape) and (rank is None or len(n.shape) == rank)
            return n.kind == kind and shaped and (of is None or n.of == of)

        if self.unsure and self.chance(self.errors):
            late = [k for k, n in self.unsure.items() if fits(n)]
            if late:
                return self.rng.choice(late)
        if self.world and self.chance(0.15):
            outside = [k for k, n in self.world.items() if fits(n) and k not in self.known]
            if outside:
                return self.rng.choice(outside)
        found = [k for k, n in self.names.items() if fits(n)]
        return self.rng.choice(found) if found else None

    def kind_of(self, name: str) -> Name:
        return self.names.get(name) or self.unsure.get(name) or self.world[name]

    # --------------------------------------------------------------------------------------------------- floats

    def floating(self, depth: int = 2) -> str:
        if depth <= 0 or self.chance(0.2):
            return self.floating_leaf()
        forms: list[Form] = [self.arithmetic] * 5 + [self.function] * 3 + [
            self.reduction, self.reduction, self.element, self.element, self.kinked, self.choice, self.call, self.odd]
        return self.rng.choice(forms + self.more_floats())(depth - 1)

    def more_floats(self) -> list[Form]:
        return []

    def more_vectors(self, n: int) -> list[Form]:
        return []

    def more_matrices(self, shape: Shape) -> list[Form]:
        return []

    def usable(self) -> list[Helper]:
        """Functions that can be called here, with the methods of the records in scope."""
        methods = [
            replace(m, name=f"{owner}.{m.name}")
            for owner, kind in self.names.items() if kind.kind == "record"
            for m in self.specs[kind.of].methods if not (m.stores and owner in self.frozen)
        ]
        return self.helpers + methods

    def floating_leaf(self) -> str:
        roll = self.rng.random()
        name = self.some("float")
        if name and roll < 0.6:
            return name
        if roll < 0.85:
            return self.element(0)
        return self.constant()

    def arithmetic(self, depth: int) -> str:
        a, b = self.floating(depth), self.floating(depth)
        return self.pick(f"({a} + {b})", f"({a} - {b})", f"{a} * {b}", f"0.5 * {a} * {b}", f"(-{a})",
                         f"{a} / (1.5 + ({b}) ** 2)", f"({a}) ** 2", f"({a}) ** 3", f"({a} + {b}) * {self.constant()}",
                         f"(1.3 + ({a}) ** 2) ** {self.pick('-1', '0.5', '-2', '1.5')}", f"{self.constant()} - {a}",
                         f"({a} - {b}) ** {self.integer_small()}", f"(1.2 + ({a}) ** 2) ** np.tanh({b})",
                         f"(1.1 + ({a}) ** 2) ** ({self.integer(0)} % 4 - 1)", f"+{a}", f"{a} - 3 * {b} + 1")

    def integer_small(self) -> str:
        return self.pick("0", "1", "2", "3", "2.0")

    def function(self, depth: int) -> str:
        a = self.floating(depth)
        m = self.pick("math", "np")
        tilt = "atan2" if m == "math" else "arctan2"
        return self.pick(f"{m}.sin({a})", f"{m}.cos({a})", f"{m}.tanh({a})", f"{m}.exp(-({a}) ** 2)",
                         f"{m}.sqrt(1.1 + ({a}) ** 2)", f"{m}.log(1.2 + ({a}) ** 2)", f"{m}.exp(0.3 * np.tanh({a}))",
                         f"{m}.{tilt}({a}, 1.3 + ({self.floating(depth)}) ** 2)", f"np.arctan({a})")

    def kinked(self, depth: int) -> str:
        a, b = self.floating(depth), self.floating(depth)
        return self.pick(f"abs({a})", f"max({a}, {b})", f"min({a}, {b})", f"np.maximum({a}, {b})",
                         f"np.minimum({a}, {b})", f"np.clip({a}, -0.73, 0.91)",
                         f"0.8 * np.where({a} > {b}, {a}, {b} * 2.0)", f"max({a}, {b}, 0.17)", f"np.abs({a} + 0.01)")

    def choice(self, depth: int) -> str:
        return f"({self.floating(depth)} if {self.boolean(depth)} else {self.floating(depth)})"

    def odd(self, depth: int) -> str:
        a = self.floating(depth)
        pair = self.some("pair")
        forms = [f"({a} or {self.floating(0)})", f"({a} and {self.floating(0)})", f"float({a})",
                 f"{self.integer(depth)} * 0.25 * {a}", f"{a} + ({self.boolean(0)})"]
        if pair:
            forms += [f"{pair}[0]", f"{pair}[1]", f"{pair}[-1]"]
        if not self.analytic:
            forms += [f"({a}) % 1.3", f"({a}) // 0.37", f"int({a} * 2.0) * {self.floating(0)}",
                      f"math.floor({a} * 1.5) * {self.floating(0)}"]
        return self.rng.choice(forms)

    def reduction(self, depth: int) -> str:
        v = self.operand(depth)
        if v is None:
            return self.floating_leaf()
        text, shape = v
        if 0 in shape:
            return f"np.sum({text})"
        forms = [f"np.sum({text})", f"np.mean({text})", f"np.max({text})", f"np.min({text})", f"({text}).sum()",
                 f"np.prod(0.5 + 0.5 * np.tanh({text}))", f"np.linalg.norm({text})", f"0.1 * np.sum(({text}) ** 2)"]
        window = self.window(depth)
        forms += [f"np.sum({window})", f"({window}).sum() * {self.floating(0)}"] if window else []
        if len(shape) == 1:
            w = self.vector(shape[0], depth)
            forms += [f"np.dot({text}, {w})", f"({text}) @ ({w})", f"np.sum({text} * {w})"]
        return self.rng.choice(forms)

    def window(self, depth: int) -> str | None:
        """A slice with bounds known only at run time; its length may be anything from zero up."""
        name = self.some("array", rank=1)
        if name is None:
            return None
        i, j = self.integer(depth), self.integer(0)
        part = self.pick(f"{i}:", f":{i}", f"{i}:{j}", f"{i}::-1", f":{i}:-1", f"::{i} % 2 + 1", f"{i}:{j}:{i} % 3 - 3")
        return f"{name}[{part}]"

    def operand(self, depth: int) -> tuple[str, Shape] | None:
        """An array expression of any shape that occurs."""
        name = self.some("array")
        if name is None:
            return None
        shape = self.kind_of(name).shape
        return (self.vector(shape[0], depth), shape) if len(shape) == 1 else (self.matrix(shape, depth), shape)

    def element(self, depth: int) -> str:
        name = self.some("array")
        if name is None:
            return self.some("float") or self.constant()
        return self.place(name, depth)

    def place(self, name: str, depth: int) -> str:
        """An element of an array variable."""
        shape = self.kind_of(name).shape
        if 0 in shape:
            return f"np.sum({name})" if depth >= 0 else f"{name}[0]"
        if len(shape) == 2:
            i, j = self.index(shape[0], depth), self.index(shape[1], depth)
            return self.pick(f"{name}[{i}, {j}]", f"{name}[{i}, {j}]", f"{name}[{i}][{j}]", f"{name}.T[{j}, {i}]")
        return f"{name}[{self.index(shape[0], depth)}]"

    def call(self, depth: int) -> str:
        usable = [h for h in self.usable() if h.result == FLOAT]
        return self.called(self.rng.choice(usable), depth) if usable else self.floating(depth)

    def called(self, helper: Helper, depth: int) -> str:
        """A call, with some arguments by keyword and some defaults left out."""
        count = len(helper.params) - (self.rng.randint(0, helper.optional) if helper.optional else 0)
        given: list[str] = []
        by_keyword: list[str] = []
        for name, kind in helper.params[:count]:
            value = self.of(kind, depth)
            if by_keyword or (self.chance(0.1) and not helper.starred):
                by_keyword.append(f"{name}={value}")
            else:
                given.append(value)
        if helper.starred and count == len(helper.params):
            given += self.more_arguments(depth)
        by_keyword += [f"{name}={self.of(kind, depth)}" for name, kind, default in helper.keywords
                       if not default or self.chance(0.5)]
        self.rng.shuffle(by_keyword)
        return f"{helper.name}({', '.join(given + by_keyword)})"

    def more_arguments(self, depth: int) -> list[str]:
        """What a starred parameter takes."""
        more = [self.floating(depth) for _ in range(self.rng.randint(0, 3))]
        pair = self.some("pair")
        return [*more, f"*{pair}"] if pair and self.chance(0.3) else more

    def of(self, kind: Name, depth: int) -> str:
        """An expression of a kind; for arrays mostly something that a callee can store into to some effect."""
        if kind.kind == "array":
            name = self.some("array", kind.shape)
            if name and self.chance(0.6):
                return self.own(name)
            vector = len(kind.shape) == 1
            return self.own(self.vector(kind.shape[0], depth) if vector else self.matrix(kind.shape, depth))
        if kind.kind == "pair":
            return self.some("pair") or f"({self.floating(depth)}, {self.floating(depth)})"
        if kind.kind == "ints":
            return self.some("ints", kind.shape) or f"np.arange({kind.shape[0]})"
        plain: dict[str, Form] = {"float": self.floating, "int": self.integer, "bool": self.boolean}
        return plain[kind.kind](depth) if kind.kind in plain else self.other(kind, depth)

    def own(self, text: str) -> str:
        """An array that may be stored into: seldom a view of one of the module's, which is refused."""
        return f"({text}).copy()" if "TABLE" in text and self.chance(0.97) else text

    def other(self, kind: Name, depth: int) -> str:
        raise NotImplementedError(kind)

    # -------------------------------------------------------------------------------------- integers and booleans

    def integer(self, depth: int = 1) -> str:
        leaf = self.some("int") if self.chance(0.7) else None
        array = self.some("array")
        leaves = [leaf or str(self.rng.randint(-2, 5))] * 3 + ([f"len({array})", f"{array}.shape[0]"] if array else [])
        if depth <= 0 or self.chance(0.4):
            return self.rng.choice(leaves)
        a, b = self.integer(depth - 1), self.integer(depth - 1)
        ints = self.some("ints")
        forms = [f"({a} + {b})", f"({a} - {b})", f"({a} * 2 - 1)", f"({a}) // 2", f"({a}) % 3", f"({a}) // -3",
                 f"({a}) % -2", f"({a} if {self.boolean(0)} else {b})", f"min({a}, {b})", f"abs({a})", f"-({a})"]
        if ints:
            forms.append(f"{ints}[{self.index(self.names[ints].shape[0], 0)}]" if ints in self.names else a)
        return self.rng.choice(forms)

    def index(self, extent: int, depth: int = 1) -> str:
        """An integer that is an index for an extent, seldom one that may be none."""
        if self.chance(self.errors):
            return self.integer(0)
        near = [k for k, limit in self.loop_limits.items() if limit <= extent and k in self.names]
        if near and self.chance(0.6):
            name = self.rng.choice(near)
            return self.pick(name, name, name, f"-1 - {name}", f"{extent - 1} - {name}")
        if depth > 0 and self.chance(0.4):
            return f"({self.integer(depth)}) % {extent}"
        if self.chance(0.3) and (name := self.some("int")):
            return f"{name} % {extent}"
        return str(self.rng.randint(-extent, extent - 1))

    def boolean(self, depth: int = 1) -> str:
        less = self.pick("<", ">", "<=", ">=")
        flag = self.some("bool")
        roll = self.rng.random()
        if flag and roll < 0.15:
            return flag
        if roll < 0.5:
            return f"{self.floating(depth - 1)} {less} {self.floating(depth - 1)}"
        if roll < 0.75 or depth <= 0:
            return f"{self.integer(0)} {self.pick(less, '==', '!=')} {self.integer(0)}"
        a, b = self.boolean(depth - 1), self.boolean(depth - 1)
        x = self.some("array")
        forms = [f"({a} and {b})", f"({a} or {b})", f"not ({a})", f"{self.floating(0)} < {self.floating(0)} < 0.9",
                 f"(0 <= {self.integer(0)} < 3)", f"({a} or {b}) and {self.floating(0)} > -0.4", f"({a}) == ({b})"]
        if x:
            forms += [f"np.any({x} > {self.constant()})", f"np.all({x} < {self.floating(0)})"]
        return self.rng.choice(forms)

    # --------------------------------------------------------------------------------------------------- arrays

    def extent(self, n: int) -> str:
        """An expression for an extent."""
        same = [f"len({k})" for k, v in self.names.items() if v.kind == "array" and v.shape[:1] == (n,)]
        return self.rng.choice(same) if same and self.chance(0.6) else str(n)

    def vector(self, n: int, depth: int = 1) -> str:
        if depth <= 0 or self.chance(0.25):
            return self.vector_leaf(n)
        v, w = self.vector(n, depth - 1), self.vector(n, depth - 1)
        f = self.floating(depth - 1)
        forms = [f"({v} + {w})", f"({v} - {w})", f"{v} * {w}", f"{v} * {f}", f"({f} - {v})", f"np.sin({v})",
                 f"np.tanh({v})", f"({v}) ** 2", f"({v}) ** 3", f"{v} / (1.5 + ({w}) ** 2)", f"np.exp(-({v}) ** 2)",
                 f"np.maximum({v}, {w})", f"np.minimum({v}, {f})", f"np.where({v} > {f}, {v}, {w})", f"-({v})",
                 f"np.where(({v} > {f}) & ({w} < 0.7), {f}, {w})", f"np.abs({v})", f"np.clip({v}, -0.8, 0.9)",
                 f"np.where({v} > 0.1, np.sqrt(np.where({v} > 0.1, {v}, 1.0)), {w})", f"np.sqrt(1.2 + ({v}) ** 2)",
                 f"({v} if {self.boolean(0)} else {w})", f"({v}).copy()", f"np.arange({self.extent(n)}) * {f}"]
        matrix = self.some("array", rank=2)
        if matrix:
            rows, columns = self.kind_of(matrix).shape
            if rows == n:
                forms += [f"({matrix} @ {self.vector(columns, depth - 1)})"]
                forms += [f"np.dot({matrix}, {self.vector_leaf(columns)})"]
            if columns == n:
                forms += [f"(({self.vector(rows, depth - 1)}) @ {matrix})", f"({matrix}.T @ {self.vector_leaf(rows)})"]
        forms += [self.called(h, depth - 1) for h in self.usable() if h.result == Name("array", (n,))]
        more = self.more_vectors(n)
        forms += [self.rng.choice(more)(depth - 1) for _ in range(min(len(more), 8))] if self.chance(0.5) else []
        mask, ints = self.some("mask", (n,)), self.some("ints", (n,))
        forms += [f"{v} * {mask}", f"np.where({mask}, {v}, {f})"] if mask else []
        forms += [f"{v} * {ints}"] if ints else []
        one, column = self.some("array", (1,)), self.some("array", (1, n))
        forms += [f"({one} - {v})"] if one else []
        forms += [f"({column} * {v})[0]"] if column else []
        return self.rng.choice(forms)

    def vector_leaf(self, n: int) -> str:
        name = self.some("array", (n,))
        if name and self.chance(0.65):
            return name
        view = self.view(n) if self.chance(0.7) else None
        if view:
            return view
        items = ", ".join(self.floating(0) for _ in range(n))
        forms = [f"np.linspace(-0.5, {self.floating(0)}, {n})", f"np.full({self.extent(n)}, {self.floating(0)})",
                 f"np.ones({self.extent(n)})", f"np.zeros({n})"]
        return self.rng.choice(forms + [f"np.array([{items}])"] * 2 if 0 < n < 5 else forms)

    def view(self, n: int) -> str | None:
        """A window of length n on some array."""
        name = self.some("array")
        if name is None:
            return None
        shape = self.kind_of(name).shape
        if len(shape) == 1:
            s = self.slice(shape[0], n)
            return f"{name}[{s}]" if s else None
        for axis in self.rng.sample([0, 1], 2):
            s = self.slice(shape[axis], n)
            if s and shape[1 - axis]:
                i = self.index(shape[1 - axis], 0)
                full = s == ":" and self.chance(0.5) and axis == 1
                return f"{name}[{i}]" if full else f"{name}[{s}, {i}]" if axis == 0 else f"{name}[{i}, {s}]"
        return None

    def slice(self, extent: int, n: int) -> str | None:
        """A slice of an extent that has n entries."""
        if extent == n and self.chance(0.3):
            return self.pick(":", ":", "::-1")
        for _ in range(25):
            start, stop = (self.rng.choice([None, self.rng.randint(-extent - 1, extent + 1)]) for _ in range(2))
            step = self.rng.choice([None, 1, 2, 3, -1, -1, -2, -3])
            if len(range(extent)[start:stop:step]) == n:
                bounds = ":".join("" if b is None else str(b) for b in (start, stop))
                return bounds if step is None else f"{bounds}:{step}"
        return None

    def matrix(self, shape: Shape, depth: int = 1) -> str:
        rows, columns = shape
        name = self.some("array", shape)
        if name and (depth <= 0 or self.chance(0.3)):
            return name
        turned = self.some("array", shape[::-1])
        forms = [f"{turned}.T"] * 2 if turned else []
        whole = self.some("array", rank=2)
        if whole:
            s, t = (self.slice(e, n) for e, n in zip(self.kind_of(whole).shape, shape, strict=True))
            forms += [f"{whole}[{s}, {t}]"] * 2 if s and t else []
        if depth <= 0:
            f = self.floating(0)
            return self.rng.choice([*forms, f"np.full(({rows}, {columns}), {f})", f"np.ones(({rows}, {columns}))"])
        v, w = self.vector(rows, depth - 1), self.vector(columns, depth - 1)
        a, b = self.matrix(shape, depth - 1), self.matrix(shape, depth - 1)
        f = self.floating(depth - 1)
        forms += [f"np.outer({v}, {w})", f"({v})[:, None] * {w}", f"({a} + {b})", f"{a} * {b}", f"{a} * {f}",
                  f"({a} - {w})", f"np.sin({a})", f"np.where({a} > {f}, {a}, {b})", f"({a}).copy()",
                  f"np.maximum({a}, {w})", f"({a}) ** 2"]
        inner = self.rng.randint(1, 3)
        forms.append(f"({self.matrix((rows, inner), 0)}) @ ({self.matrix((inner, columns), 0)})")
        more = self.more_matrices(shape)
        forms += [self.rng.choice(more)(depth - 1) for _ in range(4)] if more and self.chance(0.5) else []
        return self.rng.choice(forms)
