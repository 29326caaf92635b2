"""Continue prompts by sampling, all arms with the same luck."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.language._forward import (
    Stepper,
    check_fits,
    encoded,
    end_tokens,
    log_probabilities,
)

Processor: TypeAlias = Callable[[Any, Any], Any]
_UNUSED = -1


@dataclass(frozen=True, eq=False)
class Continuations:
    """Sampled texts, and what the model thought of each token.

    Parameters
    ----------
    texts : tuple of str
        One a prompt, without the prompt and without special tokens.
    tokens : tuple of (length,) int64 arrays
        Without the prompt; with the end token where one was drawn.
    token_log_probs : tuple of (length,) float64 arrays
        Log-probability of each token under the model alone, before any processor.
    entropies : tuple of (length,) float64 arrays
        Entropy of the model's distribution at each step, nats.
    kept_mass : tuple of (length,) float64 arrays
        Mass, under the model alone, of the tokens that the processors left.
    kept_mode : tuple of (length,) bool arrays
        Whether the likeliest token was among them.
    """

    texts: tuple[str, ...]
    tokens: tuple[NDArray[np.int64], ...]
    token_log_probs: tuple[NDArray[np.float64], ...]
    entropies: tuple[NDArray[np.float64], ...]
    kept_mass: tuple[NDArray[np.float64], ...]
    kept_mode: tuple[NDArray[np.bool_], ...]


def sample_continuations(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[Any],
    *,
    processors: Mapping[str, Sequence[Processor]] | None = None,
    max_new_tokens: int = 64,
    stop_at_end: bool = True,
    random_state: RandomState = None,
    batch_size: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Continuations]:
    """Continue prompts by sampling from a language model, once for each chain of processors.

    Each chain is an arm. The arms share the reading of the prompts and their luck: step t of
    prompt i draws by the same uniform number in every arm, by inverting the cumulated
    probabilities in the order of the vocabulary, so that arms differ by what they keep alone.

    ``model.generate`` of transformers does more (beams, stopping rules) and takes the same
    processors, but draws from the global generator and keeps no entropies.

    Parameters
    ----------
    model, tokenizer
        Of transformers, as `load_causal_lm` gives them. No padding token is needed.
    prompts : sequence of str or of integer sequences
        Texts, or token numbers.
    processors : mapping of str to a sequence of callables, optional
        Name of each arm and its chain, applied in turn to ``(input_ids, scores)`` with scores in
        float32; ``{"ancestral": []}`` when left out.
    max_new_tokens : int
        How many tokens a continuation has at most.
    stop_at_end : bool
        Stop a text at the model's end token; else that token is barred, all texts are equally
        long, and probabilities and entropies are those of the other tokens.
    random_state : int, Generator or None
        For the uniform numbers.
    batch_size : int
        Rows at once; a row is a prompt in an arm. The draws do not depend on it.
    progress : callable, optional
        Called with how many prompts are done and how many there are.

    Returns
    -------
    dict of str to Continuations
        Arms in the order given, prompts in theirs.

    Raises
    ------
    ValueError
        If there is no prompt, an empty prompt or no arm, if prompt and continuation do not fit the
        model's context, or if a processor bars every token.

    Notes
    -----
    Models that compute differently in batches of another size (all do, by rounding) may very
    rarely draw another token when `batch_size` changes.

    Examples
    --------
    >>> import torch
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    >>> from infomax.language import TopKSampling, TypicalSampling
    >>> words = {word: i for i, word in enumerate("the sea is wide and green".split())}
    >>> split = Tokenizer(models.WordLevel(words, unk_token="the"))
    >>> split.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=split)
    >>> _ = torch.manual_seed(0)
    >>> sizes = {"hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2}
    >>> model = LlamaForCausalLM(LlamaConfig(vocab_size=6, num_hidden_layers=1, **sizes))
    >>> arms = {"typical": [TypicalSampling(mass=0.9)], "greedy": [TopKSampling(k=1)]}
    >>> told = sample_continuations(
    ...     model, tokenizer, ["the sea"], processors=arms, max_new_tokens=5, random_state=0
    ... )
    >>> {arm: len(found.tokens[0]) for arm, found in told.items()}
    {'typical': 5, 'greedy': 5}
    """
    import torch

    arms = {"ancestral": []} if processors is None else dict(processors)
    if not arms:
        raise ValueError("`processors` must name at least one arm, got none")
    check_count("max_new_tokens", max_new_tokens)
    check_count("batch_size", batch_size)
    ids = encoded("prompts", tokenizer, prompts)
    check_fits("prompts", model, ids, max_new_tokens)
    generator = torch.Generator().manual_seed(
        int(random_generator(random_state).integers(2**63 - 1))
    )
    uniforms = torch.rand((len(ids), max_new_tokens), generator=generator, dtype=torch.float64)
    ends = end_tokens(model, tokenizer)
    n_at_once = max(1, batch_size // len(arms))
    batches = []
    for start in range(0, len(ids), n_at_once):
        part = slice(start, start + n_at_once)
        with torch.inference_mode():
            batches.append(_sample(model, ids[part], arms, uniforms[part], ends, stop_at_end))
        if progress is not None:
            progress(min(start + n_at_once, len(ids)), len(ids))
    return {name: _gathered(tokenizer, [batch[name] for batch in batches], ends) for name in arms}


def _sample(
    model: Any,
    prompts: list[list[int]],
    arms: Mapping[str, Sequence[Processor]],
    uniforms: Any,
    ends: list[int],
    stop_at_end: bool,
) -> dict[str, dict[str, Any]]:
    """Continue some prompts in every arm; rows lie prompt by prompt, arm by arm."""
    import torch

    stepper = Stepper(model, keep=1)
    n_arms = len(arms)
    logits = stepper.start(prompts)[:, -1].repeat_interleave(n_arms, dim=0)
    stepper.repeat(n_arms)
    luck = uniforms.repeat_interleave(n_arms, dim=0).to(logits.device)
    longest = max(len(ids) for ids in prompts)
    seen = torch.tensor([[ids[0]] * (longest - len(ids)) + ids for ids in prompts])
    seen = seen.repeat_interleave(n_arms, dim=0).to(logits.device)
    running = torch.ones(len(seen), dtype=torch.bool, device=logits.device)
    stops = torch.tensor(ends, dtype=torch.long, device=logits.device)
    steps: list[tuple[Any, ...]] = []
    for t in range(luck.shape[1]):
        logs, p, entropies = log_probabilities(logits, [] if stop_at_end else ends)
        scores = _processed(arms, seen, logs)
        tokens = _draw(scores, luck[:, t])
        kept = scores > -torch.inf
        kept_p = p * kept
        mass, mode = kept_p.sum(dim=-1), kept_p.amax(dim=-1) == p.amax(dim=-1)
        said = logs.gather(1, tokens[:, None])[:, 0]
        steps.append((tokens.where(running, _UNUSED), said, entropies, mass, mode))
        running = running & ~torch.isin(tokens, stops)
        if not bool(running.any()) or t + 1 == luck.shape[1]:
            break
        seen = torch.cat([seen, tokens[:, None]], dim=1)
        logits = stepper.step(tokens)[:, -1]
    names = ("tokens", "token_log_probs", "entropies", "kept_mass", "kept_mode")
    arrays = {
        name: torch.stack(column, dim=1).cpu().numpy()
        for name, column in zip(names, zip(*steps, strict=True), strict=True)
    }
    return {
        arm: {name: array[i::n_arms] for name, array in arrays.items()}
        for i, arm in enumerate(arms)
    }


def _processed(arms: Mapping[str, Sequence[Processor]], seen: Any, scores: Any) -> Any:
    import torch

    processed = torch.empty_like(scores)
    for i, (arm, chain) in enumerate(arms.items()):
        mine = scores[i :: len(arms)]
        for processor in chain:
            mine = processor(seen[i :: len(arms)], mine)
        if not bool((mine > -torch.inf).any(dim=-1).all()):
            raise ValueError(f"`processors[{arm!r}]` must leave at least one token, it left none")
        processed[i :: len(arms)] = mine
    return processed


def _draw(scores: Any, uniforms: Any) -> Any:
    """Return the first token whose cumulated probability lies above the uniform number."""
    import torch

    cumulated = scores.softmax(dim=-1).cumsum(dim=-1, dtype=torch.float64)
    goals = uniforms[:, None] * cumulated[:, -1:]  # below the last one, as the numbers are below 1
    return torch.searchsorted(cumulated, goals, right=True)[:, 0]


def _gathered(tokenizer: Any, batches: list[dict[str, Any]], ends: list[int]) -> Continuations:
    """Join the batches of one arm, each text cut after its own end."""
    columns: dict[str, list[Any]] = {name: [] for name in batches[0]}
    for batch in batches:
        for row in range(len(batch["tokens"])):
            used = batch["tokens"][row] != _UNUSED
            for name, array in batch.items():
                kind = {"tokens": np.int64, "kept_mode": np.bool_}.get(name, np.float64)
                columns[name].append(array[row][used].astype(kind))
    texts = tokenizer.batch_decode(
        [t[~np.isin(t, ends)].tolist() for t in columns["tokens"]], skip_special_tokens=True
    )
    return Continuations(texts=tuple(texts), **{n: tuple(c) for n, c in columns.items()})
