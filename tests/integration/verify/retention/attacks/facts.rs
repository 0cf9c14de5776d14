//! On what follows from what was filed: dossiers, documents, registers, the vault.

use super::*;

pub fn on_facts() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a dossier is gone",
            |raw| raw.delete(Column::Dossiers, &raw.case_row(0)),
            catalogue::FACTS_MISSING,
            "5a2a6c0d9e11 (number 0)",
            Incomplete,
        ),
        attack(
            "a dossier is garbage",
            |raw| raw.put(Column::Dossiers, &raw.case_row(0), b"\x01x"),
            catalogue::ROW_UNREADABLE,
            "column dossiers key",
            Invalid,
        ),
        attack(
            "a dossier of no case",
            |raw| raw.put(Column::Dossiers, &raw.case_row(77), &raw.get(Column::Dossiers, &raw.case_row(0))),
            catalogue::FACTS_UNFOUNDED,
            "column dossiers key",
            Invalid,
        ),
        attack("dates are earlier", |raw| shorten(raw, false), catalogue::DATES_DIFFER, "number 0", Invalid),
        attack("dates are earlier, and the agenda agrees", |raw| shorten(raw, true), catalogue::DATES_DIFFER, "number 0", Invalid),
        attack(
            "dates follow the catalogue before",
            |raw| raw.change_dossier(0, |dossier| dossier.lines.iter_mut().for_each(|line| line.version = 1)),
            catalogue::DATES_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "an event is forgotten",
            |raw| raw.change_dossier(0, |dossier| drop(dossier.events.pop())),
            catalogue::FACTS_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "a withdrawn event counts again",
            |raw| {
                let note = raw.note(CLOSED).1;
                raw.change_dossier(0, |dossier| {
                    let mut again = dossier.events[0].clone();
                    (again.id, again.note) = (note.id, note.address);
                    dossier.events.push(again);
                });
            },
            catalogue::FACTS_DIFFER,
            "number 0",
            Invalid,
        ),
        attack(
            "facts of a document are gone",
            |raw| raw.delete(Column::DocumentFacts, &raw.document(DECISION).0),
            catalogue::FACTS_MISSING,
            "number 0) document number 1",
            Incomplete,
        ),
        attack(
            "facts of a document that does not exist",
            |raw| {
                let row =
                    key::document(raw.vault.id, Address { document: DocumentNumber::new(99).unwrap(), ..raw.document(PLAIN).1.address });
                raw.put(Column::DocumentFacts, &row, &codec::encode_document_facts(&DocumentFacts::default()));
            },
            catalogue::FACTS_UNFOUNDED,
            "document number 99",
            Invalid,
        ),
        attack(
            "a document was received on another day",
            |raw| change_document_facts(raw, DECISION, |facts| facts.received = Some(day("2013-01-01"))),
            catalogue::FACTS_DIFFER,
            "document number 1",
            Invalid,
        ),
        attack(
            "a document belongs to other matters",
            |raw| change_document_facts(raw, PLAIN, |facts| facts.matters.truncate(1)),
            catalogue::FACTS_DIFFER,
            "document number 0",
            Invalid,
        ),
        attack(
            "a document has the dates of its matter",
            |raw| change_document_facts(raw, DECISION, |facts| facts.lines.clear()),
            catalogue::DATES_DIFFER,
            "document number 1",
            Invalid,
        ),
        attack(
            "quarantine ends by itself",
            |raw| change_document_facts(raw, QUARANTINED, |facts| facts.scan.as_mut().unwrap().defects.clear()),
            catalogue::FACTS_DIFFER,
            "batch 0192f0c1-0000-7c7a-b1f4-000000000028",
            Invalid,
        ),
        attack(
            "quarantine ends by itself, and the batch agrees",
            |raw| {
                change_document_facts(raw, QUARANTINED, |facts| facts.scan.as_mut().unwrap().defects.clear());
                change_register(raw, BATCH, |facts| {
                    if let RegisterFacts::Batch(facts) = facts {
                        facts.quarantined = 0;
                    }
                });
            },
            catalogue::DEFECTS_DIFFER,
            "000000000005",
            Verdict::Verified,
        ),
        attack(
            "a defect that the scan gate cannot have found",
            |raw| {
                change_document_facts(raw, QUARANTINED, |facts| {
                    facts.scan.as_mut().unwrap().defects.insert(0, ScanDefect::NoTransferNote);
                });
            },
            catalogue::DEFECTS_IMPOSSIBLE,
            "000000000005",
            Invalid,
        ),
    ]
}

pub fn on_registers() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a hold is gone from the registers",
            |raw| raw.delete(Column::Registers, &raw.note(COURT).0),
            catalogue::FACTS_MISSING,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Incomplete,
        ),
        attack(
            "a hold is released by nobody",
            |raw| {
                change_register(raw, COURT, |facts| {
                    if let RegisterFacts::Hold(facts) = facts {
                        facts.released_on = Some(day("2026-11-20"));
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Invalid,
        ),
        attack(
            "one document more of a batch",
            |raw| {
                change_register(raw, BATCH, |facts| {
                    if let RegisterFacts::Batch(facts) = facts {
                        facts.stored += 1;
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "batch 0192f0c1-0000-7c7a-b1f4-000000000028",
            Invalid,
        ),
        attack(
            "a batch is complete",
            |raw| {
                change_register(raw, BATCH, |facts| {
                    if let RegisterFacts::Batch(facts) = facts {
                        facts.complete = true;
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "batch 0192f0c1-0000-7c7a-b1f4-000000000028",
            Invalid,
        ),
        attack(
            "a flag is taken off an original",
            |raw| {
                change_register(raw, BOX, |facts| {
                    if let RegisterFacts::Box(facts) = facts {
                        facts.positions.iter_mut().for_each(|found: &mut PositionFacts| found.position.flags.clear());
                    }
                });
            },
            catalogue::FACTS_DIFFER,
            "box 0192f0c1-0000-7c7a-b1f4-000000000032",
            Invalid,
        ),
        attack(
            "a hold becomes a batch",
            |raw| {
                let batch = raw.get(Column::Registers, &raw.note(BATCH).0);
                raw.put(Column::Registers, &raw.note(COURT).0, &batch);
            },
            catalogue::FACTS_DIFFER,
            "hold",
            Invalid,
        ),
        attack(
            "a register of nothing",
            |raw| {
                let hold = raw.get(Column::Registers, &raw.note(COURT).0);
                raw.put(Column::Registers, &raw.note(70).0, &hold);
            },
            catalogue::FACTS_UNFOUNDED,
            "column registers key",
            Invalid,
        ),
        attack(
            "nothing is known of the vault",
            |raw| raw.delete(Column::VaultFacts, &raw.vault.id.0),
            catalogue::FACTS_MISSING,
            "vault demo vault_facts",
            Incomplete,
        ),
        attack(
            "the watermark moves on",
            |raw| change_vault(raw, |facts| facts.intake.open.clear()),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
        attack(
            "another catalogue is in force",
            |raw| change_vault(raw, |facts| facts.catalogue = None),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
        attack(
            "dates are further than all cases",
            |raw| change_vault(raw, |facts| facts.refreshed_below = u64::MAX),
            catalogue::FACTS_DIFFER,
            "vault demo vault_facts",
            Invalid,
        ),
    ]
}
