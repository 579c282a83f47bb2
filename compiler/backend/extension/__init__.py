"""An extension module of CPython, as LLVM text: `PyInit_`, the table of entry points, and what they share."""

from .module import Method, module_text, places_of

__all__ = ["Method", "module_text", "places_of"]
