"""Linear algebra: systems of equations, determinants, inverses and the Cholesky factor; of matrices and stacks of them.

Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008); for the
factorisation Murray, "Differentiation of the Cholesky decomposition" (2016). What LAPACK computes of each row is found
in `passes/lowering/linalg.py`; the words of the formulas in `passes/matrix_words.py`.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

_DERIVATIVES_ONLY = "it appears only in derivatives"

ROWS: tuple[Row, ...] = for_complex((
    structured("solve", "a b", numpy="linalg.solve"),
    structured("solve21", "a b", "-outer(solve21(transpose(a), y_bar), y)", "solve21(transpose(a), y_bar)",
               example="regular(3), normal(3)"),
    structured("solve22", "a b", "-matmul(solve22(mT(a), y_bar), mT(y))", "solve22(mT(a), y_bar)",
               example="regular(3), normal(3, 2)"),
    structured("inv", "a", "-matmul(matmul(mT(y), y_bar), mT(y))", numpy="linalg.inv", example="regular(3)"),
    structured("det", "a", "for_matrices(y_bar) * cofactors(a)", numpy="linalg.det", lower="=exp(a)",
               example="regular(3)"),
    structured("slogdet", "a", numpy="linalg.slogdet", named="SlogdetResult"),
    structured("slogdet_sign", "a", "0", complex_partials="for_matrices(imag(conj(y) * y_bar)) * 1j * mH(inv(a))",
               holomorphic=False),
    structured("slogdet_log", "a", "for_matrices(y_bar) * mT(inv(a))", lower="=log(abs(a))", example="regular(3)"),
    structured("cholesky", "a", "cholesky_adjoint(y, y_bar)", numpy="linalg.cholesky", config="upper",
               by_keyword="upper", holomorphic=False, example="definite(3)"),
    structured("cofactors", "a", reason=_DERIVATIVES_ONLY),
    structured("cholesky_adjoint", "y y_bar", reason=_DERIVATIVES_ONLY),
))
