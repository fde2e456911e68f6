//! A case: its channel, kind, outcome and the other words that are the same on screen, in JSON and in the file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Number of a case, as shown and typed: 1, 2, 3 …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Declares an enum whose values have one fixed word each, used in JSON and in the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $value),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word for JSON and the database.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }

            /// The value of a word, or `None` for any other text.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)+ _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| serde::de::Error::custom(format!(
                    "`{word}` is none of {}", Self::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "))))
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where a complaint arrived.
    Channel {
        /// An A-to-z Guarantee claim.
        Atoz = "atoz_claim",
        /// A return request.
        Return = "return_request",
        /// A buyer's message.
        Message = "buyer_message",
        /// Seller feedback of one or two stars.
        Feedback = "feedback",
        /// A credit-card chargeback.
        Chargeback = "chargeback",
        /// A cancellation request.
        Cancellation = "cancellation",
    }
}

impl Channel {
    /// Whether Amazon, or a bank, decides and waits for our answer.
    #[must_use]
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::Atoz | Self::Chargeback)
    }
}

words! {
    /// What the buyer holds right now: the four kinds of complaint.
    Kind {
        /// Nothing of the article complained of.
        NotReceived = "not_received",
        /// Something else than was sold.
        NotAsDescribed = "not_as_described",
        /// The right thing, but broken, damaged or of poor quality.
        Defective = "defective",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Whether a case waits for the operator.
    State {
        /// In the queue.
        Open = "open",
        /// Out of the queue, kept and found by search.
        Archived = "archived",
    }
}

words! {
    /// Who ships.
    Fulfilment {
        /// The seller.
        Mfn = "mfn",
        /// Amazon (FBA).
        Afn = "afn",
    }
}

words! {
    /// Where the parcel is in its life.
    Stage {
        /// Not shipped yet: cancelling is still possible.
        BeforeShipping = "before_shipping",
        /// On its way.
        UnderWay = "under_way",
        /// Delivered, says the carrier.
        Delivered = "delivered",
        /// Sent back or coming back.
        Returned = "returned",
    }
}

words! {
    /// How a case ended.
    Outcome {
        /// The buyer is content.
        Satisfied = "satisfied",
        /// The claim was withdrawn.
        Withdrawn = "withdrawn",
        /// The claim was denied: the seller won.
        Denied = "denied",
        /// The claim was granted.
        Granted = "granted",
        /// A granted claim was appealed against; it is not decided yet.
        Appealed = "appealed",
        /// The appeal was won.
        Won = "won",
        /// The order was cancelled.
        Cancelled = "cancelled",
        /// The buyer never answered.
        Silent = "silent",
        /// Lost because nobody answered in time.
        LostByDefault = "lost_by_default",
        /// Settled already, as a report shows.
        Settled = "settled",
        /// The import that opened it was undone.
        ImportUndone = "import_undone",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// What has to be mended so that it does not happen again.
    RootCause {
        /// The article itself.
        Product = "product",
        /// Pictures, text, parameters, units.
        Listing = "listing",
        /// Packaging.
        Packaging = "packaging",
        /// Carrier, customs, warehouse.
        Logistics = "logistics",
        /// Our own answer or process.
        Service = "service",
        /// The buyer's change of mind, mistake or abuse.
        Buyer = "buyer",
    }
}

words! {
    /// A language replies are written in.
    Language {
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Italian.
        It = "it",
        /// Spanish.
        Es = "es",
        /// Japanese.
        Ja = "ja",
        /// Chinese.
        Zh = "zh",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_themselves() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.word()), Some(*channel));
        }
        assert_eq!(serde_json::to_string(&Kind::NotReceived).unwrap(), "\"not_received\"");
        assert!(
            serde_json::from_str::<Kind>("\"lost\"")
                .unwrap_err()
                .to_string()
                .contains("none of not_received")
        );
    }
}
