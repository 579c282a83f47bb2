"""Operations along axes of arrays: reductions, running sums and products, and sums of products by subscripts.

What users call is a row without formula: `infer` puts it together from other rows, or chooses a row that ends in
`_along`, with the attributes `axes` and `keepdims`. In its formula `y` and `y_bar` have the reduced axes with extent 1,
so that they broadcast against `x`; and operations of the formula that end in `_along` run along the same axes.
"""

from __future__ import annotations

from .row import Row, structured

_INDEX = "it is the place of an entry, not a number that changes with the entries"
_DERIVATIVE = "it appears only in derivatives"
_TIES = "where(x == y, y_bar / count_nonzero_along(x == y), 0.0)"

_SPREAD = ("axis", "dtype", "out", "ddof", "keepdims", "where")

ALONG: tuple[Row, ...] = (
    structured("sum_along", "x", "y_bar", example="normal(2, 3)", on_complex="parts"),
    structured("prod_along", "x", "prod_of_others_along(x)", example="normal(2, 3)", on_complex="parts"),
    structured("prod_of_others_along", "x", reason="it appears only in the derivative of `prod`",
               on_complex="parts"),
    structured("max_along", "x", _TIES, example="normal(2, 3)"),
    structured("min_along", "x", _TIES, example="normal(2, 3)"),
    structured("norm_along", "x", "where(y == 0.0, 0.0, x / y)", example="normal(2, 3)", on_complex="parts"),
    structured("count_nonzero_along", "x", "0", on_complex="parts"),
    structured("all_along", "x", "0", on_complex="parts"),
    structured("any_along", "x", "0", on_complex="parts"),
)

PLACES: tuple[Row, ...] = (
    structured("argmax", "x", "0", method="argmax", numpy="argmax", config=("axis", "", "keepdims"),
               by_keyword="keepdims", example="normal(2, 3) > 0"),
    structured("argmin", "x", "0", method="argmin", numpy="argmin", config=("axis", "", "keepdims"),
               by_keyword="keepdims", example="normal(2, 3) > 0"),
)

RUNNING: tuple[Row, ...] = (
    structured("cumsum", "x", "cumsum_back_along(y_bar)", method="cumsum", numpy="cumsum", config=("axis", "dtype"),
               example="normal(2, 3)", on_complex="parts"),
    structured("cumprod", "x", "cumprod_back_along(x, y_bar)", method="cumprod", numpy="cumprod",
               config=("axis", "dtype"), example="normal(2, 3)", on_complex="parts"),
    structured("cumsum_back_along", "x", reason="it appears only in the derivative of `cumsum`", on_complex="parts"),
    structured("cumprod_back_along", "x y_bar", reason="it appears only in the derivative of `cumprod`",
               on_complex="parts"),
    structured("diff", "x", numpy="diff", config=("n", "axis"), on_complex="parts"),
)

SPREADS: tuple[Row, ...] = (
    structured("var", "x", method="var", numpy="var", config=_SPREAD, by_keyword="where", on_complex="parts"),
    structured("std", "x", method="std", numpy="std", lower="=sqrt(x)", config=_SPREAD,
               by_keyword="where", on_complex="parts"),
)

CONTRACTIONS: tuple[Row, ...] = (
    structured("einsum", "", numpy="einsum", config=("subscripts", "*arrays", "optimize"),
               by_keyword="optimize", on_complex="parts"),
    structured("tensordot", "a b", numpy="tensordot", config="axes", on_complex="parts"),
    structured("trace", "x", method="trace", numpy="trace", config=("offset", "axis1", "axis2"), on_complex="parts"),
    structured("contract", "", on_complex="parts"),
)

ROWS: tuple[Row, ...] = (*ALONG, *PLACES, *RUNNING, *SPREADS, *CONTRACTIONS)
