"""Statements of Python that are not part of the language."""

from ..refusal import Refusal

REFUSALS = (
    Refusal(
        "try_except",
        """
def f(x):
    try:  #!
        y = 1.0 / x
    except ZeroDivisionError:
        y = 0.0
    return y
""",
        says="try",
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
def f(x):
    if x < 0.0:
        raise ValueError("negative")  #!
    return x * x
""",
        says="raise",
        under="raise",
    ),
    Refusal(
        "assert_something",
        """
def f(x):
    assert x > 0.0  #!
    return x * x
""",
        says="assert",
        under="assert",
    ),
    Refusal(
        "delete_a_name",
        """
def f(x):
    y = x * x
    z = y + 1.0
    del y  #!
    return z
""",
        says="del",
        under="del",
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
        "nonlocal_statement",
        """
def f(x):
    total = 0.0

    def add(v):
        nonlocal total  #!
        total = total + v

    add(x)
    return total
""",
        says="nonlocal",
        under="nonlocal",
    ),
    Refusal(
        "import_inside",
        """
def f(x):
    import math  #!
    return math.sin(x)
""",
        says="import",
        under="import",
    ),
    Refusal(
        "print_a_value",
        """
def f(x):
    y = x * x
    print(y)  #!
    return y
""",
        says="print",
        under="print",
    ),
    Refusal(
        "walrus",
        """
def f(x):
    if (y := x * x) > 1.0:  #!
        return y
    return x
""",
        says=":=",
        under="y := x * x",
    ),
    Refusal(
        "match_statement",
        """
def f(x, n):
    match n:  #!
        case 0:
            return x
        case _:
            return x * x
""",
        says="match",
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
        says="yield",
        under="yield",
    ),
    Refusal(
        "star_unpacking",
        """
def f(x):
    first, *rest = x, x * x, 3.0  #!
    return first
""",
        says="star",
        under="*rest",
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
        "for_over_a_dict",
        """
weights = {"a": 1.0}

def f(x):
    s = 0.0
    for key in weights:  #!
        s += x
    return s
""",
        says="dict",
        under="weights",
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
