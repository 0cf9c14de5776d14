//! One language's messages, and the values that they take: days, lengths of time, numbers.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::Language;
use crate::model::Date;
use crate::model::retention::Period;

static ENGLISH: LazyLock<Words> =
    LazyLock::new(|| Words::read(Language::English, [include_str!("en.ftl"), include_str!("cli.en.ftl"), include_str!("audit.en.ftl")]));
static GERMAN: LazyLock<Words> =
    LazyLock::new(|| Words::read(Language::German, [include_str!("de.ftl"), include_str!("cli.de.ftl"), include_str!("audit.de.ftl")]));

/// What a message takes for its variables.
pub(super) type Values<'v> = [(&'static str, FluentValue<'v>)];

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The words of a language; read once.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// Which language.
    pub fn language(&self) -> Language {
        self.language
    }

    fn read(language: Language, texts: [&str; 3]) -> Self {
        let tag = language.tag().parse().expect("our own language tags must be well formed");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks that protect numbers in right-to-left text would be rubbish in a terminal and in JSON.
        bundle.set_use_isolating(false);
        for text in texts {
            // What of a resource is broken or there twice is left out; the tests ask for every message.
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The message with this name. A message that is missing reads as its name: less than a sentence, and never an empty answer.
    pub(super) fn say(&self, name: &str, values: &Values<'_>) -> String {
        #[cfg(test)]
        super::tests::asked(name);
        let Some(pattern) = self.bundle.get_message(name).and_then(|message| message.value()) else {
            debug_assert!(false, "there is no message {name}");
            return name.to_owned();
        };
        let values: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let sentence = self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{name}: {errors:?}");
        sentence
    }

    /// Whether there is a message with this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.bundle.has_message(name)
    }

    /// The message of a code from a closed list: `hold` and `data-subject` are `hold-data-subject`.
    pub(super) fn of_code(&self, list: &str, code: &str) -> String {
        self.say(&format!("{list}-{}", code.replace('.', "-")), &[])
    }

    /// A day as the language writes it.
    pub fn date(&self, date: Date) -> String {
        let (year, month, day) = date.parts();
        let day = match self.language {
            Language::English => day.to_string(),
            Language::German => format!("{day:02}"),
        };
        let month = self.say(&format!("month-{month}"), &[]);
        self.say("date", &[("day", day.into()), ("month", month.into()), ("year", format!("{year:04}").into())])
    }

    /// A length of time, e.g. `10 Jahre`.
    pub fn period(&self, period: Period) -> String {
        let (name, count) = match period {
            Period::Years(years) => ("period-years", u32::from(years)),
            Period::Months(months) => ("period-months", u32::from(months)),
            Period::Days(days) => ("period-days", days),
        };
        self.say(name, &[("count", count.into())])
    }

    /// A span of days of which either end may be open; `None` if both are.
    pub(super) fn span(&self, from: Option<Date>, to: Option<Date>) -> Option<String> {
        let day = |date: Date| FluentValue::from(self.date(date));
        match (from, to) {
            (Some(from), Some(to)) => Some(self.say("span", &[("from", day(from)), ("to", day(to))])),
            (Some(from), None) => Some(self.say("span-from", &[("from", day(from))])),
            (None, Some(to)) => Some(self.say("span-to", &[("to", day(to))])),
            (None, None) => None,
        }
    }
}
