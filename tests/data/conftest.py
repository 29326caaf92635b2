"""Every test of this room has a cache of its own and no way to a network."""

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError(f"a test asked a client: {arguments}")

    folder = tmp_path / "cache"
    monkeypatch.setenv("INFOMAX_CACHE", str(folder))
    monkeypatch.setattr("infomax.data.clients.subprocess.run", refuse)
    return folder
