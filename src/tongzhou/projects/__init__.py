"""The project, the departments taking part, objectives, the commitments ledger, phases and gates."""
