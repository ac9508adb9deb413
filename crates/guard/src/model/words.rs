//! The closed lists of words that interceptions are described with, each with its stored form and both names. A word once
//! stored is never renamed; a list only grows.

use kernel::words;

words! {
    /// What follows from a decision, from the weakest to the strongest.
    GuardOutcome {
        /// Go on.
        Allow = "allow", "放行", "allow";
        /// Tell the customer about the risk.
        Advise = "advise", "风险提示", "advise";
        /// Make sure that it is the customer's own wish.
        Verify = "verify", "核实交易", "verify";
        /// Let the money leave later; until then it can be called back.
        Delay = "delay", "延迟到账", "delay";
        /// Hold until someone has looked at it.
        Hold = "hold", "暂缓支付", "hold";
        /// Refuse.
        Block = "block", "拒绝交易", "block";
    }
}

words! {
    /// Where a transfer was asked for.
    Channel {
        /// At the counter.
        Counter = "counter", "柜面", "counter";
        /// At a teller machine.
        TellerMachine = "teller_machine", "自助柜员机", "teller machine";
        /// In the app.
        App = "app", "手机银行", "app";
        /// On the bank's pages.
        Online = "online", "网上银行", "online bank";
        /// By telephone.
        Phone = "phone", "电话银行", "telephone bank";
    }
}

words! {
    /// The step an interception has reached.
    Stage {
        /// Somebody talks with the customer.
        Open = "open", "处置中", "being handled";
        /// It is decided what became of it; a visit is to come.
        Settled = "settled", "待回访", "waiting for the visit";
        /// Nothing is left to do.
        Closed = "closed", "已办结", "closed";
    }
}

words! {
    /// What became of a transfer.
    GuardEnding {
        /// The customer let it be.
        Persuaded = "persuaded", "劝阻成功", "persuaded";
        /// The customer insisted, after a signed warning.
        Insisted = "insisted", "坚持办理", "insisted";
        /// The police took over.
        Police = "police", "警方接手", "taken over by the police";
        /// There was nothing in it.
        FalseAlarm = "false_alarm", "误报", "false alarm";
        /// It was reported as fraud later.
        ReportedLater = "reported_later", "事后报案", "reported as fraud later";
    }
}

words! {
    /// What a trusted relative said.
    RelativeSays {
        /// They do not know of it, or warn against it.
        Doubts = "doubts", "不知情或劝阻", "does not know of it, or warns";
        /// They know of it and confirm it.
        Confirms = "confirms", "知情并确认", "knows of it and confirms";
        /// Nobody was reached.
        Unreached = "unreached", "未联系上", "not reached";
    }
}

words! {
    /// What the police line answered.
    PoliceSays {
        /// Officers come, or take over.
        TakesOver = "takes_over", "出警或接手", "takes over";
        /// They advise against it.
        Warns = "warns", "提示有诈骗风险", "warns";
        /// They have nothing against it.
        Clears = "clears", "未发现异常", "has nothing against it";
        /// Nobody was reached.
        Unreached = "unreached", "未接通", "not reached";
    }
}

words! {
    /// Why a transfer is delayed.
    DelayGround {
        /// The law delays transfers at teller machines.
        Machine = "machine", "自助柜员机转账", "a transfer at a teller machine";
        /// The risk of this transfer.
        Risk = "risk", "风险处置", "the risk";
        /// The customer chose it.
        Chosen = "chosen", "客户自选", "the customer's choice";
    }
}

words! {
    /// How a delay ended.
    DelayEnd {
        /// Its time was over and the money left.
        RanOut = "ran_out", "到期放行", "ran out";
        /// The customer called the transfer back.
        Revoked = "revoked", "客户撤销", "revoked by the customer";
        /// It was waived under the conditions of the law.
        Waived = "waived", "依规豁免", "waived";
        /// Somebody else looked at it and let it go.
        Released = "released", "复核放行", "released";
    }
}

words! {
    /// What is limited of an account.
    Restriction {
        /// What is not done at the counter.
        OffCounter = "off_counter", "暂停非柜面业务", "business away from the counter";
        /// All payments out.
        Payments = "payments", "暂停支付", "payments out";
        /// New business.
        NewBusiness = "new_business", "暂停新业务", "new business";
    }
}

words! {
    /// What a follow-up visit found.
    VisitFinding {
        /// All is well.
        Fine = "fine", "未再受骗", "all is well";
        /// The customer sent the money elsewhere.
        SentElsewhere = "sent_elsewhere", "已通过其他渠道转出", "sent by another way";
        /// The customer complains of the bank.
        Complains = "complains", "客户有意见", "complains";
        /// Nobody was reached.
        Unreached = "unreached", "未联系上", "not reached";
    }
}

words! {
    /// Why personal data is shown in clear.
    Ground {
        /// To reach the customer or a relative.
        Contact = "contact", "联系客户", "to reach the customer";
        /// To help the police.
        Police = "police", "配合警方", "to help the police";
        /// For a check or an audit.
        Audit = "audit", "质检或审计", "for a check or an audit";
    }
}

words! {
    /// The personal fields of an interception.
    GuardField {
        /// The customer's name.
        Name = "name", "客户姓名", "customer's name";
        /// The customer's telephone number.
        Phone = "phone", "客户电话", "customer's telephone";
        /// The account that pays.
        Account = "account", "付款账号", "paying account";
        /// The payee's name.
        PayeeName = "payee_name", "收款人姓名", "payee's name";
        /// The payee's account.
        PayeeAccount = "payee_account", "收款账号", "payee's account";
    }
}
