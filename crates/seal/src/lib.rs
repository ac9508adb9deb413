//! Cryptography behind one trait: sealed personal data, chains, blind indexes, signatures.
