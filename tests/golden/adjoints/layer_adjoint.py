import numpy as np

from tapeless.runtime.adjoint import masked, sum_to


def layer_adjoint(w, x, bias, layer_bar=1.0):
    # ---------------------------------------- forward
    tmp = w @ x
    z = tmp + bias
    tmp_1 = np.abs(z)
    tmp_2 = -tmp_1
    tmp_3 = np.exp(tmp_2)
    tmp_4 = np.log1p(tmp_3)
    tmp_5 = np.maximum(z, 0.0)
    tmp_6 = tmp_4 + tmp_5
    tmp_7 = np.sum(tmp_6)
    # ---------------------------------------- backward
    w_bar = np.zeros_like(w)
    bias_bar = np.zeros_like(bias)
    # z = w @ x + bias
    tmp_bar = np.zeros_like(tmp)
    z_bar = np.zeros_like(z)
    # return np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0))
    tmp_bar_1 = np.zeros_like(tmp_1)
    tmp_bar_2 = np.zeros_like(tmp_2)
    tmp_bar_3 = np.zeros_like(tmp_3)
    tmp_bar_4 = np.zeros_like(tmp_4)
    tmp_bar_5 = np.zeros_like(tmp_5)
    tmp_bar_6 = np.zeros_like(tmp_6)
    tmp_bar_6 += layer_bar
    tmp_bar_4 += sum_to(tmp_bar_6, tmp_bar_4.shape)
    tmp_bar_5 += sum_to(tmp_bar_6, tmp_bar_5.shape)
    z_bar += np.where(z > 0.0, tmp_bar_5, np.where(z == 0.0, 0.5 * tmp_bar_5, 0.0))
    tmp_bar_3 += masked(tmp_bar_4, tmp_bar_4 / (1.0 + tmp_3))
    tmp_bar_2 += masked(tmp_bar_3, tmp_bar_3 * tmp_3)
    tmp_bar_1 += -tmp_bar_2
    z_bar += masked(tmp_bar_1, tmp_bar_1 * np.sign(z))
    # z = w @ x + bias
    tmp_bar += sum_to(z_bar, tmp_bar.shape)
    bias_bar += sum_to(z_bar, bias_bar.shape)
    w_bar += np.outer(tmp_bar, x)
    # return np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0))
    return tmp_7, (w_bar, bias_bar)
