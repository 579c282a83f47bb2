# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""JAX: the layers of networks among the NumPy kernels; see `kernels_with_jax`."""


def attention_weights(jax, x, weights):
    return (jax.nn.softmax(x) * weights).sum()


def mlp(jax, x, w1, b1, w2, b2, w3, b3):
    x = jax.nn.relu(x @ w1 + b1)
    x = jax.nn.relu(x @ w2 + b2)
    x = jax.nn.softmax(x @ w3 + b3)
    return (x * x).sum()


def _convolution(jax, x, weights):
    return jax.lax.conv_general_dilated(x, weights, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def conv2d_bias(jax, x, weights, bias):
    return (_convolution(jax, x, weights) + bias).sum()


def _pool(jax, x):
    return jax.lax.reduce_window(x, -jax.numpy.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def lenet(jax, x, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias):
    x = _pool(jax, jax.nn.relu(_convolution(jax, x, conv1) + bias1))
    x = _pool(jax, jax.nn.relu(_convolution(jax, x, conv2) + bias2))
    x = jax.nn.relu(x.reshape(x.shape[0], -1) @ fc1 + fc1_bias)
    return (x @ fc2 + fc2_bias).sum()


def resnet(jax, x, conv1, conv2, conv3):
    def normalised(x):
        mean = x.mean(axis=0, keepdims=True)
        centred = x - mean
        variance = (centred**2).mean(axis=0, keepdims=True)
        safe = jax.numpy.where(variance > 0.0, variance, 1.0)  # the padding does not vary, nor does its derivative
        std = jax.numpy.where(variance > 0.0, jax.numpy.sqrt(safe), 0.0)
        return centred / jax.numpy.sqrt(std + 1e-5)

    padded = jax.numpy.pad(_convolution(jax, x, conv1), ((0, 0), (1, 1), (1, 1), (0, 0)))
    y = jax.nn.relu(normalised(padded))
    y = jax.nn.relu(normalised(_convolution(jax, y, conv2)))
    y = normalised(_convolution(jax, y, conv3))
    return (jax.nn.relu(y + x) * y).sum()


KERNELS = (attention_weights, mlp, conv2d_bias, lenet, resnet)
