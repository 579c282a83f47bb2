"""Random statements without control flow: assignments, stores, swaps, calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from .kinds import FLOAT, PLAIN, Name, Shape
from .library import Library


@dataclass
class Statements(Library):
    """Every method adds lines at the current indentation."""

    lines: list[str] = field(default_factory=list)
    indent: int = 1
    pool: dict[str, list[str]] = field(default_factory=lambda: PLAIN)
    result: Name | None = None
    results: tuple[Name, ...] = ()
    fixed: set[str] = field(default_factory=set)
    loops: list[str] = field(default_factory=list)
    work: int = 1
    budget: int = 12

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    # ----------------------------------------------------------------------------------------------------- names

    def target(self, kind: str, shape: Shape = (), of: str = "") -> str:
        """A variable to assign: an old one where its shape allows, or a new one."""
        free = []
        for name in self.pool[kind]:
            old = self.names.get(name) or self.unsure.get(name)
            taken = self.known.get(name)
            rank = taken is None or (taken.kind, len(taken.shape), taken.of) == (kind, len(shape), of)
            shaped = old is None or old.shape == shape or (self.indent == 1 and self.chance(0.3))
            if name not in self.fixed and rank and shaped:
                free.append(name)
        if not free:
            free = [f"{kind}_{len(self.known)}"]
        return self.rng.choice(free)

    def define(self, name: str, kind: Name) -> None:
        """From here on the name stands for that; a record brings its fields."""
        self.known[name] = kind
        self.names[name] = kind
        self.unsure.pop(name, None)
        self.loop_limits.pop(name, None)
        if kind.kind == "record":
            spec = self.specs[kind.of]
            for path, field_kind in spec.paths(name):
                self.frozen.discard(path)
                if spec.frozen or name in self.frozen:
                    self.frozen.add(path)
                self.define(path, field_kind)

    def mutable(self, kind: str, rebinding: bool = True) -> str | None:
        """Something to assign to; with `rebinding` False, whose elements are stored into."""
        found = [k for k, n in self.names.items() if n.kind == kind and k not in self.fixed
                 and not (rebinding and k in self.frozen)]
        return self.rng.choice(found) if found else None

    def free(self, name: str) -> bool:
        return name not in self.fixed and name not in self.frozen

    def comment(self) -> None:
        self.line(self.pick("# a comment: \"'{x} %d \\", "'a string on its own'", "pass", "# äöü λ ∂f/∂x"))

    def assign_float(self) -> None:
        value = self.floating(3)
        name = self.target("float")
        self.line(f"{name} = {value}")
        self.define(name, Name("float"))

    def augment_float(self) -> None:
        name = self.mutable("float")
        if name is None:
            return self.assign_float()
        op = self.pick("+=", "+=", "-=", "*=", "/=")
        value = self.floating(2)
        self.line(f"{name} {op} {value}" if op in ("+=", "-=") else f"{name} {op} (1.2 + ({value}) ** 2) * 0.7")

    def assign_int(self) -> None:
        value = self.integer(2)
        if self.chance(0.3) and (name := self.mutable("int")):
            self.line(f"{name} {self.pick('+=', '-=')} {self.integer(0) if self.indent == 1 else '1'}")
            self.loop_limits.pop(name, None)
            return
        name = self.target("int")
        self.line(f"{name} = {value}" if self.indent == 1 else f"{name} = ({value}) % 7 - 1")
        self.define(name, Name("int"))

    def assign_bool(self) -> None:
        value = self.boolean(2)
        name = self.target("bool")
        self.line(f"{name} = {value}")
        self.define(name, Name("bool"))

    def assign_ints(self) -> None:
        n = self.rng.randint(1, 5)
        value = self.pick(f"np.arange({n})", f"np.arange({n}, 0, -1)", f"np.zeros({n}, dtype=np.int64)",
                          f"np.array([{', '.join(self.integer(0) for _ in range(n))}])")
        name = self.target("ints", (n,))
        self.line(f"{name} = {value}")
        self.define(name, Name("ints", (n,)))
        if self.chance(0.5):
            self.line(f"{name}[{self.index(n)}] {self.pick('=', '+=')} {self.integer(1)}")

    def assign_mask(self) -> None:
        array = self.some("array", rank=1)
        if array is None:
            return self.comment()
        shape = self.kind_of(array).shape
        name = self.target("mask", shape)
        self.line(f"{name} = {array} > {self.floating(0)}")
        self.define(name, Name("mask", shape))

    def shape(self) -> Shape:
        shapes = [n.shape for n in self.names.values() if n.kind == "array"]
        if shapes and self.chance(0.75):
            return self.rng.choice(shapes)
        return (self.rng.randint(1, 5),) if self.chance(0.75) else (self.rng.randint(1, 3), self.rng.randint(1, 4))

    def array_of(self, shape: Shape, depth: int = 2) -> str:
        return self.vector(shape[0], depth) if len(shape) == 1 else self.matrix(shape, depth)

    def assign_array(self) -> None:
        shape = self.shape()
        same = self.some("array", shape)
        value = same if same and self.chance(0.25) else self.array_of(shape, self.rng.choice([0, 0, 1, 2]))
        name = self.target("array", shape)
        self.line(f"{name} = {self.own(value)}")
        self.define(name, Name("array", shape))

    def augment_array(self) -> None:
        name = self.mutable("array")
        if name is None:
            return self.assign_array()
        shape = self.names[name].shape
        value = self.array_of(shape, 1) if self.chance(0.6) else self.floating(1)
        op = self.pick("+=", "-=", "*=")
        self.line(f"{name} {op} {value}" if op != "*=" else f"{name} *= 0.6 + 0.3 * np.sin({value})")

    def store(self) -> None:
        name = self.mutable("array", False)
        if name is None:
            return self.assign_array()
        value = self.floating(2)
        place = self.place(name, -1) if 0 in self.names[name].shape else self.place(name, 1)
        op = self.pick("=", "=", "+=", "+=", "-=", "*=")
        self.line(f"{place} {op} {value}" if op != "*=" else f"{place} *= 0.9 + 0.2 * np.cos({value})")

    def store_slice(self) -> None:
        name = self.mutable("array", False)
        if name is None:
            return self.assign_array()
        shape = self.names[name].shape
        wanted = tuple(self.rng.randint(0 if self.chance(0.1) else 1, max(n, 1)) for n in shape)
        parts = [self.slice(n, k) or ":" for n, k in zip(shape, wanted, strict=True)]
        wanted = tuple(len(range(n)[_slice(p)]) for n, p in zip(shape, parts, strict=True))
        value = self.array_of(wanted, 1)
        if len(shape) == 2 and self.chance(0.3) and 0 not in shape:
            axis = self.rng.randint(0, 1)
            parts[axis] = self.index(shape[axis], 0)
            value = self.vector(wanted[1 - axis], 1)
        same = self.slice(shape[0], wanted[0]) if len(shape) == 1 else None
        if same and self.chance(0.35):
            value = self.pick(f"{name}[{same}]", f"{name}[{same}] * {self.floating(0)}", f"{name}[{same}]")
        if self.chance(0.15):
            value = self.floating(1)
        op = self.pick("=", "=", "+=", "-=", "*=")
        value = f"0.5 + 0.4 * np.sin({value})" if op == "*=" else value
        self.line(f"{name}[{', '.join(parts)}] {op} {value}")

    def store_window(self) -> None:
        """A store into a slice with bounds known only at run time."""
        name = self.mutable("array", False)
        if name is None or len(self.names[name].shape) != 1:
            return self.assign_array()
        i, f = self.integer(1), self.floating(1)
        k = self.some("int") or i
        self.line(self.pick(
            f"{name}[{i}:] {self.pick('=', '+=', '-=')} {f}", f"{name}[:{i}] = {name}[:{i}][::-1]",
            f"{name}[{i}:] *= 0.5 + 0.4 * np.sin({f})", f"{name}[{k}:] += {name}[{k}:] * {f}",
            f"{name}[{k} % 2 : -1] = {name}[{k} % 2 + 1 :]", f"{name}[1 + {k} % 2 :] += {name}[: -1 - {k} % 2]",
            f"{name}[{i}::{k} % 3 + 1] = {f}"))

    def row(self) -> None:
        """A view with a name of its own, and what is done to it."""
        n = self.rng.randint(1, 4)
        view = self.view(n)
        if view is None:
            return self.store()
        name = self.target("array", (n,))
        self.line(f"{name} = {self.own(view)}")
        self.define(name, Name("array", (n,)))
        self.line(self.pick(f"{name}[{self.index(n, 0)}] = {self.floating(1)}", f"{name} += {self.vector(n, 0)}",
                            f"{name}[:] = {self.vector(n, 1)}", f"{name} *= {self.constant()}"))

    def swap(self) -> None:
        roll = self.rng.randrange(5)
        array = self.mutable("array")
        floats = [k for k, n in self.names.items() if n.kind == "float" and self.free(k)]
        if roll == 0 and len(floats) > 1:
            a, b = self.rng.sample(floats, 2)
            self.line(f"{a}, {b} = {b}, {self.pick(a, f'{a} + {b}', self.floating(1))}")
        elif roll == 1 and array:
            same = [k for k, n in self.names.items() if n == self.names[array] and self.free(k)]
            if len(same) > 1:
                a, b = self.rng.sample(same, 2)
                self.line(f"{a}, {b} = {b}, {a}")
        elif roll == 2 and array and (k := self.mutable("int")):
            extent = self.names[array].shape[0]
            if len(self.names[array].shape) == 1 and extent:
                self.line(f"{k}, {array}[{k} % {extent}] = {self.integer(1)}, {self.floating(1)}")
                self.loop_limits.pop(k, None)
        elif array and 0 not in self.names[array].shape:
            p, q = self.place(array, 1), self.place(array, 1)
            if floats and self.chance(0.3):
                p = self.rng.choice(floats)
            self.line(f"{p}, {q} = {q}, {p}")
        else:
            self.assign_float()

    def scatter(self) -> None:
        """Stores at computed, repeated places."""
        array = self.mutable("array", False)
        if array is None or len(self.names[array].shape) != 1 or self.names[array].shape == (0,) or self.work > 20:
            return self.assign_array()
        extent = self.names[array].shape[0]
        k = self.loop_name()
        self.line(f"for {k} in range({self.rng.randint(1, 6)}):")
        place = self.pick(f"{k} // 2 % {extent}", f"({k} * {k}) % {extent}", f"({k} * 3 + 1) % {extent}",
                          f"-1 - {k} % {extent}")
        self.indent += 1
        kept = dict(self.names)
        self.define(k, Name("int"))
        op = self.pick("=", "+=", "+=", "*=")
        value = self.floating(1)
        self.line(f"{array}[{place}] {op} {value if op != '*=' else f'0.3 + 0.5 * np.tanh({value})'}")
        self.indent -= 1
        self.names = kept
        self.known[k] = self.unsure[k] = Name("int")

    def pairs(self) -> None:
        pair = self.some("pair")
        pairs = [k for k, n in self.names.items() if n.kind == "pair"]
        if len(pairs) > 1 and self.chance(0.4):
            a, b = self.rng.sample(pairs, 2)
            return self.line(f"{a}, {b} = {b}, {self.pick(a, f'({a}[1], {b}[0])')}")
        if pair and self.chance(0.5):
            a, b = self.target("float"), self.target("float")
            if self.chance(0.3):
                c, value = self.target("float"), self.floating(1)
                self.line(f"({a}, {b}), {c} = {pair}, {value}")
                self.define(c, Name("float"))
            else:
                self.line(f"{a}, {b} = {pair}")
            self.define(a, Name("float"))
            self.define(b, Name("float"))
            return
        value = f"{self.floating(1)}, {self.floating(1)}"
        name = self.target("pair")
        self.line(f"{name} = {value}" if self.chance(0.5) else f"{name} = ({value})")
        self.define(name, Name("pair"))

    def many_targets(self) -> None:
        if self.chance(0.5) and (array := self.mutable("array")) and 0 not in self.names[array].shape:
            value, place = self.floating(1), self.place(array, 0)
            name = self.target("float")
            self.line(f"{name} = {place} = {value}" if self.chance(0.5) else f"{place} = {name} = {value}")
            return self.define(name, Name("float"))
        shape = self.shape()
        value = self.array_of(shape, 1)
        first, second = self.target("array", shape), self.target("array", shape)
        self.line(f"{first} = {second} = {self.own(value)}")
        self.define(first, Name("array", shape))
        self.define(second, Name("array", shape))

    def call_helper(self) -> None:
        usable = self.usable()
        if not usable:
            return self.assign_float()
        helper = self.rng.choice(usable)
        call = self.called(helper, 1)
        if helper.result is None or self.chance(0.3):
            return self.line(call)
        name = self.target(helper.result.kind, helper.result.shape, helper.result.of)
        self.line(f"{name} = {call}")
        self.define(name, helper.result)

    # ---------------------------------------------------------------------------------- arrays as indices, and bounds

    def assign_places(self) -> None:
        """An array of indices into some array."""
        source = self.some("array", rank=1)
        if source is None or 0 in self.kind_of(source).shape:
            return self.assign_ints()
        extent = self.kind_of(source).shape[0]
        n = self.rng.choice([extent, extent, self.rng.randint(1, 4)])
        numbers = ", ".join(str(self.rng.randint(-extent, extent - 1)) for _ in range(n))
        value = f"np.array([{numbers}])"
        if n == extent and self.chance(0.5):
            value = self.pick(f"np.argsort({source})", f"np.arange({n})[::-1]", f"np.arange(len({source}))")
        name = self.target("places", (n,), str(extent))
        self.line(f"{name} = {value}")
        self.define(name, Name("places", (n,), str(extent)))

    def store_places(self) -> None:
        """Stores at the positions that an array or a condition names."""
        name = self.mutable("array", False)
        if name is None or 0 in self.names[name].shape:
            return self.assign_places()
        shape = self.names[name].shape
        places = self.some("places", of=str(shape[0]))
        if places is None or self.chance(0.3):
            return self.store_where(name)
        n = self.kind_of(places).shape[0]
        value = self.floating(1)
        if self.chance(0.7):
            value = self.vector(n, 1) if len(shape) == 1 else self.matrix((n, shape[1]), 1)
        self.line(self.pick(f"{name}[{places}] = {value}", f"{name}[{places}] += {value}",
                            f"np.add.at({name}, {places}, {value})", f"{name}[{places}] -= 0.5 * {value}",
                            f"{name}[{places}] *= 0.7 + 0.2 * np.sin({value})",
                            f"{name}[{places}] = {name}[{places}] * {self.floating(0)}"))

    def store_where(self, name: str) -> None:
        mask = self.some("mask", self.names[name].shape)
        test = mask if mask and self.chance(0.5) else f"{name} {self.pick('<', '>')} {self.floating(0)}"
        f = self.floating(1)
        self.line(self.pick(f"{name}[{test}] = {f}", f"{name}[{test}] += {f}", f"{name}[{test}] *= np.tanh({f})",
                            f"{name}[{test}] = {name}[{test}] ** 2 * 0.5", f"{name}[{test}] -= 0.3 * {name}[{test}]"))

    def walrus(self) -> None:
        """An assignment inside an expression."""
        value, first = self.floating(1), self.floating(0)
        name = self.target("float")
        self.define(name, FLOAT)
        other = self.target("float")
        self.line(self.pick(f"{other} = ({name} := {value}) * {name}",
                            f"{other} = ({name} := {value}) + {self.constant()}",
                            f"{other} = {first} * ({name} := {value})" if name != other else
                            f"{other} = ({name} := {value}) * 0.5"))
        self.define(other, FLOAT)

    def delete(self) -> None:
        floats = [k for k, n in self.names.items() if n.kind == "float" and self.free(k) and k.isidentifier()]
        if len(floats) < 3 or self.indent > 1:
            return self.comment()
        name = self.rng.choice(floats)
        self.line(f"del {name}")
        del self.names[name]

    def assertion(self) -> None:
        """One that holds, or an exception for what seldom happens."""
        if self.chance(0.7):
            f = self.floating(0)
            self.line(self.pick(f"assert ({f}) ** 2 >= 0.0", f"assert {f} == {f}, 'not a number'",
                                f"assert {self.integer(0)} < 100, f'{{{self.integer(0)}}} is too much'"))
            return
        self.line(f"if {self.floating(1)} > {self.rng.randint(10, 60) / 10}:")
        self.line(f"    raise {self.pick('ValueError', 'ArithmeticError', 'RuntimeError')}"
                  f"{self.pick('', '()', '(' + chr(34) + 'too much' + chr(34) + ')')}")


def _slice(text: str) -> slice:
    return slice(*(int(b) if b else None for b in text.split(":")))
