"""Backups of an installation, and what follows from putting one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from smarketing.bootstrap.house import House
    from smarketing.settings import Settings
    from smarketing.store.backup.restore import Restored


def backup(house: House, folder: Path, now: datetime) -> Path:
    """Return a new backup of the database in a folder; the last night has one with it."""
    from smarketing.domain.marks import nightly
    from smarketing.services.audit.backups import WORK
    from smarketing.store.backup.make import back_up

    made = back_up(house.engine, folder, now)
    house.marks.claim(nightly(WORK), now)
    return made


def nightly_backup(house: House, now: datetime) -> str:
    """Make a backup, drop the old ones; return what was done, empty where backups are off."""
    from smarketing.store.backup.files import drop_old

    settings = house.settings
    if settings.backup == "off":
        return ""
    made = backup(house, settings.backups, now)
    dropped = drop_old(settings.backups)
    return f"{made.name} made" + (f", {dropped} old ones dropped" if dropped else "")


def restore(settings: Settings, file: Path, now: datetime, *, dry_run: bool = False) -> Restored:
    """Put a backup in the place of the database, and note what is left to a person to do."""
    from smarketing.bootstrap.house import check_config, open_house
    from smarketing.domain.findings import FindingKind
    from smarketing.services.audit.restored import restored_finding
    from smarketing.store.backup.restore import restore as put_back

    check_config(settings)  # before anything is replaced: what is left to do is noted in the end
    done = put_back(settings.database_url, file, now, dry_run=dry_run)
    if not dry_run:
        house = open_house(settings)
        zone = house.book().pages_timezone
        found = restored_finding(done.made_at, now, done.held or 0, zone)
        house.findings.see([found], [FindingKind.RESTORED], now)
        house.engine.dispose()
    return done
