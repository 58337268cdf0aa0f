"""What is due when: occasions on the working-day calendar, reminders, escalation."""
