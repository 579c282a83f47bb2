"""Functions and calls that cannot be followed."""

import numpy as np

from ..refusal import Refusal

REFUSALS = (
    Refusal(
        "recursion_that_passes_on_a_function_made_inside",
        """
def repeated(f, x, n):
    if n == 0:
        return f(x)
    if n % 2:
        g = lambda t: f(t) * t
    else:
        g = lambda t: f(t) + n
    return repeated(g, x, n - 1)  #!

def f(x, n):
    return repeated(np.sin, x, n)
""",
        says="an activation of `repeated` keeps a function made inside it",
        under="repeated(g, x, n - 1)",
        args=(1.5, 3),
    ),
    Refusal(
        "recursion_that_returns_a_function_made_inside",
        """
def power(x, n):
    if n == 0:
        return lambda t: t
    inner = power(x, n - 1)
    return lambda t: inner(t) * n  #!

def f(x, n):
    return power(x, n)(x)
""",
        says="an activation of `power` keeps a function made inside it",
        under="return lambda t: inner(t) * n",
        args=(1.5, 3),
    ),
    Refusal(
        "recursion_that_keeps_an_array_and_stores_into_it",
        """
import numpy as np

def f(x):
    if len(x) == 1:
        return x[0]
    y = np.sin(x)
    s = f(y[1:])  #!
    y[0] = 2.0
    return s * np.sum(y)
""",
        says="recurs",
        under="f(y[1:])",
        args=(np.ones(3),),
    ),
    Refusal(
        "recursion_on_tuples_that_grow",
        """
def f(x):
    return f((x, x))  #!
""",
        says="no end is known",
        under="f((x, x))",
        args=(1.0,),
    ),
    Refusal(
        "generator_that_goes_through_itself_by_a_number",
        """
def f(x, n):
    def g(k):
        yield k
        if k > 0:
            yield from g(k - 1)  #!
    return sum(x * k for k in g(n))
""",
        says="recursion",
        under="yield from g(k - 1)",
        args=(1.0, 3),
    ),
    Refusal(
        "recursion_that_returns_lists",
        """
def f(x, depth=2):
    if depth == 0:
        return [x]
    return f(x * 0.5, depth - 1) + f(x + 1.0, depth - 1)  #!
""",
        says="recursion",
        under="f(x * 0.5, depth - 1) + f(x + 1.0, depth - 1)",
        args=(1.0, 2),
    ),
    Refusal(
        "var_positional_parameter",
        """
def f(x, *rest):  #!
    return x * x
""",
        says="rest",
        under="*rest",
    ),
    Refusal(
        "var_keyword_parameter",
        """
def f(x, **options):  #!
    return x * x
""",
        says="options",
        under="**options",
    ),
    Refusal(
        "star_in_a_call",
        """
import numpy as np

def product(a, b=2.0):
    return a * b

def f(x):
    return product(*x)  #!
""",
        says="*",
        under="*x",
        args=(np.ones(2),),
    ),
    Refusal(
        "missing_argument_of_a_helper",
        """
def line(a, b, c):
    return a * b + c

def f(x):
    return line(x, 2.0)  #!
""",
        says="`c`",
        under="line(x, 2.0)",
    ),
    Refusal(
        "unknown_keyword_of_a_helper",
        """
def line(a, b):
    return a * b

def f(x):
    return line(x, slope=2.0)  #!
""",
        says="slope",
        under="line(x, slope=2.0)",
    ),
    Refusal(
        "file_access",
        """
def f(x):
    data = open("data.txt")  #!
    return x * x
""",
        says="open",
        under='open("data.txt")',
    ),
    Refusal(
        "clock",
        """
import time

def f(x):
    return x * time.time()  #!
""",
        says="time",
        under="time.time()",
    ),
    Refusal(
        "pandas_like_module",
        """
import json as pd

def f(x):
    frame = pd.loads("[1, 2]")  #!
    return x * x
""",
        says="json",
        under='pd.loads("[1, 2]")',
    ),
    Refusal(
        "class_that_is_none",
        """
def f(x, n):
    if isinstance(x, n):  #!
        return x * x
    return x
""",
        says="isinstance",
        under="n",
        args=(1.5, 2),
    ),
    Refusal(
        "map_as_a_value",
        """
import numpy as np

def f(x):
    y = map(abs, x)  #!
    return x[0]
""",
        says="map",
        under="map(abs, x)",
        args=(np.ones(3),),
    ),
    Refusal(
        "calling_a_number",
        """
def f(x):
    return x(2.0)  #!
""",
        says="call",
        under="x(2.0)",
    ),
    Refusal(
        "refused_inside_a_helper",
        """
def helper(v):
    table = {v: 1.0, 1: v}  #!
    return v * v

def f(x):
    y = x + 1.0
    return helper(y)
""",
        says="dict",
        under="{v: 1.0, 1: v}",
    ),
    Refusal(
        "array_in_two_lists",
        """
import numpy as np

def f(x, n):
    first = [np.zeros(3) for _ in range(n)]
    second = []
    for v in first:
        second.append(v)  #!
    second[0][1] = x * x
    return np.sum(first[0])
""",
        says="items.append(x.copy())",
        under="second.append(v)",
        args=(1.5, 3),
    ),
    Refusal(
        "one_array_put_into_a_list_again_and_again",
        """
import numpy as np

def f(x, n):
    y, states = np.ones(3) * x, []
    for i in range(n):
        y[0] += x
        states.append(y)  #!
    return np.sum(states[0])
""",
        says="items.append(x.copy())",
        under="states.append(y)",
        args=(1.5, 3),
    ),
    Refusal(
        "array_of_the_caller_in_a_list_that_is_stored_into",
        """
import numpy as np

def f(x, n):
    parts = [np.zeros(3) for _ in range(n)]
    parts.append(x)  #!
    parts[-1][0] = 2.0
    return np.sum(parts[-1])
""",
        says="items.append(x.copy())",
        under="parts.append(x)",
        args=(np.ones(3), 3),
    ),
    Refusal(
        "augmented_assignment_to_a_list_in_a_list",
        """
def f(x, n):
    rows = [[x] for _ in range(n)]
    row = rows[0]
    rows[0] += [x, x]  #!
    return len(row) * x
""",
        says="an augmented assignment to an item",
        under="rows[0] += [x, x]",
        args=(1.5, 3),
    ),
    Refusal(
        "one_list_many_times_in_a_list_becomes_longer",
        """
def f(x, n):
    rows = [[]] * n
    rows[0].append(x)  #!
    return len(rows[1]) * x
""",
        says="make a new record",
        under="rows[0].append(x)",
        args=(1.5, 3),
    ),
    Refusal(
        "list_in_two_lists_becomes_longer",
        """
def f(x, n):
    rows = [[x] for _ in range(n)]
    others = rows[1:]
    rows[1].append(x)  #!
    return len(others[0]) * x
""",
        says="make a new record",
        under="rows[1].append(x)",
        args=(1.5, 3),
    ),
    Refusal(
        "list_put_into_a_list_becomes_longer",
        """
def f(x, n):
    row, rows = [x], [[x] for _ in range(n)]
    rows.append(row)
    rows[-1].append(x)  #!
    return len(row) * x
""",
        says="make a new record",
        under="rows[-1].append(x)",
        args=(1.5, 3),
    ),
    Refusal(
        "insert_into_a_list_in_a_list",
        """
def f(x, n):
    rows = [[x] for _ in range(n)]
    rows[0].insert(0, x)  #!
    return rows[0][0]
""",
        says="changing the length of a list inside a list",
        under="rows[0].insert(0, x)",
        args=(1.5, 3),
    ),
    Refusal(
        "arrays_of_one_list_in_another_one",
        """
import numpy as np

def f(x, n):
    first = [np.ones(2) * x for _ in range(n)]
    second = [np.ones(2) * x for _ in range(n)]
    first[0] = second[1]  #!
    first[1] = second[-1]  #!
    first[0][0] = x * 0.5
    return np.sum(second[1])
""",
        says="items.append(x.copy())",
        args=(1.5, 3),
    ),
)
