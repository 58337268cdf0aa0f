"""The plan of the 618 campaign, drafted by its lead while the memorandum is being signed: who does what, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from tongzhou.core.actor import Actor
from tongzhou.messaging import services as messaging
from tongzhou.messaging.models import PROJECT
from tongzhou.people.queries.actors import actor_of_person
from tongzhou.planning import services as planning
from tongzhou.planning.models import Promise, Task
from tongzhou.planning.predecessors import read_predecessors
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.planning.task_people import speakers_in
from tongzhou.projects.models import Commitment, Project

from .story import Story


@dataclass(frozen=True)
class Part:
    """A summary task and what lies below it, in order."""

    title: str
    tasks: tuple[Row, ...]


@dataclass(frozen=True)
class Row:
    """A task: ``after`` names what it waits for by titles' places in the whole list, as planners write it."""

    key: str
    title: str
    department: str
    owner: str
    days: int
    after: str = ""
    deliverable: str = ""
    promise: str = ""
    not_before: date | None = None
    not_after: date | None = None
    longest: int | None = None


PARTS = (
    Part(
        "一、方案与目标",
        (
            Row("plan", "活动方案定稿", "marketing", "zhou.yi", 3, deliverable="活动方案"),
            Row("sku", "主推SKU清单确认", "product", "zhao.min", 2, deliverable="SKU清单"),
            Row("forecast", "分SKU销量预估", "marketing", "zhou.yi", 3, "plan,sku", not_after=date(2026, 5, 19)),
            Row("price", "活动价与优惠规则核定", "product", "sun.hui", 2, "forecast"),
            Row("rules", "活动规则与口径发布", "marketing", "xu.jing", 1, "price", deliverable="活动规则"),
            Row("metrics", "数据口径与日报模板", "technology", "chen.bo", 2, "plan"),
            Row("ledger", "活动结算对账表", "finance", "wei.ran", 3, "plan", promise="结算对账表"),
        ),
    ),
    Part(
        "二、备货",
        (
            Row("order", "锁定长交期SKU补货订单", "product", "zhao.min", 3, "forecast", promise="补货订单", longest=6),
            Row("count", "TOP10 SKU库存盘点", "product", "qian.duo", 5, "sku", "库存盘点报告", "库存盘点"),
            Row("report", "盘点差异处理与报告", "product", "qian.duo", 2, "count"),
            Row("deliver", "补货到仓与质检", "product", "wu.xin", 6, "order", longest=10),
            Row("layout", "活动商品移位与拣货演练", "product", "wu.xin", 2, "report,deliver"),
            Row("duty", "库存专员值守安排", "product", "wu.xin", 1, "layout", promise="库存专员到活动组值守"),
            Row("ready", "备货就绪", "product", "wang.lei", 0, "layout,duty"),
        ),
    ),
    Part(
        "三、素材与页面",
        (
            Row("copy", "页面文案", "marketing", "tang.hao", 4, "plan", promise="页面文案与24张设计素材"),
            Row("visual", "主视觉设计", "marketing", "tang.hao", 4, "plan", longest=6),
            Row("material", "24张设计素材交付", "marketing", "tang.hao", 3, "copy,visual", "设计素材包", longest=5),
            Row("design", "活动页面设计", "marketing", "tang.hao", 4, "material", "页面设计稿"),
            Row("frame", "页面框架与组件", "technology", "li.na", 4, "metrics", not_before=date(2026, 5, 20)),
            Row(
                "build", "活动页面搭建", "technology", "li.na", 4, "design,frame", "活动页面", "活动页面搭建", longest=6
            ),
            Row("order_api", "下单链路改造", "technology", "chen.bo", 5, "rules"),
            Row("fast", "首屏提速到2秒以内", "technology", "jiang.tao", 3, "build", longest=5),
            Row("test", "功能测试", "technology", "han.xue", 2, "build,order_api"),
            Row(
                "load",
                "每秒2000次压力测试",
                "technology",
                "han.xue",
                2,
                "fast,test",
                "压力测试报告",
                "压力测试",
                longest=4,
            ),
            Row("scale", "扩容与应急预案", "technology", "yang.fan", 2, "load"),
            Row("online", "页面上线", "technology", "zhang.wei", 0, "load,scale"),
        ),
    ),
    Part(
        "四、渠道推广",
        (
            Row("talks", "6个渠道推广位谈判", "sales", "sun.li", 6, "plan", promise="推广位", longest=8),
            Row("schedule", "渠道排期表", "sales", "zheng.kai", 2, "talks", "渠道排期表"),
            Row("kit", "渠道物料包制作", "marketing", "ma.xiao", 3, "material", promise="渠道物料包"),
            Row("place", "渠道物料铺设与检查", "sales", "zheng.kai", 3, "schedule,kit"),
            Row("ads", "投放计划与预算分配", "marketing", "ma.xiao", 2, "schedule"),
            Row("warm", "预热投放", "marketing", "ma.xiao", 4, "ads,rules", not_before=date(2026, 6, 8)),
            Row("key", "大客户专场邀约", "sales", "feng.yu", 4, "rules"),
            Row(
                "train", "客服活动规则培训", "service", "zhang.lan", 3, "rules", promise="客服的活动规则培训", longest=5
            ),
        ),
    ),
    Part(
        "五、活动与收尾",
        (
            Row(
                "check",
                "上线前总检查",
                "marketing",
                "zhou.yi",
                1,
                "ready,online,place,train,ledger",
                not_before=date(2026, 6, 15),
            ),
            Row("go", "618正式活动开始", "marketing", "zhou.yi", 0, "check,warm,key"),
            Row("daily", "活动值守与数据日报", "marketing", "xu.jing", 3, "go", "数据日报"),
            Row("watch", "系统值守", "technology", "yang.fan", 3, "go"),
            Row("calls", "客服值守", "service", "lv.mei", 3, "go"),
            Row("stock", "库存值守与补货", "product", "wu.xin", 3, "go"),
            Row("close", "活动结束", "marketing", "zhou.yi", 0, "daily,watch,calls,stock"),
            Row("figures", "数据复核", "technology", "chen.bo", 2, "close"),
            Row("settle", "推广费用核销", "finance", "tao.jie", 2, "close"),
            Row("review", "活动总结与验收", "marketing", "zhou.yi", 3, "figures,settle", "总结报告"),
        ),
    ),
)


LETTERS = {
    "count": {"product": "RA"},
    "design": {"marketing": "R", "product": "A", "sales": "C", "technology": "I"},
    "forecast": {"marketing": "RA", "product": "C", "sales": "C"},
    "rules": {"marketing": "RA", "product": "C", "sales": "I", "technology": "I"},
    "build": {"technology": "RA", "marketing": "C"},
    "load": {"technology": "RA", "marketing": "I"},
    "place": {"sales": "RA", "marketing": "C"},
    "check": {"marketing": "RA", "product": "R", "sales": "R", "technology": "R"},
    "go": {"marketing": "RA", "product": "I", "sales": "I", "technology": "I"},
    "review": {"marketing": "RA", "product": "C", "sales": "C", "technology": "C"},
}


# Which tasks serve which objective: sales, conversion.
SERVES = {"go": 0, "place": 0, "warm": 0, "ready": 0, "online": 1, "fast": 1}


def tell(story: Story, project: Project) -> None:
    """Five parts, some forty tasks over six departments; the commitments of the kickoff stand among them."""
    lead = story.by(project.lead.username)
    promises = list(project.commitments.all())
    objectives = list(project.objectives.order_by("pk").values_list("pk", flat=True))
    made: dict[str, Task] = {}
    for part in PARTS:
        summary = planning.add_task(project.pk, {"title": part.title}, by=lead)
        rows = [_values(story, row, promises, objectives) for row in part.tasks]
        for row, task in zip(
            part.tasks, planning.add_tasks(project.pk, rows, by=lead, parent_id=summary.pk), strict=True
        ):
            made[row.key] = task
    for part in PARTS:
        for row in part.tasks:
            if row.after:
                waits = ",".join(str(made[key].number) for key in row.after.split(","))
                planning.set_predecessors(made[row.key].pk, read_predecessors(waits), by=lead)
    planning.set_letters(project.pk, list(_letters(story, made)), by=lead)
    planning.set_default_communication(project.pk, by=lead)
    _connect_group(project, lead)
    _promise(project)
    planning.save_snapshot(project.pk, "第一稿", by=lead)


def _connect_group(project: Project, lead: Actor) -> None:
    """The project's group chat, inside the try-out company; a test has arrived, and the mechanism was made known."""
    if not settings.TONGZHOU_DEMO:
        return
    name = f"{project.name}项目群"
    channel = messaging.add_channel(PROJECT, project.pk, "try_out", {"name": name, "address": name}, by=lead)
    messaging.test_channel(channel.pk, by=lead)
    messaging.deliver_groups()
    messaging.queue_message(
        channel,
        key=f"demo:{project.pk}",
        title="沟通机制已确定",
        lines=(
            "· 每个工作日 17:00 前：各部门接口人更新进展，汇总为一条群消息",
            "· 每周五 15:00：周度同步会",
            "· 紧急情况：2 小时内响应，会议开始后 15 分钟内定方案",
        ),
        link=reverse("planning:communication", args=[project.pk]),
        link_label="沟通计划",
    )
    messaging.deliver_groups()


def _promise(project: Project) -> None:
    """What departments need of each other is confirmed, but for the latest: one waits for the receiver, one for both."""
    promises = list(Promise.objects.filter(project=project).order_by("due", "pk"))
    speakers = speakers_in(project, {pk for row in promises for pk in (row.provider_id, row.receiver_id)})
    for number, promise in enumerate(promises[:-1], start=1):
        sides = {"provider": promise.provider_id, "receiver": promise.receiver_id}
        for side, department in list(sides.items())[: 1 if number == len(promises) - 1 else 2]:
            by = actor_of_person(speakers[department])
            planning.confirm_promise(promise.pk, side, shown=promise.stamp, by=by)


def _letters(story: Story, made: dict[str, Task]) -> Iterator[planning.CellChange]:
    """The two rows of the guide among them; elsewhere a department does and answers for its own tasks."""
    for part in PARTS:
        for row in part.tasks:
            for code, letters in LETTERS.get(row.key, {row.department: "RA"}).items():
                yield planning.CellChange(made[row.key].pk, Cell(story.departments[code]), letters)


def _values(story: Story, row: Row, promises: list[Commitment], objectives: list[int]) -> dict[str, Any]:
    kind, day = ("snet", row.not_before) if row.not_before else ("fnlt", row.not_after) if row.not_after else ("", None)
    promise = next(
        (found for found in promises if row.promise and row.promise in found.action + found.deliverable), None
    )
    return {
        "title": row.title,
        "department_id": story.departments[row.department],
        "owner_id": story.persons[row.owner],
        "duration": row.days,
        "longest": row.longest,
        "deliverable": row.deliverable or (promise.deliverable if promise else ""),
        "acceptance": promise.acceptance if promise else "",
        "commitment_id": promise.pk if promise else None,
        "objective_id": objectives[SERVES[row.key]] if row.key in SERVES else None,
        "constraint": kind,
        "constraint_on": day,
    }
