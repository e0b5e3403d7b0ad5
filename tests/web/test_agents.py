from __future__ import annotations

import pytest

from smarketing.web.agents import agent_words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            f"Mozilla/5.0 (Linux; Android 16; Pixel 9) {_WEBKIT} Chrome/142.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S931B) SamsungBrowser/28.0 Chrome/130 Safari/537",
            "Samsung Internet on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_6) CriOS/142.0 Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/141.0 OPR/125.0", "Opera on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0", "Firefox on Linux"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/142.0", "Chrome on ChromeOS"),
        ("curl/8.14.1", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name_and_its_system(agent: str, words: str):
    assert agent_words(agent) == words
