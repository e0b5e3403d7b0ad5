from __future__ import annotations

import pytest

from smarketing.delivery.errors import UnreachableError
from smarketing.delivery.sender_records import sender_records

WELL = {
    ("mail.acme.example", "TXT"): ("a word", "v=spf1 include:_spf.host.example -all"),
    ("mail.acme.example", "MX"): ("10 mx.acme.example.",),
    ("s1._domainkey.mail.acme.example", "TXT"): ("v=DKIM1; k=rsa; p=MIIB",),
    ("_dmarc.acme.example", "TXT"): ("v=DMARC1; p=none",),
}


def told(records: dict, selector: str = "s1") -> dict[str, tuple[bool | None, str]]:
    lines = sender_records("mail.acme.example", selector, lambda *asked: records.get(asked, ()))
    return {what: (ok, said) for what, ok, said in lines}


def test_a_domain_that_has_all_of_it_is_well_also_by_the_record_above_it():
    assert {what: ok for what, (ok, _) in told(WELL).items()} == {
        "SPF": True, "DKIM": True, "DMARC": True, "bounces": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "what", "mend"),
    [
        pytest.param(("mail.acme.example", "TXT", ("a word",)), "SPF", "add a TXT", id="no SPF"),
        pytest.param(
            ("mail.acme.example", "TXT", ("v=spf1 -all", "v=spf1 +all")), "SPF", "join", id="two"
        ),
        pytest.param(
            ("s1._domainkey.mail.acme.example", "TXT", ("v=DKIM1; p=",)), "DKIM", "sign",
            id="a key taken back",
        ),
        pytest.param(("_dmarc.acme.example", "TXT", ()), "DMARC", "p=none", id="no DMARC"),
        pytest.param(("mail.acme.example", "MX", ()), "bounces", "MAIL_FROM", id="no MX"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_with_its_mend(changed, what: str, mend: str):
    name, kind, texts = changed
    ok, said = told(WELL | {(name, kind): texts})[what]
    assert ok is False
    assert mend in said


def test_without_a_selector_nobody_can_say_whether_mails_are_signed():
    assert told(WELL, selector="")["DKIM"][0] is None


@pytest.mark.parametrize("is_unknown", [True, False], ids=["no such domain", "no answer"])
def test_a_dns_that_cannot_tell_is_no_fault_of_the_domain(*, is_unknown: bool):
    def lookup(_name: str, _kind: str) -> None:
        if not is_unknown:
            raise UnreachableError("the DNS does not answer (LifetimeTimeout)")

    ((what, ok, said),) = sender_records("acme.example", "", lookup)
    assert (what, ok) == ("DNS", None)
    assert "nobody can look at SPF, DKIM and DMARC from here" in said
