"""An extension module of CPython, as LLVM text: `PyInit_`, the table of entry points, and what they share."""
