//! Keeps a reservation alive while its holder computes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::store::{Fence, Reservation};

/// A reservation that is held. Given up when it is dropped.
pub(super) struct Held {
    pub(super) fence: Fence,
    /// Taken when it is given up.
    reservation: Option<Arc<Mutex<Box<dyn Reservation>>>>,
    lost: Arc<AtomicBool>,
    /// Its end is the end of the thread that beats.
    beating: Option<Sender<()>>,
    detach: Detach,
}

/// Does work that blocks where nobody waits for it.
pub(super) type Detach = fn(Box<dyn FnOnce() + Send>);

impl Held {
    /// Takes care of a reservation that an attempt got. A lock needs none; a lease has a thread that renews it.
    pub(super) fn new(reservation: Box<dyn Reservation>, fence: Fence, detach: Detach) -> Self {
        let every = reservation.heartbeat();
        let reservation = Arc::new(Mutex::new(reservation));
        let lost = Arc::new(AtomicBool::new(false));
        let beating = every.and_then(|every| beat(&reservation, &lost, every));
        Self { fence, reservation: Some(reservation), lost, beating, detach }
    }

    /// Whether another has it by now.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Gives it up; an error means that others wait for longer than they would have to.
    pub(super) fn release(mut self) -> Option<String> {
        let reservation = self.reservation.take()?;
        let mut reservation = reservation.lock().ok()?;
        reservation.release().err().map(|error| error.to_string())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(reservation) = self.reservation.take() else { return };
        if self.beating.take().is_some() {
            // A lease is given up by requests, and this may be a thread that others wait for.
            (self.detach)(Box::new(move || drop(reservation)));
        }
    }
}

fn beat(reservation: &Arc<Mutex<Box<dyn Reservation>>>, lost: &Arc<AtomicBool>, every: Duration) -> Option<Sender<()>> {
    let (stop, stopped) = channel();
    // Weak: a reservation that nobody holds any more is released at once, not after the next beat.
    let (reservation, lost) = (Arc::downgrade(reservation), Arc::clone(lost));
    let beating = std::thread::Builder::new().name("cache-heartbeat".to_owned()).spawn(move || {
        let mut pause = every;
        while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let Some(reservation) = reservation.upgrade() else { return };
            let Ok(mut reservation) = reservation.lock() else { return };
            pause = match reservation.renew() {
                Ok(true) => every,
                Ok(false) => return lost.store(true, Ordering::Relaxed),
                // That says nothing: the next beat tells, which must come before the lease has run out.
                Err(_) => every / 4,
            };
        }
    });
    beating.is_ok().then_some(stop)
}
