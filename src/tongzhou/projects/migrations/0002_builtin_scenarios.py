"""The three scenarios that come ready to use: launch, initiative, incident. Departments are matched by code, then by name."""

from django.db import migrations


def _both(zh, en):
    return {"zh": zh, "en": en}


PRODUCT = {"code": "product", "names": ["产品部", "产品中心", "研发部", "Product"]}
SALES = {"code": "sales", "names": ["销售部", "销售中心", "Sales"]}
TECHNOLOGY = {"code": "technology", "names": ["技术部", "技术中心", "信息技术部", "IT部", "Technology"]}
SERVICE = {"code": "service", "names": ["客服部", "客户服务部", "售后部", "Customer service"]}
MARKETING = {"code": "marketing", "names": ["市场部", "市场中心", "品牌部", "Marketing"]}
SUPPLY = {"code": "supply", "names": ["供应链部", "采购部", "供应链中心", "Supply chain"]}
FINANCE = {"code": "finance", "names": ["财务部", "财务中心", "Finance"]}

# due_after, start_after, end_after and milestones' after: working days from the day the request is begun.
SCENARIOS = [
    {
        "key": "launch",
        "kind": "launch",
        "name": "新产品/服务上市",
        "name_en": "Launch of a product or service",
        "description": "研发、市场、销售、客服共用一套定位、参数、推广与支持口径，一次对齐再上市。适合新品发布、大促、新服务上线。",
        "description_en": "R&D, marketing, sales and customer service share positioning, parameters, promotion and support, "
        "and align once before going to market. For product launches, big promotions, new services.",
        "defaults": {
            "type": "launch",
            "urgency": "normal",
            "tailoring": "standard",
            "start_after": 5,
            "end_after": 30,
            "departments": [
                {
                    **PRODUCT,
                    "due_after": 12,
                    "ask": _both(
                        "确认上市产品清单与参数，完成重点SKU的库存盘点与备货，出具盘点报告",
                        "Confirm the list and parameters of the products to launch, count and restock the key SKUs, and hand over the stock report",
                    ),
                },
                {
                    **SALES,
                    "due_after": 15,
                    "ask": _both(
                        "落实各渠道的推广位与铺货计划，提交渠道排期表",
                        "Secure promotion places and distribution in every channel and hand over the channel schedule",
                    ),
                },
                {
                    **TECHNOLOGY,
                    "due_after": 15,
                    "ask": _both(
                        "完成活动页面搭建与压力测试，提交测试报告",
                        "Build and load-test the campaign pages and hand over the test report",
                    ),
                },
                {
                    **SERVICE,
                    "due_after": 18,
                    "ask": _both(
                        "完成客服话术与活动规则培训，确定活动期间值班表",
                        "Train customer service in wording and campaign rules, and set the duty roster for the campaign",
                    ),
                },
            ],
            "milestones": [
                {"name": _both("启动会召开，备忘录签署", "Kickoff held, memorandum signed"), "after": 5},
                {"name": _both("备货与物料就绪", "Stock and material ready"), "after": 15},
                {"name": _both("页面上线并通过压力测试", "Pages online and load-tested"), "after": 18},
                {"name": _both("正式上市", "Launch"), "after": 20},
                {"name": _both("结束并验收", "End and acceptance"), "after": 30},
            ],
            "deliverables": _both(
                "1. 上市方案与排期；\n2. 备货与物料到位；\n3. 页面与渠道上线；\n4. 数据日报与总结报告。",
                "1. Launch plan and schedule;\n2. Stock and material in place;\n3. Pages and channels online;\n4. Daily figures and final report.",
            ),
            "risks": _both(
                "1. 供应商交期波动导致重点SKU断货；\n2. 设计素材延期影响页面上线；\n3. 峰值流量超出预估，页面变慢。",
                "1. Key SKUs out of stock because suppliers deliver late;\n2. Pages delayed by late design material;\n3. Peak traffic above estimate slows the pages down.",
            ),
        },
    },
    {
        "key": "initiative",
        "kind": "initiative",
        "name": "跨部门项目攻坚",
        "name_en": "Cross-department initiative",
        "description": "数字化转型、流程优化等需要打破部门墙、集中资源攻关的项目。周期较长，分阶段验收。",
        "description_en": "Digital transformation, process optimisation: resources are pulled together across the walls. "
        "Runs longer, accepted in stages.",
        "defaults": {
            "type": "initiative",
            "urgency": "normal",
            "tailoring": "full",
            "start_after": 10,
            "end_after": 90,
            "departments": [
                {
                    **TECHNOLOGY,
                    "due_after": 60,
                    "ask": _both(
                        "完成系统方案设计、开发与上线，提交上线报告",
                        "Design, build and roll out the system and hand over the rollout report",
                    ),
                },
                {
                    **PRODUCT,
                    "due_after": 25,
                    "ask": _both(
                        "梳理现有流程与需求，提交1份流程现状图和1份需求清单",
                        "Map the present process and needs: one process map and one list of requirements",
                    ),
                },
                {
                    **FINANCE,
                    "due_after": 15,
                    "ask": _both(
                        "核定预算并指定1名财务接口人按月核对支出",
                        "Approve the budget and name one person who checks spending every month",
                    ),
                },
            ],
            "milestones": [
                {"name": _both("启动会召开，备忘录签署", "Kickoff held, memorandum signed"), "after": 10},
                {"name": _both("现状与需求确认", "Present state and needs confirmed"), "after": 25},
                {"name": _both("方案评审通过", "Design approved"), "after": 40},
                {"name": _both("试点上线", "Pilot running"), "after": 65},
                {"name": _both("全面推广并验收", "Rolled out and accepted"), "after": 90},
            ],
            "deliverables": _both(
                "1. 流程现状图与需求清单；\n2. 经评审的方案；\n3. 试点报告；\n4. 推广完成与验收报告。",
                "1. Process map and list of requirements;\n2. Approved design;\n3. Pilot report;\n4. Rollout and acceptance report.",
            ),
            "risks": _both(
                "1. 骨干人员被日常工作占用，投入不足；\n2. 各部门对新流程口径不一；\n3. 历史数据质量差，迁移返工。",
                "1. Key people are held by daily work;\n2. Departments read the new process differently;\n3. Poor old data makes migration slow.",
            ),
        },
    },
    {
        "key": "incident",
        "kind": "incident",
        "name": "突发问题协同处理",
        "name_en": "Incident",
        "description": "客诉升级、供应链中断等突发问题。快速通道：提交后立即进入执行，先开紧急会，登记表与备忘录事后补齐、补签。",
        "description_en": "An escalated complaint, a break in the supply chain. Fast track: execution begins on submission with an "
        "emergency meeting; request and memorandum are completed and signed afterwards.",
        "defaults": {
            "type": "incident",
            "urgency": "critical",
            "tailoring": "light",
            "start_after": 0,
            "end_after": 5,
            "departments": [
                {
                    **SERVICE,
                    "due_after": 1,
                    "ask": _both(
                        "汇总受影响客户清单，当日统一对外答复口径并逐一回访",
                        "List the customers affected, settle one wording today and call each of them back",
                    ),
                },
                {
                    **SUPPLY,
                    "due_after": 1,
                    "ask": _both(
                        "盘点可用库存与替代货源，当日提交1份替代方案",
                        "Count usable stock and other sources, and hand over one alternative plan today",
                    ),
                },
                {
                    **TECHNOLOGY,
                    "due_after": 1,
                    "ask": _both(
                        "定位原因并在1个工作日内给出修复方案与完成时间",
                        "Find the cause and give a fix with its date within one working day",
                    ),
                },
            ],
            "milestones": [
                {"name": _both("紧急会召开，方案确定", "Emergency meeting held, solution decided"), "after": 0},
                {"name": _both("影响止住", "Impact stopped"), "after": 1},
                {"name": _both("备忘录补签，复盘", "Memorandum signed afterwards, retrospective"), "after": 5},
            ],
            "deliverables": _both(
                "1. 影响范围与客户清单；\n2. 处理方案与执行记录；\n3. 原因分析与防再发措施。",
                "1. Scope of impact and list of customers;\n2. Solution and record of what was done;\n3. Cause and measures against recurrence.",
            ),
            "risks": _both(
                "1. 影响继续扩大；\n2. 对外口径不一引发二次投诉。",
                "1. The impact spreads;\n2. Different words to customers cause further complaints.",
            ),
        },
    },
]


def bring_in(apps, schema_editor):
    """Adds or renews the built-in scenarios; may be run again."""
    scenario = apps.get_model("projects", "Scenario")
    for position, facts in enumerate(SCENARIOS):
        facts = dict(facts)
        scenario.objects.update_or_create(
            key=facts.pop("key"), defaults={**facts, "is_built_in": True, "position": position}
        )


class Migration(migrations.Migration):

    dependencies = [("projects", "0001_initial")]

    operations = [migrations.RunPython(bring_in, migrations.RunPython.noop)]
