"""One step of a causal language model, whatever its family calls the arguments."""

import inspect
from typing import Any

from infomax.language._logits import checked_logits


class Stepper:
    """Feed tokens to a model, keep its cache of keys and values, give the logits that follow.

    Prompts are padded on the left by any token at all: the mask bars it, so the tokenizer need not
    have a padding token.
    """

    def __init__(self, model: Any, *, keep: int, cached: bool = True) -> None:
        parameters = inspect.signature(model.forward).parameters
        self._model = model
        self._cache_name = "cache" if "cache" in parameters else "past_key_values"
        self._fixed: dict[str, Any] = {"use_cache": cached}
        if "logits_to_keep" in parameters:
            self._fixed["logits_to_keep"] = keep
        self._keep = keep
        self._has_positions = "position_ids" in parameters
        self._cache: Any = None
        self._mask: Any = None
        self._padded = False

    def start(self, token_ids: list[list[int]]) -> Any:
        """Feed the prompts and return the logits after their last `keep` tokens."""
        import torch

        longest = max(len(ids) for ids in token_ids)
        padded = [[0] * (longest - len(ids)) + list(ids) for ids in token_ids]
        mask = [[0] * (longest - len(ids)) + [1] * len(ids) for ids in token_ids]
        device = self._model.device
        self._mask = torch.tensor(mask, device=device)
        self._padded = not bool(self._mask.all())
        return self._forward(torch.tensor(padded, device=device))

    def repeat(self, n: int) -> None:
        """Go on with n copies of each row, side by side."""
        if n > 1:
            self._cache.batch_repeat_interleave(n)
            self._mask = self._mask.repeat_interleave(n, dim=0)

    def step(self, tokens: Any) -> Any:
        """Feed one token a row and return the logits that follow."""
        import torch

        self._mask = torch.nn.functional.pad(self._mask, (0, 1), value=1)
        return self._forward(tokens[:, None])

    def _forward(self, ids: Any) -> Any:
        options = dict(self._fixed)
        if self._padded:
            options["attention_mask"] = self._mask
            if self._has_positions:
                positions = (self._mask.cumsum(dim=-1) - 1).clamp(min=0)
                options["position_ids"] = positions[:, -ids.shape[1] :]
        if self._cache is not None:
            options[self._cache_name] = self._cache
        out = self._model(input_ids=ids, **options)
        self._cache = getattr(out, self._cache_name, None)
        return out.logits[:, -self._keep :]


def encoded(name: str, tokenizer: Any, texts: Any) -> list[list[int]]:
    """Return texts as lists of token numbers; what is a sequence of numbers stays as it is."""
    if isinstance(texts, str):
        raise ValueError(f"`{name}` must be a sequence of texts, got a single one")
    lists = []
    for i, text in enumerate(texts):
        ids = tokenizer(text)["input_ids"] if isinstance(text, str) else [int(t) for t in text]
        if not ids:
            raise ValueError(f"`{name}` must hold texts of at least one token, number {i} has none")
        lists.append(ids)
    if not lists:
        raise ValueError(f"`{name}` must hold at least one text, got none")
    return lists


def check_fits(name: str, model: Any, token_ids: list[list[int]], n_more: int) -> None:
    """Refuse tokens that the model does not know, and texts beyond its context."""
    n_tokens = getattr(model.config, "vocab_size", None)
    context = getattr(model.config, "max_position_embeddings", None)
    for i, ids in enumerate(token_ids):
        if min(ids) < 0 or (n_tokens is not None and max(ids) >= n_tokens):
            wrong = next(t for t in ids if t < 0 or t >= (n_tokens or 0))
            raise ValueError(
                f"`{name}` must hold tokens of the model, 0 to {(n_tokens or 0) - 1}, got {wrong} in number {i}"
            )
        if context is not None and len(ids) + n_more > context:
            raise ValueError(
                f"`{name}` must fit the model's context of {context} tokens, but number {i} has "
                f"{len(ids)} and {n_more} are to follow"
            )


def log_probabilities(logits: Any, barred: list[int]) -> tuple[Any, Any, Any]:
    """Return log-probabilities in at least float32, probabilities and their entropies.

    The barred tokens get no probability.
    """
    import torch

    if barred:
        logits = logits.index_fill(-1, torch.tensor(barred, device=logits.device), -torch.inf)
    logs = checked_logits("logits", logits).log_softmax(dim=-1)
    p = logs.exp()
    return logs, p, torch.special.entr(p).sum(dim=-1)


def end_tokens(model: Any, tokenizer: Any) -> list[int]:
    """Return the tokens that end a text: those of the model's settings and of the tokenizer."""
    found = [getattr(tokenizer, "eos_token_id", None)]
    for settings in (getattr(model, "generation_config", None), model.config):
        told = getattr(settings, "eos_token_id", None)
        found += told if isinstance(told, list) else [told]
    return sorted({int(token) for token in found if token is not None})
