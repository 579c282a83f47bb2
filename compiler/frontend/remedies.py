"""What to write in place of a function that is not supported, where there is more to say than "write a loop"."""

from __future__ import annotations

from typing import Any

# Builtins that make what a display makes, and the finding that refuses the display.
CONSTRUCTS: dict[Any, str] = {set: "A007", frozenset: "A007", str: "A004"}

_TYPES = "write `isinstance(x, float)`, which is decided when the function is compiled"
_FOR_LOOPS = "it is for `for` loops: write the call behind `in`"
_PARTS = "make the result with `np.empty(n)` and store the parts into slices of it"
_OUTSIDE = "compute it outside and pass the result as an argument, if it need not be differentiated"
_SORTED = "start from `np.sort(x)`, or from the order `np.argsort(x)`"
_LOOP = "call the Python function for each element in a loop, which is compiled"
_ONCE = "write it where it is gone through: `for v in map(f, x)`, `list(map(f, x))`"
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
}
NUMPY: dict[str, str] = {
    "block": _PARTS,
    **dict.fromkeys(("eig", "eigvals", "tensorinv"), _OUTSIDE),
    **dict.fromkeys(("lexsort", "sort_complex", "union1d"), _SORTED),
    **dict.fromkeys(("vectorize", "frompyfunc", "apply_along_axis", "apply_over_axes", "fromiter"), _LOOP),
    "fromfunction": "write the formula over `np.indices(shape)`",
    **dict.fromkeys(("load", "loadtxt", "save", "savetxt", "genfromtxt", "fromfile"), _IO),
    "tensorsolve": "reshape `a` to a matrix and write `np.linalg.solve`",
    **dict.fromkeys(("hanning", "hamming", "blackman", "bartlett", "kaiser"), _OUTSIDE),
    **dict.fromkeys(("isin", "in1d"), "write `np.any(x[:, None] == values, axis=1)`"),
    **dict.fromkeys(("nanquantile", "nanpercentile"), "leave NaN out before: `np.quantile(x[~np.isnan(x)], q)`"),
    "piecewise": "write `np.select([...], [...])` or `np.where`, with both values computed",
    "polyfit": "write `np.linalg.lstsq(np.vander(x, n), y)[0]`",
    "ldexp": "write `x * 2.0 ** n`",
    "i0": "write `scipy.special.i0(x)`",
    "resize": "write `np.tile` and a slice",
    "trim_zeros": "slice by the positions `np.flatnonzero(x)`",
    "unravel_index": "write `divmod(k, n)`",
    "histogram2d": "count with `np.add.at(counts, (i, j), 1)`, with places from `np.digitize`",
    "putmask": "store by the condition: `x[mask] = value`",
    "place": "store by the condition: `x[mask] = values`",
    "cumulative_sum": "write `np.cumsum(x)`",
    "cumulative_prod": "write `np.cumprod(x)`",
}
SCIPY: dict[str, str] = {
    "lu": "`scipy.linalg.lu_factor` gives both triangles in one matrix, and the pivots",
    "lstsq": "write `np.linalg.lstsq`",
    **dict.fromkeys(("sqrtm", "logm", "funm"), "of a symmetric matrix write it by `w, v = np.linalg.eigh(a)`"),
    "cho_solve_banded": "write the band as a matrix and take `cho_solve`",
}


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
    if hasattr(target, "__wrapped__") or type(target).__name__ == "vectorize":
        return "it is wrapped by a decorator; call the Python function that is inside it"
    return _OUTSIDE if module in ("scipy", "jax", "torch", "pandas", "tensorflow", "sympy") else ""
