"""Persons are entered once, found by sound, and keep what is theirs to keep."""

from __future__ import annotations

import pytest

from tongzhou.core.actor import system
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, StaleWrite
from tongzhou.core.events import events_of
from tongzhou.people import services
from tongzhou.people.models import Person
from tongzhou.people.pinyin import pinyin_of
from tongzhou.people.queries import people_search

WILD = ["😀🚀 表情", "مرحبا محمد", "<script>alert(1)</script>", "=1+1", "'; DROP TABLE x; --", "𠮷野家", "Ünïcødé"]


def found(text: str, **options) -> list[str]:
    return [person.name for person in people_search(text, **options)]


@pytest.fixture
def office(cast):
    """Names whose sound is not what the dictionary says first."""
    for username, name in {
        "shan.xiao": "单晓",
        "zeng.li": "曾莉",
        "yuchi": "尉迟恭",
        "zha": "查尔斯",
        "ouyang": "欧阳娜娜",
        "smith": "John Smith",
    }.items():
        services.add_person({"username": username, "name": name}, department_id=cast.service.pk, by=cast.by("admin"))
    return cast


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("单晓", "单晓"),
        ("晓", "单晓"),
        ("shanxiao", "单晓"),
        ("shan xiao", "单晓"),
        ("sx", "单晓"),
        ("xiao", "单晓"),
        ("SHAN", "单晓"),
        ("zengl", "曾莉"),
        ("yuchig", "尉迟恭"),
        ("ycg", "尉迟恭"),
        ("zha", "查尔斯"),
        ("oynn", "欧阳娜娜"),
        ("smith", "John Smith"),
        ("js", "John Smith"),
        ("shan.xiao", "单晓"),
    ],
)
def test_a_person_is_found_by_name_sound_initials_and_login_name(office, typed, name):
    assert name in found(typed)


def test_the_first_reading_of_the_dictionary_does_not_find_them(office):
    assert "单晓" not in found("danxiao")
    assert "曾莉" not in found("cengli")


@pytest.mark.parametrize("typed", [*WILD, "%", "_", "\x00", "a" * 5000, "   ", "\ud800"])
def test_the_search_takes_anything(office, typed):
    list(people_search(typed.encode("utf-8", "replace").decode()))


def test_an_exact_name_comes_first(office):
    services.add_person({"username": "xiaoyu", "name": "晓"}, by=office.by("admin"))
    assert found("晓")[0] == "晓"


def test_people_who_left_are_found_only_when_asked_for(office):
    services.leave_company(office.product_contact.pk, by=office.by("admin"))
    assert found("赵敏") == []
    assert found("赵敏", everybody=True) == ["赵敏"]


def test_somebody_added_has_a_sound_a_department_and_no_password(cast):
    person = services.add_person(
        {"username": "wu.yi", "name": " 吴一 ", "title": "专员"}, department_id=cast.sales.pk, by=cast.by("admin")
    )
    assert (person.name, person.pinyin) == ("吴一", "wuyi wy yi")
    assert not person.has_usable_password()
    assert person.memberships.get().department == cast.sales
    assert [event.name for event in events_of(person)] == ["people.person.added"]


@pytest.mark.parametrize("name", WILD)
def test_any_text_can_be_a_name(cast, name):
    person = services.add_person({"username": "somebody", "name": name}, by=cast.by("admin"))
    person.refresh_from_db()
    assert person.name == name
    assert person.pinyin == pinyin_of(name)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "", "username": "a"}, "name"),
        ({"name": "   ", "username": "a"}, "name"),
        ({"name": "长" * 61, "username": "a"}, "name"),
        ({"name": "x" * 1_000_000, "username": "a"}, "name"),
        ({"name": "a\nb", "username": "a"}, "name"),
        ({"name": "甲", "username": ""}, "username"),
        ({"name": "甲", "username": "a b"}, "username"),
        ({"name": "甲", "username": "../etc"}, "username"),
        ({"name": "甲", "username": "CHEN.CHEN"}, "username"),
        ({"name": "甲", "username": "a", "email": "not mail"}, "email"),
        ({"name": "甲", "username": "a", "mobile": "call me"}, "mobile"),
        ({"name": "甲", "username": "a", "language": "de"}, "language"),
        ({"name": "甲", "username": "a", "title": "\x00"}, "title"),
    ],
)
def test_fields_that_break_a_rule_are_named(cast, values, field):
    with pytest.raises(InvalidInput) as refusal:
        services.add_person(values, by=cast.by("admin"))
    assert set(refusal.value.fields) == {field}


def test_the_first_administrator_is_made_by_the_command_line(db):
    person = services.create_administrator("root", "系统管理员", "a-very-long-word", by=system("command line"))
    assert person.is_admin
    assert person.check_password("a-very-long-word")
    with pytest.raises(InvalidInput) as refusal:
        services.create_administrator("ROOT", "", "short", by=system("command line"))
    assert set(refusal.value.fields) == {"username", "name", "password"}


@pytest.mark.parametrize("part", ["lead", "pmo", "sponsor", "product_head"])
def test_only_administrators_keep_people(cast, part):
    by = cast.by(part)
    for attempt in (
        lambda: services.add_person({"username": "a", "name": "甲"}, by=by),
        lambda: services.change_person(cast.lead.pk, None, {"is_admin": True}, by=by),
        lambda: services.create_department("新部门", by=by),
        lambda: services.leave_company(cast.lead.pk, by=by),
        lambda: services.set_main_department(cast.lead.pk, cast.sales.pk, by=by),
        lambda: services.create_administrator("b", "乙", "a-very-long-word", by=by),
        lambda: services.issue_login_link(cast.lead.pk, by=by),
        lambda: services.import_people([], by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_second_of_two_writers_gets_both_versions(cast):
    admin = cast.by("admin")
    services.change_person(cast.lead.pk, 1, {"title": "品牌经理"}, by=admin)
    with pytest.raises(StaleWrite) as stale:
        services.change_person(cast.lead.pk, 1, {"title": "市场经理"}, by=admin)
    assert (stale.value.mine["title"], stale.value.theirs["title"]) == ("市场经理", "品牌经理")


def test_a_new_name_has_a_new_sound(cast):
    services.change_person(cast.lead.pk, 1, {"name": "曾晨"}, by=cast.by("admin"))
    assert found("zengchen") == ["曾晨"]


def test_the_last_administrator_stays(cast):
    admin = cast.by("admin")
    with pytest.raises(InvalidInput):
        services.change_person(cast.admin.pk, None, {"is_admin": False}, by=admin)
    with pytest.raises(Conflict):
        services.leave_company(cast.admin.pk, by=admin)
    services.change_person(cast.lead.pk, None, {"is_admin": True}, by=admin)
    services.leave_company(cast.admin.pk, by=admin)
    assert Person.objects.get(is_admin=True, is_active=True) == cast.lead


def test_a_person_changes_only_what_is_theirs(cast):
    person = services.change_profile(
        None,
        {"language": "en", "mobile": "+86 138 0000 0000", "email": "me@example.com", "is_admin": True, "name": "王"},
        by=cast.by("lead"),
    )
    person.refresh_from_db()
    assert (person.language, person.mobile, person.email) == ("en", "+86 138 0000 0000", "me@example.com")
    assert (person.is_admin, person.name) == (False, "陈晨")


def test_the_signing_agreement_is_accepted_once(cast, stopped_clock):
    first = services.accept_signing_agreement(by=cast.by("lead")).signing_agreed_at
    stopped_clock.at("2026-05-12 10:00")
    assert services.accept_signing_agreement(by=cast.by("lead")).signing_agreed_at == first
    assert [event.name for event in events_of(cast.lead)] == ["people.signing_agreement.accepted"]


def test_moving_to_another_department_leaves_the_former_one(cast):
    services.set_main_department(cast.product_contact.pk, cast.sales.pk, by=cast.by("admin"))
    assert cast.by("product_contact").department_ids == {cast.sales.pk}


def test_a_second_department_leaves_the_main_one_as_it_is(cast):
    services.add_membership(cast.product_contact.pk, cast.sales.pk, by=cast.by("admin"))
    assert cast.by("product_contact").department_ids == {cast.product.pk, cast.sales.pk}
    assert cast.product_contact.memberships.get(is_main=True).department == cast.product
    with pytest.raises(InvalidInput):
        services.add_membership(cast.product_contact.pk, cast.sales.pk, by=cast.by("admin"))


def test_the_sound_of_rare_surnames():
    assert {name: pinyin_of(name).split()[0] for name in ("仇英", "解缙", "区志华", "万俟卨", "乐正绫", "朴槿")} == {
        "仇英": "qiuying",
        "解缙": "xiejin",
        "区志华": "ouzhihua",
        "万俟卨": "moqixie",
        "乐正绫": "yuezhengling",
        "朴槿": "piaojin",
    }
