//! The closed lists of words that orders are described with, each with its stored form and both names.
//! A word once stored is never renamed; a list only grows.

pub(crate) use kernel::words;

words! {
    /// How something reached the complainant, or reached us.
    Means {
        /// Handed over in person.
        InPerson = "in_person", "当面", "in person";
        /// Posted.
        Post = "post", "邮寄", "by post";
        /// A recorded telephone call.
        Phone = "phone", "电话", "by telephone";
        /// A text message.
        Sms = "sms", "短信", "by text message";
        /// An e-mail.
        Email = "email", "电子邮件", "by e-mail";
        /// Shown on the portal or in the app, behind the one-time code.
        Online = "online", "线上渠道", "online";
    }
}

words! {
    /// What kind of person complains.
    Nature {
        /// A natural person.
        Natural = "natural", "自然人", "a natural person";
        /// A legal person or other organisation.
        Organisation = "organisation", "法人或其他组织", "an organisation";
        /// Somebody who gave no name and no way to answer.
        Anonymous = "anonymous", "匿名", "anonymous";
    }
}

words! {
    /// Why somebody else speaks for the complainant.
    Standing {
        /// An agent with a written authorisation.
        Agent = "agent", "代理人", "agent";
        /// An heir.
        Heir = "heir", "继承人", "heir";
    }
}

words! {
    /// What an attachment is for.
    Purpose {
        /// Evidence of the matter.
        Evidence = "evidence", "证据材料", "evidence";
        /// The complainant's own paper of identity.
        Identity = "identity", "身份证明", "proof of identity";
        /// The signed authorisation of an agent.
        Authorisation = "authorisation", "授权委托书", "letter of authorisation";
        /// The agent's paper of identity.
        AgentIdentity = "agent_identity", "代理人身份证明", "agent's proof of identity";
        /// Proof that somebody inherits.
        Inheritance = "inheritance", "继承关系证明", "proof of inheritance";
        /// The written request to withdraw.
        Withdrawal = "withdrawal", "撤回申请", "request to withdraw";
        /// Proof that a letter was delivered, or the recording of a call.
        Delivery = "delivery", "送达凭证或录音", "proof of delivery or recording";
        /// What another department answered.
        Answer = "answer", "协办答复材料", "another department's answer";
        /// Anything else.
        Other = "other", "其他", "other";
    }
}

words! {
    /// What was found.
    Outcome {
        /// The complaint is right.
        Substantiated = "substantiated", "属实", "substantiated";
        /// The complaint is right in part.
        PartlySubstantiated = "partly_substantiated", "部分属实", "partly substantiated";
        /// The complaint is not right.
        NotSubstantiated = "not_substantiated", "不属实", "not substantiated";
        /// A question was answered, help was given, or a suggestion was taken note of.
        Answered = "answered", "已答复", "answered";
        /// The matter is not one to accept; the grounds are told.
        Declined = "declined", "不予受理", "not accepted";
    }
}

words! {
    /// Why a matter is not accepted.
    DeclineGround {
        /// It is not from the complainant or somebody who may speak for them.
        NotEntitled = "not_entitled", "非投诉人本人或有权代理人提出", "not from the complainant or somebody entitled";
        /// It does not concern this bank's products, services or staff.
        OutOfScope = "out_of_scope", "不属于本行产品或服务", "not about this bank's products or services";
        /// A court, an arbitrator or another authority has it or has settled it.
        BeforeAuthority = "before_authority", "已由法院、仲裁机构或其他机关受理或处理", "before a court, an arbitrator or an authority";
        /// The same matter was settled and performed, and nothing new is brought.
        Settled = "settled", "同一事项已处理完毕且无新事实", "settled before, with no new facts";
        /// There is no real identity, respondent or request.
        Incomplete = "incomplete", "缺少真实身份、明确对象或具体诉求", "no real identity, respondent or request";
    }
}

words! {
    /// The four principles of settling: the second axis of an outcome.
    Principle {
        /// What was asked for with good reason was settled.
        ReasonableSettled = "reasonable_settled", "合理诉求已解决", "reasonable request settled";
        /// What was asked for without good reason was explained.
        UnreasonableExplained = "unreasonable_explained", "不合理诉求已解释", "unreasonable request explained";
        /// Somebody in hardship was helped.
        HardshipHelped = "hardship_helped", "确有困难已帮扶", "hardship helped";
        /// What the bank or its staff did wrong was corrected.
        ViolationsCorrected = "violations_corrected", "违规行为已纠正", "violations corrected";
    }
}

words! {
    /// How an order ended.
    Ending {
        /// It was decided and the complainant was told.
        Answered = "answered", "已办结", "settled";
        /// It was taken note of; nothing had to be answered.
        Noted = "noted", "已登记留存", "taken note of";
        /// It was not accepted and the complainant was told.
        Declined = "declined", "不予受理", "not accepted";
        /// It was closed elsewhere before this system knew of it.
        Historical = "historical", "历史导入", "imported from history";
    }
}

words! {
    /// How one order relates to another.
    Relation {
        /// The same matter, filed again.
        DuplicateOf = "duplicate_of", "重复件", "duplicate";
        /// The same matter goes on after a settlement.
        FollowUpOf = "follow_up_of", "后续件", "follow-up";
        /// Another matter of the same people or cause.
        RelatedTo = "related_to", "关联件", "related";
    }
}

words! {
    /// Why a closed order opens again.
    ReopenGround {
        /// The complainant is not satisfied.
        Dissatisfied = "dissatisfied", "投诉人不满意", "the complainant is not satisfied";
        /// New facts or evidence came up.
        NewFacts = "new_facts", "出现新的事实或证据", "new facts or evidence";
        /// What was promised was not done.
        NotPerformed = "not_performed", "处理结果未落实", "what was promised was not done";
        /// The complainant said on the return visit that it is not settled.
        NotSettled = "not_settled", "回访未解决", "not settled, by the return visit";
        /// A superior unit or a supervisor asks for it.
        Instructed = "instructed", "上级或监管要求", "a superior or a supervisor asks for it";
    }
}

words! {
    /// Why personal data is shown in clear.
    RevealGround {
        /// To call or write to the complainant.
        Contact = "contact", "联系投诉人", "to reach the complainant";
        /// To find the transaction or contract in question.
        Verification = "verification", "核实业务", "to verify the matter";
        /// To answer a supervisor, a court or the police.
        Authority = "authority", "配合监管、司法", "to answer an authority";
        /// For a quality check or an audit.
        Audit = "audit", "质检或审计", "for a check or an audit";
    }
}

words! {
    /// The personal fields of an order.
    PersonalField {
        /// The complainant's name.
        Name = "name", "姓名", "name";
        /// The complainant's telephone number.
        Phone = "phone", "电话", "telephone";
        /// The complainant's identity number.
        Identity = "identity", "证件号码", "identity number";
        /// The account or card in question.
        Account = "account", "账号或卡号", "account or card";
        /// The complainant's e-mail address.
        Email = "email", "电子邮箱", "e-mail";
        /// The complainant's postal address.
        Address = "address", "地址", "address";
        /// The representative's name.
        RepresentativeName = "representative_name", "代理人或继承人姓名", "representative's name";
        /// The representative's telephone number.
        RepresentativePhone = "representative_phone", "代理人或继承人电话", "representative's telephone";
        /// The representative's identity number.
        RepresentativeIdentity = "representative_identity", "代理人或继承人证件号码", "representative's identity number";
        /// The matter in full, with every name and number in it.
        Narrative = "narrative", "事项全文", "full narrative";
    }
}
