//! The one integration binary: a module for each topic. One binary links RocksDB once.

mod archive;
mod attacks;
mod backup;
mod cli_answers;
mod cli_config;
mod cli_daemon;
mod cli_dev;
mod cli_ingest;
mod cli_retention;
mod cli_support;
mod config_file;
mod crash;
mod http_malformed;
mod http_read;
mod http_retention;
mod http_server;
mod http_store;
mod interop;
mod layering;
mod packaging;
mod readme;
mod shipped_classes;
mod support;
mod tidy;
mod verify;
