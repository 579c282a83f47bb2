# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""Kernels in the spelling that Numba takes, where it does not take the source of the zoo.

The steps are those of the zoo's programs. Numba has no mean or deviation along an axis, no products of stacked
matrices, no selection by a two-dimensional mask, no `axes` of a transposition, and `np.reshape` wants contiguous
arrays; what stands here instead is the loop that its users write.
"""

from __future__ import annotations

import numpy as np


def doitgen(a, c4):
    a = a.copy()
    for r in range(len(a)):
        a[r] = np.dot(a[r], c4)
    return np.sum(a)


def column_means(data):
    return np.sum(data, axis=0) / data.shape[0]


def correlation(data):
    data = data.copy()
    n = float(data.shape[0])
    columns = data.shape[1]
    data -= column_means(data)
    spread = np.sqrt(np.sum(data * data, axis=0) / n)
    for j in range(columns):
        if spread[j] <= 0.1:
            spread[j] = 1.0
    data /= np.sqrt(n) * spread
    corr = np.eye(columns)
    for i in range(columns - 1):
        row = np.dot(np.ascontiguousarray(data[:, i]), np.ascontiguousarray(data[:, i + 1 : columns]))
        corr[i + 1 : columns, i] = row
        corr[i, i + 1 : columns] = row
    return np.sum(corr)


def covariance(data):
    data = data.copy()
    n = float(data.shape[0])
    columns = data.shape[1]
    data -= column_means(data)
    cov = np.zeros((columns, columns))
    for i in range(columns):
        row = np.dot(np.ascontiguousarray(data[:, i]), np.ascontiguousarray(data[:, i:columns])) / (n - 1.0)
        cov[i:columns, i] = row
        cov[i, i:columns] = row
    return np.sum(cov)


def accelerations(position, mass, gravity, softening):
    n = len(position)
    out = np.zeros((n, 3))
    for i in range(n):
        for j in range(n):
            dx = position[j, 0] - position[i, 0]
            dy = position[j, 1] - position[i, 1]
            dz = position[j, 2] - position[i, 2]
            inv_r3 = dx**2 + dy**2 + dz**2 + softening**2
            if inv_r3 > 0.0:
                inv_r3 = inv_r3 ** (-1.5)
            out[i, 0] += gravity * (dx * inv_r3) * mass[j, 0]
            out[i, 1] += gravity * (dy * inv_r3) * mass[j, 0]
            out[i, 2] += gravity * (dz * inv_r3) * mass[j, 0]
    return out


def energies(position, velocity, mass, gravity):
    kinetic = 0.5 * np.sum(mass * velocity**2)
    potential = 0.0
    n = len(position)
    for i in range(n):
        for j in range(i + 1, n):
            dx = position[j, 0] - position[i, 0]
            dy = position[j, 1] - position[i, 1]
            dz = position[j, 2] - position[i, 2]
            squared = dx**2 + dy**2 + dz**2
            if squared > 0.0:
                potential -= mass[i, 0] * mass[j, 0] / np.sqrt(squared)
    return kinetic, gravity * potential


def nbody(position, velocity, mass, steps, dt, gravity, softening):
    position, velocity = position.copy(), velocity.copy()
    velocity -= column_means(mass * velocity) / np.mean(mass)
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


def mandelbrot(x, y, most, horizon):
    re0, im0 = np.empty((len(y), len(x))), np.empty((len(y), len(x)))
    re, im = np.zeros(re0.shape), np.zeros(re0.shape)
    for i in range(len(y)):
        re0[i], im0[i] = x, y[i]
    count = np.zeros(re0.shape, dtype=np.int64)
    for k in range(most):
        for i in range(len(y)):
            for j in range(len(x)):
                a, b = re[i, j], im[i, j]
                if a * a + b * b < horizon * horizon:
                    count[i, j] = k
                    re[i, j] = a * a - b * b + re0[i, j]
                    im[i, j] = 2.0 * a * b + im0[i, j]
    for i in range(len(y)):
        for j in range(len(x)):
            if count[i, j] == most - 1:
                count[i, j] = 0
    return count


def relu(x):
    return np.maximum(x, 0)


def softmax_of_rows(x):
    """Of a matrix."""
    out = np.empty_like(x)
    for i in range(len(x)):
        powers = np.exp(x[i] - np.max(x[i]))
        out[i] = powers / np.sum(powers)
    return out


def attention_weights(x, weights):
    columns = x.shape[3]
    return np.sum(softmax_of_rows(x.reshape(-1, columns)) * weights.reshape(-1, columns))


def mlp(x, w1, b1, w2, b2, w3, b3):
    x = relu(x @ w1 + b1)
    x = relu(x @ w2 + b2)
    x = softmax_of_rows(x @ w3 + b3)
    return np.sum(x * x)


def convolution(x, weights):
    size, channels = weights.shape[0], weights.shape[3]
    batch, height, width = x.shape[0], x.shape[1] - size + 1, x.shape[2] - size + 1
    out = np.zeros((batch, height, width, channels))
    for b in range(batch):
        for i in range(height):
            for j in range(width):
                for di in range(size):
                    for dj in range(size):
                        for c in range(x.shape[3]):
                            for k in range(channels):
                                out[b, i, j, k] += x[b, i + di, j + dj, c] * weights[di, dj, c, k]
    return out


def pool(x):
    batch, height, width, channels = x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]
    out = np.empty((batch, height, width, channels))
    for b in range(batch):
        for i in range(height):
            for j in range(width):
                for c in range(channels):
                    out[b, i, j, c] = max(
                        x[b, 2 * i, 2 * j, c], x[b, 2 * i, 2 * j + 1, c], x[b, 2 * i + 1, 2 * j, c],
                        x[b, 2 * i + 1, 2 * j + 1, c],
                    )
    return out


def lenet(x, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias):
    x = pool(relu(convolution(x, conv1) + bias1))
    x = pool(relu(convolution(x, conv2) + bias2))
    flat = relu(x.reshape(len(x), -1) @ fc1 + fc1_bias)
    return np.sum(flat @ fc2 + fc2_bias)


def normalised(x):
    mean = column_means(x)
    std = np.sqrt(column_means((x - mean) ** 2))
    return (x - mean) / np.sqrt(std + 1e-5)


def resnet(x, conv1, conv2, conv3):
    padded = np.zeros((x.shape[0], x.shape[1] + 2, x.shape[2] + 2, conv1.shape[3]))
    padded[:, 1:-1, 1:-1, :] = convolution(x, conv1)
    y = relu(normalised(padded))
    y = relu(normalised(convolution(y, conv2)))
    y = normalised(convolution(y, conv3))
    return np.sum(relu(y + x) * y)


def stockham_fft(n, radix, power, x, y):
    dft_mat = np.empty((radix, radix), dtype=np.complex128)
    for i in range(radix):
        for j in range(radix):
            dft_mat[i, j] = np.exp(-2.0j * np.pi * i * j / radix)
    y[:] = x
    for i in range(power):
        before, after = radix**i, radix ** (power - i - 1)
        yv = y.reshape((before, radix, after))
        twisted = np.empty((radix, after * before), dtype=np.complex128)
        for k in range(radix):
            for j in range(before):
                twiddle = np.exp(-2.0j * np.pi * k * j / radix ** (i + 1))
                for m in range(after):
                    twisted[k, j * after + m] = yv[j, k, m] * twiddle
        y[:] = np.dot(dft_mat, twisted).reshape(n)
    return np.sum(np.arange(n) * np.abs(y) ** 2)


def mandelbrot_of_complex(xmin, xmax, ymin, ymax, xn, yn, most, horizon):
    x = np.linspace(xmin, xmax, xn)
    y = np.linspace(ymin, ymax, yn)
    c = x + y.reshape(-1, 1) * 1j
    count = np.zeros(c.shape, dtype=np.int64)
    z = np.zeros(c.shape, dtype=np.complex128)
    for n in range(most):
        for i in range(yn):
            for j in range(xn):
                if abs(z[i, j]) < horizon:
                    count[i, j] = n
                    z[i, j] = z[i, j] ** 2 + c[i, j]
    for i in range(yn):
        for j in range(xn):
            if count[i, j] == most - 1:
                count[i, j] = 0
    return count


FORMS = {
    f.__name__: f
    for f in (doitgen, correlation, covariance, nbody, mandelbrot, attention_weights, mlp, lenet, resnet, stockham_fft,
              mandelbrot_of_complex)
}  # fmt: skip
