"""What `scipy.linalg` has beyond NumPy, or under the same name with other arguments.

`infer` puts all of it together from the rows of `factors` and `linalg`. `overwrite_a` and the like only allow what need
not be done.
"""

from __future__ import annotations

from .row import Row, structured

_SOLVE = ("lower", "overwrite_a", "overwrite_b", "check_finite", "assume_a", "transposed")

ROWS: tuple[Row, ...] = (
    structured("scipy_solve", "a b", linalg="solve", config=_SOLVE),
    structured("solve_triangular", "a b", linalg="solve_triangular",
               config=("trans", "lower", "unit_diagonal", "overwrite_b", "check_finite")),
    structured("scipy_cholesky", "a", linalg="cholesky", config=("lower", "overwrite_a", "check_finite")),
    structured("cho_factor", "a", linalg="cho_factor", config=("lower", "overwrite_a", "check_finite")),
    structured("cho_solve", "factor b", linalg="cho_solve", config=("overwrite_b", "check_finite")),
    structured("lu_factor", "a", linalg="lu_factor", config=("overwrite_a", "check_finite")),
    structured("lu_solve", "factor b", linalg="lu_solve", config=("trans", "overwrite_b", "check_finite")),
    structured("expm", "a", linalg="expm"),
    structured("block_diag", "", linalg="block_diag", config="*arrays"),
    structured("toeplitz", "c", linalg="toeplitz", config="r"),
    structured("scipy_inv", "a", linalg="inv", config=("overwrite_a", "check_finite", "assume_a", "lower")),
    structured("scipy_det", "a", linalg="det", config=("overwrite_a", "check_finite")),
    structured("scipy_eigh", "a", linalg="eigh",
               config=("b", "lower", "eigvals_only", "overwrite_a", "overwrite_b", "type", "check_finite",
                       "subset_by_index", "subset_by_value", "driver")),
    structured("scipy_eigvalsh", "a", linalg="eigvalsh",
               config=("b", "lower", "overwrite_a", "overwrite_b", "type", "check_finite", "subset_by_index",
                       "subset_by_value", "driver")),
    structured("scipy_svd", "a", linalg="svd",
               config=("full_matrices", "compute_uv", "overwrite_a", "check_finite", "lapack_driver")),
    structured("scipy_svdvals", "a", linalg="svdvals", config=("overwrite_a", "check_finite")),
    structured("scipy_qr", "a", linalg="qr",
               config=("overwrite_a", "lwork", "mode", "pivoting", "check_finite")),
    structured("scipy_norm", "a", linalg="norm", config=("ord", "axis", "keepdims", "check_finite")),
    structured("scipy_pinv", "a", linalg="pinv", config=("atol", "rtol", "return_rank", "check_finite")),
)
