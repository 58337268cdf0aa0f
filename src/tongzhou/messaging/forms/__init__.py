"""Forms of messaging."""

from .channels import ChannelForm
from .persons import ChatNamesForm, PreferenceForm

__all__ = ["ChannelForm", "ChatNamesForm", "PreferenceForm"]
