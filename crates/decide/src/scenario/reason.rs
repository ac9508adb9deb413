//! Sentences with values: `收款账户近七天收到 {payee.payers_7d} 人转账`. Names are checked when a scenario is saved; values are put in
//! only when somebody reads the sentence. A personal value is never put in.

use kernel::{Text, Timestamp};

use crate::{
    expression::Scope,
    fault::{Fault, nearest},
    value::{Kind, Slot},
};

/// A sentence in both languages, taken apart.
#[derive(Debug, Clone)]
pub struct Reason {
    zh: Vec<Piece>,
    en: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Plain(String),
    Value { slot: Slot, kind: Kind, is_yuan: bool },
}

impl Reason {
    /// Takes a sentence apart.
    pub(crate) fn compile(text: &Text, scope: &Scope) -> Result<Self, Fault> {
        Ok(Self { zh: pieces(&text.zh, scope, true)?, en: pieces(&text.en, scope, false)? })
    }

    /// The sentence with the values of a decision.
    pub fn read(&self, values: &[u64], known: &[bool]) -> Text {
        let put = |pieces: &[Piece], unknown: &str, is_zh: bool| {
            let word = |piece: &Piece| match piece {
                Piece::Plain(text) => text.clone(),
                Piece::Value { slot, .. } if !known[usize::from(*slot)] => unknown.to_owned(),
                Piece::Value { slot, kind, is_yuan } => shown(values[usize::from(*slot)], *kind, *is_yuan, is_zh),
            };
            pieces.iter().map(word).collect::<String>()
        };
        Text::of(put(&self.zh, "（无）", true), put(&self.en, "(none)", false))
    }
}

fn pieces(text: &str, scope: &Scope, is_zh: bool) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((plain, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else {
            return Err(Fault::new("reason", "缺少右花括号。", "A closing brace is missing."));
        };
        pieces.push(Piece::Plain(plain.to_owned()));
        let (name, is_yuan) = name.strip_suffix(":yuan").map_or((name, false), |name| (name, true));
        pieces.push(match scope.get_constant(name) {
            Some((bits, kind)) => Piece::Plain(shown(bits, kind, is_yuan, is_zh)),
            None => value(name, is_yuan, scope)?,
        });
        rest = after;
    }
    pieces.push(Piece::Plain(rest.to_owned()));
    Ok(pieces)
}

fn value(name: &str, is_yuan: bool, scope: &Scope) -> Result<Piece, Fault> {
    let Some(named) = scope.get(name) else {
        let fault = Fault::new(
            "reason",
            format!("没有名为“{name}”的字段或特征。"),
            format!("There is no field or feature named `{name}`."),
        );
        return Err(match nearest(name, scope.names().map(|(known, _)| known)) {
            Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
            None => fault,
        });
    };
    if matches!(named.kind, Kind::Text | Kind::Texts) {
        return Err(Fault::new(
            "reason",
            format!("“{name}”是文本，不能写入理由。"),
            format!("`{name}` is a text; a reason shows numbers and times only."),
        ));
    }
    if is_yuan && named.kind != Kind::Int {
        return Err(Fault::new("reason", format!("“{name}”不是金额。"), format!("`{name}` is no amount.")));
    }
    Ok(Piece::Value { slot: named.slot, kind: named.kind, is_yuan })
}

fn shown(bits: u64, kind: Kind, is_yuan: bool, is_zh: bool) -> String {
    let whole = bits.cast_signed();
    match kind {
        Kind::Int if is_yuan => {
            let sign = if whole < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", whole.unsigned_abs() / 100, whole.unsigned_abs() % 100)
        }
        Kind::Int => whole.to_string(),
        Kind::Bool if is_zh => (if bits == 0 { "否" } else { "是" }).to_owned(),
        Kind::Bool => (if bits == 0 { "no" } else { "yes" }).to_owned(),
        Kind::Double => format!("{:.2}", f64::from_bits(bits)),
        Kind::Time => {
            let at = Timestamp::from_micros(whole).in_shanghai();
            at.strftime("%Y-%m-%d %H:%M").to_string()
        }
        Kind::Duration => span(whole, is_zh),
        Kind::Text | Kind::Texts => String::new(),
    }
}

/// A length of time in its largest unit.
fn span(micros: i64, is_zh: bool) -> String {
    let seconds = micros / 1_000_000;
    let units = [(86_400, "天", "days"), (3_600, "小时", "hours"), (60, "分钟", "minutes"), (1, "秒", "seconds")];
    let found = units.iter().find(|(length, ..)| seconds.abs() >= *length);
    let (length, zh, en) = found.copied().unwrap_or((1, "秒", "seconds"));
    let count = seconds / length;
    if is_zh { format!("{count}{zh}") } else { format!("{count} {en}") }
}
