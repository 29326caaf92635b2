"""The Wasserstein dependency itself, of the pairs that the encoders learn from."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from infomax.lab.contract import Record, Row, Setting
from infomax.measures import wasserstein_dependency_result
from infomax.papers._wdm_data import Pool, task

ARMS = ("I_W of the classes", "I_W of the pictures")


def dependencies(setting: Setting, seed: int, pool: Pool) -> Iterator[Record]:
    """Measure as many pairs as a batch holds, exactly, with a permutation p-value.

    The p-value is measured and drawn, not predicted: no claim rests on it, because its first values
    were seen before one could be made.

    Classes are at the distance of the number of cells that differ. There the dependency of all
    pairs is known: cells are independent and distances add, so that it is 0.9 a cell.
    """
    n = setting["n_measured"]
    for cells in setting["cells"]:
        pairs = task(pool, setting, seed, "spatial", cells, n, "test").train
        following = (pairs.factors + 1) % pairs.n_classes
        metric = {"metric_x": "precomputed", "metric_y": "precomputed"}
        by_class: Any = (_differing(pairs.factors), _differing(following), metric)
        by_pixel: Any = (pairs.x.reshape(n, -1), pairs.y.reshape(n, -1), {"ground": "euclidean"})
        at = {"layout": "spatial", "cells": cells}
        for arm, (x, y, options) in zip(ARMS, (by_class, by_pixel), strict=True):
            found = wasserstein_dependency_result(
                x, y, **options, n_permutations=setting["n_permutations"], random_state=seed
            )
            yield Row(arm, "dependency", found.value, "1", at)
            yield Row(arm, "dependency by chance", float(found.null_mean or 0), "1", at)
            yield Row(arm, "dependency, debiased", float(found.debiased or 0), "1", at)
            yield Row(arm, "p-value", float(found.p_value or 1), "1", at)
        known = (1 - 1 / pairs.n_classes) * cells
        yield Row(ARMS[0], "dependency of all pairs", known, "1", at)
        yield Row(ARMS[0], "mutual information", pairs.mutual_information, "nats", at)
        yield Row(ARMS[0], "log n", math.log(n), "nats", at)


def _differing(factors: Any) -> Any:
    """Return in how many cells each two rows differ."""
    return (factors[:, None] != factors[None]).sum(axis=2).astype(np.float64)
