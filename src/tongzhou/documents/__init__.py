"""Standard forms described once, coming out as page, docx, xlsx and pdf; stored files."""
