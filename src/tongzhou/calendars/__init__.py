"""Working days, public holidays and make-up workdays (调休)."""
