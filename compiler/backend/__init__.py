"""Intermediate representation to Python source, and to LLVM."""
