"""What the style guide shows: the running example, so that components are judged with real words."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms, template
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from tongzhou.core.errors import StaleWrite

register = template.Library()


class SampleForm(forms.Form):
    """One of each kind of field, some of them refused."""

    title = forms.CharField(label="项目名称", max_length=60, help_text="一句话说清要一起完成什么。")
    background = forms.CharField(label="项目背景", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    urgency = forms.ChoiceField(
        label="紧急程度", choices=[("normal", "一般"), ("urgent", "紧急"), ("emergency", "特急")]
    )
    kind = forms.ChoiceField(
        label="协作类型", choices=[("a", "上市"), ("b", "攻坚"), ("c", "突发")], widget=forms.RadioSelect
    )
    departments = forms.MultipleChoiceField(
        label="涉及部门",
        choices=[("1", "产品部"), ("2", "销售部"), ("3", "技术部")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    needed_by = forms.DateField(label="期望完成时间", widget=forms.DateInput(attrs={"type": "date"}))
    budget = forms.DecimalField(label="预算估算(元)", required=False, help_text="含税,含各部门投入。")
    confidential = forms.BooleanField(label="保密项目,只有指定的人可见", required=False)


class MilestoneForm(forms.Form):
    """A row of a small table."""

    name = forms.CharField(label="里程碑", max_length=80)
    due = forms.DateField(label="时间", widget=forms.DateInput(attrs={"type": "date"}))


@register.simple_tag(takes_context=True)
def style_samples(context: template.Context) -> dict[str, Any]:
    """Everything the style guide puts into components."""
    now: datetime = context["now"]
    formset_class = forms.formset_factory(MilestoneForm, extra=0, can_order=True, can_delete=True)
    milestones = formset_class(
        prefix="milestones",
        initial=[
            {"name": "TOP10 SKU 盘点完成", "due": "2026-06-01"},
            {"name": "活动页面上线", "due": "2026-06-08"},
            {"name": "大促开始", "due": "2026-06-18"},
        ],
    )
    wang = SimpleNamespace(pk=1, name="王晓敏", main_department_id=1, title="市场部 负责人")
    text = "产品部在6月1日前完成TOP10 SKU库存盘点,确保活动期间不断货。"
    return {
        "form": SampleForm(),
        "wrong": SampleForm({"title": "", "needed_by": "2026-02-30", "urgency": "normal"}, auto_id="wrong_%s"),
        "milestones": milestones,
        "people": [
            wang,
            SimpleNamespace(pk=2, name="Li Lei", main_department_id=3, title="Engineering"),
            SimpleNamespace(pk=3, name="张伟", main_department_id=6, title="产品部 接口人"),
        ],
        "departments": [
            SimpleNamespace(pk=number, name=name)
            for number, name in enumerate(
                ["市场部", "产品部", "销售部", "技术部", "客服部", "财务部", "人力资源部", "供应链部"], 1
            )
        ],
        "dues": [now + timedelta(hours=hours) for hours in (-50, -3, 4, 26, 80, 400)],
        "days": [(now + timedelta(days=days)).date() for days in (-2, 0, 1, 3, 40)],
        "pasts": [now - timedelta(minutes=minutes) for minutes in (0, 12, 180, 1600, 60000)],
        "phases": [
            {
                "name": "需求对齐",
                "state": "done",
                "url": "#",
                "note": "启动期",
                "gate": {"state": "passed", "url": "#"},
            },
            {
                "name": "分工与资源",
                "state": "current",
                "url": "#",
                "note": "规划期",
                "gate": {"state": "open", "met": 4, "total": 6, "url": "#gate"},
            },
            {"name": "推进与问题", "state": "todo", "note": "执行期", "gate": {"state": "open", "met": 0, "total": 3}},
            {"name": "交付与复盘", "state": "todo", "note": "收尾期"},
        ],
        "conditions": [
            {"label": "所有部门已接受登记表", "met": True},
            {"label": "每个目标都符合 SMART", "met": True},
            {
                "label": "每个部门负责人已签署备忘录",
                "met": False,
                "missing": [
                    {"text": "技术部 · 陈建国 尚未签署", "url": "#"},
                    {"text": "销售部 · 待签", "url": "#"},
                ],
            },
        ],
        "events": [
            {
                "at": now - timedelta(minutes=4),
                "who": "陈建国",
                "text": "签署了备忘录 v2(代 赵敏)",
                "icon": "signature",
                "tone": "good",
            },
            {
                "at": now - timedelta(hours=5),
                "who": "李娜",
                "text": "有条件接受登记表",
                "icon": "list-check",
                "tone": "warn",
                "note": "需要借用 2 名仓库同事,6月1日到6月5日。",
            },
            {
                "at": now - timedelta(days=3),
                "who": "王晓敏",
                "text": "提交了登记表",
                "icon": "send",
                "tone": "progress",
            },
        ],
        "tabs": [
            {"label": _("Overview"), "url": "#", "current": True, "icon": "layout-list"},
            {"label": _("Commitments"), "url": "#", "count": 12},
            {"label": _("History"), "url": "#"},
        ],
        "page": Paginator(range(1, 400), 20).page(4),
        "soon": now + timedelta(minutes=3),
        "later": now + timedelta(hours=2, minutes=4),
        "states": [
            "draft",
            "submitted",
            "in_progress",
            "done",
            "late",
            "accepted",
            "accepted_with_conditions",
            "counter_offer",
            "needs_clarification",
            "declined",
            "unanswered",
            "signed",
            "unsigned",
            "confirmed",
            "objected",
            "locked",
            "suspended",
            "cancelled",
            "high",
            "medium",
            "low",
            "emergency",
            "sent",
            "retrying",
            "failed",
            "unknown",
        ],
        "check": {
            "letters": [
                {"letter": "S", "name": "具体", "met": True, "text": ""},
                {
                    "letter": "M",
                    "name": "可衡量",
                    "met": False,
                    "text": "缺少指标、现值和目标值,例如“销售额 1000 万 → 1300 万”。",
                },
                {"letter": "A", "name": "可达成", "met": True, "text": ""},
                {"letter": "R", "name": "相关", "met": True, "text": ""},
                {"letter": "T", "name": "有期限", "met": False, "text": "没有日期。"},
            ],
            "vague": [
                {"text": "尽快", "why": "什么时候?写出日期,例如“6月1日前”。"},
                {"text": "提供支持", "why": "提供什么、多少、到什么标准?"},
            ],
            "rewrite": "完成 ____(对象)____(数量),于 ____(日期)前",
        },
        "stale": StaleWrite(
            None,
            {"background": text + "\n另需销售部同步渠道库存。"},
            {"background": text + "\n仓库两名同事支援。"},
            5,
        ),
        "refusal": SimpleNamespace(
            title=_("You may not do this"), message="只有部门负责人或其授权代理可以签署。", fields={}
        ),
    }
