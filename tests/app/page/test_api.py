"""The JSON API and the feeds, against their own descriptions."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from tests.app.page.run_folders import write_run

from infomax.app.page.application import create_app
from infomax.papers.catalogue import load_catalogue

ATOM = "{http://www.w3.org/2005/Atom}"


def test_papers_are_listed_as_on_the_page(visit):
    papers = visit.get("/api/v1/papers").json()
    assert papers[0]["slug"] == "cim"
    assert {paper["slug"] for paper in papers} == set(load_catalogue())
    assert (papers[0]["scale"], papers[0]["n_seeds"], papers[0]["runs"]) == ("laptop", 6, True)
    rooms = visit.get("/api/v1/papers?room=coding").json()
    assert {paper["room"] for paper in rooms} == {"coding"}


def test_a_paper_has_its_verdicts(visit):
    paper = visit.get("/api/v1/papers/cim").json()
    assert len(paper["verdicts"]) == 10
    first = paper["verdicts"][0]
    assert first["low"] <= first["estimate"] <= first["high"]
    assert visit.get("/api/v1/papers/nothing").status_code == 404
    assert visit.get("/api/v1/papers/nothing").json()["detail"]


def test_search_days_map_trending_and_runs(visit):
    assert visit.get("/api/v1/search?q=influence+networks").json()[0]["slug"] == "cim"
    assert visit.get("/api/v1/search").status_code == 422
    assert visit.get("/api/v1/days").json()[0]["slugs"][0] == "cim"
    assert visit.get("/api/v1/papers/cim/like").json()[0]["slug"] == "hetero-im"
    pair = visit.get("/api/v1/map").json()[0]
    entries = load_catalogue()
    one, other = (set(entries[slug].parts) for slug in pair["slugs"])
    assert set(pair["parts"]) == one & other
    assert visit.get("/api/v1/trending").json() == []
    assert visit.get("/api/v1/runs").json() == []
    assert visit.get("/api/v1/runs/5").status_code == 404


def test_the_description_is_shown_as_a_page(visit):
    text = visit.text("/api")
    for path in visit.get("/api/v1/openapi.json").json()["paths"]:
        assert path in text


def test_the_api_reads_only(visit):
    paths = visit.get("/api/v1/openapi.json").json()["paths"]
    assert {method for methods in paths.values() for method in methods} == {"get"}
    assert visit.client.post("/api/v1/papers").status_code == 405


def test_atom_is_valid_and_a_paper_judged_again_is_a_new_entry(serve, runs):
    def entries(visit):
        root = ElementTree.fromstring(visit.get("/feed.atom").content)
        assert root.tag == f"{ATOM}feed"
        for name in ("id", "title", "updated"):
            assert root.findtext(f"{ATOM}{name}")
        return {entry.findtext(f"{ATOM}id"): entry for entry in root.findall(f"{ATOM}entry")}

    visit = serve()
    before = entries(visit)
    for entry in before.values():
        assert entry.find(f"{ATOM}author") is not None
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
    write_run(runs / "later", "cim", finished="2026-11-30T00:00:00+00:00")
    page = visit.client.app.state.page
    page.shelf._looked = -10.0
    after = entries(visit)
    assert len(set(after) - set(before)) == 1
    assert next(iter(after)).endswith("/papers/cim#judged-20261130T000000")


def test_json_feed_has_the_same_entries_and_filters(visit):
    feed = visit.get("/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["url"].endswith("/papers/cim")
    coding = visit.get("/feed.json?room=coding").json()["items"]
    assert {tag for item in coding for tag in item["tags"]} == {"coding"}
    spoken = visit.get("/feed.json", params={"q": "influence spread"}).json()["items"]
    assert {"cim"} <= {item["url"].rsplit("/", 1)[1] for item in spoken} < set(load_catalogue())


@pytest.mark.slow
def test_peer_schemathesis_finds_no_answer_that_the_description_lacks(settings):
    schemathesis = pytest.importorskip("schemathesis")
    import hypothesis

    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", create_app(settings()), headers={"host": "127.0.0.1"}
    )
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 9
    for operation in operations:

        @hypothesis.settings(
            max_examples=30, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        @hypothesis.given(case=operation.as_strategy())
        def holds(case):
            case.call_and_validate(headers={"host": "127.0.0.1"})

        holds()
