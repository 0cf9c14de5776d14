//! Work on many things in a few threads, with a bounded number of them waiting.

use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::sys::thread;

/// Runs `produce`, which hands over jobs, and `work` on each of them in `threads` threads; in this one if there are no others.
/// Returns when all jobs are done; `false` if a thread ended before its time, so that jobs may have been left undone.
#[must_use]
pub(super) fn in_threads<J: Send + 'static>(
    threads: usize,
    work: impl Fn(J) + Send + Sync + 'static,
    produce: impl FnOnce(&mut dyn FnMut(J)),
) -> bool {
    let work = Arc::new(work);
    let (sender, receiver) = sync_channel(threads.max(1));
    let receiver = Arc::new(Mutex::new(receiver));
    let start = |number: usize| {
        let (work, receiver) = (Arc::clone(&work), Arc::clone(&receiver));
        thread::spawn(&format!("verify-{number}"), move || take_jobs(&receiver, work.as_ref())).ok()
    };
    let workers: Vec<_> = (0..threads).filter_map(start).collect();
    // Without this copy the channel closes when the last worker ends, so that nobody waits for ever.
    drop(receiver);
    produce(&mut |job| {
        if let Err(unsent) = sender.send(job) {
            work(unsent.0);
        }
    });
    drop(sender);
    // All are waited for, also behind one that ended early.
    workers.into_iter().filter_map(|worker| worker.join().err()).count() == 0
}

fn take_jobs<J>(receiver: &Mutex<Receiver<J>>, work: impl Fn(J)) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        work(job);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn every_job_is_done_once_whatever_the_number_of_threads() {
        for threads in [0, 1, 3] {
            let sum = Arc::new(AtomicU64::new(0));
            let adding = Arc::clone(&sum);
            let work = move |number: u64| {
                adding.fetch_add(number, Ordering::Relaxed);
            };
            let whole = in_threads(threads, work, |hand_over| (1..=1000).for_each(hand_over));
            assert!(whole);
            assert_eq!(sum.load(Ordering::Relaxed), 500_500, "{threads} threads");
        }
    }
}
