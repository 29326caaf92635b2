"""A causal language model and its tokenizer, from a folder on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infomax._arguments import check_choice
from infomax.exceptions import MissingExtraError

_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}


@dataclass(frozen=True, eq=False)
class CausalLM:
    """A language model that is ready to be asked.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        In evaluation mode.
    tokenizer : transformers.PreTrainedTokenizerBase
        As the folder has it; it need not have a padding token.
    path : Path
        The folder that both came from.
    """

    model: Any
    tokenizer: Any
    path: Path


def load_causal_lm(path: str | Path, *, dtype: str = "float32", device: Any = None) -> CausalLM:
    """Load a causal language model and its tokenizer from a local folder.

    Nothing is downloaded, no code of the folder is run, and nothing is unpickled: the weights must
    be safetensors.

    Models and tokenizers that are already in memory need no loading: `sample_continuations` takes
    them as they are.

    Parameters
    ----------
    path : str or Path
        Folder as ``save_pretrained`` writes it: config.json, safetensors, and the tokenizer.
    dtype : {"float32", "bfloat16", "float16", "float64"}
        Precision of the weights in memory.
    device : str or torch.device, optional
        Where the model goes; it stays where transformers puts it when left out.

    Returns
    -------
    CausalLM
        The model in evaluation mode, and its tokenizer.

    Raises
    ------
    ValueError
        If there is no such folder, if it lacks a part, holds pickled weights alone, or cannot be
        read as a causal language model.
    MissingExtraError
        If transformers is absent.

    Examples
    --------
    >>> load_causal_lm("no/such/folder")
    Traceback (most recent call last):
    ...
    ValueError: `path` must be a folder with a model, got no/such/folder, which is none
    """
    check_choice("dtype", dtype, ("float32", "bfloat16", "float16", "float64"))
    folder = Path(path)
    _check_folder(folder)
    try:
        import transformers
    except ImportError:
        raise MissingExtraError("Loading a language model", "language") from None
    import torch

    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    with _no_progress_bars():
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
            model: Any = transformers.AutoModelForCausalLM.from_pretrained(
                folder, dtype=getattr(torch, dtype), use_safetensors=True, **options
            )
        except Exception as error:  # whatever transformers and safetensors raise on a bad folder
            told = " ".join(str(error).split())
            raise ValueError(
                f"`path` must be a folder with a causal language model and its tokenizer, but "
                f"{folder} cannot be read as one: {type(error).__name__}: {told}"
            ) from error
    model.eval()
    if device is not None:
        model.to(device)
    return CausalLM(model, tokenizer, folder)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ValueError(f"`path` must be a folder with a model, got {folder}, which is none")
    if not (folder / "config.json").is_file():
        raise ValueError(f"`path` must hold a config.json, {folder} has none")
    if any(folder.glob("*.safetensors")):
        return
    pickled = sorted(file.name for file in folder.iterdir() if file.suffix in _PICKLED)
    if pickled:
        raise ValueError(
            f"`path` must hold its weights as safetensors; {folder} has {pickled[0]}, which is "
            "pickled and can run code when it is read. Whoever trusts it can save it again with "
            "transformers: model.save_pretrained(folder)"
        )
    raise ValueError(f"`path` must hold weights (*.safetensors), {folder} has none")


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing on the terminal, and leave its setting as it was."""
    from transformers.utils import logging as messages

    logging: Any = messages
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
