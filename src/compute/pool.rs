//! Shares the cores between callers who wait, prompts that will be wanted, and work that can wait.
//!
//! Each priority is a lane of its own threads, and the operating system divides the cores between lanes by their
//! niceness. So a caller's utterance never waits behind a sentence that is being synthesised, and a quiet machine
//! gives its cores to whoever is there. Within a lane the job with the earliest due time (submission plus a
//! multiple of its expected length) goes first: short ones overtake, long ones are not starved.

use std::collections::BinaryHeap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
use tokio::sync::oneshot;

/// How soon a result is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Priority {
    /// A caller is waiting for it: recognition, a sentence that is due now.
    Live,
    /// Speech that may be wanted in seconds.
    Prompt,
    /// Fixed prompts rendered ahead, evaluations, indexes.
    Batch,
}

/// All priorities, most urgent first.
const PRIORITIES: [Priority; 3] = [Priority::Live, Priority::Prompt, Priority::Batch];
/// A job may be overtaken by shorter ones for so many times its own expected length.
const PATIENCE: u32 = 4;

impl Priority {
    /// Priority of the lane's threads between 0 and 99; the crate maps them to niceness 5, 10 and 15 on Linux.
    fn of_threads(self) -> u8 {
        match self {
            Priority::Live => 36,
            Priority::Prompt => 23,
            Priority::Batch => 10,
        }
    }
}

/// What the queue holds, for the metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Jobs that wait for a thread.
    pub waiting: usize,
    /// Jobs that run.
    pub running: usize,
}

/// A job's result and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What the job returned.
    pub value: T,
    /// From submission to start.
    pub queued: Duration,
    /// From start to end, by the clock on the wall.
    pub ran: Duration,
}

/// The lane's queue is full: the machine is overloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{waiting} jobs are waiting for a core already; this machine takes on more calls than it can serve"
)]
pub struct PoolFull {
    /// Jobs in the lane's queue.
    pub waiting: usize,
}

/// The job panicked or the pool was dropped before it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the job was lost: it panicked, or the program is ending")]
pub struct JobLost;

/// Threads that run jobs. Dropping it drops the jobs that wait and waits for those that run: a network must not be at work
/// while the program ends.
pub struct Pool {
    lanes: [Arc<Lane>; PRIORITIES.len()],
    threads: Vec<JoinHandle<()>>,
}

struct Lane {
    queue: Mutex<Queue>,
    wake: Condvar,
    running: AtomicUsize,
    limit: usize,
}

#[derive(Default)]
struct Queue {
    jobs: BinaryHeap<Waiting>,
    next: u64,
    closed: bool,
}

struct Waiting {
    due: Instant,
    number: u64,
    run: Box<dyn FnOnce() + Send>,
    wanted: Arc<()>,
}

/// A job under way. Await it or [`Job::wait`] for it; dropping it cancels the job if it has not begun.
#[derive(Debug)]
pub struct Job<T> {
    result: oneshot::Receiver<Done<T>>,
    _wanted: Arc<()>,
}

impl Pool {
    /// A pool with `threads` threads for each priority (at least one), one more for [`Priority::Batch`], which yields to
    /// all others, and at most `limit` waiting jobs for each.
    pub fn new(threads: usize, limit: usize) -> Pool {
        let mut workers = Vec::new();
        let lanes = PRIORITIES.map(|priority| {
            let lane = Arc::new(Lane {
                queue: Mutex::default(),
                wake: Condvar::new(),
                running: AtomicUsize::new(0),
                limit,
            });
            let more = usize::from(priority == Priority::Batch);
            for _ in 0..threads.max(1) + more {
                workers.push(spawn_worker(priority, Arc::clone(&lane)));
            }
            lane
        });
        Pool {
            lanes,
            threads: workers,
        }
    }

    /// Hands in a job that is expected to take `estimate`.
    pub fn submit<T: Send + 'static>(
        &self,
        priority: Priority,
        estimate: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Job<T>, PoolFull> {
        let submitted = Instant::now();
        let (sender, result) = oneshot::channel();
        let run = Box::new(move || {
            let started = Instant::now();
            if let Ok(value) = catch_unwind(AssertUnwindSafe(work)) {
                // The receiver may be gone: then nobody wants the result any more.
                let _ = sender.send(Done {
                    value,
                    queued: started - submitted,
                    ran: started.elapsed(),
                });
            }
        });
        let wanted = Arc::new(());
        let due = submitted + estimate * PATIENCE;
        self.lane(priority).push(due, run, Arc::clone(&wanted))?;
        Ok(Job {
            result,
            _wanted: wanted,
        })
    }

    /// How much waits and runs at a priority.
    pub fn depth(&self, priority: Priority) -> Depth {
        let lane = self.lane(priority);
        let queue = lane.lock();
        Depth {
            waiting: queue.jobs.iter().filter(|job| job.is_wanted()).count(),
            running: lane.running.load(Ordering::Relaxed),
        }
    }

    fn lane(&self, priority: Priority) -> &Lane {
        &self.lanes[priority as usize]
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for lane in &self.lanes {
            let mut queue = lane.lock();
            queue.closed = true;
            queue.jobs.clear();
            drop(queue);
            lane.wake.notify_all();
        }
        for thread in self.threads.drain(..) {
            // A thread can only have ended by a panic, of which it has told; jobs' own panics are caught.
            let _ = thread.join();
        }
    }
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(
        &self,
        due: Instant,
        run: Box<dyn FnOnce() + Send>,
        wanted: Arc<()>,
    ) -> Result<(), PoolFull> {
        let mut queue = self.lock();
        if queue.jobs.len() >= self.limit {
            queue.jobs.retain(Waiting::is_wanted);
        }
        if queue.jobs.len() >= self.limit {
            return Err(PoolFull {
                waiting: queue.jobs.len(),
            });
        }
        let number = queue.next;
        queue.next += 1;
        queue.jobs.push(Waiting {
            due,
            number,
            run,
            wanted,
        });
        self.wake.notify_one();
        Ok(())
    }

    /// The next job that is still wanted; `None` once the pool is closed.
    fn next(&self) -> Option<Waiting> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            match queue.jobs.pop() {
                Some(job) if job.is_wanted() => {
                    self.running.fetch_add(1, Ordering::Relaxed);
                    return Some(job);
                }
                Some(_) => {}
                None => {
                    queue = self
                        .wake
                        .wait(queue)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

fn spawn_worker(priority: Priority, lane: Arc<Lane>) -> JoinHandle<()> {
    let name = format!("compute-{priority:?}").to_lowercase();
    std::thread::Builder::new()
        .name(name)
        .spawn(move || {
            let value = ThreadPriorityValue::try_from(priority.of_threads())
                .expect("the priorities above lie between 0 and 99");
            if let Err(error) = set_current_thread_priority(ThreadPriority::Crossplatform(value)) {
                tracing::warn!(
                    ?error,
                    "compute threads run at the priority of media threads"
                );
            }
            while let Some(job) = lane.next() {
                (job.run)();
                lane.running.fetch_sub(1, Ordering::Relaxed);
            }
        })
        .expect("a machine that cannot start a thread cannot serve at all")
}

impl Waiting {
    fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.wanted) > 1
    }
}

impl Ord for Waiting {
    /// The heap gives the greatest first: the earliest due, then the first submitted.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.number).cmp(&(self.due, self.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

impl<T> Job<T> {
    /// Waits on a thread that is not one of the async runtime's.
    pub fn wait(self) -> Result<Done<T>, JobLost> {
        self.result.blocking_recv().map_err(|_| JobLost)
    }
}

impl<T> Future for Job<T> {
    type Output = Result<Done<T>, JobLost>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result)
            .poll(context)
            .map(|result| result.map_err(|_| JobLost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(2);

    /// Occupies the lane's only thread until the sender is dropped.
    fn block(pool: &Pool, priority: Priority) -> (mpsc::Sender<()>, Job<()>) {
        let (release, gate) = mpsc::channel();
        let (started, starts) = mpsc::channel();
        let work = move || {
            started.send(()).unwrap();
            let _ = gate.recv();
        };
        let job = pool.submit(priority, SHORT, work).unwrap();
        starts.recv().unwrap();
        (release, job)
    }

    #[test]
    fn short_jobs_overtake_long_ones() {
        let pool = Pool::new(1, 10);
        let (release, _job) = block(&pool, Priority::Live);
        let (log, entries) = mpsc::channel();
        let jobs: Vec<_> = [("long", LONG), ("short", SHORT), ("second short", SHORT)]
            .into_iter()
            .map(|(name, estimate)| {
                let log = log.clone();
                let work = move || log.send(name).unwrap();
                pool.submit(Priority::Live, estimate, work).unwrap()
            })
            .collect();
        drop(release);
        for job in jobs {
            job.wait().unwrap();
        }
        let order: Vec<_> = entries.try_iter().collect();
        assert_eq!(order, ["short", "second short", "long"]);
    }

    #[test]
    fn a_live_job_does_not_wait_behind_a_prompt() {
        let pool = Pool::new(1, 10);
        let (_release, _job) = block(&pool, Priority::Prompt);
        let live = pool.submit(Priority::Live, SHORT, || 7).unwrap();
        assert_eq!(live.wait().unwrap().value, 7);
    }

    #[test]
    fn a_job_that_nobody_wants_is_not_run() {
        let pool = Pool::new(1, 10);
        let (release, _job) = block(&pool, Priority::Live);
        let (log, entries) = mpsc::channel();
        let other = log.clone();
        let work = move || other.send("unwanted").unwrap();
        let unwanted = pool.submit(Priority::Live, SHORT, work).unwrap();
        let work = move || log.send("wanted").unwrap();
        let wanted = pool.submit(Priority::Live, SHORT, work).unwrap();
        drop(unwanted);
        let depth = pool.depth(Priority::Live);
        assert_eq!((depth.waiting, depth.running), (1, 1));
        drop(release);
        wanted.wait().unwrap();
        assert_eq!(entries.try_iter().collect::<Vec<_>>(), ["wanted"]);
    }

    #[test]
    fn a_full_queue_refuses_and_a_cancelled_job_makes_room() {
        let pool = Pool::new(1, 1);
        let (_release, _job) = block(&pool, Priority::Live);
        let waiting = pool.submit(Priority::Live, SHORT, || ()).unwrap();
        let refused = pool.submit(Priority::Live, SHORT, || ());
        assert_eq!(refused.unwrap_err(), PoolFull { waiting: 1 });
        drop(waiting);
        assert!(pool.submit(Priority::Live, SHORT, || ()).is_ok());
    }

    #[test]
    fn a_panic_is_lost_alone() {
        let pool = Pool::new(1, 10);
        let bad = pool.submit(Priority::Live, SHORT, || panic!("on purpose"));
        assert_eq!(bad.unwrap().wait(), Err(JobLost));
        let good = pool.submit(Priority::Live, SHORT, || 1).unwrap();
        assert_eq!(good.wait().unwrap().value, 1);
    }

    #[tokio::test]
    async fn a_result_can_be_awaited() {
        let pool = Pool::new(1, 10);
        let job = pool.submit(Priority::Batch, SHORT, || "done").unwrap();
        assert_eq!(job.await.unwrap().value, "done");
    }
}
