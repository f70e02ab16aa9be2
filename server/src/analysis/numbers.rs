//! Numbers for tests that try many cases, the same at each run.

#![allow(clippy::unwrap_used)]

/// Marsaglia's xorshift, from a seed that is not 0.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number, below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}
