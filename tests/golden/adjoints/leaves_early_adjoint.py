import numpy as np

from tapeless.runtime.adjoint import masked


def leaves_early_adjoint(a, limit, leaves_early_bar=1.0):
    done_loop_60_kept = []
    s_kept = []
    # ---------------------------------------- forward
    count_loop_60 = len(range(a.shape[0]))
    done_loop_60 = 0
    done_return = False
    result = None
    result_bound = False
    s = 0.0
    stop_loop_60 = False
    trips_loop_60 = 0
    while True:
        left_loop_60 = done_loop_60 < count_loop_60
        go_loop_60 = not stop_loop_60
        test_loop_60 = left_loop_60 and go_loop_60
        if not test_loop_60:
            break
        done_loop_60_kept.append(done_loop_60)
        s_kept.append(s)
        next_loop_60 = done_loop_60 + 1
        s = s + a[done_loop_60] * a[done_loop_60]
        if s > limit:
            result = s * limit
            done_return = True
            result_bound = True
            stop_loop_60 = True
        done_loop_60 = next_loop_60
        trips_loop_60 = trips_loop_60 + 1
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
    # for i in range(len(a)):
    if go_done_return:
        # return s
        s_bar += result_bar_1
    else:
        # for i in range(len(a)):
        result_bar += result_bar_1
    for _ in reversed(range(trips_loop_60)):
        done_loop_60 = done_loop_60_kept.pop()
        s = s_kept.pop()
        # s += a[i] * a[i]
        tmp_7 = a[done_loop_60]
        tmp_8 = a[done_loop_60]
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
        a_bar[done_loop_60] += masked(tmp_bar, tmp_bar * tmp_7)
        a_bar[done_loop_60] += tmp_bar_1
        # for i in range(len(a)):
        result_bar = result_bar_1
    # return s
    return result, (a_bar, float(limit_bar))
