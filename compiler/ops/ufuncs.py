"""More of NumPy's functions of each element: those that are seldom used, or put together by `infer`."""

from __future__ import annotations

from .row import Row, elementwise, structured

_LN2 = "0.6931471805599453"
SMOOTH: tuple[Row, ...] = (
    elementwise("logaddexp2", "a b", "where(a == b, 0.5, 1.0 / (1.0 + exp2(b - a)))",
                "where(a == b, 0.5, 1.0 / (1.0 + exp2(a - b)))", costly=True, numpy="logaddexp2",
                example="normal(2, 3), normal(3)",
                lower=f"=where(a == b, a + 1.0, maximum(a, b) + log1p(exp2(-abs(a - b))) / {_LN2})"),
)

CHOICES: tuple[Row, ...] = (
    elementwise("fmax", "a b", "where((a > b) | (b != b), y_bar, where(a == b, 0.5 * y_bar, 0.0))",
                "where((b > a) | ((a != a) & (b == b)), y_bar, where(a == b, 0.5 * y_bar, 0.0))", rule="arithmetic",
                numpy="fmax", lower="=where((a >= b) | (b != b), a, b)", example="normal(2, 3), normal(3)"),
    elementwise("fmin", "a b", "where((a < b) | (b != b), y_bar, where(a == b, 0.5 * y_bar, 0.0))",
                "where((b < a) | ((a != a) & (b == b)), y_bar, where(a == b, 0.5 * y_bar, 0.0))", rule="arithmetic",
                numpy="fmin", lower="=where((a <= b) | (b != b), a, b)", example="normal(2, 3), normal(3)"),
)

STEPS: tuple[Row, ...] = (
    elementwise("nextafter", "a b", numpy="nextafter", math="nextafter", lower="@nextafter",
                reason="it goes from one representable number to the next", example="normal(2, 3), normal(3)"),
    elementwise("signbit", "x", rule="predicate", numpy="signbit", example="normal(3)"),
    elementwise("isposinf", "x", rule="predicate", numpy="isposinf", lower="=isinf(x) & (x > 0.0)",
                example="normal(3)"),
    elementwise("isneginf", "x", rule="predicate", numpy="isneginf", lower="=isinf(x) & (x < 0.0)",
                example="normal(3)"),
    elementwise("logical_xor", "a b", rule="logical", numpy="logical_xor", lower="=a != b",
                example="normal(3), normal(3)"),
)

PARTS: tuple[Row, ...] = (
    elementwise("held", "x", "0", rule="arithmetic", lower="=x", example="normal(3)"),  # what cancels in a derivative
)

COMPOSED: tuple[Row, ...] = (
    structured("ufunc", ""),
    structured("float_power", "a b", numpy="float_power"),
    structured("divmod", "a b", numpy="divmod", builtin="divmod"),
    structured("modf", "x", numpy="modf", math="modf"),
    structured("nan_to_num", "x", numpy="nan_to_num", config=("copy", "nan", "posinf", "neginf")),
    structured("isclose", "a b", numpy="isclose", config=("rtol", "atol", "equal_nan")),
    structured("allclose", "a b", numpy="allclose", config=("rtol", "atol", "equal_nan")),
    structured("array_equal", "a b", numpy="array_equal", config="equal_nan"),
    structured("round_to", "x", numpy=("round", "around"), method="round", lower="=rint(x)",
               config="decimals"),
)

ROWS: tuple[Row, ...] = (*SMOOTH, *CHOICES, *STEPS, *PARTS, *COMPOSED)
