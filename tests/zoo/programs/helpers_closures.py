"""Calls to other Python functions, closures, lambdas, defaults and global constants."""

import math
from math import cos
from math import exp as exponential

import numpy
import numpy as np

from ..program import Program

GRAVITY = 9.81
COUNT = 3
WEIGHTS = np.array([0.5, -1.0, 2.0])
SIZES = (2, 3)


def square(v):
    return v * v


def scaled(v, scale=3.0, *, shift=0.5):
    return scale * v + shift


def quadratic_and_cubic(v):
    return v * v, v**3


def first_positive(v, fallback):
    for i in range(len(v)):
        if v[i] > 0.0:
            return v[i] * i
    return fallback


def helper(x):
    return square(x) + square(square(x))


def helper_with_defaults_and_keywords(x):
    return scaled(x) * scaled(v=x, scale=2.0) + scaled(x, 4.0, shift=x)


def default_of_the_program_itself(x, scale=2.5):
    return scale * x * x


def helper_returning_a_tuple(x):
    a, b = quadratic_and_cubic(x)
    return a * b + quadratic_and_cubic(b)[0]


def helper_with_early_return(x, y):
    return first_positive(x, y) * y + first_positive(x[2:], y * y)


def helper_called_in_a_loop(x, n):
    s = x
    for i in range(n):
        s = scaled(square(s), 0.1, shift=i * x)
    return s


def helper_for_scalars_and_arrays(x, v):
    """One helper, two types."""
    return square(x) * np.sum(square(v))


def helper_name_shadows_a_local(x):
    v = x * 3.0
    return square(v + x) * v


def global_constants(x):
    s = 0.0
    for i in range(COUNT):
        s += math.sqrt(2.0 * x / GRAVITY) * (i + 1)
    return s


def global_array(x):
    return np.sum(WEIGHTS * x * x)


def global_tuple(x):
    return x ** SIZES[0] + x ** SIZES[1]


def imported_names(x):
    return cos(x) * exponential(-x) + numpy.sin(x)


def nested_function(x):
    def cube(v):
        return v * v * v

    return cube(x) + cube(x + 1.0)


def closure_reads_an_active_variable(x, y):
    def line(t):
        return x * t + y

    return line(2.0) * line(y)


def closure_sees_the_rebound_variable(x):
    """A closure reads the variable when it is called, not when it is made."""
    scale = x

    def stretch(v):
        return scale * v

    first = stretch(2.0)
    scale = x * x
    return first + stretch(3.0)


def closure_in_a_loop(x):
    s = 0.0
    for i in range(4):

        def term(v):
            return v * x**i

        s += term(x + s * 0.1)
    return s


def closure_writes_to_an_array(x):
    y = np.zeros(3)

    def put(place, value):
        y[place] = value * x[place]

    for i in range(3):
        put(i, x[i])
    put(1, x[2])
    return np.sum(y * y)


def lambda_in_a_variable(x):
    bump = lambda v, w=2.0: math.exp(-v * v * w)  # noqa: E731
    return bump(x) + bump(x, 3.0)


def simpson(integrand, low, high, n):
    h = (high - low) / n
    s = integrand(low) + integrand(high)
    for i in range(1, n):
        s += (4.0 if i % 2 == 1 else 2.0) * integrand(low + i * h)
    return s * h / 3.0


def function_as_an_argument(x):
    return simpson(lambda t: math.exp(-x * t * t), 0.0, 1.0, 8) + simpson(square, 0.0, x, 4)


def helper_of_a_helper_mutates(v):
    square_in_place(v)
    return np.sum(v)


def square_in_place(v):
    v *= v


def mutation_two_calls_deep(x):
    return helper_of_a_helper_mutates(x) + np.sum(x)


def keyword_arguments_out_of_order(x, y):
    def ratio(top, bottom, offset):
        return top / bottom + offset

    return ratio(offset=x * y, bottom=y, top=x)


def parameter_rebound_in_the_callee(x):
    def halve(v):
        v = v / 2.0
        return v

    return halve(x) * x


def helper_in_a_condition(x):
    if square(x) > 2.0 and scaled(x) > 0.0:
        return square(x)
    return scaled(x)


def make_power(exponent):
    def power(x):
        return x**exponent

    return power


def make_dot(weights):
    def dot(x):
        return np.sum(weights * x * x)

    return dot


def harmonic(k, x0=0.0):
    return lambda x: 0.5 * k * (x - x0) ** 2


def bump(height, width):
    def g(x):
        return height * math.exp(-(x**2) / (2.0 * width**2))

    return g


def total_of(*terms):
    def v(x):
        return sum(t(x) for t in terms)

    return v


def functions_that_are_returned(k, x):
    v = harmonic(k)
    w = harmonic(3.0 * k, x0=1.0)
    return v(x) * w(x) + v(2.0 * x)


def functions_of_functions_that_are_returned(k, x):
    v = total_of(harmonic(k), bump(x, 0.5), harmonic(2.0))
    s = v(0.3)
    for i in range(3):
        s += v(x * i)
    return s


def counter_from(start):
    n = start

    def step(d):
        nonlocal n
        n = n + d
        return n

    return step


def counters_that_are_returned(k, x):
    a = counter_from(k)
    b = counter_from(0.0)
    a(x)
    b(x)
    k = 100.0
    a(x * x)
    return a(1.0) * b(2.0) + k


def composed(*functions):
    def run(x):
        for f in functions:
            x = f(x)
        return x

    return run


def composition_that_is_returned(k, x):
    return composed(np.sin, harmonic(k), lambda v: v * k)(x)


def rotation_by(p):
    turn = np.array([[0.0, p], [-p, 0.0]])

    def rhs(y):
        return turn @ y

    return rhs


def right_hand_side_that_is_returned(k, x):
    y, rhs = np.array([x, 1.0]), rotation_by(k)
    for _ in range(3):
        y = y + 0.1 * rhs(y)
    return np.sum(y**2)


def functions_in_containers_that_are_returned(k, x):
    table = {"a": harmonic(k), "b": bump(k, 0.7)}
    several = [harmonic(k * q) for q in (1.0, 2.0)]
    return table["a"](x) * table["b"](x) + several[0](x) * several[1](x)


PROGRAMS = (
    Program(functions_that_are_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(functions_of_functions_that_are_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(counters_that_are_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(composition_that_is_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(right_hand_side_that_is_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(functions_in_containers_that_are_returned, lambda rng: (0.7, 0.4), wrt=(0, 1)),
    Program(helper, lambda rng: (1.1,)),
    Program(helper_with_defaults_and_keywords, lambda rng: (1.1,)),
    Program(default_of_the_program_itself, lambda rng: (1.1,)),
    Program(helper_returning_a_tuple, lambda rng: (1.1,)),
    Program(helper_with_early_return, lambda rng: (np.array([-1.0, 0.7, 0.2, 0.9]), 0.6), wrt=(0, 1)),
    Program(helper_called_in_a_loop, lambda rng: (1.1, 5)),
    Program(helper_for_scalars_and_arrays, lambda rng: (1.1, rng.normal(size=3)), wrt=(0, 1)),
    Program(helper_name_shadows_a_local, lambda rng: (1.1,)),
    Program(global_constants, lambda rng: (1.1,)),
    Program(global_array, lambda rng: (rng.normal(size=3),)),
    Program(global_tuple, lambda rng: (1.1,)),
    Program(imported_names, lambda rng: (1.1,)),
    Program(nested_function, lambda rng: (1.1,)),
    Program(closure_reads_an_active_variable, lambda rng: (1.1, 0.7), wrt=(0, 1)),
    Program(closure_sees_the_rebound_variable, lambda rng: (1.1,)),
    Program(closure_in_a_loop, lambda rng: (1.1,)),
    Program(closure_writes_to_an_array, lambda rng: (rng.normal(size=3),)),
    Program(lambda_in_a_variable, lambda rng: (0.6,)),
    Program(function_as_an_argument, lambda rng: (1.1,)),
    Program(mutation_two_calls_deep, lambda rng: (rng.normal(size=3),)),
    Program(keyword_arguments_out_of_order, lambda rng: (1.1, 0.7), wrt=(0, 1)),
    Program(parameter_rebound_in_the_callee, lambda rng: (1.1,)),
    Program(helper_in_a_condition, lambda rng: (1.7,), also=(lambda rng: (0.7,),)),
    Program(lambda x: x * math.exp(-x * x), lambda rng: (0.6,), name="lambda_program"),
    Program(lambda x, y: (x * y, x / y), lambda rng: (0.6, 1.3), wrt=(0, 1), name="lambda_with_tuple_result"),
    Program(make_power(3), lambda rng: (-1.2,), name="captured_exponent_three"),
    Program(make_power(4), lambda rng: (-1.2,), name="captured_exponent_four", notes="same code, other cell"),
    Program(make_dot(np.array([1.0, -2.0])), lambda rng: (rng.normal(size=2),), name="captured_array"),
)
