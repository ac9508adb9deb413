//! Files: taken by their content, hashed, bounded, given out with an event.

use http::Request;
use serde_json::json;

use super::house::{Answer, HANDLER, House, each_house};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR pretend picture";

fn upload(house: &House<'_>, who: &str, id: &str, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
    body.extend(head.bytes().chain(*b"content-type: application/x-lie\r\n\r\n"));
    body.extend_from_slice(content);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post(format!("/api/voice/orders/{id}/attachments"))
        .header("authorization", format!("Bearer {who}"))
        .header("content-type", "multipart/form-data; boundary=b");
    house.send(request.body(body.into()).unwrap())
}

#[test]
fn a_file_comes_in_and_goes_out_as_it_was() {
    each_house(|house| {
        let id = house.file();
        let fields = [("version", "1"), ("purpose", "evidence")];
        upload(house, HANDLER, &id, &fields, "李小明的截图.png", PNG).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let file = &order["attachments"][0];
        assert_eq!((&file["media"], &file["name"]), (&json!("image/png"), &json!("＊的截图.png")));
        let mut hasher = house.db.keyring.hasher();
        hasher.update(PNG);
        let digest: String = hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["digest"], digest);
        let address = format!("/api/voice/orders/{id}/attachments/{}", file["id"].as_str().unwrap());
        assert_eq!(house.get("handler@/HO/SZ/", &address).status.as_u16(), 404);
        assert_eq!(house.get("auditor@/HO/", &address).reason(403), "lacks-permission");
        let down = house.get(HANDLER, &address);
        assert_eq!(down.bytes, PNG);
        assert_eq!(down.headers["content-type"], "image/png");
        assert_eq!(down.headers["x-content-type-options"], "nosniff");
        let disposition = down.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename*=UTF-8''%EF%BC%8A"), "{disposition}");
        let history = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200)["history"].clone();
        assert_eq!(history.as_array().unwrap().last().unwrap()["kind"], "attachment_read");
        let again = [("version", "3"), ("purpose", "evidence")];
        assert_eq!(upload(house, HANDLER, &id, &again, "b.png", PNG).reason(409), "attachment-twice");
    });
}

#[test]
fn what_is_not_taken_leaves_nothing() {
    each_house(|house| {
        let id = house.file();
        let fields = [("version", "1"), ("purpose", "evidence")];
        let large = [PNG, &vec![0; 70 * 1024]].concat();
        assert_eq!(upload(house, HANDLER, &id, &fields, "a.png", &large).status.as_u16(), 413);
        assert_eq!(upload(house, HANDLER, &id, &fields, "a.png", b"MZ\x90\0 a program").status.as_u16(), 415);
        assert_eq!(upload(house, HANDLER, &id, &fields, "a.html", b"<html>").status.as_u16(), 415);
        assert_eq!(upload(house, HANDLER, &id, &fields, "a.png", b"").status.as_u16(), 415);
        assert_eq!(upload(house, HANDLER, &id, &[("purpose", "evidence")], "a.png", PNG).status.as_u16(), 422);
        assert_eq!(
            upload(house, HANDLER, &id, &[("version", "1"), ("purpose", "x")], "a.png", PNG).status.as_u16(),
            422
        );
        assert_eq!(
            upload(house, HANDLER, &id, &[("version", "9"), ("purpose", "evidence")], "a.png", PNG).reason(409),
            "raced"
        );
        assert_eq!(upload(house, "auditor@/HO/", &id, &fields, "a.png", PNG).reason(403), "lacks-permission");
        assert_eq!(upload(house, "handler@/HO/SZ/", &id, &fields, "a.png", PNG).status.as_u16(), 404);
        let plain = Request::post(format!("/api/voice/orders/{id}/attachments"))
            .header("authorization", format!("Bearer {HANDLER}"))
            .header("content-type", "application/json");
        assert_eq!(house.send(plain.body("{}".into()).unwrap()).status.as_u16(), 400);
        assert_eq!(house.version(&id), 1);
    });
}
