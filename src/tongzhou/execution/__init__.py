"""Phase 3, execution (过程推进与问题解决)."""
