"""What physicists and engineers write: tables of coefficients by name, species in dicts, a simplex in lists."""

import enum

import numpy as np

from ..program import Program

TABLEAUS = {
    "heun": {"a": [[], [1.0]], "b": [0.5, 0.5]},
    "kutta": {"a": [[], [0.5], [-1.0, 2.0]], "b": [1 / 6, 2 / 3, 1 / 6]},
    "classical": {"a": [[], [0.5], [0.0, 0.5], [0.0, 0.0, 1.0]], "b": [1 / 6, 1 / 3, 1 / 3, 1 / 6]},
}
SPECIES = ("A", "B", "C")
REACTIONS = {
    "binding": {"takes": {"A": 1, "B": 1}, "gives": {"C": 1}},
    "decay": {"takes": {"C": 2}, "gives": {"A": 1, "B": 3}},
}
AXES = "xyz"
HEAT_CAPACITY = {273.0: (4.21, 0.9), 373.0: (4.22, 1.1)}


class Metal(enum.Enum):
    IRON = "Fe"
    COPPER = "Cu"


CONDUCTIVITY = {Metal.IRON: [80.0, -0.05], Metal.COPPER: [400.0, -0.07]}


def coupled_rates(y, inertia, method):
    """Coupled rates by a Runge-Kutta method of this name; the trajectory is a list of arrays."""
    tableau, h = TABLEAUS[method], 0.05
    trajectory = [y]
    for _ in range(12):
        stages = []
        for row in tableau["a"]:
            at = y + h * sum(a * k for a, k in zip(row, stages))
            turned = (inertia[1:] - inertia[:-1])[0] * at[1] * at[2]
            stages.append((at[::-1] * at - inertia * turned) / inertia)
        y = y + h * sum(b * k for b, k in zip(tableau["b"], stages))
        trajectory.append(y)
    path = np.array(trajectory)
    return np.mean(path[:, 2]) + path[-1, 0]


def simplex_descent(start, target):
    """Nelder and Mead's method: corners and values in lists, which are put in order in each step."""
    def cost(v):
        return (target - v[0]) ** 2 + 10.0 * (v[1] - v[0] ** 2) ** 2

    corners = [start, start + np.array([0.5, 0.0]), start + np.array([0.0, 0.5])]
    values = [cost(c) for c in corners]
    for _ in range(8):
        order = np.argsort(np.array(values))
        corners = [corners[i] for i in order]
        values = [values[i] for i in order]
        middle = sum(corners[:-1]) / (len(corners) - 1)
        reflected = 2.0 * middle - corners[-1]
        found = cost(reflected)
        if found < values[0]:
            further = 3.0 * middle - 2.0 * corners[-1]
            if cost(further) < found:
                corners[-1], values[-1] = further, cost(further)
            else:
                corners[-1], values[-1] = reflected, found
        elif found < values[-2]:
            corners[-1], values[-1] = reflected, found
        else:
            for i in range(1, len(corners)):
                corners[i] = corners[0] + 0.5 * (corners[i] - corners[0])
                values[i] = cost(corners[i])
    return min(values)


def shares_of_species(x, total):
    """A dict that is made anew in each round from the last one."""
    have = {name: x * (k + 1) for k, name in enumerate(SPECIES)}
    for _ in range(4):
        have = {name: have[name] + 0.1 * (total - have["B"]) for name in SPECIES}
    return have["A"] * have["C"]


def mass_action(amounts, constants, dt):
    """Concentrations by the names of species, rates by the names of reactions."""
    have = {name: c for name, c in zip(SPECIES, amounts, strict=True)}
    for _ in range(5):
        rates = {}
        for (name, reaction), k in zip(REACTIONS.items(), constants, strict=True):
            rates[name] = k
            for species, order in reaction["takes"].items():
                rates[name] = rates[name] * have[species] ** order
        change = dict.fromkeys(SPECIES, 0.0)
        for name, reaction in REACTIONS.items():
            for species, order in reaction["takes"].items():
                change[species] -= order * rates[name]
            for species, order in reaction["gives"].items():
                change[species] += order * rates[name]
        have = {name: have[name] + dt * change[name] for name in SPECIES}
    return have["A"] * have["C"] + have["B"]


def numbered_pairs(x, y):
    """`enumerate` of a `zip` that compares the lengths."""
    total = 0.0
    for k, (a, b) in enumerate(zip(x, y, strict=True), start=1):
        total += k * a * b
    return total + sum(a / b for k, (a, b) in enumerate(zip(x, y, strict=True)) if k % 2 == 0)


def named_values(x):
    values = dict(zip(SPECIES, x, strict=True))
    return values["A"] * values["C"] - sum(values.values())


def axis_by_axis(moment, omega):
    """The characters of a string, which name the parts of a vector and of a matrix."""
    part = dict(zip(AXES, omega, strict=True))
    energy = 0.0
    for i, a in enumerate(AXES):
        for j, b in enumerate("xyz"):
            energy += 0.5 * moment[i, j] * part[a] * part[b] * (2.0 if a < b else 1.0)
    return energy


def cycle(hot, ratio):
    """States of a gas by their numbers, gone through in order whatever the order in which they were found."""
    states = {1: {"T": 300.0, "p": 1.0}}
    states[3] = {"T": hot, "p": ratio}
    states[2] = {**states[1], "T": states[1]["T"] * ratio**0.3, "p": ratio}
    states[4] = {"T": states[3]["T"] * ratio**-0.3, "p": 1.0}
    work, before = 0.0, states[4]["T"]
    for number, state in sorted(states.items()):
        work += number * (state["T"] - before) * state["p"]
        before = state["T"]
    for name, value in sorted(states[3].items(), reverse=True):
        work = work / value if name == "p" else work + value
    return work


def by_member(t, hot):
    """A table by the members of an enum."""
    metal = Metal.COPPER if hot > 0 else Metal.IRON
    at_zero, slope = CONDUCTIVITY[metal]
    return at_zero + slope * t + sum(c[0] * t for m, c in CONDUCTIVITY.items() if m is not metal)


def by_temperature(t):
    """A table by floats."""
    total = 0.0
    for base, (c, slope) in HEAT_CAPACITY.items():
        total += (c + slope * (t - base)) / (1.0 + (t - base) ** 2)
    return total * HEAT_CAPACITY[273.0][0]


PROGRAMS = (
    Program(coupled_rates, lambda rng: (rng.normal(size=3), rng.uniform(1.0, 3.0, size=3), "classical"), wrt=(0, 1)),
    Program(coupled_rates, lambda rng: (rng.normal(size=3), rng.uniform(1.0, 3.0, size=3), "heun"), wrt=(0, 1),
            name="coupled_rates_by_heun"),
    Program(simplex_descent, lambda rng: (np.array([0.3, 0.1]), 1.0), wrt=(0, 1)),
    Program(mass_action, lambda rng: (rng.uniform(0.5, 2.0, size=3), rng.uniform(0.1, 1.0, size=2), 0.05),
            wrt=(0, 1, 2)),
    Program(shares_of_species, lambda rng: (1.5, 2.0), wrt=(0, 1)),
    Program(numbered_pairs, lambda rng: (rng.normal(size=4), rng.uniform(1.0, 2.0, size=4)), wrt=(0, 1)),
    Program(named_values, lambda rng: (rng.normal(size=3),)),
    Program(axis_by_axis, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)), wrt=(0, 1)),
    Program(cycle, lambda rng: (1400.0, 8.0), wrt=(0, 1)),
    Program(by_member, lambda rng: (1.5, 1), also=(lambda rng: (1.5, -1),)),
    Program(by_temperature, lambda rng: (300.0,)),
)
