from __future__ import annotations

from tests.web.portal import Portal


def test_health_says_that_the_database_answers():
    answer = Portal().client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"database": "answers"})


def test_health_is_503_when_it_does_not():
    answer = Portal(answers=False).client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": "does not answer"})
