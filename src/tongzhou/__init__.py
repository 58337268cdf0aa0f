"""Tongzhou 同舟: cross-department collaboration from the first request to the archived lesson."""

__version__ = "0.1.0"
