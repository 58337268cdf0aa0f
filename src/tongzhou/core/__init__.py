"""What every package stands on: Actor, clock, event log, transitions, access, errors, page helpers."""
