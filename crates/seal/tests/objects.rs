//! Sealed objects: whatever the pieces, what goes in comes out, and what was touched does not.

use kernel::SeededRandom;
use proptest::prelude::*;
use seal::{DataKey, Keyring, SealError, SuiteName, object::CHUNK_BYTES};

const PLACE: &str = "wo_1/object/at_1";

fn house(suite: SuiteName) -> (Keyring, DataKey) {
    let random = SeededRandom::new(7);
    let keyring = Keyring::open(Keyring::generate(suite, &random)).expect("a generated key file opens");
    let (key, _) = keyring.new_subject_key(&random);
    (keyring, key)
}

fn sealed(keyring: &Keyring, key: &DataKey, content: &[u8], piece: usize) -> Vec<u8> {
    let mut sealer = keyring.object_sealer(key, PLACE, &SeededRandom::new(9));
    let mut out = Vec::new();
    for part in content.chunks(piece) {
        sealer.push(part, &mut out);
    }
    sealer.finish(&mut out);
    out
}

fn opened(keyring: &Keyring, key: &DataKey, object: &[u8], piece: usize) -> Result<Vec<u8>, SealError> {
    let Some((mut opener, head)) = keyring.object_opener(key, PLACE, object)? else { return Err(SealError::Altered) };
    let mut out = Vec::new();
    for part in object[head..].chunks(piece) {
        opener.push(part, &mut out)?;
    }
    opener.finish(&mut out)?;
    Ok(out)
}

#[test]
fn every_length_around_a_chunk_comes_back_in_both_suites() {
    for suite in SuiteName::ALL {
        let (keyring, key) = house(suite);
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 7] {
            let content: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let object = sealed(&keyring, &key, &content, 10_007);
            assert!(length < 16 || !object.windows(16).any(|part| part == &content[..16]), "nothing lies in clear");
            assert_eq!(opened(&keyring, &key, &object, 4_099).unwrap(), content, "{suite} {length}");
        }
    }
}

#[test]
fn another_key_another_place_and_a_plain_file_do_not_open() {
    let (keyring, key) = house(SuiteName::Sm);
    let object = sealed(&keyring, &key, b"%PDF-1.7", 100);
    let (other, _) = keyring.new_subject_key(&SeededRandom::new(8));
    assert!(keyring.object_opener(&other, PLACE, &object).is_err());
    assert!(keyring.object_opener(&key, "wo_1/object/at_2", &object).is_err());
    assert!(keyring.object_opener(&key, PLACE, b"%PDF-1.7").is_err());
    for short in 0..20 {
        assert!(keyring.object_opener(&key, PLACE, &object[..short]).unwrap().is_none(), "{short}");
    }
}

#[test]
fn chunks_neither_change_places_nor_get_lost() {
    let (keyring, key) = house(SuiteName::Intl);
    let content: Vec<u8> = (0..3 * CHUNK_BYTES).map(|at| (at / CHUNK_BYTES) as u8).collect();
    let object = sealed(&keyring, &key, &content, CHUNK_BYTES);
    let (_, head) = keyring.object_opener(&key, PLACE, &object).unwrap().unwrap();
    let chunk = CHUNK_BYTES + 16;
    let mut swapped = object.clone();
    swapped[head..head + chunk].copy_from_slice(&object[head + chunk..head + 2 * chunk]);
    swapped[head + chunk..head + 2 * chunk].copy_from_slice(&object[head..head + chunk]);
    assert!(opened(&keyring, &key, &swapped, chunk).is_err());
    for end in [head, head + chunk, head + 2 * chunk, object.len() - 1] {
        assert!(opened(&keyring, &key, &object[..end], chunk).is_err(), "cut at {end}");
    }
    let mut longer = object.clone();
    longer.extend_from_slice(&object[head..head + chunk]);
    assert!(opened(&keyring, &key, &longer, chunk).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bit_that_changes_is_found(content in prop::collection::vec(any::<u8>(), 0..2_000), place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (keyring, key) = house(SuiteName::Intl);
        let mut object = sealed(&keyring, &key, &content, 777);
        prop_assert_eq!(opened(&keyring, &key, &object, 333).unwrap(), content);
        let at = place.index(object.len());
        object[at] ^= 1 << bit;
        prop_assert!(opened(&keyring, &key, &object, 333).is_err());
    }

    #[test]
    fn no_bytes_make_an_opener_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (keyring, key) = house(SuiteName::Intl);
        let _ = opened(&keyring, &key, &bytes, 50);
        let _ = opened(&keyring, &key, &[b"XBO1".as_slice(), &bytes].concat(), 50);
    }
}
