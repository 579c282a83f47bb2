"""Statements of Python that are not part of the language."""

import numpy as np

from ..refusal import Refusal

REFUSALS = (
    Refusal(
        "finally_with_effects",
        """
def f(x):
    try:
        y = 1.0 / x
    finally:
        print("done")  #!
    return y
""",
        says="finally",
        under="print",
    ),
    Refusal(
        "exception_read",
        """
def f(x):
    try:
        y = 1.0 / x
    except ZeroDivisionError as error:  #!
        y = float(len(str(error)))
    return y
""",
        says="error",
        under="except",
    ),
    Refusal(
        "own_exception_leaves",
        """
class Odd(Exception):
    pass

def f(x):
    try:
        if x > 2.0:
            raise Odd("large")  #!
        y = 1.0 / x
    except ZeroDivisionError:
        y = 0.0
    return y
""",
        says="Odd",
        under="raise",
    ),
    Refusal(
        "recursion_in_try",
        """
def f(x):
    if x < 1.0:
        return x
    try:  #!
        return 2.0 * f(x - 1.0)
    except ZeroDivisionError:
        return 0.0
""",
        says="recursive",
        under="try",
    ),
    Refusal(
        "with_block",
        """
def f(x):
    with open("log.txt") as log:  #!
        y = x * x
    return y
""",
        says="with",
    ),
    Refusal(
        "raise_an_error",
        """
class Negative(ValueError):
    pass

def f(x):
    if x < 0.0:
        raise Negative("negative")  #!
    return x * x
""",
        says="raise",
        under="Negative",
    ),
    Refusal(
        "assert_with_a_tuple",
        """
def f(x):
    assert x > 0.0, (x, 1.0)  #!
    return x * x
""",
        says="raise",
        under="(x, 1.0)",
    ),
    Refusal(
        "delete_an_element",
        """
def f(x):
    del x[0]  #!
    return x[0]
""",
        says="del",
        under="x[0]",
        args=(np.ones(3),),
    ),
    Refusal(
        "global_statement",
        """
total = 0.0

def f(x):
    global total  #!
    total = x * x
    return total
""",
        says="global",
        under="global",
    ),
    Refusal(
        "closure_that_outlives",
        """
def scaling(k):
    def scaled(v):
        return v * k  #!
    return scaled

def f(x):
    for k in range(len(x)):
        x = scaling(2.0)(x)
    return np.sum(x)
""",
        says="local function",
        args=(np.ones(3),),
    ),
    Refusal(
        "import_inside",
        """
def f(x):
    import nowhere_to_be_found  #!
    return nowhere_to_be_found.sin(x)
""",
        says="import",
        under="import",
    ),
    Refusal(
        "print_into_a_file",
        """
def f(x):
    y = x * x
    print(y, file=np)  #!
    return y
""",
        says="sys.stdout",
        under="np",
    ),
    Refusal(
        "for_over_a_number",
        """
def f(x):
    s = 0.0
    for v in x:  #!
        s += x
    return s
""",
        says="iterate",
        under="x",
    ),
    Refusal(
        "match_a_mapping",
        """
def f(x, n):
    match n:
        case {"a": 1}:  #!
            return x
        case _:
            return x * x
""",
        says="pattern",
        under='{"a": 1}',
        args=(1.5, 2),
    ),
    Refusal(
        "class_inside",
        """
def f(x):
    class Point:  #!
        scale = 2.0
    return x * x
""",
        says="class",
        under="class",
    ),
    Refusal(
        "await_a_value",
        """
async def f(x):  #!
    return x * x
""",
        says="async",
    ),
    Refusal(
        "yield_values",
        """
def f(x):
    for i in range(3):
        yield x * i  #!
""",
        says="the function that is compiled is one",
        under="yield",
    ),
    Refusal(
        "generator_in_a_variable",
        """
def f(x):
    def g():
        yield x
    values = g()  #!
    return next(values)
""",
        says="nothing goes through its values",
        under="g()",
    ),
    Refusal(
        "values_sent_to_a_generator",
        """
def f(x):
    def g():
        y = yield x  #!
        yield y
    return sum(g())
""",
        says="takes a value",
        under="yield x",
    ),
    Refusal(
        "yield_in_try",
        """
def f(x):
    def g():
        try:
            yield x  #!
        finally:
            print(x)
    return sum(g())
""",
        says="inside `try`",
        under="yield x",
    ),
    Refusal(
        "two_generators_side_by_side",
        """
def f(x):
    def g():
        yield x
    return sum(a * b for a, b in zip(g(), g()))  #!
""",
        says="beside another one",
        under="zip(g(), g())",
    ),
    Refusal(
        "stop_iteration_in_a_generator",
        """
def f(x):
    def g():
        yield x
        raise StopIteration  #!
    return sum(g())
""",
        says="raises `StopIteration`",
        under="raise StopIteration",
    ),
    Refusal(
        "star_unpacking",
        """
def f(x):
    first, *rest = x  #!
    return first
""",
        says="star",
        under="*rest",
        args=(np.ones((3, 2)),),
    ),
    Refusal(
        "for_over_an_array",
        """
import numpy as np

def f(x):
    s = 0.0
    for i, v in enumerate(x):  #!
        s += i * v
    return s
""",
        says="range",
        under="enumerate(x)",
    ),
    Refusal(
        "store_to_an_attribute",
        """
class Settings:
    scale = 2.0

settings = Settings()

def f(x):
    settings.scale = x  #!
    return x * x
""",
        says="attribute",
        under="settings.scale",
    ),
    Refusal(
        "store_to_a_tuple_entry",
        """
def f(x):
    pair = (x, 1.0)
    pair[0] = 2.0  #!
    return pair[0] * x
""",
        says="tuple",
        under="pair",
    ),
)
