//! What is guessed, what it rests on, and what is kept of people's choices.

use kernel::{Clock, Pii, Role};
use ledger::{
    Cause,
    testkit::{TestDatabase, each_database},
};

use super::{
    Aspect, Basis, ClassGuess, choices, cues, guess_aspect,
    lessons::{Lesson, Lessons},
    taught, text_of,
    train::{self, HoldOut},
};
use crate::{
    model::{Command, Order},
    store::{guesses, lookups, orders},
    testing::{LAW, act, classes, file, handled, intake, migrations, path, staff},
};

const TODAY: &str = "2026-03-02";

fn best(aspect: Aspect, text: &str) -> Option<ClassGuess> {
    guess_aspect(aspect, text, None, &LAW, TODAY.parse().unwrap()).classes.into_iter().next()
}

#[test]
fn every_class_of_the_table_is_one_of_the_law() {
    for (aspect, key) in cues::TABLE.classes() {
        let title = aspect.class_title(key, &LAW, TODAY.parse().unwrap());
        assert!(title.is_some(), "{aspect:?} has no class {key}");
    }
}

#[test]
fn kinds_are_told_apart_with_their_reason() {
    let check = |text: &str, kind: &str| {
        let best = best(Aspect::Matter, text).unwrap_or_else(|| panic!("nothing is guessed of {text}"));
        assert_eq!(best.key, kind, "{text}");
        assert!(best.because.is_some() && !best.words.is_empty() && best.basis == Basis::Cues);
        assert!(best.words.iter().all(|word| text.to_lowercase().contains(word.as_str())), "{:?}", best.words);
    };
    check("信用卡年费未经同意就扣了，要求退还并赔偿", "complaint");
    check("实名举报某支行行长违规放贷，请依法查处", "report");
    check("集体上访反映改制时工龄买断的历史遗留问题", "petition");
    check("请问如何办理公积金提取，需要带什么材料", "consultation");
    check("建议贵行网点增加老花镜和座椅", "suggestion");
    check("特此表扬柜员小王，服务很好，非常感谢", "praise");
    check("老人行动不便，恳请帮助上门服务激活社保卡", "help_request");
    assert_eq!(best(Aspect::Matter, "zzz"), None, "nothing speaks for anything");
}

#[test]
fn channels_businesses_and_reasons_are_found_by_their_words() {
    for (aspect, text, key) in [
        (Aspect::Channel, "在手机银行里点不开", "front.electronic.app"),
        (Aspect::Channel, "ATM吞卡", "front.self_service"),
        (Aspect::Business, "信用卡年费", "cards.credit"),
        (Aspect::Business, "房贷提前还款", "loans"),
        (Aspect::Reason, "柜员态度恶劣，训斥客户", "service"),
        (Aspect::Reason, "催收威胁恐吓家人", "collection"),
    ] {
        assert_eq!(best(aspect, text).map(|guess| guess.key).as_deref(), Some(key), "{text}");
    }
}

/// Lessons that contradict the table, so that it shows which of the two is heard.
fn lessons() -> Lessons {
    let text = |at: usize, words: &str| format!("{words}{}", ["甲", "乙", "丙", "丁"][at % 4]);
    let lesson = |at: usize| match at % 2 {
        0 => Lesson { text: text(at, "年费扣了没有说明"), class: "disclosure".to_owned() },
        _ => Lesson { text: text(at, "柜台等了很久"), class: "service".to_owned() },
    };
    Lessons::new((0..600).map(lesson).chain([Lesson { text: " ，".to_owned(), class: "none".to_owned() }]))
}

fn teach(db: &TestDatabase) {
    let lessons = lessons();
    assert_eq!((lessons.len(), lessons.classes.len()), (600, 2), "a text without words teaches nothing");
    let trial = train::trial(&lessons, HoldOut::Newest).unwrap();
    assert_eq!((trial.learned, trial.held_out), (480, 120));
    assert!(trial.model.macro_f1() > 0.99 && trial.baseline.macro_f1() > 0.99);
    let model = train::learn(&lessons).unwrap();
    let by = staff(1, Role::Officer, "/HO/").reference;
    let record = train::keep(&db.ledger, (Aspect::Reason, &model, &trial), &by, &Cause::new("test:train")).unwrap();
    let kept = db.ledger.read(guesses::records).unwrap();
    assert_eq!(kept, [record]);
}

#[test]
fn a_model_serves_as_soon_as_it_is_kept() {
    each_database(&migrations(), |db| {
        let text = "信用卡年费扣了没有说明";
        assert_eq!(best(Aspect::Reason, text).unwrap().key, "pricing", "what the table alone says");
        teach(db);
        let taught = db.ledger.read(taught::in_use).unwrap();
        let now = guess_aspect(Aspect::Reason, text, taught.get(&Aspect::Reason), &LAW, TODAY.parse().unwrap());
        assert_eq!(now.model, Some(taught[&Aspect::Reason].id));
        assert_eq!(now.classes[0].key, "disclosure");
        assert!(matches!(now.classes[0].basis, Basis::Learned | Basis::Both));
        assert!(now.classes[0].words.iter().any(|word| text.contains(word.as_str())));
    });
}

#[test]
fn choices_are_kept_beside_guesses_and_counted_by_scope() {
    each_database(&migrations(), |db| {
        let (officer, teller) = (staff(1, Role::Officer, "/HO/"), staff(2, Role::Teller, "/HO/GZ/"));
        let order = file(db, &teller, &intake("/HO/GZ/", db.clock.now())).unwrap();
        let order = act(db, &officer, &order, Command::Register).unwrap();
        let chosen = classes();
        let command = Command::Classify(chosen.clone());
        let order = act(db, &officer, &order, command.clone()).unwrap();
        note(db, &order, command);
        let seq = db.ledger.read(|conn| orders::place(conn, order.id)).unwrap().unwrap().seq;
        let kept = db.ledger.read(|conn| guesses::choices_of(conn, seq)).unwrap();
        let reason = kept.iter().find(|(aspect, ..)| *aspect == Aspect::Reason).unwrap();
        assert_eq!(kept.len(), 3);
        assert_eq!(reason.1.as_deref(), Some("pricing"), "the words speak of an annual fee");
        assert_eq!(reason.2, chosen.reason.as_str());
        let now = db.clock.now();
        let span = (now.plus_micros(-1), now.plus_micros(1));
        let lines = db.ledger.read(|conn| choices::drift(conn, &[path("/HO/GZ/")], span)).unwrap();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.agreement.choices == 1 && line.model.is_none() && !line.drifts));
        assert!(db.ledger.read(|conn| choices::drift(conn, &[path("/HO/SZ/")], span)).unwrap().is_empty());
        note(db, &order, Command::MoveClocks);
        assert_eq!(
            db.ledger.read(|conn| guesses::choices_of(conn, seq)).unwrap().len(),
            3,
            "other acts choose nothing"
        );
    });
}

#[test]
fn closed_orders_are_the_lessons_and_hold_no_names() {
    each_database(&migrations(), |db| {
        let (officer, handler) = (staff(1, Role::Officer, "/HO/"), staff(3, Role::Handler, "/HO/GZ/"));
        let mut open = intake("/HO/GZ/", db.clock.now());
        open.title = Pii::new("仍在办理".to_owned());
        let order = file(db, &officer, &open).unwrap();
        handled(db, &officer, &handler, order);
        assert!(db.ledger.read(|conn| guesses::lessons(conn, Aspect::Reason, 10)).unwrap().is_empty());
        let closed = crate::testing::intake("/HO/GZ/", db.clock.now());
        let order = file(db, &officer, &closed).unwrap();
        close(db, order.id);
        let lessons = db.ledger.read(|conn| guesses::lessons(conn, Aspect::Reason, 10)).unwrap();
        assert_eq!(lessons.len(), 1);
        assert!(lessons[0].text.contains("年费") && !lessons[0].text.contains("李小明"), "{}", lessons[0].text);
        assert_eq!(lessons[0].class, "pricing");
        let words = db.ledger.read(|conn| {
            let seq = orders::place(conn, order.id)?.map_or(0, |place| place.seq);
            lookups::words_of(conn, &[seq])
        });
        assert_eq!(text_of(words.unwrap().values().next().unwrap()), lessons[0].text);
    });
}

/// Keeps what a command chose, as the API does after the act.
fn note(db: &TestDatabase, order: &Order, command: Command) {
    let order = order.clone();
    db.ledger.write(&Cause::new("test:note"), move |unit| choices::note(unit, &order, &command, &LAW)).unwrap();
}

/// Marks an order as closed and classified in its row, which is what lessons are read from.
fn close(db: &TestDatabase, id: kernel::id::OrderId) {
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

    use crate::store::schema::orders::dsl;
    db.ledger
        .write(&Cause::new("test:close"), move |unit| {
            let there = diesel::update(dsl::orders.filter(dsl::id.eq(id.to_string())));
            let change = (
                dsl::stage.eq("closed"),
                dsl::channel.eq("back"),
                dsl::business.eq("cards.credit"),
                dsl::reason.eq("pricing"),
            );
            ledger::on_each!(unit.connection(), |c| there.set(change).execute(c))
                .map(|_| ())
                .map_err(ledger::StoreError::from)
        })
        .unwrap();
}
