//! The token behind its library.

use std::fs;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use super::Pkcs11Settings;
use super::slots::{Id, Token};
use crate::keys::KeyError;
use crate::keys::secret::SECRET_BYTES;

/// A library with its token found.
pub(super) struct Device {
    settings: Pkcs11Settings,
    library: Pkcs11,
    pin: Zeroizing<String>,
}

impl Device {
    pub(super) fn new(settings: &Pkcs11Settings) -> Result<Self, KeyError> {
        let file = || settings.pin.display().to_string();
        let pin = fs::read_to_string(&settings.pin).map(Zeroizing::new);
        let pin = pin.map_err(|source| KeyError::Io { action: "reading", file: file(), source })?;
        let failed = |error: Error| KeyError::Device { place: settings.place(), what: error.to_string() };
        let library = Pkcs11::new(&settings.module).map_err(failed)?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another root of trust may use the same library.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let pin = Zeroizing::new(pin.trim_end_matches(['\r', '\n']).to_owned());
        let device = Self { settings: settings.clone(), library, pin };
        device.slot()?;
        Ok(device)
    }

    fn failed(&self, error: Error) -> KeyError {
        let what = match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _) => {
                format!("the PIN in {} was refused; it was tried once", self.settings.pin.display())
            }
            Error::Pkcs11(RvError::PinLocked, _) => "the PIN is locked".to_owned(),
            error => error.to_string(),
        };
        KeyError::Device { place: self.settings.place(), what }
    }

    /// The slot that the token is in now.
    fn slot(&self) -> Result<Slot, KeyError> {
        for slot in self.library.get_slots_with_token().map_err(|error| self.failed(error))? {
            // A slot whose token cannot be looked at is not ours.
            if self.library.get_token_info(slot).is_ok_and(|token| token.label() == self.settings.token) {
                return Ok(slot);
            }
        }
        Err(KeyError::Missing { file: format!("token {} ({})", self.settings.token, self.settings.module.display()) })
    }

    fn talk<T>(&self, work: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, KeyError> {
        let session = self.library.open_rw_session(self.slot()?).map_err(|error| self.failed(error))?;
        match session.login(UserType::User, Some(&AuthPin::from(self.pin.as_str()))) {
            // Sessions of one process share the login.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(self.failed(error)),
        }
        work(&session).map_err(|error| self.failed(error))
    }

    fn ours(&self, class: ObjectClass) -> Vec<Attribute> {
        let label = self.settings.label.as_bytes().to_vec();
        vec![Attribute::Class(class), Attribute::Token(true), Attribute::Label(label)]
    }

    fn with_id(&self, class: ObjectClass, id: &Id) -> Vec<Attribute> {
        let mut template = self.ours(class);
        template.push(id_attribute(class, id));
        template
    }

    fn key(&self, session: &Session, id: &Id) -> Result<ObjectHandle, Error> {
        session.find_objects(&self.with_id(ObjectClass::SECRET_KEY, id))?.pop().ok_or(Error::InvalidValue)
    }

    fn destroy(&self, class: ObjectClass, id: &Id) -> Result<(), KeyError> {
        let template = self.with_id(class, id);
        self.talk(|session| session.find_objects(&template)?.into_iter().try_for_each(|object| session.destroy_object(object)))
    }
}

/// Data objects have no CKA_ID; CKA_OBJECT_ID is theirs.
fn id_attribute(class: ObjectClass, id: &Id) -> Attribute {
    if class == ObjectClass::DATA { Attribute::ObjectId(id.to_vec()) } else { Attribute::Id(id.to_vec()) }
}

impl Token for Device {
    fn place(&self) -> String {
        self.settings.place()
    }

    fn keys(&self) -> Result<Vec<Id>, KeyError> {
        let template = self.ours(ObjectClass::SECRET_KEY);
        self.talk(|session| {
            let mut ids = Vec::new();
            for key in session.find_objects(&template)? {
                for attribute in session.get_attributes(key, &[AttributeType::Id])? {
                    // A key with another kind of id under our label is not ours.
                    if let Attribute::Id(id) = attribute
                        && let Ok(id) = id.as_slice().try_into()
                    {
                        ids.push(id);
                    }
                }
            }
            Ok(ids)
        })
    }

    fn records(&self) -> Result<Vec<Vec<u8>>, KeyError> {
        let template = self.ours(ObjectClass::DATA);
        self.talk(|session| {
            let mut values = Vec::new();
            for object in session.find_objects(&template)? {
                for attribute in session.get_attributes(object, &[AttributeType::Value])? {
                    if let Attribute::Value(value) = attribute {
                        values.push(value);
                    }
                }
            }
            Ok(values)
        })
    }

    fn make_key(&self, id: &Id) -> Result<(), KeyError> {
        let mut template = self.with_id(ObjectClass::SECRET_KEY, id);
        template.extend([
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Copyable(false),
            Attribute::Modifiable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::ValueLen((SECRET_BYTES as u64).into()),
        ]);
        let promised = [
            Attribute::Sensitive(true),
            Attribute::AlwaysSensitive(true),
            Attribute::Extractable(false),
            Attribute::NeverExtractable(true),
        ];
        let kept = self.talk(|session| {
            let key = session.generate_key(&Mechanism::AesKeyGen, &template)?;
            let types: Vec<AttributeType> = promised.iter().map(Attribute::attribute_type).collect();
            let found = session.get_attributes(key, &types)?;
            Ok(promised.iter().all(|attribute| found.contains(attribute)))
        })?;
        if kept {
            return Ok(());
        }
        self.destroy_key(id)?;
        Err(KeyError::Device { place: self.place(), what: "it makes keys that can be taken out, which proves nothing".to_owned() })
    }

    fn destroy_key(&self, id: &Id) -> Result<(), KeyError> {
        self.destroy(ObjectClass::SECRET_KEY, id)
    }

    fn put_record(&self, id: &Id, record: &[u8]) -> Result<(), KeyError> {
        let mut template = self.with_id(ObjectClass::DATA, id);
        template.extend([Attribute::Private(true), Attribute::Value(record.to_vec())]);
        self.talk(|session| session.create_object(&template).map(drop))
    }

    fn remove_record(&self, id: &Id) -> Result<(), KeyError> {
        self.destroy(ObjectClass::DATA, id)
    }

    fn encrypt(&self, id: &Id, vector: &[u8; 16], key: &[u8; SECRET_BYTES]) -> Result<Vec<u8>, KeyError> {
        self.talk(|session| session.encrypt(&Mechanism::AesCbc(*vector), self.key(session, id)?, key))
    }

    fn decrypt(&self, id: &Id, vector: &[u8; 16], sealed: &[u8; SECRET_BYTES]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.talk(|session| session.decrypt(&Mechanism::AesCbc(*vector), self.key(session, id)?, sealed).map(Zeroizing::new))
    }
}
