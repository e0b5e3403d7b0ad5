from __future__ import annotations

import stat
import subprocess
import sys
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.delivery.server import Encryption
from smarketing.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 32


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "smarketing.toml"


def test_without_anything_set_everything_is_below_the_working_folder(tmp_path: Path):
    settings = load_settings({"PATH": "/bin"}, tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.config == tmp_path / "config"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/smarketing.db"
    assert settings.outbox == tmp_path / "var" / "outbox"
    assert settings.smtp is None
    assert (settings.timezone, settings.base_url) == ("UTC", "http://127.0.0.1:8000")
    assert str(settings.sender) == "smarketing <smarketing@localhost>"
    assert not settings.home.exists()


def test_the_environment_goes_over_toml_and_toml_over_the_default(tmp_path: Path, toml: Path):
    toml.write_text('timezone = "Europe/Riga"\nbase_url = "https://toml.example.com/"\n')
    settings = load_settings({"SMARKETING_TIMEZONE": "Europe/Berlin"}, tmp_path)
    assert settings.timezone == "Europe/Berlin"
    assert settings.base_url == "https://toml.example.com"


def test_the_database_follows_the_home_unless_it_is_set(tmp_path: Path):
    home = {"SMARKETING_HOME": "data"}
    assert load_settings(home, tmp_path).database_url == f"sqlite:///{tmp_path}/data/smarketing.db"
    elsewhere = {"SMARKETING_DATABASE_URL": "postgresql+psycopg://u:p@db:5432/name"}
    assert load_settings(home | elsewhere, tmp_path).database_url.endswith("db:5432/name")


def test_a_relative_path_in_the_file_starts_at_the_folder_of_the_file(tmp_path: Path, toml: Path):
    toml.write_text('home = "../elsewhere"\nsecret_key_file = "key.txt"\n')
    (toml.parent / "key.txt").write_text(f"{KEY}\n")
    settings = load_settings({}, tmp_path)
    assert settings.home.resolve() == tmp_path / "elsewhere"
    assert settings.load_secret_key() == KEY


def test_the_folder_of_the_configuration_can_be_set(tmp_path: Path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "smarketing.toml").write_text('timezone = "Europe/Riga"\n')
    settings = load_settings({"SMARKETING_CONFIG": "etc"}, tmp_path)
    assert (settings.config, settings.timezone) == (tmp_path / "etc", "Europe/Riga")


def test_a_value_is_read_from_a_file(tmp_path: Path):
    (tmp_path / "smtp").write_text("smtp://user:p%40ss@mail.example.com\n")
    smtp = load_settings({"SMARKETING_SMTP_URL_FILE": "smtp"}, tmp_path).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.password) == ("mail.example.com", 587, "p@ss")
    assert smtp.encryption is Encryption.REQUIRED


def test_an_empty_value_counts_as_not_set(tmp_path: Path, toml: Path):
    toml.write_text('timezone = "Europe/Riga"\n')
    environ = {"SMARKETING_TIMEZONE": "", "SMARKETING_SMTP_URL": "", "SMARKETING_HOME": ""}
    settings = load_settings(environ, tmp_path)
    assert (settings.timezone, settings.smtp) == ("Europe/Riga", None)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TIMEZNE", "UTC", "is no setting. Did you mean SMARKETING_TIMEZONE?"),
        ("TIMEZONE", "Europe/Berln", "no time zone. Write one such as Europe/Berlin."),
        ("TIMEZONE", "../etc", "is '../etc', which is no time zone"),
        ("DATABASE_URL", "mysql://h/n", "is no database address. Write sqlite:///"),
        ("DATABASE_URL", "postgresql://h/n", "or postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql+psycopg://u:p:w@h:x/n", "has a port that is no number"),
        ("SMTP_URL", "smtp://u:pa/ss@h:587", "has something after the host"),
        ("SMTP_URL", "smtp://u:p@h:70000", "has a port that is no number from 1 to 65535"),
        ("BASE_URL", "portal.example.com", "no address of a portal. Write it as https://"),
        ("BASE_URL", "http://h:x", "is 'http://h:x', which is no address"),
        ("MAIL_FROM", "reports", "no sender. Write it as Name <name@example.com>."),
        ("MAIL_FROM", "a@b.c\nBcc: d@e.f", "which is no sender"),
        ("MAIL_FROM", "S <s@straße.example>", "which is no sender"),
        ("RESEND", "test", "names test, which is no kind of message"),
        ("RESEND", "alert, weekly", "names weekly, which is no kind of message. Known are alert"),
        ("SECRET_KEY", "short", "is shorter than 32 characters. Leave it out"),
        ("SECRET_KEY_FILE", "nowhere", "cannot be read (No such file or directory). Mend"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(tmp_path: Path, name: str, value: str, said: str):
    with pytest.raises(SettingsError) as told:
        load_settings({f"SMARKETING_{name}": value}, tmp_path)
    assert told.value.setting == f"SMARKETING_{name}"
    assert str(told.value).startswith(f"SMARKETING_{name} ")
    assert said in str(told.value)
    assert "pa/ss" not in str(told.value)


def test_in_doubt_alerts_go_again_and_reports_are_held_unless_it_is_set(tmp_path: Path):
    assert load_settings({}, tmp_path).retried == ("alert", "ladder", "webhook")
    set_to = load_settings({"SMARKETING_RESEND": "digest,alert"}, tmp_path)
    assert set_to.retried == ("digest", "alert")


def test_a_sender_beyond_ascii_has_the_domain_that_mail_servers_know(tmp_path: Path):
    set_to = load_settings({"SMARKETING_MAIL_FROM": "Jörg <j@exämple.com>"}, tmp_path)
    assert str(set_to.sender) == "Jörg <j@xn--exmple-cua.com>"


def test_a_value_and_a_file_for_it_exclude_each_other(tmp_path: Path):
    environ = {"SMARKETING_SECRET_KEY_FILE": "x", "SMARKETING_SECRET_KEY": KEY}
    with pytest.raises(SettingsError, match="FILE is set, and SMARKETING_SECRET_KEY too"):
        load_settings(environ, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('timezne = "UTC"', "timezne in {path} is no setting. Did you mean timezone?"),
        ('timezone = "Mars"', "timezone in {path} is 'Mars', which is no time zone"),
        ("timezone = 1", "timezone in {path} is no text. Put the value into quotes."),
        ("timezone = UTC", "{path} is no TOML"),
        ("[mail]\nfrom = 1", "mail in {path} is no setting"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, toml: Path, text: str, said: str):
    toml.write_text(text)
    with pytest.raises(SettingsError) as told:
        load_settings({}, tmp_path)
    assert str(told.value).startswith(said.format(path=toml))


def test_no_secret_is_shown(tmp_path: Path):
    environ = {
        "SMARKETING_SECRET_KEY": "s3cret" * 8,
        "SMARKETING_SMTP_URL": "smtp://u:s3cret@h",
        "SMARKETING_DATABASE_URL": "postgresql+psycopg://u:s3cret@h/n",
        "CRM_TOKEN": "s3cret",
    }
    settings = load_settings(environ, tmp_path)
    assert "s3cret" not in f"{settings!r}{settings}{settings.smtp}"


def test_settings_cannot_be_changed(tmp_path: Path):
    settings = load_settings({}, tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.timezone = "Europe/Riga"  # type: ignore[misc]


def test_the_process_own_environment_plays_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIMEZONE", "Europe/Riga")
    monkeypatch.setenv("SMARKETING_TIMEZONE", "Europe/Riga")
    assert load_settings({}, tmp_path).timezone == "UTC"


def test_a_token_of_a_source_comes_from_its_variable_or_file(tmp_path: Path):
    (tmp_path / "token").write_text("from-file\n")
    environ = {"CRM_TOKEN": "from-variable", "ERP_TOKEN_FILE": str(tmp_path / "token")}
    settings = load_settings(environ, tmp_path)
    assert settings.token("CRM_TOKEN") == "from-variable"
    assert settings.token("ERP_TOKEN") == "from-file"
    assert settings.token("NO_TOKEN") is None


def test_the_secret_key_is_made_once_and_is_for_the_owner_alone(tmp_path: Path):
    key = load_settings({}, tmp_path).load_secret_key()
    assert len(key) >= 64
    assert load_settings({}, tmp_path).load_secret_key() == key
    (kept,) = (tmp_path / "var").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_the_secret_key(tmp_path: Path):
    barrier, keys = Barrier(8), []

    def starting() -> None:
        settings = load_settings({}, tmp_path)
        barrier.wait()
        keys.append(settings.load_secret_key())

    threads = [Thread(target=starting) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(keys), len(set(keys))) == (8, 1)
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_an_installation_keeps_its_id(tmp_path: Path):
    settings = load_settings({}, tmp_path)
    assert settings.load_installation_id() == settings.load_installation_id()


def test_settings_bring_no_database_and_no_numbers_with_them():
    code = "import sys, smarketing.settings; print(*sys.modules)"
    loaded = subprocess.run(  # noqa: S603  (our own text)
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not {"sqlalchemy", "polars", "numpy", "matplotlib", "flask"} & set(loaded.stdout.split())


def test_a_key_that_was_replaced_still_reads_what_it_signed(tmp_path: Path):
    old, older = "o" * 32, "p" * 32
    told = {"SMARKETING_SECRET_KEY": KEY, "SMARKETING_SECRET_KEY_FALLBACKS": f"{older}, {old}"}
    settings = load_settings(told, tmp_path)
    assert settings.load_signing_keys() == (older, old, KEY)
    assert old not in repr(settings)


def test_a_short_key_is_refused_among_the_old_ones_too(tmp_path: Path):
    with pytest.raises(SettingsError, match="SMARKETING_SECRET_KEY_FALLBACKS is shorter than 32"):
        load_settings({"SMARKETING_SECRET_KEY_FALLBACKS": f"{KEY} short"}, tmp_path)


def test_the_link_of_mails_is_one_of_three(tmp_path: Path):
    assert load_settings({}, tmp_path).email_link == "button"
    with pytest.raises(SettingsError, match="Write one of button, login_required, off"):
        load_settings({"SMARKETING_EMAIL_LINK": "on"}, tmp_path)
