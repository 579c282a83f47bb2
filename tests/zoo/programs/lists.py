"""Lists whose lengths are known before the program runs, and comprehensions."""

import numpy as np

from ..program import Program


def literal(x):
    parts = [x, 2.0 * x, x * x]
    parts[1] = parts[0] * parts[-1]
    parts[-1] += 1.0
    return parts[0] + parts[1] * parts[2] + len(parts)


def appended(x):
    parts = []
    for k in range(4):
        parts.append(x**k)
    last = parts.pop()
    parts.insert(1, last * x)
    parts.extend([x, 3.0])
    parts += [last]
    parts.reverse()
    return sum(parts) * parts[0] + parts.pop(0)


def sliced(x):
    parts = [x, 2.0 * x, x * x, 1.0]
    tail = parts[1:] + parts[:-2]
    back = parts[::-1]
    parts[0] = 0.0
    return tail[0] * tail[-1] + back[3] * back[1] + parts[0]


def repeated(x):
    parts = [0.0] * 3
    for i in range(3):
        parts[i] = x * (i + 1)
        parts[i - 1] += x
    return parts[0] * parts[1] * parts[2]


def indexed_at_run_time(x, n):
    parts = [x, x * x, np.sin(x)]
    s = 0.0
    while n > -3:
        n -= 1
        s += parts[n] * (n + 4.0)
        parts[n] = s * x
    return s * parts[n]


def two_names_for_one_list(x):
    a = [x, 1.0]
    b = a
    b.append(x * x)
    a[1] = a[2]
    return b[1] * len(a) * x


def extremes(x):
    parts = [x, 2.0, x * x, -1.0]
    return max(parts) * min(parts) + max(v * x for v in parts) + sum([v * v for v in parts], 0.5)


def comprehensions(x):
    powers = [x**k for k in range(4) if k != 1]
    pairs = [a * b for a in powers for b in [x, 2.0]]
    table = [[x * i * j for i in range(2)] for j in range(3)]
    return sum(powers) + pairs[-1] * pairs[0] + table[2][1]


def variables_of_a_comprehension_are_its_own(x):
    k = x * 3.0
    parts = [k * x for k in range(3)]
    return k * parts[2]


def arrays_from_lists(x):
    a = np.array([v * x for v in [1.0, 2.0, 3.0]])
    b = np.array([[x, 1.0], [2.0, x * x]])
    c = [x, x * x, 3.0]
    return np.sum(a * np.array(c)) + np.sum(b @ b)


def list_of_arrays(x):
    rows = [x, 2.0 * x, x * x]
    rows[0] = rows[1] + rows[2]
    rows[1][0] = 5.0
    s = 0.0
    for i in range(len(rows)):
        s += np.sum(rows[i] * rows[i - 1])
    return s


def list_through_branches(x):
    parts = [x, 1.0]
    if x > 1.0:
        parts[1] = x * x
    else:
        parts = [np.cos(x), x]
    return parts[0] * parts[1]


def list_carried_by_a_loop(x, n):
    state = [x, 1.0]
    for _ in range(n):
        state = [state[1] * 0.5, state[0] + state[1]]
    return state[0] * state[1]


def elements_and_membership(x):
    orders = [1, 3]
    s = 0.0
    for k in range(5):
        if k in orders:
            s += x**k
    for a, b in [(x, 2.0), (1.0, x)]:
        s += a * b
    return s


def list_argument(p):
    p0, p1, p2 = p
    s = p0 * p1
    for v in p:
        s += v * p2
    return s + len(p)


def list_argument_of_arrays(p, x):
    return sum([np.sum(a * x) for a in p]) * np.sum(p[-1])


def polynomial(c, x):
    y = 0.0
    for k in range(len(c) - 1, -1, -1):
        y = y * x + c[k]
    return y


def list_result(x, n):
    parts = [x * k for k in range(3)]
    return parts, [parts[0], n]


# --- as long as it turns out ----------------------------------------------------------------------------------------


def appended_in_a_loop(x, n):
    parts = []
    for i in range(n):
        parts.append(x**i)
    s = 0.0
    for v in parts:
        s += v * v
    for i in range(len(parts)):
        s += parts[i] * parts[-1 - i]
    return s + sum(parts)


def grown_by_a_while(x, n):
    parts = [x, 1.0]
    while len(parts) < n:
        parts.append(parts[-1] * x + 0.1)
        if len(parts) > 3:
            parts[0] = parts[-1] * parts[1]
    return parts.pop() * parts[0] + max(parts) * min(parts)


def stack_of_work(x, n):
    stack = [x]
    total = 0.0
    while stack:
        v = stack.pop()
        total += v * v
        if len(stack) < n and v > 0.1:
            stack.append(v * 0.5)
            stack.append(v * 0.25)
    return total


def history_of_a_simulation(x, n):
    history = []
    u = x
    for i in range(n):
        u = u * 0.9 + 0.1 * np.sin(u)
        history.append(u)
        if i > 3:
            history[i - 2] *= u
    return np.sum(np.array(history) * np.array(history))


def array_of_a_comprehension(x, n):
    a = np.array([x * i for i in range(n)])
    orders = [i * i for i in range(n) if i % 2 == 0]
    s = np.sum(a * a)
    for k in orders:
        s += x**k
    return s


def elements_that_are_positive(x):
    kept = [x[i] for i in range(len(x)) if x[i] > 0.0]
    s = 0.0
    for v in kept:
        s = s * 0.5 + v * v
    return s


def collect(parts, value):
    if value > 0.5:
        parts.append(value)


def appended_by_a_helper(x, n):
    parts = []
    for i in range(n):
        collect(parts, np.cos(x * i))
        if i == 4:
            parts = [x]
    return sum(parts) * x + len(parts)


def growing_in_a_loop_that_is_unrolled(c, total, v):
    """What is unrolled first and then is not leaves no trace in the names of the other list."""
    for _ in range(2):
        for _ in range(2):
            if np.sum(c) >= total:
                for _ in range(3):
                    parts = [v[k] * k for k in range(len(v))]
                    total += parts[-1]
        history = [c[-2], total * total]
        total -= history[1] * 0.1
    return total


def trajectory(x, n):
    parts = [x]
    for _ in range(n):
        parts.append(parts[-1] * 0.5 * x)
    return parts


PROGRAMS = (
    Program(literal, lambda rng: (1.3,)),
    Program(literal, lambda rng: (np.float32(1.3),), name="literal_float32", rtol=1e-5, oracle="differences"),
    Program(appended, lambda rng: (1.3,)),
    Program(sliced, lambda rng: (1.3,)),
    Program(repeated, lambda rng: (1.3,)),
    Program(indexed_at_run_time, lambda rng: (1.3, 2), also=(lambda rng: (1.3, -2),)),
    Program(two_names_for_one_list, lambda rng: (1.3,)),
    Program(extremes, lambda rng: (1.3,), also=(lambda rng: (-0.7,),), oracle="differences"),
    Program(comprehensions, lambda rng: (1.3,)),
    Program(variables_of_a_comprehension_are_its_own, lambda rng: (1.3,)),
    Program(arrays_from_lists, lambda rng: (1.3,)),
    Program(list_of_arrays, lambda rng: (rng.normal(size=3),)),
    Program(list_through_branches, lambda rng: (1.3,), also=(lambda rng: (0.3,),)),
    Program(list_carried_by_a_loop, lambda rng: (1.3, 4), also=(lambda rng: (1.3, 0),)),
    Program(elements_and_membership, lambda rng: (1.3,)),
    Program(list_argument, lambda rng: ([1.3, 0.4, 2.0],)),
    Program(list_argument_of_arrays, lambda rng: ([rng.normal(size=3), rng.normal(size=3)], rng.normal(size=3)),
            wrt=(0, 1)),
    Program(polynomial, lambda rng: ([1.3, 0.4, 2.0], 0.7), wrt=(0, 1)),
    Program(appended_in_a_loop, lambda rng: (1.3, 5), also=(lambda rng: (1.3, 0), lambda rng: (1.3, 20))),
    Program(appended_in_a_loop, lambda rng: (np.float32(1.3), 5), name="appended_in_a_loop_float32", rtol=1e-4,
            oracle="differences"),
    Program(grown_by_a_while, lambda rng: (0.8, 7), also=(lambda rng: (0.8, 0),), oracle="differences"),
    Program(stack_of_work, lambda rng: (0.9, 6)),
    Program(history_of_a_simulation, lambda rng: (0.9, 30), also=(lambda rng: (0.9, 0), lambda rng: (0.9, 5))),
    Program(array_of_a_comprehension, lambda rng: (0.9, 5), also=(lambda rng: (0.9, 0),)),
    Program(elements_that_are_positive, lambda rng: (rng.normal(size=12),), also=(lambda rng: (np.zeros(0),),)),
    Program(appended_by_a_helper, lambda rng: (0.3, 9), also=(lambda rng: (0.3, 0),)),
    Program(growing_in_a_loop_that_is_unrolled, lambda rng: (rng.normal(size=5) + 2.0, 0.3, rng.normal(size=3)),
            wrt=(1, 2)),
    Program(trajectory, lambda rng: (0.9, 12)),
    Program(list_result, lambda rng: (1.3, 2)),
)
