"""A group: signing in by a mailed link, votes, comments, editors."""

import pytest
from tests.app.page.browser import Visit, links_in
from tests.app.page.conftest import FREQUENT, mails

ADA, BO, EVE = "ada@example.org", "bo@example.org", "eve@elsewhere.net"


@pytest.fixture
def first(serve):
    return serve(group=True, editors=(ADA,), members=("*@example.org",))


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def other(visit):
    return Visit(visit.client.app)


def sign_in(visit, home, email):
    assert "on its way" in visit.send("/sign-in", seen_on="/sign-in", email=email).text
    link = links_in(mails(home, "sign-in")[-1], "/sign-in/")[0]
    path = link.removeprefix("http://127.0.0.1")
    assert email in visit.text(path)
    assert visit.send(path, seen_on=path).status_code == 303
    return path


def test_two_people_sign_in_vote_once_each_and_talk(first, home):
    second = other(first)
    sign_in(first, home, ADA)
    sign_in(second, home, BO)
    for visit in (first, first, second):
        visit.send("/papers/cim/vote", wanted="true")
    assert "2 votes" in first.text("/")
    assert first.get("/api/v1/papers/cim").json()["n_votes"] == 2
    second.send("/papers/cim/vote", wanted="false")
    second.send("/papers/cim/vote", wanted="false")
    assert first.get("/api/v1/papers/cim").json()["n_votes"] == 1
    second.send("/papers/cim/comments", text="Why twice?\n\nThe second line.")
    text = first.text("/papers/cim")
    assert "Why twice?\n\nThe second line." in text
    assert "bo" in text


def test_one_removes_ones_own_comment_and_an_editor_any(first, home):
    second, third = other(first), other(first)
    sign_in(first, home, ADA)
    sign_in(second, home, BO)
    sign_in(third, home, "cy@example.org")
    for text in ("one", "two"):
        second.send("/papers/cim/comments", text=text)
    assert third.send("/comments/1/remove").status_code == 403
    assert second.send("/comments/1/remove").status_code == 303
    assert first.send("/comments/2/remove").status_code == 303
    assert first.send("/comments/2/remove").status_code == 404
    assert "Nobody has said anything yet" in second.text("/papers/cim")


def test_a_link_signs_in_once(first, home):
    path = sign_in(first, home, ADA)
    second = other(first)
    answer = second.send(path, seen_on=path)
    assert answer.status_code == 400
    assert "used already" in answer.text
    assert "Sign in</a>" in second.text("/")


def test_looking_at_a_link_signs_nobody_in(first, home):
    first.send("/sign-in", seen_on="/sign-in", email=ADA)
    path = links_in(mails(home, "sign-in")[-1], "/sign-in/")[0].removeprefix("http://127.0.0.1")
    scanner = other(first)
    for _ in range(3):
        scanner.text(path)
    assert "Sign out" not in scanner.text("/")
    assert first.send(path, seen_on=path).status_code == 303


@pytest.mark.parametrize(
    "path", ["/sign-in/forged", "/sign-in/a.b.c", "/subscribe/x", "/unsubscribe/x"]
)
def test_forged_links_are_refused_in_words(first, path):
    answer = first.get(path)
    assert answer.status_code == 400
    assert "not valid" in answer.text


def test_who_is_no_member_gets_the_same_answer_and_no_mail(first, home):
    strange = first.send("/sign-in", seen_on="/sign-in", email=EVE).text
    known = first.send("/sign-in", seen_on="/sign-in", email=BO).text
    assert "on its way" in strange
    assert len(strange) == len(known)
    assert len(mails(home, "sign-in")) == 1


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nBcc: x@y.org"]
)
def test_what_is_no_address_is_refused(first, home, email):
    answer = first.send("/sign-in", seen_on="/sign-in", email=email)
    assert answer.status_code in (400, 422)
    assert mails(home) == []


def test_strangers_read_but_neither_vote_run_nor_edit(first):
    assert "sign in" in first.text("/papers/cim").lower()
    for path, fields in (
        ("/papers/cim/vote", {"wanted": "true"}),
        ("/papers/cim/comments", {"text": "x"}),
        ("/papers/cim/run", {"scale": "smoke"}),
        ("/add", {}),
    ):
        assert first.send(path, **fields).status_code == 403
    assert first.get("/add").status_code == 403
    assert "Sign in</a> to run papers" in first.text("/papers/cim/run")


def test_members_do_not_add_papers_and_editors_do(first, home):
    second = other(first)
    sign_in(first, home, ADA)
    sign_in(second, home, BO)
    assert second.get("/add").status_code == 403
    assert first.get("/add").status_code == 200


def test_signing_out_ends_every_session_of_a_person(first, home):
    sign_in(first, home, ADA)
    second = other(first)
    sign_in(second, home, ADA)
    assert "Sign out" in second.text("/")
    assert first.send("/sign-out").status_code == 303
    assert "Sign out" not in first.text("/")
    assert "Sign out" not in second.text("/")


def test_a_changed_cookie_is_nobody(first, home):
    sign_in(first, home, ADA)
    cookie = first.client.cookies["infomax_session"]
    first.client.cookies.clear()
    first.client.cookies.set("infomax_session", cookie[:-3] + "abc")
    assert "Sign out" not in first.text("/")


def test_a_run_is_cancelled_by_who_asked_for_it_or_an_editor(first, home, fake_runs):
    fake_runs(pause=30)
    second, third = other(first), other(first)
    sign_in(first, home, ADA)
    sign_in(second, home, BO)
    sign_in(third, home, "cy@example.org")
    for _ in range(2):
        assert second.send("/papers/cim/run", scale="smoke").status_code == 303
    assert "Cancel" not in third.text("/runs/1")
    assert third.send("/runs/1/cancel").status_code == 403
    assert second.send("/runs/1/cancel").status_code == 303
    assert first.send("/runs/2/cancel").status_code == 303


def test_a_run_on_a_file_is_seen_by_its_owner_alone(first, home, fake_runs):
    second = other(first)
    sign_in(first, home, ADA)
    sign_in(second, home, BO)
    files = {"file": ("g.csv", b"a,b\nb,c\n")}
    assert second.send("/papers/cim/own", files=files).headers["location"] == "/runs/1"
    assert second.get("/runs/1").status_code == 200
    for path in ("/runs/1", "/runs/1/events", "/runs/1/forest.svg"):
        assert first.get(path).status_code == 404
    assert "/runs/1" not in first.text("/runs")


def test_sign_in_links_are_not_sent_too_often(serve, home):
    visit = serve(group=True, rates={**FREQUENT, "sign-in": "2/hour"})
    answers = [visit.send("/sign-in", seen_on="/sign-in", email=ADA) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert len(mails(home, "sign-in")) == 2


def test_a_page_for_one_has_no_sign_in(visit):
    assert visit.get("/sign-in").status_code == 404
    assert "Sign in" not in visit.text("/papers/cim")
    assert visit.send("/papers/cim/vote", wanted="true").status_code == 303
