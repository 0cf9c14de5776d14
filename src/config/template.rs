//! The commented file that `aktenfest init` and `aktenfest dev` write, and that is the reference of all keys.

/// A value to be written into the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<'a> {
    /// Text, which will be quoted.
    Text(&'a str),
    /// A whole number.
    Number(u64),
}

/// Why the template cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has no key {key}")]
pub struct TemplateError {
    /// The key that does not exist.
    pub key: String,
}

/// The reference file: every key with its default, what it is for, and what somebody who can write it could do. Keys that have a
/// default are commented out (`#key = value`, without a blank).
pub fn template() -> &'static str {
    include_str!("../../config/aktenfest.toml")
}

/// The template with these keys set, e.g. `("server.listen", Setting::Text("127.0.0.1:0"))`, and all comments kept.
pub fn filled(settings: &[(&str, Setting<'_>)]) -> Result<String, TemplateError> {
    let mut open: Vec<&(&str, Setting<'_>)> = settings.iter().collect();
    let mut section = String::new();
    let mut file = String::new();
    for line in template().lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        }
        let full = key_of(line).map(|name| format!("{section}.{name}"));
        match open.iter().position(|(key, _)| Some(*key) == full.as_deref()) {
            Some(at) => {
                let (key, setting) = open.swap_remove(at);
                file.push_str(&written(key, *setting));
            }
            None => file.push_str(line),
        }
        file.push('\n');
    }
    match open.first() {
        Some((key, _)) => Err(TemplateError { key: (*key).to_owned() }),
        None => Ok(file),
    }
}

/// The key that a line of the template sets, commented out or not. Comments proper have a blank after `#`.
fn key_of(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('#').unwrap_or(line).split_once(" = ")?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')).then_some(name)
}

fn written(key: &str, setting: Setting<'_>) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    match setting {
        Setting::Text(text) => format!("{name} = {}", toml::Value::String(text.to_owned())),
        Setting::Number(number) => format!("{name} = {number}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::Config;
    use super::super::raw::{self, KEYS, Value};
    use super::*;

    /// The template with every key active.
    fn uncommented() -> String {
        let active = |line: &'static str| if key_of(line).is_some() { line.trim_start_matches('#') } else { line };
        template().lines().map(|line| format!("{}\n", active(line))).collect()
    }

    #[test]
    fn it_explains_every_key_and_no_other() {
        let text = uncommented();
        let raw = raw::read(&text);
        assert_eq!(raw.mistakes, []);
        let mut by_place: Vec<(usize, &str)> = raw.values.iter().map(|(name, (_, span))| (span.start, *name)).collect();
        by_place.sort_unstable();
        let explained: Vec<&str> = by_place.into_iter().map(|(_, name)| name).collect();
        let existing: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(explained, existing, "config/aktenfest.toml and config::raw list the same keys in the same order");
        for (number, line) in template().lines().enumerate().filter(|(_, line)| key_of(line).is_some()) {
            let before = template().lines().nth(number.saturating_sub(1)).unwrap_or_default();
            assert!(before.starts_with("# "), "no comment above: {line}");
        }
    }

    #[test]
    fn the_values_it_shows_are_the_defaults() {
        let text = uncommented();
        let raw = raw::read(&text);
        for key in KEYS {
            let (shown, _) = &raw.values[key.name];
            if let Some(default) = key.default {
                let default = toml::de::DeValue::parse(default).map(|value| Value::of(value.get_ref()));
                assert_eq!(default.as_ref(), Ok(shown), "{}", key.name);
            }
        }
        let folder = Path::new("/etc/aktenfest");
        assert_eq!(Config::parse(template(), folder), Config::parse(&text, folder));
        assert!(Config::parse(template(), folder).is_ok());
    }

    #[test]
    fn filling_in_keeps_the_comments() {
        let awkward = "data \"of\" C:\\x\n";
        let settings = [
            ("server.listen", Setting::Text("[::1]:9")),
            ("storage.threads", Setting::Number(3)),
            ("storage.data", Setting::Text(awkward)),
            ("storage.root_of_trust.path", Setting::Text("root")),
            ("ledger.origin", Setting::Text("localhost")),
        ];
        let file = filled(&settings).expect("all keys exist");
        assert_eq!(
            file.lines().filter(|line| line.starts_with("# ")).count(),
            template().lines().filter(|line| line.starts_with("# ")).count()
        );
        let config = Config::parse(&file, Path::new("/x")).expect("must be accepted");
        assert_eq!(config.server.listen.port(), 9);
        assert_eq!(config.storage.threads, 3);
        assert_eq!(config.storage.data, Path::new("/x").join(awkward));
        assert_eq!(config.ledger.origin, "localhost");
        assert_eq!(filled(&[("server.lisen", Setting::Number(1))]), Err(TemplateError { key: "server.lisen".to_owned() }));
    }
}
