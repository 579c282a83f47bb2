"""Discrete Fourier transforms.

`infer` puts what users call together from two rows without factors, whose matrices are symmetric: the adjoint of one is
the other, the transform with conjugated roots. `compiler/library/fourier.py` computes them.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

_ONE = ("n", "axis", "norm")
_SEVERAL = ("s", "axes", "norm")

ROWS: tuple[Row, ...] = for_complex((
    structured("dft_along", "x", "idft_along(y_bar)", example="normal(2, 3)"),
    structured("idft_along", "x", "dft_along(y_bar)", example="normal(2, 3)"),
    structured("library", "", reason="it is how compiled code calls what the library has written in Python"),
    structured("fft", "a", numpy="fft.fft", config=_ONE),
    structured("ifft", "a", numpy="fft.ifft", config=_ONE),
    structured("rfft", "a", numpy="fft.rfft", config=_ONE),
    structured("irfft", "a", numpy="fft.irfft", config=_ONE),
    structured("fft2", "a", numpy="fft.fft2", config=_SEVERAL),
    structured("ifft2", "a", numpy="fft.ifft2", config=_SEVERAL),
    structured("fftn", "a", numpy="fft.fftn", config=_SEVERAL),
    structured("ifftn", "a", numpy="fft.ifftn", config=_SEVERAL),
))
