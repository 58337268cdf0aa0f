"""Pure computation: no Django, no clock, no input or output."""
