from __future__ import annotations

import pytest

from smarketing.domain.errors import InvalidError
from smarketing.services.people.entry import (
    email_from,
    made_password,
    particulars_from,
    password_from,
)
from smarketing.services.people.passwords import Passwords, check_strength
from smarketing.services.people.people import Role, add_person
from tests.services.doors import NOW, CountingHasher
from tests.services.shelf import Shelf

FORM = {"name": " Ada  Nebelung ", "role": "rep", "audience": "sales", "alerts": "1"}


@pytest.mark.parametrize(
    "email",
    ["ada@example.com", " Ada.N+crm@Mail.Example.COM ", "o'hara_1@a-b.co", "x@1.example"],
)
def test_what_can_be_an_address_is_taken_in_small_letters(email: str):
    assert email_from({"email": email}) == (email.strip().lower(), {})


@pytest.mark.parametrize(
    "email",
    [
        pytest.param("", id="nothing"),
        pytest.param("ada", id="no @"),
        pytest.param("ada@", id="no domain"),
        pytest.param("ada@example", id="one label"),
        pytest.param("@example.com", id="nobody"),
        pytest.param("a da@example.com", id="a space"),
        pytest.param("ada@exa mple.com", id="a space in the domain"),
        pytest.param("ada@@example.com", id="two @"),
        pytest.param(".ada@example.com", id="a dot first"),
        pytest.param("a..da@example.com", id="two dots"),
        pytest.param("ada@-example.com", id="a hyphen first"),
        pytest.param("ada@example..com", id="an empty label"),
        pytest.param("Ada <ada@example.com>", id="with a name"),
        pytest.param("a@example.com,b@example.com", id="two addresses"),
        pytest.param("ada@example.com\nBcc: x@example.com", id="a line more"),
        pytest.param("x" * 65 + "@example.com", id="65 signs before the @"),
        pytest.param("a@" + "x." * 130 + "com", id="too long"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_an_example(email: str):
    assert email_from({"email": email})[1] == {"email": "Enter an e-mail as ada@company.com."}
    with pytest.raises(InvalidError, match=r"write it as ada@company\.com"):
        add_person(
            Shelf(), Passwords(CountingHasher()), email=email, name="A", role=Role.REP, now=NOW
        )


def test_particulars_are_read_as_they_are_meant():
    told, problems = particulars_from(FORM)
    assert problems == {}
    assert (told.name, told.role, told.audience, told.provider, told.alerts) == (
        "Ada Nebelung", Role.REP, "sales", None, True,
    )  # fmt: skip


def test_only_a_supplier_has_a_provider_and_cannot_do_without():
    assert particulars_from(FORM | {"provider": "Fair Ltd"})[0].provider is None
    supplier = FORM | {"role": "supplier"}
    assert list(particulars_from(supplier)[1]) == ["provider"]
    assert particulars_from(supplier | {"provider": " Fair  Ltd"})[0].provider == "Fair Ltd"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Ada\x00", "Ada\x1b[31m"])
def test_a_name_is_a_line_that_can_be_printed(name: str):
    assert list(particulars_from(FORM | {"name": name})[1]) == ["name"]


def test_every_problem_is_told_at_once_in_the_order_of_the_form():
    problems = particulars_from({"role": "king", "audience": "all"})[1]
    assert list(problems) == ["name", "role", "audience"]


@pytest.mark.parametrize(
    ("typed", "again", "field"),
    [
        ("short", "short", "password"),
        ("a good long sentence", "a good long sentense", "again"),
        ("ada@example.com", "ada@example.com", "password"),
    ],
)
def test_a_password_is_strong_and_typed_twice(typed: str, again: str, field: str):
    _, problems = password_from({"password": typed, "again": again}, "ada@example.com")
    assert list(problems) == [field]
    good = {"password": "a good long sentence", "again": "a good long sentence"}
    assert password_from(good, "ada@example.com") == ("a good long sentence", {})


def test_a_made_password_is_strong_easy_to_copy_and_never_the_same():
    made = {made_password() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        check_strength(password, "ada@example.com")
        assert [len(part) for part in password.split("-")] == [4, 4, 4, 4]
        assert not set(password) & set("0O1lI")
