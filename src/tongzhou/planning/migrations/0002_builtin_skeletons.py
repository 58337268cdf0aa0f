"""The task skeletons of the three built-in scenarios: what has to be done, by whom, in which order.

A row: title, ``dept`` (code as in the scenario's departments; "" is the initiating department), ``days`` (working days),
``after`` (places of the rows it waits for, from 0), ``under`` (place of its summary), ``raci`` (department code → letters).
"""

from django.db import migrations

SKELETONS = {
    "launch": [
        {"title": {"zh": "方案与物料", "en": "Plan and material"}, "dept": "", "days": 0},
        {"title": {"zh": "活动方案定稿", "en": "Final campaign plan"}, "dept": "", "days": 3, "under": 0, "raci": {"": "RA", "product": "C", "sales": "C", "technology": "I"}},
        {"title": {"zh": "页面文案与设计素材", "en": "Page texts and design material"}, "dept": "", "days": 5, "after": [1], "under": 0, "raci": {"": "RA", "product": "C", "technology": "I"}},
        {"title": {"zh": "活动页面设计", "en": "Campaign page design"}, "dept": "", "days": 4, "after": [2], "under": 0, "raci": {"": "R", "product": "A", "sales": "C", "technology": "I"}},
        {"title": {"zh": "备货", "en": "Stock"}, "dept": "product", "days": 0},
        {"title": {"zh": "TOP10 SKU库存盘点", "en": "Stock count of the TOP10 SKUs"}, "dept": "product", "days": 5, "under": 4, "raci": {"product": "RA"}},
        {"title": {"zh": "补货下单与到货跟踪", "en": "Reorder and follow deliveries"}, "dept": "product", "days": 8, "after": [5], "under": 4, "raci": {"product": "RA", "sales": "C", "": "I"}},
        {"title": {"zh": "渠道", "en": "Channels"}, "dept": "sales", "days": 0},
        {"title": {"zh": "渠道推广位落实", "en": "Secure places in the channels"}, "dept": "sales", "days": 6, "after": [1], "under": 7, "raci": {"sales": "RA", "": "C"}},
        {"title": {"zh": "渠道物料铺设", "en": "Place material in the channels"}, "dept": "sales", "days": 3, "after": [2, 8], "under": 7, "raci": {"sales": "RA", "": "C"}},
        {"title": {"zh": "页面与系统", "en": "Pages and systems"}, "dept": "technology", "days": 0},
        {"title": {"zh": "活动页面搭建", "en": "Build the campaign pages"}, "dept": "technology", "days": 5, "after": [3], "under": 10, "raci": {"technology": "RA", "": "C"}},
        {"title": {"zh": "压力测试", "en": "Load test"}, "dept": "technology", "days": 2, "after": [11], "under": 10, "raci": {"technology": "RA", "": "I"}},
        {"title": {"zh": "客服培训与排班", "en": "Train customer service, set the roster"}, "dept": "service", "days": 3, "after": [1], "raci": {"service": "RA", "": "C", "product": "C"}},
        {"title": {"zh": "正式上市", "en": "Launch"}, "dept": "", "days": 0, "milestone": True, "after": [6, 9, 12, 13], "raci": {"": "RA", "product": "I", "sales": "I", "technology": "I"}},
        {"title": {"zh": "活动值守与数据日报", "en": "Duty and daily figures during the campaign"}, "dept": "", "days": 5, "after": [14], "raci": {"": "RA", "product": "C", "sales": "C", "technology": "C"}},
        {"title": {"zh": "活动总结与验收", "en": "Report and acceptance"}, "dept": "", "days": 4, "after": [15], "raci": {"": "RA", "product": "C", "sales": "C", "technology": "C"}},
    ],
    "initiative": [
        {"title": {"zh": "现状梳理", "en": "Present state"}, "dept": "product", "days": 10, "raci": {"product": "RA", "technology": "C", "": "C"}},
        {"title": {"zh": "需求清单确认", "en": "Needs confirmed"}, "dept": "product", "days": 5, "after": [0], "raci": {"product": "R", "": "A", "technology": "C"}},
        {"title": {"zh": "预算核定", "en": "Budget approved"}, "dept": "finance", "days": 5, "after": [1], "raci": {"finance": "RA", "": "C"}},
        {"title": {"zh": "方案设计", "en": "Design"}, "dept": "technology", "days": 10, "after": [1], "raci": {"technology": "RA", "product": "C", "": "I"}},
        {"title": {"zh": "方案评审通过", "en": "Design approved"}, "dept": "", "days": 0, "milestone": True, "after": [2, 3], "raci": {"": "RA", "technology": "C", "product": "C"}},
        {"title": {"zh": "系统开发", "en": "Build"}, "dept": "technology", "days": 20, "after": [4], "raci": {"technology": "RA", "product": "C"}},
        {"title": {"zh": "数据清理与迁移", "en": "Clean and move data"}, "dept": "product", "days": 10, "after": [4], "raci": {"product": "RA", "technology": "C"}},
        {"title": {"zh": "试点运行", "en": "Pilot"}, "dept": "product", "days": 10, "after": [5, 6], "raci": {"product": "RA", "technology": "R", "": "I"}},
        {"title": {"zh": "培训与推广", "en": "Training and rollout"}, "dept": "", "days": 15, "after": [7], "raci": {"": "RA", "product": "C", "technology": "C"}},
        {"title": {"zh": "验收", "en": "Acceptance"}, "dept": "", "days": 3, "after": [8], "raci": {"": "RA", "finance": "C", "product": "C", "technology": "C"}},
    ],
    "incident": [
        {"title": {"zh": "召开紧急会，确定方案", "en": "Emergency meeting, solution decided"}, "dept": "", "days": 0, "milestone": True, "raci": {"": "RA", "service": "C", "supply": "C", "technology": "C"}},
        {"title": {"zh": "止住影响", "en": "Stop the impact"}, "dept": "technology", "days": 1, "after": [0], "raci": {"technology": "RA", "": "I"}},
        {"title": {"zh": "逐一回访受影响客户", "en": "Call back each customer affected"}, "dept": "service", "days": 2, "after": [0], "raci": {"service": "RA", "": "I"}},
        {"title": {"zh": "替代货源落实", "en": "Secure another source"}, "dept": "supply", "days": 2, "after": [0], "raci": {"supply": "RA", "": "I"}},
        {"title": {"zh": "原因分析与防再发措施", "en": "Cause and measures against recurrence"}, "dept": "", "days": 2, "after": [1, 2, 3], "raci": {"": "RA", "technology": "C", "service": "C", "supply": "C"}},
    ],
}  # fmt: skip


def bring_in(apps, schema_editor):
    """Gives the built-in scenarios their skeletons; may be run again."""
    scenario = apps.get_model("projects", "Scenario")
    for found in scenario.objects.filter(key__in=SKELETONS, is_built_in=True):
        found.defaults = {**found.defaults, "tasks": SKELETONS[found.key]}
        found.save(update_fields=["defaults"])


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_tasks_links_plans"), ("projects", "0002_builtin_scenarios")]
    operations = [migrations.RunPython(bring_in, migrations.RunPython.noop)]
