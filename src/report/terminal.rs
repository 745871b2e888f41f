//! What a person sees in a terminal: the failures as diffs, the endpoints as a table.
