"""Incompressible flow on a grid: the pressure from a Poisson equation in every step, the walls by stores."""

import numpy as np

from ..program import Program


def divergence_in_cavity(rho, dt, u, v, dx, dy):
    b = np.zeros_like(u)
    b[1:-1, 1:-1] = rho * (
        1.0 / dt * ((u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dx) + (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * dy))
        - ((u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dx)) ** 2
        - 2.0 * ((u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * dy) * (v[1:-1, 2:] - v[1:-1, :-2]) / (2.0 * dx))
        - ((v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * dy)) ** 2
    )
    return b


def pressure_in_cavity(iterations, p, dx, dy, b):
    for _ in range(iterations):
        pn = p.copy()
        p[1:-1, 1:-1] = ((pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2 + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2) / (
            2.0 * (dx**2 + dy**2)
        ) - dx**2 * dy**2 / (2.0 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0.0


def cavity_flow(u, v, p, nu, steps, iterations, dt, dx, dy, rho):
    """A box whose lid moves."""
    u, v, p = u.copy(), v.copy(), p.copy()
    for _ in range(steps):
        un = u.copy()
        vn = v.copy()
        b = divergence_in_cavity(rho, dt, u, v, dx, dy)
        pressure_in_cavity(iterations, p, dx, dy, b)
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[:-2, 1:-1])
            - dt / (2.0 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
            + nu
            * (
                dt / dx**2 * (un[1:-1, 2:] - 2.0 * un[1:-1, 1:-1] + un[1:-1, :-2])
                + dt / dy**2 * (un[2:, 1:-1] - 2.0 * un[1:-1, 1:-1] + un[:-2, 1:-1])
            )
        )
        v[1:-1, 1:-1] = (
            vn[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[:-2, 1:-1])
            - dt / (2.0 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
            + nu
            * (
                dt / dx**2 * (vn[1:-1, 2:] - 2.0 * vn[1:-1, 1:-1] + vn[1:-1, :-2])
                + dt / dy**2 * (vn[2:, 1:-1] - 2.0 * vn[1:-1, 1:-1] + vn[:-2, 1:-1])
            )
        )
        u[0, :] = 0.0
        u[:, 0] = 0.0
        u[:, -1] = 0.0
        u[-1, :] = 1.0
        v[0, :] = 0.0
        v[-1, :] = 0.0
        v[:, 0] = 0.0
        v[:, -1] = 0.0
    return np.sum(u) + np.sum(v) + np.sum(p)


def source_at(rho, dt, dx, dy, left_u, right_u, left_v, right_v, below_u, above_u, below_v, above_v):
    """The right-hand side of the pressure's equation, from the neighbours of some cells."""
    return rho * (
        1.0 / dt * ((right_u - left_u) / (2.0 * dx) + (above_v - below_v) / (2.0 * dy))
        - ((right_u - left_u) / (2.0 * dx)) ** 2
        - 2.0 * ((above_u - below_u) / (2.0 * dy) * (right_v - left_v) / (2.0 * dx))
        - ((above_v - below_v) / (2.0 * dy)) ** 2
    )


def divergence_in_channel(rho, dt, dx, dy, u, v):
    b = np.zeros_like(u)
    b[1:-1, 1:-1] = source_at(
        rho, dt, dx, dy, u[1:-1, :-2], u[1:-1, 2:], v[1:-1, :-2], v[1:-1, 2:], u[:-2, 1:-1], u[2:, 1:-1],
        v[:-2, 1:-1], v[2:, 1:-1],
    )  # fmt: skip
    b[1:-1, -1] = source_at(
        rho, dt, dx, dy, u[1:-1, -2], u[1:-1, 0], v[1:-1, -2], v[1:-1, 0], u[:-2, -1], u[2:, -1], v[:-2, -1], v[2:, -1]
    )
    b[1:-1, 0] = source_at(
        rho, dt, dx, dy, u[1:-1, -1], u[1:-1, 1], v[1:-1, -1], v[1:-1, 1], u[:-2, 0], u[2:, 0], v[:-2, 0], v[2:, 0]
    )
    return b


def pressure_in_channel(iterations, p, dx, dy, b):
    total = 2.0 * (dx**2 + dy**2)
    for _ in range(iterations):
        pn = p.copy()
        p[1:-1, 1:-1] = ((pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2 + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2) / total - (
            dx**2 * dy**2 / total * b[1:-1, 1:-1]
        )
        p[1:-1, -1] = ((pn[1:-1, 0] + pn[1:-1, -2]) * dy**2 + (pn[2:, -1] + pn[:-2, -1]) * dx**2) / total - (
            dx**2 * dy**2 / total * b[1:-1, -1]
        )
        p[1:-1, 0] = ((pn[1:-1, 1] + pn[1:-1, -1]) * dy**2 + (pn[2:, 0] + pn[:-2, 0]) * dx**2) / total - (
            dx**2 * dy**2 / total * b[1:-1, 0]
        )
        p[-1, :] = p[-2, :]
        p[0, :] = p[1, :]


def carried(here, left, below, right, above, u, v, dt, dx, dy, nu):
    """Advection and diffusion of one component."""
    return (
        here
        - u * dt / dx * (here - left)
        - v * dt / dy * (here - below)
        + nu * (dt / dx**2 * (right - 2.0 * here + left) + dt / dy**2 * (above - 2.0 * here + below))
    )


def channel_flow(u, v, p, force, iterations, dt, dx, dy, rho, nu, tolerance):
    """Periodic along the channel, driven by a force, until the flow no longer changes; returns the steps as well."""
    u, v, p = u.copy(), v.copy(), p.copy()
    change = 1.0
    steps = 0
    while change > tolerance:
        un = u.copy()
        vn = v.copy()
        b = divergence_in_channel(rho, dt, dx, dy, u, v)
        pressure_in_channel(iterations, p, dx, dy, b)
        u[1:-1, 1:-1] = (
            carried(un[1:-1, 1:-1], un[1:-1, :-2], un[:-2, 1:-1], un[1:-1, 2:], un[2:, 1:-1],
                    un[1:-1, 1:-1], vn[1:-1, 1:-1], dt, dx, dy, nu)
            - dt / (2.0 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2]) + force * dt
        )  # fmt: skip
        v[1:-1, 1:-1] = carried(
            vn[1:-1, 1:-1], vn[1:-1, :-2], vn[:-2, 1:-1], vn[1:-1, 2:], vn[2:, 1:-1],
            un[1:-1, 1:-1], vn[1:-1, 1:-1], dt, dx, dy, nu,
        ) - dt / (2.0 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])  # fmt: skip
        u[1:-1, -1] = (
            carried(un[1:-1, -1], un[1:-1, -2], un[:-2, -1], un[1:-1, 0], un[2:, -1], un[1:-1, -1], vn[1:-1, -1],
                    dt, dx, dy, nu)
            - dt / (2.0 * rho * dx) * (p[1:-1, 0] - p[1:-1, -2]) + force * dt
        )  # fmt: skip
        u[1:-1, 0] = (
            carried(un[1:-1, 0], un[1:-1, -1], un[:-2, 0], un[1:-1, 1], un[2:, 0], un[1:-1, 0], vn[1:-1, 0],
                    dt, dx, dy, nu)
            - dt / (2.0 * rho * dx) * (p[1:-1, 1] - p[1:-1, -1]) + force * dt
        )  # fmt: skip
        v[1:-1, -1] = carried(
            vn[1:-1, -1], vn[1:-1, -2], vn[:-2, -1], vn[1:-1, 0], vn[2:, -1], un[1:-1, -1], vn[1:-1, -1], dt, dx, dy, nu
        ) - dt / (2.0 * rho * dy) * (p[2:, -1] - p[:-2, -1])
        v[1:-1, 0] = carried(
            vn[1:-1, 0], vn[1:-1, -1], vn[:-2, 0], vn[1:-1, 1], vn[2:, 0], un[1:-1, 0], vn[1:-1, 0], dt, dx, dy, nu
        ) - dt / (2.0 * rho * dy) * (p[2:, 0] - p[:-2, 0])
        u[0, :] = 0.0
        u[-1, :] = 0.0
        v[0, :] = 0.0
        v[-1, :] = 0.0
        change = (np.sum(u) - np.sum(un)) / np.sum(u)
        steps += 1
    return np.sum(u) + np.sum(v) + np.sum(p)


PROGRAMS = (
    Program(
        cavity_flow,
        lambda rng: (*(0.1 * rng.normal(size=(6, 5)) for _ in range(3)), 0.1, 3, 2, 0.01, 0.25, 0.2, 1.0),
        wrt=(0, 1, 2, 3),
    ),
    Program(
        channel_flow,
        lambda rng: (*(0.1 * rng.uniform(size=(5, 6)) for _ in range(3)), 2.0, 2, 0.05, 0.5, 0.5, 1.0, 0.1, 0.15),
        wrt=(0, 1, 2, 3),
    ),
)
