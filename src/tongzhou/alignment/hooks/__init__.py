"""What phase 1 registers with the packages below it: gate conditions, duties, sign-off subjects, occasions."""
