//! Complaints of the past: shapes of files, refusals, interruption, and the way out again.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use crate::house::{House, Ran};

/// The mapping that ships for the public list in English.
fn shipped(name: &str) -> String {
    format!("{}/../../docs/guide/mappings/{name}", env!("CARGO_MANIFEST_DIR"))
}

const HEADER: &str = "Complaint ID,Product,Sub-product,Issue,Sub-issue,State,ZIP code,Submitted via,Date received,Date sent to company,Company,Company response,Timely response?,Consumer disputed?\n";

/// A row in the shape of the public list; made up.
fn row(number: usize, received: &str, sent: &str, response: &str, timely: &str) -> String {
    format!(
        "{number},Mortgage,Other mortgage,\"Loan servicing, payments, escrow account\",,CA,90001,Web,{received},{sent},\"Example Bank, N.A.\",{response},{timely},\n"
    )
}

fn list(rows: usize) -> String {
    let row = |number| row(number, "10/16/2014", "10/20/2014", "Closed with explanation", "Yes");
    HEADER.to_owned() + &(0..rows).map(|at| row(1_000_000 + at)).collect::<String>()
}

fn import(house: &House, file: &str, mapping: &str) -> Ran {
    house.run(&["import", "complaints", file, "--mapping", mapping, "--errors", "errors.csv"])
}

fn orders(house: &House) -> i64 {
    house.number("SELECT count(*) FROM orders")
}

#[test]
fn a_public_list_becomes_closed_orders_with_their_own_dates() {
    let house = House::new();
    let mut text = list(3);
    text.push_str(&row(7, "10/16/2014", "10/20/2014", "In progress", "Yes"));
    text.push_str(&row(8, "10/16/2014", "10/20/2014", "Untimely response", "No"));
    text.push_str(&row(9, "16/10/2014", "10/20/2014", "Closed", "Yes"));
    text.push_str(&row(10, "10/21/2014", "10/20/2014", "Closed", "Yes"));
    text.push_str(&row(11, "10/16/2014", "10/20/2014", "Closed", "Maybe"));
    text.push_str(&row(7, "10/16/2014", "10/20/2014", "Closed", "Yes"));
    text.push_str(&row(8, "10/16/2014", "10/20/2014", "Untimely response", "No"));
    text.push_str("12,Mortgage,,Issue,,CA,90001,Web,10/16/2014,10/20/2014,Example,Closed,Yes\n");
    house.write("list.csv", &text);
    let ran = import(&house, "list.csv", &shipped("cfpb.toml")).ended(3);
    ran.says(&[
        "head office HO",
        "taken 6",
        "refused 4",
        "line 7, Date received",
        "line 8, Date sent",
        "line 9, Timely",
        "line 10",
        "line 5",
        "15 days",
        "60 days",
        "1 of those in time were interim",
    ]);
    let errors = house.read("errors.csv");
    assert_eq!(errors.lines().count(), 5, "{errors}");
    assert_eq!(orders(&house), 6);
    assert_eq!(house.number("SELECT count(*) FROM orders WHERE stage = 'closed'"), 6);
    // 2014-10-16 in Shanghai began at 2014-10-15T16:00:00Z.
    assert_eq!(house.number("SELECT min(received_at) FROM orders"), 1_413_388_800_000_000);
    assert_eq!(house.number("SELECT max(received_at) FROM orders"), 1_413_388_800_000_000);
    import(&house, "list.csv", &shipped("cfpb.toml")).ended(3).says(&["taken 0", "taken before 6"]);
    house.run(&["ledger", "verify"]).ended(0).says(&["intact"]);
}

#[test]
fn a_check_takes_nothing_and_needs_no_house() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list.csv"), list(2) + &row(1, "never", "10/20/2014", "Closed", "Yes")).unwrap();
    let mapping = shipped("cfpb.toml");
    let arguments = ["import", "complaints", "list.csv", "--mapping", &mapping, "--check"];
    crate::house::run(folder.path(), &arguments).ended(3).says(&["could be taken", "line 4"]);
    assert!(!folder.path().join("bank.db").exists());
}

#[test]
fn every_shipped_mapping_takes_its_own_shape() {
    let house = House::new().with_units();
    house.write(
        "download.csv",
        "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n\
         2023-04-17,Checking or savings account,Checking account,Managing an account,Fee problem,\"My number is 13812345678, call me\",,EXAMPLE BANK,FL,331XX,,Consent provided,Web,2023-04-18,Closed with explanation,Yes,N/A,6850001\n",
    );
    import(&house, "download.csv", &shipped("cfpb-download.toml")).ended(0).says(&["taken 1"]);
    assert_eq!(house.number("SELECT count(*) FROM orders WHERE business = 'savings'"), 1);
    let ledger = "工单编号,受理时间,办结时间,答复时间,来源,转办编号,受理机构,客户姓名,联系电话,证件号码,涉及账号,业务类别,投诉渠道,投诉原因,投诉内容,客户诉求,涉及金额(元),处理结论,状态,是否重复投诉\r\n\
        TS001,2025/3/1 9:30,2025/3/20 17:00,2025/3/20 16:00,客户,,GZ01,张三丰,13812345678,,,信用卡,柜面,收费,\"年费，未经同意\",退还年费,\"1,200.50\",属实,已办结,否\r\n\
        TS002,2025年3月2日,2025年3月5日,2025年3月4日,12378,转2025-77,GZ,李四光,,,,储蓄,网银,服务态度,排队太久,,,不属实,已办结,否\r\n\
        TS003,2025/3/3 9:30,,,客户,,GZ01,王五行,,,,贷款,柜面,合同条款,还在处理,,,,处理中,否\r\n\
        TS004,2025/3/3 9:30,2025/3/5 9:30,2025/3/4 9:30,客户,,NOWHERE,王五行,,,,贷款,柜面,合同条款,机构不对,,,属实,已办结,否\r\n\
        TS005,2025/3/3 9:30,2025/3/5 9:30,2025/3/4 9:30,客户,,GZ01,王五行,12,,,贷款,柜面,合同条款,电话不对,,,大概属实,已办结,否\r\n";
    house.write("ledger.csv", encoding_rs::GBK.encode(ledger).0);
    let ran = import(&house, "ledger.csv", &shipped("bank-ledger.toml")).ended(3);
    let ran = ran.says(&["taken 2", "left out by the mapping 1", "refused 2", "line 5", "line 6, 联系电话"]);
    assert!(!ran.err.contains("王五行"));
    assert_eq!(house.number("SELECT amount_minor FROM orders WHERE amount_minor IS NOT NULL"), 120_050);
    // Answered after nineteen days: not within 15, but within 30.
    ran.says(&["15 days: Time to decide a complaint 1 1 0", "30 days: Time to decide a complex complaint 2 0 0"]);
    house.run(&["ledger", "verify"]).ended(0);
}

#[test]
fn a_workbook_reads_like_its_csv() {
    let house = House::new().with_units();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "某某银行投诉台账").unwrap();
    for (column, name) in ["编号", "受理", "答复", "金额", "事由"].into_iter().enumerate() {
        sheet.write(2, column as u16, name).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let minute = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    sheet.write_formula(3, 0, rust_xlsxwriter::Formula::new("=\"T\"&1").set_result("T1")).unwrap();
    sheet.write_number_with_format(3, 1, 45_943.0, &day).unwrap();
    sheet.write_number_with_format(3, 2, 45_950.5, &minute).unwrap();
    sheet.write_formula(3, 3, rust_xlsxwriter::Formula::new("=1000*2").set_result("2000")).unwrap();
    sheet.write(3, 4, "重复扣款").unwrap();
    sheet.write_formula(4, 0, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    book.save(house.file("ledger.xlsx")).unwrap();
    house.write(
        "ledger.toml",
        "source = \"xlsx\"\n[file]\nheader_line = 3\n[fields]\nexternal = { column = \"编号\" }\nreceived = { column = \"受理\" }\nanswered = { column = \"答复\" }\namount = { column = \"金额\" }\ntitle = { column = \"事由\" }\n",
    );
    import(&house, "ledger.xlsx", "ledger.toml").ended(3).says(&["taken 1", "line 5"]);
    assert_eq!(house.number("SELECT amount_minor FROM orders"), 200_000);
    assert_eq!(house.number("SELECT received_at FROM orders"), 1_760_284_800_000_000);
    assert_eq!(house.number("SELECT ended_at FROM orders"), 1_760_932_800_000_000);
}

#[test]
fn rows_without_numbers_are_known_by_their_content() {
    let house = House::new();
    house.write(
        "m.toml",
        "source = \"no-numbers\"\n[fields]\nreceived = { column = \"d\" }\ntitle = { column = \"t\" }\n",
    );
    house.write("a.csv", "d,t\n2026-01-05,one\n2026-01-05,two\n2026-01-05,one\n");
    import(&house, "a.csv", "m.toml").ended(0).says(&["taken 3"]);
    import(&house, "a.csv", "m.toml").ended(0).says(&["taken 0", "taken before 3"]);
    house.write("b.csv", "d,t\n2026-01-05,one\n2026-01-05,three\n");
    import(&house, "b.csv", "m.toml").ended(0).says(&["taken 1", "taken before 1"]);
    assert_eq!(orders(&house), 4);
}

#[test]
fn rows_that_lack_their_number_are_known_by_their_content() {
    let house = House::new();
    house.write(
        "m.toml",
        "source = \"some-numbers\"\n[fields]\nexternal = { column = \"n\" }\nreceived = { column = \"d\" }\ntitle = { column = \"t\" }\n",
    );
    house.write("a.csv", "n,d,t\nA1,2026-01-05,one\n,2026-01-05,two\n ,2026-01-05,two\n,2026-01-06,two\n");
    import(&house, "a.csv", "m.toml").ended(0).says(&["taken 4"]);
    import(&house, "a.csv", "m.toml").ended(0).says(&["taken 0", "taken before 4"]);
    assert_eq!(orders(&house), 4);
}

#[test]
fn refused_rows_stand_in_the_order_of_their_lines_with_each_reason_once() {
    let house = House::new();
    house.write("m.toml", "source = \"x\"\n[fields]\nreceived = { column = \"=d\" }\ntitle = { column = \"t\" }\n");
    house.write("a.csv", "=d,t\n2099-01-01,later\nnever,two\n2026-01-05,good\n2099-01-01,later\nnever,five\n");
    import(&house, "a.csv", "m.toml").ended(3).says(&["taken 1", "refused 4"]);
    let errors = house.read("errors.csv");
    let lines: Vec<&str> = errors.lines().skip(1).map(|line| line.split_once(',').unwrap().0).collect();
    assert_eq!(lines, ["2", "3", "5", "6"], "{errors}");
    let first = errors.lines().nth(1).unwrap();
    assert_eq!(first.matches("future").count(), 1, "{first}");
    assert!(first.starts_with("2,'=d,"), "a heading runs nothing: {first}");
}

#[test]
fn a_row_that_says_something_else_the_second_time_is_told() {
    let house = House::new();
    house.write("list.csv", list(2));
    import(&house, "list.csv", &shipped("cfpb.toml")).ended(0);
    house.write("list.csv", list(2).replace("10/20/2014", "10/21/2014"));
    let ran = import(&house, "list.csv", &shipped("cfpb.toml")).ended(3);
    ran.says(&["taken before as wo_", "nothing was changed", "refused 2"]);
    assert_eq!(orders(&house), 2);
}

#[test]
fn wrong_mappings_and_files_are_refused_before_the_first_row() {
    let house = House::new();
    house.write("list.csv", list(1));
    house.write("typo.toml", "source = \"x\"\n[fields]\nrecieved = { column = \"Date received\" }\n");
    import(&house, "list.csv", "typo.toml").ended(2).says(&["recieved", "typo.toml"]);
    house.write("column.toml", "source = \"x\"\n[fields]\nreceived = { column = \"Date\" }\n");
    import(&house, "list.csv", "column.toml").ended(2).says(&["Date", "Date received"]);
    house.write(
        "class.toml",
        "source = \"x\"\n[fields]\nreceived = { column = \"Date received\" }\nbusiness = { constant = \"gold\" }\n",
    );
    import(&house, "list.csv", "class.toml").ended(2).says(&["gold"]);
    house.write("wide.csv", vec!["c"; 100_000].join(",") + "\n");
    import(&house, "wide.csv", &shipped("cfpb.toml")).ended(1).says(&["100000 columns"]);
    house.run(&["import", "complaints", "list.csv", "--mapping", &shipped("cfpb.toml"), "--unit", "a b"]).ended(2);
    assert_eq!(orders(&house), 0);
}

/// Starts an import and stops it with `signal` once some orders are there; gives its exit code.
fn interrupt(house: &House, signal: &str, at_least: i64) -> Option<i32> {
    let mut command = house.command();
    command.args(["import", "complaints", "list.csv", "--mapping", &shipped("cfpb.toml")]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while orders(house) < at_least && began.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    let status =
        std::process::Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    child.wait().unwrap().code()
}

#[test]
fn an_interrupted_import_goes_on_without_duplicates() {
    const ROWS: usize = 6_000;
    let house = House::new();
    house.write("list.csv", list(ROWS));
    assert_eq!(interrupt(&house, "INT", 1), Some(130));
    let first = orders(&house);
    assert!(first > 0 && (first as usize) < ROWS, "{first} orders after the first stop");
    assert_eq!(interrupt(&house, "KILL", first + 1), None);
    let second = orders(&house);
    assert!(second > first && (second as usize) < ROWS, "{second} orders after the second stop");
    let before = format!("taken before {second}");
    import(&house, "list.csv", &shipped("cfpb.toml")).ended(0).says(&[&before]);
    assert_eq!(orders(&house), ROWS as i64);
    assert_eq!(house.number("SELECT count(DISTINCT origin_number) FROM orders"), ROWS as i64);
    house.run(&["ledger", "verify"]).ended(0);
}

#[test]
fn what_was_taken_can_be_exported_and_read_again() {
    let house = House::new().with_units();
    house.write(
        "m.toml",
        "source = \"x\"\n[fields]\nexternal = { column = \"n\" }\nreceived = { column = \"d\" }\nname = { column = \"who\" }\nphone = { column = \"tel\" }\ntitle = { column = \"t\" }\nunit = { column = \"u\" }\n",
    );
    let rows: String = (0..450)
        .map(|at| format!("{at},2026-01-{:02} 08:30:00,张三丰,13812345678,=1+{at}，第{at}件,GZ01\n", at % 28 + 1))
        .collect();
    house.write("a.csv", format!("n,d,who,tel,t,u\n{rows}"));
    import(&house, "a.csv", "m.toml").ended(0).says(&["taken 450"]);
    house.run(&["export", "complaints", "out.csv"]).ended(0).says(&["450"]);
    house.run(&["export", "complaints", "out.xlsx"]).ended(0).says(&["450"]);
    let text = house.read("out.csv");
    assert!(!text.contains("张三丰") && !text.contains("13812345678"), "an export is masked");
    assert!(text.contains("138****5678") && text.contains("'=1+7"), "{}", &text[..600]);
    assert_eq!(house.run(&["export", "complaints", "--unit", "GZ01"]).ended(0).out, text);
    let head: String = house
        .run(&["export", "complaints", "--unit", "GZ01", "--from", "2026-01-10", "--to", "2026-01-10"])
        .ended(0)
        .out;
    assert_eq!(head.lines().count(), 1 + 16);
    house.run(&["export", "complaints", "--unit", "NOWHERE"]).ended(2);
    house.run(&["export", "complaints", "out.csv"]).ended(1).says(&["out.csv exists", "--overwrite"]);
    house.run(&["export", "complaints", "out.csv", "--overwrite"]).ended(0).says(&["Exported 450 orders."]);
    house.run(&["export", "complaints", "out.txt"]).ended(2).says(&["out.txt", ".csv or .xlsx", "--format"]);
    house.run(&["export", "complaints", "nowhere/out.csv"]).ended(1).says(&["no folder nowhere"]);
    // Both files are read back as lists of their own.
    for (file, source) in [("out.csv", "again-csv"), ("out.xlsx", "again-xlsx")] {
        let mapping = format!(
            "source = \"{source}\"\n[fields]\nexternal = {{ column = \"receipt\" }}\nreceived = {{ column = \"received_at\" }}\nclosed = {{ column = \"ended_at\" }}\ntitle = {{ column = \"title\" }}\nunit = {{ column = \"unit\" }}\n"
        );
        house.write("again.toml", mapping);
        import(&house, file, "again.toml").ended(0).says(&["taken 450"]);
    }
    assert_eq!(house.number("SELECT count(DISTINCT received_at) FROM orders"), 28);
}

#[test]
fn personal_data_leave_in_clear_only_for_who_may_and_leave_an_event() {
    let house = House::new().with_units();
    house.write("m.toml", "source = \"x\"\n[fields]\nreceived = { column = \"d\" }\nname = { column = \"who\" }\nphone = { column = \"tel\" }\ntitle = { column = \"t\" }\nunit = { column = \"u\" }\n");
    house.write("a.csv", "d,who,tel,t,u\n2026-01-05,张三丰,13812345678,一,GZ01\n2026-01-05,李四光,13912345678,二,HO\n");
    import(&house, "a.csv", "m.toml").ended(0);
    let password = "Correct-Horse-77";
    house.write("secret", format!("{password}\n"));
    let with_secret = |arguments: &[&str]| -> Ran {
        let secret = std::fs::File::open(house.file("secret")).unwrap();
        house.command().args(arguments).stdin(secret).output().unwrap().into()
    };
    let enter = |number: &str, role: &str| {
        with_secret(&[
            "admin",
            "create-user",
            number,
            "--name",
            "管理",
            "--unit",
            "GZ",
            "--role",
            role,
            "--password-stdin",
        ])
        .ended(0);
    };
    enter("officer1", "officer");
    enter("auditor1", "auditor");
    enter("teller1", "teller");
    let clear = |number: &str| with_secret(&["export", "complaints", "--as", number, "--reveal", "audit"]);
    let ran = clear("officer1").ended(0);
    assert!(ran.out.contains("张三丰") && ran.out.contains("13812345678"));
    assert!(!ran.out.contains("李四光"), "the head office lies outside of the branch's scope");
    let with_duty = ["export", "complaints", "--as", "officer1", "--reveal", "audit"];
    let secret = std::fs::File::open(house.file("secret")).unwrap();
    let ran = house.command().args(with_duty).env("XIAOBAO_SECOND_FACTOR_REQUIRED", "true").stdin(secret).output();
    let ran = Ran::from(ran.unwrap()).ended(1).says(&["requires a second factor"]);
    assert!(ran.out.is_empty(), "nothing is written for somebody who owes a second factor");
    clear("auditor1").ended(1).says(&["voice.order.reveal"]);
    clear("teller1").ended(1).says(&["voice.order.export"]);
    house.write("secret", "wrong\n");
    clear("officer1").ended(1).says(&["password is wrong"]);
    assert_eq!(house.number("SELECT count(*) FROM events WHERE kind LIKE '%revealed'"), 1);
    assert_eq!(house.number("SELECT count(*) FROM sessions"), 0, "the session ended with the command");
    house.run(&["export", "complaints", "--reveal", "audit"]).ended(2);
}

#[test]
fn a_restore_from_the_other_engine_lets_search_be_built_anew() {
    let Some(database) = crate::house::TestPostgres::make("across") else { return };
    let house = House::new().with_units();
    house.write(
        "past.csv",
        "no,received,answered,title\nA1,2025-03-01,2025-03-05,信用卡年费\nA2,2025-03-02,2025-03-06,网银转账\n",
    );
    house.write(
        "past.toml",
        "source = \"past\"\n[fields]\nexternal = { column = \"no\" }\nreceived = { column = \"received\" }\nanswered = { column = \"answered\" }\ntitle = { column = \"title\" }\n",
    );
    import(&house, "past.csv", "past.toml").ended(0).says(&["taken 2"]);
    house.tamper("UPDATE order_persons SET pending = 0");
    house.run(&["backup", "bank.backup"]).ended(0);
    let to = ["restore", "bank.backup", "--database", &database.address];
    house.run(&to).ended(0).says(&["intact", "search index"]);
    assert_eq!(database.number("SELECT count(*) FROM order_persons WHERE pending = 1"), 2);
    // And back again, into a file whose search index was made by the migrations.
    house.run(&["backup", "across.backup", "--database", &database.address]).ended(0);
    house.run(&["restore", "across.backup", "--database", "sqlite:back.db"]).ended(0).says(&["intact", "search index"]);
    let found = house.run(&["export", "complaints", "--database", "sqlite:back.db"]).ended(0);
    assert!(found.out.contains("信用卡年费") && found.out.contains("网银转账"), "{}", found.out);
}
