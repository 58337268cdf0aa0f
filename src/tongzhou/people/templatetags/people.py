"""What pages about people say in words."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from ..models import Delegation
from ..models.deputies import Scope

register = template.Library()


@register.simple_tag
def scope_words(delegation: Delegation) -> str:
    """{% scope_words delegation as acts %}: the acts a deputy is named for; empty for all of them."""
    between = "、" if (get_language() or "").startswith("zh") else ", "
    return between.join(str(Scope(scope).label) for scope in delegation.scopes if scope in Scope.values)
