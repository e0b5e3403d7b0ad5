"""`smarketing channels`: the configured channels, a test message, and one that was over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smarketing.cli.parts import house, json_option, now, put_json, put_table, say

if TYPE_CHECKING:
    from smarketing.bootstrap import House
    from smarketing.services.channels.shown import ChannelLine


@click.group("channels", invoke_without_command=True)
@json_option
@click.pass_context
def channels_command(context: click.Context, *, as_json: bool) -> None:
    """Show the configured channels, and what became of the last message to each."""
    if context.invoked_subcommand is not None:
        return
    lines = _lines(house())
    if as_json:
        put_json({"channels": [_row(line) | _last(line) for line in lines]})
    elif lines:
        headers = (*_row(lines[0]), "last message")
        put_table(headers, [(*_row(line).values(), _last_told(line)) for line in lines])
    else:
        say("no channel yet: name one in config/channels.toml")


@channels_command.command("test")
@click.argument("name")
def test(name: str) -> None:
    """Send a message to the channel NAME now, and print what it said."""
    from smarketing.bootstrap import send_trial

    home = house()
    line = _named(home, name)
    if line.shut:
        raise click.ClickException(
            f"{name} is over since {line.shut.since_at:%Y-%m-%d}: {line.shut.said}"
        )
    sent = send_trial(home, line.channel, now, "the command smarketing channels test")
    if sent.state in {"claimed", "dot"} and not sent.said:
        raise click.ClickException(
            f"a worker sends the message to {name} and has no answer yet: look at it on the page "
            "Messages in a while"
        )
    if sent.state != "sent":
        raise click.ClickException(f"{name} did not take it ({sent.state}): {sent.said}")
    click.echo(f"{name} took it: {sent.said}")


@channels_command.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Send to the channel NAME again, after it said that it is over, or while it rests."""
    from smarketing.store.outbox import OutboxStore

    home = house()
    channel = _named(home, name).channel
    outbox = OutboxStore(home.engine, home.settings.retried)
    changed = [outbox.lift(channel.name), outbox.wake(channel.name)]
    say(f"{name} is used again" if any(changed) else f"{name} was in use already")


def _lines(home: House) -> tuple[ChannelLine, ...]:
    from smarketing.bootstrap import configured_channels
    from smarketing.services.channels.shown import channel_lines
    from smarketing.store.receipts import Receipts

    return channel_lines(configured_channels(home), Receipts(home.engine))


def _named(home: House, name: str) -> ChannelLine:
    lines = {line.channel.name: line for line in _lines(home)}
    if name not in lines:
        known = ", ".join(lines) or "none yet"
        raise click.ClickException(
            f"no channel is named {name!r}; config/channels.toml has: {known}"
        )
    return lines[name]


def _row(line: ChannelLine) -> dict[str, object]:
    channel = line.channel
    return {
        "name": channel.name,
        "kind": str(channel.kind),
        "sends": ", ".join(sorted(channel.sends)),
        "state": _state(line),
    }


def _last(line: ChannelLine) -> dict[str, object]:
    last = line.last
    return {
        "last": None if last is None else f"{last.sent_at or last.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "last_state": None if last is None else last.state,
        "last_said": line.fault or (None if last is None else last.said),
    }


def _last_told(line: ChannelLine) -> str:
    """Return what became of the last message, for a person."""
    if line.last is None:
        return "none yet"
    told = _last(line)
    said = f": {told['last_said']}" if told["last_said"] else ""
    return f"{told['last_state']} {told['last']}{said}"


def _state(line: ChannelLine) -> str:
    if line.shut:
        return "over"
    return f"rests until {line.resting.open_until:%H:%M} UTC" if line.resting else "in use"
