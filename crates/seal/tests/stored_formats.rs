//! What earlier programs stored stays readable: samples of every stored format.
//!
//! The samples were computed from the formulas in the crate's documentation by another program (Python's `hmac`,
//! OpenSSL's SM4 blocks and a GHASH written for the purpose, `cryptography`'s AES-GCM; of objects its SM4-GCM as well), not by
//! this crate.

use seal::{BlindIndex, KeyFile, Keyring, Sealed, Signature, SuiteName, WrappedKey};

struct Sample {
    suite: SuiteName,
    keys: &'static str,
    wrapped: &'static str,
    sealed: &'static str,
    object: &'static str,
    phone_index: &'static str,
    webhook_mac: &'static str,
    signed: &'static [u8],
    signature: &'static str,
    public: &'static str,
}

const SAMPLES: [Sample; 2] = [
    Sample {
        suite: SuiteName::Sm,
        keys: include_str!("samples/keys_sm.toml"),
        wrapped: "w1.m1-0a0b.AAECAwQFBgcICQoLouhcT-F3zlUgOC2LESt8gE3QpztRhoLF89jAuM27Xsg",
        sealed: "s1.ZGVmZ2hpamtsbW5vs-HlZIAUHlkypOplq0-2M_If0FR-64Fglw",
        object: concat!(
            "58424f31003e73312e5a47566d5a326870616d74736257357639767a6e4935773458455971446f37676357426a456a77",
            "4433345f78457a47537934356676465637514f6bfec491a20649f654238306a56aa1574f0f63795f91a5986c1cc2b697",
            "f944efac1cabae41ef",
        ),
        phone_index: "i1-0a0b.6b5bd592590276ea032b87b33f3c6ea7",
        webhook_mac: "34af2acbb004b5375e744ed228128e8ed5247754d537535f12d081b5dd157de2",
        signed: b"message digest",
        signature: "g1.g1-0a0b.9aA7BkjSxGMO6sUT4buBoVlE2jgn1bdBQ6x-rO7nILOxtqop3yEv2HYxgrwNQhyhu5A4_R9_QtSEC2nEhbvBqg",
        public: "p1.sm.g1-0a0b.BAn53zEeVCGhUN19Fh5LxcZyF5-tGDP8B2uwj_NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM",
    },
    Sample {
        suite: SuiteName::Intl,
        keys: include_str!("samples/keys_intl.toml"),
        wrapped: "w1.m1-0a0b.AAECAwQFBgcICQoLwBCUxXTk_EkkM170mTzfqCof_NkVUaOz7HmoQCY6JK1Ezwr7H7GALXhnX2gQCZpW",
        sealed: "s1.ZGVmZ2hpamtsbW5vTFd6cxoT631Q3p2bOxuij7i4RzSCrQrl_Q",
        object: concat!(
            "58424f31005373312e5a47566d5a326870616d747362573576435570344e41595f71574a4930356b774e306d42644b33",
            "4b7971746a584a78737a6973513755494364353138314274544e6a456272595463726e317a6d326d4a61153219c08325",
            "8203eece3c088f733a19e38624dc255f75e9836e9133c21a123715d5dce3",
        ),
        phone_index: "i1-0a0b.fb7146bffb3adba224b74e44adbe2dc5",
        webhook_mac: "d6e0b471a8e9973a6eef92a91ab087ebc41e0a469744f6bf5b9f3b391c0a5dfe",
        signed: b"sample",
        signature: "g1.g1-0a0b.79SLKqy2qP0RQN2c1F6B1p0sh3tWqvmRw00OqE6vNxb3yxyULWV8QdQ2x6G24p9l8-kA27mv9AZNxKsvhDrNqA",
        public: "p1.intl.g1-0a0b.BGD-1LolWp0xyWHrdMY1bWjASbiSO2H6bOZpYi5g8p-2eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",
    },
];

#[test]
fn every_sample_is_still_read() {
    for sample in SAMPLES {
        let keyring = Keyring::open(KeyFile::parse(sample.keys).unwrap()).unwrap();
        assert_eq!(keyring.suite(), sample.suite);
        let key = keyring.unwrap(&WrappedKey::from_stored(sample.wrapped)).unwrap();
        let name = keyring.open_text(&key, "cu_1/name", &Sealed::from_stored(sample.sealed)).unwrap();
        assert_eq!(name.expose(), "张三丰");
        let object = hex::decode(sample.object).unwrap();
        let (mut opener, head) = keyring.object_opener(&key, "wo_1/object/at_1", &object).unwrap().unwrap();
        let mut content = Vec::new();
        opener.push(&object[head..], &mut content).unwrap();
        opener.finish(&mut content).unwrap();
        assert_eq!(content, "张三丰的身份证".as_bytes());
        assert_eq!(keyring.blind_index("phone", "13812345678"), BlindIndex::from_stored(sample.phone_index));
        assert_eq!(hex::encode(keyring.mac("webhook", b"hello")), sample.webhook_mac);
        let signature: Signature = sample.signature.parse().unwrap();
        keyring.verify(sample.signed, &signature).unwrap();
        assert_eq!(signature.to_string(), sample.signature);
        assert_eq!(keyring.public_keys()[0].to_string(), sample.public);
        keyring.public_keys()[0].verify(sample.signed, &signature).unwrap();
    }
}

#[test]
fn a_written_key_file_is_read_back_to_the_same_keys() {
    for sample in SAMPLES {
        let file = KeyFile::parse(sample.keys).unwrap();
        let written = file.to_toml();
        let again = KeyFile::parse(&written).unwrap();
        assert_eq!(*again.to_toml(), *written);
        let lines = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
        };
        assert_eq!(lines(&written), lines(sample.keys));
    }
}
