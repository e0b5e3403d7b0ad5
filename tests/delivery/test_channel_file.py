from __future__ import annotations

from pathlib import Path

import pytest

from smarketing.delivery.channel_file import ChannelError, load_channels
from smarketing.delivery.signing import parse_secret
from smarketing.domain.channels import Channel, ChannelKind, Occasion
from tests.delivery.receiver import OLD_SECRET, SECRET

SET = {
    "CHAT_URL": "https://hooks.slack.example/services/T0/B0/key",
    "LAKE_URL": "http://10.1.2.3:8080/in",
    "LAKE_SECRET": f"{SECRET} {OLD_SECRET}",
    "BROKEN_URL": "hooks.example",
}
SLACK = (
    '[[channels]]\nname = "sales-chat"\nkind = "slack"\nurl_env = "CHAT_URL"\nsends = ["digest"]\n'
)
LAKE = (
    '[[channels]]\nname = "lake"\nkind = "webhook"\nurl_env = "LAKE_URL"\n'
    'secret_env = "LAKE_SECRET"\nsends = ["escalation", "chronic"]\nallow_private = true\n'
    'agreements = ["sales-marketing"]\n'
)


def load(folder: Path, text: str) -> tuple[Channel, ...]:
    path = folder / "channels.toml"
    path.write_text(text, encoding="utf-8")
    return load_channels(path, SET.get)


def test_channels_are_read_in_the_order_of_the_file(tmp_path: Path):
    chat, lake = load(tmp_path, SLACK + LAKE)
    assert (chat.name, chat.kind, chat.url) == ("sales-chat", ChannelKind.SLACK, SET["CHAT_URL"])
    assert (chat.audience, chat.allow_private, chat.secrets) == ("both", False, ())
    assert lake.secrets == (parse_secret(SECRET), parse_secret(OLD_SECRET))
    assert lake.sends == {Occasion.ESCALATION, Occasion.CHRONIC}


def test_a_channel_with_agreements_tells_of_no_other(tmp_path: Path):
    chat, lake = load(tmp_path, SLACK + LAKE)
    assert lake.tells(Occasion.CHRONIC, "sales-marketing")
    assert not lake.tells(Occasion.CHRONIC, "agency")
    assert not lake.tells(Occasion.DIGEST, "sales-marketing")
    assert chat.tells(Occasion.DIGEST, "agency")


def test_what_is_secret_is_not_shown_with_a_channel(tmp_path: Path):
    shown = repr(load(tmp_path, SLACK + LAKE))
    assert "T0/B0" not in shown
    assert "10.1.2.3" not in shown
    assert repr(parse_secret(SECRET)) not in shown


def test_without_a_file_there_are_no_channels(tmp_path: Path):
    assert load_channels(tmp_path / "channels.toml", SET.get) == ()


def test_the_file_that_is_delivered_has_examples_and_no_channel():
    path = Path(__file__).parents[2] / "config" / "channels.toml"
    assert load_channels(path, SET.get) == ()


def test_the_examples_of_the_delivered_file_work_as_they_stand(tmp_path: Path):
    path = Path(__file__).parents[2] / "config" / "channels.toml"
    lines = [line.removeprefix("# ") for line in path.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(line for line in lines if line.startswith("[[") or " = " in line)
    names = ("SALES_CHAT_URL", "MARKETING_ROOM_URL", "DATA_LAKE_URL")
    held = dict.fromkeys(names, "https://hooks.example/x") | {"DATA_LAKE_SECRET": SECRET}
    (tmp_path / "channels.toml").write_text(text, encoding="utf-8")
    kinds = [channel.kind for channel in load_channels(tmp_path / "channels.toml", held.get)]
    assert kinds == list(ChannelKind)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "sales-chat"', 'name = "Sales"', "channel 1, key name: use small letters"),
        ('name = "sales-chat"', 'name = "mail"', "key name: 'mail' is the way out of mails"),
        ('name = "sales-chat"\n', "", "channel 1, key name: missing"),
        ('"slack"', '"email"', "(sales-chat), key kind: write slack, teams or webhook"),
        ('["digest"]', '["digests"]', "key sends: 'digests' is unknown; known are: escalation"),
        ('["digest"]', '["test"]', "key sends: 'test' is unknown"),
        ('["digest"]', "[]", "key sends: write a list of texts"),
        ('["digest"]', '"digest"', "key sends: write a list of texts"),
        ('"CHAT_URL"', '"OTHER"', "key url_env: OTHER is not set; set it, or OTHER_FILE"),
        ('"CHAT_URL"', '"SMARKETING_CHAT"', "key url_env: names beginning with SMARKETING_"),
        ('"CHAT_URL"', '"BROKEN_URL"', "key url_env: BROKEN_URL is no address; write it as"),
        ('"CHAT_URL"', '"LAKE_URL"', "key url_env: LAKE_URL is not encrypted; write https://"),
        ("sends", "url = 'x'\nsends", "key url: unknown; known here are: name, kind, sends"),
        ("sends", "allow_private = 1\nsends", "key allow_private: write true or false"),
        ("sends", 'audience = "all"\nsends', "key audience: write marketing, sales or both"),
        ("sends", 'secret_env = "X"\nsends', "key secret_env: slack signs nothing"),
        ('"slack"', '"webhook"', "key secret_env: missing"),
        (
            '"slack"', '"webhook"\nsecret_env = "CHAT_URL"',
            "key secret_env: CHAT_URL does not begin with whsec_",
        ),
        ("[[channels]]", "[[channel]]", "key channel: unknown; write each channel as"),
        ("[[channels]]", "[[channels]", "channels.toml cannot be read"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_with_file_key_and_mend(
    tmp_path: Path, old: str, new: str, said: str
):
    with pytest.raises(ChannelError) as caught:
        load(tmp_path, SLACK.replace(old, new, 1))
    assert str(caught.value).startswith("channels.toml")
    assert said in str(caught.value)


def test_a_name_is_used_once(tmp_path: Path):
    with pytest.raises(ChannelError, match=r"channel 2 .sales-chat., key name: .* used twice"):
        load(tmp_path, SLACK + SLACK)
