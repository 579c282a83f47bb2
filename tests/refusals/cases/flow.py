"""Control flow and types that do not come out the same on every path."""

import numpy as np

from ..refusal import Refusal

REFUSALS = (
    Refusal(
        "generator_of_an_object_in_try",
        """
class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def items(self, x):
        for v in x:
            if v > 1.0:
                raise ValueError("large")
            yield v * self.factor

def f(x):
    scaled, s = Scaled(2.0), 0.0
    try:
        for v in scaled.items(x):  #!
            s += v
    except ValueError:
        s = x[0]
    return s
""",
        says="the generator `items` inside `try` may raise `ValueError`",
        under="for v in scaled.items(x):",
        args=(np.ones(3),),
    ),
    Refusal(
        "unpacking_hidden_by_the_loop_it_is_in",
        """
def f(x):
    h = x
    for _ in range(3):
        a, b = h  #!
        h = b
    return h
""",
        says="cannot unpack a float",
    ),
    Refusal(
        "read_before_an_assignment_that_never_runs",
        """
def f(x):
    s = [v for v in y if v]  #!
    for k in range(0, 1, -2):
        if sum(v for v in s):
            pass
        y *= 0.6
    return x
""",
        says="read before anything is assigned",
    ),
    Refusal(
        "store_into_a_global_array_by_another_name",
        """
import numpy as np

TABLE = np.ones((2, 2))

def change(row, x):
    row[0] = x  #!

def f(x):
    for row in TABLE:
        row *= x  #!
    change(TABLE[1], x)
    view = TABLE.T
    np.add.at(view, [0], x)  #!
    return x
""",
        says="global array `TABLE`",
    ),
    Refusal(
        "lengths_compared_by_a_loop_that_may_end_early",
        """
import itertools

def f(x):
    s = 0.0
    for a, b in itertools.islice(zip(x, x, strict=True), 2):  #!
        s += a * b
    for c, (a, b) in zip(x, zip(x, x, strict=True)):  #!
        s += a * b * c
    return s
""",
        says="compare the lengths with `assert`",
        args=(np.ones(3),),
    ),
    Refusal(
        "keys_from_as_many_names_as_there_are_numbers",
        """
def f(x):
    p = {}
    for name, v in zip(("a", "b"), x):  #!
        p[name] = v
    return p["a"] * p["b"]
""",
        says="strict=True",
        args=(np.ones(2),),
    ),
    Refusal(
        "list_of_arrays_put_in_order_anew_and_anew",
        """
def f(x, order, n):
    corners = [x, x + 1.0, x * 2.0]
    for _ in range(n):  #!
        corners = [corners[i] for i in order]
    return corners[0][0]
""",
        says="rows = rows[order]",
        args=(np.ones(2), np.array([1, 2, 0]), 3),
    ),
    Refusal(
        "type_changes_in_a_loop",
        """
import numpy as np

def f(x):
    s = 0.0
    for i in range(3):  #!
        if i == 1:
            s = np.zeros(3) + s * x
    return np.sum(s)
""",
        says="array",
    ),
    Refusal(
        "rank_changes_in_a_loop",
        """
import numpy as np

def f(x):
    y = x
    for i in range(2):
        y = y[:, None] * 2.0  #!
    return np.sum(y)
""",
        says="rank",
        args=(np.ones(3),),
    ),
    Refusal(
        "type_depends_on_a_branch",
        """
import numpy as np

def f(x):
    if x > 1.0:
        y = x
    else:
        y = np.zeros(3)  #!
    return np.sum(y) * x
""",
        says="array",
    ),
    Refusal(
        "tuple_grows_in_a_loop",
        """
def f(x):
    t = (x, x)
    for i in range(3):
        t = (x, t[0], t[1])  #!
    return t[0]
""",
        says="tuple",
    ),
    Refusal(
        "returns_differ_in_type",
        """
def f(x):
    if x > 1.0:
        return x
    return x, x * x  #!
""",
        says="tuple",
    ),
    Refusal(
        "missing_return_on_a_path",
        """
def f(x):  #!
    if x > 0.0:
        return x * x
""",
        says="return",
    ),
    Refusal(
        "no_return_at_all",
        """
def f(x):  #!
    y = x * x
""",
        says="return",
    ),
    Refusal(
        "return_none",
        """
def f(x):
    y = x * x
    return  #!
""",
        says="return",
        under="return",
    ),
    Refusal(
        "return_a_constant_none",
        """
def f(x):
    y = x * x
    return None  #!
""",
        says="None",
        under="return None",
    ),
    Refusal(
        "array_as_a_condition",
        """
def f(x):
    if x > 0.0:  #!
        return x[0]
    return x[1]
""",
        says="array",
        under="x > 0.0",
        args=(np.ones(3),),
    ),
    Refusal(
        "float_as_a_range_bound",
        """
def f(x):
    s = 0.0
    for i in range(x):  #!
        s += x
    return s
""",
        says="int",
        under="range(x)",
    ),
    Refusal(
        "float_as_an_index",
        """
def f(x):
    return x[1.0] * x[0]  #!
""",
        says="int",
        under="x[1.0]",
        args=(np.ones(3),),
    ),
    Refusal(
        "too_many_indices",
        """
def f(x):
    return x[0, 1]  #!
""",
        says="indices",
        under="x[0, 1]",
        args=(np.ones(3),),
    ),
    Refusal(
        "index_into_a_number",
        """
def f(x):
    return x[0]  #!
""",
        says="index",
        under="x[0]",
    ),
    Refusal(
        "wrong_number_of_names",
        """
def f(x):
    a, b, c = x, 2.0  #!
    return a * b
""",
        says="unpack",
    ),
)
