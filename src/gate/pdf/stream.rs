//! The data of a stream: most of it is skipped, JBIG2 is looked through, object streams (ISO 32000-1 section 7.5.7) are unpacked.

use super::super::jbig2::Segments;
use super::super::seen::Jbig2;
use super::facts::{Facts, filters, parameters};
use super::inflater::Inflater;
use super::lexer::{Lexer, Token};
use super::name::Name;
use super::value::{Builder, Dictionary, Value};
use crate::limits::GATE_OBJECT_STREAM_BYTES_MAX;

/// What is done with the data of a stream.
#[derive(Default)]
pub struct StreamData {
    coding: Coding,
    target: Target,
}

#[derive(Default)]
enum Coding {
    #[default]
    Plain,
    Deflated,
    /// The deflated data has ended, well or not; what follows is not part of it.
    Over,
}

/// Where the data goes.
#[derive(Default)]
enum Target {
    #[default]
    Nowhere,
    /// A picture.
    Picture(Segments),
    /// What may be the symbols of pictures: the stream with this number.
    Globals(u32, Segments),
    /// An object stream.
    Objects(Packed),
    /// An object stream that cannot be read here: what is in it, nobody knows.
    Lost,
}

/// An object stream: how many objects, where the first begins, and as many of its bytes as there may be.
struct Packed {
    count: usize,
    first: usize,
    bytes: Vec<u8>,
    too_long: bool,
}

impl StreamData {
    /// Decides by the dictionary of stream `number`.
    pub fn of(number: u32, dictionary: &Dictionary, facts: &Facts, inflater: &mut Inflater) -> Self {
        let filters = filters(dictionary);
        let (deflated, filters) = match filters.as_slice() {
            [Name::FlateDecode, rest @ ..] => (true, rest),
            all => (false, all),
        };
        // A predictor is a second transformation; none of the streams that are read here needs one.
        let predicted = parameters(dictionary).any(|parameters| parameters.number(Name::Predictor).is_some_and(|predictor| predictor > 1));
        let readable = filters.is_empty() && !predicted;
        let untyped = dictionary.get(Name::Type).is_none() && dictionary.get(Name::Subtype).is_none();
        let target = match filters {
            [Name::Jbig2Decode, ..] => Target::Picture(Segments::default()),
            // Nothing else has a first object. Some programs do not ask for the type.
            _ if dictionary.get(Name::First).is_some() || dictionary.all(Name::Type).any(|name| *name == Value::Name(Name::ObjStm)) => {
                Packed::of(dictionary).filter(|_| readable).map_or(Target::Lost, Target::Objects)
            }
            // The picture that refers to it may stand behind it, so what need not be inflated is looked at in any case.
            _ if readable && untyped && (!deflated || facts.is_globals(number)) => Target::Globals(number, Segments::default()),
            _ => return Self::default(),
        };
        if matches!(target, Target::Lost) {
            return Self { coding: Coding::Over, target };
        }
        if deflated {
            inflater.begin();
        }
        Self { coding: if deflated { Coding::Deflated } else { Coding::Plain }, target }
    }

    /// Takes data.
    pub fn push(&mut self, bytes: &[u8], inflater: &mut Inflater) {
        let target = &mut self.target;
        match self.coding {
            Coding::Plain => target.push(bytes),
            Coding::Deflated => {
                if !inflater.inflate(bytes, |inflated| target.push(inflated)) {
                    self.coding = Coding::Over;
                }
            }
            Coding::Over => {}
        }
    }

    /// The data is complete.
    pub fn finish(self, facts: &mut Facts) {
        match self.target {
            Target::Nowhere => {}
            Target::Picture(segments) => facts.jbig2(if segments.symbol_coding() { Jbig2::SymbolCoding } else { Jbig2::Present }),
            Target::Globals(number, segments) => {
                if segments.symbol_coding() {
                    facts.symbols(number);
                }
            }
            Target::Objects(packed) => {
                if packed.unpack(facts).is_none() {
                    facts.lose();
                }
            }
            Target::Lost => facts.lose(),
        }
    }
}

impl Target {
    fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Nowhere | Self::Lost => {}
            Self::Picture(segments) | Self::Globals(_, segments) => segments.push(bytes),
            Self::Objects(packed) => packed.push(bytes),
        }
    }
}

impl Packed {
    fn of(dictionary: &Dictionary) -> Option<Self> {
        let number = |name| dictionary.number(name).and_then(|number| usize::try_from(number).ok());
        Some(Self { count: number(Name::N)?, first: number(Name::First)?, bytes: Vec::new(), too_long: false })
    }

    fn push(&mut self, bytes: &[u8]) {
        self.too_long |= self.bytes.len() + bytes.len() > GATE_OBJECT_STREAM_BYTES_MAX;
        if !self.too_long {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Pairs of number and offset come first, then the objects in the order of the pairs. What is out of order is left out: it could be
    /// made to be read again and again. `None` if anything was left out.
    fn unpack(self, facts: &mut Facts) -> Option<()> {
        if self.too_long {
            return None;
        }
        let (header, objects) = self.bytes.split_at_checked(self.first)?;
        let numbers: Vec<usize> = tokens(header).filter_map(whole_number).collect();
        let pairs: Vec<(usize, usize)> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).take(self.count).collect();
        let mut read_to = 0;
        for (at, (number, start)) in pairs.iter().enumerate() {
            let end = pairs.get(at + 1).map_or(objects.len(), |(_, next)| *next);
            let (object, number) = (objects.get(*start..end)?, u32::try_from(*number).ok()?);
            if *start < read_to {
                return None;
            }
            read_to = end;
            if let Some(value) = first_value(object)? {
                facts.object(number, &value);
            }
        }
        (pairs.len() == self.count).then_some(())
    }
}

fn tokens(mut bytes: &[u8]) -> impl Iterator<Item = Token> {
    let mut lexer = Lexer::default();
    let mut end = &b"\n"[..];
    std::iter::from_fn(move || lexer.next(&mut bytes).or_else(|| lexer.next(&mut end)))
}

fn whole_number(token: Token) -> Option<usize> {
    match token {
        Token::Integer(number) => usize::try_from(number).ok(),
        _ => None,
    }
}

/// The value at the beginning, if there is one; the outer `None` if there are too many values to be read.
fn first_value(bytes: &[u8]) -> Option<Option<Value>> {
    let mut builder = Builder::default();
    tokens(bytes).for_each(|token| builder.push(token));
    let first = builder.take().into_iter().next();
    (!builder.has_lost_something()).then_some(first)
}
