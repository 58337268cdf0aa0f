"""Phase 4, delivery and retrospective (成果交付与复盘总结)."""
