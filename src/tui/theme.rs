//! Colours: each means something, and a symbol or word always says the same.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::clock::Urgency;

/// The styles of every screen. Without colour only bold, dim and reverse are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With or without colours.
    #[must_use]
    pub const fn new(colour: bool) -> Self {
        Self { colour }
    }

    const fn paint(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// A due time.
    #[must_use]
    pub const fn urgency(self, urgency: Urgency) -> Style {
        match urgency {
            Urgency::Late => self.paint(Color::Red).add_modifier(Modifier::BOLD),
            Urgency::Today => self.paint(Color::Yellow),
            Urgency::Later => Style::new(),
        }
    }

    /// Money.
    #[must_use]
    pub const fn money(self) -> Style {
        self.paint(Color::Green)
    }

    /// A refusal or failure.
    #[must_use]
    pub const fn blocked(self) -> Style {
        self.paint(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// News.
    #[must_use]
    pub const fn news(self) -> Style {
        self.paint(Color::Green)
    }

    /// What belongs to the frame, not to the work: labels, rules, hints.
    #[must_use]
    pub const fn calm(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// A key in the footer.
    #[must_use]
    pub const fn key(self) -> Style {
        self.paint(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// A heading.
    #[must_use]
    pub const fn heading(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The selected line.
    #[must_use]
    pub const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// A place of what is searched for.
    #[must_use]
    pub const fn found(self) -> Style {
        self.paint(Color::Yellow).add_modifier(Modifier::UNDERLINED).add_modifier(Modifier::BOLD)
    }

    /// Words that the rules object to: what stops the reply, or a warning.
    #[must_use]
    pub const fn objected(self, blocks: bool) -> Style {
        let paint = self.paint(if blocks { Color::Red } else { Color::Yellow });
        let paint = paint.add_modifier(Modifier::UNDERLINED);
        if blocks { paint.add_modifier(Modifier::BOLD) } else { paint }
    }

    /// Near a limit: worth a look, nothing is refused yet.
    #[must_use]
    pub const fn warning(self) -> Style {
        self.paint(Color::Yellow)
    }

    /// Words of the template that the reply lacks.
    #[must_use]
    pub const fn gone(self) -> Style {
        self.paint(Color::Red).add_modifier(Modifier::CROSSED_OUT)
    }

    /// The operator's own words in the preview of a reply.
    #[must_use]
    pub const fn ours(self) -> Style {
        self.paint(Color::Cyan)
    }
}
