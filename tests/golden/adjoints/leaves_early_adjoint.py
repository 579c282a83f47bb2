import numpy as np

from tapeless.runtime.adjoint import masked


def leaves_early_adjoint(a, limit, leaves_early_bar=1.0):
    done_loop_61_kept = []
    s_kept = []
    # ---------------------------------------- forward
    count_loop_61 = len(range(a.shape[0]))
    done_loop_61 = 0
    done_return = False
    result = None
    result_bound = False
    s = 0.0
    stop_loop_61 = False
    trips_loop_61 = 0
    while True:
        left_loop_61 = done_loop_61 < count_loop_61
        go_loop_61 = not stop_loop_61
        test_loop_61 = left_loop_61 and go_loop_61
        if not test_loop_61:
            break
        done_loop_61_kept.append(done_loop_61)
        s_kept.append(s)
        next_loop_61 = done_loop_61 + 1
        s = s + a[done_loop_61] * a[done_loop_61]
        if s > limit:
            result = s * limit
            done_return = True
            result_bound = True
            stop_loop_61 = True
        done_loop_61 = next_loop_61
        trips_loop_61 = trips_loop_61 + 1
    go_done_return = not done_return
    if go_done_return:
        result = s
        result_bound = True
    unbound = not result_bound
    if unbound:
        raise UnboundLocalError("cannot access local variable 'result.return' where it is not associated with a value")
    # ---------------------------------------- backward
    a_bar = np.zeros_like(a)
    limit_bar = 0.0
    result_bar = 0.0
    s_bar = 0.0
    # return s
    result_bar_1 = leaves_early_bar
    if go_done_return:
        s_bar += result_bar_1
    else:
        # for i in range(len(a)):
        result_bar += result_bar_1
    for _ in reversed(range(trips_loop_61)):
        done_loop_61 = done_loop_61_kept.pop()
        s = s_kept.pop()
        # s += a[i] * a[i]
        tmp_7 = a[done_loop_61]
        tmp_8 = a[done_loop_61]
        s = s + tmp_7 * tmp_8
        result_bar_1 = 0.0
        # if s > limit:
        if s > limit:
            # return s * limit
            s_bar += masked(result_bar, result_bar * limit)
            limit_bar += masked(result_bar, result_bar * s)
        else:
            # for i in range(len(a)):
            result_bar_1 += result_bar
        # s += a[i] * a[i]
        tmp_bar = s_bar
        tmp_bar_1 = masked(tmp_bar, tmp_bar * tmp_8)
        a_bar[done_loop_61] += masked(tmp_bar, tmp_bar * tmp_7)
        a_bar[done_loop_61] += tmp_bar_1
        # for i in range(len(a)):
        result_bar = result_bar_1
    # return s
    return result, (a_bar, float(limit_bar))
