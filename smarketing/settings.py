"""The settings of an installation: environment over TOML over default.

The only place that reads the environment. Every setting is a `SMARKETING_` name, and the same
in small letters in `$SMARKETING_CONFIG/smarketing.toml`; `NAME_FILE` reads a value from a file.
An unknown name is an error. This module takes a fifth of a second to import (pydantic-settings):
the command imports it inside the calls that need it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from smarketing import setting_values as values
from smarketing.delivery.server import SmtpServer, parse_server
from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.headerregistry import Address

PREFIX: Final = "SMARKETING_"
VALUES: Final = (
    "database_url",
    "smtp_url",
    "secret_key",
    "secret_key_fallbacks",
    "timezone",
    "base_url",
    "mail_from",
    "unsubscribe_mailto",
    "resend",
    "heartbeat_url",
    "backup",
    "email_link",
)
_TOML: Final = ("home", *VALUES, *(f"{key}_file" for key in VALUES))
_ENVIRON: Final = tuple(f"{PREFIX}{key.upper()}" for key in ("config", *_TOML))


class SettingsError(SmarketingError):
    """A setting is wrong; nothing starts.

    Attributes:
        setting: Its name as it was written, as `SMARKETING_TIMEZONE`.
    """

    def __init__(self, setting: str, sentence: str) -> None:
        super().__init__(f"{setting} {sentence}")
        self.setting = setting


class Settings(BaseSettings):
    """What an installation has set.

    Attributes:
        home: Absolute; database, outbox, uploads, backups.
        config: Absolute; agreements, sources, mappings.
        smtp_url: None: mails become files under `outbox`.
        secret_key_fallbacks: Keys that signed before, the oldest first, between blanks or commas:
            what they signed is still good.
        timezone: Zone of days and months where no agreement says otherwise.
        base_url: Of the portal, without a slash at the end.
        heartbeat_url: Asked for after each audit that found all well; None: nobody waits for it.
        backup: `nightly`, or `off` where somebody else makes backups of the database.
        email_link: What the link in mails about leads is for: `button`, `login_required` or `off`.
        resend: Kinds of messages, with commas, that are sent again where nobody knows whether they
            arrived.
        unsubscribe_mailto: Where readers stop the weekly report by mail, too; None: nowhere.
        environ: The environment, for the tokens that sources name.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    config: Path
    database_url: Annotated[str, AfterValidator(values.database_url)] = Field(
        repr=False, default_factory=lambda given: f"sqlite:///{given['home'] / 'smarketing.db'}"
    )
    smtp_url: Annotated[str, AfterValidator(values.smtp_url)] | None = Field(
        default=None, repr=False
    )
    secret_key: Annotated[str, AfterValidator(values.secret_key)] | None = Field(
        default=None, repr=False
    )
    secret_key_fallbacks: Annotated[str, AfterValidator(values.secret_keys)] = Field(
        default="", repr=False
    )
    timezone: Annotated[str, AfterValidator(values.timezone)] = "UTC"
    base_url: Annotated[str, AfterValidator(values.base_url)] = "http://127.0.0.1:8000"
    resend: Annotated[str, AfterValidator(values.kinds)] = "alert, ladder, webhook"
    unsubscribe_mailto: Annotated[str, AfterValidator(values.mailbox)] | None = None
    mail_from: Annotated[str, AfterValidator(values.mail_from)] = (
        "smarketing <smarketing@localhost>"
    )
    heartbeat_url: Annotated[str, AfterValidator(values.heartbeat_url)] | None = Field(
        default=None, repr=False
    )
    backup: Annotated[str, AfterValidator(values.backup)] = "nightly"
    email_link: Annotated[str, AfterValidator(values.email_link)] = "button"
    environ: dict[str, str] = Field(default_factory=dict, repr=False, exclude=True)

    @classmethod
    def settings_customise_sources(  # the environment comes as an argument, never by itself
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  (the interface)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the values that `load_settings` put together as the only source."""
        return (init_settings,)

    @property
    def outbox(self) -> Path:
        """Return the folder of the mails that no server takes."""
        return self.home / "outbox"

    @property
    def backups(self) -> Path:
        """Return the folder of the nightly backups."""
        return self.home / "backups"

    @property
    def smtp(self) -> SmtpServer | None:
        """Return the mail server; None: mails become files."""
        return None if self.smtp_url is None else parse_server(self.smtp_url)

    @property
    def retried(self) -> tuple[str, ...]:
        """Return the kinds of `resend`."""
        return values.kinds_of(self.resend)

    @property
    def sender(self) -> Address:
        """Return whom mails come from."""
        return values.address(self.mail_from)

    def load_secret_key(self) -> str:
        """Return the key of all signatures: the one set, else one made once and kept in `home`."""
        return self.secret_key or _kept(self.home / "secret_key", secrets.token_urlsafe(48))

    def load_signing_keys(self) -> tuple[str, ...]:
        """Return the keys whose signatures are good, the oldest first; the last one signs."""
        return (*self.secret_key_fallbacks.replace(",", " ").split(), self.load_secret_key())

    def load_installation_id(self) -> UUID:
        """Return what tells this installation from others, made once and kept in `home`."""
        return UUID(_kept(self.home / "installation_id", str(uuid4())))

    def token(self, name: str) -> str | None:
        """Return the token of a source, from the variable `name` or the file in `name_FILE`.

        Raises:
            SettingsError: Both are set, or the file cannot be read.
        """
        token: str | None = _either(self.environ, name, f"{name}_FILE", Path.cwd())
        return token


def settings_from_environment() -> Settings:
    """Return the settings of this process."""
    return load_settings(os.environ, Path.cwd())


def load_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Return the settings that an environment names.

    Args:
        environ: Names to values; an empty value counts as not set.
        cwd: Where relative paths of the environment start; those of the TOML file start at its
            own folder.

    Raises:
        SettingsError: Something is unknown or wrong; the message names it and the mend.
    """
    environ = dict(environ)
    _refuse_unknown((name for name in environ if name.startswith(PREFIX)), _ENVIRON)
    config = cwd / (environ.get(f"{PREFIX}CONFIG") or "config")
    origin: dict[str, str] = {}
    given: dict[str, Any] = {"home": cwd / "var"}
    given |= _from_toml(config / "smarketing.toml", origin)
    given |= _from_environ(environ, cwd, origin)
    try:
        return Settings(**given | {"config": config, "environ": environ})
    except ValidationError as error:
        raise _first_fault(error, origin) from None


def _from_environ(environ: Mapping[str, str], cwd: Path, origin: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if home := environ.get(f"{PREFIX}HOME"):
        found["home"] = cwd / home
    for key in VALUES:
        name = f"{PREFIX}{key.upper()}"
        value = _either(environ, name, f"{name}_FILE", cwd)
        if value is not None:
            found[key], origin[key] = value, name
    return found


def _from_toml(path: Path, origin: dict[str, str]) -> dict[str, Any]:
    try:
        given = TomlConfigSettingsSource(Settings, toml_file=path).toml_data
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), f"is no TOML: {error}. Mend that line.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), f"cannot be read: {error}.") from None
    _refuse_unknown(given, _TOML, where=path)
    found: dict[str, Any] = {}
    for key in ("home", *VALUES):
        value = _either(given, key, f"{key}_file", path.parent, where=path)
        if value is not None:
            found[key], origin[key] = value, f"{key} in {path}"
    if isinstance(found.get("home"), str):
        found["home"] = path.parent / found["home"]
    return found


def _either(
    given: Mapping[str, Any], name: str, in_file: str, base: Path, where: Path | None = None
) -> Any:  # noqa: ANN401  (a value of a TOML file, not checked yet)
    """Return a value, or what stands in the file that it is kept in; None: neither is set."""
    value, path = given.get(name) or None, given.get(in_file) or None
    written = f"{in_file} in {where}" if where else in_file
    if path is None:
        return value
    if value is not None:
        raise SettingsError(written, f"is set, and {name} too. Keep one of them.")
    try:
        return (base / str(path)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no UTF-8 text"
        raise SettingsError(
            written, f"names {path}, which cannot be read ({reason}). Mend the path or its rights."
        ) from None


def _refuse_unknown(names: Iterable[str], known: Iterable[str], where: Path | None = None) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            near = next(iter(get_close_matches(name, known, n=1)), None)
            mend = f"Did you mean {near}?" if near else f"Known are {', '.join(known)}."
            raise SettingsError(f"{name} in {where}" if where else name, f"is no setting. {mend}")


def _first_fault(error: ValidationError, origin: Mapping[str, str]) -> SettingsError:
    fault = error.errors()[0]
    key = str(fault["loc"][0])
    reason = fault.get("ctx", {}).get("error")
    sentence = f"{reason}." if reason else "is no text. Put the value into quotes."
    return SettingsError(origin.get(key, f"{PREFIX}{key.upper()}"), sentence)


def _kept(path: Path, fresh: str) -> str:
    """Return what a file holds; where there is none it is made, whole or not at all.

    Two processes that start at once end with the same text: the name is given by a hard link,
    which fails for the second.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(fresh)
                file.flush()
                os.fsync(file.fileno())
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # the other process was first
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()
