"""Can we keep it: capacity, what attempts and hours bring, the cheapest mix of leads."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from smarketing.domain.speed import CAVEATS
from smarketing.services.agreements.scopes import whom
from smarketing.services.allocation.words import in_hours, mix_headline, money, price_sentences
from smarketing.services.capacity.capacity import ASSUMES
from smarketing.services.capacity.page import agreements_held
from smarketing.services.capacity.typed import typed_from
from smarketing.services.capacity.words import headline, speed_sentence
from smarketing.services.reaching.heat import hours_shown
from smarketing.services.reaching.words import heat_headline, speed_words, tries_headline
from smarketing.web.capacity_lines import shade_of, try_fields
from smarketing.web.parts import parts

blueprint = Blueprint("capacity", __name__, url_prefix="/capacity")


@blueprint.get("")
def show() -> str:
    """Show the three answers for an agreement, with what somebody tries."""
    portal = parts()
    agreements = agreements_held(portal.book(), portal.clock())
    if not agreements:
        return render_template("capacity/none.html")
    asked = request.args.to_dict()
    typed, problems = typed_from(asked)
    page = portal.capacity(asked.get("agreement") or None, typed)
    return render_template(
        "capacity/show.html",
        page=page,
        agreements=agreements,
        fields=try_fields(page, asked, problems),
        headline=headline(page.capacity),
        speeds=[speed_sentence(speed) for speed in page.capacity.speeds],
        assumes=ASSUMES,
        named=lambda cell: whom(cell.segment, cell.tier, page.agreement),
        tries_headline=tries_headline(page.reaching.tries),
        heats=[(heat, heat_headline(heat), hours_shown(heat)) for heat in page.reaching.heats],
        shade_of=shade_of,
        speed_words=speed_words(page.reaching.speed) if page.reaching.speed else "",
        caveats=CAVEATS,
        mix_headline=mix_headline(page.mix),
        prices=price_sentences(page.mix),
        money=lambda amount: money(amount, page.mix),
        in_hours=in_hours,
    )
