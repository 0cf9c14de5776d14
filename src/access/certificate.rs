//! What a client certificate says: URI names of the form `urn:aktenfest:vault:VAULT:app:APPLICATION`, one for each vault, at most one
//! `urn:aktenfest:person:NAME`, and beside that one `urn:aktenfest:deputy-of:NAME` for each person for whom that one deputises (RFC 8141,
//! RFC 5280 section 4.2.1.6).

use std::collections::BTreeSet;

use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

use crate::limits::DEPUTIES_MAX;
use crate::model::{ApplicationName, PersonName, Principal, VaultName};

const PREFIX: &str = "urn:aktenfest:";

/// Why a certificate names no principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is not a certificate of X.509 version 3.
    #[error("it cannot be read as an X.509 certificate")]
    Unreadable,
    /// It has a name that begins like ours and goes on differently.
    #[error(
        "it has a name that is neither of the form urn:aktenfest:vault:VAULT:app:APPLICATION nor urn:aktenfest:person:NAME nor \
         urn:aktenfest:deputy-of:NAME"
    )]
    Malformed,
    /// It has no name of ours.
    #[error("it has no URI name of the form urn:aktenfest:vault:VAULT:app:APPLICATION")]
    NoVault,
    /// Its names disagree about the application.
    #[error("its names belong to more than one application")]
    TwoApplications,
    /// It names more than one person.
    #[error("it names more than one person; a key that two persons hold proves nothing about either")]
    TwoPersons,
    /// It names a deputy of somebody, but not who that is; or one who deputises for herself.
    #[error("it says for whom its holder deputises, but not who that is, or names the holder herself")]
    DeputyOfNobody,
    /// It names more persons than anybody deputises for.
    #[error("it names more than {DEPUTIES_MAX} persons for whom its holder deputises")]
    TooManyDeputies,
}

/// The name that lets `application` into `vault`, as it stands in a certificate.
pub fn vault_urn(vault: &VaultName, application: &ApplicationName) -> String {
    format!("{PREFIX}vault:{vault}:app:{application}")
}

/// The name that says which person holds the key, as it stands in a certificate.
pub fn person_urn(person: &PersonName) -> String {
    format!("{PREFIX}person:{person}")
}

/// The name that says for whom the holder of the key deputises, as it stands in a certificate.
pub fn deputy_urn(person: &PersonName) -> String {
    format!("{PREFIX}deputy-of:{person}")
}

/// The principal that a certificate names. The certificate must have been verified in the handshake: this only reads it.
pub fn principal(certificate: &CertificateDer<'_>) -> Result<Principal, CertificateError> {
    let parsed = EndEntityCert::try_from(certificate).map_err(|_| CertificateError::Unreadable)?;
    principal_of_names(parsed.valid_uri_names())
}

/// Names of other systems may stand in the same certificate and are passed over; names of ours must all be right.
fn principal_of_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<Principal, CertificateError> {
    let mut vaults = BTreeSet::new();
    let mut application = None;
    let mut person = None;
    let mut deputy_of = BTreeSet::new();
    for name in names.filter(|name| is_ours(name)) {
        if let Some(named) = parse_person("person:", name) {
            if person.get_or_insert_with(|| named.clone()) != &named {
                return Err(CertificateError::TwoPersons);
            }
        } else if let Some(named) = parse_person("deputy-of:", name) {
            deputy_of.insert(named);
        } else {
            let (vault, named) = parse_urn(name).ok_or(CertificateError::Malformed)?;
            if application.get_or_insert_with(|| named.clone()) != &named {
                return Err(CertificateError::TwoApplications);
            }
            vaults.insert(vault);
        }
    }
    let application = application.ok_or(CertificateError::NoVault)?;
    check_deputies(person.as_ref(), &deputy_of)?;
    Ok(Principal { application, vaults, person, deputy_of })
}

/// Whom a deputy stands in for says something about a person; without one it would be a mistake that nobody notices.
fn check_deputies(person: Option<&PersonName>, deputy_of: &BTreeSet<PersonName>) -> Result<(), CertificateError> {
    if !deputy_of.is_empty() && person.is_none_or(|person| deputy_of.contains(person)) {
        return Err(CertificateError::DeputyOfNobody);
    }
    if deputy_of.len() > DEPUTIES_MAX { Err(CertificateError::TooManyDeputies) } else { Ok(()) }
}

/// The scheme and the namespace of a URN ignore case (RFC 8141 section 3.1): such a name is ours, and then not in the one form we accept.
fn is_ours(name: &str) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn parse_person(kind: &str, name: &str) -> Option<PersonName> {
    PersonName::parse(name.strip_prefix(PREFIX)?.strip_prefix(kind)?).ok()
}

fn parse_urn(name: &str) -> Option<(VaultName, ApplicationName)> {
    let (vault, application) = name.strip_prefix(PREFIX)?.strip_prefix("vault:")?.split_once(":app:")?;
    Some((VaultName::parse(vault).ok()?, ApplicationName::parse(application).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(principal: &Principal) -> (String, Vec<String>) {
        (principal.application.to_string(), principal.vaults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn names_of_one_application_add_up() {
        for (given, application, vaults) in [
            (vec!["urn:aktenfest:vault:demo:app:eakte"], "eakte", vec!["demo"]),
            (vec!["urn:aktenfest:vault:b:app:x", "https://example.org/", "urn:aktenfest:vault:a:app:x"], "x", vec!["a", "b"]),
            (vec!["urn:aktenfest:vault:a:app:x", "urn:aktenfest:vault:a:app:x"], "x", vec!["a"]),
        ] {
            let principal = principal_of_names(given.iter().copied()).expect("must be accepted");
            assert_eq!(names(&principal), (application.to_owned(), vaults.iter().map(ToString::to_string).collect()));
        }
    }

    #[test]
    fn a_certificate_names_one_person_or_none() {
        let application = "urn:aktenfest:vault:demo:app:records";
        let person =
            |names: &[&str]| principal_of_names(names.iter().copied()).map(|principal| principal.person.map(|name| name.to_string()));
        assert_eq!(person(&[application]), Ok(None));
        assert_eq!(person(&[application, "urn:aktenfest:person:m-muster"]), Ok(Some("m-muster".to_owned())));
        assert_eq!(
            person(&[application, "urn:aktenfest:person:m-muster", "urn:aktenfest:person:e-beispiel"]),
            Err(CertificateError::TwoPersons)
        );
        for bad in ["urn:aktenfest:person:", "urn:aktenfest:person:M", "urn:aktenfest:person:a:b"] {
            assert_eq!(person(&[application, bad]), Err(CertificateError::Malformed), "{bad}");
        }
        assert_eq!(person(&["urn:aktenfest:person:m-muster"]), Err(CertificateError::NoVault));
    }

    #[test]
    fn a_person_may_deputise_for_others() {
        use CertificateError::{DeputyOfNobody, Malformed, TooManyDeputies};
        let application = "urn:aktenfest:vault:demo:app:records";
        let person = "urn:aktenfest:person:m-muster";
        let deputy_of = |names: &[&str]| {
            principal_of_names(names.iter().copied())
                .map(|principal| principal.deputy_of.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let (b, c) = ("urn:aktenfest:deputy-of:b", "urn:aktenfest:deputy-of:c");
        assert_eq!(deputy_of(&[application, person]), Ok(vec![]));
        assert_eq!(deputy_of(&[c, application, b, person, c]), Ok(vec!["b".to_owned(), "c".to_owned()]));
        assert_eq!(deputy_of(&[application, b]), Err(DeputyOfNobody), "somebody must be the deputy");
        assert_eq!(deputy_of(&[application, person, "urn:aktenfest:deputy-of:m-muster"]), Err(DeputyOfNobody));
        for bad in ["urn:aktenfest:deputy-of:", "urn:aktenfest:deputy-of:B", "urn:aktenfest:deputy-of:a:b", "urn:aktenfest:deputy:b"] {
            assert_eq!(deputy_of(&[application, person, bad]), Err(Malformed), "{bad}");
        }
        let many: Vec<String> = (0..=DEPUTIES_MAX).map(|number| format!("urn:aktenfest:deputy-of:p{number}")).collect();
        let named = |count: usize| {
            let names: Vec<&str> = [application, person].into_iter().chain(many.iter().take(count).map(String::as_str)).collect();
            deputy_of(&names).map(|names| names.len())
        };
        assert_eq!((named(DEPUTIES_MAX), named(DEPUTIES_MAX + 1)), (Ok(DEPUTIES_MAX), Err(TooManyDeputies)));
    }

    #[test]
    fn one_wrong_name_spoils_the_certificate() {
        use CertificateError::{Malformed, NoVault, TwoApplications};
        let good = "urn:aktenfest:vault:demo:app:eakte";
        for (name, error) in [
            ("urn:aktenfest:vault:demo:app:other", TwoApplications),
            ("urn:aktenfest:vault:demo", Malformed),
            ("urn:aktenfest:", Malformed),
            ("urn:aktenfest:vault::app:eakte", Malformed),
            ("urn:aktenfest:vault:demo:app:", Malformed),
            ("urn:aktenfest:vault:*:app:eakte", Malformed),
            ("urn:aktenfest:vault:../x:app:eakte", Malformed),
            ("urn:aktenfest:vault:demo:app:eakte:admin", Malformed),
            ("urn:aktenfest:vault:demo:app:eakte ", Malformed),
            ("urn:aktenfest:vault:Demo:app:eakte", Malformed),
            ("URN:Aktenfest:vault:demo:app:eakte", Malformed),
            ("urn:aktenfest:role:admin", Malformed),
        ] {
            for order in [[good, name], [name, good]] {
                assert_eq!(principal_of_names(order.into_iter()), Err(error.clone()), "{name}");
            }
        }
        assert_eq!(principal_of_names(["urn:aktenfestx:vault:a:app:b", "urn:"].into_iter()), Err(NoVault));
        assert_eq!(principal_of_names(std::iter::empty()), Err(NoVault));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = principal(&CertificateDer::from(bytes));
        }

        #[test]
        fn what_is_written_is_what_is_read(vault in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?", application in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?") {
            let vault = VaultName::parse(&vault).expect("must parse");
            let application = ApplicationName::parse(&application).expect("must parse");
            proptest::prop_assert_eq!(parse_urn(&vault_urn(&vault, &application)), Some((vault, application)));
        }
    }
}
