"""Tensors in safetensors files that say what they hold."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor


def save_tensors(
    path: str | Path, tensors: Mapping[str, Tensor], about: Mapping[str, str], *, file_format: str
) -> None:
    """Write tensors and what is known about them, whole or not at all; a file there is replaced."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    # safetensors wants each in memory of its own
    alone = {k: v.clone(memory_format=torch.contiguous_format) for k, v in tensors.items()}
    try:
        save_file(alone, part, {"format": file_format, **about})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load_tensors(
    path: str | Path, *, file_format: str, wanted: str
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return what `save_tensors` wrote in this format; `wanted` tells a user what it should be."""
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"`path` must be {wanted}, got {path}: {error}") from None
    if about.get("format") != file_format:
        raise ValueError(f"`path` must be {wanted}, got other safetensors in {path}")
    return tensors, about
