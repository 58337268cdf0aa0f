"""One table: every route × role × own/other project × swapped ids."""
