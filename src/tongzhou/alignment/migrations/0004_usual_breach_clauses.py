"""The usual breach clauses (违约条款库), to choose from and to edit. Runs again harmlessly; never touches edited ones."""

from django.db import migrations

CLAUSES = [
    (
        "late-material",
        "关键物料延期交付",
        "责任部门未在备忘录约定时限前交付关键物料（设计素材、产品资料、价格文件等），且未在时限前1个工作日提出变更申请。",
        "以系统记录的约定时限与实际交付时间为准，由接收部门确认。",
        "责任部门承担由该延期直接造成的销售损失的10%，计入部门当期绩效核算；并于2个工作日内提交补救计划。",
        "上级审批人",
    ),
    (
        "late-task",
        "承诺事项逾期",
        "责任部门承诺的事项逾期完成，影响后续任务或里程碑。",
        "以系统记录的承诺时限与完成时间为准；提前提出并获批的变更不计逾期。",
        "逾期1至3个工作日由部门负责人书面说明原因；超过3个工作日的，每逾期1个工作日扣减部门当月协作评分2分，最多10分。",
        "项目管理办公室",
    ),
    (
        "quality",
        "交付物未达验收标准",
        "交付物经两次验收仍未达到备忘录约定的验收标准。",
        "以验收记录及验收标准逐项核对结果为准。",
        "责任部门在3个工作日内自费返工；由此增加的外部费用由责任部门预算承担。",
        "发起部门负责人，争议由项目管理办公室裁定",
    ),
    (
        "stock-out",
        "备货不足导致断货",
        "承诺保障的SKU在活动期内断货累计超过4小时，且非因销量超出预测150%以上所致。",
        "以库存系统断货时段记录与经确认的销量预测为准。",
        "责任部门承担断货时段预计毛利损失的10%，并在24小时内落实补货或替代方案。",
        "上级审批人",
    ),
    (
        "slow-response",
        "紧急问题响应超时",
        "责任部门未在2小时内响应紧急问题，或未在紧急会开始后15分钟内形成处理决定。",
        "以系统双时钟计时记录为准。",
        "每次扣减部门当月协作评分2分；同一项目累计3次的，由部门负责人向上级审批人当面说明。",
        "项目管理办公室",
    ),
    (
        "resource-withdrawn",
        "承诺资源未到位或擅自抽回",
        "部门未按约定时间、数量提供承诺的人员、预算或设备，或未经协商提前抽回。",
        "以资源承诺清单与到位记录为准。",
        "该部门负责在2个工作日内补足或提供同等替代；由此产生的外部采购费用由该部门承担。",
        "上级审批人",
    ),
    (
        "no-report",
        "未按时报送进展",
        "接口人一个自然月内3次及以上未在当日17:00前报送日进展，或未按时提交周进展表。",
        "以系统报送记录为准，经批准的休假除外。",
        "在周例会通报；次月仍未改进的，由部门负责人更换接口人，并在3个工作日内完成交接。",
        "项目管理办公室",
    ),
    (
        "leak",
        "泄露项目保密信息",
        "任何一方在约定的公开时间之前向项目以外人员披露方案、价格、客户或经营数据。",
        "由信息安全部门调查取证并出具书面结论。",
        "立即停止披露并采取补救措施，按公司保密制度处理；造成损失的，由责任部门承担相应损失。",
        "上级审批人会同信息安全部门",
    ),
    (
        "unilateral-change",
        "擅自变更约定",
        "未经变更申请及受影响部门确认，单方调整目标、时限、范围或资源。",
        "以系统变更记录及各方书面证据为准。",
        "变更不生效，责任部门恢复原约定并承担由此增加的工作量和费用。",
        "项目管理办公室",
    ),
]


def add(apps, schema_editor):
    BreachClause = apps.get_model("alignment", "BreachClause")
    for position, (key, name, condition, evidence, consequence, arbiter) in enumerate(CLAUSES, start=1):
        BreachClause.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "condition": condition,
                "evidence": evidence,
                "consequence": consequence,
                "arbiter": arbiter,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("alignment", "0003_memoranda_say_why_they_changed")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
