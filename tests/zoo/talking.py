# ruff: noqa: UP031, UP032
"""What is printed, and texts of what is known at run time only: the same text as CPython's, once, and in order."""

import numpy as np

from .program import Program


def numbers_of_all_kinds(x, n):
    print(x, n, n > 2, x > 0.0, x * 1e20, x / 3.0, -0.0 * x)
    print(1.5, 2, True, None, "text", 1e16, 1e-7, x - x)
    return x * n


def elements_and_whole_arrays(x):
    y = x * 2.0
    print(x, y[0], y[::-1], x > 0.5, y.reshape(2, 2), sep="\n")
    y[0] = 7.0
    print(y, x.shape, len(x), end="!\n")
    return np.sum(x * y)


def long_arrays(n, x):
    y = x * np.arange(float(n))
    print(y, np.outer(y[:60], y[:60]), np.zeros((0, 3)), np.zeros(0))
    return np.sum(y)


def formatted_fields(x, n):
    y = x * x
    print(f"{x:.3f}|{n:4d}|{y:>12.4e}|{n:05d}|{x!r}|{y!s}|{n:<6}|{x:+g}|{n:,}|{x:%}|{{}}|{n:b}")
    print(f"{x=} {y=:.2f} {x:{n + 9}.{n}f} {'text':>8}")
    return y


def formatted_by_methods(x, n):
    print("{} {:6.2f} {k!r:>12}".format(n, x, k=x), "{{}}".format())
    print("{1} {0} {1:.1f}".format(n, x), format(x, ".4f"), repr(x), str(n) + "/" + str(x * 2))
    return x * n


def formatted_by_percent(x, n):
    print("%d %5d|%-5d|%05d %i" % (n, n, n, n, x))
    print("%.3f %8.2e|%g|%+.1f|% .1f|%-9.2f|%09.3f" % (x, x, x, x, x, x, -x))
    print("%s|%r|%8s|%-8s|%%" % (x, x, n, "ab"), "%s" % x)
    return x * n


def containers_in_a_text(x, n):
    pair = (x, (n, "a"))
    print(pair, [x, n], (x,), (), [], {"a": x, 2: [n]}, {})
    print(f"{pair} {pair[1]!r}")
    return pair[0] * n


def complex_numbers(x):
    z = complex(x, 2.0) * 3.0
    w = x * np.array([1.0 + 2.0j, -1.0j])
    print(z, w, w[0], f"{z:.2f} {w[1]!r}")
    return abs(z)


def in_loops_and_branches(x):
    total = 0.0
    for i, v in enumerate(x):
        if v > 0.5:
            print("above", i, end=" ")
            continue
        total += v * v
        print(f"{i}: {total:.6f}")
    k = 0
    while total < 9.0:
        total = 2.0 * total + 1.0
        k += 1
        print("while", k, total)
    return total


def in_helpers_and_recursion(x, n):
    def inner(u, label):
        print(label, u)
        return u * x

    def down(u, k):
        print("down", k)
        if k == 0:
            return u
        r = u * down(u, k - 1)
        print("up", k, r)
        return r

    return inner(x, "first") + inner(x * x, "second") + down(x, n)


def states_between_stores(x):
    y = np.zeros(len(x))
    print(y)
    for i in range(len(x)):
        y[i] = x[i] * x[i]
        print(y, np.sum(y))
    z = y + x * y
    print(z)
    y[:] = 1.0
    print(y, z)
    return np.sum(z * y) + np.max(x)


def text_chosen_by_a_string(x, mode):
    print(mode, f"{mode!r:>8}", {"fast": x}[mode])
    return x * x


def text_chosen_by_a_test(x, n):
    print("large" if x > 2.0 else f"small: {x}", f"n is {'even' if n % 2 == 0 else 'odd'}", x if n > 3 else n)
    if x > 3.0:
        raise ValueError("positive" if n > 0 else f"negative {n}")
    return x * n


def none_on_some_path(x):
    best = None
    for v in x:
        print(best, end=" ")
        if v > 0.0 and (best is None or v > best):
            best = v
    print(f"best: {best}")
    if best is None:
        raise ValueError(f"nothing in {x}")
    return best * best


def progress_of_newton(x):
    u = x
    for k in range(4):
        step = (u * u - 2.0) / (2.0 * u)
        u = u - step
        message = f"step {k}: {u:.10f}"
        print(message, flush=True)
    return u


def printed_before_it_is_checked(x, n):
    print("checking", x, n)
    if n > 100:
        raise ValueError(f"no root in [{x}, {n}]")
    assert n < 50, "n = %d" % n
    return x * n


PROGRAMS = (
    Program(numbers_of_all_kinds, lambda rng: (1.25, 3), also=(lambda rng: (-7e-5, 2),)),
    Program(elements_and_whole_arrays, lambda rng: (rng.normal(size=4),)),
    Program(long_arrays, lambda rng: (1500, 0.1), wrt=(1,)),
    Program(formatted_fields, lambda rng: (3.14159, 4), also=(lambda rng: (-2.5e7, 12),)),
    Program(formatted_by_methods, lambda rng: (3.14159, 4)),
    Program(formatted_by_percent, lambda rng: (3.14159, 4), also=(lambda rng: (-2.71e-4, -7),)),
    Program(containers_in_a_text, lambda rng: (1.5, 2)),
    Program(complex_numbers, lambda rng: (1.5,)),
    Program(in_loops_and_branches, lambda rng: (np.array([0.1, 0.9, 0.3, 0.7, -0.4]),),
            also=(lambda rng: (np.full(0, 1.0),),)),
    Program(in_helpers_and_recursion, lambda rng: (1.1, 3)),
    Program(states_between_stores, lambda rng: (np.array([0.5, -1.5, 2.5]),)),
    Program(text_chosen_by_a_string, lambda rng: (1.5, "fast")),
    Program(text_chosen_by_a_test, lambda rng: (1.5, 3), also=(lambda rng: (2.5, 4), lambda rng: (3.5, 1))),
    Program(none_on_some_path, lambda rng: (np.array([-0.5, 0.25, 0.75]),), also=(lambda rng: (-np.ones(2),),)),
    Program(progress_of_newton, lambda rng: (1.5,)),
    Program(printed_before_it_is_checked, lambda rng: (1.5, 7)),
)
