"""Intermediate representation at level LOOPS to LLVM's text."""

from .errors import ErrorSite
from .kernel import Kernel, emit_kernel

__all__ = ["ErrorSite", "Kernel", "emit_kernel"]
