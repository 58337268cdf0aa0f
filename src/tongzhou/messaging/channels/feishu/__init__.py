"""飞书自定义机器人, and Lark abroad."""

from .transport import Feishu, Lark

__all__ = ["Feishu", "Lark"]
