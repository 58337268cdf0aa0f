"""Departments, persons, heads and deputies."""
