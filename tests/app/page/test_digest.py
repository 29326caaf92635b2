"""The digest: confirmed, filtered, sent once each whatever happens, left by one click, bounced."""

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

pytest.importorskip("aiosmtpd")

from tests.app.page.browser import links_in
from tests.app.page.conftest import mails
from tests.app.page.post_office import PostOffice
from tests.app.page.run_folders import write_run

from infomax.app.page.mail.bounces import read_bounces, take_bounces
from infomax.app.page.mail.digest import issue_key, send_digests
from infomax.app.page.mail.post import Post
from infomax.app.page.state import Page
from infomax.app.page.store.models import Delivery, Issue, Subscription

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def office():
    with PostOffice() as running:
        yield running


@pytest.fixture
def page(settings, office):
    made = Page(settings(smtp=office.address))
    yield made
    made.database.close()


def subscribe(page, *emails, **changes):
    values = {
        "frequency": "daily",
        "zone": "UTC",
        "confirmed": NOON - DAY,
        "rooms": [],
        "query": "",
    }
    with page.database.write() as session:
        session.add_all(Subscription(email=email, **{**values, **changes}) for email in emails)


def send(page, now=NOON):
    return send_digests(page, Post(page.settings), now=now)


def states(page):
    with page.database.read() as session:
        return {d.subscription.email: d.state for d in session.scalars(select(Delivery))}


def test_subscribing_takes_a_link_and_keeps_nothing_before(serve, tmp_path):
    visit = serve()
    answer = visit.send(
        "/subscribe", seen_on="/subscribe", email="Ada@Example.org", frequency="weekly",
        rooms=["coding", "selection"], query="entropy", zone="Europe/Vienna",
    )  # fmt: skip
    assert "on its way to ada@example.org" in answer.text
    page = visit.client.app.state.page
    with page.database.read() as session:
        assert session.scalars(select(Subscription)).all() == []
    path = links_in(mails(tmp_path / "home", "confirm")[0], "/subscribe/")[0].removeprefix(
        "http://127.0.0.1"
    )
    assert "ada@example.org" in visit.text(path)
    assert visit.send(path, seen_on=path).status_code == 303
    assert "used already" in visit.send(path, seen_on=path).text
    with page.database.read() as session:
        (kept,) = session.scalars(select(Subscription)).all()
    assert (kept.email, kept.frequency, kept.query) == ("ada@example.org", "weekly", "entropy")
    assert (kept.rooms, kept.zone, kept.state) == (
        ["coding", "selection"],
        "Europe/Vienna",
        "active",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"email": "x"},
        {"frequency": "hourly"},
        {"rooms": ["cellar"]},
        {"zone": "Mars"},
        {"email": "a@b.org\nX: y"},
    ],
)
def test_a_subscription_that_is_none_is_refused(visit, change):
    fields = {"email": "ada@example.org", "zone": "UTC", **change}
    assert visit.send("/subscribe", seen_on="/subscribe", **fields).status_code == 400


def test_a_digest_tells_what_was_judged_and_added(page, office):
    subscribe(page, "ada@example.org")
    assert str(send(page)) == "1 sent, 0 had nothing new, 0 refused"
    ((to, mail),) = office.mails
    assert to == mail["To"] == "ada@example.org"
    assert "1 paper newly judged" in mail["Subject"]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert "Capacity Constrained Influence Maximization" in body
        assert "http://127.0.0.1/papers/cim" in body
        assert "and 33 more" in body
    assert "&#" not in text
    assert not re.search(r"<(script|img|link)|url\(", html)


def test_a_day_sends_once_however_often_it_is_started(page, office):
    subscribe(page, "ada@example.org", "bo@example.org")
    for hours in (0, 1, 11):
        send(page, NOON + timedelta(hours=hours))
    assert office.counts() == {"ada@example.org": 1, "bo@example.org": 1}
    assert str(send(page, NOON + DAY)) == "0 sent, 2 had nothing new, 0 refused"


def test_the_next_day_tells_only_what_is_new(page, office, runs):
    subscribe(page, "ada@example.org")
    send(page)
    write_run(runs / "later", "mec-b", finished="2026-11-26T08:00:00+00:00")
    page.shelf.touch()
    page.shelf._looked = -10.0
    send(page, NOON + DAY)
    mail = office.mails[1][1]
    assert mail["Subject"] == "infomax: 1 paper newly judged"
    assert "Minimum Entropy Coupling with Bottleneck" in mail.get_body(("plain",)).get_content()


def test_a_day_that_was_missed_is_made_up_for(page, office, runs):
    subscribe(page, "ada@example.org")
    send(page)
    write_run(runs / "later", "mec-b", finished="2026-11-26T08:00:00+00:00")
    page.shelf._looked = -10.0
    send(page, NOON + 4 * DAY)
    assert len(office.mails) == 2


def test_rooms_and_saved_searches_choose(page, office):
    subscribe(page, "room@example.org", rooms=["control"])
    subscribe(page, "query@example.org", query="influence spread in social networks")
    subscribe(page, "nothing@example.org", query="xyzzy plugh")
    assert str(send(page)) == "2 sent, 1 had nothing new, 0 refused"
    told = {to: mail.get_body(("plain",)).get_content() for to, mail in office.mails}
    assert "Capacity Constrained" not in told["room@example.org"]
    assert "Capacity Constrained" in told["query@example.org"]
    assert "Minimum Entropy Coupling" not in told["query@example.org"]


def test_weekly_comes_once_a_week(page, office):
    subscribe(page, "ada@example.org", frequency="weekly")
    for day in range(6):
        send(page, NOON + day * DAY)
    assert office.counts() == {"ada@example.org": 1}
    with page.database.read() as session:
        keys = session.scalars(select(Issue.key).where(Issue.frequency == "weekly")).all()
    assert keys == ["weekly 2026-W48", "weekly 2026-W49"]


def test_who_confirms_later_the_same_day_gets_the_issue_too(page, office):
    subscribe(page, "ada@example.org")
    send(page)
    subscribe(page, "bo@example.org")
    send(page)
    assert office.counts() == {"ada@example.org": 1, "bo@example.org": 1}


def test_a_server_that_is_down_loses_nothing(page, office):
    subscribe(page, *(f"p{n}@example.org" for n in range(5)))
    office.down = True
    assert send(page).left == 5
    assert set(states(page).values()) == {"planned"}
    office.down = False
    assert send(page).sent == 5
    assert set(office.counts().values()) == {1}


def test_what_was_left_of_yesterday_is_told_today_and_once(page, office):
    subscribe(page, "ada@example.org")
    office.down = True
    send(page)
    office.down = False
    send(page, NOON + DAY)
    assert office.counts() == {"ada@example.org": 1}
    assert "newly judged" in office.mails[0][1]["Subject"]


def test_one_address_that_is_refused_is_disabled_and_stops_nobody(page, office):
    subscribe(page, "gone@example.org", "ada@example.org")
    office.refuse = {"gone@example.org"}
    assert str(send(page)) == "1 sent, 0 had nothing new, 1 refused"
    with page.database.read() as session:
        states_now = dict(session.execute(select(Subscription.email, Subscription.state)).all())
    assert states_now == {"gone@example.org": "bounced", "ada@example.org": "active"}
    send(page, NOON + DAY)
    assert office.counts() == {"ada@example.org": 1}


def test_two_digests_at_once_send_once(page, office):
    subscribe(page, *(f"p{n}@example.org" for n in range(10)))
    threads = [threading.Thread(target=send, args=(page,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.taken) == 10


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from infomax.app.page.mail import digest
from infomax.app.page.mail.post import Post
from infomax.app.page.settings import PageSettings
from infomax.app.page.state import Page

home, runs, smtp, secret, point, count = sys.argv[1:]
settings = PageSettings(home=Path(home), runs=(Path(runs),), secret=secret, smtp=smtp, address="http://127.0.0.1")
seen = 0
def kill_at(function, when):
    def killing(*args, **options):
        global seen
        seen += 1
        if seen == int(count) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        value = function(*args, **options)
        if seen == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return value
    return killing
where, when = point.split(":")
if where == "settle":
    digest._settle = kill_at(digest._settle, when)
elif where == "send":
    Post.send = kill_at(Post.send, when)
else:
    digest._mark = kill_at(digest._mark, when)
digest.send_digests(Page(settings), Post(settings), now=datetime.fromisoformat("2026-11-25T12:00:00+00:00"))
"""


@pytest.mark.parametrize(
    ("point", "count"),
    [("settle:before", 1), ("settle:after", 1), ("mark:before", 3), ("mark:after", 3), ("mark:before", 4),
     ("send:before", 2), ("send:after", 2)],
)  # fmt: skip
def test_a_digest_killed_half_way_is_finished_by_the_next(page, office, runs, point, count):
    emails = [f"p{n}@example.org" for n in range(4)]
    subscribe(page, *emails)
    arguments = [
        str(page.settings.home),
        str(runs),
        office.address,
        page.settings.secret,
        point,
        str(count),
    ]
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=60)
    assert killed.returncode == -9
    assert len(office.taken) < 4
    send(page)
    assert office.counts() == dict.fromkeys(emails, 1)
    assert set(states(page).values()) == {"sent"}
    if not (point == "send:after" or (point, count) == ("mark:before", 4)):
        assert len(office.taken) == 4, (
            "only what died after handing a mail over hands it over again"
        )


def test_into_a_folder_each_mail_once(page, tmp_path):
    subscribe(page, "ada@example.org", "bo@example.org")
    out = tmp_path / "out"
    send_digests(page, Post(page.settings, out), now=NOON)
    names = sorted(file.name for file in out.iterdir())
    assert len(names) == 2
    with page.database.write() as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.state = "sending"
    send_digests(page, Post(page.settings, out), now=NOON)
    assert sorted(file.name for file in out.iterdir()) == names


def test_leaving_takes_one_click_and_no_form_of_ours(serve, office):
    visit = serve(smtp=office.address)
    page = visit.client.app.state.page
    subscribe(page, "ada@example.org")
    send(page)
    mail = office.mails[0][1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1")
    assert "Unsubscribe" in visit.text(path)
    visit.client.cookies.clear()
    for _ in range(2):
        answer = visit.client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert send(page, NOON + 30 * DAY).sent == 0
    assert visit.client.post(path[:-3] + "xyz").status_code == 400


def report(page, address, *, status="5.1.1", message_id=None):
    with page.database.read() as session:
        known = session.scalars(select(Delivery.message_id)).first()
    return f"""From: MAILER-DAEMON@example.org
To: infomax@localhost
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id or known}
To: {address}

--b--
"""


def test_bounces_disable_an_address_and_nobody_elses(page, tmp_path):
    subscribe(page, "ada@example.org", "bo@example.org")
    send(page)
    folder = tmp_path / "bounces" / "new"
    folder.mkdir(parents=True)
    (folder / "1").write_text(report(page, "ada@example.org"))
    (folder / "2").write_text(report(page, "bo@example.org", status="4.2.2"))
    (folder / "3").write_text(report(page, "bo@example.org", message_id="<digest.00ff@127.0.0.1>"))
    (folder / "4").write_text(report(page, "bo@example.org"))  # quotes Ada's mail
    (folder / "5").write_text("From: x\n\nbo@example.org is gone, believe me")
    (folder / "6").write_bytes(b"\xff\x00\xfe")
    assert take_bounces(page, tmp_path / "bounces") == ["ada@example.org"]
    assert take_bounces(page, tmp_path / "bounces") == []
    with page.database.read() as session:
        found = dict(session.execute(select(Subscription.email, Subscription.state)).all())
    assert found == {"ada@example.org": "bounced", "bo@example.org": "active"}


def test_a_mail_that_is_no_report_has_no_bounces(tmp_path):
    mail = EmailMessage()
    mail["Subject"] = "hello"
    mail.set_content("text")
    (tmp_path / "mail").write_bytes(mail.as_bytes())
    assert list(read_bounces(tmp_path / "mail")) == []


def test_closed_form_the_key_of_an_issue_is_that_of_the_day_there():
    from zoneinfo import ZoneInfo

    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert issue_key("daily", late, ZoneInfo("UTC")) == "daily 2026-12-31"
    assert issue_key("daily", late, ZoneInfo("Asia/Tokyo")) == "daily 2027-01-01"
    assert issue_key("weekly", late, ZoneInfo("UTC")) == "weekly 2026-W53"


def test_hostile_titles_do_no_harm_in_mails(serve, office):
    visit = serve(smtp=office.address)
    fields = {"title": "<script>alert(1)</script>\r\nBcc: eve@x.org", "authors": "A", "year": "2025",
              "room": "coding", "summary": "<img src=x>"}  # fmt: skip
    visit.send("/add", **fields)
    page = visit.client.app.state.page
    subscribe(page, "ada@example.org", query="alert script")
    send(page)
    ((to, mail),) = office.mails
    assert to == "ada@example.org"
    assert mail["Bcc"] is None
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "<img" not in html
