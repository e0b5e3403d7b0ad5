"""Who may do what, with whose leads: the one table that every page and every query asks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import ForbiddenError
from smarketing.domain.holders import HOLDING_ROLES
from smarketing.domain.scope import Reach, Scope
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.services.people.people import Person


class Action(StrEnum):
    """What somebody may want to do; the value says it in a sentence."""

    OWN_ACCOUNT = "look after the own account"
    SEE_QUEUE = "see who waits"
    SEE_LEADS = "see single leads"
    ANSWER_LEADS = "answer leads: only Sales does"
    ASSIGN_LEADS = "hand leads to somebody else"
    ADD_LEADS = "enter leads by hand"  # and say who gets them first, as a CRM does
    SEE_PROGRESS = "see the progress of the agreement"
    READ_REPORTS = "read the weekly report"
    SEE_TEAM = "see how the sales team works"
    PLAN_LEAVE = "plan who is away"
    SEE_CAPACITY = "see whether the promises can be kept"
    SEE_DELIVERIES = "see what a supplier delivered"
    SEE_BREACHES = "see what was promised and not kept"
    SEE_LADDERS = "see who is told when nobody acts"
    SEE_GOALS = "see what the goals ask for"
    TRY_GOALS = "try what other goals would ask for"
    PROPOSE_GOALS = "propose other goals"
    ANSWER_BREACHES = "speak for a party about what was not kept"
    SEE_AGREEMENTS = "see what was agreed"
    SIGN_AGREEMENTS = "sign, propose or cancel agreements"
    LOAD_AGREEMENTS = "load agreements"
    COMPARE = "compare providers and sites"
    SEE_STATEMENTS = "see what is owed to whom"
    ANSWER_CLAIMS = "claim what is owed, or answer a claim"
    IMPORT = "import files"
    MANAGE_PEOPLE = "manage people and owners"
    SEE_OPERATIONS = "see how the installation does"
    SEE_MESSAGES = "see what was sent, and decide about it"


_ADMIN, _MARKETING, _SALES = Role.ADMINISTRATOR, Role.MARKETING_MANAGER, Role.SALES_MANAGER
_REP, _SUPPLIER = Role.REP, Role.SUPPLIER

POLICY: Final[Mapping[Action, Mapping[Role, Reach]]] = {
    Action.OWN_ACCOUNT: dict.fromkeys((_ADMIN, _MARKETING, _SALES, _REP, _SUPPLIER), Reach.ALL),
    Action.SEE_QUEUE: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL) | {_REP: Reach.TEAM},
    Action.SEE_LEADS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_REP: Reach.TEAM, _SUPPLIER: Reach.DELIVERED},
    Action.ANSWER_LEADS: {_ADMIN: Reach.ALL, _SALES: Reach.ALL, _REP: Reach.TEAM},
    Action.ASSIGN_LEADS: {_ADMIN: Reach.ALL, _SALES: Reach.ALL},
    Action.ADD_LEADS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.SEE_PROGRESS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.READ_REPORTS: dict.fromkeys((_ADMIN, _MARKETING, _SALES, _REP, _SUPPLIER), Reach.ALL),
    Action.SEE_TEAM: {_ADMIN: Reach.ALL, _SALES: Reach.ALL},
    Action.PLAN_LEAVE: {_ADMIN: Reach.ALL, _SALES: Reach.ALL},
    Action.SEE_CAPACITY: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.SEE_DELIVERIES: {_SUPPLIER: Reach.DELIVERED},
    Action.SEE_BREACHES: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.SEE_LADDERS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.SEE_GOALS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.TRY_GOALS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.PROPOSE_GOALS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.ANSWER_BREACHES: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.SEE_AGREEMENTS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.SIGN_AGREEMENTS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.LOAD_AGREEMENTS: {_ADMIN: Reach.ALL},
    Action.COMPARE: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL),
    Action.SEE_STATEMENTS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.ANSWER_CLAIMS: dict.fromkeys((_ADMIN, _MARKETING, _SALES), Reach.ALL)
    | {_SUPPLIER: Reach.DELIVERED},
    Action.IMPORT: {_ADMIN: Reach.ALL, _MARKETING: Reach.ALL},
    Action.MANAGE_PEOPLE: {_ADMIN: Reach.ALL},
    Action.SEE_OPERATIONS: {_ADMIN: Reach.ALL},
    Action.SEE_MESSAGES: {_ADMIN: Reach.ALL},
}
"""Action to the roles that may, each with its reach; who is missing may not."""

SIGNS_IN: Final = frozenset(POLICY[Action.OWN_ACCOUNT])
"""The roles that have a portal; the others only get mail."""

HOLDS: Final = frozenset(Role(role) for role in HOLDING_ROLES)
"""The roles of people who may hold a lead: just those who may answer one."""


def may(person: Person, action: Action) -> bool:
    """Return whether somebody may do something with any lead at all."""
    return person.role in POLICY[action]


def scope_of(person: Person, action: Action) -> Scope:
    """Return the leads that somebody may do something with.

    Raises:
        ForbiddenError: None: it is not for their role.
    """
    reach = POLICY[action].get(person.role)
    if reach is None:
        role = person.role.replace("_", " ")
        raise ForbiddenError(
            f"Your role ({role}) may not {action}. Ask your administrator if it should."
        )
    return Scope(reach, person.id, person.provider)
