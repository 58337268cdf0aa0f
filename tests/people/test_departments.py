"""The department tree stays a tree."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.cast import build_cast
from tongzhou.core.errors import Conflict, InvalidInput, StaleWrite
from tongzhou.people import services
from tongzhou.people.models import Department
from tongzhou.people.queries import department_tree, flat_tree, ids_below, paths


def below(cast, name, parent):
    return services.create_department(name, parent_id=parent.pk, by=cast.by("admin"))


def test_a_department_has_a_path_and_a_code_from_its_sound(cast):
    brand = below(cast, "品牌组", cast.marketing)
    assert (brand.code, paths()[brand.pk]) == ("ppz", "市场部/品牌组")
    assert below(cast, "品牌组", cast.sales).code == "ppz2"


@pytest.mark.parametrize("name", ["", "  ", "a/b", "市场／品牌", "长" * 81, "a\x00"])
def test_names_that_break_a_rule_are_refused(cast, name):
    with pytest.raises(InvalidInput) as refusal:
        services.create_department(name, by=cast.by("admin"))
    assert set(refusal.value.fields) == {"name"}


def test_two_departments_of_one_name_do_not_hang_side_by_side(cast):
    with pytest.raises(InvalidInput):
        services.create_department("市场部", by=cast.by("admin"))
    below(cast, "品牌组", cast.marketing)
    with pytest.raises(InvalidInput):
        below(cast, "品牌组", cast.marketing)
    moved = below(cast, "品牌组", cast.sales)
    with pytest.raises(InvalidInput):
        services.move_department(moved.pk, cast.marketing.pk, by=cast.by("admin"))


def test_a_circle_is_refused_in_words(cast):
    brand = below(cast, "品牌组", cast.marketing)
    team = below(cast, "设计小组", brand)
    for parent in (brand, team):
        with pytest.raises(InvalidInput) as refusal:
            services.move_department(cast.marketing.pk, parent.pk, by=cast.by("admin"))
        assert parent.name in str(refusal.value.fields["parent"][0])
    with pytest.raises(InvalidInput):
        services.move_department(brand.pk, brand.pk, by=cast.by("admin"))
    assert ids_below(cast.marketing.pk) == {cast.marketing.pk, brand.pk, team.pk}


def test_a_branch_moves_with_everything_below_it(cast):
    brand = below(cast, "品牌组", cast.marketing)
    team = below(cast, "设计小组", brand)
    services.move_department(brand.pk, cast.sales.pk, by=cast.by("admin"))
    assert paths()[team.pk] == "销售部/品牌组/设计小组"
    services.move_department(brand.pk, None, by=cast.by("admin"))
    assert paths()[team.pk] == "品牌组/设计小组"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_never_close_a_circle():
    cast = build_cast()
    admin = cast.by("admin")
    start = threading.Barrier(2)

    def move(department, parent):
        try:
            start.wait(5)
            services.move_department(department.pk, parent.pk, by=admin)
        except InvalidInput:
            pass
        finally:
            connection.close()

    hands = [
        threading.Thread(target=move, args=pair)
        for pair in ((cast.sales, cast.marketing), (cast.marketing, cast.sales))
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    assert (parents[cast.sales.pk] is None) != (parents[cast.marketing.pk] is None)


def test_a_department_with_people_is_not_closed(cast):
    with pytest.raises(Conflict, match="3"):
        services.close_department(cast.product.pk, by=cast.by("admin"))


def test_a_department_with_departments_below_is_not_closed(cast):
    empty = services.create_department("新业务", by=cast.by("admin"))
    below(cast, "孵化组", empty)
    with pytest.raises(Conflict, match="孵化组"):
        services.close_department(empty.pk, by=cast.by("admin"))


def test_closing_ends_headship_and_it_can_be_opened_again(cast):
    empty = services.create_department("新业务", by=cast.by("admin"))
    services.name_head(empty.pk, cast.sales_head.pk, by=cast.by("admin"))
    services.close_department(empty.pk, by=cast.by("admin"))
    assert cast.by("sales_head").headed_ids == {cast.sales.pk}
    assert empty.name not in [branch.department.name for branch in flat_tree()]
    services.reopen_department(empty.pk, by=cast.by("admin"))
    assert empty.name in [branch.department.name for branch in flat_tree()]


def test_the_second_of_two_writers_is_told(cast):
    services.change_department(cast.sales.pk, 1, {"name": "销售中心"}, by=cast.by("admin"))
    with pytest.raises(StaleWrite):
        services.change_department(cast.sales.pk, 1, {"name": "销售一部"}, by=cast.by("admin"))


def test_the_tree_costs_the_same_queries_however_large(cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        department_tree()
    for number in range(5):
        branch = below(cast, f"组{number}", cast.marketing)
        services.add_person(
            {"username": f"p{number}", "name": f"人{number}"}, department_id=branch.pk, by=cast.by("admin")
        )
        services.name_head(branch.pk, cast.lead.pk, by=cast.by("admin"))
    with django_assert_num_queries(2):
        top = next(branch for branch in department_tree() if branch.department == cast.marketing)
    assert (top.members, top.people, len(top.children)) == (2, 7, 5)
