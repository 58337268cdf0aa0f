"""The columns of a task list as a table, the same both ways, and the headings other programs and people give them."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from tongzhou.core.tables import Column

# Ours first (they are what goes out); then Microsoft Project in Chinese and English, and what people usually write.
COLUMNS = (
    Column("number", pgettext_lazy("column of a plan", "Task number"), ("任务编号", "Task number")),
    Column(
        "wbs",
        pgettext_lazy("column of a plan", "WBS"),
        ("WBS", "WBS编号", "WBS编码", "WBS码", "大纲数字", "大纲编号", "Outline number"),
    ),
    Column(
        "level",
        pgettext_lazy("column of a plan", "Outline level"),
        ("大纲级别", "Outline level", "级别", "层级", "任务级别", "Level"),
    ),
    Column(
        "title",
        pgettext_lazy("column of a plan", "Task name"),
        (
            "任务名称",
            "Task name",
            "任务",
            "工作任务",
            "名称",
            "工作内容",
            "活动名称",
            "任务描述",
            "工作项",
            "事项",
            "Task",
            "Name",
        ),
        required=True,
    ),
    Column(
        "department",
        pgettext_lazy("column of a plan", "Responsible department"),
        ("责任部门", "Responsible department", "部门", "负责部门", "牵头部门", "主责部门", "所属部门", "Department"),
    ),
    Column(
        "owner",
        pgettext_lazy("column of a plan", "Person in charge"),
        (
            "负责人",
            "Person in charge",
            "责任人",
            "资源名称",
            "执行人",
            "经办人",
            "主责人",
            "Owner",
            "Resource names",
            "Assignee",
            "Assigned to",
        ),
    ),
    Column(
        "duration",
        pgettext_lazy("column of a plan", "Duration (working days)"),
        (
            "工期",
            "工期(工作日)",
            "工期（工作日）",
            "Duration",
            "Duration (working days)",
            "工期(天)",
            "工期（天）",
            "天数",
            "持续时间",
            "历时",
            "Days",
        ),
    ),
    Column(
        "shortest",
        pgettext_lazy("column of a plan", "Shortest duration"),
        ("最短工期", "Shortest duration", "乐观工期", "乐观时间"),
    ),
    Column(
        "longest",
        pgettext_lazy("column of a plan", "Longest duration"),
        ("最长工期", "Longest duration", "悲观工期", "悲观时间"),
    ),
    Column(
        "effort_hours",
        pgettext_lazy("column of a plan", "Effort (hours)"),
        ("工作量(小时)", "工作量（小时）", "Effort (hours)", "工时", "工时(小时)", "工作量", "Work"),
    ),
    Column("is_milestone", pgettext_lazy("column of a plan", "Milestone"), ("里程碑", "Milestone", "是否里程碑")),
    Column(
        "predecessors",
        pgettext_lazy("column of a plan", "Predecessors"),
        ("前置任务", "Predecessors", "紧前任务", "紧前工作", "前导任务", "前序任务", "依赖任务", "前置", "Depends on"),
    ),
    Column(
        "constraint",
        pgettext_lazy("column of a plan", "Date constraint"),
        ("日期限制", "Date constraint", "限制类型", "Constraint type"),
    ),
    Column("constraint_on", pgettext_lazy("column of a plan", "Constraint date"), ("限制日期", "Constraint date")),
    Column(
        "deliverable",
        pgettext_lazy("column of a plan", "Deliverable"),
        ("交付物", "Deliverable", "输出成果", "交付成果", "成果", "Deliverables"),
    ),
    Column(
        "acceptance",
        pgettext_lazy("column of a plan", "Acceptance criterion"),
        ("验收标准", "Acceptance criterion", "Acceptance criteria", "完成标准"),
    ),
    Column("objective", pgettext_lazy("column of a plan", "Objective"), ("核心目标", "Objective", "对应目标", "目标")),
    Column(
        "commitment",
        pgettext_lazy("column of a plan", "Commitment"),
        ("承诺", "Commitment", "关键配合事项", "承诺事项"),
    ),
    Column("note", pgettext_lazy("column of a plan", "Note"), ("备注", "Note", "Notes", "说明", "Remarks", "Remark")),
    Column("status", pgettext_lazy("column of a plan", "Status"), ("状态", "Status", "任务状态")),
    Column(
        "percent",
        pgettext_lazy("column of a plan", "Percent done"),
        ("完成百分比", "Percent done", "% complete", "Percent complete", "完成百分比(%)", "完成率", "完成度"),
    ),
    Column(
        "actual_start",
        pgettext_lazy("column of a plan", "Actual start"),
        ("实际开始", "Actual start", "实际开始时间", "实际开始日期", "Actual start date"),
    ),
    Column(
        "actual_finish",
        pgettext_lazy("column of a plan", "Actual finish"),
        ("实际完成", "Actual finish", "实际完成时间", "实际完成日期", "实际结束日期", "Actual finish date"),
    ),
    Column(
        "held_until",
        pgettext_lazy("column of a plan", "Held back until"),
        ("平衡推迟至", "Held back until"),
    ),
    Column(
        "start",
        pgettext_lazy("column of a plan", "Planned start"),
        ("计划开始", "Planned start", "开始时间", "开始日期", "计划开始时间", "计划开始日期", "Start", "Start date"),
    ),
    Column(
        "finish",
        pgettext_lazy("column of a plan", "Planned finish"),
        (
            "计划完成",
            "Planned finish",
            "完成时间",
            "完成日期",
            "结束时间",
            "结束日期",
            "截止日期",
            "计划完成时间",
            "计划结束时间",
            "计划完成日期",
            "Finish",
            "Finish date",
            "End",
            "End date",
            "Due date",
            "Due",
        ),
    ),
    Column(
        "total_float",
        pgettext_lazy("column of a plan", "Total float"),
        ("总时差", "Total float", "Total slack", "可宽延的总时间"),
    ),
    # Only read: a count of rows, by which the rows of a foreign table call each other.
    Column("id", pgettext_lazy("column of a plan", "No."), ("序号", "No.", "标识号", "编号", "ID", "行号")),
)
# What is computed here, or follows from other columns, and therefore not read back from our own table.
COMPUTED = {"wbs", "status", "start", "finish", "total_float"}
WRITTEN = tuple(column for column in COLUMNS if column.key != "id")
LABELS = {column.key: column.label for column in COLUMNS}
