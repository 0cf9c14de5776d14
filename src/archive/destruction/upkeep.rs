//! The job that carries out what is approved: looks at every open order now and then, and takes each as far as it may go.

use std::time::Duration;

use super::Executed;
use crate::archive::vault::Vault;
use crate::archive::{Archive, ArchiveError};
use crate::limits::ORDERS_LOOKED_AT_SECONDS;
use crate::model::Address;
use crate::observe::{OrdersMeasured, StepsExecuted};

impl Archive {
    /// Carries out approved orders when their rest is over. Never ends by itself.
    pub async fn keep_orders(&self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(ORDERS_LOOKED_AT_SECONDS));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.carry_out_orders().await {
                tracing::warn!(%error, "orders of destruction wait; they go on from what is committed");
            }
        }
    }

    /// Takes every open order as far as it may go now: steps, keys, copies, space.
    ///
    /// # Errors
    /// The first trouble; what was done before is committed, and calling it again goes on from there.
    pub async fn carry_out_orders(&self) -> Result<(), ArchiveError> {
        let mut open = Vec::new();
        for record in self.vaults()? {
            let vault = self.vault(&record.name)?;
            let orders = self.0.store.disposition(record.id)?.open;
            self.0.observer.emit(&OrdersMeasured { vault: record.name.as_str(), open: orders.len() as u64 });
            open.extend(orders.into_iter().map(|order| (vault.clone(), order)));
        }
        // What cannot be read stops its own order only: what was condemned elsewhere must lose its keys.
        let mut trouble = None;
        for (vault, order) in &open {
            if let Err(error) = vault.go_through(*order).await {
                trouble.get_or_insert(error);
            }
        }
        let epoch = self.destroy_keys().await?;
        for (vault, order) in &open {
            let facts = self.0.store.order(vault.id(), *order)?;
            if facts.is_some_and(|facts| facts.keys_are_gone() && !facts.is_over()) {
                self.name_copies(vault, *order).await?;
            }
        }
        if epoch.is_some() {
            self.reclaim().await?;
        }
        trouble.map_or(Ok(()), Err)
    }
}

impl Vault {
    /// Goes through an order until it is through or has to wait.
    async fn go_through(&self, order: Address) -> Result<(), ArchiveError> {
        let before = self.inner.store.order(self.id(), order)?.map_or((0, 0), |facts| (facts.documents, facts.dropped));
        while self.execute_at(order).await? == Executed::More {}
        if let Some(facts) = self.inner.store.order(self.id(), order)? {
            let (documents, dropped) = (facts.documents - before.0, u64::from(facts.dropped - before.1));
            if documents + dropped > 0 {
                self.inner.observer.emit(&StepsExecuted { documents, dropped });
            }
        }
        Ok(())
    }
}
