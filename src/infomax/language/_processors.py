"""Truncations as processors: callables on the scores of one step, for anybody's generation loop."""

import math
from dataclasses import dataclass
from typing import Any

import array_api_compat

from infomax._arguments import check_at_least, check_between, check_count
from infomax.language._eta_mask import eta_mask
from infomax.language._logits import is_tensor
from infomax.language._min_p_mask import min_p_mask
from infomax.language._nucleus_mask import nucleus_mask
from infomax.language._top_k_mask import top_k_mask
from infomax.language._typical_mask import typical_mask


@dataclass(frozen=True)
class TypicalSampling:
    """Locally typical sampling as a processor of scores.

    A processor of transformers is any callable ``(input_ids, scores)``: this goes into
    ``model.generate(..., logits_processor=[...])`` as it is. `typical_mask` says what is kept.

    Parameters
    ----------
    mass : float
        τ in the paper, in (0, 1].
    min_tokens_to_keep : int
        How many stay at least; 2 or more for beam search.
    filter_value : float
        What the score of a dropped token becomes.

    Raises
    ------
    ValueError
        When made, if `mass` is outside (0, 1] or nothing must stay; when called, as `typical_mask`.

    Notes
    -----
    ``generate`` puts processors of one's own before its temperature, top-k and top-p, and applies
    ``top_k=50`` unless it is told ``top_k=0``: give `Temperature` first in the list and leave its
    options alone, or use `sample_continuations`.

    References
    ----------
    Meister, Pimentel, Wiher and Cotterell (2023), Section 5.

    Examples
    --------
    >>> import torch
    >>> scores = torch.tensor([[0.6, 0.2, 0.1, 0.06, 0.04]]).log()
    >>> TypicalSampling(mass=0.5)(None, scores).exp()
    tensor([[0.6000, 0.2000, 0.0000, 0.0000, 0.0000]])
    """

    mass: float = 0.95
    min_tokens_to_keep: int = 1
    filter_value: float = -math.inf

    def __post_init__(self) -> None:
        check_between("mass", self.mass, 0, 1, open_low=True)
        check_count("min_tokens_to_keep", self.min_tokens_to_keep)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores with those of dropped tokens set to `filter_value`."""
        del input_ids
        kept = typical_mask(scores, mass=self.mass, min_tokens_to_keep=self.min_tokens_to_keep)
        return _filtered(scores, kept, self.filter_value)


@dataclass(frozen=True)
class NucleusSampling:
    """Nucleus sampling (top-p) as a processor of scores; `nucleus_mask` says what is kept.

    Parameters
    ----------
    mass : float
        In (0, 1].
    min_tokens_to_keep : int
        How many stay at least.
    filter_value : float
        What the score of a dropped token becomes.

    Examples
    --------
    >>> import torch
    >>> NucleusSampling(mass=0.7)(None, torch.tensor([[0.5, 0.3, 0.2]]).log()).exp()
    tensor([[0.5000, 0.3000, 0.0000]])
    """

    mass: float = 0.95
    min_tokens_to_keep: int = 1
    filter_value: float = -math.inf

    def __post_init__(self) -> None:
        check_between("mass", self.mass, 0, 1, open_low=True)
        check_count("min_tokens_to_keep", self.min_tokens_to_keep)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores with those of dropped tokens set to `filter_value`."""
        del input_ids
        kept = nucleus_mask(scores, mass=self.mass, min_tokens_to_keep=self.min_tokens_to_keep)
        return _filtered(scores, kept, self.filter_value)


@dataclass(frozen=True)
class TopKSampling:
    """Top-k sampling as a processor of scores; `top_k_mask` says what is kept.

    Parameters
    ----------
    k : int
        At least 1, which is greedy search.
    filter_value : float
        What the score of a dropped token becomes.

    Examples
    --------
    >>> import torch
    >>> TopKSampling(k=1)(None, torch.tensor([[0.5, 0.3, 0.2]]).log()).exp()
    tensor([[0.5000, 0.0000, 0.0000]])
    """

    k: int = 50
    filter_value: float = -math.inf

    def __post_init__(self) -> None:
        check_count("k", self.k)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores with those of dropped tokens set to `filter_value`."""
        del input_ids
        return _filtered(scores, top_k_mask(scores, k=self.k), self.filter_value)


@dataclass(frozen=True)
class MinPSampling:
    """Min-p sampling as a processor of scores; `min_p_mask` says what is kept.

    Parameters
    ----------
    min_p : float
        In (0, 1].
    filter_value : float
        What the score of a dropped token becomes.

    Examples
    --------
    >>> import torch
    >>> MinPSampling(min_p=0.5)(None, torch.tensor([[0.5, 0.3, 0.2]]).log()).exp()
    tensor([[0.5000, 0.3000, 0.0000]])
    """

    min_p: float = 0.1
    filter_value: float = -math.inf

    def __post_init__(self) -> None:
        check_between("min_p", self.min_p, 0, 1, open_low=True)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores with those of dropped tokens set to `filter_value`."""
        del input_ids
        return _filtered(scores, min_p_mask(scores, min_p=self.min_p), self.filter_value)


@dataclass(frozen=True)
class EtaSampling:
    """η-sampling as a processor of scores; `eta_mask` says what is kept.

    Parameters
    ----------
    epsilon : float
        In (0, 1).
    filter_value : float
        What the score of a dropped token becomes.

    Examples
    --------
    >>> import torch
    >>> EtaSampling(epsilon=0.05)(None, torch.tensor([[0.6, 0.38, 0.02]]).log()).exp()
    tensor([[0.6000, 0.3800, 0.0000]])
    """

    epsilon: float = 3e-4
    filter_value: float = -math.inf

    def __post_init__(self) -> None:
        check_between("epsilon", self.epsilon, 0, 1, open_low=True, open_high=True)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores with those of dropped tokens set to `filter_value`."""
        del input_ids
        return _filtered(scores, eta_mask(scores, epsilon=self.epsilon), self.filter_value)


@dataclass(frozen=True)
class Temperature:
    """Temperature as a processor of scores; it belongs before every truncation.

    Parameters
    ----------
    temperature : float
        Above 0; the scores are divided by it, so that below 1 the likely become likelier.

    Examples
    --------
    >>> import torch
    >>> Temperature(temperature=0.5)(None, torch.tensor([[0.8, 0.2]]).log()).softmax(-1)
    tensor([[0.9412, 0.0588]])
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_at_least("temperature", self.temperature, 0, strict=True)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the scores divided by the temperature."""
        del input_ids
        return scores / self.temperature


def _filtered(scores: Any, kept: Any, filter_value: float) -> Any:
    if is_tensor(scores):
        return scores.masked_fill(~kept, filter_value)
    xp = array_api_compat.array_namespace(scores)
    return xp.where(kept, scores, xp.asarray(filter_value, dtype=scores.dtype))
