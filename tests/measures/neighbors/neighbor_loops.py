"""The estimators from neighbours in plain loops, and points with known answers."""

import math

import numpy as np
from scipy.special import digamma


def fixture_pair():
    """Eight points of two by two dimensions whose values are known to six digits."""
    i, j = np.arange(8)[:, None], np.arange(2)
    return np.sin(1 + 3 * i + 7 * j), np.cos(2 + 5 * i + 3 * j)


def gaussian_pair(n, rho, seed, n_dims=1):
    """Vectors whose coordinates are correlated pair by pair."""
    rng = np.random.default_rng(seed)
    x, e = rng.normal(size=(2, n, n_dims))
    return x, rho * x + math.sqrt(1 - rho**2) * e


def distance(a, b, metric):
    gaps = [abs(u - v) for u, v in zip(a, b, strict=True)]
    return max(gaps) if metric == "chebyshev" else math.sqrt(sum(g * g for g in gaps))


def distances(x, metric):
    rows = np.reshape(x, (len(x), -1))
    return [[distance(a, b, metric) for b in rows] for a in rows]


def others(row, i):
    return [d for j, d in enumerate(row) if j != i]


def loops_ksg(x, y, k, variant, metric="chebyshev"):
    dx, dy = distances(x, metric), distances(y, metric)
    n, terms = len(dx), []
    for i in range(n):
        near = sorted((max(dx[i][j], dy[i][j]), j) for j in range(n) if j != i)[:k]
        own = digamma(k) + digamma(n)
        for d in (dx, dy):
            if variant == 1:
                own -= digamma(sum(e < near[-1][0] for e in others(d[i], i)) + 1)
            else:
                reach = max(d[i][j] for _, j in near)
                own -= digamma(sum(e <= reach for e in others(d[i], i)))
        terms.append(own - (1 / k if variant == 2 else 0))
    return np.array(terms)


def loops_conditional(x, y, z, k, metric="chebyshev"):
    dx, dy, dz = (distances(v, metric) for v in (x, y, z))
    n, terms = len(dx), []
    for i in range(n):
        xz, yz = np.maximum(dx[i], dz[i]), np.maximum(dy[i], dz[i])
        radius = sorted(others(np.maximum(xz, yz), i))[k - 1]
        count = [sum(e < radius for e in others(d, i)) + 1 for d in (dz[i], xz, yz)]
        terms.append(digamma(k) + digamma(count[0]) - digamma(count[1]) - digamma(count[2]))
    return np.array(terms)


def loops_mixed(x, y, k, convention):
    dx, dy = distances(x, "chebyshev"), distances(y, "chebyshev")
    n, terms = len(dx), []
    for i in range(n):
        joint = others(np.maximum(dx[i], dy[i]), i)
        radius = sorted(joint)[k - 1]
        near = joint.count(0) if radius == 0 else k
        if convention == "paper":
            own = digamma(near) + math.log(n)
            own -= sum(math.log(sum(e <= radius for e in others(d[i], i)) + 1) for d in (dx, dy))
        else:
            own = digamma(near + (radius == 0)) + math.log(n)
            for d in (dx, dy):
                inside = [e <= radius if radius == 0 else e < radius for e in d[i]]
                own -= digamma(sum(inside))
        terms.append(own)
    return np.array(terms)


def loops_ross(x, labels, k):
    dx = distances(x, "chebyshev")
    n, terms = len(dx), []
    for i in range(n):
        mine = [dx[i][j] for j in range(n) if j != i and labels[j] == labels[i]]
        few = min(k, len(mine))
        radius = sorted(mine)[few - 1]
        nearer = sum(e < radius for e in others(dx[i], i)) + 1
        terms.append(digamma(n) + digamma(few) - digamma(len(mine) + 1) - digamma(nearer))
    return np.array(terms)
