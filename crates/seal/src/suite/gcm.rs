//! Galois/Counter Mode over either block cipher (NIST SP 800-38D; for SM4 as RFC 8998 uses it).

use aes_gcm::{
    AesGcm, Tag,
    aead::{AeadInOut, KeyInit, inout::InOutBuf},
    aes::cipher::{BlockCipherEncrypt, BlockSizeUser, consts::U12, consts::U16},
};

use super::{Cipher, Mismatch, NONCE_BYTES, NotAKey, TAG_BYTES};

/// GCM with the expanded key of block cipher `B`; both clear themselves when dropped.
pub(super) struct Gcm<B>(AesGcm<B, U12>);

impl<B> Gcm<B>
where
    AesGcm<B, U12>: KeyInit,
{
    /// The cipher for a key of the block cipher's length.
    pub(super) fn new(key: &[u8]) -> Result<Self, NotAKey> {
        AesGcm::new_from_slice(key).map(Self).map_err(|_| NotAKey)
    }
}

impl<B> Cipher for Gcm<B>
where
    B: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + Send + Sync,
{
    fn encrypt(&self, nonce: &[u8; NONCE_BYTES], context: &[u8], buffer: &mut [u8]) -> [u8; TAG_BYTES] {
        self.0
            .encrypt_inout_detached(nonce.into(), context, InOutBuf::from(buffer))
            .expect("GCM takes values up to 64 GiB, more than a request or a file of this house can hold")
            .into()
    }

    fn decrypt(
        &self,
        nonce: &[u8; NONCE_BYTES],
        context: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_BYTES],
    ) -> Result<(), Mismatch> {
        let tag: &Tag = tag.into();
        self.0.decrypt_inout_detached(nonce.into(), context, InOutBuf::from(buffer), tag).map_err(|_| Mismatch)
    }
}
