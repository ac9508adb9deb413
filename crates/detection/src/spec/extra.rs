//! Fields that a history has and the declaration does not: they are added, numbers as inputs of their own, texts with what
//! became known of payments that share them, and how often the payer used them. Nothing is added that the engine could
//! not compute live.

use decide::{
    engine::DerivedSpec,
    schema::{FieldKind, FieldSpec},
    window::{FeatureSpec, What},
};
use kernel::Text;

use super::{LABELS, TrainingSpec};
use crate::mapping::{Mapping, Reading};

/// The field that tells who pays.
const PAYER: &str = "payer.account";
/// How far back frauds and labelled payments of a text are counted.
const KNOWN_WINDOW: &str = "30d";
/// How far back the payer's own use of a text is counted.
const OWN_WINDOW: &str = "90d";

/// Adds the fields of `mapping` that `spec` does not have.
pub(super) fn add(spec: &mut TrainingSpec, mapping: &Mapping) {
    for (name, field) in &mapping.fields {
        if spec.engine.schema.fields.iter().any(|known| known.name == *name) {
            continue;
        }
        let is_text = field.kind == Reading::Text;
        // Nobody has said what the texts are, so they are kept like personal ones.
        let added = FieldSpec { personal: is_text, ..FieldSpec::new(name, kind(field.kind)) };
        spec.engine.schema.fields.push(added);
        for event in &mut spec.engine.schema.events {
            if event.name == spec.training.event || event.name == spec.training.confirmed {
                event.optional.push(name.clone());
            }
        }
        if is_text {
            describe(spec, name);
        }
    }
}

const fn kind(reading: Reading) -> FieldKind {
    match reading {
        Reading::Text => FieldKind::Text,
        Reading::Whole => FieldKind::Int,
        Reading::Decimal => FieldKind::Double,
        Reading::Flag => FieldKind::Bool,
        Reading::Yuan | Reading::Fen => FieldKind::Amount,
    }
}

/// What is computed of a text.
fn describe(spec: &mut TrainingSpec, name: &str) {
    let (event, confirmed) = (spec.training.event.clone(), spec.training.confirmed.clone());
    let count = |suffix: &str, zh: &str, en: &str, window: &str, events: &str| FeatureSpec {
        name: format!("{name}.{suffix}"),
        title: Text::of(format!("{name}：{zh}"), format!("{name}: {en}")),
        by: vec![name.to_owned()],
        what: What::Count,
        of: None,
        window: Some(window.to_owned()),
        delay: None,
        events: vec![events.to_owned()],
        filter: None,
        current: false,
    };
    let frauds = count("frauds_30d", "三十天内获知欺诈数", "frauds known in thirty days", KNOWN_WINDOW, &confirmed);
    let mut labelled =
        count("labelled_30d", "三十天内标签已到笔数", "payments labelled in thirty days", KNOWN_WINDOW, &event);
    labelled.delay = Some(LABELS.to_owned());
    let rate = DerivedSpec {
        name: format!("{name}.fraud_rate_30d"),
        title: Text::of(format!("{name}：三十天内欺诈率"), format!("{name}: fraud rate in thirty days")),
        value: format!("double({name}.frauds_30d) / double(math.greatest({name}.labelled_30d, 1))"),
    };
    spec.engine.features.extend([frauds, labelled]);
    spec.engine.derived.push(rate);
    if spec.engine.schema.fields.iter().any(|field| field.name == PAYER) {
        let mut own =
            count("payer_count_90d", "付款方九十天内笔数", "payments of the payer in ninety days", OWN_WINDOW, &event);
        own.by.push(PAYER.to_owned());
        spec.engine.features.push(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_inputs_and_texts_are_described() {
        let mapping = Mapping::parse(
            "title = \"x\"\ntime = { column = \"t\" }\nlabel = { column = \"f\", fraud = [\"1\"] }\n[fields]\n\
             v1 = { column = \"V1\", as = \"decimal\" }\n\"merchant.city\" = { column = \"city\" }\n\
             amount = { column = \"a\", as = \"yuan\" }\n",
        )
        .unwrap();
        let compiled = TrainingSpec::payments().unwrap().suited(&mapping, 3).compile().unwrap();
        let has = |name: &str| compiled.inputs.iter().any(|input| input == name);
        assert!(
            has("v1") && has("amount") && has("merchant.city.fraud_rate_30d") && has("merchant.city.payer_count_90d")
        );
        assert!(!has("merchant.city"));
        let labelled = compiled.engine.plan().features().iter().find(|f| f.spec.name == "payee.labelled_7d").unwrap();
        assert_eq!(labelled.spec.delay.as_deref(), Some("3d"));
    }

    #[test]
    fn labels_that_come_at_once_need_no_delay() {
        let mapping = "title = \"x\"\ntime = { column = \"t\" }\nlabel = { column = \"f\", fraud = [\"1\"] }\n[fields]\n\
                       amount = { column = \"a\", as = \"yuan\" }\n";
        let spec = TrainingSpec::payments().unwrap().suited(&Mapping::parse(mapping).unwrap(), 0);
        assert!(spec.engine.features.iter().all(|feature| feature.delay.is_none()));
        assert!(spec.compile().is_ok());
    }
}
