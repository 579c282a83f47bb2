"""`match` on the classes of objects and named tuples, with patterns for their attributes."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from ..program import Program

Point = namedtuple("Point", "x y")


@dataclass
class Circle:
    r: float


@dataclass
class Box:
    w: float
    h: float


def points_by_place_and_name(x):
    s = 0.0
    for p in (Point(x[0], x[1]), Point(0, x[2]), Point(x[3], 0)):
        match p:
            case Point(0, y):
                s += y
            case Point(x=a, y=0):
                s += 2 * a
            case Point(a, b):
                s += a * b
    return s


def area(shape):
    match shape:
        case Circle(r):
            return np.pi * r ** 2
        case Box(w=w, h=h) if w > 0:
            return w * h
        case Box(w, _):
            return -w
        case (a, b):
            return a - b
        case None:
            return 3.0
        case _:
            return 0.0


def areas_of_shapes(x):
    both = area(Box(x[1], x[2])) + area(Box(x[2], x[1]))
    return area(Circle(x[0])) + both + area((x[3], 2.0)) + area(None) * x[4] + area("none")


def shapes_in_points(x):
    s = 0.0
    for item in ((Point(Circle(x[0]), 1), 2.0), (Point(Box(x[1], x[2]), 3), x[3])):
        match item:
            case (Point(Circle(r), k), w):
                s += r * k * w
            case (Point(Box(w=a, h=b), y=k), w):
                s += a * b * k * w
    return s


def point_and_its_parts(x):
    match Point(x[0], x[1]):
        case Point(a, b) as p if a < b:
            return p.x * 2.0 + p[1]
        case p:
            return p.y


def log_of_shapes(x):
    log = [Circle(x[0]), Box(x[1], 2.0), Circle(x[2])]
    total = 0.0
    for e in log:
        match e:
            case Circle(r=r):
                total += r * r
            case Box(h=2.0, w=w):
                total -= w
    return total


def vector(rng):
    return (rng.normal(size=6),)


VECTORS = (points_by_place_and_name, areas_of_shapes, shapes_in_points, point_and_its_parts, log_of_shapes)
PROGRAMS = tuple(Program(f, vector, also=(vector,)) for f in VECTORS)
