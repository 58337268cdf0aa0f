"""What phase 1 tells people."""
