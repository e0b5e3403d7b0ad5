"""What somebody enters about a person, read from the texts of a form.

Each function answers with what was read and with the problems, by field: a problem is a value,
so that a form shows all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import choice
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import InvalidError
from smarketing.services.people.passwords import WeakPasswordError, check_strength
from smarketing.services.people.people import Role, email_key, is_email

if TYPE_CHECKING:
    from collections.abc import Mapping

AUDIENCES: Final = ("", "marketing", "sales", "both")
"""Who a weekly report may be written for; "": the person gets none."""

_LONGEST_NAME: Final = 120
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs, none of which looks like another."""

Problems = dict[str, str]
"""Field to a sentence."""


class EntryError(InvalidError):
    """What was entered about a person cannot be used.

    Attributes:
        problems: Field to what to enter instead, in the order of the form.
    """

    def __init__(self, problems: Problems) -> None:
        field, sentence = next(iter(problems.items()))
        super().__init__(sentence, field)
        self.problems = problems


@dataclass(frozen=True)
class Particulars:
    """What may change about a person.

    Attributes:
        audience: Of the weekly report; empty without one.
        provider: The name that a supplier's leads carry; None for everybody else.
        alerts: Whether a mail says that a lead was handed to them.
    """

    name: str
    role: Role
    audience: str
    provider: str | None
    alerts: bool


def particulars_from(form: Mapping[str, str]) -> tuple[Particulars, Problems]:
    """Return what a form says of a person, of no use while there are problems."""
    problems: Problems = {}
    name = " ".join(form.get("name", "").split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        problems["name"] = f"Enter the name that others know, of at most {_LONGEST_NAME} letters."
    role = form.get("role", "")
    if role not in tuple(Role):
        problems["role"] = "Choose what this person does."
    provider = " ".join(form.get("provider", "").split())
    if role == Role.SUPPLIER and (not provider or not provider.isprintable()):
        problems["provider"] = "Enter the name that the leads of this supplier carry."
    audience = form.get("audience", "")
    if audience not in AUDIENCES:
        problems["audience"] = "Choose one of the reports, or none."
    read = Particulars(
        name=name,
        role=Role.MAIL_ONLY if "role" in problems else Role(role),
        audience=audience,
        provider=provider if role == Role.SUPPLIER else None,
        alerts=form.get("alerts") == "1",
    )
    return read, problems


def email_from(form: Mapping[str, str]) -> tuple[str, Problems]:
    """Return an e-mail as it is kept."""
    email = email_key(form.get("email", ""))
    return email, {} if is_email(email) else {"email": "Enter an e-mail as ada@company.com."}


def password_from(form: Mapping[str, str], email: str) -> tuple[str, Problems]:
    """Return the password that was typed twice."""
    typed, again = form.get("password", ""), form.get("again", "")
    try:
        check_strength(typed, email)
    except WeakPasswordError as error:
        return "", {"password": f"{str(error).capitalize()}."}
    return typed, {} if typed == again else {"again": "The two are not the same: type it again."}


def made_password() -> str:
    """Return a password of chance, 80 bits, as people can copy it by hand: `k7fm-2xqp-...`."""
    return "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4))
