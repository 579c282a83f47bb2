"""Values that no compiled program holds: containers, text, objects, None."""

import numpy as np

from ..refusal import Refusal

REFUSALS = (
    Refusal(
        "dict",
        """
import numpy as np

def f(x):
    params = {np.ones(2) * x: 2.0}  #!
    return x * x
""",
        says="dict",
        under="{np.ones(2) * x: 2.0}",
    ),
    Refusal(
        "store_into_a_global_dict",
        """
params = {"scale": 2.0}

def f(x):
    params["scale"] = x  #!
    return x * params["scale"]
""",
        says="from outside",
        under='params["scale"]',
    ),
    Refusal(
        "a_global_list_that_grows",
        """
history = [1.0]

def f(x):
    history.append(x)  #!
    return x * history[0]
""",
        says="from outside",
        under="history.append(x)",
    ),
    Refusal(
        "a_default_list_that_grows",
        """
def note(x, seen=[]):
    seen.append(x)  #!
    return x * len(seen)

def f(x):
    return note(x)
""",
        says="from outside",
        under="seen.append(x)",
    ),
    Refusal(
        "class_of_an_integer_among_floats",
        """
def f(x):
    items = [1, 2.5]
    while len(items) < x:
        items.append(3)
    return x if isinstance(items[0], int) else 0.0  #!
""",
        says="a list of integers and floats",
        under="isinstance(items[0], int)",
    ),
    Refusal(
        "a_long_global_list",
        """
table = [1.0] * 2000

def f(x):
    return table[0] * x  #!
""",
        says="more than 1024 items",
        under="table",
    ),
    Refusal(
        "list_of_numbers_and_pairs",
        """
def f(x, n=3):
    history = [x]  #!
    for i in range(n):
        history.append((x, x * x))
    return x * x
""",
        says="length",
    ),
    Refusal(
        "store_into_the_callers_object_in_a_list",
        """
def f(p, n=3):
    points = []
    for i in range(n):
        points.append(p)
    points[0]["x"] = 5.0  #!
    return 2.0
""",
        says="outside",
        args=({"x": 1.5},),
    ),
    Refusal(
        "store_into_the_callers_list_in_a_list",
        """
def f(p, n=3):
    rows = []
    for i in range(n):
        rows.append((i, p))
    rows[0][1][0] = 5.0  #!
    return 2.0
""",
        says="outside",
        args=([1.5, 2.0],),
    ),
    Refusal(
        "reversal_of_the_callers_list_in_a_list",
        """
def f(p, n=3):
    rows = [p] * n
    rows[-1].reverse()  #!
    return 2.0
""",
        says="outside",
        args=([1.5, 2.0],),
    ),
    Refusal(
        "objects_that_compare_by_their_fields_in_a_list",
        """
from dataclasses import dataclass

@dataclass
class Point:
    x: float

def f(x, n):
    points = [Point(x * i) for i in range(n)]
    return 2.0 * x if points[0] in points else x  #!
""",
        says="membership",
        args=(1.5, 3),
    ),
    Refusal(
        "attribute_added_to_an_object_in_two_lists",
        """
class Point:
    def __init__(self, x):
        self.x = x

def f(x, n):
    points = [Point(x * i) for i in range(n)]
    some = [p for p in points if p.x > 1.0]
    for p in some:
        p.x *= 2.0
    points[1].mass = 3.0  #!
    return points[1].x
""",
        says="same object",
        args=(1.5, 3),
    ),
    Refusal(
        "nodes_of_a_graph_as_a_result",
        """
class Node:
    def __init__(self, x):
        self.x = x
        self.near = []

def f(x, n):
    nodes = [Node(x * i) for i in range(n)]
    for i in range(n):
        nodes[i].near.append(nodes[i - 1])
    return nodes  #!
""",
        says="others of their kind",
        args=(1.5, 3),
    ),
    Refusal(
        "object_with_an_attribute_that_is_none_in_one_of_them",
        """
class Point:
    def __init__(self, x, mass):
        self.x = x
        self.mass = mass

def f(x, n):
    a = Point(x, 1.0)
    b = Point(2.0 * x, None)  #!
    c = a if n > 2 else b
    c.x *= 3.0
    return a.x * b.x
""",
        says="mass",
        args=(1.5, 3),
    ),
    Refusal(
        "number_beside_a_list",
        """
import numpy as np

def f(x):
    return np.sum(x * 2.0 - [1.0, 2.0])  #!
""",
        says="list",
    ),
    Refusal(
        "number_times_a_list",
        """
import numpy as np

def f(x):
    return np.sum(x * [1.0, 2.0])  #!
""",
        says="list",
    ),
    Refusal(
        "other_keys_in_a_loop",
        """
def f(x, n):
    p = {"a": x}
    for i in range(n):
        if x > i:  #!
            p = {"b": x}
    return sum(p.values())
""",
        says="same keys on both paths",
        args=(1.5, 3),
    ),
    Refusal(
        "dict_that_makes_values_and_one_that_does_not",
        """
from collections import Counter

def f(x, n):
    e = {n: x}
    for i in range(n):
        if x > i:  #!
            e = Counter()
        e[i] = x
    return sum(e.values())
""",
        says="with a default for others",
        args=(1.5, 3),
    ),
    Refusal(
        "keys_of_two_types",
        """
def f(x, n):
    d = {}
    for i in range(n):
        d[i] = x
    return d.get(x, 1.0)  #!
""",
        says="a key of a dict is a float here and an int elsewhere",
        under="d.get(x, 1.0)",
        args=(1.5, 3),
    ),
    Refusal(
        "a_string_among_numbers_as_keys",
        """
def f(x, n):
    d = {}
    for i in range(n):
        d[i] = x
    return d["first"]  #!
""",
        says="use numbers as keys",
        under='d["first"]',
        args=(1.5, 3),
    ),
    Refusal(
        "list_that_grows_in_a_loop_that_returns",
        """
def f(x, n):
    parts = [x] * n
    for v in parts:  #!
        if len(parts) < 9:
            parts.append(v)
        if v > 5.0:
            return v
    return sum(parts)
""",
        says="list(...)",
        args=(1.5, 3),
    ),
    Refusal(
        "key_added_in_a_loop_that_returns",
        """
def f(x, n):
    d = {n: x}
    for k in d:  #!
        d[k + 1] = x
        if x > 5.0:
            return x
    return sum(d.values())
""",
        says="list(...)",
        args=(1.5, 3),
    ),
    Refusal(
        "key_added_while_going_through",
        """
def f(x, n):
    d = {n: x}
    for k in d:  #!
        d[k + 1] = x
        if k > 3:
            break
    return sum(d.values())
""",
        says="list(...)",
        under="d",
        args=(1.5, 3),
    ),
    Refusal(
        "dict_of_dicts",
        """
def f(x, n):
    d = {}
    for i in range(n):
        inner = {}
        inner[i] = x
        d[i] = inner  #!
    return d[0][0]
""",
        says="one kind",
        args=(1.5, 3),
    ),
    Refusal(
        "dict_with_computed_keys_as_result",
        """
def f(x, n):
    d = {}
    for i in range(n):
        d[i] = x
    return d  #!
""",
        says="leave the function",
        args=(1.5, 3),
    ),
    Refusal(
        "print_of_a_dict_with_computed_keys",
        """
def f(x, n):
    d = {}
    for i in range(n):
        d[i] = x
    print(d)  #!
    return d[0]
""",
        says="a dict whose keys are known at run time",
        args=(1.5, 3),
    ),
    Refusal(
        "sum_of_a_set",
        """
def f(x, n):
    seen = set()
    for i in range(n):
        seen.add(x * i)
    return sum(seen)  #!
""",
        says="sorted(s)",
        under="sum(seen)",
        args=(1.5, 3),
    ),
    Refusal(
        "keys_made_by_a_function",
        """
from collections import defaultdict

def f(x, n):
    d = defaultdict(lambda: x)  #!
    d[n] += x
    return d[n]
""",
        says="`list`",
        under="defaultdict(lambda: x)",
        args=(1.5, 3),
    ),
    Refusal(
        "set_comprehension",
        """
def f(x):
    return sum({x * i for i in range(3)})  #!
""",
        says="set",
        under="sum({x * i for i in range(3)})",
    ),
    Refusal(
        "generator_expression",
        """
def f(x):
    return np.sum(x * i for i in range(3))  #!
""",
        says="generator",
        under="np.sum(x * i for i in range(3))",
    ),
    Refusal(
        "set",
        """
def f(x):
    seen = {1, 2, 3}
    for v in seen:  #!
        x += v
    return x * x
""",
        says="set",
        under="seen",
    ),
    Refusal(
        "string",
        """
def f(x):
    mode = "fast"
    return x + mode  #!
""",
        says="str",
        under="x + mode",
    ),
    Refusal(
        "string_or_number",
        """
def f(x, n):
    if n > 2:
        mode = "fast"
    else:
        mode = 2.0  #!
    return x if mode == "fast" else x * x
""",
        says="the string 'fast' on another path",
        under="mode = 2.0",
        args=(1.5, 2),
    ),
    Refusal(
        "function_of_two_paths_that_is_returned",
        """
def f(x, n):
    wave = abs if n > 2 else float
    return x, wave  #!
""",
        says="`abs` is a function, not a value",
        under="x, wave",
        args=(1.5, 2),
    ),
    Refusal(
        "string_that_grows",
        """
def f(x, n):
    word = "a"
    for _ in range(n):
        word = word + "b"  #!
    return x if word == "ab" else x * x
""",
        says="the string 'a' is used as a value",
        under='word + "b"',
        args=(1.5, 2),
    ),
    Refusal(
        "function_of_an_iteration_by_another_name",
        """
def f(x, n):
    chosen = abs
    for k in range(n):
        scaled = lambda u, k=k: u * k  #!
        if k == 1:
            chosen = scaled
    return chosen(x)
""",
        says="made in a loop can only be called by its name",
        under="lambda u, k=k: u * k",
        args=(1.5, 2),
    ),
    Refusal(
        "list_of_names_that_grows",
        """
def f(x, n):
    names = []
    for k in range(n):
        names.append("odd" if k % 2 else "even")  #!
    return x if names[-1] == "odd" else x * x
""",
        says="a list of the string 'odd' or the string 'even' is known only at run time",
        under='names.append("odd" if k % 2 else "even")',
        args=(1.5, 2),
    ),
    Refusal(
        "name_that_an_activation_keeps",
        """
def walk(k, name, x):
    if k <= 0:
        return x
    y = walk(k - 1, "odd" if name == "even" else "even", x * x)  #!
    return y * x if name == "odd" else y

def f(x, n):
    return walk(n, "odd", x)
""",
        says="keeps `name`, which is",
        under='walk(k - 1, "odd" if name == "even" else "even", x * x)',
        args=(1.5, 2),
    ),
    Refusal(
        "text_lost_in_a_loop",
        """
def f(x, n):
    name = "a"
    for _ in range(n):
        name = f"{name}x"  #!
    return x if name == "ax" else x * x
""",
        says="a string of what is known at run time only",
        under='f"{name}x"',
        args=(1.5, 2),
    ),
    Refusal(
        "columns_that_are_no_arrays",
        """
def f(m):
    total = 0.0
    for column in zip(*m):  #!
        total += (column + column)[-1]
    return total
""",
        says="`*` and `**` are not supported here",
        under="zip(*m)",
        args=(np.ones((2, 3)),),
    ),
    Refusal(
        "f_string",
        """
def f(x):
    label = f"value {x}"  #!
    return x * x
""",
        says="string",
        under='f"value {x}"',
    ),
    Refusal(
        "bytes",
        """
def f(x):
    key = b"abc"  #!
    return x * x
""",
        says="bytes",
        under='b"abc"',
    ),
    Refusal(
        "complex_number",
        """
def f(x):
    return x * x if x + 2j > x else 0.0  #!
""",
        says="complex",
        under="x + 2j > x",
    ),
    Refusal(
        "none_compared",
        """
def f(x):
    scale = None
    return x * scale  #!
""",
        says="None",
        under="x * scale",
    ),
    Refusal(
        "membership_of_nan",
        """
def f(x, n):
    if x in (1.5, float("nan")):  #!
        return x
    return x * x
""",
        says="`in a tuple with NaN",
        under='x in (1.5, float("nan"))',
        args=(1.5, 2),
    ),
    Refusal(
        "unknown_name",
        """
def f(x):
    return x * scale  #!
""",
        says="scale",
        under="scale",
    ),
    Refusal(
        "misspelt_module",
        """
def f(x):
    return maths.sin(x)  #!
""",
        says="math",
        under="maths",
    ),
    Refusal(
        "misspelt_variable",
        """
def f(x):
    velocity = x * x
    return velocty + 1.0  #!
""",
        says="velocity",
        under="velocty",
    ),
)
