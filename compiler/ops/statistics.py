"""Statistics of arrays, put together by `infer` from reductions, orders and arithmetic."""

from __future__ import annotations

from .row import Row, structured

_MASKED = ("axis", "dtype", "", "keepdims")
_CHOSEN = ("axis", "", "keepdims")

SPREAD: tuple[Row, ...] = (
    structured("ptp", "x", numpy="ptp", config=_CHOSEN),
    structured("average", "a", numpy="average", config=("axis", "weights", "returned", "keepdims"),
               on_complex="parts"),
    structured("cov", "m", numpy="cov", config=("y", "rowvar", "bias", "ddof")),
    structured("corrcoef", "x", numpy="corrcoef", lower="=sqrt(x)", config=("y", "rowvar")),
)

ORDERED: tuple[Row, ...] = (
    structured("median", "a", numpy="median", config=("axis", "", "", "keepdims")),
    structured("quantile", "a q", numpy="quantile", config=("axis", "", "", "method", "keepdims"),
               lower="=rint(q)"),
    structured("percentile", "a q", numpy="percentile", config=("axis", "", "", "method", "keepdims"),
               lower="=rint(q)"),
    structured("nanmedian", "a", numpy="nanmedian", config=("axis", "", "", "keepdims")),
)

WITHOUT_NAN: tuple[Row, ...] = (
    structured("nansum", "x", numpy="nansum", config=_MASKED),
    structured("nanprod", "x", numpy="nanprod", config=_MASKED),
    structured("nanmean", "x", numpy="nanmean", config=_MASKED),
    structured("nanmax", "x", numpy="nanmax", config=_CHOSEN),
    structured("nanmin", "x", numpy="nanmin", config=_CHOSEN),
    structured("nanvar", "x", numpy="nanvar", config=("axis", "dtype", "", "ddof", "keepdims")),
    structured("nanstd", "x", numpy="nanstd", lower="=sqrt(x)",
               config=("axis", "dtype", "", "ddof", "keepdims")),
    structured("nanargmax", "x", numpy="nanargmax", config=_CHOSEN, by_keyword="keepdims"),
    structured("nanargmin", "x", numpy="nanargmin", config=_CHOSEN, by_keyword="keepdims"),
    structured("nancumsum", "x", numpy="nancumsum", config=("axis", "dtype")),
    structured("nancumprod", "x", numpy="nancumprod", config=("axis", "dtype")),
)

EXPONENTIAL: tuple[Row, ...] = (
    structured("logsumexp", "a", scipy="logsumexp", config=("axis", "b", "keepdims", "return_sign"),
               lower="=log(exp(a))"),
    structured("softmax", "x", scipy="softmax", config="axis", lower="=exp(x)"),
    structured("log_softmax", "x", scipy="log_softmax", config="axis", lower="=log(exp(x))"),
)

COUNTED: tuple[Row, ...] = (
    structured("bincount", "x", numpy="bincount", config=("weights", "minlength")),
    structured("digitize", "x bins", numpy="digitize", config="right"),
    structured("histogram", "a", numpy="histogram", config=("bins", "range", "density", "weights")),
    structured("histogram_bin_edges", "a", numpy="histogram_bin_edges", config=("bins", "range", "weights")),
    structured("unique", "ar", numpy="unique"),
)

ROWS: tuple[Row, ...] = (*SPREAD, *ORDERED, *WITHOUT_NAN, *EXPONENTIAL, *COUNTED)
