//! The language of whoever runs the command, so that the archive answers with sentences in it.

use crate::words::{Language, Words};

/// The language of the process, by the variables that POSIX names for it; English for everybody whose language we do not speak.
pub fn language_of_environment() -> Language {
    of_variables(|name| std::env::var(name).ok())
}

/// The words of whoever runs the command.
pub fn words() -> &'static Words {
    Words::of(language_of_environment())
}

/// The first of the three variables that is set and not empty decides (POSIX.1-2017, base definitions, section 8.2).
fn of_variables(variable: impl Fn(&str) -> Option<String>) -> Language {
    let decisive = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let language = decisive.as_deref().and_then(|value| value.split(['_', '.', '@']).next()).unwrap_or_default();
    Language::ALL.into_iter().find(|known| known.tag().eq_ignore_ascii_case(language)).unwrap_or(Language::English)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        for (variables, language) in [
            (&[][..], Language::English),
            (&[("LANG", "de_DE.UTF-8")], Language::German),
            (&[("LANG", "de")], Language::German),
            (&[("LANG", "de_AT@euro"), ("LC_ALL", "")], Language::German),
            (&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C.UTF-8")], Language::English),
            (&[("LANG", "en_GB.UTF-8"), ("LC_MESSAGES", "de_DE.UTF-8")], Language::German),
            (&[("LANG", "den_CA")], Language::English),
        ] {
            let variable = |name: &str| variables.iter().find(|(found, _)| *found == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(of_variables(variable), language, "{variables:?}");
        }
    }
}
