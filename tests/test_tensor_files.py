"""Tensors in files that say what they hold."""

import pytest
import torch

from infomax import _tensor_files
from infomax._tensor_files import load_tensors, save_tensors

OPTIONS = {"file_format": "test 1"}


def test_naive_twin_what_was_written_is_read_also_if_tensors_share_memory(tmp_path):
    x = torch.arange(6.0).reshape(2, 3)
    save_tensors(tmp_path / "file", {"x": x, "turned": x.T, "row": x[0]}, {"n": "2"}, **OPTIONS)
    tensors, about = load_tensors(str(tmp_path / "file"), wanted="a file", **OPTIONS)
    assert about == {"format": "test 1", "n": "2"}
    for name, known in {"x": x, "turned": x.T, "row": x[0]}.items():
        assert torch.equal(tensors[name], known)
    with pytest.raises(ValueError, match="`path` must be a file, got other safetensors in"):
        load_tensors(tmp_path / "file", file_format="test 2", wanted="a file")


def test_a_write_that_fails_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "file"
    save_tensors(path, {"x": torch.ones(1)}, {}, **OPTIONS)

    def half(_tensors, where, _about):
        where.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(_tensor_files, "save_file", half)
    with pytest.raises(OSError, match="disk full"):
        save_tensors(path, {"x": torch.zeros(1)}, {}, **OPTIONS)
    assert load_tensors(path, wanted="a file", **OPTIONS)[0]["x"] == 1
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_file_do_not_share_a_half_written_one(tmp_path, monkeypatch):
    path, real, written = tmp_path / "file", _tensor_files.save_file, []

    def noted(tensors, where, about):
        written.append(where)
        if len(written) == 1:  # another writer comes while this one writes
            save_tensors(path, {"x": torch.zeros(1)}, {}, **OPTIONS)
        real(tensors, where, about)

    monkeypatch.setattr(_tensor_files, "save_file", noted)
    save_tensors(path, {"x": torch.ones(1)}, {}, **OPTIONS)
    assert written[0] != written[1]
    assert load_tensors(path, wanted="a file", **OPTIONS)[0]["x"] == 1
