//! What the objects of a file say: the tree of pages (ISO 32000-1 section 7.7.3), the colour spaces of pictures (section 8.6), JBIG2.
//!
//! Objects refer to each other in any order, so they are kept by number, as little of them as is asked for, and put together at the end.

use std::collections::{BTreeMap, BTreeSet};

use super::super::seen::{Jbig2, Seen, Tone};
use super::name::Name;
use super::value::{Dictionary, Value};
use crate::limits::GATE_PDF_NODES_MAX;

/// References from colour space to colour space that are followed; real ones have one or two.
const SPACE_STEPS_MAX: usize = 8;
/// Objects that are looked up for one filter that stands elsewhere; real ones are a name or a list of a few.
const FILTER_STEPS_MAX: usize = 32;

/// What is known so far.
#[derive(Default)]
pub struct Facts {
    nodes: BTreeMap<u32, Node>,
    /// References in all nodes that were kept.
    references: usize,
    /// The catalogue, as the newest trailer names it.
    root: Option<u32>,
    /// The newest catalogue, for a file whose trailer is lost.
    catalogue: Option<u32>,
    /// Colour spaces of all pictures.
    spaces: BTreeSet<Space>,
    /// How many pictures there are.
    pictures: u64,
    jbig2: Jbig2,
    /// Filters of streams that stand in other objects.
    filters_elsewhere: BTreeSet<u32>,
    /// Objects that say `/JBIG2Decode`, or did before the file was saved again.
    jbig2_names: BTreeSet<u32>,
    /// Objects of which there are several: which one counts says a table that is not read here.
    redefined: BTreeSet<u32>,
    /// Whether something could not be followed that could say anything.
    lost: bool,
    /// Streams that JBIG2 pictures refer to for their symbols.
    globals: BTreeSet<u32>,
    /// Streams that look like JBIG2 segments with symbol coding.
    symbols: BTreeSet<u32>,
}

/// What is kept of an object.
enum Node {
    Page,
    Pages(Kids),
    Catalogue {
        pages: u32,
    },
    List(Vec<u32>),
    Space(Space),
    /// A stream with this `/N`: the number of components, if it is an ICC profile.
    Components(u64),
    /// A name that is no colour space.
    Name,
    /// A list of filters, of which these stand in other objects.
    Filters(Vec<u32>),
}

enum Kids {
    Here(Vec<u32>),
    In(u32),
}

/// A colour space, as far as it says whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Grey,
    Colour,
    Unknown,
    /// The one in this object.
    In(u32),
    /// The one of the ICC profile in this object.
    Icc(u32),
}

impl Facts {
    /// Takes an object that is no stream. The newest object of a number counts.
    pub fn object(&mut self, number: u32, value: &Value) {
        if says_jbig2(value) {
            self.lost |= !remember(&mut self.jbig2_names, number);
        }
        if self.nodes.remove(&number).is_some() {
            self.lost |= !remember(&mut self.redefined, number);
        }
        if self.references + self.nodes.len() >= GATE_PDF_NODES_MAX {
            return;
        }
        let node = match value {
            Value::Dictionary(dictionary) => self.dictionary_node(number, dictionary),
            Value::Array(values) => references(values).map(Node::List).or_else(|| space_node(value)).or_else(|| filters_node(values)),
            Value::Name(_) => space_node(value).or(Some(Node::Name)),
            Value::Reference(number) => Some(Node::List(vec![*number])),
            _ => None,
        };
        if let Some(node) = node {
            self.references += match &node {
                Node::List(list) | Node::Pages(Kids::Here(list)) | Node::Filters(list) => list.len(),
                _ => 0,
            };
            self.nodes.insert(number, node);
        }
    }

    /// Takes the dictionary of a stream.
    pub fn stream(&mut self, number: u32, dictionary: &Dictionary) {
        self.nodes.remove(&number);
        // Of any stream: that it is a picture can stand elsewhere, too.
        for filter in dictionary.all(Name::Filter) {
            let elements = if let Value::Array(values) = filter { values.as_slice() } else { std::slice::from_ref(filter) };
            for element in elements {
                if let Value::Reference(elsewhere) = element {
                    self.lost |= !remember(&mut self.filters_elsewhere, *elsewhere);
                }
            }
        }
        if dictionary.name(Name::Type) == Some(Name::XRef) {
            self.trailer(dictionary);
        } else if dictionary.name(Name::Subtype) == Some(Name::Image) {
            self.picture(dictionary);
        } else if let Some(components) = dictionary.number(Name::N)
            && self.nodes.len() < GATE_PDF_NODES_MAX
        {
            self.nodes.insert(number, Node::Components(components));
        }
    }

    /// Takes a trailer.
    pub fn trailer(&mut self, dictionary: &Dictionary) {
        self.root = dictionary.reference(Name::Root).or(self.root);
    }

    /// Takes what was found in the data of a JBIG2 picture.
    pub fn jbig2(&mut self, found: Jbig2) {
        self.jbig2 = self.jbig2.max(found);
    }

    /// Something could not be followed. What it says is for a person to look at.
    pub fn lose(&mut self) {
        self.lost = true;
    }

    /// Takes the number of a stream that looks like JBIG2 segments with symbol coding.
    pub fn symbols(&mut self, number: u32) {
        self.lost |= !remember(&mut self.symbols, number);
    }

    /// Whether a JBIG2 picture refers to this stream for its symbols.
    pub fn is_globals(&self, number: u32) -> bool {
        self.globals.contains(&number)
    }

    /// Puts everything together.
    pub fn finish(&self) -> Seen {
        let elsewhere: Vec<Option<bool>> = self.filters_elsewhere.iter().map(|number| self.is_jbig2_filter(*number)).collect();
        let through_filter = elsewhere.contains(&Some(true));
        let through_globals = self.globals.intersection(&self.symbols).next().is_some();
        let jbig2 = match (through_globals, through_filter) {
            (true, _) => Jbig2::SymbolCoding,
            (false, true) => self.jbig2.max(Jbig2::Present),
            (false, false) => self.jbig2,
        };
        let is_followed = !self.lost && !elsewhere.contains(&None);
        let pages = self.pages().filter(|_| is_followed);
        let tone = self.spaces.iter().map(|space| self.tone(*space)).max();
        // A scanned page is a picture. Where there are fewer pictures than pages, some pages were drawn, and with which colours stands in
        // their content.
        let scanned = pages.is_none_or(|pages| self.pictures >= u64::from(pages));
        let tone = tone.filter(|tone| scanned || *tone == Tone::Colour).unwrap_or(Tone::Unknown);
        Seen { pages, tone, jbig2 }
    }

    fn dictionary_node(&mut self, number: u32, dictionary: &Dictionary) -> Option<Node> {
        let has = |name| dictionary.get(name).is_some();
        match dictionary.name(Name::Type) {
            Some(Name::Catalog) => {
                self.catalogue = Some(number);
                dictionary.reference(Name::Pages).map(|pages| Node::Catalogue { pages })
            }
            Some(Name::Page) => Some(Node::Page),
            Some(Name::Pages) => kids(dictionary).map(Node::Pages),
            // The type is required and left out nevertheless; form fields and name trees have children, too, but no count.
            None if has(Name::Kids) && has(Name::Count) => kids(dictionary).map(Node::Pages),
            None if has(Name::Parent) && (has(Name::MediaBox) || has(Name::Contents) || has(Name::Resources)) => Some(Node::Page),
            _ => None,
        }
    }

    fn picture(&mut self, dictionary: &Dictionary) {
        let filters = filters(dictionary);
        if filters.contains(&Name::Jbig2Decode) {
            self.jbig2(Jbig2::Present);
        }
        for number in globals(dictionary) {
            self.lost |= !remember(&mut self.globals, number);
        }
        let one_bit = dictionary.number(Name::BitsPerComponent) == Some(1);
        let bitonal_filter = filters.iter().any(|filter| matches!(filter, Name::Jbig2Decode | Name::CcittFaxDecode));
        let space = match dictionary.get(Name::ColorSpace) {
            _ if dictionary.get(Name::ImageMask) == Some(&Value::True) || bitonal_filter => Space::Grey,
            Some(value) => space_of(value, one_bit),
            None => Space::Unknown,
        };
        self.pictures += 1;
        if self.spaces.len() < GATE_PDF_NODES_MAX {
            self.spaces.insert(space);
        }
    }

    /// Whether the filters in this object are JBIG2 among others; `None` if that cannot be told.
    fn is_jbig2_filter(&self, number: u32) -> Option<bool> {
        let mut open = vec![number];
        let mut known = Some(false);
        for _ in 0..FILTER_STEPS_MAX {
            let Some(number) = open.pop() else { return known };
            if self.jbig2_names.contains(&number) {
                return Some(true);
            }
            match self.nodes.get(&number).filter(|_| !self.redefined.contains(&number)) {
                Some(Node::Name | Node::Space(_)) => {}
                Some(Node::List(list) | Node::Filters(list)) => open.extend(list.iter().take(FILTER_STEPS_MAX)),
                _ => known = None,
            }
        }
        None
    }

    fn tone(&self, space: Space) -> Tone {
        let mut space = space;
        for _ in 0..SPACE_STEPS_MAX {
            space = match space {
                Space::Grey => return Tone::Grey,
                Space::Colour => return Tone::Colour,
                Space::Unknown => return Tone::Unknown,
                Space::In(number) => match self.nodes.get(&number) {
                    Some(Node::Space(inner)) => *inner,
                    _ => Space::Unknown,
                },
                Space::Icc(number) => match self.nodes.get(&number) {
                    Some(Node::Components(1)) => Space::Grey,
                    Some(Node::Components(3 | 4)) => Space::Colour,
                    _ => Space::Unknown,
                },
            };
        }
        Tone::Unknown
    }

    /// Counts the leaves of the tree; `None` if any part of it is missing, or if it is no tree.
    fn pages(&self) -> Option<u32> {
        let root = self.root.or(self.catalogue)?;
        let Node::Catalogue { pages } = self.nodes.get(&root)? else { return None };
        let mut open = vec![*pages];
        let mut entered = BTreeSet::new();
        let mut count = 0_u32;
        while let Some(number) = open.pop() {
            let kids = match self.nodes.get(&number)? {
                Node::Page => {
                    count = count.checked_add(1)?;
                    continue;
                }
                Node::Pages(Kids::Here(kids)) => kids,
                Node::Pages(Kids::In(list)) => match self.nodes.get(list)? {
                    Node::List(kids) => kids,
                    _ => return None,
                },
                _ => return None,
            };
            // Whoever enters a node twice would walk in circles.
            if !entered.insert(number) {
                return None;
            }
            open.extend(kids);
        }
        Some(count)
    }
}

/// The names of a stream's filters, in the order in which they are undone.
pub fn filters(dictionary: &Dictionary) -> Vec<Name> {
    let name = |value: &Value| match value {
        Value::Name(name) => *name,
        _ => Name::Other,
    };
    match dictionary.get(Name::Filter) {
        None => Vec::new(),
        Some(Value::Array(values)) => values.iter().map(name).collect(),
        Some(value) => vec![name(value)],
    }
}

/// The dictionaries with the parameters of a stream's filters.
pub fn parameters(dictionary: &Dictionary) -> impl Iterator<Item = &Dictionary> {
    let values = match dictionary.get(Name::DecodeParms) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().filter_map(|value| match value {
        Value::Dictionary(parameters) => Some(parameters),
        _ => None,
    })
}

fn globals(dictionary: &Dictionary) -> impl Iterator<Item = u32> {
    parameters(dictionary).filter_map(|parameters| parameters.reference(Name::Jbig2Globals))
}

fn kids(dictionary: &Dictionary) -> Option<Kids> {
    match dictionary.get(Name::Kids)? {
        Value::Reference(number) => Some(Kids::In(*number)),
        Value::Array(values) => references(values).map(Kids::Here),
        _ => None,
    }
}

/// The numbers of an array that consists of references only.
fn references(values: &[Value]) -> Option<Vec<u32>> {
    let number = |value: &Value| match value {
        Value::Reference(number) => Some(*number),
        _ => None,
    };
    values.iter().map(number).collect()
}

/// What a colour space says. With one bit for a pixel, a palette holds two colours: that is black on white.
fn space_of(value: &Value, one_bit: bool) -> Space {
    match value {
        Value::Reference(_) if one_bit => Space::Grey,
        Value::Reference(number) => Space::In(*number),
        Value::Name(Name::DeviceGray | Name::CalGray) => Space::Grey,
        Value::Name(Name::DeviceRgb | Name::DeviceCmyk | Name::CalRgb | Name::Lab) => Space::Colour,
        Value::Array(values) => match values.as_slice() {
            [Value::Name(Name::Indexed), ..] if one_bit => Space::Grey,
            // Values are nested to a bounded depth, so this ends.
            [Value::Name(Name::Indexed), base, ..] => space_of(base, false),
            [Value::Name(Name::IccBased), Value::Reference(number), ..] => Space::Icc(*number),
            [Value::Name(Name::Separation), ink, ..] => {
                if is_black(ink) {
                    Space::Grey
                } else {
                    Space::Colour
                }
            }
            [Value::Name(Name::DeviceN), Value::Array(inks), ..] => {
                if inks.iter().all(is_black) {
                    Space::Grey
                } else {
                    Space::Colour
                }
            }
            [name @ Value::Name(_), ..] => space_of(name, one_bit),
            _ => Space::Unknown,
        },
        _ => Space::Unknown,
    }
}

fn space_node(value: &Value) -> Option<Node> {
    Some(space_of(value, false)).filter(|space| *space != Space::Unknown).map(Node::Space)
}

/// A list of filters of which some stand in other objects.
fn filters_node(values: &[Value]) -> Option<Node> {
    let all = values.iter().all(|value| matches!(value, Value::Name(_) | Value::Reference(_)));
    let elsewhere = values.iter().filter_map(|value| if let Value::Reference(number) = value { Some(*number) } else { None });
    all.then(|| Node::Filters(elsewhere.collect()))
}

fn says_jbig2(value: &Value) -> bool {
    let is_name = |value: &Value| *value == Value::Name(Name::Jbig2Decode);
    is_name(value) || matches!(value, Value::Array(values) if values.iter().any(is_name))
}

fn is_black(ink: &Value) -> bool {
    matches!(ink, Value::Name(Name::Black | Name::All))
}

/// Whether there was room for the number.
fn remember(set: &mut BTreeSet<u32>, number: u32) -> bool {
    let has_room = set.len() < GATE_PDF_NODES_MAX;
    if has_room {
        set.insert(number);
    }
    has_room
}
