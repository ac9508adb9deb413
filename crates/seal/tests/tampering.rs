//! Whatever is altered, moved or swapped is refused: every character of every stored form, context, key and suite.

use kernel::{SeededRandom, SystemRandom};
use seal::{Keyring, Part, PublicKey, SealError, Sealed, Signature, SuiteName, WrappedKey};

fn keyrings() -> Vec<Keyring> {
    SuiteName::ALL.map(|suite| Keyring::open(Keyring::generate(suite, &SystemRandom)).expect("fresh keys open")).into()
}

/// The text with each character in turn replaced by another of the alphabet, cut off before it, and with one more.
fn spoiled(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, c) in text.char_indices() {
        let other = if c == 'A' { 'B' } else { 'A' };
        out.push(format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]));
        out.push(text[..at].to_owned());
    }
    out.push(format!("{text}A"));
    out.push(format!("{text}="));
    out.push(format!("{text}\n"));
    out
}

#[test]
fn a_sealed_value_opens_in_its_place_only() {
    for keyring in keyrings() {
        let (key, wrapped) = keyring.new_subject_key(&SystemRandom);
        let (other_key, _) = keyring.new_subject_key(&SystemRandom);
        for plain in ["", "1", "张三丰", "13812345678", &"长".repeat(5000)] {
            let sealed = keyring.seal(&key, "cu_1/phone", plain.as_bytes(), &SystemRandom);
            assert_eq!(keyring.open_text(&key, "cu_1/phone", &sealed).unwrap().expose(), plain);
            let again = keyring.unwrap(&wrapped).unwrap();
            assert_eq!(keyring.open_bytes(&again, "cu_1/phone", &sealed).as_deref(), Ok(plain.as_bytes()));
            for context in ["cu_2/phone", "cu_1/phon", "cu_1/phone ", ""] {
                assert_eq!(keyring.open_bytes(&key, context, &sealed), Err(SealError::Altered));
            }
            assert_eq!(keyring.open_bytes(&other_key, "cu_1/phone", &sealed), Err(SealError::Altered));
        }
    }
}

#[test]
fn every_altered_character_of_a_sealed_value_is_noticed() {
    for keyring in keyrings() {
        let (key, _) = keyring.new_subject_key(&SystemRandom);
        let sealed = keyring.seal(&key, "cu_1/name", "王小二".as_bytes(), &SystemRandom);
        for text in spoiled(sealed.as_str()) {
            let result = keyring.open_bytes(&key, "cu_1/name", &Sealed::from_stored(&text));
            assert!(matches!(result, Err(SealError::Altered | SealError::Format { .. })), "{text}: {result:?}");
        }
    }
}

#[test]
fn every_altered_character_of_a_wrapped_key_is_noticed() {
    for keyring in keyrings() {
        let (_, wrapped) = keyring.new_subject_key(&SystemRandom);
        for text in spoiled(wrapped.as_str()) {
            let result = keyring.unwrap(&WrappedKey::from_stored(&text)).map(drop);
            let refused = matches!(
                result,
                Err(SealError::Altered | SealError::Format { .. } | SealError::UnknownKey { part: Part::Master, .. })
            );
            assert!(refused, "{text}: {result:?}");
        }
    }
}

#[test]
fn a_wrapped_key_cannot_claim_another_master_key() {
    for suite in SuiteName::ALL {
        let mut file = Keyring::generate(suite, &SystemRandom);
        let old = file.ids(Part::Master)[0].to_owned();
        file.rotate(Part::Master, &SystemRandom).unwrap();
        let new = file.ids(Part::Master)[0].to_owned();
        let keyring = Keyring::open(file).unwrap();
        let (_, wrapped) = keyring.new_subject_key(&SystemRandom);
        let moved = WrappedKey::from_stored(wrapped.as_str().replace(&new, &old));
        assert_eq!(keyring.unwrap(&moved).map(drop), Err(SealError::Altered));
        assert_eq!(keyring.rewrap(&moved, &SystemRandom), Err(SealError::Altered));
    }
}

#[test]
fn no_two_seals_of_one_value_are_alike() {
    for keyring in keyrings() {
        let (key, _) = keyring.new_subject_key(&SystemRandom);
        let first = keyring.seal(&key, "c", b"13812345678", &SystemRandom);
        let second = keyring.seal(&key, "c", b"13812345678", &SystemRandom);
        assert_ne!(first, second);
    }
}

#[test]
fn bytes_that_are_no_text_are_named() {
    for keyring in keyrings() {
        let (key, _) = keyring.new_subject_key(&SystemRandom);
        let sealed = keyring.seal(&key, "c", &[0xff, 0xfe], &SystemRandom);
        assert_eq!(keyring.open_bytes(&key, "c", &sealed).as_deref(), Ok(&[0xff, 0xfe][..]));
        assert!(matches!(keyring.open_text(&key, "c", &sealed), Err(SealError::NotText)));
    }
}

#[test]
fn a_key_of_another_house_opens_nothing() {
    for suite in SuiteName::ALL {
        let ours = Keyring::open(Keyring::generate(suite, &SeededRandom::new(1))).unwrap();
        // The same ids, other secrets: what a restored or mixed-up key file looks like.
        let text = Keyring::generate(suite, &SeededRandom::new(2)).to_toml();
        let mut renamed = text.to_string();
        let theirs_file = seal::KeyFile::parse(&text).unwrap();
        let ours_file = Keyring::generate(suite, &SeededRandom::new(1));
        for part in Part::ALL {
            renamed = renamed.replace(theirs_file.ids(part)[0], ours_file.ids(part)[0]);
        }
        let theirs = Keyring::open(seal::KeyFile::parse(&renamed).unwrap()).unwrap();
        let (_, wrapped) = ours.new_subject_key(&SystemRandom);
        assert_eq!(theirs.unwrap(&wrapped).map(drop), Err(SealError::Altered));
        let signature = ours.sign(b"head", &SystemRandom);
        assert_eq!(theirs.verify(b"head", &signature), Err(SealError::BadSignature));
        assert_ne!(ours.blind_index("phone", "13812345678"), theirs.blind_index("phone", "13812345678"));
        assert!(!theirs.mac_matches("token", b"x", &ours.mac("token", b"x")));
    }
}

#[test]
fn a_signature_is_that_of_one_message_and_one_key() {
    for keyring in keyrings() {
        let message = b"checkpoint 7";
        let signature = keyring.sign(message, &SystemRandom);
        assert_eq!(keyring.verify(message, &signature), Ok(()));
        assert_eq!(keyring.verify(b"checkpoint 8", &signature), Err(SealError::BadSignature));
        for at in 0..signature.bytes.len() {
            let mut altered = signature.clone();
            altered.bytes[at] ^= 0x10;
            assert_eq!(keyring.verify(message, &altered), Err(SealError::BadSignature), "byte {at}");
        }
        for length in [0, 1, 63, 65, 128] {
            let mut bytes = signature.bytes.clone();
            bytes.resize(length, 0);
            let altered = Signature { bytes, ..signature.clone() };
            assert_eq!(keyring.verify(message, &altered), Err(SealError::BadSignature), "{length} bytes");
        }
        for bytes in [vec![0; 64], vec![0xff; 64]] {
            let altered = Signature { bytes, ..signature.clone() };
            assert_eq!(keyring.verify(message, &altered), Err(SealError::BadSignature));
        }
        let foreign = Signature { key_id: "g9-ffff".to_owned(), ..signature.clone() };
        assert!(matches!(keyring.verify(message, &foreign), Err(SealError::UnknownKey { part: Part::Signing, .. })));
    }
}

#[test]
fn every_altered_character_of_a_signature_text_is_noticed() {
    for keyring in keyrings() {
        let signature = keyring.sign(b"head", &SystemRandom);
        let public = &keyring.public_keys()[0];
        assert_eq!(signature.to_string().parse(), Ok(signature.clone()));
        assert_eq!(public.to_string().parse::<PublicKey>().as_ref(), Ok(public));
        for text in spoiled(&signature.to_string()) {
            let refused = text.parse::<Signature>().map_or(true, |altered| public.verify(b"head", &altered).is_err());
            assert!(refused, "{text}");
        }
        for text in spoiled(&public.to_string()) {
            let refused =
                text.parse::<PublicKey>().map_or(true, |altered| altered.verify(b"head", &signature).is_err());
            assert!(refused, "{text}");
        }
    }
}

#[test]
fn domains_and_purposes_do_not_mix() {
    for keyring in keyrings() {
        assert_ne!(keyring.blind_index("phone", "1"), keyring.blind_index("identity", "1"));
        assert_ne!(keyring.blind_index("ab", "c"), keyring.blind_index("a", "bc"));
        assert_ne!(keyring.mac("ab", b"c"), keyring.mac("a", b"bc"));
        assert_ne!(keyring.mac("", b"x"), keyring.mac("x", b""));
        let code = keyring.mac("token", b"secret");
        assert!(keyring.mac_matches("token", b"secret", &code));
        assert!(!keyring.mac_matches("code", b"secret", &code));
        assert!(!keyring.mac_matches("token", b"Secret", &code));
        assert!(!keyring.mac_matches("token", b"secret", &code[..31]));
        assert!(!keyring.mac_matches("token", b"secret", &[]));
    }
}

#[test]
fn serde_forms_are_the_stored_texts() {
    use serde::Deserialize;
    use serde::de::{IntoDeserializer, value::Error, value::StrDeserializer};
    let keyring = &keyrings()[0];
    let text = keyring.sign(b"head", &SystemRandom).to_string();
    let reader: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
    assert_eq!(Signature::deserialize(reader).unwrap().to_string(), text);
    let reader: StrDeserializer<'_, Error> = "g1.nothing".into_deserializer();
    assert!(Signature::deserialize(reader).is_err());
}

#[test]
fn debug_shows_no_value() {
    for keyring in keyrings() {
        let (key, wrapped) = keyring.new_subject_key(&SystemRandom);
        let sealed = keyring.seal(&key, "c", b"13812345678", &SystemRandom);
        let index = keyring.blind_index("phone", "13812345678");
        let shown = format!("{keyring:?} {key:?} {wrapped:?} {sealed:?} {index:?}");
        for secret in [&wrapped.as_str()[12..], &sealed.as_str()[3..], index.as_str().split_once('.').unwrap().1] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
