"""Forms of messaging."""

from .channels import ChannelForm
from .hosts import HostForm
from .persons import ChatNamesForm, PreferenceForm

__all__ = ["ChannelForm", "ChatNamesForm", "HostForm", "PreferenceForm"]
