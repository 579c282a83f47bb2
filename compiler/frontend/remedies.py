"""What to write in place of a function that is not supported, where there is more to say than "write a loop"."""

from __future__ import annotations

import functools
from typing import Any

# Builtins that make what a display makes, and the finding that refuses the display.
CONSTRUCTS: dict[Any, str] = {frozenset: "A007", str: "A004"}

_TYPES = "write `isinstance(x, float)`, which is decided when the function is compiled"
_FOR_LOOPS = "it is for `for` loops: write the call behind `in`"
_OUTSIDE = "compute it outside and pass the result as an argument, if it need not be differentiated"
_SORTED = "start from `np.sort(x)`, or from the order `np.argsort(x)`"
_LOOP = "call the Python function for each element in a loop, which is compiled"
_ONCE = "write it where it is gone through: `for v in map(f, x)`, `list(map(f, x))`"
_MEMO = "keep a dict of what has been computed: `if n in known: return known[n]`"
_IO = "compiled code does no input or output: read before the call, write after it"

BUILTINS: dict[Any, str] = {
    range: "`range` is for `for` loops; `np.arange(n)` makes an array",
    enumerate: _FOR_LOOPS,
    zip: _FOR_LOOPS,
    reversed: _FOR_LOOPS,
    type: _TYPES,
    map: _ONCE,
    filter: _ONCE,
    open: _IO,
    input: _IO,
    functools.lru_cache: _MEMO,
    functools.cache: _MEMO,
}
NUMPY: dict[str, str] = {
    **dict.fromkeys(("eig", "eigvals", "tensorinv"), _OUTSIDE),
    **dict.fromkeys(("sort_complex",), _SORTED),
    **dict.fromkeys(("frompyfunc", "apply_over_axes", "fromiter"), _LOOP),
    **dict.fromkeys(("load", "loadtxt", "save", "savetxt", "genfromtxt", "fromfile"), _IO),
    "tensorsolve": "reshape `a` to a matrix and write `np.linalg.solve`",
    "kaiser": _OUTSIDE,
    "roots": "write the factors out, or find the roots outside and refine them by Newton's method",
    "asanyarray": "write `np.asarray(x)`",
    "ascontiguousarray": "write `np.copy(x)`",
    "row_stack": "write `np.vstack`",
    "histogramdd": "write `np.histogram2d`, or `np.add.at` with places from `np.digitize`",
    "as_strided": "write `np.lib.stride_tricks.sliding_window_view`, or index with an array of places",
    "i0": "write `scipy.special.i0(x)`",
}
SCIPY: dict[str, str] = {
    "lu": "`scipy.linalg.lu_factor` gives both triangles in one matrix, and the pivots",
    "lstsq": "write `np.linalg.lstsq`",
    **dict.fromkeys(("sqrtm", "logm", "funm"), "of a symmetric matrix write it by `w, v = np.linalg.eigh(a)`"),
    "cho_solve_banded": "write the band as a matrix and take `cho_solve`",
}


_SOLVERS = "call it from outside with the compiled function and its gradient, or write the iteration as a loop"
MODULES: tuple[tuple[str, str], ...] = (
    ("scipy.stats", "write the density as a formula, or with one of the supported distributions, such as `norm`"),
    ("scipy.optimize", _SOLVERS),
    ("scipy.integrate", "write the steps as a loop; of samples take `np.trapezoid` or `scipy.integrate.simpson`"),
    ("scipy.interpolate", "of straight lines write `np.interp`; else compute the coefficients outside and pass them"),
    ("scipy.ndimage", "write the stencil with slices, or `np.convolve` for each row"),
    ("scipy.signal", "write the filter as a loop, or with `np.convolve` or `scipy.signal.lfilter`"),
)


def remedy(target: Any, spelled: str) -> str:
    """A hint for a call that is refused, or nothing. `spelled` is how the user writes the callee."""
    try:
        known = BUILTINS.get(target, "")
    except TypeError:  # the callee cannot be hashed
        known = ""
    if known:
        return known
    module = (getattr(target, "__module__", "") or "").split(".")[0]
    if module == "numpy" or spelled.split(".")[0] in ("np", "numpy"):
        return NUMPY.get(spelled.rpartition(".")[2], "")
    if (getattr(target, "__module__", "") or "").startswith("scipy.linalg") and target.__name__ in SCIPY:
        return SCIPY[target.__name__]
    if (hasattr(target, "__wrapped__") and module != "scipy") or type(target).__name__ == "vectorize":
        return "it is wrapped by a decorator; call the Python function that is inside it"
    home = getattr(target, "__module__", None) or type(target).__module__
    for start, hint in MODULES:
        if home.startswith(start):
            return hint
    return _OUTSIDE if module in ("scipy", "jax", "torch", "pandas", "tensorflow", "sympy") else ""
