"""Operations on each element: arithmetic, comparisons, and the functions of `math` and NumPy.

Formulas are chosen to survive extreme operands (1e200, 1e-200): quotients instead of products of reciprocals, scaled
radii, no differences of nearly equal numbers. See Higham, "Accuracy and Stability of Numerical Algorithms", ch. 1.
"""

from __future__ import annotations

from .row import Row, elementwise

_HALF_LN_PI = "1.1283791670955126"  # 2 / sqrt(pi)
_LN2 = "0.6931471805599453"
_LN10 = "2.302585092994046"
_DEGREE = "0.017453292519943295"

_PI = "3.141592653589793"
_TURN = f"({_PI} * x)"
# The derivative of `sinc` near zero: the series of `(cos(t) - sin(t) / t) / t`, with `z = t^2`.
_SLOPE = (
    f"-{_PI} * t * (0.3333333333333333 - z * (0.03333333333333333 - z * (0.0011904761904761906 "
    "- z * (2.2045855379188714e-05 - z * (2.505210838544172e-07 - z * (1.9270852604185937e-09 "
    "- z * 1.0706029224547743e-11))))))"
)

ARITHMETIC: tuple[Row, ...] = (
    elementwise("add", "a b", "1", "1", rule="arithmetic", infix="+", numpy="add", example="normal(2, 3), normal(3)"),
    elementwise("sub", "a b", "1", "-1", rule="arithmetic", infix="-", numpy="subtract",
                example="normal(2, 3), normal(3)"),
    elementwise("mul", "a b", "b", "a", rule="arithmetic", infix="*", numpy="multiply",
                example="normal(2, 3), normal(3)"),
    elementwise("div", "a b", "y_bar / b", "-(y_bar / b) * y", infix="/", numpy=("divide", "true_divide"),
                example="normal(2, 3), positive(3)"),
    elementwise("pow", "a b", "where(b == 0.0, 0.0, b * a ** (b - 1.0))",
                "where((a == 0.0) & (b >= 0.0), 0.0, y * log(a))", rule="arithmetic", infix="**",
                numpy=("power", "pow"), math="pow",
                raises="range", example="positive(2, 3), normal(3)"),
    elementwise("mod", "a b", "1", "-(a // b)", rule="arithmetic", infix="%", numpy=("mod", "remainder"), costly=True,
                example="normal(2, 3), positive(3)"),
    elementwise("floordiv", "a b", "0", "0", rule="arithmetic", infix="//", numpy="floor_divide", costly=True,
                example="normal(2, 3), positive(3)"),
    elementwise("fmod", "a b", "1", "-trunc(a / b)", rule="arithmetic", numpy="fmod", math="fmod", lower="@fmod",
                raises="domain", example="normal(2, 3), positive(3)",
                integers="where((a % b != 0) & ((a < 0) != (b < 0)), a % b - b, a % b)"),
    elementwise("neg", "x", "-1", rule="arithmetic", infix="-", numpy="negative", example="normal(2, 3)"),
    elementwise("pos", "x", "1", rule="arithmetic", infix="+", numpy="positive", lower="=x", example="normal(2, 3)"),
    elementwise("abs", "x", "sign(x)", rule="arithmetic", numpy=("abs", "absolute"), builtin="abs",
                lower="llvm.fabs", integers="where(x < 0, -x, x)", example="normal(2, 3)"),
    elementwise("fabs", "x", "sign(x)", numpy="fabs", math="fabs", lower="llvm.fabs", example="normal(2, 3)"),
    elementwise("sign", "x", "0", rule="arithmetic", numpy="sign", example="normal(2, 3)",
                lower="=where(x > 0, 1, where(x < 0, -1, where(x == 0, 0, x)))"),
    elementwise("square", "x", "2.0 * x", rule="arithmetic", numpy="square", lower="=x * x", example="normal(2, 3)"),
    elementwise("reciprocal", "x", "-(y_bar / x) * y", rule="arithmetic", numpy="reciprocal", lower="=1.0 / x",
                example="positive(2, 3)"),
    elementwise("maximum", "a b", "where(a > b, y_bar, where(a == b, 0.5 * y_bar, 0.0))",
                "where(b > a, y_bar, where(a == b, 0.5 * y_bar, 0.0))", rule="arithmetic",
                numpy="maximum", lower="=where((a > b) | (a != a), a, b)", example="normal(2, 3), normal(3)"),
    elementwise("minimum", "a b", "where(a < b, y_bar, where(a == b, 0.5 * y_bar, 0.0))",
                "where(b < a, y_bar, where(a == b, 0.5 * y_bar, 0.0))", rule="arithmetic",
                numpy="minimum", lower="=where((a < b) | (a != a), a, b)", example="normal(2, 3), normal(3)"),
    elementwise("clip", "x low high", "where((x >= low) & (x <= high), y_bar, 0.0)",
                "where(x < low, y_bar, 0.0)", "where(x > high, y_bar, 0.0)", rule="arithmetic", numpy="clip",
                method="clip", lower="=minimum(high, maximum(low, x))", example="normal(2, 3), -0.5, 0.5"),
)

FUNCTIONS: tuple[Row, ...] = (
    elementwise("sin", "x", "cos(x)", numpy="sin", math="sin", lower="@sin", raises="domain", example="normal(2, 3)"),
    elementwise("sinc", "x", f"where(abs(x) < 0.15, sinc_slope({_TURN}, square({_TURN})), (cos({_TURN}) - y) / x)",
                numpy="sinc", costly=True, lower=f"=where(x == 0.0, 1.0, sin({_TURN}) / {_TURN})",
                example="normal(2, 3)"),
    elementwise("sinc_slope", "t z", lower=f"={_SLOPE}", reason="it is a part of the derivative of `sinc`",
                example="unit(3), unit(3)"),
    elementwise("cos", "x", "-sin(x)", numpy="cos", math="cos", lower="@cos", raises="domain", example="normal(2, 3)"),
    elementwise("tan", "x", "1.0 + y * y", numpy="tan", math="tan", lower="@tan", raises="domain",
                example="normal(2, 3)"),
    elementwise("arcsin", "x", "1.0 / sqrt((1.0 - x) * (1.0 + x))", numpy=("arcsin", "asin"), math="asin",
                lower="@asin", raises="domain", example="unit(2, 3)"),
    elementwise("arccos", "x", "-1.0 / sqrt((1.0 - x) * (1.0 + x))", numpy=("arccos", "acos"), math="acos",
                lower="@acos", raises="domain", example="unit(2, 3)"),
    elementwise("arctan", "x", "1.0 / (1.0 + x * x)", numpy=("arctan", "atan"), math="atan", lower="@atan",
                example="normal(2, 3)"),
    elementwise("sinh", "x", "cosh(x)", numpy="sinh", math="sinh", lower="@sinh", raises="overflow",
                example="normal(2, 3)"),
    elementwise("cosh", "x", "sinh(x)", numpy="cosh", math="cosh", lower="@cosh", raises="overflow",
                example="normal(2, 3)"),
    elementwise("tanh", "x", "square(1.0 / cosh(x))", numpy="tanh", math="tanh", lower="@tanh",
                example="normal(2, 3)"),
    elementwise("arcsinh", "x", "1.0 / hypot(1.0, x)", numpy=("arcsinh", "asinh"), math="asinh", lower="@asinh",
                example="normal(2, 3)"),
    elementwise("arccosh", "x", "1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0))", numpy=("arccosh", "acosh"), math="acosh",
                lower="@acosh", raises="domain", example="above_one(2, 3)"),
    elementwise("arctanh", "x", "1.0 / ((1.0 - x) * (1.0 + x))", numpy=("arctanh", "atanh"), math="atanh",
                lower="@atanh", raises="domain", example="unit(2, 3)"),
    elementwise("exp", "x", "y", numpy="exp", math="exp", lower="@exp", raises="overflow", example="normal(2, 3)"),
    elementwise("exp2", "x", f"y * {_LN2}", numpy="exp2", math="exp2", scipy="exp2", lower="@exp2", raises="overflow",
                example="normal(2, 3)"),
    elementwise("expm1", "x", "exp(x)", numpy="expm1", math="expm1", scipy="expm1", lower="@expm1", raises="overflow",
                example="normal(2, 3)"),
    elementwise("log", "x", "y_bar / x", numpy="log", math="log", lower="@log", raises="domain", with_base=True,
                example="positive(2, 3)"),
    elementwise("log2", "x", f"y_bar / x / {_LN2}", numpy="log2", math="log2", lower="@log2", raises="domain",
                example="positive(2, 3)"),
    elementwise("log10", "x", f"y_bar / x / {_LN10}", numpy="log10", math="log10", lower="@log10", raises="domain",
                example="positive(2, 3)"),
    elementwise("log1p", "x", "y_bar / (1.0 + x)", numpy="log1p", math="log1p", scipy="log1p", lower="@log1p",
                raises="domain", example="positive(2, 3)"),
    elementwise("sqrt", "x", "0.5 / y", numpy="sqrt", math="sqrt", lower="llvm.sqrt", raises="domain",
                example="positive(2, 3)"),
    elementwise("cbrt", "x", "1.0 / (3.0 * y * y)", numpy="cbrt", math="cbrt", scipy="cbrt", lower="@cbrt",
                example="positive(2, 3)"),
    elementwise("hypot", "a b", "where(y == 0.0, 0.0, a / y)", "where(y == 0.0, 0.0, b / y)", numpy="hypot",
                math="hypot", lower="@hypot", example="normal(2, 3), normal(3)"),
    elementwise("arctan2", "a b", "where(hypot(a, b) == 0.0, 0.0, b / hypot(a, b) / hypot(a, b))",
                "where(hypot(a, b) == 0.0, 0.0, -(a / hypot(a, b) / hypot(a, b)))", numpy=("arctan2", "atan2"),
                math="atan2", lower="@atan2", example="normal(2, 3), normal(3)"),
    elementwise("logaddexp", "a b", "where(a == b, 0.5, 1.0 / (1.0 + exp(b - a)))",
                "where(a == b, 0.5, 1.0 / (1.0 + exp(a - b)))",
                costly=True, numpy="logaddexp", example="normal(2, 3), normal(3)",
                lower="=where(a == b, a + 0.6931471805599453, maximum(a, b) + log1p(exp(-abs(a - b))))"),
    elementwise("copysign", "a b", "copysign(1.0, a) * copysign(1.0, b)", "0", numpy="copysign", math="copysign",
                lower="llvm.copysign", example="normal(2, 3), normal(3)"),
    elementwise("heaviside", "x h", "0", "where(x == 0.0, y_bar, 0.0)", numpy="heaviside",
                lower="=where(x == 0.0, h, where(x > 0.0, 1.0, where(x < 0.0, 0.0, x)))",
                example="normal(2, 3), normal(3)"),
    elementwise("deg2rad", "x", _DEGREE, numpy=("deg2rad", "radians"), math="radians", lower=f"=x * {_DEGREE}",
                example="normal(2, 3)"),
    elementwise("rad2deg", "x", f"y_bar / {_DEGREE}", numpy=("rad2deg", "degrees"), math="degrees",
                lower="=x * 57.29577951308232", example="normal(2, 3)"),
    elementwise("floor", "x", "0", rule="arithmetic", numpy="floor", lower="llvm.floor", integers="x",
                example="normal(2, 3)"),
    elementwise("ceil", "x", "0", rule="arithmetic", numpy="ceil", lower="llvm.ceil", integers="x",
                example="normal(2, 3)"),
    elementwise("trunc", "x", "0", rule="arithmetic", numpy=("trunc", "fix"), lower="llvm.trunc", integers="x",
                example="normal(2, 3)"),
    elementwise("rint", "x", "0", numpy="rint", lower="llvm.roundeven", example="normal(2, 3)"),
    elementwise("gamma", "x", "y * digamma(x)", math="gamma", scipy="gamma", lower="@tgamma", raises="pole",
                example="positive(2, 3)"),
    elementwise("lgamma", "x", "digamma(x)", math="lgamma", scipy="gammaln", lower="@lgamma", raises="pole",
                example="positive(2, 3)"),
    elementwise("erf", "x", f"{_HALF_LN_PI} * exp(-(x * x))", math="erf", scipy="erf", lower="@erf",
                example="normal(2, 3)"),
    elementwise("erfc", "x", f"-{_HALF_LN_PI} * exp(-(x * x))", math="erfc", scipy="erfc", lower="@erfc",
                example="normal(2, 3)"),
)

LOGIC: tuple[Row, ...] = (
    elementwise("eq", "a b", rule="comparison", infix="==", numpy="equal", example="normal(3), normal(3)"),
    elementwise("ne", "a b", rule="comparison", infix="!=", numpy="not_equal", example="normal(3), normal(3)"),
    elementwise("lt", "a b", rule="comparison", infix="<", numpy="less", example="normal(3), normal(3)"),
    elementwise("le", "a b", rule="comparison", infix="<=", numpy="less_equal", example="normal(3), normal(3)"),
    elementwise("gt", "a b", rule="comparison", infix=">", numpy="greater", example="normal(3), normal(3)"),
    elementwise("ge", "a b", rule="comparison", infix=">=", numpy="greater_equal", example="normal(3), normal(3)"),
    elementwise("logical_and", "a b", rule="logical", numpy="logical_and", example="normal(3), normal(3)"),
    elementwise("logical_or", "a b", rule="logical", numpy="logical_or", example="normal(3), normal(3)"),
    elementwise("logical_not", "x", rule="logical", numpy="logical_not", example="normal(3)"),
    elementwise("bit_and", "a b", rule="bitwise", infix="&", numpy="bitwise_and", lower="=logical_and(a, b)",
                example="normal(3) > 0, normal(3) > 0"),
    elementwise("bit_or", "a b", rule="bitwise", infix="|", numpy="bitwise_or", lower="=logical_or(a, b)",
                example="normal(3) > 0, normal(3) > 0"),
    elementwise("invert", "x", rule="bitwise", infix="~", numpy=("invert", "bitwise_not"), lower="=logical_not(x)",
                example="normal(3) > 0"),
    elementwise("isnan", "x", rule="predicate", numpy="isnan", math="isnan", lower="=x != x", example="normal(3)"),
    elementwise("isfinite", "x", rule="predicate", numpy="isfinite", math="isfinite", lower="=x - x == 0",
                example="normal(3)"),
    elementwise("isinf", "x", rule="predicate", numpy="isinf", math="isinf",
                lower="=logical_and(x == x, logical_not(x - x == 0))", example="normal(3)"),
    elementwise("where", "c a b", "", "where(c, y_bar, 0.0)", "where(c, 0.0, y_bar)", rule="selection", numpy="where",
                example="normal(2, 3) > 0, normal(2, 3), normal(3)"),
)

PARTS: tuple[Row, ...] = (
    elementwise("power_of_all", "a b", lower="=where(b == 0.5, sqrt(a), a ** b)", example="positive(3), positive(3)",
                reason="it is how NumPy raises an array to one power, with its own answer for -0.0 and -inf"),
    elementwise("masked", "y_bar value", rule="arithmetic", lower="=where(y_bar == 0.0, 0.0, value)",
                reason="it appears only in derivatives: a contribution that counts only where the adjoint is not zero",
                example="normal(3), normal(3)"),
)

ROWS: tuple[Row, ...] = (*ARITHMETIC, *FUNCTIONS, *LOGIC, *PARTS)
