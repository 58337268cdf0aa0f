"""Resources of the demo company: who can do what, what is lent, and what the 618 campaign asks of whom.

Product lends two stock clerks, marketing asks 50,000 yuan promotion budget; one clerk is promised to a second project in
the same days, which is the conflict to be solved in the demo.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import Budget, ResourceNeed, Task
from tongzhou.projects.models import Project

from .story import Story

SKILLS = (
    # keeper, then login name, working share, skills
    ("wang.lei", "qian.duo", 100, ("库存专员",)),
    ("wang.lei", "wu.xin", 100, ("库存专员",)),
    ("wang.lei", "zhao.min", 100, ("商品经理", "库存专员")),
    ("zhang.wei", "jiang.tao", 100, ("前端开发",)),
    ("zhang.wei", "li.na", 80, ("前端开发",)),
    ("zhang.wei", "han.xue", 100, ("测试",)),
    ("zhang.wei", "yang.fan", 100, ("运维",)),
    ("liu.qiang", "sun.li", 100, ("渠道拓展",)),
    ("liu.qiang", "chu.yan", 50, ("渠道拓展",)),
    ("lin.yue", "tang.hao", 100, ("内容策划",)),
    ("lin.yue", "ma.xiao", 100, ("投放",)),
)
THINGS = (
    ("wang.lei", "product", "equipment", "盘点扫码枪", 4),
    ("wang.lei", "product", "room", "样品间", 1),
    ("zhang.wei", "technology", "equipment", "压测服务器", 2),
    ("zhang.wei", "technology", "data", "网站数据平台只读权限", 10),
    ("lin.yue", "marketing", "room", "三楼直播间", 1),
)
BUDGETS = (
    ("lin.yue", "marketing", "推广费", "80000.00"),
    ("lin.yue", "marketing", "市场活动费", "120000.00"),
    ("wang.lei", "product", "备货周转", "300000.00"),
)
LEAD = "zhou.yi"


def stock_up(story: Story) -> None:
    """What there is: told once, before any project asks."""
    with story.at("2026-05-12 09:00"):
        for keeper, username, percent, skills in SKILLS:
            services.set_capacity(story.persons[username], 0, percent, skills, by=story.by(keeper))
        for keeper, code, kind, name, count in THINGS:
            facts = {"department_id": story.departments[code], "kind": kind, "name": name, "count": count}
            services.add_thing(facts, by=story.by(keeper))
        for keeper, code, account, amount in BUDGETS:
            facts = {"department_id": story.departments[code], "account": account, "amount": Decimal(amount)}
            services.add_budget(facts, by=story.by(keeper))
        services.add_absence(
            story.persons["sun.li"], date(2026, 5, 25), date(2026, 5, 27), reason="年假", by=story.by("liu.qiang")
        )


def tell(story: Story, campaign: Project, *, at: str = "2026-05-14 09:20", second: Project | None = None) -> None:
    """What the campaign asks and is given; ``second`` is a project that wants the same clerk in the same days."""
    find = _finder(campaign)
    with story.at(at):
        clerks = _ask(
            story, find("库存", "盘点"), "people", "库存专员", "product",
            quantity=2, unit="人", purpose="618活动期间盘点与值守库存", priority="high",
        )  # fmt: skip
        _give(story, clerks, "wang.lei", "qian.duo", "wu.xin", note="两名库存专员全程支持")
        money = _ask(
            story, find("渠道", "推广"), "money", "推广预算", "marketing",
            amount=Decimal("50000.00"), account="推广费", purpose="6个分销渠道的推广投放", priority="high",
        )  # fmt: skip
        account = Budget.objects.get(department_id=story.departments["marketing"], account="推广费")
        services.offer_resource(money.pk, {"budget_id": account.pk}, by=story.by("lin.yue"))
        front = _ask(
            story, find("页面搭建"), "people", "前端开发", "technology",
            quantity=2, unit="人", share=50, purpose="活动页面搭建",
        )  # fmt: skip
        _give(story, front, "zhang.wei", "jiang.tao", share=50, note="只能出一名，另一名在做会员系统")
        _ask(
            story, find("压力", "页面"), "equipment", "压测服务器", "technology",
            quantity=2, unit="台", purpose="每秒2000次访问的压力测试",
        )  # fmt: skip
        if second is not None:
            _collide(story, campaign, second)


def _collide(story: Story, campaign: Project, second: Project) -> None:
    """The clerk is promised for the counting of the cup's first batch, then, without looking, for the campaign as well."""
    task = _finder(second)("清点")
    need = _ask(
        story, task, "people", "库存专员", "product",
        quantity=1, unit="人", purpose="首批5000只样机清点入库", priority="high", by=second.lead.username,
    )  # fmt: skip
    _give(story, need, "wang.lei", "qian.duo", note="钱多负责")
    move = _ask(
        story, _finder(campaign)("移位"), "people", "库存专员", "product",
        quantity=1, unit="人", purpose="活动商品移位与拣货演练",
    )  # fmt: skip
    _give(story, move, "wang.lei", "qian.duo", knowingly=True, note="先按钱多安排，时间撞了再协调")


def _finder(project: Project) -> Callable[..., Task]:
    tasks = list(Task.objects.filter(project=project, is_summary=False, is_milestone=False).order_by("rank"))

    def find(*words: str) -> Task:
        """The first task whose title holds one of the words; else the first of the plan."""
        return next((task for word in words for task in tasks if word in task.title), tasks[0])

    return find


def _ask(
    story: Story, task: Task, category: str, name: str, provider: str, *, by: str = LEAD, **facts: Any
) -> ResourceNeed:
    values = {"task_id": task.pk, "category": category, "name": name, "provider_id": story.departments[provider]}
    return services.ask_resource(task.project_id, {**values, **facts}, by=story.by(by))


def _give(story: Story, need: ResourceNeed, head: str, *usernames: str, knowingly: bool = False, **values: Any) -> None:
    people = [story.persons[username] for username in usernames]
    services.offer_resource(need.pk, values, person_ids=people, knowingly=knowingly, by=story.by(head))
