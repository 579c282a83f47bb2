"""What gradients, calls and compilations cost, beside other packages: `python -m benchmarks`, see README.md."""
