//! Complaints about loans, credit cards, collection, wealth management and what the bank sells for others. Texts only: nobody
//! in them exists.

use regulation::MatterKind;

use crate::demo::matters::Subject;

/// Every subject of this group.
pub(super) static SUBJECTS: &[Subject] = &[
    Subject {
        matter: MatterKind::Complaint,
        weight: 7,
        business: "cards.credit",
        reason: "pricing",
        channels: &["front.electronic.phone", "front.electronic.app"],
        elder: false,
        titles: &["信用卡年费未提前告知", "信用卡被收年费{amount}", "对信用卡年费有异议"],
        happenings: &[
            "{day}发现信用卡账单里多了年费{amount}，办卡时工作人员明确说首年免费、刷满六次次年免费。",
            "这张卡我一直没有激活，{day}却收到年费{amount}的账单。",
            "{day}注销信用卡时才被告知要先补交年费{amount}。",
        ],
        consequences: &[
            "客服说系统自动收取，不能退。",
            "当时没有任何人提醒过我消费次数不够。",
            "我已经还清了全部欠款，没想到还有这一笔。",
        ],
        requests: &["退还年费{amount}并免费销卡。", "说明收费依据，退还{amount}。"],
        yuan: (100, 900),
        facts: [
            "经核实，客户办卡时网点未就年费减免条件作充分说明，签约页面也没有客户对该条款的确认。",
            "经核实，申请表和签约页面均载明年费标准及减免条件，客户已逐项确认；去年消费次数为三次，未达到减免条件。",
        ],
        basis: "《银行卡业务管理办法》及本行信用卡收费公示：收费项目、标准和减免条件应当事先以显著方式告知客户。",
        answers: [
            "已为客户冲回年费，并对网点进行合规销售提醒。",
            "已向客户说明收费标准及减免条件，客户可在消费达标后申请返还。",
        ],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 6,
        business: "loans",
        reason: "rules",
        channels: &["front.premises", "front.electronic.app"],
        elder: false,
        titles: &["房贷提前还款排不上队", "提前还款预约被一再推迟"],
        happenings: &[
            "{day}在{outlet}申请提前归还房贷{amount}，被告知要排到四个月以后。",
            "手机银行提前还款的入口点进去总显示额度已满，{day}到网点也办不了。",
        ],
        consequences: &[
            "这段时间的利息要我自己承担，明显不合理。",
            "合同里写的是提前三十天申请即可。",
            "同事在别的银行一周就办完了。",
        ],
        requests: &["按合同约定的期限办理提前还款。", "尽快办理，并退还多收的利息。"],
        yuan: (50_000, 800_000),
        facts: [
            "经核实，合同约定提前三十日书面申请即可，网点以额度为由延后，与合同不符。",
            "经核实，客户申请尚在合同约定的三十日期限内，网点已登记并排期办理。",
        ],
        basis: "借款合同提前还款条款；《商业银行服务价格管理办法》。",
        answers: ["已于本周办结提前还款，多计的利息已退还客户账户。", "已向客户说明合同约定的办理期限及具体日期。"],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 6,
        business: "own_wealth",
        reason: "disclosure",
        channels: &["front.premises", "front.electronic.app"],
        elder: false,
        titles: &["理财产品亏损，购买时未揭示风险", "对理财净值下跌有异议"],
        happenings: &[
            "{day}查看理财，{amount}本金已经亏了百分之四，购买时经理说“和定期差不多，不会亏”。",
            "在{outlet}买的理财到期只拿回一部分，当初宣传单上写的是业绩比较基准，我以为就是收益。",
        ],
        consequences: &[
            "这是准备给孩子上学用的钱。",
            "风险测评是工作人员拿着我的手机替我点的。",
            "我问过两次会不会亏，都说放心。",
        ],
        requests: &["赔偿本金损失。", "调取销售录音录像，给出处理意见。"],
        yuan: (50_000, 500_000),
        facts: [
            "调阅销售录音录像，销售人员存在以业绩比较基准类比存款收益的不当表述。",
            "调阅销售录音录像，风险揭示完整，风险测评由客户本人完成，产品等级与客户承受能力匹配。",
        ],
        basis: "《商业银行理财业务监督管理办法》：不得误导投资者购买与其风险承受能力不匹配的产品，销售过程应当录音录像。",
        answers: [
            "已与客户达成和解，销售人员按制度处理，网点停售整改一周。",
            "已向客户出示录音录像并解释净值波动原因，客户表示了解。",
        ],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 5,
        business: "agency",
        reason: "marketing",
        channels: &["front.premises"],
        elder: false,
        titles: &["存款变成了保险", "到{outlet}存定期，被办成了保险"],
        happenings: &[
            "我去{outlet}存{amount}定期，{day}想取出来才知道买的是五年期保险，提前退只能拿回一部分。",
            "{day}收到保险公司的短信，才知道在{outlet}存的{amount}是保险。",
        ],
        consequences: &[
            "当时说是“有礼品的存款”，利息更高。",
            "合同我一页都没有看，都是指给我签哪里就签哪里。",
            "我这个年纪买二十年的保险有什么用？",
        ],
        requests: &["全额退还本金和利息。", "按存款兑付，处理当事人。"],
        yuan: (20_000, 300_000),
        facts: [
            "调阅录音录像，销售人员未明示产品为保险，存在误导。",
            "调阅录音录像，销售人员已说明产品性质、期限和犹豫期，客户抄录了风险提示语句。",
        ],
        basis: "《商业银行代理保险业务管理办法》：不得将保险产品与存款混同宣传，不得误导销售。",
        answers: [
            "已协调保险公司全额退保，差额利息由责任网点承担。",
            "已向客户说明产品条款，并协助联系保险公司办理保单贷款。",
        ],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 5,
        business: "cards.credit",
        reason: "contract",
        channels: &["front.electronic.phone", "front.electronic.app"],
        elder: false,
        titles: &["被误导办理账单分期", "现金分期提前结清仍收手续费"],
        happenings: &[
            "{day}接到电话说“帮您减轻还款压力”，我只是嗯了几声，就被办成了{amount}的分期。",
            "{day}想提前结清分期，客服说剩余手续费{amount}要一次性收完。",
        ],
        consequences: &["打电话的人从头到尾没有说清楚费率。", "算下来年化比宣传的高了一倍。"],
        requests: &["取消分期，退还手续费。", "提供电话录音，按实际占用天数计费。"],
        yuan: (800, 20_000),
        facts: [
            "调取录音，外呼人员未完整播报费率和提前结清规则。",
            "调取录音，费率、期数及提前结清规则均已播报，客户明确同意。",
        ],
        basis: "《商业银行信用卡业务监督管理办法》：分期业务应当事先充分披露息费，并取得客户同意。",
        answers: ["已撤销分期并退还手续费，外呼话术已修订。", "已将录音摘要告知客户，并协商减免部分手续费。"],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 4,
        business: "collection",
        reason: "collection",
        channels: &["front.electronic.phone", "front.third_party"],
        elder: false,
        titles: &["暴力催收、骚扰家人", "催收人员冒充司法机关"],
        happenings: &[
            "我确实逾期了，{day}起催收天天打给我父母和单位同事。",
            "{day}收到自称“法务”的短信，说要上门查封。",
        ],
        consequences: &["老人吓得血压升高住院。", "现在同事都知道我欠钱。"],
        requests: &["停止联系无关第三人，协商还款方案。", "处理违规催收公司。"],
        yuan: (2_000, 60_000),
        facts: [
            "调取外呼记录，合作机构在法定时段外联系第三人，属违规。",
            "调取外呼记录，联系对象为客户预留的紧急联系人，时段与频次合规。",
        ],
        basis: "《商业银行信用卡业务监督管理办法》：不得对与债务无关的第三人进行催收。",
        answers: [
            "已终止该机构的本案委托并扣罚，与客户达成个性化分期。",
            "已登记客户要求，今后仅联系本人，并受理分期申请。",
        ],
    },
    Subject {
        matter: MatterKind::Complaint,
        weight: 4,
        business: "loans",
        reason: "pricing",
        channels: &["front.premises", "front.electronic.app"],
        elder: false,
        titles: &["贷款利率与合同不一致", "房贷利率未按时调整"],
        happenings: &[
            "{day}对账发现，今年的房贷利率没有按重定价日下调，多扣了{amount}。",
            "办理经营贷时说好利率三点几，{day}还款才发现另外收了{amount}的服务费。",
        ],
        consequences: &["合同里没有这一条。", "问了{outlet}，说是系统算的，他们也不清楚。"],
        requests: &["退还多收的{amount}。", "出具利息计算明细。"],
        yuan: (300, 9_000),
        facts: [
            "经核实，重定价参数录入有误，多收利息属实。",
            "经核实，重定价日为每年一月一日，尚未到调整日，计息与合同一致。",
        ],
        basis: "借款合同利率条款；《商业银行服务价格管理办法》：不得在贷款利率之外变相收费。",
        answers: ["多收部分连同利息已退还，同批次贷款已全部核对。", "已提供逐期计息明细并向客户解释。"],
    },
];
