//! Takes out of a text what tells who and where: names, numbers and places. What a machine takes out a person must confirm, for
//! a machine knows patterns and not people.
//!
//! More is taken out rather than less. Amounts of money stay: they are what a teaching case is about.

use kernel::mask;
use serde::{Deserialize, Serialize};

use crate::model::words::words;

words! {
    /// What was taken out.
    RemovedKind {
        /// A name.
        Name = "name", "姓名", "name";
        /// A number of a telephone, an identity, an account.
        Number = "number", "号码", "number";
        /// A place or a unit of the bank.
        Place = "place", "地点", "place";
        /// A date.
        Day = "day", "日期", "date";
    }
}

/// How much of a kind was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// What.
    pub kind: RemovedKind,
    /// How often.
    pub count: u32,
}

/// A text without what tells who and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anonymous {
    /// The text.
    pub text: String,
    /// What was taken out of it.
    pub removed: Vec<Removed>,
}

/// What is known of the people and places of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Names of people.
    pub names: Vec<String>,
    /// Names of units of the bank.
    pub units: Vec<String>,
}

/// The commonest surnames, of which more than nine in ten people have one.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶黎贺毛郝顾龚邵覃武钱戴莫孔向汤欧温";
/// What stands behind a name when somebody is spoken of.
const TITLES: [&str; 14] =
    ["先生", "女士", "小姐", "经理", "主任", "老师", "师傅", "行长", "阿姨", "大爷", "大妈", "柜员", "同志", "老板"];
/// What people do in reports of complaints, right behind their names.
const DEEDS: [&str; 12] =
    ["称", "说", "表示", "反映", "诉称", "来电", "投诉", "致电", "要求", "认为", "质疑", "到我行"];
/// The last characters of places.
const PLACES: [&str; 26] = [
    "自治区",
    "自治州",
    "开发区",
    "营业部",
    "分理处",
    "储蓄所",
    "派出所",
    "街道",
    "小区",
    "大厦",
    "广场",
    "花园",
    "支行",
    "分行",
    "省",
    "市",
    "区",
    "县",
    "镇",
    "乡",
    "村",
    "路",
    "街",
    "巷",
    "弄",
    "苑",
];
/// Words that end like places and are none.
const NO_PLACES: [&str; 40] = [
    "超市",
    "股市",
    "上市",
    "城市",
    "门市",
    "都市",
    "楼市",
    "债市",
    "地区",
    "社区",
    "城区",
    "辖区",
    "片区",
    "专区",
    "景区",
    "校区",
    "灾区",
    "误区",
    "道路",
    "线路",
    "网路",
    "一路",
    "思路",
    "电路",
    "马路",
    "走路",
    "出路",
    "套路",
    "修路",
    "家乡",
    "老乡",
    "农村",
    "乡村",
    "节省",
    "本市",
    "本省",
    "全省",
    "全市",
    "逛街",
    "各分行",
];
/// Characters at which the name of a place cannot go on backwards.
const BOUNDS: &str = "住在到于往从至位住去经把向的了和与及将该本此某这那我他她它您你并且因为由对给被是称说后前等就又也已曾或至、，。；：？！“”（）《》";
/// Characters of the name of a place at most, without its ending.
const PLACE_CHARS_MAX: usize = 6;

/// Takes names, numbers, places and dates out of a text.
pub fn anonymous(text: &str, known: &Known) -> Anonymous {
    let mut removed = Vec::new();
    let mut note = |kind: RemovedKind, count: usize| {
        if count > 0 {
            removed.push(Removed { kind, count: u32::try_from(count).unwrap_or(u32::MAX) });
        }
    };
    let (text, known_places) = replace_all(text, &known.units, "某机构");
    let (text, known_names) = replace_all(&text, &known.names, "某某");
    let (text, days) = without_days(&text);
    let (text, places) = without_places(&text);
    let (text, names) = without_names(&text);
    let plain = mask::redact(&text, &[]);
    let numbers = plain.matches('＊').count().saturating_sub(text.matches('＊').count());
    note(RemovedKind::Name, known_names + names);
    note(RemovedKind::Number, numbers);
    note(RemovedKind::Place, known_places + places);
    note(RemovedKind::Day, days);
    Anonymous { text: plain, removed }
}

fn replace_all(text: &str, words: &[String], by: &str) -> (String, usize) {
    let mut sorted: Vec<&str> = words.iter().map(|word| word.trim()).filter(|word| word.chars().count() > 1).collect();
    // The longer first, so that no part of a name stays.
    sorted.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let (mut text, mut count) = (text.to_owned(), 0);
    for word in sorted {
        count += text.matches(word).count();
        text = text.replace(word, by);
    }
    (text, count)
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Dates such as `2026年3月5日` and `2026-03-05`; a year alone stays.
fn without_days(text: &str) -> (String, usize) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut count, mut at) = (String::with_capacity(text.len()), 0, 0);
    while at < chars.len() {
        match day_at(&chars[at..]).filter(|_| at == 0 || !chars[at - 1].is_ascii_digit()) {
            Some(length) => {
                out.push_str("某日");
                count += 1;
                at += length;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    (out, count)
}

/// The length of the date with which the text begins.
fn day_at(chars: &[char]) -> Option<usize> {
    let digits = |from: usize| chars[from.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
    let is = |at: usize, marks: &[char]| chars.get(at).is_some_and(|c| marks.contains(c));
    let first = digits(0);
    // A month and a day, perhaps with their year before them.
    let month_at = match first {
        4 if is(4, &['年', '-', '/', '.']) => 5,
        1 | 2 if is(first, &['月']) => 0,
        _ => return None,
    };
    let month = digits(month_at);
    if !(1..=2).contains(&month) || !is(month_at + month, &['月', '-', '/', '.']) {
        return None;
    }
    let day_at = month_at + month + 1;
    let day = digits(day_at);
    if !(1..=2).contains(&day) {
        return None;
    }
    let end = day_at + day;
    Some(if is(end, &['日', '号']) { end + 1 } else { end })
}

fn without_places(text: &str) -> (String, usize) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut count, mut at): (Vec<char>, usize, usize) = (Vec::with_capacity(chars.len()), 0, 0);
    // Where the last place ended: the next one does not begin before it.
    let mut floor = 0;
    while at < chars.len() {
        let ending = PLACES.iter().find(|ending| starts(&chars[at..], ending));
        let Some(ending) = ending else {
            out.push(chars[at]);
            at += 1;
            continue;
        };
        let length = ending.chars().count();
        let name = out[floor..]
            .iter()
            .rev()
            .take(PLACE_CHARS_MAX)
            .take_while(|c| is_chinese(**c) && !BOUNDS.contains(**c) || c.is_ascii_digit())
            .count();
        let whole: String = out[out.len() - name..].iter().chain(&chars[at..at + length]).collect();
        let is_word = NO_PLACES.iter().any(|word| whole.ends_with(word))
            || starts(&chars[at..], "市场")
            || starts(&chars[at..], "区别")
            || starts(&chars[at..], "区间");
        if name == 0 || is_word {
            out.extend(&chars[at..at + length]);
        } else {
            out.truncate(out.len() - name);
            out.push('某');
            out.extend(&chars[at..at + length]);
            count += 1;
        }
        at += length;
        floor = out.len();
    }
    (out.into_iter().collect(), count)
}

fn starts(chars: &[char], word: &str) -> bool {
    let mut at = 0;
    word.chars().all(|c| {
        let same = chars.get(at) == Some(&c);
        at += 1;
        same
    })
}

/// Surnames with a title (`李女士`), and names right before what somebody does (`李小明称`).
fn without_names(text: &str) -> (String, usize) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut count, mut at) = (String::with_capacity(text.len()), 0, 0);
    while at < chars.len() {
        let named = SURNAMES.contains(chars[at]).then(|| name_at(&chars[at..])).flatten();
        match named {
            Some((length, by)) => {
                out.push_str(by);
                count += 1;
                at += length;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    (out, count)
}

/// How long the name is with which the text begins, and what stands for it.
fn name_at(chars: &[char]) -> Option<(usize, &'static str)> {
    let follows = |at: usize, words: &[&str]| chars.len() > at && words.iter().any(|word| starts(&chars[at..], word));
    for length in 1..=3 {
        let is_name = chars.len() > length && chars[1..length].iter().all(|c| is_chinese(*c) && !BOUNDS.contains(*c));
        if is_name && follows(length, &TITLES) {
            return Some((length, "某"));
        }
        if is_name && length > 1 && follows(length, &DEEDS) {
            return Some((length, "某某"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(anonymous(text, &Known::default()).text, expected);
    }

    #[test]
    fn names_numbers_places_and_dates_go() {
        check("李小明称卡号6222021234567890123被扣300元", "某某称卡号＊被扣300元");
        check("张女士到天河路支行办理", "某女士到某路支行办理");
        check("住广东省广州市天河区体育东路8号", "住某省某市某区某路8号");
        check("2026年3月5日在王经理处购买", "某日在某经理处购买");
        check("3月5日和2026-03-05两次", "某日和某日两次");
        check("2026年的年费300.50元", "2026年的年费300.50元");
    }

    #[test]
    fn words_that_only_look_alike_stay() {
        for text in [
            "超市门前的自助机",
            "股市下跌，产品亏损",
            "社区活动",
            "网上银行线路繁忙",
            "理财市场",
            "高息揽储",
            "方便客户",
            "余额不足",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_is_known_goes_wherever_it_stands() {
        let known = Known {
            names: vec!["司马相如".to_owned()],
            units: vec!["滨江支行".to_owned(), "滨江支行营业部".to_owned()],
        };
        let found = anonymous("滨江支行营业部的司马相如未答复，司马相如离岗", &known);
        assert_eq!(found.text, "某机构的某某未答复，某某离岗");
        let count = |kind| found.removed.iter().find(|removed| removed.kind == kind).map_or(0, |removed| removed.count);
        assert_eq!((count(RemovedKind::Name), count(RemovedKind::Place), count(RemovedKind::Number)), (2, 1, 0));
    }

    proptest! {
        #[test]
        fn no_known_name_and_no_long_number_is_left(
            before in "\\PC{0,20}", after in "\\PC{0,20}", number in "[0-9]{7,19}", name in "[一-龥]{2,4}",
        ) {
            let known = Known { names: vec![name.clone()], units: Vec::new() };
            let text = format!("{before}{name}的电话，{number}，{after}");
            let found = anonymous(&text, &known).text;
            prop_assert!(name.contains('某') || !found.contains(&name));
            prop_assert!(!found.contains(&number));
        }
    }
}
