"""The points of the ground truths, and kernels written with plain loops."""

import math

import numpy as np

_I, _J = np.arange(8)[:, None], np.arange(2)
X = np.sin(1 + 3 * _I + 7 * _J)
Y = np.cos(2 + 5 * _I + 3 * _J)
Y1 = Y[:, :1]
Y2 = Y1 + 0.3 * X[:, :1]


def kernel(a, b, sigma):
    return [[math.exp(-(math.dist(p, q) ** 2) / (2 * sigma**2)) for q in b] for p in a]


def pairs(n, d=2, k=2, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, np.sin(x[:, :1]) + 0.5 * rng.normal(size=(n, k))
