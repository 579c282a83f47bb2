"""Lists of tuples in order, by themselves and by keys that are tuples, and lists that are multiplied."""

from ..program import Program


def by_size(x):
    s = 0.0
    for k, (size, i) in enumerate(sorted([(abs(v), i) for i, v in enumerate(x)], reverse=True)):
        s += size * x[i] * k
    return s


def by_group_and_value(x, groups):
    items = [(g, v, 2.0 * v) for g, v in zip(groups, x)]
    first = sorted(items)
    falling = sorted(items, key=lambda t: (t[0], -t[1]))
    by_last = sorted(items, key=lambda t: t[2], reverse=True)
    items.sort(key=lambda t: (-t[0], t[1]), reverse=True)
    s = sum((k + 1) * v for k, (_, v, _) in enumerate(first))
    return s + falling[0][1] * by_last[-1][2] + 3.0 * items[2][1]


def pairs_in_order(x):
    s = 0.0
    for a, b in sorted(zip(x, x[::-1])):
        s = 0.5 * s + a * b
    order = sorted(range(len(x)), key=lambda i: (i % 2, x[i]))
    known = sorted([(2, x[0]), (1, x[1]), (2, x[2])])
    return s + sum(x[i] * k for k, i in enumerate(order)) + known[0][1] * known[2][1]


def multiplied(x, n):
    z = [v for v in x if v > 0.0]
    w = z
    z *= 2
    known = [x[0], 1.0]
    other = known
    known *= 3
    other[1] = x[2]
    z *= n
    return sum(w) * len(z) + sum(k * v for k, v in enumerate(other)) + sum(2 * z)


PROGRAMS = (
    Program(by_size, lambda rng: (rng.normal(size=6),)),
    Program(by_group_and_value, lambda rng: (rng.normal(size=6), rng.integers(0, 3, size=6))),
    Program(pairs_in_order, lambda rng: (rng.normal(size=6),)),
    Program(multiplied, lambda rng: (rng.normal(size=6), 3), also=(lambda rng: (rng.normal(size=6), 0),)),
)
