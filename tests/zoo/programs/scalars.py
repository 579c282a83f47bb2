"""Scalar arithmetic, comparisons and branches."""

import math

from ..program import Program


def polynomial(x):
    return 2.0 * x**3 + 7.0 * x + 5.0


def quotient(x, y):
    return (x * y + 1.0) / (x - y)


def unary_signs(x):
    return -x + +x * -(-x)


def operand_used_three_times(x):
    y = x * x
    return y * y + y


def powers_of_a_negative_base(x):
    return x**3 - x**2 + x**-2


def power_zero_exponent(x):
    return x**0 + x**1 + 0.0 * x


def power_real_exponent(x, y):
    return x**2.5 + 2.0**x + x**y


def power_integer_argument(x, n):
    """The exponent is an integer known only at run time; the base is negative."""
    return x**n


def floor_division_and_remainder(x, y):
    return 3.0 * (x // y) + x * (x % y)


def floor_division_of_negative_integers(x, n):
    """Python rounds towards minus infinity and `%` takes the divisor's sign."""
    return x * (n // 2) + x * x * (n % 3) + x * (-n // -4) + (n % -5)


def true_division_of_integers(x, n, m):
    return x * (n / m)


def integer_power_of_integer(x, n):
    return x * n**3


def functions_of_math(x):
    return math.sin(x) * math.cos(x) + math.tan(x) - math.exp(-x) * math.log(x) + math.sqrt(x)


def inverse_functions(x):
    return math.asin(x) + math.acos(x) * math.atan(x) + math.atan2(x, 0.3) + math.atan2(-x, -2.0)


def hyperbolic_functions(x):
    return math.sinh(x) + math.cosh(x) * math.tanh(x) + math.asinh(x) + math.acosh(1.5 + x) + math.atanh(x)


def logarithms(x):
    return math.log2(x) + math.log10(x) * math.log1p(x) + math.expm1(x) + math.log(x, 3.0)


def error_functions(x):
    return math.erf(x) + 2.0 * math.erfc(0.5 * x)


def gamma_functions(x):
    return math.gamma(x) + math.lgamma(x)


def constants_of_math(x):
    return math.pi * x + math.e**x + math.tau / x


def hypotenuse(x, y):
    return math.hypot(x, y) * x


def fractional_part(x):
    return (x - math.floor(x)) ** 2 + (math.ceil(x) - x) ** 3


def absolute_values(x, y):
    return abs(x) * y + math.fabs(y) * x + math.copysign(x, y)


def builtin_min_and_max(x, y):
    return max(x, y) * 2.0 + min(x, y) ** 2 + max(x, 0.25, y)


def if_elif_else(x):
    if x < -1.0:
        y = x * x
    elif x < 1.0:
        y = math.sin(x)
    else:
        y = math.log(x)
    return 3.0 * y


def nested_branches(x, y):
    r = x
    if x > 0.0:
        if y > 0.0:
            r = x * y
        else:
            r = x - y * y
        r = r * r
    return r + y


def variable_overwritten_in_one_branch(x):
    y = x * x
    if x > 1.0:
        y = y * x
        x = y + 1.0
    return x * y


def conditional_expression(x):
    return x * x if x > 0.5 else math.exp(x) if x > -0.5 else -x


def chained_comparison(x, low, high):
    if low < x < high:
        return x * x
    return low * x if x <= low != high else high * x


def short_circuit_guards_division(x, y):
    if y != 0.0 and x / y > 1.0:
        return x / y
    return x * x


def short_circuit_or_guards_logarithm(x):
    if x <= 0.0 or math.log(x) < 0.0:
        return x**3
    return math.log(x)


def negated_comparison_with_nan(x, y):
    """`not (x > y)` holds for a NaN where `x <= y` does not."""
    if not (x > y):
        return 2.0 * x
    return y * x


def boolean_variables(x, y):
    both = x > 1.0 and y > 1.0
    either = x > 1.0 or y > 1.0
    result = x
    if either and not both:
        result = x * y
    if both:
        result = x + y
    return result


def comparison_as_a_number(x):
    """True is 1 in arithmetic."""
    return x * (x > 1.0) + (x > 0.5) * 3.0 - (x < 2.0) * x * x


def value_of_or_and_and(x, y):
    """`or` and `and` give an operand, not a truth value."""
    a = y or x
    b = y and x * x
    return a * 3.0 + b


def truth_value_of_a_number(x, n):
    if n:
        return x * n
    return x * x if x else x


def assignment_chain(x):
    a = b = x * x
    a += 1.0
    return a * b


def every_augmented_assignment(x, y):
    r = x
    r += y
    r *= x
    r -= y * y
    r /= x + 3.0
    r **= 2
    return r


def augmented_floor_and_remainder(x):
    r = 7.5 * x
    r //= 1.0
    s = 5.3 * x
    s %= 2.0
    return r * x + s


def right_operand_reads_the_target(x):
    x += x * x
    x *= x - 1.0
    return x


def tuple_result(x, y):
    return x * y, x + y, x / y


def nested_tuple_result(x, y):
    return x * y, (math.sin(x), y * y)


def integer_result(n, x):
    return n * n // 3 - n % 7


def boolean_result(x, y):
    return x < y


def unused_argument(x, y):
    return x * x


def constant_result_on_one_path(x):
    if x > 1.0:
        return 4.0
    return x * x


def quotient_of_tiny_numbers(x, y):
    """`x / y**2` and `1 / y` alone would overflow."""
    return x / y


def quotient_of_huge_numbers(x, y):
    return x / y


def hypotenuse_of_huge_numbers(x, y):
    return math.hypot(x, y)


def hypotenuse_of_tiny_numbers(x, y):
    return math.hypot(x, y)


def angle_of_huge_numbers(x, y):
    return math.atan2(y, x)


def tails_of_hyperbolic_functions(x):
    return math.tanh(x) + math.asinh(x * 1e180) + math.atan(x)


PROGRAMS = (
    Program(polynomial, lambda rng: (rng.normal(),)),
    Program(quotient, lambda rng: (2.5, rng.uniform(0.5, 1.5)), wrt=(0, 1)),
    Program(unary_signs, lambda rng: (rng.normal(),)),
    Program(operand_used_three_times, lambda rng: (rng.normal(),)),
    Program(powers_of_a_negative_base, lambda rng: (-1.5,)),
    Program(power_zero_exponent, lambda rng: (-0.7,)),
    Program(power_real_exponent, lambda rng: (1.3, 0.4), wrt=(0, 1)),
    Program(
        power_integer_argument,
        lambda rng: (-1.3, 5),
        also=(lambda rng: (-1.3, 0), lambda rng: (-1.3, -3), lambda rng: (0.0, 1)),
    ),
    Program(
        floor_division_and_remainder,
        lambda rng: (7.3, 2.1),
        wrt=(0, 1),
        oracle="differences",
        also=(lambda rng: (-7.3, 2.1), lambda rng: (7.3, -2.1), lambda rng: (-7.3, -2.1)),
    ),
    Program(floor_division_of_negative_integers, lambda rng: (1.7, -7), also=(lambda rng: (1.7, 7),)),
    Program(true_division_of_integers, lambda rng: (1.7, -7, 2)),
    Program(integer_power_of_integer, lambda rng: (1.7, -7)),
    Program(functions_of_math, lambda rng: (0.8,)),
    Program(inverse_functions, lambda rng: (0.4,)),
    Program(hyperbolic_functions, lambda rng: (0.3,)),
    Program(logarithms, lambda rng: (0.6,)),
    Program(error_functions, lambda rng: (0.7,), also=(lambda rng: (-2.1,),)),
    Program(gamma_functions, lambda rng: (2.3,)),
    Program(constants_of_math, lambda rng: (0.9,)),
    Program(hypotenuse, lambda rng: (3.0, -4.0), wrt=(0, 1)),
    Program(fractional_part, lambda rng: (3.7,), also=(lambda rng: (-3.7,),)),
    Program(absolute_values, lambda rng: (-1.2, 0.7), wrt=(0, 1), also=(lambda rng: (1.2, -0.7),)),
    Program(builtin_min_and_max, lambda rng: (0.3, 0.9), wrt=(0, 1), also=(lambda rng: (-0.3, -0.9),)),
    Program(if_elif_else, lambda rng: (-2.0,), also=(lambda rng: (0.3,), lambda rng: (2.5,))),
    Program(
        nested_branches,
        lambda rng: (1.5, 0.7),
        wrt=(0, 1),
        also=(lambda rng: (1.5, -0.7), lambda rng: (-1.5, 0.7)),
    ),
    Program(variable_overwritten_in_one_branch, lambda rng: (1.4,), also=(lambda rng: (0.4,),)),
    Program(conditional_expression, lambda rng: (0.9,), also=(lambda rng: (0.1,), lambda rng: (-1.1,))),
    Program(
        chained_comparison,
        lambda rng: (0.5, 0.0, 1.0),
        wrt=(0, 1, 2),
        also=(lambda rng: (-0.5, 0.3, 1.0), lambda rng: (1.5, 0.0, 1.0)),
    ),
    Program(
        short_circuit_guards_division,
        lambda rng: (3.0, 2.0),
        wrt=(0, 1),
        also=(lambda rng: (3.0, 0.0), lambda rng: (1.0, 2.0)),
    ),
    Program(short_circuit_or_guards_logarithm, lambda rng: (-2.0,), also=(lambda rng: (0.5,), lambda rng: (2.5,))),
    Program(negated_comparison_with_nan, lambda rng: (1.5, math.nan), also=(lambda rng: (1.5, 0.5),)),
    Program(
        boolean_variables, lambda rng: (1.5, 0.5), wrt=(0, 1), also=(lambda rng: (1.5, 2.5), lambda rng: (0.1, 0.2))
    ),
    Program(comparison_as_a_number, lambda rng: (1.5,), also=(lambda rng: (0.7,), lambda rng: (2.5,))),
    Program(value_of_or_and_and, lambda rng: (1.5, 0.5), wrt=(0, 1)),
    Program(truth_value_of_a_number, lambda rng: (1.5, 3), also=(lambda rng: (1.5, 0),)),
    Program(assignment_chain, lambda rng: (rng.normal(),)),
    Program(every_augmented_assignment, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(augmented_floor_and_remainder, lambda rng: (1.23,), oracle="differences"),
    Program(right_operand_reads_the_target, lambda rng: (rng.normal(),)),
    Program(tuple_result, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(nested_tuple_result, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(integer_result, lambda rng: (-11, 1.0), wrt=()),
    Program(boolean_result, lambda rng: (1.0, 2.0), wrt=(), also=(lambda rng: (1.0, math.nan),)),
    Program(unused_argument, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(constant_result_on_one_path, lambda rng: (1.2,), also=(lambda rng: (0.7,),)),
    Program(quotient_of_tiny_numbers, lambda rng: (2e-200, 3e-200)),
    Program(quotient_of_huge_numbers, lambda rng: (2e200, 3e200), wrt=(0, 1)),
    Program(hypotenuse_of_huge_numbers, lambda rng: (3e200, -4e200), wrt=(0, 1)),
    Program(hypotenuse_of_tiny_numbers, lambda rng: (3e-200, 4e-200), wrt=(0, 1)),
    Program(angle_of_huge_numbers, lambda rng: (3e200, -4e200), wrt=(0, 1)),
    Program(tails_of_hyperbolic_functions, lambda rng: (300.0,)),
)
