"""Rule-based reading of objectives and commitments in Chinese and English, offline and explained."""
