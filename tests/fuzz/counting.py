"""Random programs about counting: loops that end early, positions near the ends, and integers near their limits.

An optimiser reasons about how often a loop runs, and about which checks can fail. These programs are small, so that
many can be compiled as users have them, and all are about what such reasoning may get wrong: several exits bounded by
one number, counters that are checked, empty arrays, loops that do not run, negative steps and positions.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from .programs import Program

LENGTHS = (0, 1, 2, 3, 9, 60)
HUGE = 2**63
Lines = list[str]


def count(number: int) -> Program:
    """The program of a number."""
    rng = random.Random(f"counting {number}")
    family = FAMILIES[number % len(FAMILIES)]
    lines = family(rng)
    single, waves = family is masks and rng.random() < 0.3, family is slices and rng.random() < 0.25
    text = "\n".join(["import numpy as np", "", "def f(x, a, n):", *("    " + line for line in lines), ""])
    samples = tuple(_sample(rng, n, single, waves) for n in rng.sample(LENGTHS, 4))
    return Program(text, samples, (0, 1), not waves, single)


def _sample(rng: random.Random, n: int, single: bool, waves: bool) -> tuple[str, ...]:
    """Arrays that go up, so that tests of their elements change once, in order or with a little disorder."""
    scale, shift = rng.choice((0.53, 1.03, 1.57)), rng.choice((0.29, 0.01, -2.03))
    kind = "float32" if single else "complex128" if waves else "float64"
    turned = f" * (1 + {scale}j)" if waves else ""
    first = f"np.array([{', '.join(str(round(scale * k + shift, 3)) for k in range(n))}], dtype=np.{kind}){turned}"
    other = f"np.array([{', '.join(str(k + 0.17 + 0.131 * (k % 3)) for k in range(n))}], dtype=np.{kind})"
    return first, other, str(rng.choice((n, n, n, n - 1, n + 1, -2)))


def _inside(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


def _copies(rng: random.Random) -> Lines:
    """Two names for the arguments: arrays, lists, or lists that have grown."""
    return rng.choice((
        ["p = [v for v in x]", "q = [v for v in a]"], ["p = x * 1.0", "q = a * 1.0"], ["p = list(x)", "q = a"],
        ["p = x", "q = [v for v in a]"], ["p, q = x, a"],
        ["p, q = [], []", "for k in range(n):", "    p.append(x[k])", "    q.append(a[k])"],
    ))  # fmt: skip


def _bound(rng: random.Random) -> str:
    return rng.choice(("len(x)", "n", "len(q)", "len(p)", "max(n, 0)", "min(n, len(p))", "min(len(p), len(q))"))


def _position(rng: random.Random) -> str:
    return rng.choice(("i", "i", "i", "m - 1 - i", "i - m", "i + 1", "i - 1", "-i - 1", "i // 2"))


def _test(rng: random.Random) -> str:
    return rng.choice(("q[i] > 50", "q[i] > 5 and s > 3", "s > 500", "p[i] > q[i]", "i > 7", "q[i] > 2 or i >= m",
                       "s > 20.0 and i > 1", "i == n", "i + 1 == m", "not q[i] < 8"))  # fmt: skip


def _guard(rng: random.Random) -> str:
    test = rng.choice(("i < 0 or i >= m", "i >= n", "i >= len(q)", "not 0 <= i < m", "n <= 0", "i + 1 > len(p)",
                       "i < 0", "i != i", "m <= i"))  # fmt: skip
    return f"if {test}: raise ValueError('guard')"


def exits(rng: random.Random) -> Lines:
    """A loop with several exits that are bounded by the same number."""
    kind = rng.choice(("for", "while", "flag", "forever", "test"))
    bound, start = _bound(rng), rng.choice((0, 0, 0, 1, 2))
    head = {
        "for": f"for i in range({rng.choice(('m', bound, '0, m, 1', f'{start}, m'))}):",
        "while": f"while {rng.choice(('i < m', 'i <= m - 1', 'm > i', 'i != m', 'not i >= m'))}:",
        "flag": f"while {rng.choice(('i < m and not stop', 'not stop and i < m', 'not (stop or i >= m)'))}:",
        "forever": "while True:",
        "test": f"while i < m and {rng.choice(('s < 30.0', 'q[i] < 40', 'p[i] <= 7.5'))}:",
    }[kind]
    leave = rng.choice(("break", "break", "return s * 2.0", "continue" if kind == "for" else "break"))
    body = [f"s += p[{_position(rng)}]", f"if {_test(rng)}: {'stop = True' if kind == 'flag' else leave}"]
    if rng.random() < 0.5:
        body.append(_guard(rng))
    if rng.random() < 0.5:
        body.append(f"s += q[{_position(rng)}] * 0.5")
    rng.shuffle(body)
    if kind == "forever":
        body.insert(0, rng.choice(("if i >= m: break", "if not i < m: return s", "if i >= m or s > 90: break")))
    if kind != "for":
        body.insert(rng.choice((len(body), len(body), len(body), 1)), "i += 1")
    lines = [*_copies(rng), f"m, s, stop, i = {bound}, 0.0, False, {start}", head, *_inside(body)]
    if kind in ("for", "while") and rng.random() < 0.3:
        lines += ["else:", "    s += 1000.0"]
    return [*lines, f"return s{rng.choice(('', ' + i', ' * 0.5'))}"]


def nested(rng: random.Random) -> Lines:
    """Loops whose inner one shrinks or grows, with an exit from either."""
    outer = rng.choice(("range(m)", "range(m - 1, -1, -1)", "range(0, m, 2)", "range(1, m)", "range(m, 0, -1)"))
    inner = rng.choice(("range(i, m)", "range(i)", "range(i + 1, m)", "range(m - i)", "range(i, -1, -1)",
                        "range(i, m, 3)", "range(m - 1, i, -1)", "range(max(0, i - 2), min(m, i + 3))"))  # fmt: skip
    place = rng.choice(("j", "i", "j - i", "i - j", "m - 1 - j", "-j - 1", "(i + j) % m", "i + j - m"))
    body = [f"s += p[{place}] * q[{rng.choice(('j', 'i', '-1 - i', 'm - 1 - i'))}]"]
    if rng.random() < 0.7:
        body.insert(rng.randint(0, 1), f"if {rng.choice(('j > 4', 's > 40.0', 'q[j] > 6', 'p[j] > q[i]'))}: "
                                       f"{rng.choice(('break', 'continue', 'return s'))}")  # fmt: skip
    lines = [f"for j in {inner}:", *_inside(body)]
    if rng.random() < 0.5:
        lines = ["j = 0", f"while {rng.choice(('j < i', 'j < m - i', 'j <= i and s < 70.0'))}:",
                 *_inside([*(line for line in body if "continue" not in line), "j += 1"])]  # fmt: skip
    if rng.random() < 0.5:
        lines.append(f"if {rng.choice(('s > 60.0', 'i > 5', 'p[i] > 4.0', 'i + 1 >= m'))}: break")
    bound = rng.choice(("min(len(p), 9)", "min(n, 9)", "min(len(q), 7)"))
    return [*_copies(rng), f"m, s = {bound}, 0.0", f"for i in {outer}:", *_inside(lines), "return s"]


def limits(rng: random.Random) -> Lines:
    """Counters and products near the ends of 64 bits: what does not fit raises, and what fits is exact."""
    far = rng.choice((HUGE - 1, HUGE - 2, HUGE - 3, HUGE - 5, HUGE // 2, -HUGE, -HUGE + 1, -HUGE + 3, HUGE // 3))
    step = rng.choice(("i += 1", "i -= 1", "i += 2", "i = i * 2", "i = -i", "i = 3 - i", "i = i + n", "i = i - n",
                       "i = i * n", "i += k", "i -= k", "i = 1 + i", "i = abs(i) + 1", "i = n - i"))  # fmt: skip
    test = rng.choice((f"i < {HUGE - 1}", f"i != {HUGE - 1}", "k < 3", "k < n", f"i > {-HUGE}", "i > 0 and k < 5"))
    low = rng.choice(("i % 7", "i // 3 - i // 3", "i & 3", "i % n", "min(i, 2)", "max(-i, 3)", "(i > 0) + (i < 5)"))
    body = [step, f"s += x[{rng.choice(('k', '0', 'k - n', '-1'))}] * ({low})"]
    rng.shuffle(body)
    if rng.random() < 0.5:
        body.append(f"if {rng.choice(('s > 30.0', 'i == 0', f'i >= {HUGE - 1}', 'i < 0', 'k >= len(a)'))}: break")
    body.append("k += 1")
    if "k <" not in test:
        body.append("if k > 6: break")
    return [f"i, k, s = {far}, 0, 0.0", f"while {test}:", *_inside(body), f"return s + ({low})"]


def slices(rng: random.Random) -> Lines:
    """Slices with odd ends and steps, of which many are empty."""
    ends = ("", "1", "-1", "n", "-n", "i", "i + 1", "-i", "m", "m - i", "2 * i", "-m", "n - 3")

    def cut() -> str:
        step = rng.choice(("", "", ":2", ":-1", ":3", ":-2"))
        return f"{rng.choice(ends)}:{rng.choice(ends)}{step}"

    use = rng.choice(("s = s + x[{0}].sum()", "s = s + np.sum(a[{0}] * 2.0)", "y = x[{0}]\ns = s + y.sum() * len(y)",
                      "w[{0}] = 0.5", "w[{0}] += 1.5", "w[{0}] = w[{0}] * 2.0", "for v in a[{0}]:\n    s = s + v",
                      "s = s + np.dot(x[{0}], x[{0}])"))  # fmt: skip
    parts = [line for part in (use, "s = s + w[{0}].sum()") for line in part.format(cut()).split("\n")]
    loop = rng.choice(("for i in range(m):", "for i in range(m - 1, -1, -1):", "for i in range(1, m, 2):"))
    leave = [f"if i > {rng.randint(1, 4)}: break"] if rng.random() < 0.4 else []
    return ["m, w = min(len(x), 6), x * 1.0", "s = w.sum() * 0.0", loop, *_inside([*parts, *leave]),
            f"return {rng.choice(('s + w.sum()', 's', 'w', 'w * s'))}"]  # fmt: skip


def masks(rng: random.Random) -> Lines:
    """Masks and gathers with negative positions, of arrays that may have no items."""
    mask = rng.choice(("x > 1.0", "x > a", "(x > 0.5) & (a < 7.0)", "~(a > 3.0)", "a >= n", "x != x"))
    places = rng.choice(("np.arange(len(x)) - 1", "-1 - np.arange(len(x))", "np.arange(len(x)) // 2",
                         "np.arange(n)", "np.arange(n) - n", "np.flatnonzero(x > 1.0)",
                         "np.arange(len(x) - 1, -1, -1)", "np.array([0, -1])", "np.array([n, -1]) - 1"))  # fmt: skip
    lines = [f"mask, at, w = {mask}, {places}, x * 2.0"]
    lines.append(rng.choice(("s = x[mask].sum()", "s = np.where(mask, x, a).sum()", "s = a[at].sum()",
                             "s = (x[at] * a[at]).sum()", "s = np.sum(x[mask] * a[mask])")))  # fmt: skip
    lines.append(rng.choice(("w[mask] = 0.5", "w[at] = 1.5", "w[mask] += 2.0", "np.add.at(w, at, a[at])",
                             "w[mask] = a[mask]", "w[at] = w[at] * 2.0", "w[at] = a[at]")))  # fmt: skip
    return [*lines, f"return {rng.choice(('w.sum() + s', 'w * s', 's', 'w[at].sum() * s', 'w'))}"]


def pointers(rng: random.Random) -> Lines:
    """Two counters that move towards each other, apart, or by what the elements say."""
    kind = rng.choice(("close", "merge", "window", "skip"))
    if kind == "close":
        test = rng.choice(("i < j", "i <= j", "i != j and i < m", "not i > j"))
        body = ["s += x[i] * a[j]", f"if x[i] {rng.choice('<>')} {rng.choice(('a[j]', '2.0', 's'))}: i += 1",
                f"else: j -= {rng.choice((1, 1, 2))}"]  # fmt: skip
        lines = ["i, j = 0, m - 1", f"while {test}:", *_inside(body)]
    elif kind == "merge":
        body = [f"if j >= {rng.choice(('m', 'len(a)'))} or i < m and x[i] {rng.choice(('<', '<='))} a[j]:",
                "    s += x[i] * (i + j)", "    i += 1", "else:", "    s -= a[j] * (i - j)", "    j += 1"]  # fmt: skip
        lines = ["i, j = 0, 0", f"while {rng.choice(('i < m or j < len(a)', 'i + j < m', 'i < m and j < m'))}:",
                 *_inside(body)]  # fmt: skip
    elif kind == "window":
        inner = rng.choice(("while i < j and x[j] - x[i] > 1.5:", "while x[j] - x[i] > 2.0:", "while j - i > 3:"))
        lines = ["i = 0", "for j in range(m):", f"    {inner}", "        i += 1", "    s += x[j] - x[i]"]
    else:
        jump = rng.choice(("i += 1 + (s > 3.0)", "i = i + 2 if x[i] > 1.0 else i + 1", "i += int(a[i]) % 3 + 1"))
        lines = ["i = 0", f"while {rng.choice(('i < m', 'i + 1 < m', 'i < m - 1 and s < 40.0'))}:",
                 f"    s += x[{rng.choice(('i', 'i + 1', 'i - 1', '-i'))}]", f"    {jump}"]  # fmt: skip
    if rng.random() < 0.4:
        lines.append(f"    if {rng.choice(('s > 25.0', 'i > 6', 'i >= n', 'i >= m'))}: break")
    return [f"m, s = {rng.choice(('len(x)', 'len(x)', 'n', 'min(n, len(x))'))}, 0.0", *lines, "return s"]


FAMILIES: tuple[Callable[[random.Random], Lines], ...] = (exits, nested, limits, exits, slices, pointers, exits, masks)
