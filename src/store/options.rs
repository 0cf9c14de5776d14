//! How RocksDB is run. Every option that matters is spelled out, also where it equals today's default.

use std::sync::Arc;

use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode, FileChecksumGenFactory, Options};

use super::column::Column;
use super::health::{HealthListener, StoreHealth};

const MIB: usize = 1 << 20;

/// How the write-ahead log is read when the database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// Any damage anywhere refuses to open. The default of RocksDB silently drops everything behind the first flipped bit.
    Absolute,
    /// A torn last record is dropped. Used only after `Absolute` has failed, and only believed if the anchor proves that nothing
    /// acknowledged is missing.
    TornTail,
}

/// Options of the database as a whole.
pub(crate) fn database(recovery: Recovery, create: bool, direct_io: bool, threads: u16, health: &Arc<StoreHealth>) -> Options {
    let mut options = Options::default();
    options.create_if_missing(create);
    // An archive from before a column existed gets it empty; one that has lost a column refuses, because the manifest lists it.
    options.create_missing_column_families(true);
    options.set_wal_recovery_mode(match recovery {
        Recovery::Absolute => DBRecoveryMode::AbsoluteConsistency,
        Recovery::TornTail => DBRecoveryMode::TolerateCorruptedTailRecords,
    });
    options.set_paranoid_checks(true);
    options.set_verify_sst_unique_id_in_manifest(true);
    options.set_track_and_verify_wals_in_manifest(true);
    options.set_file_checksum_gen_factory(&FileChecksumGenFactory::crc32c());
    // Recycled logs are unsafe together with ingested files, and would keep destroyed content.
    options.set_recycle_log_file_num(0);
    options.set_max_total_wal_size(512 * MIB as u64);
    // Flushes through the page cache make the log's sync wait for them: p99 46 ms instead of 5.
    options.set_use_direct_io_for_flush_and_compaction(direct_io);
    options.set_wal_bytes_per_sync(MIB as u64);
    options.set_bytes_per_sync(MIB as u64);
    // There is one writer; concurrent insertion only costs.
    options.set_allow_concurrent_memtable_write(false);
    options.set_max_write_batch_group_size_bytes(64 * MIB as u64);
    options.set_memtable_protection_bytes_per_key(8);
    options.set_db_write_buffer_size(160 * MIB);
    options.set_max_background_jobs(i32::from(threads.max(2)));
    options.set_max_open_files(4096);
    options.set_max_manifest_file_size(64 * MIB);
    options.set_keep_log_file_num(10);
    options.set_max_log_file_size(16 * MIB);
    options.set_stats_dump_period_sec(0);
    options.set_avoid_flush_during_shutdown(false);
    options.add_event_listener(HealthListener::new(Arc::clone(health)));
    options
}

/// The columns with their options.
pub(crate) fn columns(cache: &Cache) -> Vec<ColumnFamilyDescriptor> {
    let mut descriptors: Vec<_> =
        Column::ALL.into_iter().map(|column| ColumnFamilyDescriptor::new(column.name(), of_column(column, cache))).collect();
    // RocksDB insists on a column of this name. Nothing is ever written to it.
    descriptors.push(ColumnFamilyDescriptor::new("default", of_column(Column::System, cache)));
    descriptors
}

/// Options for a file of frames that is built outside the database.
pub(crate) fn of_column(column: Column, cache: &Cache) -> Options {
    let mut options = Options::default();
    // Frames are compressed before they are encrypted, and nothing encrypted compresses.
    options.set_compression_type(DBCompressionType::None);
    options.set_bottommost_compression_type(DBCompressionType::None);
    options.set_level_compaction_dynamic_level_bytes(true);
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_cache_index_and_filter_blocks(true);
    table.set_format_version(6);
    match column {
        Column::Content | Column::Bulk => {
            table.set_block_size(64 << 10);
            options.set_write_buffer_size(32 * MIB);
            options.set_max_write_buffer_number(4);
            options.set_target_file_size_base(256 * MIB as u64);
            options.set_max_bytes_for_level_base(1024 * MIB as u64);
            // Ingested files never overlap, so there is nothing that compaction could gain.
            options.set_disable_auto_compactions(column == Column::Bulk);
        }
        _ => {
            table.set_block_size(8 << 10);
            table.set_bloom_filter(10.0, false);
            options.set_write_buffer_size(16 * MIB);
            options.set_max_write_buffer_number(3);
            options.set_target_file_size_base(64 * MIB as u64);
        }
    }
    options.set_block_based_table_factory(&table);
    // Most look-ups are for keys that must not be there yet; the filter answers them without walking through the table in memory.
    options.set_memtable_prefix_bloom_ratio(0.02);
    options.set_memtable_whole_key_filtering(true);
    options
}
