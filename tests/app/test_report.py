import itertools
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.app.fake_runs import HOSTILE, fake_run, with_text
from tests.app.pages import read_site

from infomax.app.report import site, write_report
from infomax.app.report.folder import MARKER
from infomax.lab.storage import write_json
from infomax.lab.verdict_store import write_verdicts
from infomax.papers.catalogue import built_slugs, load_catalogue


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A report with one judged paper, one unfinished run, and one run that nobody knows."""
    base = tmp_path_factory.mktemp("report")
    runs = {
        "mec-b": fake_run("mec-b", base / "mec-b"),
        "cim": fake_run("cim", base / "cim", finished=False),
        "nobody": fake_run("nobody", base / "nobody"),
    }
    return write_report(runs, base / "site").parent


@pytest.fixture(scope="module")
def pages(folder):
    return read_site(folder)


def test_law_every_paper_has_a_page_and_stands_in_the_list(pages):
    slugs = set(load_catalogue())
    assert {name.removeprefix("papers/") for name in pages} == {f"{s}.html" for s in slugs} | {
        "index.html"
    }
    listed = [link for link in pages["index.html"].links if link.startswith("papers/")]
    assert sorted(listed) == sorted(f"papers/{slug}.html" for slug in slugs)
    assert listed[0] == "papers/mec-b.html"
    assert set(listed[: len(built_slugs()) + 1]) >= {f"papers/{s}.html" for s in built_slugs()}


def test_law_nothing_is_fetched_from_a_network(pages, folder):
    for page in pages.values():
        for asset in page.assets:
            assert not urlsplit(asset).netloc
            assert urlsplit(asset).scheme in ("", "data")
    for file in folder.glob("static/*"):
        assert not re.search(r"https?:|url\(|@import|//cdn", file.read_text())


def test_law_every_link_and_asset_resolves(pages, folder):
    for name, page in pages.items():
        for link in (*page.links, *page.assets):
            parts = urlsplit(link)
            if parts.scheme in ("https", "data"):
                continue
            assert parts.scheme == "", link
            target = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            assert target.is_file(), f"{name}: {link}"
            if parts.fragment:
                assert parts.fragment in pages[target.resolve().relative_to(folder).as_posix()].ids


def test_law_pages_can_be_walked_by_keyboard_and_screen_reader(pages):
    for page in pages.values():
        assert page.links[0] == "#main"
        assert {"header", "nav", "main", "footer"} <= set(page.tags)
        assert page.headings.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(page.headings)), page.path
        assert len(page.ids) == len(set(page.ids))


def test_law_the_list_needs_no_script(pages):
    assert pages["index.html"].tags.count("script") == 1
    for name, page in pages.items():
        assert name == "index.html" or "script" not in page.tags
    for entry in load_catalogue().values():
        assert entry.title in pages["index.html"].text
        assert entry.summary in pages["index.html"].text


def test_law_contrast_is_that_of_wcag_aa(folder):
    css = (folder / "static" / "report.css").read_text()
    light, dark = (dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in _root_blocks(css)[:2])
    for colours in (light, dark):
        for ground in ("ground", "raised", "wash"):
            for text in ("ink", "quiet", "accent"):
                assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert _contrast(colours["rule"], colours["ground"]) >= 3


def _root_blocks(css):
    return re.findall(r":root \{([^}]*)\}", css)


def _contrast(one, other):
    lights = sorted(_luminance(colour) + 0.05 for colour in (one, other))
    return lights[1] / lights[0]


def _luminance(colour):
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_closed_form_a_judged_paper_shows_each_verdict_with_its_reason(pages):
    text = pages["papers/mec-b.html"].text
    for phrase in (
        "holds",
        "inconclusive",
        "fails, as expected",
        "refused",
        "not tested at this scale",
        "'greedy' never spends 'steps'",
        "no row has the coordinate 'length'",
        "0.3 (Fig. 4)",
        "no number (Fig. 5)",
        "a seed varies data and initialisation",
        "infomax run mec-b --scale laptop --out results",
        "The code has changed since this run",
        "1 trial raised an error",
        "Seed 5: ValueError: <b>bad</b>",
        "scalar, fitted",
        "0.5 to 1",
    ):
        assert phrase in text, phrase
    source = pages["papers/mec-b.html"].path.read_text()
    assert source.count('<circle class="dot"') > 50
    assert "fidelity: code" in text


def test_closed_form_an_unfinished_run_says_how_far_it_is(pages):
    assert "not finished: 2 of 6 seeds" in pages["papers/cim.html"].text
    assert "laptop run, not finished" in pages["index.html"].text


def test_closed_form_an_unknown_paper_is_reported_by_name(pages):
    assert "“nobody”" in pages["index.html"].text


def test_closed_form_a_paper_to_come_leads_to_the_nearest_that_runs(pages):
    entry = next(
        e for e in load_catalogue().values() if not e.is_built and e.slug not in ("mec-b", "cim")
    )
    page = pages[f"papers/{entry.slug}.html"]
    for claim in entry.claims_to_come:
        assert claim in page.text
    if built_slugs():
        assert any(f"../papers/{slug}.html" in page.links for slug in built_slugs())


def test_closed_form_a_report_without_runs(tmp_path):
    pages = read_site(write_report({}, tmp_path / "site").parent)
    assert len(pages) == len(load_catalogue()) + 1
    assert "What could not be shown" not in pages["index.html"].text


def test_law_hostile_text_stays_text(tmp_path, monkeypatch):
    entries = dict(load_catalogue())
    entries["mec-b"] = replace(
        entries["mec-b"], title=HOSTILE, summary=HOSTILE, equation="x", equation_plain=HOSTILE,
        authors=(HOSTILE,), keywords=(HOSTILE,), fidelity_note=HOSTILE, parts=(HOSTILE,),
    )  # fmt: skip
    entries["dse"] = replace(
        entries["dse"],
        title=HOSTILE,
        claims_to_come=(HOSTILE,),
        equation="\\no",
        equation_plain=HOSTILE,
    )
    monkeypatch.setattr(site, "load_catalogue", lambda: entries)
    run = with_text(fake_run("mec-b", tmp_path / "mec-b"), HOSTILE)
    run.info["command"] = HOSTILE
    pages = read_site(write_report({"mec-b": run}, tmp_path / "site").parent)
    for name in ("index.html", "papers/mec-b.html", "papers/dse.html"):
        assert HOSTILE in pages[name].text
        source = pages[name].path.read_text()
        assert "<script>" not in source
        assert "<img src=x" not in source
    assert "<script>" not in (tmp_path / "site" / "figures" / "mec-b.svg").read_text()


def _write_run(path, *, scale="laptop", verdicts=True):
    run = fake_run("mec-b", path, scale=scale)
    for figure in run.figures:
        figure.unlink()
    write_json(path / "run.json", {"schema": 1, **run.info})
    if verdicts:
        write_verdicts(path / "verdicts.json", run.verdicts)


def test_closed_form_runs_are_found_below_a_folder_and_the_best_is_shown(tmp_path):
    _write_run(tmp_path / "demo" / "mec-b", scale="demo")
    _write_run(tmp_path / "mec-b")
    _write_run(tmp_path / "full" / "mec-b", scale="full", verdicts=False)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    index = write_report(tmp_path, tmp_path / "site")
    pages = read_site(index.parent)
    assert str(tmp_path / "broken" / "run.json") in pages["index.html"].text
    assert "verdicts.json cannot be read" in pages["index.html"].text
    text = pages["papers/mec-b.html"].text
    assert "laptop run" in text
    assert f"Not shown: the demo run in {tmp_path / 'demo' / 'mec-b'}" in text
    again = write_report(tmp_path, tmp_path / "site")  # the report itself is no run
    assert read_site(again.parent)["papers/mec-b.html"].text == text


def test_closed_form_an_own_file_and_another_number_of_seeds_are_told(tmp_path):
    run = fake_run("cim", tmp_path / "cim", scale="own")
    run.info["data"] = {"argument": "friends.csv", "sha256": None}
    run.info["n_seeds_differs"] = True
    run.info["setting"]["n_seeds"] = 10
    text = read_site(write_report({"x": run}, tmp_path / "site").parent)["papers/cim.html"].text
    assert "This run used friends.csv, not the paper's data." in text
    assert "It ran with 6 seeds; its setting names 10." in text


@pytest.mark.parametrize("name", ["a folder", "a file", "below a file"])
def test_what_is_no_report_is_not_overwritten(tmp_path, name):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a folder" / "thesis.tex").write_text("years of work")
    (tmp_path / "a file").write_text("more work")
    out = tmp_path / ("a file/site" if name == "below a file" else name)
    with pytest.raises(ValueError, match="`out` must"):
        write_report({}, out)
    assert (tmp_path / "a folder" / "thesis.tex").read_text() == "years of work"
    assert (tmp_path / "a file").read_text() == "more work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a file", "a folder"]


def test_runs_must_be_a_folder(tmp_path):
    with pytest.raises(ValueError, match="`runs` must be a folder"):
        write_report(tmp_path / "nowhere", tmp_path / "site")


def test_an_error_leaves_the_earlier_report_and_nothing_else(tmp_path, monkeypatch):
    index = write_report({}, tmp_path / "site")
    before = index.read_bytes()
    written = iter(range(1000))

    def fail(self, *args, original=Path.write_text, **options):
        if next(written) > 20:
            raise OSError(28, "No space left on device")
        return original(self, *args, **options)

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space left"):
        write_report({}, tmp_path / "site")
    assert index.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_an_earlier_report_is_replaced_as_a_whole(tmp_path):
    index = write_report({}, tmp_path / "site")
    stale = index.parent / "papers" / "stale.html"
    stale.write_text("old")
    write_report({}, tmp_path / "site")
    assert not stale.exists()
    assert (index.parent / MARKER).is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
