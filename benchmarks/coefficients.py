"""How the coefficients of the elementary functions were fitted: `python -m benchmarks.coefficients` prints them.

Chebyshev interpolation in exact arithmetic (mpmath, 300 bits; not a dependency of the project), then rounded to
doubles. What a kernel adds by itself, the leading terms and the reduction of the argument, is taken out beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def fits() -> dict[str, tuple[str, Callable[[Any], Any], Any, float, float, int]]:
    """Name: (what is fitted, the function, its limit at zero, interval, number of coefficients)."""
    import mpmath as mp

    mp.mp.prec = 300
    root, third = mp.sqrt, mp.mpf(1) / 3
    positive = mp.findroot(lambda x: mp.psi(0, x), 1.46)

    def gauss(t: Any) -> Any:
        x = 4 * (1 + t) / (1 - t) if t < 1 else mp.inf
        if x > 10**12:
            return 2 / root(mp.pi)
        return (1 + 2 * x) * (mp.exp(x * x) * mp.erfc(x) if x < 60 else _tail(mp, x))

    return {
        "EXP": ("(e^x - 1 - x) / x^2", lambda x: (mp.expm1(x) - x) / x**2, third * 3 / 2, -0.34658, 0.34658, 11),
        "SIN": ("(sin(r) / r - 1) / z, z = r^2", lambda z: (mp.sin(root(z)) / root(z) - 1) / z, -third / 2, 0, 0.617,
                6),
        "COS": ("(cos(r) - 1 + z/2) / z^2, z = r^2", lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2, third / 8, 0,
                0.617, 6),
        "LOG": ("(2 atanh(s) / s - 2) / z, z = s^2", lambda z: (2 * mp.atanh(root(z)) / root(z) - 2) / z, third * 2, 0,
                0.02944, 7),
        "LOG_REST": ("(2 atanh(s) / s - 2 - 2z/3) / z^2, z = s^2",
                     lambda z: (2 * mp.atanh(root(z)) / root(z) - 2 - z * 2 * third) / z**2, mp.mpf(2) / 5, 0, 0.02944,
                     8),
        "ATAN": ("(atan(q) / q - 1) / z, z = q^2", lambda z: (mp.atan(root(z)) / root(z) - 1) / z, -third, 0, 0.17158,
                 11),
        "ASIN": ("(asin(s) / s - 1) / z, z = s^2", lambda z: (mp.asin(root(z)) / root(z) - 1) / z, third / 2, 0, 0.25,
                 13),
        "CBRT": ("m^(-1/3)", lambda m: m ** (-third), None, 0.353, 2.83, 5),
        "ERF": ("erf(x) / x - 2 / sqrt(pi), over z = x^2", lambda z: (mp.erf(root(z)) / root(z) - 2 / root(mp.pi)) / z,
                -2 / root(mp.pi) / 3, 0, 1.0, 11),
        "DIGAMMA": ("digamma(root + t) / t", lambda t: mp.psi(0, positive + t) / t, mp.psi(1, positive), -0.55, 0.55,
                    23),
        "ERFCX": ("(1 + 2x) e^(x^2) erfc(x), t = (x - 4) / (x + 4)", gauss, None, -1.0, 1.0, 24),
    }


def _tail(mp: Any, x: Any) -> Any:
    """e^(x^2) erfc(x) for large x by its asymptotic series."""
    total, term = mp.mpf(0), mp.mpf(1)
    for k in range(60):
        total += term
        term *= -(2 * k + 1) / (2 * x * x)
    return total / (x * mp.sqrt(mp.pi))


def main() -> None:
    """Print the tables as Python, with the error of each fit."""
    import mpmath as mp

    for name, (what, function, limit, low, high, count) in fits().items():
        def fitted(t: Any, function: Callable[[Any], Any] = function, limit: Any = limit) -> Any:
            return limit if limit is not None and abs(t) < mp.mpf(10) ** -30 else function(t)

        coefficients, error = mp.chebyfit(fitted, [mp.mpf(low), mp.mpf(high)], count, error=True)
        print(f"# {what} on [{low}, {high}], error {mp.nstr(error, 2)}.")
        print(f"{name} = (")
        for c in reversed(coefficients):
            print(f"    {float(c)!r},")
        print(")\n")


if __name__ == "__main__":
    main()
