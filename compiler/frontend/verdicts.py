"""The verdict on every node of Python's grammar, with examples: docs/python.md is this table.

`accept` takes its refusals from here: a node with a code is refused wherever `translate` meets it by itself. The others
have examples that are accepted, and where there is a condition, some that are refused. An example is the body of a
function of `x`, an array of three floats, that returns `y`. Nodes are named, since not every version of Python has all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`shown` is how the construct is written; `refused` maps examples to the codes of their findings.

    `code` is the finding for the node by itself, and `what` fills its message. A node without any example is part of
    another one, or not in every version of Python.
    """

    shown: str
    accepted: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    code: str = ""
    what: str = ""
    condition: str = ""


def _accepted(
    shown: str, *examples: str, condition: str = "", alone: tuple[str, str] = ("", ""), **refused: str
) -> Verdict:
    """An accepted construct; the keywords are codes, each with an example that it refuses."""
    return Verdict(shown, examples, tuple((text, code) for code, text in refused.items()), *alone, condition)


def _refused(shown: str, code: str, what: str, example: str) -> Verdict:
    return Verdict(shown, (), ((example, code),), code, what)


STATEMENTS: dict[str, Verdict] = {
    "FunctionDef": _accepted("`def` inside a function", "def g(u, k=2.0):\n    return k * u\ny = g(x[0])",
                             "def twice(g):\n    return lambda u: 2.0 * g(u)\n@twice\ndef h(u):\n    return u * u\n"
                             "y = h(x[0])", condition="called while the function around it runs",
                             T001="@functools.cache\ndef g(u):\n    return u\ny = g(x[0])"),
    "AsyncFunctionDef": _refused("`async def`", "A030", "async def", "async def g():\n    pass\ny = x[0]"),
    "ClassDef": _refused("`class` inside a function", "A022", "class", "class A:\n    pass\ny = x[0]"),
    "Return": _accepted("`return`, anywhere", "if x[0] > 1.0:\n    return x[1]\ny = x[0]"),
    "Delete": _accepted("`del name`, `del z[k]`", "z = [x[0], x[1]]\ny = 2.0 * z[1]\ndel z[0]\ny *= z[0]\ndel z",
                        condition="of names, and items of lists and dicts", A018="del x[0]\ny = x[1]"),
    "Assign": _accepted("`=`, chained and unpacking", "a = b = x[0]\n(c, d), e = (a, x[1]), b\ny = c * d + e"),
    "AugAssign": _accepted("`+=` and the others", "y = x[0]\ny *= x[1]\ny //= 0.3",
                           A028="k = x[0]\nk <<= 1\ny = k"),
    "TypeAlias": Verdict("`type A = ...`", (), (), "A029"),
    "AnnAssign": _accepted("`y: float = ...`", "y: float = x[0] * x[1]"),
    "For": _accepted("`for`, `else`", "y = 0.0\nfor i, v in enumerate(x):\n    y += i * v\nelse:\n    y *= 2.0",
                     condition="over ranges, arrays, tuples, lists and dicts, and `enumerate`, `zip` and `reversed` of "
                               "them", T027="y = 0.0\nfor v in 3.0:\n    y += v"),
    "AsyncFor": _refused("`async for`", "A030", "async for", ""),
    "While": _accepted("`while`, `else`", "y = x[0]\nwhile True:\n    y *= 2.0\n    if y > 100.0:\n        break"),
    "If": _accepted("`if`, `elif`, `else`", "if x[0] > 2.0:\n    y = x[0]\nelif x[1] > 0.0:\n    y = x[1]\nelse:\n"
                    "    y = 0.0"),
    "With": _accepted("`with np.errstate(...)`", "with np.errstate(divide='ignore'):\n    y = x[0] / x[1]",
                      condition="compiled code raises no warnings, so this does nothing; no other context manager",
                      A003="with open('notes.txt') as file:\n    y = x[0]"),
    "AsyncWith": _refused("`async with`", "A003", "with", ""),
    "Match": _accepted("`match`", "match len(x):\n    case 1 | 2:\n        y = x[0]\n    case n if n > 2:\n"
                       "        y = x[0] * n\n    case _:\n        y = 0.0"),
    "Raise": _accepted("`raise`", "if x[0] > 100.0:\n    raise ValueError('too large')\ny = x[0]",
                       condition="builtin exceptions with a text", A011="raise KeyboardInterrupt(x)\ny = x[0]"),
    "Try": _accepted("`try`, `except`, `else`, `finally`", "try:\n    y = x[5]\nexcept IndexError:\n    y = x[0]",
                     condition="the exception itself is not read",
                     A002="try:\n    y = x[0]\nfinally:\n    x[0] = 1.0",
                     A038="try:\n    y = x[0]\nexcept IndexError as e:\n    print(e)\n    y = 0.0"),
    "TryStar": _refused("`try`, `except*`", "A002", "`except*`",
                        "try:\n    y = x[0]\nexcept* ValueError:\n    y = 0.0"),
    "Assert": _accepted("`assert`", "assert len(x) == 3, f'{len(x)} numbers'\ny = x[0]"),
    "Import": _accepted("`import` inside a function", "import math as m\ny = m.pi * x[0]",
                        condition="of modules that have been imported, and of libraries",
                        A009="import nowhere\ny = x[0]"),
    "ImportFrom": _accepted("`from ... import` inside a function", "from math import pi as p\ny = p * x[0]",
                            condition="one meaning for each name",
                            A009="from nowhere import s\ny = s(x[0])"),
    "Global": _accepted("`global`", "global np\ny = np.sum(x)", condition="of names that are only read",
                        A012="global z\nz = 1.0\ny = x[0]"),
    "Nonlocal": _accepted("`nonlocal`", "z = x[0]\ndef add(v):\n    nonlocal z\n    z += v\nadd(x[1])\ny = z"),
    "Expr": _accepted("an expression alone", "z = []\nz.append(x[0])\ny = z[0]"),
    "Pass": _accepted("`pass`", "pass\ny = x[0]"),
    "Break": _accepted("`break`", "y = 0.0\nfor v in x:\n    if v < 0.9:\n        break\n    y += v"),
    "Continue": _accepted("`continue`", "y = 0.0\nfor v in x:\n    if v < 0.9:\n        continue\n    y += v"),
}

EXPRESSIONS: dict[str, Verdict] = {
    "BoolOp": _accepted("`and`, `or`", "y = x[0] if x[0] > 0 and x[1] > 0 or x[2] > 3 else 0.0"),
    "NamedExpr": _accepted("`:=`", "y = z * x[1] if (z := x[0] * x[0]) > 0.0 else 1.0"),
    "BinOp": _accepted("`a + b` and the others", "y = x[0] + x[1] * 2 - 1 / x[2]"),
    "UnaryOp": _accepted("`-a`, `+a`, `~a`, `not a`", "y = -x[0] if not x[0] > 9 else +x[0]"),
    "Lambda": _accepted("`lambda`", "f = lambda u, k=2.0: k * u\ny = f(x[0])",
                        "f = (lambda u: u * u) if x[0] > 1.0 else abs\ny = f(x[1])"),
    "IfExp": _accepted("`a if test else b`", "y = x[0] if x[0] > x[1] else x[1]"),
    "Dict": _accepted("`{'a': v, **more}`", "p = {'a': x[0]}\nq = {**p, 'b': x[1]}\ny = q['a'] * q['b']",
                      condition="keys are constants, or numbers and tuples of numbers"),
    "Set": _accepted("`{1, 2}`", "y = x[0] if len(x) in {2, 3} else 0.0", "s = {1, 2}\ny = x[0] * len(s)",
                     condition="of numbers and tuples of numbers"),
    "ListComp": _accepted("`[... for ...]`", "z = [v * v for v in x if v > 0.7]\ny = sum(z)"),
    "SetComp": _accepted("`{... for ...}`", "s = {round(v) for v in x}\ny = x[0] * len(s)",
                         condition="of numbers and tuples of numbers"),
    "DictComp": _accepted("`{k: ... for ...}`", "p = {k: v * x[0] for k, v in {'a': x[1]}.items()}\ny = p['a']",
                          condition="keys are constants, or numbers and tuples of numbers"),
    "GeneratorExp": _accepted("`(... for ...)`", "y = sum(v * v for v in x) if all(v > 0.0 for v in x) else 0.0",
                              condition="where it is gone through at once, as in `sum`, `max`, `all`, `list`",
                              alone=("A006", "comprehension"), A006="z = (v for v in x)\ny = x[0]"),
    "Await": Verdict("`await`"),
    "Yield": _accepted("`yield`", "def g(u):\n    yield u\n    yield 2.0 * u\ny = 0.0\nfor v in g(x[0]):\n    y += v",
                       condition="where a loop or `list(...)` goes through the values at once",
                       A031="yield x[0]\ny = x[0]"),
    "YieldFrom": _accepted("`yield from`", "def g(u):\n    yield from u\n    yield 2.0\ny = sum(g(x))",
                           condition="as `yield`", A031="yield from x\ny = x[0]"),
    "Compare": _accepted("comparisons, also chained", "y = x[0] if 0.0 < x[1] < 2.0 else x[1]"),
    "Call": _accepted("calls", "y = square(x[0]) + square(a=x[1]) + np.sum(x)",
                      condition="of what has source in Python, or is in the [tables](support.md)",
                      T001="y = np.busday_count(x, x)"),
    "FormattedValue": Verdict("`{v}` in an f-string", (), (), "A008", "f-string"),
    "Interpolation": Verdict("`{v}` in a t-string"),
    "JoinedStr": _accepted("f-strings", "p = {'w1': x[0], 'w2': x[1]}\ny = 0.0\nfor i in (1, 2):\n    y += p[f'w{i}']",
                           condition="of constants, and where they are printed or raised",
                           A008="s = f'{x[0]}'\ny = x[0]"),
    "TemplateStr": Verdict("t-strings", (), (), "A029"),
    "Constant": _accepted("numbers, `True`, `None`, strings, `...`", "mode = 'fast'\ny = x[..., 0] if mode == 'fast' "
                          "else 1.0", "mode, y = 'up', 0.0\nfor v in x:\n    y += v if mode == 'up' else -v\n"
                          "    mode = 'down' if y > 1.0 else 'up'", A029="z = b'bytes'\ny = x[0]"),
    "Attribute": _accepted("`a.name`", "y = x.shape[0] * x.T[0] * math.pi", A026="y = x.strides[0] * x[0]"),
    "Subscript": _accepted("`a[...]`", "y = x[-1] * np.sum(x[1:]) + x[[0, 2]][1] + np.sum(x[x > 0.7])"),
    "Starred": _accepted("`*items`", "a, *rest = x[0], x[1], 2.0\ny = a * max(*rest)",
                         "a, *rest = [*(x[0], x[1]), 2.0]\ny = a * rest[1]",
                         condition="of tuples, lists and arrays with one axis", alone=("A014", "*"),
                         A014="z = (*x, 2.0)\ny = x[0]"),
    "Name": _accepted("names", "y = x[0]", F003="y = unknown_name * x[0]"),
    "List": _accepted("`[a, b]`", "z = [x[0], x[1]]\nz.append(2.0)\ny = z[-1] * z[0]"),
    "Tuple": _accepted("`(a, b)`", "z = x[0], (x[1], 2.0)\ny = z[0] * z[1][0]"),
    "Slice": _accepted("`a[i:j:k]`", "y = np.sum(x[::-2]) + np.sum(x[1:])"),
}

OPERATORS: dict[str, Verdict] = {
    "And": _accepted("`and`", "y = x[0] if x[0] > 0 and x[1] > 0 else 0.0"),
    "Or": _accepted("`or`", "y = x[0] if x[0] > 9 or x[1] > 0 else 0.0"),
    "Add": _accepted("`+`", "y = x[0] + x[1]"),
    "Sub": _accepted("`-`", "y = x[0] - x[1]"),
    "Mult": _accepted("`*`", "y = x[0] * x[1]"),
    "MatMult": _accepted("`@`", "y = x @ x"),
    "Div": _accepted("`/`", "y = x[0] / x[1]"),
    "FloorDiv": _accepted("`//`", "y = x[0] * (x[1] // 0.3)"),
    "Mod": _accepted("`%`", "y = x[0] % 0.3"),
    "Pow": _accepted("`**`", "y = x[0] ** x[1]"),
    "BitAnd": _accepted("`&`", "y = np.sum(x[(x > 0.7) & (x < 1.2)])"),
    "BitOr": _accepted("`|`", "y = np.sum(x[(x > 1.2) | (x < 0.7)])"),
    "BitXor": _accepted("`^`", "y = x[0] * (len(x) ^ 1)", A028="y = x[0] ^ 2"),
    "LShift": _accepted("`<<`", "y = x[0] * (len(x) << 1)"),
    "RShift": _accepted("`>>`", "y = x[0] * (len(x) >> 1)"),
    "Invert": _accepted("`~`", "y = np.sum(x[~(x > 1.2)])"),
    "Not": _accepted("`not`", "y = x[0] if not x[0] > 9 else 0.0"),
    "UAdd": _accepted("`+a`", "y = +x[0]"),
    "USub": _accepted("`-a`", "y = -x[0]"),
    "Eq": _accepted("`==`", "y = x[0] if len(x) == 3 else 0.0"),
    "NotEq": _accepted("`!=`", "y = x[0] if len(x) != 2 else 0.0"),
    "Lt": _accepted("`<`", "y = x[0] if x[1] < 1.0 else 0.0"),
    "LtE": _accepted("`<=`", "y = x[0] if x[1] <= 1.0 else 0.0"),
    "Gt": _accepted("`>`", "y = x[0] if x[1] > 0.1 else 0.0"),
    "GtE": _accepted("`>=`", "y = x[0] if x[1] >= 0.1 else 0.0"),
    "Is": _accepted("`is`", "z = None\ny = x[0] if z is None else x[1]", condition="of `None`, which a variable may "
                    "be on one path only, `True`, `False` and records", A023="y = x[0] if x[0] is x[1] else x[1]"),
    "IsNot": _accepted("`is not`", "y = x[0] if x is not None else 0.0"),
    "In": _accepted("`in`", "p = {'a': x[0]}\ny = p['a'] if 'a' in p and len(x) in (2, 3) else 0.0"),
    "NotIn": _accepted("`not in`", "y = x[0] if len(x) not in (1, 2) else 0.0"),
}

PATTERNS: dict[str, Verdict] = {
    "MatchValue": _accepted("`case 1:`", "match len(x):\n    case 3:\n        y = x[0]\n    case _:\n        y = 0.0"),
    "MatchSingleton": _accepted("`case None:`", "match x.ndim > 1:\n    case True:\n        y = 0.0\n    case _:\n"
                                "        y = x[0]"),
    "MatchSequence": _accepted("`case (a, b):`", "match (x[0], x[1]):\n    case (a, b):\n        y = a * b"),
    "MatchMapping": Verdict("`case {'a': v}:`", (), (
        ("match {'a': x[0]}:\n    case {'a': v}:\n        y = v\n    case _:\n        y = 0.0", "A017"),)),
    "MatchClass": _accepted("`case float():`, `case C(a, k=b):`", "match len(x):\n    case int():\n        y = x[0]\n"
                            "    case _:\n        y = 0.0",
                            condition="with patterns for attributes, of named tuples, dataclasses and plain classes"),
    "MatchStar": _accepted("`case (a, *rest):`", "match (x[0], x[1], 2.0):\n    case (a, *rest):\n"
                           "        y = a * rest[0]"),
    "MatchAs": _accepted("`case a:`, `case _:`", "match len(x):\n    case n:\n        y = x[0] * n"),
    "MatchOr": _accepted("`case 1 | 2:`", "match len(x):\n    case 2 | 3:\n        y = x[0]\n    case _:\n"
                         "        y = 0.0"),
}

BUILTINS: dict[str, Verdict] = {
    "abs": _accepted("`abs(a)`", "y = abs(-x[0])"),
    "all": _accepted("`all(...)`", "y = x[0] if all(v > 0.0 for v in x) else 0.0"),
    "any": _accepted("`any(...)`", "y = x[0] if any(v > 1.0 for v in x) else 0.0"),
    "bool": _accepted("`bool(a)`", "y = x[0] if bool(x[1]) else 0.0"),
    "dict": _accepted("`dict(a=v)`", "p = dict(a=x[0], b=2.0)\ny = p['a'] * p['b']"),
    "divmod": _accepted("`divmod(a, b)`", "q, r = divmod(x[0], 0.3)\ny = q * r"),
    "enumerate": _accepted("`enumerate(a)`", "y = 0.0\nfor i, v in enumerate(x, 1):\n    y += i * v"),
    "float": _accepted("`float(a)`", "y = float(x[0])"),
    "int": _accepted("`int(a)`", "y = int(x[0]) * x[1]"),
    "isinstance": _accepted("`isinstance(a, c)`", "y = x[0] if isinstance(x, np.ndarray) else 0.0"),
    "len": _accepted("`len(a)`", "y = len(x) * x[0]"),
    "list": _accepted("`list(a)`", "z = list([x[0], 2.0])\ny = z[0] * z[1]",
                      "z = list(map(square, x))\ny = z[0] * list(range(3))[2]",
                      condition="of what can be gone through; of arrays with one axis"),
    "max": _accepted("`max(a, b)`, `max(a)`", "y = max(x[0], x[1], 0.3) * max(x)",
                     "y = max(x, key=lambda v: -v) + max([], default=x[0])"),
    "min": _accepted("`min(a, b)`, `min(a)`", "y = min(x[0], x[1], 0.3) * min(x)",
                     "y = min(x[0], x[1], key=lambda v: -v)"),
    "pow": _accepted("`pow(a, b)`", "y = pow(x[0], x[1])"),
    "range": _accepted("`range(n)`", "y = 0.0\nfor i in range(2, -1, -1):\n    y = y * 0.5 + x[i]"),
    "reversed": _accepted("`reversed(a)`", "y = 0.0\nfor v in reversed(x):\n    y = y * 0.5 + v"),
    "sum": _accepted("`sum(a)`", "y = sum(x) + sum(v * v for v in x)"),
    "tuple": _accepted("`tuple(a)`", "z = tuple([x[0], 2.0])\ny = z[0] * z[1]", condition="of tuples and lists"),
    "zip": _accepted("`zip(a, b)`", "y = 0.0\nfor a, b in zip(x, x[1:]):\n    y += a * b",
                     "a, b = zip(*((x[0], x[1]), (x[1], x[2])))\ny = sum(a) * b[0]",
                     condition="with `strict=True` of two, and without `break`",
                     A019="y = 0.0\nfor a, b in zip(x, x, strict=True):\n    y += a * b\n    break"),
    "complex": _accepted("`complex(a, b)`", "y = abs(complex(x[0], x[1]))"),
    "print": _accepted("`print(a)`", "print('x:', x, f'{x[0]:.2f}', sep=' ')\ny = x[0]",
                       condition="to `sys.stdout`", A034="print(x, file=np)\ny = x[0]"),
    "open": Verdict("`open(a)`", (), (("z = open('notes.txt')\ny = x[0]", "T001"),)),
    "round": _accepted("`round(a)`, `round(a, n)`", "y = round(7.0 * x[0]) * x[1] + round(float(x[2]), 1)"),
    "sorted": _accepted("`sorted(a, key=f, reverse=b)`", "z = sorted(x, key=lambda v: -v)\ny = z[0] + 2.0 * z[2]",
                        condition="of numbers, of tuples of numbers, or by a key that is one of these; NaN comes last"),
    "map": _accepted("`map(f, a)`", "y = sum(map(square, x))\nfor v in map(square, x):\n    y *= v",
                     condition="where it is gone through at once", T001="z = map(square, x)\ny = x[0]"),
    "filter": _accepted("`filter(f, a)`", "y = sum(filter(lambda v: v > 0.7, x))",
                        condition="where it is gone through at once",
                        T001="z = filter(square, x)\ny = x[0]"),
    "type": _accepted("`type(a) is c`", "y = x[0] if type(len(x)) is int and type(x) in (np.ndarray, list) else 0.0",
                      condition="compared with classes", T001="z = type(x)\ny = x[0]"),
    "str": _accepted("`str(a)`", "print('x = ' + str(x) + '!')\ny = x[0]",
                     condition="and `repr`, `format`: where the text is printed or raised",
                     A004="z = str(x)\ny = x[0]"),
    "set": _accepted("`set(a)`", "z = set()\nfor v in x:\n    z.add(round(v))\ny = x[0] * len(z)",
                     condition="of numbers and tuples of numbers; it is gone through by `sorted`",
                     R015="z = set((1, 2))\nfor v in z:\n    y = v * x[0]"),
    "frozenset": Verdict("`frozenset(a)`", (), (("z = frozenset((1, 2))\ny = x[0]", "A007"),)),
    "slice": _accepted("`slice(a, b)`", "z = slice(0, 2)\ny = np.sum(x[z]) + np.sum(x[np.s_[1:]])"),
    "iter": Verdict("`iter(a)`", (), (("z = iter(x)\ny = x[0]", "T001"),)),
    "next": _accepted("`next(a)`, `next(a, v)`", "y = next(v for v in x if v > 0.0)", "y = next(iter(x), 0.0)",
                      condition="the iterator is made where `next` is called", A031="z = next(x)\ny = x[0]"),
    "hasattr": _accepted("`hasattr(a, n)`", "y = x[0] if hasattr(x, 'T') else 0.0",
                         condition="the name is written out"),
    "getattr": _accepted("`getattr(a, n)`, `getattr(a, n, v)`", "y = getattr(x, 'T')[0] * getattr(x, 'rate', 2.0)",
                         condition="the name is written out"),
    "callable": _accepted("`callable(a)`", "y = square(x[0]) if callable(square) else 0.0"),
    "issubclass": _accepted("`issubclass(a, b)`", "y = x[0] if issubclass(float, object) else 0.0",
                            condition="of classes that are named"),
    "input": Verdict("`input()`", (), (("z = input()\ny = x[0]", "T001"),)),
    "eval": Verdict("`eval(a)`", (), (("z = eval('1.0')\ny = x[0]", "T001"),)),
}

METHODS: dict[str, Verdict] = {
    "list.append": _accepted("`z.append(v)`", "z = []\nfor v in x:\n    z.append(v * v)\ny = sum(z)"),
    "list.extend": _accepted("`z.extend(a)`", "z = [x[0]]\nz.extend([x[1], 2.0])\ny = z[1] * z[2]"),
    "list.pop": _accepted("`z.pop()`, `z.pop(i)`", "z = list(x)\ny = z.pop() * z.pop(0)"),
    "list.insert": _accepted("`z.insert(i, v)`", "z = [v for v in x if v > 0.7]\nz.insert(0, x[1])\ny = z[0]"),
    "list.copy": _accepted("`z.copy()`", "z = [x[0], 2.0]\nw = z.copy()\nw[0] = 3.0\ny = z[0] * w[0]"),
    "list.sort": _accepted("`z.sort()`", "z = [x[0], x[1], x[2]]\nz.sort(reverse=True)\ny = z[0] + 2.0 * z[1]"),
    "list.reverse": _accepted("`z.reverse()`", "z = list(x)\nz.reverse()\ny = z[0]"),
    "list.remove": _accepted("`z.remove(v)`", "z = [1, 2, 3]\nz.remove(2)\ny = x[0] * z[1]"),
    "list.index": _accepted("`z.index(v)`, `z.count(v)`", "z = [1, 2, 2]\ny = x[z.index(2)] * z.count(2)"),
    "list.clear": _accepted("`z.clear()`", "z = list(x)\nz.clear()\nz.append(x[0])\ny = z[0]"),
    "dict.get": _accepted("`p.get(k, v)`", "p = {'a': x[0]}\ny = p.get('a') * p.get('b', 2.0)"),
    "dict.items": _accepted("`p.items()`", "p = {'a': x[0], 'b': 2.0}\ny = 0.0\nfor k, v in p.items():\n    y += v"),
    "dict.keys": _accepted("`p.keys()`", "p = {'a': x[0], 'b': 2.0}\ny = 0.0\nfor k in p.keys():\n    y += p[k]"),
    "dict.values": _accepted("`p.values()`", "p = {'a': x[0], 'b': 2.0}\ny = sum(p.values())"),
    "dict.update": _accepted("`p.update(q)`", "p = {'a': x[0]}\np.update({'b': x[1]})\ny = p['a'] * p['b']"),
    "dict.setdefault": _accepted("`p.setdefault(k, v)`", "p = {'a': x[0]}\ny = p.setdefault('b', x[1])"),
    "dict.pop": _accepted("`p.pop(k)`", "p = {'a': x[0]}\ny = p.pop('a')"),
    "dict.copy": _accepted("`p.copy()`", "p = {'a': x[0]}\nq = p.copy()\ny = q['a']"),
    "str.lower": Verdict("methods of strings", (), (("mode = 'A'\ny = x[0] if mode.lower() == 'a' else 0.0", "A027"),)),
}
