//! What people write in the large bank: a story with some of many sentences behind it, so that words come together in many
//! ways, some of them everywhere and some in a hundred thousand orders once.

use std::collections::HashMap;

use kernel::Random;
use voice::words;

use crate::filing;

/// Sentences that follow a story. None names what the titles name, so that two titles never meet in one order.
const SENTENCES: [&str; 40] = [
    "客户多次拨打客服热线，均提示坐席繁忙。",
    "客户认为银行没有尽到告知义务。",
    "客户要求银行书面说明原因。",
    "网点工作人员表示需要向上级请示。",
    "客户提供了当时的短信截图。",
    "银行答复称系统正在升级。",
    "客户表示已在该行开户十余年。",
    "大堂经理建议客户次日再来。",
    "客户的子女代为反映情况。",
    "客户称从未收到任何通知。",
    "银行工作人员态度冷淡，未作解释。",
    "客户担心影响个人征信记录。",
    "合同中未见相关条款。",
    "客户曾于上月到网点咨询，未得到明确答复。",
    "客户希望尽快解决，否则将向监管部门反映。",
    "交易流水显示扣款时间为凌晨。",
    "客户表示对处理进度不满意。",
    "银行经办人员已离职，交接不清。",
    "客户要求调取当时的录音录像。",
    "客户称手机号码已更换，无法接收验证码。",
    "该行官方网站的说明与柜台说法不一致。",
    "客户为退休职工，收入有限。",
    "客户称在异地出差，无法到开户网点办理。",
    "客户要求恢复原有额度。",
    "客户质疑利率计算方式。",
    "银行称需要提供收入证明。",
    "客户表示愿意配合核实。",
    "客户认为销售人员夸大了预期。",
    "客户称签字不是本人所签。",
    "客户要求赔偿交通费和误工费。",
    "客户对第三方催收方式提出异议。",
    "客户称账户被限制非柜面业务。",
    "网点叫号机故障，秩序混乱。",
    "客户要求更换客户经理。",
    "客户称没有授权查询信用报告。",
    "客户在手机上操作时页面反复报错。",
    "银行答复将在五个工作日内处理。",
    "客户称同样的问题此前已经反映过。",
    "客户希望保留原有账号。",
    "客户对赠送的积分未到账表示不满。",
];

/// What stands in one of so many orders.
const RARE_EVERY: usize = 100_003;
/// The rare word.
pub const RARE: &str = "保险柜钥匙";
/// Two words of which each stands in many orders and no order has both.
pub const APART: (&str, &str) = ("年费争议", "柜台服务");
/// Six characters that stand together in many orders.
pub const PHRASE: &str = "限制非柜面业";

/// The title and the narrative of the n-th matter.
pub fn text(n: usize, random: &dyn Random) -> (String, String) {
    let (title, mut narrative) = filing::story(n);
    let mut chance = [0u8; 9];
    random.fill(&mut chance);
    for byte in &chance[1..2 + usize::from(chance[0] % 7)] {
        narrative.push_str(SENTENCES[usize::from(*byte) % SENTENCES.len()]);
    }
    if n % RARE_EVERY == 77 {
        narrative.push_str("并遗失");
        narrative.push_str(RARE);
    }
    (title, narrative)
}

/// The two commonest words of two characters, by how many of some thousand orders have them.
pub fn commonest(random: &dyn Random) -> (String, String) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for n in 0..5_000 {
        let (title, narrative) = text(n, random);
        for term in words::terms(&words::plain(&format!("{title}\n{narrative}"))).split(' ') {
            let chinese = term.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if chinese && term.chars().count() == 2 {
                *counts.entry(term.to_owned()).or_default() += 1;
            }
        }
    }
    let mut words: Vec<(String, usize)> = counts.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut words = words.into_iter().map(|(word, _)| word);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}
