"""Addresses of BLAS and LAPACK routines, as SciPy offers them to Cython code.

`scipy.linalg.cython_blas` and `cython_lapack` hold a capsule for every routine, whose name is its C signature. They
are loaded when the first code that needs one is linked, without the package around them, which takes half a second.
"""

from __future__ import annotations

import ctypes
import glob
import importlib
import importlib.machinery
import importlib.util
import os
import sys
from functools import cache
from typing import Any

PREFIX = "scipy.linalg."


def address(symbol: str) -> int | None:
    """The address of `scipy.linalg.cython_blas.dgemm`, say; None when there is none that takes 32-bit integers."""
    module, _, routine = symbol.rpartition(".")
    try:
        capsule = getattr(_module(module), "__pyx_capi__", {}).get(routine)
    except ImportError:
        return None
    if capsule is None:
        return None
    signature = signature_of(capsule)
    if b"int *" not in signature or b"int64" in signature or b"long" in signature:
        return None
    return pointer_of(capsule)


def signature_of(capsule: Any) -> bytes:
    """The C signature that a capsule of Cython's is named after."""
    return bytes(_name()(capsule))


def pointer_of(capsule: Any) -> int:
    """The address in a capsule of Cython's."""
    return int(_pointer()(capsule, _name()(capsule)))


@cache
def _module(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    import scipy

    folder = os.path.join(os.path.dirname(scipy.__file__), "linalg")
    stem = name.removeprefix(PREFIX)
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        for path in glob.glob(os.path.join(glob.escape(folder), f"{stem}{suffix}")):
            loader = importlib.machinery.ExtensionFileLoader(name, path)
            spec = importlib.util.spec_from_file_location(name, path, loader=loader)
            if spec is not None:
                module = importlib.util.module_from_spec(spec)
                loader.exec_module(module)
                return module
    return importlib.import_module(name)


@cache
def _name() -> Any:
    function = ctypes.pythonapi.PyCapsule_GetName
    function.restype, function.argtypes = ctypes.c_char_p, [ctypes.py_object]
    return function


@cache
def _pointer() -> Any:
    function = ctypes.pythonapi.PyCapsule_GetPointer
    function.restype, function.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return function
