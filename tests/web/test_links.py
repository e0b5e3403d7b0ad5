"""The page behind the link of a mail: Hetty (1) was told of her own lead at five past nine."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import portal
from smarketing.domain.calendar import seconds
from smarketing.services.mail_link.tokens import Link, LinkSigner
from smarketing.services.mail_link.tries import OF_LINKS
from tests.web.office import LEADS, MONDAY, Office

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

NONCE = re.compile(r'name="nonce" value="([^"]+)"')
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def token(office: Office, lead: str = "own", person: int = 1) -> str:
    since = seconds(MONDAY)
    link = Link(LEADS[lead], since, person, since + 300)
    return LinkSigner(office.house.settings.load_signing_keys()).token(link)


def path(office: Office, lead: str = "own", person: int = 1) -> str:
    return f"/a/{token(office, lead, person)}"


def press(office: Office, where: str, button: str, client: FlaskClient | None = None):
    """Press a button of the page of a link; also one that it showed before."""
    client = client or office.client()
    told = {"press": button, "nonce": nonce_of(office, where)}
    return client.post(where, data=told, headers={"User-Agent": PHONE})


def nonce_of(office: Office, where: str) -> str:
    return LinkSigner(office.house.settings.load_signing_keys()).nonce(where.removeprefix("/a/"))


def acts(office: Office) -> list[str]:
    sql = text("SELECT kind FROM lead_event WHERE ref <> '' ORDER BY lead_id, nth")
    with office.house.engine.connect() as connection:
        return [kind for (kind,) in connection.execute(sql)]


def rows(office: Office) -> list[object]:
    """How many rows each table has: what a visit must not change."""
    with office.house.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        names = [name for (name,) in tables if not name.startswith("sqlite_")]
        counts = [text(f"SELECT COUNT(*) FROM {name}") for name in names]  # noqa: S608
        return [connection.execute(count).scalar() for count in counts]


def with_setting(office: Office, **told: str) -> Office:
    settings = office.house.settings.model_copy(update=told)
    object.__setattr__(office.house, "settings", settings)
    office.app = portal(office.house, lambda: office.now)
    office.clients.clear()
    return office


def test_the_page_shows_the_lead_and_two_buttons_without_signing_in(office: Office):
    page = office.client().get(path(office)).text
    for said in (
        "Acme", "Own Lead", "CEO", "Answer by today, 10:00", "time of Europe/Berlin", "I have it",
        "Not mine", "You answer as Hetty",
    ):  # fmt: skip
        assert said in page
    for more in ("own@lead.example", "<script", "Sign out", "hx-"):
        assert more not in page


def test_the_forms_of_the_page_bring_its_nonce(office: Office):
    where = path(office)
    found = NONCE.findall(office.client().get(where).text)
    assert found == [nonce_of(office, where)] * 2


def test_visits_of_any_kind_change_nothing(office: Office):
    where, before = path(office), rows(office)
    client = office.client()
    assert client.head(where).status_code == 200
    assert [client.get(where).status_code for _ in range(5)] == [200] * 5
    assert client.options(where).status_code == 200
    assert rows(office) == before


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"press": "have"}, id="no nonce"),
        pytest.param({"press": "have", "nonce": "x" * 43}, id="a guess"),
        pytest.param({"press": "have", "nonce": "é"}, id="no letters"),
    ],
)
def test_a_blind_press_does_nothing(office: Office, form: dict[str, str]):
    answer = office.client().post(path(office), data=form)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert acts(office) == []


def test_the_nonce_of_another_link_is_none(office: Office):
    told = {"press": "have", "nonce": nonce_of(office, path(office, "team"))}
    assert office.client().post(path(office), data=told).status_code == 400
    assert acts(office) == []


def test_a_press_without_a_known_button_does_nothing(office: Office):
    assert press(office, path(office), "everything").status_code == 400
    assert acts(office) == []


def test_one_press_acknowledges_and_a_second_one_finds_it_done(office: Office):
    where = path(office)
    first = press(office, where, "have").text
    assert "You have it." in first
    assert "The first attempt is due" in first
    office.now += timedelta(minutes=20)
    second = press(office, where, "have").text
    assert "Already yours since today, 10:00." in second
    assert "Already yours since today, 10:00." in office.client().get(where).text
    assert acts(office) == ["acknowledged"]


def test_a_press_signs_nobody_in(office: Office):
    client = office.app.test_client()
    answer = press(office, path(office), "have", client)
    assert "Set-Cookie" not in answer.headers
    assert client.get("/queue").status_code == 303
    assert office.one("SELECT COUNT(*) FROM portal_session WHERE agent <> ''") == 0


def test_not_mine_goes_back_to_the_team(office: Office):
    page = press(office, path(office), "not_mine").text
    assert "You gave it back: it waits in the team’s queue." in page
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") is None
    assert office.one("SELECT SUM(rejected) FROM daily_fact") == 0


def test_an_answer_is_taken_back_on_the_page_within_ten_minutes(office: Office):
    where = path(office)
    assert "Undo" in press(office, where, "have").text
    office.now += timedelta(minutes=9)
    assert "Taken back" in press(office, where, "undo").text
    assert "nothing to take back" in press(office, where, "undo").text
    press(office, where, "have")
    office.now += timedelta(minutes=11)
    assert "Undo" not in office.client().get(where).text
    assert "nothing to take back" in press(office, where, "undo").text
    assert office.one("SELECT acknowledged FROM lead WHERE id = 1") == 1


def test_an_answer_is_taken_back_in_the_portal_too(office: Office):
    press(office, path(office), "have")
    page = office.client("Hetty").get("/leads/1").text
    assert "You answered by the link in the mail" in page
    ref = re.search(r'name="ref" value="([^"]+)"', page)
    assert ref
    assert "You answered by the link" not in office.client("Sally").get("/leads/1").text
    office.post("Hetty", "/leads/undo", lead=1, ref=ref[1])
    assert office.one("SELECT acknowledged FROM lead WHERE id = 1") == 0
    assert "I have it" in office.client().get(path(office)).text


def test_the_page_of_the_lead_says_by_which_way_it_was_acknowledged(office: Office):
    press(office, path(office), "have")
    page = " ".join(office.client("Sally").get("/leads/1").text.split())
    assert "Hetty, by the link in a mail 55 min old, Chrome on Android" in page
    office.post("Otto", "/leads/3/acknowledge")
    assert "Otto, in the portal" in office.client("Sally").get("/leads/3").text


def test_the_other_button_changes_nothing_and_the_manager_sees_it(office: Office):
    where = path(office)
    assert "Unverified" not in office.client("Sally").get("/team").text
    press(office, where, "have")
    office.now += timedelta(seconds=2)
    page = press(office, where, "not_mine").text
    assert "“Not mine” changed nothing: your first answer stands." in page
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") == 1
    lead = " ".join(office.client("Sally").get("/leads/1").text.split())
    assert "Unverified: the other button of the same mail was pressed, too." in lead
    team = " ".join(office.client("Sally").get("/team").text.split())
    assert "Unverified answers" in team
    assert ">Own Lead</a>: “I have it” of Hetty, today, 10:00" in team


def test_the_link_of_who_holds_it_no_more_says_who_does(office: Office):
    where = path(office)
    office.post("Sally", "/leads/assign", lead=1, to=2)
    page = office.client().get(where).text
    assert "Otto has it since today, 10:00." in page
    assert "I have it" not in page
    assert acts(office) == ["assigned"]


def test_a_closed_lead_and_a_closed_account_are_told_plainly(office: Office):
    where = path(office)
    office.post("Hetty", "/leads/1/reject", reason="duplicate")
    assert "It was rejected by Hetty today, 10:00" in office.client().get(where).text
    with office.house.engine.begin() as connection:
        connection.execute(text("UPDATE person SET active = 0 WHERE id = 1"))
    gone = office.client().get(where)
    assert gone.status_code == 410
    assert "answers no leads any more" in gone.text
    assert "Own Lead" not in gone.text


def test_a_tampered_link_is_not_found_and_an_old_one_is_gone(office: Office):
    where = path(office)
    bad = office.client().get(where[:-1] + ("A" if where[-1] != "A" else "E"))
    assert bad.status_code == 404
    assert "Open it from the mail once more" in bad.text
    assert "To the portal" in bad.text
    office.now += timedelta(days=15)
    old = office.client().get(where)
    assert old.status_code == 410
    assert "good for 14 days" in old.text


def test_only_presses_that_are_none_are_counted_and_kept_waiting(office: Office):
    where = path(office)
    for _ in range(OF_LINKS.most):
        assert office.client().post(where, data={"press": "have"}).status_code == 400
    blocked = office.client().post(f"{where}x", data={})
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    assert "You have it." in press(office, where, "have").text
    office.now += timedelta(hours=1, seconds=1)
    assert office.client().post(where, data={}).status_code == 400


@pytest.mark.parametrize("kind", ["page", "tampered", "blind", "elsewhere", "blocked method"])
def test_every_answer_of_these_pages_is_closed_tight(office: Office, kind: str):
    where, client = path(office), office.client()
    answer: TestResponse = {
        "page": lambda: client.get(where),
        "tampered": lambda: client.get(f"{where}x"),
        "blind": lambda: client.post(where),
        "elsewhere": lambda: client.post(where, headers={"Sec-Fetch-Site": "cross-site"}),
        "blocked method": lambda: client.head(where),
    }[kind]()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text


def test_no_link_ends_up_in_the_log_when_something_breaks(office: Office, caplog):
    where = path(office)
    with office.house.engine.begin() as connection:
        connection.execute(text("ALTER TABLE cell RENAME TO gone"))
    with caplog.at_level(logging.DEBUG):
        answers = [office.client().get(where), office.client().get(f"{where}x")]
    with office.house.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO cell"))
    assert [answer.status_code for answer in answers] == [500, 404]
    assert "links.show" in caplog.text
    assert where[3:] not in caplog.text


def test_where_signing_in_is_wanted_the_link_leads_to_the_lead_by_the_door(office: Office):
    with_setting(office, email_link="login_required")
    where = path(office)
    answer = office.client().get(where)
    assert (answer.status_code, answer.location) == (303, "/leads/1")
    assert office.client().get("/leads/1").location == "/sign-in?next=/leads/1"
    assert press(office, where, "have").status_code == 303
    assert acts(office) == []


def test_where_links_are_switched_off_the_page_says_so(office: Office):
    with_setting(office, email_link="off")
    answer = office.client().get(path(office))
    assert answer.status_code == 410
    assert "not answered from mail here" in answer.text
