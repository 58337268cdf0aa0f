"""Today's desk and the views from above: reads everything, owns nothing."""
