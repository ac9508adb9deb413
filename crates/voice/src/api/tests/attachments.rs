//! Files: taken by their content, hashed, bounded, given out with an event.

use http::Request;
use serde_json::json;

use endpoint::Settings;
use seal::object::CHUNK_BYTES;

use super::house::{Answer, HANDLER, House, each_house, each_house_with};

pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR pretend picture";

pub(super) fn upload(
    house: &House<'_>,
    who: &str,
    id: &str,
    fields: &[(&str, &str)],
    name: &str,
    content: &[u8],
) -> Answer {
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
        assert_eq!(file["digest"], house.digest(PNG));
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
        // A second file, or a field that would not be read any more.
        for name in ["file\"; filename=\"b.png", "purpose"] {
            let head = format!("\r\n--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            let two = [PNG, head.as_bytes(), PNG].concat();
            assert_eq!(upload(house, HANDLER, &id, &fields, "a.png", &two).status.as_u16(), 422, "{name}");
        }
        assert_eq!(upload(house, "auditor@/HO/", &id, &fields, "a.png", PNG).reason(403), "lacks-permission");
        assert_eq!(upload(house, "handler@/HO/SZ/", &id, &fields, "a.png", PNG).status.as_u16(), 404);
        let plain = Request::post(format!("/api/voice/orders/{id}/attachments"))
            .header("authorization", format!("Bearer {HANDLER}"))
            .header("content-type", "application/json");
        assert_eq!(house.send(plain.body("{}".into()).unwrap()).status.as_u16(), 400);
        assert_eq!(house.version(&id), 1);
    });
}

/// The first file of an order, by its id.
pub(super) fn first_file(house: &House<'_>, id: &str) -> String {
    let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
    order["attachments"][0]["id"].as_str().unwrap().to_owned()
}

pub(super) fn download(house: &House<'_>, id: &str, file: &str) -> Answer {
    house.get(HANDLER, &format!("/api/voice/orders/{id}/attachments/{file}"))
}

#[test]
fn an_object_lies_sealed_and_what_was_touched_does_not_go_out() {
    let settings = Settings { attachment_bytes_max: 4 << 20, ..Settings::default() };
    each_house_with(settings, |house| {
        let id = house.file();
        let fields = [("version", "1"), ("purpose", "evidence")];
        let large = [PNG, &vec![7; 3 * CHUNK_BYTES]].concat();
        upload(house, HANDLER, &id, &fields, "a.png", &large).is(200);
        let file = first_file(house, &id);
        let address = format!("/api/voice/orders/{id}/attachments/{file}");
        let lying = house.object(&file).unwrap();
        assert!(lying.starts_with(b"XBO1") && !lying.windows(PNG.len()).any(|part| part == PNG));
        let down = download(house, &id, &file);
        assert!(down.bytes == large);
        assert_eq!(down.headers["content-length"], large.len().to_string());
        // Cut behind a whole chunk, and with chunks in another order.
        let chunk = CHUNK_BYTES + 16;
        let head = lying.len() - 3 * chunk - PNG.len() - 16;
        house.lay(&file, lying[..head + 2 * chunk].to_vec().leak());
        assert!(house.breaks_off(HANDLER, &address));
        let swapped = [&lying[..head], &lying[head + chunk..head + 2 * chunk], &lying[head..head + chunk]].concat();
        house.lay(&file, [&swapped, &lying[head + 2 * chunk..]].concat().leak());
        assert!(house.breaks_off(HANDLER, &address));
        // Another order's object in its place does not open, nor does one in clear.
        let other = house.file();
        upload(house, HANDLER, &other, &fields, "b.png", PNG).is(200);
        let stranger = house.object(&first_file(house, &other)).unwrap();
        house.lay(&file, stranger.leak());
        assert_eq!(download(house, &id, &file).status.as_u16(), 500);
        house.lay(&file, PNG);
        assert_eq!(download(house, &id, &file).status.as_u16(), 500);
    });
}
