"""企业微信群机器人(消息推送)."""

from .transport import WeCom

__all__ = ["WeCom"]
