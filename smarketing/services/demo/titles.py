"""Job titles in five languages, by the tier that `config/seniority.toml` finds in them."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = {"de": 55.0, "en": 26.0, "fr": 9.0, "es": 6.0, "pt": 4.0}
"""How often a title is in a language."""

TITLES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "decision_maker": {
        "de": ("Geschäftsführer", "Geschäftsführerin", "Leiterin Logistik", "Leiter Einkauf",
               "Vorstand Technik", "Bereichsleiterin Produktion", "Prokurist"),
        "en": ("CEO", "Chief Operating Officer", "VP Operations", "Head of Supply Chain",
               "Managing Director", "Director of Planning"),
        "fr": ("Directeur général", "Directrice des opérations", "PDG"),
        "es": ("Directora general", "Director de operaciones"),
        "pt": ("Diretor executivo", "Diretora de operações"),
    },
    "manager": {
        "de": ("Teamleiter Disposition", "Projektleiterin", "Produktmanager", "Schichtleiterin",
               "Supply-Chain-Managerin", "Gruppenleiter Planung"),
        "en": ("Operations Manager", "Project Manager", "Team Lead Planning", "Plant Manager"),
        "fr": ("Responsable logistique", "Chef de projet"),
        "es": ("Gerente de planta", "Responsable de compras"),
        "pt": ("Gerente de logística", "Gestora de projetos"),
    },
    "individual": {
        "de": ("Sachbearbeiterin Einkauf", "Entwicklungsingenieur", "Disponentin (Fachkraft)",
               "IT-Berater", "Vertriebsmitarbeiter", "Systemanalyst"),
        "en": ("Supply Chain Analyst", "Process Engineer", "Software Developer", "Consultant"),
        "fr": ("Ingénieure méthodes", "Acheteur"),
        "es": ("Analista de datos", "Ingeniero de procesos"),
        "pt": ("Analista de planejamento", "Engenheira de produção"),
    },
    "intern": {
        "de": ("Werkstudentin Logistik", "Praktikant Einkauf", "Auszubildender Industriekaufmann"),
        "en": ("Intern Operations", "Working Student Analytics"),
        "fr": ("Stagiaire logistique", "Alternante achats"),
        "es": ("Becario de compras",),
        "pt": ("Estagiária de logística",),
    },
    "other": dict.fromkeys(LANGUAGES, ("", "n/a", "Diverses")),
}  # fmt: skip
"""Tier, language, titles; `other` holds what no rule recognises."""

TIERS: Final = {
    "website": {"decision_maker": 22, "manager": 35, "individual": 34, "intern": 6, "other": 3},
    "webinar": {"decision_maker": 14, "manager": 34, "individual": 41, "intern": 9, "other": 2},
    "trade_fair": {"decision_maker": 30, "manager": 34, "individual": 25, "intern": 6, "other": 5},
    "partner": {"decision_maker": 42, "manager": 36, "individual": 18, "intern": 1, "other": 3},
    "paid_search": {"decision_maker": 19, "manager": 32, "individual": 38, "intern": 8, "other": 3},
    "referral": {"decision_maker": 45, "manager": 33, "individual": 19, "intern": 1, "other": 2},
}
"""What each lead source brings, in per cent."""
