"""Random expressions and statements with complex numbers and arrays of these."""

from __future__ import annotations

from dataclasses import dataclass

from .expressions import Form
from .kinds import Name
from .lists import Lists

COMPLEX = Name("complex")


@dataclass
class Complexes(Lists):
    """Complex numbers occur where a parameter or a variable is one; moduli are taken of what is away from zero."""

    def has_complex(self) -> bool:
        return any(n.kind in ("complex", "waves") for n in self.names.values())

    def complexes(self, depth: int = 1) -> str:
        """A complex number."""
        if depth <= 0 or self.chance(0.2):
            return self.complex_leaf()
        a, b, f = self.complexes(depth - 1), self.complexes(depth - 1), self.floating(depth - 1)
        n = self.rng.randint(1, 3)
        w = self.waves(n, 0)
        return self.pick(f"({a} + {b})", f"({a} - {b})", f"{a} * {b}", f"{a} / (2.5 + abs({b}) ** 2)", f"-({a})",
                         f"{f} * {a}", f"({a} + {f})", f"np.conj({a})", f"({a}).conjugate()", f"({a}) ** 2",
                         f"({a} if {self.boolean(0)} else {b})", f"np.sum({w})", f"np.vdot({w}, {self.waves(n, 0)})",
                         f"1j * {a}", f"{a} * np.exp(1j * {f})", f"cmath.exp(0.2j * ({a}).real)", f"np.sin({f}) * {a}",
                         f"complex({f}, {self.floating(0)})", f"np.sqrt(4.0 + ({a}) * np.conj({a}))", f"np.mean({w})",
                         f"({w}) @ {self.waves(n, 0)}", f"np.prod(({w}) * 0.3)", f"({a}) / (3.0 + 2.0j)",
                         f"np.exp(0.2j * np.tanh({f}) + 0.1)", f"np.cos(0.1 * {a} / (1.0 + abs({a})))")  # fmt: skip

    def complex_leaf(self) -> str:
        name, array = self.some("complex"), self.some("waves")
        if name and self.chance(0.5):
            return name
        if array and self.kind_of(array).shape != (0,) and self.chance(0.7):
            return f"{array}[{self.index(self.kind_of(array).shape[0], 0)}]"
        return name or self.pick(f"({self.constant()} + 0.6j)", f"complex({self.floating_leaf()}, {self.constant()})")

    def waves(self, n: int, depth: int = 1) -> str:
        """A vector of complex numbers."""
        name = self.some("waves", (n,))
        if name and (depth <= 0 or self.chance(0.3)):
            return name
        v, w, f = self.vector(n, depth - 1), self.vector(n, depth - 1), self.floating(0)
        if depth <= 0:
            other = self.some("waves")
            s = self.slice(self.kind_of(other).shape[0], n) if other else None
            forms = [f"({v} + 1j * {w})", f"{v} * {self.complex_leaf()}", f"np.full({n}, {self.complex_leaf()})",
                     f"np.exp(1j * {v})", f"np.zeros({n}, dtype=complex)", f"np.ones({n}, np.complex128) * {f}"]
            return f"{other}[{s}]" if s else self.pick(*forms)
        a, b, c = self.waves(n, depth - 1), self.waves(n, depth - 1), self.complexes(0)
        forms = [f"({a} + {b})", f"({a} - {b})", f"{a} * {b}", f"{a} * {v}", f"({v} - {a})", f"{a} * {c}", f"-({a})",
                 f"np.conj({a})", f"({a})[::-1]", f"({a}).copy()", f"np.cumsum({a})", f"({a}) ** 2", f"{f} * {a}",
                 f"np.where({v} > {f}, {a}, {b})", f"{a} / (2.5 + np.abs({b}))", f"np.concatenate(({a}, {b}))[:{n}]",
                 f"np.sqrt(4.0 + np.abs({a}) ** 2) * {b}", f"np.array([{', '.join([c] * n)}])" if n else a]
        forms += [f"np.fft.fft({a})", f"np.fft.ifft({a})", f"np.fft.fft({v})", f"np.roll({a}, 1)"] if n else []
        forms += [f"np.outer({a}, {b})[0]", f"({a})[:, None][:, 0]", f"np.diag({b}) @ {a}"] if n else []
        return self.pick(*forms)

    # ------------------------------------------------------------------------------------------- real numbers of them

    def more_floats(self) -> list[Form]:
        return super().more_floats() + ([self.part] * 4 if self.has_complex() else [])

    def part(self, depth: int) -> str:
        """A real number that depends on a complex one."""
        a, n = self.complexes(min(depth, 1)), self.rng.randint(1, 3)
        w = self.waves(n, 0)
        return self.pick(f"({a}).real", f"({a}).imag", f"abs({a} + 0.01)", f"np.real({a})", f"np.imag({a})",
                         f"(({a}) * ({a}).conjugate()).real", f"np.sum(np.abs({w}) ** 2)", f"np.sum(({w}).real)",
                         f"np.angle(4.0 + ({a}) / (1.0 + abs({a})))", f"np.linalg.norm({w} + 0.3)",
                         f"np.sum(({w}).imag * {self.vector(n, 0)})", f"np.vdot({w}, {w}).real", f"abs({a}) ** 2")

    def more_vectors(self, n: int) -> list[Form]:
        forms = super().more_vectors(n)
        if not self.has_complex():
            return forms
        return [*forms, *[lambda d: self.parts_of(n, d)] * 4]

    def parts_of(self, n: int, depth: int) -> str:
        a = self.waves(n, min(depth, 1))
        forms = [f"({a}).real", f"({a}).imag", f"np.real({a})", f"np.abs({a} + 0.01)", f"np.abs({a}) ** 2",
                 f"(({a}) * np.conj({a})).real"]
        if n:
            forms.append(f"np.fft.irfft(np.fft.rfft({self.vector(n, 0)}) * 0.7, {n})")
        return self.pick(*forms)

    # ------------------------------------------------------------------------------------------------------ statements

    def complex_statement(self) -> None:
        """An assignment to, or a store into, something complex."""
        if not self.has_complex() and not self.chance(0.1):
            return self.assign_float()
        array = self.mutable("waves", False)
        if array and 0 not in self.names[array].shape and self.chance(0.5):
            return self.store_complex(array)
        if self.chance(0.4):
            shape = self.names[array].shape if array and self.chance(0.7) else (self.rng.randint(1, 4),)
            value, name = self.waves(shape[0], 2), self.target("waves", shape)
            self.line(f"{name} = {value}")
            return self.define(name, Name("waves", shape))
        old = self.mutable("complex")
        value = self.complexes(2)
        if old and self.chance(0.4):
            return self.line(self.pick(f"{old} += {value}", f"{old} -= {value}", f"{old} *= 0.5 * {value}",
                                       f"{old} /= 2.5 + abs({value})", f"{old}, {old} = {value}, {old} * 0.5"))
        name = self.target("complex")
        self.line(f"{name} = {value}")
        return self.define(name, COMPLEX)

    def store_complex(self, array: str) -> None:
        (n,) = self.names[array].shape
        place, value, f = f"{array}[{self.index(n)}]", self.complexes(1), self.floating(0)
        op = self.pick("=", "+=", "-=", "= 0.5j *", "*= 0.4 *")
        self.line(self.pick(
            f"{place} {op} {value}", f"{place} {op} {value}", f"{array} += {self.waves(n, 0)}",
            f"{array} *= 0.3 - 0.4j",
            f"{array}[:] = {self.waves(n, 1)}", f"{array}.real += {self.vector(n, 0)}", f"{array}.imag[0] = {f}",
            f"{array}[1:] += {array}[:-1] * {f}", f"{array}[::-1] -= 0.5 * {array}", f"{place} = {f}",
            f"{array}.real *= np.tanh({f})", f"{array}[{self.vector(n, 0)} > 0.1] *= 0.5j"))
