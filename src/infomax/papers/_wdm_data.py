"""Pairs of pictures of the paper on the Wasserstein dependency measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax.data.images import digits_8x8, mnist_5k
from infomax.data.multi_digits import DigitPairs, spatial_multi_mnist, stacked_multi_mnist
from infomax.lab.contract import Setting

SPLITS = {"train": 0.6, "validation": 0.15, "test": 0.25}
_SEEDS = {name: place for place, name in enumerate((*SPLITS, "probe"))}
_SIDES = {1: 1, 4: 2, 9: 3}
Learner: TypeAlias = tuple[str, str, int]
"""An arm, its encoder, and how many digits it sees at once."""


@dataclass(frozen=True)
class Pool:
    """Single digits, and the learning rate that was chosen on them for each learner."""

    pixels: NDArray[np.float32]
    labels: NDArray[np.int64]
    chosen: Mapping[Learner, float] = field(default_factory=dict)

    def split(self, seed: int) -> "dict[str, Pool]":
        """Return training, validation and test digits, drawn by the seed."""
        order = np.random.default_rng([seed, 100]).permutation(len(self.labels))
        ends = np.round(np.cumsum([0, *SPLITS.values()]) * len(order)).astype(int)
        return {
            name: replace(self, pixels=self.pixels[order[a:b]], labels=self.labels[order[a:b]])
            for name, a, b in zip(SPLITS, ends[:-1], ends[1:], strict=True)
        }


@dataclass(frozen=True)
class Task:
    """Pairs to learn from, and pairs for the linear probe: from training and from other digits."""

    train: DigitPairs
    probe: DigitPairs
    test: DigitPairs
    selected_by: str
    """Which digits `test` shows: "validation" where something is chosen, else "test"."""


def read_pool(setting: Setting, data: str | None) -> Pool:
    """Return the digits of a setting, or pictures and labels from a file of one's own."""
    if data is not None:
        return _own_pool(data)
    digits = digits_8x8() if setting["data"] == "digits" else mnist_5k()
    pixels = digits.scaled()[:, 0]
    side = setting["cell"]
    block = pixels.shape[1] // side
    pooled = pixels.reshape(len(pixels), side, block, side, block).mean(axis=(2, 4))
    return Pool(pooled, digits.labels)


def _own_pool(data: str) -> Pool:
    if not Path(data).is_file() or not data.endswith(".npz"):
        raise ValueError(
            "`data` must be a file .npz with `pixels` (n, height, width) and `labels` (n,), "
            f"got {data}"
        )
    with np.load(data, allow_pickle=False) as found:
        missing = {"pixels", "labels"} - set(found.files)
        if missing:
            raise ValueError(f"`data` must hold the array {min(missing)!r}, got {found.files}")
        pixels = found["pixels"].astype(np.float32)
        return Pool(pixels / max(float(pixels.max()), 1e-9), found["labels"].astype(np.int64))


def task(
    pool: Pool, setting: Setting, seed: int, layout: str, cells: int, n_train: int, judge: str
) -> Task:
    """Draw the pairs of one task; `judge` names the digits on which the probe is read."""
    digits = pool.split(seed)

    def pairs(split: str, purpose: str, n: int) -> DigitPairs:
        return _pairs(digits[split], layout, cells, n, [seed, cells, _SEEDS[purpose]])

    return Task(
        pairs("train", "train", n_train),
        pairs("train", "probe", setting["n_probe"]),
        pairs(judge, judge, setting["n_probe"]),
        judge,
    )


def _pairs(digits: Pool, layout: str, cells: int, n: int, seed: Any) -> DigitPairs:
    generator = np.random.default_rng(seed)
    if layout == "stacked":
        return stacked_multi_mnist(
            digits.pixels, digits.labels, n_digits=cells, n=n, random_state=generator
        )
    side = _SIDES[cells]
    grid = spatial_multi_mnist(
        digits.pixels, digits.labels, rows=side, columns=side, n=n, random_state=generator
    )
    if layout == "spatial":
        return grid
    half = grid.x.shape[-1] // 2  # the two halves of one picture share its digit
    return replace(grid, x=grid.x[..., :half], y=grid.x[..., -half:])
