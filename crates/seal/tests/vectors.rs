//! The published test vectors of every algorithm, through the trait that the house uses.

use kernel::SeededRandom;
use seal::{
    Hasher, Suite, SuiteName,
    suite::{Intl, Mismatch, Sm},
};

fn bytes(hex_text: &str) -> Vec<u8> {
    hex::decode(hex_text.replace([' ', '\n'], "")).expect("the vector is hexadecimal")
}

fn array<const N: usize>(hex_text: &str) -> [u8; N] {
    bytes(hex_text).try_into().expect("the vector has the right length")
}

#[track_caller]
fn check_hash(suite: SuiteName, input: &[u8], expect: &str) {
    assert_eq!(Hasher::digest(suite, input).to_string(), expect);
}

/// GB/T 32905-2016 annex A.
#[test]
fn sm3() {
    check_hash(SuiteName::Sm, b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    let block = b"abcd".repeat(16);
    check_hash(SuiteName::Sm, &block, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

/// NIST, examples for FIPS 180-4.
#[test]
fn sha256() {
    check_hash(SuiteName::Intl, b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hash(SuiteName::Intl, b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    check_hash(SuiteName::Intl, two_blocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    let million = vec![b'a'; 1_000_000];
    check_hash(SuiteName::Intl, &million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/// HMAC pads a short key with zeros, so that "Jefe" and its 32-byte form are one key. SHA-256: RFC 4231 §4.3.
#[test]
fn hmac() {
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let message: &[&[u8]] = &[b"what do ya want ", b"", b"for nothing?"];
    let sm = "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882";
    let intl = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(Sm.mac(&key).mac(message), array::<32>(sm));
    assert_eq!(Intl.mac(&key).mac(message), array::<32>(intl));
}

/// NIST CAVP, KDFCTR: HMAC-SHA-256, 32-bit counter before the fixed data, L = 128: the shape of `seal::derive`.
#[test]
fn counter_mode_kdf() {
    let key = array::<32>("dd1d91b7d90b2bd3138533ce92b272fbf8a369316aefe242e659cc0ae238afe0");
    let fixed = bytes(
        "01322b96b30acd197979444e468e1c5c6859bf1b1cf951b7e725303e237e46b8\
         64a145fab25e517b08f8683d0315bb2911d80a0e8aba17f3b413faac",
    );
    let block = Intl.mac(&key).mac(&[&1u32.to_be_bytes(), &fixed]);
    assert_eq!(block[..16], bytes("10621342bfb0fd40046c0e29f2cfdbf0"));
}

/// GB/T 32907-2016 annex A: one block, and one block encrypted a million times over.
#[test]
fn sm4_block() {
    use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
    let text = array::<16>("0123456789abcdeffedcba9876543210");
    let cipher = sm4::Sm4::new(&text.into());
    let mut block = text.into();
    cipher.encrypt_block(&mut block);
    assert_eq!(block[..], bytes("681edf34d206965e86b3e94f536e4246"));
    cipher.decrypt_block(&mut block);
    assert_eq!(block[..], text);
    for _ in 0..1_000_000 {
        cipher.encrypt_block(&mut block);
    }
    assert_eq!(block[..], bytes("595298c7c6fd271f0402f804c33d3f66"));
}

struct Gcm {
    key: &'static str,
    nonce: &'static str,
    context: &'static str,
    plain: &'static str,
    cipher: &'static str,
    tag: &'static str,
}

#[track_caller]
fn check_gcm(suite: &dyn Suite, vector: &Gcm) {
    let cipher = suite.cipher(&bytes(vector.key)).expect("a key");
    let (nonce, context) = (array::<12>(vector.nonce), bytes(vector.context));
    let mut buffer = bytes(vector.plain);
    let tag = cipher.encrypt(&nonce, &context, &mut buffer);
    assert_eq!(hex::encode(&buffer), vector.cipher.to_lowercase());
    assert_eq!(hex::encode(tag), vector.tag.to_lowercase());
    assert_eq!(cipher.decrypt(&nonce, &context, &mut buffer, &tag), Ok(()));
    assert_eq!(hex::encode(&buffer), vector.plain.to_lowercase());
    let mut wrong_tag = tag;
    wrong_tag[15] ^= 1;
    let before = buffer.clone();
    assert_eq!(cipher.decrypt(&nonce, &context, &mut buffer, &wrong_tag), Err(Mismatch));
    assert_eq!(buffer, before, "a refused buffer is left as it was");
}

/// RFC 8998 appendix A.1.
#[test]
fn sm4_gcm() {
    check_gcm(
        &Sm,
        &Gcm {
            key: "0123456789ABCDEFFEDCBA9876543210",
            nonce: "00001234567800000000ABCD",
            context: "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
            plain: "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
                    EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
            cipher: "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
                     D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
            tag: "83DE3541E4C2B58177E065A9BF7B62EC",
        },
    );
}

/// Test cases 13, 14 and 16 of the GCM specification submitted to NIST.
#[test]
fn aes_256_gcm() {
    let zeros = "0000000000000000000000000000000000000000000000000000000000000000";
    let empty = Gcm {
        key: zeros,
        nonce: "000000000000000000000000",
        context: "",
        plain: "",
        cipher: "",
        tag: "530f8afbc74536b9a963b4f1c4cb738b",
    };
    check_gcm(&Intl, &empty);
    let block = Gcm {
        plain: "00000000000000000000000000000000",
        cipher: "cea7403d4d606b6e074ec5d3baf39d18",
        tag: "d0d1c8a799996bf0265b98b5d48ab919",
        ..empty
    };
    check_gcm(&Intl, &block);
    check_gcm(
        &Intl,
        &Gcm {
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            context: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            cipher: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                     8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            tag: "76fc6ece0f4e1768cddf8853bb2d551b",
        },
    );
}

#[track_caller]
fn check_signature(suite: &dyn Suite, secret: &str, public: &str, message: &[u8], signature: &str) {
    let signer = suite.signer(&array(secret)).expect("a key");
    assert_eq!(hex::encode(signer.public_key()), public.to_lowercase());
    let verifier = suite.verifier(&bytes(public)).expect("a key");
    assert_eq!(verifier.verify(message, &bytes(signature)), Ok(()));
    assert_eq!(verifier.verify(b"another message", &bytes(signature)), Err(Mismatch));
    let random = SeededRandom::new(1);
    let (first, second) = (signer.sign(message, &random), signer.sign(message, &random));
    assert_eq!(verifier.verify(message, &first), Ok(()));
    assert_eq!(verifier.verify(message, &second), Ok(()));
    assert_ne!(first, second, "the nonce takes the randomness in");
}

/// GB/T 32918.5-2017 annex A: identity 1234567812345678, message "message digest".
#[test]
fn sm2() {
    check_signature(
        &Sm,
        "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8",
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020\
         CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
        b"message digest",
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3\
         B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
    );
}

/// RFC 6979 A.2.5 and NIST CAVP, FIPS 186-3 SigGen, P-256 with SHA-256.
#[test]
fn p256() {
    let public = "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6\
                  7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
    let secret = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    for (message, signature) in [
        (
            b"sample".as_slice(),
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
             F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            b"test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367\
             019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ] {
        check_signature(&Intl, secret, public, message, signature);
    }
    check_signature(
        &Intl,
        "519b423d715f8b581f4fa8ee59f4771a5b44c8130b4e3eacca54a56dda72b464",
        "041ccbe91c075fc7f4f033bfa248db8fccd3565de94bbfb12f3c59ff46c271bf83\
         ce4014c68811f9a21a1fdb2c0e6113e06db7ca93b7404e78dc7ccd5ca89a4ca9",
        &bytes(
            "5905238877c77421f73e43ee3da6f2d9e2ccad5fc942dcec0cbd25482935faaf\
             416983fe165b1a045ee2bcd2e6dca3bdf46c4310a7461f9a37960ca672d3feb5\
             473e253605fb1ddfd28065b53cb5858a8ad28175bf9bd386a5e471ea7a65c17c\
             c934a9d791e91491eb3754d03799790fe2d308d16146d5c9b0d0debd97d79ce8",
        ),
        "f3ac8061b514795b8843e3d6629527ed2afd6b1f6a555a7acabb5e6f79c8c2ac\
         8bf77819ca05a6b2786c76262bf7371cef97b218e96f175a3ccdda2acc058903",
    );
}

/// GB/T 32918.1 takes private keys from 1 to n−2, FIPS 186-5 from 1 to n−1.
#[test]
fn scalars_out_of_range_are_no_keys() {
    let sm2_order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    let p256_order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let below = |order: &str, by: u8| {
        let mut scalar = array::<32>(order);
        scalar[31] -= by;
        scalar
    };
    assert!(Sm.signer(&[0; 32]).is_err() && Intl.signer(&[0; 32]).is_err());
    assert!(Sm.signer(&below(sm2_order, 0)).is_err());
    assert!(Sm.signer(&below(sm2_order, 1)).is_err());
    assert!(Sm.signer(&below(sm2_order, 2)).is_ok());
    assert!(Intl.signer(&below(p256_order, 0)).is_err());
    assert!(Intl.signer(&below(p256_order, 1)).is_ok());
}

#[test]
fn points_off_the_curve_are_no_keys() {
    let sm2 = Sm.signer(&[7; 32]).unwrap().public_key();
    let p256 = Intl.signer(&[7; 32]).unwrap().public_key();
    assert!(Sm.verifier(&sm2).is_ok() && Intl.verifier(&p256).is_ok());
    assert!(Sm.verifier(&p256).is_err() && Intl.verifier(&sm2).is_err());
    for at in [0, 1, 33, 64] {
        let mut moved = sm2.clone();
        moved[at] ^= 1;
        assert!(Sm.verifier(&moved).is_err(), "byte {at}");
    }
    assert!(Sm.verifier(&sm2[..64]).is_err() && Sm.verifier(&[]).is_err() && Sm.verifier(&[0]).is_err());
}

#[test]
fn ciphers_take_one_length_of_key() {
    for (suite, right) in [(&Sm as &dyn Suite, 16), (&Intl, 32)] {
        for length in 0..=64 {
            assert_eq!(suite.cipher(&vec![1; length]).is_ok(), length == right, "{length}");
        }
    }
}
