"""618大促活动: the running example, up to a memorandum that four of six heads have signed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongzhou.alignment import services as alignment
from tongzhou.meetings import services as meetings
from tongzhou.meetings.models import Meeting
from tongzhou.people import services as people
from tongzhou.projects import services as projects
from tongzhou.projects.models import Objective, Project

from . import plan
from .story import Story

LEAD = "zhou.yi"
OBJECTIVES = (
    {
        "id": None,
        "text": "618活动期间（6月16日至6月20日）面向全渠道消费者，线上销售额较去年同期提升30%",
        "metric": "活动期线上销售额",
        "unit": "万元",
        "baseline": Decimal(1860),
        "target": Decimal(2418),
        "due": date(2026, 6, 20),
        "source": "ERP 销售日报",
        "company_goal": "上半年营收目标 1.2 亿元",
        "evidence": "去年618同比增长22%；今年新增3个分销渠道，预算增加5万元。",
    },
    {
        "id": None,
        "text": "活动期间商城用户转化率提升15%，由3.20%提高到3.68%",
        "metric": "商城用户转化率",
        "unit": "%",
        "baseline": Decimal("3.2"),
        "target": Decimal("3.68"),
        "due": date(2026, 6, 20),
        "source": "网站数据平台，每日10:00更新",
        "company_goal": "上半年营收目标 1.2 亿元",
        "evidence": "4月活动页改版小流量测试转化率提升11%，再加首屏提速。",
    },
)
ASKS = (
    (
        "product",
        "6月1日前完成TOP10 SKU库存盘点并补足备货，出具盘点报告，确保活动期间无断货",
        date(2026, 6, 1),
        "zhao.min",
    ),
    ("sales", "6月5日前落实6个分销渠道的推广位，提交渠道排期表", date(2026, 6, 3), "sun.li"),
    ("technology", "6月8日前完成活动页面搭建，并通过每秒2000次访问的压力测试", date(2026, 6, 8), "li.na"),
    ("service", "6月12日前完成24名客服的活动规则培训，考试通过率100%", date(2026, 6, 12), "zhang.lan"),
    ("finance", "5月29日前开通活动结算对账表，6月26日前完成推广费用核销", date(2026, 6, 26), "wei.ran"),
)
HEADS = {
    "marketing": "lin.yue",
    "product": "wang.lei",
    "sales": "liu.qiang",
    "technology": "zhang.wei",
    "service": "he.jing",
    "finance": "jin.hua",
}
MILESTONES = (
    ("启动会召开，备忘录签署", date(2026, 5, 15), "marketing"),
    ("备货与物料就绪", date(2026, 6, 5), "product"),
    ("活动页面上线并通过压力测试", date(2026, 6, 10), "technology"),
    ("618正式活动", date(2026, 6, 18), "marketing"),
    ("活动总结与验收", date(2026, 6, 30), "marketing"),
)
FIELDS = {
    "type": "launch",
    "urgency": "urgent",
    "contact": "分机 8026",
    "background": "618是公司上半年最重要的销售节点。去年活动中出现3个主推SKU断货、活动页面首屏加载超过4秒，造成约120万元的销售损失。"
    "今年需要产品、销售、技术三个部门与市场部共同准备，统一目标与节点。",
    "deliverables": "1. 活动方案与页面上线；\n2. TOP10 SKU备货到位并完成盘点报告；\n3. 6个分销渠道的推广排期与物料；\n4. 活动数据日报与总结报告。",
    "acceptance_criteria": "页面首屏加载不超过2秒；TOP10 SKU活动期零断货；渠道物料6月8日前100%到位；数据日报每日10:00前发出。",
    "starts_on": date(2026, 5, 11),
    "ends_on": date(2026, 6, 30),
    "budget_estimate": Decimal(50000),
    "risks": "1. 供应商交期波动，TOP10中有2个SKU交期为20天；\n2. 设计素材延期影响页面上线；\n3. 峰值流量超出预估。",
    "dept_head_opinion": "同意发起，市场部全力保障。",
    "executive_opinion": "同意。请PMO关注库存与页面两个关键点。",
}
COMMITMENTS = (
    (
        "product",
        "qian.duo",
        "6月1日前完成TOP10 SKU库存盘点，确保活动期间无断货",
        "库存盘点报告",
        10,
        "个SKU",
        date(2026, 6, 1),
        "盘点报告与仓库实物抽查一致，差异率不超过1%",
    ),
    (
        "product",
        "zhao.min",
        "5月29日前锁定2个长交期SKU的补货订单共8000件",
        "已确认的采购订单",
        8000,
        "件",
        date(2026, 5, 29),
        "供应商书面确认到货日不晚于6月8日",
    ),
    (
        "product",
        "wu.xin",
        "6月10日至20日派出2名库存专员到活动组值守",
        "值守排班表",
        2,
        "名",
        date(2026, 6, 10),
        "每班有人在岗，缺货30分钟内响应",
    ),
    (
        "sales",
        "sun.li",
        "6月5日前落实6个分销渠道的推广位并提交排期表",
        "渠道排期表",
        6,
        "个渠道",
        date(2026, 6, 5),
        "每个渠道有平台方的书面确认",
    ),
    (
        "technology",
        "li.na",
        "6月8日前完成活动页面搭建，首屏加载不超过2秒",
        "可访问的活动页面",
        1,
        "套",
        date(2026, 6, 8),
        "测试环境验收通过，首屏加载连续10次不超过2秒",
    ),
    (
        "technology",
        "han.xue",
        "6月10日前完成每秒2000次访问的压力测试并出具报告",
        "压力测试报告",
        1,
        "份",
        date(2026, 6, 10),
        "2000次/秒持续30分钟，错误率低于0.1%",
    ),
    (
        "marketing",
        "tang.hao",
        "5月28日前交付全部页面文案与24张设计素材",
        "文案与设计素材包",
        24,
        "张",
        date(2026, 5, 28),
        "市场总监与技术部前端负责人签收",
    ),
    (
        "service",
        "zhang.lan",
        "6月12日前完成24名客服的活动规则培训",
        "培训签到与考试成绩表",
        24,
        "人",
        date(2026, 6, 12),
        "全员考试通过，补考不超过1次",
    ),
    (
        "finance",
        "wei.ran",
        "5月29日前开通活动结算对账表，覆盖6个渠道",
        "结算对账表",
        6,
        "个渠道",
        date(2026, 5, 29),
        "市场部与销售部试填一次无差异",
    ),
)


def tell(story: Story) -> Project:
    """From the request on 11 May to the signatures of 14 May."""
    lead = story.by(LEAD)
    with story.at("2026-05-11 09:20"):
        collab = alignment.start_collab(
            scenario_id=story.scenario("launch"),
            name="618大促活动",
            initiator_id=story.departments["marketing"],
            by=lead,
        )
        project = collab.project
        alignment.submit_collab(
            project.pk,
            by=lead,
            draft=alignment.CollabDraft(
                {**FIELDS, "sponsor_id": story.persons["gao.yuan"]},
                objectives=OBJECTIVES,
                asks=[
                    {
                        "department_id": story.departments[code],
                        "request_item": item,
                        "due": due,
                        "contact_person_id": story.persons[contact],
                    }
                    for code, item, due, contact in ASKS
                ],
                milestones=[
                    {"id": None, "name": name, "date": day, "department_id": story.departments[code]}
                    for name, day, code in MILESTONES
                ],
                version=collab.version,
            ),
        )
    with story.at("2026-05-11 10:05"):
        story.reply(project, "technology", "accept", "zhang.wei", note="前端由李娜负责，压测由韩雪负责。")
        story.reply(
            project,
            "product",
            "accept_if",
            "wang.lei",
            note="两个长交期SKU需在5月29日前锁单，请市场部5月20日前给出销量预估。",
        )
    with story.at("2026-05-11 10:20"):
        story.reply(project, "service", "accept", "he.jing", note="培训由张岚负责，分两批。")
        story.reply(project, "finance", "accept", "jin.hua", note="对账口径与去年一致。")
    with story.at("2026-05-11 10:40"):
        story.reply(
            project,
            "sales",
            "counter",
            "liu.qiang",
            note="两个平台的推广位6月4日才公布。",
            proposed_due=date(2026, 6, 5),
        )
    with story.at("2026-05-11 11:10"):
        story.answer(project, "product", "take", LEAD, note="销量预估5月19日给出。")
        story.answer(project, "sales", "take", LEAD)
        for code, head in HEADS.items():
            for objective in Objective.objects.filter(project=project):
                projects.back_objective(objective.pk, story.departments[code], by=story.by(head))
    with story.at("2026-05-11 11:30"):
        meeting = meetings.plan_meeting(
            project.pk,
            "kickoff",
            {
                "title": "618大促活动启动会",
                "starts_at": story.moment("2026-05-12 14:00"),
                "ends_at": story.moment("2026-05-12 15:30"),
                "location": "3楼大会议室 / 腾讯会议 618-2026-001",
                "chair_id": story.persons[LEAD],
                "recorder_id": story.persons["xu.jing"],
            },
            by=lead,
            attendee_ids=[
                story.persons[name]
                for name in (*HEADS.values(), "zhao.min", "sun.li", "li.na", "zhang.lan", "wei.ran", "gao.yuan")
            ],
        )
    with story.at("2026-05-12 13:58"):
        meetings.start_meeting(meeting.pk, by=lead)
        story.everybody_present(meeting, {"gao.yuan": "出差，会后看纪要"}, LEAD)
    with story.at("2026-05-12 15:20"):
        _take_notes(story, meeting)
        meetings.end_meeting(meeting.pk, by=lead)
    with story.at("2026-05-12 16:30"):
        story.send_minutes(meeting, "xu.jing")
    with story.at("2026-05-12 17:10"):
        story.confirm_minutes(meeting, "marketing", "lin.yue")
        story.confirm_minutes(meeting, "product", "wang.lei")
    with story.at("2026-05-13 09:35"):
        story.confirm_minutes(meeting, "sales", "liu.qiang")
        story.confirm_minutes(meeting, "technology", "zhang.wei")
        story.confirm_minutes(meeting, "service", "he.jing")
        story.confirm_minutes(meeting, "finance", "jin.hua")
    with story.at("2026-05-13 14:00"):
        memorandum = alignment.create_memorandum(project.pk, by=lead)
        memorandum = alignment.save_memorandum(
            project.pk,
            memorandum.version,
            {
                "scope": "618大促活动的选品、备货、页面、渠道推广与活动期间的值守和数据日报。",
                "out_of_scope": "活动结束后的售后与退换货流程；线下门店促销。",
            },
            by=lead,
        )
        alignment.open_signing(project.pk, memorandum.version, by=lead)
    with story.at("2026-05-13 16:20"):
        _sign(story, project, "product", "wang.lei")
        _sign(story, project, "service", "he.jing")
        _sign(story, project, "finance", "jin.hua")
    with story.at("2026-05-13 17:30"):
        plan.tell(story, project)
    with story.at("2026-05-14 09:05"):
        # 销售总监出差, his deputy signs for him.
        _sign(story, project, "sales", "zheng.kai")
    return project


def _sign(story: Story, project: Project, department: str, username: str) -> None:
    people.accept_signing_agreement(by=story.by(username))
    story.sign(project, department, username)


def _take_notes(story: Story, meeting: Meeting) -> None:
    pk = meeting.pk
    lead = story.by(LEAD)
    story.write_agenda(
        meeting,
        (
            {
                "points": "市场部说明活动背景与去年的三个问题：断货、页面慢、渠道物料晚到。",
                "conclusion": "两个目标一致通过。",
            },
            {
                "points": "各部门逐条说明能投入的人力与需要的支持。",
                "conclusion": "产品部派2名库存专员值守；市场部推广预算5万元。",
            },
            {
                "points": "讨论长交期SKU的锁单时间。",
                "disagreements": "产品部希望6月3日，市场部要求5月29日前。",
                "conclusion": "5月29日前锁单，市场部5月19日给出销量预估。",
            },
        ),
        LEAD,
    )
    for code, offers, needs in (
        ("marketing", "活动策划2人、设计2人，推广预算5万元", "产品部5月18日前提供主推SKU清单"),
        ("product", "库存专员2名（6月10日至20日），商品经理1名", "市场部5月19日前给出分SKU销量预估"),
        ("sales", "渠道经理2名，6个分销渠道", "市场部6月1日前交付渠道物料"),
        ("technology", "前端2人、测试1人、运维1人", "设计素材5月28日前交付"),
        ("service", "培训专员1名，客服24人", "市场部5月22日前发布活动规则与口径"),
        ("finance", "预算会计1名", "市场部6月22日前提交推广发票"),
    ):
        statement = meeting.resource_statements.filter(department_id=story.departments[code]).first()
        version = statement.version if statement else 0
        meetings.state_resources(pk, story.departments[code], version, {"offers": offers, "needs": needs}, by=lead)
    for code, owner, action, deliverable, quantity, unit, due, acceptance in COMMITMENTS:
        meetings.add_meeting_commitment(
            pk,
            {
                "department_id": story.departments[code],
                "owner_id": story.persons[owner],
                "action": action,
                "deliverable": deliverable,
                "quantity": Decimal(quantity),
                "unit": unit,
                "due": due,
                "acceptance": acceptance,
            },
            by=lead,
        )
    decision = meetings.add_resolution(
        pk,
        {
            "text": "6月1日前由市场部把渠道物料包（6套）发到各渠道",
            "department_id": story.departments["marketing"],
            "owner_id": story.persons["ma.xiao"],
            "due": date(2026, 6, 1),
        },
        by=lead,
    )
    promised = meetings.make_commitment(decision.pk, by=lead)
    meetings.change_meeting_commitment(
        pk,
        promised.pk,
        promised.version,
        {"deliverable": "渠道物料包", "quantity": Decimal(6), "unit": "套", "acceptance": "6个渠道均回执签收"},
        by=lead,
    )
    meetings.add_resolution(pk, {"text": "活动期间每日10:00前发布数据日报，由市场部统一口径"}, by=lead)
    meetings.add_open_point(
        pk,
        {
            "text": "客服是否需要在活动期间延长值班到24:00",
            "department_id": story.departments["marketing"],
            "owner_id": story.persons[LEAD],
            "due": date(2026, 5, 20),
        },
        by=lead,
    )
    meeting.refresh_from_db()
    meetings.note_closing(
        pk,
        meeting.version,
        {"first_sync_at": story.moment("2026-05-15 15:00"), "next_meeting_at": story.moment("2026-05-15 15:00")},
        by=lead,
    )
