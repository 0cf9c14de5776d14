//! What operators see of retention. Labels are vaults and types of holds: never a case, a class of a small group, or a person.

use super::events::Event;
use super::metrics::{Metrics, gauge_value};

/// Where a vault stands.
#[derive(Debug, Clone, Copy)]
pub struct RetentionMeasured<'a> {
    /// The vault.
    pub vault: &'a str,
    /// Lines whose last day of keeping has certainly passed.
    pub due: u64,
    /// Lines that should have been gone already, by the wall clock.
    pub overdue: u64,
    /// Days since the oldest of them should have been gone.
    pub overdue_oldest_days: u32,
    /// Lines without dates.
    pub open: u64,
    /// Days since the oldest matter without dates was opened.
    pub open_oldest_days: u32,
    /// Lines whose minimum and maximum contradict each other.
    pub conflicts: u64,
    /// Days by which the intake is behind; `None` before it has reported anything.
    pub watermark_lag_days: Option<u32>,
    /// Boxes of paper that are not destroyed.
    pub boxes_waiting: u64,
    /// Days since the oldest original that is still to be returned was asked for.
    pub oldest_return_days: u32,
}

impl Event for RetentionMeasured<'_> {
    fn emit(&self, metrics: &Metrics) {
        let lines = |state: &str, count: u64| metrics.retention_lines.with_label_values(&[self.vault, state]).set(gauge_value(count));
        lines("due", self.due);
        lines("overdue", self.overdue);
        lines("open", self.open);
        lines("conflict", self.conflicts);
        let age = |what: &str, days: u32| metrics.retention_age.with_label_values(&[self.vault, what]).set(seconds(days));
        age("overdue_oldest", self.overdue_oldest_days);
        age("open_oldest", self.open_oldest_days);
        age("return_open_oldest", self.oldest_return_days);
        if let Some(lag) = self.watermark_lag_days {
            age("watermark_lag", lag);
        }
        metrics.paper_boxes.with_label_values(&[self.vault]).set(gauge_value(self.boxes_waiting));
    }
}

/// Holds of one type in a vault.
#[derive(Debug, Clone, Copy)]
pub struct HoldsMeasured<'a> {
    /// The vault.
    pub vault: &'a str,
    /// The type.
    pub kind: &'static str,
    /// Holds that are not released.
    pub active: u64,
    /// Those of them whose review is past.
    pub past_review: u64,
    /// Days since the oldest of them was placed.
    pub oldest_days: u32,
}

impl Event for HoldsMeasured<'_> {
    fn emit(&self, metrics: &Metrics) {
        let labels = [self.vault, self.kind];
        metrics.holds_active.with_label_values(&labels).set(gauge_value(self.active));
        metrics.holds_past_review.with_label_values(&labels).set(gauge_value(self.past_review));
        metrics.holds_oldest_age.with_label_values(&labels).set(seconds(self.oldest_days));
    }
}

/// Metrics count in base units, so that every dashboard can show them as it likes.
fn seconds(days: u32) -> i64 {
    i64::from(days) * 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_shows_where_it_stands() {
        let metrics = Metrics::new().expect("must build");
        let measured = RetentionMeasured {
            vault: "demo",
            due: 3,
            overdue: 2,
            overdue_oldest_days: 40,
            open: 7,
            open_oldest_days: 400,
            conflicts: 1,
            watermark_lag_days: Some(9),
            boxes_waiting: 5,
            oldest_return_days: 12,
        };
        measured.emit(&metrics);
        HoldsMeasured { vault: "demo", kind: "court", active: 4, past_review: 1, oldest_days: 90 }.emit(&metrics);
        let text = metrics.render().expect("must render");
        for line in [
            "retention_lines{state=\"due\",vault=\"demo\"} 3",
            "retention_lines{state=\"conflict\",vault=\"demo\"} 1",
            "retention_age_seconds{vault=\"demo\",what=\"overdue_oldest\"} 3456000",
            "retention_age_seconds{vault=\"demo\",what=\"return_open_oldest\"} 1036800",
            "retention_age_seconds{vault=\"demo\",what=\"watermark_lag\"} 777600",
            "paper_boxes{vault=\"demo\"} 5",
            "holds_active{type=\"court\",vault=\"demo\"} 4",
            "holds_past_review{type=\"court\",vault=\"demo\"} 1",
            "holds_oldest_age_seconds{type=\"court\",vault=\"demo\"} 7776000",
        ] {
            assert!(text.contains(&format!("aktenfest_{line}")), "{line} is not in\n{text}");
        }
    }
}
