"""Random generators from `random_state`, the one way all rooms take them."""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import torch

RandomState: TypeAlias = int | np.random.Generator | None


def random_generator(random_state: RandomState) -> np.random.Generator:
    """Return a NumPy generator from an integer seed, a generator or `None`.

    A generator is passed through and is advanced by whoever draws from it.
    """
    if isinstance(random_state, np.random.Generator):
        return random_state
    if random_state is not None and (
        isinstance(random_state, bool)
        or not isinstance(random_state, int | np.integer)
        or random_state < 0
    ):
        raise ValueError(
            "`random_state` must be a non-negative int, a numpy.random.Generator or None, "
            f"got {random_state!r}"
        )
    return np.random.default_rng(random_state)


def torch_generator(
    random_state: RandomState, *, device: "torch.device | str" = "cpu"
) -> "torch.Generator":
    """Return a torch generator seeded from `random_state`; a NumPy generator is advanced by one."""
    import torch

    generator = torch.Generator(device)
    return generator.manual_seed(int(random_generator(random_state).integers(2**63)))
