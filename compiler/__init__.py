"""Python text in; Python text, LLVM and object code out."""
