//! A small believable bank for the demo: its organisation, its staff and its customers, the same for the same seed.
//!
//! Nobody in it exists. Identity numbers carry a right check character, so that every check of the program runs on them,
//! but a place code that cannot be: the third to sixth digits name a county of the prefecture `00`, and no prefecture has
//! that number (GB/T 2260 begins at 01; `xx0000` is the province itself). Telephone numbers begin with 154, a segment that
//! the numbering plan has not given to any operator. Card numbers begin with 0, which ISO/IEC 7812 does not give to banks.

use kernel::{ActorRef, Date, OrgPath, Pii, Problem, Random, Role, SeededRandom, StaffId, UnitId};
use ledger::{Cause, Ledger, Unit};

use crate::{
    access::password,
    model::{
        customer::{CustomerForm, CustomerTag, Edition},
        numbers,
        organisation::Unit as Place,
        organisation_import::UnitRow,
        staff::{NewStaff, RoleAssignment},
    },
    store::{staff, units},
    use_cases::{customers, organisation, staff as staff_acts},
};

/// How many customers the demo has.
pub const CUSTOMERS: usize = 200;
/// Every which customer is sixty or older.
const ELDER_EVERY: usize = 3;

/// The branches, each with its outlets.
const BRANCHES: [(&str, &str, &str, &[&str]); 3] = [
    ("EAST", "东城分行", "示范省东城市", &["春风路支行", "滨江支行", "火车站支行", "大学城支行", "东门支行"]),
    ("WEST", "西城分行", "示范省西城市", &["桃园支行", "老街支行", "工业园支行", "西湖支行", "新村支行"]),
    ("NORTH", "北山分行", "示范省北山县", &["北山支行", "松岭支行", "柳河支行", "集贤支行"]),
];
/// The departments of the head office.
const DEPARTMENTS: [(&str, &str); 6] = [
    ("HO-CP", "消费者权益保护部"),
    ("HO-CC", "客户服务中心"),
    ("HO-RB", "零售业务部"),
    ("HO-CD", "信用卡部"),
    ("HO-IT", "信息科技部"),
    ("HO-AU", "审计部"),
];
/// The code of the head office.
const HEAD: &str = "HO";

/// The commonest surnames; which person has which is chance.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余";
/// Characters that given names are made of.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文斌红春梅海燕晓东宇轩子涵梓萱浩然";

/// What to fill the demo with.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The same seed gives the same people.
    pub seed: u64,
    /// The password of every member of staff; printed for whoever tries the demo.
    pub password: Pii<String>,
}

/// A member of the demo's staff.
#[derive(Debug, Clone)]
pub struct DemoStaff {
    /// The id.
    pub id: StaffId,
    /// The staff number to sign in with.
    pub number: String,
    /// The role.
    pub role: Role,
    /// The unit the person belongs to.
    pub unit: UnitId,
    /// That unit's place.
    pub unit_path: OrgPath,
    /// Where the role is held.
    pub scope: OrgPath,
}

/// A customer of the demo.
#[derive(Debug, Clone)]
pub struct DemoCustomer {
    /// The id.
    pub id: kernel::CustomerId,
    /// The home unit.
    pub unit: UnitId,
    /// That unit's place.
    pub unit_path: OrgPath,
    /// The details as they were entered.
    pub form: CustomerForm,
}

/// The demo's bank.
#[derive(Debug, Clone)]
pub struct DemoBank {
    /// The units, in the order of the tree.
    pub units: Vec<Place>,
    /// The members of staff.
    pub staff: Vec<DemoStaff>,
    /// The customers.
    pub customers: Vec<DemoCustomer>,
}

/// Fills an empty bank; `None` when somebody is there already.
pub fn furnish(ledger: &Ledger, options: &DemoOptions) -> Result<Option<DemoBank>, Problem> {
    if ledger.read(|conn| staff::is_anybody_there(conn).map_err(Problem::from))? {
        return Ok(None);
    }
    let cause = Cause::new("demo:people");
    let units = ledger.write(&cause, open_units)?;
    // One hash serves all: the password stands on the screen, so there is nothing for a guesser to gain.
    let hash = password::hash(options.password.expose(), ledger.ports().random.as_ref());
    let (seed, places) = (options.seed, units.clone());
    let staff = ledger.write(&cause, move |unit| {
        let mut chance = Chance(SeededRandom::new(seed));
        employ(unit, &places, &mut chance, &hash)
    })?;
    let places = units.clone();
    let customers = ledger.write(&cause, move |unit| {
        let mut chance = Chance(SeededRandom::new(seed ^ 0x00c0_ffee));
        register(unit, &places, &mut chance)
    })?;
    Ok(Some(DemoBank { units, staff, customers }))
}

fn actor() -> ActorRef {
    ActorRef::program("demo")
}

fn open_units(unit: &mut Unit<'_>) -> Result<Vec<Place>, Problem> {
    let mut rows = Vec::new();
    let mut add = |code: &str, name: &str, kind: &str, parent: &str, region: &str| {
        let line = rows.len() as u64 + 2;
        rows.push(UnitRow {
            line,
            code: code.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            parent: parent.to_owned(),
            region: region.to_owned(),
            status: String::new(),
        });
    };
    add(HEAD, "示范农村商业银行总行", "head_office", "", "示范省东城市");
    for (code, name) in DEPARTMENTS {
        add(code, name, "department", HEAD, "示范省东城市");
    }
    for (code, name, region, outlets) in BRANCHES {
        add(code, name, "branch", HEAD, region);
        add(&format!("{code}-CP"), &format!("{name}消保办公室"), "department", code, region);
        for (outlet, number) in outlets.iter().zip(1..) {
            add(&format!("{code}-{number:02}"), outlet, "outlet", code, region);
        }
    }
    match organisation::import(unit, &actor(), &rows, "demo") {
        Ok(_) => {}
        Err(organisation::OrganisationImportError::Store(error)) => return Err(error.into()),
        Err(organisation::OrganisationImportError::Rows(errors)) => {
            return Err(Problem::internal_error(format!("the demo's organisation has {} errors", errors.total())));
        }
    }
    Ok(units::all(unit.connection())?)
}

/// Chance that can be repeated.
struct Chance(SeededRandom);

impl Chance {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0u8; 8];
        self.0.fill(&mut bytes);
        // The bias of the remainder is of no matter here.
        (u64::from_le_bytes(bytes) % end.max(1) as u64) as usize
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    fn pick(&mut self, chars: &str) -> String {
        let place = self.below(chars.chars().count());
        chars.chars().skip(place).take(1).collect()
    }

    fn name(&mut self) -> String {
        let (surname, first) = (self.pick(SURNAMES), self.pick(GIVEN));
        let second = if self.below(4) == 0 { String::new() } else { self.pick(GIVEN) };
        format!("{surname}{first}{second}")
    }

    /// A mobile number of the segment that no operator has.
    fn phone(&mut self) -> String {
        format!("154{}", self.digits(8))
    }
}

fn employ(unit: &mut Unit<'_>, places: &[Place], chance: &mut Chance, hash: &str) -> Result<Vec<DemoStaff>, Problem> {
    let mut posts: Vec<(String, Role, &str, &str)> = vec![
        ("admin".to_owned(), Role::Administrator, "HO-IT", HEAD),
        ("admin2".to_owned(), Role::Administrator, "HO-IT", HEAD),
        ("officer".to_owned(), Role::Officer, "HO-CP", HEAD),
        ("officer2".to_owned(), Role::Officer, "HO-CP", HEAD),
        ("handler".to_owned(), Role::Handler, "HO-CC", HEAD),
        ("handler2".to_owned(), Role::Handler, "HO-CC", HEAD),
        ("handler-rb".to_owned(), Role::Handler, "HO-RB", HEAD),
        ("handler-cd".to_owned(), Role::Handler, "HO-CD", HEAD),
        ("reviewer".to_owned(), Role::Reviewer, "HO-CP", HEAD),
        ("inspector".to_owned(), Role::Inspector, "HO-CP", HEAD),
        ("auditor".to_owned(), Role::Auditor, "HO-AU", HEAD),
        ("liaison".to_owned(), Role::RegulatorLiaison, "HO-CP", HEAD),
        ("president".to_owned(), Role::BranchPresident, HEAD, HEAD),
    ];
    for (branch, ..) in BRANCHES {
        let low = branch.to_ascii_lowercase();
        let office = place(places, &format!("{branch}-CP"))?.code.as_str();
        posts.push((format!("president-{low}"), Role::BranchPresident, branch, branch));
        posts.push((format!("officer-{low}"), Role::Officer, office, branch));
        posts.push((format!("handler-{low}"), Role::Handler, office, branch));
        posts.push((format!("handler2-{low}"), Role::Handler, office, branch));
    }
    let outlets = places.iter().filter(|place| place.kind == crate::model::organisation::UnitKind::Outlet);
    for outlet in outlets {
        let (code, low) = (outlet.code.as_str(), outlet.code.to_ascii_lowercase());
        posts.push((format!("head-{low}"), Role::OutletHead, code, code));
        posts.push((format!("lobby-{low}"), Role::LobbyManager, code, code));
        posts.push((format!("teller-{low}"), Role::Teller, code, code));
    }
    posts.into_iter().map(|post| hire(unit, places, chance, hash, post)).collect()
}

fn hire(
    unit: &mut Unit<'_>,
    places: &[Place],
    chance: &mut Chance,
    hash: &str,
    (number, role, home, scope): (String, Role, &str, &str),
) -> Result<DemoStaff, Problem> {
    let (home, scope) = (place(places, home)?, place(places, scope)?);
    let now = unit.now();
    // Roles began before the demo's oldest matter, so that every one of them was handled by somebody who might.
    let from = now.plus_days(-ROLES_DAYS);
    let roles = vec![RoleAssignment { role, scope: scope.id, from, to: None }];
    let (name, phone) = (Pii::new(chance.name()), Some(Pii::new(chance.phone())));
    let new = NewStaff { number, name, phone, unit: home.id, roles };
    let registered = staff_acts::register(unit, &actor(), &new)?;
    let record = staff::find(unit.connection(), registered.id)?
        .ok_or_else(|| Problem::internal_error("a member of staff vanished within a unit of work"))?;
    staff_acts::set_password(unit, &actor(), &record, hash)?;
    Ok(DemoStaff {
        id: registered.id,
        number: new.number,
        role,
        unit: home.id,
        unit_path: home.path.clone(),
        scope: scope.path.clone(),
    })
}

/// Days before the demo's start at which its staff took up their roles.
const ROLES_DAYS: i64 = 3 * 365;

fn place<'a>(places: &'a [Place], code: &str) -> Result<&'a Place, Problem> {
    let found = places.iter().find(|place| place.code == code);
    found.ok_or_else(|| Problem::internal_error(format!("the demo has no unit {code}")))
}

fn register(unit: &mut Unit<'_>, places: &[Place], chance: &mut Chance) -> Result<Vec<DemoCustomer>, Problem> {
    let outlets: Vec<&Place> =
        places.iter().filter(|place| place.kind == crate::model::organisation::UnitKind::Outlet).collect();
    let today = unit.now().date();
    let mut registered = Vec::with_capacity(CUSTOMERS);
    for number in 0..CUSTOMERS {
        let home = outlets[number % outlets.len()];
        let form = form(chance, number, today);
        let id = customers::register(unit, &actor(), &form, home.id)?;
        registered.push(DemoCustomer { id, unit: home.id, unit_path: home.path.clone(), form });
    }
    Ok(registered)
}

fn form(chance: &mut Chance, number: usize, today: Date) -> CustomerForm {
    let is_elder = number.is_multiple_of(ELDER_EVERY);
    let age = if is_elder { 61 + chance.below(28) } else { 19 + chance.below(40) };
    let birth = birth(chance, today, age as i16);
    let edition = (is_elder && chance.below(2) == 0).then_some(Edition::Elder);
    let mut form = CustomerForm {
        number: format!("D{:06}", number + 1),
        name: chance.name(),
        phone: chance.phone(),
        identity: identity(chance, birth, today),
        address: format!("示范省示范市{}路{}号", chance.pick(GIVEN), 1 + chance.below(300)),
        accounts: vec![card(chance)],
        edition,
        ..CustomerForm::default()
    };
    let tags: &[CustomerTag] = if is_elder {
        &[CustomerTag::LivesAlone, CustomerTag::LimitedMobility, CustomerTag::HearingImpaired, CustomerTag::Veteran]
    } else {
        &[CustomerTag::NewCitizen, CustomerTag::NewCitizen, CustomerTag::Disabled, CustomerTag::Veteran]
    };
    if chance.below(4) == 0 {
        form.tags.insert(tags[chance.below(tags.len())]);
    }
    form
}

/// A day on which somebody of this age today may have been born; the day is one that every month has.
fn birth(chance: &mut Chance, today: Date, age: i16) -> Date {
    let (month, day) = (1 + chance.below(12) as i8, 1 + chance.below(28) as i8);
    let had_birthday = (month, day) <= (today.month(), today.day());
    let year = today.year() - age - i16::from(!had_birthday);
    Date::new(year, month, day).unwrap_or(today)
}

/// A number with a right check character and a place that cannot be.
fn identity(chance: &mut Chance, birth: Date, today: Date) -> String {
    const PROVINCES: [&str; 6] = ["11", "31", "33", "44", "51", "61"];
    let province = PROVINCES[chance.below(PROVINCES.len())];
    let body = format!("{province}0099{:04}{:02}{:02}{}", birth.year(), birth.month(), birth.day(), chance.digits(3));
    let candidates = "0123456789X".chars().map(|last| format!("{body}{last}"));
    candidates.into_iter().find(|number| numbers::resident_id(number, today).is_ok()).unwrap_or_default()
}

/// A card number with a right last digit and a first digit that no bank has.
fn card(chance: &mut Chance) -> String {
    let body = format!("0{}", chance.digits(17));
    let candidates = (0..10).map(|last| format!("{body}{last}"));
    candidates.into_iter().find(|number| seal::identity::BankCard::parse(number).is_ok()).unwrap_or(body)
}
