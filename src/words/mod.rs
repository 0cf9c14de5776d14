//! What clerks read: German and English sentences for everything that retention says in codes.
//!
//! Invariants: every value of a closed list has its words in both languages; a message has the same variables in both; there is no
//! message that nothing says. The tests enumerate the lists, so a new event or hold without words does not pass.
//!
//! The sentences stand in `de.ftl` and `en.ftl`, what only the command line writes in `cli.de.ftl` and `cli.en.ftl`, what the report on an
//! export says in `audit.de.ftl` and `audit.en.ftl` (Project Fluent, syntax 1.0), where somebody who does not program can mend them. Days
//! are written as the reader's language writes them: 15.03.2024, 15 March 2024.
//!
//! What is deliberately absent: decisions. Words are found for what was computed elsewhere, and programs branch on codes, never on
//! these texts. Also absent: choosing a language, which is negotiated where the reader is known.

mod audit;
mod brakes;
mod bundle;
mod html;
mod labels;
mod language;
mod lists;
mod orders;
mod standing;
mod steps;
#[cfg(test)]
mod tests;

pub use brakes::HoldTold;
pub use bundle::Words;
pub use fluent_bundle::FluentValue as Value;
pub use html::escaped;
pub use language::Language;
