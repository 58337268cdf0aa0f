"""Processes killed at the worst moment: nothing acknowledged is lost, nothing is half done, nothing is done twice."""
