"""Differential equations, filters and populations stepped through time."""

import math

import numpy as np

from ..program import Program


def logistic_map(x, r, n):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


def runge_kutta_lotka_volterra(theta, u0, dt, n):
    def slope(hare, lynx):
        return hare * (theta[0] - theta[1] * lynx), lynx * (theta[3] * hare - theta[2])

    hare, lynx = u0[0], u0[1]
    total = 0.0
    for _ in range(n):
        a1, b1 = slope(hare, lynx)
        a2, b2 = slope(hare + 0.5 * dt * a1, lynx + 0.5 * dt * b1)
        a3, b3 = slope(hare + 0.5 * dt * a2, lynx + 0.5 * dt * b2)
        a4, b4 = slope(hare + dt * a3, lynx + dt * b3)
        hare += dt / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
        lynx += dt / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4)
        total += (hare - 1.0) ** 2 + (lynx - 0.5) ** 2
    return total


def runge_kutta_with_arrays(a, y, dt, n):
    for _ in range(n):
        k1 = np.tanh(a @ y)
        k2 = np.tanh(a @ (y + 0.5 * dt * k1))
        k3 = np.tanh(a @ (y + 0.5 * dt * k2))
        k4 = np.tanh(a @ (y + dt * k3))
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y * y)


def verlet_pendulum(angle, length, dt, n):
    speed = 0.0
    pull = -9.81 / length * math.sin(angle)
    for _ in range(n):
        angle += dt * speed + 0.5 * dt * dt * pull
        new_pull = -9.81 / length * math.sin(angle)
        speed += 0.5 * dt * (pull + new_pull)
        pull = new_pull
    return angle, speed


def heat_equation_with_buffer_swap(u, k, n):
    new = u.copy()
    for _ in range(n):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, new = new, u
    return np.sum(u * u)


def heat_equation_rebinding(u, k, n):
    for _ in range(n):
        change = np.zeros(len(u))
        change[1:-1] = u[2:] - 2.0 * u[1:-1] + u[:-2]
        u = u + k * change
    return np.sum(u**3)


def heat_equation_in_two_dimensions(u, k, n):
    for _ in range(n):
        u[1:-1, 1:-1] += k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1])
    return np.sum(u * u)


def wave_equation_three_levels(u, c, n):
    before = u.copy()
    now = u.copy()
    for _ in range(n):
        after = np.zeros(len(u))
        for i in range(1, len(u) - 1):
            after[i] = 2.0 * now[i] - before[i] + c * c * (now[i + 1] - 2.0 * now[i] + now[i - 1])
        before, now = now, after
    return np.sum(now * now)


def upwind_burgers(u, dt, n):
    """The direction of the difference follows the sign of the speed."""
    for _ in range(n):
        new = u.copy()
        for i in range(1, len(u) - 1):
            if u[i] > 0.0:
                new[i] -= dt * u[i] * (u[i] - u[i - 1])
            else:
                new[i] -= dt * u[i] * (u[i + 1] - u[i])
        u = new
    return np.sum(u * u)


def n_body_in_the_plane(position, velocity, mass, dt, n):
    count = len(mass)
    for _ in range(n):
        for i in range(count):
            for j in range(count):
                if i == j:
                    continue
                dx = position[j, 0] - position[i, 0]
                dy = position[j, 1] - position[i, 1]
                pull = mass[j] / (dx * dx + dy * dy + 0.01) ** 1.5
                velocity[i, 0] += dt * pull * dx
                velocity[i, 1] += dt * pull * dy
        position += dt * velocity
    energy = 0.0
    for i in range(count):
        energy += 0.5 * mass[i] * (velocity[i, 0] ** 2 + velocity[i, 1] ** 2)
    return energy


def kalman_filter(z, q, r):
    x = 0.0
    p = 1.0
    loss = 0.0
    for i in range(len(z)):
        p += q
        gain = p / (p + r)
        innovation = z[i] - x
        loss += innovation * innovation / (p + r) + math.log(p + r)
        x += gain * innovation
        p *= 1.0 - gain
    return 0.5 * loss


def hidden_markov_forward(transition, emission, observed):
    """Scaled forward algorithm; the observations are integers and pick columns."""
    states = transition.shape[0]
    alpha = np.ones(states) / states
    loss = 0.0
    for t in range(len(observed)):
        alpha = (alpha @ transition) * emission[:, observed[t]]
        scale = np.sum(alpha)
        alpha /= scale
        loss -= np.log(scale)
    return loss


def adaptive_step_size(rate, x, end):
    """The step doubles and halves on the data, and the last one is cut."""
    t = 0.0
    h = 0.1
    while t < end:
        if t + h > end:
            h = end - t
        k = -rate * x
        full = x + h * k
        half = x + 0.5 * h * k
        half = half + 0.5 * h * (-rate * half)
        if abs(half - full) > 1e-2:
            h *= 0.5
            continue
        x = half
        t += h
        h *= 1.4
    return x


def bouncing_ball(height, speed, n):
    """Contact reverses the speed."""
    for _ in range(n):
        speed -= 9.81 * 0.05
        height += 0.05 * speed
        if height < 0.0:
            height = -height
            speed = -0.8 * speed
    return height + speed * speed


def stochastic_volatility(theta, noise):
    price = 1.0
    variance = theta[0]
    for i in range(noise.shape[0]):
        price *= math.exp(-0.5 * variance * 0.1 + math.sqrt(variance * 0.1) * noise[i, 0])
        variance += theta[1] * (theta[0] - variance) * 0.1 + theta[2] * math.sqrt(variance * 0.1) * noise[i, 1]
        if variance < 1e-4:
            variance = 1e-4
    return price


def implicit_euler_by_newton(y, k, dt, n):
    """A Newton iteration inside every step."""
    for _ in range(n):
        z = y
        for _ in range(6):
            residual = z - y + dt * k * z**3
            z = z - residual / (1.0 + 3.0 * dt * k * z * z)
        y = z
    return y


PROGRAMS = (
    Program(logistic_map, lambda rng: (0.3, 3.6, 12), wrt=(0, 1)),
    Program(
        runge_kutta_lotka_volterra,
        lambda rng: (np.array([0.9, 0.6, 0.8, 0.7]), np.array([1.2, 0.6]), 0.1, 12),
        wrt=(0, 1, 2),
    ),
    Program(runge_kutta_with_arrays, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3), 0.2, 4), wrt=(0, 1, 2)),
    Program(verlet_pendulum, lambda rng: (0.8, 1.1, 0.05, 15), wrt=(0, 1)),
    Program(
        heat_equation_with_buffer_swap,
        lambda rng: (rng.normal(size=7), 0.2, 5),
        wrt=(0, 1),
        also=(lambda rng: (rng.normal(size=7), 0.2, 4),),
    ),
    Program(heat_equation_rebinding, lambda rng: (rng.normal(size=7), 0.2, 5), wrt=(0, 1)),
    Program(heat_equation_in_two_dimensions, lambda rng: (rng.normal(size=(5, 6)), 0.15, 3), wrt=(0, 1)),
    Program(wave_equation_three_levels, lambda rng: (rng.normal(size=7), 0.4, 5), wrt=(0, 1)),
    Program(upwind_burgers, lambda rng: (np.array([0.5, -0.4, 0.8, 0.3, -0.9, 0.2, 0.6]), 0.1, 4), wrt=(0, 1)),
    Program(
        n_body_in_the_plane,
        lambda rng: (rng.normal(size=(3, 2)), 0.1 * rng.normal(size=(3, 2)), rng.uniform(0.5, 1.5, size=3), 0.05, 4),
        wrt=(0, 1, 2),
    ),
    Program(kalman_filter, lambda rng: (rng.normal(size=8), 0.3, 0.7), wrt=(0, 1, 2)),
    Program(
        hidden_markov_forward,
        lambda rng: (rng.uniform(0.1, 1.0, size=(3, 3)), rng.uniform(0.1, 1.0, size=(3, 2)), np.array([0, 1, 1, 0, 1])),
        wrt=(0, 1),
    ),
    Program(adaptive_step_size, lambda rng: (1.7, 2.0, 1.03), wrt=(0, 1)),
    Program(bouncing_ball, lambda rng: (1.0, 0.3, 20), wrt=(0, 1)),
    Program(stochastic_volatility, lambda rng: (np.array([0.2, 1.5, 0.3]), rng.normal(size=(10, 2)))),
    Program(implicit_euler_by_newton, lambda rng: (1.4, 2.0, 0.1, 4), wrt=(0, 1)),
)
