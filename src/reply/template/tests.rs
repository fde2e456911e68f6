//! Stories about templates: reading, filling, choosing.
