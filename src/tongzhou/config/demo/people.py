"""Who works at the demo company: eight departments, forty persons."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class DemoDepartment:
    """A department, its short code and colour, its head and the persons in it (login name, name, position)."""

    code: str
    name: str
    colour: str
    head: str
    persons: tuple[tuple[str, str, str], ...]
    parent: str = ""
    roles: dict[str, frozenset[str]] = field(default_factory=dict)


DEPARTMENTS = (
    DemoDepartment(
        "office",
        "总经办",
        "indigo",
        "gao.yuan",
        (
            ("gao.yuan", "高远", "副总裁"),
            ("mei.lan", "梅兰", "PMO 主任"),
            ("fang.zhou", "方舟", "PMO 专员"),
            ("guan.li", "管立", "系统管理员"),
        ),
        roles={
            "gao.yuan": frozenset({"is_executive"}),
            "mei.lan": frozenset({"is_pmo"}),
            "fang.zhou": frozenset({"is_pmo"}),
            "guan.li": frozenset({"is_admin"}),
        },
    ),
    DemoDepartment(
        "marketing",
        "市场部",
        "orange",
        "lin.yue",
        (
            ("lin.yue", "林悦", "市场总监"),
            ("zhou.yi", "周怡", "活动运营经理"),
            ("xu.jing", "徐静", "品牌经理"),
            ("tang.hao", "唐浩", "内容策划"),
            ("ma.xiao", "马晓", "投放专员"),
        ),
    ),
    DemoDepartment(
        "design",
        "设计组",
        "pink",
        "shen.mo",
        (("shen.mo", "沈墨", "设计主管"), ("yu.fei", "余菲", "视觉设计师"), ("he.qi", "贺琪", "视觉设计师")),
        parent="marketing",
    ),
    DemoDepartment(
        "product",
        "产品部",
        "teal",
        "wang.lei",
        (
            ("wang.lei", "王磊", "产品总监"),
            ("zhao.min", "赵敏", "商品经理"),
            ("qian.duo", "钱多", "库存专员"),
            ("sun.hui", "孙慧", "产品经理"),
            ("zhou.tong", "周桐", "产品经理"),
            ("wu.xin", "吴昕", "库存专员"),
        ),
    ),
    DemoDepartment(
        "sales",
        "销售部",
        "azure",
        "liu.qiang",
        (
            ("liu.qiang", "刘强", "销售总监"),
            ("sun.li", "孙丽", "渠道经理"),
            ("zheng.kai", "郑凯", "渠道经理"),
            ("feng.yu", "冯宇", "大客户经理"),
            ("chu.yan", "褚燕", "销售助理"),
        ),
    ),
    DemoDepartment(
        "technology",
        "技术部",
        "purple",
        "zhang.wei",
        (
            ("zhang.wei", "张伟", "技术总监"),
            ("li.na", "李娜", "前端负责人"),
            ("chen.bo", "陈博", "后端负责人"),
            ("jiang.tao", "蒋涛", "前端工程师"),
            ("han.xue", "韩雪", "测试工程师"),
            ("yang.fan", "杨帆", "运维工程师"),
        ),
    ),
    DemoDepartment(
        "service",
        "客服部",
        "cyan",
        "he.jing",
        (
            ("he.jing", "何静", "客服经理"),
            ("lv.mei", "吕梅", "客服主管"),
            ("shi.lei", "施磊", "质检专员"),
            ("zhang.lan", "张岚", "培训专员"),
        ),
    ),
    DemoDepartment(
        "supply",
        "供应链部",
        "lime",
        "kong.ming",
        (
            ("kong.ming", "孔明", "供应链总监"),
            ("cao.ning", "曹宁", "采购经理"),
            ("yan.hong", "严宏", "仓储经理"),
            ("hua.rong", "华蓉", "物流专员"),
        ),
    ),
    DemoDepartment(
        "finance",
        "财务部",
        "yellow",
        "jin.hua",
        (("jin.hua", "金华", "财务总监"), ("wei.ran", "魏然", "预算会计"), ("tao.jie", "陶洁", "成本会计")),
    ),
)
PASSWORD = "tongzhou-demo"  # noqa: S105 - the demo company's, printed at the start

# Whom a newcomer should be first, and who that is in the story of the 618 campaign.
PARTS = {
    "zhou.yi": _("leads the 618 campaign"),
    "zhang.wei": _("head of technology: a memorandum waits for the signature"),
    "lin.yue": _("head of marketing: signs last"),
    "wang.lei": _("head of product: minutes to confirm"),
    "xu.jing": _("contact person of marketing for a new request"),
    "zheng.kai": _("deputy of the head of sales"),
    "gao.yuan": _("sponsor"),
    "mei.lan": _("PMO: sees every project"),
    "guan.li": _("administrator"),
}
