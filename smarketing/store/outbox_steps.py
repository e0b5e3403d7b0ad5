"""The statements of the outbox: each step is a compare-and-set of state and token.

`{clock}` stands for the database's clock, `{skip}` for what keeps claims apart on PostgreSQL,
`{retried}` for the kinds that are sent again in doubt.
"""

from __future__ import annotations

from typing import Final

DOT_LEASE_S: Final = 900
"""How long the answer to the dot may take before it is doubtful; a drain waits 600 s for it."""

LAST_TRY_S: Final = 120
"""How long before a message is of no use it is tried once more, if its wait would miss that."""

BOUNCES: Final = 2
"""So many messages in a row that find no such recipient, and nothing more is sent to it."""

RESTS_S: Final = (60, 120, 300, 600, 900)
"""How long a way out that takes nothing is left alone: after the first failure, the second, ..."""

CLOCK: Final = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
}
LIVE: Final = "state IN ('pending', 'claimed', 'dot')"  # as the partial index says it
OPEN: Final = "(state = 'pending' OR (state = 'claimed' AND lease_until < {clock}))"
SHUT: Final = (
    "EXISTS (SELECT 1 FROM suppression WHERE suppression.recipient = LOWER(outbox.recipient) "
    "AND suppression.since_at IS NOT NULL)"
)
RESTS: Final = (
    "EXISTS (SELECT 1 FROM breaker WHERE breaker.channel = outbox.channel "
    "AND breaker.open_until > {clock})"
)
CAN_WAIT: Final = "digest"
"""The kind of which many are due at once and none is in haste."""

DUE: Final = (
    f"{LIVE} AND {OPEN} AND not_before <= :now AND expires_at > :now AND NOT {SHUT} AND NOT {RESTS}"
)
PLAN: Final = (
    "INSERT INTO outbox (dedupe_key, kind, channel, recipient, audience, subject, message_id, "
    "mime, state, attempts, maybe_twice, not_before, expires_at, created_at, due_at, last_reply) "
    "VALUES (:dedupe_key, :kind, :channel, :recipient, :audience, :subject, :message_id, :mime, "
    ":state, 0, 0, :not_before, :expires_at, :created_at, :due_at, :said) "
    "ON CONFLICT (dedupe_key) DO NOTHING"
)
PLAN_NOTED: Final = PLAN.replace(
    "DO NOTHING",
    "DO UPDATE SET subject = excluded.subject, mime = excluded.mime, state = excluded.state, "
    "audience = excluded.audience, recipient = excluded.recipient, "
    "message_id = excluded.message_id, not_before = excluded.not_before, "
    "expires_at = excluded.expires_at, created_at = excluded.created_at, last_reply = NULL, "
    "due_at = COALESCE(outbox.due_at, excluded.due_at) "
    "WHERE outbox.state IN ('skipped', 'unwanted')",
)
OF_KEY: Final = " AND dedupe_key = :only"
OF_MAIL: Final = " AND channel = 'mail'"
OF_ROOMS: Final = " AND channel <> 'mail'"
# The rows are picked in a CTE: PostgreSQL may run a subquery with LIMIT more than once.
CLAIM: Final = (
    f"WITH picked AS (SELECT id FROM outbox WHERE {DUE}{{asked}} "
    f"ORDER BY CASE WHEN kind = '{CAN_WAIT}' THEN 1 ELSE 0 END, not_before, id "
    "LIMIT :limit {skip}) "
    "UPDATE outbox SET state = 'claimed', token = :token, lease_until = {clock} + :lease, "
    "attempts = attempts + 1 WHERE id IN (SELECT id FROM picked) "
    "RETURNING id, token, dedupe_key, recipient, mime, attempts, kind, channel, not_before"
)
EXPIRED: Final = f"{OPEN} AND expires_at <= :now"
EXPIRE: Final = (
    "UPDATE outbox SET state = 'failed', token = NULL, lease_until = NULL, "
    "last_reply = COALESCE(last_reply || ' - ', '') || 'given up: too old to be of use' "
    f"WHERE {LIVE} AND {EXPIRED} RETURNING id, last_reply"
)
SUPPRESSED: Final = f"{OPEN} AND {SHUT}"
SUPPRESS: Final = (
    "UPDATE outbox SET state = 'failed', token = NULL, lease_until = NULL, "
    "last_reply = 'not sent, as there is no such recipient any more: ' || (SELECT said FROM "
    "suppression WHERE suppression.recipient = LOWER(outbox.recipient)) "
    f"WHERE {LIVE} AND {SUPPRESSED} RETURNING id, last_reply"
)
DOUBTFUL: Final = "state = 'dot' AND lease_until < {clock}"
# At the next byte, not before: what expires or is cancelled meanwhile never went twice.
FLAG: Final = (
    "maybe_twice = CASE WHEN EXISTS (SELECT 1 FROM receipt WHERE receipt.outbox_id = outbox.id "
    "AND receipt.what IN ('in doubt', 'held', 'put back, in doubt')) THEN 1 ELSE maybe_twice END"
)
# Others go first then: it may be this message that the other side cannot bear.
SETTLE_DOUBT: Final = (
    "UPDATE outbox SET state = CASE WHEN kind IN {retried} THEN 'pending' ELSE 'held' END, "
    "not_before = CASE WHEN kind IN {retried} AND not_before < :now THEN :now ELSE not_before END, "
    "token = NULL, lease_until = NULL, "
    "last_reply = COALESCE(last_reply, 'the drain ended while it waited for the last answer') "
    f"WHERE {LIVE} AND {DOUBTFUL} RETURNING id, last_reply, state"
)
BOUNCE: Final = (
    "INSERT INTO suppression (recipient, bounces, since_at, said) "
    "SELECT LOWER(recipient), 1, NULL, :said FROM outbox WHERE id = :id "
    "ON CONFLICT (recipient) DO UPDATE SET bounces = suppression.bounces + 1, "
    f"said = excluded.said, since_at = CASE WHEN suppression.bounces + 1 >= {BOUNCES} "
    "THEN COALESCE(suppression.since_at, {clock}) END"
)
GONE: Final = (
    "INSERT INTO suppression (recipient, bounces, since_at, said) "
    "SELECT LOWER(recipient), 1, {clock}, :said FROM outbox WHERE id = :id "
    "ON CONFLICT (recipient) DO UPDATE SET bounces = suppression.bounces + 1, "
    "said = excluded.said, since_at = COALESCE(suppression.since_at, {clock})"
)
TOOK: Final = (  # whoever takes a message is there after all
    (
        "DELETE FROM suppression WHERE recipient = "
        "(SELECT LOWER(recipient) FROM outbox WHERE id = :id)"
    ),
    "DELETE FROM breaker WHERE channel = (SELECT channel FROM outbox WHERE id = :id)",
)
# Longer where the other side asks for it; CASE, as the two databases call the larger of two apart.
REST: Final = (
    "INSERT INTO breaker (channel, failures, open_until, said) VALUES (:channel, 1, "
    f"{{clock}} + CASE WHEN :asked > {RESTS_S[0]} THEN :asked ELSE {RESTS_S[0]} END, :said) "
    "ON CONFLICT (channel) DO UPDATE SET "
    "failures = breaker.failures + 1, said = excluded.said, open_until = {clock} + CASE "
    + " ".join(
        f"WHEN breaker.failures = {n} AND :asked <= {s} THEN {s}"
        for n, s in enumerate(RESTS_S[1:], 1)
    )
    + f" WHEN breaker.failures >= {len(RESTS_S)} AND :asked <= {RESTS_S[-1]} THEN {RESTS_S[-1]}"
    " ELSE :asked END"
)
STEP: Final = (
    "UPDATE outbox SET {changes} WHERE id = :id AND token = :token AND state IN {states} "
    "RETURNING attempts"
)
_OF_ITS_WAY: Final = (
    "FROM receipt JOIN outbox ON outbox.id = receipt.outbox_id "
    "WHERE outbox.channel = (SELECT channel FROM outbox WHERE id = :id)"
)
TOOK_OTHERS: Final = (
    f"SELECT 1 {_OF_ITS_WAY} AND receipt.what = 'sent' AND receipt.id > "
    "(SELECT MAX(id) FROM receipt WHERE outbox_id = :id AND what = 'set aside') LIMIT 1"
)
REFUSED_OTHERS: Final = (
    f"SELECT 1 {_OF_ITS_WAY} AND receipt.what IN ('refused for good', 'set aside') "
    "AND LOWER(outbox.recipient) <> (SELECT LOWER(recipient) FROM outbox WHERE id = :id) "
    f"AND receipt.id > COALESCE((SELECT receipt.id {_OF_ITS_WAY} AND receipt.what = 'sent' "
    "ORDER BY receipt.id DESC LIMIT 1), 0) LIMIT 1"
)
RECEIPT: Final = (
    "INSERT INTO receipt (outbox_id, at, what, attempt, said) "
    "VALUES (:id, {clock}, :what, :attempt, :said)"
)
WAITS_AGAIN: Final = (
    "state = 'pending', token = NULL, lease_until = NULL, last_reply = :reply, not_before = "
    f"CASE WHEN :at >= expires_at AND not_before < expires_at - {LAST_TRY_S} "
    f"THEN expires_at - {LAST_TRY_S} ELSE :at END"
)
BEFORE_THE_ANSWER: Final = "('claimed', 'dot')"
