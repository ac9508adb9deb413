//! Key files: what is refused and with which words, what rotation keeps readable, and that no secret shows.

use kernel::{Random, SystemRandom};
use seal::{KeyError, KeyFile, Keyring, Part, SealError, SuiteName};

const SM: &str = include_str!("samples/keys_sm.toml");
const SECRET: &str = "1f4f4e8b6100b0be57007d4ecd95b3dadf01a8b80403ffc0e3044b435f45de08";

/// A source that is broken in the worst way.
struct Stuck(u8);

impl Random for Stuck {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

#[track_caller]
fn check(from: &str, to: &str, expect: &str) {
    assert!(SM.contains(from), "the sample has no {from}");
    let error = KeyFile::parse(&SM.replacen(from, to, 1)).expect_err(expect);
    assert_eq!(error.to_string(), expect);
    let text = error.text();
    for shown in [format!("{error:?}"), text.zh.to_string(), text.en.to_string()] {
        assert!(!shown.contains(&SECRET[..12]), "{shown} shows a secret");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    check("version = 1", "", "`version` in the head of the key file is missing or is not a number");
    check("version = 1", "version = 2", "the key file has version 2; this program reads version 1");
    check("version = 1", "version = \"1\"", "`version` in the head of the key file is missing or is not a number");
    check("\"sm\"", "\"SM\"", "`suite` in the head of the key file is missing or is not \"sm\" or \"intl\"");
    check(
        "version = 1",
        "version = 1\nsalt = 1",
        "`salt` in the head of the key file is not a field this program knows",
    );
    check(
        "id = \"m1-0a0b\"",
        "id = \"m1-0a0b\"\nnote = \"x\"",
        "`note` in [[master]] 1 of the key file is not a field this program knows",
    );
    check(
        "[[master]]",
        "[[masters]]",
        "exactly one [[master]] key of the key file must have state \"current\"; 0 have",
    );
    check(
        "\"current\"",
        "\"retired\"",
        "exactly one [[master]] key of the key file must have state \"current\"; 0 have",
    );
    check(
        "\"current\"",
        "\"old\"",
        "`state` in [[master]] 1 of the key file is missing or is not \"current\", \"next\" or \"retired\"",
    );
    check(
        "m1-0a0b",
        "m1.0a0b",
        "`id` in [[master]] 1 of the key file is missing or is not 1 to 32 lower-case letters, digits and dashes",
    );
    check(
        "i1-0a0b",
        "",
        "`id` in [[index]] 1 of the key file is missing or is not 1 to 32 lower-case letters, digits and dashes",
    );
    check(
        "[[mac]]\nid",
        "[[mac]]\nid = 7\n#",
        "`id` in [[mac]] 1 of the key file is missing or is not 1 to 32 lower-case letters, digits and dashes",
    );
    check("[[master]]", "[[master]", "line 5 of the key file is not TOML");
    check("version = 1", "master = 1\nversion = 1", "line 6 of the key file is not TOML");
}

#[test]
fn keys_of_wrong_length_or_value_are_refused() {
    let length = |found| {
        format!(
            "`secret` in [[master]] 1 of the key file must be 32 bytes in hexadecimal (64 digits); \
             it has {found} characters"
        )
    };
    check(SECRET, &SECRET[..62], &length(62));
    check(SECRET, &SECRET[..32], &length(32));
    check(SECRET, &format!("{SECRET}00"), &length(66));
    check(SECRET, "", &length(0));
    check(SECRET, &SECRET.replace('f', "g"), &length(64));
    let not_a_key = "`secret` in [[master]] 1 of the key file is not a key of the suite";
    check(SECRET, &"0".repeat(64), not_a_key);
    check(SECRET, &"ab".repeat(32), not_a_key);
    let scalar = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    check(scalar, order, "`secret` in [[signing]] 1 of the key file is not a key of the suite");
    check(scalar, SECRET, "`public` in [[signing]] 1 of the key file does not belong to `secret`");
    check("public = \"0409", "public = \"0408", "`public` in [[signing]] 1 of the key file is not a key of the suite");
    check("suite = \"sm\"", "suite = \"intl\"", "`public` in [[signing]] 1 of the key file is not a key of the suite");
}

#[test]
fn repeated_keys_are_refused() {
    let second = |id: &str, secret: &str| {
        format!("[[master]]\nid = \"{id}\"\nstate = \"retired\"\nsecret = \"{secret}\"\n\n[[index]]")
    };
    let other = "2f4f4e8b6100b0be57007d4ecd95b3dadf01a8b80403ffc0e3044b435f45de08";
    let expect = "the [[master]] key `{id}` of the key file repeats the id or the value of another";
    check("[[index]]", &second("m1-0a0b", other), &expect.replace("{id}", "m1-0a0b"));
    check("[[index]]", &second("m2", SECRET), &expect.replace("{id}", "m2"));
    assert!(KeyFile::parse(&SM.replacen("[[index]]", &second("m2", other), 1)).is_ok());
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let large = format!("{SM}{}", "#".repeat(256 * 1024));
    assert!(matches!(KeyFile::parse(&large), Err(KeyError::TooLarge { .. })));
    let mut many = SM.to_owned();
    for at in 0..130 {
        many.push_str(&format!("[[mac]]\nid = \"a{at}\"\nstate = \"retired\"\nsecret = \"{at:064x}\"\n"));
    }
    assert_eq!(KeyFile::parse(&many).map(drop), Err(KeyError::TooMany { part: Part::Mac, keys_max: 128 }));
}

#[test]
fn rotated_keys_stay_readable() {
    for suite in SuiteName::ALL {
        let mut file = Keyring::generate(suite, &SystemRandom);
        let before = Keyring::open(KeyFile::parse(&file.to_toml()).unwrap()).unwrap();
        let (key, wrapped) = before.new_subject_key(&SystemRandom);
        let sealed = before.seal(&key, "cu_1/phone", b"13812345678", &SystemRandom);
        let index = before.blind_index("phone", "13812345678");
        let token = before.mac("token", b"t");
        let signature = before.sign(b"head 1", &SystemRandom);
        assert_eq!(before.rewrap(&wrapped, &SystemRandom), Ok(None));
        assert!(!before.needs_rewrap(&wrapped) && !before.needs_reindex(&index));

        for part in Part::ALL {
            file.rotate(part, &SystemRandom).unwrap();
        }
        let after = Keyring::open(KeyFile::parse(&file.to_toml()).unwrap()).unwrap();
        assert!(after.needs_rewrap(&wrapped) && after.needs_reindex(&index));
        let old_key = after.unwrap(&wrapped).unwrap();
        assert_eq!(after.open_bytes(&old_key, "cu_1/phone", &sealed).as_deref(), Ok(&b"13812345678"[..]));
        let rewrapped = after.rewrap(&wrapped, &SystemRandom).unwrap().unwrap();
        assert!(!after.needs_rewrap(&rewrapped));
        assert_eq!(after.rewrap(&rewrapped, &SystemRandom), Ok(None));
        let same_key = after.unwrap(&rewrapped).unwrap();
        assert_eq!(after.open_bytes(&same_key, "cu_1/phone", &sealed).as_deref(), Ok(&b"13812345678"[..]));

        let all = after.blind_index_all("phone", "13812345678");
        assert_eq!(all, [after.blind_index("phone", "13812345678"), index]);
        assert!(after.mac_matches("token", b"t", &token) && after.mac("token", b"t") != token);
        assert_eq!(after.mac_all("token", b"t"), [after.mac("token", b"t"), token]);
        assert_eq!(after.verify(b"head 1", &signature), Ok(()));
        let newer = after.sign(b"head 2", &SystemRandom);
        assert_ne!(newer.key_id, signature.key_id);
        assert_eq!(after.verify(b"head 2", &newer), Ok(()));
        assert!(matches!(before.verify(b"head 2", &newer), Err(SealError::UnknownKey { .. })));
        assert_eq!(after.public_keys().len(), 2);
        assert_eq!(after.public_keys()[1], before.public_keys()[0]);
    }
}

#[test]
fn a_cluster_rotates_without_a_gap() {
    for suite in SuiteName::ALL {
        let mut file = Keyring::generate(suite, &SystemRandom);
        let open = |file: &KeyFile| Keyring::open(KeyFile::parse(&file.to_toml()).unwrap()).unwrap();
        let before = open(&file);
        for part in Part::ALL {
            file.prepare(part, &SystemRandom).unwrap();
            assert_eq!(file.prepare(part, &SystemRandom), Err(KeyError::Prepared { part }));
        }
        let prepared = open(&file);
        for part in Part::ALL {
            let next = file.ids(part)[1].to_owned();
            assert_eq!(file.remove(part, &next), Err(KeyError::Needed { part }));
            file.rotate(part, &SystemRandom).unwrap();
            assert_eq!((file.ids(part)[0], file.ids(part).len()), (next.as_str(), 2));
        }
        let rotated = open(&file);
        // First some nodes are prepared and the rest are not; then some have rotated and the rest are prepared.
        for (ahead, behind) in [(&prepared, &before), (&rotated, &prepared)] {
            for (writer, reader) in [(ahead, behind), (behind, ahead)] {
                let (key, wrapped) = writer.new_subject_key(&SystemRandom);
                let sealed = writer.seal(&key, "c", b"13812345678", &SystemRandom);
                let read = reader.unwrap(&wrapped).unwrap();
                assert_eq!(reader.open_bytes(&read, "c", &sealed).as_deref(), Ok(&b"13812345678"[..]));
                let index = writer.blind_index("phone", "13812345678");
                assert!(reader.blind_index_all("phone", "13812345678").contains(&index));
                assert!(reader.mac_matches("token", b"t", &writer.mac("token", b"t")));
                let signature = writer.sign(b"head", &SystemRandom);
                assert_eq!(reader.verify(b"head", &signature), Ok(()));
            }
            // The node behind must not undo what the node ahead renews.
            let (_, wrapped) = ahead.new_subject_key(&SystemRandom);
            assert_eq!(behind.rewrap(&wrapped, &SystemRandom), Ok(None));
            assert!(!behind.needs_reindex(&ahead.blind_index("phone", "13812345678")));
        }
        assert_eq!(prepared.mac("token", b"t"), before.mac("token", b"t"));
        assert_ne!(rotated.mac("token", b"t"), before.mac("token", b"t"));
    }
}

#[test]
fn two_next_keys_are_refused() {
    let next = |id: &str, digit: &str| {
        format!("[[mac]]\nid = \"{id}\"\nstate = \"next\"\nsecret = \"1{}\"\n\n", digit.repeat(63))
    };
    let one = format!("{}[[signing]]", next("a2", "2"));
    assert!(KeyFile::parse(&SM.replacen("[[signing]]", &one, 1)).is_ok());
    let two = format!("{}{one}", next("a3", "3"));
    check("[[signing]]", &two, "the [[mac]] part has a next key already; make it current before preparing another");
}

#[test]
fn a_removed_key_reads_nothing_any_more() {
    let mut file = Keyring::generate(SuiteName::Sm, &SystemRandom);
    let keyring = Keyring::open(KeyFile::parse(&file.to_toml()).unwrap()).unwrap();
    let (_, wrapped) = keyring.new_subject_key(&SystemRandom);
    for part in Part::ALL {
        let first = file.ids(part)[0].to_owned();
        assert_eq!(file.remove(part, &first), Err(KeyError::Needed { part }));
        file.rotate(part, &SystemRandom).unwrap();
        let expect = if part == Part::Signing { Err(KeyError::Needed { part }) } else { Ok(()) };
        assert_eq!(file.remove(part, &first), expect);
        if part != Part::Signing {
            assert_eq!(file.remove(part, &first), Err(KeyError::Absent { part }));
        }
    }
    let keyring = Keyring::open(file).unwrap();
    let result = keyring.unwrap(&wrapped).map(drop);
    assert!(matches!(result, Err(SealError::UnknownKey { part: Part::Master, .. })), "{result:?}");
}

#[test]
fn a_retired_signing_key_has_lost_its_secret() {
    let mut file = KeyFile::parse(SM).unwrap();
    file.rotate(Part::Signing, &SystemRandom).unwrap();
    assert!(!file.to_toml().contains("3945208f"));
    assert!(file.to_toml().contains("0409f9df"));
    // One left there by hand is not taken in again.
    let current = file.to_toml();
    let with_secret = SM.split_once("[[signing]]").unwrap().1.replacen("current", "retired", 1);
    let head = current.split_once("[[signing]]\nid = \"g1-0a0b\"").unwrap().0;
    let by_hand = format!("{head}[[signing]]{with_secret}");
    assert!(!KeyFile::parse(&by_hand).unwrap().to_toml().contains("3945208f"));
}

#[test]
fn ids_count_up_and_never_meet() {
    let mut file = Keyring::generate(SuiteName::Intl, &SystemRandom);
    for _ in 0..20 {
        file.rotate(Part::Index, &SystemRandom).unwrap();
    }
    let numbers: Vec<String> =
        file.ids(Part::Index).iter().map(|id| id.split('-').next().unwrap().to_owned()).collect();
    assert_eq!((numbers[0].as_str(), numbers[20].as_str()), ("i21", "i1"));
}

#[test]
fn a_file_is_never_rotated_past_what_can_be_read() {
    let mut file = Keyring::generate(SuiteName::Sm, &SystemRandom);
    for part in Part::ALL {
        let room = 128 - file.ids(part).len();
        for _ in 0..room {
            file.rotate(part, &SystemRandom).unwrap();
        }
        assert_eq!(file.rotate(part, &SystemRandom), Err(KeyError::TooMany { part, keys_max: 128 }));
    }
    let again = KeyFile::parse(&file.to_toml()).unwrap();
    assert!(Part::ALL.into_iter().all(|part| again.ids(part) == file.ids(part)));
}

#[test]
fn a_stuck_source_cannot_hang_the_making_of_keys() {
    for (suite, byte) in [(SuiteName::Sm, 0), (SuiteName::Intl, 0), (SuiteName::Sm, 0xff), (SuiteName::Intl, 0xff)] {
        let file = Keyring::generate(suite, &Stuck(byte));
        // The file is made, and then refused: its secrets are placeholders.
        assert!(matches!(KeyFile::parse(&file.to_toml()), Err(KeyError::NotAKey { .. })));
    }
}

#[test]
fn a_keyring_takes_only_the_suite_of_its_file() {
    let file = Keyring::generate(SuiteName::Sm, &SystemRandom);
    assert_eq!(Keyring::open_with(Box::new(seal::suite::Intl), file).map(drop), Err(KeyError::Suite));
    let file = Keyring::generate(SuiteName::Intl, &SystemRandom);
    assert!(Keyring::open_with(Box::new(seal::suite::Intl), file).is_ok());
}

#[test]
fn a_keyring_can_be_shared_among_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&Keyring::open(KeyFile::parse(SM).unwrap()).unwrap());
}

#[test]
fn debug_shows_no_secret() {
    let file = KeyFile::parse(SM).unwrap();
    assert_eq!(format!("{file:?}"), "KeyFile(sm, …)");
    assert_eq!(format!("{:?}", Keyring::open(file).unwrap()), "Keyring(sm, …)");
}
