//! The only way untrusted text gets out.
