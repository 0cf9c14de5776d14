//! Sentences about the steps of a computation: what `why` tells.

use fluent_bundle::FluentValue;

use super::{Language, Words};
use crate::model::Date;
use crate::model::retention::{Code, Dates, Disposal, EventScope, EventType, MatterNumber, Period, Rounding, Watermark};
use crate::policy::retention::{Because, Bound, Origin, Standing, Step};

impl Words {
    /// One step of a computation; a sentence, or a few for the last one.
    pub fn step(&self, step: &Step) -> String {
        match step {
            Step::Matter { matter, kind, from, to } => self.matter_step(*matter, kind, *from, *to),
            Step::NoCatalogue => self.say("step-no-catalogue", &[]),
            Step::NoClass { kind, version } => {
                self.say("step-no-class", &[("kind", self.kind(kind).into()), ("version", (*version).into())])
            }
            Step::Class { class, title, because, legal_basis, confidence, version, valid_from, disposal, archive_authorisation } => {
                let values = vec![
                    ("class", code(class)),
                    ("title", self.title(title)),
                    ("version", (*version).into()),
                    ("valid-from", self.day(*valid_from)),
                    ("legal-basis", legal_basis.join("; ").into()),
                    ("confidence", self.confidence(*confidence).into()),
                    ("disposal", self.disposal_of_class(*disposal, archive_authorisation.as_deref()).into()),
                ];
                self.class_step(because, values)
            }
            Step::Started { bound, event, on, origin, earlier } => self.started_step(*bound, *event, *on, origin, *earlier),
            Step::NotStarted { bound, event } => {
                self.say("step-not-started", &[("bound", self.bound(*bound)), ("event", self.event(*event).into())])
            }
            Step::Rounded { bound, rounding, from, to } => self.rounded_step(*bound, *rounding, *from, *to),
            Step::Ended { bound, counted, period, end } => self.ended_step(*bound, *counted, *period, *end),
            Step::KeptNothing { on } => self.say("step-kept-nothing", &[("on", self.day(*on))]),
            Step::LatestMinimum { terms, end } => self.say("step-latest-minimum", &[("terms", (*terms).into()), ("end", self.day(*end))]),
            Step::EarliestMaximum { terms, end } => {
                self.say("step-earliest-maximum", &[("terms", (*terms).into()), ("end", self.day(*end))])
            }
            Step::NoMaximum => self.say("step-no-maximum", &[]),
            Step::Window { from, window, end } => {
                let values = vec![("from", self.day(*from)), ("window", self.period(*window).into())];
                self.say_with_end("step-window", "step-window-never", values, *end)
            }
            Step::RaisedToMinimum { from, to } => self.say("step-raised", &[("from", self.day(*from)), ("to", self.day(*to))]),
            Step::Line { matter, class, dates } => self.line_step(*matter, class.as_ref(), dates),
            Step::Prevails { class, legal_basis, set_aside } => self.prevails_step(class, legal_basis, set_aside),
            Step::Longest { matters, dates } => {
                self.say("step-longest", &[("matters", (*matters).into()), ("dates", self.dates(dates).into())])
            }
            Step::Conflict { keep_until, destroy_by } => {
                self.say("step-conflict", &[("keep-until", self.day(*keep_until)), ("destroy-by", self.day(*destroy_by))])
            }
            Step::Hold { kind } => self.say("step-hold", &[("hold", self.hold(*kind).into())]),
            Step::Quarantine => self.say("step-quarantine", &[]),
            Step::Inside { held, quarantined } => {
                self.say("step-inside", &[("held", (*held).into()), ("quarantined", (*quarantined).into())])
            }
            Step::NewerThanPeriod { on, keep_until } => {
                self.say("step-newer", &[("on", self.day(*on)), ("keep-until", self.day(*keep_until))])
            }
            Step::NewerInside { newer, keep_until } => {
                self.say("step-newer-inside", &[("newer", (*newer).into()), ("keep-until", self.day(*keep_until))])
            }
            Step::KeptInside { kept } => self.say("step-kept-inside", &[("kept", (*kept).into())]),
            Step::Appraisal { class, disposal } => self.appraisal_step(class.as_ref(), *disposal),
            Step::Intake { watermark, keep_until, passed } => self.intake_step(*watermark, *keep_until, *passed),
            Step::Standing { certain, wall, standing } => self.standing_step(*certain, *wall, standing),
        }
    }

    /// A matter by its number; a phrase.
    pub fn matter(&self, matter: MatterNumber) -> String {
        self.say("matter", &[("number", matter.0.into())])
    }

    fn matter_step(&self, matter: MatterNumber, kind: &Code, from: Option<Date>, to: Option<Date>) -> String {
        let mut values = vec![("number", matter.0.into()), ("kind", self.kind(kind).into())];
        let Some(span) = self.span(from, to) else { return self.say("step-matter", &values) };
        values.push(("span", span.into()));
        self.say("step-matter-span", &values)
    }

    fn class_step<'s>(&self, because: &'s Because, mut values: Vec<(&'static str, FluentValue<'s>)>) -> String {
        match because {
            Because::Kind(kind) => {
                values.push(("kind", self.kind(kind).into()));
                self.say("step-class-kind", &values)
            }
            Because::Type(_) => self.say("step-class-type", &values),
        }
    }

    fn disposal_of_class(&self, disposal: Disposal, authorisation: Option<&str>) -> String {
        let said = self.disposal(disposal);
        match authorisation {
            Some(reference) => self.say("authorised-disposal", &[("disposal", said.into()), ("authorisation", reference.into())]),
            None => said,
        }
    }

    fn appraisal_step(&self, class: Option<&Code>, disposal: Disposal) -> String {
        let class = class.map_or_else(|| "-".into(), code);
        self.say(if disposal == Disposal::Keep { "step-appraisal-keep" } else { "step-appraisal" }, &[("class", class)])
    }

    fn started_step(&self, bound: Bound, event: EventType, on: Date, origin: &Origin, earlier: u32) -> String {
        let mut values =
            vec![("bound", self.bound(bound)), ("event", self.event(event).into()), ("on", self.day(on)), ("earlier", earlier.into())];
        let Origin::Note { scope, source, .. } = origin else { return self.say("step-started-document", &values) };
        let (scope, number) = match scope {
            EventScope::Case => ("case", 0),
            EventScope::Matter(number) => ("matter", number.0),
            EventScope::Document(_) => ("document", 0),
        };
        values.extend([("source", code(source)), ("scope", scope.into()), ("number", number.into())]);
        self.say("step-started-note", &values)
    }

    fn rounded_step(&self, bound: Bound, rounding: Rounding, from: Date, to: Date) -> String {
        let rounding = self.rounding(rounding).into();
        self.say("step-rounded", &[("bound", self.bound(bound)), ("rounding", rounding), ("from", self.day(from)), ("to", self.day(to))])
    }

    fn ended_step(&self, bound: Bound, counted: Date, period: Option<Period>, end: Option<Date>) -> String {
        let mut values = vec![("bound", self.bound(bound)), ("counted", self.day(counted))];
        let Some(period) = period else { return self.say("step-ended-itself", &values) };
        values.push(("period", self.period(period).into()));
        self.say_with_end("step-ended", "step-ended-never", values, end)
    }

    fn say_with_end(&self, name: &str, never: &str, mut values: Vec<(&'static str, FluentValue<'_>)>, end: Option<Date>) -> String {
        let Some(end) = end else { return self.say(never, &values) };
        values.push(("end", self.day(end)));
        self.say(name, &values)
    }

    fn line_step(&self, matter: MatterNumber, class: Option<&Code>, dates: &Dates) -> String {
        let mut values = vec![("matter", self.matter(matter).into()), ("dates", self.dates(dates).into())];
        let Some(class) = class else { return self.say("step-line", &values) };
        values.push(("class", code(class)));
        self.say("step-line-class", &values)
    }

    fn prevails_step(&self, class: &Code, legal_basis: &str, set_aside: &[MatterNumber]) -> String {
        let mut values = vec![("class", code(class)), ("legal-basis", legal_basis.into())];
        if set_aside.is_empty() {
            return self.say("step-prevails", &values);
        }
        let matters: Vec<String> = set_aside.iter().map(|matter| self.matter(*matter)).collect();
        values.push(("set-aside", matters.join(", ").into()));
        self.say("step-prevails-aside", &values)
    }

    fn intake_step(&self, watermark: Watermark, keep_until: Date, passed: bool) -> String {
        let mut values = vec![("keep-until", self.day(keep_until))];
        let Some(watermark) = watermark else { return self.say("step-intake-unknown", &values) };
        values.push(("watermark", self.day(watermark)));
        self.say(if passed { "step-intake-passed" } else { "step-intake-behind" }, &values)
    }

    fn standing_step(&self, certain: Date, wall: Date, standing: &Standing) -> String {
        let mut values = vec![("certain", self.day(certain)), ("standing", self.standing(standing).into())];
        if certain == wall {
            return self.say("step-standing", &values);
        }
        values.push(("wall", self.day(wall)));
        self.say("step-standing-clocks", &values)
    }

    fn title<'t>(&self, (german, english): &'t (String, String)) -> FluentValue<'t> {
        match self.language() {
            Language::English => english.as_str().into(),
            Language::German => german.as_str().into(),
        }
    }

    fn bound(&self, bound: Bound) -> FluentValue<'static> {
        let code = match bound {
            Bound::Minimum => "minimum",
            Bound::Maximum => "maximum",
        };
        self.say("bound", &[("bound", code.into())]).into()
    }

    fn day(&self, date: Date) -> FluentValue<'static> {
        self.date(date).into()
    }
}

fn code(code: &Code) -> FluentValue<'_> {
    code.as_str().into()
}
