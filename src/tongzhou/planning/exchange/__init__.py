"""Plans that come in from other programs and go out to them: tables (.xlsx) and Microsoft Project XML (MSPDI)."""
