"""Strings that are known when the function is compiled: methods, operators, characters, and keys made of parts."""

import math

import numpy as np

from ..program import Program

SETTINGS = "rate=0.5,offset=1.25"


def method_of_a_mode(x, mode=" Mean "):
    word = mode.strip().lower()
    if word == "mean":
        return (x[0] + x[1]) / len(mode)
    if word.startswith("m"):
        return max(x)
    return x[0]


def names_of_layers(x, spec="tanh-relu-Square"):
    h = x[0] + x[1]
    for name in spec.lower().split("-"):
        if name == "tanh":
            h = math.tanh(h)
        elif name == "relu":
            h = max(h, 0.0)
        elif name == "square":
            h = h * h + h
        else:
            raise ValueError("unknown layer " + name)
    return h * x[2]


def keys_made_of_parts(x):
    p = {"w0": x[0], "w1": x[1], "b0": x[2], "b1": 0.5}
    h = 1.0
    for i in range(2):
        h = h * p["w" + str(i)] + p["b%d" % i]  # noqa: UP031
    return h * p["w{}".format(0)]  # noqa: UP032


def keys_with_an_ending(p):
    total = 0.0
    for name, value in p.items():
        if name.endswith("_w") and "skip" not in name:
            total += np.sum(value**2)
        elif name.rpartition("_")[2] == "b":
            total += np.sum(value)
    return total


def prefixed(x, name="layer"):
    p = {name + "_w": x[0], name + "_b": x[1]}
    p[name.upper()] = x[2] * p["layer_w"]
    return p[name + "_w"] * p["LAYER"] + p[name + "_b"]


def characters(x, moves="RRLUL"):
    steps = {"R": x[0], "L": -0.5 * x[1]}
    place = x[2]
    for move in moves:
        if move not in steps:
            continue
        place = place * (1.0 + steps[move])
    return place


def letters_counted(x, word="abracadabra"):
    counts = {}
    for letter in word:
        counts[letter] = counts.get(letter, 0) + 1
    total = 0.0
    for letter, n in counts.items():
        total += x[0] ** n if letter in "abc" else n * x[1]
    return total


def pairs_of_characters(x, first="AACGT", second="AATGT"):
    matches = 0
    for a, b in zip(first, second):
        if a == b:
            matches += 1
    return x[0] ** matches + len(first) * x[1]


def character_by_number(x):
    pattern = "abca"
    total = x[0]
    for i in range(len(pattern)):
        if pattern[i] == "a":
            total = total * x[1]
        if pattern[: i + 1].endswith("bc"):
            total = total + x[2]
    return total


def reversed_and_numbered(x, word="abc"):
    total = 0.0
    for i, letter in enumerate(reversed(word)):
        total += x[i] * (2.0 if letter == word[::-1][0] else 1.0)
    first, *others = word
    return total * len(others) if first < "b" else total


def numbers_in_a_text(x):
    total = x[2]
    for part in SETTINGS.split(","):
        name, value = part.split("=")
        total = total + x[0] * float(value) if name == "rate" else total * x[1] + float(value)
    return total * int("2")


def message_with_a_name(x, op="add"):
    if op not in ("add", "mul"):
        raise ValueError("unknown operation: " + op)
    if x[0] > 100.0:
        raise OverflowError(op + " of a number that is too large")
    return x[0] * x[1] if op == "mul" else x[0] + x[1] ** 2


def dimensions_by_letter(x, y):
    total = 0.0
    for key, value in zip("xyz", (x[0], x[1], y)):
        total += value**2 if key == "y" else value
    return total


def one_name_or_none(x, name=None):
    if name is not None and name.lower() == "a":
        return x[0] * x[1]
    return x[0] + x[2]


def grown_in_a_loop(x):
    key = "a"
    total = x[0]
    for i in range(3):
        key = key + "x"
        total = total * x[1] * len(key)
    return total if key == "axxx" else x[2]


def mode_that_takes_turns(x):
    mode = "up"
    total = x[0]
    for i in range(6):
        total = total * x[1] if mode == "up" else total - x[2]
        mode = "down" if mode.startswith("u") else "up"
    return total


class Kernel:
    kind = "RBF"

    def __init__(self, scale):
        self.scale = scale
        self.name = f"k_{self.kind.lower()}"


def name_of_an_object(x):
    kernel = Kernel(x[0])
    kind = kernel.name.split("_")[1]
    return kernel.scale**2 * x[1] if kind == "rbf" else x[2]


def options_in_a_text(x, options="a=1 b=2.5"):
    given = dict(part.split("=") for part in options.split())
    return x[0] * float(given["a"]) + x[1] * float(given["b"]) + x[2]


def texts_in_a_result(x, name="loss"):
    return {"value": x[0] * x[1], "label": name.upper() + "_1", "parts": name.partition("o")}


def default_after_others(x, n, scale=2.0, table={1: 0.5, 2: 0.25}, most=math.inf):
    total = 0.0
    for k in range(n):
        if k in table:
            total += table[k] * x[k] * scale
    return min(total, most)


def vector(rng):
    return (rng.uniform(0.4, 1.6, 3),)


def numbers(rng):
    return ([float(v) for v in rng.uniform(0.4, 1.6, 3)],)


def single(rng):
    return (rng.uniform(0.4, 1.6, 3).astype(np.float32),)


def layers(rng):
    return ({"one_w": rng.normal(size=3), "one_b": rng.normal(size=2), "skip_w": rng.normal(size=2)},)


PLAIN = (method_of_a_mode, names_of_layers, keys_made_of_parts, prefixed, characters, letters_counted,
         pairs_of_characters, character_by_number, reversed_and_numbered, numbers_in_a_text, message_with_a_name,
         one_name_or_none, grown_in_a_loop, mode_that_takes_turns, name_of_an_object, options_in_a_text,
         texts_in_a_result)

PROGRAMS = (
    *(Program(f, vector) for f in PLAIN),
    *(Program(f, numbers, name=f"{f.__name__}_of_a_list") for f in (method_of_a_mode, characters, prefixed)),
    *(Program(f, single, name=f"{f.__name__}_float32", rtol=1e-4, oracle="differences")
      for f in (names_of_layers, keys_made_of_parts, numbers_in_a_text)),
    Program(keys_with_an_ending, layers),
    Program(dimensions_by_letter, lambda rng: (*vector(rng), 1.5), wrt=(0, 1)),
    Program(default_after_others, lambda rng: (*vector(rng), 3, 1.5, {1: 0.5, 2: 0.25}, 8.0), wrt=(0, 2)),
    Program(method_of_a_mode, lambda rng: (*vector(rng), "MAX"), name="method_of_another_mode"),
    Program(one_name_or_none, lambda rng: (*vector(rng), "A"), name="one_name"),
    Program(characters, lambda rng: (*vector(rng), "LXR"), name="other_characters"),
)
