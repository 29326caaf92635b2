"""What a language model thinks of texts that it did not write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax.language._forward import (
    Stepper,
    check_fits,
    encoded,
    end_tokens,
    log_probabilities,
)


@dataclass(frozen=True, eq=False)
class ScoredTexts:
    """Tokens of given texts, and what the model thought of each.

    Parameters
    ----------
    tokens : tuple of (length,) int64 arrays
        Without the prompt.
    token_log_probs : tuple of (length,) float64 arrays
        Log-probability of each token after the prompt and the tokens before it.
    entropies : tuple of (length,) float64 arrays
        Entropy of the model's distribution at each step, nats.
    """

    tokens: tuple[NDArray[np.int64], ...]
    token_log_probs: tuple[NDArray[np.float64], ...]
    entropies: tuple[NDArray[np.float64], ...]


def score_continuations(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[Any],
    continuations: Sequence[Any],
    *,
    stop_at_end: bool = True,
    batch_size: int = 8,
) -> ScoredTexts:
    """Log-probabilities and entropies of given continuations under a language model.

    For human text beside sampled text: `sample_continuations` keeps the same numbers for what it
    draws itself.

    Parameters
    ----------
    model, tokenizer
        Of transformers, as `load_causal_lm` gives them. No padding token is needed.
    prompts, continuations : sequences of str or of integer sequences
        Pairs; texts are split into tokens each by itself and then joined.
    stop_at_end : bool
        Whether the model's end token has a probability, as in `sample_continuations`.
    batch_size : int
        Pairs at once.

    Returns
    -------
    ScoredTexts
        In the order given.

    Raises
    ------
    ValueError
        If the two differ in number, a text is empty, or a pair does not fit the model's context.

    Notes
    -----
    One pass over each pair. Memory for the logits: batch_size × length × n_tokens.

    Examples
    --------
    >>> import torch
    >>> from transformers import LlamaConfig, LlamaForCausalLM
    >>> _ = torch.manual_seed(0)
    >>> sizes = {"hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2}
    >>> model = LlamaForCausalLM(LlamaConfig(vocab_size=6, num_hidden_layers=1, **sizes))
    >>> scored = score_continuations(model, None, [[0, 1]], [[2, 3, 4]])
    >>> scored.token_log_probs[0].shape, scored.entropies[0].shape
    ((3,), (3,))
    """
    import torch

    check_count("batch_size", batch_size)
    before = encoded("prompts", tokenizer, prompts)
    after = encoded("continuations", tokenizer, continuations)
    if len(before) != len(after):
        raise ValueError(
            f"`continuations` must be one a prompt, got {len(after)} for {len(before)} prompts"
        )
    check_fits("prompts", model, before, 0)
    check_fits("continuations", model, after, max(len(ids) for ids in before))
    barred = [] if stop_at_end else end_tokens(model, tokenizer)
    said: list[NDArray[np.float64]] = []
    expected: list[NDArray[np.float64]] = []
    for start in range(0, len(before), batch_size):
        part = slice(start, start + batch_size)
        pairs = [a + b for a, b in zip(before[part], after[part], strict=True)]
        longest = max(len(ids) for ids in after[part])
        with torch.inference_mode():
            stepper = Stepper(model, keep=longest + 1, cached=False)
            logits = stepper.start(pairs)[:, :-1]
        for row, ids in zip(logits, after[part], strict=True):
            logs, _, entropies = log_probabilities(row[-len(ids) :], barred)
            mine = logs.gather(1, torch.tensor(ids, device=logs.device)[:, None])[:, 0]
            said.append(mine.double().cpu().numpy())
            expected.append(entropies.double().cpu().numpy())
    tokens = tuple(np.array(ids, dtype=np.int64) for ids in after)
    return ScoredTexts(tokens, tuple(said), tuple(expected))
