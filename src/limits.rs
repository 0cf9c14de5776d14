//! Every bound of the program, in one place, with the inequalities that tie them together.
//!
//! A limit that a client can meet is answered with a problem that names it; a limit that only our own code can meet is asserted.

/// Plaintext bytes in one sealed frame; also the unit of range reads. Larger frames made ingest slower, smaller ones reads.
pub const FRAME_BYTES: usize = 1 << FRAME_LOG2;
/// Binary logarithm of [`FRAME_BYTES`], as it stands in a document's header.
pub const FRAME_LOG2: u8 = 18;
/// Largest document: 2^32 AES blocks under one key.
pub const DOCUMENT_BYTES_MAX: u64 = 64 << 30;

/// Bytes of the JSON in `Archive-Document`, before parsing.
pub const DESCRIPTION_BYTES_MAX: usize = 8 << 10;
/// Bytes of a JSON request body.
pub const JSON_BODY_BYTES_MAX: usize = 64 << 10;
/// Bytes of a JSON request body with a list: a thousand events, or the positions of a box.
pub const JSON_LIST_BYTES_MAX: usize = 4 << 20;
/// Bytes of a JSON request body with the items of a hold.
pub const JSON_HOLD_BYTES_MAX: usize = 16 << 20;
/// JSON bodies beyond [`JSON_BODY_BYTES_MAX`] under way at the same time, of all clients together.
pub const JSON_LONG_BODIES_MAX: usize = 4;
/// Values in a JSON request body, objects and lists included: what a hold on [`HOLD_TARGETS_MAX`] documents has, and some to spare.
pub const JSON_VALUES_MAX: usize = 400_000;
/// Items of a bulk request.
pub const BULK_ITEMS_MAX: usize = 1000;
/// Items of a bulk request that are carried out at the same time: enough for full commit groups, and still few in the queue.
pub const BULK_ITEMS_AT_ONCE: usize = 128;
/// Bytes of a request's head (request line and all headers).
pub const REQUEST_HEAD_BYTES_MAX: usize = 32 << 10;
/// Seconds between two looks at whether what a connection is sending was destroyed: after so long at most it is cut off, with everything
/// that still waits in our buffers. The design asks for 30.
pub const READERS_LOOKED_AT_SECONDS: u64 = 10;
/// Bytes of a request's path: the longest route has fewer than 300.
pub const REQUEST_PATH_BYTES_MAX: usize = 1024;
/// Header fields in a request.
pub const REQUEST_HEADERS_MAX: usize = 64;
/// Characters of a case's reference, e.g. `3 C 17/26`.
pub const REFERENCE_CHARACTERS_MAX: usize = 200;
/// Characters of any other text in a description.
pub const TEXT_CHARACTERS_MAX: usize = 500;
/// Pages of one scanned document.
pub const SCAN_PAGES_MAX: u32 = 1_000_000;
/// Bytes of a media type.
pub const MEDIA_TYPE_BYTES_MAX: usize = 127;
/// Items in one page of a listing, when the request does not say.
pub const PAGE_ITEMS_DEFAULT: usize = 100;
/// Items in one page of a listing at the most.
pub const PAGE_ITEMS_MAX: usize = 1000;

/// Bytes of a configuration file.
pub const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// Bytes of a catalogue of retention classes; every adopted version is kept as it was written. The one that comes with the program has 13,000.
pub const CLASSES_BYTES_MAX: usize = 48 << 10;

/// Classes in one catalogue; the catalogue that comes with the program has fourteen.
pub const CLASSES_MAX: usize = 256;
/// Kinds of matters in one catalogue, and types of documents that have a class of their own.
pub const CLASS_KINDS_MAX: usize = 1000;
/// Terms in the minimum of one class, and in its maximum.
pub const CLASS_TERMS_MAX: usize = 8;
/// Statutes and decisions that one class rests on.
pub const CLASS_LEGAL_BASES_MAX: usize = 16;
/// Examples that the diff of two catalogues shows; further lines are only counted.
pub const DIFF_EXAMPLES_MAX: usize = 100;

/// Matters of one case: two grant periods a year fill fifty in a generation. The dossier of a case is computed and written as a whole by
/// the one thread that stores for everybody, so its size is what one client can take from all others.
pub const MATTERS_PER_CASE_MAX: usize = 250;
/// Matters that one document belongs to.
pub const MATTERS_PER_DOCUMENT_MAX: usize = 64;
/// Events about one case and its matters that count at a time: six for each matter. What was corrected or withdrawn does not count.
pub const EVENTS_IN_FORCE_MAX: usize = 1500;
/// Events about one document that count at a time.
pub const EVENTS_PER_DOCUMENT_MAX: usize = 50;
/// Documents of one case that have events of their own. Their dates are computed again with every event of the case.
pub const OWN_EVENTS_DOCUMENTS_MAX: usize = 500;
/// Items in the frozen list of one hold.
pub const HOLD_TARGETS_MAX: usize = 100_000;
/// Days from today within which somebody must look at a hold, or for which a box can be extended.
pub const REVIEW_DAYS_MAX: i64 = 366;
/// Years for which a hold can be planned: the longest limitation (section 52(2) SGB X).
pub const HOLD_YEARS_MAX: i32 = 30;
/// Years by which a fixed date can lie ahead: the longest period that a class can have.
pub const FIXED_DATE_YEARS_MAX: i32 = 100;
/// Numbers without a key that are passed over for one document, note or case: more came between a backup and its restore in no office.
pub const NUMBERS_PASSED_OVER_MAX: u32 = 1 << 20;
/// Items of one order of destruction.
pub const ORDER_ITEMS_MAX: usize = 100_000;
/// Orders that are not over. They stand in one record that every step writes.
pub const ORDERS_OPEN_MAX: usize = 100;
/// Persons for whom one deputises.
pub const DEPUTIES_MAX: usize = 16;
/// Thousandths of a vault that can be destroyed on one day.
pub const DESTRUCTION_CAP_PER_MILLE_MAX: u16 = 1000;
/// Days for which an approved order can rest.
pub const COOLING_OFF_DAYS_MAX: u16 = 366;
/// Items of an order in one step: few enough that ingest does not wait for them.
pub const ORDER_STEP_ITEMS_MAX: usize = 64;
/// Documents in one step, unless its only item has more: whoever stores meanwhile waits for one step, which takes some milliseconds.
pub const ORDER_STEP_DOCUMENTS_MAX: u64 = 256;
/// Frames of one document that are removed one by one; a range in their place would slow every reading in the neighbourhood.
pub const FRAMES_REMOVED_SINGLY_MAX: u32 = 64;
/// Seconds between two looks at the open orders.
pub const ORDERS_LOOKED_AT_SECONDS: u64 = 5;
/// Copies that the second stage of a certificate names.
pub const CERTIFICATE_COPIES_MAX: usize = 1000;
/// Bytes of a certificate that is read: that of an order over millions of documents.
pub const CERTIFICATE_BYTES_MAX: u64 = 1 << 30;
/// Years by which the own date of a document can lie ahead: contracts and notices are dated ahead, but not further.
pub const DOCUMENT_DATE_YEARS_AHEAD_MAX: i32 = 10;
/// Proposed catalogues that wait for a second person.
pub const PROPOSALS_OPEN_MAX: usize = 10;
/// Scan batches that are not complete. They stand in one record that every report of the intake writes.
pub const BATCHES_OPEN_MAX: usize = 4000;
/// Confirmed backups that a vault remembers one by one: a report of paper that was destroyed some weeks ago needs that of its day.
pub const BACKUPS_REMEMBERED_MAX: usize = 60;
/// Releases of holds that a vault remembers one by one, for the same reason. They stand in a record that every group reads.
pub const RELEASES_REMEMBERED_MAX: usize = 200;
/// Positions of one box.
pub const BOX_POSITIONS_MAX: usize = 10_000;
/// Originals in other boxes that a refusal names.
pub const IN_OTHER_BOXES_LISTED_MAX: usize = 100;
/// Exceptions that a list of boxes gives of each; the box itself gives all.
pub const BOX_EXCEPTIONS_LISTED_MAX: usize = 100;

/// Commands in one commit group.
pub const GROUP_COMMANDS_MAX: usize = 1024;
/// Sealed bytes in one commit group.
pub const GROUP_BYTES_MAX: usize = 64 << 20;
/// Sealed bytes in one group from which on the frames go into an ingested file instead of the write-ahead log.
pub const GROUP_BYTES_BULK: usize = 5 << 20;
/// Sealed bytes that a document may keep in memory; a larger one is staged in files of its own while it arrives.
pub const DOCUMENT_BYTES_IN_MEMORY_MAX: usize = 4 << 20;
/// Sealed bytes that a large document gathers before it stages them; ingestion slows down with the number of files.
pub const STAGED_PIECE_BYTES: usize = 16 << 20;
/// Commands that wait for the committer.
pub const QUEUE_COMMANDS_MAX: usize = 4096;
/// Committed groups that wait for the thread that anchors them: one in the making, one whose anchor is being written.
pub const GROUPS_WAITING_MAX: usize = 0;
/// Groups that share one anchor; more would only delay the first of them.
pub const GROUPS_PER_ANCHOR_MAX: usize = 4;
/// Groups that a crash can leave in the database without the anchor knowing them: those whose anchor was being written, those behind
/// them, and the one that was just committed.
pub const GROUPS_UNANCHORED_MAX: u64 = (GROUPS_PER_ANCHOR_MAX + GROUPS_WAITING_MAX + 1) as u64;

/// Rows that one page of a list without an index of its own may look at; a page may end early and say where the next one begins.
pub const PAGE_ROWS_READ_MAX: usize = 50_000;

/// Lines of one list of the agenda that are counted for a metric.
pub const MEASURED_ITEMS_MAX: usize = 1_000_000;
/// Seconds after which the state of the protected clock is stored with the next commit group.
pub const CLOCK_SAVED_SECONDS_MAX: u64 = 60;
/// Cases whose dates are computed again in one commit: few enough that ingest does not wait for them.
pub const REFRESH_CASES_MAX: usize = 16;
/// Documents with facts of their own after which such a commit takes no further case.
pub const REFRESH_DOCUMENTS_MAX: usize = 1000;
/// Catalogues of retention classes that the committer keeps read.
pub const CATALOGUES_KEPT_MAX: usize = 1024;

/// Key trees in one keyring: 300 vaults for a hundred years, three trees a year.
pub const KEY_TREES_MAX: usize = 1 << 17;
/// Nodes in the stored part of one key tree. Reached when a third of thirteen million cases of one year and vault were destroyed at random.
pub const KEY_TREE_NODES_MAX: usize = 5_000_000;
/// Bytes of a key file that we read.
pub const KEY_FILE_BYTES_MAX: u64 = 256 << 20;
/// Case nodes and actor keys that a keyring keeps derived.
pub const KEY_NODES_CACHED_MAX: usize = 4096;

/// Characters of the purpose that an application gives for a reading.
pub const PURPOSE_CHARACTERS_MAX: usize = 128;
/// Accesses that wait to be recorded. Whoever comes then waits before their record is taken, and gets nothing before.
pub const ACCESSES_WAITING_MAX: usize = 8192;
/// Accesses that are recorded with one commit group at the most.
pub const ACCESS_GROUP_MAX: usize = 4096;
/// Milliseconds between two groups of accesses, if they come one after the other: 5,000 a second make a hundred groups of fifty. A single
/// reader does not wait.
pub const ACCESS_GROUP_MILLISECONDS: u64 = 10;
/// Accesses that are kept in memory while the disk is full, so that reading goes on; about 1 KiB each.
pub const ACCESS_RESERVE_MAX: usize = 32_768;
/// Seconds between two looks at the access logs of years that are over.
pub const ACCESS_YEARS_LOOKED_AT_SECONDS: u64 = 600;
/// Refused attempts of one application in one vault that are recorded one by one in a minute; further ones are counted in the next record.
pub const REFUSALS_RECORDED_PER_MINUTE_MAX: u64 = 60;
/// Pairs of application and vault whose refused attempts are counted at a time.
pub const REFUSAL_COUNTERS_MAX: usize = 4096;

/// Bytes of one ledger entry: the length field of an entry bundle has 16 bits (C2SP tlog-tiles).
pub const LEDGER_ENTRY_BYTES_MAX: usize = u16::MAX as usize;
/// Entries of one ledger: sizes and indexes fit into 63 bits, as in the other implementations of the format.
pub const LEDGER_ENTRIES_MAX: u64 = i64::MAX as u64;
/// Hashes in a full tile (C2SP tlog-tiles).
pub const TILE_WIDTH: usize = 256;
/// Bytes of a signed note that we read.
pub const NOTE_BYTES_MAX: usize = 256 << 10;
/// Signature lines of a signed note that we read.
pub const NOTE_SIGNATURES_MAX: usize = 64;
/// Cases, documents and notes that one export opens. The digests of its files are kept until the manifests are written.
pub const EXPORT_ITEMS_MAX: usize = 1 << 20;
/// Entries of an export that get a proof of their own. In a larger one the tiles prove every entry.
pub const EXPORT_PROOFS_MAX: usize = 10_000;
/// Bytes of a file of an export that are kept in memory until their number is known. A larger file is made a second time.
pub const EXPORT_KEPT_BYTES_MAX: usize = 8 << 20;
/// Threads that read the documents of an export; each has another one beside it that hashes.
pub const EXPORT_READERS: usize = 2;
/// Documents of an export that are read before the ones in front of them have been written.
pub const EXPORT_DOCUMENTS_AHEAD_MAX: usize = 8;
/// Frames of a document that wait to be hashed, and to be written.
pub const EXPORT_FRAMES_AHEAD_MAX: usize = 8;
/// Exports that are written at the same time; each keeps a thread busy.
pub const EXPORTS_AT_ONCE_MAX: usize = 2;
/// Hashes of a consistency proof that we read (C2SP tlog-witness); an inclusion proof has no more either.
pub const PROOF_HASHES_MAX: usize = 63;
/// Bytes of a request to a witness: the old size, a proof and a note.
pub const ADD_CHECKPOINT_BYTES_MAX: usize = NOTE_BYTES_MAX + (PROOF_HASHES_MAX + 1) * 64;
/// Bytes of a receipt that we read: an entry in Base64, a proof and a note.
pub const RECEIPT_BYTES_MAX: usize = 512 << 10;
/// Bytes of a backup's manifest that we read: half a million files, each of 256 MiB.
pub const BACKUP_MANIFEST_BYTES_MAX: u64 = 64 << 20;
/// Bytes of a trust policy that we read.
pub const TRUST_POLICY_BYTES_MAX: usize = 256 << 10;
/// Lines of one kind (logs, witnesses, groups) of a trust policy; C2SP tlog-policy asks for at least 32.
pub const TRUST_POLICY_LINES_MAX: usize = 128;

/// Bytes of the file that tells a witness which logs it cosigns.
pub const WITNESS_LOGS_BYTES_MAX: u64 = 4 << 20;
/// Logs that a witness cosigns.
pub const WITNESS_LOGS_MAX: usize = 10_000;
/// Connections that a witness has open at the same time; further ones wait in the kernel's queue.
pub const WITNESS_CONNECTIONS_MAX: usize = 256;

/// Bytes of the address of somebody else's server.
pub const REMOTE_ADDRESS_BYTES_MAX: usize = 1024;
/// Bytes of an answer of somebody else's server that we read, whatever its caller allows.
pub const REMOTE_ANSWER_BYTES_MAX: usize = 1 << 20;
/// Bytes of the head of such an answer.
pub const REMOTE_HEAD_BYTES_MAX: usize = 32 << 10;
/// Header fields of such an answer.
pub const REMOTE_HEADERS_MAX: usize = 64;

/// Bytes from the beginning of a picture that the scan gate keeps: what it asks for stands there.
pub const GATE_HEAD_BYTES_MAX: usize = 256 << 10;
/// Directories of a TIFF file that the scan gate follows; each is a page or a picture beside one.
pub const GATE_TIFF_DIRECTORIES_MAX: usize = 1 << 16;
/// Entries of one directory; scanned pages have two dozen.
pub const GATE_TIFF_ENTRIES_MAX: u64 = 512;
/// Values in one object of a PDF file: a list of 87,000 pages in one piece is read, a longer one is not.
pub const GATE_PDF_VALUES_MAX: usize = 1 << 18;
/// How deep the values of a PDF file may be nested to be read.
pub const GATE_PDF_DEPTH_MAX: usize = 32;
/// Objects and references of a PDF file that the scan gate keeps: 130,000 pages, and 30 MiB for a file that is made to need them.
pub const GATE_PDF_NODES_MAX: usize = 1 << 18;
/// Inflated bytes of one object stream; programs pack a few hundred objects into one.
pub const GATE_OBJECT_STREAM_BYTES_MAX: usize = 4 << 20;
/// Bytes that the scan gate inflates for one document, so that a small document cannot keep it busy for long.
pub const GATE_INFLATED_BYTES_MAX: usize = 64 << 20;
/// Bytes of a scan that are handed to the gate at once: few enough that they inflate to a bounded amount, enough that the hand-over costs little.
pub const GATE_PIECE_BYTES: usize = 128 << 10;
/// Scans that the gate looks at in the same moment. Looking takes time of the processor alone, and storing must not wait for it.
pub const GATE_AT_ONCE_MAX: usize = 2;

/// Bytes of one signature, time-stamp or evidence record: some certificates and lists of revoked ones, a hundred renewals.
pub const EVIDENCE_BYTES_MAX: usize = 1 << 20;
/// Members of one list in such a file: certificates, attributes, extensions, parts of a name.
pub const EVIDENCE_LIST_MAX: usize = 64;
/// Time-stamps in one chain of an evidence record, and chains in one: a renewal a year for longer than paper lasts.
pub const EVIDENCE_STAMPS_MAX: usize = 256;
/// Seconds by which the time in a time-stamp may differ from the clock here.
pub const STAMP_TIME_SECONDS_MAX: i64 = 600;
/// Seconds after a time-stamp that did not come until the next attempt, if the interval is not shorter.
pub const STAMP_AGAIN_SECONDS: u64 = 300;
/// Days before the end of an authority's certificate from which on its time-stamps are renewed.
pub const RENEWAL_DAYS: i64 = 90;
/// Certificates in a file of roots.
pub const EVIDENCE_ROOTS_MAX: usize = 256;
/// Certificates from a signer to below the root.
pub const EVIDENCE_CHAIN_MAX: usize = 8;

/// Findings that one check keeps; more of them are only counted.
pub const VERIFY_FINDINGS_MAX: usize = 10_000;
/// Documents that a check hands to a thread at once.
pub const VERIFY_BATCH_DOCUMENTS: usize = 32;

/// Files of one bag. Each takes some 250 bytes while a bag is checked.
pub const BAG_FILES_MAX: usize = 20_000_000;
/// Bytes of a path in a bag.
pub const BAG_NAME_BYTES_MAX: usize = 255;
/// Parts of a path in a bag.
pub const BAG_DEPTH_MAX: usize = 16;
/// Bytes of an extended header in the archive of a bag.
pub const BAG_PAX_BYTES_MAX: u64 = 64 << 10;
/// Bytes of `bagit.txt` and `bag-info.txt`.
pub const BAG_TAG_FILE_BYTES_MAX: u64 = 64 << 10;
/// Bytes of a file with keys in a bag.
pub const BAG_KEY_FILE_BYTES_MAX: u64 = 256 << 10;
/// Bytes of the opening of one entry: the items of a hold, in hexadecimal.
pub const BAG_LINE_BYTES_MAX: u64 = 64 << 20;
/// Openings that a check hands to a thread at once.
pub const BAG_OPENINGS_BATCH: usize = 64;
/// Files that a check hands to a thread at once.
pub const BAG_BATCH_FILES: usize = 64;
/// Bytes after which it hands over fewer.
pub const BAG_BATCH_BYTES: u64 = 4 << 20;

/// By how much an honest clock may run too fast or too slow, in millionths.
pub const CLOCK_DRIFT_PPM_MAX: u32 = 500;
/// By how much the interval clock may approach the wall clock, on top of the time that passes: one week in a year of 365 days.
pub const CLOCK_CATCH_UP_DAYS_PER_YEAR: u32 = 7;
/// Seconds by which the wall clock may lie before the time that has certainly been reached.
pub const CLOCK_WALL_BEHIND_SECONDS_MAX: i64 = 5;
/// Seconds by which the wall clock may lie after the time that has certainly been reached: 400 days, more than a restored archive lags behind.
pub const CLOCK_WALL_AHEAD_SECONDS_MAX: i64 = 400 * 86_400;
/// Seconds by which the wall clock may move otherwise than the time since the machine's start, besides drift.
pub const CLOCK_WALL_JUMP_SECONDS_MAX: i64 = 60;
/// Seconds that are added to the upper edge of the interval clock.
pub const CLOCK_UPPER_MARGIN_SECONDS: i64 = 60;
/// Seconds of the interval clock's own time for which deadlines wait after the last sign of a wrong clock: 14 days.
pub const CLOCK_DOUBT_SECONDS: i64 = 14 * 86_400;
/// Seconds by which signed time moves the interval clock in one step, and the least that passes between two steps: one day.
pub const CLOCK_STEP_SECONDS_MAX: i64 = 86_400;
/// Signed sources of time that must have answered before any of them counts.
pub const CLOCK_SOURCES_MIN: usize = 2;

const _: () = assert!(FRAME_BYTES.is_multiple_of(4096), "a frame is a whole number of pages, so that range reads align");
const _: () =
    assert!(DOCUMENT_BYTES_MAX / FRAME_BYTES as u64 <= u32::MAX as u64, "the frame counter in the nonce has 32 bits and must never wrap");
const _: () =
    assert!(DOCUMENT_BYTES_IN_MEMORY_MAX < GROUP_BYTES_BULK, "one document alone must not push a small group onto the slower path");
const _: () = assert!(DOCUMENT_BYTES_IN_MEMORY_MAX <= STAGED_PIECE_BYTES, "a document that fits into memory is not staged in pieces");
const _: () =
    assert!(GATE_PIECE_BYTES < DOCUMENT_BYTES_IN_MEMORY_MAX, "what waits for the gate must not count beside what waits to be stored");
const _: () = assert!(GROUP_BYTES_BULK < GROUP_BYTES_MAX, "otherwise no group would ever be bulk");
const _: () = assert!(GROUP_COMMANDS_MAX <= QUEUE_COMMANDS_MAX, "a full group must fit into the queue");
const _: () = assert!(DESCRIPTION_BYTES_MAX < REQUEST_HEAD_BYTES_MAX, "the description travels in a header");
const _: () = assert!(HOLD_TARGETS_MAX * 3 < JSON_VALUES_MAX, "an item of a hold is an object with a case and a part of it");
const _: () = assert!(BOX_POSITIONS_MAX * 16 < JSON_VALUES_MAX, "a position has five fields, one of them a list of at most five flags");
const _: () = assert!(HOLD_TARGETS_MAX * 120 < JSON_HOLD_BYTES_MAX, "an item of a hold has two ids of 36 characters and their names");
const _: () = assert!(BOX_POSITIONS_MAX * 260 < JSON_LIST_BYTES_MAX, "a position has two ids, two numbers and its flags");
const _: () = assert!(BULK_ITEMS_MAX * 4000 < JSON_LIST_BYTES_MAX, "an event has six ids or codes and a reason of 500 characters");
const _: () = assert!(BULK_ITEMS_AT_ONCE * JSON_LONG_BODIES_MAX < QUEUE_COMMANDS_MAX, "bulk requests must leave room for others");
const _: () = assert!(ACCESS_GROUP_MAX <= ACCESSES_WAITING_MAX, "a full group of accesses must fit into the queue");
const _: () = assert!(CLASSES_BYTES_MAX < JSON_BODY_BYTES_MAX, "a catalogue travels in a body");
const _: () = assert!(KEY_TREE_NODES_MAX as u64 * (1 + 8 + 32) < KEY_FILE_BYTES_MAX, "the largest tree must fit into a key file");
const _: () = assert!(KEY_TREES_MAX as u64 * 109 < KEY_FILE_BYTES_MAX, "a root file with all trees must fit into a key file");
const _: () = assert!(
    CLOCK_CATCH_UP_DAYS_PER_YEAR * (1_000_000 / 365) > 2 * CLOCK_DRIFT_PPM_MAX,
    "catching up must outweigh the drift that is taken off, or the clock falls behind while everything is in order"
);
const _: () = assert!(
    CLOCK_WALL_JUMP_SECONDS_MAX <= CLOCK_UPPER_MARGIN_SECONDS,
    "a jump of the wall clock that raises no alarm must stay inside the interval"
);
