"""Functions with decorators, outside and inside the function."""

import functools

import numpy as np

from ..program import Program


def twice(fn):
    @functools.wraps(fn)
    def wrapper(*args, **options):
        return 2.0 * fn(*args, **options)

    return wrapper


def scaled(factor):
    def decorator(fn):
        def wrapper(t):
            return factor * fn(t)

        return wrapper

    return decorator


@twice
@scaled(0.5)
def outside(t):
    return t * t


def cube(t):
    return t**3


def decorated_outside(x):
    return outside(x) * twice(cube)(x)


def two_decorators(x):
    @scaled(x)
    @twice
    def f(t):
        return t * x

    return f(x) + f(2.0)


def decorator_inside(x, n):
    def repeated(fn):
        return lambda t: fn(fn(t))

    @repeated
    def step(t):
        return t * x + 1.0

    value = x
    for _ in range(n):
        value = step(value)
    return value


def recursion_through_the_decorator(x):
    @twice
    def power(n):
        return 1.0 if n == 0 else x * power(n - 1)

    return power(3)


def registered(x):
    known = []

    def register(fn):
        known.append(fn)
        return fn

    @register
    def first(t):
        return t * x

    @register
    def second(t, *, shift=0.5):
        return t + x * shift

    return known[0](1.0) * known[1](2.0) * first(second(1.0, shift=x))


def one_of_two(x):
    if x > 0.5:

        @twice
        def f(t):
            return t * x

    else:

        @scaled(3.0)
        def f(t):
            return t + x

    return f(x) * f(1.5)


PROGRAMS = (
    Program(decorated_outside, lambda rng: (0.7,)),
    Program(two_decorators, lambda rng: (0.7,)),
    Program(decorator_inside, lambda rng: (0.7, 3), also=(lambda rng: (0.7, 0),)),
    Program(recursion_through_the_decorator, lambda rng: (0.7,)),
    Program(registered, lambda rng: (0.7,)),
    Program(one_of_two, lambda rng: (0.7,), also=(lambda rng: (0.2,),), oracle="differences"),
    Program(two_decorators, lambda rng: (np.float32(0.7),), name="two_decorators_float32", rtol=1e-4,
            oracle="differences"),
)
