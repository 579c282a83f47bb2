"""What may be None at run time: searches that find nothing, first items, helpers that give up, optional records."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..program import Program


class Hit(NamedTuple):
    distance: float
    normal: np.ndarray


@dataclass
class Segment:
    ends: np.ndarray
    weight: float = 1.0


def distance_to_sphere(origin, direction, centre, radius):
    offset = origin - centre
    along = offset @ direction
    discriminant = along * along - (offset @ offset - radius * radius)
    if discriminant < 0.0:
        return None
    distance = -along - math.sqrt(discriminant)
    return distance if distance > 1e-4 else None


def hit_of_sphere(origin, direction, centre, radius):
    distance = distance_to_sphere(origin, direction, centre, radius)
    if distance is None:
        return None
    return Hit(distance, (origin + distance * direction - centre) / radius)


def nearest_sphere(origin):
    nearest = None
    for k in range(3):
        distance = distance_to_sphere(origin, np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.1 * k, 5.0 - k]), 1.0)
        if distance is not None and (nearest is None or distance < nearest):
            nearest = distance
    if nearest is None:
        return 0.0
    return nearest


def nearest_hit(origin):
    nearest = None
    for k in range(3):
        hit = hit_of_sphere(origin, np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.1 * k, 5.0 - k]), 1.0)
        if hit is None:
            continue
        if nearest is None or hit.distance < nearest.distance:
            nearest = hit
    return 0.0 if nearest is None else nearest.distance * nearest.normal[2]


def shaded_spheres(centres, radii, origin, direction):
    direction = direction / np.linalg.norm(direction)
    which, nearest = None, np.inf
    for k, (centre, radius) in enumerate(zip(centres, radii)):
        distance = distance_to_sphere(origin, direction, centre, radius)
        if distance is None:
            continue
        if distance < nearest:
            which, nearest = k, distance
    if which is None:
        return 0.0
    normal = (origin + nearest * direction - centres[which]) / radii[which]
    return max(0.0, normal @ np.array([0.5, 0.7, -0.5])) + nearest


def total_variation(x):
    previous = None
    total = 0.0
    for value in x:
        if previous is not None:
            total += abs(value - previous)
        previous = value
    return total


def best_and_where(x):
    best, where = None, None
    for i in range(len(x)):
        if best is None or x[i] > best:
            best, where = x[i], i
    if where is None:
        return 0.0
    return best * x[where]


def pairs_by_truth(x):
    last = None
    total = 0.0
    for value in x:
        if not last:
            last = value
            continue
        total += value / last
        last = None
    return total if last is None else total + last


def compared_with_a_number(x):
    last = None
    for i in range(len(x)):
        if x[i] > 0.0:
            last = i
    total = 0.0
    if last == 2:
        total = x[2] ** 2
    if last != 2:
        total += x[0]
    if last == None:  # noqa: E711
        total += 10.0
    return total


def sum_that_begins_with_nothing(x):
    total = None
    for k in range(3):
        term = np.sin(k * x)
        total = term if total is None else total + term
    return np.sum(total)


def array_or_nothing(x):
    grid = None
    for i in range(len(x)):
        if x[i] > 0.0:
            grid = np.zeros(3)
            grid[0] = x[i]
    if grid is not None:
        grid[1] += grid[0] ** 2
        return np.sum(grid)
    return x[0] * x[-1]


def tuple_or_nothing(x):
    best = None
    for i in range(len(x)):
        candidate = (x[i] ** 2, i) if x[i] > 0.0 else None
        if candidate is None:
            continue
        if best is None or candidate[0] > best[0]:
            best = candidate
    value, place = best if best is not None else (0.0, 0)
    return value * x[place]


def repeated_until_there(x):
    found = None
    while found is None:
        x = 1.5 * x
        if np.sum(np.abs(x)) > 20.0:
            found = np.max(x)
    return found


def bounds_that_may_be_left_out(x):
    def clamped(value, low=None, high=None):
        if low is not None and value < low:
            value = low
        if high is not None and value > high:
            value = high
        return value

    low = None
    if x[0] > 0.0:
        low = x[1]
    return clamped(x[0], 0.0) * clamped(x[1], high=1.0) + clamped(x[2], low, x[0] + 3.0)


def object_made_on_some_path(x):
    made = None
    for i in range(len(x)):
        if x[i] > 0.0:
            made = Segment(2.0 * x, x[i])
    if made:
        made.weight *= 2.0
        return made.weight * np.sum(made.ends)
    return x[0] * x[0]


def previous_segment(x):
    previous, total = None, 0.0
    for i in range(len(x) - 1):
        segment = Segment(x[i : i + 2])
        if previous is not None:
            total += np.sum(previous.ends * segment.ends)
        previous = segment
    return total


def list_begun_late(x):
    squares = None
    for value in x:
        if squares is None:
            squares = []
        squares.append(value * value)
    return 0.0 if squares is None else sum(squares)


def items_of_nothing(x):
    kept = [None, None, None]
    for i in range(3):
        if x[i] > 0.0:
            kept[i] = x[i] ** 2
    return sum([value for value in kept if value is not None]) + x[0]


def entry_of_nothing(x):
    entries = {"k": None}
    if x[0] > 0.0:
        entries["k"] = x[1]
    if entries["k"] is None:
        return x[2] ** 2
    return entries["k"] ** 2


def signs(rng):
    return (np.abs(rng.normal(size=4)) * np.array([1.0, -1.0, 1.0, -1.0]),)


def positive(rng):
    return (np.abs(rng.normal(size=4)),)


def negative(rng):
    return (-np.abs(rng.normal(size=4)),)


def single(rng):
    return (np.abs(rng.normal(size=1)),)


def nothing(rng):
    return (np.zeros(0),)


def spheres(rng):
    return np.array([[0.0, 0.0, 5.0], [1.0, 0.0, 7.0], [0.2, 0.1, 4.0]]), np.array([1.0, 1.0, 0.5]), np.zeros(3), (
        np.array([0.05, 0.02, 1.0]))


def spheres_missed(rng):
    return *spheres(rng)[:3], np.array([5.0, 0.0, 1.0])


def single_precision(make):
    return lambda rng: tuple(a.astype(np.float32) for a in make(rng))


ANY_LENGTH = (total_variation, best_and_where, pairs_by_truth, list_begun_late, previous_segment)
SOME = (compared_with_a_number, sum_that_begins_with_nothing, array_or_nothing, tuple_or_nothing,
        repeated_until_there, bounds_that_may_be_left_out, object_made_on_some_path, items_of_nothing,
        entry_of_nothing)

PROGRAMS = (
    Program(nearest_sphere, lambda rng: (np.array([0.1, 0.2, 0.0]),), also=(lambda rng: (np.array([3.0, 0.2, 0.0]),),)),
    Program(nearest_hit, lambda rng: (np.array([0.1, 0.2, 0.0]),), also=(lambda rng: (np.array([3.0, 0.2, 0.0]),),)),
    Program(shaded_spheres, spheres, wrt=(0, 1, 2, 3), also=(spheres_missed,)),
    *(Program(f, signs, also=(positive, negative, single, nothing)) for f in ANY_LENGTH),
    *(Program(f, signs, also=(positive, negative)) for f in SOME),
    *(Program(f, single_precision(signs), name=f"{f.__name__}_float32", rtol=1e-4, oracle="differences",
              also=(single_precision(positive), single_precision(negative)))
      for f in (total_variation, tuple_or_nothing, object_made_on_some_path)),
)
