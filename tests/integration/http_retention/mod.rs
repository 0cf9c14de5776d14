//! Retention over HTTPS, on a day that the tests set: a group of routes in each file.

mod agenda;
mod bad_input;
mod case;
mod classes;
mod holds;
mod paper;
mod read_back;
mod scans;

use std::time::Duration;

use aktenfest::clock::Clock;
use aktenfest::config::classes::shipped;
use aktenfest::http::Pace;
use aktenfest::model::{Timestamp, VaultName};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use crate::support::{Answer, CASE, Client, Service, VAULT, document_path};

/// The `number`-th id of a note.
pub fn id(number: u32) -> String {
    format!("0192f0c1-0000-7c7a-b1f4-{number:012x}")
}

/// A server on 20 November 2026, with the shipped catalogue in force and the intake reported up to the day before.
pub struct Office {
    pub service: Service,
    pub clock: Clock,
    pub client: Client,
}

/// The shipped catalogue of an office whose archive wants nothing of what it is to be offered.
pub fn authorised() -> String {
    shipped().replace("disposal    = \"offer\"", "disposal    = \"offer\"\narchive_authorisation = \"LA 12-2026\"")
}

/// The ids that an office uses for itself begin here.
const OWN_IDS: u32 = 0xffff_0000;

impl Office {
    /// Opens one.
    pub async fn open() -> Self {
        let office = Self::without_catalogue().await;
        let proposal = json!({ "text": authorised(), "reason": "first catalogue" });
        let path = format!("classes/proposals/{}", id(OWN_IDS));
        assert_eq!(office.by("m-muster", Method::PUT, &path, &proposal).await.status, 201);
        let adoption = json!({ "id": id(OWN_IDS + 1), "reason": "checked" });
        assert_eq!(office.by("e-beispiel", Method::POST, &format!("{path}/adopt"), &adoption).await.status, 201);
        office.recompute().await;
        office.post("intake", &json!({ "id": id(OWN_IDS + 2), "through": "2026-11-19" })).await.created();
        office
    }

    /// Opens one in which nothing has a class.
    pub async fn without_catalogue() -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-20T08:00:00Z").expect("must parse"));
        // Long requests of these tests are not made slowly; the other tests look at slow ones.
        let patient = Pace { idle: Duration::from_secs(10), grace: Duration::from_secs(10), bytes_per_second_min: 1 << 10 };
        let service = Service::start_by(clock.clone(), |settings| {
            settings.pace = patient;
            settings.readers_looked_at = Duration::from_millis(200);
        });
        let service = service.await;
        let client = service.client();
        Self { service, clock, client }
    }

    /// Waits until all dates follow the catalogue in force, as the daemon's background work does.
    pub async fn recompute(&self) {
        let vault = self.service.archive().vault(&VaultName::parse(VAULT).expect("must parse")).expect("must exist");
        vault.refresh_dates().await.expect("must be computed");
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.client.get(&place(path)).await
    }

    pub async fn get_in(&self, language: &str, path: &str) -> Answer {
        self.client.get_with(&place(path), &[("accept-language", language)]).await
    }

    pub async fn put(&self, path: &str, json: &Value) -> Answer {
        send(&self.client, Method::PUT, path, json.to_string()).await
    }

    pub async fn post(&self, path: &str, json: &Value) -> Answer {
        send(&self.client, Method::POST, path, json.to_string()).await
    }

    /// The same by somebody whose certificate names a person.
    pub async fn by(&self, person: &str, method: Method, path: &str, json: &Value) -> Answer {
        send(&self.service.person(person), method, path, json.to_string()).await
    }

    /// Stores the `number`-th document.
    pub async fn store(&self, number: u32, description: &Value, content: &'static [u8]) -> Answer {
        let description = description.to_string();
        self.client.put(&document_path(number), &[("archive-document", &description)], content).await
    }

    /// Opens a matter of this kind, and says that its decision was notified on a day.
    pub async fn matter(&self, number: u32, kind: &str, notified: Option<&str>) {
        self.put(&format!("cases/{CASE}/matters/{}", id(number)), &json!({ "kind": kind })).await.created();
        if let Some(day) = notified {
            let event = json!({ "id": id(number + 1), "type": "decision.notified", "date": day, "matter": id(number), "source": "eakte" });
            self.post(&format!("cases/{CASE}/events"), &event).await.created();
        }
    }
}

/// Where something lies in the vault.
pub fn place(path: &str) -> String {
    format!("/v1/vaults/{VAULT}/{path}")
}

pub async fn send(client: &Client, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
    client.send(method, &place(path), &[("content-type", "application/json")], body.into()).await
}

/// What tests say of answers.
pub trait Told {
    /// It was filed by this request; the answer says where it is in the ledger.
    fn created(self) -> Value;
    /// It was read.
    fn found(self) -> Value;
    /// It was refused with this code, about this field if one is given.
    fn refused(self, status: u16, code: &str, field: &str) -> Value;
}

impl Told for Answer {
    fn created(self) -> Value {
        assert_eq!(self.status, 201, "{self:?}");
        let json = self.json();
        assert!(json["entry"].as_u64() < json["ledger_size"].as_u64(), "{json}");
        assert!(json["receipt"].as_str().is_some_and(|receipt| receipt.starts_with("c2sp.org/tlog-proof@v1\n")), "{json}");
        json
    }

    fn found(self) -> Value {
        assert_eq!((self.status, self.header("content-type")), (200, "application/json"), "{self:?}");
        self.json()
    }

    fn refused(self, status: u16, code: &str, field: &str) -> Value {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:?}");
        let json = self.json();
        assert_eq!(json["field"].as_str().unwrap_or_default(), field, "{json}");
        json
    }
}

/// Sends the same twice: the second answer is 200 with the same body. Then something else under the same id.
pub async fn is_filed_once(office: &Office, method: Method, path: &str, json: &Value, other: &Value) -> Value {
    let first = send(&office.client, method.clone(), path, json.to_string()).await;
    let again = send(&office.client, method.clone(), path, json.to_string()).await;
    assert_eq!((first.status, again.status, &again.body), (201, 200, &first.body), "{path} {json}");
    send(&office.client, method, path, other.to_string()).await.refused(409, "note_id_taken", "");
    first.created()
}
