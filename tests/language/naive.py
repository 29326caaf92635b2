"""The rules of truncation with plain sorting and loops, for the tests alone."""

import numpy as np


def log_softmax(row):
    top = row.max()
    return row - top - np.log(np.exp(row - top).sum())


def naive_covering(row, distances, mass, at_least):
    """Return the smallest set nearest first, ties with the last kept, barred tokens never."""
    p = np.exp(log_softmax(row))
    finite = row > -np.inf
    if mass == 1:
        return finite
    order = np.argsort(distances, kind="stable")
    covered = 0.0
    last = len(row) - 1
    for position, token in enumerate(order):
        covered += p[token]
        if covered >= mass:
            last = position
            break
    last = max(last, at_least - 1)
    return (distances <= distances[order[last]]) & finite


def naive_typical(row, mass, at_least=1):
    row = np.asarray(row, dtype=np.float64)
    log_p = log_softmax(row)
    entropy = -sum(np.exp(value) * value for value in log_p if value > -np.inf)
    return naive_covering(row, np.abs(log_p + entropy), mass, at_least)


def naive_nucleus(row, mass, at_least=1):
    row = np.asarray(row, dtype=np.float64)
    return naive_covering(row, -row, mass, at_least)


def is_clear(row, mass, of="typical", at_least=1):
    """Return whether rounding cannot decide which tokens belong to the set.

    It can where a cumulated mass equals the goal, or where tokens with different logits are equally
    far away just where the set ends.
    """
    row = np.asarray(row, dtype=np.float64)
    p = np.exp(log_softmax(row))
    entropy = -(p[p > 0] * np.log(p[p > 0])).sum()
    distances = np.abs(log_softmax(row) + entropy) if of == "typical" else -row
    order = np.argsort(distances, kind="stable")
    covered = np.cumsum(p[order])
    last = min(int((covered < mass).sum()), len(row) - 1)
    ends = {last - 1, last, at_least - 2, at_least - 1}
    for end in ends & set(range(len(row) - 1)):
        near, far = order[end], order[end + 1]
        if row[near] != row[far] and distances[far] - distances[near] < 1e-9:
            return False
    return mass == 1 or np.abs(covered - mass).min() > 1e-9


def mass_at_boundary(row, mass):
    """Return how near to the goal a cumulated mass of the typical order comes."""
    p = np.exp(log_softmax(np.asarray(row, dtype=np.float64)))
    distances = np.abs(np.log(p) - (p * np.log(p)).sum())
    return np.abs(np.cumsum(p[np.argsort(distances, kind="stable")]) - mass).min()
