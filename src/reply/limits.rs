//! How long a reply may be, where a length is documented: data, `assets/policy/limits.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::template::Audience;
use crate::domain::Channel;

/// One documented length.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its name in the file.
    pub name: String,
    /// Whose limit it is, in a word: `API`.
    pub label: String,
    /// The same in Chinese.
    pub label_zh: String,
    /// Unicode scalar values, as the API counts them.
    pub characters: usize,
    /// From this part of it on a text is near the limit.
    pub near_percent: usize,
    /// For replies to whom.
    pub audience: Audience,
    /// Channels in which a reply without a template is for that audience.
    pub channels: Vec<Channel>,
    /// Who says so.
    pub source: String,
    /// The same in Chinese.
    pub source_zh: String,
    /// Since when it is known to hold.
    pub since: Date,
}

/// How much room a text leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Enough.
    Plenty,
    /// Little.
    Near,
    /// The text is too long.
    Over,
}

impl Limit {
    /// The room that a text of so many characters leaves.
    #[must_use]
    pub const fn room(&self, characters: usize) -> Room {
        if characters > self.characters {
            Room::Over
        } else if characters * 100 >= self.characters * self.near_percent {
            Room::Near
        } else {
            Room::Plenty
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    limit: Vec<Limit>,
}

/// The limit of a reply by whom its template is for, without one by its channel; the lowest where several hold. `None`
/// where no limit is documented.
#[must_use]
pub fn limit(channel: Channel, audience: Option<Audience>) -> Option<&'static Limit> {
    let holds = |limit: &&Limit| match audience {
        Some(audience) => limit.audience == audience,
        None => limit.channels.contains(&channel),
    };
    shipped().iter().filter(holds).min_by_key(|limit| limit.characters)
}

/// A file that cannot be read has no limits; a test reads it.
fn shipped() -> &'static [Limit] {
    static LIMITS: LazyLock<Vec<Limit>> = LazyLock::new(|| {
        let read = toml::from_str::<File>(include_str!("../../assets/policy/limits.toml"));
        read.map(|file| file.limit).unwrap_or_default()
    });
    &LIMITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_to_the_buyer_has_a_limit_and_an_answer_to_amazon_has_none() {
        let message = limit(Channel::Message, None).unwrap();
        assert_eq!((message.characters, message.source.is_empty()), (2_000, false));
        assert_eq!(limit(Channel::Atoz, None), None);
        assert_eq!(limit(Channel::Message, Some(Audience::Amazon)), None);
        assert_eq!(limit(Channel::Atoz, Some(Audience::Buyer)), Some(message));
    }

    #[test]
    fn the_count_warns_before_it_is_too_late() {
        let limit = limit(Channel::Message, None).unwrap();
        let rooms = [0, 1_799, 1_800, 2_000, 2_001].map(|characters| limit.room(characters));
        assert_eq!(rooms, [Room::Plenty, Room::Plenty, Room::Near, Room::Near, Room::Over]);
    }
}
