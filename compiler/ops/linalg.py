"""Linear algebra: systems of equations, determinants and factorisations of one matrix.

Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008); for the
factorisation Murray, "Differentiation of the Cholesky decomposition" (2016). What LAPACK computes of each row is found
in `passes/lowering/linalg.py`.
"""

from __future__ import annotations

from .row import Row, structured

_DERIVATIVES_ONLY = "it appears only in derivatives"

ROWS: tuple[Row, ...] = (
    structured("solve", "a b", numpy="linalg.solve"),
    structured("solve21", "a b", "-outer(solve21(transpose(a), y_bar), y)", "solve21(transpose(a), y_bar)",
               example="regular(3), normal(3)"),
    structured("solve22", "a b", "-dot22(solve22(transpose(a), y_bar), transpose(y))", "solve22(transpose(a), y_bar)",
               example="regular(3), normal(3, 2)"),
    structured("inv", "a", "-dot22(dot22(transpose(y), y_bar), transpose(y))", numpy="linalg.inv",
               example="regular(3)"),
    structured("det", "a", "cofactors(a)", numpy="linalg.det", lower="=exp(a)", example="regular(3)"),
    structured("slogdet", "a", numpy="linalg.slogdet"),
    structured("slogdet_sign", "a", "0"),
    structured("slogdet_log", "a", "transpose(inv(a))", lower="=log(abs(a))", example="regular(3)"),
    structured("cholesky", "a", "cholesky_adjoint(y, y_bar)", numpy="linalg.cholesky", example="definite(3)"),
    structured("cofactors", "a", reason=_DERIVATIVES_ONLY),
    structured("cholesky_adjoint", "y y_bar", reason=_DERIVATIVES_ONLY),
)
