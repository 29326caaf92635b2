"""What the released bank of embeddings does to the entropy, step by step."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from infomax.lab.contract import Record, Row
from infomax.representation import ReplayBufferEntropy

BANKS = {"MaEM-GAN": "paper", "released bank": "released"}
N_ROWS, N_BATCH, N_DIMS = 1024, 64, 16
_STEPS = 30
_MODES = (1, 2, 4, 8, 16, 32, 64)
_DEVIATION = 0.1


def banks(seed: int) -> Iterator[Record]:
    """Feed both banks streams of embeddings: of rising age, then of more and more modes."""
    for arm, convention in BANKS.items():
        bank = _bank(convention, seed)
        rng = np.random.default_rng([seed, 0])
        for after in range(1, _STEPS + 1):
            bank(_embeddings(rng, rng.normal(size=(1, N_DIMS))))
            held = len(bank.bank.rows)
            yield Row(
                arm, "rows that an embedding is compared with", held, "rows", {"after": after}
            )
        for n_modes in _MODES:
            rng = np.random.default_rng([seed, n_modes])
            centres = rng.normal(size=(n_modes, N_DIMS))
            bank = _bank(convention, seed)
            for _ in range(_STEPS):
                bank(_embeddings(rng, centres))
            with torch.no_grad():
                told = float(bank.terms(_embeddings(rng, centres))["entropy"])
            yield Row(arm, "entropy of a stream", told, "nats", {"modes in the stream": n_modes})


def _bank(convention: str, seed: int) -> ReplayBufferEntropy:
    return ReplayBufferEntropy(N_DIMS, size=N_ROWS, convention=convention, random_state=seed)


def _embeddings(rng: np.random.Generator, centres: NDArray[np.float64]) -> torch.Tensor:
    at = centres[rng.integers(0, len(centres), N_BATCH)]
    return torch.from_numpy(at + _DEVIATION * rng.normal(size=at.shape)).float()
