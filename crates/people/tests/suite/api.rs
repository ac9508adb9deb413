//! The endpoints over HTTP: doors, scopes, secrets, and what bad input gets.

use http::{Method, StatusCode, header};
use kernel::Role;
use ledger::testkit::TestDatabase;
use people::access::{second_factor, secret::RECOVERY_CODES};
use serde_json::json;

use crate::{
    app::{App, Client, PASSWORD},
    house::{each_bank, enter, hire, place, record, set_password},
};

#[test]
fn every_operation_but_the_door_is_closed_to_strangers() {
    each_bank(|db| {
        let app = App::new(db);
        let api = serde_json::to_value(&app.api).unwrap();
        let mut open = Vec::new();
        let mut count = 0;
        for (path, methods) in api["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                count += 1;
                let address = path.replace("{id}", "cu_00000000000000000000000000");
                let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
                let answer = app.send(&Client::default(), method, &address, Some(&json!({})));
                let id = operation["operationId"].as_str().unwrap();
                if answer.status != StatusCode::UNAUTHORIZED {
                    open.push(id.to_owned());
                }
                let name = id.split('_').next().unwrap();
                assert!(!name.is_empty() && id.contains('_'), "{id} is not verb_noun");
                assert_eq!(operation["tags"][0], "people");
            }
        }
        assert_eq!(open, ["sign_in"]);
        assert!(count >= 25, "{count}");
    });
}

#[test]
fn the_cookie_is_for_this_site_and_no_script() {
    each_bank(|db| {
        let app = App::new(db);
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let body = json!({ "staff_number": "GZ1", "password": PASSWORD });
        let answer = app.post(&Client::default(), "/api/people/sign-in", body);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=43200"] {
            assert!(cookie.split("; ").any(|other| other == part), "{part} in {cookie}");
        }
        assert_eq!(answer.body["staff"]["number"], "gz1");
        assert_eq!(answer.body["staff"]["name"], "张三");
        assert_eq!(answer.body["unit"]["path"], "/HO/GZ/");
        assert_eq!(answer.body["roles"][0]["role"], "handler");
        assert_eq!(answer.body["duties"], json!([]));
        let permissions = answer.body["permissions"].as_array().unwrap();
        assert!(permissions.contains(&json!({ "permission": "people.customer.see", "scopes": ["/HO/GZ/"] })));
        assert!(!answer.body.to_string().contains(cookie.split(['=', ';']).nth(1).unwrap()));
    });
}

#[test]
fn strangers_and_wrong_passwords_get_the_same_answer() {
    each_bank(|db| {
        let app = App::new(db);
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let wrong = app.sign_in("gz1", "wrong").unwrap_err();
        let stranger = app.sign_in("nobody", "wrong").unwrap_err();
        assert_eq!((wrong.status, wrong.reason()), (StatusCode::UNAUTHORIZED, "wrong-password"));
        let without_id = |mut answer: Box<crate::app::Answer>| {
            answer.body["request_id"] = json!(null);
            answer.body
        };
        assert_eq!(without_id(wrong), without_id(stranger));
        for _ in 0..4 {
            app.sign_in("gz1", "wrong").unwrap_err();
            app.sign_in("nobody", "wrong").unwrap_err();
        }
        let (wrong, stranger) = (app.sign_in("gz1", PASSWORD).unwrap_err(), app.sign_in("nobody", "x").unwrap_err());
        assert_eq!((wrong.status, wrong.reason()), (StatusCode::TOO_MANY_REQUESTS, "locked"));
        assert_eq!(without_id(wrong), without_id(stranger));
    });
}

#[test]
fn unsafe_requests_of_a_browser_carry_the_token_of_the_session() {
    each_bank(|db| {
        let app = App::new(db);
        let client = app.persona("gz1", "GZ", Role::Handler);
        let body = json!({ "by": "phone", "value": "13800138000" });
        let path = "/api/people/customers/find";
        assert_eq!(app.post(&client, path, body.clone()).status, StatusCode::OK);
        let without = app.post(&client.without_csrf(), path, body);
        assert_eq!((without.status, without.body["title"].as_str()), (StatusCode::FORBIDDEN, Some("cross site")));
        assert_eq!(app.get(&client.without_csrf(), "/api/people/session").status, StatusCode::OK);
    });
}

#[test]
fn signing_out_ends_the_session_at_once() {
    each_bank(|db| {
        let app = App::new(db);
        let client = app.persona("gz1", "GZ", Role::Handler);
        let other = app.sign_in("gz1", PASSWORD).unwrap();
        let list = app.get(&client, "/api/people/sessions");
        assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
        let out = app.send(&client, Method::POST, "/api/people/sign-out", None);
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(app.get(&client, "/api/people/session").status, StatusCode::UNAUTHORIZED);
        let third = app.sign_in("gz1", PASSWORD).unwrap();
        let ended = app.send(&third, Method::POST, "/api/people/sessions/revoke-others", None);
        assert_eq!(ended.body["ended"], 1);
        assert_eq!(app.get(&other, "/api/people/session").status, StatusCode::UNAUTHORIZED);
        let list = app.get(&third, "/api/people/sessions");
        let own = list.body["items"][0]["id"].as_str().unwrap();
        // Nobody ends a session of somebody else.
        let stranger = app.persona("sz1", "SZ", Role::Administrator);
        let path = format!("/api/people/sessions/{own}/revoke");
        assert_eq!(app.send(&stranger, Method::POST, &path, None).status, StatusCode::NOT_FOUND);
        assert_eq!(app.send(&third, Method::POST, &path, None).status, StatusCode::NO_CONTENT);
        assert_eq!(app.get(&third, "/api/people/session").status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn a_new_colleague_comes_in_by_a_temporary_password() {
    each_bank(|db| {
        let app = App::new(db);
        let admin = app.persona("admin", "HO", Role::Administrator);
        let unit = place(db, "GZ").id;
        let body = json!({
            "number": "GZ9", "name": "李四", "phone": "13900139000", "unit": unit,
            "roles": [{ "role": "handler", "scope": unit }],
        });
        let made = app.post(&admin, "/api/people/staff", body.clone());
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let masked = (made.body["name_masked"].as_str(), made.body["phone_masked"].as_str());
        assert_eq!(masked, (Some("李*"), Some("139****9000")));
        assert!(!made.body.to_string().contains("13900139000") && !made.body.to_string().contains("李四"));
        let path = made.headers[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(app.get(&admin, &path).body["name"], "李四");
        assert_eq!(app.post(&admin, "/api/people/staff", body).reason(), "number-taken");
        assert!(app.sign_in("gz9", PASSWORD).is_err(), "no password yet");
        let reset = app.send(&admin, Method::POST, &format!("{path}/reset"), None);
        let temporary = reset.body["temporary_password"].as_str().unwrap();
        let first = app.sign_in("gz9", temporary).unwrap();
        let session = app.get(&first, "/api/people/session");
        assert_eq!(session.body["duties"], json!(["change_password"]));
        assert_eq!(session.body["permissions"], json!([]));
        let barred = app.get(&first, "/api/people/customers");
        assert_eq!((barred.status, barred.reason()), (StatusCode::FORBIDDEN, "change-password-first"));
        let change = |present: &str, new: &str| {
            app.post(&first, "/api/people/password/change", json!({ "present": present, "new": new }))
        };
        assert_eq!(change(temporary, "short").pointers(), ["/new"]);
        assert_eq!(change(temporary, temporary).pointers(), ["/new"]);
        assert_eq!(change("wrong", "Other-river-8").pointers(), ["/present"]);
        assert_eq!(change(temporary, "Other-river-8").status, StatusCode::NO_CONTENT);
        assert_eq!(app.get(&first, "/api/people/customers").status, StatusCode::OK);
        assert!(app.sign_in("gz9", temporary).is_err());
        app.sign_in("gz9", "Other-river-8").unwrap();
    });
}

#[test]
fn nobody_gives_what_they_do_not_have() {
    each_bank(|db| {
        let app = App::new(db);
        let admin = app.persona("admin-gz", "GZ", Role::Administrator);
        let (own, head, below) = (place(db, "GZ").id, place(db, "HO").id, place(db, "GZ001").id);
        let create = |unit, scope| {
            let roles = json!([{ "role": "administrator", "scope": scope }]);
            app.post(
                &admin,
                "/api/people/staff",
                json!({ "number": "x1", "name": "李四", "unit": unit, "roles": roles }),
            )
        };
        assert_eq!(create(head, own).pointers(), ["/unit"]);
        assert_eq!(create(own, head).pointers(), ["/roles/0/scope"]);
        let made = create(below, own);
        assert_eq!(made.status, StatusCode::CREATED);
        let path = format!("/api/people/staff/{}", made.body["id"].as_str().unwrap());
        let up = app.patch(&admin, &path, json!({ "revision": 1, "roles": [{ "role": "auditor", "scope": head }] }));
        assert_eq!(up.pointers(), ["/roles/0/scope"]);
        // Colleagues elsewhere do not exist for this administrator, and the own account is for another.
        let elsewhere = hire(db, "sz1", "SZ", Role::Teller);
        let path = format!("/api/people/staff/{}/reset", elsewhere.id);
        assert_eq!(app.send(&admin, Method::POST, &path, None).status, StatusCode::NOT_FOUND);
        let session = app.get(&admin, "/api/people/session");
        let path = format!("/api/people/staff/{}", session.body["staff"]["id"].as_str().unwrap());
        let own_roles = app.patch(&admin, &path, json!({ "revision": 1, "roles": [] }));
        assert_eq!(own_roles.reason(), "own-account");
        let token = json!({ "name": "core", "unit": head, "expires_at": db.now().plus_days(9) });
        assert_eq!(app.post(&admin, "/api/people/tokens", token).pointers(), ["/unit"]);
    });
}

#[test]
fn disabling_ends_the_sessions_at_once() {
    each_bank(|db| {
        let app = App::new(db);
        let admin = app.persona("admin", "HO", Role::Administrator);
        let victim = app.persona("gz1", "GZ", Role::Handler);
        let id = app.get(&victim, "/api/people/session").body["staff"]["id"].as_str().unwrap().to_owned();
        let seen = app.get(&admin, &format!("/api/people/staff/{id}"));
        let revision = seen.body["revision"].clone();
        let disable = |revision: &serde_json::Value| {
            app.post(&admin, &format!("/api/people/staff/{id}/disable"), json!({ "revision": revision }))
        };
        assert_eq!(disable(&json!(7)).status, StatusCode::CONFLICT);
        assert_eq!(disable(&revision).body["status"], "disabled");
        assert_eq!(app.get(&victim, "/api/people/session").status, StatusCode::UNAUTHORIZED);
        assert!(app.sign_in("gz1", PASSWORD).is_err());
        let again = app.get(&admin, &format!("/api/people/staff/{id}"));
        let actions = again.body["allowed_actions"].as_array().unwrap();
        let disable = actions.iter().find(|action| action["action"] == "disable").unwrap();
        assert_eq!((disable["allowed"].as_bool(), disable["reason"].as_str()), (Some(false), Some("该员工已停用。")));
    });
}

#[test]
fn a_system_works_within_its_token() {
    each_bank(|db| {
        let app = App::new(db);
        let admin = app.persona("admin", "HO", Role::Administrator);
        let body = json!({
            "name": "core banking", "unit": place(db, "GZ").id, "permissions": ["people.customer.see"],
            "expires_at": db.now().plus_days(30),
        });
        let made = app.post(&admin, "/api/people/tokens", body);
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let system = Client::system(made.body["secret"].as_str().unwrap());
        assert_eq!(app.get(&system, "/api/people/customers").status, StatusCode::OK);
        assert_eq!(app.get(&system, "/api/people/staff").status, StatusCode::FORBIDDEN);
        assert_eq!(app.get(&system, "/api/people/sessions").reason(), "staff-only");
        let session = app.get(&system, "/api/people/session");
        assert_eq!(session.body["unit"]["code"], "GZ");
        assert!(session.body["actor"].as_str().unwrap().starts_with("system:tk_"));
        let list = app.get(&admin, "/api/people/tokens");
        assert!(!list.body.to_string().contains("xbt_"), "the secret is shown once");
        let id = made.body["id"].as_str().unwrap();
        let revoked = app.send(&admin, Method::POST, &format!("/api/people/tokens/{id}/revoke"), None);
        assert_eq!(revoked.status, StatusCode::OK);
        assert_eq!(app.get(&system, "/api/people/customers").status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn the_chart_shows_its_levels_to_everybody() {
    each_bank(|db| {
        let app = App::new(db);
        let teller = app.persona("t1", "GZ001", Role::Teller);
        let top = app.get(&teller, "/api/people/units");
        assert_eq!(top.body["items"][0]["code"], "HO");
        assert_eq!(top.body["items"][0]["has_children"], true);
        let id = top.body["items"][0]["id"].as_str().unwrap();
        let below = app.get(&teller, &format!("/api/people/units?parent={id}&limit=2"));
        let codes: Vec<_> = below.body["items"].as_array().unwrap().iter().map(|unit| unit["code"].clone()).collect();
        assert_eq!(codes, ["GZ", "HO-CP"]);
        let next = below.body["page"]["next"].as_str().unwrap();
        let rest = app.get(&teller, &format!("/api/people/units?parent={id}&limit=2&after={next}"));
        assert_eq!(rest.body["items"][0]["code"], "SZ");
        let found = app.get(&teller, "/api/people/units?words=sz0");
        assert_eq!(found.body["items"][0]["code"], "SZ001");
        let unit = app.get(&teller, &format!("/api/people/units/{}", place(db, "SZ001").id));
        let above: Vec<_> = unit.body["above"].as_array().unwrap().iter().map(|unit| unit["code"].clone()).collect();
        assert_eq!(above, ["HO", "SZ"]);
    });
}

#[test]
fn bad_input_is_told_where_and_changes_nothing() {
    each_bank(|db| {
        let app = App::new(db);
        let handler = app.persona("gz1", "GZ", Role::Handler);
        let unit = place(db, "GZ001").id;
        let send = |path: &str, body: &[u8]| app.send_raw(&handler, Method::POST, path, Some(body.to_vec()), &[]);
        let customers = "/api/people/customers";
        assert_eq!(send(customers, b"{").status, StatusCode::BAD_REQUEST);
        assert_eq!(send(customers, b"\xff\xfe").status, StatusCode::BAD_REQUEST);
        let unknown = send(customers, format!(r#"{{"number":"1","name":"a","unit":"{unit}","rich":true}}"#).as_bytes());
        assert_eq!((unknown.status, unknown.pointers()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["/rich"]));
        let kind = send(customers, br#"{"number":"1","name":"a","unit":"cu_00000000000000000000000000"}"#);
        assert_eq!(kind.pointers(), ["/unit"]);
        let type_of = send(customers, format!(r#"{{"number":13800138000,"name":"a","unit":"{unit}"}}"#).as_bytes());
        assert_eq!(type_of.pointers(), ["/number"]);
        assert!(!type_of.body.to_string().contains("138001"));
        let date = send(
            customers,
            format!(r#"{{"number":"1","name":"a","unit":"{unit}","birth_date":"1949-13-77"}}"#).as_bytes(),
        );
        assert_eq!(date.pointers(), ["/birth_date"]);
        for path in [
            "/api/people/customers/wo_00000000000000000000000000",
            "/api/people/customers/nonsense",
            "/api/people/customers/cu_00000000000000000000000000",
            "/api/people/staff/%00",
        ] {
            assert_eq!(app.get(&handler, path).status, StatusCode::NOT_FOUND, "{path}");
        }
        for query in ["limit=x", "after=!!", "tag=rich", "unit=cu_1", "sort=name", "limit=1&limit=2"] {
            let answer = app.get(&handler, &format!("{customers}?{query}"));
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        }
        assert_eq!(app.get(&handler, &format!("{customers}?limit=99999")).status, StatusCode::OK);
        assert_eq!(app.get(&handler, customers).body["items"], json!([]));
    });
}

#[test]
fn problems_speak_the_language_of_the_caller() {
    each_bank(|db| {
        let app = App::new(db);
        let body = json!({ "staff_number": "x", "password": "y" }).to_string().into_bytes();
        let send = |language: &str| {
            let headers = [("accept-language", language)];
            app.send_raw(&Client::default(), Method::POST, "/api/people/sign-in", Some(body.clone()), &headers)
        };
        assert_eq!(send("zh-CN").body["detail"], "工号或密码不正确。");
        assert_eq!(send("en").body["detail"], "The staff number or the password is wrong.");
    });
}

#[test]
fn a_second_factor_is_enrolled_and_asked_for() {
    each_bank(|db| {
        let app = App::new(db);
        let client = app.persona("gz1", "GZ", Role::Handler);
        let enrol = app.send(&client, Method::POST, "/api/people/second-factor/enrol", None);
        assert!(enrol.body["uri"].as_str().unwrap().starts_with("otpauth://totp/Xiaobao:gz1?"));
        let confirm = |code: &str, present: &str| {
            app.post(&client, "/api/people/second-factor/confirm", json!({ "code": code, "present": present }))
        };
        assert_eq!(confirm("000000", PASSWORD).reason(), "wrong-code");
        let secret = enrol.body["secret"].as_str().unwrap();
        let code = second_factor::code_at(&crate::second_factor::base32(secret), db.now()).unwrap();
        let stolen = confirm(&code, "guessed");
        assert_eq!((stolen.reason(), stolen.pointers()), ("wrong-password", vec!["/present"]));
        let session = app.get(&client, "/api/people/session");
        assert_eq!(session.body["staff"]["has_second_factor"], false);
        let staff = hire(db, "gz2", "GZ", Role::Teller);
        assert_eq!(record(db, &staff).staff.number, "gz2");
        let bad = app.post(&client, "/api/people/second-factor/confirm", json!({ "code": 123_456, "present": "x" }));
        assert_eq!(bad.pointers(), ["/code"]);
        // A right password takes back what wrong ones counted, also with a wrong code; then it binds.
        for _ in 0..6 {
            assert_eq!(confirm("guess", "guessed").reason(), "wrong-password");
            assert_eq!(confirm("000000", PASSWORD).reason(), "wrong-code");
        }
        assert_eq!(confirm(&code, PASSWORD).body["recovery_codes"].as_array().map(Vec::len), Some(RECOVERY_CODES));
        let session = app.get(&client, "/api/people/session");
        assert_eq!(session.body["staff"]["has_second_factor"], true);
    });
}

#[test]
fn names_are_told_to_who_holds_the_id_and_to_nobody_else() {
    each_bank(|db| {
        let app = App::new(db);
        let colleague = hire(db, "colleague", "GZ001", Role::Teller);
        let elsewhere = app.persona("elsewhere", "SZ", Role::Teller);
        let path = format!("/api/people/names?staff={},st_00000000000000000000000000&units=GZ001,NONE", colleague.id);
        let answer = app.get(&elsewhere, &path);
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["staff"].as_array().unwrap().len(), 1);
        assert_eq!(answer.body["staff"][0]["id"], json!(colleague.id));
        assert!(!answer.body["staff"][0]["name"].as_str().unwrap().is_empty());
        assert_eq!(answer.body["units"].as_array().unwrap().len(), 1);
        assert_eq!(answer.body["units"][0]["code"], "GZ001");
        assert_eq!(answer.body.to_string().matches("138").count(), 0, "no telephone number is told");

        assert_eq!(app.get(&Client::default(), &path).status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.get(&elsewhere, "/api/people/names").body, json!({ "staff": [], "units": [] }));
        assert_eq!(app.get(&elsewhere, "/api/people/names?staff=cu_1").pointers(), ["?staff"]);
        let many = vec!["GZ001"; 101].join(",");
        assert_eq!(app.get(&elsewhere, &format!("/api/people/names?units={many}")).pointers(), ["?units"]);
    });
}

#[test]
fn every_permission_of_a_role_has_words() {
    each_bank(|db| {
        let app = App::new(db);
        let teller = app.persona("t1", "GZ001", Role::Teller);
        let answer = app.get(&teller, "/api/people/roles");
        let words = answer.body["permissions"].as_array().unwrap();
        let titled = |permission: &serde_json::Value| {
            let found: Vec<_> = words.iter().filter(|one| one["permission"] == *permission).collect();
            assert_eq!(found.len(), 1, "{permission}");
            ["zh", "en"].iter().all(|language| !found[0]["title"][language].as_str().unwrap().is_empty())
        };
        let roles = answer.body["items"].as_array().unwrap();
        let held: Vec<_> = roles.iter().flat_map(|role| role["permissions"].as_array().unwrap()).collect();
        assert!(held.len() > 20 && held.iter().all(|permission| titled(permission)));
        let for_systems = answer.body["for_systems"].as_array().unwrap();
        assert!(for_systems.contains(&json!("people.customer.see")) && for_systems.iter().all(titled));
    });
}

/// Which role gets which answer from which endpoint, for things of its own branch, as one table; the same on every
/// database.
#[test]
fn roles_and_endpoints() {
    each_bank(|db| insta::assert_snapshot!("roles_and_endpoints", answers(db)));
}

fn answers(db: &TestDatabase) -> String {
    let app = App::new(db);
    let customer = enter(db, "C1", "GZ001");
    let colleague = hire(db, "colleague", "GZ001", Role::Teller);
    let token = "tk_00000000000000000000000000";
    let unit = place(db, "GZ001").id;
    let none = json!({});
    let requests = [
        (Method::GET, "/api/people/session".to_owned(), None),
        (Method::GET, "/api/people/sessions".to_owned(), None),
        (Method::GET, "/api/people/units".to_owned(), None),
        (Method::GET, "/api/people/roles".to_owned(), None),
        (Method::GET, format!("/api/people/names?staff={}", colleague.id), None),
        (Method::GET, "/api/people/staff".to_owned(), None),
        (Method::GET, format!("/api/people/staff/{}", colleague.id), None),
        (
            Method::POST,
            "/api/people/staff".to_owned(),
            Some(json!({ "number": "", "name": "a", "unit": unit, "roles": [] })),
        ),
        (Method::PATCH, format!("/api/people/staff/{}", colleague.id), Some(json!({ "revision": 99, "name": "李四" }))),
        (Method::POST, format!("/api/people/staff/{}/disable", colleague.id), Some(json!({ "revision": 99 }))),
        (Method::GET, "/api/people/tokens".to_owned(), None),
        (Method::POST, format!("/api/people/tokens/{token}/revoke"), None),
        (Method::GET, "/api/people/customers".to_owned(), None),
        (Method::GET, format!("/api/people/customers/{customer}"), None),
        (Method::POST, "/api/people/customers/find".to_owned(), Some(json!({ "by": "phone", "value": "13800138000" }))),
        (Method::POST, "/api/people/customers".to_owned(), Some(json!({ "number": "", "name": "a", "unit": unit }))),
        (Method::PATCH, format!("/api/people/customers/{customer}"), Some(json!({ "revision": 99, "name": "李四" }))),
        (Method::POST, format!("/api/people/customers/{customer}/reveal"), Some(json!({ "reason": "" }))),
        (Method::POST, format!("/api/people/customers/{customer}/propose-erasure"), Some(json!({ "reason": "" }))),
        (
            Method::POST,
            format!("/api/people/customers/{customer}/decline-erasure"),
            Some(json!({ "reason": "nothing waits" })),
        ),
        (Method::POST, format!("/api/people/customers/{customer}/erase"), Some(none)),
    ];
    let roles: Vec<Role> = Role::ALL.into_iter().filter(|r| people::model::staff::is_for_staff(*r)).collect();
    let clients: Vec<Client> =
        roles.iter().map(|role| app.persona(&format!("p-{}", role.as_str()), "GZ", *role)).collect();
    let outsider = app.persona("p-outside", "SZ", Role::Officer);
    let mut table = format!("{:<52}", "");
    for role in &roles {
        table.push_str(&format!("{:>5}", role.as_str().chars().take(4).collect::<String>()));
    }
    table.push_str("  officer elsewhere\n");
    for (method, path, body) in requests {
        let shown = path
            .replace(&customer.to_string(), "{id}")
            .replace(&colleague.id.to_string(), "{id}")
            .replace(token, "{id}")
            .replace("/api/people/", "");
        table.push_str(&format!("{:<52}", format!("{method} {shown}")));
        for client in clients.iter().chain([&outsider]) {
            let answer = app.send(client, method.clone(), &path, body.as_ref());
            table.push_str(&format!("{:>5}", answer.status.as_u16()));
        }
        table.push('\n');
    }
    table
}
