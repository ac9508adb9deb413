//! The international algorithms: AES-256-GCM, SHA-256, HMAC-SHA-256, ECDSA on P-256 (FIPS 197, 180-4, 198-1, 186-5).

use aes_gcm::aes::Aes256;
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{RandomizedSigner, Verifier as _},
};
use sha2::Sha256;

use super::{
    Cipher, Mac, Mismatch, NotAKey, ROOT_BYTES, SignatureRandom, Signer, Suite, Verifier, gcm::Gcm, hmac::KeyedHmac,
};
use crate::SuiteName;

/// Bytes of an AES-256 key.
const AES_KEY_BYTES: usize = 32;

/// The international algorithms in software.
#[derive(Debug, Clone, Copy)]
pub struct Intl;

impl Suite for Intl {
    fn name(&self) -> SuiteName {
        SuiteName::Intl
    }

    fn cipher_key_bytes(&self) -> usize {
        AES_KEY_BYTES
    }

    fn cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, NotAKey> {
        Ok(Box::new(Gcm::<Aes256>::new(key)?))
    }

    fn mac(&self, key: &[u8; ROOT_BYTES]) -> Box<dyn Mac> {
        Box::new(KeyedHmac::<Sha256>::new(key))
    }

    fn signer(&self, secret: &[u8; ROOT_BYTES]) -> Result<Box<dyn Signer>, NotAKey> {
        Ok(Box::new(P256Signer(SigningKey::from_slice(secret).map_err(|_| NotAKey)?)))
    }

    fn verifier(&self, public: &[u8]) -> Result<Box<dyn Verifier>, NotAKey> {
        Ok(Box::new(P256Verifier(VerifyingKey::from_sec1_bytes(public).map_err(|_| NotAKey)?)))
    }
}

/// The crate's key clears itself when dropped.
struct P256Signer(SigningKey);

impl Signer for P256Signer {
    fn sign(&self, message: &[u8], random: &dyn kernel::Random) -> Vec<u8> {
        let signature: Signature = self.0.sign_with_rng(&mut SignatureRandom(random), message);
        signature.to_bytes().to_vec()
    }

    fn public_key(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

struct P256Verifier(VerifyingKey);

impl Verifier for P256Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        let signature = Signature::from_slice(signature).map_err(|_| Mismatch)?;
        self.0.verify(message, &signature).map_err(|_| Mismatch)
    }
}
