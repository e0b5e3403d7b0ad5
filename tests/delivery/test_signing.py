from __future__ import annotations

import pytest

from smarketing.delivery.signing import parse_secret, signature, signed_headers
from tests.delivery.receiver import OLD_SECRET, SECRET

VECTOR = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_test_vector_of_standard_webhooks_is_signed_as_published():
    assert signature(parse_secret(SECRET), *VECTOR) == SIGNED


def test_while_a_key_is_changed_both_sign():
    keys = [parse_secret(OLD_SECRET), parse_secret(SECRET)]
    told = signed_headers(keys, *VECTOR)
    assert told["webhook-id"] == VECTOR[0]
    assert told["webhook-timestamp"] == "1614265330"
    assert told["webhook-signature"].split(" ")[1] == SIGNED
    assert told["webhook-signature"].startswith("v1,")


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin with whsec_"),
        ("whsec_not base64!", "is no base64"),
        ("whsec_c2hvcnQ=", "has 5 bytes"),
    ],
)
def test_a_secret_that_is_none_is_said_without_showing_it(secret: str, fault: str):
    with pytest.raises(ValueError, match=fault) as caught:
        parse_secret(secret)
    assert secret not in str(caught.value)
