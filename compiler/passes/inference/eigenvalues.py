"""Type rules of eigenvalues of general matrices.

NumPy gives those of a real matrix as real numbers if all of them are, and as complex ones otherwise, which is known
only when the program runs. Here they are complex. A program in which that could be seen is refused (`only_parts`): it
has to take the modulus or a part of them, the same numbers either way, or to make the matrix complex first. What SciPy
gives is always complex.
"""

from __future__ import annotations

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Atom, Function, Stmt, Var
from ...ir.traversal import reads, walk, written
from ...ir.types import Array, Kind, is_complex
from ...ops.typing import complex_of
from ..effects import VIEWS
from ..rename import slots_of
from .compose import Composer, array_type
from .inferrer import Rules
from .linalg import matrices, refuse_ranks
from .precision import in_double
from .scipy_linalg import one_matrix, only_by_default
from .shaping import rule

# Of a number whose imaginary part is zero these give what they give of the real number.
ALIKE = ("abs", "real", "imag", "dim", "size")
PASSED_ON = ("copy", "astype", "cast", "load", "sum", "mean", "neg", "conj", "sum_along", "complex_values_of",
             "vectors_of")


def _square(c: Composer) -> tuple[Var, Kind, int]:
    a, kind, rank = matrices(c, c.operands[0])
    rows, columns = c.dims(a)[-2:]
    c.fail_if(c.differ(rows, columns), "LinAlgError", "Last 2 dimensions of the array must be square")
    finite = c.made("all", c.made("isfinite", a, via="numpy"), via="numpy")
    c.fail_if(c.made("logical_not", finite, via="python"), "LinAlgError", "Array must not contain infs or NaNs")
    return a, complex_of(kind), rank


def _eig(c: Composer) -> None:
    a, kind, rank = _square(c)
    attrs = {} if is_complex(a.type) else {"uncertain": c.spelled}
    t = c.exactly("general_factors", (a,), Array(kind, rank), **attrs)
    values = c.exactly("complex_values_of", (t,), Array(kind, rank - 1))
    c.inf.env[c.target.name] = (values, c.exactly("vectors_of", (t,), Array(kind, rank)))


def _eigvals(c: Composer) -> None:
    a, kind, _ = _square(c)
    attrs = {} if is_complex(a.type) else {"uncertain": c.spelled}
    c.give(c.exactly("general_values", (a,), Array(kind, array_type(a).rank - 1), **attrs))


def only_parts(function: Function, findings: Findings) -> None:
    """Report T043 where it could be seen whether the eigenvalues of a real matrix are real numbers or complex ones."""
    made = [s for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.value, Apply)
            and s.value.attr("uncertain")]
    for s in made:
        names = {s.target.name}
        slots = slots_of(function.body)
        while True:
            reading = [t for t in walk(function.body) if any(_named(a, names) for a in reads(t))]
            more = {v.name for t in reading if _passes_on(t) and (v := written(t)) is not None} - names
            if not more:
                break
            names |= more
        if any(not _alike(t) and not _passes_on(t) for t in reading) or names & {*slots}:
            assert isinstance(s.value, Apply)
            findings.add("T043", s.span, what=s.value.attr("uncertain"), reason="whether NumPy gives real or complex "
                         "numbers depends on the matrix, and this program could tell", hint="take `abs(w)`, `w.real` "
                         "or `w.imag` of the result, or make the matrix complex: `a.astype(complex)`")


def _named(a: Atom, names: set[str]) -> bool:
    return isinstance(a, Var) and a.name in names


def _alike(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in (*ALIKE, "part")


def _passes_on(s: Stmt) -> bool:
    if not isinstance(s, Assign):
        return False
    return isinstance(s.value, Var) or (isinstance(s.value, Apply) and s.value.op in (*PASSED_ON, *VIEWS)
                                        and s.value.op != "part")


def _scipy_eigvals(c: Composer) -> None:
    only_by_default(c, b=None, homogeneous_eigvals=False)
    a, kind = one_matrix(c, c.operands[0])
    if array_type(a).rank != 2:
        raise refuse_ranks(c, a)
    c.fail_if(c.differ(*c.dims(a)), "ValueError", "expected square matrix")
    c.give(c.exactly("general_values", (a,), Array(complex_of(kind), 1)))


RULES: Rules = {
    "eig": rule(in_double(_eig)),
    "eigvals": rule(in_double(_eigvals)),
    "scipy_eigvals": rule(_scipy_eigvals),
}
