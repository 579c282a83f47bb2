"""Objects in lists of a length known only at run time that are stored into: the list sees it, under every name."""

from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass
class Particle:
    x: float
    v: float = 1.0

    def step(self, dt):
        self.x += dt * self.v
        self.v *= 0.9


@dataclass
class Point:
    a: float
    b: float


@dataclass
class Body:
    pos: Point
    m: float


@dataclass
class Cloud:
    pos: np.ndarray
    vel: np.ndarray
    mass: float


def made(x, n):
    return [Particle(x * i, x + i) for i in range(n)]


def total(particles):
    s = 0.0
    for i, p in enumerate(particles):
        s += p.x * (i + 1) + p.v * p.v
    return s


def steps(x, n):
    particles = made(x, n)
    for _ in range(3):
        for p in particles:
            p.step(0.1)
            p.x += p.v * x
    return total(particles)


def n_body(x, n):
    bodies = [Particle(x * i, 0.1 * i) for i in range(n)]
    for _ in range(3):
        for i in range(n):
            for j in range(n):
                a, b = bodies[i], bodies[j]
                f = (b.x - a.x) * 0.1
                a.v += f
                b.v -= f * x
        for p in bodies:
            p.x += p.v * 0.1
    return total(bodies)


def one_object_with_two_names(x, n):
    particles = made(x, n + 2)
    a, b = particles[1], particles[-1 - n]
    a.x = x * x
    b.v += a.x
    a.x *= b.v
    return a.x * b.x + a.v + b.v + total(particles)


def fields_with_arrays(x, n):
    clouds = [Cloud(np.ones(3) * x * i, np.zeros(3), 1.0 + i) for i in range(n)]
    for _ in range(2):
        for c in clouds:
            c.vel += -0.1 * c.pos
            c.vel[0] = x * c.mass
        for c in clouds:
            c.pos += 0.1 * c.vel
            c.mass *= x
            c.pos = c.pos * 1.5
            c.pos[1] += 1.0
    return 0.0 + sum(np.sum(c.pos * c.pos) * c.mass for c in clouds)


def objects_in_objects(x, n):
    bodies = [Body(Point(x, x * i), 1.0) for i in range(n + 1)]
    for b in bodies:
        b.pos.a += b.m * x
        p = b.pos
        p.b *= b.pos.a
        b.m += 1.0
    bodies[0].pos = Point(7.0 * x, x)
    return 0.0 + sum(b.pos.a * b.pos.b * b.m for b in bodies)


def stored_after_append(x, n):
    bodies = []
    for i in range(n):
        v = Point(x, x * i)
        b = Body(v, 2.0)
        bodies.append(b)
        v.a *= 3.0
        b.pos.b += v.a
        b.m = x
        bodies[i].pos.a += b.m
        bodies[-1].m += v.a
        if i > 1:
            bodies[0].pos.a += 1.0
    return 0.0 + sum(b.pos.a * b.pos.b * b.m for b in bodies)


def another_name_sees_it(x, n):
    q = Particle(x)
    particles = [Particle(x * x)]
    particles.append(q)
    for i in range(n):
        particles.append(Particle(x * i))
    particles[1].x = 5.0 * x * x
    return q.x * q.v + total(particles)


def one_of_them(x, n):
    particles = made(x, n + 1)
    low = high = particles[0]
    for p in particles:
        if p.v > high.v:
            high = p
        if p.x < low.x:
            low = p
    high.x += low.x + x
    low.x *= 3.0
    high.v = low.x * high.x
    return total(particles) + high.x * low.v


def neighbours(x, n):
    particles = made(x, n + 1)
    before = particles[0]
    for i in range(1, n + 1):
        p = particles[i]
        before.x += p.x * 0.5
        p.v += before.x
        before = p
    i = 0
    while i < n:
        p = particles[i]
        p.v *= x
        if p.x > 2.0:
            particles[i - 1].x = p.v
            i += 2
            continue
        p.x += 1.0
        i += 1
    return total(particles)


def in_and_out(x, n):
    waiting = made(x, n)
    s, k = 0.0, 0
    while waiting and k < 7:
        p = waiting.pop(0)
        p.x *= 0.9
        p.v += x
        s += p.x * p.v
        k += 1
        if k % 3:
            waiting.append(p)
            p.x += 1.0
            waiting[-1].v *= x
        if k == 4:
            waiting.append(Particle(x))
    return s + total(waiting)


def stack(x, n):
    particles = [Particle(x)]
    s = 0.0
    while particles and len(particles) < n:
        particles[-1].x *= 0.9
        particles[-1].v += x
        s += particles[-1].x
        particles.append(Particle(particles[-1].x * 0.5, particles[-1].v))
    return s + total(particles)


def dicts(x, n):
    rows = [{"a": x * i, "b": 1.0} for i in range(n)]
    for r in rows:
        r["a"] += x
        r["b"] = r["a"] * r["a"]
    if rows:
        rows[0].update(a=3.0 * x)
    return 0.0 + sum(r["a"] * r["b"] for r in rows)


def integers_become_floats(x, n):
    particles = [Particle(0, 1) for _ in range(n)]
    for p in particles:
        p.x += 1
        p.v = p.x * x
    return total(particles)


def in_pairs(x, n):
    pairs = [(i, Particle(x * i)) for i in range(n)]
    for i, p in pairs:
        p.x += i * x
    if pairs:
        pairs[-1][1].x = x * x
    return 0.0 + sum(p.x * p.x for i, p in pairs)


def pushed(p, v):
    p.x += v


def in_helpers(x, n):
    particles = made(x, n)
    for i in range(n):
        pushed(particles[i], x * i)
        pushed(particles[0], x)
    return total(particles)


def layers(x, n):
    net = [{"w": 0.3 * x * (i + 1.0), "b": np.ones(2)} for i in range(n)]
    for _ in range(2):
        for layer in net:
            layer["w"] -= 0.1 * (layer["w"] @ layer["w"])
            layer["b"] -= x[0]
    h = np.ones(2)
    for layer in net:
        h = np.tanh(layer["w"] @ h + layer["b"])
    return np.sum(h)


PROGRAMS = (
    *(Program(f, lambda rng: (1.3, 5), also=(lambda rng: (0.7, 2), lambda rng: (0.7, 0), lambda rng: (0.7, 1)))
      for f in (steps, n_body, one_object_with_two_names, fields_with_arrays, objects_in_objects, stored_after_append,
                another_name_sees_it, one_of_them, neighbours, in_and_out, stack, dicts, integers_become_floats,
                in_pairs, in_helpers)),
    Program(layers, lambda rng: (rng.normal(size=(2, 2)), 3), also=(lambda rng: (rng.normal(size=(2, 2)), 0),)),
    Program(layers, lambda rng: (rng.normal(size=(2, 2)).astype(np.float32), 3), name="layers_float32", rtol=1e-3,
            oracle="differences"),
)
