"""Phase 2, division of work and resources (协作分工与资源匹配)."""
