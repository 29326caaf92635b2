"""`infomax serve` and `infomax digest` at the command line."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from tests.app.page.post_office import free_port

from infomax.app.cli import main


@pytest.fixture
def call(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "--group"),
        (("--host", "0.0.0.0", "--group"), "`address`"),
        (("--host", "0.0.0.0", "--group", "--address", "https://x.org"), "INFOMAX_SECRET"),
        (("--zone", "Mars/Olympus"), "`zone`"),
        (("--at-once", "0"), "`parallel_runs`"),
        (("nowhere",), "`runs`"),
    ],
)
def test_settings_that_cannot_be_served_are_refused_with_code_2(
    call, tmp_path, monkeypatch, options, told
):
    monkeypatch.delenv("INFOMAX_SECRET", raising=False)
    code, out, err = call("serve", *options, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert told in err
    assert not (tmp_path / "home" / "page.sqlite").exists()


def test_a_digest_without_subscribers_says_so(call, runs, tmp_path):
    code, out, _ = call("digest", runs, "--home", tmp_path / "home")
    assert (code, out) == (0, "0 sent, 0 had nothing new, 0 refused.\n")
    code, out, _ = call("digest", runs, "--home", tmp_path / "home", "--json")
    assert json.loads(out) == {
        "sent": 0,
        "empty": 0,
        "refused": 0,
        "left": 0,
        "disabled": [],
        "folder": str(tmp_path / "home" / "mail"),
    }


def test_it_serves_until_interrupted_and_a_second_server_is_refused(runs, tmp_path, call):
    port = free_port()
    command = [sys.executable, "-c", "from infomax.app.cli import main; main()", "serve", str(runs)]
    command += ["--home", str(tmp_path / "home"), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(400):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.03)
        code, _, err = call("serve", runs, "--home", tmp_path / "home", "--port", free_port())
        assert code == 4
        assert "served already" in err
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=15)
    assert f"http://127.0.0.1:{port}" in out
    assert "Traceback" not in err
    assert os.stat(tmp_path / "home" / "secret").st_mode & 0o077 == 0


def test_nothing_of_the_page_is_needed_to_list_papers():
    code = "import sys; from infomax.app.cli import app; print('fastapi' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_without_the_extra_the_message_names_it(call, monkeypatch, tmp_path):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "fastapi" else found(name, *a)
    )
    code, _, err = call("serve", "--home", tmp_path)
    assert code == 3
    assert "infomax[page]" in err
