"""Factorisations of matrices, and what is made of them.

A factorisation with several results is one array: its factors stand one under the other, and `infer` takes them apart.
Between them there is one adjoint, so that a derivative sees all factors at once. With real matrices

- `symmetric_factors`: the eigenvectors as columns, n rows; the eigenvalues; a row that is zero,
- `singular_factors`: the left singular vectors, m rows; the right ones, n rows; the singular values; a row of zeros,
- `qr_factors`: the orthogonal factor, m rows; the triangular one,
- `lu_factors`: the triangles, m rows; the pivots.

Of complex matrices all of it is complex, and the formulas hold for both: `mH` is the transpose of a real matrix. But
vectors of a complex one may be multiplied by numbers of modulus 1. LAPACK chooses them so that one entry of each vector
is real (`turning`, `settled`), and diagonals of triangular factors; so there is a derivative of what depends on them.

The adjoint of the last row of zeros tells that the eigenvalues themselves have been used: see `divided` in
`passes/lowering/factors.py` for what is a derivative where some of them are equal.

Giles, "Collected matrix derivative results" (2008) for eigenvalues; Wan and Zhang, "Automatic differentiation for
complex valued SVD" (2019) and Townsend, "Differentiating the singular value decomposition" (2016); Walter and Lehmann,
"Algorithmic differentiation of linear algebra functions" (2010), extended to wide matrices by Roberts and Roberts
(2020), for QR; de Hoog, Anderssen and Lukas, "Differentiation of matrix functionals using triangular factorization"
(2011); Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
separate" (1973), for matrices of constant rank; Al-Mohy and Higham, "Computing the Fréchet derivative of the matrix
exponential" (2009).
"""

from __future__ import annotations

from .row import Row, for_complex, structured

_DERIVATIVES_ONLY = "it appears only in derivatives"

_SYMMETRIC = """
v = rows_of(y, 0, -2)
g = matmul(mT(v), rows_of(y_bar, 0, -2))
inner = divided(row_of(y, -2), g, row_of(y_bar, -2), row_of(y_bar, -1))
x = matmul(matmul(v, inner), mT(v))
{read}
"""
_HERMITIAN = """
v = rows_of(y, 0, -2)
v_bar = settled(v, rows_of(y_bar, 0, -2), turning(v, rows_of(y_bar, 0, -2)), {place})
inner = divided(real(row_of(y, -2)), matmul(mH(v), v_bar), real(row_of(y_bar, -2)), real(row_of(y_bar, -1)))
x = matmul(matmul(v, inner), mH(v))
{read}
"""
_LOWER_HALF, _UPPER_HALF = "lower_half(x)", "upper_half(x)"
_EIGENVALUES = """
v = rows_of(symmetric_factors(a), 0, -2)
lower_half(matmul(v * row(y_bar), mH(v)))
"""
_SINGULAR = """
m = rows(a)
{factors}{phases}
g = matmul(mH(u), u_bar)
h = matmul(mH(v), v_bar)
inner = divided(s, g + h, where(s == 0.0, 0.0, s_bar), used) + divided_sum(s, g - h)
e = where(taller(u), u_bar - matmul(u, g), 0.0)
f = where(taller(v), v_bar - matmul(v, h), 0.0)
left = matmul(u, inner) + where(e == 0.0, 0.0, e / row(s))
matmul(left, mH(v)) + matmul(u, mH(where(f == 0.0, 0.0, f / row(s))))
"""
_THIN = """
u = rows_of(y, 0, m)
v = rows_of(y, m, -2)
s = real(row_of(y, -2))
u_own = rows_of(y_bar, 0, m)
v_own = rows_of(y_bar, m, -2)
s_bar = real(row_of(y_bar, -2))
used = real(row_of(y_bar, -1))
"""
# The columns beyond the k-th span the complement of the others, and are as free to turn as it is.
_WHOLE = """
n = columns(a)
k = smaller(a)
u = columns_of(rows_of(y, 0, m), 0, k)
v = columns_of(rows_of(y, m, -2), 0, k)
s = first_of(real(row_of(y, -2)), k)
u_rest = matmul(columns_of(rows_of(y, 0, m), k, m), mH(columns_of(rows_of(y_bar, 0, m), k, m)))
v_rest = matmul(columns_of(rows_of(y, m, -2), k, n), mH(columns_of(rows_of(y_bar, m, -2), k, n)))
u_own = columns_of(rows_of(y_bar, 0, m), 0, k) - matmul(u_rest, u)
v_own = columns_of(rows_of(y_bar, m, -2), 0, k) - matmul(v_rest, v)
s_bar = first_of(real(row_of(y_bar, -2)), k)
used = first_of(real(row_of(y_bar, -1)), k)
"""
_AS_THEY_ARE = """
u_bar = u_own
v_bar = v_own
"""
# One entry of each pair of vectors is real: the first of the right one, or of the left one of a wide matrix.
_SETTLED = """
turn = turning_of_both(u, u_own, v, v_own)
wide = taller(mT(a))
u_bar = where(wide, settled(u, u_own, turn, 0), u_own)
v_bar = where(wide, v_own, settled(v, v_own, turn, 0))
"""
_SINGULAR_VALUES = """
t = singular_factors(a)
m = rows(a)
matmul(rows_of(t, 0, m) * row(where(y == 0.0, 0.0, y_bar)), mH(rows_of(t, m, -2)))
"""
_QR = """
m = rows(a)
k = smaller(a)
q = columns_of(rows_of(y, 0, m), 0, k)
u = columns_of(rows_of(rows_of(y, m), 0, k), 0, k)
r_bar = rows_of(rows_of(y_bar, m), 0, k)
q_own = columns_of(rows_of(y_bar, 0, m), 0, k){rest}
q_bar = q_own + matmul(columns_of(a, k, columns(a)), mH(columns_of(r_bar, k, columns(a))))
w = matmul(u, mH(columns_of(r_bar, 0, k))) - matmul(mH(q_bar), q)
x = q_bar + matmul(q, mirrored(w))
beside(mH(solve_lower_turned(mT(u), mH(x))), matmul(q, columns_of(r_bar, k, columns(a))))
"""
# The columns of a square orthogonal factor that are not needed span the complement of the others.
_COMPLEMENT = (" - matmul(columns_of(rows_of(y, 0, m), k, m), matmul(mH(columns_of(rows_of(y_bar, 0, m), k, m)), q))")
_LU = """
m = rows(a)
n = columns(a)
k = smaller(a)
f = rows_of(rows_of(y, 0, m), 0, k)
l = columns_of(f, 0, k)
bar = rows_of(y_bar, 0, m)
right = solve_unit_turned(l, columns_of(rows_of(bar, 0, k), k, n))
under = solve_lower_turned(mT(l), mT(columns_of(rows_of(bar, k, m), 0, k)))
low = tril(columns_of(rows_of(bar, 0, k), 0, k), -1) - tril(matmul(right, mT(columns_of(f, k, n))), -1)
high = triu(columns_of(rows_of(bar, 0, k), 0, k)) - triu(mT(matmul(under, rows_of(rows_of(y, 0, m), k, m))))
inner = tril(matmul(mT(tril(l, -1)), low) + low, -1) + triu(matmul(high, mT(triu(l))))
own = solve_lower_turned(mT(l), mT(solve_unit_turned(l, inner)))
unpermuted(mT(beside(mT(beside(mT(own), right)), under)), first_of(row_of(y, m), k))
"""
_PSEUDO_INVERSE = """
z = matmul(mH(y_bar), matmul(y, mH(y)))
w = matmul(matmul(mH(y), y), mH(y_bar))
z - matmul(a, matmul(y, z)) + w - matmul(matmul(w, y), a) - matmul(matmul(mH(y), y_bar), mH(y))
"""
_LEAST_SQUARES = """
p = pseudo_inverse(a, rcond)
z = matmul(mH(p), y_bar)
r = matmul(b - matmul(a, y), mH(matmul(p, z)))
r - matmul(z, mH(y)) + matmul(matmul(mH(p), y), mH(y_bar - matmul(p, matmul(a, y_bar))))
"""

FACTORS: tuple[Row, ...] = for_complex((
    structured("eigh", "a", numpy="linalg.eigh", config="UPLO", named="EighResult"),
    structured("eigvalsh", "a", numpy="linalg.eigvalsh", config="UPLO"),
    structured("svd", "a", numpy="linalg.svd", config=("full_matrices", "compute_uv", "hermitian"), named="SVDResult",
               unnamed=(("compute_uv", False),)),
    structured("svdvals", "a", numpy="linalg.svdvals"),
    structured("qr", "a", numpy="linalg.qr", config="mode", named="QRResult", unnamed=(("mode", "r"), ("mode", "raw"))),
    structured("symmetric_factors", "a", _SYMMETRIC.format(read=_LOWER_HALF), holomorphic=False,
               complex_partials=_HERMITIAN.format(place=0, read=_LOWER_HALF), example="definite(3)"),
    structured("symmetric_factors_upper", "a", _SYMMETRIC.format(read=_UPPER_HALF), holomorphic=False,
               complex_partials=_HERMITIAN.format(place=-1, read=_UPPER_HALF), example="definite(3)"),
    structured("symmetric_values", "a", _EIGENVALUES, holomorphic=False, example="definite(3)"),
    structured("singular_factors", "a", _SINGULAR.format(factors=_THIN, phases=_AS_THEY_ARE), holomorphic=False,
               complex_partials=_SINGULAR.format(factors=_THIN, phases=_SETTLED), example="normal(4, 3)"),
    structured("singular_factors_whole", "a", _SINGULAR.format(factors=_WHOLE, phases=_AS_THEY_ARE), holomorphic=False,
               complex_partials=_SINGULAR.format(factors=_WHOLE, phases=_SETTLED), example="normal(4, 3)"),
    structured("singular_values", "a", _SINGULAR_VALUES, holomorphic=False, example="normal(4, 3)"),
    structured("qr_factors", "a", _QR.format(rest=""), holomorphic=False, example="normal(4, 3)"),
    structured("qr_factors_whole", "a", _QR.format(rest=_COMPLEMENT), holomorphic=False, example="normal(4, 3)"),
    structured("lu_factors", "a", _LU, example="regular(3)"),
    structured("values_of", "t", "values_back(t, y_bar)", holomorphic=False),
    structured("values_back", "t y_bar", reason=_DERIVATIVES_ONLY),
    structured("tagged", "t", "tag_back(y_bar)", holomorphic=False),
    structured("tag_back", "y_bar", reason=_DERIVATIVES_ONLY),
    structured("divided", "w g diagonal used", reason=_DERIVATIVES_ONLY),
    structured("divided_sum", "w g", reason=_DERIVATIVES_ONLY),
    structured("beside", "a b", reason=_DERIVATIVES_ONLY),
    structured("triangle", "x", reason=_DERIVATIVES_ONLY),
    structured("turning", "v v_bar", reason=_DERIVATIVES_ONLY),
    structured("turning_of_both", "u u_bar v v_bar", reason=_DERIVATIVES_ONLY),
    structured("settled", "v v_bar turn place", reason=_DERIVATIVES_ONLY),
))

TRIANGLES: tuple[Row, ...] = for_complex((
    structured("solve_lower", "a b", "-tril(matmul(solve_lower_turned(a, y_bar), mT(y)))",
               "solve_lower_turned(a, y_bar)", example="regular(3), normal(3, 2)"),
    structured("solve_lower_turned", "a b", "-tril(matmul(y, mT(solve_lower(a, y_bar))))", "solve_lower(a, y_bar)",
               example="regular(3), normal(3, 2)"),
    structured("solve_unit", "a b", "-tril(matmul(solve_unit_turned(a, y_bar), mT(y)), -1)",
               "solve_unit_turned(a, y_bar)", example="regular(3), normal(3, 2)"),
    structured("solve_unit_turned", "a b", "-tril(matmul(y, mT(solve_unit(a, y_bar))), -1)", "solve_unit(a, y_bar)",
               example="regular(3), normal(3, 2)"),
    structured("permuted", "x pivots", "unpermuted(y_bar, pivots)", "0"),
    structured("unpermuted", "x pivots", "permuted(y_bar, pivots)", "0"),
))

MADE: tuple[Row, ...] = for_complex((
    structured("inverse_or_nan", "a", "-matmul(matmul(mT(y), y_bar), mT(y))", example="regular(3)"),
    structured("pinv", "a", numpy="linalg.pinv", config=("rcond", "hermitian", "rtol")),
    structured("pseudo_inverse", "a rcond", _PSEUDO_INVERSE, "0", holomorphic=False, example="normal(4, 3), 1e-15"),
    structured("lstsq", "a b", numpy="linalg.lstsq", config="rcond"),
    structured("least_squares", "a b rcond", _LEAST_SQUARES, "matmul(mH(pseudo_inverse(a, rcond)), y_bar)", "0",
               holomorphic=False, example="normal(4, 3), normal(4, 2), 1e-15"),
    structured("cond", "x", numpy="linalg.cond", config="p"),
    structured("matrix_rank", "a", numpy="linalg.matrix_rank", config=("tol", "hermitian", "rtol")),
    structured("matrix_power", "a", numpy="linalg.matrix_power", config="n"),
    structured("multi_dot", "arrays", numpy="linalg.multi_dot"),
))

EXPONENTIAL: tuple[Row, ...] = (
    structured("exponential", "a", "expm_adjoint(mT(a), y_bar)", lower="=ceil(log2(a))",
               example="normal(3, 3)"),
    structured("expm_adjoint", "a e", lower="=exp2(-a)", reason=_DERIVATIVES_ONLY),
)

ROWS: tuple[Row, ...] = (*FACTORS, *TRIANGLES, *MADE, *EXPONENTIAL)
