//! Keeps a reservation alive while its holder computes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::store::{Fence, Reservation};

/// A reservation that is held. Released when it is dropped.
pub(super) struct Held {
    pub(super) fence: Fence,
    reservation: Arc<Mutex<Box<dyn Reservation>>>,
    lost: Arc<AtomicBool>,
    /// Its end is the end of the thread that beats.
    _beating: Option<Sender<()>>,
}

impl Held {
    /// Takes care of a reservation that an attempt got. A lock needs none; a lease has a thread that renews it.
    pub(super) fn new(reservation: Box<dyn Reservation>, fence: Fence) -> Self {
        let every = reservation.heartbeat();
        let reservation = Arc::new(Mutex::new(reservation));
        let lost = Arc::new(AtomicBool::new(false));
        let beating = every.and_then(|every| beat(&reservation, &lost, every));
        Self { fence, reservation, lost, _beating: beating }
    }

    /// Whether another has it by now.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Gives it up; an error means that others wait for longer than they would have to.
    pub(super) fn release(self) -> Option<String> {
        let mut reservation = self.reservation.lock().ok()?;
        reservation.release().err().map(|error| error.to_string())
    }
}

fn beat(reservation: &Arc<Mutex<Box<dyn Reservation>>>, lost: &Arc<AtomicBool>, every: Duration) -> Option<Sender<()>> {
    let (stop, stopped) = channel();
    // Weak: a reservation that nobody holds any more is released at once, not after the next beat.
    let (reservation, lost) = (Arc::downgrade(reservation), Arc::clone(lost));
    let beating = std::thread::Builder::new().name("cache-heartbeat".to_owned()).spawn(move || {
        while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            let Some(reservation) = reservation.upgrade() else { return };
            let Ok(mut reservation) = reservation.lock() else { return };
            // An error says nothing: the next beat tells.
            if matches!(reservation.renew(), Ok(false)) {
                lost.store(true, Ordering::Relaxed);
                return;
            }
        }
    });
    beating.is_ok().then_some(stop)
}
