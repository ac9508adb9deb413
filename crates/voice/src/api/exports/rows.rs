//! The rows of each list that can be taken out, some at a time: read on a connection that is given back in between.

use std::collections::HashMap;

use endpoint::{Call, Failure, Shared};
use kernel::{
    Actor, OrgPath, PageRequest, Problem, ProblemKind, Text, Timestamp,
    id::{OrderId, StaffId},
    text::Language,
};
use ledger::{Cause, Connection, StoreError};
use regulation::Axis;
use table::write::Cell;

use super::{ExportListRequest, RectificationsQuery, queues::Queue};
use crate::{
    api::{figures, law, list, reading, rectifications as rectification_lists},
    desk::{self, Act},
    figures::{Figure, Part, Question},
    model::{
        Command, Law,
        actions::permitted,
        parts::{PersonalField, RevealGround},
        verb::Verb,
    },
    products::Products,
    store::{
        filter::OrderFilter,
        list as order_list,
        orders::OrderRow,
        rectifications::{self, RectificationFilter, RectificationRow},
        rows,
    },
};

/// Rows read at once: a megabyte or so.
const TOGETHER: usize = 2_000;
/// Orders opened at once when names are wanted in clear: each of them is read whole and leaves an event.
const CLEAR_TOGETHER: usize = 100;
/// Rows of an export in clear at most: nobody calls more people than that.
const CLEAR_ROWS_MAX: u64 = 10_000;

/// Where rows come from.
pub(super) struct Source {
    list: List,
    reader: Reader,
}

/// Who reads, and in which words.
pub(super) struct Reader {
    actor: Actor,
    cause: Cause,
    language: Language,
    pub(super) law: Law,
    pub(super) now: Timestamp,
    classes: HashMap<(Axis, String), String>,
    in_clear: Option<RevealGround>,
}

enum List {
    Orders {
        scopes: Vec<OrgPath>,
        filter: Box<OrderFilter>,
        before: i64,
    },
    Behind {
        seqs: Vec<i64>,
    },
    Queue(Queue),
    Rectifications {
        scopes: Vec<OrgPath>,
        me: Option<StaffId>,
        filter: RectificationFilter,
        request: Option<PageRequest>,
    },
}

impl Source {
    pub(super) async fn of(
        call: &Call,
        list: ExportListRequest,
        scopes: Vec<OrgPath>,
        in_clear: Option<RevealGround>,
    ) -> Result<Self, Failure> {
        let (now, law, me) = (reading::now(&call.shared), law(&call.shared), call.actor.reference.id().to_owned());
        let products = Products::of(&law, now.date());
        let list = call
            .read(move |conn| match list {
                list @ (ExportListRequest::Waiting { .. }
                | ExportListRequest::Tasks {}
                | ExportListRequest::Approvals {}
                | ExportListRequest::Cases {}
                | ExportListRequest::HotIssues { .. }
                | ExportListRequest::Conspicuous { .. }
                | ExportListRequest::Listings { .. }
                | ExportListRequest::RegulatorListRows { .. }) => Queue::of(conn, &list, scopes, now).map(List::Queue),
                ExportListRequest::Orders { filter } => {
                    let filter = list::filter_of(conn, &filter, &me, &products)?;
                    Ok(List::Orders { scopes, filter: Box::new(filter), before: i64::MAX })
                }
                ExportListRequest::FigureOrders { figure, filter } => {
                    let (question, part) = figures::question_behind(conn, &filter, &scopes, now)?;
                    Ok(List::Behind { seqs: behind(conn, &question, figure, part)? })
                }
                ExportListRequest::Rectifications { filter } => {
                    let me: Option<StaffId> = me.parse().ok();
                    let filter: RectificationsQuery = *filter;
                    let filter = rectification_lists::filter_of(&filter, me)?;
                    Ok(List::Rectifications { scopes, me: None, filter, request: Some(page_of(None)) })
                }
            })
            .await?;
        let classes = classes(&law, now, call.language);
        let reader = Reader {
            actor: call.actor.clone(),
            cause: call.cause(),
            language: call.language,
            law,
            now,
            classes,
            in_clear,
        };
        Ok(Self { list, reader })
    }

    /// A limit lower than the usual one.
    pub(super) fn rows_max(&self) -> Option<u64> {
        self.reader.in_clear.map(|_| CLEAR_ROWS_MAX)
    }

    /// What stands in the last row when there were more.
    pub(super) fn cut(&self, limit: u64) -> String {
        let text = Text::of(
            format!("已达到 {limit} 行上限，其余未导出；请缩小范围后分批导出。"),
            format!("The limit of {limit} rows is reached and the rest is left out; take out smaller parts."),
        );
        text.get(self.reader.language).to_owned()
    }

    /// The name of the sheet and the headings.
    pub(super) fn headings(&self) -> (String, Vec<String>) {
        let (name, headings): (Text, &[Text]) = match &self.list {
            List::Orders { .. } | List::Behind { .. } => (Text::fixed("工单", "Orders"), &ORDER_HEADINGS),
            List::Rectifications { .. } => (Text::fixed("整改", "Rectifications"), &RECTIFICATION_HEADINGS),
            List::Queue(queue) => (queue.title(), queue.headings()),
        };
        let language = self.reader.language;
        (name.get(language).to_owned(), headings.iter().map(|text| text.get(language).to_owned()).collect())
    }

    /// The next rows; none at the end.
    pub(super) fn next(&mut self, shared: &Shared) -> Result<Vec<Vec<Cell>>, Problem> {
        let reader = &self.reader;
        let together = if reader.in_clear.is_some() { CLEAR_TOGETHER } else { TOGETHER };
        match &mut self.list {
            List::Orders { scopes, filter, before } => {
                let fetch = (*before, together as i64);
                let (found, names) = shared.ledger().read(|conn| {
                    let found = order_list::rows(conn, scopes, filter, fetch, reader.now)?;
                    let names = list::unit_names(conn, found.iter().map(|row| &row.unit))?;
                    Ok::<_, Problem>((found, names))
                })?;
                *before = found.last().map_or(i64::MIN, |row| row.seq);
                reader.orders(shared, found, &names)
            }
            List::Behind { seqs } => {
                let some: Vec<i64> = seqs.drain(..together.min(seqs.len())).collect();
                let (found, names) = shared.ledger().read(|conn| {
                    let found = rows::rows_at(conn, &some)?;
                    let names = list::unit_names(conn, found.iter().map(|row| &row.unit))?;
                    Ok::<_, Problem>((found, names))
                })?;
                reader.orders(shared, found, &names)
            }
            List::Queue(queue) => shared.ledger().read(|conn| queue.next(conn, reader)),
            List::Rectifications { scopes, me, filter, request } => {
                let Some(asked) = request.take() else { return Ok(Vec::new()) };
                let (page, names) = shared.ledger().read(|conn| {
                    let page = rectifications::page(conn, scopes, *me, filter, &asked, reader.now)?;
                    let names = list::unit_names(conn, page.items.iter().map(|row| &row.unit))?;
                    Ok::<_, Problem>((page, names))
                })?;
                *request = page.next.map(|next| page_of(Some(kernel::Cursor::from_text(next))));
                Ok(page.items.into_iter().map(|row| reader.rectification(row, &names)).collect())
            }
        }
    }
}

pub(super) fn page_of(after: Option<kernel::Cursor>) -> PageRequest {
    PageRequest::new(Some(kernel::page::LIMIT_MAX), after)
}

/// The orders behind a figure, newest first, by their places in time.
fn behind(conn: &mut Connection, question: &Question, figure: Figure, part: Part) -> Result<Vec<i64>, StoreError> {
    let mut seqs = figures::seqs_behind(conn, question, figure, part)?;
    seqs.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
    Ok(seqs)
}

/// The names of all classes of the three axes, and of the bank's products, which stand where a business does.
fn classes(law: &Law, now: Timestamp, language: Language) -> HashMap<(Axis, String), String> {
    let products = Products::of(law, now.date());
    let named = |(key, title): (&str, &Text)| ((Axis::Business, key.to_owned()), title.get(language).to_owned());
    let products: Vec<_> = products.titles().map(named).collect();
    let views = law.rules.axes(now.date()).into_iter();
    views
        .flat_map(|view| {
            let axis = view.axis.body.axis;
            let named = move |class: &regulation::CategoryRule| {
                ((axis, class.body.key.clone()), class.row.title.get(language).to_owned())
            };
            view.categories.into_iter().map(named)
        })
        .chain(products)
        .collect()
}

/// The headings of [`Reader::order`].
static ORDER_HEADINGS: [Text; 23] = [
    Text::fixed("受理编号", "Receipt"),
    Text::fixed("事项类型", "Matter"),
    Text::fixed("来源", "Source"),
    Text::fixed("来源编号", "Source number"),
    Text::fixed("标题", "Title"),
    Text::fixed("姓名", "Name"),
    Text::fixed("电话", "Telephone"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("业务办理渠道", "Channel"),
    Text::fixed("业务类别", "Business"),
    Text::fixed("投诉原因", "Reason"),
    Text::fixed("状态", "Step"),
    Text::fixed("处理结果", "Outcome"),
    Text::fixed("涉及金额", "Amount"),
    Text::fixed("收到时间", "Received"),
    Text::fixed("办结时间", "Ended"),
    Text::fixed("下一到期时间", "Next deadline"),
    Text::fixed("是否超期", "Overdue"),
    Text::fixed("转办次数", "Transfers"),
    Text::fixed("办理次数", "Rounds"),
    Text::fixed("满意度", "Satisfaction"),
    Text::fixed("工单标识", "Id"),
];

/// The headings of [`Reader::rectification`].
static RECTIFICATION_HEADINGS: [Text; 14] = [
    Text::fixed("标题", "Title"),
    Text::fixed("根本原因", "Root cause"),
    Text::fixed("业务类别", "Business"),
    Text::fixed("投诉原因", "Reason"),
    Text::fixed("状态", "Step"),
    Text::fixed("整改机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("适用范围", "Scope"),
    Text::fixed("责任人", "Owner"),
    Text::fixed("立项时间", "Opened"),
    Text::fixed("整改期限", "Due"),
    Text::fixed("回头看时间", "Look-back"),
    Text::fixed("销号时间", "Ended"),
    Text::fixed("轮次", "Round"),
];

impl Reader {
    /// A text in the reader's language.
    pub(super) fn word(&self, text: Text) -> String {
        text.get(self.language).to_owned()
    }

    pub(super) fn say(&self, text: Text) -> Cell {
        Cell::Text(self.word(text))
    }

    pub(super) fn class(&self, axis: Axis, key: Option<String>) -> Cell {
        key.map_or(Cell::Empty, |key| {
            let known = self.classes.get(&(axis, key.clone()));
            Cell::Text(known.cloned().unwrap_or(key))
        })
    }

    fn orders(
        &self,
        shared: &Shared,
        found: Vec<OrderRow>,
        names: &HashMap<String, String>,
    ) -> Result<Vec<Vec<Cell>>, Problem> {
        let mut clear = match self.in_clear {
            Some(ground) => self.reveal(shared, &found, ground)?,
            None => HashMap::new(),
        };
        Ok(found
            .into_iter()
            .map(|row| {
                let person = clear.remove(&row.id);
                self.order(row, names, person)
            })
            .collect())
    }

    /// Names and telephone numbers of those orders that the caller may reveal, each with its event.
    fn reveal(
        &self,
        shared: &Shared,
        found: &[OrderRow],
        ground: RevealGround,
    ) -> Result<HashMap<OrderId, [Option<String>; 2]>, Problem> {
        const FIELDS: [PersonalField; 2] = [PersonalField::Name, PersonalField::Phone];
        let mut people = HashMap::new();
        let mut acts = Vec::new();
        for row in found {
            let opened = reading::open_now(shared, &self.actor, row.id)?;
            if opened.key.is_none() || permitted(&opened.order, Verb::Reveal, &self.actor).is_err() {
                continue;
            }
            let held: Vec<PersonalField> =
                FIELDS.into_iter().filter(|field| opened.order.sealed(*field).is_some()).collect();
            if held.is_empty() {
                continue;
            }
            let open = |field: PersonalField| {
                opened.order.sealed(field).map(|sealed| opened.open(field.as_str(), sealed)).transpose()
            };
            people.insert(row.id, [open(PersonalField::Name)?, open(PersonalField::Phone)?]);
            acts.push(Act::new(row.id, None, Command::Reveal { fields: held, member: None, ground }));
        }
        let (actor, law) = (self.actor.clone(), self.law.clone());
        let refused = shared.ledger().write(&self.cause, move |unit| {
            let mut refused = Vec::new();
            for act in &acts {
                match desk::act(unit, act, &actor, &law) {
                    Ok(_) => {}
                    // It was erased or moved away a moment ago: its row stays masked.
                    Err(problem) if matches!(problem.kind, ProblemKind::Refused | ProblemKind::NotFound) => {
                        refused.push(act.id);
                    }
                    Err(problem) => return Err(problem),
                }
            }
            Ok(refused)
        })?;
        people.retain(|id, _| !refused.contains(id));
        Ok(people)
    }

    fn order(&self, row: OrderRow, names: &HashMap<String, String>, person: Option<[Option<String>; 2]>) -> Vec<Cell> {
        let is_overdue = row.next_due.is_some_and(|due| due < self.now);
        let [name, phone] = person.unwrap_or_default();
        vec![
            Cell::Text(row.receipt),
            self.say(row.matter.title()),
            self.say(row.source.title()),
            Cell::maybe(row.origin_number),
            Cell::Text(row.title),
            Cell::Text(name.unwrap_or(row.name_masked)),
            Cell::Text(phone.unwrap_or(row.phone_masked)),
            Cell::maybe(names.get(row.unit.code()).cloned()),
            Cell::Text(row.unit.as_str().to_owned()),
            self.class(Axis::Channel, row.channel),
            self.class(Axis::Business, row.business),
            self.class(Axis::Reason, row.reason),
            self.say(row.stage.title()),
            row.outcome.map_or(Cell::Empty, |outcome| self.say(outcome.title())),
            row.amount.map_or(Cell::Empty, |amount| Cell::Hundredths(amount.minor())),
            Cell::Instant(row.received_at),
            Cell::instant(row.ended_at),
            Cell::instant(row.next_due),
            if is_overdue { self.say(Text::fixed("是", "yes")) } else { Cell::Empty },
            Cell::Number(row.transfers.into()),
            Cell::Number(row.round.into()),
            row.satisfaction.map_or(Cell::Empty, |figure| Cell::Number(figure.into())),
            Cell::Text(row.id.to_string()),
        ]
    }

    fn rectification(&self, row: RectificationRow, names: &HashMap<String, String>) -> Vec<Cell> {
        vec![
            Cell::Text(row.title),
            self.say(self.law.cause_title(&row.cause)),
            self.class(Axis::Business, row.business),
            self.class(Axis::Reason, row.reason),
            self.say(row.stage.title()),
            Cell::maybe(names.get(row.unit.code()).cloned()),
            Cell::Text(row.unit.as_str().to_owned()),
            Cell::Text(row.scope.as_str().to_owned()),
            Cell::Text(row.owner.to_string()),
            Cell::Instant(row.opened_at),
            Cell::Instant(row.due),
            Cell::instant(row.look_back_at),
            Cell::instant(row.ended_at),
            Cell::Number(row.round.into()),
        ]
    }
}
