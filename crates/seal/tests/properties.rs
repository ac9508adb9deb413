//! Laws that hold for any input: parsers never panic, one mistyped digit is always noticed, every value survives.

use kernel::{Date, SeededRandom};
use proptest::prelude::*;
use seal::{
    Hasher, KeyFile, Keyring, PublicKey, Sealed, Signature, SuiteName, WrappedKey,
    identity::{BankCard, Phone, ResidentId, normalise_account, normalise_phone, normalise_resident_id},
};

const TODAY: Date = Date::constant(2026, 11, 22);

/// Mobiles, landlines of Beijing, landlines with area codes of four digits.
const PHONE: &str = "1[3-9][0-9]{9}|010[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}";

fn keyring() -> Keyring {
    Keyring::open(Keyring::generate(SuiteName::Sm, &SeededRandom::new(3))).expect("fresh keys open")
}

/// Texts made of what real numbers are made of, so that the parsers are entered deeply.
fn number_like() -> impl Strategy<Value = String> {
    "[0-9０-９xXＸ+＋()（）\\-－—. \u{3000}\u{200b}\u{202d}转分机ext#]{0,40}"
}

fn resident_id() -> impl Strategy<Value = String> {
    (0..4usize, 0..=9999u32, 1900..=2025u32, 1..=12u32, 1..=28u32, 0..=999u32).prop_map(
        |(province, area, year, month, day, order)| {
            let province = ["11", "32", "54", "65"][province];
            let body = format!("{province}{area:04}{year}{month:02}{day:02}{order:03}");
            // ISO 7064 MOD 11-2 as a weighted sum: the definition, where the parser uses the recursion.
            let sum: u32 =
                body.bytes().enumerate().map(|(at, b)| u32::from(b - b'0') * (2u32.pow(17 - at as u32) % 11)).sum();
            format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
        },
    )
}

fn card() -> impl Strategy<Value = String> {
    "[1-9][0-9]{10,17}".prop_map(|body| {
        let last = ('0'..='9').find(|last| {
            let digits: Vec<u32> = format!("{body}{last}").bytes().rev().map(|b| u32::from(b - b'0')).collect();
            let odd: u32 = digits.iter().step_by(2).sum();
            let even: u32 = digits.iter().skip(1).step_by(2).map(|d| [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][*d as usize]).sum();
            (odd + even).is_multiple_of(10)
        });
        format!("{body}{}", last.expect("one of ten digits fits"))
    })
}

/// The number with one digit changed.
fn mistyped(number: &str, at: usize, by: u8) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let at = at % (bytes.len() - 1);
    bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
    String::from_utf8(bytes).expect("digits are text")
}

proptest! {
    // A failing input is printed; it becomes a test of its own, not a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in prop_oneof![any::<String>(), number_like()]) {
        let _ = ResidentId::parse(&text, TODAY);
        let _ = Phone::parse(&text);
        let _ = BankCard::parse(&text);
        let _ = normalise_account(&text);
        let _ = text.parse::<Signature>();
        let _ = text.parse::<PublicKey>();
        let _ = KeyFile::parse(&text);
    }

    #[test]
    fn no_stored_text_makes_opening_panic(text in "(s1|w1|g1|p1)?\\.?(m1|i1|sm|intl)?\\.?[A-Za-z0-9_=.-]{0,120}") {
        let keyring = keyring();
        let (key, _) = keyring.new_subject_key(&SeededRandom::new(4));
        prop_assert!(keyring.open_bytes(&key, "c", &Sealed::from_stored(&text)).is_err());
        prop_assert!(keyring.unwrap(&WrappedKey::from_stored(&text)).is_err());
        let _ = text.parse::<Signature>();
        let _ = text.parse::<PublicKey>();
    }

    #[test]
    fn no_spoiled_key_file_makes_reading_panic(at in 0usize..1000, with in any::<char>()) {
        let text = include_str!("samples/keys_intl.toml");
        let spoiled: String = text.chars().enumerate().map(|(i, c)| if i == at { with } else { c }).collect();
        let _ = KeyFile::parse(&spoiled).and_then(Keyring::open);
    }

    #[test]
    fn a_good_identity_number_is_taken_and_a_mistyped_one_is_not(id in resident_id(), at in 0usize..17, by in 1u8..10) {
        prop_assert_eq!(normalise_resident_id(&id, TODAY), Ok(id.clone()));
        prop_assert!(normalise_resident_id(&mistyped(&id, at, by), TODAY).is_err());
        let mut swapped = id.clone().into_bytes();
        let at = at % 16;
        swapped.swap(at, at + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assert!(swapped == id || normalise_resident_id(&swapped, TODAY).is_err());
    }

    #[test]
    fn the_old_form_and_the_new_are_one(id in resident_id(), order in 0u32..996) {
        let old = format!("{}{}{order:03}", &id[..6], &id[8..14]);
        let new = normalise_resident_id(&old, TODAY).unwrap();
        prop_assert_eq!(&new[..6], &id[..6]);
        prop_assert_eq!(&new[6..8], "19");
        prop_assert_eq!(normalise_resident_id(&new, TODAY), Ok(new.clone()));
    }

    #[test]
    fn a_good_card_is_taken_and_a_mistyped_one_is_not(card in card(), at in 0usize..20, by in 1u8..10) {
        prop_assume!(card.bytes().any(|b| b != card.as_bytes()[0]));
        prop_assert!(BankCard::parse(&card).is_ok());
        prop_assert!(BankCard::parse(&mistyped(&card, at, by)).is_err());
    }

    #[test]
    fn a_telephone_is_the_same_however_it_is_written(number in PHONE) {
        let international = format!("+86 {}", number.strip_prefix('0').unwrap_or(&number));
        let spaced: String = number.chars().flat_map(|c| [c, '\u{200b}']).collect();
        for written in [number.clone(), international, spaced, format!("（{}）{}", &number[..4], &number[4..])] {
            prop_assert_eq!(normalise_phone(&written), Ok(number.clone()));
        }
    }

    #[test]
    fn what_is_normal_stays_as_it_is(text in number_like()) {
        if let Ok(phone) = Phone::parse(&text) {
            prop_assert_eq!(normalise_phone(&phone.normalised()), Ok(phone.normalised()));
            prop_assert_eq!(Phone::parse(&phone.formatted()), Ok(phone));
        }
        if let Ok(account) = normalise_account(&text) {
            prop_assert_eq!(normalise_account(&account), Ok(account.clone()));
        }
    }

    #[test]
    fn every_value_survives_sealing(plain in proptest::collection::vec(any::<u8>(), 0..600), context in ".{0,40}") {
        let keyring = keyring();
        let (key, _) = keyring.new_subject_key(&SeededRandom::new(5));
        let sealed = keyring.seal(&key, &context, &plain, &SeededRandom::new(6));
        prop_assert_eq!(keyring.open_bytes(&key, &context, &sealed), Ok(plain));
    }

    #[test]
    fn hashes_do_not_see_how_input_is_cut(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        cut in any::<prop::sample::Index>(),
    ) {
        let (head, tail) = bytes.split_at(cut.index(bytes.len() + 1));
        for suite in SuiteName::ALL {
            let mut hasher = Hasher::new(suite);
            hasher.update(head);
            hasher.update(tail);
            prop_assert_eq!(hasher.finish(), Hasher::digest(suite, &bytes));
        }
    }
}
