//! libtorch as an engine.
