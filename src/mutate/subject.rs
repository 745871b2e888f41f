//! What identifies a mutant, whatever the clock and the seed are.

use super::response_mutant::ResponseMutant;

/// What identifies a mutant.
pub(crate) struct Subject<'s> {
    /// Index of the operation.
    pub operation: usize,
    /// Status of the response; 0 for a fault of the mock.
    pub status: u16,
    /// The location, as it is printed.
    pub at: String,
    /// Id of the operator.
    pub operator: &'static str,
    /// Which of the changes of the operator.
    pub variant: &'s str,
}

impl<'s> Subject<'s> {
    /// The subject of a response mutant.
    pub(crate) fn new(mutant: &'s ResponseMutant) -> Self {
        let ResponseMutant { operator, operation, status, at, variant, .. } = mutant;
        Self { operation: *operation, status: *status, at: at.to_string(), operator: operator.id, variant }
    }

    /// A digest, by which mutants are distributed over shards and sampled. The same on every machine.
    pub(crate) fn digest(&self) -> u64 {
        let Subject { operation, status, at, operator, variant } = self;
        let name = format!("{operation} {status} {at} {operator} {variant}");
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        name.bytes().fold(0xcbf2_9ce4_8422_2325, step) >> 16
    }
}
