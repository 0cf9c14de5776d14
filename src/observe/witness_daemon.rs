//! What the operator of a witness sees. Origins are names of logs that the operator has listed, so they may stand in labels.

use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};

use super::metrics::{MetricsError, gauge_value};

/// The metrics of a witness, on a registry of their own.
#[derive(Debug)]
pub struct WitnessMetrics {
    registry: Registry,
    cosigned: IntCounterVec,
    size: IntGaugeVec,
    refused: IntCounterVec,
}

impl WitnessMetrics {
    /// A new set.
    pub fn new() -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let cosigned = IntCounterVec::new(options("cosignatures_total", "Checkpoints cosigned."), &["log"])?;
        let size = IntGaugeVec::new(options("cosigned_entries", "Size that was cosigned last."), &["log"])?;
        let refused = IntCounterVec::new(options("refusals_total", "Requests that were not cosigned."), &["reason"])?;
        registry.register(Box::new(cosigned.clone()))?;
        registry.register(Box::new(size.clone()))?;
        registry.register(Box::new(refused.clone()))?;
        Ok(Self { registry, cosigned, size, refused })
    }

    /// A log that is known, with the size that was cosigned last.
    pub fn known(&self, origin: &str, size: u64) {
        self.size.with_label_values(&[origin]).set(gauge_value(size));
    }

    /// A checkpoint was cosigned.
    pub fn cosigned(&self, origin: &str, size: u64) {
        self.cosigned.with_label_values(&[origin]).inc();
        self.known(origin, size);
    }

    /// A request was refused; the reason is from a closed list.
    pub fn refused(&self, reason: &'static str) {
        self.refused.with_label_values(&[reason]).inc();
    }

    /// Text exposition.
    pub fn render(&self) -> Result<String, MetricsError> {
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }
}

fn options(name: &str, help: &str) -> Opts {
    Opts::new(format!("aktenfest_witness_{name}"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_sees_sizes_and_refusals() {
        let metrics = WitnessMetrics::new().unwrap();
        metrics.known("a/ledger/1", 3);
        metrics.cosigned("a/ledger/1", 5);
        metrics.refused("inconsistent");
        let text = metrics.render().unwrap();
        for line in [
            "aktenfest_witness_cosigned_entries{log=\"a/ledger/1\"} 5",
            "aktenfest_witness_cosignatures_total{log=\"a/ledger/1\"} 1",
            "aktenfest_witness_refusals_total{reason=\"inconsistent\"} 1",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
