"""Layers of networks: dense ones, convolutions by windows, pooling, normalisation over a batch."""

import numpy as np

from ..program import Program


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    """Over the last axis, however many there are."""
    largest = np.max(x, axis=-1, keepdims=True)
    powers = np.exp(x - largest)
    return powers / np.sum(powers, axis=-1, keepdims=True)


def attention_weights(x, weights):
    """The softmax of a batch of score matrices, weighted so that its derivative is not zero."""
    return np.sum(softmax(x) * weights)


def mlp(x, w1, b1, w2, b2, w3, b3):
    x = relu(x @ w1 + b1)
    x = relu(x @ w2 + b2)
    x = softmax(x @ w3 + b3)
    return np.sum(x * x)


def convolution(x, weights):
    """Without padding, one output pixel at a time; images are `(batch, height, width, channels)`."""
    size = weights.shape[0]
    batch = x.shape[0]
    height, width = x.shape[1] - size + 1, x.shape[2] - size + 1
    out = np.empty((batch, height, width, weights.shape[3]), dtype=x.dtype)
    for i in range(height):
        for j in range(width):
            out[:, i, j, :] = np.sum(
                x[:, i : i + size, j : j + size, :, np.newaxis] * weights[np.newaxis, :, :, :], axis=(1, 2, 3)
            )
    return out


def conv2d_bias(x, weights, bias):
    return np.sum(convolution(x, weights) + bias)


def pool(x):
    """The largest of every two by two pixels."""
    out = np.empty((x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]), dtype=x.dtype)
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            out[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return out


def lenet(x, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias):
    """Two convolutions with pooling, then dense layers."""
    x = relu(convolution(x, conv1) + bias1)
    x = pool(x)
    x = relu(convolution(x, conv2) + bias2)
    x = pool(x)
    x = np.reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))
    x = relu(x @ fc1 + fc1_bias)
    return np.sum(x @ fc2 + fc2_bias)


def normalised(x, eps=1e-5):
    """Over the batch."""
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return (x - mean) / np.sqrt(std + eps)


def resnet(x, conv1, conv2, conv3):
    """A bottleneck block with its shortcut."""
    padded = np.zeros((x.shape[0], x.shape[1] + 2, x.shape[2] + 2, conv1.shape[3]))
    padded[:, 1:-1, 1:-1, :] = convolution(x, conv1)
    y = relu(normalised(padded))
    y = convolution(y, conv2)
    y = relu(normalised(y))
    y = convolution(y, conv3)
    y = normalised(y)
    return np.sum(relu(y + x) * y)


def lenet_arguments(rng, batch=2, size=10):
    """Images of `size` by `size`, and weights for them."""
    flat = ((size - 2) // 2 - 2) // 2
    shapes = ((batch, size, size, 1), (3, 3, 1, 2), (2,), (3, 3, 2, 3), (3,), (flat * flat * 3, 5), (5,), (5, 3), (3,))
    return tuple(rng.normal(size=s) for s in shapes)


PROGRAMS = (
    Program(attention_weights, lambda rng: (rng.normal(size=(2, 2, 3, 3)), rng.normal(size=(2, 2, 3, 3))), wrt=(0, 1)),
    Program(
        mlp,
        lambda rng: tuple(rng.normal(size=s) for s in ((2, 4), (4, 5), (5,), (5, 4), (4,), (4, 3), (3,))),
        wrt=tuple(range(7)),
        rtol=1e-8,
    ),
    Program(
        conv2d_bias,
        lambda rng: (rng.normal(size=(2, 5, 4, 2)), rng.normal(size=(2, 2, 2, 3)), rng.normal(size=3)),
        wrt=(0, 1, 2),
    ),
    Program(lenet, lenet_arguments, wrt=tuple(range(9))),
    Program(
        resnet,
        lambda rng: tuple(rng.normal(size=s) for s in ((3, 4, 4, 3), (1, 1, 3, 2), (3, 3, 2, 2), (1, 1, 2, 3))),
        wrt=(0, 1, 2, 3),
        rtol=1e-7,
    ),
)
