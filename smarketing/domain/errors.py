"""The tree of errors that a caller may expect, each with the key it is about.

A message is one sentence for the person who reads it: what, where, how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass


class SmarketingError(Exception):
    """Something that the caller may expect to go wrong."""


class NeverOpenError(SmarketingError):
    """The calendar has no working time to spend."""


class ImpossibleGoalError(SmarketingError):
    """No number of leads reaches the goal."""


class NotFoundError(SmarketingError):
    """There is nothing of that name.

    Attributes:
        key: The name that was asked for.
    """

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class ConflictError(SmarketingError):
    """The state of things does not allow the step; the message says which state and what to do."""


class InvalidError(SmarketingError):
    """What was entered cannot be used; the message says what to enter instead.

    Attributes:
        field: The field that it stands in.
    """

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class ForbiddenError(SmarketingError):
    """This person may not do that; the message says who may."""


class BusyError(SmarketingError):
    """Somebody else holds the database; trying again helps."""


@dataclass(frozen=True)
class AgreementProblem:
    """One fault of an agreement file.

    Attributes:
        key: Where it stands, dotted, as `commitments.acknowledge.allowance`.
        reason: What is wrong.
        mend: What to write instead.
    """

    key: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}. {self.mend}"


class AgreementError(SmarketingError):
    """An agreement cannot be used as it is written.

    Attributes:
        problems: Every fault found, in the order of the file.
    """

    def __init__(self, where: str, problems: tuple[AgreementProblem, ...]) -> None:
        faults = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{where} cannot be used:\n{faults}")
        self.where = where
        self.problems = problems
