"""Values that are one of several constants, chosen at run time: strings and members of enums as states, functions."""

import enum
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..program import Program


class Phase(enum.Enum):
    BOOST = 1
    COAST = 2
    LANDED = "down"


def square(x):
    return x * x


def cube(x):
    return x * x * x


def scaled(x, factor):
    return factor * x


RULES = {"square": square, "cube": cube, "sine": np.sin}
RATES = {"slow": 0.25, "fast": 1.5}
FOLLOWING = {"red": "green", "green": "yellow", "yellow": "red"}
BRANCHES = (square, cube, np.tanh)


def thermostat(x, rates):
    mode, temperature, cost = "heating", x, 0.0
    for rate in rates:
        if mode == "heating":
            temperature += abs(rate)
            cost += temperature * rate
            if temperature > 2.0:
                mode = "cooling"
        elif mode == "cooling":
            temperature -= 0.7 * rate * rate
            if temperature < 0.5:
                mode = "off"
        else:
            temperature *= 0.9
            mode = "heating" if temperature < 0.3 else mode
    return temperature + cost


def traffic_light(x, rates):
    colour, waited = "red", 0.0
    for k in range(len(rates)):
        match colour:
            case "red":
                waited += x * rates[k]
            case "green":
                waited *= 0.5
            case _:
                waited += rates[k] ** 2
        colour = FOLLOWING[colour]
    return waited


def rocket(x, rates):
    phase, height, speed, k = Phase.BOOST, 0.1, 0.0, 0
    while phase is not Phase.LANDED and k < len(rates):
        if phase is Phase.BOOST:
            speed += x
            phase = Phase.BOOST if speed < 2.0 else Phase.COAST
        elif phase == Phase.COAST:
            speed -= 0.3 + abs(rates[k])
            if height < 0.0:
                phase = Phase.LANDED
        height += speed * 0.4
        k += 1
    return height if phase in (Phase.BOOST, Phase.COAST) else speed


def level_of_each_phase(x, rates):
    phase, total = Phase.BOOST, 0.0
    weights = {Phase.BOOST: x, Phase.COAST: 2.0, Phase.LANDED: x * x}
    for rate in rates:
        total += weights[phase] * rate
        if total > 0.3:
            phase = Phase.COAST if phase is Phase.BOOST else Phase.LANDED
    return total * len(phase.name)


class Machine:
    def __init__(self, gain):
        self.state = "idle"
        self.gain = gain
        self.level = 0.0

    def feed(self, signal):
        if self.state == "idle" and signal > 0.1:
            self.state = "charging"
        elif self.state == "charging":
            self.level += self.gain * signal
            if self.level > 1.0:
                self.state = "firing"
        elif self.state == "firing":
            self.level *= 0.1
            self.state = "idle"


def machine_with_a_state(x, rates):
    machine = Machine(x)
    for rate in rates:
        machine.feed(abs(rate))
    return machine.level + (1.0 if machine.state == "firing" else x)


def sides_by_name(x, rates):
    totals = {"left": 0.0, "right": x}
    side = "left"
    for rate in rates:
        totals[side] += rate * x
        totals[side] = totals[side] * 1.1
        side = "right" if rate > 0.0 else "left"
    return totals["left"] * totals["right"] + totals.get(side, 0.0)


def settings_by_name(x, rates):
    settings = {"rough": {"step": 0.5, "weight": x}, "fine": {"step": 0.1, "weight": 2.0 * x}}
    name, position = "rough", x
    for rate in rates:
        chosen = settings[name]
        position -= chosen["step"] * chosen["weight"] * rate
        name = "fine" if abs(position) < 1.0 else "rough"
    return position * RATES["fast" if name == "fine" else "slow"]


def mode_that_may_be_none(x, rates):
    mode, total = None, rates[0]
    for rate in rates:
        if mode is None:
            total += x
        if mode == "up":
            total += x * rate
        if mode != "down" and mode not in ("left", None):
            total *= 1.5
        if not mode:
            total += 0.25 * x * x
        mode = "up" if rate > 0.5 else None if rate > 0.0 else "down"
    return total


def order_of_names(x, rates):
    name = ""
    for rate in rates:
        name = "beta" if rate > 0.0 else "alpha" if name else "gamma"
    return x * (1.0 if name < "b" else 2.0) + (x if name else 0.0)


def pair_with_a_name(x, rates):
    label, value = ("low", x) if x < 1.0 else ("high", x * x)
    for rate in rates:
        label, value = (label, value * 0.9) if rate > 0.0 else ("low", value + rate * x)
    return value if label == "low" else -value


def function_by_a_condition(x, rates):
    f = square if x > 1.0 else cube
    return f(x) + f(rates[0])


def function_that_changes(x, rates):
    f, total = square, 0.0
    for rate in rates:
        total += f(x + rate)
        if total > 2.0:
            f = cube
        elif total < 0.5:
            f = math.sin
    return total


def functions_by_position(x, rates):
    total = 0.0
    for k in range(len(rates)):
        total += BRANCHES[k % 3](x * rates[k])
    return total


def functions_in_a_list(x, rates):
    steps, total, k = [square, lambda u: u + x, np.cos], 1.0, 0
    while k < len(rates):
        total += steps[k % 3 - 3](rates[k]) * 0.5
        k += 1
    return total


def functions_by_name(x, rates):
    total, name = 0.0, "square"
    for rate in rates:
        total += RULES[name](x * rate)
        name = "cube" if rate > 0.3 else "sine" if rate > -0.2 else "square"
    return total


def functions_by_number(x, rates):
    kinds = {1: square, 4: cube}
    total = 0.0
    for k in range(len(rates)):
        total += kinds[1 if rates[k] > 0.0 else 4](x)
    return total


def closures_that_read_variables(x, rates):
    shift = x
    f = lambda u: u * shift  # noqa: E731
    g = lambda u, s=x: u - s * s  # noqa: E731
    chosen, total = f, 0.0
    for rate in rates:
        total += chosen(rate)
        shift += 0.1
        chosen = g if total > 0.2 else f
    return total


def inner_functions(x, rates):
    def rising(u):
        return u * u * x

    def falling(u):
        return x - u

    f = rising
    if rates[0] > 0.0:
        f = falling
    return f(3.0 * x) + f(rates[1])


def partial_functions(x, rates):
    f = functools.partial(scaled, factor=x) if rates[0] > 0.0 else functools.partial(scaled, factor=2.0)
    g = functools.partial(f, rates[1])
    return f(x) + g()


def in_turn(k, name, total, x):
    if k == 0:
        return total
    if name == "times":
        return in_turn(k - 1, "plus", total * x, x)
    return in_turn(k - 1, "times", total + x, x)


def recursion_that_takes_turns(x, rates):
    def bounced(k, f, g, total):
        if k == 0:
            return total
        return bounced(k - 1, g, f, total + f(rates[k - 1]))

    return in_turn(len(rates), "times", x, rates[0]) + bounced(len(rates), square, np.cos, x)


def after(f, g):
    return lambda u: f(g(u))


def shifted(k):
    return lambda u: u * k + k


def functions_made_by_helpers(x, rates):
    f = after(square, cube) if rates[0] > 0.0 else after(cube, np.sin)
    g = shifted(x) if x > 1.0 else shifted(2.0)
    return f(rates[1]) * g(x)


def each_element(x, rates):
    f = square if x > 1.0 else cube
    return functools.reduce(lambda u, v: u + f(v), rates, x) + sum(map(f, rates)) + max(rates, key=f)


def applied(f, values):
    total = 0.0
    for v in values:
        total += f(v)
    return total


def passed_on(x, rates):
    f = (lambda u: u * x) if x > 1.0 else cube
    return applied(f, rates) + applied(square if rates[0] > 0.0 else f, rates)


def picked(x):
    if x > 1.0:
        return square
    return cube


def function_of_a_helper(x, rates):
    return picked(x)(x) + picked(rates[0])(rates[0] * x)


def states_that_are_functions(x, rates):
    def waiting(total, rate):
        return total + x, (running if rate > 0.0 else waiting)

    def running(total, rate):
        return total * 0.5 + rate * x, (waiting if total > 1.0 else running)

    state, total = waiting, 0.0
    for rate in rates:
        total, state = state(total, rate)
    return total


def states_that_share_a_dict(x, rates):
    log = {"total": 0.1}

    def waiting(rate):
        log["total"] += x
        return running if rate > 0.0 else waiting

    def running(rate):
        log["total"] = log["total"] * 0.5 + rate * x
        return waiting if log["total"] > 1.0 else running

    state = waiting
    for rate in rates:
        state = state(rate)
    return log["total"]


class Walker:
    def __init__(self, x):
        self.x = x
        self.state = self.idle

    def idle(self, rate):
        self.x += rate
        return self.busy if self.x > 1.7 else self.idle

    def busy(self, rate):
        self.x *= 0.5 - 0.1 * rate
        return self.idle


def states_that_are_methods(x, rates):
    walker = Walker(x)
    for rate in rates:
        walker.state = walker.state(rate)
    return walker.x


def reductions_chosen(x, rates):
    reduce = np.sum if x > 1.0 else np.mean
    return reduce(rates * rates * x) + reduce(rates, axis=0)


def function_with_a_weight(x, rates):
    f, weight = (square, x) if rates[0] > 0.0 else (np.sin, 2.0)
    table = ((square, 0.5), (cube, x), (np.tanh, 1.0))
    total = weight * f(x)
    for k in range(len(rates)):
        g, w = table[k % 3]
        total += w * g(rates[k])
    return total


def arguments_evaluated_once(x, rates):
    f = square if x > 1.0 else cube
    parts = [x]

    def grown(v):
        parts.append(v)
        return parts[-1] * 1.0 * len(parts)

    return f(grown(x * 0.5)) + f(f(f(grown(rates[0]))))


def arrays_by_function(x, rates):
    f = (lambda a: a * x) if x > 1.0 else (lambda a: a[::-1] + x)
    return np.sum(f(rates) * rates)


def error_of_one_function(x, rates):
    f = math.sqrt if x > 1.0 else math.log
    try:
        return f(rates[0])
    except ValueError:
        return x * x


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness
        self.moved = 0.0
        self.rule = self.pull

    def pull(self, x):
        self.moved += x
        if self.moved > 1.05:
            self.rule = self.push
        return self.stiffness * x

    def push(self, x, power=2.0):
        self.moved -= x * 0.5
        if self.moved < 0.23:
            self.rule = self.pull
        return -self.stiffness * x * x * power

    @staticmethod
    def rest(x):
        return x + 0.5

    def of(self, name):
        return self.pull if name == "pull" else self.push


@dataclass
class Layer:
    weight: float
    activation: Callable = np.tanh
    shape: Callable = square

    def __call__(self, x):
        return self.activation(self.weight * x) * self.shape(x)


def methods_chosen(x, rates):
    spring = Spring(x)
    f = spring.pull if rates[0] > 0.0 else spring.push
    return f(x) + f(rates[1]) + applied(spring.of("push"), rates) + applied(spring.rest, rates) + spring.moved


def method_in_an_attribute(x, rates):
    spring, total = Spring(x), 0.0
    for rate in rates:
        total += spring.rule(abs(rate))
    return total * spring.moved


def methods_by_position(x, rates):
    spring = Spring(x)
    steps, named = [spring.pull, spring.push], {"pull": spring.pull, "push": spring.push}
    total, k = 0.0, 0
    while k < len(rates):
        total += steps[k % 2](rates[k]) + named["pull" if rates[k] > 0.0 else "push"](x)
        k += 1
    return total


def methods_of_two_objects(x, rates):
    soft, hard = Spring(x), Spring(2.0 * x)
    f = soft.pull if rates[0] > 0.0 else hard.push
    return f(x) * f(rates[1])


def functions_that_objects_hold(x, rates):
    layers = (Layer(x), Layer(0.5, np.sin), Layer(x, cube, np.cos))
    last = Layer(x, square if x > 1.0 else np.sin)
    return sum(layer(rates[0]) for layer in layers) * last.activation(rates[1] + 2.0)


@dataclass
class Made:
    scale: float
    inner: object


def object_of_a_called_function(x, rates):
    if x > 1.0:
        made = Made(x, Spring(rates[0]))
    else:
        made = Made((square, np.tanh)[-1](x), Spring(2.0 * x))
    return made.scale * made.inner.pull(rates[1])


def rising(rng):
    return 1.4, np.array([0.9, 0.2, 0.8, 0.1, -0.3, 0.6, 1.3, 0.45])


def mixed(rng):
    return 0.7, np.array([-0.9, 0.2, -0.8, 0.6, -0.3, 0.6, 1.3, -0.45, 0.35])


def few(rng):
    return 2.3, np.array([0.4, -1.1])


def drawn(rng):
    return float(rng.uniform(0.2, 2.0)), rng.normal(size=12)


def single(make):
    return lambda rng: tuple(np.float32(a) if isinstance(a, float) else a.astype(np.float32) for a in make(rng))


STATES = (thermostat, traffic_light, rocket, level_of_each_phase, machine_with_a_state, sides_by_name, settings_by_name,
          mode_that_may_be_none, order_of_names, pair_with_a_name)
FUNCTIONS = (function_by_a_condition, function_that_changes, functions_by_position, functions_in_a_list,
             functions_by_name, functions_by_number, closures_that_read_variables, inner_functions, partial_functions,
             passed_on, function_of_a_helper, states_that_are_functions, reductions_chosen, function_with_a_weight,
             arguments_evaluated_once, arrays_by_function, methods_chosen, method_in_an_attribute, methods_by_position,
             methods_of_two_objects, states_that_share_a_dict, states_that_are_methods, recursion_that_takes_turns,
             functions_made_by_helpers, each_element,
             functions_that_objects_hold, object_of_a_called_function)

PROGRAMS = (
    *(Program(f, rising, wrt=(0, 1), also=(mixed, few, drawn)) for f in (*STATES, *FUNCTIONS)),
    Program(error_of_one_function, rising, wrt=(0, 1), also=(mixed, few, drawn), oracle="differences"),
    *(Program(f, single(rising), wrt=(0, 1), name=f"{f.__name__}_float32", rtol=1e-4, oracle="differences",
              also=(single(mixed),)) for f in (thermostat, functions_by_position, functions_by_name)),
)
