"""The table in which persons come in: its columns, the headings they are known by, the words for yes and no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.tables import Column

MOST_ROWS = 20_000
DEEPEST = 8

COLUMNS = (
    Column(
        "name",
        pgettext_lazy("of a person", "Name"),
        ("姓名", "名字", "name", "full name"),
        required=True,
        example="陈晨",
    ),
    Column(
        "username",
        _("Login name"),
        ("登录名", "用户名", "账号", "帐号", "login name", "login", "username", "account"),
        required=True,
        example="chen.chen",
    ),
    Column(
        "employee_no",
        _("Employee number"),
        ("工号", "员工编号", "employee number", "employee no", "employee no.", "employee id", "staff id"),
        example="10023",
    ),
    Column(
        "email",
        _("E-mail"),
        ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail", "mail"),
        example="chen.chen@example.com",
    ),
    Column(
        "mobile",
        _("Mobile"),
        ("手机", "手机号", "手机号码", "电话", "mobile", "mobile number", "phone"),
        example="13800000000",
    ),
    Column("department", _("Department"), ("部门", "所属部门", "department", "dept"), example="市场部/品牌组"),
    Column("title", _("Position"), ("职务", "职位", "岗位", "position", "title", "job title"), example="品牌经理"),
    Column(
        "is_head",
        _("Is head"),
        ("是否负责人", "负责人", "部门负责人", "is head", "head", "department head"),
        example="否",
    ),
    Column("language", _("Language"), ("语言", "language", "lang"), example="中文"),
)

YES = frozenset({"是", "1", "yes", "y", "true", "√", "✓", "✔", "对", "负责人", "head"})
NO = frozenset({"否", "0", "no", "n", "false", "×", "✗", "不是", "-", ""})
