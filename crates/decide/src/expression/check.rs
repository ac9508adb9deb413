//! Gives every part of an expression its kind, or says where it does not fit and what would.

use std::collections::HashMap;

use super::{
    Scope,
    emit::{KEY_PARTS_MAX, is_double},
    fault,
    node::{Node, NodeId, Nodes, One, Two},
    parse::{Expr, What, parse},
    token::tokens,
};
use crate::{
    fault::{Fault, Place, nearest},
    value::Kind,
};

/// A typed part.
pub(super) type Typed = (NodeId, Kind);

/// How lists are told from other names.
const LISTS: &str = "lists.";

pub(super) struct Checker<'c> {
    pub(super) scope: &'c Scope,
    /// Values that have names within the program.
    pub(super) defined: &'c HashMap<String, Typed>,
    nodes: &'c mut Nodes,
}

impl<'c> Checker<'c> {
    pub(super) fn new(scope: &'c Scope, defined: &'c HashMap<String, Typed>, nodes: &'c mut Nodes) -> Self {
        Self { scope, defined, nodes }
    }

    pub(super) fn condition(&mut self, text: &str) -> Result<NodeId, Fault> {
        let expr = parse(&tokens(text)?)?;
        let (node, kind) = self.expr(&expr)?;
        if kind == Kind::Bool {
            return Ok(node);
        }
        let zh = format!("条件的结果须为 bool，此处为 {}。", kind.cel());
        let fault = fault(expr.place, zh, format!("A condition is a bool; this is a {}.", kind.cel()));
        Err(fault.hint("请与某个值比较，例如 x > 0。", "Compare it with something, as in x > 0."))
    }

    pub(super) fn value(&mut self, text: &str) -> Result<Typed, Fault> {
        let expr = parse(&tokens(text)?)?;
        let typed = self.expr(&expr)?;
        if typed.1 == Kind::Texts {
            return Err(fault(expr.place, "结果不能是列表。", "The result cannot be a list."));
        }
        Ok(typed)
    }

    pub(super) fn add(&mut self, place: Place, node: Node, kind: Kind) -> Result<Typed, Fault> {
        let id = self.nodes.add(node, kind).ok_or_else(|| {
            fault(
                place,
                "此处总是出错：除数为零或超出范围。",
                "This always fails: a division by zero, or a number out of range.",
            )
        })?;
        Ok((id, kind))
    }

    pub(super) fn constant(&mut self, place: Place, bits: u64, kind: Kind) -> Result<Typed, Fault> {
        self.add(place, Node::Const(bits), kind)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result<Typed, Fault> {
        let place = expr.place;
        match &expr.what {
            What::Bool(value) => self.constant(place, u64::from(*value), Kind::Bool),
            What::Int(value) => self.constant(place, value.cast_unsigned(), Kind::Int),
            What::Double(value) => self.constant(place, (value + 0.0).to_bits(), Kind::Double),
            What::Text(text) => self.constant(place, self.scope.keys.text(text.as_bytes()), Kind::Text),
            What::Name(name) => self.name(place, name),
            What::Not(inner) => {
                let id = self.bool(inner)?;
                self.add(place, Node::One(One::Not, id), Kind::Bool)
            }
            What::Minus(inner) => self.minus(place, inner),
            What::All(parts) => {
                let ids = parts.iter().map(|part| self.bool(part)).collect::<Result<_, _>>()?;
                self.add(place, Node::All(ids), Kind::Bool)
            }
            What::Any(parts) => {
                let ids = parts.iter().map(|part| self.bool(part)).collect::<Result<_, _>>()?;
                self.add(place, Node::Any(ids), Kind::Bool)
            }
            What::If(condition, then, other) => {
                let condition = self.bool(condition)?;
                let (a, b) = (self.expr(then)?, self.expr(other)?);
                let ((a, b), kind) = self.alike(place, a, b)?;
                self.add(place, Node::If(condition, a, b), kind)
            }
            What::Two("in", left, right) => self.within(place, left, right),
            What::Two(sign, left, right) => self.two(place, sign, left, right),
            What::Call(target, name, arguments) => self.call(place, target.as_deref(), name, arguments),
            What::List(_) => {
                let fault = fault(place, "列表只能写在 in 的旁边。", "A list stands beside `in` only.");
                Err(fault.hint("例如 channel in [\"app\", \"atm\"]。", "As in channel in [\"app\", \"atm\"]."))
            }
        }
    }

    fn bool(&mut self, expr: &Expr) -> Result<NodeId, Fault> {
        self.of_kind(expr, Kind::Bool)
    }

    pub(super) fn of_kind(&mut self, expr: &Expr, wanted: Kind) -> Result<NodeId, Fault> {
        let (id, kind) = self.expr(expr)?;
        if kind == wanted {
            return Ok(id);
        }
        let (wanted, kind) = (wanted.cel(), kind.cel());
        Err(fault(
            expr.place,
            format!("此处须为 {wanted}，实为 {kind}。"),
            format!("A {wanted} belongs here; this is a {kind}."),
        ))
    }

    pub(super) fn name(&mut self, place: Place, name: &str) -> Result<Typed, Fault> {
        if let Some(named) = self.scope.names.get(name) {
            let (slot, kind) = (named.slot, named.kind);
            return self.add(place, Node::Place(slot), kind);
        }
        if let Some(typed) = self.defined.get(name) {
            return Ok(*typed);
        }
        if let Some((bits, kind)) = self.scope.get_constant(name) {
            return self.constant(place, bits, kind);
        }
        if name.starts_with(LISTS) {
            return Err(fault(
                place,
                "名单只能写在 in 的右边。",
                "A list of the house stands to the right of `in` only.",
            ));
        }
        let fault = fault(
            place,
            format!("没有名为“{name}”的字段或特征。"),
            format!("There is no field or feature named `{name}`."),
        );
        Err(match nearest(name, self.scope.names.keys().map(String::as_str)) {
            Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
            None => fault,
        })
    }

    fn minus(&mut self, place: Place, inner: &Expr) -> Result<Typed, Fault> {
        let (id, kind) = self.expr(inner)?;
        match kind {
            Kind::Int | Kind::Duration => self.add(place, Node::One(One::NegInt, id), kind),
            Kind::Double => self.add(place, Node::One(One::NegDouble, id), kind),
            Kind::Bool | Kind::Text | Kind::Time | Kind::Texts => Err(self.unfit(place, "-", kind, kind)),
        }
    }

    /// Two parts of one kind: a whole number beside a double becomes one.
    pub(super) fn alike(&mut self, place: Place, a: Typed, b: Typed) -> Result<((NodeId, NodeId), Kind), Fault> {
        match (a.1, b.1) {
            (Kind::Int, Kind::Double) => Ok(((self.widened(place, a.0)?, b.0), Kind::Double)),
            (Kind::Double, Kind::Int) => Ok(((a.0, self.widened(place, b.0)?), Kind::Double)),
            (x, y) if x == y && x != Kind::Texts => Ok(((a.0, b.0), x)),
            (x, y) => {
                let (x, y) = (x.cel(), y.cel());
                Err(fault(place, format!("两边类型不同：{x} 与 {y}。"), format!("The two sides differ: {x} and {y}.")))
            }
        }
    }

    pub(super) fn widened(&mut self, place: Place, id: NodeId) -> Result<NodeId, Fault> {
        Ok(self.add(place, Node::One(One::ToDouble, id), Kind::Double)?.0)
    }

    fn two(&mut self, place: Place, sign: &'static str, left: &Expr, right: &Expr) -> Result<Typed, Fault> {
        let (a, b) = (self.expr(left)?, self.expr(right)?);
        match sign {
            "==" | "!=" => {
                let ((x, y), kind) = self.alike(place, a, b)?;
                let equal = if is_double(kind) { Two::EqualDouble } else { Two::Equal };
                let typed = self.add(place, Node::Two(equal, x, y), Kind::Bool)?;
                if sign == "==" { Ok(typed) } else { self.add(place, Node::One(One::Not, typed.0), Kind::Bool) }
            }
            "<" | ">" | "<=" | ">=" => {
                let ((x, y), kind) = self.alike(place, a, b)?;
                let less = match kind {
                    Kind::Int | Kind::Time | Kind::Duration => Two::LessInt,
                    Kind::Double => Two::LessDouble,
                    Kind::Bool | Kind::Text | Kind::Texts => return Err(self.unfit(place, sign, kind, kind)),
                };
                // a <= b is not (b < a): no number is unordered, since what is not a number is unknown.
                let (x, y) = if matches!(sign, "<" | ">=") { (x, y) } else { (y, x) };
                let typed = self.add(place, Node::Two(less, x, y), Kind::Bool)?;
                if matches!(sign, "<" | ">") {
                    Ok(typed)
                } else {
                    self.add(place, Node::One(One::Not, typed.0), Kind::Bool)
                }
            }
            _ => self.arithmetic(place, sign, a, b),
        }
    }

    fn arithmetic(&mut self, place: Place, sign: &str, a: Typed, b: Typed) -> Result<Typed, Fault> {
        let (op, kind) = match (sign, a.1, b.1) {
            ("+", Kind::Int, Kind::Int) => (Two::AddInt, Kind::Int),
            ("-", Kind::Int, Kind::Int) => (Two::SubInt, Kind::Int),
            ("*", Kind::Int, Kind::Int) => (Two::MulInt, Kind::Int),
            ("/", Kind::Int, Kind::Int) => (Two::DivInt, Kind::Int),
            ("%", Kind::Int, Kind::Int) => (Two::RemInt, Kind::Int),
            ("+", Kind::Double, Kind::Double) => (Two::AddDouble, Kind::Double),
            ("-", Kind::Double, Kind::Double) => (Two::SubDouble, Kind::Double),
            ("*", Kind::Double, Kind::Double) => (Two::MulDouble, Kind::Double),
            ("/", Kind::Double, Kind::Double) => (Two::DivDouble, Kind::Double),
            ("-", Kind::Time, Kind::Time) => (Two::SubInt, Kind::Duration),
            ("+", Kind::Time, Kind::Duration) | ("+", Kind::Duration, Kind::Time) => (Two::AddInt, Kind::Time),
            ("-", Kind::Time, Kind::Duration) => (Two::SubInt, Kind::Time),
            ("+", Kind::Duration, Kind::Duration) => (Two::AddInt, Kind::Duration),
            ("-", Kind::Duration, Kind::Duration) => (Two::SubInt, Kind::Duration),
            _ => return Err(self.unfit(place, sign, a.1, b.1)),
        };
        self.add(place, Node::Two(op, a.0, b.0), kind)
    }

    pub(super) fn unfit(&self, place: Place, sign: &str, a: Kind, b: Kind) -> Fault {
        let (x, y) = (a.cel(), b.cel());
        let fault =
            fault(place, format!("“{sign}”不能用于 {x} 与 {y}。"), format!("`{sign}` does not fit {x} and {y}."));
        let mixed = matches!((a, b), (Kind::Int, Kind::Double) | (Kind::Double, Kind::Int));
        if mixed {
            fault.hint("用 double(x) 或 int(x) 转换。", "Convert with double(x) or int(x).")
        } else {
            fault
        }
    }

    fn within(&mut self, place: Place, left: &Expr, right: &Expr) -> Result<Typed, Fault> {
        if let What::Name(name) = &right.what
            && let Some(name) = name.strip_prefix(LISTS)
        {
            let list = self.list(right.place, name)?;
            let parts = if let What::List(parts) = &left.what { parts.as_slice() } else { std::slice::from_ref(left) };
            if parts.is_empty() || parts.len() > KEY_PARTS_MAX {
                return Err(fault(left.place, "名单按 1 至 4 个值查找。", "A list is asked for one to four values."));
            }
            let parts = parts.iter().map(|part| self.of_kind(part, Kind::Text)).collect::<Result<_, _>>()?;
            return self.add(place, Node::InList(list, parts), Kind::Bool);
        }
        if let What::List(items) = &right.what
            && !items.is_empty()
        {
            let value = self.expr(left)?;
            let mut equals = Vec::new();
            for item in items {
                let typed = self.expr(item)?;
                let ((x, y), kind) = self.alike(item.place, value, typed)?;
                let equal = if is_double(kind) { Two::EqualDouble } else { Two::Equal };
                equals.push(self.add(item.place, Node::Two(equal, x, y), Kind::Bool)?.0);
            }
            return self.add(place, Node::Any(equals), Kind::Bool);
        }
        let wanted = self.of_kind(left, Kind::Text)?;
        match self.scope_slot(right) {
            Some((slot, Kind::Texts)) => self.add(place, Node::InTexts(wanted, slot), Kind::Bool),
            _ => Err(fault(
                right.place,
                "in 的右边须为列表、名单或多值字段。",
                "A list, a list of the house or a field of several texts belongs to the right of `in`.",
            )),
        }
    }

    fn list(&self, place: Place, name: &str) -> Result<u16, Fault> {
        self.scope.lists.get(name).copied().ok_or_else(|| {
            let fault = fault(place, format!("没有名单“{name}”。"), format!("There is no list `{name}`."));
            match nearest(name, self.scope.lists.keys().map(String::as_str)) {
                Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
                None => fault,
            }
        })
    }

    pub(super) fn scope_slot(&self, expr: &Expr) -> Option<(crate::value::Slot, Kind)> {
        let What::Name(name) = &expr.what else { return None };
        self.scope.names.get(name).map(|named| (named.slot, named.kind))
    }
}
