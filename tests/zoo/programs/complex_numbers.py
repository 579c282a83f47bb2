"""Complex numbers: scalars, arrays, their parts, and the programs that people write with them."""

import cmath
import math

import numpy as np

from ..program import Program


def arithmetic(z, w):
    """A complex result, which is differentiated by a complex head."""
    return z * w + 2.0 * z / w - (1j - z) * -w + +w


def modulus(z):
    return abs(z)


def squared_modulus(z):
    return (z * z.conjugate()).real


def parts_of_a_number(z, x):
    w = complex(z.imag * x, z.real - x)
    return w.real * w.real - 3.0 * w.imag


def real_twice(total, a):
    """The real part of an adjoint is added to before the adjoint is read again."""
    return np.linspace(-0.5, total, len(a)) - ((a + 1j * a) + (a + 1j * a))


def phase_and_modulus(z):
    return cmath.phase(z) * abs(z) + np.angle(z * z)


def integer_powers(z):
    w = z**2 + z**-3 + z**0 + z**1
    return w.real - w.imag


def complex_powers(z, w):
    p = z**w + z**0.5 + 2.0**z
    return p.real + 2.0 * p.imag


def functions_of_cmath(z):
    w = cmath.exp(z) * cmath.sin(z) + cmath.cos(z) * cmath.log(z) - cmath.sqrt(z) * cmath.tanh(z)
    u = cmath.sinh(z) + cmath.cosh(z) * cmath.tan(z) + cmath.log10(z)
    return w.real * u.imag


def functions_of_numpy(z):
    w = np.exp(z) * np.sin(z) + np.cos(z) * np.log(z) - np.sqrt(z) * np.tanh(z)
    u = np.sinh(z) + np.cosh(z) * np.tan(z) + np.square(z) + np.reciprocal(z)
    return np.sum(np.abs(w * u))


def real_argument_becomes_complex(x):
    """The gradient of a real argument is real."""
    y = x
    for k in range(3):
        y = y * 1j + x
    return abs(y)


def phases(theta):
    """Sum of waves with real phases: the gradient is real."""
    return np.abs(np.sum(np.exp(1j * theta))) ** 2


def branch_on_parts(z):
    if z.real > 0.0 and z != 1.0:
        w = z * z
    else:
        w = z.conjugate() + 1j
    return w.real + w.imag * w.imag


def horner(c, z):
    y = 0j
    for k in range(len(c)):
        y = y * z + c[k]
    return abs(y)


def newton(z, steps):
    """Newton's method for a root of z**3 - 1."""
    for _ in range(steps):
        z = z - (z**3 - 1.0) / (3.0 * z**2)
    return z


def mandelbrot_count(c, most):
    """A number of iterations: there is nothing to differentiate."""
    z, n = 0j, 0
    while n < most and abs(z) <= 2.0:
        z = z * z + c
        n += 1
    return n


def escape_modulus(c, most):
    z, n = 0j, 0
    while n < most and abs(z) <= 2.0:
        z = z * z + c
        n += 1
    return abs(z)


def mandelbrot_grid(xs, ys, most):
    """The numbers of iterations on a grid, with masks as NumPy users write it."""
    c = xs + 1j * ys[:, None]
    z = np.zeros(c.shape, dtype=np.complex128)
    n = np.zeros(c.shape, dtype=np.int64)
    for _ in range(most):
        inside = np.abs(z) < 2.0
        n[inside] += 1
        z[inside] = z[inside] ** 2 + c[inside]
    return n


def dft_by_loops(x):
    """The discrete Fourier transform of real samples, and its power in the first half."""
    n = len(x)
    power = 0.0
    for k in range(n // 2):
        total = 0j
        for j in range(n):
            total += x[j] * np.exp(-2j * np.pi * j * k / n)
        power += (k + 1) * abs(total) ** 2
    return power


def stockham(x, twiddles):
    """A radix-2 Stockham transform, in the arrays that are given."""
    n = len(x)
    y = x.copy()
    half, width = n // 2, 1
    while half >= 1:
        z = np.zeros(n, dtype=np.complex128)
        for j in range(half):
            for k in range(width):
                a, b = y[j * width + k], y[j * width + k + n // 2]
                z[2 * j * width + k] = a + b
                z[2 * j * width + width + k] = (a - b) * twiddles[j * width]
        y = z
        half //= 2
        width *= 2
    return y


def transform_matrix(x):
    """The transform as a product with a matrix of roots of unity."""
    n = len(x)
    k = np.arange(n)
    roots = np.exp(-2j * np.pi * np.outer(k, k) / n)
    return roots @ x


def contour_integral(a, points):
    """The integral of exp(a z) / z around the unit circle, by the trapezoidal rule."""
    total = 0j
    for k in range(points):
        z = cmath.exp(2j * math.pi * k / points)
        total += cmath.exp(a * z) / z * z
    return (total / points).real


def contour_of_matrices(a, points):
    """Powers of a matrix summed with the weights of a contour: NPBench's kernel has this shape."""
    n = a.shape[0]
    total = np.zeros((n, n), dtype=np.complex128)
    for k in range(points):
        z = np.exp(2j * np.pi * k / points)
        total += (z * np.eye(n) - 0.3 * a) @ a / points
    return np.sum(np.abs(total + a) ** 2)


def impedance(r, inductance, c, omega):
    """A resistor and a coil in series, beside a capacitor: power in the resistor."""
    series = r + 1j * omega * inductance
    parallel = 1.0 / (1.0 / series + 1j * omega * c)
    current = 1.0 / (parallel + 50.0)
    through = current * parallel / series
    return 0.5 * r * abs(through) ** 2


def quantum_walk(coin, steps):
    """A coin and a shift on a ring of sites."""
    n = 6
    up, down = np.zeros(n, dtype=complex), np.zeros(n, dtype=complex)
    up[0], down[0] = 1.0, 1j
    for _ in range(steps):
        left = math.cos(coin) * up + 1j * math.sin(coin) * down
        right = 1j * math.sin(coin) * up + math.cos(coin) * down
        up, down = np.roll(left, 1), np.roll(right, -1)
    weight = np.arange(n)
    return np.sum(weight * (np.abs(up) ** 2 + np.abs(down) ** 2))


def stores(z, x):
    """Real and complex numbers are stored into one array."""
    out = np.zeros(len(z), dtype=complex)
    for i in range(len(z)):
        out[i] = z[i] * x[i]
        out[i] += 1j * x[i]
    out[0] = x[1]
    out[1:] *= z[:-1]
    return out


def where_of_complex(z, x):
    return np.sum(np.where(x > 0.0, z * x, np.conj(z)).imag ** 2)


def products(a, b, v):
    w = a @ b @ v + np.conj(a).T @ v
    return np.abs(np.vdot(v, w)) + np.dot(v, w).real


def sums_of_products(a, r):
    w = np.einsum("ij,jk->ik", a, r)
    return np.sum(w.real * w.imag)


def reductions(z):
    return np.sum(z).real + np.mean(z).imag + abs(np.prod(z)) + np.linalg.norm(z) + np.var(z) + np.std(z)


def running(z):
    return np.abs(np.cumsum(z) * np.cumprod(z) + np.diff(z, 1)[0])


def strided(z):
    return z[::-2] * np.conj(z[::2])


def gathered(z, index):
    return z[index] * z[index[::-1]]


def transposed(z):
    w = z.T * 1j
    w[0] += z[:, 1]
    return w


def conversion(x, z):
    return x.astype(complex) * z + np.asarray(x, dtype=np.complex128) ** 2


def single_precision(z, x):
    """complex64 beside float32 and Python numbers stays complex64."""
    return np.sum(np.abs(z * 2.0 + 1j * x))


def kept_in_a_while_loop(z):
    """Complex values of every iteration are needed backwards."""
    w, n = z, 0
    while abs(w) < 20.0 and n < 5:
        w = 0.7 * w * w + z / (w + 2.0)
        n += 1
    return w.real * w.imag


def empty_loop(z, n):
    w = z
    for _ in range(n):
        w = w * w
    return w


def fourier_series(c, t):
    """Coefficients are complex, the time is real."""
    y = 0j
    for k in range(len(c)):
        y += c[k] * cmath.exp(1j * k * t)
    return y.real


def schroedinger(psi, potential, dt):
    """One step of Cayley's form with the potential on the diagonal: unitary."""
    turned = (1.0 - 0.5j * dt * potential) / (1.0 + 0.5j * dt * potential)
    moved = psi * turned
    return np.sum(np.abs(moved - np.roll(moved, 1)) ** 2)


def filtered(x, gain):
    """A filter in the frequency domain."""
    spectrum = np.fft.rfft(x)
    k = np.arange(len(x) // 2 + 1)
    return np.fft.irfft(spectrum / (1.0 + 1j * gain * k), len(x))


def spectral_derivative(u):
    """The derivative of a periodic function, by its transform; energy of the result."""
    n = len(u)
    k = np.zeros(n)
    for j in range(n):
        k[j] = j if j < (n + 1) // 2 else j - n
    du = np.fft.ifft(1j * k * np.fft.fft(u))
    return np.sum(du.real**2)


def blurred(image, kernel):
    """A convolution by transforms of two axes."""
    return np.fft.ifft2(np.fft.fft2(image) * np.fft.fft2(kernel)).real


def split_step(psi, potential, steps):
    """Schroedinger's equation: half a step of the potential, a step of the kinetic energy by transforms."""
    n = len(psi)
    kinetic = np.exp(-0.05j * np.arange(n) ** 2)
    half = np.exp(-0.5j * potential)
    for _ in range(steps):
        psi = half * np.fft.ifft(kinetic * np.fft.fft(half * psi))
    return np.sum(np.arange(n) * np.abs(psi) ** 2)


def transforms_of_rows(a):
    return np.fft.fft(a, 6, axis=0, norm="ortho")[1:4] * np.fft.ifft(a, axis=-1)


def number(rng):
    return complex(rng.normal(), rng.normal())


def numbers(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def waves_in_two_buffers(z, steps, k):
    """A stencil written with indices, whose adjoint is split."""
    u, v = z.copy(), z.copy()
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            v[i] = u[i] + k * (u[i - 1] * u[i] - 2.0j * u[i] + u[i + 1])
        u, v = v, u
    return np.sum(np.abs(u) ** 2)


DIFFERENCES = {"oracle": "differences"}
TWO = {**DIFFERENCES, "wrt": (0, 1)}
THREE = {**DIFFERENCES, "wrt": (0, 1, 2)}

def cmath_of_an_element(z):
    """`cmath` computes in double precision, whatever it is given."""
    return abs(cmath.exp(0.5 * z[1])) + cmath.sqrt(z[0]).real


PROGRAMS = [
    Program(cmath_of_an_element, lambda rng: (np.array([1 + 2j, 0.3 - 1j], np.complex64),), oracle="difference",
            rtol=1e-3),
    Program(arithmetic, lambda rng: (number(rng), number(rng)), **TWO),
    Program(modulus, lambda rng: (number(rng),), **DIFFERENCES),
    Program(squared_modulus, lambda rng: (number(rng),), **DIFFERENCES),
    Program(parts_of_a_number, lambda rng: (number(rng), rng.normal()), **TWO),
    Program(phase_and_modulus, lambda rng: (1.3 + 0.4j,), also=(lambda rng: (-0.4 - 1.1j,),), **DIFFERENCES),
    Program(integer_powers, lambda rng: (1.2 + 0.3j,), also=(lambda rng: (-0.7 - 0.9j,),), **DIFFERENCES),
    Program(complex_powers, lambda rng: (1.2 + 0.3j, 0.4 - 1.1j), **TWO),
    Program(functions_of_cmath, lambda rng: (0.6 + 0.3j,), also=(lambda rng: (0.7 - 0.9j,),), **DIFFERENCES),
    Program(functions_of_numpy, lambda rng: (0.3 + numbers(rng, 4) / 2,), **DIFFERENCES),
    Program(real_argument_becomes_complex, lambda rng: (rng.normal(),), **DIFFERENCES),
    Program(phases, lambda rng: (rng.normal(size=5),), **DIFFERENCES),
    Program(branch_on_parts, lambda rng: (1.2 + 0.3j,), also=(lambda rng: (-0.7 - 0.9j,),), **DIFFERENCES),
    Program(horner, lambda rng: (numbers(rng, 5), number(rng)), **TWO),
    Program(newton, lambda rng: (1.2 + 0.3j, 3), also=(lambda rng: (-0.7 - 0.9j, 0),), **DIFFERENCES),
    Program(mandelbrot_count, lambda rng: (-0.6 + 0.6j, 30), wrt=()),
    Program(escape_modulus, lambda rng: (0.3 + 0.7j, 6), also=(lambda rng: (0.1j, 5),), **DIFFERENCES),
    Program(mandelbrot_grid, lambda rng: (np.linspace(-2.0, 0.5, 7), np.linspace(-1.2, 1.1, 5), 8), wrt=()),
    Program(dft_by_loops, lambda rng: (rng.normal(size=6),), **DIFFERENCES),
    Program(waves_in_two_buffers, lambda rng: (numbers(rng, 7), 3, 0.2), **DIFFERENCES),
    Program(stockham, lambda rng: (numbers(rng, 8), np.exp(-2j * np.pi * np.arange(4) / 8)), **TWO),
    Program(transform_matrix, lambda rng: (numbers(rng, 5),), **DIFFERENCES),
    Program(contour_integral, lambda rng: (number(rng), 7), **DIFFERENCES),
    Program(contour_of_matrices, lambda rng: (rng.normal(size=(3, 3)), 4), **DIFFERENCES),
    Program(real_twice, lambda rng: (1.6, rng.normal(size=3)), **TWO),
    Program(impedance, lambda rng: (40.0, 0.2, 1e-4, 310.0), oracle="differences", wrt=(0, 1, 2, 3)),
    Program(quantum_walk, lambda rng: (0.7, 4), **DIFFERENCES),
    Program(stores, lambda rng: (numbers(rng, 4), rng.normal(size=4)), **TWO),
    Program(where_of_complex, lambda rng: (numbers(rng, 4), rng.normal(size=4)), **TWO),
    Program(products, lambda rng: (numbers(rng, 3, 3), rng.normal(size=(3, 3)), numbers(rng, 3)), **THREE),
    Program(sums_of_products, lambda rng: (numbers(rng, 2, 3), rng.normal(size=(3, 2))), **TWO),
    Program(reductions, lambda rng: (numbers(rng, 5),), **DIFFERENCES),
    Program(running, lambda rng: (numbers(rng, 5),), **DIFFERENCES),
    Program(strided, lambda rng: (numbers(rng, 5),), **DIFFERENCES),
    Program(gathered, lambda rng: (numbers(rng, 4), np.array([3, 0, 3])), **DIFFERENCES),
    Program(transposed, lambda rng: (numbers(rng, 3, 3),), **DIFFERENCES),
    Program(conversion, lambda rng: (rng.normal(size=3), numbers(rng, 3)), **TWO),
    Program(single_precision, lambda rng: (numbers(rng, 4).astype(np.complex64), rng.normal(size=4).astype(np.float32)),
            oracle="differences", wrt=(0, 1), rtol=1e-5),
    Program(kept_in_a_while_loop, lambda rng: (1.1 + 0.4j,), also=(lambda rng: (0.2 - 0.1j,),), **DIFFERENCES),
    Program(empty_loop, lambda rng: (number(rng), 0), also=(lambda rng: (number(rng), 3),), **DIFFERENCES),
    Program(fourier_series, lambda rng: (numbers(rng, 4), 0.7), **TWO),
    Program(schroedinger, lambda rng: (numbers(rng, 5), rng.normal(size=5), 0.1), **THREE),
    Program(filtered, lambda rng: (rng.normal(size=7), 0.3), **TWO),
    Program(spectral_derivative, lambda rng: (rng.normal(size=6),), **DIFFERENCES),
    Program(blurred, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(3, 4))), **TWO),
    Program(split_step, lambda rng: (numbers(rng, 5), rng.normal(size=5), 2), **TWO),
    Program(transforms_of_rows, lambda rng: (numbers(rng, 3, 2),), **DIFFERENCES),
]
