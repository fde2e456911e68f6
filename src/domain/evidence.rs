//! Evidence: ticks, notes and attached files of a playbook's steps, and when a proof is weak.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::words;
use super::tracking::{Carriers, Verdict};

words! {
    /// What a step of the playbook asks for.
    Wants {
        /// Nothing but to be done.
        Nothing = "none",
        /// A few words.
        Note = "note",
        /// A photo or a document.
        File = "file",
        /// Proof about a parcel: carrier, number, and the carrier's own word.
        Tracking = "tracking",
    }
}

words! {
    /// Where a piece of evidence comes from.
    Origin {
        /// The carrier's own site or paper.
        Carrier = "carrier",
        /// Amazon's pages or mails.
        Amazon = "amazon",
        /// The buyer.
        Buyer = "buyer",
        /// Our own records.
        Own = "own_records",
        /// Somewhere else.
        Other = "other",
    }
}

words! {
    /// In which form it is kept.
    Form {
        /// The step was done.
        Tick = "tick",
        /// Words.
        Note = "note",
        /// A copy of a file.
        File = "file",
    }
}

/// A file that was copied beside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name when it was attached, only the last part, made harmless.
    pub name: String,
    /// Where the copy lies.
    pub path: PathBuf,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// A piece of evidence as the form makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The step of the playbook it belongs to.
    pub step: String,
    /// What that step asks for; decides when it is weak.
    pub wants: Option<Wants>,
    /// Words of the operator's, or empty.
    pub note: String,
    /// The file to copy, if there is one.
    pub file: Option<PathBuf>,
    /// The carrier, as typed.
    pub carrier: String,
    /// The tracking or reference number, as typed.
    pub number: String,
    /// Where it comes from.
    pub origin: Option<Origin>,
}

/// What was typed into the form of a step and not kept yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// The step of the playbook.
    pub step: String,
    /// It is the form of a file, not of a note.
    pub attach: bool,
    /// The path, as typed.
    pub file: String,
    /// Words of the operator's.
    pub note: String,
    /// The carrier.
    pub carrier: String,
    /// The tracking or reference number.
    pub number: String,
    /// Where it comes from.
    pub origin: Option<Origin>,
}

impl Typed {
    /// An untouched form of a step.
    #[must_use]
    pub fn none(step: &str, attach: bool) -> Self {
        Self { step: step.to_owned(), attach, ..Self::default() }
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::none(&self.step, self.attach)
    }

    /// Whether it is the form of this step, and of a file or a note.
    #[must_use]
    pub fn is_of(&self, step: &str, attach: bool) -> bool {
        self.step == step && self.attach == attach
    }
}

/// A piece of evidence as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Row number.
    pub id: i64,
    /// The step it belongs to.
    pub step: String,
    /// What the step asked for when it was kept.
    pub wants: Wants,
    /// Its form.
    pub form: Form,
    /// Words of the operator's.
    pub note: Option<String>,
    /// The copied file.
    pub file: Option<Attachment>,
    /// The carrier.
    pub carrier: Option<String>,
    /// The tracking or reference number.
    pub number: Option<String>,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// When it was kept.
    pub at: Timestamp,
    /// Why it convinces nobody, the first reason; `None`: it is sound, or nothing is asked of it. See [`mark`].
    pub weak: Option<Weakness>,
}

words! {
    /// Why a piece of evidence is weak.
    Weakness {
        /// A proof about a parcel without the carrier's name.
        NoCarrier = "no_carrier",
        /// A proof about a parcel without a number, or with one that is none.
        NoNumber = "no_number",
        /// A proof about a parcel whose carrier nobody knows: mistyped, or invented.
        UnknownCarrier = "unknown_carrier",
        /// A proof about a parcel with a number that cannot be: a wrong check digit, or a placeholder.
        InvalidNumber = "invalid_number",
        /// Nobody knows where it comes from.
        NoOrigin = "no_origin",
        /// A proof about a parcel that is not from the carrier's own site.
        NotCarriers = "not_the_carriers",
        /// Ticked, but what the step asks for is not there.
        OnlyTicked = "only_ticked",
    }
}

impl Evidence {
    /// Whether it has to carry its carrier, number and origin: what a step about a parcel asks for, every file that is
    /// not a photo or a document, and every note that names a carrier or a number.
    #[must_use]
    pub fn is_about_a_parcel(&self) -> bool {
        let file = self.form == Form::File && self.wants != Wants::File;
        let named = self.carrier.is_some() || self.number.is_some();
        self.form != Form::Tick && (self.wants == Wants::Tracking || file || named)
    }

    fn weakness(&self, carriers: &Carriers) -> Option<Weakness> {
        let parcel = self.is_about_a_parcel();
        let photo = self.form == Form::File || (self.wants == Wants::File && self.form == Form::Note);
        if !parcel {
            let unknown = self.origin.is_none_or(|origin| origin == Origin::Other);
            return (photo && unknown).then_some(Weakness::NoOrigin);
        }
        let (carrier, number) =
            (self.carrier.as_deref().unwrap_or_default(), self.number.as_deref().unwrap_or_default());
        if carrier.trim().is_empty() {
            return Some(Weakness::NoCarrier);
        }
        if !carriers.knows(carrier) {
            return Some(Weakness::UnknownCarrier);
        }
        if !is_number(number) {
            return Some(Weakness::NoNumber);
        }
        if carriers.judge_of(carrier, number, None).verdict == Verdict::Invalid {
            return Some(Weakness::InvalidNumber);
        }
        match self.origin {
            None => Some(Weakness::NoOrigin),
            Some(Origin::Carrier) => None,
            Some(_) => Some(Weakness::NotCarriers),
        }
    }
}

/// At least six letters or digits and one digit among them: `n/a`, `-` and `?` are no numbers.
fn is_number(text: &str) -> bool {
    let signs = text.chars().filter(|sign| sign.is_alphanumeric()).count();
    signs >= 6 && text.chars().any(char::is_numeric)
}

/// Marks the weak ones of a case's evidence. A tick is weak while its step asks for something that is not there.
pub fn mark(evidence: &mut [Evidence], carriers: &Carriers) {
    for each in &mut *evidence {
        each.weak = each.weakness(carriers);
    }
    let backed: Vec<String> = evidence
        .iter()
        .filter(|each| each.weak.is_none() && suffices(each))
        .map(|each| each.step.clone())
        .collect();
    for tick in evidence.iter_mut().filter(|each| each.form == Form::Tick) {
        let asked = matches!(tick.wants, Wants::File | Wants::Tracking);
        if asked && !backed.contains(&tick.step) {
            tick.weak = Some(Weakness::OnlyTicked);
        }
    }
}

/// Whether a piece is what its step asks for.
fn suffices(each: &Evidence) -> bool {
    match each.wants {
        Wants::File => each.form == Form::File,
        _ => each.form != Form::Tick,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(form: Form, wants: Wants) -> Evidence {
        Evidence {
            id: 1,
            step: "proof".to_owned(),
            wants,
            form,
            note: None,
            file: None,
            carrier: None,
            number: None,
            origin: None,
            at: Timestamp::UNIX_EPOCH,
            weak: None,
        }
    }

    fn proof(carrier: &str, number: &str, origin: Option<Origin>) -> Evidence {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Evidence {
            carrier: some(carrier),
            number: some(number),
            origin,
            ..piece(Form::File, Wants::Tracking)
        }
    }

    #[test]
    fn a_proof_must_carry_its_carrier_its_number_and_the_carriers_own_word() {
        let rows = [
            (proof("DHL", "00340434161094042557", Some(Origin::Carrier)), None),
            (proof("", "00340434161094042557", Some(Origin::Carrier)), Some(Weakness::NoCarrier)),
            (proof("DHL", "", Some(Origin::Carrier)), Some(Weakness::NoNumber)),
            (proof("DHL", "n/a", Some(Origin::Carrier)), Some(Weakness::NoNumber)),
            (proof("DHL", "unknown", Some(Origin::Carrier)), Some(Weakness::NoNumber)),
            (proof("DHL", "00340434161094042558", Some(Origin::Carrier)), Some(Weakness::InvalidNumber)),
            (proof("UPS", "1Z5R89390357567128", Some(Origin::Carrier)), Some(Weakness::InvalidNumber)),
            (proof("Yamato", "1111-1111-1111", Some(Origin::Carrier)), Some(Weakness::InvalidNumber)),
            (proof("FeedEx", "986578788855", Some(Origin::Carrier)), Some(Weakness::UnknownCarrier)),
            (proof("fedex ground", "986578788855", Some(Origin::Carrier)), None),
            // No format of Yamato's is known here: a number that would be wrong for FedEx is none of ours to judge.
            (proof("ヤマト運輸", "4771-7908-1231", Some(Origin::Carrier)), None),
            (proof("顺丰", "SF1234567890123", Some(Origin::Carrier)), None),
            (proof("DHL", "00340434161094042557", None), Some(Weakness::NoOrigin)),
            (proof("DHL", "00340434161094042557", Some(Origin::Buyer)), Some(Weakness::NotCarriers)),
            (proof("DHL", "00340434161094042557", Some(Origin::Amazon)), Some(Weakness::NotCarriers)),
        ];
        for (mut piece, weak) in rows {
            mark(std::slice::from_mut(&mut piece), Carriers::shipped());
            assert_eq!(piece.weak, weak, "{piece:?}");
        }
    }

    #[test]
    fn a_file_of_a_step_that_asks_for_none_is_held_to_be_a_proof_and_a_photo_only_needs_its_origin() {
        let weak = |piece: Evidence| {
            let mut piece = [piece];
            mark(&mut piece, Carriers::shipped());
            piece[0].weak
        };
        assert_eq!(weak(piece(Form::File, Wants::Nothing)), Some(Weakness::NoCarrier));
        assert_eq!(weak(piece(Form::File, Wants::File)), Some(Weakness::NoOrigin));
        let photo = Evidence { origin: Some(Origin::Buyer), ..piece(Form::File, Wants::File) };
        assert_eq!(weak(photo), None);
        assert_eq!(weak(piece(Form::Note, Wants::Note)), None);
        let number = Evidence { number: Some("1Z999".into()), ..piece(Form::Note, Wants::Note) };
        assert_eq!(weak(number), Some(Weakness::NoCarrier));
    }

    #[test]
    fn a_tick_is_weak_until_what_its_step_asks_for_is_there() {
        let mut only = [piece(Form::Tick, Wants::Tracking)];
        mark(&mut only, Carriers::shipped());
        assert_eq!(only[0].weak, Some(Weakness::OnlyTicked));
        let mut backed =
            [piece(Form::Tick, Wants::Tracking), proof("UPS", "1Z999AA10123456784", Some(Origin::Carrier))];
        mark(&mut backed, Carriers::shipped());
        assert_eq!(backed[0].weak, None);
        let mut plain = [piece(Form::Tick, Wants::Nothing), piece(Form::Tick, Wants::Note)];
        mark(&mut plain, Carriers::shipped());
        assert!(plain.iter().all(|tick| tick.weak.is_none()));
    }
}
