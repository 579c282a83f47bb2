"""The text of docs/support.md, from the compiler's own tables. `python docs/refresh.py` writes it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable

from tapeless.compiler.catalogue import CATALOGUE
from tapeless.compiler.library.written import MODULES, table
from tapeless.compiler.ops import BY_NAME, OPS, Row
from tapeless.explain import FAMILIES, general

HEAD = """\
# What Tapeless compiles

Everything on this page is read from the compiler's tables by `python docs/refresh.py`, and a test holds the page to
them. What is not here is refused before anything runs, with the line, the reason and what to write instead.
[python.md](python.md) has the verdict on every construct of Python.

`x_bar` is the adjoint of `x`, the derivative of the result with respect to it, and `y` stands for the result of the
operation in question.
"""

OPERATIONS = """\
Operands are numbers or arrays, which broadcast as in NumPy; a number given as `math.sin(x)` raises what `math` raises.
`special` is `scipy.special`. Reductions are over the whole array where no `axis` is given. A spelling that the
installed NumPy or Python does not have is not there.
"""

# Each is compiled, differentiated and compared with Python by tests/docs; `x` is an array of three floats.
CONSTRUCTS: dict[str, str] = {
    "assignment, unpacking, swap": "a, b = x[0], x[1]; a, b = b, a; y = a",
    "chained and annotated assignment": "a = b = x[0]; y: float = a * b",
    "augmented assignment": "y = x[0]; y += x[1]; y *= 2.0",
    "arithmetic": "y = -x[0] + x[1] * 2 - 1 / x[2] + x[0] ** 2 + x[1] // 0.3 + x[2] % 0.3",
    "comparison chains": "y = x[0] if 0.0 < x[1] < 2.0 else x[1]",
    "`and`, `or`, `not` on conditions": "y = x[0] if x[0] > 0 and not x[1] > 9 or x[2] > 3 else 0.0",
    "conditional expression": "y = x[0] if x[0] > x[1] else x[1]",
    "`if`, `elif`, `else`": "if x[0] > 2.0:\n    y = x[0]\nelif x[1] > 0:\n    y = x[1]\nelse:\n    y = 0.0",
    "`for` over `range`, any step": "y = 0.0\nfor i in range(len(x) - 1, -1, -1):\n    y = 0.5 * y + x[i]",
    "`for` over arrays: elements, or rows as views": "z = np.ones((2, 3)) * x\nfor row in z:\n    row *= row[0]\n"
    "y = np.sum(z)\nfor v in x:\n    y += v * v",
    "`enumerate`, `zip`, `reversed`": "y = 0.0\nfor i, (a, b) in enumerate(zip(x, reversed(x)), 1):\n"
    "    y += i * a * b",
    "`for` over tuples": "y = 0.0\nfor v, f in ((x[0], np.sin), (2, square)):\n    y += f(v) * x[1]",
    "`while`": "y = x[0]\nwhile y < 100.0:\n    y *= 2.0",
    "`break`, `continue`, `else` of loops": "y = 0.0\nfor i in range(3):\n    if x[i] > 9:\n        break\n"
    "    if x[i] < 0:\n        continue\n    y += x[i]\nelse:\n    y *= 2.0",
    "early `return`": "if x[0] > 1.0:\n    return x[1] * x[1]\ny = x[0]",
    "elements and slices": "y = x[0] + x[-1] * np.sum(x[1:]) + np.sum(x[::-2])",
    "element and slice stores": "z = x.copy()\nz[0] = x[1] * x[2]\nz[1:] += z[:-1]\nz[::2] = 1.0\ny = np.sum(z * z)",
    "arrays of integers as indices": "k = np.array([2, 0, 2])\nz = x[k] * x[[0]]\nz[k] = x * x\ny = np.sum(z)",
    "conditions as indices": "z = x.copy()\nz[x > 1.0] *= 2.0\ny = np.sum(z[z < 9.0])",
    "second names and views of one array": "z = x.copy()\nw = z[1:]\nw[0] = 3.0 * x[0]\ny = np.sum(z)",
    "exchange of buffers": "u, v = x.copy(), np.zeros(3)\nfor _ in range(3):\n    v[1:] = 2.0 * u[:-1]\n"
    "    u, v = v, u\ny = np.sum(u)",
    "`*rest` of tuples": "a, *rest = x[0], x[1], 2.0\ny = a * rest[0] * len(rest)",
    "`:=`": "y = z * x[1] if (z := x[0] * x[0]) > 0.0 else 1.0",
    "`assert`, `raise` of builtin exceptions, text with numbers": "assert len(x) == 3, f'{len(x)} numbers'\n"
    "if x[0] > 100.0:\n    raise ValueError('too large')\ny = x[0]",
    "`match` on constants, tuples, names, classes, guards": "match len(x):\n    case 1 | 2:\n        y = x[0]\n"
    "    case n if n > 2:\n        y = x[0] * n\n    case _:\n        y = 0.0",
    "strings, enum members, `None`: compared, and chosen by": "mode = 'fast'\ny = x[0] if mode == 'fast' else x[1]",
    "strings, enum members and functions that differ from path to path":
        "mode = 'up' if x[0] > x[1] else 'down'\nf = np.sin if mode == 'up' else np.cos\ny = f(x[0])",
    "`is None`, `isinstance`, `in` of tuples": "y = x[0] if x is not None and isinstance(x, np.ndarray) else 0.0\n"
    "y *= 2.0 if len(x) in (1, 3) else 1.0",
    "`del` of names, `nonlocal`": "z = x[0]\ndef add(v):\n    nonlocal z\n    z += v\nadd(x[1])\ny = z\ndel z",
    "tuples": "t = (x[0], (x[1], 2.0))\ny = t[0] * t[1][0]",
    "dicts with constant keys": 'p = {"a": x[0], "b": 2.0}\np["c"] = p["a"] * p.get("d", x[1])\ny = 0.0\n'
    'for key, value in p.items():\n    y += value * value if key != "b" else value\ny *= "a" in p',
    "named tuples": "p = Point(x[0], y=x[1])\np = p._replace(x=p.y * p[0])\na, b = p\ny = a * b",
    "dataclasses and other classes": "p = Body(x[0], 2.0)\np.move(x[1])\ny = p.place * p.speed * p.energy",
    "lists": "z = [x[0], 2.0 * x[1]]\nz.append(z[-1] * x[2])\nz[0] += z[1]\ny = sum(z) * max(z) + len(z[1:])",
    "lists of numbers that grow at run time": "z = []\nwhile len(z) < 3 * len(x):\n    z.append(x[0] * len(z))\n"
    "y = z.pop() * z[0] + sum(z)",
    "arrays and objects in such lists, stored into": "z = [x * k for k in range(len(x))]\n"
    "b = [Body(x[k], 1.0) for k in range(len(x))]\nfor k, p in enumerate(b):\n    z[k][0] += p.place\n"
    "    p.move(z[k][1])\ny = np.sum(z[2]) * b[1].place",
    "lists in such lists that grow": "z = [[] for v in x]\nfor k in range(9):\n    z[k % 3].append(x[k % 2] * k)\n"
    "y = sum(z[0]) * z[1].pop() + len(z[2])",
    "list and dict comprehensions": "z = [u * u for u in [x[0], x[1]]]\n"
    'q = {k: v * x[0] for k, v in {"a": x[1]}.items()}\n'
    'y = sum(z) + q["a"] + sum(k * x[0] for k in range(3))',
    "arrays of numbers": "z = np.array([[x[0], 1.0], [x[1], x[2]]])\ny = np.sum(z @ z)",
    "calls of Python functions": "y = square(x[0]) + square(a=x[1])",
    "local functions and `lambda`": "def scaled(u):\n    return u * x[0]\ny = scaled(x[1]) + (lambda u: u * u)(x[2])",
    "functions as arguments and in tuples": "y = twice(square, x[0])\nfor f in (np.sin, square):\n"
    "    y += f(y)",
    "`*args`, `**options`, keyword-only arguments of functions called": "def f(*args, k, **more):\n"
    "    return args[0] * k * more['z']\ny = f(*(x[0], 1.0), k=x[1], z=2.0)",
    "functions that call themselves or each other": "y = fact(x[0])",
    "`abs`, `min`, `max` of numbers, `len`": "y = abs(x[0]) + min(x[0], x[1]) + max(x[1], 0.0) * len(x)",
    "`float`, `int`, `bool` of numbers": "y = float(int(x[0])) * x[1] if bool(x[0]) else 0.0",
    "`np.float64`, `np.float32`, `np.int64`, …": "y = np.float64(x[0]) * np.int64(3)",
    "`math.floor`, `math.ceil`, `math.trunc`": "y = math.floor(x[0]) * x[0] + math.ceil(x[1]) * x[1]",
    "constants of modules": "y = math.pi * x[0] + np.e",
}

# Refused today, each with the code of its message; tests/docs compiles these too.
NOT_YET: dict[str, tuple[str, str]] = {
    "an axis that is known only when the program runs": ("y = np.sum(x.reshape(3, 1), axis=int(x[0]))[0]", "T041"),
    "stores into what NumPy makes read-only, or may copy": (
        "z = np.broadcast_to(x, (3,))\nz[0] = 1.0\ny = z[1]", "T042"),
    "arrays in an index apart from each other": ("y = np.sum(np.ones((2, 2, 2))[0, :, np.array([0, 1])])", "T007"),
    "`np.frexp`, `linalg.tensorsolve` and what else is not in the tables": ("y = np.frexp(x)[0][0]", "T001"),
    "loops over sets that are not sorted": ("y = 0.0\nfor v in {x[0], x[1]}:\n    y += v", "R015"),
    "lists of numbers and arrays together, of a length that only the call tells": (
        "z = [v for v in x]\nz.append(x)\ny = z[0]", "R004"),
    "the exception that `except` has caught, as an object": (
        "try:\n    y = x[5]\nexcept IndexError as e:\n    y = len(str(e)) * x[0]", "A038"),
    "`with`": ("with open('f') as f:\n    y = x[0]", "A003"),
    "strings that are made of numbers, in arithmetic, and as names": ("y = f'{x[0]}'", "A008"),
}

SECTIONS: tuple[tuple[str, Callable[[Row], bool]], ...] = (
    ("Arithmetic", lambda r: r.rule == "arithmetic" or r.infix == "/"),
    ("Functions of each element", lambda r: r.rule in ("floating", "selection") and r.infix != "/"),
    ("Comparisons and logic", lambda r: r.rule in ("comparison", "logical", "bitwise", "predicate")),
    ("Whole arrays", lambda r: r.rule == "structured"),
)
PRODUCTS = {"dot11": "vector, vector", "dot21": "matrix, vector", "dot12": "vector, matrix", "dot22": "matrix, matrix"}
ADDED = {
    "take": "`x_bar[indices]` is added to, for each time an element is named",
    "add_at": "`b_bar += a_bar[indices]`",
    "sort": "`x_bar[np.argsort(x)] += y_bar`, of equal entries in their order",
    "eigh": "`v @ (diag(w_bar) + g / gaps) @ v.T` with `g = v.T @ v_bar`, in the triangle that is read",
    "eigvalsh": "`(v * y_bar) @ v.T`, in the triangle that is read",
    "svd": "that of Wan and Zhang (2019), see [matrices](architecture.md#matrices)",
    "svdvals": "`(u * y_bar) @ v.T`",
    "qr": "that of Walter and Lehmann (2010), of matrices of full rank",
    "pinv": "that of Golub and Pereyra (1973), for matrices of constant rank",
    "lstsq": "that of Golub and Pereyra (1973), for matrices of constant rank",
    "expm": "a block of the exponential of a block matrix: Higham (2008), 3.2",
    "lu_factor": "that of de Hoog, Anderssen and Lukas (2011)",
    "interp": "that of the line between the two neighbours, in all three; constant beyond the ends",
}
PARTS = {"solve": "solve22", "slogdet": "slogdet_log"}
ATTRIBUTES = {"shape", "size", "ndim", "T"}


def text() -> str:
    """The whole page."""
    parts = [HEAD, "## The language\n", *_constructs(), "## Operations\n", OPERATIONS]
    for title, belongs in SECTIONS:
        parts += [f"### {title}\n", *_operations(row for row in OPS if belongs(row) and spellings(row))]
    return "\n".join([*parts, *_products(), *_written(), *_refusals()])


def spellings(row: Row) -> list[str]:
    """How users write an operation; empty for what only derivatives use."""
    names = [*(f"np.{n}" for n in row.numpy), *(f"math.{n}" for n in row.math),
             *(f"special.{n}" for n in row.scipy), *(f"scipy.linalg.{n}" for n in row.linalg), *row.builtin]
    methods = [f"x.{n}" if n in ATTRIBUTES else f"x.{n}()" for n in row.method]
    operators = []
    if row.infix:
        operators = [f"a {row.infix} b" if len(row.operands) == 2 else f"{row.infix}x"]
    return [*operators, *names, *methods]


def signature(row: Row) -> str:
    """Operands and keyword options, optional ones in brackets."""
    if row.name == "pack":
        return "nested lists or tuples of numbers, `dtype=`"
    required = len(row.operands) - row.optional
    listed = ", ".join(row.operands[:required]) + "".join(f"[, {n}]" for n in row.operands[required:])
    named = [n.removeprefix("*") for n in row.config if n]
    operands = [f"`{listed}`"] if listed else []
    return ", ".join([*operands, *(f"`{name}=`" for name in (*named, *(name for name, _ in row.options)))])


def adjoint(row: Row) -> str:
    """What the backward part adds, or why it cannot."""
    if row.reason:
        return f"none: {row.reason}"
    if row.name in ADDED:
        return ADDED[row.name]
    if row.name in PARTS:
        return adjoint(BY_NAME[PARTS[row.name]])
    if row.name in ("dot", "matmul", "inner"):
        return "by rank, see below"
    if row.name == "pack":
        return "each number gets its element of `y_bar`"
    if not row.partials and row.rule == "structured":
        return "that of the operations it is put together from"
    without = [f"`{name}`: none, {row.without}" for name, p in zip(row.operands, row.partials, strict=False)
               if row.without and not p][:1]
    pairs = [(name, partial) for name, partial in zip(row.operands, row.partials, strict=False) if partial]
    lines = [f"`{name}_bar += {contribution(partial)}`" for name, partial in pairs if partial != "0"] + without
    lines = lines or ["zero"]
    lines += [f"of complex numbers `{name}_bar += {contribution(partial)}`"
              for name, partial in zip(row.operands, row.complex_partials, strict=False)]
    return re.sub(r"\b(dot|solve)[12]{2}\b", r"\1", "<br>".join(lines))


def contribution(partial: str) -> str:
    """A formula of the table as the whole contribution."""
    if partial in ("1", "-1"):
        return "y_bar" if partial == "1" else "-y_bar"
    if re.search(r"\by_bar\b", partial):
        return partial
    atomic = isinstance(ast.parse(partial, mode="eval").body, ast.Call | ast.Name | ast.Constant)
    return f"y_bar * {partial}" if atomic else f"y_bar * ({partial})"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _constructs() -> Iterable[str]:
    yield "Numbers (`float`, `int`, `bool`, `complex`, and NumPy's float64, float32, int64, int32, bool, complex128,"
    yield "complex64), arrays of these of any rank and memory layout, and tuples, lists, dicts, named tuples and"
    yield "objects of them. A record (all but the numbers and arrays) belongs to the signature with its class and its"
    yield "keys; pass a list of more than 256 items as an array. The gradient by a record has its class, its keys and"
    yield "their order, with `None` for integers, booleans, strings and `None`: these have no derivative, and a zero"
    yield "would hide that. Compiled code does not store into a record of the caller's, only into the elements of its"
    yield "arrays. A result that may be a record of the caller's, depending on the path, is a copy of it.\n"
    yield "`x` is an array in these examples, `Point` a named tuple, `Body` a dataclass with a method and a property:\n"
    yield "| construct | for example |\n| --- | --- |"
    for name, code in CONSTRUCTS.items():
        lines = [line.replace("    ", "&emsp;") for line in code.splitlines()]
        yield _row(name, "<br>".join(re.sub(r"^((?:&emsp;)*)(.*)$", r"\1`\2`", line) for line in lines))
    yield "\nNot yet: derivatives of derivatives, Jacobians, forward mode; and inside a function\n"
    yield from (f"- {name}" for name in NOT_YET)
    yield ""


def _operations(rows: Iterable[Row]) -> Iterable[str]:
    table = [(", ".join(f"`{s}`" for s in spellings(row)), signature(row), adjoint(row)) for row in rows]
    if all(derivative == "zero" for _, _, derivative in table):
        yield "The result is true or false, or an integer, and has no adjoint.\n"
        yield "| operation | operands |\n| --- | --- |"
        yield from (_row(operation, operands) for operation, operands, _ in table)
    else:
        yield "| operation | operands | adjoint |\n| --- | --- | --- |"
        yield from (_row(*cells) for cells in table)
    yield ""


def _products() -> Iterable[str]:
    yield "Products of vectors and matrices:\n"
    yield "| `a @ b` of | adjoint |\n| --- | --- |"
    for name, ranks in PRODUCTS.items():
        yield _row(ranks, adjoint(BY_NAME[name]))
    yield ""


def _written() -> Iterable[str]:
    """The functions that the library has written in Python, by the library that they stand for."""
    yield "## Written in Python\n"
    yield "These stand in the compiler's own library as users would write them. They are translated where they are"
    yield "called, and have the derivative of the operations that they are made of. Of a distribution of `scipy.stats`,"
    yield "`stats.norm(loc, scale).logpdf(x)` is as good as `stats.norm.logpdf(x, loc, scale)`.\n"
    yield "| of | functions |\n| --- | --- |"
    found: dict[str, list[str]] = {}
    for module, library in MODULES.items():
        for name, function in table(module).items():
            given = ", ".join(inspect.signature(function).parameters)
            found.setdefault(library, []).append(f"`{name.removeprefix(f'{library}.')}({given})`")
    for library, names in sorted(found.items()):
        yield _row(f"`{library}`", ", ".join(sorted(names)))
    yield "\nSo are `np.r_`, `np.c_`, `np.mgrid` and `np.ogrid`, and what `np.vectorize` makes of a function.\n"


def _refusals() -> Iterable[str]:
    yield "## What is refused\n"
    yield "Words in capitals depend on the program. `python -m tapeless explain CODE` prints an entry.\n"
    for letter, title in FAMILIES.items():
        yield f"### {title[0].upper()}{title[1:]}\n"
        yield "| code | message | write instead |\n| --- | --- | --- |"
        for code, entry in CATALOGUE.items():
            if code[0] == letter:
                yield _row(code, general(entry.text), "<br>".join(map(general, entry.helps)))
        yield ""
