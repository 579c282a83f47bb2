"""From the intermediate representation to Python source, LLVM text and object code."""
