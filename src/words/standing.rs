//! Sentences about where something stands, and until when it is kept.

use super::Words;
use crate::model::retention::Dates;
use crate::policy::retention::{Blocker, Standing, State};

impl Words {
    /// Where something stands today and what stops its destruction; one to three sentences.
    pub fn standing(&self, standing: &Standing) -> String {
        let mut sentences = vec![self.state(standing.state())];
        sentences.extend(standing.overdue_days().map(|days| self.say("overdue", &[("days", days.into())])));
        // What the state says already is not said again as its own obstacle.
        let others = standing.blockers().iter().filter(|blocker| !says_the_state(**blocker));
        let others: Vec<String> = others.map(|blocker| self.blocker(*blocker)).collect();
        if !others.is_empty() {
            sentences.push(self.say("blockers", &[("blockers", others.join(", ").into())]));
        } else if standing.may_be_proposed() {
            sentences.push(self.say("no-blockers", &[]));
        }
        sentences.join(" ")
    }

    /// What the dates say today; a sentence.
    pub fn state(&self, state: State) -> String {
        match state {
            State::Open { missing } => self.say("state-open", &[("missing", self.event(missing).into())]),
            state => self.of_code("state", state.code()),
        }
    }

    /// What stops destruction; a phrase.
    pub fn blocker(&self, blocker: Blocker) -> String {
        self.of_code("blocker", blocker.code())
    }

    /// Until when it is kept and when it must be gone; a phrase.
    pub fn dates(&self, dates: &Dates) -> String {
        let day = |date| self.date(date).into();
        match dates {
            Dates::Unclassed => self.say("dates-unclassed", &[]),
            Dates::Open { missing } => self.say("dates-open", &[("missing", self.event(*missing).into())]),
            Dates::Computed { keep_until, destroy_by: None } => self.say("dates-minimum", &[("keep-until", day(*keep_until))]),
            Dates::Computed { keep_until, destroy_by: Some(destroy_by) } => {
                self.say("dates-both", &[("keep-until", day(*keep_until)), ("destroy-by", day(*destroy_by))])
            }
            Dates::Never => self.say("dates-never", &[]),
        }
    }
}

fn says_the_state(blocker: Blocker) -> bool {
    matches!(blocker, Blocker::Unclassed | Blocker::Open | Blocker::Conflict | Blocker::NotYet)
}
