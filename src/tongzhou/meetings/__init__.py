"""Meetings: agenda, attendance, decisions, minutes (跨部门沟通会议纪要)."""
