"""The 618 campaign of the guide, filled into the three forms of phase 1: real values in the words a company writes."""

from __future__ import annotations

from typing import Any

HEAD: dict[str, Any] = {
    "doc_no": "XZ-DJ-2026-0007",
    "version": "V1.0",
    "confidentiality": "internal",
    "project_name": "618大促活动",
    "author": "林晓彤",
    "date": "2026-05-06",
    "attachments": ["618大促活动方案（初稿）.pptx", "去年大促复盘数据.xlsx"],
}

OBJECTIVES = [
    {
        "metric": "活动期销售额（较去年618同期）",
        "baseline": "1,860万元",
        "target": "提升30%，达到2,418万元",
        "due": "2026-06-20",
        "source": "ERP销售日报",
    },
    {
        "metric": "活动期用户转化率",
        "baseline": "3.2%",
        "target": "提升15%，达到3.68%",
        "due": "2026-06-20",
        "source": "网站数据平台",
    },
]

COLLAB_REQUEST: dict[str, Any] = {
    "requesting_dept": "市场部",
    "requester": "林晓彤",
    "contact": "138 0000 1234 / linxiaotong@example.com",
    "request_date": "2026-05-06",
    "type": ["launch"],
    "urgency": ["urgent"],
    "start": "2026-05-11",
    "end": "2026-06-20",
    "background": (
        "618是公司上半年最重要的销售节点，去年同期销售额1,860万元，占上半年线上销售额的41%。今年主要竞品已于4月下旬公布预售方案，"
        "平台活动报名于5月15日截止。\n"
        "去年活动期间出现3个爆款SKU断货、活动页首屏加载超过6秒等问题，直接影响转化。为避免重复发生，需市场、产品、销售、技术四个部门"
        "提前对齐目标与分工，共同保障活动落地。"
    ),
    "objectives": OBJECTIVES,
    "deliverables": (
        "1. 活动主会场及4个分会场页面上线；\n2. TOP10 SKU备货到位并完成盘点报告；\n"
        "3. 6个分销渠道的推广排期与物料；\n4. 活动数据日报与总结报告。"
    ),
    "acceptance_criteria": (
        "活动页首屏加载时间不超过2秒；TOP10 SKU活动期零断货；渠道物料6月8日前100%到位；数据日报每日10:00前发出。"
    ),
    "departments": [
        {
            "dept": "产品部",
            "request_item": "完成TOP10 SKU库存盘点并补足备货，出具盘点报告",
            "due": "2026-05-31",
            "contact_person": "周启明",
            "reply": "accepted",
            "reply_note": "可调配2名库管协助",
            "replied_at": "2026-05-07T10:20:00+08:00",
        },
        {
            "dept": "销售部",
            "request_item": "落实6个分销渠道的推广位与铺货计划",
            "due": "2026-06-05",
            "contact_person": "赵海峰",
            "reply": "conditional",
            "reply_note": "需市场部5月20日前提供物料",
            "replied_at": "2026-05-07T15:42:00+08:00",
        },
        {
            "dept": "技术部",
            "request_item": "完成活动页面搭建与压力测试，支持峰值5,000次/秒",
            "due": "2026-06-01",
            "contact_person": "吴思远",
            "reply": "countered",
            "reply_note": "压力测试建议延至6月3日",
            "replied_at": "2026-05-08T09:05:00+08:00",
        },
        {
            "dept": "客服部",
            "request_item": "完成活动规则培训，活动期在线客服增至12人",
            "due": "2026-06-08",
            "contact_person": "孙雅琴",
            "reply": "waiting",
        },
    ],
    "milestones": [
        {"name": "启动会召开，备忘录签署", "due": "2026-05-15", "dept": "市场部"},
        {"name": "TOP10 SKU盘点完成", "due": "2026-05-31", "dept": "产品部"},
        {"name": "活动页面上线并通过压测", "due": "2026-06-03", "dept": "技术部"},
        {"name": "活动正式开始", "due": "2026-06-08", "dept": "市场部"},
        {"name": "活动结束，进入验收", "due": "2026-06-20", "dept": "市场部"},
    ],
    "budget_estimate": "50000.00",
    "status": "submitted",
    "risks": "1. 供应商交期波动导致爆款断货；\n2. 设计素材延期影响页面上线；\n3. 峰值流量超出预估，页面变慢。",
    "dept_head_opinion": "同意发起。请各部门于5月8日前反馈，务必在平台报名截止前完成对齐。",
    "executive_opinion": "",
}

MEETING_MINUTES: dict[str, Any] = {
    "title": "618大促活动跨部门启动会",
    "type": ["kickoff"],
    "starts_at": "2026-05-11T14:00:00+08:00",
    "ends_at": "2026-05-11T15:40:00+08:00",
    "location": "总部3楼同舟会议室 / 腾讯会议 123-456-789",
    "chair": "陈立新",
    "recorder": "林晓彤",
    "invited": ["陈立新", "林晓彤", "何静", "周启明", "马国栋", "赵海峰", "许文博", "吴思远", "孙雅琴"],
    "attendees": ["陈立新", "林晓彤", "何静", "周启明", "马国栋", "赵海峰", "许文博", "吴思远"],
    "absentees": ["孙雅琴（外出培训，由马国栋转达）"],
    "agenda_items": [
        {
            "topic": "确认核心目标",
            "points": "市场部说明去年同期数据与今年测算依据；销售部提出分渠道拆解口径。",
            "disagreements": "销售部认为线下渠道不宜计入",
            "conclusion": "销售额目标仅统计线上渠道，提升30%。",
        },
        {
            "topic": "备货与库存",
            "points": "产品部目前TOP10 SKU中4个库存不足2周；供应商A交期7天。",
            "disagreements": "",
            "conclusion": "5月31日前完成盘点与补货。",
        },
        {
            "topic": "活动页面与压力测试",
            "points": "技术部需在设计稿定稿后10个工作日完成搭建。",
            "disagreements": "压测时间：6月1日或6月3日",
            "conclusion": "压测于6月3日完成，设计稿5月18日前定稿。",
        },
    ],
    "goals": OBJECTIVES,
    "commitments": [
        {
            "dept": "产品部",
            "action": "完成TOP10 SKU的库存盘点，并补足活动期备货",
            "measure": "盘点准确率100%，活动期零断货",
            "owner": "周启明",
            "due": "2026-05-31",
        },
        {
            "dept": "技术部",
            "action": "搭建活动主会场及4个分会场页面，完成压力测试",
            "measure": "首屏≤2秒，峰值5,000次/秒",
            "owner": "吴思远",
            "due": "2026-06-03",
        },
        {
            "dept": "销售部",
            "action": "落实6个分销渠道的推广位与铺货",
            "measure": "6个渠道全部签署排期表",
            "owner": "赵海峰",
            "due": "2026-06-05",
        },
        {
            "dept": "市场部",
            "action": "提供活动全套设计素材",
            "measure": "主视觉1套、渠道物料6套",
            "owner": "林晓彤",
            "due": "2026-05-18",
        },
    ],
    "open_items": [{"item": "客服部培训时间待确认", "owner": "孙雅琴", "due": "2026-05-13"}],
    "next_meeting_at": "2026-05-22T15:00:00+08:00",
    "first_sync_at": "2026-05-15T15:00:00+08:00",
    "cc": ["总经理办公室", "财务部"],
}

MEMORANDUM: dict[str, Any] = {
    "parties": [
        {"dept": "市场部", "head": "陈立新", "contact": "林晓彤"},
        {"dept": "产品部", "head": "何静", "contact": "周启明"},
        {"dept": "销售部", "head": "马国栋", "contact": "赵海峰"},
        {"dept": "技术部", "head": "许文博", "contact": "吴思远"},
    ],
    "goals": OBJECTIVES,
    "scope": "2026年5月11日至6月20日期间，线上各渠道618大促活动的策划、备货、推广、页面搭建与客户服务。",
    "out_of_scope": "线下门店的同期促销；海外站点。",
    "duties": [
        {
            "dept": "市场部",
            "duty": "统筹活动策划，按时提供全套设计素材，每日汇总进展",
            "deliverable": "活动方案、设计素材7套",
            "due": "2026-05-18",
            "acceptance": "素材经产品、销售双方确认",
        },
        {
            "dept": "产品部",
            "duty": "完成TOP10 SKU的库存盘点，并补足活动期备货",
            "deliverable": "盘点报告、备货清单",
            "due": "2026-05-31",
            "acceptance": "活动期TOP10 SKU零断货",
        },
        {
            "dept": "技术部",
            "duty": "搭建活动页面并完成压力测试，活动期值守",
            "deliverable": "主会场及4个分会场页面、压测报告",
            "due": "2026-06-03",
            "acceptance": "首屏≤2秒，峰值5,000次/秒",
        },
        {
            "dept": "销售部",
            "duty": "落实6个分销渠道的推广位与铺货",
            "deliverable": "渠道排期表6份",
            "due": "2026-06-05",
            "acceptance": "6个渠道书面确认",
        },
    ],
    "resource_commitments": [
        {"dept": "产品部", "resource": "库管人员", "quantity": "2人", "period": "2026年5月18日至6月20日"},
        {"dept": "市场部", "resource": "推广预算", "quantity": "5万元", "period": "活动期内"},
    ],
    "communication_plan": [
        {"kind": "日常", "frequency": "每个工作日", "time": "17:00前", "form": "企业微信项目群", "owner": "林晓彤"},
        {"kind": "周度", "frequency": "每周五", "time": "15:00", "form": "线上周例会", "owner": "陈立新"},
        {"kind": "紧急", "frequency": "随时", "time": "2小时内响应", "form": "电话及紧急会", "owner": "责任部门负责人"},
    ],
    "change_rule": (
        "任何一方需变更目标、时限或资源的，应提交《变更申请单》，经全部受影响部门负责人确认后生效；"
        "口头约定不作为变更依据。"
    ),
    "confidentiality_clause": "活动方案、价格与销售数据限项目成员知悉，活动开始前不得对外披露。",
    "breach_clauses": [
        {
            "condition": "关键物料延期交付",
            "evidence": "以系统记录的完成时间为准",
            "consequence": "责任部门承担由此造成的销售损失的10%",
            "arbiter": "分管副总 刘振华",
        },
        {
            "condition": "未在2小时内响应紧急问题",
            "evidence": "以系统计时记录为准",
            "consequence": "在部门月度考核中扣2分",
            "arbiter": "项目管理办公室",
        },
    ],
    "force_majeure": (
        "因自然灾害、平台规则调整、供应中断等不可抗力不能履行的，应在24小时内书面告知各方，不承担违约责任。"
    ),
    "escalation_path": "接口人协商（1个工作日）→ 部门负责人协商（1个工作日）→ 分管副总裁决（1个工作日）。",
    "valid_from": "2026-05-15",
    "valid_to": "2026-06-30",
    "effective_when": "自各方负责人（或其授权代理）全部签署之日起生效。",
}
