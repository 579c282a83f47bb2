"""Small programs from the sciences: bodies, spheres, rings of a detector, a fractal."""

import numpy as np

from ..program import Program


def accelerations(position, mass, gravity, softening):
    x, y, z = position[:, 0:1], position[:, 1:2], position[:, 2:3]
    dx, dy, dz = x.T - x, y.T - y, z.T - z
    inv_r3 = dx**2 + dy**2 + dz**2 + softening**2
    inv_r3[inv_r3 > 0.0] = inv_r3[inv_r3 > 0.0] ** (-1.5)
    ax = gravity * (dx * inv_r3) @ mass
    ay = gravity * (dy * inv_r3) @ mass
    az = gravity * (dz * inv_r3) @ mass
    return np.hstack((ax, ay, az))


def energies(position, velocity, mass, gravity):
    kinetic = 0.5 * np.sum(mass * velocity**2)
    x, y, z = position[:, 0:1], position[:, 1:2], position[:, 2:3]
    dx, dy, dz = x.T - x, y.T - y, z.T - z
    squared = dx**2 + dy**2 + dz**2
    inv_r = np.zeros_like(squared)
    apart = squared > 0.0
    inv_r[apart] = 1.0 / np.sqrt(squared[apart])
    potential = gravity * np.sum(np.triu(-(mass * mass.T) * inv_r, 1))
    return kinetic, potential


def nbody(position, velocity, mass, steps, dt, gravity, softening):
    """Bodies that attract each other, by the leapfrog method; the energies of every step."""
    position, velocity = position.copy(), velocity.copy()
    velocity -= np.mean(mass * velocity, axis=0) / np.mean(mass)
    acc = accelerations(position, mass, gravity, softening)
    kinetic, potential = np.empty(steps + 1), np.empty(steps + 1)
    kinetic[0], potential[0] = energies(position, velocity, mass, gravity)
    for i in range(steps):
        velocity += acc * dt / 2.0
        position += velocity * dt
        acc = accelerations(position, mass, gravity, softening)
        velocity += acc * dt / 2.0
        kinetic[i + 1], potential[i + 1] = energies(position, velocity, mass, gravity)
    return np.sum(kinetic) + np.sum(potential)


def arc_distance(theta_1, phi_1, theta_2, phi_2):
    """Between points on the unit sphere."""
    temp = np.sin((theta_2 - theta_1) / 2) ** 2 + np.cos(theta_1) * np.cos(theta_2) * np.sin((phi_2 - phi_1) / 2) ** 2
    distance = 2 * np.arctan2(np.sqrt(temp), np.sqrt(1 - temp))
    return np.sum(distance)


def azimuthal_integration(data, radius, rings):
    """The mean of the data in rings of equal width."""
    rmax = np.max(radius)
    result = np.zeros(rings, dtype=np.float64)
    for i in range(rings):
        r1 = rmax * i / rings
        r2 = rmax * (i + 1) / rings
        inside = np.logical_and(r1 <= radius, radius < r2)
        values = data[inside]
        result[i] = np.mean(values)
    return np.sum(result)


def go_fast(a):
    trace = 0.0
    for i in range(a.shape[0]):
        trace += np.tanh(a[i, i])
    return np.sum(a + trace)


def mandelbrot(x, y, most, horizon):
    """How often every point of a grid is squared before it leaves: a count, which has no derivative."""
    re0, im0 = x[np.newaxis, :] + 0.0 * y[:, np.newaxis], 0.0 * x[np.newaxis, :] + y[:, np.newaxis]
    re, im = np.zeros(re0.shape), np.zeros(re0.shape)
    count = np.zeros(re0.shape, dtype=np.int64)
    for k in range(most):
        inside = re * re + im * im < horizon * horizon
        count[inside] = k
        re_i, im_i = re[inside], im[inside]
        re[inside] = re_i * re_i - im_i * im_i + re0[inside]
        im[inside] = 2.0 * re_i * im_i + im0[inside]
    count[count == most - 1] = 0
    return count


PROGRAMS = (
    Program(
        nbody,
        lambda rng: (
            rng.normal(size=(4, 3)), 0.3 * rng.normal(size=(4, 3)), rng.uniform(1.0, 2.0, size=(4, 1)), 3, 0.01, 1.0,
            0.1,
        ),
        wrt=(0, 1, 2, 5),
        rtol=1e-8,
    ),
    Program(arc_distance, lambda rng: tuple(rng.uniform(0.1, 1.4, size=6) for _ in range(4)), wrt=(0, 1, 2, 3)),
    Program(azimuthal_integration, lambda rng: (rng.normal(size=60), np.linspace(0.01, 1.0, 60), 4)),
    Program(go_fast, lambda rng: (rng.normal(size=(4, 4)),)),
    Program(mandelbrot, lambda rng: (np.linspace(-2.0, 0.6, 6), np.linspace(-1.2, 1.2, 5), 12, 2.0), wrt=()),
)
