"""One row of the table of operations.

A derivative is written in the words of the generated code: over the operands' names, `y` for the result and `y_bar`
for the adjoint of the result. A formula that does not mention `y_bar` is the partial derivative, and the adjoint it
contributes is `y_bar * partial`; one that does mention it is the whole contribution. What the backward part has to
keep is read off the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Rule = Literal["arithmetic", "floating", "comparison", "logical", "bitwise", "predicate", "selection", "joining",
               "structured"]


# Operands and parameters for which a list is as good as a tuple. For others it is an array.
SEQUENCES = ("arrays", "shape", "axis", "axes", "indices_or_sections", "pad_width", "condlist", "choicelist",
             "choices", "dimensions", "arys", "args", "range", "p", "s", "source", "destination")


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is unique. Operands come first; `options` are parameters fixed at compile time, with their defaults.

    partials: one formula per operand, `"0"` where the operand's derivative vanishes almost everywhere.
    reason: why there is no derivative, when there is none.
    infix: the operator that writes the operation in Python.
    numpy, math, cmath, scipy, linalg, method, builtin: the names under which users call it (`numpy.sin`,
        `math.sin`, `scipy.special.erf`, `scipy.linalg.expm`, `ndarray.sum`, `abs`).
    lower: `@symbol` of libm or of `scipy.special`, `llvm.intrinsic`, `=formula` over other operations, or ""
        where the backend knows it.
    integers: the lowering for integer operands, when it differs.
    on_complex: the lowering for complex operands: "" where the operation is not defined for them, "parts" where
        `passes/lowering/parts.py` knows it, or a formula as in `lower`.
    complex_partials: the derivative for complex operands, when it is written differently. Formulas say what holds for
        real numbers; of a `holomorphic` operation they are conjugated where operands are complex. Those of others say
        all of it.
    to_real: complex operands have a real result.
    raises: what `math` does outside the domain: "domain" (ValueError), "range" (OverflowError), "overflow" (both), or
        "pole" (both, with poles at zero and at the negative integers).
    outside: for "domain", when an operand is outside of it. So it is known without the result, which a gradient alone
        may have no use for.
    costly: keeping the result beats computing it again (so does every call of libm).
    with_base: `math` also takes a base as second argument: the quotient of two results.
    config: parameters that are known when types are, in NumPy's order; "" is a place that cannot be given, `*name`
        takes all arguments that are left. by_keyword: those of them that only a keyword gives.
    nones: operands that are not given are `None`.
    named: the class of the tuple of results, as the module of the NumPy function calls it; the result is another one
        where a parameter has a value of `unnamed`.
    example: operands for the row's own tests, in the vocabulary of `tests/ops`.
    """

    name: str
    operands: tuple[str, ...]
    rule: Rule
    partials: tuple[str, ...] = ()
    reason: str = ""
    without: str = ""
    infix: str = ""
    numpy: tuple[str, ...] = ()
    math: tuple[str, ...] = ()
    cmath: tuple[str, ...] = ()
    scipy: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    linalg: tuple[str, ...] = ()
    builtin: tuple[str, ...] = ()
    lower: str = ""
    integers: str = ""
    on_complex: str = ""
    complex_partials: tuple[str, ...] = ()
    holomorphic: bool = True
    to_real: bool = False
    raises: Literal["", "domain", "range", "overflow", "pole"] = ""
    outside: str = ""
    options: tuple[tuple[str, object], ...] = ()
    optional: int = 0
    config: tuple[str, ...] = ()
    by_keyword: tuple[str, ...] = ()
    costly: bool = False
    with_base: bool = False
    nones: bool = False
    named: str = ""
    unnamed: tuple[tuple[str, object], ...] = ()
    example: str = ""

    @property
    def elementwise(self) -> bool:
        return self.rule != "structured"

    @property
    def spelled(self) -> str:
        """The row as messages speak of it."""
        for prefix, names in (("np", self.numpy), ("scipy.special", self.scipy), ("scipy.linalg", self.linalg)):
            if names:
                return f"{prefix}.{names[0]}"
        return self.name

    @property
    def cheap(self) -> bool:
        """Whether computing the operation again costs less than keeping its result."""
        return self.elementwise and not self.costly and not self.lower.startswith("@")


def elementwise(
    name: str, operands: str, *partials: str, rule: Rule = "floating", lower: str = "", example: str, **names: object
) -> Row:
    """A row of an operation applied to each element; names are given as in `Row`, as strings or tuples."""
    return Row(name, tuple(operands.split()), rule, partials, lower=lower, example=example, **_tuples(names))  # type: ignore[arg-type]


def structured(name: str, operands: str, *partials: str, example: str = "", **names: object) -> Row:
    """A row of an operation on whole arrays; its type rule, lowering and loops are found by its name."""
    return Row(name, tuple(operands.split()), "structured", partials, example=example, **_tuples(names))  # type: ignore[arg-type]


def for_complex(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows of operations that take complex numbers as they take real ones."""
    return tuple(replace(row, on_complex="parts") for row in rows)


def _tuples(names: dict[str, object]) -> dict[str, object]:
    listed = ("numpy", "math", "cmath", "scipy", "linalg", "complex_partials", "method", "builtin", "config",
              "by_keyword")
    return {k: (v,) if k in listed and isinstance(v, str) else v for k, v in names.items()}
