"""Lists and tuples where NumPy makes arrays of them, and calls whose arguments come from an array or a dict."""

from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass
class Quaternion:
    w: float
    x: float
    y: float
    z: float

    def __mul__(self, other):
        return Quaternion(
            self.w * other.w - self.x * other.x - self.y * other.y - self.z * other.z,
            self.w * other.x + self.x * other.w + self.y * other.z - self.z * other.y,
            self.w * other.y - self.x * other.z + self.y * other.w + self.z * other.x,
            self.w * other.z + self.x * other.y - self.y * other.x + self.z * other.w)

    @property
    def conjugate(self):
        return Quaternion(self.w, -self.x, -self.y, -self.z)


def padded_by_lists(x):
    return np.sum(np.concatenate(([0.0], x, [1.0, x[0]])) ** 2)


def rows_in_lists(x):
    rows = np.stack([[x[0], 2.0], [1.0, x[1]]])
    return np.sum(rows**2) + np.sum(np.array([x, 2.0 * x]) ** 3) + np.vstack((x, [1.0, 2.0, 3.0])).sum()


def rows_of_arrays_and_lists(x):
    rows = [x, 2.0 * x, [1.0, 2.0, x[0]]]
    return np.sum(np.array(rows) ** 2) + np.sum(np.array([[x[0] * x, x], [x, 2.0 * x]]) ** 2)


def rows_that_a_comprehension_makes(x):
    rows = [k * x for k in range(3)]
    return np.sum(np.array(rows) ** 2) + np.vstack(rows).sum() + np.concatenate(rows).sum()


def tuples_beside_arrays(x):
    weights = (1.0, 2.0, x[0])
    return np.sum(weights * x) + np.dot(weights, x) + np.dot(weights, weights) + np.sum(np.outer((1.0, 2.0), x))


def lists_as_operands(x):
    weights = [1.0, 2.0, x[0]]
    chosen = np.where(x > 0.0, x, (1.0, 2.0, 3.0))
    return np.dot(weights, x) + np.mean(weights) + np.sum(chosen) + np.cross(x, (1.0, 0.0, 0.0)).sum() + np.max(
        [x[0] * 2.0, x[1]])


def matrices_written_out(x):
    jacobian = np.array([[x[0] + 3.0, x[1]], [x[2], 2.0]])
    unknown = np.linalg.solve(np.array([[x[0] + 3.0, 1.0], [0.5, 2.0]]), np.array((x[2], 1.0)))
    return np.linalg.det(jacobian) + unknown[0]


def stores_of_tuples(x):
    table = np.zeros((2, 3))
    table[0] = x[0], x[1], 2
    table[1] = [x[2], 1, 1]
    table[:, 1] = (x[0], x[1])
    table[0, :2] += (x[2], 1)
    table[:, 1:] *= ((x[0], 1.0), (2.0, x[1]))
    return np.sum(table**2)


def history_of_states(x, steps):
    susceptible, infected = x[0] * x[0] + 1.0, 0.1
    history = np.zeros((steps, 2))
    for k in range(steps):
        new = 0.3 * susceptible * infected
        susceptible, infected = susceptible - new, infected + new - 0.1 * infected
        history[k] = susceptible, infected
    return np.sum(history[:, 1] ** 2)


def lists_of_indices(x):
    stiffness = np.zeros((4, 4))
    load = np.zeros(4)
    for e in range(3):
        nodes = [e, e + 1]
        stiffness[np.ix_(nodes, nodes)] += x[e] * np.array([[1.0, -1.0], [-1.0, 1.0]])
        load[nodes] += 0.5 * x[e]
    picked = [0, 2]
    stiffness[[0, 1], [1, 2]] *= 2.0
    return np.sum(stiffness**2) + np.sum(load[picked] ** 3)


def indices_that_were_found(x):
    found = []
    for i in range(len(x)):
        if x[i] > 0.0:
            found.append(i)
    return np.sum(x[found] ** 2) + np.sum(np.concatenate(([1.0], x[found])))


def ranges_as_indices(x):
    n = len(x)
    matrix = np.zeros((n, n))
    matrix[range(n), range(n)] = x
    matrix[range(1, n), range(n - 1)] += 1.0
    return np.sum(matrix @ matrix.T * matrix)


def array_for_the_parameters(x):
    def plane(a, b, c):
        return a * b + c

    return plane(*x) * plane(x[0], *x[1:]) + np.hypot(*x[:2])


def rotated(q, v):
    rotation = Quaternion(*q)
    norm = np.sqrt(rotation.w**2 + rotation.x**2 + rotation.y**2 + rotation.z**2)
    rotation = Quaternion(rotation.w / norm, rotation.x / norm, rotation.y / norm, rotation.z / norm)
    image = rotation * Quaternion(0.0, *v) * rotation.conjugate
    return image.x + 2.0 * image.y + 3.0 * image.z


def dict_for_the_keywords(x):
    def gaussian(t, amplitude=1.0, mean=0.0, width=1.0):
        return amplitude * np.exp(-0.5 * ((t - mean) / width) ** 2)

    parameters = {"amplitude": x[0], "width": x[1] ** 2 + 1.0}
    return gaussian(x[2], **parameters) + gaussian(0.5, **{**parameters, "mean": x[2]})


def dict_of_names_and_values(x):
    names = ("amplitude", "mean", "width")
    parameters = dict(zip(names, x))
    return parameters["amplitude"] * np.exp(-((0.5 - parameters["mean"]) ** 2) - parameters["width"] ** 2)


def lists_with_stars(x):
    first = [x[0], 2.0]
    both = [*first, x[1], *(x[2], 1.0)]
    return sum([a * a for a in both])


def stars_of_arrays(x):
    first, *rest = x * x
    *others, last = x
    both = np.array([*rest, 1.0, *others, *[v for v in x if v < 5.0]])
    return first * sum(rest) * last + np.sum(both * both) + sum(others)


def stars_of_lists(x):
    kept = [v * v for v in x if v < 5.0]
    pairs = [(v, 2.0 * v) for v in x]
    a, *middle, b = kept
    (p, q), *_ = pairs
    return a * b + sum(middle) * p + q * q + len(middle)


def extremes_behind_stars(x):
    kept = [v * v for v in x if v < 5.0]
    return max(*x) * min(*kept) + max(1.0, *kept, x[0]) - min(*x, *kept)


def tuples_as_lists(x):
    corner = (x[0], x[1] * x[1], 2.0)
    items = list(corner)
    items.append(x[2])
    items[0] = items[0] * items[1]
    return sum([v * v for v in items])


def lists_beside_arrays(x):
    weights = [1.0, 2.0, 3.0]
    rows = [[1.0, x[0], 0.0], [x[1], 1.0, 2.0]]
    kept = [v * v for v in x if v < 5.0]
    y = x * weights + kept
    y += [x[0], 1.0, 2.0]
    y *= weights
    s = np.sum(rows * x) + np.sum(weights - y) + np.sum(y / kept) + weights @ y
    for k in range(len(x)):
        s += np.sum([1.0, 2.0, k] * y)
    return s + np.sum(y[x > [0.0, 0.1, 0.2]])


def vector(rng):
    return (rng.normal(size=3),)


def vector32(rng):
    return (rng.normal(size=3).astype(np.float32),)


def negative(rng):
    return (-np.abs(rng.normal(size=3)),)


VECTORS = (padded_by_lists, rows_in_lists, rows_of_arrays_and_lists, rows_that_a_comprehension_makes,
           tuples_beside_arrays, lists_as_operands, matrices_written_out, stores_of_tuples, lists_of_indices,
           indices_that_were_found, ranges_as_indices, array_for_the_parameters, dict_for_the_keywords,
           dict_of_names_and_values, lists_with_stars, stars_of_arrays, stars_of_lists, tuples_as_lists,
           lists_beside_arrays)
SINGLE = (padded_by_lists, tuples_beside_arrays, stores_of_tuples, rows_of_arrays_and_lists, lists_beside_arrays,
          stars_of_arrays)

PROGRAMS = (
    *(Program(f, vector, also=(negative,)) for f in VECTORS),
    *(Program(f, vector32, name=f"{f.__name__}_float32", rtol=1e-3, oracle="differences") for f in SINGLE),
    Program(extremes_behind_stars, vector, also=(negative,), oracle="differences"),
    Program(history_of_states, lambda rng: (rng.normal(size=1), 6), also=(lambda rng: (rng.normal(size=1), 0),)),
    Program(rotated, lambda rng: (rng.normal(size=4), rng.normal(size=3)), wrt=(0, 1)),
)
