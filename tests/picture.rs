//! The pictures of the README are made from the program; this test keeps them so.
//!
//! `KESU_PICTURES=1 cargo test --test picture` draws them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use kesu::i18n::Lang;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use support::{Desk, post};
use unicode_width::UnicodeWidthStr;

/// Width and height of one cell in the picture.
const CELL: (usize, usize) = (8, 17);

/// A screen as SVG: one `text` element a run of cells of one style.
fn svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (usize::from(area.width) * CELL.0 + 16, usize::from(area.height) * CELL.1 + 16);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'Noto Sans Mono CJK SC',monospace\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#1c1f26\"/>\n"
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let (start, style) = (x, buffer[(x, y)].style());
            let mut run = String::new();
            let mut cells = 0;
            while x < area.width && buffer[(x, y)].style() == style {
                let symbol = buffer[(x, y)].symbol();
                let wide = symbol.width().max(1);
                run.push_str(symbol);
                cells += wide;
                x += u16::try_from(wide).unwrap();
            }
            let reversed = style.add_modifier.contains(Modifier::REVERSED);
            let (left, top) = (usize::from(start) * CELL.0 + 8, usize::from(y) * CELL.1 + 8);
            let long = cells * CELL.0;
            if reversed {
                out.push_str(&format!(
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{long}\" height=\"{}\" fill=\"#3b4252\"/>\n",
                    CELL.1
                ));
            }
            if run.trim().is_empty() {
                continue;
            }
            let colour = match style.fg {
                Some(Color::Red) => "#ff6c6b",
                Some(Color::Yellow) => "#ecbe7b",
                Some(Color::Green) => "#98be65",
                Some(Color::Cyan) => "#46d9ff",
                _ if style.add_modifier.contains(Modifier::DIM) => "#7f8796",
                _ => "#d8dee9",
            };
            let weight =
                if style.add_modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let words = run.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            out.push_str(&format!(
                "<text x=\"{left}\" y=\"{}\" fill=\"{colour}\"{weight} textLength=\"{long}\" xml:space=\"preserve\">{words}</text>\n",
                top + 13
            ));
        }
    }
    out.push_str("</svg>\n");
    out
}

fn check(name: &str, desk: &Desk) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures").join(name);
    let drawn = svg(&desk.buffer());
    if std::env::var_os("KESU_PICTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "{name} is not what the program draws: run `KESU_PICTURES=1 cargo test --test picture`"
    );
}

#[test]
fn the_pictures_of_the_readme_are_what_the_program_draws() {
    let mut desk = Desk::new(Lang::En, (120, 32), post::demo);
    check("queue.svg", &desk);
    desk.press("<Enter>t<Enter>");
    desk.press("The carrier found your parcel in Reno this morning; it reaches you on Thursday.");
    check("reply.svg", &desk);
    let mut chinese = Desk::new(Lang::Zh, (80, 24), post::demo);
    chinese.press("j");
    check("queue-zh.svg", &chinese);
}
