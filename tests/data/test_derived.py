"""What is kept beside the archives is sound or made anew."""

import pytest

from infomax.data.derived import kept


def test_it_is_made_once(cache):
    made = []
    for _ in range(2):
        assert kept("thing", "f" * 64, lambda: made.append(1) or b"content") == b"content"
    assert made == [1]
    assert [path.name for path in (cache / "derived").iterdir()] == ["thing-" + "f" * 16]


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 60])
def test_a_damaged_copy_is_made_anew(cache, damage):
    kept("thing", "f" * 64, lambda: b"content")
    (path,) = (cache / "derived").iterdir()
    sound = path.read_bytes()
    path.write_bytes(damage)
    assert kept("thing", "f" * 64, lambda: b"content") == b"content"
    assert path.read_bytes() == sound


def test_another_archive_is_another_copy():
    assert kept("thing", "a" * 64, lambda: b"one") == b"one"
    assert kept("thing", "b" * 64, lambda: b"two") == b"two"


def test_without_a_place_to_keep_it_is_still_made(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("INFOMAX_CACHE", str(tmp_path / "file"))
    assert kept("thing", "a" * 64, lambda: b"one") == b"one"


def test_no_space_left_leaves_no_half_copy(monkeypatch, cache):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("infomax.data.derived.os.replace", full)
    assert kept("thing", "a" * 64, lambda: b"one") == b"one"
    assert not list((cache / "derived").iterdir())
