"""Addresses of special functions, as SciPy offers them to Cython code.

`scipy.special.cython_special` holds a capsule for every function, whose name is its C signature; functions for several
types have one for each, whose keys begin with `__pyx_fuse_`. The module is loaded when the first code that needs it is
linked.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from .fortran import pointer_of, signature_of

PREFIX = "scipy.special."
_SIGNATURE = re.compile(rb"double \((?:double, )+int __pyx_skip_dispatch\)")


def address(symbol: str) -> int | None:
    """The address of `scipy.special.i0e`, say, for doubles; None when SciPy has no such function."""
    name = symbol.removeprefix(PREFIX)
    for key in (name, f"__pyx_fuse_0{name}", f"__pyx_fuse_1{name}"):
        capsule = _capsules().get(key)
        if capsule is not None and _SIGNATURE.fullmatch(signature_of(capsule)):
            return pointer_of(capsule)
    return None


@cache
def _capsules() -> dict[str, Any]:
    try:
        module = importlib.import_module("scipy.special.cython_special")
    except ImportError:
        return {}
    return dict(getattr(module, "__pyx_capi__", {}))
