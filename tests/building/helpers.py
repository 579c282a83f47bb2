"""What the functions of `everything` call."""

from __future__ import annotations

import math


def damped(x):
    return math.exp(-x) if x > 0.0 else 1.0 / x
