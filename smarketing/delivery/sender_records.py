"""What the DNS says of a sender's domain: whether those who get its mails may trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from smarketing.delivery.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lookup = Callable[[str, str], tuple[str, ...] | None]
    """Takes a name and a type of record; returns the texts of all; None: there is no such name."""

_PATIENCE_S: Final = 5.0
_NOBODY: Final = "nobody can look at SPF, DKIM and DMARC from here"


class Told(NamedTuple):
    """One line: what was looked at, whether it is well (None: nobody can say), and the mend."""

    what: str
    ok: bool | None
    said: str


def sender_records(domain: str, selector: str, lookup: Lookup) -> Iterator[Told]:
    """Yield what is well, and what to mend, of SPF, DKIM, DMARC and the way of bounces.

    Args:
        domain: Of the sender's address.
        selector: Under which the mail server signs (DKIM); empty: not known.
        lookup: Asks the DNS; raises UnreachableError when it does not answer.
    """
    try:
        texts = lookup(domain, "TXT")
        if texts is None:
            unknown = (
                f"the DNS that this machine asks knows no domain {domain} (is it misspelt, or does "
                "that DNS know its own network alone?)"
            )
            yield Told("DNS", None, f"{unknown}: {_NOBODY}")
            return
        yield _spf(domain, texts)
        yield _dkim(domain, selector, lookup)
        yield _dmarc(domain, lookup)
        yield _mx(domain, lookup)
    except UnreachableError as error:
        yield Told("DNS", None, f"{error}: {_NOBODY}")


def ask_dns(name: str, kind: str) -> tuple[str, ...] | None:
    """Return the records of a name from the DNS that this machine asks; None: no such name.

    Raises:
        UnreachableError: It does not answer.
    """
    # The command and its help should not wait for it.
    from dns.exception import DNSException  # noqa: PLC0415
    from dns.resolver import NXDOMAIN, NoAnswer, resolve  # noqa: PLC0415

    try:
        found = resolve(name, kind, lifetime=_PATIENCE_S)
    except NXDOMAIN:
        return None
    except NoAnswer:
        return ()
    except DNSException as error:
        raise UnreachableError(f"the DNS does not answer ({type(error).__name__})") from None
    if kind != "TXT":
        return tuple(record.to_text() for record in found)
    return tuple(b"".join(record.strings).decode(errors="replace") for record in found)


def _spf(domain: str, texts: tuple[str, ...]) -> Told:
    found = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) == 1:
        return Told("SPF", ok=True, said=found[0])
    if found:
        return Told(
            "SPF", ok=False, said=f"{domain} has {len(found)} records: join them, or none counts"
        )
    return Told(
        "SPF", ok=False,
        said=f"{domain} has no record: add a TXT record that names your mail server, as "
        '"v=spf1 include:_spf.example.com -all"',
    )  # fmt: skip


def _dkim(domain: str, selector: str, lookup: Lookup) -> Told:
    if not selector:
        return Told(
            "DKIM", None,
            "nobody can look without the selector under which your mail server signs: name it with "
            "--dkim-selector (it stands in the head of a mail that arrived, as s=...)",
        )  # fmt: skip
    name = f"{selector}._domainkey.{domain}"
    keys = lookup(name, "TXT") or ()
    # A key that is empty was taken back (RFC 6376, section 3.6.1).
    if any("p=" in text and not text.rstrip("; ").endswith("p=") for text in keys):
        return Told("DKIM", ok=True, said=f"{name} has a key")
    return Told(
        "DKIM", ok=False, said=f"{name} has no key: let your mail server sign, and publish its key"
    )


def _dmarc(domain: str, lookup: Lookup) -> Told:
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):  # a record of the domain above holds for it, too
        name = ".".join(labels[start:])
        for text in lookup(f"_dmarc.{name}", "TXT") or ():
            if text.lower().startswith("v=dmarc1"):
                return Told("DMARC", ok=True, said=text)
    return Told(
        "DMARC", ok=False,
        said=f"_dmarc.{domain} has no record: large mailboxes ask for one; begin with the TXT "
        f'record "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"',
    )  # fmt: skip


def _mx(domain: str, lookup: Lookup) -> Told:
    if found := lookup(domain, "MX"):
        return Told("bounces", ok=True, said=f"mail to {domain} is taken by {', '.join(found)}")
    return Told(
        "bounces", ok=False,
        said=f"{domain} takes no mail (it has no MX record): nobody sees what comes back; send "
        "from an address of a domain that does (SMARKETING_MAIL_FROM)",
    )  # fmt: skip
