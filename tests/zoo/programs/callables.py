"""Functions as values: in tuples and tables, partial, with starred arguments, and with variables of their own."""

import functools

import numpy as np

from ..program import Program


def rebound_closure_variable(x):
    total = 0.0

    def add(v):
        nonlocal total
        total += v
        return total

    y = total + add(x) * total + add(x * x)
    return y + total


def closure_that_counts(x):
    n = 0

    def step(u):
        nonlocal n
        n += 1
        return u * n

    s = x
    while s < 20.0:
        s = step(s) + step(x)
    return s * n


def functions_in_a_loop_over_a_new_list(x, n):
    """What the functions are is asked in a loop over a list that holds what they change."""
    for _ in range(n):
        items = [x for _ in (0.5, 1.5)]
        for item in items:
            for g in (np.sin, np.tanh):
                x += g(x) * item
    return x


def closure_that_changes_in_a_loop(x):
    scale = 1.0

    def scaled(u):
        return u * scale

    s = 0.0
    for v in x:
        scale = scale * v
        s += scaled(v)
    return s


def walrus_in_a_test(x):
    if (y := x * x) > 1.0:
        return y * x
    return y


def walrus_in_a_loop(x):
    n = 0
    s = x
    while (n := n + 1) < 4 and (s := s * x) < 50.0:
        s += n
    return s * n


def walrus_and_the_order_of_evaluation(x):
    y = x + (x := 3.0 * x) * x
    return y + (y := y * y) * x


def active_walrus_in_a_test(x):
    s = 0.0
    while (x := x * 0.7) > 0.5:
        s += x * x
    return s * x


def function_by_branch(x, n):
    total = 0.0
    for i in range(n):

        def weighted(u, k=i):
            return u * k

        total += weighted(x) * x
    return total + weighted(x)


def two_functions_one_name(x):
    f = np.sin
    y = f(x)
    f = np.cos
    return y * f(x)


def pairs_of_functions(fs, x):
    s = 0.0
    for f, w in fs:
        s += w * f(x)
    return s


def functions_with_weights(x):
    return pairs_of_functions(((np.sin, 1.0), (lambda u: u * u, x), (np.exp, 0.5)), x)


def power(a, b, c=2.0):
    return a * b**c


CUBE = functools.partial(power, 3.0, c=3.0)


def partial_of_outside(x):
    return CUBE(x) + functools.partial(np.arctan2, 2.0)(x)


def partial_made_inside(x):
    f = functools.partial(power, b=x)
    g = functools.partial(f, c=3.0)
    x = x * 2.0
    return f(x) + g(x) + f(x, c=1.0)


def starred_arguments(x):
    def product(*args, k=1.0, **options):
        s = k
        for a in args:
            s = s * a
        return s * options["z"] + scaled(x, **options)

    def scaled(v, z):
        return v * z

    t = (x, 2.0)
    return product(*t, 3.0, k=x, z=x) + np.arctan2(*t) + product(z=x * x)


def keyword_only(x, *, scale=2.0):
    return x * scale


def keywords_of_a_helper(x):
    return keyword_only(x) + keyword_only(x * x, scale=x)


def deleted_name(x, n):
    y = x * x
    z = y
    del y
    y = z * 2.0
    for _ in range(n):
        y = y * x
        w = y
        del w
    return y


def chosen_by_name(name):
    return np.sin if name == "sin" else np.cos


def function_from_a_helper(x):
    return chosen_by_name("sin")(x) * chosen_by_name("cos")(x)


def assertion_that_holds(x):
    assert x > 0.0, "positive"
    if x > 50.0:
        raise ValueError(f"{x} is too large")
    elif x > 40.0:
        raise KeyError
    else:
        y = x * x
    assert y < 1e6
    return y * x


def raise_in_a_loop(x):
    s = 0.0
    for i, v in enumerate(x):
        if v < -10.0:
            raise ValueError(f"element {i} is {v}")
        s += v * v
    return s


def of(*args):
    return lambda rng: args


def weighted(x, scale=1.0, **more):
    total = scale * x + more.get("shift", 0.0) * x + more.get("other", 3.0) + len(more)
    for value in more.values():
        total += value * x
    return total


def keywords_as_a_dict(x):
    return weighted(x, 2.0, shift=x, third=2.0) + weighted(x * x)


PROGRAMS = (
    Program(keywords_as_a_dict, lambda rng: (0.7,)),
    Program(rebound_closure_variable, of(1.3)),
    Program(closure_that_counts, of(1.3)),
    Program(functions_in_a_loop_over_a_new_list, lambda rng: (0.4, 2), also=(lambda rng: (0.4, 0),)),
    Program(closure_that_changes_in_a_loop, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.empty(0),),)),
    Program(walrus_in_a_test, of(1.3), also=(of(0.3),)),
    Program(walrus_in_a_loop, of(1.3), also=(of(7.0), of(0.5))),
    Program(walrus_and_the_order_of_evaluation, of(1.3)),
    Program(active_walrus_in_a_test, of(3.1), also=(of(0.4),)),
    Program(function_by_branch, of(1.3, 3), also=(of(1.3, 1),)),
    Program(two_functions_one_name, of(1.3)),
    Program(functions_with_weights, of(1.3)),
    Program(partial_of_outside, of(1.3)),
    Program(partial_made_inside, of(1.3)),
    Program(starred_arguments, of(1.3)),
    Program(keywords_of_a_helper, of(1.3)),
    Program(deleted_name, of(1.3, 3), also=(of(1.3, 0),)),
    Program(function_from_a_helper, of(1.3)),
    Program(assertion_that_holds, of(1.3)),
    Program(raise_in_a_loop, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.empty(0),),)),
)
