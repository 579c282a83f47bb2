"""Random functions of a module that call themselves, tables of functions, and an enum."""

from __future__ import annotations

from typing import Any

from .kinds import FLOAT, Helper, Name

DEPTH = Name("depth")


def recursive(a: Any, name: str) -> tuple[list[str], Helper]:
    """A function that calls itself; `a` writes expressions for it."""
    n = a.rng.randint(1, 4)
    array = Name("array", (n,))
    form = a.rng.randrange(7)
    if form in (2, 3, 5):
        a.define("w", array)
    if form not in (3,):
        a.define("v", FLOAT)
    f, g, step = a.floating(1), a.floating(0), a.pick("0.6", "0.8", "-0.7")
    if form == 0:  # once, with something before and after
        lines = [f"def {name}(n, v{a.pick('', '=0.4')}):", "    if n <= 0:", f"        return {f}",
                 f"    s = {name}(n - 1, v * {step} + 0.1)", f"    return s * {a.pick('v', '0.5', g)} + {f}"]
        return lines, Helper(name, (("n", DEPTH), ("v", FLOAT)), FLOAT)
    if form == 1:  # twice
        lines = [f"def {name}(n, v):", "    if n < 2:", f"        return {a.pick('v', 'v * v', f)}",
                 f"    return {name}(n - 1, v * {step}) * 0.5 + {name}(n - 2, {a.pick('v', 'np.sin(v)', g)}) * {g}"]
        return lines, Helper(name, (("n", DEPTH), ("v", FLOAT)), FLOAT)
    if form == 2:  # stores into an array
        lines = [f"def {name}(n, w, v):", "    if n == 0:", "        return",
                 f"    w[n % {n}] {a.pick('=', '+=', '*=')} {a.pick('v', f'v * {g}', f)}",
                 f"    {name}(n - 1, w, v * {step})", f"    w[0] += {a.pick('v', 'n * 0.1', g)}"]
        return lines, Helper(name, (("n", DEPTH), ("w", array), ("v", FLOAT)), None)
    if form == 3:  # the rest of an array
        call = a.pick(f"{name}(w[1:])", f"{name}(w[:-1]) * 0.5")
        lines = [f"def {name}(w):", "    if len(w) <= 1:", "        return np.sum(w) * 0.7"]
        lines += ["    first = w[0]", f"    return first * {step} + {call}"]
        return lines, Helper(name, (("w", array),), FLOAT)
    if form == 4:  # until a float is small
        lines = [f"def {name}(v):", f"    if abs(v) < {a.rng.randint(2, 6) / 10}:",
                 f"        return {a.pick('v', 'v ** 2')}",
                 f"    return {a.pick(f'{name}(v * 0.55)', f'v * {name}(v * 0.6)', f'{name}(-0.7 * v) - v')} * 0.9"]
        return lines, Helper(name, (("v", FLOAT),), FLOAT)
    if form == 5:  # over the elements
        lines = [f"def {name}(w, v, k=0):", "    if k == len(w):", f"        return {a.pick('v', '0.5 * v')}",
                 "    if w[k] > 0.3:", f"        return {name}(w, v + w[k] * {step}, k + 1)",
                 f"    return {name}(w, v * {a.pick('0.9', 'np.cos(w[k])')}, k + 1) - 0.1"]
        return lines, Helper(name, (("w", array), ("v", FLOAT)), FLOAT)
    again = f"{name}({a.pick('n', 'n - 1')}, {a.pick('v', 'np.tanh(v)')})"
    lines = [f"def {name}(n, v):", "    if n <= 0:", f"        return {f}",
             f"    return {name}_other(n - 1, v * {step})", "",
             f"def {name}_other(n, v):", f"    return v + 0.5 * {again}"]
    return lines, Helper(name, (("n", DEPTH), ("v", FLOAT)), FLOAT)


def tables(a: Any, words: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    """Functions in a tuple, a dict and a `partial` of the module, and how each is written where it is called."""
    word = a.pick(*words)
    form = a.rng.randrange(3)
    if form == 0:
        return [f"STEPS = ({a.function_text()}, np.tanh)", ""], (f"STEPS[{a.rng.randint(0, 1)}]", "STEPS[-1]")
    if form == 1:
        text = f"RULES = {{{word!r}: {a.function_text()}, 'other': math.cos}}"
        return [text, ""], (f"RULES[{word!r}]", "RULES['other']")
    made = a.partial(0) or "partial(np.multiply, 0.6)"
    return [f"BOUND = {made}", ""], ("BOUND",)


ENUM = ["class Mode(Enum):", "    FAST = 1", "    EXACT = 2", "    NONE = 'none'", ""]
