"""钉钉自定义机器人."""

from .transport import DingTalk

__all__ = ["DingTalk"]
