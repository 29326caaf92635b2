"""The list of papers, days, trends, filters, the map and a paper's page."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup
from tests.app.fake_runs import fake_verdicts
from tests.app.page.run_folders import write_run

from infomax.app.page.fragments import N_KEPT, Fragments
from infomax.app.page.papers.arcs import paper_map
from infomax.app.page.papers.cards import Card, Filters, by_day, trending
from infomax.app.page.papers.standings import StandingReader, read_standing
from infomax.app.report.words import tally
from infomax.papers.catalogue import load_catalogue

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CATALOGUE = load_catalogue()


def slugs(text):
    found = re.findall(r'<h3><a href="/papers/([\w-]+)"', text)
    return found


def test_the_list_has_every_paper_and_judged_ones_first(visit):
    text = visit.text("/")
    assert sorted(slugs(text)) == sorted(CATALOGUE)
    assert slugs(text)[0] == "cim"
    counts = [text for _, text in tally(fake_verdicts())]
    for words in ("fidelity: code", *counts, "laptop run, 6 seeds", CATALOGUE["cim"].summary[:40]):
        assert words in text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("room=selection", lambda e: e.room == "selection"),
        ("year=2024", lambda e: e.year == 2024),
        ("room=coding&year=2024", lambda e: e.room == "coding" and e.year == 2024),
        ("verdict=judged", lambda e: e.slug == "cim"),
        ("verdict=holds", lambda e: e.slug == "cim"),
        ("verdict=planned", lambda e: not e.is_built),
    ],
)
def test_filters_keep_what_matches(visit, query, wanted):
    assert set(slugs(visit.text(f"/?{query}"))) == {s for s, e in CATALOGUE.items() if wanted(e)}


def test_filters_that_nothing_matches_say_what_to_do(visit):
    text = visit.text("/?room=coding&year=2018")
    assert "No paper is like that" in text
    assert '<a href="/">Show all papers' in text


@pytest.mark.parametrize("query", ["year=abcd", "year=20244", "room=" + "x" * 50])
def test_an_ill_formed_filter_is_refused_in_words(visit, query):
    answer = visit.get(f"/?{query}")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


def test_days_step_to_the_day_before_and_back(serve, runs):
    write_run(runs / "later", "mec-b", finished="2026-11-26T23:30:00+00:00")
    visit = serve()
    newest = visit.text("/days")
    assert "26 November 2026" in newest
    assert slugs(newest) == ["mec-b"]
    assert 'rel="prev" href="/days/2026-11-24"' in newest
    before = visit.text("/days/2026-11-24")
    assert 'rel="next" href="/days/2026-11-26"' in before
    assert len(slugs(before)) == 45
    assert "Nothing happened on this day" in visit.text("/days/2026-11-25")
    assert visit.get("/days/yesterday").status_code == 422


def test_a_day_begins_where_the_reader_is(serve, runs):
    write_run(runs / "later", "mec-b", finished="2026-11-26T23:30:00+00:00")
    visit = serve()
    assert visit.send("/settings", zone="Asia/Tokyo").status_code == 303
    text = visit.text("/days")
    assert "27 November 2026" in text
    assert "08:30 JST" in text
    assert visit.send("/settings", zone="Mars/Olympus").status_code == 400


def test_closed_form_heat_halves_in_a_week():
    entry = CATALOGUE["cim"]
    week, fortnight = NOON - timedelta(days=7), NOON - timedelta(days=14)
    assert Card(entry, votes=(NOON, week), runs=(fortnight,)).heat(NOON) == 1 + 0.5 + 0.5 * 0.25


def test_trending_orders_by_heat_and_leaves_out_what_nobody_touched():
    old = Card(CATALOGUE["cim"], votes=(NOON - timedelta(days=30),) * 3)
    new = Card(CATALOGUE["mec-b"], votes=(NOON,))
    run = Card(CATALOGUE["dse"], runs=(NOON,))
    none = Card(CATALOGUE["kecor"])
    order = [card.entry.slug for card in trending([none, old, run, new], NOON)]
    assert order == ["mec-b", "dse", "cim"]


def test_law_a_paper_belongs_to_the_later_of_its_two_days(runs):
    standing = read_standing(runs / "cim")
    zone = ZoneInfo("UTC")
    early = Card(CATALOGUE["cim"], standing)
    assert early.day(zone) == max(CATALOGUE["cim"].added, date(2026, 11, 24))
    days = by_day([early, Card(CATALOGUE["kecor"])], zone)
    assert list(days) == sorted(days, reverse=True)


def test_naive_twin_the_map_joins_exactly_the_papers_that_share_parts():
    entries = list(CATALOGUE.values())
    expected = {
        (a.slug, b.slug): set(a.parts) & set(b.parts)
        for i, a in enumerate(entries)
        for b in entries[i + 1 :]
        if set(a.parts) & set(b.parts)
    }
    found = paper_map(entries)
    drawn = {
        (found.entries[arc.upper].slug, found.entries[arc.lower].slug): set(arc.parts)
        for arc in found.arcs
    }
    assert drawn == expected
    assert all(n.parts for entry in found.entries for n in found.of(entry.slug))


def test_the_map_says_in_words_what_it_draws(visit):
    text = visit.text("/map")
    assert text.count('<path class="arc') == len(paper_map(CATALOGUE.values()).arcs)
    assert "networks.MomentumCopy" in text


def test_a_paper_page_has_all_that_the_report_has(visit):
    text = visit.text("/papers/cim")
    for words in (
        "Claims and verdicts", "What each arm spent", "Run it again", "Read the experiment",
        "How close to the paper", "Figures of the run", "Papers like this one", "Comments",
        "Parts it brings", "/papers/cim/figures/marginals.svg",
    ):  # fmt: skip
        assert words in text, words


def test_a_paper_to_come_shows_what_will_be_tested_and_the_nearest_that_runs(visit):
    text = visit.text("/papers/kecor")
    assert "Claims to be tested" in text
    assert "Nearest method that runs" in text
    assert "/papers/kecor/run" not in text


def test_figures_are_pictures_that_can_do_nothing(visit):
    for path in ("/papers/cim/figures/marginals.svg", "/papers/cim/forest.svg"):
        answer = visit.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.text.lstrip().startswith(("<svg", "<?xml"))


def test_a_run_that_cannot_be_read_costs_no_page(serve, runs):
    broken = runs / "broken" / "mec-b"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text('{"schema": 1}')
    half = write_run(runs / "half", "dse")
    next((half / "rows.parquet").iterdir()).write_bytes(b"cut")
    visit = serve()
    assert "What could not be shown" in visit.text("/")
    assert "The run cannot be shown" in visit.text("/papers/dse")


def test_standings_are_read_again_only_when_they_change(runs):
    reader = StandingReader([runs])
    assert reader.read()
    assert not reader.read()
    write_run(runs / "more", "mec-b")
    assert reader.read()
    assert set(reader.standings) == {"cim", "mec-b"}


def test_of_two_runs_the_larger_then_the_later_speaks_for_a_paper(runs):
    write_run(runs / "smoke", "cim", scale="smoke", finished="2026-12-01T00:00:00+00:00")
    write_run(runs / "later", "cim", finished="2026-11-30T00:00:00+00:00")
    reader = StandingReader([runs])
    reader.read()
    order = [(s.scale, s.finished.day) for s in reader.standings["cim"]]
    assert order == [("laptop", 30), ("laptop", 24), ("smoke", 1)]


def test_filters_are_falsy_only_when_nothing_is_chosen():
    assert not Filters()
    assert Filters(year=2024)


def test_what_is_not_there_says_so(visit):
    for path in ("/nothing", "/papers/nothing", "/papers/cim/figures/no.svg", "/runs/99"):
        answer = visit.get(path)
        assert answer.status_code == 404, path
        assert '<a href="/">All papers</a>' in answer.text


def test_of_many_who_ask_at_once_one_renders():
    fragments, rendered, got = Fragments(), [], []

    def render():
        rendered.append(1)
        time.sleep(0.1)
        return Markup("<p>")

    threads = [
        threading.Thread(target=lambda: got.append(fragments.get("key", render))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [Markup("<p>")] * 8
    assert len(rendered) == 1


def test_a_piece_that_could_not_be_rendered_is_tried_again():
    fragments = Fragments()
    with pytest.raises(ZeroDivisionError):
        fragments.get("key", lambda: 1 / 0)
    assert fragments.get("key", lambda: Markup("ok")) == "ok"


def test_only_the_newest_pieces_are_kept():
    fragments = Fragments()
    for number in range(N_KEPT + 5):
        fragments.get(number, lambda: Markup(""))
    rendered = []
    fragments.get(0, lambda: rendered.append(1) or Markup(""))
    fragments.get(N_KEPT + 4, lambda: rendered.append(2) or Markup(""))
    assert rendered == [1]


def test_many_first_readers_at_once_all_get_their_pages(serve):
    visit = serve()
    paths = ["/papers/cim", "/papers/kecor", "/papers/mec-b", "/search?q=entropy", "/"] * 4
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda path: visit.get(path).status_code, paths))
    assert codes == [200] * len(paths)
