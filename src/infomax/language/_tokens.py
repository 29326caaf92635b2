"""Tokens of one text, as numbers from zero."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray


def token_codes(tokens: Any, *, at_least: int) -> NDArray[np.int64]:
    """Return tokens, which may be words or numbers, as numbers from zero in order of appearance."""
    if isinstance(tokens, str) or not isinstance(tokens, Collection):
        raise ValueError(
            f"`tokens` must be a sequence of tokens (split a text first), got {type(tokens).__name__}"
        )
    if getattr(tokens, "ndim", 1) != 1:
        raise ValueError(f"`tokens` must be one text, got shape {tuple(tokens.shape)}")  # type: ignore[attr-defined]
    if len(tokens) < at_least:
        raise ValueError(f"`tokens` must be at least {at_least}, got {len(tokens)}")
    listed = tokens.tolist() if hasattr(tokens, "tolist") else tokens
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(token, len(seen)) for token in listed], dtype=np.int64)
