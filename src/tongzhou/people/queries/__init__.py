"""Reads about people."""

from .actors import actor_for, actor_of_person, session_holds

__all__ = ["actor_for", "actor_of_person", "session_holds"]
