"""Phase 1, alignment (需求对齐与目标共识): request, replies, SMART objectives, memorandum."""
