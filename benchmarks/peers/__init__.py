"""The peers: optional packages, each absent with a reason where it is not installed."""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import Any


@cache
def package(name: str) -> Any:
    """An optional package, set to float64 and one thread; ImportError with what to install.

    One thread for everyone: the programs are sequential, and thread pools on a shared machine measure its neighbours.
    """
    if name == "jax":
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f'{name} is not installed (pip install -e ".[bench]")') from error
    if name == "jax":
        module.config.update("jax_enable_x64", True)
        module.config.update("jax_platforms", "cpu")
    if name == "torch":
        module.set_num_threads(1)
        module.set_default_dtype(module.float64)
    return module
