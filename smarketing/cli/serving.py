"""`smarketing serve` and `smarketing scheduler`: the two processes of an installation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import house, now, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.bootstrap import House
    from smarketing.web.parts import DemoLogin

_THREADS = 8


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--with-scheduler", is_flag=True, help="Run the worker in this process, too.")
def serve_command(host: str, port: int, *, with_scheduler: bool) -> None:
    """Serve the portal."""
    serve(house(), host, port, with_scheduler=with_scheduler)


@click.command("scheduler")
def scheduler_command() -> None:
    """Run the worker: marks what falls due, pulls sources, plans and sends the reports.

    Any number of workers over one database does no harm. It ends with the job that is running
    when it is asked to (Ctrl-C or SIGTERM).
    """
    from smarketing.bootstrap import configured_channels
    from smarketing.scheduler.parts import worker_parts
    from smarketing.scheduler.worker import run

    home = house()
    configured_channels(home)  # a fault of their file is told before anything runs
    parts = worker_parts(home, now(), now)
    say(f"worker started; sources: {', '.join(parts.pulls) or 'none configured'}")
    run(parts)
    say("worker stopped")


def serve(
    home: House,
    host: str,
    port: int,
    *,
    with_scheduler: bool,
    demo_logins: tuple[DemoLogin, ...] = (),
) -> None:
    """Serve the portal until it is stopped.

    Raises:
        ClickException: The address is taken.
    """
    from waitress.server import create_server

    from smarketing.bootstrap import portal
    from smarketing.scheduler.rhythms import job_rhythms
    from smarketing.store.people import People

    app = portal(home, now, demo_logins, lambda: job_rhythms(home, now()))
    try:
        server = create_server(app, host=host, port=port, threads=_THREADS, ident=None)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another one with --port"
        ) from error
    say(f"portal on http://{host}:{port} (stop with Ctrl-C)")
    if not People(home.engine).everyone():
        say(
            "nobody can sign in yet; make the first administrator: "
            'smarketing user add YOUR@E-MAIL --name "YOUR NAME" --role administrator'
        )
    with _worker(home) if with_scheduler else _nothing():
        try:
            server.run()
        finally:
            server.close()


@contextmanager
def _worker(home: House) -> Iterator[None]:
    from smarketing.bootstrap import configured_channels
    from smarketing.scheduler.parts import worker_parts
    from smarketing.scheduler.worker import start

    configured_channels(home)
    worker = start(worker_parts(home, now(), now))
    try:
        yield
    finally:
        worker.stop()


@contextmanager
def _nothing() -> Iterator[None]:
    yield
