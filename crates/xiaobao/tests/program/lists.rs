//! Lists of units, staff and customers in the shapes that banks send.

use crate::house::House;

#[test]
fn templates_print_headers_in_both_languages() {
    let house = House::new();
    for (list, english, chinese) in
        [("orgs", "code,name,kind", "机构号"), ("staff", "number,name", "工号"), ("customers", "identity", "客户号")]
    {
        house.run(&["import", list, "--template"]).ended(0).says(&[english]);
        house.run(&["import", list, "--template", "--language", "zh"]).ended(0).says(&[chinese]);
        house.run(&["import", list]).ended(2);
    }
}

#[test]
fn units_are_taken_whole_or_not_at_all() {
    let house = House::new();
    house.write(
        "wrong.csv",
        "机构号,机构名称,机构类型,上级机构号\nHO,总行,总行,\nGZ,广州分行,分行,HO\nSZ,深圳分行,银行,NOWHERE\n",
    );
    house.run(&["import", "orgs", "wrong.csv", "--errors", "errors.csv"]).ended(1).says(&["line 4", "not changed"]);
    assert!(house.read("errors.csv").lines().count() >= 2);
    assert_eq!(house.number("SELECT count(*) FROM units"), 0);
    let gbk = encoding_rs::GBK
        .encode("机构号,机构名称,机构类型,上级机构号\r\nHO,总行,总行,\r\nGZ,\"广州,分行\",分行,HO\r\n")
        .0
        .into_owned();
    house.write("right.csv", &gbk);
    house.run(&["import", "orgs", "right.csv"]).ended(0).says(&["2 opened"]);
    house.run(&["import", "orgs", "right.csv"]).ended(0).says(&["2 unchanged"]);
    house.write("renamed.csv", "\u{feff}code,name,kind,parent\nGZ,羊城分行,branch,HO\n");
    house.run(&["import", "orgs", "renamed.csv"]).ended(0).says(&["1 renamed"]);
    assert_eq!(house.number("SELECT count(*) FROM units"), 2);
}

#[test]
fn good_rows_of_staff_are_kept_and_bad_ones_told() {
    let house = House::new().with_units();
    house.write(
        "staff.csv",
        "工号,姓名,电话,机构号,角色,备注\nS1,张三,13812345678,GZ01,teller;handler@GZ,x\nS2,李四,,NOWHERE,,\nS3,王五5,,GZ,,\nS4,赵六,,GZ,king,\nS5,钱七,,HO,officer,\nS6,孙八\n",
    );
    let ran = house.run(&["import", "staff", "staff.csv", "--errors", "errors.csv"]).ended(3);
    let ran = ran.says(&["2 added", "4 refused", "备注", "line 3", "line 4", "line 5", "line 7"]);
    assert!(!ran.err.contains("王五") && !ran.out.contains("王五"), "personal values are not repeated");
    assert_eq!(house.read("errors.csv").lines().count(), 5);
    house.run(&["import", "staff", "staff.csv"]).ended(3).says(&["2 unchanged"]);
}

#[test]
fn customers_come_from_xlsx_too() {
    let house = House::new().with_units();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in
        [["客户号", "姓名", "电话", "机构号"], ["C1", "张三丰", "13812345678", "GZ01"], ["C2", "李四光", "12", "GZ01"]]
            .iter()
            .enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    // A telephone number as a number, which is how Excel keeps it when nobody says otherwise.
    sheet.write(3, 0, "C3").unwrap();
    sheet.write(3, 1, "周伯通").unwrap();
    sheet.write_number(3, 2, 13_912_345_678.0).unwrap();
    sheet.write_formula(3, 3, rust_xlsxwriter::Formula::new("=D2").set_result("GZ01")).unwrap();
    book.save(house.file("customers.xlsx")).unwrap();
    house.run(&["import", "customers", "customers.xlsx"]).ended(3).says(&["2 added", "1 refused", "line 3"]);
    assert_eq!(house.number("SELECT count(*) FROM customers"), 2);
}

#[test]
fn what_is_no_list_is_said_clearly() {
    let house = House::new().with_units();
    house.write("wide.csv", vec!["c"; 100_000].join(","));
    house.run(&["import", "customers", "wide.csv"]).ended(1).says(&["100000 columns; at most 512", "COLUMNS_MAX"]);
    house.write("empty.csv", "");
    house.run(&["import", "customers", "empty.csv"]).ended(1).says(&["no header"]);
    house.write("other.csv", "a,b\n1,2\n");
    let ran = house.run(&["import", "customers", "other.csv"]).ended(1).says(&["lacks columns", "number"]);
    assert!(ran.out.is_empty(), "a file that could not be read has no result: {}", ran.out);
    house.write("day.csv", "number,name,unit,birth_date\nC1,张三,GZ01,1990-02-30\n");
    house.run(&["import", "customers", "day.csv"]).ended(3).says(&["There is no such day.", "1 row was refused."]);
    house.write("quote.csv", "number,name,unit\nC1,\"张三,GZ01\nC2,李四,GZ01\n");
    house.run(&["import", "customers", "quote.csv"]).ended(3).says(&["line 2", "never closed"]);
    house.write("zip.xlsx", b"PK\x03\x04 and then nothing");
    house.run(&["import", "customers", "zip.xlsx"]).ended(1).says(&["broken"]);
    house.run(&["import", "customers", "missing.csv"]).ended(1).says(&["missing.csv"]);
    assert_eq!(house.number("SELECT count(*) FROM customers"), 0);
}

#[test]
fn what_is_read_is_never_written_over() {
    let house = House::new();
    let list = "number,name,unit\nc1,张三,HO\n";
    house.write("customers.csv", list);
    house.run(&["import", "customers", "customers.csv", "--errors", "./customers.csv"]).ended(2).says(&["--errors"]);
    assert_eq!(house.read("customers.csv"), list);
    house.run(&["import", "customers", "/dev/zero"]).ended(1).says(&["no plain file"]);
}
