"""`try`: what the body did before the exception stays, and the derivative follows the path that was taken."""

import math

import numpy as np

from ..program import Program


class TooFar(Exception):
    """An exception of the user's own."""


class MuchTooFar(TooFar):
    """A class below it."""


class Elsewhere(Exception):
    """Another one."""


def raised_by_itself(x):
    y = x * x
    try:
        y = y * x
        if x > 1.0:
            raise ValueError("too large")
        y = y * x
    except ValueError:
        y = y + 5.0 * x
    return y


def assertion_caught(x):
    try:
        assert x > 0.0, f"{x} is negative"
        y = x * x
    except AssertionError:
        y = -3.0 * x
    return y


def quotient_or_default(x, n):
    try:
        q = 1.0 / n
        r = q * 3.0 * x
    except ZeroDivisionError:
        r = x * 7.0
    return r


def logarithm_or_square(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y


def exponential_overflows(x):
    try:
        return math.exp(x) * x
    except OverflowError:
        return x * x


def several_classes(x):
    try:
        y = math.sqrt(x) / (x - 4.0) + math.exp(100.0 * x)
    except (ZeroDivisionError, OverflowError):
        y = x * 2.0
    except ValueError:
        y = x * 3.0
    return y


def any_exception(x):
    try:
        y = math.log(x) + math.sqrt(x - 1.0)
    except Exception:
        y = x**3
    else:
        y = y * y
    return y


def index_beyond_the_end(x):
    s = 0.0
    for k in range(6):
        try:
            v = x[k]
            s += v * v
        except IndexError:
            s += 0.5 * x[0]
    return s


def table_or_nothing(table, i, x):
    try:
        v = table[i]
    except IndexError:
        v = 0.0
    return v * x


def stores_stay(x):
    z = np.zeros(4)
    try:
        for k in range(10):
            z[k] = x[0] * k + x[1]
    except IndexError:
        z[0] = x[0] ** 2
    return np.sum(z * z)


def stores_into_an_argument_stay(x, z):
    try:
        for k in range(len(x)):
            z[k] = x[k] * x[k]
    except IndexError:
        z[0] += x[0]
    return np.sum(z * z)


def loop_is_left(x):
    s = 0.0
    try:
        for k in range(10):
            s += x * k
            s = s + math.sqrt(3.0 - k * x)
    except ValueError:
        s = s * x
    return s


def test_of_a_loop_raises(x):
    n = 0.0
    try:
        while math.log(x) > -3.0:
            x = x - 0.75
            n = n + x * x
    except ValueError:
        n = n * 2.0
    return n


def retry_with_a_smaller_step(x):
    def step(u, h):
        v = u - h * u * u
        if v < 0.0:
            raise ValueError("the step is too large")
        return v

    h = 1.0
    u = x
    done = 0.0
    while done < 1.0:
        try:
            u = step(u, h)
            done += h
        except ValueError:
            h *= 0.5
    return u


def root(x):
    if x < 0.0:
        raise TooFar("negative")
    if x > 50.0:
        raise MuchTooFar("large")
    return math.sqrt(x)


def helper_raises_what_the_caller_catches(x):
    s = 0.0
    for k in range(4):
        try:
            s += root(x - k)
        except MuchTooFar:
            return s * x
        except TooFar:
            s += (x - k) ** 2
            continue
        else:
            s *= 2.0
        if s > 30.0:
            break
    return s


def helper_catches_itself(x):
    def logarithm(u):
        try:
            return math.log(u)
        except ValueError:
            return -10.0 * u

    return logarithm(x) + logarithm(x - 1.0)


def return_from_the_body(x):
    for k in range(5):
        try:
            return math.log(x + k) * x
        except ValueError:
            x = x + 0.25
    return x * x


def nested(x):
    y = x
    try:
        try:
            y = y * 2.0
            z = math.log(x - 1.0)
            y = y + math.sqrt(x - 2.0) * z
        except ValueError:
            y = y * 3.0
            if x < 0.0:
                raise OverflowError("still")
        y = y + 100.0 * x
    except OverflowError:
        y = y * y
    return y


def raised_again(x):
    y = x
    try:
        try:
            y = y * math.sqrt(x)
        except ValueError:
            y = y * 5.0
            raise
    except (ValueError, OverflowError):
        y = y * y
    return y


def finally_on_all_paths(x):
    n, y = 0, x
    try:
        try:
            y = y * 2.0
            if x > 1.0:
                raise MuchTooFar("far")
            y = y * 2.0
        finally:
            n = n + 1
            y = y + n * x
    except TooFar:
        y = y * y
    else:
        y = y + 1000.0
    return y


def finally_and_exits(x):
    c = 0
    for k in range(3):
        try:
            if x * k > 1.0:
                return x * k + c
            if k == 1:
                continue
            c = c + 1
        finally:
            c = c + 10
    return x * c


def break_in_a_handler(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(5):
            try:
                v = x[i + j]
                if v > 4.5:
                    break
                s += v * v
            except IndexError:
                break
        else:
            s += 10.0 * x[0]
    return s


def cholesky_with_jitter(a):
    try:
        factor = np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        factor = np.linalg.cholesky(a + 3.0 * np.eye(len(a)))
    return np.sum(np.log(np.diag(factor)))


def jitter_until_it_works(a, jitter):
    for k in range(8):
        try:
            factor = np.linalg.cholesky(a + jitter * 4.0**k * np.eye(len(a)))
            break
        except np.linalg.LinAlgError:
            continue
    return np.sum(factor * factor * factor)


def system_or_its_regular_neighbour(a, b):
    try:
        y = np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        y = np.linalg.solve(a + np.eye(len(a)), b)
    return np.sum(y * y)


def shapes_that_do_not_fit(x, y):
    try:
        z = x * y
    except ValueError:
        z = x * 2.0
    return np.sum(z * z)


def largest_of_none(x):
    try:
        return np.max(x[x > 2.0])
    except ValueError:
        return x[0] * 3.0


def fields_of_a_dict(x):
    p = {"a": x, "b": 2.0}
    try:
        p["a"] = p["a"] * 3.0
        p["b"] = math.log(p["a"])
    except ValueError:
        p["b"] = p["a"] * 10.0
    return p["a"] * p["b"]


def raised_in_else(x):
    y = x
    try:
        try:
            y = y * 2
            if x > 5:
                raise TooFar("q")
        except TooFar:
            y = y + 1
        else:
            y = y * 3
            if x > 1:
                raise TooFar("outer")
            y = y * 5
    except TooFar:
        y = y * 7
    return y


def raised_in_a_handler(x):
    y = x
    try:
        try:
            y = y * 2
            if x > 1:
                raise MuchTooFar("q")
        except TooFar:
            y = y + 1
            if x > 5:
                raise Elsewhere("w")
            y = y * y
        finally:
            y = y + 0.5
    except Elsewhere:
        y = y * 11
    return y


def try_in_finally(x):
    y = x
    try:
        try:
            if x > 1:
                raise TooFar("a")
            y = y * 2
        finally:
            try:
                y = y + math.log(x - 2)
            except ValueError:
                y = y * 3
    except TooFar:
        y = y + 50 * x
    return y


def endless_loop_left_by_an_exception(x):
    a = np.ones(3)
    k = 0
    try:
        while True:
            a[k] += x * k
            k += 1
    except IndexError:
        a[k - 1] *= x
    return a.sum() * k


def comprehension_that_raises(x):
    try:
        z = [math.sqrt(x - k) for k in range(4)]
        y = sum(z)
    except ValueError:
        y = x * x
    return y


def sum_over_a_generator_that_raises(x):
    try:
        y = sum(math.log(x - k) for k in range(3))
    except ValueError:
        y = x * 2
    return y


def raised_in_a_condition(x):
    try:
        y = math.log(x) if x > -5 and 1.0 / (x + 1.0) > 0.0 else x
    except (ValueError, ZeroDivisionError):
        y = x * 4
    return y


def raised_out_of_nested_loops(x):
    s = x
    try:
        for i in range(4):
            for j in range(4):
                s = s * 1.1
                if i * j > x:
                    raise TooFar("out")
            s = s + i
        s = s + 1000
    except TooFar:
        s = s * s
    return s


def factors_in_a_loop(a):
    a = a.copy()
    s = 0.0
    for k in range(3):
        try:
            low = np.linalg.cholesky(a - k * 1.1 * np.eye(2))
            a[0, 0] = a[0, 0] * 1.5
            low[0, 0] = low[1, 1] * 2.0
        except np.linalg.LinAlgError:
            low = a * 2.0
        s += np.sum(low * low)
    return s


class Pole:
    def __init__(self, place, scale):
        self.place = place
        self.scale = scale

    def at(self, x):
        try:
            if x > 4.0:
                raise MuchTooFar("beyond the table")
            if x > self.place:
                raise TooFar("behind the pole")
            return self.scale / (self.place - x + 1.0)
        except MuchTooFar:
            return self.scale * x
        except TooFar:
            return x * x


def method_that_catches(x):
    pole = Pole(1.0, 2.0 * x)
    s = 0.0
    for k in range(3):
        s += pole.at(x + k) * pole.at(1.0)
    return s


ON_ALL_SIDES = tuple((lambda rng, x=x: (x,)) for x in (1.5, 2.5, 6.5, -0.4))

PROGRAMS = (
    Program(raised_by_itself, lambda rng: (0.5,), also=(lambda rng: (2.0,),)),
    Program(assertion_caught, lambda rng: (0.5,), also=(lambda rng: (-2.0,),)),
    Program(quotient_or_default, lambda rng: (1.5, 2), also=(lambda rng: (1.5, 0),)),
    Program(logarithm_or_square, lambda rng: (1.5,), also=(lambda rng: (-1.5,),), oracle="differences"),
    Program(exponential_overflows, lambda rng: (1.5,), also=(lambda rng: (1500.0,),), oracle="differences"),
    Program(several_classes, lambda rng: (1.5,), oracle="differences",
            also=(lambda rng: (-1.0,), lambda rng: (20.0,))),
    Program(any_exception, lambda rng: (3.0,), also=(lambda rng: (0.5,), lambda rng: (-0.5,)), oracle="differences"),
    Program(index_beyond_the_end, lambda rng: (rng.normal(size=3),), also=(lambda rng: (rng.normal(size=7),),)),
    Program(table_or_nothing, lambda rng: (rng.normal(size=3), 1, 1.5), wrt=(0, 2),
            also=(lambda rng: (rng.normal(size=3), 3, 1.5), lambda rng: (rng.normal(size=3), -3, 1.5),
                  lambda rng: (rng.normal(size=3), -4, 1.5))),
    Program(stores_stay, lambda rng: (rng.normal(size=2),)),
    Program(stores_into_an_argument_stay, lambda rng: (rng.normal(size=4), rng.normal(size=3)), wrt=(0, 1),
            also=(lambda rng: (rng.normal(size=3), rng.normal(size=3)),)),
    Program(loop_is_left, lambda rng: (0.7,), also=(lambda rng: (0.1,),), oracle="differences"),
    Program(test_of_a_loop_raises, lambda rng: (2.0,), also=(lambda rng: (0.9,), lambda rng: (0.76,)),
            oracle="differences"),
    Program(retry_with_a_smaller_step, lambda rng: (0.6,), also=(lambda rng: (3.3,), lambda rng: (7.0,))),
    Program(helper_raises_what_the_caller_catches, lambda rng: (0.5,), oracle="differences",
            also=(lambda rng: (2.5,), lambda rng: (45.0,), lambda rng: (52.2,))),
    Program(helper_catches_itself, lambda rng: (2.5,), also=(lambda rng: (0.5,), lambda rng: (-0.5,)),
            oracle="differences"),
    Program(return_from_the_body, lambda rng: (0.5,), also=(lambda rng: (-1.6,), lambda rng: (-30.0,)),
            oracle="differences"),
    Program(nested, lambda rng: (2.5,), also=(lambda rng: (1.5,), lambda rng: (0.5,), lambda rng: (-0.5,)),
            oracle="differences"),
    Program(raised_again, lambda rng: (2.0,), also=(lambda rng: (-2.0,),), oracle="differences"),
    Program(finally_on_all_paths, lambda rng: (0.5,), also=(lambda rng: (2.0,),)),
    Program(finally_and_exits, lambda rng: (0.2,), also=(lambda rng: (0.7,), lambda rng: (1.5,))),
    Program(break_in_a_handler, lambda rng: (rng.uniform(1.0, 4.0, 3),), also=(lambda rng: (rng.normal(size=9),),)),
    Program(cholesky_with_jitter, lambda rng: (np.array([[2.0, 0.3], [0.3, 1.0]]),),
            also=(lambda rng: (np.array([[2.0, 0.3], [0.3, -1.0]]),),), oracle="differences"),
    Program(jitter_until_it_works, lambda rng: (np.array([[2.0, 0.3], [0.3, 1.0]]), 0.1), wrt=(0, 1),
            also=(lambda rng: (np.array([[2.0, 0.3], [0.3, -5.0]]), 0.1),), oracle="differences"),
    Program(system_or_its_regular_neighbour, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)), wrt=(1,),
            also=(lambda rng: (np.zeros((3, 3)), rng.normal(size=3)),)),
    Program(shapes_that_do_not_fit, lambda rng: (rng.normal(size=3), rng.normal(size=3)),
            also=(lambda rng: (rng.normal(size=3), rng.normal(size=4)), lambda rng: (rng.normal(size=3), np.ones(1)))),
    Program(largest_of_none, lambda rng: (np.array([1.0, 3.0, 2.5]),), also=(lambda rng: (np.array([1.0, 1.5]),),)),
    Program(fields_of_a_dict, lambda rng: (2.0,), also=(lambda rng: (-1.5,),), oracle="differences"),
    Program(factors_in_a_loop, lambda rng: (np.array([[2.0, 0.1], [0.1, 3.0]]),),
            also=(lambda rng: (np.array([[4.0, 0.1], [0.1, 0.9]]),),), oracle="differences"),
    Program(method_that_catches, lambda rng: (0.3,), also=ON_ALL_SIDES),
    Program(raised_in_else, lambda rng: (0.5,), also=ON_ALL_SIDES),
    Program(raised_in_a_handler, lambda rng: (0.5,), also=ON_ALL_SIDES),
    Program(try_in_finally, lambda rng: (0.5,), also=ON_ALL_SIDES, oracle="differences"),
    Program(endless_loop_left_by_an_exception, lambda rng: (0.5,), also=ON_ALL_SIDES, oracle="differences"),
    Program(comprehension_that_raises, lambda rng: (0.5,), also=ON_ALL_SIDES, oracle="differences"),
    Program(sum_over_a_generator_that_raises, lambda rng: (0.5,), also=ON_ALL_SIDES, oracle="differences"),
    Program(raised_in_a_condition, lambda rng: (0.5,), also=ON_ALL_SIDES, oracle="differences"),
    Program(raised_out_of_nested_loops, lambda rng: (0.5,), also=ON_ALL_SIDES),
)
