"""The API as a whole: its own description fuzzed, refusals, keys that let a POST be repeated, ways of logging in."""
