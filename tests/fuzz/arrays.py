"""Random expressions with whole arrays: reductions along axes, other shapes, arrays as indices, sorting, systems."""

from __future__ import annotations

from dataclasses import dataclass

from .expressions import Expressions, Form
from .kinds import Shape


@dataclass
class Arrays(Expressions):
    """Adds forms to those of `Expressions`; each takes the depth that is left."""

    def reduced(self, text: str, axis: int | None) -> str:
        """A reduction whose derivative is smooth, or kinked, along an axis."""
        where = "" if axis is None else f", axis={axis}"
        inside = "" if axis is None else f"axis={axis}"
        return self.pick(f"np.sum({text}{where})", f"np.mean({text}{where})", f"({text}).sum({inside})",
                         f"np.max({text}{where})", f"({text}).min({inside})", f"np.var({text}{where})",
                         f"np.prod(0.6 + 0.4 * np.tanh({text}){where})", f"np.sqrt(0.3 + np.var({text}{where}))",
                         f"np.linalg.norm(1.5 + np.tanh({text}){where})", f"np.sum(({text}) ** 2{where})")

    # --------------------------------------------------------------------------------------------------- numbers

    def more_floats(self) -> list[Form]:
        forms: list[Form] = [*super().more_floats(), self.generator, self.of_a_mask]
        if any(n.kind == "array" and len(n.shape) == 2 and 0 not in n.shape for n in self.names.values()):
            forms += [self.of_a_matrix]
        return forms

    def generator(self, depth: int) -> str:
        """A sum or an extreme over a generator."""
        v = self.pick("g", "v_", "item")
        array = self.some("array", rank=1)
        many = self.some("list")
        inner = f"{v} * {self.floating(0)} + {self.floating(0)} * {v} ** 2"
        if array and self.chance(0.6):
            test = f" if {v} {self.pick('<', '>')} {self.constant()}" if self.chance(0.3) else ""
            return f"sum({inner} for {v} in {array}{test})"
        if many:
            most = self.pick("max", "min", "sum") if self.kind_of(many).shape != (0,) else "sum"
            return f"{most}({inner} for {v} in {many})"
        return f"sum({self.floating(0)} * {v} for {v} in range({self.rng.randint(0, 3)}))"

    def of_a_mask(self, depth: int) -> str:
        """A sum over the entries where a condition holds."""
        array = self.some("array")
        if array is None:
            return self.floating_leaf()
        shape = self.kind_of(array).shape
        mask = self.some("mask", shape)
        test = mask if mask and self.chance(0.6) else f"{array} {self.pick('<', '>')} {self.floating(0)}"
        other = self.some("array", shape) or array
        return self.pick(f"np.sum({other}[{test}])", f"np.sum({other}[{test}] ** 2) * {self.floating(0)}",
                         f"np.sum({other}[{test}] * {array}[{test}])", f"np.count_nonzero({test}) * {self.floating(0)}",
                         f"np.sum(np.where({test}, {other}, {self.floating(0)}))")

    def of_a_matrix(self, depth: int) -> str:
        name = self.some("array", rank=2)
        if name is None or 0 in self.kind_of(name).shape:
            return self.floating_leaf()
        rows, columns = self.kind_of(name).shape
        a, b = self.matrix((rows, columns), min(depth, 1)), self.matrix((rows, columns), 0)
        square = self.rng.randint(1, 3)
        return self.pick(
            f"np.einsum('ij,ij->', {a}, {b})", f"np.einsum('ij,j,i->', {a}, {self.vector(columns, 0)}, "
            f"{self.vector(rows, 0)})", f"np.trace({a})", self.reduced(a, None), f"np.sum(np.diag({a}))",
            f"np.linalg.det({self.regular(square)})", f"np.sum(np.linalg.solve({self.regular(square)}, "
            f"{self.vector(square, 0)}))", f"1.0 * np.tensordot({a}, {b}, axes=2)", f"np.sum(np.tril({a}))",
            f"np.linalg.slogdet({self.regular(square)})[1]", f"np.sum(({a}).reshape(-1) * ({b}).ravel())")

    def regular(self, n: int) -> str:
        """A square matrix that is far from singular."""
        return f"(np.tanh({self.matrix((n, n), 0)}) + {2.0 * n} * np.eye({n}))"

    # --------------------------------------------------------------------------------------------------- vectors

    def more_vectors(self, n: int) -> list[Form]:
        forms: list[Form] = [*super().more_vectors(n)]
        forms += [lambda d: self.turned(n, d), lambda d: self.joined(n, d), lambda d: self.listed(n, d)]
        if n:
            forms += [lambda d: self.along(n, d), lambda d: self.running(n, d), lambda d: self.picked(n, d),
                      lambda d: self.solved(n, d)]
        return forms

    def along(self, n: int, depth: int) -> str:
        """A matrix reduced along an axis."""
        other = self.rng.randint(1, 3)
        if self.chance(0.5):
            text = self.reduced(self.matrix((n, other), min(depth, 1)), self.rng.choice([1, -1]))
        else:
            text = self.reduced(self.matrix((other, n), min(depth, 1)), 0)
        a = self.matrix((n, other), 0)
        return self.pick(text, text, f"np.einsum('ij,j->i', {a}, {self.vector(other, 0)})",
                         f"np.einsum('ij,ij->i', {a}, {a})", f"np.squeeze({self.matrix((n, 1), 0)}, 1)")

    def turned(self, n: int, depth: int) -> str:
        v = self.vector(n, depth)
        return self.pick(f"np.flip({v})", f"np.roll({v}, {self.rng.randint(-2, 3)})", f"np.copy({v})",
                         f"np.zeros_like({v})", f"np.full_like({v}, {self.floating(0)})", f"np.atleast_1d({v})",
                         f"np.ravel({v})", f"({v})[None, :][0]", f"np.broadcast_to({v}, (2, {n}))[1]",
                         f"np.where({v} > 0.2, np.log(np.where({v} > 0.2, {v}, 0.2)), {self.floating(0)})")

    def joined(self, n: int, depth: int) -> str:
        k = self.rng.randint(0, n)
        a, b = self.vector(k, min(depth, 1)), self.vector(n - k, 0)
        parts = self.pick(f"np.concatenate(({a}, {b}))", f"np.concatenate([{a}, {b}])", f"np.hstack(({a}, {b}))")
        return parts if self.chance(0.6) else f"np.diff({self.vector(n + 1, 0)})"

    def running(self, n: int, depth: int) -> str:
        v = self.vector(n, depth)
        return self.pick(f"np.cumsum({v})", f"np.sort({v})", f"np.cumprod(0.6 + 0.4 * np.tanh({v}))",
                         f"np.sort({v})[::-1]", f"({v}).cumsum()", f"np.linspace({self.floating(0)}, 1.0, {n}) * {v}")

    def picked(self, n: int, depth: int) -> str:
        """Entries named by an array of indices."""
        places = self.some("places", (n,))
        source = self.some("array", rank=1)
        if source is None or 0 in self.kind_of(source).shape:
            return self.running(n, depth)
        extent = self.kind_of(source).shape[0]
        if places and self.kind_of(places).of == str(extent):
            return self.pick(f"{source}[{places}]", f"np.take({source}, {places})", f"{source}[{places} % {extent}]")
        index = ", ".join(str(self.rng.randint(-extent, extent - 1)) for _ in range(n))
        return self.pick(f"{source}[[{index}]]", f"{source}[np.array([{index}])]",
                         f"{source}[np.arange({n}) % {extent}]")

    def solved(self, n: int, depth: int) -> str:
        a = self.regular(n) if n <= 4 else f"(np.eye({n}) * 1.5)"
        return self.pick(f"np.linalg.solve({a}, {self.vector(n, depth)})", f"{a} @ {self.vector(n, 0)}")

    def listed(self, n: int, depth: int) -> str:
        """An array of a comprehension."""
        k = self.pick("k_", "item_", "e_")
        f, g = self.floating(0), self.floating(0)
        same = self.some("array", (n,))
        if same and self.chance(0.5):
            return f"np.array([{k} * {f} + {g} for {k} in {same}])" if n else same
        return f"np.array([{f} * {k} - {g} for {k} in range({n})], dtype=np.float64)"

    # --------------------------------------------------------------------------------------------------- matrices

    def more_matrices(self, shape: Shape) -> list[Form]:
        rows, columns = shape

        def stacked(d: int) -> str:
            parts = ", ".join(self.vector(columns, 0) for _ in range(rows))
            return self.pick(f"np.stack(({parts},))", f"np.vstack([{parts}])") if rows else self.matrix(shape, 0)

        def reshaped(d: int) -> str:
            v = self.vector(rows * columns, min(d, 1))
            return self.pick(f"({v}).reshape({rows}, {columns})", f"np.reshape({v}, ({rows}, {columns}))")

        def turned(d: int) -> str:
            m = self.matrix(shape, d)
            t = self.matrix((columns, rows), 0)
            return self.pick(f"np.flip({m}, 0)", f"np.roll({m}, 1, axis=1)", f"np.transpose({t})", f"np.fliplr({m})",
                             f"np.swapaxes({t}, 0, 1)", f"np.triu({m})", f"np.repeat({self.vector(columns, 0)}[None], "
                             f"{rows}, axis=0)", f"np.tile({self.vector(columns, 0)}, ({rows}, 1))")

        def normed(d: int) -> str:
            m = self.matrix(shape, d)
            return self.pick(f"({m} - np.mean({m}, axis=0))", f"{m} / (1.5 + np.sum({m} ** 2, axis=1, keepdims=True))",
                             f"np.cumsum({m}, axis={self.rng.randint(0, 1)})",
                             f"np.exp(-np.abs({m} - np.max({m}, axis=0)))", f"np.sort({m}, axis=0)")

        def picked(d: int) -> str:
            source = self.some("array", rank=2)
            if source is None or 0 in self.kind_of(source).shape:
                return self.matrix(shape, 0)
            height, width = self.kind_of(source).shape
            many = lambda n, e: ", ".join(str(self.rng.randint(-e, e - 1)) for _ in range(n))  # noqa: E731
            if width == columns:
                return f"{source}[[{many(rows, height)}]]"
            return f"{source}[:, [{many(columns, width)}]]" if height == rows else self.matrix(shape, 0)

        return [stacked, reshaped, turned, picked] + ([normed] if 0 not in shape else [])
