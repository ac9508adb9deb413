//! The functions of expressions: what each takes and gives.

use kernel::Timestamp;

use super::{
    check::{Checker, Typed},
    fault,
    functions::FUNCTIONS,
    node::{Node, One, TextTest, Two},
    parse::{Expr, What},
};
use crate::{
    fault::{Fault, Place, nearest},
    value::Kind,
    window::micros,
};

/// Shanghai is this far ahead of UTC.
const SHANGHAI_MICROS: i64 = 8 * 3_600_000_000;

impl Checker<'_> {
    /// A function, or a method of `target`.
    pub(super) fn call(
        &mut self,
        place: Place,
        target: Option<&Expr>,
        name: &str,
        arguments: &[Expr],
    ) -> Result<Typed, Fault> {
        if let Some(Expr { what: What::Name(above), .. }) = target
            && above == "math"
        {
            return self.math(place, name, arguments);
        }
        match (target, name, arguments) {
            (None, "has", [of]) => match self.scope_slot(of) {
                Some((slot, _)) => self.add(place, Node::Known(slot), Kind::Bool),
                None => self.name_for_has(of),
            },
            (None, "size", [of]) => {
                let id = self.of_kind(of, Kind::Texts)?;
                self.add(place, Node::One(One::Size, id), Kind::Int)
            }
            (None, "yuan", [of]) => self.yuan(place, of),
            (None, "double", [of]) => match self.expr(of)? {
                typed @ (_, Kind::Double) => Ok(typed),
                (id, Kind::Int) => Ok((self.widened(place, id)?, Kind::Double)),
                (_, kind) => Err(self.unfit(place, name, kind, kind)),
            },
            (None, "int", [of]) => match self.expr(of)? {
                typed @ (_, Kind::Int) => Ok(typed),
                (id, Kind::Double) => self.add(place, Node::One(One::ToInt, id), Kind::Int),
                (_, kind) => Err(self.unfit(place, name, kind, kind)),
            },
            (None, "duration" | "timestamp", [Expr { what: What::Text(text), place: at, .. }]) => {
                self.literal_time(*at, name, text)
            }
            (Some(of), "startsWith" | "endsWith" | "contains", [Expr { what: What::Text(text), .. }]) => {
                self.text_test(place, of, name, text)
            }
            (Some(of), "getHours" | "getMinutes" | "getDayOfWeek", zone) => self.time_part(place, of, name, zone),
            _ => Err(no_function(place, name)),
        }
    }

    fn name_for_has(&mut self, of: &Expr) -> Result<Typed, Fault> {
        if let What::Name(name) = &of.what
            && !self.defined.contains_key(name)
        {
            if self.scope.get_constant(name).is_some() {
                return self.constant(of.place, 1, Kind::Bool);
            }
            return self.name(of.place, name);
        }
        Err(fault(of.place, "has 的参数须为字段或特征名。", "has() takes the name of a field or feature."))
    }

    fn math(&mut self, place: Place, name: &str, arguments: &[Expr]) -> Result<Typed, Fault> {
        match (name, arguments) {
            ("abs", [of]) => match self.expr(of)? {
                (id, kind @ (Kind::Int | Kind::Duration)) => self.add(place, Node::One(One::AbsInt, id), kind),
                (id, Kind::Double) => self.add(place, Node::One(One::AbsDouble, id), Kind::Double),
                (_, kind) => Err(self.unfit(place, name, kind, kind)),
            },
            ("greatest" | "least", [left, right]) => {
                let (a, b) = (self.expr(left)?, self.expr(right)?);
                let ((x, y), kind) = self.alike(place, a, b)?;
                let op = match (kind, name) {
                    (Kind::Int | Kind::Time | Kind::Duration, "greatest") => Two::MaxInt,
                    (Kind::Int | Kind::Time | Kind::Duration, _) => Two::MinInt,
                    (Kind::Double, "greatest") => Two::MaxDouble,
                    (Kind::Double, _) => Two::MinDouble,
                    (Kind::Bool | Kind::Text | Kind::Texts, _) => return Err(self.unfit(place, name, kind, kind)),
                };
                self.add(place, Node::Two(op, x, y), kind)
            }
            _ => Err(fault(
                place,
                "math 只有 abs(x)、greatest(a, b) 和 least(a, b)。",
                "math has abs(x), greatest(a, b) and least(a, b).",
            )),
        }
    }

    /// Yuan as fen: a literal with at most two places.
    fn yuan(&mut self, place: Place, of: &Expr) -> Result<Typed, Fault> {
        let fen = if let What::Int(yuan) = &of.what {
            yuan.checked_mul(100)
        } else if let What::Double(yuan) = &of.what {
            let fen = yuan * 100.0;
            // A literal with two places is within rounding of a whole number of fen.
            let near = fen.round();
            ((fen - near).abs() < 1e-6 && near.abs() < 9e15).then_some(near as i64)
        } else {
            None
        };
        match fen {
            Some(fen) => self.constant(place, fen.cast_unsigned(), Kind::Int),
            None => Err(fault(
                place,
                "yuan 的参数须为最多两位小数的数字。",
                "yuan() takes a literal with at most two places.",
            )),
        }
    }

    fn literal_time(&mut self, place: Place, name: &str, text: &str) -> Result<Typed, Fault> {
        if name == "duration" {
            return match micros(text) {
                Some(micros) => self.constant(place, micros.cast_unsigned(), Kind::Duration),
                None => Err(fault(
                    place,
                    "时长须写作 \"90s\"、\"5m\"、\"24h\" 或 \"7d\"。",
                    "A duration is written \"90s\", \"5m\", \"24h\" or \"7d\".",
                )),
            };
        }
        match text.parse::<Timestamp>() {
            Ok(time) => self.constant(place, time.as_micros().cast_unsigned(), Kind::Time),
            Err(_) => Err(fault(place, "时间须为 RFC 3339 格式。", "A timestamp is written as in RFC 3339.")),
        }
    }

    fn text_test(&mut self, place: Place, of: &Expr, name: &str, text: &str) -> Result<Typed, Fault> {
        let named = if let What::Name(name) = &of.what { self.scope.names.get(name) } else { None };
        match named {
            Some(named) if named.is_personal => {
                let fault = fault(
                    of.place,
                    "该字段含个人信息，只能整体比较或查名单。",
                    "This field is personal: it can only be compared whole or looked up in a list.",
                );
                Err(fault.hint("可使用带掩码的名单。", "Use a list with masked entries."))
            }
            Some(named) if named.kind == Kind::Text => {
                let test = match name {
                    "startsWith" => TextTest::Starts,
                    "endsWith" => TextTest::Ends,
                    _ => TextTest::Contains,
                };
                let slot = named.slot;
                self.add(place, Node::Text(test, slot, text.to_owned()), Kind::Bool)
            }
            _ => Err(fault(of.place, "此处须为文本字段的名称。", "The name of a text field belongs here.")),
        }
    }

    fn time_part(&mut self, place: Place, of: &Expr, name: &str, zone: &[Expr]) -> Result<Typed, Fault> {
        let id = self.of_kind(of, Kind::Time)?;
        let ahead = match zone {
            [] => SHANGHAI_MICROS,
            [Expr { what: What::Text(zone), .. }] if zone == "Asia/Shanghai" => SHANGHAI_MICROS,
            [Expr { what: What::Text(zone), .. }] if zone == "UTC" => 0,
            _ => {
                return Err(fault(
                    place,
                    "时区只支持 \"Asia/Shanghai\" 和 \"UTC\"。",
                    "The time zone is \"Asia/Shanghai\" or \"UTC\".",
                ));
            }
        };
        let ahead = self.constant(place, ahead.cast_unsigned(), Kind::Duration)?;
        let (local, _) = self.add(place, Node::Two(Two::AddInt, id, ahead.0), Kind::Time)?;
        let part = match name {
            "getHours" => One::Hours,
            "getMinutes" => One::Minutes,
            _ => One::DayOfWeek,
        };
        self.add(place, Node::One(part, local), Kind::Int)
    }
}

fn no_function(place: Place, name: &str) -> Fault {
    let fault = fault(
        place,
        format!("没有函数“{name}”，或参数不符。"),
        format!("There is no function `{name}`, or not with these arguments."),
    );
    match nearest(name, FUNCTIONS.iter().map(|function| function.name)) {
        Some(near) if near != name => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
        _ => fault,
    }
}
