//! Reports on disk: rendered once through, written beside their place and moved into it.
