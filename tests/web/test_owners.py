from __future__ import annotations

import pytest


def shown(office, answer) -> str:
    assert answer.status_code == 303
    return office.client("Ada").get(answer.location).text


def row(page: str, name: str) -> str:
    return page.split(f">{name}</th>", 1)[1].split("</tr>", 1)[0]


def holders(office) -> list[object]:
    return [office.one(f"SELECT holder_id FROM lead WHERE id = {n}") for n in (1, 2, 3, 4)]  # noqa: S608


def name_owners(office, **names: str) -> None:
    """Let the CRM call the owners of leads otherwise; the facts count the leads under the name."""
    with office.house.engine.begin() as connection:
        for old, new in names.items():
            for table in ("lead", "cell"):
                sql = f"UPDATE {table} SET owner = ? WHERE owner LIKE ?"  # noqa: S608
                connection.exec_driver_sql(sql, (new, f"{old}%"))


def test_names_that_are_nobodys_come_first_with_what_waits_for_it(office):
    page = office.client("Ada").get("/owners").text
    assert "1 name is nobody’s yet: 1 lead waits in the team’s queue" in page
    assert page.index("Nobody Known") < page.index("Hetty H.") < page.index("Otto O.")
    assert "<option" in row(page, "Nobody Known")
    assert ">Sue<" not in page


def test_a_name_is_tied_and_untied_and_the_page_says_how_many_leads_changed_hands(office):
    page = shown(office, office.post("Ada", "/owners/tie", name="Nobody Known", person=1))
    assert "“Nobody Known” is Hetty now. 1 lead changed hands." in page
    assert "Every owner in the data is somebody here." in page
    assert holders(office) == [1, 2, 1, 2]
    assert office.one("SELECT tied_by FROM owner_name WHERE name = 'Nobody Known'") == (
        "ada@example.com"
    )
    page = shown(office, office.post("Ada", "/owners/untie", name="Nobody Known"))
    assert "“Nobody Known” is nobody now. 1 lead changed hands." in page
    assert holders(office) == [1, 2, None, 2]


def test_a_name_that_fits_somebody_is_suggested_and_all_are_tied_with_one_press(office):
    name_owners(office, Nobody="SALLY", Otto="otto")
    page = office.client("Ada").get("/owners").text
    assert "Tie all 2 as suggested" in page
    assert '<option value="3" selected>Sally (suggested)' in row(page, "SALLY")
    assert '<option value="2" selected>Otto (suggested)' in row(page, "otto")
    pairs = ["3:SALLY", "2:otto"]
    for pair in pairs:
        assert f'name="tie" value="{pair}"' in page
    page = shown(office, office.post("Ada", "/owners/tie-suggested", tie=pairs))
    assert "2 names are tied. 1 lead changed hands." in page
    assert holders(office) == [1, 2, 3, 2]


@pytest.mark.parametrize("person", ["", "x"])
def test_without_a_person_the_row_says_to_choose_one(office, person: str):
    answer = office.post("Ada", "/owners/tie", name="Nobody Known", person=person)
    assert answer.status_code == 422
    assert "Choose who “Nobody Known” is." in row(answer.text, "Nobody Known")
    assert holders(office) == [1, 2, None, 2]


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        pytest.param("tie", {"name": "Nobody Known", "person": 6}, 404, id="a supplier"),
        pytest.param("tie", {"name": "Nobody Known", "person": 99}, 404, id="nobody"),
        pytest.param("tie", {"name": "", "person": 1}, 422, id="no name"),
        pytest.param("untie", {}, 422, id="no name to untie"),
        pytest.param("tie-suggested", {}, 422, id="no pair"),
        pytest.param("tie-suggested", {"tie": ["1:Nobody Known", "6:X"]}, 404, id="one of them"),
    ],
)
def test_names_are_only_tied_to_who_may_hold_leads(office, path: str, form, status: int):
    assert office.post("Ada", f"/owners/{path}", **form).status_code == status
    assert holders(office) == [1, 2, None, 2]


def test_the_name_of_who_is_shut_out_says_where_its_leads_are(office):
    office.post("Ada", "/people/2/shut-out")
    page = office.client("Ada").get("/owners").text
    assert "shut out: their leads wait in the team’s queue" in row(page, "Otto O.")


def test_an_own_e_mail_needs_no_tie(office):
    name_owners(office, Nobody="Otto@Example.com")
    assert "by e-mail" in row(office.client("Ada").get("/owners").text, "Otto@Example.com")


def test_many_names_have_pages(office):
    with office.house.engine.begin() as connection:
        for number in range(150):
            connection.exec_driver_sql(
                "INSERT INTO owner_name (name, person_id, tied_at) VALUES (?, 1, 0)",
                (f"Name {number:03}",),
            )
    client = office.client("Ada")
    assert "Page 1 of 2" in client.get("/owners").text
    assert "Name 149" in client.get("/owners?page=2").text
    assert "Page 2 of 2" in client.get("/owners?page=99").text
    answer = office.post("Ada", "/owners/untie?page=2", name="Name 149")
    assert answer.location == "/owners?page=2"


@pytest.mark.parametrize("name", ["Hetty", "Sally", "Mark"])
def test_only_an_administrator_ties_owners(office, name: str):
    assert office.client(name).get("/owners").status_code == 403
    for path in ("tie", "untie", "tie-suggested"):
        told = {"name": "Nobody Known", "person": 1, "tie": "1:Nobody Known"}
        assert office.post(name, f"/owners/{path}", **told).status_code == 403
    assert holders(office) == [1, 2, None, 2]
