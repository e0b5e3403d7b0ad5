from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from smarketing.services.rules.seniority import (
    LEVELS,
    SeniorityWordsError,
    load_words,
    parse_words,
    seniority_of,
)

WORDS = load_words(Path(__file__).parents[3] / "config" / "seniority.toml")

TITLES = {
    "c_level": """CEO|Chief Executive Officer|Chief Revenue Officer|CTO|Co-Founder|Founder & CEO
        |Owner|Business Owner|Managing Director|Geschäftsführer|GESCHÄFTSFÜHRERIN|Geschaeftsfuehrer
        |Geschäftsführender Gesellschafter|Vorstand|Inhaberin|Directeur général|Directrice Générale
        |PDG|Président|Gérant|Director General|Consejero Delegado|Gerente General|Diretor-Presidente
        |Sócio-Proprietário|President|Presidente|Chief Information Security Officer
        |CEO and Vice President""",
    "vp": """Vice President|VP Sales|VP, Marketing|SVP|Senior Vice President Operations
        |Vice-Président des ventes|Vicepresidenta de Ventas|Vice-presidente comercial|EVP
        |Assistant Vice President|Vizepräsidentin""",
    "director": """Sales Director|Director of Product Management|Directora de Marketing
        |Diretor|Diretora Comercial|Directeur Commercial|Prokurist|Vertriebsdirektorin
        |Associate Director|Assistant Director|General Manager""",
    "head": """Head of Marketing|Leiter Vertrieb|Vertriebsleiterin|Leitung Einkauf|Jefe de Ventas
        |Bereichsleiter Logistik|Chief of Staff|Chefe de vendas|Marketingleitung
        |Chef de service""",
    "manager": """Product Manager|Gerente|Gerente de Vendas|Sales Manager|Projektleiterin|Teamleiter
        |Responsable Marketing|Team Lead|Produktmanagerin|Chef de projet|Assistant Manager
        |Account Manager|Supervisor de Ventas""",
    "individual": """Account Executive|Assistant to the CEO
        |Executive Assistant to the Managing Director
        |Assistentin der Geschäftsführung|Vorstandsassistent|Assistante de direction
        |Software Engineer|Developer|Senior Consultant|Data Analyst|SEO Specialist|Sachbearbeiter
        |Vertriebssachbearbeiterin|Ingénieur d'affaires|Analista de Marketing|Product Owner
        |Ingeniero de ventas|Softwareentwicklerin|Chargée de communication
        |Lead Generation Specialist
        |Internal Auditor|Sales Representative|Secretary to the President""",
    "intern": """Intern|Marketing Intern|Praktikantin|Praktikant Geschäftsführung
        |Stagiaire marketing
        |becario|Estagiário|Estagiária de Marketing|Werkstudent|Werkstudentin Vertrieb
        |Intern to the CEO|Auszubildender|Trainee|Alternante""",
    "unknown": """|   |-|Headhunting|n/a|Internet|Ninja|Ownership|Salesforce
        |Wizard of Light Bulb Moments""",
}
CASES = [(title.strip(), level) for level, titles in TITLES.items() for title in titles.split("|")]


@pytest.mark.parametrize(("title", "level"), CASES, ids=[title or "blank" for title, _ in CASES])
def test_a_title_has_its_level(title: str, level: str) -> None:
    assert seniority_of(pl.Series([title]), WORDS).to_list() == [level]


def test_the_levels_come_in_the_order_of_the_titles() -> None:
    titles = pl.Series(["Intern", None, "CEO", "Intern", "", "VP"])
    assert seniority_of(titles, WORDS).to_list() == [
        "intern",
        "unknown",
        "c_level",
        "intern",
        "unknown",
        "vp",
    ]


@pytest.mark.parametrize("empty", [[], [None, None]], ids=["no leads", "no titles"])
def test_leads_without_titles_are_unknown(empty: list[None]) -> None:
    levels = seniority_of(pl.Series(empty), WORDS)
    assert (levels.dtype, levels.to_list()) == (pl.String, ["unknown"] * len(empty))


def test_every_level_has_words() -> None:
    assert {level for level, _ in WORDS.steps} == set(LEVELS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps = [", "is not TOML"),
        ("", r"must hold nothing but \[\[steps\]\]"),
        ("more = 1\n[[steps]]\nlevel = 'vp'\nen = ['vp']", "nothing but"),
        ("[[steps]]\nlevel = 'boss'\nen = ['boss']", r"steps\[1\].level is 'boss'; use one of"),
        ("[[steps]]\nlevel = 'vp'", "has no words"),
        ("[[steps]]\nlevel = 'vp'\nen = 'vp'", r"steps\[1\].en is not a list"),
        ("[[steps]]\nlevel = 'vp'\nen = ['*']", r"'\*' is not a word"),
        ("steps = [1]", r"level is 1"),
    ],
    ids=["toml", "empty", "more", "level", "no words", "no list", "only a star", "no table"],
)
def test_a_wrong_file_of_words_is_refused(text: str, message: str) -> None:
    with pytest.raises(SeniorityWordsError, match=message):
        parse_words(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeniorityWordsError, match=r"words\.toml cannot be read: No such file"):
        load_words(tmp_path / "words.toml")


def test_words_are_folded_as_titles_are() -> None:
    words = parse_words("[[steps]]\nlevel = 'head'\nde = ['Größter *chef']")
    assert seniority_of(pl.Series(["GROSSTER Küchenchef"]), words).to_list() == ["head"]
