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
_IO = "compiled code does no input or output: read before the call, write after it"

BUILTINS: dict[Any, str] = {
    range: "`range` is for `for` loops; `np.arange(n)` makes an array",
    enumerate: _FOR_LOOPS,
    zip: _FOR_LOOPS,
    reversed: _FOR_LOOPS,
    sorted: "for an array write `np.sort(x)`",
    type: _TYPES,
    map: _LOOP,
    filter: _LOOP,
    open: _IO,
    input: _IO,
    round: "use NumPy's rounding, which gives whole numbers",
    divmod: "write `a // b` and `a % b`",
}
NUMPY: dict[str, str] = {
    **dict.fromkeys(("dstack", "append", "insert", "block", "pad"), _PARTS),
    **dict.fromkeys(("eig", "eigvals", "tensorinv"), _OUTSIDE),
    **dict.fromkeys(("partition", "argpartition", "lexsort", "median", "quantile", "percentile", "unique"), _SORTED),
    **dict.fromkeys(("vectorize", "frompyfunc", "apply_along_axis", "piecewise", "fromiter"), _LOOP),
    **dict.fromkeys(("load", "loadtxt", "save", "savetxt", "genfromtxt", "fromfile"), _IO),
    "tensorsolve": "reshape `a` to a matrix and write `np.linalg.solve`",
    "polyval": "write Horner's rule as a loop: `y = y * x + c[i]`",
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
    if hasattr(target, "__wrapped__") or type(target).__name__ == "vectorize":
        return "it is wrapped by a decorator; call the Python function that is inside it"
    return _OUTSIDE if module in ("scipy", "jax", "torch", "pandas", "tensorflow", "sympy") else ""
