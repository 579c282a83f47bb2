"""`match`, strings, enum members and `None` as compile-time values, `in`, `isinstance`."""

import enum

import numpy as np

from ..program import Program


class Mode(enum.Enum):
    FAST = 1
    EXACT = 2


class Order(enum.IntEnum):
    FIRST = 1
    SECOND = 2


def string_argument(x, mode):
    if mode == "square":
        return x * x
    if mode in ("cube", "third"):
        return x * x * x
    return np.sin(x)


def string_default(x, mode="square"):
    y = x
    if not mode == "square":
        y = x + 1.0
    return y * x


def string_of_a_choice(x, n):
    kind = "low" if isinstance(n, float) else "high"
    return x * x if kind == "high" else x


def optional_number(x, scale=None):
    if scale is not None and scale > 1.0:
        return x * scale * x
    if scale is None:
        scale = 2.0
    return x * scale


def optional_array(x, weights=None):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i] * (1.0 if weights is None else weights[i])
    return s


def enum_members(x, mode):
    if mode is Mode.FAST:
        return x * x
    return x * x * x if mode == Mode.EXACT else x


def integer_enum(x, order):
    return x * x if order == Order.SECOND else x * order


def match_integers(x, k):
    match k:
        case 0:
            return x
        case 1 | 2:
            y = x * x
        case n if n > 5:
            y = x * n
        case n:
            y = x * x * x + n
    return y * 2.0


def match_strings(x, mode):
    match mode:
        case "fast":
            y = x
        case "exact" | "slow":
            y = x * x
        case _:
            raise ValueError("unknown mode")
    return y * y


def match_in_a_loop(x, codes):
    s = 1.0
    for v, code in zip(x, codes):
        match code:
            case 0:
                continue
            case 1:
                s = s * v
            case -1:
                break
            case _:
                s += v * code
    return s


def match_tuples(x, y):
    match (1 if x > 1.0 else 0, 1 if y > 1.0 else 0):
        case (1, 1):
            s = x * y
        case (1, 0):
            s = x - y * y
        case (_, 1):
            s = x * x * y
        case _:
            s = x + y
    return s * s


def match_shapes(x, p):
    match p:
        case None:
            return x * x
        case (a, b, *rest):
            return x * a + b * x * len(rest)
        case (a,):
            return x * a * a
        case float():
            return x * x * p
        case int(n):
            return x + n * x * x
        case _:
            return x * np.sum(p)


def match_floats(x):
    match x:
        case 1.0:
            return x * 3.0
        case 2.5 as y:
            return y * x
    return x * x * x


def membership(x, k):
    s = x if k in (1, 3, 5) else x * x
    if k not in (2, 3):
        s += x * k
    return s


def kinds_of_arguments(x, y):
    if isinstance(y, float):
        return x * y
    if isinstance(y, (int, np.ndarray)):
        return x + np.sum(y * x)
    if isinstance(y, tuple):
        return x * y[0] * x
    return x


def table_of_functions(x, name):
    return FUNCTIONS[name](x) * x


FUNCTIONS = {"sin": np.sin, "square": lambda u: u * u}


def of(*extra):
    return lambda rng: (1.3, *extra)


class Scheme(enum.Enum):
    EULER = 1.5
    MIDPOINT = 2
    NAMED = "named"


def values_of_members(x):
    s = 0.0
    for scheme in (Scheme.EULER, Scheme.MIDPOINT):
        s += x[0] * scheme.value if scheme is Scheme.EULER else x[1] * scheme.value
    return s


def all_members(x):
    s = 0.0
    for k, scheme in enumerate(Scheme):
        if scheme.name != "NAMED":
            s += x[k] * scheme.value
    return s * Scheme["MIDPOINT"].value


def member_for_a_helper(x):
    def scaled(scheme, v):
        return v * scheme.value if scheme != Scheme.NAMED else v

    return scaled(Scheme.EULER, x[0]) + scaled(Scheme.NAMED, x[1])


def value_of_an_argument(x, scheme):
    return np.sum(x) * scheme.value


PROGRAMS = (
    *(Program(f, lambda rng: (rng.normal(size=3),)) for f in (values_of_members, all_members, member_for_a_helper)),
    Program(value_of_an_argument, lambda rng: (rng.normal(size=3), Scheme.EULER)),
    *(Program(string_argument, of(m), name=f"string_argument {m}") for m in ("square", "cube", "third", "other")),
    Program(string_default, of("square"), name="string_default given"),
    Program(string_default, of("else"), name="string_default another"),
    Program(string_of_a_choice, of(2.0)),
    Program(optional_number, of(None), name="optional_number none"),
    Program(optional_number, of(3.0), also=(of(0.5),)),
    Program(optional_array, lambda rng: (rng.normal(size=3), None), name="optional_array none"),
    Program(optional_array, lambda rng: (rng.normal(size=3), rng.normal(size=3)), wrt=(0, 1)),
    *(Program(enum_members, of(m), name=f"enum_members {m}") for m in (Mode.FAST, Mode.EXACT, "other")),
    Program(integer_enum, of(2), also=(of(1),)),
    Program(match_integers, of(0), also=(of(1), of(2), of(7), of(4), of(-3))),
    *(Program(match_strings, of(m), name=f"match_strings {m}") for m in ("fast", "exact", "slow")),
    Program(match_in_a_loop, lambda rng: (rng.normal(size=6), np.array([1, 0, 3, 1, -1, 2]))),
    Program(match_tuples, lambda rng: (1.5, 2.5), wrt=(0, 1), also=(
        lambda rng: (1.5, 0.5), lambda rng: (0.5, 2.5), lambda rng: (0.5, 0.25))),
    *(Program(match_shapes, lambda rng, p=p: (1.3, p), name=f"match_shapes {k}", oracle="differences")
      for k, p in enumerate((None, (1.0, 2.0, 3), (1.0, 2.0), (4.0,), 2.5, 3, np.ones(3)))),
    Program(match_floats, lambda rng: (1.0,), also=(lambda rng: (3.5,),)),
    Program(membership, of(1), also=(of(2), of(3), of(4))),
    *(Program(kinds_of_arguments, lambda rng, y=y: (1.3, y), name=f"kinds_of_arguments {k}", oracle="differences")
      for k, y in enumerate(
        (2.0, 2, np.ones(2), (3.0,)))),
    *(Program(table_of_functions, of(m), name=f"table_of_functions {m}") for m in FUNCTIONS),
)
