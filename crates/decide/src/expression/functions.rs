//! The functions of expressions with what each takes and gives, for completion in an editor and for hints. The checker of calls is
//! what counts; a test compiles every example here by it.

use kernel::Text;

use crate::value::Kind;

/// A function, or a method of a value.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name as it is called.
    pub name: &'static str,
    /// How it is written, as far as an editor can write it.
    pub written: &'static str,
    /// What it takes and gives, as CEL writes it.
    pub signature: &'static str,
    /// What it gives; none where that depends on what it takes.
    pub gives: Option<Kind>,
    /// What it does.
    pub about: Text,
    /// An expression that uses it and that is true or false.
    #[cfg(test)]
    example: &'static str,
}

macro_rules! functions {
    ($($name:literal, $written:literal, $signature:literal, $gives:expr, $zh:literal, $en:literal, $example:literal;)*) => {
        /// Every function.
        pub static FUNCTIONS: &[Function] = &[$(Function {
            name: $name,
            written: $written,
            signature: $signature,
            gives: $gives,
            about: Text::fixed($zh, $en),
            #[cfg(test)]
            example: $example,
        }),*];
    };
}

functions! {
    "has", "has(", "has(name) -> bool", Some(Kind::Bool), "是否有值", "Whether a name is known", "has(a)";
    "size", "size(", "size(list(string)) -> int", Some(Kind::Int), "有几项", "How many there are", "size(tags) > 1";
    "int", "int(", "int(double) -> int", Some(Kind::Int), "取整数部分", "The whole part of a number", "int(x) == 2";
    "double", "double(", "double(int) -> double", Some(Kind::Double), "转为小数", "As a floating-point number", "double(a) > 0.5";
    "yuan", "yuan(", "yuan(literal) -> int", Some(Kind::Int), "以元写金额，得到分", "An amount written in yuan, as fen", "a > yuan(500)";
    "duration", "duration(\"", "duration(string) -> duration", Some(Kind::Duration), "一段时长，如 \"24h\"、\"7d\"",
        "A length of time such as \"24h\" or \"7d\"", "duration(\"24h\") < duration(\"7d\")";
    "timestamp", "timestamp(\"", "timestamp(string) -> timestamp", Some(Kind::Time), "一个时刻，RFC 3339 格式",
        "An instant, written as in RFC 3339", "time > timestamp(\"2026-11-22T00:00:00Z\")";
    "startsWith", "startsWith(\"", "string.startsWith(string) -> bool", Some(Kind::Bool), "文本以此开头",
        "Whether a text begins so", "channel.startsWith(\"a\")";
    "endsWith", "endsWith(\"", "string.endsWith(string) -> bool", Some(Kind::Bool), "文本以此结尾",
        "Whether a text ends so", "channel.endsWith(\"a\")";
    "contains", "contains(\"", "string.contains(string) -> bool", Some(Kind::Bool), "文本含有此内容",
        "Whether a text holds it", "channel.contains(\"a\")";
    "getHours", "getHours()", "timestamp.getHours() -> int", Some(Kind::Int), "北京时间几点，0 至 23",
        "The hour in Shanghai, 0 to 23", "time.getHours() < 6";
    "getMinutes", "getMinutes()", "timestamp.getMinutes() -> int", Some(Kind::Int), "北京时间几分",
        "The minute in Shanghai", "time.getMinutes() < 30";
    "getDayOfWeek", "getDayOfWeek()", "timestamp.getDayOfWeek() -> int", Some(Kind::Int), "星期几，星期日为 0",
        "The day of the week, 0 for Sunday", "time.getDayOfWeek() == 0";
    "math.greatest", "math.greatest(", "math.greatest(a, b)", None, "两数中较大的", "The greater of two",
        "math.greatest(a, 1) > 0";
    "math.least", "math.least(", "math.least(a, b)", None, "两数中较小的", "The lesser of two", "math.least(a, 1) > 0";
    "math.abs", "math.abs(", "math.abs(a)", None, "绝对值", "The amount without its sign", "math.abs(a) > 0";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        HashKeys,
        expression::{Compiler, Named, Scope},
    };

    #[test]
    fn every_function_that_is_offered_compiles() {
        let names = [
            ("a", Kind::Int),
            ("x", Kind::Double),
            ("channel", Kind::Text),
            ("tags", Kind::Texts),
            ("time", Kind::Time),
        ];
        let mut scope = Scope::new(HashKeys::new([9; 16]));
        for (slot, (name, kind)) in (0..).zip(names) {
            scope.name(name, Named { slot, kind, is_personal: false });
        }
        for function in FUNCTIONS {
            assert!(function.example.contains(function.written), "{}", function.name);
            let compiled = Compiler::new(&scope).condition(function.example);
            assert!(compiled.is_ok(), "{}: {compiled:?}", function.example);
        }
    }
}
