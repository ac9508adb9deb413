//! The national algorithms: SM4-GCM, SM3, HMAC-SM3, SM2 (GB/T 32907, GB/T 32905, GB/T 32918).

use sm2::{
    PublicKey, SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{RandomizedSigner, Verifier as _},
    },
    elliptic_curve::sec1::ToSec1Point,
};
use sm3::Sm3;
use sm4::Sm4;

use super::{
    Cipher, Mac, Mismatch, NotAKey, ROOT_BYTES, SignatureRandom, Signer, Suite, Verifier, gcm::Gcm, hmac::KeyedHmac,
};
use crate::SuiteName;

/// The identity that enters every SM2 signature when no other is agreed (GM/T 0009-2012 §10), so that the bank's own
/// tools can check ours.
pub const DEFAULT_IDENTITY: &str = "1234567812345678";

/// Bytes of an SM4 key; the cipher has no other length.
const SM4_KEY_BYTES: usize = 16;

/// Tries before a signature is given up. One try fails with a probability near 2⁻²⁵⁶.
const SIGN_TRIES_MAX: usize = 4;

/// The national algorithms in software.
#[derive(Debug, Clone, Copy)]
pub struct Sm;

impl Suite for Sm {
    fn name(&self) -> SuiteName {
        SuiteName::Sm
    }

    fn cipher_key_bytes(&self) -> usize {
        SM4_KEY_BYTES
    }

    fn cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, NotAKey> {
        Ok(Box::new(Gcm::<Sm4>::new(key)?))
    }

    fn mac(&self, key: &[u8; ROOT_BYTES]) -> Box<dyn Mac> {
        Box::new(KeyedHmac::<Sm3>::new(key))
    }

    fn signer(&self, secret: &[u8; ROOT_BYTES]) -> Result<Box<dyn Signer>, NotAKey> {
        Ok(Box::new(Sm2Signer::new(secret, DEFAULT_IDENTITY)?))
    }

    fn verifier(&self, public: &[u8]) -> Result<Box<dyn Verifier>, NotAKey> {
        Ok(Box::new(Sm2Verifier::new(public, DEFAULT_IDENTITY)?))
    }
}

/// An SM2 private key. The crate's own signing key does not clear itself, so only the secret key is kept, which does,
/// and the signing key lives for one signature; checkpoints are rare enough for the second multiplication.
struct Sm2Signer {
    secret: SecretKey,
    identity: &'static str,
}

impl Sm2Signer {
    fn new(secret: &[u8; ROOT_BYTES], identity: &'static str) -> Result<Self, NotAKey> {
        let secret = SecretKey::from_slice(secret).map_err(|_| NotAKey)?;
        // GB/T 32918.1 §6.1 takes d from 1 to n−2: with n−1 the inverse of 1+d does not exist.
        if *secret.to_nonzero_scalar() + sm2::Scalar::ONE == sm2::Scalar::ZERO {
            return Err(NotAKey);
        }
        Ok(Self { secret, identity })
    }
}

impl Signer for Sm2Signer {
    fn sign(&self, message: &[u8], random: &dyn kernel::Random) -> Vec<u8> {
        let key = SigningKey::new(self.identity, &self.secret).expect("the identity is far below 8 KiB");
        let signature: Option<Signature> =
            (0..SIGN_TRIES_MAX).find_map(|_| key.try_sign_with_rng(&mut SignatureRandom(random), message).ok());
        signature.expect("four tries do not all hit a chance of 1 in 2^256").to_vec()
    }

    fn public_key(&self) -> Vec<u8> {
        self.secret.public_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

struct Sm2Verifier(VerifyingKey);

impl Sm2Verifier {
    fn new(public: &[u8], identity: &str) -> Result<Self, NotAKey> {
        let point = PublicKey::from_sec1_bytes(public).map_err(|_| NotAKey)?;
        VerifyingKey::new(identity, point).map(Self).map_err(|_| NotAKey)
    }
}

impl Verifier for Sm2Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        let signature = Signature::from_slice(signature).map_err(|_| Mismatch)?;
        self.0.verify(message, &signature).map_err(|_| Mismatch)
    }
}
