"""Clouds of points that several tests of the spectral measures take."""

import math

import numpy as np


def fixture_cloud(n=8):
    """Sines at whole numbers, whose entropies are known to six digits."""
    return np.sin(1 + 3 * np.arange(n)[:, None] + 7 * np.arange(2)[None])


def cube(n, k, seed, *, n_dims=50, noise=0.0):
    """Points uniform on a k-dimensional cube, turned into many dimensions."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(n_dims, k)))[0]
    return rng.random((n, k)) @ turn.T + noise * rng.normal(size=(n, n_dims))


def clusters(n, seed, *, n_dims=16, n_clusters=8, apart=5.0):
    """Gaussian clusters, and to which each point belongs."""
    rng = np.random.default_rng(seed)
    where = rng.integers(0, n_clusters, n)
    return rng.normal(size=(n_clusters, n_dims))[where] * apart + rng.normal(
        size=(n, n_dims)
    ), where


def loops_entropy(x, bandwidth, t=1, convention="paper"):
    """The definition, loop by loop, from the walk itself rather than a symmetric matrix."""
    n = len(x)
    kernel = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            kernel[i, j] = math.exp(
                -sum((a - b) ** 2 for a, b in zip(x[i], x[j], strict=True)) / (2 * bandwidth**2)
            )
    degrees = [sum(row) for row in kernel]
    for i in range(n):
        for j in range(n):
            kernel[i, j] /= math.sqrt(degrees[i] * degrees[j])
    if convention == "paper":
        kernel = np.array([row / sum(row) for row in kernel])
    powered = np.abs(np.linalg.eigvals(kernel)) ** t
    return -sum(p * math.log(p) for p in powered / powered.sum() if p > 0)


def fixture_layer(n=16, *, rectified=True):
    """Activities of three units on sixteen inputs, whose information is known to six digits."""
    waves = np.sin(1 + 3 * np.arange(n)[:, None] + 7 * np.arange(3)[None])
    return np.maximum(0, 4 * waves) if rectified else waves
