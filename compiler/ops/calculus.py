"""Differences, integrals, convolutions and polynomials over sampled values.

A full convolution and a product with a sliding window are each other's derivatives; everything else is put together by
`infer` from slices and arithmetic.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

SAMPLED: tuple[Row, ...] = for_complex((
    structured("convolve_full", "a b", "slide(y_bar, b)", "slide(y_bar, a)", example="normal(5), normal(3)"),
    structured("slide", "a b", "convolve_full(y_bar, b)", "slide(a, y_bar)", example="normal(5), normal(3)"),
    structured("convolve", "a v", numpy="convolve", config="mode"),
    structured("correlate", "a v", numpy="correlate", config="mode"),
    structured("trapezoid", "y", numpy=("trapezoid", "trapz"), config=("x", "dx", "axis")),
    structured("ediff1d", "ary", numpy="ediff1d"),
))

REAL: tuple[Row, ...] = (
    structured("gradient", "f", numpy="gradient", config=("*varargs", "axis", "edge_order")),
    structured("logspace", "start stop", numpy="logspace", config=("num", "endpoint", "base")),
    structured("geomspace", "start stop", numpy="geomspace", config=("num", "endpoint")),
    structured("unwrap", "p", numpy="unwrap", config=("discont", "axis"), by_keyword="axis"),
)

ROWS: tuple[Row, ...] = (*SAMPLED, *REAL)
