//! Judging numbers: the table of real and worked-out ones, precedence, names.

use super::*;
