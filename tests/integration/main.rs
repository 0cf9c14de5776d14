//! The one integration binary: a module for each topic. One binary links RocksDB once.

mod config_file;
mod layering;
mod packaging;
mod tidy;
