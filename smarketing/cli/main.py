"""The command: its calls by name, loaded only when they are used, and its exit codes.

stdout carries data, stderr talk. Exit: 0 done, 1 failed, 2 usage, 3 done in part (some rows
rejected), 4 configuration, 5 locked.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

import click

FAILED, IN_PART, CONFIGURATION, LOCKED = 1, 3, 4, 5

_CALLS: Final[dict[str, tuple[str, str]]] = {
    "init": ("house", "Create or migrate the database; safe to repeat."),
    "demo": ("demo", "Load the sample company, and serve it."),
    "import": ("imports", "Take in a CSV or XLSX of leads, activities or deals."),
    "lead": ("leads", "Enter a lead by hand."),
    "mapping": ("imports", "Guess a mapping from the headers and values of a file."),
    "sources": ("sources", "Show the configured sources and how far they were read."),
    "pull": ("sources", "Read the configured sources now."),
    "channels": ("channels", "Show the channels besides mail, and send a test message."),
    "agreement": ("agreements", "Check, load, show, explain and sign agreements."),
    "calendar": ("calendars", "Compute working time for cases on stdin."),
    "goals": ("goals", "Show the targets that the goal asks for, with every input."),
    "forecast": ("forecasts", "Show how likely each target still is, and where a month may end."),
    "progress": ("figures", "Show what was delivered and answered, against the promises."),
    "clock": ("clocks", "Explain the clocks of a lead, interval by interval."),
    "exceptions": ("exceptions", "List the leads whose attempts are overdue."),
    "breaches": ("breaches", "List what was promised and not kept."),
    "capacity": ("capacities", "Say whether the people there are can keep the promises."),
    "compare": ("comparisons", "Compare providers and sites under the same promise."),
    "statement": ("statements", "Say whether the promised level is met, and what is owed."),
    "ladder": ("ladders", "Replay a month: what an escalation ladder would have done."),
    "digest": ("digests", "Write the weekly report as mail, page, text and pictures."),
    "serve": ("serving", "Serve the portal."),
    "scheduler": ("serving", "Run the worker."),
    "user": ("people", "Add people, and set what they may do."),
    "mail": ("mails", "Try the way that mails go, and say what to mend."),
    "facts": ("facts", "Hold the figures of days against a recount."),
    "backup": ("backups", "Make a backup of the database."),
    "restore": ("backups", "Put a backup in the place of the database."),
    "doctor": ("doctor", "Check the installation, and say what to mend."),
}
"""Name to the module of `smarketing.cli` that has it, and its short help."""


class Calls(click.Group):
    """A group that imports a call when it is used: `--help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the interface)
        """Return the names, in the order of a first day's work."""
        return list(_CALLS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a call; None when there is none of that name."""
        if cmd_name not in _CALLS:
            return None
        module = import_module(f"smarketing.cli.{_CALLS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of calls without importing any of them."""
        with formatter.section("Calls"):
            formatter.write_dl([(name, told) for name, (_, told) in _CALLS.items()])


@click.group(
    cls=Calls,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit: 0 done, 1 failed, 2 usage, 3 done in part, 4 configuration, 5 locked.",
)
@click.version_option(package_name="smarketing", prog_name="smarketing")
def cli() -> None:
    """Run the agreement between Sales and Marketing."""


def main() -> None:
    """Run the command; what may be expected to go wrong is one sentence and an exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(FAILED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except _expected() as error:  # evaluated only now: what was not imported cannot have failed
        click.echo(str(error), err=True)
        sys.exit(_exit_code(error))


_EXPECTED: Final = (
    ("smarketing.settings", "SettingsError", CONFIGURATION),
    ("smarketing.delivery.channel_file", "ChannelError", CONFIGURATION),
    ("smarketing.domain.errors", "BusyError", LOCKED),
    ("smarketing.domain.errors", "SmarketingError", FAILED),
    ("connectors.protocol", "ConnectorError", FAILED),
)
"""Module, error and exit code; the first that fits counts."""


def _expected() -> tuple[type[Exception], ...]:
    """Return the errors that are told in one sentence."""
    return tuple(_loaded(module, name) for module, name, _ in _EXPECTED if module in sys.modules)


def _exit_code(error: Exception) -> int:
    there = (known for known in _EXPECTED if known[0] in sys.modules)
    return next(code for module, name, code in there if isinstance(error, _loaded(module, name)))


def _loaded(module: str, name: str) -> type[Exception]:
    kind: type[Exception] = getattr(sys.modules[module], name)
    return kind


if __name__ == "__main__":
    main()
