"""The smallest program for every code of the catalogue.

A program is Python source that defines `f`; its file is called `example.py`. The gradient of `f` is asked for with the
arguments given, unless `how` says something else. A name after the code tells several examples of one code apart.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np

VECTOR = np.array([1.0, 2.0, 3.0])
Pair = namedtuple("Pair", "x y")
MATRIX = np.array([[1.0, 2.0], [3.0, 4.0]])


@dataclass(frozen=True)
class Example:
    """`options` are those of `differentiate`. `how` is "without source" when there is no file to read.

    `saved_as` is what the file holds by the time of the call. `also` are codes of findings that cannot be avoided.
    """

    source: str
    args: tuple[Any, ...] = (1.5,)
    how: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    saved_as: str | None = None
    also: tuple[str, ...] = ()


def line(expression: str, *args: Any, parameters: str = "x") -> Example:
    """A function of one line."""
    return Example(f"def f({parameters}):\n    return {expression}\n", args or (1.5,))


def lines(*statements: str, args: tuple[Any, ...] = (1.5,), parameters: str = "x", **options: Any) -> Example:
    """A function of several lines."""
    return Example(f"def f({parameters}):\n" + "".join(f"    {s}\n" for s in statements), args, **options)


def decorated(expression: str) -> Example:
    """A module that decorates something."""
    return Example(f"from tapeless import differentiate\n\nf = {expression}\n")


SOURCE = {
    "F001": Example("def f(x):\n    return x\n", how="without source"),
    "F002": decorated("differentiate(math.sin)"),
    "F002 class": decorated("differentiate(dict)"),
    "F002 number": decorated("differentiate(3.0)"),
    "F002 method": decorated("differentiate(np.zeros(3).sum)"),
    "F002 static method": decorated("differentiate(staticmethod(lambda x: x))"),
    "F002 derivative": decorated("differentiate(differentiate(lambda x: x * x).grad)"),
    "F003": line("x * scale"),
    "F003 misspelled": Example("scale = 2.0\ndef f(x):\n    return x * scael\n"),
    "F004": line("math.sinn(x)"),
    "F004 of a module of the user": Example("import json\ndef f(x):\n    return json.factor * x\n"),
    "F005": Example("def f(x):\n    return x * x\n", saved_as="def f(x):\n    return 1.0\n"),
    "F006": Example("table = {1.0, 2.0}\ndef f(x):\n    return x in table\n"),
    "F006 a default": Example("def g(x, k=frozenset()):\n    return x\ndef f(x):\n    return g(x)\n"),
    "F006 a list": Example("weights = 2000 * [1.0]\ndef f(x):\n    return weights[0] * x\n"),
    "F007": lines("y = z * x", "z = 2.0", "return y"),
    "F008": Example("def g(x):\n    return x\ndef f(x):\n    return g * x\n"),
    "F008 a class": line("x * float"),
    "F008 returned": lines("return x, abs"),
}

CONSTRUCTS = {
    "A002": lines("try:", "    y = 1.0 / x", "finally:", "    print(x)", "return y"),
    "A002 leaving": lines("for k in range(3):", "    try:", "        x = 1.0 / x", "    finally:", "        break",
                          "return x"),
    "A002 a name": lines("try:", "    y = 1.0 / x", "except x:", "    y = 0.0", "return y"),
    "A003": lines("with open('log') as log:", "    y = x", "return y"),
    "A004": lines("mode = 'fast'", "return x + mode"),
    "A006": lines("parts = (x * k for k in range(3))", "return x"),
    "A007": lines("known = frozenset((1.0, 2.0))", "return x"),
    "A008": lines("label = f'{x}'", "return x"),
    "A009": lines("import nowhere", "return x"),
    "A011": lines("if x < 0.0:", "    raise ValueError('negative', x)", "return x"),
    "A011 again": lines("try:", "    y = 1.0 / x", "except ZeroDivisionError:", "    print(x)", "    raise",
                        "return y"),
    "A011 class": Example("class Odd(ValueError):\n    pass\ndef f(x):\n    raise Odd('negative')\n"),
    "A011 value": lines("assert x > 0.0, x", "return x"),
    "A012": Example("count = 0\ndef f(x):\n    global count\n    count = 1\n    return x\n"),
    "A014": Example("def g(a, b=2.0):\n    return a * b\ndef f(x):\n    return g(*x)\n", (VECTOR,)),
    "A014 in a signature": lines("return x[0]", parameters="*x"),
    "A015": lines("a, *b = x", "return a[0]", args=(MATRIX,)),
    "A015 returned": lines("a, *b = (x, x, x)", "return b"),
    "A017": lines("match x:", "    case {'a': 1.0}:", "        return x", "return 2.0 * x"),
    "A018": lines("del x[0]", "return x[0]", args=(VECTOR,)),
    "A019": lines("s = 0.0", "for a, b in zip(x, x, strict=True):", "    s += a * b", "    break", "return s",
                  args=(VECTOR,)),
    "A020": lines("s = 0.0", "for i, v in reversed(enumerate(x)):", "    s += v", "return s", args=(VECTOR,)),
    "A022": lines("class Point:", "    pass", "return x"),
    "A023": lines("return x[0] if x is y else x[1]", args=(VECTOR, VECTOR), parameters="x, y"),
    "A023 in": lines("return x[0] if 1.0 in x else 0.0", args=(VECTOR,)),
    "A025": lines("x.flags = 0.0", "return x[0]", args=(VECTOR,)),
    "A026": line("np.sum(x.itemsize)", VECTOR),
    "A027": line("np.sum(x.ptp())", VECTOR),
    "A028": line("x * (x << 1)"),
    "A029": lines("y = b'bytes'", "return x"),
    "A030": Example("async def f(x):\n    return x\n"),
    "A031": lines("yield x"),
    "A033": line("x * np.random.normal()"),
    "A034": Example("import sys\ndef f(x):\n    print(x, file=sys.stderr)\n    return x\n"),
    "A035": lines("def g(u, k):", "    if k == 0:", "        return np.sum(u)", "    s = g(u * 0.5, k - 1)",
                  "    u[0] = 2.0", "    return s + np.sum(u)", "return g(x * 1.0, n)", args=(VECTOR, 3),
                  parameters="x, n"),
    "A035 records": lines("def g(p, k):", "    return p['a'] if k == 0 else g({'a': p['a'] * x}, k - 1)",
                          "return g({'a': x}, n)", args=(1.5, 3), parameters="x, n"),
    "A036": Example(
        "def g(k):\n    return lambda u: u * k\ndef f(x):\n    for i in range(3):\n        x = g(i)(x)\n"
        "    return x\n"),
    "A037": lines("s = 0.0", "for i in range(3):", "    def g(u, k=i):", "        return u * k", "    h = g",
                  "    s += h(x)", "return s"),
    "A038": lines("try:", "    y = 1.0 / x", "except ZeroDivisionError as e:", "    print(e)", "    y = 0.0",
                  "return y"),
    "A039": Example("class P:\n    def __init__(self, a):\n        self.a = a\n"
                    "    def inverse(self):\n        return 1.0 / self.a\n"
                    "def f(x):\n    p = P(x)\n    try:\n        y = p.inverse()\n"
                    "    except ZeroDivisionError:\n        y = 0.0\n    return y\n"),
    "A040": lines("print('-' * n, x)", "return x", args=(1.5, 3), parameters="x, n"),
    "A040 a sum": lines("print('x = ' + x)", "return x"),
    "A040 a growing list": lines("found = []", "while x < 9.0:", "    x = x * x", "    found.append(x)",
                                 "print(found)", "return x"),
    "A040 a function": Example("def g(x):\n    return x\ndef f(x):\n    print(g)\n    return x\n"),
    "A040 an object": Example("class P:\n    def __init__(self, a):\n        self.a = a\n"
                              "def f(x):\n    p = P(x)\n    print(p)\n    return p.a\n"),
}

TYPES = {
    "T001": line("np.sum(np.linalg.tensorinv(x))", MATRIX),
    "T001 close to a supported one": line("np.sort_complex(x)", VECTOR),
    "T001 of the user's library": Example("from json import loads\ndef f(x):\n    return loads(x)\n"),
    "T001 builtin": line("id(x)", VECTOR),
    "T002": line("np.std(x, correction=1.0)", VECTOR),
    "T003": line("np.sin(x, x, x)"),
    "T003 a Python function": Example("def g(a, b):\n    return a * b\ndef f(x):\n    return g(x)\n"),
    "T003 range": lines("for i in range():", "    x = x * 2.0", "return x"),
    "T004": line("x + (x, x)"),
    "T004 math of an array": line("np.sum(math.sin(x))", VECTOR),
    "T005": lines("if x > 0.0:", "    y = x", "else:", "    y = np.zeros(3)", "return np.sum(y)"),
    "T005 in a loop": lines("y = x", "for i in range(3):", "    y = (y, x)", "return x"),
    "T005 results": lines("if x > 0.0:", "    return x", "return x, x"),
    "T005 conditional expression": line("x if x > 0.0 else (x, x)"),
    "T005 result of a helper": Example(
        "def g(x):\n    if x > 0.0:\n        return x\n    return x, x\ndef f(x):\n    return g(x)[0]\n"),
    "T006": line("x[0, 1]", VECTOR),
    "T007": line("np.sum(x[k])", VECTOR, np.array([0.0, 2.0]), parameters="x, k"),
    "T007 apart": line("np.sum(x[k, :, 0])", np.ones((2, 2, 2)), np.array([0, 1]), parameters="x, k"),
    "T007 float": line("x[1.5]", VECTOR),
    "T008 out of range": line("(x, x)[2]"),
    "T008": lines("t = (x, 2)", "s = 0.0", "for i in range(2):", "    s += t[i]", "return s"),
    "T009": lines("a, b = (x, x, x)", "return a"),
    "T009 of a number": lines("a, b = x", "return a"),
    "T010": lines("if x > 0.0:", "    return x[0]", "return x[1]", args=(VECTOR,)),
    "T011": lines("if x > 0.0:", "    return x"),
    "T012": lines("y = np.zeros(n)", "return x", args=(1.5, 2.0), parameters="x, n"),
    "T012 range": lines("for i in range(n):", "    x = x * 2.0", "return x", args=(1.5, 2.0), parameters="x, n"),
    "T013": line("np.sum(np.zeros(3, dtype=np.float16)) * x"),
    "T014": line("np.sum(np.concatenate((x, y)))", VECTOR, MATRIX, parameters="x, y"),
    "T015": lines("k += x", "return x[0]", args=(VECTOR, np.array([1, 2, 3])), parameters="x, k"),
    "T016": lines("x[0] = 1.0", "return x"),
    "T017": line("x * 123456789012345678901234567890"),
    "T018": lines("return x(2.0)"),
    "T018 class": Example("class Scale(float):\n    pass\ndef f(x):\n    return Scale(x)\n"),
    "T018 module": line("math(x)"),
    "T019": Example("table = np.zeros(3)\ndef f(x):\n    table[0] = x\n    return x\n"),
    "T021": lines("return np.sum(m + m) * x", args=(1.5, np.array([True, False])), parameters="x, m"),
    "T023": line("x[0]"),
    "T023 of an expression": line("(x + 1.0)[0]"),
    "T024": lines("a = np.zeros(3)", "a[0] = x", "return np.sum(a)", args=(VECTOR,)),
    "T040": line("np.sum(np.sum(x, axis=2))", MATRIX),
    "T040 given twice": line("np.sum(np.sum(x, axis=(0, 0)))", MATRIX),
    "T041": line("np.sum(np.sum(x, axis=k))", MATRIX, 1, parameters="x, k"),
    "T042": lines("y = np.broadcast_to(x, (2, 3))", "y[0] = 0.0", "return np.sum(y)", args=(VECTOR,)),
    "T042 reshape": lines("y = x.T.reshape(4)", "y[0] = 0.0", "return np.sum(y)", args=(MATRIX,)),
    "T042 of an operand": lines("y = np.broadcast_to(x, (2, 3))", "x[0] = 0.0", "return np.sum(y)", args=(VECTOR,)),
    "T042 diagonal": lines("d = np.diag(x)", "d[0] = 0.0", "return np.sum(x)", args=(MATRIX,)),
    "T043": line("np.sum(np.einsum('ij,k->ik', x, x))", MATRIX),
    "T071": line("x if x + 1j < 2.0 else 0.0"),
    "T071 math": line("math.sin(x * 1j)"),
    "T071 array": line("np.max(x * 1j)", VECTOR),
    "T072": line("float(x * 1j)"),
    "T072 store": lines("a = np.zeros(3)", "a[0] = 1j * x[0]", "return np.sum(a)", args=(VECTOR,)),
    "T043 reshape": line("np.sum(x.reshape(-1, -1))", MATRIX),
    "T024 of a tuple": lines("a = np.zeros(3)", "a[0] = (x, x, x)", "return np.sum(a)"),
    "T022": Example("def g(v):\n    v * v\ndef f(x):\n    return g(x) + x\n"),
    "T027": lines("s = 0.0", "for v in x:", "    s += v", "return s"),
    "T028": Example("TABLE = {'sin': math.sin}\ndef f(x, name='cos'):\n    return TABLE[name](x)\n"),
    "T025": lines("return x if isinstance(x, n) else 0.0", args=(1.5, 2), parameters="x, n"),
    "T026": lines("n = 1", "for k in m:", "    n = n * k", "return x if isinstance(n, int) else 0.0",
                  args=(1.5, np.array([1, 2])), parameters="x, m"),
}

RECORDS = {
    "R001": lines("p = {'a': x}", "return p['b']"),
    "R001 index": lines("p = [x, 2.0]", "return p[2]"),
    "R001 attribute": lines("return p.z", args=(Pair(1.5, 2.5),), parameters="p"),
    "R002": lines("if x > 0.0:", "    p = {'a': x}", "else:", "    p = {'b': x}", "return p['a']"),
    "R003": lines("p['a'] = 2.0", "return p['a']", args=({"a": 1.5},), parameters="p"),
    "R004": lines("parts = []", "for i in range(n):", "    parts.append(x)", "parts.append((x, 2.0))", "return x",
                  args=(1.5, 3), parameters="x, n"),
    "R005": lines("p = {'a': x}", "return p * 2.0"),
    "R006": lines("parts = [{'a': x}, {'b': x}]", "return parts[n]['a']", args=(1.5, 0), parameters="x, n"),
    "R007": lines("p = [x]", "q = p if x > 1.0 else [2.0]", "q[0] = 3.0", "return p[0]"),
    "R008": lines("p = {'a': x}", "p.popitem()", "return x"),
    "R009": lines("parts = [x]", "for v in parts:", "    parts.append(v)", "return x"),
    "R010": lines("rows = [(1.0, x), [2.0, x]]", "s = 0.0", "for i in range(2):", "    a, *b = rows[i]",
                  "    s += b[0]", "return s"),
    "R011": lines("parts = [x * i for i in range(n)]", "y = 2.0 * x", "z = y", "parts.append(y)", "parts[-1][0] = 1.0",
                  "return z[0]", args=(VECTOR, 3), parameters="x, n"),
    "R012": lines("parts = [x * i for i in range(n)]", "y = parts[0]", "if n > 2:", "    y = 2.0 * y",
                  "parts.append(2.0 * x)", "y[0] = 1.0", "return parts[0][0]", args=(VECTOR, 3), parameters="x, n"),
    "R013": lines("p = {'a': x, 'b': 1.0}", "q = {'a': 2.0, 'b': None}", "r = p if x > 1.0 else q", "r['a'] = 3.0",
                  "return p['a']"),
    "R014": lines("d = {}", "d[x] = 1.0", "d[n] = 2.0", "return x", args=(1.5, 1), parameters="x, n"),
    "R015": lines("s = 0.0", "for v in {x, 2.0}:", "    s += v", "return s"),
    "R016": lines("d = {}", "d[x * np.ones(2)] = 1.0", "return x"),
    "R017": lines("chain = {'next': None, 'value': x}", "for i in range(n):",
                  "    chain = {'next': chain, 'value': x * i}", "return chain['value']", args=(1.5, 3),
                  parameters="x, n"),
}

DERIVATIVES = {
    "D001": line("np.sum(np.arange(0.0, x, 0.5))"),
    "D002": Example("def f(x, n):\n    return n * x\n", (1.5, 2), options=(("wrt", "n"),)),
    "D003": Example("def f(x, y):\n    return x * y\n", (1.5, 2.5), options=(("wrt", "z"),)),
    "D003 position": Example("def f(x, y):\n    return x * y\n", (1.5, 2.5), options=(("argnums", 2),)),
    "D004": line("2.0 * x", VECTOR),
    "D004 tuple": line("(x, x)"),
    "D005": lines("return 1 if x > 0.0 else 2"),
    "D006": lines("x[0] = 1.0", args=(VECTOR,)),
    "D007": Example("def f():\n    return 2.0\n", args=()),
    "D021": line("x * 1j"),
}

EXAMPLES: dict[str, Example] = {**SOURCE, **CONSTRUCTS, **TYPES, **RECORDS, **DERIVATIVES}

# Codes that no program meets, each with the reason.
WITHOUT_EXAMPLE: dict[str, str] = {}
