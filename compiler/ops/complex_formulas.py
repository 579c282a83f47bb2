"""Formulas of complex functions that take several lines: the lowerings that rows of `elementwise` name.

Inverse functions are those of Kahan, "Branch cuts for complex elementary functions" (1987): every square root is taken
where its cut is that of the function, and signs of zeros choose the side of a cut. Numbers too large to be squared have
the logarithm of their modulus.
"""

from __future__ import annotations

import numpy as np

_LARGE = "1e150"
_TWO_LN2 = "1.3862943611198906"
_QUARTER_TURN = "1.5707963267948966"
_BIG = f"(abs(real(x)) > {_LARGE}) | (abs(imag(x)) > {_LARGE})"
_LOG = f"(log(hypot(0.5 * real(x), 0.5 * imag(x))) + {_TWO_LN2})"

ARCSINH = f"""=
p = sqrt(join(1.0 + imag(x), -real(x)))
q = sqrt(join(1.0 - imag(x), real(x)))
small = join(arcsinh(real(p) * imag(q) - real(q) * imag(p)), arctan2(imag(x), real(p) * real(q) - imag(p) * imag(q)))
where({_BIG}, join(copysign({_LOG}, real(x)), arctan2(imag(x), abs(real(x)))), small)
"""
ARCSIN = """=
y = arcsinh(join(-imag(x), real(x)))
join(imag(y), -real(y))
"""
ARCCOS = f"""=
p = sqrt(join(1.0 - real(x), -imag(x)))
q = sqrt(join(1.0 + real(x), imag(x)))
small = join(2.0 * arctan2(real(p), real(q)), arcsinh(real(q) * imag(p) - imag(q) * real(p)))
where({_BIG}, join(arctan2(abs(imag(x)), real(x)), -copysign({_LOG}, imag(x))), small)
"""
ARCCOSH = f"""=
p = sqrt(join(real(x) - 1.0, imag(x)))
q = sqrt(join(real(x) + 1.0, imag(x)))
small = join(arcsinh(real(p) * real(q) + imag(p) * imag(q)), 2.0 * arctan2(imag(p), real(q)))
where({_BIG}, join({_LOG}, arctan2(imag(x), real(x))), small)
"""
# Of the half plane on the right; the function is odd.
ARCTANH = f"""=
a = abs(real(x))
b = copysign(1.0, real(x)) * imag(x)
h = hypot(0.5 * a, 0.5 * b)
far = join(where(isinf(h), 0.0, a / h / h * 0.25), copysign({_QUARTER_TURN}, b))
size = 0.25 * log1p(4.0 * a / ((1.0 - a) * (1.0 - a) + b * b))
beside = where((a == 1.0) & (abs(b) < 1e-150), -0.5 * log(0.5 * abs(b)), size)
near = join(beside, -0.5 * arctan2(-2.0 * b, (1.0 - a) * (1.0 + a) - b * b))
y = where((a > {_LARGE}) | (abs(b) > {_LARGE}), far, near)
join(copysign(real(y), real(x)), copysign(1.0, real(x)) * imag(y))
"""
ARCTAN = """=
y = arctanh(join(-imag(x), real(x)))
join(imag(y), -real(y))
"""
EXPM1 = """=
s = sin(0.5 * imag(x))
join(expm1(real(x)) * cos(imag(x)) - 2.0 * s * s, exp(real(x)) * sin(imag(x)))
"""
LOG1P = """=
near = 0.5 * log1p(real(x) * (2.0 + real(x)) + imag(x) * imag(x))
size = where((abs(real(x)) < 0.25) & (abs(imag(x)) < 0.25), near, log_of_modulus(1.0 + real(x), imag(x)))
join(size, arctan2(imag(x), 1.0 + real(x)))
"""
# Before version 2 of NumPy, the sign of the real part.
_IS_DIRECTION = bool(np.sign(2j) == 1j)
SIGN = "=where(x == 0.0, 0.0, join(real(x) / abs(x), imag(x) / abs(x)))" if _IS_DIRECTION else ""
SIGN_BACK = "where(x == 0.0, 0.0, (y_bar - y * real(conj(y) * y_bar)) / abs(x))"
