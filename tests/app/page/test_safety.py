"""Headers, forms, hostile text and paths, and where the server may bind."""

import os
import re
import stat

import pytest

from infomax.app.page.errors import RefusedError
from infomax.app.page.headers import POLICY
from infomax.app.page.papers.entries import new_slug
from infomax.app.page.settings import PageSettings, is_wide, settle_secret
from infomax.app.page.signing import Links

SCRIPT = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'{{7*7}}"
PAGES = (
    "/", "/days", "/trending", "/map", "/runs", "/search?q=entropy", "/papers/cim", "/papers/kecor",
    "/papers/cim/run", "/subscribe", "/settings", "/add", "/api", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_headers_and_nothing_inline(visit, path):
    answer = visit.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    for name, value in (("x-content-type-options", "nosniff"), ("x-frame-options", "DENY")):
        assert answer.headers[name] == value
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", answer.text), path
    assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", answer.text)
    outside = re.findall(r'(?:src|href|action)="(https?:[^"]+)"', answer.text)
    assert all(
        link.startswith(("https://arxiv.org/", "https://doi.org/", "https://github.com/"))
        for link in outside
    )
    assert "unsafe" not in POLICY


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(visit):
    cookie = visit.get("/subscribe").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_behind_https_the_cookie_is_secure(serve):
    visit = serve(address="https://papers.example.org")
    answer = visit.get("/subscribe", headers={"host": "papers.example.org"})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers


def test_reading_alone_sets_no_cookie(serve):
    visit = serve(group=True)
    for path in ("/", "/days", "/map", "/papers/cim", "/search?q=entropy"):
        assert "set-cookie" not in visit.get(path).headers, path


def test_a_name_that_is_not_ours_is_refused(visit):
    assert visit.get("/", headers={"host": "evil.example"}).status_code == 400


FORMS = (
    ("/papers/cim/vote", {"wanted": "true"}),
    ("/papers/cim/comments", {"text": "hello"}),
    ("/papers/cim/run", {"scale": "smoke"}),
    ("/runs/1/cancel", {}),
    ("/runs/1/again", {}),
    ("/comments/1/remove", {}),
    ("/settings", {"zone": "UTC"}),
    ("/add", {"title": "a title"}),
    ("/add/address", {"address": "2301.01234"}),
    ("/add/chosen", {"token": "x", "rooms": "coding"}),
    ("/papers/cim/edit", {}),
    ("/papers/cim/remove", {}),
    ("/subscribe", {"email": "ada@example.org"}),
    ("/subscribe/token", {}),
    ("/sign-in", {"email": "ada@example.org"}),
    ("/sign-in/token", {}),
    ("/sign-out", {}),
)


@pytest.mark.parametrize(("path", "fields"), FORMS, ids=[path for path, _ in FORMS])
def test_no_form_counts_without_its_secret(serve, path, fields):
    visit = serve(group=path.startswith("/sign"))
    for form in ({}, {"form": "guess"}):
        assert visit.client.post(path, data={**fields, **form}).status_code == 403
    visit.text("/settings")
    assert visit.client.post(path, data={**fields, "form": "guess"}).status_code == 403


@pytest.mark.parametrize("path", ["/papers/cim/own", "/add/file"])
def test_no_upload_counts_without_its_secret(visit, path):
    files = {"file": ("a.csv", b"a,b\n")}
    assert visit.client.post(path, files=files, data={"form": "x"}).status_code == 403


def test_a_form_from_another_origin_is_refused(visit):
    secret = visit.form_secret("/settings")
    data = {"form": secret, "zone": "UTC"}
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://127.0.0.1", 303)):
        answer = visit.client.post("/settings", data=data, headers={"origin": origin})
        assert answer.status_code == status, origin


def test_hostile_text_is_only_text(visit):
    assert visit.send("/papers/cim/comments", text=SCRIPT).status_code == 303
    fields = {
        "title": SCRIPT, "authors": SCRIPT, "year": "2024", "room": "coding", "summary": SCRIPT,
        "keywords": SCRIPT,
    }  # fmt: skip
    slug = visit.send("/add", **fields).headers["location"]
    assert re.fullmatch(r"/papers/[a-z0-9-]+", slug)
    for path in (
        "/papers/cim",
        slug,
        "/",
        "/days",
        "/search?q=alert",
        f"{slug}/edit",
        "/feed.atom",
    ):
        text = visit.text(path)
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "49" not in re.findall(r"alert\(2\)&gt;&#39;(\S\S)", text)
    question = visit.get("/search", params={"q": SCRIPT}).text
    assert "<script>alert" not in question


@pytest.mark.parametrize(
    "path",
    [
        "/papers/..%2F..%2Fetc%2Fpasswd", "/papers/%2e%2e/run.json", "/static/../settings.py",
        "/static/..%2Fsettings.py", "/static/%2Fetc%2Fpasswd", "/papers/cim/figures/..%2Frun.json",
        "/papers/cim/figures/%2e%2e%2frun.json", "/papers/cim/figures/verdicts.json",
        "/runs/..%2F1", "/runs/-1", "/runs/99999999999999999999999", "/days/..%2F..",
    ],
)  # fmt: skip
def test_no_path_from_outside_is_opened(visit, path):
    answer = visit.get(path)
    assert answer.status_code in (404, 422), (path, answer.status_code)
    assert "root:" not in answer.text


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "x" * 4001, "\0\1"])
def test_comments_that_are_none_are_refused(visit, text):
    assert visit.send("/papers/cim/comments", text=text).status_code in (400, 422)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_it_refuses_to_bind_wide_without_group_and_secret(tmp_path, host):
    assert is_wide(host)
    with pytest.raises(ValueError, match="--group"):
        settle_secret(tmp_path, host=host, group=False, given="x" * 40)
    with pytest.raises(ValueError, match="INFOMAX_SECRET"):
        settle_secret(tmp_path, host=host, group=True, given="")
    with pytest.raises(ValueError, match="32 characters"):
        settle_secret(tmp_path, host=host, group=True, given="short")
    assert settle_secret(tmp_path, host=host, group=True, given="x" * 40) == "x" * 40


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_loopback_a_secret_is_made_once_and_kept_private(tmp_path, host):
    assert not is_wide(host)
    secret = settle_secret(tmp_path, host=host, group=False, given="")
    assert len(secret) >= 32
    assert settle_secret(tmp_path, host=host, group=False, given="") == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_broken_secret_file_is_named(tmp_path):
    (tmp_path / "secret").write_text("x")
    with pytest.raises(ValueError, match="holds no secret"):
        settle_secret(tmp_path, host="127.0.0.1", group=False, given="")


def test_links_of_one_purpose_do_not_serve_another():
    links = Links("x" * 40)
    token = links.sign("confirm", {"email": "a@example.org"})
    assert links.read("confirm", token, days=1)["email"] == "a@example.org"
    for purpose, forged in (
        ("sign-in", token),
        ("confirm", token[:-2] + "AA"),
        ("confirm", "x.y.z"),
    ):
        with pytest.raises(RefusedError, match="not valid"):
            links.read(purpose, forged, days=1)
    with pytest.raises(RefusedError, match="not valid"):
        Links("y" * 40).read("confirm", token, days=1)
    with pytest.raises(RefusedError, match="too old"):
        links.read("confirm", token, days=-1)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"address": "papers.example.org"}, "`address`"),
        ({"zone": "Mars/Olympus"}, "`zone`"),
        ({"zone": "../../etc/passwd"}, "`zone`"),
        ({"parallel_runs": 0}, "`parallel_runs`"),
        ({"port": 0}, "`port`"),
        ({"upload_megabytes": 26}, "`upload_megabytes`"),
    ],
)
def test_bad_settings_are_refused_by_name(tmp_path, changes, named):
    with pytest.raises(ValueError, match=named):
        PageSettings(home=tmp_path, secret="x" * 40, **changes)


@pytest.mark.parametrize("title", ["../../etc", "...", "日本", "a" * 300, "cim", "con.nul", "-x-"])
def test_law_a_slug_is_letters_digits_and_dashes_and_new(title):
    slug = new_slug(title, {"cim", "paper"})
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug not in {"cim", "paper"}
    assert len(slug) < 60


def test_what_breaks_tells_nothing_of_the_inside(visit, monkeypatch):
    page = visit.client.app.state.page
    monkeypatch.setattr(page.shelf, "now", lambda: 1 / 0)
    visit.client._transport.raise_server_exceptions = False
    for path in ("/", "/api/v1/papers"):
        answer = visit.get(path)
        assert answer.status_code == 500
        assert "division" not in answer.text
    assert os.sep + "src" not in answer.text
