"""`smarketing exceptions`: leads that nobody tried in time, or too seldom."""

from __future__ import annotations

import click

from smarketing.cli.parts import house, json_option, now, put_json, put_table, say

_MINUTE_S = 60


@click.command("exceptions")
@json_option
def exceptions_command(*, as_json: bool) -> None:
    """List the leads whose attempts are overdue, by who has them.

    A lead stands here from the moment its attempt is overdue until somebody makes it, rejects or
    recycles the lead, or the breach is excused; "given up" says that its agreed time or its month
    is over.
    """
    from smarketing.bootstrap import catch_up
    from smarketing.services.team.exceptions import RULE, exceptions_of
    from smarketing.store.exceptions import ExceptionDesk

    home, at = house(), now()
    catch_up(home, at)
    lists = exceptions_of(ExceptionDesk(home.engine), home.book(), at)
    rows = [(one.name, lead) for one in lists for lead in one.leads]
    if as_json:
        put_json(
            {
                "exceptions": [
                    {
                        "holder": name,
                        "lead": lead.lead_id,
                        "name": lead.name,
                        "segment": lead.segment,
                        "tier": lead.tier,
                        "metric": lead.metric,
                        "attempts_made": lead.made,
                        "attempts_promised": lead.promised,
                        "due_at": f"{lead.due_at:%Y-%m-%dT%H:%M:%SZ}",
                        "over_minutes": lead.over_s // _MINUTE_S,
                        "given_up": lead.is_given_up,
                    }
                    for name, lead in rows
                ]
            }
        )
    elif not rows:
        say("nobody is on the list: no attempt is overdue")
    else:
        say(RULE)
        put_table(
            ("who has it", "lead", "name", "made", "promised", "over", "given up"),
            [
                (name, lead.lead_id, lead.name, lead.made, lead.promised,
                 f"{lead.over_s // _MINUTE_S} min", "given up" if lead.is_given_up else None)
                for name, lead in rows
            ],
        )  # fmt: skip
