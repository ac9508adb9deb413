//! From words to a tree. The grammar is CEL's for the part it covers; depth and size are bounded while reading, so that no
//! text, however nested, costs more than its length.

use super::{DEPTH_MAX, NODES_MAX, fault, token::Token};
use crate::fault::{Fault, Place};

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub place: Place,
    pub what: What,
    /// Levels below and with this one.
    depth: usize,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    /// A dotted name.
    Name(String),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    /// All of several.
    All(Vec<Expr>),
    /// Any of several.
    Any(Vec<Expr>),
    /// An operator between two.
    Two(&'static str, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function, or a method of the first.
    Call(Option<Box<Expr>>, String, Vec<Expr>),
    List(Vec<Expr>),
}

/// Reads words as one expression.
pub(super) fn parse(tokens: &[(Token, Place)]) -> Result<Expr, Fault> {
    let mut parser = Parser { tokens, at: 0, depth: 0, nodes: 0 };
    let expr = parser.expression()?;
    match tokens.get(parser.at) {
        None => Ok(expr),
        Some((_, place)) => {
            Err(fault(*place, "此处多余，或缺少运算符。", "This is too much here, or an operator is missing."))
        }
    }
}

struct Parser<'t> {
    tokens: &'t [(Token, Place)],
    at: usize,
    depth: usize,
    nodes: usize,
}

impl Parser<'_> {
    fn place(&self) -> Place {
        let end = self.tokens.last().map_or(0, |(_, place)| place.end);
        self.tokens.get(self.at).map_or(Place { start: end, end }, |(_, place)| *place)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some((Token::Sign(found), _)) if *found == sign)
    }

    fn take(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let found = signs.iter().find(|sign| self.is(sign)).copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Fault> {
        if self.take(&[sign]).is_some() {
            return Ok(());
        }
        Err(fault(self.place(), format!("此处应为“{sign}”。"), format!("`{sign}` belongs here.")))
    }

    fn node(&mut self, start: u32, what: What, children: usize) -> Result<Expr, Fault> {
        let end = self.tokens.get(self.at.wrapping_sub(1)).map_or(start, |(_, place)| place.end);
        let (place, depth) = (Place { start, end }, children + 1);
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(fault(
                place,
                format!("表达式超过 {NODES_MAX} 项。"),
                format!("The expression has more than {NODES_MAX} parts."),
            ));
        }
        if depth > DEPTH_MAX {
            return Err(too_deep(place));
        }
        Ok(Expr { place, what, depth })
    }

    /// Goes one level deeper, where there is one.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(too_deep(self.place()));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn expression(&mut self) -> Result<Expr, Fault> {
        self.deeper(|this| {
            let start = this.place().start;
            let condition = this.several("||", What::Any, |this| this.several("&&", What::All, Self::relation))?;
            if this.take(&["?"]).is_none() {
                return Ok(condition);
            }
            let then = this.expression()?;
            this.expect(":")?;
            let other = this.expression()?;
            let depth = condition.depth.max(then.depth).max(other.depth);
            this.node(start, What::If(Box::new(condition), Box::new(then), Box::new(other)), depth)
        })
    }

    fn several(
        &mut self,
        sign: &'static str,
        make: fn(Vec<Expr>) -> What,
        one: impl Fn(&mut Self) -> Result<Expr, Fault>,
    ) -> Result<Expr, Fault> {
        let start = self.place().start;
        let first = one(self)?;
        if !self.is(sign) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(&[sign]).is_some() {
            parts.push(one(self)?);
        }
        let depth = parts.iter().map(|part| part.depth).max().unwrap_or_default();
        self.node(start, make(parts), depth)
    }

    fn relation(&mut self) -> Result<Expr, Fault> {
        let start = self.place().start;
        let left = self.sum()?;
        let is_in = matches!(self.tokens.get(self.at), Some((Token::Name(name), _)) if name == "in");
        let sign = if is_in {
            self.at += 1;
            "in"
        } else {
            match self.take(&["==", "!=", "<=", ">=", "<", ">"]) {
                Some(sign) => sign,
                None => return Ok(left),
            }
        };
        let right = self.sum()?;
        let depth = left.depth.max(right.depth);
        let whole = self.node(start, What::Two(sign, Box::new(left), Box::new(right)), depth)?;
        if ["==", "!=", "<=", ">=", "<", ">"].iter().any(|sign| self.is(sign)) {
            let fault = fault(self.place(), "比较不能连写。", "Comparisons cannot be chained.");
            return Err(fault.hint("写作 a < b && b < c。", "Write a < b && b < c."));
        }
        Ok(whole)
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        self.chain(&["+", "-"], |this| this.chain(&["*", "/", "%"], Self::unary))
    }

    fn chain(&mut self, signs: &[&'static str], one: impl Fn(&mut Self) -> Result<Expr, Fault>) -> Result<Expr, Fault> {
        let start = self.place().start;
        let mut left = one(self)?;
        while let Some(sign) = self.take(signs) {
            let right = one(self)?;
            let depth = left.depth.max(right.depth);
            left = self.node(start, What::Two(sign, Box::new(left), Box::new(right)), depth)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.place().start;
        let Some(sign) = self.take(&["!", "-"]) else { return self.member() };
        // The smallest number has no positive twin, so the sign belongs to the digits.
        if sign == "-"
            && matches!(self.tokens.get(self.at), Some((Token::Int(digits), _)) if *digits > i64::MAX.unsigned_abs())
        {
            self.at += 1;
            return self.node(start, What::Int(i64::MIN), 0);
        }
        let inner = self.deeper(Self::unary)?;
        let depth = inner.depth;
        let what = match (sign, inner.what) {
            ("-", What::Int(number)) => What::Int(number.wrapping_neg()),
            ("-", What::Double(number)) => What::Double(-number),
            ("-", what) => What::Minus(Box::new(Expr { what, ..inner })),
            (_, what) => What::Not(Box::new(Expr { what, ..inner })),
        };
        self.node(start, what, depth)
    }

    fn member(&mut self) -> Result<Expr, Fault> {
        let start = self.place().start;
        let mut left = self.primary()?;
        while self.take(&["."]).is_some() {
            let Some((Token::Name(name), _)) = self.tokens.get(self.at) else {
                return Err(fault(self.place(), "点之后应为名称。", "A name belongs behind the dot."));
            };
            self.at += 1;
            if self.take(&["("]).is_some() {
                let arguments = self.arguments(")")?;
                let depth = arguments.iter().map(|part| part.depth).fold(left.depth, usize::max);
                left = self.node(start, What::Call(Some(Box::new(left)), name.clone(), arguments), depth)?;
            } else if let What::Name(above) = &left.what {
                left = self.node(start, What::Name(format!("{above}.{name}")), 0)?;
            } else {
                return Err(fault(self.place(), "此处没有字段可取。", "There is no field to take of this."));
            }
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let place = self.place();
        let Some((token, _)) = self.tokens.get(self.at) else {
            return Err(fault(place, "表达式不完整。", "The expression ends too early."));
        };
        self.at += 1;
        let what = match token {
            Token::Int(number) => What::Int(
                i64::try_from(*number)
                    .map_err(|_| fault(place, "整数超出 64 位范围。", "This whole number does not fit 64 bits."))?,
            ),
            Token::Double(number) => What::Double(*number),
            Token::Text(text) => What::Text(text.clone()),
            Token::Name(name) if name == "true" || name == "false" => What::Bool(name == "true"),
            Token::Name(name) => {
                if self.take(&["("]).is_some() {
                    let arguments = self.arguments(")")?;
                    let depth = arguments.iter().map(|part| part.depth).max().unwrap_or_default();
                    return self.node(place.start, What::Call(None, name.clone(), arguments), depth);
                }
                What::Name(name.clone())
            }
            Token::Sign("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                let parts = self.arguments("]")?;
                let depth = parts.iter().map(|part| part.depth).max().unwrap_or_default();
                return self.node(place.start, What::List(parts), depth);
            }
            Token::Sign(_) => return Err(fault(place, "此处应为值。", "A value belongs here.")),
        };
        self.node(place.start, what, 0)
    }

    /// The parts up to a closing bracket, which is taken too.
    fn arguments(&mut self, close: &'static str) -> Result<Vec<Expr>, Fault> {
        let mut parts = Vec::new();
        while self.take(&[close]).is_none() {
            if !parts.is_empty() {
                self.expect(",")?;
            }
            parts.push(self.expression()?);
        }
        Ok(parts)
    }
}

fn too_deep(place: Place) -> Fault {
    fault(place, format!("嵌套超过 {DEPTH_MAX} 层。"), format!("This is nested deeper than {DEPTH_MAX} levels."))
}
