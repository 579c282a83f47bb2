"""What gradients, calls and compilations cost, beside other packages: `python -m benchmarks`, see README.md."""

import os

for _library in ("OPENBLAS", "OMP", "MKL"):  # before NumPy is imported: one thread for everyone, see `peers`
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
