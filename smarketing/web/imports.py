"""The import page: bring a file, correct its mapping, try it, take it in, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from smarketing.domain.errors import ConflictError
from smarketing.services.intake.mapping_page import AS_DETECTED
from smarketing.services.intake.runs import latest, rejected_file, run_named
from smarketing.services.intake.titles import COLUMN_TITLES
from smarketing.services.intake.wizard import UnusableFileError
from smarketing.web.import_words import DELIMITERS, ORDERS
from smarketing.web.notes import note
from smarketing.web.parts import parts, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug import Response
    from werkzeug.exceptions import RequestEntityTooLarge

blueprint = Blueprint("imports", __name__, url_prefix="/import")

LARGEST_FILE: Final = 25 << 20
"""Bytes of one upload."""

_LAST_ID: Final = 2**63 - 1
_FILE: Final = "/file/<token>"
_RUN: Final = f"/<int(max={_LAST_ID}):import_id>"

Page = tuple[str, int]


def install(app: Flask) -> None:
    """Let a file be larger than a form: here, for those who may bring one, and nowhere else.

    It belongs between the guard, which turns everybody else away, and whoever reads the form.
    """
    app.before_request(_allow_files)


def _allow_files() -> None:
    if request.endpoint == "imports.bring":
        request.max_content_length = LARGEST_FILE


@blueprint.get("")
def show() -> str:
    """Show the form, and the imports so far."""
    return _start("")


@blueprint.post("")
def bring() -> Response | Page:
    """Keep a file, and go on to what was detected of it."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _start("Choose a file first."), 422
    kind, now = request.form.get("kind", ""), parts().clock()
    try:
        token = parts().imports.wizard.bring(file.filename, kind, file.save, signed_in(), now)
    except UnusableFileError as error:
        return _start(str(error)), 422
    finally:
        file.close()
    return redirect(url_for("imports.mapping", token=token), 303)


@blueprint.errorhandler(413)
def refuse_large(_error: RequestEntityTooLarge) -> Page:
    """Say on the form that a file is too large."""
    most = f"{LARGEST_FILE >> 20} MB"
    sentence = f"The file is larger than {most}: export it in parts, or use smarketing import."
    return _start(f"{sentence} Nothing was kept."), 413


@blueprint.get(_FILE)
def mapping(token: str) -> Response | Page:
    """Show what was detected, to be corrected."""
    if number := parts().imports.wizard.taken_as(token, signed_in()):
        return redirect(url_for("imports.result", import_id=number), 303)
    return _mapping(token, "")


@blueprint.post(_FILE)
def choose(token: str) -> Response | Page:
    """Keep the choices; go on to the dry run, or look again."""
    try:
        parts().imports.wizard.choose(token, signed_in(), request.form)
    except UnusableFileError as error:
        return _mapping(token, str(error))
    goes = "imports.mapping" if "again" in request.form else "imports.check"
    return redirect(url_for(goes, token=token), 303)


@blueprint.get(f"{_FILE}/check")
def check(token: str) -> str | Response | Page:
    """Try it: show what taking the file in would do."""
    wizard, person = parts().imports.wizard, signed_in()
    if number := wizard.taken_as(token, person):
        return redirect(url_for("imports.result", import_id=number), 303)
    try:
        report = wizard.check(token, person, parts().clock())
    except UnusableFileError as error:
        return _mapping(token, str(error))
    page = wizard.page(token, person)
    return render_template("imports/check.html", page=page, report=report)


@blueprint.get(f"{_FILE}/rejected.csv")
def rejected_then(token: str) -> Response:
    """Hand out the rows that the dry run rejected."""
    path = parts().imports.wizard.rejected(token, signed_in())
    return send_file(path, "text/csv", as_attachment=True, download_name="rejected.csv")


@blueprint.post(f"{_FILE}/run")
def run(token: str) -> Response | Page:
    """Take the file in; a second press leads to the same result."""
    try:
        number = parts().imports.wizard.run(token, signed_in(), parts().clock())
    except UnusableFileError as error:
        return _mapping(token, str(error))
    except ConflictError as error:
        note(str(error), "known")
        return redirect(url_for("imports.show"), 303)
    return redirect(url_for("imports.result", import_id=number), 303)


@blueprint.post(f"{_FILE}/drop")
def drop(token: str) -> Response:
    """Drop a file, and begin anew."""
    parts().imports.wizard.drop(token, signed_in())
    return redirect(url_for("imports.show"), 303)


@blueprint.get(_RUN)
def result(import_id: int) -> str:
    """Show what an import did."""
    now = parts().clock()
    shown = run_named(parts().imports.runs, import_id, now)
    return render_template(
        "imports/result.html", run=shown, now=now, zone=parts().book().pages_timezone
    )


@blueprint.get(f"{_RUN}/rejected.csv")
def rejected(import_id: int) -> Response:
    """Hand out the rejected rows of an import."""
    path = rejected_file(parts().imports.runs, import_id)
    return send_file(
        path, "text/csv", as_attachment=True, download_name=f"rejected-{import_id}.csv"
    )


@blueprint.post(f"{_RUN}/undo")
def undo(import_id: int) -> Response:
    """Take an import back, and show what came of it."""
    try:
        parts().imports.undo(import_id, parts().clock(), signed_in().email)
    except ConflictError as error:
        note(str(error), "known")
    return redirect(url_for("imports.result", import_id=import_id), 303)


def _start(problem: str) -> str:
    now = parts().clock()
    return render_template(
        "imports/start.html",
        problem=problem,
        runs=latest(parts().imports.runs, now),
        most=f"{LARGEST_FILE >> 20} MB",
        now=now,
        zone=parts().book().pages_timezone,
    )


def _mapping(token: str, problem: str) -> Page:
    """Return the page of the mapping; the first page where the file cannot be read any more."""
    try:
        page = parts().imports.wizard.page(token, signed_in())
    except UnusableFileError as error:
        return _start(str(error)), 422
    shown = render_template(
        "imports/mapping.html",
        page=page,
        problem=problem,
        titles=COLUMN_TITLES,
        orders=ORDERS,
        delimiters=DELIMITERS,
        as_detected=AS_DETECTED,
    )
    return shown, 422 if problem else 200
