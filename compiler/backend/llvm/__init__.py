"""Intermediate representation at level LOOPS to LLVM's text.

Read `kernel.py` first (the order of a function on one screen), then `frame.py` (how variables become registers), and
`memory.py` and `polling.py` (what is found out before any text is written).
"""

from .errors import ErrorSite
from .frame import InternalError
from .kernel import Kernel, emit_kernel

__all__ = ["ErrorSite", "InternalError", "Kernel", "emit_kernel"]
