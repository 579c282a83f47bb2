"""Types: NumPy's rules, one module per family of operations."""
