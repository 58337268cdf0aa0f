"""Each service gets messages as it documents them, and its answer is understood: the body's code decides, not HTTP 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from tests.messaging.robots import Mood, Robot, recorded
from tongzhou.core import clock
from tongzhou.messaging import outgoing as guard
from tongzhou.messaging.channels import KINDS, kind_of
from tongzhou.messaging.channels.contract import Mention, Outcome, Outgoing, Part, Verdict
from tongzhou.messaging.channels.cutting import bytes_of, cut_line
from tongzhou.messaging.channels.dingtalk import transport as dingtalk
from tongzhou.messaging.channels.feishu import transport as feishu
from tongzhou.messaging.channels.webhook import transport as webhook
from tongzhou.messaging.channels.wecom.rendering import body_of as wecom_body

SECRETS = {"dingtalk": "SEC-0123456789", "feishu": "s1gn", "lark": "s1gn", "webhook": "sixteen-letters-ok"}
HTTP_KINDS = ["wecom", "dingtalk", "feishu", "lark", "webhook", "slack", "teams"]
CHATS = ["wecom", "dingtalk", "feishu", "lark"]
LINK = "https://tongzhou.example.com/projects/1/"


def message(*lines: str, title: str = "按期 · 618大促活动", mentions: tuple[Mention, ...] = ()) -> Outgoing:
    """A day's message."""
    return Outgoing(
        (Part(title, lines or ("6月3日 活动页面设计 延期1天",), LINK, "打开看板", mentions),), "k1", clock.now()
    )


def send(robot: Robot, outgoing: Outgoing | None = None, secret: str | None = None) -> Outcome:
    """Hands the message to the robot."""
    kind = kind_of(robot.vendor)
    return kind.send(outgoing or message(), robot.address, SECRETS.get(robot.vendor, "") if secret is None else secret)


RobotOf = Callable[..., Robot]


@pytest.mark.parametrize("vendor", HTTP_KINDS)
def test_a_message_arrives_signed_and_whole(vendor: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS.get(vendor, ""))
    outcome = send(robot)
    assert (outcome.verdict, outcome.code, robot.wrong) == (Verdict.SENT, "ok", [])
    assert "活动页面设计" in robot.texts()[0]
    assert LINK in json.dumps(robot.said[0])


@pytest.mark.parametrize("vendor", ["dingtalk", "feishu", "lark"])
def test_a_wrong_secret_is_a_refusal_for_good_although_the_status_is_200(vendor: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS[vendor])
    outcome = send(robot, secret="SEC-another")
    assert outcome.verdict is Verdict.PERMANENT
    assert robot.said == []
    with translation.override("zh-hans"):
        assert "密钥" in str(kind_of(vendor).words_for(outcome.code))


@pytest.mark.parametrize(
    ("mood", "verdict", "code"),
    [
        (Mood.TOO_MANY, Verdict.LIMITED, "http_429"),
        (Mood.BROKEN, Verdict.PASSING, "http_500"),
        (Mood.GATEWAY, Verdict.UNKNOWN, "http_504"),
        (Mood.HANGS_UP, Verdict.UNKNOWN, "cut_off"),
        (Mood.HTML, Verdict.UNKNOWN, "not_the_service"),
        (Mood.REDIRECT, Verdict.PASSING, "redirect"),
    ],
)
@pytest.mark.parametrize("vendor", CHATS)
def test_what_a_fault_means(vendor: str, mood: Mood, verdict: Verdict, code: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS.get(vendor, ""), mood=mood)
    outcome = send(robot)
    assert (outcome.verdict, outcome.code) == (verdict, code)
    assert robot.followed == 0, "a redirect is not followed"


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.DRIPS])
def test_a_service_that_does_not_answer_holds_nobody_up(
    mood: Mood, robot_of: RobotOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "WHOLE_SECONDS", 1.0)
    robot = robot_of("wecom", mood=mood)
    began = datetime.now(UTC)
    outcome = send(robot)
    assert (outcome.verdict, outcome.code) == (Verdict.UNKNOWN, "timeout")
    assert datetime.now(UTC) - began < timedelta(seconds=3)


def test_nobody_listening_means_that_nothing_was_handed_over(robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    robot.close()
    assert send(robot).verdict is Verdict.PASSING


@pytest.mark.parametrize(
    ("vendor", "answer", "verdict", "silence"),
    [
        ("wecom", "too_frequent", Verdict.LIMITED, 60),
        ("wecom", "bad_key", Verdict.PERMANENT, 0),
        ("wecom", "too_long", Verdict.PERMANENT, 0),
        ("dingtalk", "too_fast", Verdict.LIMITED, 600),
        ("dingtalk", "no_keyword", Verdict.PERMANENT, 0),
        ("dingtalk", "bad_token", Verdict.PERMANENT, 0),
        ("feishu", "too_frequent", Verdict.LIMITED, 60),
        ("feishu", "bad_token", Verdict.PERMANENT, 0),
    ],
)
def test_a_recorded_answer_is_understood(vendor: str, answer: str, verdict: Verdict, silence: int) -> None:
    kind = kind_of(vendor)
    outcome = kind.read(200, {"content-type": "application/json"}, recorded(vendor, answer))  # type: ignore[attr-defined]
    assert (outcome.verdict, outcome.silence_seconds) == (verdict, silence)
    assert outcome.service_text
    assert outcome.code in kind.code_words, "people are told in their own language"


def test_the_signatures_are_those_of_the_documentation() -> None:
    by_hand = hmac.new(b"SECx", b"1577262236757\nSECx", hashlib.sha256).digest()
    assert dingtalk.signature("SECx", 1577262236757) == base64.b64encode(by_hand).decode()
    by_hand = hmac.new(b"1577262236\nx", b"", hashlib.sha256).digest()
    assert feishu.signature("x", 1577262236) == base64.b64encode(by_hand).decode()
    # Key and message are swapped between the two services.
    assert dingtalk.signature("s", 1) != feishu.signature("s", 1)
    assert webhook.signature("s", 1, b"{}").startswith("v1=")


@pytest.mark.parametrize("vendor", HTTP_KINDS)
def test_a_long_message_is_cut_at_a_line_and_keeps_its_link(vendor: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS.get(vendor, ""))
    lines = [f"{number}. 完成TOP10 SKU库存盘点🎉，确保活动期间“无断货”\\" for number in range(900)]
    outcome = send(robot, message(*lines))
    assert (outcome.verdict, robot.wrong) == (Verdict.SENT, [])
    said = robot.texts()[0]
    assert LINK in json.dumps(robot.said[0])
    if vendor != "webhook":
        shown = [line for line in said.replace("\n\n", "\n").split("\n") if "SKU" in line]
        assert 5 < len(shown) < 900
        assert shown == lines[: len(shown)], "whole lines, from the beginning"


@pytest.mark.parametrize("vendor", CHATS)
def test_one_endless_line_is_cut_between_characters(vendor: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS.get(vendor, ""))
    assert send(robot, message("龘" * 30_000)).verdict is Verdict.SENT
    assert robot.wrong == []
    assert "�" not in robot.texts()[0]


def test_no_emoji_is_cut_in_half() -> None:
    family = "👨‍👩‍👧‍👦"
    generator = random.Random(7)
    for _number in range(300):
        text = "".join(generator.choice(["中", "a", family, "🇨🇳", "é", "👍🏽"]) for _ in range(12))
        kept = cut_line(text, generator.randrange(4, bytes_of(text)))
        assert kept.endswith("…") or kept in ("", text)
        body = kept.removesuffix("…")
        assert text.startswith(body)
        rest = text[len(body) :]
        assert not body.endswith("\u200d")
        assert not rest.startswith(("\u200d", "\u0301", "🏽"))


@pytest.mark.parametrize("vendor", HTTP_KINDS)
def test_text_of_people_calls_nobody_and_opens_nothing(vendor: str, robot_of: RobotOf) -> None:
    robot = robot_of(vendor, secret=SECRETS.get(vendor, ""))
    evil = (
        '<@all> <at user_id="all">所有人</at> ![x](https://evil.example/p.png) [点我](https://evil.example) <!channel>'
    )
    send(robot, message(evil, title=evil))
    raw = robot.texts()[0]
    if vendor in {"wecom", "dingtalk", "slack"}:
        assert "<@all>" not in raw
        assert "<at " not in raw
        assert "<!channel>" not in raw
    if vendor in {"wecom", "dingtalk", "teams"}:
        assert "](https://evil" not in raw
    if vendor in {"feishu", "lark"}:
        pieces = [piece for row in robot.said[0]["content"]["post"]["zh_cn"]["content"] for piece in row]
        assert {piece["tag"] for piece in pieces} == {"text", "a"}


def test_people_are_called_by_user_id_and_by_mobile_as_each_service_wants_it(robot_of: RobotOf) -> None:
    by_id, by_mobile = Mention("赵敏", "zhaomin"), Mention("李雷", "", "13800000001")
    wecom = wecom_body(message(mentions=(by_id, by_mobile)))
    assert wecom["msgtype"] == "text", "a mobile is called in text only"
    assert (wecom["text"]["mentioned_list"], wecom["text"]["mentioned_mobile_list"]) == (["zhaomin"], ["13800000001"])
    assert "<@zhaomin>" in wecom_body(message(mentions=(by_id,)))["markdown"]["content"]
    robot = robot_of("dingtalk", secret=SECRETS["dingtalk"])
    send(robot, message(mentions=(by_id, by_mobile)))
    assert robot.said[0]["at"] == {"atMobiles": ["13800000001"], "atUserIds": ["zhaomin"], "isAtAll": False}
    assert robot.wrong == []
    lark = robot_of("feishu", secret=SECRETS["feishu"])
    send(lark, message(mentions=(Mention("赵敏", "ou_1"), by_mobile)))
    last = lark.said[0]["content"]["post"]["zh_cn"]["content"][-1]
    assert last[0] == {"tag": "at", "user_id": "ou_1", "user_name": "赵敏"}
    assert last[1]["text"].strip() == "@李雷"


@pytest.mark.parametrize(
    ("vendor", "address"),
    [
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"),
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=x"),
        ("wecom", "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=x"),
        ("wecom", "https://qyapi.weixin.qq.com/"),
        ("wecom", "https://qyapi.weixin.qq.com:99999/cgi-bin/webhook/send?key=x"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/x"),
        ("webhook", "https://hooks.example.com/x"),
        ("webhook", "file:///etc/passwd"),
        ("teams", "https://webhook.office.com.evil.example/"),
        ("email", "a@example.com, not an address"),
        ("try_out", "群"),
        ("slack", "nonsense"),
    ],
)
def test_an_address_that_is_none_of_the_service_is_refused_with_words(vendor: str, address: str) -> None:
    assert str(kind_of(vendor).check_address(address))


@pytest.mark.parametrize("vendor", HTTP_KINDS)
def test_each_service_says_where_its_address_is_found_in_both_languages(vendor: str) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert len([str(step) for step in KINDS[vendor].how_to.steps]) >= 3
