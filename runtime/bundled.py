"""Addresses of BLAS routines in the library that NumPy's wheels bring along.

It is OpenBLAS with integers of 64 bits, under names such as `scipy_dgemm_64_`. Compiled code passes integers by the
address of 64 bits, so that it can call routines of either width; arrays of integers it cannot pass to both, and LAPACK
takes some, so only BLAS is offered here.
"""

from __future__ import annotations

import ctypes
import glob
import os
from functools import cache

import numpy as np

PREFIX = "scipy.linalg.cython_blas."

# Beside the package on Linux and Windows, in it on macOS.
_PLACES = (os.path.join("..", "numpy.libs", "*scipy_openblas64_*"), os.path.join(".dylibs", "*scipy_openblas64_*"))


def address(symbol: str) -> int | None:
    """The address of the routine that `scipy.linalg.cython_blas.dgemm` names, say; None when NumPy has none."""
    library = _library()
    if library is None or not symbol.startswith(PREFIX):
        return None
    try:
        routine = getattr(library, f"scipy_{symbol.removeprefix(PREFIX)}_64_")
    except AttributeError:
        return None
    return ctypes.cast(routine, ctypes.c_void_p).value


@cache
def _library() -> ctypes.CDLL | None:
    """The library, which NumPy has loaded already."""
    folder = os.path.dirname(np.__file__)
    for place in _PLACES:
        for file in sorted(glob.glob(os.path.join(glob.escape(folder), place))):
            try:
                return ctypes.CDLL(file)
            except OSError:
                continue
    return None
