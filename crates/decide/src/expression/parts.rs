//! The parts of an expression as texts, so that each can be shown beside its value. It must never decide what a part means.

use super::{
    parse::{Expr, What, parse},
    token::tokens,
};
use crate::fault::Fault;

/// How lists are told from other names.
const LISTS: &str = "lists.";

/// A part of an expression as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What was written.
    pub text: String,
    /// Levels above it; the whole has none.
    pub depth: u32,
    /// The list that it asks, when it asks one.
    pub list: Option<String>,
}

/// The parts of an expression, each before those within it; values that stand there as they are have no part of their own.
///
/// # Errors
/// When it is no expression.
pub fn parts(text: &str) -> Result<Vec<Written>, Fault> {
    let whole = parse(&tokens(text)?)?;
    let mut found = Vec::new();
    gather(&whole, text, 0, &mut found);
    Ok(found)
}

fn gather(expr: &Expr, text: &str, depth: u32, found: &mut Vec<Written>) {
    let (start, end) = (expr.place.start as usize, expr.place.end as usize);
    let below: Vec<&Expr> = match &expr.what {
        What::Bool(_) | What::Int(_) | What::Double(_) | What::Text(_) => return,
        What::Name(_) => Vec::new(),
        What::Not(inner) | What::Minus(inner) => vec![inner],
        What::All(parts) | What::Any(parts) | What::List(parts) => parts.iter().collect(),
        What::Two(_, left, right) => vec![left, right],
        What::If(condition, then, other) => vec![condition, then, other],
        What::Call(target, _, arguments) => target.iter().map(|target| &**target).chain(arguments).collect(),
    };
    if !matches!(expr.what, What::List(_)) {
        let list = if let What::Two("in", _, right) = &expr.what
            && let What::Name(name) = &right.what
        {
            name.strip_prefix(LISTS).map(str::to_owned)
        } else {
            None
        };
        found.push(Written { text: text.chars().skip(start).take(end.saturating_sub(start)).collect(), depth, list });
    }
    below.into_iter().for_each(|part| gather(part, text, depth + 1, found));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_stands_as_it_was_written() {
        let found =
            parts("amount >= yuan(5) && (!seen || payee.account in lists.police) && channel in [\"应\", \"b\"]")
                .unwrap();
        let shown: Vec<(u32, &str)> = found.iter().map(|part| (part.depth, part.text.as_str())).collect();
        assert_eq!(
            shown[1..],
            [
                (1, "amount >= yuan(5)"),
                (2, "amount"),
                (2, "yuan(5)"),
                (1, "!seen || payee.account in lists.police"),
                (2, "!seen"),
                (3, "seen"),
                (2, "payee.account in lists.police"),
                (3, "payee.account"),
                (3, "lists.police"),
                (1, "channel in [\"应\", \"b\"]"),
                (2, "channel"),
            ]
        );
        assert_eq!(found[7].list.as_deref(), Some("police"));
        assert!(parts("amount >").is_err());
    }
}
