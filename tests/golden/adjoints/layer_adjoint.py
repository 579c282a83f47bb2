import numpy as np

from tapeless.runtime.adjoint import masked, sum_to


def layer_adjoint(w, x, bias, layer_bar=1.0):
    # ---------------------------------------- forward
    tmp = w @ x
    z = tmp + bias
    tmp_3 = np.exp(-np.abs(z))
    tmp_7 = np.sum(np.log1p(tmp_3) + np.maximum(z, 0.0))
    # ---------------------------------------- backward
    bias_bar = np.zeros_like(bias)
    # z = w @ x + bias
    tmp_bar = np.zeros_like(tmp)
    # return np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0))
    tmp_bar_1 = np.full_like(z, layer_bar)
    z_bar = np.where(z > 0.0, tmp_bar_1, np.where(z == 0.0, 0.5 * tmp_bar_1, 0.0))
    tmp_bar_2 = masked(tmp_bar_1, tmp_bar_1 / (1.0 + tmp_3))
    tmp_bar_4 = -masked(tmp_bar_2, tmp_bar_2 * tmp_3)
    z_bar += masked(tmp_bar_4, tmp_bar_4 * np.sign(z))
    # z = w @ x + bias
    tmp_bar += sum_to(z_bar, tmp_bar.shape)
    bias_bar += sum_to(z_bar, bias_bar.shape)
    w_bar = np.outer(tmp_bar, x)
    # return np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0))
    return tmp_7, (w_bar, bias_bar)
