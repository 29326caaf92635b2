"""Adding papers: by hand, from arXiv's Atom files, and from an address."""

import http.server
import threading

import pytest

from infomax.app.page.errors import RefusedError
from infomax.app.page.papers.arxiv import fetch_atom, read_atom

QUERY = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/1808.06670v5</id>
    <updated>2019-02-22T00:00:00Z</updated><published>2018-08-20T00:00:00Z</published>
    <title>Learning deep representations by
      mutual information estimation</title>
    <summary>  Deep InfoMax maximizes mutual information &amp; more.  </summary>
    <author><name>R Devon Hjelm</name></author><author><name>Alex Fedorov</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/182</arxiv:doi>
    <category term="stat.ML"/><category term="cs.LG"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/hep-th/9901001v2</id>
    <published>1999-01-01T00:00:00Z</published><title>An old one</title><summary>Strings.</summary>
    <author><name>A. Author</name></author>
  </entry>
</feed>"""
DAILY = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom">
  <entry><id>oai:arXiv.org:2411.01234v1</id><title>A new one</title>
  <updated>2024-11-05T05:00:00+00:00</updated><category term="cs.IT"/>
  <summary>arXiv:2411.01234v1 Announce Type: new
Abstract: We bound rates.</summary><dc:creator>Ada Byron, Bo Chen</dc:creator></entry>
</feed>"""
ENTITIES = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'
FIELDS = {
    "title": "A paper of our own", "authors": "Ada Byron\nBo Chen", "year": "2025", "room": "coding",
    "summary": "What it does.", "arxiv": "2501.00001", "doi": "", "keywords": "rate, code",
}  # fmt: skip


def test_closed_form_the_query_interface_is_read():
    first, second = read_atom(QUERY.encode())
    assert first.title == "Learning deep representations by mutual information estimation"
    assert first.authors == ("R Devon Hjelm", "Alex Fedorov")
    assert (first.year, first.arxiv, first.doi) == (2018, "1808.06670", "10.1000/182")
    assert first.summary == "Deep InfoMax maximizes mutual information & more."
    assert first.keywords == ("stat.ML", "cs.LG")
    assert second.arxiv == "hep-th/9901001"


def test_closed_form_the_daily_feed_is_read():
    (draft,) = read_atom(DAILY.encode())
    assert (draft.title, draft.arxiv, draft.year) == ("A new one", "2411.01234", 2024)
    assert draft.authors == ("Ada Byron", "Bo Chen")
    assert draft.summary == "We bound rates."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no Atom"),
        (b"<html><p>", "no Atom"),
        (b"<rss/>", "no Atom feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "no paper"),
        (ENTITIES.encode(), "entities"),
        (b"x" * 5_000_001, "larger"),
    ],
)
def test_what_is_no_feed_is_refused(content, told):
    with pytest.raises(RefusedError, match=told):
        read_atom(content)


@pytest.fixture
def server():
    """Serve a feed on loopback, as arXiv does, with redirects to here and away."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path.startswith(("/away", "/here")):
                self.send_response(302)
                target = "http://169.254.1.1/" if self.path == "/away" else "/feed"
                self.send_header("Location", target)
                self.end_headers()
                return
            if self.path == "/broken":
                self.send_error(503)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(QUERY.encode())

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}", asked
        running.shutdown()
        thread.join()


def test_an_address_is_asked_and_redirects_stay_within_the_hosts(server):
    host, asked = server
    for path in ("/feed", "/here"):
        assert fetch_atom(f"http://{host}{path}", hosts=[host]) == QUERY.encode()
    with pytest.raises(RefusedError, match="must be of"):
        fetch_atom(f"http://{host}/away", hosts=[host])
    with pytest.raises(RefusedError, match="Nothing came"):
        fetch_atom(f"http://{host}/broken", hosts=[host])
    assert len(asked) == 5


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "http://127.0.0.1/feed", "http://arxiv.org.evil.example/", "//arxiv.org",
        "http://arxiv.org@evil.example/", "gopher://arxiv.org/", "http://arxiv.org:22/", "", "http://[",
    ],
)  # fmt: skip
def test_no_other_address_is_asked(address):
    with pytest.raises(RefusedError, match="must be of"):
        fetch_atom(address, hosts=["arxiv.org"])


@pytest.mark.parametrize("number", ["2301.01234", "arXiv:2301.01234v3", " 2301.01234 "])
def test_a_bare_number_is_an_address(monkeypatch, number):
    asked = []

    class Opener:
        def open(self, request, **_options):
            asked.append(request.full_url)
            raise OSError("no network here")

    monkeypatch.setattr("urllib.request.build_opener", lambda *_handlers: Opener())
    with pytest.raises(RefusedError, match="no network here"):
        fetch_atom(number, hosts=["export.arxiv.org"])
    assert asked == ["https://export.arxiv.org/api/query?id_list=2301.01234"]


def test_a_paper_added_by_hand_is_in_the_days_list_as_not_built(visit):
    answer = visit.send("/add", **FIELDS)
    assert answer.headers["location"] == "/papers/a-paper-of-our-own"
    text = visit.text("/papers/a-paper-of-our-own")
    assert "not built yet" in text
    assert "https://arxiv.org/abs/2501.00001" in text
    assert "Run it" not in text
    assert "A paper of our own" in visit.text("/days")
    assert "A paper of our own" in visit.text("/search?q=paper+of+our+own+rate+code")
    assert "a-paper-of-our-own" in visit.text("/feed.atom")


def test_an_added_paper_is_changed_and_removed(visit):
    path = visit.send("/add", **FIELDS).headers["location"]
    assert "What it does." in visit.text(f"{path}/edit")
    assert visit.send(f"{path}/edit", **{**FIELDS, "title": "Another name"}).status_code == 303
    assert "Another name" in visit.text(path)
    assert visit.send(f"{path}/remove").status_code == 303
    assert visit.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/papers/cim/edit", "/papers/cim/remove"])
def test_papers_of_the_catalogue_are_not_changed(visit, path):
    assert visit.send(path, **FIELDS).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""}, {"title": "x"}, {"authors": " \n "}, {"year": "abc"}, {"year": "1066"},
        {"year": "²"}, {"room": "cellar"}, {"summary": ""}, {"arxiv": "../etc"}, {"doi": "javascript:x"},
        {"doi": '10.1000/"><script>'},
    ],
    ids=str,
)  # fmt: skip
def test_ill_formed_papers_are_refused(visit, change):
    answer = visit.send("/add", **{**FIELDS, **change})
    assert answer.status_code == 400
    assert "“" in answer.text


def test_papers_chosen_from_a_file_are_added_once(visit):
    files = {"file": ("feed.atom", QUERY.encode())}
    text = visit.send("/add/file", files=files).text
    token = text.split('name="token" value="')[1].split('"')[0]
    fields = {"token": token, "rooms": ["representation", "measures"], "chosen": ["0"]}
    assert (
        visit.send("/add/chosen", **fields).headers["location"].startswith("/papers/learning-deep")
    )
    again = visit.send("/add/file", files=files).text
    assert again.count("here already") == 1
    visit.send("/add/chosen", **{**fields, "chosen": ["0", "1"]})
    titles = [paper["title"] for paper in visit.get("/api/v1/papers").json()]
    assert sum("Learning deep" in title for title in titles) == 1
    assert "An old one" in titles


@pytest.mark.parametrize(
    "change", [{"chosen": ["7"]}, {"chosen": []}, {"token": "x"}, {"rooms": ["coding"]}]
)
def test_a_choice_that_is_none_is_refused(visit, change):
    text = visit.send("/add/file", files={"file": ("feed.atom", QUERY.encode())}).text
    token = text.split('name="token" value="')[1].split('"')[0]
    fields = {"token": token, "rooms": ["coding", "coding"], "chosen": ["0"], **change}
    assert visit.send("/add/chosen", **fields).status_code == 400


def test_papers_from_an_address(serve, server):
    visit = serve(feed_hosts=(server[0],))
    text = visit.send("/add/address", address=f"http://{server[0]}/feed").text
    assert "Learning deep representations" in text
    assert visit.send("/add/address", address="http://169.254.169.254/").status_code == 400


def test_a_paper_that_entered_the_catalogue_later_is_shown_once(visit):
    from infomax.app.page.store.models import AddedPaper

    with visit.client.app.state.page.database.write() as session:
        session.add(
            AddedPaper(
                slug="kecor", title="Shadow", authors=["x"], year=2024, room="coding", summary="x"
            )
        )
    visit.client.app.state.page.shelf.touch()
    assert "Shadow" not in visit.text("/")
