//! Matters that somebody passed on, through the API: their own number, hotline, way in, deadline and report.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house, matter};

const LIAISON: &str = "regulator_liaison@/HO/";

fn file(house: &House<'_>, origin: Value) -> String {
    let mut body = matter();
    body["origin"] = origin;
    let filed = house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", body).is(201);
    filed["id"].as_str().unwrap().to_owned()
}

fn found(house: &House<'_>, query: &str) -> Vec<String> {
    let page = house.get("officer@/HO/", &format!("/api/voice/orders?{query}")).is(200);
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_senders_number_deadline_and_wishes_are_fields() {
    each_house(|house| {
        let deadline = "2027-01-05T09:00:00Z";
        let id = file(
            house,
            json!({
                "source": "nfra", "number": "银保监转〔2026〕77号", "deadline": deadline, "hotline": "nfra12378",
                "wanted": ["written_report", "result", "result"],
            }),
        );
        let origin = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)["origin"].clone();
        assert_eq!(origin["number"], "银保监转〔2026〕77号");
        assert_eq!(origin["deadline"], deadline);
        assert_eq!(origin["entry"], "transfer", "a transfer came in as one");
        assert_eq!(origin["wanted"], json!(["result", "written_report"]), "each once and in order");
        assert_eq!(origin["outstanding"], origin["wanted"]);
        house.handle(&id);
        house.act(HANDLER, &id, "decide", decision()).is(200);
        let report = |items: Value| json!({ "means": "online", "reference": "R-1", "items": items });
        assert_eq!(house.act(HANDLER, &id, "report_back", report(json!([]))).reason(422), "report-lacks");
        house.act(HANDLER, &id, "report_back", report(json!(["result"]))).is(200);
        assert_eq!(found(house, "report=owed"), std::slice::from_ref(&id));
        house.act(LIAISON, &id, "report_back", report(json!(["written_report"]))).is(200);
        assert!(found(house, "report=owed").is_empty());
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(order["origin"]["is_reported"], true);
        let told = order["history"].as_array().unwrap().iter().filter(|event| event["kind"] == "reported_back");
        let told: Vec<_> = told.map(|event| event["sentence"]["zh"].as_str().unwrap().to_owned()).collect();
        assert!(told[0].ends_with("：处理结果") && told[1].ends_with("：书面报告"), "{told:?}");
    });
}

#[test]
fn orders_are_found_by_their_way_in_and_hotline() {
    each_house(|house| {
        let plain = house.file();
        let letter = file(house, json!({ "entry": "letter" }));
        let hotline = file(
            house,
            json!({ "source": "government", "number": "12345-9", "hotline": "government12345", "entry": "transfer" }),
        );
        let media = file(house, json!({ "source": "media" }));
        assert_eq!(found(house, "entry=letter"), [letter]);
        assert_eq!(found(house, "entry=transfer"), std::slice::from_ref(&hotline));
        assert_eq!(found(house, "hotline=government12345"), std::slice::from_ref(&hotline));
        assert_eq!(found(house, "entry=media"), std::slice::from_ref(&media));
        assert_eq!(found(house, "source=media"), [media]);
        assert_eq!(found(house, "report=owed"), [hotline]);
        assert!(!found(house, "report=owed").contains(&plain));
        house.get(OFFICER, "/api/voice/orders?entry=pigeon").is(422);
        house.get(OFFICER, "/api/voice/orders?report=done").is(422);
    });
}

#[test]
fn an_origin_that_contradicts_itself_is_refused_at_its_field() {
    each_house(|house| {
        for (origin, pointer) in [
            (json!({ "source": "pbc", "number": "1", "hotline": "nfra12378" }), "/origin/hotline"),
            (json!({ "wanted": ["result"] }), "/origin/wanted"),
            (json!({ "source": "pbc" }), "/origin/number"),
        ] {
            let mut body = matter();
            body["origin"] = origin;
            let problem = house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", body).is(422);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
    });
}
