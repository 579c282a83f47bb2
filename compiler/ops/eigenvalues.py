"""Eigenvalues and eigenvectors of general matrices.

The vectors as columns, n rows, the eigenvalues, and a row of zeros are one complex array, as other factors are. In its
adjoint the last row tells whether values and vectors are both used, and equal values leave unknown what that means.
LAPACK gives a
vector the length 1 and makes its largest entry real; a derivative by the vectors goes through both (`freed`). Giles,
"Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008), section 3;
Boeddeker, Hanebrink, Drude, Heymann and Haeb-Umbach, "On the computation of complex-valued gradients with application
to statistically optimum beamforming" (2017), section 4.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

_DERIVATIVES_ONLY = "it appears only in derivatives"

_FACTORS = """
v = rows_of(y, 0, -2)
own = rows_of(y_bar, 0, -2)
g = matmul(mH(v), freed(v, own))
inner = divided_apart(row_of(y, -2), g, row_of(y_bar, -2), row_of(y_bar, -1))
matmul(inverse_or_nan(mH(v)), matmul(inner, mH(v)))
"""
_VALUES = """
v = rows_of(general_factors(a), 0, -2)
matmul(inverse_or_nan(mH(v)), column(y_bar) * mH(v))
"""

ROWS: tuple[Row, ...] = for_complex((
    structured("eig", "a", numpy="linalg.eig", named="EigResult"),
    structured("eigvals", "a", numpy="linalg.eigvals"),
    structured("scipy_eigvals", "a", linalg="eigvals",
               config=("b", "overwrite_a", "check_finite", "homogeneous_eigvals")),
    structured("general_factors", "a", _FACTORS, lower="=exp2(a)", holomorphic=False),
    structured("general_values", "a", _VALUES, lower="=floor(log2(a))", holomorphic=False),
    structured("complex_values_of", "t", "values_back(t, y_bar)", holomorphic=False),
    structured("vectors_of", "t", "vectors_back(t, y_bar)", holomorphic=False),
    structured("vectors_back", "t y_bar", reason=_DERIVATIVES_ONLY),
    structured("freed", "v v_bar", reason=_DERIVATIVES_ONLY),
    structured("divided_apart", "w g diagonal used", reason=_DERIVATIVES_ONLY),
))
