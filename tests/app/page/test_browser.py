"""What people do, in a browser: Debian's Chromium, driven by Playwright."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests.app.page.browser import links_in
from tests.app.page.conftest import mails
from tests.app.page.post_office import free_port
from tests.app.page.run_folders import write_run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="left out: no chromium (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="left out: no playwright")
PAGES = (
    "/", "/days", "/trending", "/map", "/runs", "/search?q=entropy", "/papers/cim", "/papers/kecor",
    "/papers/cim/run", "/subscribe", "/settings", "/add", "/api", "/nothing",
)  # fmt: skip
SOME = re.compile("^[2-7]$")  # of eight seeds
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="module")
def chromium():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Server:
    """`infomax serve` as people start it, in a process that can be killed."""

    def __init__(
        self, home: Path, runs: Path, *options: str, fake_plan: Path | None = None
    ) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._command = [
            sys.executable, "-m", "tests.app.page.serve_fake", str(runs), "--home", str(home),
            "--port", str(self.port), *options,
        ]  # fmt: skip
        self._environment = {**os.environ, "FAKE_CHILD": str(fake_plan) if fake_plan else ""}
        self.start()

    def start(self) -> float:
        """Start it and return the seconds until it answers."""
        began = time.monotonic()
        root = Path(__file__).parents[3]
        self.process = subprocess.Popen(self._command, env=self._environment, cwd=root)
        while time.monotonic() - began < 20:
            try:
                urllib.request.urlopen(f"{self.address}/robots.txt", timeout=1).close()
                return time.monotonic() - began
            except OSError:
                time.sleep(0.03)
        raise AssertionError("the server does not answer")

    def end(self, how: int = signal.SIGTERM) -> None:
        """End it and wait."""
        self.process.send_signal(how)
        self.process.wait(timeout=15)


@pytest.fixture
def serve(tmp_path):
    running = []
    write_run(tmp_path / "evidence", "cim")

    def start(*options, fake_plan=None):
        server = Server(tmp_path / "home", tmp_path / "evidence", *options, fake_plan=fake_plan)
        running.append(server)
        return server

    yield start
    for server in running:
        if server.process.poll() is None:
            server.end()


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text('{"pause": 0.5}')
    return file


def visit(browser, server, **options):
    context = browser.new_context(base_url=server.address, **options)
    context.set_default_timeout(20_000)
    page = context.new_page()
    sync_api.expect.set_options(timeout=20_000)
    page.problems = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "request",
        lambda r: (
            None if r.url.startswith((server.address, "data:")) else page.problems.append(r.url)
        ),
    )
    return page


def test_list_filter_search_and_paper(chromium, serve):
    page = visit(chromium, serve())
    page.goto("/")
    assert page.locator("li.paper").count() == 46
    page.select_option("#room", "selection")
    page.get_by_role("button", name="Show").click()
    assert 0 < page.locator("li.paper").count() < 46
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("whom to invite so that news spreads")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Capacity Constrained Influence Maximization").first.click()
    assert "/papers/cim" in page.url
    assert page.get_by_role("heading", name="Claims and verdicts").is_visible()
    assert page.problems == []


def test_run_with_live_progress_through_a_reload_and_cancel(chromium, serve, plan):
    page = visit(chromium, serve(fake_plan=plan))
    page.goto("/papers/cim")
    page.get_by_role("link", name="Run it").click()
    page.fill("#seeds", "8")
    page.get_by_role("button", name="Put into the queue").click()
    done = page.locator(".live .done")
    sync_api.expect(done).to_have_text(SOME, timeout=20_000)
    page.reload()
    sync_api.expect(done).to_have_text(SOME)
    sync_api.expect(page.locator(".live .now .state")).to_have_text("finished", timeout=30_000)
    page.goto("/papers/cim/run")
    page.get_by_role("button", name="Put into the queue").click()
    sync_api.expect(page.locator(".live .now .state")).to_have_text("running")
    page.get_by_role("button", name="Cancel").click()
    sync_api.expect(page.locator(".live .now .state")).to_have_text("cancelled")
    assert page.problems == []


def test_a_killed_server_comes_back_with_the_run(chromium, serve, plan):
    server = serve(fake_plan=plan)
    page = visit(chromium, server)
    page.goto("/papers/cim/run")
    page.fill("#seeds", "8")
    page.get_by_role("button", name="Put into the queue").click()
    sync_api.expect(page.locator(".live .done")).to_have_text(SOME, timeout=20_000)
    server.end(signal.SIGKILL)
    seconds = server.start()
    page.goto("/runs/1")
    sync_api.expect(page.locator(".live .now .state")).to_have_text("finished", timeout=30_000)
    assert len(list((server.home / "runs" / "job-1").glob("seed-*"))) == 8
    assert "taken up 1 time" in page.locator(".live").inner_text()
    assert seconds < 20


def test_upload_of_ones_own_file(chromium, serve, plan, tmp_path):
    plan.write_text("{}")
    server = serve(fake_plan=plan)
    page = visit(chromium, server)
    graph = tmp_path / "friends.csv"
    graph.write_text("source,target\na,b\nb,c\n")
    page.goto("/papers/cim/run")
    page.set_input_files("#file", graph)
    page.get_by_role("button", name="Run on this file").click()
    sync_api.expect(page.locator(".live .now .state")).to_have_text("finished")
    assert not list((server.home / "private").rglob("upload-*"))


def test_subscribe_to_digest_and_leave(chromium, serve, tmp_path):
    server = serve()
    page = visit(chromium, server)
    page.goto("/search?q=influence")
    page.get_by_role("link", name="Get a mail when a new paper answers this").click()
    assert page.input_value("#query") == "influence"
    page.fill("#email", "ada@example.org")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(links_in(_mail(server.home, "confirm"), "/subscribe/")[0])
    page.get_by_role("button", name="Yes, send it").click()
    assert "will come to ada@example.org" in page.inner_text("main")
    command = [sys.executable, "-c", "from infomax.app.cli import main; main()", "digest"]
    told = subprocess.run(
        [*command, str(tmp_path / "evidence"), "--home", str(server.home), "--address", server.address],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.startswith("1 sent")
    mail = _mail(server.home, "digest")
    assert "Capacity Constrained" in mail
    page.goto(links_in(mail, "/unsubscribe/")[0].rstrip(">"))
    page.get_by_role("button", name="Unsubscribe").click()
    assert "No more digests" in page.inner_text("main")
    assert page.problems == []


def _mail(home, kind):
    end = time.monotonic() + 10
    while not (found := mails(home, kind)) and time.monotonic() < end:
        time.sleep(0.05)
    return found[-1]


def test_two_people_in_a_group(chromium, serve):
    server = serve("--group", "--editor", "ada@example.org")
    ada, bo = visit(chromium, server), visit(chromium, server)
    for page, email in ((ada, "ada@example.org"), (bo, "bo@example.org")):
        before = len(mails(server.home, "sign-in"))
        page.goto("/sign-in")
        page.fill("#email", email)
        page.get_by_role("button", name="Send me a link").click()
        while len(mails(server.home, "sign-in")) == before:
            time.sleep(0.05)
        page.goto(links_in(_mail(server.home, "sign-in"), "/sign-in/")[0])
        page.get_by_role("button", name="Sign in").click()
        assert f"signed in as {email}" in page.inner_text("main")
        page.goto("/papers/cim")
        page.get_by_role("button", name=re.compile("^Vote")).click()
        page.fill("#text", f"said by {email} <b>")
        page.get_by_role("button", name="Comment", exact=True).click()
    text = ada.inner_text("main") if ada.reload() else ""
    assert "said by bo@example.org <b>" in text
    assert ada.locator("button .count").inner_text() == "2"
    assert ada.get_by_role("button", name=re.compile("^Remove")).count() == 2
    assert bo.get_by_role("button", name=re.compile("^Remove")).count() == 1
    assert bo.goto("/add").status == 403
    assert ada.goto("/add").status == 200


def test_everything_but_live_progress_works_without_scripts(chromium, serve, plan):
    page = visit(chromium, serve(fake_plan=plan), java_script_enabled=False)
    page.goto("/")
    page.fill("#q", "influence")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Capacity Constrained").first.click()
    page.get_by_role("button", name=re.compile("^Vote")).click()
    page.get_by_role("link", name="Run it").click()
    page.fill("#seeds", "2")
    page.get_by_role("button", name="Put into the queue").click()
    sync_api.expect(page.locator(".live .now .state")).to_have_text("finished", timeout=30_000)


def test_the_keyboard_alone_reaches_the_paper_and_its_vote(chromium, serve):
    page = visit(chromium, serve())
    page.goto("/papers/cim")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached[-1]
    assert any(text.startswith("Vote") for text in reached)
    assert "Run it" in reached


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_the_screen(
    chromium, serve, width, scheme
):
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = axe_playwright.Axe()
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = visit(chromium, serve(), **options)
    page.goto("/papers/cim")
    page.fill("#text", "a comment")
    page.get_by_role("button", name="Comment", exact=True).click()
    found = {}
    for path in PAGES:
        page.goto(path)
        run = axe.run(page, options={"runOnly": RULES})
        for fault in run.response["violations"]:
            found[path, fault["id"]] = [node["html"][:160] for node in fault["nodes"]][:3]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == {}
    assert [problem for problem in page.problems if "404" not in problem] == []
