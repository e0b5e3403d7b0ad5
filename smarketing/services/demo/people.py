"""Who works at the sample company. All of them are invented, and so are their passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from smarketing.services.people.people import Role

_HOUSE: Final = "nordlicht.example"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who may sign in to the sample company.

    Attributes:
        owner: The name that the CRM uses for a rep; None for the others.
        audience: Of the weekly report; "" without one.
        password: Printed by `smarketing demo`: it protects nothing; "" for who cannot sign in.
        provider: The name that the leads of a supplier carry; None for the others.
    """

    name: str
    email: str
    role: Role
    owner: str | None
    audience: str
    password: str
    provider: str | None = None


@dataclass(frozen=True)
class Rep:
    """How a rep of the sample company works.

    Attributes:
        name: As the CRM has it.
        share: Part of the assigned leads that is theirs.
        pace: Their time to answer, against that of the others: 1 is the usual.
        late: Share of the leads that they answer too late.
        close: Their close rate, against that of the others: 1 is the usual.
    """

    name: str
    share: float
    pace: float
    late: float
    close: float


REPS: Final = (
    Rep("Jonna Achterberg", 0.19, 0.6, 0.02, 1.25),
    Rep("Emil Rosenquist", 0.18, 0.8, 0.04, 1.1),
    Rep("Tilda Overbeck", 0.17, 1.0, 0.06, 1.0),
    Rep("Korbinian Auwald", 0.17, 1.0, 0.05, 0.95),
    Rep("Selma Windisch", 0.15, 1.3, 0.08, 0.9),
    Rep("Lasse Hohenfels", 0.14, 1.8, 0.19, 0.75),
)
"""From the quickest to the slowest."""

ON_LEAVE: Final = REPS[3].name
"""The rep who is away for a week."""

UNTIED: Final = REPS[4].name
"""The rep whose name in the CRM nobody has tied to them yet."""

AGENCY: Final = "Leuchtfeuer Agency"
"""The outside supplier of leads."""

_PASSWORDS: Final = {
    rep.name: f"demo-rep-number-{n}" for n, rep in enumerate((REPS[0], REPS[2], REPS[5]), start=1)
}


def demo_people() -> tuple[DemoPerson, ...]:
    """Return the people of the sample company; three of the reps may sign in.

    The managers' addresses are those of the signatories in `config/agreements/demo.toml`. One rep
    is not tied to their name in the CRM yet: their leads wait in the team's queue, and the page of
    owners has something to do.
    """
    mira = DemoPerson(
        "Mira Sandberg", f"mira.sandberg@{_HOUSE}", Role.MARKETING_MANAGER, None, "marketing",
        "demo-marketing-1",
    )  # fmt: skip
    ruben = DemoPerson(
        "Ruben Falkenau", f"ruben.falkenau@{_HOUSE}", Role.SALES_MANAGER, None, "sales",
        "demo-sales-manager-1",
    )  # fmt: skip
    reps = (
        DemoPerson(
            rep.name, _address(rep.name), Role.REP, None if rep.name == UNTIED else rep.name,
            "sales", _PASSWORDS.get(rep.name, ""),
        )
        for rep in REPS
    )  # fmt: skip
    admin = DemoPerson(
        "Ada Nebelung", f"ada.nebelung@{_HOUSE}", Role.ADMINISTRATOR, None, "both",
        "demo-administrator-1",
    )  # fmt: skip
    supplier = DemoPerson(
        "Nils Leuchtfeuer", "nils@leuchtfeuer.example", Role.SUPPLIER, None, "",
        "demo-supplier-1", provider=AGENCY,
    )  # fmt: skip
    boss = DemoPerson(
        "Gerda Nordlicht", f"gerda.nordlicht@{_HOUSE}", Role.MAIL_ONLY, None, "both", ""
    )
    return (mira, ruben, *reps, admin, supplier, boss)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{_HOUSE}"
